/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Success of double spending in closed form, and `calc double-spend`. The published forms subtract
 * sums from 1; here the complement is summed instead, so that small probabilities keep their
 * digits.
 */
#include "protocol/double_spend_theory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>

gdouble
pnyx_double_spend_nakamoto (gdouble q, guint64 z)
{
  gdouble p = 1 - q;
  gdouble mean = (gdouble)z * q / p;
  gdouble sum;

  PNYX_REQUIRE (q >= 0 && q <= 1 && z <= PNYX_DOUBLE_SPEND_DEPTH_MAX);
  if (q >= p || z == 0)
    return 1;
  if (q <= 0)
    return 0;
  /* Farther than z already, or k of them and the rest of the way from there. */
  sum = gsl_cdf_poisson_Q ((guint)z, mean);
  for (guint64 k = 0; k <= z; k++)
    sum += gsl_ran_poisson_pdf ((guint)k, mean) * pow (q / p, (gdouble)(z - k));
  return fmin (sum, 1);
}

gdouble
pnyx_double_spend_rosenfeld (gdouble q, guint64 n)
{
  gdouble p = 1 - q;

  PNYX_REQUIRE (q >= 0 && q <= 1 && n <= PNYX_DOUBLE_SPEND_DEPTH_MAX);
  if (q >= p || n == 0)
    return 1;
  if (q <= 0)
    return 0;
  /* The sum over all m of C (m+n-1, m) p^n q^m is 1: what the formula leaves of it is the tail
   * beyond n; the other part is the same distribution with p and q exchanged. */
  return fmin (1, gsl_cdf_negative_binomial_Q ((guint)n, p, (gdouble)n)
                      + gsl_cdf_negative_binomial_P ((guint)n, q, (gdouble)n));
}

gdouble
pnyx_double_spend (PnyxDoubleSpendModel model, gdouble q, guint64 z)
{
  return model == PNYX_DOUBLE_SPEND_NAKAMOTO ? pnyx_double_spend_nakamoto (q, z)
                                             : pnyx_double_spend_rosenfeld (q, z);
}

guint64
pnyx_double_spend_confirmations (PnyxDoubleSpendModel model, gdouble q, gdouble risk)
{
  guint64 low = 0; /* too few */
  guint64 high = 1;

  PNYX_REQUIRE (risk > 0);
  if (pnyx_double_spend (model, q, 0) < risk)
    return 0;
  /* The probability falls with the depth: doubling, then halving. */
  while (high <= PNYX_DOUBLE_SPEND_DEPTH_MAX && pnyx_double_spend (model, q, high) >= risk)
    {
      low = high;
      high *= 2;
    }
  high = MIN (high, PNYX_DOUBLE_SPEND_DEPTH_MAX + 1);
  while (high - low > 1)
    {
      guint64 middle = (low + high) / 2;

      if (pnyx_double_spend (model, q, middle) < risk)
        high = middle;
      else
        low = middle;
    }
  return high;
}

/* calc double-spend */

typedef struct
{
  gdouble q, risk;
  guint64 z;
  gint model;
} DoubleSpendParams;

static const gchar *const double_spend_models[] = { "nakamoto", "rosenfeld", NULL };

static const PnyxParam double_spend_params[] = {
  { .name = "q",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (DoubleSpendParams, q),
    .min = "0",
    .max = "1",
    .meaning = "The attacker's share of the hash rate." },
  { .name = "z",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (DoubleSpendParams, z),
    .fallback = "",
    .min = "0",
    .max = "100000",
    .meaning = "Confirmations that the receiver waits for: blocks after that of the payment "
               "(nakamoto), the payment's included (rosenfeld)." },
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (DoubleSpendParams, model),
    .fallback = "nakamoto",
    .choices = double_spend_models,
    .meaning = "Progress of the attacker during the wait: Poisson, or negative binomial with one "
               "block mined before." },
  { .name = "risk",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (DoubleSpendParams, risk),
    .fallback = "",
    .min = "0",
    .max = "1",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "Asks for the fewest confirmations at which less than this is lost." },
};

static gboolean
add_confirmations (PnyxTable *table, const DoubleSpendParams *params, GError **error)
{
  guint64 z = pnyx_double_spend_confirmations ((PnyxDoubleSpendModel)params->model, params->q,
                                               params->risk);

  if (z > PNYX_DOUBLE_SPEND_DEPTH_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "no depth up to %d has so little risk (expected a smaller q or a larger risk)",
                   PNYX_DOUBLE_SPEND_DEPTH_MAX);
      return FALSE;
    }
  pnyx_table_add_pair (table, "confirmations", (gdouble)z);
  return TRUE;
}

static PnyxTable *
double_spend_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const DoubleSpendParams *params = user;
  gboolean has_z = params->z != PNYX_COUNT_UNSET;
  g_autoptr (PnyxTable) table = NULL;

  if (!has_z && isnan (params->risk))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "nothing to compute (expected z, or risk, or both)");
      return NULL;
    }
  table = pnyx_table_new (columns);
  if (has_z)
    pnyx_table_add_pair (
        table, "probability",
        pnyx_double_spend ((PnyxDoubleSpendModel)params->model, params->q, params->z));
  if (!isnan (params->risk) && !add_confirmations (table, params, error))
    return NULL;
  return g_steal_pointer (&table);
}

const PnyxCalc pnyx_calc_double_spend = {
  .name = "double-spend",
  .summary = "How probably a payment is reversed after z confirmations.",
  .example = "double-spend q=0.1 z=6 model=rosenfeld",
  .source = "S. Nakamoto, Bitcoin (2008), section 11; M. Rosenfeld, Analysis of hashrate-based "
            "double-spending, arXiv 1402.2009, section 4",
  .params = double_spend_params,
  .n_params = G_N_ELEMENTS (double_spend_params),
  .params_size = sizeof (DoubleSpendParams),
  .run = double_spend_run,
};
