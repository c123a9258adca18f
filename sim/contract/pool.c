/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every action goes: lock, change, check, write reserves, unlock. Before reserves change for the
 * first time in a second, the price that they made so far is added up (settle), so that a price
 * held within one transaction alone never enters a mean.
 */
#include "contract/pool.h"

#include <math.h>

enum
{
  RESERVE, /* two */
  SUM_PRICE = 2,
  SUM_TICK,
  LAST, /* second at which the sums stand */
  SUPPLY,
  LOCK,
  N_CELLS,
};

static PnyxCell
cell (const PnyxPool *pool, guint which)
{
  return pool->cells + which;
}

static gint64
ratio (PnyxAmount reserve0, PnyxAmount reserve1)
{
  pnyx_uint128 price;

  if (reserve0 <= 0)
    return 0;
  price = (pnyx_uint128)(guint64)reserve1 * PNYX_PRICE_ONE / (guint64)reserve0;
  return price > G_MAXINT64 ? G_MAXINT64 : (gint64)price;
}

static guint64
second_of (PnyxTime time)
{
  return (guint64)(time / PNYX_SECOND);
}

static PnyxPoolSums
sums_at (const PnyxPool *pool, PnyxFrame *frame, guint64 second)
{
  gint64 price = pnyx_pool_read_price (pool, frame);
  PnyxPoolSums sums = { .price = (guint64)pnyx_frame_get (frame, cell (pool, SUM_PRICE)),
                        .tick = pnyx_frame_get (frame, cell (pool, SUM_TICK)),
                        .seconds = second };
  guint64 elapsed = second - (guint64)pnyx_frame_get (frame, cell (pool, LAST));

  if (price == 0 || !pnyx_frame_burn (frame, 0))
    return sums;
  sums.price = pnyx_pool_accumulate (sums.price, (guint64)price, elapsed);
  sums.tick += (gint64)pnyx_pool_tick ((gdouble)price / PNYX_PRICE_ONE) * (gint64)elapsed;
  return sums;
}

/* Adds up the price before anything of this second changes it. */
static void
settle (const PnyxPool *pool, PnyxFrame *frame)
{
  guint64 second = second_of (pnyx_frame_time (frame));
  PnyxPoolSums sums;

  if ((guint64)pnyx_frame_get (frame, cell (pool, LAST)) >= second)
    return;
  sums = sums_at (pool, frame, second);
  pnyx_frame_set (frame, cell (pool, SUM_PRICE), (gint64)sums.price);
  pnyx_frame_set (frame, cell (pool, SUM_TICK), sums.tick);
  pnyx_frame_set (frame, cell (pool, LAST), (gint64)second);
}

static void
load_reserves (const PnyxPool *pool, PnyxFrame *frame, guint64 reserves[2])
{
  for (guint i = 0; i < 2; i++)
    reserves[i] = (guint64)pnyx_frame_get (frame, cell (pool, RESERVE + i));
}

static void
store_reserves (const PnyxPool *pool, PnyxFrame *frame, const guint64 reserves[2])
{
  settle (pool, frame);
  for (guint i = 0; i < 2; i++)
    pnyx_frame_set (frame, cell (pool, RESERVE + i), (gint64)reserves[i]);
}

static gboolean
swap (const PnyxPool *pool, PnyxFrame *frame, const gint64 *arguments)
{
  guint side = arguments[0] == 0 ? 0 : 1;
  gint64 in = arguments[1], out;
  guint64 reserves[2];

  load_reserves (pool, frame, reserves);
  if (in <= 0 || reserves[0] == 0 || (guint64)in > G_MAXINT64 - reserves[side])
    return FALSE;
  out = (gint64)pnyx_pool_amount_out ((guint64)in, reserves[side], reserves[1 - side], pool->fee);
  if (out <= 0 || out < arguments[2] || !pnyx_frame_take (frame, pool->assets[side], in)
      || !pnyx_frame_pay (frame, pool->assets[1 - side], pnyx_frame_sender (frame), out))
    return FALSE;
  reserves[side] += (guint64)in;
  reserves[1 - side] -= (guint64)out;
  store_reserves (pool, frame, reserves);
  pnyx_frame_result (frame, 0, out);
  pnyx_frame_record (frame, PNYX_POOL_SWAPPED, side, in, out,
                     ratio ((gint64)reserves[0], (gint64)reserves[1]));
  return TRUE;
}

