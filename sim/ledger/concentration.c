/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures of concentration together, and `calc concentration`. */
#include "ledger/concentration.h"

#include <stddef.h>

#include "base/statistics.h"

PnyxConcentration
pnyx_concentration (const gdouble *weights, gsize n)
{
  return (PnyxConcentration){
    .gini = pnyx_gini (weights, n),
    .hhi = pnyx_hhi (weights, n),
    .entropy = pnyx_entropy (weights, n),
    .nakamoto_33 = pnyx_nakamoto_coefficient (weights, n, 1, 3),
    .nakamoto_50 = pnyx_nakamoto_coefficient (weights, n, 1, 2),
  };
}

typedef struct
{
  PnyxReals weights;
} ConcentrationParams;

static const PnyxParam concentration_params[] = {
  { .name = "weights",
    .type = PNYX_PARAM_REALS,
    .offset = offsetof (ConcentrationParams, weights),
    .min = "0",
    .meaning = "What each holder has, in any unit." },
};

static PnyxTable *
concentration_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const PnyxReals *weights = &((const ConcentrationParams *)user)->weights;
  PnyxConcentration result;
  PnyxTable *table;
  gdouble sum = 0;

  for (gsize i = 0; i < weights->n; i++)
    sum += weights->values[i];
  if (!(sum > 0))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "nobody holds anything (expected weights with a positive sum)");
      return NULL;
    }
  result = pnyx_concentration (weights->values, weights->n);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "gini", result.gini);
  pnyx_table_add_pair (table, "hhi", result.hhi);
  pnyx_table_add_pair (table, "entropy", result.entropy);
  pnyx_table_add_pair (table, "nakamoto_33", (gdouble)result.nakamoto_33);
  pnyx_table_add_pair (table, "nakamoto_50", (gdouble)result.nakamoto_50);
  return table;
}

const PnyxCalc pnyx_calc_concentration = {
  .name = "concentration",
  .summary = "Gini coefficient, Herfindahl index, entropy and Nakamoto coefficients.",
  .example = "concentration weights=33,20,15,10,8,6,4,3,1",
  .source = "C. Gini (1912); O. C. Herfindahl (1950); C. E. Shannon (1948); B. Srinivasan, L. Lee, "
            "Quantifying Decentralization (2017)",
  .params = concentration_params,
  .n_params = G_N_ELEMENTS (concentration_params),
  .params_size = sizeof (ConcentrationParams),
  .run = concentration_run,
};
