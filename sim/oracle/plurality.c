/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The class that most reports name; of classes that equally many name, the lowest. */
#include "oracle/aggregator.h"

typedef struct
{
  guint32 *order;
} Plurality;

static void
plurality_init (gpointer self, gconstpointer params, guint32 n_reporters, PnyxArena *arena)
{
  (void)params;
  ((Plurality *)self)->order = pnyx_arena_array (arena, guint32, n_reporters);
}

static gdouble
plurality_aggregate (gpointer self, const PnyxReport *reports, gsize n, PnyxTime now,
                     gdouble *weights)
{
  const guint32 *order = ((Plurality *)self)->order;
  gsize most = 0, same = 0;
  gdouble best = 0;

  (void)now;
  pnyx_reports_order (reports, n, ((Plurality *)self)->order);
  for (gsize i = 0; i < n; i++)
    {
      same = i > 0 && reports[order[i]].value == reports[order[i - 1]].value ? same + 1 : 1;
      if (same <= most)
        continue;
      most = same;
      best = reports[order[i]].value;
    }
  for (gsize i = 0; i < n; i++)
    weights[i] = reports[i].value == best ? 1 : 0;
  return best;
}

static guint64
plurality_operations (const void *self, gsize n)
{
  (void)self;
  return pnyx_sort_operations (n) + 3 * n;
}

const PnyxAggregatorOps pnyx_aggregator_plurality = {
  .component = { .name = "plurality",
                 .summary = "The class that most reports name, of equal ones the lowest.",
                 .source = "Condorcet, \"Essai sur l'application de l'analyse a la probabilite des "
                           "decisions\" (1785): the vote that calc condorcet counts" },
  .categorical = TRUE,
  .state_size = sizeof (Plurality),
  .init = plurality_init,
  .aggregate = plurality_aggregate,
  .operations = plurality_operations,
};
