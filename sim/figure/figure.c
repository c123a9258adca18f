/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which figures there are and how one is drawn: its kind fills a sheet from the CSV files, the
 * sheet's variables, the common style and the kind's template make the script, gnuplot draws it.
 * Of a graph, the kind's template and the sheet's nodes and edges make the script of Graphviz.
 */
#include "figure/figure.h"

#include <string.h>

#include "base/number.h"
#include "figure/gnuplot.h"
#include "figure/kinds.h"
#include "results/own_file.h"

static const PnyxFigureOps *const kinds[] = {
  &pnyx_figure_propagation_cdf,
  &pnyx_figure_stale_rate,
  &pnyx_figure_energy_breakdown,
  &pnyx_figure_lorenz,
  &pnyx_figure_finality_cdf,
  &pnyx_figure_slot_timeline,
  &pnyx_figure_head_votes,
  &pnyx_figure_participation,
  &pnyx_figure_block_tree,
  &pnyx_figure_cdf,
  &pnyx_figure_lines,
  &pnyx_figure_heat_map,
  &pnyx_figure_stacked_bars,
  &pnyx_figure_box_plot,
  &pnyx_figure_time_series,
  &pnyx_figure_scatter,
  &pnyx_figure_tornado,
};

static const PnyxComponent *
figure_get (gsize i)
{
  return i < G_N_ELEMENTS (kinds) ? &kinds[i]->component : NULL;
}

const PnyxKind pnyx_figure_kind = {
  .name = "figure",
  .meaning = "What is drawn of the results.",
  .get = figure_get,
};

typedef struct
{
  const gchar *title;
  gint width;
} FigureParams;

static const gchar *const widths[] = { "column", "page", NULL };
static const gdouble widths_mm[] = { 84, 174 };

static const PnyxParam figure_params[] = {
  { .name = "title",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (FigureParams, title),
    .meaning = "Title above the figure; none where it is absent, as papers have captions." },
  { .name = "width",
    .type = PNYX_PARAM_ENUM,
    .choices = widths,
    .fallback = "column",
    .offset = offsetof (FigureParams, width),
    .meaning = "Width: a column (84 mm) or a page (174 mm) of a paper." },
};

static const PnyxElement figure_element = {
  .name = "figure",
  .meaning = "One figure.",
  .params = figure_params,
  .n_params = G_N_ELEMENTS (figure_params),
  .params_size = sizeof (FigureParams),
  .kind = &pnyx_figure_kind,
};

static const PnyxChild figures_children[] = { { &figure_element, 0, 0 } };

const PnyxElement pnyx_element_figures = {
  .name = "figures",
  .meaning = "What is drawn when all runs have ended; without it, what suits the metrics.",
  .children = figures_children,
  .n_children = G_N_ELEMENTS (figures_children),
};

/* ---- Which figures ---- */

typedef struct
{
  const PnyxFigureOps *ops;
  const PnyxSection *section; /* borrowed from the scenario or @own */
  PnyxSection *own;           /* owned; NULL: declared in the scenario */
  gchar *name;                /* owned: of its files */
  gboolean optional;          /* left out where the results lack its metrics, or have too many */
} Item;

static void
item_clear (gpointer data)
{
  Item *item = data;

  pnyx_section_free (item->own);
  g_free (item->name);
}

static void
parse_defaults (const PnyxParam *table, gsize n, gpointer params)
{
  const PnyxPlace nowhere = { NULL, 0 };

  for (gsize i = 0; i < n; i++)
    {
      PNYX_REQUIRE (table[i].fallback != NULL);
      if (*table[i].fallback == '\0')
        pnyx_param_unset (&table[i], params);
      else
        PNYX_REQUIRE (pnyx_param_parse (&table[i], table[i].fallback, &nowhere, params, NULL));
    }
}

/* A figure as the scenario would have it if it declared the kind alone. */
static Item
item_default (const PnyxFigureOps *ops, gboolean optional)
{
  PnyxSection *section = pnyx_section_new (&figure_element, NULL);

  pnyx_section_set_component (section, &ops->component);
  parse_defaults (figure_params, G_N_ELEMENTS (figure_params), section->params);
  parse_defaults (ops->component.params, ops->component.n_params, section->component_params);
  return (Item){ .ops = ops,
                 .section = section,
                 .own = section,
                 .name = g_strdup (ops->component.name),
                 .optional = optional };
}

