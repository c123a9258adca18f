/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On each head, loans below the alert level are visited; an attentive borrower that is not on its
 * way already is told after its delay (act), and does what it can then. Loans are opened by a
 * Poisson process (open_next). All draws are functions of the borrower and of how often it has
 * acted.
 */
#include "contract/borrower.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/statistics.h"

#define N_QUANTILES 1024

/* What is remembered of a borrower beside its account and its loan. */
typedef struct
{
  gfloat ltv; /* share of what is lent that it borrows */
  guint16 acted;
  guint8 pending; /* is on its way */
} Borrower;

struct _PnyxBorrowers
{
  PnyxChain *chain;
  const PnyxLending *lending;
  PnyxBorrowersSetup setup;
  PnyxLendingWatch *watch; /* of those who are attentive */
  PnyxNodeId node;
  Borrower *borrowers;
  PnyxRng draws, opens;
  guint16 act_type, open_type;
  guint64 n_opens;
  PnyxBorrowersDone done;
};

/* Quantiles of the Beta distribution, once. */
static void
fill_quantiles (const PnyxBorrowersSetup *setup, gdouble quantiles[N_QUANTILES + 1])
{
  for (guint i = 0; i <= N_QUANTILES; i++)
    quantiles[i] = pnyx_beta_quantile ((gdouble)i / N_QUANTILES, setup->ltv_a, setup->ltv_b);
}

static gdouble
quantile (const gdouble quantiles[N_QUANTILES + 1], gdouble u)
{
  gdouble at = u * N_QUANTILES;
  guint below = MIN ((guint)at, N_QUANTILES - 1);

  return quantiles[below] + (at - below) * (quantiles[below + 1] - quantiles[below]);
}

/* Draws and events of this contract's borrowers alone. */
static void
make_rng (PnyxChain *chain, const PnyxLending *lending, PnyxRng *rng, const gchar *purpose)
{
  g_autofree gchar *component
      = g_strdup_printf ("contract.borrower.%u.%u", chain->index, lending->contract);

  pnyx_world_rng (chain->world, rng, component, purpose);
}

/* Draws of a borrower in genesis: loan to value, collateral, attention. */
typedef struct
{
  gdouble ltv;
  PnyxAmount collateral;
  gboolean attentive;
} Birth;

static Birth
born (const PnyxBorrowersSetup *setup, const gdouble *quantiles, const PnyxRng *rng, guint32 slot)
{
  gdouble z = gsl_cdf_ugaussian_Pinv (pnyx_rng_uniform (rng, slot, 1));
  gdouble units = setup->collateral * exp (setup->collateral_sigma * z);

  return (Birth){ .ltv = quantile (quantiles, pnyx_rng_uniform (rng, slot, 0)),
                  .collateral = (PnyxAmount)(units * PNYX_AMOUNT_ONE) + 1,
                  .attentive = pnyx_rng_uniform (rng, slot, 2) < setup->attentive };
}

PnyxAmount
pnyx_borrowers_endow (PnyxChain *chain, const PnyxLending *lending, const PnyxBorrowersSetup *setup,
                      gint64 price)
{
  PnyxMachine *machine = chain->machine;
  gdouble quantiles[N_QUANTILES + 1];
  PnyxAmount total = 0;
  PnyxRng rng;

  PNYX_REQUIRE (setup->n <= lending->setup.n_borrowers);
  make_rng (chain, lending, &rng, "birth");
  fill_quantiles (setup, quantiles);
  for (guint32 slot = 0; slot < setup->n; slot++)
    {
      Birth birth = born (setup, quantiles, &rng, slot);
      PnyxAccount account = lending->setup.borrowers + slot;
      PnyxAmount limit = pnyx_lending_limit (birth.collateral, price, lending->setup.ltv);
      PnyxAmount debt = (PnyxAmount)((gdouble)limit * birth.ltv);

      pnyx_lending_begin_loan (lending, machine, account, birth.collateral, debt);
      pnyx_machine_endow (machine, account, lending->setup.asset,
                          (PnyxAmount)(setup->reserve * (gdouble)birth.collateral));
      pnyx_machine_endow (machine, account, PNYX_CASH,
                          (PnyxAmount)(setup->reserve * (gdouble)debt));
      total += debt;
    }
  return total;
}

/* ---- Acting ---- */

static void
send (PnyxBorrowers *self, PnyxAccount account, PnyxLendingMethod method, gint64 a, gint64 b)
{
  PnyxMachine *machine = self->chain->machine;
  guint32 n_nodes = pnyx_network_nodes (self->chain->network)->n;
  PnyxCall call = { .contract = self->lending->contract, .method = method, .arguments = { a, b } };
  PnyxOrder order = { .node = account % n_nodes,
                      .account = account,
                      .gas_limit = self->setup.gas_limit,
                      .gas_price = pnyx_machine_gas_price (machine) };

  pnyx_machine_submit (machine, &order, &call);
}

