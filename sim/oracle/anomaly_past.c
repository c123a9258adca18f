/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The past is a row of blocks, one for each layout, train before validation before test, with an
 * embargo after each. A block is drawn round by round: honest reports first, then what an incident
 * puts in their place. Incidents follow each other with quiet rounds between them. Features are
 * computed afterwards by the same tracker that the filter has, which forgets between blocks.
 */
#include "oracle/anomaly_past.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "oracle/anomaly_features.h"

#define CAMOUFLAGE_SHARE 0.1
#define CAMOUFLAGE_LENGTH 4

const gchar *const pnyx_family_names[PNYX_N_FAMILIES + 1]
    = { "none",  "constant-bias", "precise-bias", "drift",       "camouflage",
        "spike", "stuck",         "copy",         "noise-burst", NULL };

struct _PnyxPast
{
  gsize n_rounds;
  guint32 n_reporters;
  guint width;
  PnyxTime end;
  PnyxReport *reports;
  gdouble *features; /* rows times width */
  gdouble *context;  /* rounds times n_context */
  gdouble *labels;
  gdouble *truths;    /* of rounds */
  PnyxTime *at;       /* of rounds */
  guint32 *reporters; /* of rows, and so on */
  PnyxTime *times;
  guint32 *families;
  guint32 *layouts;
  guint8 *parts;
};

/* An incident that goes on. */
typedef struct
{
  PnyxFamily family;
  gsize begin, end; /* rounds of the past; end is beyond */
  gdouble size;     /* in value, with its sign */
} Incident;

typedef struct
{
  const PnyxPastParams *params;
  const PnyxPastSource *source;
  PnyxPast *past;
  PnyxRng noise, own, common, age, layout, incident, poison;
  gdouble typical; /* standard deviation */
  gdouble *sd;     /* of the block's reporters */
  gboolean *liar;  /* of the incident */
  guint32 *victim; /* whom a liar copies */
  gdouble *frozen; /* what a liar said when it began */
  guint32 *shuffled;
} Draft;

guint64
pnyx_past_rounds (const PnyxPastParams *params)
{
  guint64 rounds = 0;

  for (guint part = 0; part < PNYX_N_PARTS; part++)
    rounds += (guint64)params->layouts[part] * (params->rounds[part] + params->embargo);
  return rounds;
}

static gdouble
between (PnyxRngCursor *cursor, gdouble low, gdouble high)
{
  return low * pow (high / low, pnyx_rng_cursor_uniform (cursor));
}

static gdouble
draw_size (PnyxFamily family, PnyxRngCursor *cursor)
{
  gdouble sign = pnyx_rng_cursor_below (cursor, 2) == 0 ? -1 : 1;

  switch (family)
    {
    case PNYX_FAMILY_PRECISE_BIAS:
      return sign * between (cursor, 1.5, 4);
    case PNYX_FAMILY_DRIFT:
      return sign * between (cursor, 3, 30);
    case PNYX_FAMILY_SPIKE:
      return sign * between (cursor, 10, 200);
    case PNYX_FAMILY_NOISE_BURST:
      return between (cursor, 5, 30);
    default:
      return sign * between (cursor, 5, 80);
    }
}

static PnyxFamily
draw_family (guint32 families, PnyxRngCursor *cursor)
{
  guint64 chosen = pnyx_rng_cursor_below (cursor, (guint64)__builtin_popcount (families));

  for (guint family = 1; family < PNYX_N_FAMILIES; family++)
    if ((families >> family & 1) != 0 && chosen-- == 0)
      return (PnyxFamily)family;
  PNYX_REQUIRE (FALSE);
  return PNYX_FAMILY_NONE;
}

/* Who lies, and whom each would copy: an honest reporter. */
static void
draw_liars (Draft *draft, PnyxRngCursor *cursor)
{
  guint32 n = draft->source->n_reporters;
  guint32 most = MIN ((guint32)floor (draft->params->liars * n), n - 1), count;

  count = 1 + (guint32)pnyx_rng_cursor_below (cursor, MAX (most, 1));
  for (guint32 i = 0; i < n; i++)
    draft->shuffled[i] = i;
  for (guint32 i = n; i > 1; i--)
    {
      guint32 j = (guint32)pnyx_rng_cursor_below (cursor, i), kept = draft->shuffled[i - 1];

      draft->shuffled[i - 1] = draft->shuffled[j];
      draft->shuffled[j] = kept;
    }
  for (guint32 i = 0; i < n; i++)
    {
      draft->liar[draft->shuffled[i]] = i < count;
      draft->victim[draft->shuffled[i]]
          = n > count ? draft->shuffled[count + pnyx_rng_cursor_below (cursor, n - count)] : i;
    }
}

