/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The price is made outside: it buys at venues that reporters look at, again and again while others
 * trade against it, until the target has followed; pledges units of its own, borrows, and sells at
 * the venues what it bought there. The balance of that trading is paid on the chain in the end.
 */
#include "contract/contract.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const gchar *venues;
  gdouble multiple;
  gdouble budget;
  PnyxTime every;
  PnyxTime patience;
} VenuesParams;

static const PnyxParam venues_params[] = {
  { .name = "venues",
    .type = PNYX_PARAM_TEXT,
    .fallback = "all",
    .offset = offsetof (VenuesParams, venues),
    .meaning = "Venues of the feed of the target's oracle where it buys: names, or all." },
  { .name = "multiple",
    .type = PNYX_PARAM_REAL,
    .fallback = "1.5",
    .min = "1",
    .max = "10000",
    .offset = offsetof (VenuesParams, multiple),
    .meaning = "Price there that it buys up to, as a multiple of the truth." },
  { .name = "budget",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "100000000 $",
    .min = "0 $",
    .max = "10000000000 $",
    .offset = offsetof (VenuesParams, budget),
    .meaning = "Money that it has at the venues." },
  { .name = "every",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 s",
    .min = "1 ms",
    .max = "1 d",
    .offset = offsetof (VenuesParams, every),
    .meaning = "How often it buys again." },
  { .name = "patience",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "0 s",
    .offset = offsetof (VenuesParams, patience),
    .meaning = "How long it waits for the target to follow." },
};

typedef struct
{
  gdouble *coins; /* by venue */
  gdouble paid;   /* $ so far, less what was got */
  PnyxTime until;
  gboolean buys, done;
} Venues;

static gboolean
is_chosen (const PnyxAttack *attack, guint32 venue)
{
  const VenuesParams *params = attack->settings;
  g_auto (GStrv) names = g_strsplit_set (params->venues, " \t\n", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], "all")
        || pnyx_feed_venue_find (attack->target->oracle->feed, names[i]) == venue)
      return TRUE;
  return FALSE;
}

static void
buy_at (PnyxAttack *attack, guint32 venue)
{
  const VenuesParams *params = attack->settings;
  PnyxFeed *feed = attack->target->oracle->feed;
  Venues *venues = attack->state;
  PnyxTime now = pnyx_world_now (attack->chain->world);
  gdouble quote = pnyx_feed_quote (feed, venue, now), fee, depth, cash, coins, got;
  gdouble multiple = params->multiple * pnyx_feed_truth (feed, now) / quote;

  if (!(multiple > 1)) /* or the venue is down */
    return;
  depth = pnyx_feed_venue_depth (feed, venue, &fee);
  cash = MIN (depth * pnyx_pool_move (multiple, fee).in, params->budget - venues->paid);
  if (cash <= 0)
    return;
  coins = pnyx_feed_trade (feed, venue, now, cash, &got);
  if (isnan (coins))
    return;
  venues->coins[venue] += coins;
  venues->paid -= got;
}

static void
sell_at (PnyxAttack *attack, guint32 venue)
{
  PnyxFeed *feed = attack->target->oracle->feed;
  Venues *venues = attack->state;
  PnyxTime now = pnyx_world_now (attack->chain->world);
  gdouble quote = pnyx_feed_quote (feed, venue, now), got;

  if (!(venues->coins[venue] > 0))
    return;
  if (isnan (quote)
      || isnan (pnyx_feed_trade (feed, venue, now, -venues->coins[venue] * quote, &got)))
    got = venues->coins[venue] * pnyx_feed_truth (feed, now); /* it is down: kept, at the truth */
  venues->coins[venue] = 0;
  venues->paid -= got;
}

static void
finish (PnyxAttack *attack)
{
  Venues *venues = attack->state;

  venues->buys = FALSE;
  venues->done = TRUE;
  for (guint32 i = 0; i < pnyx_feed_venues (attack->target->oracle->feed); i++)
    sell_at (attack, i);
  pnyx_attack_settle_off (attack, PNYX_LEG_VENUES, venues->paid);
  pnyx_attack_pay_interest (attack);
}