/* The cell of the sender's shares; FALSE: it is no provider. */
static gboolean
holder (const PnyxPool *pool, PnyxFrame *frame, PnyxCell *shares)
{
  PnyxAccount sender = pnyx_frame_sender (frame);

  if (sender < pool->providers || sender - pool->providers >= pool->n_providers)
    return FALSE;
  *shares = pool->shares + (sender - pool->providers);
  return TRUE;
}

/* What of @offered keeps the ratio of the reserves. Source: UniswapV2Router02._addLiquidity. */
static void
fit (const guint64 reserves[2], const gint64 *offered, guint64 amounts[2])
{
  for (guint i = 0; i < 2; i++)
    amounts[i] = (guint64)offered[i];
  if (reserves[0] == 0 || reserves[1] == 0)
    return;
  for (guint i = 0; i < 2; i++)
    {
      pnyx_uint128 other = (pnyx_uint128)amounts[i] * reserves[1 - i] / reserves[i];

      if (other <= amounts[1 - i])
        {
          amounts[1 - i] = (guint64)other;
          return;
        }
    }
}

static gboolean
mint (const PnyxPool *pool, PnyxFrame *frame, const gint64 *arguments)
{
  guint64 reserves[2], amounts[2], supply, minted;
  PnyxCell shares;

  if (arguments[0] <= 0 || arguments[1] <= 0 || !holder (pool, frame, &shares))
    return FALSE;
  load_reserves (pool, frame, reserves);
  supply = (guint64)pnyx_frame_get (frame, cell (pool, SUPPLY));
  fit (reserves, arguments, amounts);
  minted = pnyx_pool_shares_minted (amounts, reserves, supply);
  if (minted == 0 || minted > G_MAXINT64 - supply - PNYX_POOL_MINIMUM_SHARES)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      if (!pnyx_frame_take (frame, pool->assets[i], (gint64)amounts[i]))
        return FALSE;
      reserves[i] += amounts[i];
    }
  store_reserves (pool, frame, reserves);
  pnyx_frame_set (frame, cell (pool, SUPPLY),
                  (gint64)(supply + minted + (supply == 0 ? PNYX_POOL_MINIMUM_SHARES : 0)));
  pnyx_frame_set (frame, shares, pnyx_frame_get (frame, shares) + (gint64)minted);
  pnyx_frame_result (frame, 0, (gint64)minted);
  pnyx_frame_record (frame, PNYX_POOL_MINTED, (gint64)amounts[0], (gint64)amounts[1],
                     (gint64)minted, pnyx_frame_sender (frame));
  return TRUE;
}

static gboolean
burn (const PnyxPool *pool, PnyxFrame *frame, const gint64 *arguments)
{
  guint64 reserves[2], amounts[2], supply;
  gint64 burnt = arguments[0];
  PnyxCell shares;

  if (burnt <= 0 || !holder (pool, frame, &shares) || pnyx_frame_get (frame, shares) < burnt)
    return FALSE;
  load_reserves (pool, frame, reserves);
  supply = (guint64)pnyx_frame_get (frame, cell (pool, SUPPLY));
  if (!pnyx_frame_burn (frame, 0)
      || !pnyx_pool_shares_worth ((guint64)burnt, supply, reserves, amounts))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      if (!pnyx_frame_pay (frame, pool->assets[i], pnyx_frame_sender (frame), (gint64)amounts[i]))
        return FALSE;
      reserves[i] -= amounts[i];
      pnyx_frame_result (frame, i, (gint64)amounts[i]);
    }
  store_reserves (pool, frame, reserves);
  pnyx_frame_set (frame, cell (pool, SUPPLY), (gint64)supply - burnt);
  pnyx_frame_set (frame, shares, pnyx_frame_get (frame, shares) - burnt);
  pnyx_frame_record (frame, PNYX_POOL_BURNED, (gint64)amounts[0], (gint64)amounts[1], burnt,
                     pnyx_frame_sender (frame));
  return TRUE;
}

