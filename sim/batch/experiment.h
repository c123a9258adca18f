/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_EXPERIMENT_H
#define PNYX_BATCH_EXPERIMENT_H

#include "batch/batch.h"
#include "results/manifest.h"
#include "results/store.h"

/**
 * PnyxExperiment: a results folder that is being filled: pnyx_experiment_begin makes it or finds it
 * again, pnyx_experiment_run runs what it lacks, pnyx_experiment_end makes the CSV files of it.
 * What was added to its store by then is never lost, however the program ends.
 */
typedef struct _PnyxExperiment PnyxExperiment;

/** PnyxExperimentOptions: all borrowed. */
typedef struct
{
  const gchar *path;    /* of the scenario as it was given */
  const gchar *command; /* as the program was called; NULL: a library call */
  const gchar *out;     /* results folder; NULL: results/NAME, or the first that is free */
  gboolean force;       /* replace finished results in @out */
  gboolean resume;      /* go on with what is in @out, or results/NAME */
  guint shard, n_shards;
  guint threads; /* of each process; 0: all cores */
  guint ranks;   /* more than 1: processes of MPI, of which this is number 0 */
} PnyxExperimentOptions;

/**
 * pnyx_experiment_begin:
 * @sweep: borrowed; outlives it
 * @command: "run" or "sweep"
 *
 * Returns: (transfer full): NULL with @error. Errors: PNYX_ERROR_CONFLICT: the folder holds other
 * results, or runs of a sweep that could be resumed, or another program writes it; what is resumed
 * is of another scenario, which is said, or of another shard.
 */
PnyxExperiment *pnyx_experiment_begin (const PnyxSweep *sweep, const gchar *command,
                                       const PnyxExperimentOptions *options, GError **error);

/**
 * pnyx_experiment_merge: joins the shards in @folders, which all are there and of one experiment,
 * in the folder @options->out.
 * @data_folder: installed data
 *
 * Returns: (transfer full): ready for pnyx_experiment_end. Errors: as above; PNYX_ERROR_CONFLICT:
 * shards that overlap, are missing, unfinished or of different experiments.
 */
PnyxExperiment *pnyx_experiment_merge (const gchar *const *folders, const gchar *data_folder,
                                       const PnyxExperimentOptions *options, GError **error);
void pnyx_experiment_free (PnyxExperiment *experiment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxExperiment, pnyx_experiment_free)

const gchar *pnyx_experiment_folder (const PnyxExperiment *experiment);
PnyxStore *pnyx_experiment_store (const PnyxExperiment *experiment);
const PnyxSweep *pnyx_experiment_sweep (const PnyxExperiment *experiment);
PnyxPlan *pnyx_experiment_plan (const PnyxExperiment *experiment);
/** pnyx_experiment_warnings: Returns: (transfer none) (element-type utf8): what may make the runs
 * of this session differ from earlier ones: another processor, C library or build. */
const GPtrArray *pnyx_experiment_warnings (const PnyxExperiment *experiment);

/**
 * pnyx_experiment_add: adds runs: what PnyxBatchOptions.add does.
 *
 * Errors: PNYX_ERROR_IO; PNYX_ERROR_CONFLICT: of command "run" there is no such world, where a
 * sweep has failed runs.
 */
gboolean pnyx_experiment_add (PnyxExperiment *experiment, const PnyxRunResult *const *runs,
                              gsize n_runs, GError **error);

/**
 * pnyx_experiment_run: runs what is missing.
 * @progress, @cancelled, @self: as in PnyxBatchOptions; NULL: nobody asks
 */
gboolean pnyx_experiment_run (PnyxExperiment *experiment,
                              void (*progress) (gpointer self, guint64 done, guint64 total,
                                                const PnyxRunResult *result),
                              gboolean (*cancelled) (gpointer self), gpointer self, GError **error);

/** PnyxExperimentEnd: how far it got. */
typedef struct
{
  PnyxStatus status;
  guint64 runs, failed, missing; /* in the store, and that it still lacks */
  guint64 events;                /* of all runs */
} PnyxExperimentEnd;

/**
 * pnyx_experiment_end: makes the CSV files and the manifest.
 * @end: (out): says how far it got, also where the files could not be written
 */
gboolean pnyx_experiment_end (PnyxExperiment *experiment, PnyxExperimentEnd *end, GError **error);

/** pnyx_experiment_failures: @visit gets every run that failed, in order. */
gboolean pnyx_experiment_failures (PnyxExperiment *experiment,
                                   void (*visit) (const PnyxRunResult *run, gpointer user),
                                   gpointer user, GError **error);

/** pnyx_experiment_is_unbuilt: Returns: whether pnyx_experiment_run failed because there is no such
 * world. */
gboolean pnyx_experiment_is_unbuilt (const PnyxExperiment *experiment);

/** pnyx_experiment_discard: removes the folder again: it was made for nothing. */
void pnyx_experiment_discard (PnyxExperiment *experiment);

#endif