static const PnyxFigureOps *
find_ops (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i]->component.name, name))
      return kinds[i];
  return NULL;
}

static gchar *
name_of (const PnyxFigureOps *ops, const GArray *items)
{
  guint n = 1;

  for (guint i = 0; i < items->len; i++)
    n += g_array_index (items, Item, i).ops == ops;
  return n == 1 ? g_strdup (ops->component.name)
                : g_strdup_printf ("%s-%u", ops->component.name, n);
}

static GArray *
declared_items (const PnyxSection *figures)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (Item));
  gsize n = figures == NULL ? 0 : pnyx_section_count (figures, "figure");

  g_array_set_clear_func (items, item_clear);
  for (gsize i = 0; i < n; i++)
    {
      const PnyxSection *section = pnyx_section_child (figures, "figure", i);
      const PnyxFigureOps *ops = find_ops (section->component->name);
      Item item = { .ops = ops, .section = section, .name = name_of (ops, items) };

      g_array_append_val (items, item);
    }
  for (gsize i = 0; n == 0 && i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i]->drawn_by_default)
      {
        Item item = item_default (kinds[i], TRUE);

        g_array_append_val (items, item);
      }
  return items;
}

static gboolean
set_unknown (const gchar *name, const GArray *items, GError **error)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree gchar *quoted = pnyx_message_quote (name);
  g_autofree gchar *clause = NULL;

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (known, g_array_index (items, Item, i).name);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_ptr_array_add (known, (gpointer)(guintptr)kinds[i]->component.name);
  g_ptr_array_add (known, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)known->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
               "no figure %s%s (expected one of the scenario's, or a kind: pnyx list figure)",
               quoted, clause);
  return FALSE;
}

/* Keeps what @names asks for, in their order. */
static gboolean
choose_items (GArray *items, const gchar *const *names, GError **error)
{
  guint n = items->len;

  for (gsize k = 0; names[k] != NULL; k++)
    {
      const PnyxFigureOps *ops = find_ops (names[k]);
      Item chosen = { .ops = NULL };

      for (guint i = 0; i < n && chosen.ops == NULL; i++)
        if (g_str_equal (g_array_index (items, Item, i).name, names[k])
            && !g_array_index (items, Item, i).optional)
          {
            chosen = g_array_index (items, Item, i);
            chosen.name = g_strdup (chosen.name);
          }
      if (chosen.ops == NULL && ops == NULL)
        return set_unknown (names[k], items, error);
      if (chosen.ops == NULL)
        chosen = item_default (ops, FALSE);
      g_array_append_val (items, chosen);
    }
  g_array_remove_range (items, 0, n);
  return TRUE;
}

/* ---- One figure ---- */

static gboolean
append_template (GString *script, const gchar *templates, const gchar *name, const gchar *suffix,
                 GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("%s.%s", name, suffix);
  g_autofree gchar *path = g_build_filename (templates, file, NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) failure = NULL;

  if (!g_file_get_contents (path, &text, NULL, &failure))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
      return FALSE;
    }
  g_string_append_printf (script, "\n%s", text);
  return TRUE;
}

/* The first lines of a script; pnyx_figures_note reads them. */
static void
append_note (GString *script, const gchar *sign, const Item *item, const PnyxSheet *sheet)
{
  const FigureParams *params = item->section->params;
  const PnyxComponent *component = &item->ops->component;
  g_autoptr (GString) caption = g_string_new (params->title);
  g_autofree gchar *line = NULL;

  g_string_append (caption, params->title == NULL || *params->title == '\0' ? "" : ". ");
  g_string_append (caption, sheet->caption != NULL ? sheet->caption : component->summary);
  if (component->limits != NULL)
    g_string_append_printf (caption, " %s", component->limits);
  line = pnyx_sheet_line (caption->str);
  g_string_append_printf (script,
                          "%s Figure %s of kind %s.\n%s Caption: %s\n"
                          "%s To draw it again, in this folder:\n",
                          sign, item->name, component->name, sign, line, sign);
}

