/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/metric.h"

#include <string.h>

#include "support/test_world.h"

#define BUSY                                                                                       \
  "<run duration='40 block' warmup='5 block'/>"                                                    \
  "<network nodes='20'><topology kind='random-regular' degree='4'/><dissemination kind='%s'/>"     \
  "<class name='a' upload='20 Mbit/s'/></network>"                                                 \
  "<chain kind='nakamoto'><workload interval='exponential(5 s)'/>"                                 \
  "<nakamoto interval='exponential(60 s)' reward='100 $' hash-rate='1 EH/s'/></chain>"             \
  "<events><outage at='300 s' until='600 s' share='0.3'/></events>"

/* A sentence says what is counted: words, a beginning and an end. */
static void
test_every_metric_says_what_it_is (void)
{
  guint families = 0;

  for (gsize i = 0; pnyx_metric_family (i) != NULL; i++, families++)
    {
      const PnyxMetricOps *family = pnyx_metric_family (i);

      g_assert_cmpuint (family->n_metrics, >, 0);
      for (gsize j = 0; j < family->n_metrics; j++)
        {
          const PnyxMetricInfo *info = &family->metrics[j];
          gsize length = strlen (info->definition);

          g_assert_nonnull (info->unit);
          g_assert_cmpuint (length, >, 20);
          g_assert_true (g_ascii_isupper (info->definition[0])
                         || g_str_has_prefix (info->definition, "energy.")); /* of another one */
          g_assert_true (info->definition[length - 1] == '.');
          g_assert_nonnull (strchr (info->name, '.'));
          g_assert_true (pnyx_metric_info (info->name) == info); /* no name twice */
        }
    }
  g_assert_cmpuint (families, >=, 7);
  g_assert_null (pnyx_metric_info ("blocks"));
}

