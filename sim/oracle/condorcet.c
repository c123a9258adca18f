/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/condorcet.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Voters up to which votes are counted one by one, to the last digit; the incomplete beta function
 * beyond has 14. */
#define COUNTED_MAX 64
#define FACTOR_MAX 8.5 /* beyond which the factor has less than 10^-16 */
#define FACTOR_STEPS                                                                               \
  8192 /* of the trapezoids: exact to rounding for smooth integrands that vanish                   \
          at both ends */

gdouble
pnyx_condorcet (gdouble p, guint64 n)
{
  guint half = (guint)(n / 2);
  gdouble right, same[COUNTED_MAX];

  PNYX_REQUIRE (n >= 1 && n <= G_MAXINT32);
  if (n <= COUNTED_MAX)
    {
      for (guint i = 0; i < n; i++)
        same[i] = p;
      return pnyx_condorcet_unequal (same, (gsize)n);
    }
  right = gsl_cdf_binomial_Q (half, p, (guint)n);
  return n % 2 == 1 ? right : right + gsl_ran_binomial_pdf (half, p, (guint)n) / 2;
}

gdouble
pnyx_condorcet_unequal (const gdouble *p, gsize n)
{
  g_autofree gdouble *right = g_new0 (gdouble, n + 1); /* probability of so many right votes */
  gdouble sum = 0;

  right[0] = 1;
  for (gsize i = 0; i < n; i++)
    for (gsize k = i + 2; k-- > 0;)
      right[k] = right[k] * (1 - p[i]) + (k > 0 ? right[k - 1] * p[i] : 0);
  for (gsize k = 0; k <= n; k++)
    sum += 2 * k > n ? right[k] : 2 * k == n ? right[k] / 2 : 0;
  return sum;
}

gdouble
pnyx_condorcet_weighted (const gdouble *p, gsize n)
{
  gdouble weights[PNYX_CONDORCET_WEIGHED_MAX], size = 0, right = 0;

  PNYX_REQUIRE (n >= 1 && n <= PNYX_CONDORCET_WEIGHED_MAX);
  for (gsize i = 0; i < n; i++)
    {
      weights[i] = log (p[i] / (1 - p[i]));
      size += ABS (weights[i]);
    }
  for (guint32 votes = 0; votes < 1u << n; votes++)
    {
      gdouble lead = 0, probability = 1;

      for (gsize i = 0; i < n; i++)
        {
          gboolean is_right = (votes >> i & 1) != 0;

          lead += is_right ? weights[i] : -weights[i];
          probability *= is_right ? p[i] : 1 - p[i];
        }
      /* Equal odds on both sides differ by rounding only. */
      right += ABS (lead) <= 1e-12 * size ? probability / 2 : lead > 0 ? probability : 0;
    }
  return right;
}

static gdouble
given_factor (gdouble cut, guint64 n, gdouble rho, gdouble factor)
{
  return pnyx_condorcet (gsl_cdf_ugaussian_P ((cut - sqrt (rho) * factor) / sqrt (1 - rho)), n);
}

gdouble
pnyx_condorcet_correlated (gdouble p, guint64 n, gdouble rho)
{
  gdouble cut = gsl_cdf_ugaussian_Pinv (p), step = 2 * FACTOR_MAX / FACTOR_STEPS, sum = 0;

  if (p <= 0 || p >= 1 || rho >= 1)
    return p <= 0 ? 0 : p >= 1 ? 1 : p;
  if (n == 0)
    return rho > 0 ? gsl_cdf_ugaussian_P (cut / sqrt (rho)) : p > 0.5 ? 1 : p < 0.5 ? 0 : 0.5;
  if (rho <= 0)
    return pnyx_condorcet (p, n);
  for (guint i = 0; i <= FACTOR_STEPS; i++)
    {
      gdouble factor = -FACTOR_MAX + i * step;

      sum += gsl_ran_ugaussian_pdf (factor) * given_factor (cut, n, rho, factor);
    }
  return sum * step;
}

/* calc condorcet */

enum
{
  WEIGHTS_EQUAL,
  WEIGHTS_LOG_ODDS
};

typedef struct
{
  gdouble p;
  guint64 n;
  PnyxReals ps;
  gint weights;
  gdouble rho;
} CondorcetParams;

static const gchar *const weights_choices[] = { "equal", "log-odds", NULL };

static const PnyxParam condorcet_params[] = {
  { .name = "p",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .max = "1",
    .offset = offsetof (CondorcetParams, p),
    .meaning = "Probability that a voter is right." },
  { .name = "n",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .max = "1000000",
    .offset = offsetof (CondorcetParams, n),
    .meaning = "Number of voters; 0: infinitely many." },
  { .name = "ps",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .max = "1",
    .offset = offsetof (CondorcetParams, ps),
    .meaning = "Probability of each voter, in place of p and n." },
  { .name = "weights",
    .type = PNYX_PARAM_ENUM,
    .fallback = "equal",
    .choices = weights_choices,
    .offset = offsetof (CondorcetParams, weights),
    .meaning = "Weights of ps: all alike, or by log odds." },
  { .name = "rho",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (CondorcetParams, rho),
    .meaning = "Correlation of p and n's errors, by a normal factor that all share." },
};

static gboolean
check (const CondorcetParams *params, GError **error)
{
  const gchar *wrong = NULL;
  gboolean list = params->ps.n > 0, weighted = params->weights == WEIGHTS_LOG_ODDS;

  if (list && (!isnan (params->p) || params->n != PNYX_COUNT_UNSET))
    wrong = "ps and p or n are given (expected p and n, or ps)";
  else if (!list && (isnan (params->p) || params->n == PNYX_COUNT_UNSET))
    wrong = "nobody votes (expected p and n, or ps)";
  else if (list && params->rho > 0)
    wrong = "rho: not with ps (expected p and n)";
  else if (!list && weighted)
    wrong = "weights: equal voters weigh alike (expected ps with log-odds)";
  else if (params->ps.n > (weighted ? PNYX_CONDORCET_WEIGHED_MAX : 10000))
    wrong = weighted ? "ps: too many voters (expected at most 24 with log-odds)"
                     : "ps: too many voters (expected at most 10000)";
  for (gsize i = 0; wrong == NULL && weighted && i < params->ps.n; i++)
    if (!(params->ps.values[i] > 0 && params->ps.values[i] < 1))
      wrong = "ps: 0 and 1 have no odds (expected more than 0 and less than 1)";
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s", wrong);
  return FALSE;
}

static PnyxTable *
condorcet_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const CondorcetParams *params = user;
  PnyxTable *table;
  gdouble value;

  if (!check (params, error))
    return NULL;
  if (params->ps.n == 0)
    value = pnyx_condorcet_correlated (params->p, params->n, params->rho);
  else if (params->weights == WEIGHTS_LOG_ODDS)
    value = pnyx_condorcet_weighted (params->ps.values, params->ps.n);
  else
    value = pnyx_condorcet_unequal (params->ps.values, params->ps.n);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "probability", value);
  return table;
}

const PnyxCalc pnyx_calc_condorcet = {
  .name = "condorcet",
  .summary = "Probability that a majority is right: equal, weighted or correlated voters.",
  .example = "condorcet p=0.6 n=11 rho=0.3",
  .source = "Condorcet (1785); L. Shapley, B. Grofman (1984); one-factor copula",
  .params = condorcet_params,
  .n_params = G_N_ELEMENTS (condorcet_params),
  .params_size = sizeof (CondorcetParams),
  .run = condorcet_run,
};
