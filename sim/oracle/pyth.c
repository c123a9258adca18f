/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Publishers send what they have, each on its own, in transactions: a price and a confidence, half
 * the width of the interval that it should be in. The contract keeps the last quote of each one and
 * makes an aggregate of those that are valid (pyth_rule.h): nobody leads and nobody signs for
 * another. What is old counts no more, so that a publisher that is cut off, outbid or silent drops
 * out after a while, and with too few of them the aggregate is unknown: the last answer stays, its
 * confidence is 0.
 *
 * A slot is a span of time here, whatever the chain's blocks are.
 *
 * Source: pyth-network/pyth-client @02f6257, program/rust/src/processor/upd_price.rs, upd_price:
 * which quotes are taken and when there is an aggregate.
 */
#include <math.h>

#include "oracle/oracle.h"
#include "oracle/pyth_rule.h"

typedef struct
{
  PnyxTime interval;
  PnyxTime slot;
  guint64 age;
  guint64 publishers_min;
  guint64 divisor;
  gdouble confidence;
  gint when;
} PythParams;

enum
{
  EACH_UPDATE,
  EACH_SLOT,
};

static const gchar *const when_choices[] = { "update", "slot", NULL };

static const PnyxParam pyth_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 s",
    .min = "100 ms",
    .offset = offsetof (PythParams, interval),
    .meaning = "Time between two quotes of a publisher." },
  { .name = "slot",
    .type = PNYX_PARAM_TIME,
    .fallback = "400 ms",
    .min = "1 ms",
    .offset = offsetof (PythParams, slot),
    .meaning = "Time in which ages are counted.",
    .source = "Solana: DEFAULT_MS_PER_SLOT, the expected duration of a slot" },
  { .name = "age",
    .type = PNYX_PARAM_COUNT,
    .fallback = "25",
    .max = "1000000000",
    .offset = offsetof (PythParams, age),
    .meaning = "Slots after which a quote counts no more: on a chain with slower blocks it should "
               "be more.",
    .source = "pyth-client @25dd347: PC_MAX_SEND_LATENCY" },
  { .name = "publishers-min",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "1",
    .max = "10000",
    .offset = offsetof (PythParams, publishers_min),
    .meaning = "Valid quotes that an aggregate is made of at least." },
  { .name = "confidence-divisor",
    .type = PNYX_PARAM_COUNT,
    .fallback = "20",
    .max = "1000000",
    .offset = offsetof (PythParams, divisor),
    .meaning = "A quote counts while its confidence is at most its price over this; 0: always.",
    .source = "pyth-client @25dd347: MAX_CI_DIVISOR" },
  { .name = "confidence",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0.000000001",
    .max = "1",
    .offset = offsetof (PythParams, confidence),
    .meaning = "Confidence over price, of publishers whose model states none." },
  { .name = "aggregate",
    .type = PNYX_PARAM_ENUM,
    .fallback = "update",
    .choices = when_choices,
    .offset = offsetof (PythParams, when),
    .meaning = "When there is an aggregate: with every update, of all quotes and the new one; or "
               "with the first update of a slot, of the quotes before it.",
    .source = "slot: pyth-client @02f6257, upd_price" },
};

enum /* timers */
{
  ROUND,    /* number of the round */
  READY,    /* quote */
  INFERRED, /* quote */
};

#define QUOTE_METHOD 0
#define CONFIDENCE 0 /* cells: of the aggregate; 0: it is unknown; */
#define SLOT 1       /* slot of the last aggregate + 1; */
#define QUOTES 2     /* by reporter: its last quote + 1 */
#define GAS_VOTE 100 /* to put one of three votes in order */
#define GAS_FIXED 100000
#define GAS_LOAD 2600 /* to load a quote, at most */

/* What a publisher has said once. Immutable once it is sent. */
typedef struct
{
  PnyxObservation observation;
  PnyxPythQuote quote;
  guint64 round;
  PnyxTime sent;
} Quote;

typedef struct
{
  Quote *quotes;
  guint32 n_quotes, capacity;
  guint32 *latest;     /* by reporter: quote that it has ready; PNYX_NONE: none */
  const Quote **valid; /* scratch of an aggregate: n_reporters, */
  PnyxPythQuote *valid_quotes;
  gint64 *votes; /* three times as many */
} Pyth;

static const PythParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static guint64
slot_at (const PnyxOracle *oracle, PnyxTime time)
{
  return (guint64)(time / params_of (oracle)->slot);
}

/* ---- Publishers ---- */

