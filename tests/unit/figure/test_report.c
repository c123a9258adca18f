/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports of a made-up sweep whose every text a stranger may have written. */
#include "figure/report.h"

#include <glib/gstdio.h>
#include <string.h>

#include "batch/root.h"
#include "scenario/reader.h"
#include "support/sweep_folder.h"

#define HOSTILE "</title><script>alert(1)</script>{{body}}{{script}}\\u202e"

static const gchar manifest[]
    = "{\"status\": \"finished\", \"version\": \"0.1.0\", \"build\": \"abc\", \"seed\": 7,\n"
      " \"command\": \"sweep 'x" HOSTILE "' --set run/@replicates=3\", \"replicates\": 3,\n"
      " \"runs\": 18, \"libraries\": [\"GLib 2\"],\n"
      " \"inputs\": [{\"file\": \"inputs/a<b>.xml\", \"sha256\": \"00ff\"}],\n"
      " \"failed_runs\": [{\"point\": 4, \"replicate\": 2, \"message\": \"no luck & " HOSTILE
      "\"}]}";

static const gchar scenario_xml[]
    = "<scenario xmlns=\"urn:pnyx:scenario:1\" name=\"made-up\" seed=\"7\">"
      "<chain kind=\"gasper\"/><figures>"
      "<figure kind=\"lines\" metric=\"loss\" series=\"mode\" "
      "title=\"&lt;/svg&gt;&lt;script&gt;alert(2)&lt;/script&gt; 50 % &amp; _\"/>"
      "<figure kind=\"heat-map\" metric=\"finality.time\" width=\"page\"/>"
      "<figure kind=\"lines\" metric=\"nothing\"/></figures></scenario>";

typedef struct
{
  gchar *folder;          /* owned */
  gchar *templates;       /* owned */
  PnyxScenario *scenario; /* owned */
  PnyxReportSource report;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *profiles = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = profiles };
  g_autofree gchar *path = NULL;
  g_autoptr (GError) error = NULL;

  (void)data;
  fixture->folder = pnyx_test_sweep_new ();
  fixture->templates = g_build_filename (g_getenv ("PNYX_SOURCE"), "analysis", NULL);
  pnyx_test_put (fixture->folder, "manifest.json", manifest);
  pnyx_test_put (fixture->folder, "scenario.xml", scenario_xml);
  path = g_build_filename (fixture->folder, "scenario.xml", NULL);
  fixture->scenario = pnyx_scenario_read (&reader, path, &error);
  g_assert_no_error (error);
  fixture->report = (PnyxReportSource){ .folder = fixture->folder,
                                        .scenario = fixture->scenario,
                                        .templates = fixture->templates };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  pnyx_scenario_free (fixture->scenario);
  pnyx_test_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->templates);
}

static gchar *
write_html (const Fixture *fixture, GPtrArray *notes)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pnyx_report_html (&fixture->report, notes, &error));
  g_assert_no_error (error);
  return pnyx_test_contents (fixture->folder, "report.html");
}

static gboolean
has_gnuplot (void)
{
  g_autofree gchar *program = g_find_program_in_path ("gnuplot");

  return program != NULL;
}

static guint
count (const gchar *text, const gchar *what)
{
  guint n = 0;

  for (const gchar *p = text; (p = strstr (p, what)) != NULL; p += strlen (what))
    n++;
  return n;
}

