/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In a new folder: manifest (interrupted), inputs, scenario.xml, results.db with its head, then
 * runs, then CSV files and the manifest again. A folder whose results.db has a head can be resumed;
 * one without has nothing to lose and is begun afresh.
 */
#include "batch/experiment.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "ai/ai.h"
#include "base/number.h"
#include "base/rng.h"
#include "base/statistics.h"
#include "batch/mpi.h"
#include "net/topology.h"
#include "pnyx-config.h"
#include "results/csv.h"
#include "results/draft.h"
#include "results/folder.h"
#include "results/inputs.h"
#include "results/machine.h"
#include "results/sensitivity.h"
#include "scenario/difference.h"
#include "scenario/writer.h"

struct _PnyxExperiment
{
  const PnyxSweep *sweep; /* borrowed, or @own */
  PnyxSweep *own;         /* owned; of a merge */
  PnyxExperimentOptions options;
  const gchar *command; /* "run" or "sweep" */
  gchar *folder;        /* owned */
  PnyxStore *store;     /* owned */
  PnyxPlan *plan;       /* owned */
  GStrv inputs;         /* owned: pairs of name and SHA-256 */
  gchar *sha256;        /* owned: of the scenario file */
  GPtrArray *warnings;  /* owned texts */
  gint64 started;
  gdouble cpu_seconds; /* of the runs of this session */
  gboolean made;       /* the folder was made, or taken, by this session */
  gboolean unbuilt;    /* there is no such world */
};

void
pnyx_experiment_free (PnyxExperiment *experiment)
{
  if (experiment == NULL)
    return;
  pnyx_plan_free (experiment->plan);
  pnyx_store_free (experiment->store);
  pnyx_sweep_free (experiment->own);
  g_strfreev (experiment->inputs);
  g_ptr_array_unref (experiment->warnings);
  g_free (experiment->sha256);
  g_free (experiment->folder);
  g_free (experiment);
}

const gchar *
pnyx_experiment_folder (const PnyxExperiment *experiment)
{
  return experiment->folder;
}

PnyxStore *
pnyx_experiment_store (const PnyxExperiment *experiment)
{
  return experiment->store;
}

const PnyxSweep *
pnyx_experiment_sweep (const PnyxExperiment *experiment)
{
  return experiment->sweep;
}

PnyxPlan *
pnyx_experiment_plan (const PnyxExperiment *experiment)
{
  return experiment->plan;
}

const GPtrArray *
pnyx_experiment_warnings (const PnyxExperiment *experiment)
{
  return experiment->warnings;
}

gboolean
pnyx_experiment_is_unbuilt (const PnyxExperiment *experiment)
{
  return experiment->unbuilt;
}

/* ---- Manifest ---- */

typedef struct
{
  guint64 runs, failed, events, digest;
  GArray *failures; /* PnyxManifestFailure */
  GStringChunk *texts;
} Census;

static void
count_run (const PnyxRunResult *run, gpointer user)
{
  Census *census = user;
  PnyxManifestFailure failure = { .point = run->point, .replicate = run->replicate };

  census->runs++;
  census->events += run->events;
  census->digest = pnyx_hash_mix (census->digest, run->digest);
  if (!run->failed)
    return;
  census->failed++;
  failure.message = g_string_chunk_insert (census->texts, run->message ? run->message : "");
  g_array_append_val (census->failures, failure);
}

