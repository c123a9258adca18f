/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/bribed_world.h"

#define CASH 1000000 /* $ that each reporter begins with */

OracleWorld *
bribed_world_new (const gchar *commit, guint honest, guint bribed, const gchar *attributes)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run duration='1 h'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='nakamoto' id='main'><execution gas-price='0'/><nakamoto "
      "interval='exponential(6 s)' block-size='constant(1000 B)'/></chain>"
      "<oracle kind='commit-reveal'><commit-reveal %s/><feed kind='gbm' start='1000'>"
      "<gbm volatility='0'/></feed><reporters count='%u'><error sd='constant(0.001)'/></reporters>"
      "<reporters kind='bribed' count='%u'><bribed %s/><error sd='constant(0.001)'/></reporters>"
      "</oracle>",
      commit, honest, bribed, attributes);
  OracleWorld *world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, 0);
  world->oracle = world->world->oracles.oracles[0];
  return world;
}

PnyxBlockId
bribed_world_head (OracleWorld *world)
{
  PnyxChain *chain = world->oracle->chain;

  return chain->ops->canonical (chain);
}

gdouble
bribed_world_paid (OracleWorld *world)
{
  PnyxBlockId head = bribed_world_head (world);
  gdouble sum = (gdouble)pnyx_bribes_paid (world->oracle, head) / (gdouble)PNYX_AMOUNT_ONE;
  g_autofree gchar *fault = NULL;

  pnyx_machine_view (world->oracle->machine, head);
  fault = pnyx_machine_audit (world->oracle->machine);
  g_assert_cmpstr (fault, ==, NULL);
  return sum;
}

gdouble
bribed_world_price (OracleWorld *world)
{
  const PnyxAnswer *answer = oracle_world_answer (world);

  g_assert_nonnull (answer);
  return (gdouble)answer->value / (gdouble)PNYX_PRICE_ONE;
}

gdouble
bribed_world_gain (OracleWorld *world, guint32 number)
{
  PnyxOracle *oracle = world->oracle;
  PnyxAmount own = pnyx_oracle_staked (oracle, number, bribed_world_head (world));

  own += pnyx_machine_balance (oracle->machine, oracle->reporters[number].account, PNYX_CASH);
  return (gdouble)own / (gdouble)PNYX_AMOUNT_ONE - CASH;
}