static void
test_the_page_says_what_was_run_and_how_to_do_it_again (Fixture *fixture, gconstpointer data)
{
  static const gchar *const expected[] = {
    "<title>made-up: results</title>",
    "<h1>made-up</h1>",
    "<dt>Points</dt><dd>6</dd>",
    "<dt>Failed runs</dt><dd>1</dd>",
    "<dt>Seed</dt><dd>7</dd>",
    "<th scope=\"row\">net/@delay</th><td class=\"number\" data-sort=\"3\">3</td><td>0.1, 0.2, 0.4",
    "pnyx sweep scenario.xml --out again\npnyx run . --point 0 --replicate 0</code>",
    "--set run/@replicates=3",
    "no luck &amp; &lt;/title&gt;",
    "pnyx run . --point 4 --replicate 2",
    /* the metric, its lowest and highest mean and where they are */
    "<th scope=\"row\">finality.time</th><td class=\"number\" data-sort=\"101\">101 s</td>"
    "<td class=\"number\" data-sort=\"99\">99 s to 103 s</td><td>delay 0.1, mode slow</td>"
    "<td class=\"number\" data-sort=\"122\">122 s</td>"
    "<td class=\"number\" data-sort=\"120\">120 s to 124 s</td><td>delay 0.4, mode fast, too</td>",
    /* a row of the summary */
    "<th scope=\"row\">price</th><td>two</td><td class=\"number\" data-sort=\"5\">5</td>",
    "<th scope=\"row\">inputs/a&lt;b&gt;.xml</th><td>00ff</td>",
    "GLib 2",
    "<th scope=\"row\">scenario/@seed</th><td>7</td>",
  };
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *html = write_html (fixture, notes);

  (void)data;
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      if (strstr (html, expected[i]) == NULL)
        g_test_message ("missing: %s", expected[i]);
      g_assert_nonnull (strstr (html, expected[i]));
    }
  g_assert_cmpstr (g_ptr_array_index (notes, notes->len - 1), ==,
                   "figure lines-2: the results hold no values of nothing");
  g_assert_nonnull (strstr (html, "Not shown: figure lines-2"));
}

/* One script, the page's own, whose hash the policy names; nothing from elsewhere. */
static void
test_no_text_is_a_script_and_nothing_is_loaded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *html = write_html (fixture, notes);
  const gchar *begin = strstr (html, "<script>"), *end = strstr (html, "</script>");
  g_autofree gchar *script = NULL;
  g_autofree gchar *hex = NULL;
  g_autofree guchar *digest = g_malloc (32);
  g_autofree gchar *policy = NULL;

  (void)data;
  g_assert_cmpuint (count (html, "<script"), ==, 1);
  g_assert_cmpuint (count (html, "</script"), ==, 1);
  g_assert_cmpuint (count (html, "<h2"), <, 12); /* {{body}} in a text is text */
  g_assert_cmpuint (count (html, "{{body}}"), >=, 1);
  script = g_strndup (begin + 8, (gsize)(end - begin - 8));
  hex = g_compute_checksum_for_string (G_CHECKSUM_SHA256, script, -1);
  for (guint i = 0; i < 32; i++)
    digest[i]
        = (guchar)(g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]));
  policy = g_base64_encode (digest, 32);
  g_assert_nonnull (strstr (html, policy));
  g_assert_nonnull (strstr (html, "default-src 'none'"));
  g_assert_cmpuint (count (html, "http"), ==,
                    count (html, "http-equiv") + count (html, "\"http://www.w3.org/2000/svg\""));
  g_assert_null (strstr (html, "src=\""));
  g_assert_null (strstr (html, "@import"));
}

static void
test_every_figure_is_an_image_with_words_and_ids_of_its_own (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *html = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  (void)data;
  if (!has_gnuplot ())
    {
      g_test_skip ("gnuplot is not installed");
      return;
    }
  html = write_html (fixture, notes);
  g_assert_cmpuint (count (html, "<figure id="), ==, 2);
  g_assert_cmpuint (count (html, "<svg role=\"img\""), ==, 2);
  g_assert_cmpuint (count (html, "<figcaption>"), ==, 2);
  g_assert_nonnull (strstr (html, "<desc id=\"f1-desc\">&lt;/svg&gt;&lt;script&gt;alert(2)"
                                  "&lt;/script&gt; 50 % &amp; _. loss over net delay and mode: "
                                  "mean over replicates and 95 % interval."));
  g_assert_nonnull (strstr (html, "<figure id=\"figure-2\" class=\"page\">"));
  for (const gchar *p = html; (p = strstr (p, " id=\"")) != NULL;)
    {
      const gchar *end;

      p += strlen (" id=\"");
      end = strchr (p, '"');
      g_assert_true (g_hash_table_add (seen, g_strndup (p, (gsize)(end - p))));
    }
}

static void
test_the_same_folder_gives_the_same_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *first = write_html (fixture, notes);
  g_autofree gchar *second = write_html (fixture, notes);

  (void)data;
  g_assert_cmpstr (first, ==, second);
}

