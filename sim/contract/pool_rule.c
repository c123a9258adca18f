/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Products of two amounts have up to 256 bits (base/wide.h). The closed forms take the pool's
 * reserves as one: with x paid in and y out of equal worth, u of x buys g u / (1 + g u) of y.
 */
#include "contract/pool_rule.h"

#include <math.h>

#include "base/wide.h"

pnyx_uint128
pnyx_pool_amount_out (pnyx_uint128 in, pnyx_uint128 reserve_in, pnyx_uint128 reserve_out,
                      guint32 fee)
{
  pnyx_uint128 trading = in * (PNYX_POOL_PARTS - fee), out;

  PNYX_REQUIRE (fee <= PNYX_POOL_PARTS && in >> 100 == 0 && reserve_in >> 100 == 0);
  if (trading == 0 || reserve_in == 0)
    return 0;
  PNYX_REQUIRE (pnyx_wide_mul_div (trading, reserve_out, reserve_in * PNYX_POOL_PARTS + trading,
                                   PNYX_ROUND_DOWN, &out));
  return out;
}

gboolean
pnyx_pool_amount_in (pnyx_uint128 out, pnyx_uint128 reserve_in, pnyx_uint128 reserve_out,
                     guint32 fee, pnyx_uint128 *in)
{
  PNYX_REQUIRE (fee <= PNYX_POOL_PARTS && reserve_out >> 100 == 0 && reserve_in >> 100 == 0);
  if (out == 0 || out >= reserve_out || reserve_in == 0 || fee == PNYX_POOL_PARTS)
    return FALSE;
  if (!pnyx_wide_mul_div (reserve_in * PNYX_POOL_PARTS, out,
                          (reserve_out - out) * (PNYX_POOL_PARTS - fee), PNYX_ROUND_DOWN, in)
      || *in == ~(pnyx_uint128)0)
    return FALSE;
  ++*in;
  return TRUE;
}

gboolean
pnyx_pool_keeps (const guint64 reserves[2], const guint64 balances[2], const guint64 in[2],
                 guint32 fee)
{
  pnyx_uint128 adjusted[2];

  PNYX_REQUIRE (fee <= PNYX_POOL_PARTS);
  for (guint i = 0; i < 2; i++)
    {
      PNYX_REQUIRE (in[i] <= balances[i]);
      adjusted[i] = (pnyx_uint128)balances[i] * PNYX_POOL_PARTS - (pnyx_uint128)in[i] * fee;
    }
  return pnyx_wide_compare_products (adjusted[0], adjusted[1],
                                     (pnyx_uint128)reserves[0] * PNYX_POOL_PARTS,
                                     (pnyx_uint128)reserves[1] * PNYX_POOL_PARTS)
         >= 0;
}

pnyx_uint128
pnyx_pool_flash_repayment (pnyx_uint128 out, guint32 fee)
{
  pnyx_uint128 least;

  PNYX_REQUIRE (fee < PNYX_POOL_PARTS && out >> 100 == 0);
  PNYX_REQUIRE (
      pnyx_wide_mul_div (out, PNYX_POOL_PARTS, PNYX_POOL_PARTS - fee, PNYX_ROUND_UP, &least));
  return least;
}

guint64
pnyx_pool_shares_minted (const guint64 amounts[2], const guint64 reserves[2], guint64 supply)
{
  pnyx_uint128 shares[2];

  if (supply == 0)
    {
      pnyx_uint128 root = pnyx_wide_sqrt_product (amounts[0], amounts[1]);

      return root > PNYX_POOL_MINIMUM_SHARES ? (guint64)root - PNYX_POOL_MINIMUM_SHARES : 0;
    }
  for (guint i = 0; i < 2; i++)
    if (reserves[i] == 0
        || !pnyx_wide_mul_div (amounts[i], supply, reserves[i], PNYX_ROUND_DOWN, &shares[i])
        || shares[i] > G_MAXUINT64)
      return 0;
  return (guint64)MIN (shares[0], shares[1]);
}