static gchar *
compose_script (const Item *item, const PnyxSheet *sheet, const gchar *templates, GError **error)
{
  const FigureParams *params = item->section->params;
  g_autoptr (PnyxSheet) frame = pnyx_sheet_new ();
  g_autoptr (GString) script = g_string_new (NULL);

  pnyx_sheet_text (frame, "name", item->name);
  pnyx_sheet_text (frame, "title", params->title == NULL ? "" : params->title);
  pnyx_sheet_number (frame, "width", widths_mm[params->width]);
  append_note (script, "#", item, sheet);
  g_string_append_printf (script,
                          "#   gnuplot -e \"format='pdf'\" %s.gp      (or svg, png, tex)\n\n"
                          "if (!exists('format')) format = 'pdf'\n%s%s",
                          item->name, frame->variables->str, sheet->variables->str);
  if (!append_template (script, templates, "style", "gp", error)
      || !append_template (script, templates, item->ops->component.name, "gp", error))
    return NULL;
  return g_string_free (g_steal_pointer (&script), FALSE);
}

static gchar *
compose_graph (const Item *item, const PnyxSheet *sheet, const gchar *templates, GError **error)
{
  const FigureParams *params = item->section->params;
  g_autofree gchar *title = pnyx_dot_quote (params->title == NULL ? "" : params->title);
  g_autoptr (GString) script = g_string_new (NULL);
  gchar width[PNYX_NUMBER_BUFFER];

  append_note (script, "//", item, sheet);
  g_string_append_printf (script,
                          "//   dot -Tpdf -o%s.pdf %s.gv      (or svg, png)\n\n"
                          "digraph {\nlabel = %s; size = \"%s,9\"\n",
                          item->name, item->name, title,
                          pnyx_number_format (width, widths_mm[params->width] / 25.4));
  if (!append_template (script, templates, item->ops->component.name, "gv", error))
    return NULL;
  g_string_append_printf (script, "\n%s}\n", sheet->graph->str);
  return g_string_free (g_steal_pointer (&script), FALSE);
}

static gchar *
draw_item (const Item *item, const PnyxFigureData *data, const gchar *templates,
           const gchar *format, GError **error)
{
  g_autoptr (PnyxSheet) sheet = pnyx_sheet_new ();
  g_autofree gchar *script = NULL;
  g_autofree gchar *csv = NULL;
  PnyxDrawing drawing;
  gchar *drawn = NULL;

  if (!item->ops->prepare (data, item->section->component_params, sheet, error))
    {
      g_prefix_error (error, "figure %s: ", item->name);
      return NULL;
    }
  script = sheet->graph != NULL ? compose_graph (item, sheet, templates, error)
                                : compose_script (item, sheet, templates, error);
  if (script == NULL)
    return NULL;
  csv = pnyx_table_to_csv (sheet->data);
  drawing = (PnyxDrawing){
    data->folder, item->name, script,
    csv,          format,     sheet->graph != NULL ? PNYX_PROGRAM_DOT : PNYX_PROGRAM_GNUPLOT
  };
  pnyx_gnuplot_draw (&drawing, &drawn, error);
  return drawn;
}

static gboolean
format_is_known (const gchar *format, GError **error)
{
  g_autofree gchar *quoted = pnyx_message_quote (format);

  if (g_strv_contains (pnyx_gnuplot_formats (), format))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
               "unknown format %s (expected pdf, svg, png or tex)", quoted);
  return FALSE;
}

/* What nobody asked for may be missing: the metric, or too many points of a sweep. */
static gboolean
is_left_out (const Item *item, const GError *failure)
{
  return item->optional
         && (g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING)
             || g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_RANGE));
}

static gboolean
draw_items (const GArray *items, const PnyxFigureData *data, const gchar *templates,
            const gchar *format, GPtrArray *drawn, GError **error)
{
  GError *first = NULL;

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      g_autoptr (GError) failure = NULL;
      gchar *path = draw_item (item, data, templates, format, &failure);

      if (path != NULL)
        g_ptr_array_add (drawn, path);
      else if (!is_left_out (item, failure)
               && (first == NULL || g_error_matches (first, PNYX_ERROR, PNYX_ERROR_SWEEP)))
        {
          g_clear_error (&first);
          first = g_steal_pointer (&failure);
        }
    }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, first);
  return FALSE;
}

/* ---- What a results folder has ---- */