static PnyxAmount
usual_fee (const PnyxBorrowers *self)
{
  const PnyxMachine *machine = self->chain->machine;

  return pnyx_machine_fee (machine, self->setup.gas_limit, pnyx_machine_gas_price (machine));
}

/* What a liquidation would take: the bonus on what one call repays, or, by auction, all that the
 * collateral is worth beyond the debt. Nobody pays more than that to avoid it. */
static gdouble
at_stake (const PnyxBorrowers *self, const PnyxLendingPosition *position, gint64 price)
{
  const PnyxLendingSetup *setup = &self->lending->setup;
  gdouble debt = (gdouble)position->debt;

  if (setup->mode == PNYX_LENDING_AUCTION)
    return (gdouble)position->collateral * (gdouble)price / PNYX_PRICE_ONE - debt;
  return debt * (gdouble)setup->terms.close_factor / PNYX_LENDING_PARTS
         * (gdouble)setup->terms.bonus / PNYX_LENDING_PARTS;
}

/* Leaves, pledges or repays, whichever it wants and can: back to its own loan to value. Waits where
 * gas is dearer than what it is about. */
static void
defend (PnyxBorrowers *self, guint32 slot, const PnyxLendingPosition *position, gint64 price)
{
  PnyxMachine *machine = self->chain->machine;
  PnyxAccount account = self->lending->setup.borrowers + slot;
  const Borrower *borrower = &self->borrowers[slot];
  gdouble u = pnyx_rng_uniform (&self->draws, slot, 4 * (guint64)borrower->acted + 1);
  PnyxAmount fee = usual_fee (self);
  PnyxAmount cash = pnyx_machine_balance (machine, account, PNYX_CASH) - fee;
  PnyxAmount asset = pnyx_machine_balance (machine, account, self->lending->setup.asset);
  gdouble ltv
      = MAX (0.01, (gdouble)borrower->ltv * (gdouble)self->lending->setup.ltv / PNYX_LENDING_PARTS);
  gdouble worth = (gdouble)price / PNYX_PRICE_ONE;
  gdouble missing = (gdouble)position->debt / ltv - (gdouble)position->collateral * worth;

  if (missing > 0 && (cash < 0 || (gdouble)fee > at_stake (self, position, price)))
    return;
  if (u < self->setup.leave && cash > position->debt)
    {
      self->done.left++;
      send (self, account, PNYX_LENDING_CLOSE, 0, 0);
    }
  else if (missing > 0 && asset > 0)
    {
      self->done.pledged++;
      send (self, account, PNYX_LENDING_PLEDGE,
            (gint64)MIN ((gdouble)asset, ceil (missing / worth)), 0);
    }
  else if (missing > 0 && cash > 0)
    {
      self->done.repaid++;
      send (self, account, PNYX_LENDING_REPAY, (gint64)MIN ((gdouble)cash, ceil (missing * ltv)),
            0);
    }
  else if (missing > 0)
    pnyx_lending_watch_drop (self->watch, account);
}

static void
on_act (gpointer user, const PnyxEvent *event)
{
  PnyxBorrowers *self = user;
  guint32 slot = event->target;
  PnyxTime now = pnyx_world_now (self->chain->world);
  PnyxLendingPosition position;
  gint64 price;

  pnyx_machine_view (self->chain->machine, self->chain->head[self->node]);
  position = pnyx_lending_position (self->lending, self->chain->machine,
                                    self->lending->setup.borrowers + slot, now);
  self->borrowers[slot].pending = 0;
  self->borrowers[slot].acted++;
  if (position.debt > 0 && pnyx_lending_quotes (self->lending, self->chain->machine, now, &price))
    defend (self, slot, &position, price);
}

static gboolean
alert (gpointer user, PnyxAccount account, const PnyxLendingPosition *position)
{
  PnyxBorrowers *self = user;
  guint32 slot = account - self->lending->setup.borrowers;
  gdouble delay = pnyx_time_to_seconds (self->setup.delay);
  Borrower *borrower;

  (void)position;
  if (slot >= self->setup.n)
    return TRUE; /* somebody else who may borrow */
  borrower = &self->borrowers[slot];
  if (borrower->pending || borrower->acted == G_MAXUINT16)
    return TRUE;
  borrower->pending = 1;
  delay *= -log (pnyx_rng_uniform (&self->draws, slot, 4 * (guint64)borrower->acted));
  pnyx_world_schedule (self->chain->world,
                       pnyx_world_now (self->chain->world) + 1 + pnyx_time_from_seconds (delay),
                       PNYX_PHASE_TIMER, self->act_type, slot, PNYX_NONE, 0, 0,
                       pnyx_hash_mix (slot, borrower->acted));
  return TRUE;
}

