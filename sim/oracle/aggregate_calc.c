/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads reports, hands them round by round to an estimator (or to Pyth's rule, which is no
 * estimator but a mechanism's arithmetic in whole numbers) and tells what comes out.
 */
#include "oracle/aggregate_calc.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "oracle/aggregator.h"
#include "oracle/columns.h"
#include "oracle/pyth_rule.h"

#define REPORTERS_MAX 1000000
#define ARENA_BYTES ((gsize)4 << 30)
#define PYTH "pyth"

enum
{
  SHOW_VALUES,
  SHOW_WEIGHTS
};

typedef struct
{
  const gchar *reports, *rule, *options;
  gint show;
} AggregateParams;

static const gchar *const show_choices[] = { "values", "weights", NULL };

static const PnyxParam aggregate_params[] = {
  { .name = "reports",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (AggregateParams, reports),
    .meaning = "@FILE: CSV with the columns reporter (from 0) and value and, where there are any, "
               "confidence, round (ascending) and time (s); or the values of reporters 0, 1, ..., "
               "each with its confidence after a colon or without: 100:1,101:2." },
  { .name = "rule",
    .type = PNYX_PARAM_NAME,
    .fallback = "median",
    .offset = offsetof (AggregateParams, rule),
    .meaning = "An aggregator (pnyx list aggregator), or pyth." },
  { .name = "options",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (AggregateParams, options),
    .meaning = "Parameters of the rule: share=0.1,... (pnyx describe aggregator/RULE)." },
  { .name = "show",
    .type = PNYX_PARAM_ENUM,
    .fallback = "values",
    .choices = show_choices,
    .offset = offsetof (AggregateParams, show),
    .meaning = "The value of each round, or the weight of each report." },
};

typedef struct
{
  PnyxReport report;
  gdouble round;
} Row;

/* ---- Reports ---- */

static gboolean
read_file (GArray *rows, const gchar *path, GError **error)
{
  static const gchar *const names[] = { "reporter", "value", "confidence", "round", "time", NULL };
  g_autoptr (PnyxColumns) columns = pnyx_columns_read (path, names, 2, error);
  gdouble before = -INFINITY, clock = -INFINITY;

  for (gsize i = 0; columns != NULL && i < pnyx_columns_n_rows (columns); i++)
    {
      gdouble reporter = pnyx_columns_value (columns, i, 0);
      gdouble confidence = pnyx_columns_value (columns, i, 2);
      gdouble round = pnyx_columns_has (columns, 3) ? pnyx_columns_value (columns, i, 3) : 0;
      gdouble time = pnyx_columns_has (columns, 4) ? pnyx_columns_value (columns, i, 4) : round;
      const gchar *wrong = NULL, *expected = NULL;
      Row row = { .round = round };

      if (!(reporter >= 0 && reporter < REPORTERS_MAX && reporter == floor (reporter)))
        wrong = "reporter", expected = "a whole number from 0 to 999999";
      else if (confidence <= 0)
        wrong = "confidence", expected = "more than 0, or nothing";
      else if (!(round >= before))
        wrong = "round", expected = "rounds in ascending order";
      else if (!(time >= 0 && time <= 1e9) || time < clock)
        wrong = "time", expected = "seconds in ascending order, 0 to 1e9";
      if (wrong != NULL)
        {
          pnyx_columns_fault (columns, i, wrong, expected, error);
          return FALSE;
        }
      row.report = (PnyxReport){ .reporter = (guint32)reporter,
                                 .value = pnyx_columns_value (columns, i, 1),
                                 .confidence = confidence,
                                 .observed = pnyx_time_from_seconds (time) };
      g_array_append_val (rows, row);
      before = round;
      clock = time;
    }
  return columns != NULL;
}

static gboolean
read_text (GArray *rows, const gchar *text, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      Row row = { .report = { .reporter = i, .confidence = NAN } };
      gchar *colon = strchr (items[i], ':');
      gboolean ok;

      if (colon != NULL)
        *colon = '\0';
      ok = pnyx_number_parse (items[i], &row.report.value)
           && (colon == NULL
               || (pnyx_number_parse (colon + 1, &row.report.confidence)
                   && row.report.confidence > 0));
      if (!ok)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                       "reports: \"%.40s%s%.40s\" is no report (expected numbers as 100,101 or "
                       "100:1,101:2 with confidences more than 0, or @FILE)",
                       items[i], colon ? ":" : "", colon ? colon + 1 : "");
          return FALSE;
        }
      g_array_append_val (rows, row);
    }
  return TRUE;
}