static gboolean
write_manifest (const PnyxExperiment *experiment, PnyxStatus status, const Census *census,
                GError **error)
{
  const PnyxModel *base = pnyx_sweep_base (experiment->sweep);
  const PnyxExperimentOptions *options = &experiment->options;
  g_autofree gchar *c_library = pnyx_machine_c_library ();
  g_autofree gchar *glib = g_strdup_printf ("GLib %u.%u.%u", glib_major_version, glib_minor_version,
                                            glib_micro_version);
  g_autofree gchar *learning = pnyx_learner_library ();
  const gchar *const libraries[] = { glib,
                                     pnyx_scenario_library (),
                                     pnyx_statistics_library (),
                                     pnyx_topology_library (),
                                     pnyx_store_library (),
                                     learning, /* NULL where it is not built in */
                                     NULL };
  PnyxManifest manifest
      = { .status = status,
          .version = PNYX_VERSION,
          .build = PNYX_BUILD,
          .command = options->command,
          .scenario = options->path,
          .scenario_sha256 = experiment->sha256,
          .seed = base->params->seed,
          .points = pnyx_sweep_n_points (experiment->sweep),
          .replicates = base->run->replicates,
          .threads = pnyx_batch_threads (options->threads),
          .ranks = options->ranks,
          .cpu_level = pnyx_machine_cpu_level (),
          .c_library = c_library,
          .libraries = libraries,
          .wall_seconds = (gdouble)(g_get_monotonic_time () - experiment->started) * 1e-6,
          .cpu_seconds = experiment->cpu_seconds,
          .peak_memory = pnyx_machine_peak_memory (),
          .inputs = (const gchar *const *)experiment->inputs,
          .shard = options->shard,
          .n_shards = options->n_shards };

  if (census != NULL)
    {
      manifest.runs = census->runs;
      manifest.events = census->events;
      manifest.digest = census->digest;
      manifest.n_failures = census->failures->len;
      manifest.failures = (const PnyxManifestFailure *)(gpointer)census->failures->data;
    }
  return pnyx_manifest_write (experiment->folder, &manifest, error);
}

/* What an earlier session was, as far as it matters for the last bit of a number. */
static void
compare_machine (PnyxExperiment *experiment, const gchar *folder)
{
  g_autofree gchar *c_library = pnyx_machine_c_library ();
  const gchar *const facts[][3]
      = { { "build", "pnyx", PNYX_BUILD },
          { "cpu_level", "a processor of level", pnyx_machine_cpu_level () },
          { "c_library", "the C library", c_library } };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree gchar *then = pnyx_manifest_read_text (folder, facts[i][0], NULL);

      if (then != NULL && !g_str_equal (then, facts[i][2]))
        g_ptr_array_add (experiment->warnings,
                         g_strdup_printf ("%s: was made with %s %s, this is %s: numbers may differ "
                                          "in their last digits",
                                          folder, facts[i][1], then, facts[i][2]));
    }
}

/* ---- Beginning ---- */

/* The effective scenario; its inputs are copied into @folder (NULL: only named). */
static gchar *
effective_scenario (PnyxExperiment *experiment, const gchar *folder, GError **error)
{
  g_auto (GStrv) paths = pnyx_sweep_files (experiment->sweep);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_clear_pointer (&experiment->inputs, g_strfreev);
  experiment->inputs = pnyx_inputs_copy (folder, (const gchar *const *)paths, error);
  if (experiment->inputs == NULL)
    return NULL;
  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (names, experiment->inputs[2 * i]);
  g_ptr_array_add (names, NULL);
  return pnyx_sweep_to_xml (experiment->sweep, (const gchar *const *)paths,
                            (const gchar *const *)names->pdata, error);
}

static gboolean
begin_afresh (PnyxExperiment *experiment, GError **error)
{
  PnyxStoreHead head = { .command = experiment->command,
                         .n_points = pnyx_sweep_n_points (experiment->sweep),
                         .shard = experiment->options.shard,
                         .n_shards = experiment->options.n_shards,
                         .n_axes = pnyx_sweep_n_axes (experiment->sweep),
                         .axes = pnyx_sweep_axes (experiment->sweep),
                         .values = pnyx_sweep_values (experiment->sweep) };
  g_autofree gchar *scenario = NULL;

  experiment->made = TRUE;
  if (!write_manifest (experiment, PNYX_STATUS_INTERRUPTED, NULL, error))
    return FALSE;
  scenario = effective_scenario (experiment, experiment->folder, error);
  if (scenario == NULL || !pnyx_draft_write (experiment->folder, "scenario.xml", scenario, error))
    return FALSE;
  head.scenario = scenario;
  experiment->store = pnyx_store_create (experiment->folder, &head, error);
  return experiment->store != NULL;
}

static gboolean
set_difference (const PnyxExperiment *experiment, const gchar *now, GError **error)
{
  const PnyxStoreHead *head = pnyx_store_head (experiment->store);
  g_autoptr (PnyxDocument) was
      = pnyx_document_load_memory (head->scenario, strlen (head->scenario), "before", NULL);
  g_autoptr (PnyxDocument) is = pnyx_document_load_memory (now, strlen (now), "now", NULL);
  g_autofree gchar *difference = was && is ? pnyx_document_difference (was, is) : NULL;

  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "%s: holds results of another scenario: %s (expected the same, or another --out)",
               experiment->folder, difference ? difference : "its text differs");
  return FALSE;
}

