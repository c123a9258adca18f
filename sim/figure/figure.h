/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_FIGURE_H
#define PNYX_FIGURE_FIGURE_H

#include "engine/params.h"
#include "figure/data.h"
#include "figure/sheet.h"

/**
 * PnyxFigureOps: a kind of figure: from the CSV files of a results folder to a script for gnuplot,
 * or a graph for Graphviz. Its template is analysis/figures/NAME.gp, of a graph NAME.gv.
 */
typedef struct
{
  PnyxComponent component;
  gboolean drawn_by_default; /* where a scenario declares no figures and the metrics exist */
  /* Fills @sheet with the variables and the data that the template draws. Errors:
   * PNYX_ERROR_MISSING: the results hold no such metric; PNYX_ERROR_RANGE: too many curves ... */
  gboolean (*prepare) (const PnyxFigureData *data, gconstpointer params, PnyxSheet *sheet,
                       GError **error);
} PnyxFigureOps;

extern const PnyxKind pnyx_figure_kind;
/** `<figures>` with a `<figure kind="..." title="" width="column"/>` for each. */
extern const PnyxElement pnyx_element_figures;

/**
 * pnyx_figures_draw:
 * @figures: (nullable): the scenario's `<figures>`; NULL, or without any: those drawn by default
 * @folder: results folder; only its CSV files are read
 * @templates: the folder with the templates, `analysis/figures` of the data folder
 * @format: "pdf", "svg", "png" or "tex"
 * @names: (nullable): NULL-terminated: which of them; a kind that is not declared is drawn with its
 *         defaults; NULL or none: all
 * @drawn: (element-type utf8): paths of the pictures are added, to be freed by it
 *
 * A figure is named after its kind, the second of a kind KIND-2 and so on. Each leaves in
 * @folder/figures its NAME.gp, its data NAME.csv and the picture NAME.FORMAT, or nothing. By hand:
 * `cd figures; gnuplot -e "format='png'" NAME.gp`.
 * A graph leaves its NAME.gv, its data and, where Graphviz is installed, the picture (a PDF for
 * "tex"); where it is not, @drawn gets the path of NAME.gv, and that is no error.
 *
 * Returns: FALSE with the first @error where one could not be drawn; the others are.
 * Errors: PNYX_ERROR_UNKNOWN (name or format), _MISSING (metric), _RANGE, _IO (gnuplot, disk);
 * _SWEEP: those that could not be drawn are all of a sweep, and the results of a single point.
 */
gboolean pnyx_figures_draw (const PnyxSection *figures, const gchar *folder, const gchar *templates,
                            const gchar *format, const gchar *const *names, GPtrArray *drawn,
                            GError **error);

/** PnyxFigureNote: what a script says of its figure. */
typedef struct
{
  gchar *kind;    /* owned */
  gchar *caption; /* owned */
} PnyxFigureNote;

/**
 * pnyx_figures_complete: draws those figures of which @folder has no picture in @format yet, as
 * pnyx_figures_draw does for all.
 * @names: (element-type utf8): names of all figures that have a picture are added, to be freed by
 *         it: first those of the scenario in their order, then others of the folder by name
 * @failures: (element-type utf8): why the others have none, a line each, to be freed by it
 *
 * Returns: FALSE with @error where the folder is no results folder or the format is unknown.
 */
gboolean pnyx_figures_complete (const PnyxSection *figures, const gchar *folder,
                                const gchar *templates, const gchar *format, GPtrArray *names,
                                GPtrArray *failures, GError **error);

/** pnyx_figures_note: from the script of the figure @name. Texts that are not there are "". */
void pnyx_figures_note (const gchar *folder, const gchar *name, PnyxFigureNote *note);
void pnyx_figure_note_clear (PnyxFigureNote *note);

#endif