static GArray *
read_rows (const gchar *text, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));

  if (!(*text == '@' ? read_file (rows, text + 1, error) : read_text (rows, text, error)))
    return NULL;
  if (rows->len > 0)
    return g_steal_pointer (&rows);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "reports: none (expected 100,101,103)");
  return NULL;
}

static const Row *
row_at (const GArray *rows, gsize i)
{
  return &g_array_index (rows, Row, i);
}

/* How many rows from @first on are of one round. */
static gsize
round_length (const GArray *rows, gsize first)
{
  gsize end = first;

  while (end < rows->len && row_at (rows, end)->round == row_at (rows, first)->round)
    end++;
  return end - first;
}

static gpointer
read_options (const PnyxParam *table, gsize n, gsize size, const gchar *text, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (text == NULL ? "" : text, ",", -1);
  gpointer params = pnyx_params_parse_pairs (
      table, n, size, *pairs != NULL && **pairs != '\0' ? (const gchar *const *)pairs : NULL,
      error);

  if (params == NULL)
    g_prefix_error (error, "options: ");
  return params;
}

/* ---- What is told ---- */

static PnyxTable *
new_table (gint show)
{
  static const gchar *const values[] = { "round", "value", "confidence", "used", NULL };
  static const gchar *const weights[] = { "round", "reporter", "value", "weight", NULL };

  return pnyx_table_new (show == SHOW_VALUES ? values : weights);
}

static void
tell_value (PnyxTable *table, gdouble round, gdouble value, gdouble confidence, gsize used)
{
  pnyx_table_add_number (table, round);
  pnyx_table_add_number (table, value);
  pnyx_table_add_number (table, confidence);
  pnyx_table_add_integer (table, (gint64)used);
}

static void
tell_weights (PnyxTable *table, const Row *rows, gsize n, const gdouble *weights)
{
  for (gsize i = 0; i < n; i++)
    {
      pnyx_table_add_number (table, rows[i].round);
      pnyx_table_add_integer (table, rows[i].report.reporter);
      pnyx_table_add_number (table, rows[i].report.value);
      pnyx_table_add_number (table, weights[i]);
    }
}

/* ---- Estimators ---- */

static void
run_round (PnyxAggregator *aggregator, const Row *rows, gsize n, gint show, PnyxTable *table)
{
  g_autofree PnyxReport *reports = g_new (PnyxReport, n);
  g_autofree gdouble *weights = g_new0 (gdouble, n);
  gsize used = 0;
  gdouble value;

  for (gsize i = 0; i < n; i++)
    reports[i] = rows[i].report;
  value = pnyx_aggregator_run (aggregator, reports, n, reports[n - 1].observed, weights);
  for (gsize i = 0; i < n; i++)
    used += weights[i] > 0 ? 1 : 0;
  if (show == SHOW_VALUES)
    tell_value (table, rows[0].round, value, NAN, used);
  else
    tell_weights (table, rows, n, weights);
}

static PnyxTable *
run_estimator (const PnyxAggregatorOps *ops, gpointer options, const GArray *rows, gint show)
{
  PnyxArena *arena = pnyx_arena_new (ARENA_BYTES);
  PnyxTable *table = new_table (show);
  PnyxAggregator *aggregator;
  guint32 last = 0;

  for (gsize i = 0; i < rows->len; i++)
    last = MAX (last, row_at (rows, i)->report.reporter);
  aggregator = pnyx_aggregator_new (arena, ops, options, last + 1);
  for (gsize i = 0; i < rows->len; i += round_length (rows, i))
    run_round (aggregator, row_at (rows, i), round_length (rows, i), show, table);
  pnyx_aggregator_clear (aggregator);
  pnyx_arena_free (arena);
  return table;
}

/* ---- Pyth ---- */

typedef struct
{
  guint64 publishers_min, confidence_divisor;
} PythOptions;

static const PnyxParam pyth_options[] = {
  { .name = "publishers-min",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .max = "1000000",
    .offset = offsetof (PythOptions, publishers_min),
    .meaning = "Valid quotes that are needed." },
  { .name = "confidence-divisor",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .max = "1000000",
    .offset = offsetof (PythOptions, confidence_divisor),
    .meaning
    = "A quote does not count where its confidence is more than the price over this; 0: no "
      "limit." },
};

