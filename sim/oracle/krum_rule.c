/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/krum_rule.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

static gint
by_size (gconstpointer a, gconstpointer b, gpointer user)
{
  gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

  (void)user;
  return x < y ? -1 : x > y;
}

static gdouble
squared_distance (const gdouble *a, const gdouble *b, gsize d)
{
  gdouble sum = 0;

  for (gsize k = 0; k < d; k++)
    sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

gsize
pnyx_krum (const gdouble *vectors, gsize n, gsize d, gsize f, gdouble *scores, gdouble *distances)
{
  gsize best = 0;

  PNYX_REQUIRE (n >= 2 * f + 3 && n <= G_MAXINT32);
  for (gsize i = 0; i < n; i++)
    {
      gsize others = 0;

      for (gsize j = 0; j < n; j++)
        if (j != i)
          distances[others++] = squared_distance (vectors + i * d, vectors + j * d, d);
      g_qsort_with_data (distances, (gint)others, sizeof *distances, by_size, NULL);
      scores[i] = 0;
      for (gsize k = 0; k < n - f - 2; k++)
        scores[i] += distances[k];
      if (scores[i] < scores[best])
        best = i;
    }
  return best;
}

/* One step from @median, which is left where it is the median already. Returns: its length. */
static gdouble
step (const gdouble *vectors, gsize n, gsize d, gdouble *median)
{
  g_autofree gdouble *target = g_new0 (gdouble, d), *pull = g_new0 (gdouble, d);
  gdouble total = 0, here = 0, strength = 0, length = 0;

  for (gsize i = 0; i < n; i++)
    {
      const gdouble *vector = vectors + i * d;
      gdouble distance = sqrt (squared_distance (vector, median, d));

      if (distance <= 1e-300)
        {
          here++;
          continue;
        }
      total += 1 / distance;
      for (gsize k = 0; k < d; k++)
        {
          target[k] += vector[k] / distance;
          pull[k] += (vector[k] - median[k]) / distance;
        }
    }
  for (gsize k = 0; k < d; k++)
    strength += pull[k] * pull[k];
  strength = sqrt (strength);
  if (total <= 0 || strength <= here)
    return 0;
  for (gsize k = 0; k < d; k++)
    {
      gdouble move = (target[k] / total - median[k]) * (1 - here / strength);

      median[k] += move;
      length += move * move;
    }
  return sqrt (length);
}

void
pnyx_geometric_median (const gdouble *vectors, gsize n, gsize d, gdouble *median, gdouble tolerance,
                       guint iterations_max)
{
  PNYX_REQUIRE (n >= 1);
  memset (median, 0, sizeof *median * d);
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < d; k++)
      median[k] += vectors[i * d + k] / (gdouble)n;
  for (guint i = 0; i < iterations_max; i++)
    if (step (vectors, n, d, median) <= tolerance)
      return;
}
