/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy of whole runs against numbers made by hand, and against what a toy would get wrong. */
#include <math.h>
#include <string.h>

#include "energy/energy.h"
#include "support/test_world.h"

static void
assert_close (gdouble value, gdouble expected, gdouble relative)
{
  if (!(fabs (value - expected) <= relative * fabs (expected)))
    g_error ("%.9g, expected %.9g within %g", value, expected, relative);
}

/* A world in the folder of the test data. @rest: what stands after <network>. */
static PnyxModel *
model_of (const gchar *run, const gchar *network, const gchar *rest, const gchar *attribution)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "data", NULL);
  g_autofree gchar *text
      = g_strdup_printf ("<scenario xmlns='urn:pnyx:scenario:1' name='energy' seed='1'><run %s/>"
                         "<network tcp='warm' %s</network>%s<energy profile='energy-two-grids.xml' "
                         "attribution='%s'/></scenario>",
                         run, network, rest, attribution);

  return run_text_model (text, folder);
}

static PnyxRunResult *
run_model (const PnyxModel *model)
{
  GError *error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, &error);

  g_assert_no_error (error);
  g_assert_false (result->failed);
  return result;
}

static PnyxRunResult *
run_with (const gchar *run, const gchar *network, const gchar *rest)
{
  g_autoptr (PnyxModel) model = model_of (run, network, rest, "equal");

  return run_model (model);
}

static PnyxRunResult *
loaded (const gchar *interval, const gchar *hardware)
{
  g_autofree gchar *network = g_strdup_printf (
      "nodes='1000'><regions profile='regions-two.xml'/><dissemination kind='direct'/>"
      "<class hardware='%s'/>",
      hardware);
  g_autofree gchar *chain = g_strdup_printf (
      "<chain kind='nakamoto'><workload interval='%s' size='500 B' fee-rate='1' trickle='0 s'/>"
      "<nakamoto interval='10 s' validation='0 s' validation-transaction='47 us' "
      "block-limit='100 MB'/></chain>",
      interval);

  return run_with ("duration='200 s' warmup='100 s'", network, chain);
}

/*
 * 1,000 nodes of 22 W, 47 us x 4 W for each transaction and node: 1,466.9 J a transaction at 15 a
 * second, 14.85 at 1,500: idle power dominates, the total rises by 1.3 % for a hundred times the
 * load.
 */
static void
test_a_hundred_times_the_load_barely_moves_the_energy (void)
{
  g_autoptr (PnyxRunResult) low = loaded ("66.666667 ms", "unit");
  g_autoptr (PnyxRunResult) high = loaded ("666.667 us", "unit");

  assert_close (run_value (low, "energy.per_tx"), 1466.9, 5e-4);
  assert_close (run_value (high, "energy.per_tx"), 14.85, 1e-3);
  assert_close (run_value (high, "energy.total") / run_value (low, "energy.total"), 1.0127, 5e-4);
  assert_close (run_value (low, "energy.per_node_year"), 22 * 8760.0 * 3600, 1e-3);
}

static void
test_pue_counts_once (void)
{
  g_autoptr (PnyxRunResult) plain = loaded ("66.666667 ms", "unit");
  g_autoptr (PnyxRunResult) hall = loaded ("66.666667 ms", "hall");

  assert_close (run_value (hall, "energy.total"), 1.5 * run_value (plain, "energy.total"), 1e-12);
}

/* 1 and 3 kWh at 100 and 500 g: 1,600 g and not 1,200. */
static void
test_carbon_is_summed_by_region_and_not_from_means (void)
{
  g_autoptr (PnyxRunResult) result
      = run_with ("duration='1 d'",
                  "nodes='4'><topology kind='complete'/><regions profile='regions-two.xml'/>"
                  "<class hardware='unit'/>",
                  "<chain kind='nakamoto'><nakamoto validation='0 s'/></chain>");
  gdouble kwh = run_value (result, "energy.total") / 3.6e6;

  assert_close (kwh, 4 * 22 * 24 / 1000.0, 1e-9);
  assert_close (run_value (result, "energy.carbon"), kwh / 4 * (0.1 + 3 * 0.5), 1e-9);
}

/* Electricity that comes by day only: a run of the first half of a UTC day emits nothing. */
static void
test_carbon_follows_the_hour (void)
{
  const gchar *network = "nodes='4'><topology kind='complete'/><regions profile='regions-two.xml'>"
                         "<region name='clean' share='0'/><region name='dirty' share='0'/>"
                         "<region name='sunny' share='1'/></regions><class hardware='unit'/>";
  const gchar *chain = "<chain kind='nakamoto'><nakamoto validation='0 s'/></chain>";
  g_autoptr (PnyxRunResult) morning = run_with ("duration='12 h'", network, chain);
  g_autoptr (PnyxRunResult) day = run_with ("duration='24 h'", network, chain);

  g_assert_cmpfloat (run_value (morning, "energy.carbon"), ==, 0);
  assert_close (run_value (day, "energy.carbon"), run_value (day, "energy.total") / 3.6e6 * 0.24,
                1e-9);
}

