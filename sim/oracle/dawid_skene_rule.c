/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maximisation: prevalence and error rates are shares of expected counts. Expectation: an item's
 * posterior is prevalence times the product of the rates of its ratings, in logarithms.
 */
#include "oracle/dawid_skene_rule.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "oracle/columns.h"

gdouble
pnyx_dawid_skene_posterior (gdouble *log_posterior, gsize n_classes)
{
  gdouble top = -INFINITY, sum = 0;

  for (gsize k = 0; k < n_classes; k++)
    top = MAX (top, log_posterior[k]);
  if (isinf (top)) /* no class can explain it: all are as probable as each other */
    {
      for (gsize k = 0; k < n_classes; k++)
        log_posterior[k] = 1.0 / (gdouble)n_classes;
      return top;
    }
  for (gsize k = 0; k < n_classes; k++)
    sum += exp (log_posterior[k] - top);
  for (gsize k = 0; k < n_classes; k++)
    log_posterior[k] = exp (log_posterior[k] - top) / sum;
  return top + log (sum);
}

static gdouble *
rate_of (const PnyxDawidSkene *e, gsize observer, gsize truth)
{
  return e->rates + (observer * e->n_classes + truth) * e->n_classes;
}

static void
start (PnyxDawidSkene *e, const PnyxRating *ratings, gsize n)
{
  for (gsize i = 0; i < n; i++)
    e->posterior[ratings[i].item * e->n_classes + ratings[i].rating] += 1;
  for (gsize item = 0; item < e->n_items; item++)
    {
      gdouble *row = e->posterior + item * e->n_classes, sum = 0;

      for (gsize k = 0; k < e->n_classes; k++)
        sum += row[k];
      for (gsize k = 0; k < e->n_classes; k++)
        row[k] = sum > 0 ? row[k] / sum : 1.0 / (gdouble)e->n_classes;
    }
}

static void
maximise (PnyxDawidSkene *e, const PnyxRating *ratings, gsize n)
{
  gsize classes = e->n_classes;

  memset (e->prevalence, 0, sizeof (gdouble) * classes);
  memset (e->rates, 0, sizeof (gdouble) * e->n_observers * classes * classes);
  for (gsize item = 0; item < e->n_items; item++)
    for (gsize k = 0; k < classes; k++)
      e->prevalence[k] += e->posterior[item * classes + k] / (gdouble)e->n_items;
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < classes; k++)
      rate_of (e, ratings[i].observer, k)[ratings[i].rating]
          += e->posterior[ratings[i].item * classes + k];
  for (gsize row = 0; row < e->n_observers * classes; row++)
    {
      gdouble *rates = e->rates + row * classes, sum = 0;

      for (gsize l = 0; l < classes; l++)
        sum += rates[l];
      for (gsize l = 0; l < classes && sum > 0; l++)
        rates[l] /= sum;
    }
}

static gdouble
expect (PnyxDawidSkene *e, const PnyxRating *ratings, gsize n)
{
  gsize classes = e->n_classes;
  gdouble total = 0;

  for (gsize item = 0; item < e->n_items; item++)
    for (gsize k = 0; k < classes; k++)
      e->posterior[item * classes + k] = log (e->prevalence[k]);
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < classes; k++)
      e->posterior[ratings[i].item * classes + k]
          += log (rate_of (e, ratings[i].observer, k)[ratings[i].rating]);
  for (gsize item = 0; item < e->n_items; item++)
    total += pnyx_dawid_skene_posterior (e->posterior + item * classes, classes);
  return total;
}

PnyxDawidSkene *
pnyx_dawid_skene_new (const PnyxRating *ratings, gsize n, gsize n_items, gsize n_observers,
                      gsize n_classes, gdouble tolerance, guint iterations_max)
{
  PnyxDawidSkene *e = g_new0 (PnyxDawidSkene, 1);
  gdouble before = -INFINITY;

  PNYX_REQUIRE (n_items >= 1 && n_observers >= 1 && n_classes >= 1);
  for (gsize i = 0; i < n; i++)
    PNYX_REQUIRE (ratings[i].item < n_items && ratings[i].observer < n_observers
                  && ratings[i].rating < n_classes);
  e->n_items = n_items;
  e->n_observers = n_observers;
  e->n_classes = n_classes;
  e->prevalence = g_new0 (gdouble, n_classes);
  e->rates = g_new0 (gdouble, n_observers * n_classes * n_classes);
  e->posterior = g_new0 (gdouble, n_items * n_classes);
  start (e, ratings, n);
  do
    {
      before = e->iterations > 0 ? e->log_likelihood : before;
      maximise (e, ratings, n);
      e->log_likelihood = expect (e, ratings, n);
      e->iterations++;
    }
  while (e->iterations < iterations_max && e->log_likelihood - before > tolerance);
  return e;
}

