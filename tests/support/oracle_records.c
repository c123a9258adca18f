/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/oracle_records.h"

#include <math.h>

guint
oracle_records_count (OracleWorld *world, guint32 kind, gint64 round, PnyxRecord *last)
{
  PnyxChain *chain = world->oracle->chain;
  guint count = 0;

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (world->oracle->machine, id, &n);

      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == world->oracle->contract && records[i].kind == kind
            && (round == 0 || records[i].values[0] == round))
          {
            if (last != NULL && count == 0)
              *last = records[i];
            count++;
          }
    }
  return count;
}

gdouble
oracle_records_moved (OracleWorld *world, gint64 round, guint32 reporter, PnyxMoved what)
{
  PnyxChain *chain = world->oracle->chain;
  gdouble sum = NAN;

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (world->oracle->machine, id, &n);

      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == world->oracle->contract && records[i].kind == PNYX_RECORD_MOVED
            && records[i].values[0] == round && records[i].values[1] == reporter
            && records[i].values[3] == (gint64)what)
          sum = (isnan (sum) ? 0 : sum) + (gdouble)records[i].values[2] / (gdouble)PNYX_AMOUNT_ONE;
    }
  return sum;
}

void
oracle_records_audit (OracleWorld *world)
{
  PnyxChain *chain = world->oracle->chain;
  g_autofree gchar *wrong = NULL;

  pnyx_machine_view (world->oracle->machine, chain->ops->canonical (chain));
  wrong = pnyx_machine_audit (world->oracle->machine);
  g_assert_cmpstr (wrong, ==, NULL);
}

const PnyxAnswer *
oracle_records_answer (OracleWorld *world, guint64 round)
{
  const PnyxAnswer *answer = oracle_world_answer (world);

  while (answer != NULL && answer->round != round)
    answer = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
  return answer;
}