/* What came in while the loan was out: by asset, as UniswapV2Pair.swap counts it. */
static gboolean
repaid (const PnyxPool *pool, PnyxFrame *frame, const guint64 reserves[2], guint side, gint64 lent,
        guint64 balances[2], guint64 in[2])
{
  for (guint i = 0; i < 2; i++)
    {
      guint64 kept = reserves[i] - (i == side ? (guint64)lent : 0);

      balances[i] = (guint64)pnyx_frame_balance (frame, pnyx_frame_self (frame), pool->assets[i]);
      in[i] = balances[i] > kept ? balances[i] - kept : 0;
    }
  return pnyx_frame_burn (frame, 0) && pnyx_pool_keeps (reserves, balances, in, pool->fee);
}

static gboolean
flash (const PnyxPool *pool, PnyxFrame *frame, const gint64 *arguments)
{
  guint side = arguments[0] == 0 ? 0 : 1;
  gint64 lent = arguments[1];
  PnyxCall call = { .contract = (guint32)arguments[2],
                    .method = (guint32)arguments[3],
                    .arguments = { side, lent, arguments[4], arguments[5] } };
  guint64 reserves[2], balances[2], in[2];
  PnyxAccount borrower;

  load_reserves (pool, frame, reserves);
  if (lent <= 0 || (guint64)lent >= reserves[side] || call.contract == pool->contract)
    return FALSE;
  borrower = pnyx_machine_contract_account (pnyx_frame_machine (frame), call.contract);
  if (!pnyx_frame_pay (frame, pool->assets[side], borrower, lent)
      || !pnyx_frame_call (frame, &call, NULL)
      || !repaid (pool, frame, reserves, side, lent, balances, in))
    return FALSE;
  store_reserves (pool, frame, balances);
  pnyx_frame_record (frame, PNYX_POOL_LENT, side, lent, (gint64)in[0], (gint64)in[1]);
  return TRUE;
}

