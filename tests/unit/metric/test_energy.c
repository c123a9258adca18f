/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy of worlds that are counted by hand: machines of 22 W, 4 W for each busy core. */
#include <math.h>
#include <string.h>

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *attributes, const gchar *network, const gchar *nakamoto, const gchar *rest)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1001 s'/><network nodes='3' %s><topology kind='complete'/>"
      "<delay kind='distribution' value='1 s'/><dissemination kind='direct'/>%s</network>"
      "<chain kind='nakamoto'><workload interval='10 s'/><nakamoto interval='100 s' miners='1' "
      "validation-transaction='0 s' %s/></chain>%s",
      attributes, network, nakamoto, rest);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

#define TWO_GRIDS "<energy profile='energy-two-grids.xml'/>"
#define UNIT "<class hardware='unit'/>"
#define HALL "<class hardware='hall'/>"

static void
assert_value (const PnyxRunResult *result, const gchar *metric, gdouble expected)
{
  gdouble value = test_scalar (result->output, metric);

  if (!(fabs (value - expected) <= 1e-9 * fabs (expected)))
    g_error ("%s is %.17g, expected %.17g", metric, value, expected);
}

/* 3 nodes x 22 W x 1,001 s, and 2 receivers x 9 blocks in time x 5 s x 4 W. */
static void
test_idle_and_busy_times_add_up (void)
{
  g_autoptr (PnyxRunResult) result = run ("", UNIT, "validation='5 s'", TWO_GRIDS);
  gdouble idle = 3 * 22 * 1001.0;
  gdouble busy = 2 * 9 * 5 * 4.0; /* what the tenth block starts does not finish */

  assert_value (result, "energy.total", idle + busy);
  assert_value (result, "energy.power", (idle + busy) / 1001);
  assert_value (result, "energy.share.idle", idle / (idle + busy));
  assert_value (result, "energy.share.consensus", busy / (idle + busy));
  assert_value (result, "energy.per_block", (idle + busy) / 10);
}

static void
test_pue_counts_once (void)
{
  g_autoptr (PnyxRunResult) plain = run ("", UNIT, "validation='5 s'", TWO_GRIDS);
  g_autoptr (PnyxRunResult) hall = run ("", HALL, "validation='5 s'", TWO_GRIDS);

  assert_value (hall, "energy.total", 1.5 * test_scalar (plain->output, "energy.total"));
  assert_value (hall, "energy.carbon", 1.5 * test_scalar (plain->output, "energy.carbon"));
  assert_value (hall, "energy.share.idle", test_scalar (plain->output, "energy.share.idle"));
}

static void
test_who_is_offline_draws_nothing (void)
{
  g_autoptr (PnyxRunResult) result
      = run ("", UNIT, "validation='0 s'",
             TWO_GRIDS "<events><outage at='250 s' until='650 s'/></events>");

  assert_value (result, "energy.total", 3 * 22 * 601.0);
  assert_value (result, "energy.per_node_year", 22 * 8760.0 * 3600);
}

static void
test_mining_is_part_of_the_total (void)
{
  g_autoptr (PnyxRunResult) result
      = run ("", UNIT, "validation='0 s' hash-rate='100 TH/s' reward='0.01 $'", TWO_GRIDS);
  gdouble idle = 3 * 22 * 1001.0;
  gdouble mining = 100 * 28.2 * 1001;

  assert_value (result, "energy.total", idle + mining);
  assert_value (result, "energy.share.mining", mining / (idle + mining));
  assert_value (result, "energy.mining_bound", 0.01 / 100 / 0.05 * 3.6e6); /* at 0.05 $/kWh */
}

static void
test_shares_sum_to_1 (void)
{
  static const gchar *const parts[]
      = { "energy.share.idle",     "energy.share.consensus", "energy.share.inference",
          "energy.share.training", "energy.share.network",   "energy.share.mining" };
  g_autoptr (PnyxRunResult) result
      = run ("", "<class hardware='home'/>", "validation='3 s' hash-rate='1 GH/s'", "");
  gdouble sum = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gdouble share = test_scalar (result->output, parts[i]);

      g_assert_true (share >= 0 && share <= 1);
      sum += share;
    }
  g_assert_cmpfloat (fabs (sum - 1), <, 1e-12);
  g_assert_cmpfloat (test_scalar (result->output, "energy.share.network"), >, 0);
}

static void
test_low_mid_and_high_are_in_order (void)
{
  static const gchar *const names[]
      = { "energy.total",     "energy.power",         "energy.per_tx",
          "energy.per_block", "energy.per_node_year", "energy.carbon" };
  g_autoptr (PnyxRunResult) result
      = run ("", "<class hardware='home'/><class hardware='rack'/>", "hash-rate='1 TH/s'", "");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *low = g_strconcat (names[i], ".low", NULL);
      g_autofree gchar *high = g_strconcat (names[i], ".high", NULL);
      gdouble mid = test_scalar (result->output, names[i]);

      g_assert_cmpfloat (test_scalar (result->output, low), <, mid);
      g_assert_cmpfloat (test_scalar (result->output, high), >, mid);
    }
}

/* Energy for each transaction says nothing without that of a node beside it. */
static void
test_per_tx_never_stands_without_per_node_year (void)
{
  g_autoptr (PnyxRunResult) result = run ("", UNIT, "", TWO_GRIDS);
  gboolean tx = FALSE;
  gboolean year = FALSE;

  for (guint i = 0; i < result->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (result->output->scalars, PnyxScalar, i);

      tx |= g_str_equal (row->metric, "energy.per_tx") && !isnan (row->value);
      year |= g_str_equal (row->metric, "energy.per_node_year") && !isnan (row->value);
    }
  g_assert_true (tx && year);
  g_assert_nonnull (strstr (pnyx_metric_info ("energy.per_tx")->definition, "per_node_year"));
}

/* Two thirds of a day: each hour of UTC has its own nodes on; the window spreads over hours. */
static void
test_hours_of_the_day_weigh_the_carbon (void)
{
  g_autoptr (PnyxModel) model = test_model (
      "<run duration='18 h'/><network nodes='4'><topology kind='complete'/>"
      "<regions profile='regions-two.xml'><region name='clean' share='0'/>"
      "<region name='dirty' share='0'/><region name='sunny' share='1'/></regions>" UNIT
      "</network><chain kind='nakamoto'><nakamoto interval='10 d'/></chain>" TWO_GRIDS);
  g_autoptr (PnyxRunResult) result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  /* Weights 0 until noon, 2 after it: 6 h x 2 x 240 g/kWh. */
  assert_value (result, "energy.carbon", 4 * 22 * 6 * 2 * 0.240 / 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/metric/energy/" path, function)
  ADD ("idle-and-busy-times-add-up", test_idle_and_busy_times_add_up);
  ADD ("pue-counts-once", test_pue_counts_once);
  ADD ("who-is-offline-draws-nothing", test_who_is_offline_draws_nothing);
  ADD ("mining-is-part-of-the-total", test_mining_is_part_of_the_total);
  ADD ("shares-sum-to-1", test_shares_sum_to_1);
  ADD ("low-mid-and-high-are-in-order", test_low_mid_and_high_are_in_order);
  ADD ("per-tx-never-stands-without-per-node-year", test_per_tx_never_stands_without_per_node_year);
  ADD ("hours-of-the-day-weigh-the-carbon", test_hours_of_the_day_weigh_the_carbon);
  return g_test_run ();
}
