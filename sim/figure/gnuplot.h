/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_GNUPLOT_H
#define PNYX_FIGURE_GNUPLOT_H

#include "base/error.h"

/** PnyxProgram: what draws a picture. */
typedef enum
{
  PNYX_PROGRAM_GNUPLOT, /* from NAME.gp */
  PNYX_PROGRAM_DOT,     /* Graphviz, from NAME.gv; wanted, not needed */
} PnyxProgram;

/** PnyxDrawing: one picture to be drawn; all borrowed. */
typedef struct
{
  const gchar *folder; /* the figures go to its `figures` */
  const gchar *name;   /* a safe file name without suffix */
  const gchar *script; /* NAME.gp; takes `format`, writes NAME.FORMAT, reads NAME.csv; or NAME.gv */
  const gchar *data;   /* NAME.csv */
  const gchar *format; /* one of pnyx_gnuplot_formats */
  PnyxProgram program;
} PnyxDrawing;

/** pnyx_gnuplot_formats: Returns: NULL-terminated: "pdf", "svg", "png", "tex". */
const gchar *const *pnyx_gnuplot_formats (void);

/**
 * pnyx_gnuplot_draw: runs the program, without a shell and without the user's settings, in a new
 * folder beside the figures, and moves script, data and picture to their place when all three are
 * complete. Graphviz knows no TeX: it draws a PDF for it.
 * @drawn: (out) (transfer full): path of the picture; that of NAME.gv where there is no Graphviz
 *
 * Errors: PNYX_ERROR_IO: one line; gnuplot missing, a program failing or stopped by a full disk.
 * Nothing is left behind then.
 */
gboolean pnyx_gnuplot_draw (const PnyxDrawing *asked, gchar **drawn, GError **error);

#endif
