/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One page: the template's marks {{title}}, {{style}} ... are replaced once, from left to right, so
 * that a mark in a text of the results is text. Tables are whole without the script, which adds
 * sorting, filtering and pages.
 */
#include <string.h>

#include "base/number.h"
#include "figure/figure.h"
#include "figure/report_priv.h"
#include "figure/svg.h"
#include "results/draft.h"
#include "results/own_file.h"

#define SUMMARY_ROWS_MAX 1000
#define FAILED_ROWS_MAX 200
#define PAGE_MAX ((gsize)256 << 20) /* bytes after which no more pictures are added */
#define COLUMN_PIXELS 400           /* a picture that is wider has a row for itself */

typedef struct
{
  GString *body;
  const PnyxReportData *content;
  GPtrArray *notes;
} Page;

/* ---- Elements ---- */

static void
append_escaped (GString *html, const gchar *text)
{
  g_autofree gchar *escaped = pnyx_html_escape (text);

  g_string_append (html, escaped);
}

static void
append_element (GString *html, const gchar *element, const gchar *text)
{
  g_string_append_printf (html, "<%s>", element);
  append_escaped (html, text);
  g_string_append_printf (html, "</%s>", element);
}

static void
begin_section (Page *page, const gchar *id, const gchar *title)
{
  g_string_append_printf (page->body,
                          "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
                          "<h2 id=\"%s-title\">",
                          id, id, id);
  append_escaped (page->body, title);
  g_string_append (page->body, "</h2>\n");
}

static void
end_section (Page *page)
{
  g_string_append (page->body, "</section>\n\n");
}

static void
append_cell (GString *html, const PnyxReportTable *table, guint row, guint column)
{
  guint i = row * table->columns->len + column;
  gdouble number = g_array_index (table->numbers, gdouble, i);
  const gchar *element = column == 0 ? "th" : "td";

  g_string_append_printf (html, "<%s%s", element, column == 0 ? " scope=\"row\"" : "");
  if (number == number)
    {
      gchar text[PNYX_NUMBER_BUFFER];

      g_string_append_printf (html, " class=\"number\" data-sort=\"%s\"",
                              pnyx_number_format (text, number));
    }
  g_string_append_c (html, '>');
  append_escaped (html, g_ptr_array_index (table->texts, i));
  g_string_append_printf (html, "</%s>", element);
}

static void
append_table (GString *html, const PnyxReportTable *table, const gchar *id, const gchar *caption,
              guint rows_max)
{
  guint n_rows = MIN (pnyx_report_table_rows (table), rows_max);

  g_string_append_printf (html,
                          "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                          "aria-labelledby=\"%s-caption\">\n<table id=\"%s\">\n"
                          "<caption id=\"%s-caption\">",
                          id, id, id);
  append_escaped (html, caption);
  g_string_append (html, "</caption>\n<thead><tr>");
  for (guint k = 0; k < table->columns->len; k++)
    {
      g_string_append_printf (html, "<th scope=\"col\"%s>",
                              pnyx_report_table_is_numeric (table, k) ? " class=\"number\"" : "");
      append_escaped (html, g_ptr_array_index (table->columns, k));
      g_string_append (html, "</th>");
    }
  g_string_append (html, "</tr></thead>\n<tbody>\n");
  for (guint row = 0; row < n_rows; row++)
    {
      g_string_append (html, "<tr>");
      for (guint k = 0; k < table->columns->len; k++)
        append_cell (html, table, row, k);
      g_string_append (html, "</tr>\n");
    }
  g_string_append (html, "</tbody>\n</table>\n</div>\n");
}

static void
append_pair (GString *html, const gchar *term, const gchar *text)
{
  if (*text == '\0')
    return;
  g_string_append (html, "<div>");
  append_element (html, "dt", term);
  append_element (html, "dd", text);
  g_string_append (html, "</div>\n");
}

/* ---- Sections ---- */

