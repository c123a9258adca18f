/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_GNUPLOT_H
#define PNYX_FIGURE_GNUPLOT_H

#include "base/error.h"

/** PnyxDrawing: one picture to be drawn; all borrowed. */
typedef struct
{
  const gchar *folder; /* the figures go to its `figures` */
  const gchar *name;   /* a safe file name without suffix */
  const gchar *script; /* NAME.gp; takes `format`, writes NAME.FORMAT, reads NAME.csv */
  const gchar *data;   /* NAME.csv */
  const gchar *format; /* one of pnyx_gnuplot_formats */
} PnyxDrawing;

/** pnyx_gnuplot_formats: Returns: NULL-terminated: "pdf", "svg", "png", "tex". */
const gchar *const *pnyx_gnuplot_formats (void);

/**
 * pnyx_gnuplot_draw: runs gnuplot, without a shell and without the user's settings, in a new folder
 * beside the figures, and moves script, data and picture to their place when all three are
 * complete.
 * @drawn: (out) (transfer full): path of the picture
 *
 * Errors: PNYX_ERROR_IO: one line; gnuplot missing, failing or stopped by a full disk. Nothing is
 * left behind then.
 */
gboolean pnyx_gnuplot_draw (const PnyxDrawing *drawing, gchar **drawn, GError **error);

#endif
