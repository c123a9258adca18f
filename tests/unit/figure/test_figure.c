/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures from made-up results: drawn with gnuplot where it is installed, and with stand-ins that
 * fail in its place. */
#include "figure/figure.h"

#include <glib/gstdio.h>
#include <string.h>

#include "results/draft.h"
#include "scenario/reader.h"
#include "scenario/tables.h"

/* What a stranger may call an axis, a scope or a figure. */
#define HOSTILE "x'y`touch pwned`@name\\\\ \"{/Symbol a}_b^c $(touch pwned) %s%n #&~<b>|"

typedef struct
{
  gchar *folder;    /* owned */
  gchar *templates; /* owned */
  gchar *path;      /* owned: PATH as it was */
} Fixture;

static void
put (const gchar *folder, const gchar *name, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  pnyx_draft_write (folder, name, text, &error);
  g_assert_no_error (error);
}

static void
append_row (GString *csv, guint point, const gchar *axis, const gchar *metric, gdouble mean)
{
  g_autofree gchar *quoted = pnyx_csv_quote (axis);

  g_string_append_printf (csv, "%u,%s,,%s,,3,%g,%g,%g,%g,%g,%g,%g\n", point, quoted, metric, mean,
                          mean / 9, mean * 0.9, mean * 1.1, mean, mean, mean);
}

static void
put_results (const gchar *folder)
{
  g_autofree gchar *axis = pnyx_csv_quote ("net/@" HOSTILE "\nsystem('touch pwned') interval");
  g_autoptr (GString) summary = g_string_new ("point,");
  g_autoptr (GString) cdf = g_string_new ("point,scope,quantile,value\n");
  g_autoptr (GString) lorenz = g_string_new ("point,replicate,scope,time,value\n");

  g_string_append_printf (summary,
                          "%s,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n", axis);
  for (guint point = 0; point < 2; point++)
    {
      const gchar *value = point == 0 ? "600" : "60";

      append_row (summary, point, value, "blocks.orphan_rate", point == 0 ? 0.002 : 0.02);
      append_row (summary, point, value, "latency.propagation.mean", 1.2);
      append_row (summary, point, value, "energy.total", 7.2e6);
      append_row (summary, point, value, "energy.total.low", 5e6);
      append_row (summary, point, value, "energy.total.high", 2e7);
      append_row (summary, point, value, "energy.share.idle", 0.9);
      append_row (summary, point, value, "energy.share.consensus", 0.1);
      append_row (summary, point, value, "stake.gini", 0.5);
      for (guint i = 1; i < 100; i++)
        g_string_append_printf (cdf, "%u,,%g,%g\n", point, i / 100.0, (1 + point) * i / 50.0);
      for (guint i = 0; i <= 10; i++)
        g_string_append_printf (lorenz, "%u,0,,%g,%g\n", point, i / 10.0, i * i / 100.0);
    }
  put (folder, "summary.csv", summary->str);
  put (folder, "distributions/latency.propagation.csv", cdf->str);
  put (folder, "series/stake.lorenz.csv", lorenz->str);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->folder = g_dir_make_tmp ("pnyx-figure-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->templates = g_build_filename (g_getenv ("PNYX_SOURCE"), "analysis", "figures", NULL);
  fixture->path = g_strdup (g_getenv ("PATH"));
  put_results (fixture->folder);
}

static void
remove_tree (const gchar *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree gchar *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  if (folder != NULL)
    g_dir_close (folder);
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  g_setenv ("PATH", fixture->path, TRUE);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->templates);
  g_free (fixture->path);
}

static gboolean
has_gnuplot (void)
{
  g_autofree gchar *program = g_find_program_in_path ("gnuplot");

  if (program == NULL)
    g_test_skip ("gnuplot is not installed");
  return program != NULL;
}

