/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Computing the numbers of a publication again. Exact ones call the calculation as `calc` does.
 * Experiments are run one after the other, each once, whatever numbers are taken from it; of a run
 * only these numbers are kept.
 */
#include "batch/reproduce.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/statistics.h"
#include "batch/experiment.h"

static guint
experiment_of (const PnyxPaperEntry *entry, const PnyxReproduceOptions *options)
{
  return options->null ? entry->null : entry->experiment;
}

static gboolean
is_wanted (const PnyxPaper *paper, const PnyxPaperEntry *entry, const PnyxReproduceOptions *options)
{
  if (entry->calc != NULL)
    return !options->null;
  return !options->quick
         || g_array_index (paper->experiments, PnyxPaperExperiment, entry->experiment).quick;
}

static gboolean
is_needed (const PnyxPaper *paper, guint experiment, const PnyxReproduceOptions *options)
{
  for (guint i = 0; i < paper->entries->len; i++)
    {
      const PnyxPaperEntry *entry = &g_array_index (paper->entries, PnyxPaperEntry, i);

      if (entry->calc == NULL && is_wanted (paper, entry, options)
          && experiment_of (entry, options) == experiment)
        return TRUE;
    }
  return FALSE;
}

static const PnyxPaperExperiment *
experiment_at (const PnyxPaper *paper, guint index)
{
  return &g_array_index (paper->experiments, PnyxPaperExperiment, index);
}

guint64
pnyx_reproduce_runs (const PnyxPaper *paper, const PnyxReproduceOptions *options)
{
  guint64 runs = 0;

  for (guint i = 0; i < paper->experiments->len; i++)
    if (is_needed (paper, i, options))
      runs += pnyx_sweep_base (experiment_at (paper, i)->sweep)->run->replicates
              * pnyx_sweep_n_points (experiment_at (paper, i)->sweep);
  return runs;
}

/* ---- Exact numbers ---- */

static PnyxTable *
calculate (const PnyxPaperEntry *entry, GError **error)
{
  const PnyxCalc *calc = entry->calc;
  gpointer params = pnyx_params_parse_pairs (calc->params, calc->n_params, calc->params_size,
                                             (const gchar *const *)entry->keys, error);
  PnyxTable *table = params ? calc->run (params, error) : NULL;

  if (params != NULL)
    pnyx_params_clear (calc->params, calc->n_params, params);
  g_free (params);
  return table;
}

/* Where the number begins in @table: the row that its name has, or its row of its column. Returns:
 * FALSE: not there, or there is another number of values. */
static gboolean
find_cells (const PnyxTable *table, const PnyxPaperEntry *entry, gsize *row, gsize *column)
{
  gsize n = entry->published->n_printed, n_rows = pnyx_table_n_rows (table);

  if (g_str_equal (pnyx_table_column (table, 0), "name"))
    {
      *column = 1;
      for (*row = 0; *row < n_rows; (*row)++)
        if (g_str_equal (pnyx_table_cell (table, *row, 0), entry->column))
          return n == 1;
      return FALSE;
    }
  *row = entry->row < 0 ? 0 : (gsize)entry->row;
  for (*column = 0; *column < pnyx_table_n_columns (table); (*column)++)
    if (g_str_equal (pnyx_table_column (table, *column), entry->column))
      return entry->row < 0 ? n == n_rows : *row + n <= n_rows;
  return FALSE;
}

static void
compare_cells (const PnyxTable *table, gsize row, gsize column, PnyxReproduced *result)
{
  const PnyxPublished *published = result->entry->published;
  g_autoptr (GString) text = g_string_new (NULL);
  gchar buffer[PNYX_NUMBER_BUFFER];

  result->agrees = TRUE;
  for (gsize i = 0; i < published->n_printed; i++)
    {
      gdouble value;

      if (!pnyx_number_parse (pnyx_table_cell (table, row + i, column), &value))
        value = NAN;
      value *= result->entry->scale;
      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", pnyx_number_format (buffer, value));
      if (!pnyx_printed_agrees (&published->printed[i], value))
        result->agrees = FALSE;
    }
  g_free (result->text);
  result->text = g_strdup (text->str);
}