gboolean
pnyx_pool_shares_worth (guint64 shares, guint64 supply, const guint64 reserves[2],
                        guint64 amounts[2])
{
  PNYX_REQUIRE (supply > 0 && shares <= supply);
  for (guint i = 0; i < 2; i++)
    amounts[i] = (guint64)((pnyx_uint128)shares * reserves[i] / supply);
  return amounts[0] > 0 && amounts[1] > 0;
}

guint64
pnyx_pool_accumulate (guint64 cumulative, guint64 price, guint64 seconds)
{
  return cumulative + price * seconds;
}

gint32
pnyx_pool_tick (gdouble price)
{
  PNYX_REQUIRE (price > 0);
  return (gint32)floor (log (price) / log (1.0001));
}

/* ---- Closed forms ---- */

PnyxPoolMove
pnyx_pool_move (gdouble multiple, gdouble fee)
{
  gdouble g = 1 - fee;
  gdouble in = (sqrt (fee * fee + 4 * g * multiple) - (1 + g)) / (2 * g);

  return (PnyxPoolMove){ .in = in, .loss = in - g * in / (1 + g * in) };
}

gdouble
pnyx_pool_twap_cost (gdouble raise, gdouble window, gdouble held, gdouble fee)
{
  return held * pnyx_pool_move (1 + raise * window / held, fee).loss;
}

gdouble
pnyx_pool_spot_attack (gdouble multiple, gdouble ltv, gdouble fee)
{
  PnyxPoolMove move = pnyx_pool_move (multiple, fee);

  return ltv * multiple * (move.in - move.loss) - move.in;
}

/* ltv m g = 1 + g u (m), squared and solved for m. */
gdouble
pnyx_pool_spot_threshold (gdouble ltv, gdouble fee)
{
  gdouble g = 1 - fee;
  gdouble a = 2 * ltv * g;

  return (2 * a * fee + 4 * g) / (a * a);
}

/* calc pool */

typedef enum
{
  MODEL_SWAP,
  MODEL_BUY,
  MODEL_MOVE,
  MODEL_TWAP,
  MODEL_SPOT_ORACLE,
} Model;

static const gchar *const models[] = { "swap", "buy", "move", "twap", "spot-oracle", NULL };

typedef struct
{
  gint model;
  const gchar *amount, *reserve_in, *reserve_out;
  gdouble fee;
  gdouble multiple, raise, window, held, ltv;
} PoolParams;

#define AMOUNT(key, field, value, text)                                                            \
  {                                                                                                \
    .name = key, .type = PNYX_PARAM_TEXT, .offset = offsetof (PoolParams, field),                  \
    .fallback = value, .meaning = text                                                             \
  }

static const PnyxParam pool_params[] = {
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (PoolParams, model),
    .choices = models,
    .fallback = "swap",
    .meaning
    = "swap: what an amount buys; buy: what an amount costs; move: cost of moving the "
      "price; twap: of moving its mean; spot-oracle: profit from a lender that trusts it." },
  AMOUNT ("amount", amount, "10000", "swap, buy: smallest units paid in, or to be bought."),
  AMOUNT ("reserve-in", reserve_in, "1000000", "Smallest units of the asset paid in."),
  AMOUNT ("reserve-out", reserve_out, "500000", "swap, buy: smallest units of the asset bought."),
  { .name = "fee",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, fee),
    .fallback = "0.003",
    .min = "0",
    .max = "0.999999",
    .meaning = "Share of what is paid in, in whole parts per million." },
  { .name = "multiple",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, multiple),
    .fallback = "2",
    .min = "1",
    .meaning = "move, spot-oracle: the price after over that before." },
  { .name = "raise",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, raise),
    .fallback = "0.2",
    .min = "0",
    .meaning = "twap: of the mean price." },
  { .name = "window",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, window),
    .fallback = "150",
    .min = "1",
    .meaning = "twap: blocks of the mean." },
  { .name = "held",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, held),
    .fallback = "1",
    .min = "1",
    .meaning = "twap: blocks in which the price is held." },
  { .name = "ltv",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (PoolParams, ltv),
    .fallback = "0.75",
    .min = "0.000001",
    .max = "1",
    .meaning = "spot-oracle: loan to value that the lender gives." },
};