/* The incident after @incident, in a block that ends with round @end. */
static void
next_incident (Draft *draft, guint32 families, Incident *incident, gsize round)
{
  PnyxRngCursor cursor;
  guint64 length;

  pnyx_rng_cursor_init (&cursor, &draft->incident, 0, round);
  incident->family = draw_family (families, &cursor);
  incident->size = draw_size (incident->family, &cursor);
  if (incident->family != PNYX_FAMILY_NOISE_BURST)
    incident->size *= draft->typical;
  incident->begin = round + 1 + pnyx_rng_cursor_below (&cursor, draft->params->duration);
  length = 1 + pnyx_rng_cursor_below (&cursor, draft->params->duration);
  if (incident->family == PNYX_FAMILY_SPIKE)
    length = 1;
  else if (incident->family == PNYX_FAMILY_CAMOUFLAGE)
    length *= CAMOUFLAGE_LENGTH;
  else if (incident->family == PNYX_FAMILY_STUCK || incident->family == PNYX_FAMILY_COPY)
    length += 1; /* the first round is honest */
  incident->end = incident->begin + length;
  draw_liars (draft, &cursor);
}

static gdouble
honest_value (const Draft *draft, gsize round, guint32 reporter, PnyxTime observed)
{
  const PnyxPastSource *source = draft->source;

  return source->truth (source->user, observed)
         + draft->params->sd_common * pnyx_rng_normal (&draft->common, 0, round)
         + draft->sd[reporter] * pnyx_rng_normal (&draft->noise, reporter, round);
}

/* Returns: whether the report is altered. */
static gboolean
alter (Draft *draft, const Incident *incident, gsize round, PnyxReport *report)
{
  PnyxPast *past = draft->past;
  guint32 reporter = report->reporter;
  gdouble truth = past->truths[round];
  gdouble progress
      = (gdouble)(round - incident->begin + 1) / (gdouble)(incident->end - incident->begin);

  switch (incident->family)
    {
    case PNYX_FAMILY_CONSTANT_BIAS:
    case PNYX_FAMILY_SPIKE:
      report->value += incident->size;
      return TRUE;
    case PNYX_FAMILY_PRECISE_BIAS:
      report->value = truth + incident->size
                      + draft->typical / 10 * pnyx_rng_normal (&draft->own, reporter, round);
      return TRUE;
    case PNYX_FAMILY_DRIFT:
      report->value += incident->size * progress;
      return TRUE;
    case PNYX_FAMILY_CAMOUFLAGE:
      /* All in the same rounds: entity beyond all reporters. */
      if (pnyx_rng_uniform (&draft->own, PNYX_NONE, round) >= CAMOUFLAGE_SHARE)
        return FALSE;
      report->value += incident->size;
      return TRUE;
    case PNYX_FAMILY_STUCK:
      if (round == incident->begin)
        {
          draft->frozen[reporter] = report->value;
          return FALSE;
        }
      report->value = draft->frozen[reporter];
      return TRUE;
    case PNYX_FAMILY_COPY:
      if (round == incident->begin)
        return FALSE;
      report->value
          = past->reports[(round - 1) * past->n_reporters + draft->victim[reporter]].value;
      return TRUE;
    case PNYX_FAMILY_NOISE_BURST:
      report->value
          = truth
            + incident->size * draft->sd[reporter] * pnyx_rng_normal (&draft->own, reporter, round);
      return TRUE;
    case PNYX_FAMILY_NONE:
    case PNYX_N_FAMILIES:
      break;
    }
  PNYX_REQUIRE (FALSE);
  return FALSE;
}

