/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mean over time of what a pool on the same chain trades at. Nobody reports: the contract keeps,
 * once in each period, the sums of the pool's price, and whoever calls it has it divide what the
 * sums have grown by since the youngest of those that are a window old. The oracle's reporters are
 * only the keepers that call: one has its turn in each period, the next tries where it has not come
 * through. What is done and undone within a block is in no sum.
 */
#include <math.h>

#include "contract/contract.h"
#include "oracle/oracle.h"
#include "oracle/twap_rule.h"

typedef struct
{
  const gchar *pool;
  gint mean;
  PnyxTime window;
  PnyxTime interval;
  gdouble deviation;
  PnyxTime stage;
} TwapParams;

static const gchar *const means[] = { "arithmetic", "geometric", NULL }; /* as PnyxTwapMean */

static const PnyxParam twap_params[] = {
  { .name = "pool",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "contract",
    .fallback = "pool",
    .offset = offsetof (TwapParams, pool),
    .meaning = "Pool whose price is averaged, on the oracle's chain." },
  { .name = "mean",
    .type = PNYX_PARAM_ENUM,
    .choices = means,
    .fallback = "arithmetic",
    .offset = offsetof (TwapParams, mean),
    .meaning = "Of prices, or of their logarithms.",
    .source = "Uniswap/v2-core, UniswapV2Pair.sol; Uniswap v3 whitepaper, section 5.2" },
  { .name = "window",
    .type = PNYX_PARAM_TIME,
    .fallback = "30 min",
    .min = "1 s",
    .max = "30 d",
    .offset = offsetof (TwapParams, window),
    .meaning = "Time that an answer is the mean of, at least; up to a period more." },
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 min",
    .min = "1 s",
    .max = "30 d",
    .offset = offsetof (TwapParams, interval),
    .meaning = "Period: sums are kept and an answer given once in each." },
  { .name = "deviation",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0",
    .max = "1",
    .offset = offsetof (TwapParams, deviation),
    .meaning = "Within a period an answer is given too where it differs by this from the last; "
               "left out: never." },
  { .name = "stage",
    .type = PNYX_PARAM_TIME,
    .fallback = "20 s",
    .min = "1 s",
    .max = "1 d",
    .offset = offsetof (TwapParams, stage),
    .meaning = "Time that a keeper is given before the next one tries." },
};

/* Cells: the number of the newest sums that are kept, then places for three numbers each. Sums 0
 * are those of genesis, where all of them are 0. */
enum
{
  NEWEST,
  KEPT,
};

enum
{
  KEPT_PRICE,
  KEPT_TICK,
  KEPT_SECOND,
  N_KEPT,
};

#define PLACES 64
#define UPDATE_METHOD 0
#define GAS_UPDATE 400000 /* at most: all places are looked through */

enum /* timers */
{
  TURN, /* round */
};

typedef struct
{
  const PnyxPool *pool; /* NULL until contracts are made */
  PnyxTime *sent;       /* by reporter: the last call; -1: none */
} Twap;

typedef struct
{
  PnyxOracle *oracle;
  guint32 number;
} Keeper;

static const TwapParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

/* ---- The contract ---- */

static PnyxCell
place_of (const PnyxOracle *oracle, gint64 number)
{
  return oracle->cells + KEPT + (PnyxCell)(number % PLACES) * N_KEPT;
}

static PnyxTwap
load (const PnyxOracle *oracle, PnyxFrame *frame, gint64 number)
{
  PnyxCell place = place_of (oracle, number);

  return (PnyxTwap){ .prices = (guint64)pnyx_frame_get (frame, place + KEPT_PRICE),
                     .ticks = pnyx_frame_get (frame, place + KEPT_TICK),
                     .second = pnyx_frame_get (frame, place + KEPT_SECOND),
                     .seeded = TRUE };
}

static void
keep (const PnyxOracle *oracle, PnyxFrame *frame, gint64 number, const PnyxTwap *sums)
{
  PnyxCell place = place_of (oracle, number);

  pnyx_frame_set (frame, place + KEPT_PRICE, (gint64)sums->prices);
  pnyx_frame_set (frame, place + KEPT_TICK, sums->ticks);
  pnyx_frame_set (frame, place + KEPT_SECOND, sums->second);
  pnyx_frame_set (frame, oracle->cells + NEWEST, number);
}

