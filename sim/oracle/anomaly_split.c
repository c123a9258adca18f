/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over the rows measures what each part holds; then the parts are compared by pairs. */
#include "oracle/anomaly_split.h"

#include "base/error.h"
#include "oracle/anomaly_past.h"

static const gchar *const part_names[PNYX_N_PARTS] = { "train", "validation", "test" };

typedef struct
{
  guint64 families;
  PnyxTime first, last;
  gsize n;
} Extent;

static void
measure_parts (const PnyxTrainingSet *set, Extent extents[PNYX_N_PARTS])
{
  for (guint part = 0; part < PNYX_N_PARTS; part++)
    extents[part] = (Extent){ .first = PNYX_TIME_MAX, .last = G_MININT64 };
  for (gsize row = 0; row < set->n_rows; row++)
    {
      Extent *extent;

      PNYX_REQUIRE (set->parts[row] < PNYX_N_PARTS && set->families[row] < PNYX_N_FAMILIES);
      extent = &extents[set->parts[row]];
      extent->families |= G_GUINT64_CONSTANT (1) << set->families[row];
      extent->first = MIN (extent->first, set->times[row]);
      extent->last = MAX (extent->last, set->times[row]);
      extent->n++;
    }
}

static gboolean
refuse (GError **error, guint a, guint b, const gchar *what)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "%s and %s of the filter's past are not disjoint: %s (expected: families, layouts "
               "and times of their own)",
               part_names[a], part_names[b], what);
  return FALSE;
}

/* Layouts by the part in which they were met first. */
static gboolean
check_layouts (const PnyxTrainingSet *set, GError **error)
{
  g_autoptr (GHashTable) part_of = g_hash_table_new (NULL, NULL);

  for (gsize row = 0; set->layouts != NULL && row < set->n_rows; row++)
    {
      gpointer layout = GUINT_TO_POINTER (set->layouts[row]);
      guint met = GPOINTER_TO_UINT (g_hash_table_lookup (part_of, layout));
      g_autofree gchar *what = NULL;

      if (met == 0)
        g_hash_table_insert (part_of, layout, GUINT_TO_POINTER (set->parts[row] + 1U));
      else if (met != set->parts[row] + 1U)
        {
          what = g_strdup_printf ("layout %u is in both", set->layouts[row]);
          return refuse (error, MIN (met - 1, set->parts[row]), MAX (met - 1, set->parts[row]),
                         what);
        }
    }
  return TRUE;
}

gboolean
pnyx_training_set_check_split (const PnyxTrainingSet *set, PnyxTime embargo, GError **error)
{
  Extent extents[PNYX_N_PARTS];

  if (set->parts == NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "the filter's past is not split (expected: train, validation and test)");
      return FALSE;
    }
  measure_parts (set, extents);
  for (guint a = 0; a < PNYX_N_PARTS; a++)
    for (guint b = a + 1; b < PNYX_N_PARTS; b++)
      {
        guint64 both = (extents[a].families & extents[b].families) >> 1 << 1;
        g_autofree gchar *what = NULL;

        if (extents[a].n == 0 || extents[b].n == 0)
          continue;
        if (both != 0)
          {
            what = g_strdup_printf ("family \"%s\" is in both",
                                    pnyx_family_names[__builtin_ctzll (both)]);
            return refuse (error, a, b, what);
          }
        if (extents[b].first <= extents[a].last || extents[b].first - extents[a].last < embargo)
          {
            what = g_strdup_printf ("the embargo between them is not kept");
            return refuse (error, a, b, what);
          }
      }
  return check_layouts (set, error);
}
