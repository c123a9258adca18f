/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_FACTS_H
#define PNYX_FIGURE_FACTS_H

#include <glib.h>

/** PnyxFailedRun: a run that failed; texts are owned, NULL: not told. */
typedef struct
{
  gchar *point, *replicate, *message;
} PnyxFailedRun;

/** PnyxFacts: what the manifest of a results folder says. */
typedef struct
{
  GPtrArray *keys, *values; /* owned: its members that are texts or numbers, in order */
  GPtrArray *libraries;     /* owned texts */
  GPtrArray *files, *sums;  /* owned: the inputs and their SHA-256 */
  GArray *failed;           /* owned: (element-type PnyxFailedRun) */
} PnyxFacts;

/**
 * pnyx_facts_read: manifest.json of @folder.
 *
 * Members that are unknown, and no text or number, are passed over.
 * Returns: (transfer full): NULL with @error: PNYX_ERROR_MISSING: no manifest; PNYX_ERROR_SYNTAX:
 * it is no JSON object; PNYX_ERROR_IO.
 */
PnyxFacts *pnyx_facts_read (const gchar *folder, GError **error);
void pnyx_facts_free (PnyxFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxFacts, pnyx_facts_free)

/** pnyx_facts_get: Returns: (transfer none): "" where there is no such member. */
const gchar *pnyx_facts_get (const PnyxFacts *facts, const gchar *key);

#endif
