/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/attribution.h"

#include "support/test_world.h"

/*
 * Three nodes of one class, two chains. Online 10, 10 and 20 s; busy: 3 s for the first chain and 1
 * for the second; 2 for the second and 2 for nobody; nothing.
 */
static void
get (PnyxAttribution attribution, gdouble shares_of[2])
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='3'><topology kind='complete'/>"
                    "<regions profile='regions-two.xml'><region name='clean' share='0'/>"
                    "<region name='dirty' share='0'/><region name='sunny' "
                    "share='1'/></regions></network><chain id='a' kind='nakamoto'/>"
                    "<chain id='b' kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxEnergyProfile profile = { .attribution = attribution };
  PnyxObserved observed = { .world = world->world,
                            .network = world->network,
                            .n_chains = world->n_chains,
                            .chains = world->chains,
                            .energy = &profile };
  PnyxIdleShares *shares = pnyx_idle_shares_new (&observed);
  guint region = pnyx_network_nodes (world->network)->region[0];
  static const gint online[3] = { 10, 10, 20 };
  static const gint busy[3][3] = { { 3, 1, 0 }, { 0, 2, 2 }, { 0, 0, 0 } };

  for (PnyxNodeId node = 0; node < 3; node++)
    {
      g_assert_cmpuint (pnyx_network_nodes (world->network)->region[node], ==, region);
      pnyx_idle_shares_online (shares, node, online[node] * PNYX_SECOND);
      for (guint part = 0; part < 3; part++)
        pnyx_idle_shares_work (shares, node, part < 2 ? part : PNYX_NONE,
                               busy[node][part] * PNYX_SECOND);
    }
  pnyx_idle_shares_get (shares, region, 0, shares_of);
}

/* By hand: a (10 x 3/4)/40, b (10 x 1/4 + 10 x 1/2)/40; the rest is nobody's. */
static void
test_idle_time_is_divided_node_by_node (void)
{
  gdouble shares_of[2];

  get (PNYX_ATTRIBUTION_CPU, shares_of);
  g_assert_cmpfloat (shares_of[0], ==, 0.1875);
  g_assert_cmpfloat (shares_of[1], ==, 0.1875);
}

static void
test_the_other_rules_do_not_look_at_work (void)
{
  gdouble shares_of[2];

  get (PNYX_ATTRIBUTION_EQUAL, shares_of);
  g_assert_cmpfloat (shares_of[0], ==, 0.5);
  g_assert_cmpfloat (shares_of[1], ==, 0.5);
  get (PNYX_ATTRIBUTION_MARGINAL, shares_of);
  g_assert_cmpfloat (shares_of[0], ==, 0);
  g_assert_cmpfloat (shares_of[1], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attribution/cpu", test_idle_time_is_divided_node_by_node);
  g_test_add_func ("/attribution/others", test_the_other_rules_do_not_look_at_work);
  return g_test_run ();
}
