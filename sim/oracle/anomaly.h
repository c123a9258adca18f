/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ANOMALY_H
#define PNYX_ORACLE_ANOMALY_H

#include "ai/ai.h"
#include "oracle/aggregator.h"
#include "oracle/anomaly_past.h"

/*
 * The filter that learns: a model is trained on a labelled past to tell altered reports from honest
 * ones; in each round those that it suspects are left out and the median of the others is the
 * answer. What it suspects is decided by a threshold that was fixed on the validation part, by the
 * share of honest reports that it may suspect there. Until training has ended in simulated time it
 * is the median of all.
 */

/** PnyxAnomalyParams: of the filters "boosted" and "logistic". */
typedef struct
{
  PnyxLearnerParams learner;
  PnyxCompute compute;
  PnyxTime train_at; /* when training begins; PNYX_TIME_UNSET: as soon as the past is long enough */
  PnyxTime interval; /* between rounds of the past */
  gchar **families[PNYX_N_PARTS];
  guint64 layouts[PNYX_N_PARTS];
  guint64 rounds[PNYX_N_PARTS];
  guint64 window;
  guint64 embargo;
  guint64 duration;
  gdouble liars;
  gdouble sd_low, sd_high, sd_common;
  gdouble false_alarms;
  gdouble keep;
} PnyxAnomalyParams;

/** PNYX_ANOMALY_PARAMS: the entries of PnyxAnomalyParams without learner. */
#define PNYX_ANOMALY_PARAMS                                                                        \
  PNYX_COMPUTE_PARAMS (PnyxAnomalyParams, compute),                                                \
      { .name = "train-at",                                                                        \
        .type = PNYX_PARAM_TIME,                                                                   \
        .fallback = "",                                                                            \
        .min = "0 s",                                                                              \
        .offset = offsetof (PnyxAnomalyParams, train_at),                                          \
        .meaning = "When training begins; left out: as soon as the past is long enough." },        \
      { .name = "past-interval",                                                                   \
        .type = PNYX_PARAM_TIME,                                                                   \
        .fallback = "10 s",                                                                        \
        .min = "1 ms",                                                                             \
        .max = "86400 s",                                                                          \
        .offset = offsetof (PnyxAnomalyParams, interval),                                          \
        .meaning = "Between two rounds of the labelled past." },                                   \
      PNYX_ANOMALY_PART_PARAMS ("train", PNYX_PART_TRAIN, "constant-bias, drift, spike, stuck",    \
                                "6"),                                                              \
      PNYX_ANOMALY_PART_PARAMS ("validation", PNYX_PART_VALIDATION, "precise-bias", "2"),          \
      PNYX_ANOMALY_PART_PARAMS ("test", PNYX_PART_TEST, "camouflage, copy, noise-burst", "2"),     \
      { .name = "window",                                                                          \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = "32",                                                                          \
        .min = "1",                                                                                \
        .max = "1000",                                                                             \
        .offset = offsetof (PnyxAnomalyParams, window),                                            \
        .meaning = "Rounds of a reporter's past that features look back at." },                    \
      { .name = "embargo",                                                                         \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = "32",                                                                          \
        .max = "100000",                                                                           \
        .offset = offsetof (PnyxAnomalyParams, embargo),                                           \
        .meaning                                                                                   \
        = "Rounds between the parts of the past that nobody uses; at least the window." },         \
      { .name = "incident",                                                                        \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = "16",                                                                          \
        .min = "1",                                                                                \
        .max = "10000",                                                                            \
        .offset = offsetof (PnyxAnomalyParams, duration),                                          \
        .meaning = "Longest injected incident and longest quiet between two, in rounds." },        \
      { .name = "liars",                                                                           \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0.4",                                                                         \
        .min = "0",                                                                                \
        .max = "0.9",                                                                              \
        .offset = offsetof (PnyxAnomalyParams, liars),                                             \
        .meaning = "Largest share of reporters in an injected incident; at least one is." },       \
      { .name = "sd-low",                                                                          \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0.0002",                                                                      \
        .min = "0",                                                                                \
        .max = "1e+06",                                                                            \
        .flags = PNYX_PARAM_POSITIVE,                                                              \
        .offset = offsetof (PnyxAnomalyParams, sd_low),                                            \
        .meaning = "Least standard deviation of an honest reporter of the past." },                \
      { .name = "sd-high",                                                                         \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0.003",                                                                       \
        .min = "0",                                                                                \
        .max = "1e+06",                                                                            \
        .flags = PNYX_PARAM_POSITIVE,                                                              \
        .offset = offsetof (PnyxAnomalyParams, sd_high),                                           \
        .meaning = "Largest of them; log-uniform between." },                                      \
      { .name = "sd-common",                                                                       \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0",                                                                           \
        .min = "0",                                                                                \
        .max = "1e+06",                                                                            \
        .offset = offsetof (PnyxAnomalyParams, sd_common),                                         \
        .meaning = "Standard deviation of the error that all honest reporters of the past share "  \
                   "in a round." },                                                                \
      { .name = "false-alarms",                                                                    \
        .type = PNYX_PARAM_REAL,                                                                   \
        .fallback = "0.01",                                                                        \
        .min = "0",                                                                                \
        .max = "1",                                                                                \
        .offset = offsetof (PnyxAnomalyParams, false_alarms),                                      \
        .meaning = "Share of honest reports of the validation part that may be suspected: it "     \
                   "fixes the threshold." },                                                       \
  {                                                                                                \
    .name = "keep", .type = PNYX_PARAM_REAL, .fallback = "0.5", .min = "0", .max = "1",            \
    .offset = offsetof (PnyxAnomalyParams, keep),                                                  \
    .meaning                                                                                       \
        = "Share of a round's reports that stay whatever is suspected, the least suspicious; "     \
          "one at least."                                                                          \
  }
