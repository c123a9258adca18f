/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training: rows of the train part in their order, then the threshold from the scores of the honest
 * rows of the validation part. A round: features by the tracker, scores, the suspected are dropped
 * as long as enough stay, the median of the rest. Before the model can be used the tracker already
 * looks on, so that the first filtered round has a past.
 */
#include "oracle/anomaly.h"

#include <math.h>
#include <string.h>

#include "oracle/anomaly_features.h"
#include "oracle/anomaly_split.h"

#define ROUNDS_MAX 1000000

struct _PnyxAnomaly
{
  PnyxAnomalyParams params; /* families are borrowed from the section */
  PnyxAnomalyTracker *tracker;
  PnyxLearner *learner; /* owned */
  guint n_context;      /* of the model */
  PnyxTime usable_from;
  gdouble threshold;
  gdouble *rows, *scores;
  guint32 *order, *suspects;
};

/* ---- What a scenario asks for ---- */

static gboolean fault (const PnyxSection *section, const gchar *attribute, GError **error,
                       const gchar *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fault (const PnyxSection *section, const gchar *attribute, GError **error, const gchar *format, ...)
{
  PnyxPlace place = pnyx_section_place_of (section, attribute);
  g_autofree gchar *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place, "%s", message);
  return FALSE;
}

static PnyxFamily
find_family (const gchar *name)
{
  for (guint family = 1; family < PNYX_N_FAMILIES; family++)
    if (g_str_equal (name, pnyx_family_names[family]))
      return (PnyxFamily)family;
  return PNYX_FAMILY_NONE;
}

static const gchar *const family_params[PNYX_N_PARTS]
    = { "train-families", "validation-families", "test-families" };

static gboolean
check_families (const PnyxSection *section, const PnyxAnomalyParams *params, GError **error)
{
  const gchar *where[PNYX_N_FAMILIES] = { NULL };

  for (guint part = 0; part < PNYX_N_PARTS; part++)
    {
      const gchar *name = family_params[part];

      if (params->families[part] == NULL || params->families[part][0] == NULL)
        return fault (section, name, error, "%s is empty (expected at least one family)", name);
      for (guint i = 0; params->families[part][i] != NULL; i++)
        {
          const gchar *text = params->families[part][i];
          PnyxFamily family = find_family (text);
          g_autofree gchar *all = NULL;

          if (family == PNYX_FAMILY_NONE)
            {
              all = g_strjoinv (", ", (gchar **)(guintptr)(pnyx_family_names + 1));
              return fault (section, name, error, "%s: no family \"%s\" (expected %s)", name, text,
                            all);
            }
          if (where[family] != NULL)
            return fault (section, name, error,
                          "family \"%s\" is in %s and in %s (expected: each family in one part)",
                          text, where[family], name);
          where[family] = name;
        }
    }
  return TRUE;
}

static void
fill_past_params (const PnyxAnomalyParams *params, PnyxPastParams *past)
{
  *past = (PnyxPastParams){ .embargo = (guint32)params->embargo,
                            .duration = (guint32)params->duration,
                            .liars = params->liars,
                            .sd_low = params->sd_low,
                            .sd_high = params->sd_high,
                            .sd_common = params->sd_common };
  for (guint part = 0; part < PNYX_N_PARTS; part++)
    {
      past->layouts[part] = (guint32)params->layouts[part];
      past->rounds[part] = (guint32)params->rounds[part];
      for (guint i = 0; params->families[part][i] != NULL; i++)
        past->families[part] |= 1U << find_family (params->families[part][i]);
    }
}

static PnyxTime
past_length (const PnyxAnomalyParams *params)
{
  PnyxPastParams past;

  fill_past_params (params, &past);
  return (PnyxTime)pnyx_past_rounds (&past) * params->interval;
}

gboolean
pnyx_anomaly_check (const PnyxSection *section, PnyxLearnerKind kind, GError **error)
{
  const PnyxAnomalyParams *params = section->component_params;
  PnyxPlace place = section->kind.text != NULL ? section->kind.place : section->place;
  PnyxPastParams past;

  if (!pnyx_learner_require (kind, &place, error) || !check_families (section, params, error))
    return FALSE;
  if (params->embargo < params->window)
    return fault (section, "embargo", error,
                  "embargo is below the window: the parts of the past would see each other "
                  "(expected at least %" G_GUINT64_FORMAT ")",
                  params->window);
  if (params->sd_low > params->sd_high)
    return fault (section, "sd-low", error, "sd-low is above sd-high (expected at most that)");
  fill_past_params (params, &past);
  if (pnyx_past_rounds (&past) > ROUNDS_MAX)
    return fault (section, "train-rounds", error,
                  "the past has %" G_GUINT64_FORMAT " rounds (expected at most %d)",
                  pnyx_past_rounds (&past), ROUNDS_MAX);
  if (params->train_at != PNYX_TIME_UNSET && params->train_at < past_length (params))
    return fault (section, "train-at", error,
                  "train-at leaves no window to train on: the past takes %" G_GUINT64_FORMAT
                  " rounds of past-interval (expected at least %.15g s)",
                  pnyx_past_rounds (&past), pnyx_time_to_seconds (past_length (params)));
  return TRUE;
}

