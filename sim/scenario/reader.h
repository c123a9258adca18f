/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_READER_H
#define PNYX_SCENARIO_READER_H

#include "scenario/document.h"

/** PnyxFileUse: a file that a scenario is made of or names. */
typedef struct
{
  gchar *path;            /* owned: real path */
  gchar *written;         /* owned: as it was named; NULL: the scenario or an include */
  const PnyxParam *param; /* what names it, FILE or PROFILE; NULL: the scenario or an include */
} PnyxFileUse;

/** PnyxScenario: a scenario that was read and judged; immutable, to be shared by threads. */
typedef struct
{
  PnyxSection *root; /* owned */
  GPtrArray *files;  /* owned: PnyxFileUse, each path once: the scenario, includes, files named */
  gchar *folder;     /* owned: real path of the scenario's folder; NULL: memory */
  GPtrArray *labels; /* owned, shared: PnyxPlace.file of overridden values */
} PnyxScenario;

/** PnyxReader: how to read; all borrowed. */
typedef struct
{
  const PnyxElement *root;       /* table of the whole scenario */
  const gchar *data_folder;      /* installed data, with profiles/ in it; NULL: none */
  const gchar *const *overrides; /* PATH=VALUE, NULL-terminated; NULL: none */
} PnyxReader;

/**
 * pnyx_scenario_read:
 *
 * Reads, includes, overrides, fills in defaults, resolves references, files and profiles, and runs
 * the checks of elements and components from the inside out.
 *
 * Returns: (transfer full): NULL with @error: up to ten lines, one for each mistake, `FILE:LINE:
 * what is wrong (what was expected)`; its code is that of the first. PNYX_ERROR_IO is the
 * machine's.
 */
PnyxScenario *pnyx_scenario_read (const PnyxReader *reader, const gchar *path, GError **error);

/** pnyx_scenario_read_memory: the same from @text; files and includes are refused there. */
PnyxScenario *pnyx_scenario_read_memory (const PnyxReader *reader, const gchar *text, gsize length,
                                         const gchar *shown, GError **error);

/** pnyx_scenario_from_document: the same from a document, whose overrides (pnyx_path_set) are in
 * it. */
PnyxScenario *pnyx_scenario_from_document (const PnyxReader *reader, const PnyxDocument *document,
                                           GError **error);

/**
 * pnyx_scenario_check_form: whether names, structure, choices and the syntax of values are right:
 * what the RELAX NG (scenario/schema.h) judges; neither ranges nor references nor checks.
 */
gboolean pnyx_scenario_check_form (const PnyxElement *root, const PnyxDocument *document,
                                   GError **error);
/** pnyx_scenario_library: Returns: "libxml2 2.9.14". */
const gchar *pnyx_scenario_library (void);
void pnyx_scenario_free (PnyxScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxScenario, pnyx_scenario_free)

/** pnyx_scenario_find: Returns: (nullable) (transfer none): the element @name with the id @id. */
const PnyxSection *pnyx_scenario_find (const PnyxScenario *scenario, const gchar *name,
                                       const gchar *id);

/** pnyx_profile_path: the file of profile @name of @folder; NULL with @error and a suggestion. */
gchar *pnyx_profile_path (const gchar *scenario_folder, const gchar *data_folder,
                          const gchar *folder, const gchar *name, const PnyxPlace *place,
                          GError **error);

#endif