static void
draw_round (Draft *draft, const Incident *incident, gsize round, PnyxPart part, guint32 layout)
{
  const PnyxPastSource *source = draft->source;
  PnyxPast *past = draft->past;
  PnyxTime now = past->at[round];
  gdouble *context = past->context + round * source->n_context;

  past->truths[round] = source->truth (source->user, now);
  if (source->n_context > 0)
    source->context (source->user, now, context);
  for (guint32 i = 0; i < past->n_reporters; i++)
    {
      gsize row = round * past->n_reporters + i;
      PnyxReport *report = &past->reports[row];
      gdouble age = pnyx_rng_uniform (&draft->age, i, round) * (gdouble)source->age_max;
      gboolean altered = FALSE;

      *report = (PnyxReport){ .reporter = i,
                              .confidence = NAN,
                              .observed = MAX (now - (PnyxTime)age, 0),
                              .features = source->n_context > 0 ? context : NULL,
                              .n_features = source->n_context };
      report->value = honest_value (draft, round, i, report->observed);
      if (round >= incident->begin && round < incident->end && draft->liar[i])
        altered = alter (draft, incident, round, report);
      past->reporters[row] = i;
      past->times[row] = now;
      past->layouts[row] = layout;
      past->parts[row] = (guint8)part;
      past->families[row] = altered ? (guint32)incident->family : PNYX_FAMILY_NONE;
      past->labels[row] = altered ? 1 : 0;
      if (altered && part == PNYX_PART_TRAIN
          && pnyx_rng_uniform (&draft->poison, i, round) < draft->params->poisoned)
        past->labels[row] = 0;
    }
}

/* One layout: rounds @from to @from + its number, at @start in time. */
static void
draw_block (Draft *draft, PnyxPart part, guint32 layout, gsize from, PnyxTime start)
{
  const PnyxPastParams *params = draft->params;
  guint32 rounds = params->rounds[part];
  Incident incident;

  for (guint32 i = 0; i < draft->source->n_reporters; i++)
    draft->sd[i]
        = params->sd_low
          * pow (params->sd_high / params->sd_low, pnyx_rng_uniform (&draft->layout, i, layout));
  next_incident (draft, params->families[part], &incident, from);
  for (gsize round = from; round < from + rounds; round++)
    {
      draft->past->at[round] = start + (PnyxTime)(round - from) * draft->source->interval;
      if (round == incident.end)
        next_incident (draft, params->families[part], &incident, round);
      draw_round (draft, &incident, round, part, layout);
    }
}

static void
draw_all (Draft *draft)
{
  const PnyxPastParams *params = draft->params;
  PnyxTime time = draft->source->start;
  guint32 layout = 0;
  gsize round = 0;

  for (guint part = 0; part < PNYX_N_PARTS; part++)
    for (guint32 i = 0; i < params->layouts[part]; i++, layout++)
      {
        draw_block (draft, (PnyxPart)part, layout, round, time);
        round += params->rounds[part];
        time += (PnyxTime)(params->rounds[part] + params->embargo) * draft->source->interval;
      }
  draft->past->end = time;
}

static void
compute_features (PnyxPast *past, guint window, guint n_context)
{
  PnyxArena *arena = pnyx_arena_new (0x40000000);
  PnyxAnomalyTracker *tracker = pnyx_anomaly_tracker_new (arena, past->n_reporters, window);

  for (gsize round = 0; round < past->n_rounds; round++)
    {
      gsize row = round * past->n_reporters;

      if (round > 0 && past->layouts[row] != past->layouts[row - 1])
        pnyx_anomaly_tracker_reset (tracker);
      pnyx_anomaly_tracker_round (tracker, past->reports + row, past->n_reporters, past->at[round],
                                  n_context, past->features + row * past->width);
    }
  pnyx_arena_free (arena);
}

static void
check_params (const PnyxPastParams *params, const PnyxPastSource *source)
{
  for (guint part = 0; part < PNYX_N_PARTS; part++)
    PNYX_REQUIRE (params->layouts[part] >= 1 && params->rounds[part] >= 1
                  && (params->families[part] >> 1) != 0
                  && params->families[part] >> PNYX_N_FAMILIES == 0);
  PNYX_REQUIRE (source->n_reporters >= 1 && source->start >= 0 && source->interval > 0);
  PNYX_REQUIRE (source->n_context <= PNYX_ANOMALY_CONTEXT_MAX && params->duration >= 1);
  PNYX_REQUIRE (params->sd_low > 0 && params->sd_high >= params->sd_low);
  PNYX_REQUIRE (pnyx_past_rounds (params) < 1 << 24);
}