const PnyxAnomalyParams *
pnyx_anomaly_params_of (const PnyxSection *filter)
{
  const PnyxComponent *component = filter->component;

  if (component != &pnyx_aggregator_boosted.component
      && component != &pnyx_aggregator_logistic.component)
    return NULL;
  return filter->component_params;
}

PnyxTime
pnyx_anomaly_train_at (const PnyxAnomalyParams *params)
{
  return params->train_at != PNYX_TIME_UNSET ? params->train_at : past_length (params);
}

PnyxPast *
pnyx_anomaly_past_new (const PnyxAnomalyParams *params, const PnyxPastSource *source,
                       gdouble poisoned)
{
  PnyxPastSource mine = *source;
  PnyxPastParams past;

  fill_past_params (params, &past);
  past.poisoned = poisoned;
  mine.interval = params->interval;
  mine.start = pnyx_anomaly_train_at (params) - past_length (params);
  return pnyx_past_new (&past, &mine, (guint)params->window);
}

/* ---- The filter ---- */

PnyxAnomaly *
pnyx_anomaly_new (PnyxArena *arena, PnyxLearnerKind kind, const PnyxAnomalyParams *params,
                  guint32 n_reporters)
{
  PnyxAnomaly *anomaly = pnyx_arena_array (arena, PnyxAnomaly, 1);
  gsize width = PNYX_ANOMALY_N_FEATURES + PNYX_ANOMALY_CONTEXT_MAX;

  anomaly->params = *params;
  anomaly->tracker = pnyx_anomaly_tracker_new (arena, n_reporters, (guint)params->window);
  if (pnyx_learner_available (kind)) /* scenarios are refused else; nothing trains it then */
    anomaly->learner = pnyx_learner_new (kind, PNYX_TARGET_CLASS, &params->learner);
  anomaly->usable_from = PNYX_TIME_MAX;
  anomaly->threshold = NAN;
  anomaly->rows = pnyx_arena_array (arena, gdouble, n_reporters * width);
  anomaly->scores = pnyx_arena_array (arena, gdouble, n_reporters);
  anomaly->order = pnyx_arena_array (arena, guint32, n_reporters);
  anomaly->suspects = pnyx_arena_array (arena, guint32, n_reporters);
  return anomaly;
}

void
pnyx_anomaly_clear (PnyxAnomaly *anomaly)
{
  pnyx_learner_free (anomaly->learner);
  anomaly->learner = NULL;
}

static gint
descending (gconstpointer a, gconstpointer b, gpointer user)
{
  gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

  (void)user;
  return x > y ? -1 : x < y;
}

/* Copies the rows of @part (and with @honest those alone that are labelled so). */
static gsize
gather (const PnyxTrainingSet *set, PnyxPart part, gboolean honest, gdouble *rows, gdouble *labels)
{
  gsize n = 0;

  for (gsize row = 0; row < set->n_rows; row++)
    if (set->parts[row] == part && !(honest && set->labels[row] > 0))
      {
        memcpy (rows + n * set->n_features, set->features + row * set->n_features,
                sizeof *rows * set->n_features);
        labels[n++] = set->labels[row];
      }
  return n;
}

/* The least threshold that at most the allowed share of honest rows reaches; scores are rounded to
 * 1e-6, so the next above a score is a millionth away. */
static gdouble
fix_threshold (gdouble *scores, gsize n, gdouble false_alarms)
{
  gsize allowed = (gsize)floor (false_alarms * (gdouble)n);

  if (n == 0)
    return 0.5;
  g_qsort_with_data (scores, (gint)n, sizeof *scores, descending, NULL);
  if (allowed >= n)
    return 0;
  return scores[allowed] + 0.5e-6;
}

