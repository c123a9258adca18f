/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/oracle_world.h"

gchar *
oracle_world_text (const gchar *oracle, const gchar *inside, const gchar *beside)
{
  return g_strdup_printf (
      "<run duration='1 h'/><network nodes='40'><topology kind='random-regular' degree='4'/>"
      "</network><chain kind='nakamoto' id='main'><nakamoto interval='exponential(12 s)' "
      "block-size='constant(1000 B)'/></chain><oracle %s>%s</oracle>%s",
      oracle, inside, beside);
}

OracleWorld *
oracle_world_new (const gchar *oracle, const gchar *inside, const gchar *beside, guint32 replicate)
{
  g_autofree gchar *body = oracle_world_text (oracle, inside, beside);
  OracleWorld *world = g_new0 (OracleWorld, 1);

  world->model = test_model (body);
  world->world = test_world_new (world->model, replicate);
  world->oracle = world->world->oracles.oracles[0];
  return world;
}

void
oracle_world_free (OracleWorld *world)
{
  if (world == NULL)
    return;
  test_world_free (world->world);
  pnyx_model_free (world->model);
  g_free (world);
}

const PnyxAnswer *
oracle_world_answer (OracleWorld *world)
{
  PnyxChain *chain = world->oracle->chain;

  return pnyx_oracle_answer (world->oracle, chain->ops->canonical (chain), PNYX_READ_HEAD);
}