/* Whether what is there is the same experiment. */
static gboolean
check_same (PnyxExperiment *experiment, GError **error)
{
  const PnyxStoreHead *head = pnyx_store_head (experiment->store);
  const PnyxExperimentOptions *options = &experiment->options;
  g_autofree gchar *scenario = effective_scenario (experiment, NULL, error);

  if (scenario == NULL)
    return FALSE;
  if (!g_str_equal (scenario, head->scenario))
    return set_difference (experiment, scenario, error);
  if (g_str_equal (head->command, experiment->command) && head->shard == options->shard
      && head->n_shards == options->n_shards
      && head->n_points == pnyx_sweep_n_points (experiment->sweep))
    return TRUE;
  if (!g_str_equal (head->command, experiment->command))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: holds results of pnyx %s (expected some of pnyx %s, or another --out)",
                 experiment->folder, head->command, experiment->command);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: holds shard %u of %u of a %s (expected shard %u of %u, or another --out)",
                 experiment->folder, head->shard, head->n_shards, head->command, options->shard,
                 options->n_shards);
  return FALSE;
}

/* What is in the store need not be run again. */
typedef struct
{
  GHashTable *values; /* "point replicate" -> gdouble, of the metric that has to be precise */
  PnyxExperiment *experiment;
} Recall;

static void
note_value (guint point, guint replicate, gdouble value, gpointer user)
{
  Recall *recall = user;
  gdouble *own = g_new (gdouble, 1);

  *own = value;
  g_hash_table_insert (recall->values, g_strdup_printf ("%u %u", point, replicate), own);
}

static void
recall_run (const PnyxRunResult *run, gpointer user)
{
  Recall *recall = user;
  g_autofree gchar *key = g_strdup_printf ("%u %u", run->point, run->replicate);
  const gdouble *value = g_hash_table_lookup (recall->values, key);

  pnyx_plan_finish (recall->experiment->plan, (PnyxRunCell){ run->point, run->replicate },
                    run->events, value == NULL ? NAN : *value);
}

static gboolean
recall (PnyxExperiment *experiment, GError **error)
{
  const PnyxPrecision *precision = pnyx_sweep_precision (experiment->sweep);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Recall recall = { values, experiment };

  if (precision->metric != NULL
      && !pnyx_store_metric (experiment->store, precision->scope, precision->metric, note_value,
                             &recall, error))
    return FALSE;
  return pnyx_store_runs (experiment->store, recall_run, &recall, error);
}

static void
count_runs (const PnyxRunResult *run, gpointer user)
{
  (void)run;
  ++*(guint64 *)user;
}

/* Nobody else is at work in the folder, and no hours of a sweep are thrown away unasked. */
static gboolean
check_unused (const PnyxExperiment *experiment, GError **error)
{
  const gchar *folder = experiment->folder;
  g_autoptr (PnyxStore) store = NULL;
  PnyxStatus status = PNYX_STATUS_NONE;
  guint64 n = 0;

  if (pnyx_store_is_written (folder))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                   "%s: another program is writing these results (expected it to end first)",
                   folder);
      return FALSE;
    }
  if (experiment->options.force || !pnyx_manifest_read_status (folder, &status, NULL)
      || status == PNYX_STATUS_NONE || status == PNYX_STATUS_FINISHED)
    return TRUE;
  store = pnyx_store_open (folder, NULL);
  if (store == NULL || !g_str_equal (pnyx_store_head (store)->command, "sweep")
      || !pnyx_store_runs (store, count_runs, &n, NULL) || n == 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "%s: holds %" G_GUINT64_FORMAT " runs of a sweep (expected --resume to go on with "
               "it, or --force to replace them)",
               folder, n);
  return FALSE;
}

