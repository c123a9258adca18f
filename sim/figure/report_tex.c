/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a paper takes over by \input: they set nothing and load nothing. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "figure/figure.h"
#include "figure/report_priv.h"
#include "results/draft.h"
#include "results/own_file.h"

#define SUMMARY_ROWS_MAX 40
#define CELL_MAX 48 /* characters */

static gchar *
tex_cell (const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar *head = NULL;

  if (g_utf8_strlen (valid, -1) <= CELL_MAX)
    return pnyx_tex_escape (valid);
  head = g_utf8_substring (valid, 0, CELL_MAX - 3);
  {
    g_autofree gchar *cut = g_strconcat (head, "...", NULL);

    return pnyx_tex_escape (cut);
  }
}

/* Whether @column is empty in all rows: it is left out. */
static gboolean
is_empty (const PnyxReportTable *table, guint column)
{
  for (guint row = 0; row < pnyx_report_table_rows (table); row++)
    if (*(const gchar *)g_ptr_array_index (table->texts, row * table->columns->len + column)
        != '\0')
      return FALSE;
  return TRUE;
}

static void
append_row (GString *tex, const PnyxReportTable *table, const GPtrArray *cells, guint begin)
{
  gboolean first = TRUE;

  for (guint k = 0; k < table->columns->len; k++)
    {
      g_autofree gchar *cell = NULL;

      if (is_empty (table, k))
        continue;
      cell = tex_cell (g_ptr_array_index (cells, begin + k));
      g_string_append_printf (tex, "%s%s", first ? "  " : " & ", cell);
      first = FALSE;
    }
  g_string_append (tex, " \\\\\n");
}

static gchar *
tex_table (const PnyxReportTable *table, const gchar *comment)
{
  GString *tex = g_string_new (NULL);

  g_string_append_printf (tex, "%% %s\n\\begin{tabular}{", comment);
  for (guint k = 0; k < table->columns->len; k++)
    if (!is_empty (table, k))
      g_string_append_c (tex, pnyx_report_table_is_numeric (table, k) ? 'r' : 'l');
  g_string_append (tex, "}\n  \\toprule\n");
  append_row (tex, table, table->columns, 0);
  g_string_append (tex, "  \\midrule\n");
  for (guint row = 0; row < pnyx_report_table_rows (table); row++)
    append_row (tex, table, table->texts, row * table->columns->len);
  g_string_append (tex, "  \\bottomrule\n\\end{tabular}\n");
  return g_string_free (tex, FALSE);
}

static gboolean
write_tables (const PnyxReportData *content, const gchar *out, GError **error)
{
  g_autoptr (PnyxReportTable) metrics = pnyx_report_key_metrics (content, FALSE);
  guint64 total;
  g_autoptr (PnyxReportTable) summary
      = pnyx_report_summary (content, SUMMARY_ROWS_MAX, FALSE, &total);
  g_autofree gchar *comment = g_strdup_printf (
      "%u of %" G_GUINT64_FORMAT " rows of summary.csv, of the key metrics where not all.",
      pnyx_report_table_rows (summary), total);
  g_autofree gchar *first = tex_table (metrics, "Key metrics; needs booktabs.");
  g_autofree gchar *second = tex_table (summary, comment);

  return pnyx_draft_write (out, "key-metrics.tex", first, error)
         && pnyx_draft_write (out, "summary.tex", second, error);
}

/* ---- Figures ---- */

static gboolean
copy_file (const gchar *from, const gchar *out, const gchar *name, GError **error)
{
  g_autofree gchar *bytes = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (PnyxDraft) draft = NULL;
  gsize length;

  if (!pnyx_own_file_get (from, &bytes, &length, &failure))
    {
      g_set_error (error, PNYX_ERROR, pnyx_own_file_code (failure), "%s", failure->message);
      return FALSE;
    }
  draft = pnyx_draft_new (out, name);
  pnyx_draft_bytes (draft, bytes, length);
  return pnyx_draft_finish (draft, error);
}

/* Copies what the figure @name has in @format; that it has none is no error: of a graph there is no
 * TikZ. */
static gboolean
copy_picture (const gchar *folder, const gchar *out, const gchar *name, const gchar *format,
              GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("%s.%s", name, format);
  g_autofree gchar *path = g_build_filename (folder, "figures", file, NULL);

  return !pnyx_own_file_is (path) || copy_file (path, out, file, error);
}

static gboolean
write_figure (const gchar *folder, const gchar *out, const gchar *name, GString *all,
              GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("figure-%s.tex", name);
  g_autofree gchar *caption = NULL;
  g_autofree gchar *tex = NULL;
  PnyxFigureNote note;

  pnyx_figures_note (folder, name, &note);
  caption = pnyx_tex_escape_all (*note.caption != '\0' ? note.caption : name);
  pnyx_figure_note_clear (&note);
  tex = g_strdup_printf ("%% \\usepackage{graphicx}. The same for \\usepackage{gnuplot-lua-tikz}: "
                         "\\input{%s}\n\\begin{figure}\n  \\centering\n"
                         "  \\includegraphics{%s.pdf}\n  \\caption{%s}\n  \\label{fig:%s}\n"
                         "\\end{figure}\n",
                         name, name, caption, name);
  g_string_append_printf (all, "\\input{figure-%s}\n", name);
  return copy_picture (folder, out, name, "pdf", error)
         && copy_picture (folder, out, name, "tex", error)
         && pnyx_draft_write (out, file, tex, error);
}

static gboolean
write_figures (const PnyxReportSource *report, const gchar *out, GPtrArray *notes, GError **error)
{
  const PnyxSection *figures = pnyx_section_child (report->scenario->root, "figures", 0);
  g_autofree gchar *templates = g_build_filename (report->templates, "figures", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) again = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) all = g_string_new ("% All figures, each in its own file.\n");

  if (!pnyx_figures_complete (figures, report->folder, templates, "pdf", names, notes, error)
      || !pnyx_figures_complete (figures, report->folder, templates, "tex", again, told, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (!write_figure (report->folder, out, g_ptr_array_index (names, i), all, error))
      return FALSE;
  return pnyx_draft_write (out, "figures.tex", all->str, error);
}

gboolean
pnyx_report_tex (const PnyxReportSource *report, const gchar *out, GPtrArray *notes, GError **error)
{
  g_autoptr (PnyxReportData) content = pnyx_report_data_new (report, error);
  g_autofree gchar *example = g_build_filename (report->templates, "report", "main.tex", NULL);

  if (content == NULL)
    return FALSE;
  if (g_mkdir_with_parents (out, 0777) != 0)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", out,
                   g_strerror (errno));
      return FALSE;
    }
  return write_tables (content, out, error) && write_figures (report, out, notes, error)
         && copy_file (example, out, "main.tex", error);
}