static void
append_overview (Page *page)
{
  const PnyxReportData *content = page->content;
  const PnyxFacts *facts = content->facts;
  g_autofree gchar *points
      = g_strdup_printf ("%" G_GSIZE_FORMAT, pnyx_frame_n_rows (content->data->points));
  g_autofree gchar *failed = g_strdup_printf ("%u", facts->failed->len);

  begin_section (page, "what", "What was run");
  g_string_append (page->body, "<dl class=\"facts\">\n");
  append_pair (page->body, "Scenario", pnyx_report_name (content));
  append_pair (page->body, "Status", pnyx_facts_get (facts, "status"));
  append_pair (page->body, "Points", points);
  append_pair (page->body, "Replicates", pnyx_facts_get (facts, "replicates"));
  append_pair (page->body, "Runs", pnyx_facts_get (facts, "runs"));
  append_pair (page->body, "Failed runs", failed);
  append_pair (page->body, "Seed", pnyx_facts_get (facts, "seed"));
  append_pair (page->body, "Version", pnyx_facts_get (facts, "version"));
  g_string_append (page->body, "</dl>\n");
  if (content->data->scope > content->data->point + 1)
    {
      g_autoptr (PnyxReportTable) axes = pnyx_report_axes (content);

      append_table (page->body, axes, "axes", "Axes of the sweep", G_MAXUINT);
    }
  end_section (page);
}

static void
append_again (Page *page)
{
  const PnyxReportData *content = page->content;
  const gchar *command = pnyx_facts_get (content->facts, "command");
  const gchar *verb = pnyx_report_is_sweep (content) ? "sweep" : "run";
  g_autofree gchar *call = g_strdup_printf ("pnyx %s", command);
  g_autofree gchar *version
      = g_strdup_printf ("pnyx %s (%s)", pnyx_facts_get (content->facts, "version"),
                         pnyx_facts_get (content->facts, "build"));

  begin_section (page, "again", "How to run it again");
  g_string_append (page->body, "<p>In the folder of this page, with ");
  append_escaped (page->body, version);
  g_string_append_printf (
      page->body,
      ": <code>scenario.xml</code> holds every value, the seed and whatever was set by "
      "<code>--set</code>; the files it names are in <code>inputs</code>. The same build gives the "
      "same numbers.</p>\n<pre><code>pnyx %s scenario.xml --out again\n"
      "pnyx run . --point 0 --replicate 0</code></pre>\n",
      verb);
  g_string_append (page->body, "<p>The second line runs one cell alone. This is how it was "
                               "called:</p>\n<pre><code>");
  append_escaped (page->body, call);
  g_string_append (page->body, "</code></pre>\n");
  end_section (page);
}

static void
append_definitions (Page *page, const PnyxReportTable *metrics)
{
  g_string_append (page->body, "<details>\n<summary>What these metrics are</summary>\n"
                               "<dl class=\"terms\">\n");
  for (guint row = 0; row < pnyx_report_table_rows (metrics); row++)
    {
      const gchar *name = g_ptr_array_index (metrics->texts, row * metrics->columns->len);
      const gchar *scope = strstr (name, ": ");

      append_pair (page->body, name, pnyx_report_definition (scope == NULL ? name : scope + 2));
    }
  g_string_append (page->body, "</dl>\n</details>\n");
}

static void
append_key_metrics (Page *page)
{
  g_autoptr (PnyxReportTable) table = pnyx_report_key_metrics (page->content, TRUE);

  if (pnyx_report_table_rows (table) == 0)
    return;
  begin_section (page, "metrics", "Key metrics");
  append_table (page->body, table, "key-metrics",
                pnyx_report_is_sweep (page->content)
                    ? "Means over replicates with 95 % intervals, at the points where they are "
                      "lowest and highest"
                    : "Means over replicates with 95 % intervals",
                G_MAXUINT);
  append_definitions (page, table);
  end_section (page);
}