static gboolean
choose_folder (PnyxExperiment *experiment, GError **error)
{
  const PnyxExperimentOptions *options = &experiment->options;
  const gchar *name = pnyx_sweep_base (experiment->sweep)->params->name;
  GError *failure = NULL;

  if (options->out == NULL && !options->resume)
    {
      experiment->folder = pnyx_folder_new (name, error);
      return experiment->folder != NULL;
    }
  experiment->folder
      = options->out ? g_strdup (options->out) : g_build_filename ("results", name, NULL);
  if (options->resume)
    {
      experiment->store = pnyx_store_reopen (experiment->folder, &failure);
      if (failure != NULL)
        g_propagate_error (error, failure);
      if (failure != NULL || experiment->store != NULL)
        return failure == NULL;
    }
  return check_unused (experiment, error)
         && pnyx_folder_take (experiment->folder, options->force, error);
}

static PnyxExperiment *
experiment_new (const PnyxSweep *sweep, const gchar *command, const PnyxExperimentOptions *options)
{
  PnyxExperiment *experiment = g_new0 (PnyxExperiment, 1);

  experiment->sweep = sweep;
  experiment->command = command;
  experiment->options = *options;
  experiment->options.shard = MAX (options->shard, 1);
  experiment->options.n_shards = MAX (options->n_shards, 1);
  experiment->options.ranks = MAX (options->ranks, 1);
  experiment->warnings = g_ptr_array_new_with_free_func (g_free);
  experiment->started = g_get_monotonic_time ();
  experiment->sha256 = options->path ? pnyx_sha256_file (options->path, NULL) : NULL;
  return experiment;
}

static void
make_plan (PnyxExperiment *experiment)
{
  experiment->plan = pnyx_plan_new (pnyx_sweep_n_points (experiment->sweep),
                                    (guint)pnyx_sweep_base (experiment->sweep)->run->replicates,
                                    pnyx_sweep_precision (experiment->sweep),
                                    experiment->options.shard, experiment->options.n_shards);
}

PnyxExperiment *
pnyx_experiment_begin (const PnyxSweep *sweep, const gchar *command,
                       const PnyxExperimentOptions *options, GError **error)
{
  g_autoptr (PnyxExperiment) experiment = experiment_new (sweep, command, options);

  if (!choose_folder (experiment, error))
    return NULL;
  make_plan (experiment);
  if (experiment->store == NULL)
    {
      if (begin_afresh (experiment, error))
        return g_steal_pointer (&experiment);
      if (options->out == NULL)
        pnyx_experiment_discard (experiment);
      return NULL;
    }
  compare_machine (experiment, experiment->folder);
  return check_same (experiment, error) && recall (experiment, error)
             ? g_steal_pointer (&experiment)
             : NULL;
}

/* ---- Merging ---- */

static gint
by_shard (gconstpointer a, gconstpointer b)
{
  guint x = pnyx_store_head (*(PnyxStore *const *)a)->shard;
  guint y = pnyx_store_head (*(PnyxStore *const *)b)->shard;

  return x < y ? -1 : x > y;
}

/* Opens a shard and compares it with the first one. */
static gboolean
open_shard (GPtrArray *stores, const gchar *const *folders, gsize i, GError **error)
{
  PnyxStore *store = pnyx_store_open (folders[i], error);
  const PnyxStoreHead *head, *first;
  PnyxStatus status = PNYX_STATUS_NONE;

  if (store == NULL)
    return FALSE;
  g_ptr_array_add (stores, store);
  head = pnyx_store_head (store);
  first = pnyx_store_head (g_ptr_array_index (stores, 0));
  if (!pnyx_manifest_read_status (folders[i], &status, error))
    return FALSE;
  if (head->n_shards == 1 || !g_str_equal (head->command, "sweep"))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: is no shard (expected the folder of a sweep with --shard)", folders[i]);
  else if (!g_str_equal (head->scenario, first->scenario) || head->n_points != first->n_points)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: is of another scenario than %s (expected shards of one sweep)", folders[i],
                 folders[0]);
  else if (head->n_shards != first->n_shards)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: is shard %u of %u, %s is one of %u (expected shards of one cut)", folders[i],
                 head->shard, head->n_shards, folders[0], first->n_shards);
  else if (status == PNYX_STATUS_INTERRUPTED || status == PNYX_STATUS_NONE)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                 "%s: shard %u is not finished (expected all of it: sweep --resume)", folders[i],
                 head->shard);
  else
    return TRUE;
  return FALSE;
}

