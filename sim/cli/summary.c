/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"

/* What is shown, in this order; everything else is in summary.csv. */
static const struct
{
  const gchar *metric;
  const gchar *label;
} shown[] = {
  { "blocks.proposed", "blocks proposed" },
  { "blocks.canonical", "blocks on the canonical chain" },
  { "blocks.missed_rate", "slots without a block" },
  { "blocks.orphan_rate", "orphan rate" },
  { "blocks.reorg_count", "reorganisations at nodes" },
  { "blocks.reorg_depth_max", "deepest reorganisation" },
  { "latency.propagation.p50", "block propagation, half the nodes" },
  { "latency.propagation.p90", "block propagation, 90 %" },
  { "latency.import.mean", "receipt to import" },
  { "latency.inclusion.mean", "transaction to block" },
  { "latency.confirmation.mean", "transaction to confirmation" },
  { "latency.finality.mean", "block to finality, half the nodes" },
  { "latency.finality_last.mean", "block to finality, all nodes" },
  { "finality.gap_max", "longest time without finality" },
  { "participation.target", "stake that voted for the target" },
  { "participation.head", "stake that voted for the head" },
  { "safety.violations", "conflicting final checkpoints" },
  { "safety.slashable_stake", "stake provably guilty" },
  { "throughput.tx", "throughput" },
  { "throughput.bytes", "canonical bytes" },
  { "network.messages_per_block", "messages for each block" },
  { "network.bytes_per_node", "sent by each node" },
  { "network.duplicate_ratio", "duplicates for each first receipt" },
  { "energy.power", "power of all nodes and miners" },
  { "energy.per_block", "energy of a block" },
  { "energy.per_tx", "energy of a transaction" },
  { "energy.per_node_year", "energy of a node in a year" },
  { "energy.carbon", "emissions" },
  { "stake.gini", "Gini of the power" },
  { "stake.nakamoto_50", "Nakamoto coefficient (1/2)" },
  { "reward.adversary_share", "adversary's share of blocks" },
};

gchar *
cli_format_quantity (gdouble value, const gchar *unit)
{
  static const struct
  {
    gdouble factor;
    const gchar *prefix;
  } prefixes[] = { { 1e18, "E" }, { 1e15, "P" }, { 1e12, "T" }, { 1e9, "G" },  { 1e6, "M" },
                   { 1e3, "k" },  { 1, "" },     { 1e-3, "m" }, { 1e-6, "µ" }, { 1e-9, "n" } };
  gboolean plain = *unit == '\0' || g_str_equal (unit, "tx/s") || g_str_equal (unit, "kg");
  gboolean time = g_str_equal (unit, "s");

  if (value == 0
      || ((plain || time) && fabs (value) < 1e15 && fabs (value) >= (plain ? 9999.5 : 999.5)))
    return g_strdup_printf ("%.0f%s%s", value, *unit ? " " : "", unit);
  if (plain)
    return g_strdup_printf ("%.4g%s%s", value, *unit ? " " : "", unit);
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (prefixes[i].factor > 1 && time)
        continue;
      if (fabs (value) >= prefixes[i].factor * 0.9995 || i + 1 == G_N_ELEMENTS (prefixes))
        return g_strdup_printf ("%.3g %s%s", value / prefixes[i].factor, prefixes[i].prefix, unit);
    }
  return g_strdup_printf ("%.3g %s", value, unit);
}

/* Columns are counted in characters, not bytes. */
static void
print_padded (const gchar *text, glong width)
{
  printf ("%s%*s", text, (int)MAX (width - g_utf8_strlen (text, -1), 0), "");
}

static void
print_row (const PnyxSummaryRow *row, const gchar *label)
{
  g_autofree gchar *value = NULL;
  g_autofree gchar *low = NULL;
  g_autofree gchar *high = NULL;
  g_autofree gchar *name = NULL;

  if (isnan (row->mean))
    return;
  name = *row->scope ? g_strdup_printf ("%s: %s", row->scope, label) : g_strdup (label);
  value = cli_format_quantity (row->mean, row->unit);
  print_padded (name, 38);
  print_padded (value, 14);
  if (!isnan (row->ci95_low) && row->ci95_low < row->ci95_high)
    {
      low = cli_format_quantity (row->ci95_low, row->unit);
      high = cli_format_quantity (row->ci95_high, row->unit);
      printf ("[%s, %s]", low, high);
    }
  printf ("\n");
}

/* Rows that are kept until all are there, as they are printed in another order. */
static void
keep_row (const PnyxSummaryRow *row, gpointer user)
{
  PnyxSummaryRow own = *row;

  own.scope = g_intern_string (row->scope);
  own.metric = g_intern_string (row->metric);
  own.unit = g_intern_string (row->unit);
  g_array_append_val ((GArray *)user, own);
}

static void
print_rows (const GArray *rows, gboolean interval)
{
  printf ("\n");
  print_padded ("", 38);
  printf ("mean%s\n", interval ? "          95 % interval" : "");
  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
    for (guint j = 0; j < rows->len; j++)
      {
        const PnyxSummaryRow *row = &g_array_index (rows, PnyxSummaryRow, j);

        if (g_str_equal (row->metric, shown[i].metric))
          print_row (row, shown[i].label);
      }
}

gboolean
cli_print_summary (PnyxStore *store, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PnyxSummaryRow));
  gboolean interval = FALSE;

  if (!pnyx_summary (store, keep_row, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    interval = interval || g_array_index (rows, PnyxSummaryRow, i).n > 1;
  print_rows (rows, interval);
  return TRUE;
}

void
cli_print_scalars (const GArray *scalars)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PnyxSummaryRow));

  for (guint i = 0; i < scalars->len; i++)
    {
      const PnyxScalar *scalar = &g_array_index (scalars, PnyxScalar, i);
      PnyxSummaryRow row = { .scope = scalar->scope,
                             .metric = scalar->metric,
                             .unit = scalar->unit,
                             .n = 1,
                             .mean = scalar->value,
                             .ci95_low = NAN,
                             .ci95_high = NAN };

      g_array_append_val (rows, row);
    }
  print_rows (rows, FALSE);
}

static void
add_json_row (const PnyxSummaryRow *row, gpointer user)
{
  PnyxTable *table = user;
  const gdouble values[]
      = { row->mean, row->sd, row->ci95_low, row->ci95_high, row->min, row->p50, row->max };

  pnyx_table_add_integer (table, row->point);
  pnyx_table_add_text (table, row->scope);
  pnyx_table_add_text (table, row->metric);
  pnyx_table_add_text (table, row->unit);
  pnyx_table_add_integer (table, row->n);
  for (guint j = 0; j < G_N_ELEMENTS (values); j++)
    pnyx_table_add_number (table, values[j]);
}

gboolean
cli_print_summary_json (PnyxStore *store, GError **error)
{
  static const gchar *const columns[]
      = { "point",    "scope",     "metric", "unit", "n",   "mean", "sd",
          "ci95_low", "ci95_high", "min",    "p50",  "max", NULL };
  g_autoptr (PnyxTable) table = pnyx_table_new (columns);
  g_autofree gchar *text = NULL;

  if (!pnyx_summary (store, add_json_row, table, error))
    return FALSE;
  text = pnyx_table_to_json (table);
  fputs (text, stdout);
  return TRUE;
}
