/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_REPORT_H
#define PNYX_FIGURE_REPORT_H

#include "scenario/reader.h"

/** PnyxReportSource: what a report is made of; all borrowed. */
typedef struct
{
  const gchar *folder;          /* results: summary.csv, manifest.json, figures ... */
  const PnyxScenario *scenario; /* the effective one of @folder */
  const gchar *templates;       /* `analysis` of the data folder: `figures` and `report` below it */
} PnyxReportSource;

/**
 * pnyx_report_html: writes @folder/report.html: one page that needs no other file and no network.
 * @notes: (element-type utf8): figures that are not in it and why are added, a line each, to be
 *         freed by it
 *
 * Figures without a picture are drawn first. The same folder gives the same bytes. What strangers
 * wrote into the scenario is text and nothing else: the page's own script is the only one that a
 * browser runs.
 *
 * Errors: as pnyx_frame_read and pnyx_facts_read; PNYX_ERROR_IO: templates, disk.
 */
gboolean pnyx_report_html (const PnyxReportSource *report, GPtrArray *notes, GError **error);

/**
 * pnyx_report_tex: writes into the folder @out what a paper can take over: each figure as NAME.pdf
 * for \\includegraphics, as NAME.tex (TikZ) and as figure-NAME.tex with its caption for \\input;
 * the tables key-metrics.tex and summary.tex with the rules of booktabs; main.tex, an example of
 * all.
 *
 * @notes and errors: as pnyx_report_html.
 */
gboolean pnyx_report_tex (const PnyxReportSource *report, const gchar *out, GPtrArray *notes,
                          GError **error);

#endif
