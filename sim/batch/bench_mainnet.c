/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gasper at the size of the main network: the world of scenarios/ethereum-mainnet.xml, and the same
 * with late blocks, cut in two, and with the way of every aggregate computed. Each in a process of
 * its own, which tells its largest resident set.
 */
#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include "base/number.h"
#include "batch/bench.h"
#include "batch/simulation.h"

#define EPOCH 384.0 /* s */

static const gchar world[]
    = "<scenario xmlns='urn:pnyx:scenario:1' name='mainnet' seed='1'>"
      "<run warmup='2 epoch' duration='%u epoch'/>"
      "<network nodes='10000' tcp='warm'><topology kind='random-regular' degree='50'/>"
      "<regions profile='aws-2025'/><dissemination kind='gossipsub'/></network>"
      "<chain kind='gasper' fidelity='path'>"
      "<validators count='1048576' operator-skew='0.8'>%s</validators>"
      "<gasper rules='electra'><votes eager='%s'/></gasper></chain>%s</scenario>";

typedef struct
{
  const gchar *name;   /* of the factor: alone it runs in this process */
  const gchar *prefix; /* of what else it tells */
  guint epochs;
  const gchar *late, *eager, *events;
} Case;

/* Blocks aimed at the votes' deadline: sent so that half of the network has them in time. */
static const Case cases[] = {
  { "gasper.mainnet.realtime_factor", "gasper.mainnet", 16, "", "false", "" },
  { "gasper.mainnet.late", "gasper.mainnet.late", 16,
    "<late share='0.05' duties='proposals' delay='uniform(3.6 s, 4 s)'/>", "false", "" },
  { "gasper.mainnet.partition", "gasper.mainnet.partition", 10, "", "false",
    "<events><partition at='768 s' until='4608 s' share='0.5' cut='drop'/></events>" },
  { "gasper.mainnet.eager", "gasper.mainnet.eager", 4, "", "true", "" },
};

typedef struct
{
  PnyxBenchEmit emit;
  gpointer user;
  const gchar *prefix;
} Out;

static void
tell (const Out *out, const gchar *what, gdouble value, const gchar *unit)
{
  g_autofree gchar *name = g_strconcat (out->prefix, ".", what, NULL);

  out->emit (out->user, name, value, unit);
}

static gdouble
scalar (const PnyxRunResult *result, const gchar *metric)
{
  for (guint i = 0; i < result->output->scalars->len; i++)
    {
      const PnyxScalar *at = &g_array_index (result->output->scalars, PnyxScalar, i);

      if (g_str_equal (at->metric, metric))
        return at->value;
    }
  return NAN;
}

static gboolean
run_case (const Case *of, const gchar *data_folder, const Out *out, GError **error)
{
  g_autofree gchar *text = g_strdup_printf (world, of->epochs, of->late, of->eager, of->events);
  g_autoptr (PnyxModel) model = pnyx_model_read_memory (text, "bench", data_folder, error);
  g_autoptr (PnyxRunResult) result
      = model != NULL ? pnyx_simulate (model, 0, 0, TRUE, error) : NULL;
  struct rusage usage;

  if (result == NULL)
    return FALSE;
  if (result->failed)
    {
      g_set_error_literal (error, PNYX_ERROR, PNYX_ERROR_RUN, result->message);
      return FALSE;
    }
  getrusage (RUSAGE_SELF, &usage);
  out->emit (out->user, of->name, of->epochs * EPOCH / result->window_seconds, "1");
  tell (out, "peak_rss", (gdouble)usage.ru_maxrss * 1024, "B");
  tell (out, "before", result->cpu_seconds - result->window_seconds, "s");
  tell (out, "events", (gdouble)result->events, "");
  tell (out, "reorgs", scalar (result, "blocks.reorg_count"), "");
  tell (out, "orphans", scalar (result, "blocks.orphan_rate"), "1");
  tell (out, "aggregates", (gdouble)result->aggregates, "");
  /* The digest in two halves: a number of 64 bits is beyond a double. */
  tell (out, "digest_high", (gdouble)(result->digest >> 32), "");
  tell (out, "digest_low", (gdouble)(result->digest & G_MAXUINT32), "");
  return TRUE;
}

/* Hands on the lines of a process of its own. */
static gboolean
spawn_case (const Case *of, const Out *out, GError **error)
{
  const gchar *arguments[] = { "/proc/self/exe", "bench", of->name, NULL };
  g_autofree gchar *output = NULL;
  g_auto (GStrv) lines = NULL;
  gint status;

  if (!g_spawn_sync (NULL, (gchar **)(guintptr)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                     &output, NULL, &status, error)
      || !g_spawn_check_wait_status (status, error))
    return FALSE;
  lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", 3);
      gdouble value;

      if (g_strv_length (fields) == 3 && pnyx_number_parse (fields[1], &value))
        out->emit (out->user, fields[0], value, fields[2]);
    }
  return TRUE;
}

gboolean
pnyx_bench_mainnet (const gchar *filter, const gchar *data_folder, PnyxBenchEmit emit,
                    gpointer user, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *of = &cases[i];
      const Out out = { emit, user, of->prefix };
      g_autofree gchar *peak = g_strconcat (of->prefix, ".peak_rss", NULL);
      gboolean alone = filter != NULL && g_str_equal (filter, of->name);

      if (alone ? !run_case (of, data_folder, &out, error)
                : (pnyx_bench_selects (filter, of->name) || pnyx_bench_selects (filter, peak))
                      && !spawn_case (of, &out, error))
        return FALSE;
    }
  return TRUE;
}