static gboolean
append_figure (Page *page, const gchar *name, guint number)
{
  g_autofree gchar *path
      = g_strdup_printf ("%s/figures/%s.svg", page->content->report->folder, name);
  g_autofree gchar *prefix = g_strdup_printf ("f%u", number);
  g_autofree gchar *title = g_strdup_printf ("Figure %u: %s", number, name);
  g_autofree gchar *svg = NULL;
  g_autofree gchar *shown = NULL;
  g_autoptr (GError) failure = NULL;
  PnyxFigureNote note;

  pnyx_figures_note (page->content->report->folder, name, &note);
  if (page->body->len > PAGE_MAX)
    g_set_error (&failure, PNYX_ERROR, PNYX_ERROR_RANGE, "the page is too large for another");
  else if (pnyx_own_file_get (path, &svg, NULL, &failure))
    shown = pnyx_svg_inline (svg, prefix, title, *note.caption != '\0' ? note.caption : name,
                             &failure);
  if (shown == NULL)
    g_ptr_array_add (page->notes, g_strdup_printf ("figure %s: %s", name, failure->message));
  else
    {
      const gchar *width = strstr (shown, "data-width=\"");
      gboolean wide = width != NULL && g_ascii_strtoull (width + 12, NULL, 10) > COLUMN_PIXELS;

      g_string_append_printf (page->body,
                              "<figure id=\"figure-%u\"%s>\n%s\n<figcaption><b>Figure %u.</b> ",
                              number, wide ? " class=\"page\"" : "", shown, number);
      append_escaped (page->body, *note.caption != '\0' ? note.caption : name);
      g_string_append_printf (page->body,
                              " <a href=\"figures/%s.csv\" class=\"data\">Data of figure %u</a>"
                              "</figcaption>\n</figure>\n",
                              name, number);
    }
  pnyx_figure_note_clear (&note);
  return shown != NULL;
}

static gboolean
append_figures (Page *page, GError **error)
{
  const PnyxReportSource *report = page->content->report;
  g_autofree gchar *templates = g_build_filename (report->templates, "figures", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint number = 0, noted = page->notes->len;

  if (!pnyx_figures_complete (pnyx_section_child (report->scenario->root, "figures", 0),
                              report->folder, templates, "svg", names, page->notes, error))
    return FALSE;
  if (names->len == 0 && page->notes->len == noted)
    return TRUE;
  begin_section (page, "figures", "Figures");
  g_string_append (page->body, "<div class=\"figures\">\n");
  for (guint i = 0; i < names->len; i++)
    number += append_figure (page, g_ptr_array_index (names, i), number + 1) ? 1 : 0;
  g_string_append (page->body, "</div>\n");
  for (guint i = noted; i < page->notes->len; i++)
    {
      g_string_append (page->body, "<p class=\"note\">Not shown: ");
      append_escaped (page->body, g_ptr_array_index (page->notes, i));
      g_string_append (page->body, "</p>\n");
    }
  end_section (page);
  return TRUE;
}

static void
append_failed (Page *page)
{
  g_autoptr (PnyxReportTable) table = pnyx_report_failed (page->content);

  if (pnyx_report_table_rows (table) == 0)
    return;
  begin_section (page, "failed", "Failed runs");
  append_table (page->body, table, "failed-runs", "Runs that failed; no metric counts them",
                FAILED_ROWS_MAX);
  if (pnyx_report_table_rows (table) > FAILED_ROWS_MAX)
    g_string_append_printf (page->body,
                            "<p class=\"note\">The first %d of %u; all are in <a "
                            "href=\"manifest.json\">manifest.json</a>.</p>\n",
                            FAILED_ROWS_MAX, pnyx_report_table_rows (table));
  end_section (page);
}

static void
append_summary (Page *page)
{
  guint64 total;
  g_autoptr (PnyxReportTable) table
      = pnyx_report_summary (page->content, SUMMARY_ROWS_MAX, TRUE, &total);

  begin_section (page, "summary", "Summary");
  append_table (page->body, table, "summary-table", "Metrics by point, over the replicates",
                G_MAXUINT);
  g_string_append_printf (
      page->body,
      "<p class=\"note\">%u of %" G_GUINT64_FORMAT
      " rows%s; all are in <a href=\"summary.csv\">summary.csv</a>, each run in <a "
      "href=\"runs.csv\">runs.csv</a>.</p>\n",
      pnyx_report_table_rows (table), total,
      pnyx_report_table_rows (table) < total ? ", those of the key metrics first" : "");
  end_section (page);
}

static void
append_parameters (Page *page)
{
  g_autoptr (PnyxReportTable) table = pnyx_report_parameters (page->content);

  begin_section (page, "parameters", "Parameters");
  append_table (page->body, table, "parameter-table",
                "Every value of the scenario as it was run; --set changes it by its path",
                G_MAXUINT);
  end_section (page);
}

static void
append_provenance (Page *page)
{
  const PnyxFacts *facts = page->content->facts;

  begin_section (page, "provenance", "Provenance");
  g_string_append (page->body, "<dl class=\"facts wide\">\n");
  for (guint i = 0; i < facts->keys->len; i++)
    append_pair (page->body, g_ptr_array_index (facts->keys, i),
                 g_ptr_array_index (facts->values, i));
  if (facts->libraries->len > 0)
    {
      g_string_append (page->body, "<div><dt>libraries</dt>");
      for (guint i = 0; i < facts->libraries->len; i++)
        append_element (page->body, "dd", g_ptr_array_index (facts->libraries, i));
      g_string_append (page->body, "</div>\n");
    }
  g_string_append (page->body, "</dl>\n");
  if (facts->files->len > 0)
    {
      static const gchar *const columns[] = { "File", "SHA-256", NULL };
      g_autoptr (PnyxReportTable) table = pnyx_report_table_new (columns);

      for (guint i = 0; i < facts->files->len; i++)
        {
          pnyx_report_table_text (table, g_ptr_array_index (facts->files, i));
          pnyx_report_table_text (table, g_ptr_array_index (facts->sums, i));
        }
      append_table (page->body, table, "inputs", "Files that the scenario reads", G_MAXUINT);
    }
  end_section (page);
}

/* ---- The page ---- */

static gchar *
read_template (const PnyxReportSource *report, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_build_filename (report->templates, "report", name, NULL);
  g_autoptr (GError) failure = NULL;
  gchar *text;

  if (g_file_get_contents (path, &text, NULL, &failure))
    return text;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
  return NULL;
}

/* What the browser compares a script with before it runs it. */
static gchar *
script_hash (const gchar *script)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  gchar *hash;

  g_checksum_update (sum, (const guchar *)script, (gssize)strlen (script));
  g_checksum_get_digest (sum, digest, &length);
  g_checksum_free (sum);
  hash = g_base64_encode (digest, length);
  return hash;
}

