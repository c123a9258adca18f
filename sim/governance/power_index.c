/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Power indices of weighted votes, and `calc power-index`.
 *
 * counts[s][w] is the number of coalitions of s players with weight w: the coefficients of the
 * product over the players of (1 + y x^weight). One player is divided out of it again to get those
 * of the others, and decides where they have at least quota - weight and less than quota.
 */
#include "governance/power_index.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/types.h"

typedef struct
{
  guint64 *weights; /* owned: reduced, and no larger than the quota: more changes nothing */
  gsize n;
  guint64 quota;
  pnyx_uint128 *all, *others; /* owned: (n + 1) rows of quota columns */
  pnyx_uint128 *swings;       /* owned: of one player, by size of the coalition without it */
} Game;

static guint64
common_divisor (guint64 a, guint64 b)
{
  while (b != 0)
    {
      guint64 rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

/* Divides by the weights' common divisor; the quota is rounded up, as no weight lies between. */
static void
reduce (Game *game, const guint64 *weights, gsize n, guint64 quota)
{
  guint64 divisor = 0;

  for (gsize i = 0; i < n; i++)
    divisor = common_divisor (divisor, weights[i]);
  game->n = n;
  game->quota = (quota - 1) / divisor + 1;
  game->weights = g_new (guint64, n);
  for (gsize i = 0; i < n; i++)
    game->weights[i] = MIN (weights[i] / divisor, game->quota);
}

static gboolean
check (const guint64 *weights, gsize n, guint64 quota, GError **error)
{
  pnyx_uint128 sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += weights[i];
  if (n > PNYX_POWER_INDEX_PLAYERS_MAX)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "%" G_GSIZE_FORMAT " players are too many to count exactly (expected at most %d)",
                 n, PNYX_POWER_INDEX_PLAYERS_MAX);
  else if (quota > sum)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "quota is more than all weights together (expected at most %.15g)", (gdouble)sum);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_size (const Game *game, GError **error)
{
  if (game->quota <= PNYX_POWER_INDEX_CELLS_MAX / (game->n + 1))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "quota %" G_GUINT64_FORMAT
               " is too large to count exactly (expected at most %d over "
               "the players, once the weights are divided by their common divisor)",
               game->quota, PNYX_POWER_INDEX_CELLS_MAX);
  return FALSE;
}

static void
count_all (Game *game)
{
  gsize quota = (gsize)game->quota;

  game->all[0] = 1;
  for (gsize i = 0; i < game->n; i++)
    for (gsize size = i + 1; size > 0; size--)
      {
        pnyx_uint128 *row = game->all + size * quota;
        const pnyx_uint128 *below = row - quota;

        for (gsize w = game->weights[i]; w < quota; w++)
          row[w] += below[w - game->weights[i]];
      }
}

/* What is left when @player is divided out, and where it decides. */
static void
count_swings (Game *game, gsize player)
{
  gsize quota = (gsize)game->quota, weight = (gsize)game->weights[player];

  for (gsize size = 0; size < game->n; size++)
    {
      pnyx_uint128 *row = game->others + size * quota, sum = 0;
      const pnyx_uint128 *below = row - (size > 0 ? quota : 0);

      memcpy (row, game->all + size * quota, sizeof (pnyx_uint128) * quota);
      for (gsize w = weight; size > 0 && w < quota; w++)
        row[w] -= below[w - weight];
      for (gsize w = quota - weight; w < quota; w++)
        sum += row[w];
      game->swings[size] = sum;
    }
}

static PnyxPowerIndex
evaluate (const Game *game, pnyx_uint128 *total)
{
  PnyxPowerIndex index = { 0 };
  pnyx_uint128 swings = 0, ways = 1; /* C (n - 1, size) */

  for (gsize size = 0; size < game->n; size++)
    {
      index.shapley_shubik += (gdouble)game->swings[size] / (gdouble)ways;
      swings += game->swings[size];
      ways = ways * (game->n - 1 - size) / (size + 1);
    }
  index.shapley_shubik /= (gdouble)game->n;
  index.banzhaf = (gdouble)swings;
  index.banzhaf_absolute = ldexp ((gdouble)swings, 1 - (int)game->n);
  *total += swings;
  return index;
}

gboolean
pnyx_power_index (const guint64 *weights, gsize n, guint64 quota, PnyxPowerIndex *index,
                  GError **error)
{
  Game game = { 0 };
  pnyx_uint128 total = 0;
  gsize cells;

  PNYX_REQUIRE (n >= 1 && quota >= 1);
  if (!check (weights, n, quota, error))
    return FALSE;
  reduce (&game, weights, n, quota);
  if (!check_size (&game, error))
    {
      g_free (game.weights);
      return FALSE;
    }
  cells = (n + 1) * (gsize)game.quota;
  game.all = g_new0 (pnyx_uint128, cells);
  game.others = g_new0 (pnyx_uint128, cells);
  game.swings = g_new0 (pnyx_uint128, n);
  count_all (&game);
  for (gsize i = 0; i < n; i++)
    {
      count_swings (&game, i);
      index[i] = evaluate (&game, &total);
    }
  for (gsize i = 0; i < n; i++)
    index[i].banzhaf /= (gdouble)total;
  g_free (game.weights);
  g_free (game.all);
  g_free (game.others);
  g_free (game.swings);
  return TRUE;
}

/* calc power-index */

typedef struct
{
  guint64 quota;
  PnyxReals weights;
} PowerParams;

static const PnyxParam power_params[] = {
  { .name = "quota",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (PowerParams, quota),
    .min = "1",
    .meaning = "Weight that wins." },
  { .name = "weights",
    .type = PNYX_PARAM_REALS,
    .offset = offsetof (PowerParams, weights),
    .min = "0",
    .max = "1e15",
    .meaning = "Weight of each player, whole numbers." },
};

static PnyxTable *
power_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "player", "shapley_shubik", "banzhaf", NULL };
  const PowerParams *params = user;
  gsize n = params->weights.n;
  g_autofree guint64 *weights = g_new (guint64, n);
  g_autofree PnyxPowerIndex *index = g_new0 (PnyxPowerIndex, n);
  PnyxTable *table;

  for (gsize i = 0; i < n; i++)
    {
      weights[i] = (guint64)params->weights.values[i];
      if ((gdouble)weights[i] == params->weights.values[i])
        continue;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "weights: %g is no whole number (expected whole numbers)",
                   params->weights.values[i]);
      return NULL;
    }
  if (!pnyx_power_index (weights, n, params->quota, index, error))
    return NULL;
  table = pnyx_table_new (columns);
  for (gsize i = 0; i < n; i++)
    {
      pnyx_table_add_integer (table, (gint64)i);
      pnyx_table_add_number (table, index[i].shapley_shubik);
      pnyx_table_add_number (table, index[i].banzhaf);
    }
  return table;
}

const PnyxCalc pnyx_calc_power_index = {
  .name = "power-index",
  .summary = "Shapley-Shubik and normalised Banzhaf index of each player of a weighted vote.",
  .example = "power-index quota=51 weights=50,49,1",
  .source = "L. S. Shapley, M. Shubik (1954); J. F. Banzhaf (1965)",
  .params = power_params,
  .n_params = G_N_ELEMENTS (power_params),
  .params_size = sizeof (PowerParams),
  .run = power_run,
};