static void
judge_exact (PnyxReproduced *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxTable) table = calculate (result->entry, &error);
  gsize row, column;

  if (table == NULL)
    result->note = g_strdup_printf ("calc %s: %s", result->entry->calc->name, error->message);
  else if (!find_cells (table, result->entry, &row, &column))
    result->note = g_strdup_printf ("calc %s has no such values as %s", result->entry->calc->name,
                                    result->entry->column);
  else
    compare_cells (table, row, column, result);
}

/* ---- Simulated numbers ---- */

static gdouble
scalar_of (const PnyxRunResult *run, const PnyxPaperEntry *entry)
{
  for (guint i = 0; run->output != NULL && !run->failed && i < run->output->scalars->len; i++)
    {
      const PnyxScalar *scalar = &g_array_index (run->output->scalars, PnyxScalar, i);

      if (g_str_equal (scalar->metric, entry->metric) && g_str_equal (scalar->scope, entry->scope))
        return scalar->value * entry->scale;
    }
  return NAN;
}

/* The value of a simulated number in one run. */
typedef struct
{
  guint replicate;
  gdouble value;
} Sample;

/* An experiment under way. */
typedef struct
{
  const PnyxReproduceOptions *options;
  PnyxExperiment *kept; /* owned; NULL: nobody keeps the runs */
  guint n_results;
  PnyxReproduced **results; /* owned array: borrowed: the numbers that come from it */
  GArray **samples;         /* owned: array length=n_results: of Sample */
} Running;

static gint
compare_samples (gconstpointer a, gconstpointer b)
{
  const Sample *x = a, *y = b;

  return x->replicate < y->replicate ? -1 : x->replicate > y->replicate;
}

static void
fail (PnyxReproduced *result, const PnyxRunResult *run)
{
  if (result->note == NULL)
    result->note = g_strdup_printf ("replicate %u failed: %s", run->replicate,
                                    run->message ? run->message : "no reason given");
}

static gboolean
collect (gpointer user, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  Running *self = user;

  for (gsize i = 0; i < n_runs; i++)
    for (guint k = 0; k < self->n_results; k++)
      {
        const PnyxPaperEntry *entry = self->results[k]->entry;
        Sample sample = { .replicate = runs[i]->replicate };

        if (runs[i]->point != entry->point)
          continue;
        if (runs[i]->failed)
          fail (self->results[k], runs[i]);
        sample.value = scalar_of (runs[i], entry);
        if (!isnan (sample.value))
          g_array_append_val (self->samples[k], sample);
      }
  return self->kept == NULL || pnyx_experiment_add (self->kept, runs, n_runs, error);
}

static void
on_progress (gpointer user, guint64 done, guint64 total, const PnyxRunResult *result)
{
  const Running *self = user;

  (void)done;
  (void)total;
  if (self->options->progress != NULL)
    self->options->progress (self->options->self, result);
}

static gboolean
is_cancelled (gpointer user)
{
  const PnyxReproduceOptions *options = ((const Running *)user)->options;

  return options->cancelled != NULL && options->cancelled (options->self);
}

static void
judge_simulated (GArray *samples, PnyxReproduced *result)
{
  const PnyxPublished *published = result->entry->published;
  g_autofree gdouble *values = g_new (gdouble, samples->len);
  gdouble value = published->printed[0].value;
  gchar buffer[PNYX_NUMBER_BUFFER];
  PnyxInterval interval;

  g_array_sort (samples, compare_samples);
  for (guint i = 0; i < samples->len; i++)
    values[i] = g_array_index (samples, Sample, i).value;
  result->n = samples->len;
  if (result->note != NULL)
    return;
  if (result->n < 2)
    {
      result->note = g_strdup_printf ("fewer than two runs have %s", result->entry->metric);
      return;
    }
  interval = pnyx_student_interval (values, result->n, PNYX_REPRODUCE_CONFIDENCE);
  result->mean = pnyx_mean (values, result->n);
  result->low = interval.low;
  result->high = interval.high;
  g_free (result->text);
  result->text = g_strdup (pnyx_number_format (buffer, result->mean));
  result->agrees = interval.low >= value - published->tolerance_value
                   && interval.high <= value + published->tolerance_value;
}