/* The youngest sums that are a window old. Returns: FALSE: there are none yet. */
static gboolean
find_anchor (const PnyxOracle *oracle, PnyxFrame *frame, gint64 newest, gint64 second,
             PnyxTwap *anchor)
{
  gint64 window = params_of (oracle)->window / PNYX_SECOND;

  for (gint64 at = newest; at >= 0 && at > newest - PLACES; at--)
    if (second - pnyx_frame_get (frame, place_of (oracle, at) + KEPT_SECOND) >= window)
      {
        *anchor = load (oracle, frame, at);
        return pnyx_frame_burn (frame, 0);
      }
  return FALSE;
}

static gboolean
deviates (const PnyxOracle *oracle, PnyxFrame *frame, gint64 value)
{
  const PnyxAnswer *last = pnyx_oracle_read (oracle, frame, PNYX_READ_HEAD);
  gdouble deviation = params_of (oracle)->deviation;

  if (last == NULL)
    return TRUE;
  return !isnan (deviation) && fabs ((gdouble)value / (gdouble)last->value - 1) >= deviation;
}

static void
publish (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxTwap *anchor, gint64 value,
         gint64 round)
{
  PnyxTime now = pnyx_frame_time (frame), begun = anchor->second * PNYX_SECOND;
  PnyxAnswer answer = { .value = value,
                        .round = (guint64)round,
                        .begun = begun,
                        .observed = begun + (now - begun) / 2,
                        .inferred = now,
                        .agreed = now };

  pnyx_oracle_publish (oracle, frame, &answer);
}

static gboolean
twap_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Twap *twap = oracle->state;
  PnyxPoolSums sums = pnyx_pool_read_sums (twap->pool, frame);
  PnyxTwap now = {
    .prices = sums.price, .ticks = sums.tick, .second = (gint64)sums.seconds, .seeded = TRUE
  };
  gint64 period = params_of (oracle)->interval / PNYX_SECOND;
  gint64 newest = pnyx_frame_get (frame, oracle->cells + NEWEST);
  gint64 last = pnyx_frame_get (frame, place_of (oracle, newest) + KEPT_SECOND);
  gboolean due = now.second / period > last / period;
  gint64 value = 0;
  PnyxTwap anchor;

  if (call->method != UPDATE_METHOD || !pnyx_frame_burn (frame, 0))
    return FALSE;
  if (find_anchor (oracle, frame, newest, now.second, &anchor))
    value = (gint64)pnyx_twap_consult (&anchor, &now, (PnyxTwapMean)params_of (oracle)->mean);
  if (!due && (value <= 0 || !deviates (oracle, frame, value)))
    return FALSE;
  if (due)
    keep (oracle, frame, newest + 1, &now);
  if (value > 0)
    publish (oracle, frame, &anchor, value, newest + 1);
  return pnyx_frame_burn (frame, 0);
}

/* ---- Keepers ---- */

static guint32
turn_of (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  guint32 n = oracle->n_reporters;

  return (number + n - (guint32)(round % n)) % n;
}

/* Calls where the contract would take it as the keeper sees the chain. */
static void
poke (PnyxOracle *oracle, guint32 number)
{
  Twap *twap = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world);
  const PnyxCall call = { .contract = oracle->contract, .method = UPDATE_METHOD };

  if (!pnyx_oracle_online (oracle, number)
      || (twap->sent[number] >= 0 && now < twap->sent[number] + params_of (oracle)->stage))
    return;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (pnyx_machine_try (oracle->machine, oracle->reporters[number].account, &call, GAS_UPDATE, NULL)
      != PNYX_OUTCOME_DONE)
    return;
  twap->sent[number] = now;
  pnyx_oracle_submit (oracle, number, UPDATE_METHOD, NULL, 0, 0, GAS_UPDATE);
}

static void
set_turn (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const TwapParams *params = params_of (oracle);

  pnyx_oracle_set_timer (oracle, number,
                         (PnyxTime)round * params->interval
                             + params->stage * turn_of (oracle, number, round),
                         TURN, (guint32)round);
}

