/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The distribution of the finality lag, exactly.
 *
 * An epoch is timely (its last block is late enough to carry two thirds of its votes), late (it has
 * blocks) or empty. Epochs are independent. What the transition of an epoch leaves behind is a
 * state of a few bits: the justification bits, the ages of both justified checkpoints, and whether
 * the epoch was timely, for an empty epoch adds nothing to the votes of the one before. The chain
 * of these states is brought to its stationary distribution; then a checkpoint is followed until
 * some transition finalises it or a later one.
 */
#include "protocol/gasper/finality_theory.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "protocol/gasper/finality.h"

#define AGES 8     /* ages of 0 to 6 epochs, and more: rules look back 3 */
#define EPOCH 1000 /* the epoch of every transition here: ages are what counts */
#define N_STATES (16 * AGES * AGES * 2)
#define SETTLING 500 /* transitions until the distribution has long been stationary */
#define SLACK 1e-12

typedef enum
{
  EPOCH_TIMELY,
  EPOCH_LATE,
  EPOCH_EMPTY,
  N_OUTCOMES,
} Outcome;

typedef struct
{
  gdouble outcome[N_OUTCOMES];
  guint16 next[N_STATES][N_OUTCOMES];
  guint8 finalized[N_STATES][N_OUTCOMES]; /* age of what the transition finalises; 0: nothing */
} Chain;

gboolean
pnyx_gasper_participation_suffices (gdouble participation)
{
  return 3 * participation >= 2 * (1 - SLACK);
}

static guint16
state_index (guint bits, guint64 previous, guint64 current, gboolean timely)
{
  return (guint16)(((bits * AGES + MIN (previous, AGES - 1)) * AGES + MIN (current, AGES - 1)) * 2
                   + (timely ? 1 : 0));
}

/* One transition from the state of @index, seen from epoch EPOCH; ages grow by one. */
static void
chain_move (Chain *chain, guint index, Outcome outcome)
{
  gboolean was_timely = index % 2 == 1;
  PnyxGasperJustification state = {
    .current_justified_checkpoint.epoch = EPOCH - index / 2 % AGES,
    .previous_justified_checkpoint.epoch = EPOCH - index / 2 / AGES % AGES,
    .justification_bits = (guint8)(index / 2 / AGES / AGES),
  };
  PnyxGasperTargets targets = {
    .previous.epoch = EPOCH - 1,
    .current.epoch = EPOCH,
    .previous_balance = outcome != EPOCH_EMPTY || was_timely ? 1 : 0,
    .current_balance = outcome == EPOCH_TIMELY ? 1 : 0,
    .total_active_balance = 1,
  };

  pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
  chain->next[index][outcome] = state_index (
      state.justification_bits, EPOCH + 1 - state.previous_justified_checkpoint.epoch,
      EPOCH + 1 - state.current_justified_checkpoint.epoch, outcome == EPOCH_TIMELY);
  chain->finalized[index][outcome]
      = (guint8)(state.finalized_checkpoint.epoch > 0 ? EPOCH - state.finalized_checkpoint.epoch
                                                      : 0);
}

static void
chain_init (Chain *chain, gdouble participation, guint slots)
{
  gdouble empty = 1 - participation;
  /* The first slot whose block carries enough: 3 p j >= 2 slots. */
  guint enough = (guint)ceil (2.0 * slots * (1 - SLACK) / (3 * participation));

  chain->outcome[EPOCH_EMPTY] = pow (empty, slots);
  chain->outcome[EPOCH_TIMELY] = enough < slots ? 1 - pow (empty, slots - enough) : 0;
  chain->outcome[EPOCH_LATE]
      = fmax (0, 1 - chain->outcome[EPOCH_EMPTY] - chain->outcome[EPOCH_TIMELY]);
  for (guint i = 0; i < N_STATES; i++)
    for (guint outcome = 0; outcome < N_OUTCOMES; outcome++)
      chain_move (chain, i, (Outcome)outcome);
}

/* One epoch on. What finalises an epoch of age @age or less leaves; Returns: its probability. */
static gdouble
chain_step (const Chain *chain, gdouble *p, guint age)
{
  gdouble next[N_STATES] = { 0 }, left = 0;

  for (guint i = 0; i < N_STATES; i++)
    for (guint outcome = 0; p[i] > 0 && outcome < N_OUTCOMES; outcome++)
      {
        guint finalized = chain->finalized[i][outcome];
        gdouble flow = p[i] * chain->outcome[outcome];

        if (finalized > 0 && finalized <= age)
          left += flow;
        else
          next[chain->next[i][outcome]] += flow;
      }
  memcpy (p, next, sizeof next);
  return left;
}

gdouble
pnyx_gasper_finality_lag (gdouble participation, guint slots_per_epoch, gdouble *probability)
{
  g_autofree Chain *chain = g_new (Chain, 1);
  gdouble p[N_STATES] = { 0 };
  gdouble mean = 0;

  PNYX_REQUIRE (pnyx_gasper_participation_suffices (participation) && participation <= 1
                && slots_per_epoch >= 1);
  chain_init (chain, participation, slots_per_epoch);
  p[state_index (15, 2, 1, TRUE)] = 1;
  for (guint i = 0; i < SETTLING; i++)
    chain_step (chain, p, 0);
  /* The transition at the end of the checkpoint's own epoch has lag 1. */
  probability[0] = 0;
  for (guint lag = 1; lag < PNYX_GASPER_LAGS; lag++)
    {
      probability[lag] = chain_step (chain, p, lag - 1);
      mean += lag * probability[lag];
    }
  return mean;
}

/* calc finality-lag */

typedef struct
{
  gdouble participation;
} LagParams;

static const PnyxParam lag_params[] = {
  { .name = "participation",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (LagParams, participation),
    .min = "0",
    .max = "1",
    .meaning
    = "Share of the stake, of each committee and of the proposers that is online; at least "
      "two thirds." },
};

static PnyxTable *
lag_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const LagParams *params = user;
  gdouble probability[PNYX_GASPER_LAGS];
  gdouble mean;
  PnyxTable *table;

  if (!pnyx_gasper_participation_suffices (params->participation))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "with a participation below 2/3 nothing is finalised (expected 2/3 to 1)");
      return NULL;
    }
  mean = pnyx_gasper_finality_lag (params->participation, 32, probability);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "mean", mean);
  pnyx_table_add_pair (table, "p2", probability[2]);
  pnyx_table_add_pair (table, "p3", probability[3]);
  pnyx_table_add_pair (table, "p4", probability[4]);
  return table;
}

const PnyxCalc pnyx_calc_finality_lag = {
  .name = "finality-lag",
  .summary = "Epochs until Gasper finalises a checkpoint: mean, and the probabilities of 2, 3, 4.",
  .example = "finality-lag participation=0.75",
  .source
  = "specs/phase0/beacon-chain.md, weigh_justification_and_finalization, solved as a Markov "
    "chain",
  .params = lag_params,
  .n_params = G_N_ELEMENTS (lag_params),
  .params_size = sizeof (LagParams),
  .run = lag_run,
};