static void
look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Pyth *pyth = oracle->state;
  Quote quote = { .round = round };

  if (!pnyx_oracle_online (oracle, number)
      || !pnyx_oracle_observe (oracle, number, round, pnyx_world_now (oracle->world),
                               &quote.observation))
    return;
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), pyth->quotes, pyth->n_quotes,
                      pyth->capacity);
  pyth->quotes[pyth->n_quotes] = quote;
  if (oracle->reporters[number].ops->infers)
    pnyx_oracle_infer (oracle, number, INFERRED, pyth->n_quotes);
  else
    pnyx_oracle_set_timer (oracle, number, quote.observation.ready, READY, pyth->n_quotes);
  pyth->n_quotes++;
}

/* The filter and the estimators beside it are asked of the quotes that were ready in a round. */
static void
compare (PnyxOracle *oracle, guint64 round)
{
  Pyth *pyth = oracle->state;
  g_autofree PnyxObservation *observations = g_new (PnyxObservation, oracle->n_reporters);
  gsize n = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (pyth->latest[i] != PNYX_NONE && pyth->quotes[pyth->latest[i]].round == round)
      observations[n++] = pyth->quotes[pyth->latest[i]].observation;
  pnyx_oracle_compare (oracle, observations, n);
  pnyx_oracle_estimate (oracle, observations, n);
}

static void
on_round (PnyxOracle *oracle, guint32 round)
{
  if (round > 0)
    compare (oracle, round - 1);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    look (oracle, i, round);
  pnyx_oracle_set_timer (oracle, 0, pnyx_world_now (oracle->world) + params_of (oracle)->interval,
                         ROUND, round + 1);
}

static void
on_inferred (PnyxOracle *oracle, guint32 number, guint32 index)
{
  Pyth *pyth = oracle->state;
  PnyxObservation *observation = &pyth->quotes[index].observation;

  observation->ready += pnyx_world_now (oracle->world) - observation->report.observed;
  pnyx_oracle_set_timer (oracle, number, observation->ready, READY, index);
}

static void
on_ready (PnyxOracle *oracle, guint32 number, guint32 index)
{
  const PythParams *params = params_of (oracle);
  Pyth *pyth = oracle->state;
  Quote *quote = &pyth->quotes[index];
  gdouble stated = quote->observation.report.confidence, width;
  gint64 arguments[4] = { index };

  pyth->latest[number] = index;
  if (!pnyx_oracle_online (oracle, number))
    return;
  quote->sent = pnyx_world_now (oracle->world);
  quote->quote.price = pnyx_price_from_log (quote->observation.report.value);
  width = (gdouble)quote->quote.price * (isnan (stated) ? params->confidence : stated);
  quote->quote.confidence = MAX (llround (MIN (width, 9e18)), 1);
  quote->quote.trading = TRUE;
  quote->quote.slot = slot_at (oracle, quote->sent);
  arguments[1] = quote->quote.price;
  arguments[2] = quote->quote.confidence;
  arguments[3] = (gint64)quote->quote.slot;
  pnyx_oracle_submit (oracle, number, QUOTE_METHOD, arguments, 4, 0,
                      GAS_FIXED + oracle->n_reporters * (guint64)(GAS_LOAD + 3 * GAS_VOTE));
}

/* ---- The contract ---- */

/* The times of an answer are those of the quote in the middle of the @n valid ones; most of them
 * are in order. */
static PnyxAnswer
answer_of (const Quote **valid, gsize n, const PnyxPythAggregate *aggregate)
{
  const Quote *middle;

  for (gsize i = 1; i < n; i++)
    {
      const Quote *quote = valid[i];
      gsize k = i;

      for (;
           k > 0 && valid[k - 1]->observation.report.observed > quote->observation.report.observed;
           k--)
        valid[k] = valid[k - 1];
      valid[k] = quote;
    }
  middle = valid[n / 2];
  return (PnyxAnswer){ .value = aggregate->price,
                       .round = middle->round,
                       .begun = middle->observation.report.observed,
                       .observed = middle->observation.report.observed,
                       .inferred = middle->observation.ready,
                       .agreed = middle->sent };
}