static PnyxPast *
past_alloc (const PnyxPastParams *params, const PnyxPastSource *source)
{
  PnyxPast *past = g_new0 (PnyxPast, 1);
  gsize rows;

  for (guint part = 0; part < PNYX_N_PARTS; part++)
    past->n_rounds += (gsize)params->layouts[part] * params->rounds[part];
  past->n_reporters = source->n_reporters;
  past->width = PNYX_ANOMALY_N_FEATURES + source->n_context;
  rows = past->n_rounds * past->n_reporters;
  past->reports = g_new (PnyxReport, rows);
  past->features = g_new (gdouble, rows * past->width);
  past->context = g_new (gdouble, MAX (past->n_rounds * source->n_context, 1));
  past->labels = g_new (gdouble, rows);
  past->truths = g_new (gdouble, past->n_rounds);
  past->at = g_new (PnyxTime, past->n_rounds);
  past->reporters = g_new (guint32, rows);
  past->times = g_new (PnyxTime, rows);
  past->families = g_new (guint32, rows);
  past->layouts = g_new (guint32, rows);
  past->parts = g_new (guint8, rows);
  return past;
}

PnyxPast *
pnyx_past_new (const PnyxPastParams *params, const PnyxPastSource *source, guint window)
{
  guint32 n = source->n_reporters;
  Draft draft = { .params = params, .source = source };
  const struct
  {
    PnyxRng *rng;
    const gchar *purpose;
  } keys[]
      = { { &draft.noise, "noise" },   { &draft.own, "own" },       { &draft.age, "age" },
          { &draft.layout, "layout" }, { &draft.common, "common" }, { &draft.incident, "incident" },
          { &draft.poison, "poison" } };
  g_autofree gdouble *sd = g_new (gdouble, n), *frozen = g_new0 (gdouble, n);
  g_autofree gboolean *liar = g_new0 (gboolean, n);
  g_autofree guint32 *victim = g_new0 (guint32, n), *shuffled = g_new (guint32, n);

  check_params (params, source);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    pnyx_rng_init (keys[i].rng, source->seed, source->replicate, 0, "oracle.past", keys[i].purpose);
  draft.past = past_alloc (params, source);
  draft.typical = sqrt (params->sd_low * params->sd_high);
  draft.sd = sd;
  draft.liar = liar;
  draft.victim = victim;
  draft.frozen = frozen;
  draft.shuffled = shuffled;
  draw_all (&draft);
  compute_features (draft.past, window, source->n_context);
  return draft.past;
}

void
pnyx_past_free (PnyxPast *past)
{
  if (past == NULL)
    return;
  g_free (past->reports);
  g_free (past->features);
  g_free (past->context);
  g_free (past->labels);
  g_free (past->truths);
  g_free (past->at);
  g_free (past->reporters);
  g_free (past->times);
  g_free (past->families);
  g_free (past->layouts);
  g_free (past->parts);
  g_free (past);
}

void
pnyx_past_set (const PnyxPast *past, PnyxTrainingSet *set)
{
  *set = (PnyxTrainingSet){ .now = past->end,
                            .n_rows = past->n_rounds * past->n_reporters,
                            .n_features = past->width,
                            .features = past->features,
                            .labels = past->labels,
                            .reporters = past->reporters,
                            .times = past->times,
                            .families = past->families,
                            .layouts = past->layouts,
                            .parts = past->parts };
}

gsize
pnyx_past_n_rounds (const PnyxPast *past)
{
  return past->n_rounds;
}

const PnyxReport *
pnyx_past_round (const PnyxPast *past, gsize round, PnyxTime *time)
{
  PNYX_REQUIRE (round < past->n_rounds);
  *time = past->at[round];
  return past->reports + round * past->n_reporters;
}

gdouble
pnyx_past_truth (const PnyxPast *past, gsize round)
{
  PNYX_REQUIRE (round < past->n_rounds);
  return past->truths[round];
}

void
pnyx_past_shuffle_labels (PnyxPast *past, PnyxPart part, guint64 seed)
{
  gsize rows = past->n_rounds * past->n_reporters, n = 0;
  g_autofree gsize *of_part = g_new (gsize, rows);
  PnyxRngCursor cursor;
  PnyxRng rng;

  for (gsize row = 0; row < rows; row++)
    if (past->parts[row] == part)
      of_part[n++] = row;
  pnyx_rng_init (&rng, seed, 0, 0, "oracle.past", "shuffle");
  pnyx_rng_cursor_init (&cursor, &rng, 0, 0);
  for (gsize i = n; i > 1; i--)
    {
      gsize a = of_part[i - 1], b = of_part[pnyx_rng_cursor_below (&cursor, i)];
      gdouble kept = past->labels[a];

      past->labels[a] = past->labels[b];
      past->labels[b] = kept;
    }
}
