/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_SHEET_H
#define PNYX_FIGURE_SHEET_H

#include "base/table.h"

/**
 * PnyxSheet: what a template gets: variables and one table of numbers.
 *
 * Text comes from strangers' scenarios. It stands in the script in single quotes, where gnuplot
 * expands nothing; quotes are doubled, line ends and other control characters become blanks. For
 * TeX every text has a second form, in which nothing is a command.
 *
 * A kind whose picture is a graph fills @graph instead of variables: the statements of its nodes
 * and edges in the DOT language, which Graphviz draws.
 */
typedef struct
{
  GString *variables; /* owned: assignments in gnuplot's language */
  PnyxTable *data;    /* owned: numbers only; NULL until made */
  GString *graph;     /* owned: NULL: drawn by gnuplot */
  gchar *caption;     /* owned: what is drawn of what; NULL: the kind's summary says it */
} PnyxSheet;

PnyxSheet *pnyx_sheet_new (void);
void pnyx_sheet_free (PnyxSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxSheet, pnyx_sheet_free)

/** pnyx_sheet_number: NaN is a value as well. */
void pnyx_sheet_number (PnyxSheet *sheet, const gchar *variable, gdouble value);
void pnyx_sheet_text (PnyxSheet *sheet, const gchar *variable, const gchar *text);
/** pnyx_sheet_texts: an array of at least one text, from 1 on. */
void pnyx_sheet_texts (PnyxSheet *sheet, const gchar *variable, const GPtrArray *texts);
/**
 * pnyx_sheet_key: says how high the figure is with a key above it, for its width: `height`,
 * `key_rows`, `key_columns`, and `key_width`: SVG counts letters as wider than they are.
 * @labels: of the entries
 * @more: entries beside these, at most as long as "95 % interval"
 * @base: height of the figure without its key, in mm
 */
void pnyx_sheet_key (PnyxSheet *sheet, const GPtrArray *labels, guint more, gdouble base);
/** pnyx_sheet_table: makes the table; @columns: NULL-terminated. Cells are added to sheet->data. */
void pnyx_sheet_table (PnyxSheet *sheet, const gchar *const *columns);

/** pnyx_sheet_line: Returns: (transfer full): @text as one line of a comment: of valid UTF-8 and
 * without control characters, at most 600 characters. */
gchar *pnyx_sheet_line (const gchar *text);
/** pnyx_gnuplot_quote: Returns: (transfer full): @text as a string of gnuplot. */
gchar *pnyx_gnuplot_quote (const gchar *text);
/** pnyx_dot_quote: Returns: (transfer full): @text as a string of the DOT language. */
gchar *pnyx_dot_quote (const gchar *text);
/** pnyx_tex_escape: Returns: (transfer full): @text so that TeX prints it. */
gchar *pnyx_tex_escape (const gchar *text);
/** pnyx_tex_escape_all: the same of up to 600 characters: a caption. */
gchar *pnyx_tex_escape_all (const gchar *text);

#endif
