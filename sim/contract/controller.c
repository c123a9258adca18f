/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A timer at each interval: view the head, note the price (observe), decide once the window is
 * full, send where it makes a difference. Prices are those of the contract's own source: a
 * controller knows no more than the chain does.
 */
#include "contract/controller.h"

#include <math.h>
#include <string.h>

#include "contract/lending_outcome.h"

struct _PnyxController
{
  PnyxChain *chain;
  const PnyxLending *lending;
  PnyxControllerSetup setup;
  gdouble last_price; /* 0: none yet */
  gdouble returns[PNYX_CONTROLLER_WINDOW_MAX];
  guint n_returns;
  gdouble ltv; /* that it decided last */
  guint16 type;
  guint64 ticks, decisions, sent;
  gdouble sum_ltv;
  PnyxPolicyTraining *training; /* NULL: it does not learn */
  PnyxRng explore;
  PnyxPolicyState state; /* of the last decision by @training; before the first: learning FALSE */
  guint action;
  gdouble wealth; /* then */
  gboolean learning;
  gdouble sum_x, sum_y, sum_xx, sum_yy, sum_xy; /* changes of loan to value, returns */
};

gboolean
pnyx_controller_check (const PnyxControllerSetup *setup, const PnyxPlace *place, GError **error)
{
  if (setup->window < 2 || setup->window > PNYX_CONTROLLER_WINDOW_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, place,
                         "a controller with a window of %u (expected 2 to %u intervals)",
                         setup->window, PNYX_CONTROLLER_WINDOW_MAX);
      return FALSE;
    }
  if (setup->kind == PNYX_CONTROLLER_FORECAST && setup->forecast.sigma == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, place,
                         "a forecasting controller without a training window (expected training, a "
                         "time such as 12 h)");
      return FALSE;
    }
  if (setup->kind == PNYX_CONTROLLER_POLICY && setup->policy == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, place,
                         "a controller by policy without one (expected a file made by pnyx train)");
      return FALSE;
    }
  if (setup->kind == PNYX_CONTROLLER_POLICY
      && setup->policy->actions[setup->policy->n_actions - 1] + setup->distance > 1)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place,
                         "a policy that lends up to %g with the threshold %g above (expected 1 "
                         "together at most)",
                         setup->policy->actions[setup->policy->n_actions - 1], setup->distance);
      return FALSE;
    }
  if (!(setup->ltv_min >= 0 && setup->ltv_min <= setup->ltv_max
        && setup->ltv_max + setup->distance <= 1))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place,
                         "loan to value from %g to %g with the threshold %g above (expected it to "
                         "rise, and 1 together at most)",
                         setup->ltv_min, setup->ltv_max, setup->distance);
      return FALSE;
    }
  return TRUE;
}

gdouble
pnyx_controller_ltv (const PnyxControllerSetup *setup, gdouble sigma)
{
  return CLAMP (setup->ltv0 - setup->k * (sigma - setup->sigma0), setup->ltv_min, setup->ltv_max);
}

static gdouble
per_year (PnyxTime interval)
{
  return sqrt ((gdouble)PNYX_LENDING_YEAR / pnyx_time_to_seconds (interval));
}

gdouble
pnyx_controller_sigma (const gdouble *returns, guint n, PnyxTime interval)
{
  gdouble sum = 0;

  PNYX_REQUIRE (n >= 1 && interval > 0);
  for (guint i = 0; i < n; i++)
    sum += returns[i] * returns[i];
  return sqrt (sum / n) * per_year (interval);
}

/* Returns: FALSE: there is no price, or none before. */
static gboolean
observe (PnyxController *self, PnyxTime now)
{
  gdouble before = self->last_price;
  gint64 price;

  if (!pnyx_lending_quotes (self->lending, self->chain->machine, now, &price))
    return FALSE;
  self->last_price = (gdouble)price / PNYX_PRICE_ONE;
  if (before == 0)
    return FALSE;
  if (self->n_returns == self->setup.window)
    memmove (self->returns, self->returns + 1, sizeof *self->returns * --self->n_returns);
  self->returns[self->n_returns++] = log (self->last_price / before);
  return TRUE;
}

/* ---- Learning ---- */

/* What depositors and the reserve have, less what is not covered at the price on chain. */
static gdouble
wealth_of (const PnyxController *self, const PnyxLendingBooks *books, PnyxTime now)
{
  PnyxLendingState state
      = pnyx_lending_state (self->lending, self->chain->machine, now,
                            (gint64)llround (self->last_price * (gdouble)PNYX_PRICE_ONE));

  return (gdouble)(books->claims + books->reserve) - (gdouble)state.uncovered;
}

/* Learns from what came of the last decision. Returns: the next loan to value. */
static gdouble
decide_and_learn (PnyxController *self, const PnyxLendingBooks *books, gdouble sigma)
{
  PnyxPolicyTraining *training = self->training;
  PnyxTime now = pnyx_world_now (self->chain->world);
  PnyxPolicyState state = pnyx_policy_state (
      training->policy, sigma, (gdouble)books->utilisation / (gdouble)PNYX_LENDING_RATE_ONE);
  gdouble wealth = wealth_of (self, books, now);

  if (self->learning)
    {
      gdouble reward = (wealth - self->wealth) / MAX ((gdouble)books->claims, 1) * 1e4;

      pnyx_policy_learn (training->policy, self->state, self->action, reward, state, training->rate,
                         training->discount);
      training->reward += reward;
      training->decisions++;
    }
  self->learning = TRUE;
  self->state = state;
  self->wealth = wealth;
  self->action = pnyx_policy_explore (training->policy, state, training->epsilon, &self->explore,
                                      self->decisions);
  return training->policy->actions[self->action];
}