static gchar *
contents (const Fixture *fixture, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
is_there (const Fixture *fixture, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
assert_is_xml (const gchar *text)
{
  const GMarkupParser parser = { .start_element = NULL };
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  const gchar *root = strstr (text, "<svg");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (root);
  g_markup_parse_context_parse (context, root, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_markup_parse_context_free (context);
}

static gboolean
draw (const Fixture *fixture, const gchar *xml, const gchar *format, const gchar *name,
      GPtrArray *drawn, GError **error)
{
  PnyxReader reader = { .root = &pnyx_element_figures };
  g_autoptr (PnyxScenario) scenario = NULL;
  const gchar *const names[] = { name, NULL };

  if (xml != NULL)
    {
      scenario = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "test", error);
      if (scenario == NULL)
        return FALSE;
    }
  return pnyx_figures_draw (scenario == NULL ? NULL : scenario->root, fixture->folder,
                            fixture->templates, format, names, drawn, error);
}

#define XML(figures) "<figures xmlns=\"urn:pnyx:scenario:1\">" figures "</figures>"

static const gchar all[] = XML ("<figure kind=\"propagation-cdf\"/>"
                                "<figure kind=\"stale-rate\" delay=\"500 ms\" shares=\"2, 1, 1\"/>"
                                "<figure kind=\"energy-breakdown\" width=\"page\"/>"
                                "<figure kind=\"lorenz\" points=\"1\" title=\"Power\"/>"
                                "<figure kind=\"propagation-cdf\" scale=\"log\"/>");

static void
test_every_kind_is_drawn_in_every_format (Fixture *fixture, gconstpointer data)
{
  const gchar *const formats[] = { "svg", "pdf", "png", "tex" };
  const gchar *const names[]
      = { "propagation-cdf", "stale-rate", "energy-breakdown", "lorenz", "propagation-cdf-2" };

  (void)data;
  if (!has_gnuplot ())
    return;
  for (gsize f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;

      draw (fixture, all, formats[f], NULL, drawn, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (drawn->len, ==, G_N_ELEMENTS (names));
      for (guint i = 0; i < drawn->len; i++)
        {
          g_autofree gchar *expected
              = g_strdup_printf ("%s/figures/%s.%s", fixture->folder, names[i], formats[f]);
          g_autofree gchar *script = g_strdup_printf ("figures/%s.gp", names[i]);
          g_autofree gchar *csv = g_strdup_printf ("figures/%s.csv", names[i]);

          g_assert_cmpstr (g_ptr_array_index (drawn, i), ==, expected);
          g_assert_true (g_file_test (expected, G_FILE_TEST_IS_REGULAR));
          g_assert_true (is_there (fixture, script));
          g_assert_true (is_there (fixture, csv));
        }
    }
}

static void
test_pictures_are_the_same_every_time_and_by_hand (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *figures = g_build_filename (fixture->folder, "figures", NULL);
  gchar *command[] = { (gchar[]){ "gnuplot" }, (gchar[]){ "-e" }, (gchar[]){ "format='svg'" },
                       (gchar[]){ "lorenz.gp" }, NULL };
  g_autofree gchar *first = NULL;
  g_autoptr (GError) error = NULL;

  (void)data;
  if (!has_gnuplot ())
    return;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
      g_autofree gchar *picture = NULL;

      if (i < 2)
        draw (fixture, all, "svg", "lorenz", drawn, &error);
      else
        g_spawn_sync (figures, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                      &error);
      g_assert_no_error (error);
      picture = contents (fixture, "figures/lorenz.svg");
      assert_is_xml (picture);
      if (i > 0)
        g_assert_cmpstr (picture, ==, first);
      else
        first = g_steal_pointer (&picture);
    }
}

static void
test_no_text_is_a_command (Fixture *fixture, gconstpointer data)
{
  static const gchar title[] = HOSTILE "\nsystem('touch pwned')\r\xe2\x80\xae\x7f";
  g_autofree gchar *escaped = g_markup_escape_text (title, -1);
  g_autofree gchar *xml = g_strdup_printf (XML ("<figure kind=\"lorenz\" title=\"%s\"/>"), escaped);
  const gchar *const formats[] = { "svg", "tex", "pdf" };
  g_autofree gchar *svg = NULL;
  g_autofree gchar *tex = NULL;

  (void)data;
  if (!has_gnuplot ())
    return;
  for (gsize f = 0; f < G_N_ELEMENTS (formats); f++)
    {
      g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;

      draw (fixture, xml, formats[f], NULL, drawn, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (drawn->len, ==, 1);
    }
  g_assert_false (is_there (fixture, "figures/pwned"));
  g_assert_false (is_there (fixture, "pwned"));
  g_assert_false (g_file_test ("pwned", G_FILE_TEST_EXISTS));
  svg = contents (fixture, "figures/lorenz.svg");
  assert_is_xml (svg);
  g_assert_nonnull (
      strstr (svg, "x'y`touch pwned`@name\\\\ \"{/Symbol a}_b^c $(touch pwned) %s%n"));
  g_assert_nonnull (strstr (svg, "&lt;b"));
  g_assert_null (strstr (svg, "<b>"));
  tex = contents (fixture, "figures/lorenz.tex");
  g_assert_nonnull (strstr (tex, "\\textbackslash{}\\textbackslash{}"));
  g_assert_nonnull (strstr (tex, "\\{/Symbol a\\}\\_b\\textasciicircum{}c \\$(touch"));
}

static void
test_results_without_the_metric_are_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (fixture->folder, "series/stake.lorenz.csv", NULL);

  (void)data;
  g_remove (path);
  g_assert_false (draw (fixture, all, "svg", "lorenz", drawn, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==, "figure lorenz: the results hold no series of stake.lorenz");
  g_clear_error (&error);
  put (fixture->folder, "summary.csv",
       "point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n");
  g_assert_false (draw (fixture, NULL, "svg", "energy-breakdown", drawn, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==,
                   "figure energy-breakdown: the results hold no values of energy.total");
  g_assert_cmpuint (drawn->len, ==, 0);
  g_assert_false (is_there (fixture, "figures"));
}

static void
test_without_declarations_what_exists_is_drawn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) fewer = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path
      = g_build_filename (fixture->folder, "distributions/latency.propagation.csv", NULL);

  (void)data;
  if (!has_gnuplot ())
    return;
  g_assert_true (draw (fixture, NULL, "svg", NULL, drawn, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (drawn->len, ==, 2);
  g_remove (path);
  g_assert_true (draw (fixture, XML (""), "svg", NULL, fewer, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fewer->len, ==, 1);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (fewer, 0), "/energy-breakdown.svg"));
}

static void
test_unknown_names_and_formats_are_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_false (draw (fixture, all, "svg", "lorens", drawn, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
  g_assert_cmpstr (
      error->message, ==,
      "no figure \"lorens\"; did you mean \"lorenz\"? (expected one of the scenario's, "
      "or a kind: pnyx list figure)");
  g_clear_error (&error);
  g_assert_false (draw (fixture, all, "gif", NULL, drawn, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
}

static void
test_too_many_curves_are_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) cdf = g_string_new ("point,scope,quantile,value\n");
  g_autoptr (GError) error = NULL;

  (void)data;
  for (guint i = 0; i < 9; i++)
    g_string_append_printf (cdf, "%u,,0.5,1\n", i);
  put (fixture->folder, "distributions/latency.propagation.csv", cdf->str);
  g_assert_false (draw (fixture, NULL, "svg", "propagation-cdf", drawn, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_cmpstr (error->message, ==,
                   "figure propagation-cdf: more than 8 curves (expected some of the points: "
                   "points=\"0, 3\")");
  g_clear_error (&error);
  if (has_gnuplot ()) /* nobody asked for it: the other is drawn */
    {
      g_assert_true (draw (fixture, NULL, "svg", NULL, drawn, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (drawn->len, ==, 1);
    }
}

/* A gnuplot that is missing, fails, draws nothing or stops in the middle. */
static void
test_a_gnuplot_that_fails_is_one_line_and_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const gchar *program, *message;
  } cases[] = {
    { NULL, "figure lorenz: gnuplot is not installed (Debian: gnuplot-nox; or --no-plot)" },
    { "#!/bin/sh\nprintf 'plot x\\n ^\\n\"lorenz.gp\" line 3: no\\n\\n' >&2\nexit 1\n",
      "figure lorenz: gnuplot failed: \"\"lorenz.gp\" line 3: no\"" },
    { "#!/bin/sh\nexit 0\n", "figure lorenz: gnuplot failed: it drew nothing" },
    { "#!/bin/sh\necho '<svg' > lorenz.svg\n",
      "figure lorenz: gnuplot failed: the picture is not complete (is the disk full?)" },
  };

  (void)data;
  g_setenv ("PATH", fixture->folder, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) drawn = g_ptr_array_new_with_free_func (g_free);
      g_autofree gchar *program = g_build_filename (fixture->folder, "gnuplot", NULL);
      g_autoptr (GError) error = NULL;

      if (cases[i].program != NULL)
        {
          put (fixture->folder, "gnuplot", cases[i].program);
          g_chmod (program, 0755);
        }
      g_assert_false (draw (fixture, all, "svg", "lorenz", drawn, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      g_assert_false (is_there (fixture, "figures"));
    }
}

static void
test_the_tables_are_sound (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) faults = pnyx_tables_check (&pnyx_element_figures);

  (void)data;
  (void)fixture;
  for (guint i = 0; i < faults->len; i++)
    g_test_message ("%s", (const gchar *)g_ptr_array_index (faults, i));
  g_assert_cmpuint (faults->len, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/figure/tables", test_the_tables_are_sound },
    { "/figure/every-kind-and-format", test_every_kind_is_drawn_in_every_format },
    { "/figure/same-every-time", test_pictures_are_the_same_every_time_and_by_hand },
    { "/figure/no-text-is-a-command", test_no_text_is_a_command },
    { "/figure/metric-missing", test_results_without_the_metric_are_told },
    { "/figure/defaults", test_without_declarations_what_exists_is_drawn },
    { "/figure/unknown", test_unknown_names_and_formats_are_refused },
    { "/figure/too-many-curves", test_too_many_curves_are_refused },
    { "/figure/gnuplot-fails", test_a_gnuplot_that_fails_is_one_line_and_leaves_nothing },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