static gboolean
run_sweep (const PnyxPaper *paper, const PnyxPaperExperiment *experiment, Running *self,
           GError **error)
{
  const PnyxSweep *sweep = experiment->sweep;
  PnyxBatchOptions batch = { .threads = self->options->threads,
                             .add = collect,
                             .progress = on_progress,
                             .cancelled = is_cancelled,
                             .self = self };
  g_autoptr (PnyxPlan) own
      = pnyx_plan_new (pnyx_sweep_n_points (sweep), (guint)pnyx_sweep_base (sweep)->run->replicates,
                       pnyx_sweep_precision (sweep), 1, 1);
  PnyxPlan *plan = self->kept ? pnyx_experiment_plan (self->kept) : own;

  if (!pnyx_batch_run (sweep, plan, &batch, error))
    return FALSE;
  if (pnyx_plan_finished (plan) >= pnyx_plan_total (plan))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RUN, "experiment %s of %s was interrupted",
               experiment->id, paper->name);
  return FALSE;
}

/* A results folder of its own for @experiment, where somebody asks for it. */
static gboolean
begin_keeping (const PnyxPaper *paper, const PnyxPaperExperiment *experiment, Running *self,
               GError **error)
{
  const PnyxReproduceOptions *options = self->options;
  g_autofree gchar *folder
      = options->folder ? g_build_filename (options->folder, experiment->id, NULL) : NULL;
  PnyxExperimentOptions keep = { .path = paper->path,
                                 .command = options->command,
                                 .out = folder,
                                 .force = TRUE,
                                 .shard = 1,
                                 .n_shards = 1,
                                 .threads = options->threads,
                                 .ranks = 1 };

  if (folder == NULL)
    return TRUE;
  self->kept = pnyx_experiment_begin (
      experiment->sweep, pnyx_sweep_n_axes (experiment->sweep) > 0 ? "sweep" : "run", &keep, error);
  return self->kept != NULL;
}

static gboolean
run_experiment (const PnyxPaper *paper, guint index, const PnyxReproduceOptions *options,
                GArray *results, GError **error)
{
  const PnyxPaperExperiment *experiment = experiment_at (paper, index);
  Running self = { .options = options };
  PnyxExperimentEnd end;
  gboolean good;

  self.results = g_new (PnyxReproduced *, results->len);
  self.samples = g_new (GArray *, results->len);
  for (guint i = 0; i < results->len; i++)
    {
      PnyxReproduced *result = &g_array_index (results, PnyxReproduced, i);

      if (result->entry->calc != NULL || experiment_of (result->entry, options) != index)
        continue;
      self.samples[self.n_results] = g_array_new (FALSE, FALSE, sizeof (Sample));
      self.results[self.n_results++] = result;
    }
  good = begin_keeping (paper, experiment, &self, error)
         && run_sweep (paper, experiment, &self, error)
         && (self.kept == NULL || pnyx_experiment_end (self.kept, &end, error));
  for (guint i = 0; i < self.n_results; i++)
    {
      judge_simulated (self.samples[i], self.results[i]);
      g_array_unref (self.samples[i]);
    }
  pnyx_experiment_free (self.kept);
  g_free (self.results);
  g_free (self.samples);
  return good;
}

static void
clear_result (gpointer data)
{
  PnyxReproduced *result = data;

  g_free (result->text);
  g_free (result->note);
}

GArray *
pnyx_reproduce (const PnyxPaper *paper, const PnyxReproduceOptions *options, GError **error)
{
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (PnyxReproduced));

  g_array_set_clear_func (results, clear_result);
  for (guint i = 0; i < paper->entries->len; i++)
    {
      PnyxReproduced result = { .entry = &g_array_index (paper->entries, PnyxPaperEntry, i),
                                .mean = NAN,
                                .low = NAN,
                                .high = NAN };

      if (!is_wanted (paper, result.entry, options))
        continue;
      result.text = g_strdup ("");
      if (result.entry->calc != NULL)
        judge_exact (&result);
      g_array_append_val (results, result);
    }
  for (guint i = 0; i < paper->experiments->len; i++)
    if (is_needed (paper, i, options) && !run_experiment (paper, i, options, results, error))
      return NULL;
  return g_steal_pointer (&results);
}