static void
test_names_exist_with_their_statistics_only (void)
{
  static const gchar *const there[]
      = { "blocks.orphan_rate", "latency.propagation",      "latency.propagation.p99",
          "energy.total",       "energy.total.low",         "energy.share.idle",
          "stake.gini",         "stake.gini.operators",     "network.messages_per_block.get",
          "adversary.refused",  "latency.import.unfinished" };
  static const gchar *const absent[] = { "",
                                         ".",
                                         "blocks",
                                         "blocks.orphan",
                                         "blocks.orphan_rate.mean",
                                         "latency.propagation.p9",
                                         "latency.propagation.",
                                         "latency.propagation.p50, p90",
                                         "energy.total.mid",
                                         "energy.share.id",
                                         "network.messages_per_block.ge",
                                         "latency.propagation.p99.low" };

  for (gsize i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (pnyx_metric_exists (there[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (absent); i++)
    if (pnyx_metric_exists (absent[i]))
      g_error ("%s is no metric", absent[i]);
}

/* What is printed is described, with its unit. */
static void
assert_described (const GArray *scalars)
{
  for (guint i = 0; i < scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (scalars, PnyxScalar, i);
      const PnyxMetricInfo *info = pnyx_metric_info (row->metric);
      g_autofree gchar *stem = g_strdup (row->metric);

      g_assert_true (pnyx_metric_exists (row->metric));
      if (info == NULL)
        {
          *strrchr (stem, '.') = '\0';
          info = pnyx_metric_info (stem);
        }
      if (!g_str_has_suffix (row->metric, ".unfinished"))
        g_assert_cmpstr (row->unit, ==, info->unit);
      for (guint j = 0; j < i; j++)
        g_assert_true (!g_str_equal (g_array_index (scalars, PnyxScalar, j).metric, row->metric)
                       || !g_str_equal (g_array_index (scalars, PnyxScalar, j).scope, row->scope));
    }
}

static gboolean
is_printed (const PnyxOutput *output, const gchar *name)
{
  for (guint i = 0; i < output->scalars->len; i++)
    if (g_str_has_prefix (g_array_index (output->scalars, PnyxScalar, i).metric, name))
      return TRUE;
  for (guint i = 0; i < output->series->len; i++)
    if (g_str_equal (g_array_index (output->series, PnyxPoint, i).metric, name))
      return TRUE;
  return FALSE;
}

/* ... and what is described is printed, by a world of work, one of stake or one under attack. */
static void
test_what_runs_print_is_what_the_tables_say (void)
{
  g_autofree gchar *body = g_strdup_printf (BUSY, "announce");
  g_autoptr (PnyxModel) work = test_model (body);
  g_autoptr (PnyxModel) stake = test_model (
      "<run duration='8 epoch'/><network nodes='9'/><chain kind='gasper'><validators count='64'/>"
      "<gasper slots-per-epoch='4'/></chain><oracle id='price'><reporters count='7'/></oracle>"
      "<contract id='loans' kind='lending' oracle='price'><lending><borrowers count='20'/>"
      "<keepers count='1'/></lending></contract>");
  g_autoptr (PnyxModel) attacked = test_model (
      "<run duration='500 block'/><network nodes='2'><topology kind='complete'/></network>"
      "<chain kind='nakamoto'><nakamoto shares='0.3, 0.7'/></chain>"
      "<adversary kind='nakamoto-double-spend'/><oracle id='price'><reporters count='4'/></oracle>"
      "<contract id='pool' kind='pool' oracle='price'/><contract id='loans' kind='lending' "
      "oracle='price'><lending pool='pool'><borrowers count='5'/></lending></contract>"
      "<attack target='loans'/>");
  g_autoptr (PnyxModel) disputed = test_model (
      "<run duration='100 block'/><network nodes='2'><topology kind='complete'/></network>"
      "<chain kind='nakamoto'/><oracle kind='uma'><reporters count='3'/></oracle>");
  g_autoptr (PnyxRunResult) of_attacked = pnyx_simulate (attacked, 0, 0, TRUE, NULL);
  g_autoptr (PnyxRunResult) of_work = pnyx_simulate (work, 0, 0, TRUE, NULL);
  g_autoptr (PnyxRunResult) of_stake = pnyx_simulate (stake, 0, 0, TRUE, NULL);
  g_autoptr (PnyxRunResult) of_disputed = pnyx_simulate (disputed, 0, 0, TRUE, NULL);

  assert_described (of_work->output->scalars);
  assert_described (of_stake->output->scalars);
  assert_described (of_attacked->output->scalars);
  assert_described (of_disputed->output->scalars);
  for (gsize i = 0; pnyx_metric_family (i) != NULL; i++)
    for (gsize j = 0; j < pnyx_metric_family (i)->n_metrics; j++)
      {
        const gchar *name = pnyx_metric_family (i)->metrics[j].name;

        if (!is_printed (of_work->output, name) && !is_printed (of_stake->output, name)
            && !is_printed (of_attacked->output, name) && !is_printed (of_disputed->output, name))
          g_error ("%s is never printed", name);
      }
}

/* The whole sequence of events is the same with all observers and without any. */
static void
test_metrics_change_nothing (void)
{
  static const gchar *const kinds[] = { "flood", "announce", "compact", "direct" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *body = g_strdup_printf (BUSY, kinds[i]);
      g_autoptr (PnyxModel) model = test_model (body);

      for (guint32 replicate = 0; replicate < 3; replicate++)
        {
          g_autoptr (PnyxRunResult) with = pnyx_simulate (model, 0, replicate, TRUE, NULL);
          g_autoptr (PnyxRunResult) without = pnyx_simulate (model, 0, replicate, FALSE, NULL);

          g_assert_cmpuint (with->digest, ==, without->digest);
          g_assert_cmpuint (with->events, ==, without->events);
          g_assert_cmpuint (with->output->scalars->len, >, 30);
          g_assert_cmpuint (without->output->scalars->len, ==, 0);
        }
    }
}

static void
test_a_single_chain_has_no_scope_and_several_have_theirs (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<run duration='5 block'/><network nodes='9'/><chain id='a' kind='nakamoto'/>"
                    "<chain id='b' kind='nakamoto'/>");
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);
  guint scopes[3] = { 0 };

  for (guint i = 0; i < result->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (result->output->scalars, PnyxScalar, i);

      if (g_str_equal (row->metric, "blocks.proposed"))
        scopes[g_str_equal (row->scope, "a") ? 0 : g_str_equal (row->scope, "b") ? 1 : 2]++;
    }
  g_assert_cmpuint (scopes[0], ==, 1);
  g_assert_cmpuint (scopes[1], ==, 1);
  g_assert_cmpuint (scopes[2], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/metric/" path, function)
  ADD ("every-metric-says-what-it-is", test_every_metric_says_what_it_is);
  ADD ("names-exist-with-their-statistics-only", test_names_exist_with_their_statistics_only);
  ADD ("what-runs-print-is-what-the-tables-say", test_what_runs_print_is_what_the_tables_say);
  ADD ("metrics-change-nothing", test_metrics_change_nothing);
  ADD ("a-single-chain-has-no-scope-and-several-have-theirs",
       test_a_single_chain_has_no_scope_and_several_have_theirs);
  return g_test_run ();
}