static void
aggregate (const PnyxOracle *oracle, PnyxFrame *frame, guint64 slot)
{
  const PythParams *params = params_of (oracle);
  const Pyth *pyth = oracle->state;
  PnyxPythRule rule = { .publishers_min = (guint32)params->publishers_min,
                        .latency_max = params->age,
                        .confidence_divisor = (guint32)params->divisor };
  PnyxPythAggregate made;
  PnyxAnswer answer;
  gsize n = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gint64 last = pnyx_frame_get (frame, oracle->cells + QUOTES + i);
      const Quote *quote = last > 0 ? &pyth->quotes[last - 1] : NULL;

      if (quote == NULL || !pnyx_pyth_is_valid (&rule, &quote->quote, slot))
        continue;
      pyth->valid[n] = quote;
      pyth->valid_quotes[n++] = quote->quote;
    }
  if (!pnyx_frame_burn (frame, 3 * n * (guint64)GAS_VOTE))
    return;
  made = pnyx_pyth_aggregate (&rule, pyth->valid_quotes, n, slot, pyth->votes);
  pnyx_frame_set (frame, oracle->cells + SLOT, (gint64)slot + 1);
  pnyx_frame_set (frame, oracle->cells + CONFIDENCE, made.trading ? made.confidence : 0);
  if (!made.trading || made.price <= 0)
    return;
  answer = answer_of (pyth->valid, n, &made);
  pnyx_frame_record (frame, PNYX_RECORD_AGGREGATED, made.price, made.confidence,
                     (gint64)made.n_valid, (gint64)slot);
  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
pyth_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Pyth *pyth = oracle->state;
  guint64 slot = slot_at (oracle, pnyx_frame_time (frame));
  gboolean each = params_of (oracle)->when == EACH_UPDATE;
  const Quote *quote;
  PnyxCell cell;
  gint64 last;

  if (call->method != QUOTE_METHOD || (guint64)call->arguments[0] >= pyth->n_quotes)
    return FALSE;
  quote = &pyth->quotes[call->arguments[0]];
  if (oracle->reporters[quote->observation.report.reporter].account != pnyx_frame_sender (frame)
      || quote->quote.slot > slot)
    return FALSE;
  cell = oracle->cells + QUOTES + quote->observation.report.reporter;
  last = pnyx_frame_get (frame, cell);
  if (last > 0 && pyth->quotes[last - 1].quote.slot >= quote->quote.slot)
    return FALSE; /* a newer one of the same publisher is there */
  if (!each && (guint64)pnyx_frame_get (frame, oracle->cells + SLOT) <= slot)
    aggregate (oracle, frame, slot);
  pnyx_frame_set (frame, cell, call->arguments[0] + 1);
  if (each)
    aggregate (oracle, frame, slot);
  return TRUE;
}

/* ---- Events ---- */

static void
pyth_on_message (PnyxOracle *oracle, guint32 to, guint32 from, guint32 kind, guint32 payload)
{
  (void)oracle;
  (void)to;
  (void)from;
  (void)kind;
  (void)payload;
  PNYX_REQUIRE (FALSE); /* publishers send each other nothing */
}

static void
pyth_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  switch (kind)
    {
    case ROUND:
      on_round (oracle, payload);
      break;
    case READY:
      on_ready (oracle, number, payload);
      break;
    default:
      on_inferred (oracle, number, payload);
    }
}

static gboolean
pyth_init (PnyxOracle *oracle, GError **error)
{
  const PythParams *params = params_of (oracle);
  PnyxPlace place = pnyx_section_place_of (oracle->section, "publishers-min");
  PnyxArena *arena = pnyx_world_arena (oracle->world);
  Pyth *pyth = oracle->state;

  if (params->publishers_min > oracle->n_reporters)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "publishers-min is %" G_GUINT64_FORMAT " (expected at most %u: there are "
                         "no more reporters)",
                         params->publishers_min, oracle->n_reporters);
      return FALSE;
    }
  pyth->latest = pnyx_arena_array (arena, guint32, oracle->n_reporters);
  pyth->valid = pnyx_arena_array (arena, const Quote *, oracle->n_reporters);
  pyth->valid_quotes = pnyx_arena_array (arena, PnyxPythQuote, oracle->n_reporters);
  pyth->votes = pnyx_arena_array (arena, gint64, 3 * oracle->n_reporters);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    pyth->latest[i] = PNYX_NONE;
  pnyx_oracle_set_timer (oracle, 0, 0, ROUND, 0);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_pyth = {
  .component
  = { .name = "pyth",
      .summary = "Publishers send prices with confidences in transactions; the answer is the "
                 "median of three votes of each.",
      .source = "pyth-network/pyth-client @25dd347 and @02f6257, programs for Solana",
      .limits = "Signatures cost bytes only. The answer is made by the rule: the filter is asked "
                "beside it. Aggregates are on the chain where the publishers are: none is carried "
                "to another.",
      .params = pyth_params,
      .n_params = G_N_ELEMENTS (pyth_params),
      .params_size = sizeof (PythParams) },
  .prices = TRUE,
  .reporters_min = 1,
  .n_cells = QUOTES,
  .n_cells_each = 1,
  .state_size = sizeof (Pyth),
  .init = pyth_init,
  .on_message = pyth_on_message,
  .on_timer = pyth_on_timer,
  .execute = pyth_execute,
};