gboolean
pnyx_anomaly_train (PnyxAnomaly *anomaly, const PnyxTrainingSet *set, guint64 *operations)
{
  g_autofree gdouble *rows = g_new (gdouble, set->n_rows * set->n_features);
  g_autofree gdouble *labels = g_new (gdouble, MAX (set->n_rows, 1));
  g_autoptr (GError) error = NULL;
  gsize n;

  PNYX_REQUIRE (anomaly->learner != NULL);
  PNYX_REQUIRE (set->n_features >= PNYX_ANOMALY_N_FEATURES
                && set->n_features <= PNYX_ANOMALY_N_FEATURES + PNYX_ANOMALY_CONTEXT_MAX);
  if (!pnyx_training_set_check_split (set, 0, &error))
    PNYX_FAIL ("%s", error->message);
  n = gather (set, PNYX_PART_TRAIN, FALSE, rows, labels);
  if (!pnyx_learner_train (anomaly->learner, rows, n, set->n_features, labels))
    return FALSE;
  n = gather (set, PNYX_PART_VALIDATION, TRUE, rows, labels);
  pnyx_learner_predict (anomaly->learner, rows, n, labels);
  anomaly->threshold = fix_threshold (labels, n, anomaly->params.false_alarms);
  anomaly->n_context = set->n_features - PNYX_ANOMALY_N_FEATURES;
  *operations = pnyx_learner_training_operations (anomaly->learner)
                + pnyx_learner_inference_operations (anomaly->learner, n)
                + pnyx_sort_operations (n);
  anomaly->usable_from = set->now;
  if (pnyx_compute_time (&anomaly->params.compute, *operations) < PNYX_TIME_MAX - set->now)
    anomaly->usable_from += pnyx_compute_time (&anomaly->params.compute, *operations);
  else
    anomaly->usable_from = PNYX_TIME_MAX;
  return TRUE;
}

PnyxTime
pnyx_anomaly_usable_from (const PnyxAnomaly *anomaly)
{
  return anomaly->usable_from;
}

gdouble
pnyx_anomaly_threshold (const PnyxAnomaly *anomaly)
{
  return anomaly->threshold;
}

void
pnyx_anomaly_score (PnyxAnomaly *anomaly, const gdouble *rows, gsize n, gdouble *scores)
{
  pnyx_learner_predict (anomaly->learner, rows, n, scores);
}

static gint
most_suspicious_first (gconstpointer a, gconstpointer b, gpointer user)
{
  const gdouble *scores = user;
  guint32 i = *(const guint32 *)a, j = *(const guint32 *)b;

  if (scores[i] != scores[j])
    return scores[i] > scores[j] ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* Weight 0 for whom it suspects, the most suspicious first, as long as enough stay. */
static gsize
suspect (PnyxAnomaly *anomaly, gsize n, gdouble *weights)
{
  gsize stay = MAX ((gsize)ceil (anomaly->params.keep * (gdouble)n), 1), dropped = 0;

  pnyx_learner_predict (anomaly->learner, anomaly->rows, n, anomaly->scores);
  for (gsize i = 0; i < n; i++)
    anomaly->suspects[i] = (guint32)i;
  g_qsort_with_data (anomaly->suspects, (gint)n, sizeof *anomaly->suspects, most_suspicious_first,
                     anomaly->scores);
  while (n - dropped > stay && anomaly->scores[anomaly->suspects[dropped]] >= anomaly->threshold)
    weights[anomaly->suspects[dropped++]] = 0;
  return dropped;
}

gdouble
pnyx_anomaly_aggregate (PnyxAnomaly *anomaly, const PnyxReport *reports, gsize n, PnyxTime now,
                        gdouble *weights)
{
  gsize dropped = 0, reached = 0;

  for (gsize i = 0; i < n; i++)
    weights[i] = 1;
  pnyx_anomaly_tracker_round (anomaly->tracker, reports, n, now, anomaly->n_context, anomaly->rows);
  if (now >= anomaly->usable_from)
    dropped = suspect (anomaly, n, weights);
  pnyx_reports_order (reports, n, anomaly->order);
  for (gsize i = 0; i < n; i++)
    if (weights[anomaly->order[i]] > 0 && reached++ == (n - dropped) / 2)
      return reports[anomaly->order[i]].value;
  return NAN;
}

guint64
pnyx_anomaly_operations (const PnyxAnomaly *anomaly, gsize n)
{
  guint64 inference
      = anomaly->learner != NULL ? pnyx_learner_inference_operations (anomaly->learner, n) : 0;

  return pnyx_anomaly_tracker_operations (anomaly->tracker, n) + inference
         + 2 * pnyx_sort_operations (n);
}

void
pnyx_anomaly_detect (PnyxAnomaly *anomaly, const PnyxTrainingSet *set, PnyxPart part,
                     PnyxFamily family, PnyxDetection *detection)
{
  *detection = (PnyxDetection){ 0 };
  for (gsize row = 0; row < set->n_rows; row++)
    {
      gboolean altered = set->families[row] != PNYX_FAMILY_NONE, suspected;
      gdouble score;

      if (set->parts[row] != part
          || (altered && family != PNYX_FAMILY_NONE && set->families[row] != family))
        continue;
      pnyx_learner_predict (anomaly->learner, set->features + row * set->n_features, 1, &score);
      suspected = score >= anomaly->threshold;
      if (altered)
        *(suspected ? &detection->true_positives : &detection->false_negatives) += 1;
      else
        *(suspected ? &detection->false_positives : &detection->true_negatives) += 1;
    }
}