/* @marks: pairs of a mark and what takes its place. */
static gchar *
fill (const gchar *page, const gchar *const marks[][2], gsize n_marks)
{
  GString *filled = g_string_new (NULL);

  while (*page != '\0')
    {
      gsize i = 0;

      while (i < n_marks && !g_str_has_prefix (page, marks[i][0]))
        i++;
      if (i < n_marks)
        g_string_append (filled, marks[i][1]);
      else
        g_string_append_c (filled, *page);
      page += i < n_marks ? strlen (marks[i][0]) : 1;
    }
  return g_string_free (filled, FALSE);
}

static gboolean
write_page (const Page *page, GError **error)
{
  const PnyxReportSource *report = page->content->report;
  g_autofree gchar *template = read_template (report, "page.html", error);
  g_autofree gchar *style = template == NULL ? NULL : read_template (report, "style.css", error);
  g_autofree gchar *script = style == NULL ? NULL : read_template (report, "script.js", error);
  g_autofree gchar *hash = NULL;
  g_autofree gchar *title = NULL;
  g_autofree gchar *html = NULL;

  if (script == NULL)
    return FALSE;
  hash = script_hash (script);
  title = pnyx_html_escape (pnyx_report_name (page->content));
  html = fill (template,
               (const gchar *const[][2]){ { "{{title}}", title },
                                          { "{{style}}", style },
                                          { "{{hash}}", hash },
                                          { "{{body}}", page->body->str },
                                          { "{{script}}", script } },
               5);
  return pnyx_draft_write (report->folder, "report.html", html, error);
}

gboolean
pnyx_report_html (const PnyxReportSource *report, GPtrArray *notes, GError **error)
{
  g_autoptr (PnyxReportData) content = pnyx_report_data_new (report, error);
  g_autoptr (GString) body = g_string_new (NULL);
  Page page = { .body = body, .content = content, .notes = notes };

  if (content == NULL)
    return FALSE;
  append_overview (&page);
  append_key_metrics (&page);
  append_failed (&page);
  if (!append_figures (&page, error))
    return FALSE;
  append_summary (&page);
  append_again (&page);
  append_parameters (&page);
  append_provenance (&page);
  return write_page (&page, error);
}