static gboolean
read_quotes (const Row *rows, gsize n, PnyxPythQuote *quotes, GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      gdouble price = rows[i].report.value, confidence = rows[i].report.confidence;

      /* Beyond 2^53 a number that was written is not the one that was read. */
      if (!(ABS (price) <= 9007199254740992.0 && price == floor (price))
          || !(isnan (confidence)
               || (confidence <= 9007199254740992.0 && confidence == floor (confidence))))
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "reports: price and confidence of reporter %u (expected whole numbers of at "
                       "most 2^53 with the rule pyth)",
                       rows[i].report.reporter);
          return FALSE;
        }
      quotes[i] = (PnyxPythQuote){ .price = (gint64)price,
                                   .confidence = isnan (confidence) ? 0 : (gint64)confidence,
                                   .trading = TRUE };
    }
  return TRUE;
}

static PnyxTable *
run_pyth (const PythOptions *options, const GArray *rows, GError **error)
{
  PnyxPythRule rule = { .publishers_min = (guint32)options->publishers_min,
                        .confidence_divisor = (guint32)options->confidence_divisor };
  g_autofree PnyxPythQuote *quotes = g_new (PnyxPythQuote, rows->len);
  g_autofree gint64 *votes = g_new (gint64, 3 * (gsize)rows->len);
  g_autoptr (PnyxTable) table = new_table (SHOW_VALUES);

  for (gsize i = 0, n; i < rows->len; i += n)
    {
      PnyxPythAggregate aggregate;

      n = round_length (rows, i);
      if (!read_quotes (row_at (rows, i), n, quotes, error))
        return NULL;
      aggregate = pnyx_pyth_aggregate (&rule, quotes, n, 0, votes);
      tell_value (table, row_at (rows, i)->round,
                  aggregate.trading ? (gdouble)aggregate.price : NAN,
                  aggregate.trading ? (gdouble)aggregate.confidence : NAN, aggregate.n_valid);
    }
  return g_steal_pointer (&table);
}

/* ---- calc aggregate ---- */

static gboolean
find_rule (const AggregateParams *params, const PnyxAggregatorOps **ops, GError **error)
{
  const gchar *names[64] = { PYTH };
  g_autofree gchar *clause = NULL;

  *ops = pnyx_aggregator_find (params->rule);
  if (g_str_equal (params->rule, PYTH) && params->show == SHOW_WEIGHTS)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "show: votes of pyth have no weights (expected values)");
      return FALSE;
    }
  if (*ops != NULL || g_str_equal (params->rule, PYTH))
    return TRUE;
  for (gsize i = 0; i + 2 < G_N_ELEMENTS (names) && pnyx_aggregator_kind.get (i) != NULL; i++)
    names[i + 1] = pnyx_aggregator_kind.get (i)->name;
  clause = pnyx_suggest_clause (params->rule, names);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN, "unknown rule \"%s\"%s", params->rule,
               clause);
  return FALSE;
}

static PnyxTable *
aggregate_run (gconstpointer user, GError **error)
{
  const AggregateParams *params = user;
  g_autoptr (GArray) rows = NULL;
  const PnyxAggregatorOps *ops;
  const PnyxParam *table = pyth_options;
  gsize n = G_N_ELEMENTS (pyth_options), size = sizeof (PythOptions);
  gpointer options;
  PnyxTable *result;

  if (!find_rule (params, &ops, error))
    return NULL;
  if (ops != NULL)
    {
      table = ops->component.params;
      n = ops->component.n_params;
      size = ops->component.params_size;
    }
  options = read_options (table, n, size, params->options, error);
  rows = options != NULL ? read_rows (params->reports, error) : NULL;
  if (rows == NULL)
    result = NULL;
  else if (ops != NULL)
    result = run_estimator (ops, options, rows, params->show);
  else
    result = run_pyth (options, rows, error);
  if (options != NULL)
    pnyx_params_clear (table, n, options);
  g_free (options);
  return result;
}

const PnyxCalc pnyx_calc_aggregate = {
  .name = "aggregate",
  .summary = "One value of many reports, by any aggregator or by Pyth's rule.",
  .example = "aggregate reports=100:1,101:2,103:1 rule=pyth",
  .source = "those of the rules: pnyx describe aggregator",
  .params = aggregate_params,
  .n_params = G_N_ELEMENTS (aggregate_params),
  .params_size = sizeof (AggregateParams),
  .run = aggregate_run,
};
