/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a scenario that a test writes as text. */
#ifndef TESTS_SUPPORT_RUN_TEXT_H
#define TESTS_SUPPORT_RUN_TEXT_H

#include "batch/simulation.h"
#include "batch/sweep.h"

/* The model of @text; its profiles are the tree's, or files in @folder (NULL: none). */
PnyxModel *run_text_model (const gchar *text, const gchar *folder);

/* The points of @text: of its sweep where @whole, else the scenario alone. */
PnyxSweep *run_text_sweep (const gchar *text, const gchar *folder, gboolean whole);

/* One run of it; fails the test where it fails. */
PnyxRunResult *run_text (const gchar *text, guint32 replicate);

/* The value of a metric of the world; fails the test where there is no such row. */
gdouble run_value (const PnyxRunResult *result, const gchar *metric);
/* The same of one chain. */
gdouble run_scoped_value (const PnyxRunResult *result, const gchar *scope, const gchar *metric);

#endif