static gboolean
run (const PnyxPool *pool, PnyxFrame *frame, const PnyxCall *call)
{
  switch (call->method)
    {
    case PNYX_POOL_SWAP:
      return swap (pool, frame, call->arguments);
    case PNYX_POOL_MINT:
      return mint (pool, frame, call->arguments);
    case PNYX_POOL_BURN:
      return burn (pool, frame, call->arguments);
    case PNYX_POOL_FLASH:
      return flash (pool, frame, call->arguments);
    case PNYX_POOL_SYNC:
      settle (pool, frame);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
pool_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const PnyxPool *pool = self;

  if (pnyx_frame_get (frame, cell (pool, LOCK)) != 0)
    return FALSE;
  pnyx_frame_set (frame, cell (pool, LOCK), 1);
  if (!run (pool, frame, call))
    return FALSE;
  pnyx_frame_set (frame, cell (pool, LOCK), 0);
  return pnyx_frame_burn (frame, 0);
}

static PnyxAmount
pool_booked (gconstpointer self, const PnyxMachine *machine, guint asset)
{
  const PnyxPool *pool = self;

  for (guint i = 0; i < 2; i++)
    if (pool->assets[i] == asset)
      return pnyx_pool_reserve (pool, machine, i);
  return 0;
}

static const PnyxCode pool_code
    = { .name = "pool", .execute = pool_execute, .booked = pool_booked };

const PnyxPool *
pnyx_pool_new (PnyxArena *arena, PnyxMachine *machine, const PnyxPoolSetup *setup)
{
  PnyxPool *pool = pnyx_arena_array (arena, PnyxPool, 1);
  const guint64 reserves[2] = { (guint64)setup->reserves[0], (guint64)setup->reserves[1] };
  const guint64 none[2] = { 0, 0 };
  guint64 shares = pnyx_pool_shares_minted (reserves, none, 0);

  PNYX_REQUIRE (setup->assets[0] != setup->assets[1] && setup->n_providers >= 1
                && setup->fee <= PNYX_POOL_PARTS && setup->reserves[0] >= 0
                && setup->reserves[1] >= 0);
  for (guint i = 0; i < 2; i++)
    pool->assets[i] = setup->assets[i];
  pool->fee = setup->fee;
  pool->providers = setup->providers;
  pool->n_providers = setup->n_providers;
  pool->contract = pnyx_machine_add_contract (machine, &pool_code, pool,
                                              N_CELLS + setup->n_providers, &pool->cells);
  pool->shares = pool->cells + N_CELLS;
  pool->account = pnyx_machine_contract_account (machine, pool->contract);
  if (shares == 0)
    return pool;
  for (guint i = 0; i < 2; i++)
    {
      pnyx_machine_endow (machine, pool->account, pool->assets[i], setup->reserves[i]);
      pnyx_machine_begin_with (machine, cell (pool, RESERVE + i), setup->reserves[i]);
    }
  pnyx_machine_begin_with (machine, cell (pool, SUPPLY), (gint64)shares + PNYX_POOL_MINIMUM_SHARES);
  pnyx_machine_begin_with (machine, pool->shares, (gint64)shares);
  return pool;
}

PnyxAmount
pnyx_pool_reserve (const PnyxPool *pool, const PnyxMachine *machine, guint side)
{
  return pnyx_machine_get (machine, cell (pool, RESERVE + side));
}

gint64
pnyx_pool_price (const PnyxPool *pool, const PnyxMachine *machine)
{
  return ratio (pnyx_pool_reserve (pool, machine, 0), pnyx_pool_reserve (pool, machine, 1));
}

gint64
pnyx_pool_shares (const PnyxPool *pool, const PnyxMachine *machine, PnyxAccount account)
{
  PNYX_REQUIRE (account >= pool->providers && account - pool->providers < pool->n_providers);
  return pnyx_machine_get (machine, pool->shares + (account - pool->providers));
}

gint64
pnyx_pool_read_price (const PnyxPool *pool, PnyxFrame *frame)
{
  gint64 reserve0 = pnyx_frame_get (frame, cell (pool, RESERVE));

  return ratio (reserve0, pnyx_frame_get (frame, cell (pool, RESERVE + 1)));
}

PnyxPoolSums
pnyx_pool_read_sums (const PnyxPool *pool, PnyxFrame *frame)
{
  return sums_at (pool, frame, second_of (pnyx_frame_time (frame)));
}

gint64
pnyx_pool_arithmetic_mean (const PnyxPoolSums *earlier, const PnyxPoolSums *later)
{
  PNYX_REQUIRE (later->seconds > earlier->seconds);
  return (gint64)((later->price - earlier->price) / (later->seconds - earlier->seconds));
}

gint64
pnyx_pool_geometric_mean (const PnyxPoolSums *earlier, const PnyxPoolSums *later)
{
  gint64 seconds = (gint64)(later->seconds - earlier->seconds), sum = later->tick - earlier->tick;
  gint64 tick;

  PNYX_REQUIRE (seconds > 0);
  tick = sum / seconds - (sum % seconds < 0 ? 1 : 0);
  return (gint64)(pow (1.0001, (gdouble)tick) * PNYX_PRICE_ONE);
}
