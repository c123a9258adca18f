/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_MODEL_H
#define PNYX_BATCH_MODEL_H

#include "batch/root.h"
#include "energy/energy.h"
#include "net/regions.h"
#include "scenario/reader.h"

/**
 * PnyxModel: a scenario with the profiles that it names, read and frozen: what all runs share.
 * Immutable, so threads need no lock.
 */
typedef struct
{
  PnyxScenario *scenario;       /* owned */
  PnyxScenario *region_profile; /* owned */
  PnyxScenario *energy_profile; /* owned */
  PnyxRegions *regions;         /* owned */
  PnyxEnergyProfile *energy;    /* owned */
  const PnyxScenarioParams *params;
  const PnyxRunParams *run;
} PnyxModel;

/**
 * pnyx_model_read:
 * @path: scenario file
 * @data_folder: (nullable): installed data with profiles/ in it
 * @overrides: (nullable): PATH=VALUE, NULL-terminated
 *
 * Returns: (transfer full): NULL with @error: file, line, what was expected.
 */
PnyxModel *pnyx_model_read (const gchar *path, const gchar *data_folder,
                            const gchar *const *overrides, GError **error);
/** pnyx_model_read_memory: the same from @text, called @name in messages. */
PnyxModel *pnyx_model_read_memory (const gchar *text, const gchar *name, const gchar *data_folder,
                                   GError **error);
/** pnyx_model_from_document: the same from a document, whose overrides are in it. */
PnyxModel *pnyx_model_from_document (const PnyxDocument *document, const gchar *data_folder,
                                     GError **error);
void pnyx_model_free (PnyxModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxModel, pnyx_model_free)

/** pnyx_model_span: @span in ns by the first chain's measure; -1 with @error where it has no such.
 */
PnyxTime pnyx_model_span (const PnyxModel *model, const PnyxSpan *span, const gchar *attribute,
                          GError **error);

#endif