/* Each shard once. */
static gboolean
check_shards (GPtrArray *stores, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  guint n = pnyx_store_head (g_ptr_array_index (stores, 0))->n_shards, at = 0;

  g_ptr_array_sort (stores, by_shard);
  for (guint shard = 1; shard <= n; shard++)
    {
      guint begin = at;

      while (at < stores->len && pnyx_store_head (g_ptr_array_index (stores, at))->shard == shard)
        at++;
      if (at - begin > 1)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                       "merge: shard %u of %u is there %u times (expected each once)", shard, n,
                       at - begin);
          return FALSE;
        }
      if (at == begin)
        g_string_append_printf (missing, "%s%u", missing->len == 0 ? "" : ", ", shard);
    }
  if (missing->len == 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "merge: of %u shards these are missing: %s (expected all)", n, missing->str);
  return FALSE;
}

/* Nothing is taken away from what is to be joined. */
static gboolean
check_out (const gchar *const *folders, const gchar *out, GError **error)
{
  GStatBuf to, from;

  for (gsize i = 0; g_stat (out, &to) == 0 && folders[i] != NULL; i++)
    {
      if (g_stat (folders[i], &from) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                       "%s: is one of the shards (expected another folder for the result)", out);
          return FALSE;
        }
    }
  return TRUE;
}

/* The file that is read, and will be run again, is what the shards say they are of. */
static gboolean
check_merged (const PnyxExperiment *experiment, const gchar *folder, const GPtrArray *stores,
              GError **error)
{
  const PnyxStoreHead *shard = pnyx_store_head (g_ptr_array_index (stores, 0));

  if (g_str_equal (pnyx_store_head (experiment->store)->scenario, shard->scenario))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "%s/scenario.xml: is not what its results.db is of (expected it as pnyx left it)",
               folder);
  return FALSE;
}

static gboolean
take_shards (PnyxExperiment *experiment, const gchar *const *folders, const GPtrArray *stores,
             GError **error)
{
  for (gsize i = 0; folders[i] != NULL; i++)
    compare_machine (experiment, folders[i]);
  for (guint i = 0; i < stores->len; i++)
    if (!pnyx_store_take (experiment->store, g_ptr_array_index (stores, i), error))
      return FALSE;
  return recall (experiment, error);
}

PnyxExperiment *
pnyx_experiment_merge (const gchar *const *folders, const gchar *data_folder,
                       const PnyxExperimentOptions *options, GError **error)
{
  g_autoptr (GPtrArray) stores = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_store_free);
  g_autoptr (PnyxExperiment) experiment = NULL;
  g_autofree gchar *path = g_build_filename (folders[0], "scenario.xml", NULL);
  PnyxExperimentOptions whole = *options;
  PnyxSweep *sweep;

  for (gsize i = 0; folders[i] != NULL; i++)
    if (!open_shard (stores, folders, i, error))
      return NULL;
  if (!check_shards (stores, error) || !check_out (folders, options->out, error))
    return NULL;
  sweep = pnyx_sweep_read (path, data_folder, NULL, TRUE, error);
  if (sweep == NULL)
    return NULL;
  whole.path = path;
  experiment = experiment_new (sweep, "sweep", &whole);
  experiment->own = sweep;
  if (!choose_folder (experiment, error))
    return NULL;
  make_plan (experiment);
  experiment->options.path = folders[0];
  if (begin_afresh (experiment, error) && check_merged (experiment, folders[0], stores, error)
      && take_shards (experiment, folders, stores, error))
    return g_steal_pointer (&experiment);
  pnyx_experiment_discard (experiment);
  return NULL;
}

/* ---- Running ---- */

gboolean
pnyx_experiment_add (PnyxExperiment *experiment, const PnyxRunResult *const *runs, gsize n_runs,
                     GError **error)
{
  for (gsize i = 0; i < n_runs; i++)
    {
      experiment->cpu_seconds += runs[i]->cpu_seconds;
      if (runs[i]->unbuilt && g_str_equal (experiment->command, "run"))
        {
          experiment->unbuilt = TRUE;
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s", runs[i]->message);
          return FALSE;
        }
    }
  return pnyx_store_add (experiment->store, runs, n_runs, error);
}

