/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/sweep_folder.h"

#include <glib/gstdio.h>

#include "results/draft.h"

static const gchar *const delays[] = { "0.1", "0.2", "0.4" };
static const gchar *const modes[] = { "slow", "\"fast, too\"" };

void
pnyx_test_put (const gchar *folder, const gchar *name, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  pnyx_draft_write (folder, name, text, &error);
  g_assert_no_error (error);
}

gchar *
pnyx_test_contents (const gchar *folder, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

void
pnyx_test_remove (const gchar *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree gchar *inner = g_build_filename (path, name, NULL);

      pnyx_test_remove (inner);
    }
  if (folder != NULL)
    g_dir_close (folder);
  g_remove (path);
}

/* A metric of one point: mean, spread and interval; @mean < 0: it has no value. */
static void
append_metric (GString *csv, const gchar *point, const gchar *scope, const gchar *metric,
               const gchar *unit, gdouble mean, gdouble spread)
{
  if (mean < 0)
    g_string_append_printf (csv, "%s,%s,%s,%s,0,,,,,,,\n", point, scope, metric, unit);
  else
    g_string_append_printf (csv, "%s,%s,%s,%s,3,%g,%g,%g,%g,%g,%g,%g\n", point, scope, metric, unit,
                            mean, spread, mean - 2 * spread, mean + 2 * spread, mean - spread, mean,
                            mean + spread);
}

static void
append_runs (GString *runs, const gchar *axes, guint p)
{
  guint i = p / 2, j = p % 2;

  for (guint r = 0; r < 3; r++)
    {
      g_string_append_printf (runs, "%u,%u,1,%s,%u,", p, r, axes, 100 + 10 * i + j + r);
      if (p < 5)
        g_string_append_printf (runs, "%g", 0.1 * i);
      g_string_append_printf (runs, ",%u\n", 7 + r);
    }
}

static void
append_series (GString *rate, GString *arrivals, guint p)
{
  for (guint r = 0; r < 3; r++)
    {
      for (guint time = 0; time <= 120; time += 60)
        g_string_append_printf (rate, "%u,%u,,%u,%u\n", p, r, time, p / 2 + r);
      for (guint k = 0; k < 40; k++)
        g_string_append_printf (arrivals, "%u,%u,,%g,%u\n", p, r, k * 3 + 0.1 * r, r);
    }
}

gchar *
pnyx_test_sweep_new (void)
{
  gchar *folder = g_dir_make_tmp ("pnyx-sweep-XXXXXX", NULL);
  g_autoptr (GString) summary = g_string_new (
      "point,net/@delay,mode,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,"
      "max\n");
  g_autoptr (GString) runs
      = g_string_new ("point,replicate,seed,net/@delay,mode,finality.time,loss,one:price\n");
  g_autoptr (GString) rate = g_string_new ("point,replicate,scope,time,value\n");
  g_autoptr (GString) arrivals = g_string_new (rate->str);

  g_assert_nonnull (folder);
  for (guint p = 0; p < 6; p++)
    {
      guint i = p / 2, j = p % 2;
      g_autofree gchar *axes = g_strdup_printf ("%s,%s", delays[i], modes[j]);
      g_autofree gchar *point = g_strdup_printf ("%u,%s", p, axes);

      append_metric (summary, point, "", "finality.time", "s", 101 + 10 * i + j, 1);
      append_metric (summary, point, "", "loss", "", p == 5 ? -1 : 0.1 * i, 0);
      append_metric (summary, point, "", "share.a", "", 0.25, 0);
      append_metric (summary, point, "", "share.b", "", 0.75 - 0.25 * j, 0);
      append_metric (summary, point, "one", "price", "s", 8, 1);
      append_metric (summary, point, "two", "price", "s", 9, 1);
      append_runs (runs, axes, p);
      append_series (rate, arrivals, p);
    }
  pnyx_test_put (folder, "summary.csv", summary->str);
  pnyx_test_put (folder, "runs.csv", runs->str);
  pnyx_test_put (folder, "series/rate.csv", rate->str);
  pnyx_test_put (folder, "series/arrivals.csv", arrivals->str);
  pnyx_test_put (
      folder, "sensitivity.csv",
      "scope,metric,unit,axis,index,estimate,ci95_low,ci95_high,noise\n"
      ",loss,,mode,first,0.1,0.05,0.15,0.2\n,loss,,mode,total,0.3,0.2,0.4,0.2\n"
      ",loss,,net/@delay,first,0.4,0.3,0.5,0.2\n,loss,,net/@delay,total,0.6,0.5,0.7,0.2\n"
      "one,price,s,mode,mu_star,2,1,3,0.1\n");
  return folder;
}