static void
test_mining_is_hash_rate_times_efficiency (void)
{
  const gdouble year = 365.25 * 86400;
  gdouble power = pnyx_energy_mining_power (558.3e18, 28.2e-12, 1);
  gdouble bound = pnyx_energy_mining_bound (3.125 * 60000, 600, 0.045 / 3.6e6);

  assert_close (power * 8760 / 1e12, 137.9, 5e-4);
  assert_close (bound * year / 3.6e15, 219, 2e-3);
}

/* The same in a world: its mining is that power, by its pools' regions. */
static void
test_a_world_of_miners_draws_that_power (void)
{
  g_autoptr (PnyxRunResult) result
      = run_with ("duration='10 h'",
                  "nodes='4'><topology kind='complete'/><regions profile='regions-two.xml'/>"
                  "<class hardware='unit'/>",
                  "<chain kind='nakamoto'><nakamoto hash-rate='558.3 EH/s'/></chain>");

  assert_close (run_value (result, "energy.power") * run_value (result, "energy.share.mining"),
                558.3e18 * 28.2e-12, 1e-12);
}

/* Two chains on 4 nodes of 22 W and 4 W a busy core; the second one's blocks take three times as
 * long to validate. */
static PnyxModel *
two_chains (const gchar *attribution)
{
  return model_of ("duration='10 h'",
                   "nodes='4'><topology kind='complete'/><regions profile='regions-two.xml'/>"
                   "<class hardware='unit'/>",
                   "<chain id='a' kind='nakamoto'><nakamoto interval='20 s' "
                   "validation='1 s'/></chain><chain id='b' kind='nakamoto'>"
                   "<nakamoto interval='20 s' validation='3 s'/></chain>",
                   attribution);
}

/* The parts of chains and what is nobody's sum to the whole, in joules and in kilograms. */
static void
assert_whole (const PnyxRunResult *result)
{
  assert_close (run_scoped_value (result, "a", "energy.total")
                    + run_scoped_value (result, "b", "energy.total")
                    + run_value (result, "energy.unattributed"),
                run_value (result, "energy.total"), 1e-12);
}

static gdouble
work_of (const PnyxRunResult *result, const gchar *chain)
{
  return run_scoped_value (result, chain, "energy.total")
         * run_scoped_value (result, chain, "energy.share.consensus");
}

static void
test_parts_of_chains_sum_to_the_nodes (void)
{
  const gdouble idle = 4 * 22 * 36000.0;
  g_autoptr (PnyxModel) of_marginal = two_chains ("marginal");
  g_autoptr (PnyxModel) of_equal = two_chains ("equal");
  g_autoptr (PnyxModel) of_cpu = two_chains ("cpu");
  g_autoptr (PnyxRunResult) marginal = run_model (of_marginal);
  g_autoptr (PnyxRunResult) equal = run_model (of_equal);
  g_autoptr (PnyxRunResult) cpu = run_model (of_cpu);
  gdouble a = run_scoped_value (marginal, "a", "energy.total");
  gdouble b = run_scoped_value (marginal, "b", "energy.total");

  assert_whole (marginal);
  assert_whole (equal);
  assert_whole (cpu);
  /* 1,800 blocks are validated by 3 nodes each; 3.3 standard deviations of their number. */
  assert_close (a, 1800 * 3 * 1 * 4, 3.3 / sqrt (1800));
  assert_close (b, 1800 * 3 * 3 * 4, 3.3 / sqrt (1800));
  assert_close (run_value (marginal, "energy.unattributed"), idle, 1e-12);
  assert_close (run_scoped_value (equal, "a", "energy.total"), a + idle / 2, 1e-12);
  assert_close (run_scoped_value (equal, "b", "energy.total"), b + idle / 2, 1e-12);
  assert_close (run_value (equal, "energy.unattributed"), 0, 0);
  assert_close (work_of (cpu, "a"), a, 1e-12);
  assert_close (run_value (cpu, "energy.unattributed"), 0, 0);
  /* Not exact: a node's own blocks are not validated, so the four differ a little. */
  assert_close (run_scoped_value (cpu, "a", "energy.total") - a, idle * a / (a + b), 0.01);
}

static void
test_full_attribution_to_several_chains_is_refused (void)
{
  g_autofree gchar *message
      = test_refusal ("<network nodes='4'/><chain id='a' kind='nakamoto'/>"
                      "<chain id='b' kind='nakamoto'/><energy attribution='full'/>",
                      PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (message, "each of 2 chains (expected equal, cpu or marginal)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/energy/load", test_a_hundred_times_the_load_barely_moves_the_energy);
  g_test_add_func ("/energy/pue", test_pue_counts_once);
  g_test_add_func ("/energy/carbon-by-region", test_carbon_is_summed_by_region_and_not_from_means);
  g_test_add_func ("/energy/carbon-by-hour", test_carbon_follows_the_hour);
  g_test_add_func ("/energy/mining", test_mining_is_hash_rate_times_efficiency);
  g_test_add_func ("/energy/mining-world", test_a_world_of_miners_draws_that_power);
  g_test_add_func ("/energy/parts", test_parts_of_chains_sum_to_the_nodes);
  g_test_add_func ("/energy/full", test_full_attribution_to_several_chains_is_refused);
  return g_test_run ();
}
