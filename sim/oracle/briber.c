/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first reporter of the group that is asked in a round meets the offer: a side, and what is
 * paid for it should it lose. An offer is public, signed by the briber, and is never changed:
 * claims bring it along. The briber's contract knows by its cells what it has paid and to whom; it
 * looks the vote up in the mechanism's contract, so that a reorganisation takes back vote and bribe
 * alike.
 *
 * Nobody believes more than escrow can pay to the largest part of the reporters that can lose.
 */
#include "oracle/briber.h"

#include <math.h>
#include <string.h>

#define CLAIM_METHOD 0
#define PAID_TOTAL 0       /* cells: what has been paid; */
#define PAID_ROUND 1       /* by member and round modulo PAID_ROUNDS: the round paid for + 1 */
#define PAID_ROUNDS 8      /* that may come out of order; what a newer one displaces is lost */
#define GAS_SIGNATURE 3000 /* ecrecover, Ethereum Yellow Paper, appendix E */
#define GAS_CLAIM 200000   /* at most, beside any transaction's */
#define OFFER_BYTES 97     /* side, amount, signature */

/* What the briber pays for votes in a round. */
typedef struct
{
  guint64 round;
  gint64 side;       /* as answers are written */
  PnyxAmount amount; /* reward, deposit and epsilon */
} Offer;

struct PnyxBriber
{
  const PnyxOracle *oracle;
  const PnyxBribedParams *params;
  guint32 first, n; /* the group's reporters */
  guint32 contract;
  PnyxAccount account; /* of the contract: escrow */
  PnyxCell cells;
  PnyxAmount escrow; /* in genesis */
  Offer *offers;     /* by time */
  guint32 n_offers, capacity;
};

gdouble
pnyx_bribed_chance (const PnyxBribedParams *params, const PnyxBribeGame *game, gdouble bribe)
{
  PnyxBribeGame with = { .reward = game->reward,
                         .deposit = game->deposit,
                         .epsilon = bribe - game->reward - game->deposit };
  gdouble gain = 0;

  for (gboolean wins = FALSE; wins <= TRUE; wins++)
    gain += (wins ? params->belief : 1 - params->belief)
            * (pnyx_bribe_payoff (&with, TRUE, wins) - pnyx_bribe_payoff (&with, FALSE, wins));
  if (isnan (params->rationality))
    return gain > 0 ? 1 : 0;
  return 1 / (1 + exp (-params->rationality * gain));
}

/* ---- The contract ---- */

static const Offer *
find_offer (const PnyxBriber *briber, guint64 round)
{
  for (guint32 i = briber->n_offers; i > 0; i--)
    if (briber->offers[i - 1].round == round)
      return &briber->offers[i - 1];
  return NULL;
}

static gboolean
claim (const PnyxBriber *briber, PnyxFrame *frame, guint32 member, guint64 round)
{
  const PnyxOracle *oracle = briber->oracle;
  const Offer *offer = find_offer (briber, round);
  PnyxCell paid
      = briber->cells + PAID_ROUND + member * PAID_ROUNDS + (guint32)(round % PAID_ROUNDS);
  PnyxRecordedVote vote;

  if (offer == NULL || !pnyx_frame_burn (frame, GAS_SIGNATURE)
      || (guint64)pnyx_frame_get (frame, paid) > round
      || !oracle->ops->votes->recorded (oracle, frame, briber->first + member, round, &vote)
      || vote.coherent || vote.value != offer->side)
    return FALSE;
  pnyx_frame_set (frame, paid, (gint64)round + 1);
  pnyx_frame_set (frame, briber->cells + PAID_TOTAL,
                  pnyx_frame_get (frame, briber->cells + PAID_TOTAL) + offer->amount);
  return pnyx_frame_pay (frame, PNYX_CASH, pnyx_frame_sender (frame), offer->amount);
}

/* Arguments: reporter, round. */
static gboolean
briber_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const PnyxBriber *briber = self;
  guint64 member = (guint64)call->arguments[0] - briber->first;

  if (call->method != CLAIM_METHOD || call->arguments[1] < 0 || member >= briber->n
      || briber->oracle->reporters[briber->first + member].account != pnyx_frame_sender (frame))
    return FALSE;
  return claim (briber, frame, (guint32)member, (guint64)call->arguments[1]);
}

static PnyxAmount
briber_booked (gconstpointer self, const PnyxMachine *machine, guint asset)
{
  const PnyxBriber *briber = self;

  return asset == PNYX_CASH
             ? briber->escrow - pnyx_machine_get (machine, briber->cells + PAID_TOTAL)
             : 0;
}

static const PnyxCode briber_code
    = { .name = "briber", .execute = briber_execute, .booked = briber_booked };

static PnyxBriber *
new_briber (PnyxOracle *oracle, guint32 group, guint32 first, guint32 n)
{
  PnyxBriber *briber = pnyx_arena_array (pnyx_world_arena (oracle->world), PnyxBriber, 1);

  briber->oracle = oracle;
  briber->params = pnyx_section_child (oracle->section, "reporters", group)->component_params;
  briber->first = first;
  briber->n = n;
  briber->escrow = (PnyxAmount)llround (briber->params->escrow * (gdouble)PNYX_AMOUNT_ONE);
  briber->contract = pnyx_machine_add_contract (oracle->machine, &briber_code, briber,
                                                PAID_ROUND + n * PAID_ROUNDS, &briber->cells);
  briber->account = pnyx_machine_contract_account (oracle->machine, briber->contract);
  pnyx_machine_endow (oracle->machine, briber->account, PNYX_CASH, briber->escrow);
  return briber;
}