static void
venues_on_timer (PnyxAttack *attack)
{
  const VenuesParams *params = attack->settings;
  PnyxTime now = pnyx_world_now (attack->chain->world);
  Venues *venues = attack->state;

  if (!venues->buys)
    return;
  if (now >= venues->until)
    {
      finish (attack);
      return;
    }
  for (guint32 i = 0; i < pnyx_feed_venues (attack->target->oracle->feed); i++)
    if (is_chosen (attack, i))
      buy_at (attack, i);
  pnyx_attack_wake (attack, now + params->every);
}

static void
venues_start (PnyxAttack *attack)
{
  const VenuesParams *params = attack->settings;
  Venues *venues = attack->state;

  venues->buys = TRUE;
  venues->until = pnyx_world_now (attack->chain->world) + params->patience;
  venues_on_timer (attack);
}

static void
venues_on_head (PnyxAttack *attack)
{
  const Venues *venues = attack->state;

  if (!venues->buys)
    return;
  if (pnyx_attack_owes (attack))
    finish (attack);
  else
    pnyx_attack_try_open (attack);
}

static void
venues_begin (PnyxAttack *attack)
{
  Venues *venues = attack->state;

  venues->coins = pnyx_arena_array (pnyx_world_arena (attack->chain->world), gdouble,
                                    MAX (1, pnyx_feed_venues (attack->target->oracle->feed)));
}

static gboolean
names_venue (const PnyxSection *feed, const gchar *name)
{
  for (gsize i = 0; i < pnyx_section_count (feed, "venue"); i++)
    if (g_str_equal (pnyx_section_value (pnyx_section_child (feed, "venue", i), "name")->text,
                     name))
      return TRUE;
  return FALSE;
}

static const PnyxSection *
find_feed (const PnyxSection *section)
{
  const PnyxAttackParams *own = section->params;
  const PnyxContractParams *target = pnyx_contract_sibling (section, own->target)->params;

  for (gsize i = 0; i < pnyx_section_count (section->parent, "oracle"); i++)
    {
      const PnyxSection *oracle = pnyx_section_child (section->parent, "oracle", i);

      if (g_strcmp0 (((const PnyxOracleParams *)oracle->params)->id, target->oracle) == 0)
        return pnyx_section_child (oracle, "feed", 0);
    }
  return NULL;
}

static gboolean
venues_check (const PnyxSection *section, GError **error)
{
  const VenuesParams *params = section->component_params;
  const PnyxSection *feed = find_feed (section);
  PnyxPlace place = pnyx_section_place_of (section, "venues");
  g_auto (GStrv) names = g_strsplit_set (params->venues, " \t\n", -1);

  for (guint i = 0; feed != NULL && names[i] != NULL; i++)
    if (*names[i] != '\0' && !g_str_equal (names[i], "all") && !names_venue (feed, names[i]))
      {
        pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                           "the feed has no venue %s (expected names of its venues, or all)",
                           names[i]);
        return FALSE;
      }
  return TRUE;
}

const PnyxAttackOps pnyx_attack_venues = {
  .component = {
      .name = "venues",
      .summary = "Buys at the venues that reporters look at until the target has followed, borrows "
                 "on units of its own, and sells at the venues again.",
      .source = "K. Qin, L. Zhou, B. Livshits, A. Gervais, \"Attacking the DeFi Ecosystem with "
                "Flash Loans for Fun and Profit\" (2021), on prices of thin venues",
      .limits = "Coins of a venue that is down in the end are reckoned at the truth; what it has "
                "at venues bears no interest.",
      .params = venues_params,
      .n_params = G_N_ELEMENTS (venues_params),
      .params_size = sizeof (VenuesParams),
  },
  .state_size = sizeof (Venues),
  .check = venues_check,
  .begin = venues_begin,
  .start = venues_start,
  .on_head = venues_on_head,
  .on_timer = venues_on_timer,
};