typedef struct
{
  PnyxExperiment *experiment;
  void (*progress) (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result);
  gboolean (*cancelled) (gpointer self);
  gpointer self;
} Session;

static gboolean
session_add (gpointer self, const PnyxRunResult *const *runs, gsize n_runs, GError **error)
{
  return pnyx_experiment_add (((Session *)self)->experiment, runs, n_runs, error);
}

static void
session_progress (gpointer self, guint64 done, guint64 total, const PnyxRunResult *result)
{
  const Session *session = self;

  if (session->progress != NULL)
    session->progress (session->self, done, total, result);
}

static gboolean
session_cancelled (gpointer self)
{
  const Session *session = self;

  return session->cancelled != NULL && session->cancelled (session->self);
}

gboolean
pnyx_experiment_run (PnyxExperiment *experiment,
                     void (*progress) (gpointer self, guint64 done, guint64 total,
                                       const PnyxRunResult *result),
                     gboolean (*cancelled) (gpointer self), gpointer self, GError **error)
{
  Session session = { experiment, progress, cancelled, self };
  PnyxBatchOptions options = { .threads = experiment->options.threads,
                               .add = session_add,
                               .progress = session_progress,
                               .cancelled = session_cancelled,
                               .self = &session };

  if (experiment->options.ranks > 1)
    return pnyx_mpi_lead (experiment->sweep, experiment->plan, &options, error);
  return pnyx_batch_run (experiment->sweep, experiment->plan, &options, error);
}

/* ---- Ending ---- */

static gboolean
write_sensitivity (const PnyxExperiment *experiment, GError **error)
{
  const PnyxSweep *sweep = experiment->sweep;
  PnyxDesignKind kind;
  guint n;

  if (!pnyx_sweep_design (sweep, &kind, &n)
      || (kind != PNYX_DESIGN_MORRIS && kind != PNYX_DESIGN_SALTELLI))
    return TRUE;
  return pnyx_sensitivity_write (experiment->folder, kind, n, pnyx_sweep_base (sweep)->params->seed,
                                 pnyx_sweep_axes (sweep), pnyx_sweep_n_axes (sweep), error);
}

gboolean
pnyx_experiment_end (PnyxExperiment *experiment, PnyxExperimentEnd *end, GError **error)
{
  Census census = { .failures = g_array_new (FALSE, FALSE, sizeof (PnyxManifestFailure)),
                    .texts = g_string_chunk_new (4096) };
  guint64 total = pnyx_plan_total (experiment->plan);
  gboolean done = pnyx_store_runs (experiment->store, count_run, &census, error);

  *end = (PnyxExperimentEnd){ .runs = census.runs,
                              .failed = census.failed,
                              .missing = total - MIN (total, pnyx_plan_finished (experiment->plan)),
                              .events = census.events };
  end->status = end->missing > 0  ? PNYX_STATUS_INTERRUPTED
                : end->failed > 0 ? PNYX_STATUS_FAILED
                                  : PNYX_STATUS_FINISHED;
  /* The manifest says finished only when all files are there. */
  done = done && pnyx_csv_write (experiment->folder, experiment->store, error)
         && (end->missing > 0 || end->failed > 0 || experiment->options.n_shards > 1
             || write_sensitivity (experiment, error))
         && pnyx_store_seal (experiment->store, error)
         && write_manifest (experiment, end->status, &census, error);
  g_array_unref (census.failures);
  g_string_chunk_free (census.texts);
  return done;
}

typedef struct
{
  void (*visit) (const PnyxRunResult *run, gpointer user);
  gpointer user;
} Visitor;

static void
visit_failed (const PnyxRunResult *run, gpointer user)
{
  const Visitor *visitor = user;

  if (run->failed)
    visitor->visit (run, visitor->user);
}

gboolean
pnyx_experiment_failures (PnyxExperiment *experiment,
                          void (*visit) (const PnyxRunResult *run, gpointer user), gpointer user,
                          GError **error)
{
  Visitor visitor = { visit, user };

  return pnyx_store_runs (experiment->store, visit_failed, &visitor, error);
}

void
pnyx_experiment_discard (PnyxExperiment *experiment)
{
  g_clear_pointer (&experiment->store, pnyx_store_free);
  if (experiment->made)
    pnyx_folder_discard (experiment->folder, experiment->options.out == NULL);
}