void
pnyx_bribers_new (PnyxOracle *oracle)
{
  guint32 n_groups = (guint32)pnyx_section_count (oracle->section, "reporters");

  oracle->bribers = pnyx_arena_array (pnyx_world_arena (oracle->world), PnyxBriber *, n_groups);
  for (guint32 i = 0, end; i < oracle->n_reporters; i = end)
    {
      guint32 group = oracle->reporters[i].group;

      for (end = i; end < oracle->n_reporters && oracle->reporters[end].group == group;)
        end++;
      if (oracle->reporters[i].ops == &pnyx_reporter_bribed)
        oracle->bribers[group] = new_briber (oracle, group, i, end - i);
    }
}

PnyxAmount
pnyx_bribes_paid (const PnyxOracle *oracle, PnyxBlockId block)
{
  PnyxAmount sum = 0;

  pnyx_machine_view (oracle->machine, block);
  for (guint32 i = 0; i < pnyx_section_count (oracle->section, "reporters"); i++)
    if (oracle->bribers[i] != NULL)
      sum += pnyx_machine_get (oracle->machine, oracle->bribers[i]->cells + PAID_TOTAL);
  return sum;
}

PnyxAmount
pnyx_bribes_escrow (const PnyxOracle *oracle)
{
  PnyxAmount sum = 0;

  for (guint32 i = 0; i < pnyx_section_count (oracle->section, "reporters"); i++)
    if (oracle->bribers[i] != NULL)
      sum += oracle->bribers[i]->escrow;
  return sum;
}

/* ---- The reporters ---- */

void
pnyx_bribed_claim (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const PnyxReporter *reporter = &oracle->reporters[number];
  const PnyxBriber *briber = oracle->bribers[reporter->group];
  PnyxOrder order = { .node = reporter->node, .account = reporter->account, .extra = OFFER_BYTES };
  PnyxCall call = { 0 };

  if (briber == NULL || find_offer (briber, round) == NULL)
    return;
  call.contract = briber->contract;
  call.method = CLAIM_METHOD;
  call.arguments[0] = number;
  call.arguments[1] = (gint64)round;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (pnyx_machine_try (oracle->machine, order.account, &call, GAS_CLAIM, NULL)
      != PNYX_OUTCOME_DONE)
    return;
  order.gas_price = pnyx_machine_gas_price (oracle->machine);
  order.gas_limit = pnyx_machine_intrinsic (oracle->machine, &call, order.extra) + GAS_CLAIM;
  pnyx_machine_submit (oracle->machine, &order, &call);
}

/* Returns: FALSE: the briber sees nothing itself. */
static gboolean
choose_side (const PnyxBriber *briber, PnyxTime time, gint64 *side)
{
  PnyxFeed *feed = briber->oracle->feed;
  gdouble seen;
  gint64 classes, class;

  if (briber->oracle->prices)
    {
      seen = pnyx_feed_source (feed, G_MAXUINT64, time);
      *side = isnan (seen) ? 0 : pnyx_price_from_log (log (seen) + briber->params->bias);
      return !isnan (seen);
    }
  classes = pnyx_feed_classes (feed);
  class = (gint64)pnyx_feed_truth (feed, time) + llround (briber->params->bias);
  *side = (class % classes + classes) % classes;
  return TRUE;
}

static const Offer *
make_offer (PnyxBriber *briber, guint64 round, PnyxTime time, const PnyxBribeGame *game)
{
  gdouble amount = game->reward + game->deposit + briber->params->epsilon;
  Offer offer = { .round = round,
                  .amount = (PnyxAmount)llround (MAX (amount, 0) * (gdouble)PNYX_AMOUNT_ONE) };

  if (!choose_side (briber, time, &offer.side))
    return NULL;
  pnyx_arena_reserve (pnyx_world_arena (briber->oracle->world), briber->offers, briber->n_offers,
                      briber->capacity);
  briber->offers[briber->n_offers] = offer;
  return &briber->offers[briber->n_offers++];
}

/* What a reporter counts on, by what its node sees ($). */
static gdouble
credible_bribe (const PnyxBriber *briber, guint32 reporter, const Offer *offer)
{
  const PnyxOracle *oracle = briber->oracle;
  guint32 losers = MAX (MIN (briber->n, oracle->n_reporters / 2), 1);
  PnyxAmount held;

  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, reporter));
  held = pnyx_machine_balance (oracle->machine, briber->account, PNYX_CASH);
  return (gdouble)MIN (offer->amount, held / losers) / (gdouble)PNYX_AMOUNT_ONE;
}

gboolean
pnyx_briber_offer (const PnyxOracle *oracle, guint32 reporter, guint64 round, PnyxTime time,
                   const PnyxBribeGame *game, PnyxOffer *offer)
{
  PnyxBriber *briber = oracle->bribers[oracle->reporters[reporter].group];
  const Offer *made = find_offer (briber, round);

  if (made == NULL)
    made = make_offer (briber, round, time, game);
  if (made == NULL)
    return FALSE;
  *offer = (PnyxOffer){ .side = made->side, .bribe = credible_bribe (briber, reporter, made) };
  return TRUE;
}