static void
twap_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 round)
{
  (void)kind;
  poke (oracle, number);
  set_turn (oracle, number, round + 1);
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  const Keeper *keeper = user;
  PnyxOracle *oracle = keeper->oracle;
  guint64 round = (guint64)(pnyx_world_now (oracle->world) / params_of (oracle)->interval);

  (void)node;
  (void)head;
  if (turn_of (oracle, keeper->number, round) == 0)
    poke (oracle, keeper->number);
}

static void
twap_on_message (PnyxOracle *oracle, guint32 to, guint32 from, guint32 kind, guint32 payload)
{
  (void)oracle;
  (void)to;
  (void)from;
  (void)kind;
  (void)payload;
}

/* ---- Set-up ---- */

static const PnyxSection *
find_pool (const PnyxSection *section)
{
  const TwapParams *params = section->component_params;

  for (gsize i = 0; i < pnyx_section_count (section->parent, "contract"); i++)
    {
      const PnyxSection *contract = pnyx_section_child (section->parent, "contract", i);

      if (g_strcmp0 (((const PnyxContractParams *)contract->params)->id, params->pool) == 0)
        return contract;
    }
  return NULL;
}

static gboolean
check_pool (const PnyxSection *section, GError **error)
{
  const PnyxSection *pool = find_pool (section);
  const PnyxOracleParams *own = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "pool");
  const PnyxContractParams *of;

  if (pool == NULL || pool->component != &pnyx_contract_pool.component)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "twap %s has no pool %s (expected the id of a contract of kind pool)",
                         own->id, ((const TwapParams *)section->component_params)->pool);
      return FALSE;
    }
  of = pool->params;
  if (g_str_equal (of->chain, own->chain))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "twap %s is on chain %s, its pool %s on chain %s (expected one chain)",
                     own->id, own->chain, of->id, of->chain);
  return FALSE;
}

static gboolean
twap_check (const PnyxSection *section, GError **error)
{
  const TwapParams *params = section->component_params;
  PnyxPlace place = pnyx_section_place_of (section, "window");

  if (params->window > params->interval * (PLACES - 2))
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "window is %g s with an interval of %g s (expected at most %u times that: "
                         "so many sums are kept)",
                         pnyx_time_to_seconds (params->window),
                         pnyx_time_to_seconds (params->interval), PLACES - 2);
      return FALSE;
    }
  return check_pool (section, error);
}

static void
twap_bind (PnyxOracle *oracle, const struct PnyxContracts *contracts)
{
  ((Twap *)oracle->state)->pool = pnyx_contracts_find (contracts, params_of (oracle)->pool)->pool;
}

static gboolean
twap_init (PnyxOracle *oracle, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (oracle->world);
  Twap *twap = oracle->state;
  Keeper *keepers = pnyx_arena_array (arena, Keeper, oracle->n_reporters);

  (void)error;
  twap->sent = pnyx_arena_array (arena, PnyxTime, oracle->n_reporters);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      keepers[i] = (Keeper){ oracle, i };
      twap->sent[i] = -1;
      set_turn (oracle, i, 1);
      if (!isnan (params_of (oracle)->deviation))
        pnyx_chain_listen (oracle->chain, oracle->reporters[i].node, on_head, &keepers[i]);
    }
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_twap = {
  .component
  = { .name = "twap",
      .summary
      = "The mean over time of what a pool on the chain trades at, by the pool's own sums; "
        "reporters only call.",
      .source = "Uniswap/v2-core @ee547b1, contracts/UniswapV2Pair.sol; v2-periphery, "
                "ExampleSlidingWindowOracle.sol; Uniswap v3 whitepaper (2021), section 5.2",
      .limits = "Its feed is only the truth that it is judged by. An answer counts as observed in "
                "the middle of its window. Filters, estimators and errors of reporters do nothing; "
                "nobody pays keepers back.",
      .params = twap_params,
      .n_params = G_N_ELEMENTS (twap_params),
      .params_size = sizeof (TwapParams) },
  .prices = TRUE,
  .reporters_min = 1,
  .n_cells = KEPT + PLACES * N_KEPT,
  .state_size = sizeof (Twap),
  .check = twap_check,
  .init = twap_init,
  .bind = twap_bind,
  .on_message = twap_on_message,
  .on_timer = twap_on_timer,
  .execute = twap_execute,
};
