/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A made-up results folder of a sweep with numbers that can be worked out in the head. */
#ifndef PNYX_TESTS_SUPPORT_SWEEP_FOLDER_H
#define PNYX_TESTS_SUPPORT_SWEEP_FOLDER_H

#include <glib.h>

/*
 * Six points over the axes net/@delay (0.1, 0.2, 0.4) and mode (slow, "fast, too"), the first the
 * slower to change, three replicates. With i and j the places on the axes and r the replicate:
 *     finality.time (s)      100 + 10 i + j + r, of the world
 *     loss                   0.1 i, of the world; no value at point 5
 *     share.a, share.b       0.25 and 0.75 - 0.25 j
 *     price (s)              of the scopes "one" and "two"
 * In series: rate at 0, 60 and 120 s: i + r; arrivals: each replicate at times of its own.
 */

/** pnyx_test_sweep_new: Returns: (transfer full): its path. */
gchar *pnyx_test_sweep_new (void);
/** pnyx_test_put: writes a file of the folder. */
void pnyx_test_put (const gchar *folder, const gchar *name, const gchar *text);
/** pnyx_test_contents: Returns: (transfer full): a file of the folder; the test fails without. */
gchar *pnyx_test_contents (const gchar *folder, const gchar *name);
/** pnyx_test_remove: the folder and all that is in it. */
void pnyx_test_remove (const gchar *path);

#endif