void
pnyx_controller_train (PnyxController *controller, PnyxPolicyTraining *training)
{
  g_autofree gchar *name = g_strdup_printf ("contract.controller.%u.%u", controller->chain->index,
                                            controller->lending->contract);

  controller->training = training;
  controller->setup.kind = PNYX_CONTROLLER_POLICY;
  controller->setup.policy = training->policy;
  pnyx_world_rng (controller->chain->world, &controller->explore, name, "explore");
}

/* ---- Deciding ---- */

/* What is decided by what was seen; NaN: nothing. @sigma: (out): volatility per square root of a
 * year. */
static gdouble
decide (PnyxController *self, const PnyxLendingBooks *books, gdouble *sigma)
{
  const PnyxControllerSetup *setup = &self->setup;
  PnyxPolicyState state;

  *sigma = setup->kind == PNYX_CONTROLLER_FORECAST
               ? setup->forecast.sigma (setup->forecast.self, self->returns, self->n_returns)
                     * per_year (setup->interval)
               : pnyx_controller_sigma (self->returns, self->n_returns, setup->interval);
  if (isnan (*sigma))
    return NAN;
  if (setup->kind != PNYX_CONTROLLER_POLICY)
    return pnyx_controller_ltv (setup, *sigma);
  if (self->training != NULL)
    return decide_and_learn (self, books, *sigma);
  state = pnyx_policy_state (setup->policy, *sigma,
                             (gdouble)books->utilisation / (gdouble)PNYX_LENDING_RATE_ONE);
  return setup->policy->actions[pnyx_policy_best (setup->policy, state)];
}

static void
note (PnyxController *self, gdouble change)
{
  gdouble gain = self->returns[self->n_returns - 1];

  self->decisions++;
  self->sum_ltv += self->ltv;
  self->sum_x += change;
  self->sum_y += gain;
  self->sum_xx += change * change;
  self->sum_yy += gain * gain;
  self->sum_xy += change * gain;
}

static void
send (PnyxController *self, gdouble sigma)
{
  PnyxMachine *machine = self->chain->machine;
  gdouble premium = self->setup.premium * MAX (0, sigma - self->setup.sigma0);
  PnyxCall call
      = { .contract = self->lending->contract,
          .method = PNYX_LENDING_GOVERN,
          .arguments = { llround (self->ltv * PNYX_LENDING_PARTS),
                         llround ((self->ltv + self->setup.distance) * PNYX_LENDING_PARTS),
                         llround (MIN (premium, 1000) * (gdouble)PNYX_LENDING_RATE_ONE) } };
  PnyxOrder order = { .node = self->setup.node,
                      .account = self->setup.account,
                      .gas_limit = self->setup.gas_limit,
                      .gas_price = pnyx_machine_gas_price (machine) };

  self->sent++;
  pnyx_machine_submit (machine, &order, &call);
}

static void
schedule (PnyxController *self)
{
  pnyx_world_schedule (self->chain->world,
                       pnyx_world_now (self->chain->world) + self->setup.interval, PNYX_PHASE_TIMER,
                       self->type, self->setup.node, PNYX_NONE, 0, 0, self->ticks++);
}

static void
on_tick (gpointer user, const PnyxEvent *event)
{
  PnyxController *self = user;
  PnyxTime now = pnyx_world_now (self->chain->world);
  PnyxLendingBooks books;
  gdouble sigma, ltv, change;

  (void)event;
  schedule (self);
  pnyx_machine_view (self->chain->machine, self->chain->head[self->setup.node]);
  if (!observe (self, now) || self->n_returns < self->setup.window)
    return;
  books = pnyx_lending_books (self->lending, self->chain->machine, now);
  ltv = decide (self, &books, &sigma);
  if (isnan (ltv))
    return;
  change = ltv - self->ltv;
  self->ltv = ltv;
  note (self, change);
  if (fabs (ltv - (gdouble)books.ltv / PNYX_LENDING_PARTS) >= MAX (self->setup.step_least, 1e-6))
    send (self, sigma);
}

PnyxController *
pnyx_controller_new (PnyxChain *chain, const PnyxLending *lending, const PnyxControllerSetup *setup)
{
  PnyxController *self = pnyx_arena_array (pnyx_world_arena (chain->world), PnyxController, 1);
  g_autofree gchar *name
      = g_strdup_printf ("contract.controller.%u.%u", chain->index, lending->contract);

  PNYX_REQUIRE (pnyx_controller_check (setup, &(PnyxPlace){ 0 }, NULL)
                && lending->setup.governor == setup->account);
  self->chain = chain;
  self->lending = lending;
  self->setup = *setup;
  self->ltv = (gdouble)lending->setup.ltv / PNYX_LENDING_PARTS;
  self->type = pnyx_world_add_handler (chain->world, name, on_tick, self);
  schedule (self);
  return self;
}

PnyxControllerSeen
pnyx_controller_seen (const PnyxController *controller)
{
  const PnyxController *self = controller;
  gdouble n = (gdouble)self->decisions;
  gdouble xx = n * self->sum_xx - self->sum_x * self->sum_x;
  gdouble yy = n * self->sum_yy - self->sum_y * self->sum_y;
  PnyxControllerSeen seen = {
    .decisions = self->decisions, .sent = self->sent, .mean_ltv = NAN, .procyclicality = NAN
  };

  if (self->decisions > 0)
    seen.mean_ltv = self->sum_ltv / n;
  if (xx > 1e-12 && yy > 1e-18)
    seen.procyclicality = (n * self->sum_xy - self->sum_x * self->sum_y) / sqrt (xx * yy);
  return seen;
}