static void
on_head (gpointer user, PnyxNodeId node, PnyxBlockId head)
{
  PnyxBorrowers *self = user;
  PnyxMachine *machine = self->chain->machine;
  PnyxTime now = pnyx_world_now (self->chain->world);
  gint64 price;

  (void)node;
  pnyx_machine_view (machine, head);
  if (pnyx_lending_quotes (self->lending, machine, now, &price))
    pnyx_lending_watch_visit (self->watch, now, price,
                              pnyx_lending_books (self->lending, machine, now).threshold,
                              (gint64)(self->setup.alert * PNYX_LENDING_PARTS), alert, self);
}

/* ---- New loans ---- */

static void
schedule_open (PnyxBorrowers *self)
{
  gdouble gap
      = -log (pnyx_rng_uniform (&self->opens, 0, self->n_opens)) / self->setup.loans_per_second;

  if (self->setup.loans_per_second <= 0 || gap > 1e9)
    return;
  pnyx_world_schedule (self->chain->world,
                       pnyx_world_now (self->chain->world) + 1 + pnyx_time_from_seconds (gap),
                       PNYX_PHASE_TIMER, self->open_type, 0, PNYX_NONE, 0, 0, self->n_opens);
}

static void
on_open (gpointer user, const PnyxEvent *event)
{
  PnyxBorrowers *self = user;
  PnyxMachine *machine = self->chain->machine;
  PnyxTime now = pnyx_world_now (self->chain->world);
  guint32 slot = (guint32)pnyx_rng_below (&self->opens, 1, self->n_opens, self->setup.n);
  PnyxAccount account = self->lending->setup.borrowers + slot;
  PnyxAmount asset, amount;
  gint64 price;

  (void)event;
  self->n_opens++;
  schedule_open (self);
  pnyx_machine_view (machine, self->chain->head[self->node]);
  asset = pnyx_machine_balance (machine, account, self->lending->setup.asset);
  if (asset == 0 || pnyx_lending_position (self->lending, machine, account, now).debt > 0
      || !pnyx_lending_quotes (self->lending, machine, now, &price))
    return;
  amount = (PnyxAmount)((gdouble)pnyx_lending_limit (
                            asset, price, pnyx_lending_books (self->lending, machine, now).ltv)
                        * (gdouble)self->borrowers[slot].ltv);
  /* What cannot be paid for would wait in the mempool for ever. */
  if (amount == 0 || pnyx_machine_balance (machine, account, PNYX_CASH) < usual_fee (self))
    return;
  self->done.opened++;
  send (self, account, PNYX_LENDING_OPEN, asset, amount);
}

PnyxBorrowers *
pnyx_borrowers_new (PnyxChain *chain, const PnyxLending *lending, const PnyxBorrowersSetup *setup,
                    PnyxNodeId node)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxBorrowers *self = pnyx_arena_array (arena, PnyxBorrowers, 1);
  g_autofree gchar *name
      = g_strdup_printf ("contract.borrower.%u.%u", chain->index, lending->contract);
  g_autofree gchar *open = g_strconcat (name, ".open", NULL);
  gdouble quantiles[N_QUANTILES + 1];
  PnyxRng birth;

  self->chain = chain;
  self->lending = lending;
  self->setup = *setup;
  self->watch = pnyx_lending_watch_new (chain, lending, node);
  self->node = node;
  self->borrowers = pnyx_arena_array (arena, Borrower, setup->n);
  make_rng (chain, lending, &birth, "birth");
  make_rng (chain, lending, &self->draws, "act");
  make_rng (chain, lending, &self->opens, "open");
  fill_quantiles (setup, quantiles);
  for (guint32 slot = 0; slot < setup->n; slot++)
    {
      Birth drawn = born (setup, quantiles, &birth, slot);

      self->borrowers[slot].ltv = (gfloat)drawn.ltv;
      if (!drawn.attentive)
        pnyx_lending_watch_drop (self->watch, lending->setup.borrowers + slot);
    }
  self->act_type = pnyx_world_add_handler (chain->world, name, on_act, self);
  self->open_type = pnyx_world_add_handler (chain->world, open, on_open, self);
  pnyx_chain_listen (chain, node, on_head, self);
  schedule_open (self);
  return self;
}

PnyxBorrowersDone
pnyx_borrowers_done (const PnyxBorrowers *borrowers)
{
  return borrowers->done;
}
