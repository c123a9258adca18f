/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Units are reckoned at the price of the last mark: a mark books what those held have changed by, a
 * trade what it was worse than that price. So the legs telescope to money, and units at the last
 * mark.
 */
#include "contract/attack_legs.h"

static const gchar *const names[PNYX_N_LEGS]
    = { "loan",      "bonus",  "slippage", "fee",    "gas",   "interest",
        "forfeited", "resale", "venues",   "denial", "market" };

const gchar *
pnyx_leg_name (PnyxLeg leg)
{
  PNYX_REQUIRE (leg < PNYX_N_LEGS);
  return names[leg];
}

PnyxAmount
pnyx_attack_revenue (const PnyxAttackLegs *legs)
{
  PnyxAmount sum = 0;

  for (guint leg = 0; leg < PNYX_LEG_COSTS; leg++)
    sum += legs->sums[leg];
  return sum;
}

PnyxAmount
pnyx_attack_cost (const PnyxAttackLegs *legs)
{
  PnyxAmount sum = 0;

  for (guint leg = PNYX_LEG_COSTS; leg < PNYX_N_LEGS; leg++)
    sum += legs->sums[leg];
  return sum;
}

gchar *
pnyx_attack_check (const PnyxAttackLegs *legs, PnyxAmount gain)
{
  PnyxAmount sum = pnyx_attack_revenue (legs) - pnyx_attack_cost (legs);

  if (sum == gain)
    return NULL;
  return g_strdup_printf ("legs sum to %" G_GINT64_FORMAT ", wealth has changed by "
                          "%" G_GINT64_FORMAT,
                          sum, gain);
}

PnyxAmount
pnyx_attack_worth (PnyxAmount units, gint64 price)
{
  return (PnyxAmount)((pnyx_int128)units * price / PNYX_PRICE_ONE);
}

void
pnyx_leg_book_mark (PnyxLegBook *book, gint64 price)
{
  book->legs.sums[PNYX_LEG_MARKET]
      += pnyx_attack_worth (book->units, book->price) - pnyx_attack_worth (book->units, price);
  book->price = price;
}

/* Returns: what @units more are worth now, as they are reckoned together with the others. */
static PnyxAmount
change (PnyxLegBook *book, PnyxAmount units)
{
  PnyxAmount before = pnyx_attack_worth (book->units, book->price);

  book->units += units;
  return pnyx_attack_worth (book->units, book->price) - before;
}

void
pnyx_leg_book_add (PnyxLegBook *book, guint32 kind, const gint64 *values)
{
  PnyxAmount *sums = book->legs.sums;

  switch (kind)
    {
    case PNYX_ATTACK_SAID_BOUGHT:
      sums[PNYX_LEG_FEE] += values[2];
      sums[PNYX_LEG_SLIPPAGE] += values[0] - values[2] - change (book, values[1]);
      break;
    case PNYX_ATTACK_SAID_SOLD:
      sums[PNYX_LEG_RESALE] -= values[1] + change (book, -values[0]);
      break;
    case PNYX_ATTACK_SAID_OPENED:
      sums[PNYX_LEG_LOAN] += values[1];
      sums[PNYX_LEG_FORFEITED] -= change (book, -values[0]);
      break;
    case PNYX_ATTACK_SAID_FLASHED:
      sums[PNYX_LEG_FEE] += values[1] - values[0];
      break;
    case PNYX_ATTACK_SAID_SEIZED:
      sums[PNYX_LEG_BONUS] += change (book, values[1]) - values[0];
      break;
    default: /* paid */
      PNYX_REQUIRE (kind == PNYX_ATTACK_SAID_PAID && values[0] >= PNYX_LEG_COSTS
                    && values[0] < PNYX_N_LEGS);
      sums[values[0]] += values[1];
      break;
    }
}