/** PNYX_ANOMALY_PART_PARAMS: the entries of one part of the past. */
#define PNYX_ANOMALY_PART_PARAMS(part, index, which, n)                                            \
  { .name = part "-families",                                                                      \
    .type = PNYX_PARAM_NAMES,                                                                      \
    .fallback = which,                                                                             \
    .offset = offsetof (PnyxAnomalyParams, families[index]),                                       \
    .meaning = "Families of attack that are injected into the " part " part: constant-bias, "      \
               "precise-bias, drift, camouflage, spike, stuck, copy, noise-burst; each in one "    \
               "part." },                                                                          \
      { .name = part "-layouts",                                                                   \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = n,                                                                             \
        .min = "1",                                                                                \
        .max = "1000",                                                                             \
        .offset = offsetof (PnyxAnomalyParams, layouts[index]),                                    \
        .meaning                                                                                   \
        = "Layouts of noise (drawn standard deviations of all reporters) of the " part " part." }, \
  {                                                                                                \
    .name = part "-rounds", .type = PNYX_PARAM_COUNT, .fallback = "100", .min = "1",               \
    .max = "100000", .offset = offsetof (PnyxAnomalyParams, rounds[index]),                        \
    .meaning = "Rounds of each layout of the " part " part."                                       \
  }

/**
 * pnyx_anomaly_check: for checks of components whose params are PnyxAnomalyParams.
 *
 * Returns: FALSE with one line at its place: a family that does not exist, is in two parts or in
 * two places of one, a part without any, an embargo below the window, sd-low above sd-high, a past
 * longer than 10^6 rounds, train-at before the past is long enough, or a build without @kind.
 */
gboolean pnyx_anomaly_check (const PnyxSection *section, PnyxLearnerKind kind, GError **error);

/** pnyx_anomaly_params_of: Returns: (nullable) (transfer none): of `<filter>` where it is one that
 * learns, NULL of others. */
const PnyxAnomalyParams *pnyx_anomaly_params_of (const PnyxSection *filter);

/** pnyx_anomaly_train_at: Returns: when training begins. */
PnyxTime pnyx_anomaly_train_at (const PnyxAnomalyParams *params);

/**
 * pnyx_anomaly_past_new: the labelled past that @params ask for, ending when training begins.
 * @source: start and interval are overwritten
 * @poisoned: share of the altered rows to train on that an attacker labels honest
 */
PnyxPast *pnyx_anomaly_past_new (const PnyxAnomalyParams *params, const PnyxPastSource *source,
                                 gdouble poisoned);

/** PnyxAnomaly: a filter that learns, apart from the table of estimators. */
typedef struct _PnyxAnomaly PnyxAnomaly;

/** pnyx_anomaly_new: what is in @arena is the arena's, the model is owned: pnyx_anomaly_clear.
 * Where this build has no @kind it is the median for ever and must not be trained. */
PnyxAnomaly *pnyx_anomaly_new (PnyxArena *arena, PnyxLearnerKind kind,
                               const PnyxAnomalyParams *params, guint32 n_reporters);
void pnyx_anomaly_clear (PnyxAnomaly *anomaly);

/** pnyx_anomaly_train: as PnyxAggregatorOps.train. A set whose split leaks is a bug of the caller.
 */
gboolean pnyx_anomaly_train (PnyxAnomaly *anomaly, const PnyxTrainingSet *set, guint64 *operations);
/** pnyx_anomaly_usable_from: Returns: the simulated end of training; PNYX_TIME_MAX: untrained. */
PnyxTime pnyx_anomaly_usable_from (const PnyxAnomaly *anomaly);
/** pnyx_anomaly_threshold: Returns: a report is suspected whose score is at least this. */
gdouble pnyx_anomaly_threshold (const PnyxAnomaly *anomaly);
/** pnyx_anomaly_score: @scores: (out) (array length=n): probability that each of @n rows is of an
 * altered report. It has to be trained. */
void pnyx_anomaly_score (PnyxAnomaly *anomaly, const gdouble *rows, gsize n, gdouble *scores);
/** pnyx_anomaly_aggregate, pnyx_anomaly_operations: as PnyxAggregatorOps has them. */
gdouble pnyx_anomaly_aggregate (PnyxAnomaly *anomaly, const PnyxReport *reports, gsize n,
                                PnyxTime now, gdouble *weights);
guint64 pnyx_anomaly_operations (const PnyxAnomaly *anomaly, gsize n);

/** PnyxDetection: counts of reports: positive is altered. */
typedef struct
{
  guint64 true_positives, false_positives, false_negatives, true_negatives;
} PnyxDetection;

/** pnyx_anomaly_detect: @detection: (out): what the trained filter says of the rows of @part.
 * @family: of the altered rows those that count; PNYX_FAMILY_NONE: all */
void pnyx_anomaly_detect (PnyxAnomaly *anomaly, const PnyxTrainingSet *set, PnyxPart part,
                          PnyxFamily family, PnyxDetection *detection);

#endif