void
pnyx_dawid_skene_free (PnyxDawidSkene *estimate)
{
  if (estimate == NULL)
    return;
  g_free (estimate->prevalence);
  g_free (estimate->rates);
  g_free (estimate->posterior);
  g_free (estimate);
}

gsize
pnyx_dawid_skene_class (const PnyxDawidSkene *estimate, gsize item)
{
  const gdouble *row = estimate->posterior + item * estimate->n_classes;
  gsize best = 0;

  for (gsize k = 1; k < estimate->n_classes; k++)
    if (row[k] > row[best])
      best = k;
  return best;
}

/* calc dawid-skene */

#define CELLS_MAX 10000000

enum
{
  SHOW_SUMMARY,
  SHOW_RATES,
  SHOW_ITEMS
};

typedef struct
{
  const gchar *ratings;
  gint show;
  gdouble tolerance;
  guint64 iterations;
} DawidParams;

static const gchar *const show_choices[] = { "summary", "rates", "items", NULL };

static const PnyxParam dawid_params[] = {
  { .name = "ratings",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (DawidParams, ratings),
    .meaning
    = "@FILE: CSV with the columns item, observer, rating; or what observers 1, 2, ... say "
      "of item 1, then of item 2 and so on: 1,1,2/2,2,2. Whole numbers from 1." },
  { .name = "show",
    .type = PNYX_PARAM_ENUM,
    .fallback = "summary",
    .choices = show_choices,
    .offset = offsetof (DawidParams, show),
    .meaning = "Prevalence and likelihood, error rates of observers, or the classes of items." },
  { .name = "tolerance",
    .type = PNYX_PARAM_REAL,
    .fallback = "1e-12",
    .min = "0",
    .max = "1",
    .offset = offsetof (DawidParams, tolerance),
    .meaning = "Gain of the log likelihood at which it is done." },
  { .name = "iterations",
    .type = PNYX_PARAM_COUNT,
    .fallback = "10000",
    .min = "1",
    .max = "1000000",
    .offset = offsetof (DawidParams, iterations),
    .meaning = "Iterations at most." },
};

typedef struct
{
  GArray *ratings; /* owned: PnyxRating */
  gsize n[3];      /* items, observers, classes */
} Batch;

static gboolean
is_number (gdouble value)
{
  return value >= 1 && value <= 1000000 && value == floor (value);
}

/* Numbers from 1 outside, from 0 inside. */
static void
add_rating (Batch *batch, const gdouble numbers[3])
{
  PnyxRating rating = { (guint32)numbers[0] - 1, (guint32)numbers[1] - 1, (guint32)numbers[2] - 1 };

  g_array_append_val (batch->ratings, rating);
  for (guint c = 0; c < 3; c++)
    batch->n[c] = MAX (batch->n[c], (gsize)numbers[c]);
}

static gboolean
read_file (Batch *batch, const gchar *path, GError **error)
{
  static const gchar *const names[] = { "item", "observer", "rating", NULL };
  g_autoptr (PnyxColumns) columns = pnyx_columns_read (path, names, 3, error);

  for (gsize i = 0; columns != NULL && i < pnyx_columns_n_rows (columns); i++)
    {
      gdouble numbers[3];

      for (guint c = 0; c < 3; c++)
        {
          numbers[c] = pnyx_columns_value (columns, i, c);
          if (is_number (numbers[c]))
            continue;
          pnyx_columns_fault (columns, i, names[c], "a whole number from 1 to 1000000", error);
          return FALSE;
        }
      add_rating (batch, numbers);
    }
  return columns != NULL;
}

