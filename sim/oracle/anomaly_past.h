/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ANOMALY_PAST_H
#define PNYX_ORACLE_ANOMALY_PAST_H

#include "oracle/aggregator.h"

/*
 * The labelled past that filters learn from: rounds of honest reports of the truth as it was, into
 * which incidents are injected. Train, validation and test follow each other in time with an
 * embargo between them, have families of attack of their own, and noise layouts of their own (the
 * seeded standard deviations of the reporters), so that nothing that is tested was seen before.
 */

/** PnyxFamily: what an altered report says; sizes are in standard deviations of a typical honest
 * reporter, the geometric mean of `sd_low` and `sd_high`. */
typedef enum
{
  PNYX_FAMILY_NONE,
  PNYX_FAMILY_CONSTANT_BIAS, /* the truth and the same 5 to 80, together */
  PNYX_FAMILY_PRECISE_BIAS,  /* 1.5 to 4 aside, with a tenth of the noise, together */
  PNYX_FAMILY_DRIFT,         /* from 0 to 3 to 30 over the incident */
  PNYX_FAMILY_CAMOUFLAGE,    /* 5 to 80 aside in a tenth of the rounds, honest else */
  PNYX_FAMILY_SPIKE,         /* 10 to 200 aside for one round */
  PNYX_FAMILY_STUCK,         /* what it said when the incident began */
  PNYX_FAMILY_COPY,          /* what an honest reporter said the round before */
  PNYX_FAMILY_NOISE_BURST,   /* 5 to 30 times its own noise */
  PNYX_N_FAMILIES,
} PnyxFamily;

/** pnyx_family_names: NULL-terminated; from PNYX_FAMILY_NONE on; "none", "constant-bias" ... */
extern const gchar *const pnyx_family_names[PNYX_N_FAMILIES + 1];

/** PnyxPastParams: how the past is made. */
typedef struct
{
  guint32 families[PNYX_N_PARTS]; /* bit 1 << PnyxFamily */
  guint32 layouts[PNYX_N_PARTS];  /* how many, each at least 1; layouts are numbered through */
  guint32 rounds[PNYX_N_PARTS];   /* of each layout */
  guint32 embargo;                /* rounds between parts and between layouts */
  guint32 duration;               /* longest incident, rounds, at least 1; camouflage: 4 times */
  gdouble liars;                  /* largest share of reporters in an incident */
  gdouble sd_low, sd_high;        /* of honest reporters: log-uniform between */
  gdouble sd_common;              /* of the error that all honest reporters share in a round */
  gdouble poisoned;               /* share of altered rows to train on that are labelled honest */
} PnyxPastParams;

/** PnyxPastSource: what the past is of. */
typedef struct
{
  guint64 seed;
  guint32 replicate;
  guint32 n_reporters; /* at least 1 */
  PnyxTime start;      /* of the first round, at least 0 */
  PnyxTime interval;   /* between rounds, more than 0 */
  PnyxTime age_max;    /* a report is of the time of the round or at most so much before */
  guint n_context;     /* at most PNYX_ANOMALY_CONTEXT_MAX */
  /* The truth as reporters report it (log price or number), at least 0. */
  gdouble (*truth) (gpointer user, PnyxTime time);
  void (*context) (gpointer user, PnyxTime time, gdouble *features); /* NULL where n_context 0 */
  gpointer user;
} PnyxPastSource;

/** PnyxPast: rounds and rows. */
typedef struct _PnyxPast PnyxPast;

/** pnyx_past_rounds: Returns: how many rounds it takes, embargoes included: source times interval
 * is how much time has to be gone. */
guint64 pnyx_past_rounds (const PnyxPastParams *params);
/** pnyx_past_new: Returns: (transfer full): with all reports drawn and all features computed over
 * a window of @window rounds. */
PnyxPast *pnyx_past_new (const PnyxPastParams *params, const PnyxPastSource *source, guint window);
void pnyx_past_free (PnyxPast *past);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxPast, pnyx_past_free)

/** pnyx_past_set: @set: (out): borrowed from @past; now is the end of the past. */
void pnyx_past_set (const PnyxPast *past, PnyxTrainingSet *set);
/** pnyx_past_n_rounds: Returns: rounds that there are reports of. */
gsize pnyx_past_n_rounds (const PnyxPast *past);
/** pnyx_past_round: Returns: (array length=n_reporters) (transfer none): the reports of a round;
 * row round * n_reporters + reporter of the set is of the same report. @time: (out). */
const PnyxReport *pnyx_past_round (const PnyxPast *past, gsize round, PnyxTime *time);
/** pnyx_past_truth: Returns: the truth at the time of a round. */
gdouble pnyx_past_truth (const PnyxPast *past, gsize round);
/** pnyx_past_shuffle_labels: gives the labels of the rows of @part to other rows of it: a filter
 * that still finds something has seen what it should not. */
void pnyx_past_shuffle_labels (PnyxPast *past, PnyxPart part, guint64 seed);

#endif
