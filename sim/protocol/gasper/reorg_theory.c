/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thresholds of ex-ante and sandwich reorgs. With infinite committees everything is compared in
 * whole billionths of a committee; with finite ones the adversary's members are binomial and
 * compared as whole validators.
 */
#include "protocol/gasper/reorg_theory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>

#define UNITS PNYX_GASPER_SHARE_UNITS
#define NEGLIGIBLE 1e-18

static gdouble
share (guint64 units)
{
  return (gdouble)units / UNITS;
}

/* Weight of the boost in members, as a whole part; more than this many votes are more. */
static gint64
boost_members (const PnyxGasperReorg *reorg)
{
  return (gint64)((pnyx_uint128)reorg->boost * reorg->committee / UNITS);
}

/* P (Bin (n, p) > k) */
static gdouble
binomial_exceeds (gint64 k, gdouble p, guint64 n)
{
  if (k < 0)
    return 1;
  if ((guint64)k >= n)
    return 0;
  return gsl_cdf_binomial_Q ((guint)k, p, (guint)n);
}

static void
require_valid (const PnyxGasperReorg *reorg)
{
  PNYX_REQUIRE (reorg->beta <= UNITS && reorg->slots >= 1
                && (pnyx_uint128)(reorg->slots + 1) * reorg->committee <= G_MAXINT32
                && reorg->slots <= G_MAXINT32 && reorg->boost <= 1000 * (guint64)UNITS);
}

gdouble
pnyx_gasper_reorg_ex_ante (const PnyxGasperReorg *reorg)
{
  gdouble beta = share (reorg->beta);

  require_valid (reorg);
  if (reorg->committee == 0)
    return reorg->slots * reorg->beta > reorg->boost ? 1 : 0;
  return pow (beta, (gdouble)reorg->slots)
         * binomial_exceeds (boost_members (reorg), beta, reorg->slots * reorg->committee);
}

gdouble
pnyx_gasper_reorg_sandwich (const PnyxGasperReorg *reorg)
{
  guint64 n = reorg->committee;
  gdouble beta = share (reorg->beta);
  /* before > n - boost - 2 inside, whole votes on the left: the right side rounded down. */
  gint64 lead = (gint64)n - (gint64)(((pnyx_uint128)reorg->boost * n + UNITS - 1) / UNITS);
  gdouble sum = 0;

  require_valid (reorg);
  if (n == 0)
    return reorg->boost + (reorg->slots + 2) * reorg->beta > UNITS ? 1 : 0;
  /* boost + before + inside > n - inside, summed over the members inside the honest slot. */
  for (guint64 inside = 0; inside <= n; inside++)
    {
      gdouble p = gsl_ran_binomial_pdf ((guint)inside, beta, (guint)n);

      if (p > NEGLIGIBLE)
        sum += p * binomial_exceeds (lead - 2 * (gint64)inside, beta, reorg->slots * n);
    }
  return pow (beta, (gdouble)(reorg->slots + 1)) * fmin (sum, 1);
}

/* calc reorg */

typedef struct
{
  gdouble beta, boost;
  guint64 slots, committee;
} ReorgParams;

static const PnyxParam reorg_params[] = {
  { .name = "beta",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (ReorgParams, beta),
    .min = "0",
    .max = "1",
    .meaning = "The adversary's share of the stake." },
  { .name = "boost",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (ReorgParams, boost),
    .fallback = "0.4",
    .min = "0",
    .max = "100",
    .meaning = "Proposer boost as a share of the weight of a slot's committees.",
    .source = "specs/phase0/fork-choice.md, PROPOSER_SCORE_BOOST" },
  { .name = "slots",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ReorgParams, slots),
    .min = "1",
    .max = "1000",
    .meaning = "Consecutive slots that the adversary has before the honest one." },
  { .name = "committee",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ReorgParams, committee),
    .fallback = "0",
    .min = "0",
    .max = "1000000",
    .meaning = "Members of a slot's committees: probabilities, with that of having the slots; 0: "
               "infinitely many: 1 where it succeeds given the slots, otherwise 0." },
};

static PnyxTable *
reorg_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const ReorgParams *params = user;
  PnyxGasperReorg reorg = { .beta = (guint64)round (params->beta * UNITS),
                            .boost = (guint64)round (params->boost * UNITS),
                            .slots = params->slots,
                            .committee = params->committee };
  PnyxTable *table;

  (void)error;
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "ex_ante", pnyx_gasper_reorg_ex_ante (&reorg));
  pnyx_table_add_pair (table, "sandwich", pnyx_gasper_reorg_sandwich (&reorg));
  return table;
}

const PnyxCalc pnyx_calc_reorg = {
  .name = "reorg",
  .summary = "Whether, or how probably, an ex-ante or a sandwich reorg of one honest block "
             "succeeds; ties fail.",
  .example = "reorg beta=0.2 slots=3 committee=19000",
  .source = "arXiv 2110.10086, section 4; C. Schwarz-Schilling, Proposer boost considerations",
  .params = reorg_params,
  .n_params = G_N_ELEMENTS (reorg_params),
  .params_size = sizeof (ReorgParams),
  .run = reorg_run,
};
