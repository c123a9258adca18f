/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_REPRODUCE_H
#define PNYX_BATCH_REPRODUCE_H

#include "batch/batch.h"
#include "batch/paper.h"

/** Numbers of one publication that count towards a total, at most. */
#define PNYX_REPRODUCE_COUNTED_MAX 8

/** Of the interval of a simulated number. */
#define PNYX_REPRODUCE_CONFIDENCE 0.99

/** PnyxReproduceOptions: what to compute. */
typedef struct
{
  gboolean quick;       /* leave out experiments that are not quick */
  gboolean null;        /* the null models of simulated numbers, in their place; nothing exact */
  const gchar *folder;  /* (nullable): keeps the results of each experiment in FOLDER/EXPERIMENT */
  const gchar *command; /* (nullable): as the program was called, for the manifests */
  guint threads;        /* 0: all cores */
  /* Called by one thread at a time after each run; NULL: nobody asks. */
  void (*progress) (gpointer self, const PnyxRunResult *result);
  /* Whether to begin no further run (Ctrl-C); NULL: never. Called by any thread. */
  gboolean (*cancelled) (gpointer self);
  gpointer self;
} PnyxReproduceOptions;

/** PnyxReproduced: a published number beside what was computed. */
typedef struct
{
  const PnyxPaperEntry *entry; /* borrowed from the paper */
  gchar *text;                 /* owned: the value, or the values separated by blanks; "": none */
  guint n;                     /* runs that have a value; 0: an exact number */
  gdouble mean, low, high;     /* of a simulated one, with its interval; NaN: does not exist */
  gboolean agrees;
  gchar *note; /* owned: why there is no value; NULL: there is */
} PnyxReproduced;

/** pnyx_reproduce_runs: Returns: how many runs pnyx_reproduce will make, as far as is known. */
guint64 pnyx_reproduce_runs (const PnyxPaper *paper, const PnyxReproduceOptions *options);

/**
 * pnyx_reproduce:
 *
 * Computes the numbers of @paper again. An exact number agrees where it is rounded to what is
 * printed, digit by digit; a simulated one where its whole Student-t interval over the replicates
 * lies inside the published value +- its tolerance.
 *
 * Returns: (transfer full) (element-type PnyxReproduced): in the order of published.csv, without
 * what is left out; NULL with @error: PNYX_ERROR_RUN: a world cannot be built, or it was cancelled;
 * PNYX_ERROR_IO.
 */
GArray *pnyx_reproduce (const PnyxPaper *paper, const PnyxReproduceOptions *options,
                        GError **error);

#endif
