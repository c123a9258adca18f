/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Longest chains of proof of stake in closed form: leaders of slots (`calc leader`) and settlement
 * against the best possible adversary (`calc settlement`).
 *
 * Settlement runs the chain of (reach, margin) forward over the slots. With r slots left, a margin
 * of at least r cannot fall below 0 any more and one below -r cannot return to 0, so only margins
 * from -r to r - 1 are kept; of the reach it matters only whether it is above 0, which is sure from
 * r + 1 on. Nothing is lost by either, and all terms are positive.
 */
#include "protocol/longest_chain_theory.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stddef.h>

gdouble
pnyx_leader_probability (gdouble f, gdouble sigma)
{
  PNYX_REQUIRE (f > 0 && f <= 1 && sigma >= 0 && sigma <= 1);
  if (f >= 1)
    return sigma > 0 ? 1 : 0;
  return -expm1 (sigma * log1p (-f));
}

PnyxSlotLeaders
pnyx_slot_leaders (gdouble f, guint64 pools)
{
  gdouble rate = -log1p (-f); /* expected leaders where pools are infinitely many and small */
  gdouble phi;

  PNYX_REQUIRE (f > 0 && f <= 1 && pools <= G_MAXUINT32);
  if (f >= 1)
    return (PnyxSlotLeaders){ .one = pools == 1 ? 1 : 0, .many = pools == 1 ? 0 : 1 };
  if (pools == 0)
    return (PnyxSlotLeaders){ .empty = 1 - f,
                              .one = rate * (1 - f),
                              .many = gsl_cdf_gamma_P (rate, 2, 1) };
  phi = pnyx_leader_probability (f, 1 / (gdouble)pools);
  return (PnyxSlotLeaders){ .empty = 1 - f,
                            .one = (gdouble)pools * phi * (1 - f) / (1 - phi),
                            .many = pools == 1 ? 0 : gsl_cdf_binomial_Q (1, phi, (guint)pools) };
}

/* ---- Settlement ---- */

typedef struct
{
  gint k;
  gdouble sure;        /* probability of what is lost for good */
  gdouble *now, *then; /* by margin + k, then reach: 0 to k + 1 */
} Margins;

static gdouble *
cell (const Margins *self, gdouble *states, gint margin, gint reach)
{
  return &states[(gsize)(margin + self->k) * ((gsize)self->k + 2)
                 + (gsize)MIN (reach, self->k + 1)];
}

/* @left: slots after this one. */
static void
add_state (Margins *self, gdouble *states, gint left, gint margin, gint reach, gdouble p)
{
  if (margin >= left)
    self->sure += p;
  else if (margin >= -left)
    *cell (self, states, margin, MIN (reach, left + 1)) += p;
}

/* One slot passes; @left remain after it. */
static void
step (Margins *self, gdouble alpha, gint left)
{
  gdouble *swap;

  for (gint margin = -left - 1; margin <= left; margin++)
    for (gint reach = MAX (margin, 0); reach <= left + 2; reach++)
      {
        gdouble *state = cell (self, self->now, margin, reach);
        gdouble p = *state;
        gboolean held = margin == 0 && reach > 0; /* a tie that the adversary keeps */

        if (p <= 0)
          continue;
        *state = 0; /* the array holds the states after the next slot */
        add_state (self, self->then, left, margin + 1, reach + 1, p * alpha);
        add_state (self, self->then, left, held ? 0 : margin - 1, MAX (reach - 1, 0),
                   p * (1 - alpha));
      }
  swap = self->now;
  self->now = self->then;
  self->then = swap;
}

gdouble
pnyx_settlement_error (gdouble alpha, guint k)
{
  Margins self = { .k = (gint)k };
  gsize size = (2 * (gsize)k + 1) * ((gsize)k + 2);
  gdouble ratio = alpha / (1 - alpha);

  PNYX_REQUIRE (alpha >= 0 && alpha < 0.5 && k <= PNYX_SETTLEMENT_SLOTS_MAX);
  self.now = g_new0 (gdouble, size);
  self.then = g_new0 (gdouble, size);
  /* What the adversary has ready after a long past: geometric. From k on it is enough. */
  for (guint reach = 0; reach < k; reach++)
    add_state (&self, self.now, (gint)k, (gint)reach, (gint)reach,
               (1 - ratio) * pow (ratio, reach));
  self.sure += pow (ratio, k);
  for (gint left = (gint)k - 1; left >= 0; left--)
    step (&self, alpha, left);
  g_free (self.now);
  g_free (self.then);
  return self.sure;
}

/* calc leader */

typedef struct
{
  gdouble f, sigma;
  guint64 pools;
} LeaderParams;

static const PnyxParam leader_params[] = {
  { .name = "f",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (LeaderParams, f),
    .fallback = "0.05",
    .min = "0",
    .max = "1",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "Active slot coefficient: share of slots with a leader when all stake takes part.",
    .source = "Cardano, activeSlotsCoeff" },
  { .name = "sigma",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (LeaderParams, sigma),
    .fallback = "1",
    .min = "0",
    .max = "1",
    .meaning = "Share of the stake whose chance to lead a slot is asked for." },
  { .name = "pools",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (LeaderParams, pools),
    .fallback = "0",
    .min = "0",
    .max = "1000000000",
    .meaning = "Pools of equal stake that hold all of it; 0: infinitely many." },
};

static PnyxTable *
leader_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const LeaderParams *params = user;
  PnyxSlotLeaders leaders = pnyx_slot_leaders (params->f, params->pools);
  PnyxTable *table = pnyx_table_new (columns);

  (void)error;
  pnyx_table_add_pair (table, "phi", pnyx_leader_probability (params->f, params->sigma));
  pnyx_table_add_pair (table, "p_empty", leaders.empty);
  pnyx_table_add_pair (table, "p_one", leaders.one);
  pnyx_table_add_pair (table, "p_many", leaders.many);
  return table;
}

const PnyxCalc pnyx_calc_leader = {
  .name = "leader",
  .summary = "Leaders of a slot where each draws for itself: none, one, several.",
  .example = "leader f=0.05 sigma=0.1 pools=10",
  .source = "B. David et al., Ouroboros Praos, EUROCRYPT 2018, section 3.3",
  .params = leader_params,
  .n_params = G_N_ELEMENTS (leader_params),
  .params_size = sizeof (LeaderParams),
  .run = leader_run,
};

/* calc settlement */

typedef struct
{
  gdouble alpha;
  guint64 k;
} SettlementParams;

static const PnyxParam settlement_params[] = {
  { .name = "alpha",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (SettlementParams, alpha),
    .min = "0",
    .max = "1",
    .meaning = "Probability that an active slot belongs to the adversary." },
  { .name = "k",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (SettlementParams, k),
    .min = "0",
    .max = "1000",
    .meaning = "Active slots that have passed." },
};

static PnyxTable *
settlement_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const SettlementParams *params = user;
  PnyxTable *table;

  (void)error;
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "probability",
                       params->alpha < 0.5 ? pnyx_settlement_error (params->alpha, (guint)params->k)
                                           : 1);
  return table;
}

const PnyxCalc pnyx_calc_settlement = {
  .name = "settlement",
  .summary = "How probably a slot is not settled after k active slots, against the best adversary.",
  .example = "settlement alpha=0.2 k=50",
  .source = "E. Blum et al., The combinatorics of the longest-chain rule, SODA 2020",
  .params = settlement_params,
  .n_params = G_N_ELEMENTS (settlement_params),
  .params_size = sizeof (SettlementParams),
  .run = settlement_run,
};
