/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/calcs.h"
#include "cli/cli.h"
#include "contract/lending_rule.h"
#include "contract/pool_rule.h"
#include "engine/queueing.h"
#include "governance/power_index.h"
#include "ledger/concentration.h"
#include "net/gossip_theory.h"
#include "oracle/aggregate_calc.h"
#include "oracle/condorcet.h"
#include "oracle/dawid_skene_rule.h"
#include "protocol/double_spend_theory.h"
#include "protocol/gasper/finality_theory.h"
#include "protocol/gasper/proposer.h"
#include "protocol/gasper/reorg_theory.h"
#include "protocol/gasper/shuffle.h"
#include "protocol/longest_chain_theory.h"
#include "protocol/nakamoto_theory.h"
#include "protocol/proposer_priority.h"

static const PnyxCalc *const calcs[] = {
  &pnyx_calc_aggregate,   &pnyx_calc_concentration,   &pnyx_calc_condorcet,
  &pnyx_calc_dawid_skene, &pnyx_calc_double_spend,    &pnyx_calc_finality_lag,
  &pnyx_calc_gossip,      &pnyx_calc_leader,          &pnyx_calc_lending_rate,
  &pnyx_calc_liquidation, &pnyx_calc_order_statistic, &pnyx_calc_pool,
  &pnyx_calc_power_index, &pnyx_calc_proposer,        &pnyx_calc_proposer_priority,
  &pnyx_calc_queue,       &pnyx_calc_reorg,           &pnyx_calc_settlement,
  &pnyx_calc_shuffle,     &pnyx_calc_stale_rate,
};

const PnyxCalc *
cli_calc_get (gsize i)
{
  return i < G_N_ELEMENTS (calcs) ? calcs[i] : NULL;
}

static const PnyxCalc *
find (const gchar *name)
{
  const gchar *names[G_N_ELEMENTS (calcs) + 1] = { NULL };
  const gchar *near;

  for (gsize i = 0; i < G_N_ELEMENTS (calcs); i++)
    {
      names[i] = calcs[i]->name;
      if (g_str_equal (calcs[i]->name, name))
        return calcs[i];
    }
  near = pnyx_suggest (name, names);
  if (near != NULL)
    cli_error ("unknown calc \"%s\"; did you mean \"%s\"?", name, near);
  else
    cli_error ("unknown calc \"%s\" (try: pnyx calc)", name);
  return NULL;
}

int
cli_calc (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON instead of CSV", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  const PnyxCalc *calc;
  GError *error = NULL;
  gpointer params;
  PnyxTable *table;
  int status;

  if (!cli_parse (entries, cli_command ("calc"), 0, -1, &argc, &argv, &status))
    return status;
  if (argc == 1)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (calcs); i++)
        printf ("pnyx calc %s\n    %s (%s)\n", calcs[i]->example, calcs[i]->summary,
                calcs[i]->source);
      return CLI_DONE;
    }
  calc = find (argv[1]);
  if (calc == NULL)
    return CLI_USAGE;
  params = pnyx_params_parse_pairs (calc->params, calc->n_params, calc->params_size,
                                    (const gchar *const *)(argv + 2), &error);
  if (params == NULL)
    {
      g_prefix_error (&error, "calc %s: ", calc->name);
      return cli_fail (error);
    }
  table = calc->run (params, &error);
  pnyx_params_clear (calc->params, calc->n_params, params);
  g_free (params);
  if (table == NULL)
    {
      g_prefix_error (&error, "calc %s: ", calc->name);
      return cli_fail (error);
    }
  cli_print_table (table, json);
  pnyx_table_free (table);
  return CLI_DONE;
}