static gboolean
read_text (Batch *batch, const gchar *text, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, "/", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) said = g_strsplit (items[i], ",", -1);

      for (guint j = 0; said[j] != NULL; j++)
        {
          gdouble numbers[3] = { i + 1, j + 1, 0 };

          if (!pnyx_number_parse (said[j], &numbers[2]) || !is_number (numbers[2]))
            {
              g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                           "ratings: \"%.40s\" is no rating (expected whole numbers from 1, as "
                           "1,1,2/2,2,2, or @FILE)",
                           said[j]);
              return FALSE;
            }
          add_rating (batch, numbers);
        }
    }
  if (batch->ratings->len > 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "ratings: none (expected 1,1,2/2,2,2)");
  return FALSE;
}

static PnyxTable *
tell_summary (const PnyxDawidSkene *e)
{
  static const gchar *const names[] = { "name", "value", NULL };
  PnyxTable *table = pnyx_table_new (names);

  for (gsize k = 0; k < e->n_classes; k++)
    {
      g_autofree gchar *name = g_strdup_printf ("prevalence_%" G_GSIZE_FORMAT, k + 1);

      pnyx_table_add_pair (table, name, e->prevalence[k]);
    }
  pnyx_table_add_pair (table, "log_likelihood", e->log_likelihood);
  pnyx_table_add_pair (table, "iterations", e->iterations);
  return table;
}

static PnyxTable *
tell_rates (const PnyxDawidSkene *e)
{
  static const gchar *const names[] = { "observer", "class", "rating", "rate", NULL };
  PnyxTable *table = pnyx_table_new (names);

  for (gsize j = 0; j < e->n_observers; j++)
    for (gsize k = 0; k < e->n_classes; k++)
      for (gsize l = 0; l < e->n_classes; l++)
        {
          pnyx_table_add_integer (table, (gint64)j + 1);
          pnyx_table_add_integer (table, (gint64)k + 1);
          pnyx_table_add_integer (table, (gint64)l + 1);
          pnyx_table_add_number (table, rate_of (e, j, k)[l]);
        }
  return table;
}

static PnyxTable *
tell_items (const PnyxDawidSkene *e)
{
  static const gchar *const names[] = { "item", "class", "probability", NULL };
  PnyxTable *table = pnyx_table_new (names);

  for (gsize i = 0; i < e->n_items; i++)
    {
      gsize class = pnyx_dawid_skene_class (e, i);

      pnyx_table_add_integer (table, (gint64)i + 1);
      pnyx_table_add_integer (table, (gint64) class + 1);
      pnyx_table_add_number (table, e->posterior[i * e->n_classes + class]);
    }
  return table;
}

static gboolean
check_size (const Batch *batch, GError **error)
{
  if ((guint64)batch->n[1] * batch->n[2] * batch->n[2] <= CELLS_MAX
      && (guint64)batch->n[0] * batch->n[2] <= CELLS_MAX)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "ratings: too many items, observers and classes (expected at most %d cells)",
               CELLS_MAX);
  return FALSE;
}

static PnyxTable *
dawid_run (gconstpointer user, GError **error)
{
  const DawidParams *params = user;
  g_autoptr (GArray) ratings = g_array_new (FALSE, FALSE, sizeof (PnyxRating));
  g_autoptr (PnyxDawidSkene) estimate = NULL;
  Batch batch = { ratings, { 0, 0, 0 } };

  if (!(*params->ratings == '@' ? read_file (&batch, params->ratings + 1, error)
                                : read_text (&batch, params->ratings, error))
      || !check_size (&batch, error))
    return NULL;
  estimate = pnyx_dawid_skene_new ((const PnyxRating *)(gconstpointer)ratings->data, ratings->len,
                                   batch.n[0], batch.n[1], batch.n[2], params->tolerance,
                                   (guint)params->iterations);
  return params->show == SHOW_RATES   ? tell_rates (estimate)
         : params->show == SHOW_ITEMS ? tell_items (estimate)
                                      : tell_summary (estimate);
}

const PnyxCalc pnyx_calc_dawid_skene = {
  .name = "dawid-skene",
  .summary = "True classes and error rates of observers from ratings that disagree (EM).",
  .example = "dawid-skene ratings=1,1,2/2,2,2/1,1,1/1,2,2",
  .source = "A. P. Dawid, A. M. Skene, Applied Statistics 28 (1979)",
  .params = dawid_params,
  .n_params = G_N_ELEMENTS (dawid_params),
  .params_size = sizeof (DawidParams),
  .run = dawid_run,
};
