/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of CometBFT's proposers, step by step as its code takes them, and `calc
 * proposer-priority`. */
#include "protocol/proposer_priority.h"

#include <math.h>
#include <stddef.h>

#include "base/types.h"

#define WINDOW 2 /* spread of the priorities over the total power, at most */

static gint64
total_power (const gint64 *powers, gsize n)
{
  gint64 total = 0;

  for (gsize i = 0; i < n; i++)
    {
      PNYX_REQUIRE (powers[i] > 0 && powers[i] <= PNYX_PROPOSER_POWER_MAX - total);
      total += powers[i];
    }
  return total;
}

static void
rescale (gint64 *priorities, gsize n, gint64 total)
{
  pnyx_int128 low = priorities[0], high = priorities[0], window = (pnyx_int128)WINDOW * total;

  for (gsize i = 1; i < n; i++)
    {
      low = MIN (low, priorities[i]);
      high = MAX (high, priorities[i]);
    }
  if (high - low <= window)
    return;
  for (gsize i = 0; i < n; i++)
    priorities[i] = (gint64)(priorities[i] / ((high - low + window - 1) / window));
}

static void
centre (gint64 *priorities, gsize n)
{
  pnyx_int128 sum = 0, average;

  for (gsize i = 0; i < n; i++)
    sum += priorities[i];
  average = sum / (pnyx_int128)n;
  if (sum % (pnyx_int128)n < 0)
    average--; /* C rounds towards zero */
  for (gsize i = 0; i < n; i++)
    priorities[i] = (gint64)CLAMP (priorities[i] - average, G_MININT64, G_MAXINT64);
}

gsize
pnyx_proposer_priority_increment (const gint64 *powers, gint64 *priorities, gsize n, guint times)
{
  gint64 total;
  gsize proposer = 0;

  PNYX_REQUIRE (n >= 1 && times >= 1);
  total = total_power (powers, n);
  rescale (priorities, n, total);
  centre (priorities, n);
  for (; times > 0; times--)
    {
      proposer = 0;
      for (gsize i = 0; i < n; i++)
        {
          priorities[i] += powers[i];
          if (priorities[i] > priorities[proposer])
            proposer = i;
        }
      priorities[proposer] -= total;
    }
  return proposer;
}

void
pnyx_proposer_priority_update (const gint64 *powers, gint64 *priorities, const gboolean *joined,
                               gsize n, gint64 removed)
{
  gint64 total, before;

  PNYX_REQUIRE (n >= 1 && removed >= 0 && removed <= PNYX_PROPOSER_POWER_MAX);
  total = total_power (powers, n);
  before = total + removed;
  for (gsize i = 0; i < n; i++)
    if (joined[i])
      priorities[i] = -(before + (before >> 3));
  rescale (priorities, n, total);
  centre (priorities, n);
}

/* calc proposer-priority */

typedef struct
{
  PnyxReals powers;
  guint64 rounds;
} PriorityParams;

static const PnyxParam priority_params[] = {
  { .name = "powers",
    .type = PNYX_PARAM_REALS,
    .offset = offsetof (PriorityParams, powers),
    .min = "1",
    .max = "1e15",
    .meaning = "Voting power of each validator, whole numbers, in ascending order of addresses." },
  { .name = "rounds",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (PriorityParams, rounds),
    .min = "1",
    .max = "1000000",
    .meaning = "How many proposers to name." },
};

static gint64 *
whole_powers (const PnyxReals *reals, GError **error)
{
  g_autofree gint64 *powers = g_new (gint64, reals->n);
  gdouble sum = 0;

  for (gsize i = 0; i < reals->n; i++)
    {
      if (reals->values[i] != floor (reals->values[i]))
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "powers: %g is no whole number (expected whole numbers of at least 1)",
                       reals->values[i]);
          return NULL;
        }
      powers[i] = (gint64)reals->values[i];
      sum += reals->values[i];
    }
  if (sum > (gdouble)PNYX_PROPOSER_POWER_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "powers sum to more than 2^60 (expected less in all)");
      return NULL;
    }
  return g_steal_pointer (&powers);
}

static PnyxTable *
priority_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "index", "value", NULL };
  const PriorityParams *params = user;
  gsize n = params->powers.n;
  g_autofree gint64 *powers = whole_powers (&params->powers, error);
  g_autofree gint64 *priorities = g_new0 (gint64, n);
  PnyxTable *table;

  if (powers == NULL)
    return NULL;
  table = pnyx_table_new (columns);
  for (guint64 round = 0; round < params->rounds; round++)
    {
      pnyx_table_add_integer (table, (gint64)round);
      pnyx_table_add_integer (table,
                              (gint64)pnyx_proposer_priority_increment (powers, priorities, n, 1));
    }
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("priority_%" G_GSIZE_FORMAT, i);

      pnyx_table_add_text (table, name);
      pnyx_table_add_integer (table, priorities[i]);
    }
  return table;
}

const PnyxCalc pnyx_calc_proposer_priority = {
  .name = "proposer-priority",
  .summary = "CometBFT's proposers of each round, then the priorities after the last.",
  .example = "proposer-priority powers=300,330,1000 rounds=10",
  .source = "cometbft, types/validator_set.go, IncrementProposerPriority",
  .params = priority_params,
  .n_params = G_N_ELEMENTS (priority_params),
  .params_size = sizeof (PriorityParams),
  .run = priority_run,
};