/* What was restyled by hand is shown as it is; what is no picture is told. */
static void
test_pictures_of_the_folder_are_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *html = NULL;

  (void)data;
  pnyx_test_put (fixture->folder, "figures/lines.svg",
                 "<svg viewBox=\"0 0 1 1\"><text>by hand</text></svg>");
  pnyx_test_put (fixture->folder, "figures/zebra.svg", "<svg viewBox=\"0 0 1 1\"/>");
  pnyx_test_put (fixture->folder, "figures/broken.svg", "<svg><g></svg>");
  html = write_html (fixture, notes);
  g_assert_nonnull (strstr (html, "<text>by hand</text>"));
  g_assert_nonnull (strstr (html, "</b> zebra "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (notes, notes->len - 1),
                                   "figure broken: is no SVG that can be shown: "));
}

static void
test_tex_has_tables_and_figures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *out = g_build_filename (fixture->folder, "paper", "in", NULL);
  g_autofree gchar *metrics = NULL;
  g_autofree gchar *summary = NULL;
  g_autoptr (GError) error = NULL;

  (void)data;
  g_assert_true (pnyx_report_tex (&fixture->report, out, notes, &error));
  g_assert_no_error (error);
  metrics = pnyx_test_contents (out, "key-metrics.tex");
  summary = pnyx_test_contents (out, "summary.tex");
  g_assert_nonnull (strstr (metrics,
                            "\\begin{tabular}{lrrrr}\n  \\toprule\n  Metric & Lowest mean & "
                            "95 \\% interval & Highest mean & 95 \\% interval \\\\\n"));
  g_assert_nonnull (strstr (metrics, "  finality.time & 101 s & 99 s to 103 s & 122 s & "));
  g_assert_nonnull (strstr (metrics, "\\bottomrule\n\\end{tabular}\n"));
  g_assert_nonnull (strstr (summary, "fast, too"));
  if (has_gnuplot ())
    {
      g_autofree gchar *figure = pnyx_test_contents (out, "figure-lines.tex");
      g_autofree gchar *all = pnyx_test_contents (out, "figures.tex");
      g_autofree gchar *tikz = pnyx_test_contents (out, "lines.tex");
      g_autofree gchar *pdf = g_build_filename (out, "heat-map.pdf", NULL);

      g_assert_nonnull (strstr (figure, "\\includegraphics{lines.pdf}"));
      g_assert_nonnull (strstr (figure, "50 \\% \\& \\_. loss over"));
      g_assert_nonnull (strstr (all, "\\input{figure-lines}\n\\input{figure-heat-map}\n"));
      g_assert_nonnull (strstr (tikz, "\\begin{tikzpicture}"));
      g_assert_true (g_file_test (pdf, G_FILE_TEST_IS_REGULAR));
    }
}

static void
test_what_is_no_results_folder_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  PnyxReportSource report = fixture->report;
  g_autofree gchar *summary = g_build_filename (fixture->folder, "summary.csv", NULL);
  g_autofree gchar *facts = g_build_filename (fixture->folder, "manifest.json", NULL);
  g_autoptr (GError) error = NULL;

  (void)data;
  report.templates = fixture->folder;
  g_assert_false (pnyx_report_html (&report, notes, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_clear_error (&error);
  g_remove (summary);
  g_assert_false (pnyx_report_html (&fixture->report, notes, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_clear_error (&error);
  g_remove (facts);
  g_assert_false (pnyx_report_tex (&fixture->report, fixture->folder, notes, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/report/content", test_the_page_says_what_was_run_and_how_to_do_it_again },
    { "/report/harmless", test_no_text_is_a_script_and_nothing_is_loaded },
    { "/report/figures", test_every_figure_is_an_image_with_words_and_ids_of_its_own },
    { "/report/same-bytes", test_the_same_folder_gives_the_same_bytes },
    { "/report/by-hand", test_pictures_of_the_folder_are_kept },
    { "/report/tex", test_tex_has_tables_and_figures },
    { "/report/no-results", test_what_is_no_results_folder_is_told },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
