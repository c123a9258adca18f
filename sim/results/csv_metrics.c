/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of one metric each: series over time, and distributions pooled over replicates. One
 * walk writes all of them side by side.
 */
#include "base/histogram.h"
#include "engine/params.h"
#include "results/csv_priv.h"

/* The drafts of one kind, by metric, in the order in which they appear. */
typedef struct
{
  const gchar *folder, *kind, *header;
  GPtrArray *metrics; /* owned texts */
  GPtrArray *drafts;  /* owned PnyxDraft */
} Files;

static void
files_init (Files *files, const gchar *folder, const gchar *kind, const gchar *header)
{
  *files = (Files){ folder, kind, header, g_ptr_array_new_with_free_func (g_free),
                    g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_draft_free) };
}

static void
files_clear (Files *files)
{
  g_ptr_array_unref (files->metrics);
  g_ptr_array_unref (files->drafts);
}

static PnyxDraft *
files_draft (Files *files, const gchar *metric)
{
  g_autofree gchar *name = NULL;
  PnyxDraft *draft;

  for (guint i = 0; i < files->metrics->len; i++)
    if (g_str_equal (g_ptr_array_index (files->metrics, i), metric))
      return g_ptr_array_index (files->drafts, i);
  PNYX_REQUIRE (pnyx_name_is_valid (metric));
  name = g_strdup_printf ("%s/%s.csv", files->kind, metric);
  draft = pnyx_draft_new (files->folder, name);
  pnyx_draft_text (draft, files->header);
  g_ptr_array_add (files->metrics, g_strdup (metric));
  g_ptr_array_add (files->drafts, draft);
  return draft;
}

static gboolean
files_finish (Files *files, GError **error)
{
  for (guint i = 0; i < files->drafts->len; i++)
    if (!pnyx_draft_finish (g_ptr_array_index (files->drafts, i), error))
      return FALSE;
  return TRUE;
}

/* ---- series/METRIC.csv ---- */

static void
write_point (guint point, guint replicate, const PnyxPoint *row, gpointer user)
{
  PnyxDraft *draft = files_draft (user, row->metric);

  pnyx_csv_unsigned (draft, point);
  pnyx_csv_comma (draft);
  pnyx_csv_unsigned (draft, replicate);
  pnyx_csv_comma (draft);
  pnyx_csv_text (draft, row->scope);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, row->time);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, row->value);
  pnyx_draft_text (draft, "\n");
}

gboolean
pnyx_csv_write_series (const gchar *folder, PnyxStore *store, GError **error)
{
  Files files;
  gboolean done;

  files_init (&files, folder, "series", "point,replicate,scope,time,value\n");
  done = pnyx_store_series (store, write_point, &files, error) && files_finish (&files, error);
  files_clear (&files);
  return done;
}

/* ---- distributions/METRIC.csv ---- */

/* What the replicates of one point have of one metric and scope. */
typedef struct
{
  gchar *scope, *metric; /* owned */
  gdouble scale;
  PnyxHistogram *histogram; /* owned */
} Pool;

typedef struct
{
  Files files;
  guint point;
  PnyxStore *store;
  GArray *pools;   /* owned: Pool, of the point at hand, by scope and metric */
  GError *failure; /* owned: of the first row that could not be stored */
} Pooling;

static void
pool_clear (gpointer data)
{
  Pool *pool = data;

  g_free (pool->scope);
  g_free (pool->metric);
  pnyx_histogram_free (pool->histogram);
}

static void
write_quantile (Pooling *pooling, const Pool *pool, gdouble p)
{
  PnyxDraft *draft = files_draft (&pooling->files, pool->metric);
  PnyxQuantile row = { .point = pooling->point,
                       .scope = pool->scope,
                       .metric = pool->metric,
                       .quantile = p,
                       .value = pnyx_histogram_quantile (pool->histogram, p) * pool->scale };

  pnyx_csv_unsigned (draft, row.point);
  pnyx_csv_comma (draft);
  pnyx_csv_text (draft, row.scope);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, row.quantile);
  pnyx_csv_comma (draft);
  pnyx_csv_number (draft, row.value);
  pnyx_draft_text (draft, "\n");
  if (pooling->failure == NULL)
    pnyx_store_distribution_add (pooling->store, &row, &pooling->failure);
}

/* In thousandths: the tails finer than the middle. */
static void
write_quantiles (Pooling *pooling, const Pool *pool)
{
  static const guint head[] = { 1, 5 }, tail[] = { 995, 999 };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    write_quantile (pooling, pool, head[i] / 1000.0);
  for (guint i = 1; i <= 99; i++)
    write_quantile (pooling, pool, i * 10 / 1000.0);
  for (guint i = 0; i < G_N_ELEMENTS (tail); i++)
    write_quantile (pooling, pool, tail[i] / 1000.0);
}

static void
end_point (Pooling *pooling)
{
  for (guint i = 0; i < pooling->pools->len; i++)
    write_quantiles (pooling, &g_array_index (pooling->pools, Pool, i));
  g_array_set_size (pooling->pools, 0);
}

static void
pool_row (guint point, guint replicate, const PnyxDistributionRow *row, gpointer user)
{
  Pooling *pooling = user;
  Pool own;
  guint i;

  (void)replicate;
  if (point != pooling->point)
    end_point (pooling);
  pooling->point = point;
  for (i = 0; i < pooling->pools->len; i++)
    {
      const Pool *pool = &g_array_index (pooling->pools, Pool, i);
      int order = g_strcmp0 (row->scope, pool->scope);

      if (order == 0)
        order = g_strcmp0 (row->metric, pool->metric);
      if (order == 0)
        {
          pnyx_histogram_merge (pool->histogram, row->histogram);
          return;
        }
      if (order < 0)
        break;
    }
  own = (Pool){ g_strdup (row->scope), g_strdup (row->metric), row->scale,
                pnyx_histogram_new (NULL) };
  pnyx_histogram_merge (own.histogram, row->histogram);
  g_array_insert_val (pooling->pools, i, own);
}

gboolean
pnyx_csv_write_distributions (const gchar *folder, PnyxStore *store, GError **error)
{
  Pooling pooling = { .store = store, .pools = g_array_new (FALSE, FALSE, sizeof (Pool)) };
  gboolean done;

  g_array_set_clear_func (pooling.pools, pool_clear);
  files_init (&pooling.files, folder, "distributions", "point,scope,quantile,value\n");
  done = pnyx_store_distribution_begin (store, error);
  if (done)
    {
      done = pnyx_store_distributions (store, pool_row, &pooling, error);
      if (done)
        end_point (&pooling);
      if (done && pooling.failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&pooling.failure));
          done = FALSE;
        }
      done = pnyx_store_distribution_end (store, done, done ? error : NULL) && done
             && files_finish (&pooling.files, error);
    }
  g_clear_error (&pooling.failure);
  files_clear (&pooling.files);
  g_array_unref (pooling.pools);
  return done;
}