static gboolean
read_amount (const gchar *key, const gchar *text, pnyx_uint128 *amount, GError **error)
{
  if (pnyx_wide_parse (text, amount) && *amount >> 100 == 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "%s: bad value \"%s\" (expected digits, below 2^100)", key, text);
  return FALSE;
}

static void
add_wide (PnyxTable *table, const gchar *name, pnyx_uint128 value)
{
  gchar buffer[PNYX_WIDE_BUFFER];

  pnyx_table_add_text (table, name);
  if (value <= G_MAXINT64)
    pnyx_table_add_integer (table, (gint64)value);
  else
    pnyx_table_add_text (table, pnyx_wide_format (buffer, value));
}

static gboolean
add_trade (PnyxTable *table, const PoolParams *params, guint32 fee, GError **error)
{
  pnyx_uint128 amount, x, y, in, out;

  if (!read_amount ("amount", params->amount, &amount, error)
      || !read_amount ("reserve-in", params->reserve_in, &x, error)
      || !read_amount ("reserve-out", params->reserve_out, &y, error))
    return FALSE;
  in = out = amount;
  if (params->model == MODEL_SWAP)
    out = pnyx_pool_amount_out (amount, x, y, fee);
  else if (!pnyx_pool_amount_in (amount, x, y, fee, &in))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "amount: %s cannot be bought (expected less than reserve-out, %s)",
                   params->amount, params->reserve_out);
      return FALSE;
    }
  add_wide (table, params->model == MODEL_SWAP ? "out" : "in",
            params->model == MODEL_SWAP ? out : in);
  pnyx_table_add_pair (table, "price", x > 0 ? (gdouble)x / (gdouble)y : (gdouble)NAN);
  pnyx_table_add_pair (table, "price_after", (gdouble)(x + in) / (gdouble)(y - out));
  add_wide (table, "flash_repayment", pnyx_pool_flash_repayment (amount, fee));
  return TRUE;
}

static gboolean
add_manipulation (PnyxTable *table, const PoolParams *params, GError **error)
{
  PnyxPoolMove move = pnyx_pool_move (params->multiple, params->fee);
  pnyx_uint128 reserve;
  gdouble x;

  if (!read_amount ("reserve-in", params->reserve_in, &reserve, error))
    return FALSE;
  x = (gdouble)reserve;
  if (params->model == MODEL_TWAP)
    {
      if (params->held > params->window)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                       "held: %g is more than the window (expected at most %g)", params->held,
                       params->window);
          return FALSE;
        }
      pnyx_table_add_pair (table, "multiple", 1 + params->raise * params->window / params->held);
      pnyx_table_add_pair (
          table, "loss",
          x * pnyx_pool_twap_cost (params->raise, params->window, params->held, params->fee));
      return TRUE;
    }
  pnyx_table_add_pair (table, "in", x * move.in);
  pnyx_table_add_pair (table, "loss", x * move.loss);
  if (params->model == MODEL_MOVE)
    return TRUE;
  pnyx_table_add_pair (table, "profit",
                       x * pnyx_pool_spot_attack (params->multiple, params->ltv, params->fee));
  pnyx_table_add_pair (table, "threshold", pnyx_pool_spot_threshold (params->ltv, params->fee));
  return TRUE;
}

static PnyxTable *
pool_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const PoolParams *params = user;
  guint32 fee = (guint32)lround (params->fee * PNYX_POOL_PARTS);
  g_autoptr (PnyxTable) table = pnyx_table_new (columns);
  gboolean trade = params->model == MODEL_SWAP || params->model == MODEL_BUY;

  if (trade ? add_trade (table, params, fee, error) : add_manipulation (table, params, error))
    return g_steal_pointer (&table);
  return NULL;
}

const PnyxCalc pnyx_calc_pool = {
  .name = "pool",
  .summary = "Constant-product pool: what a swap gives, what moving its price or its mean costs.",
  .example = "pool model=swap amount=10000 reserve-in=1000000 reserve-out=500000",
  .source = "Uniswap v2-core at ee547b1; closed forms of a constant product with a fee",
  .params = pool_params,
  .n_params = G_N_ELEMENTS (pool_params),
  .params_size = sizeof (PoolParams),
  .run = pool_run,
};