static gboolean
has_picture (const gchar *folder, const gchar *name, const gchar *format)
{
  g_autofree gchar *path = g_strdup_printf ("%s/figures/%s.%s", folder, name, format);

  return pnyx_own_file_is (path);
}

/* A stranger's results may have a link there that leads out of them. */
static gboolean
figures_are_here (const gchar *folder, GError **error)
{
  g_autofree gchar *figures = g_build_filename (folder, "figures", NULL);

  return pnyx_own_folder_check (figures, error);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Pictures of @folder that are not among @names. */
static void
add_others (const gchar *folder, const gchar *format, GPtrArray *names)
{
  g_autofree gchar *figures = g_build_filename (folder, "figures", NULL);
  g_autofree gchar *suffix = g_strdup_printf (".%s", format);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  GDir *dir = g_dir_open (figures, 0, NULL);
  const gchar *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree gchar *name
          = g_strndup (file, strlen (file) - MIN (strlen (file), strlen (suffix)));

      if (*file != '.' && g_str_has_suffix (file, suffix) && pnyx_name_is_valid (name)
          && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (others, g_steal_pointer (&name));
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_ptr_array_sort (others, compare_names);
  for (guint i = 0; i < others->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (others, i));
}

gboolean
pnyx_figures_complete (const PnyxSection *figures, const gchar *folder, const gchar *templates,
                       const gchar *format, GPtrArray *names, GPtrArray *failures, GError **error)
{
  g_autoptr (GArray) items = declared_items (figures);
  g_autoptr (PnyxFigureData) data = NULL;

  if (!format_is_known (format, error) || !figures_are_here (folder, error))
    return FALSE;
  data = pnyx_figure_data_new (folder, error);
  if (data == NULL)
    return FALSE;
  data->root = figures == NULL ? NULL : figures->parent;
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      g_autoptr (GError) failure = NULL;
      g_autofree gchar *drawn = has_picture (folder, item->name, format)
                                    ? NULL
                                    : draw_item (item, data, templates, format, &failure);

      if (has_picture (folder, item->name, format))
        g_ptr_array_add (names, g_strdup (item->name));
      else if (drawn != NULL)
        g_ptr_array_add (failures, g_strdup_printf ("figure %s: Graphviz is not installed; the "
                                                    "graph is figures/%s.gv",
                                                    item->name, item->name));
      else if (!is_left_out (item, failure))
        g_ptr_array_add (failures, g_strdup (failure->message));
    }
  add_others (folder, format, names);
  return TRUE;
}

/* What stands in the first lines of @script between @begin and @end. */
static gchar *
between (const gchar *script, const gchar *begin, const gchar *end)
{
  const gchar *from = strstr (script, begin), *to;

  if (from == NULL)
    return g_strdup ("");
  from += strlen (begin);
  to = strstr (from, end);
  return g_strndup (from, to == NULL ? 0 : (gsize)(to - from));
}

void
pnyx_figures_note (const gchar *folder, const gchar *name, PnyxFigureNote *note)
{
  static const gchar *const suffixes[] = { "gp", "gv" };
  g_autofree gchar *script = NULL;

  for (gsize i = 0; script == NULL && i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("%s/figures/%s.%s", folder, name, suffixes[i]);

      pnyx_own_file_get (path, &script, NULL, NULL);
    }
  note->kind = between (script == NULL ? "" : script, " of kind ", ".\n");
  note->caption = between (script == NULL ? "" : script, " Caption: ", "\n");
}

void
pnyx_figure_note_clear (PnyxFigureNote *note)
{
  g_free (note->kind);
  g_free (note->caption);
}

/* ---- All figures ---- */

gboolean
pnyx_figures_draw (const PnyxSection *figures, const gchar *folder, const gchar *templates,
                   const gchar *format, const gchar *const *names, GPtrArray *drawn, GError **error)
{
  g_autoptr (GArray) items = declared_items (figures);
  g_autoptr (PnyxFigureData) data = NULL;

  if (!format_is_known (format, error))
    return FALSE;
  if (names != NULL && names[0] != NULL && !choose_items (items, names, error))
    return FALSE;
  data = pnyx_figure_data_new (folder, error);
  if (data != NULL)
    data->root = figures == NULL ? NULL : figures->parent;
  return data != NULL && draw_items (items, data, templates, format, drawn, error);
}
