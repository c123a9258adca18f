/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How gossip spreads, without simulating it.
 *
 * Rounds: the number of nodes that know is a Markov chain. Within a round contacts are taken one by
 * one: with m nodes knowing (or just told), a contact reaches a new one with probability
 * (n - m) / (n - 1), whoever makes it. So a round from i is i * fanout steps of one pure-birth
 * chain; with pulling it starts from i plus a binomial number. The mean number of rounds follows
 * backwards from n. Of each distribution only the part above 1e-16 is kept.
 */
#include "net/gossip_theory.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_lambert.h>
#include <math.h>
#include <stddef.h>

#define TAIL 1e-16

/* A distribution over the number of nodes that know: p[low] to p[high]; outside negligible. */
typedef struct
{
  gdouble *p;
  guint low, high;
} Spread;

static void
spread_trim (Spread *spread)
{
  while (spread->low < spread->high && spread->p[spread->low] < TAIL)
    spread->low++;
  while (spread->low < spread->high && spread->p[spread->high] < TAIL)
    spread->high--;
}

/* One contact made. */
static void
spread_step (Spread *spread, guint nodes)
{
  gdouble *p = spread->p;
  gdouble scale = 1.0 / (nodes - 1);
  guint high = MIN (spread->high + 1, nodes);

  if (high > spread->high)
    p[high] = 0;
  for (guint m = high; m > spread->low; m--)
    p[m] = p[m] * ((m - 1) * scale) + p[m - 1] * ((nodes - m + 1) * scale);
  p[spread->low] *= (spread->low - 1) * scale;
  spread->high = high;
}

/* Those who do not know yet ask. */
static void
spread_pull (Spread *spread, guint nodes, guint knowing, guint fanout)
{
  gdouble reached = -expm1 (fanout * log1p (-(gdouble)knowing / (nodes - 1)));

  for (guint m = knowing; m <= nodes; m++)
    spread->p[m] = gsl_ran_binomial_pdf (m - knowing, MIN (reached, 1), nodes - knowing);
  spread->high = nodes;
  spread_trim (spread);
}

gdouble
pnyx_gossip_push_rounds (guint nodes, guint fanout, gboolean pull)
{
  g_autofree gdouble *rounds = g_new0 (gdouble, nodes + 1);
  g_autofree gdouble *p = g_new0 (gdouble, nodes + 2);

  PNYX_REQUIRE (nodes >= 2 && nodes <= PNYX_GOSSIP_NODES_MAX && fanout >= 1);
  for (guint i = nodes - 1; i >= 1; i--)
    {
      Spread spread = { p, i, i };
      gdouble sum = 1, stay;

      p[i] = 1;
      if (pull)
        spread_pull (&spread, nodes, i, fanout);
      for (guint64 contact = 0; contact < (guint64)i * fanout; contact++)
        {
          spread_step (&spread, nodes);
          if (contact % 16 == 0)
            spread_trim (&spread);
        }
      stay = spread.low == i ? p[i] : 0;
      for (guint m = MAX (spread.low, i + 1); m <= spread.high; m++)
        sum += p[m] * rounds[m];
      rounds[i] = sum / (1 - stay);
    }
  return rounds[1];
}

gdouble
pnyx_gossip_coverage (gdouble fanout)
{
  return fanout > 1 ? 1 + gsl_sf_lambert_W0 (-fanout * exp (-fanout)) / fanout : 0;
}

gdouble
pnyx_gossip_atomicity (gdouble nodes, gdouble fanout)
{
  return exp (-nodes * exp (-fanout));
}

/* calc gossip */

typedef enum
{
  GOSSIP_PUSH,
  GOSSIP_PUSH_PULL,
  GOSSIP_COVERAGE,
  GOSSIP_ATOMICITY,
} GossipModel;

typedef struct
{
  gint model;
  guint64 nodes;
  gdouble fanout;
} GossipParams;

static const gchar *const gossip_models[] = { "push", "push-pull", "coverage", "atomicity", NULL };

static const PnyxParam gossip_params[] = {
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (GossipParams, model),
    .choices = gossip_models,
    .meaning = "Mean rounds until all know (push, push-pull), the share reached by infect-and-die "
               "gossip (coverage), the probability that all are reached (atomicity)." },
  { .name = "nodes",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (GossipParams, nodes),
    .fallback = "1000",
    .min = "2",
    .max = "1000000000000",
    .meaning = "Nodes of a complete graph; rounds are exact and stop at 10000." },
  { .name = "fanout",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (GossipParams, fanout),
    .fallback = "1",
    .min = "0",
    .max = "1000",
    .meaning = "Contacts of a node (in a round); a whole number for rounds." },
};

static gboolean
gossip_check_rounds (const GossipParams *params, GError **error)
{
  if (params->nodes > PNYX_GOSSIP_NODES_MAX)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "the exact chain stops at %d nodes (expected nodes up to %d for model %s)",
                 PNYX_GOSSIP_NODES_MAX, PNYX_GOSSIP_NODES_MAX, gossip_models[params->model]);
  else if (params->fanout < 1 || params->fanout > floor (params->fanout))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "fanout must be a whole number of at least 1 for model %s",
                 gossip_models[params->model]);
  else
    return TRUE;
  return FALSE;
}

static PnyxTable *
gossip_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const GossipParams *params = user;
  gboolean of_rounds = params->model == GOSSIP_PUSH || params->model == GOSSIP_PUSH_PULL;
  PnyxTable *table;

  if (of_rounds && !gossip_check_rounds (params, error))
    return NULL;
  table = pnyx_table_new (columns);
  if (of_rounds)
    pnyx_table_add_pair (table, "rounds",
                         pnyx_gossip_push_rounds ((guint)params->nodes, (guint)params->fanout,
                                                  params->model == GOSSIP_PUSH_PULL));
  else if (params->model == GOSSIP_COVERAGE)
    pnyx_table_add_pair (table, "share", pnyx_gossip_coverage (params->fanout));
  else
    pnyx_table_add_pair (table, "share",
                         pnyx_gossip_atomicity ((gdouble)params->nodes, params->fanout));
  return table;
}

const PnyxCalc pnyx_calc_gossip = {
  .name = "gossip",
  .summary = "Rounds, coverage and atomicity of gossip on a complete graph.",
  .example = "gossip model=push nodes=1000",
  .source
  = "B. Pittel, On spreading a rumor, SIAM J. Appl. Math. 47 (1987); A.-M. Kermarrec et al., "
    "IEEE TPDS 14 (2003), section 3",
  .params = gossip_params,
  .n_params = G_N_ELEMENTS (gossip_params),
  .params_size = sizeof (GossipParams),
  .run = gossip_run,
};
