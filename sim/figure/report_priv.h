/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_REPORT_PRIV_H
#define PNYX_FIGURE_REPORT_PRIV_H

#include "figure/data.h"
#include "figure/facts.h"
#include "figure/report.h"

/* Shared by the two formats of a report. */

/** PnyxReportTable: cells as they are shown, and by what they are sorted. */
typedef struct
{
  GPtrArray *columns; /* owned texts */
  GPtrArray *texts;   /* owned texts, row after row */
  GArray *numbers;    /* owned: (element-type gdouble): NaN: sorted as text */
} PnyxReportTable;

/** pnyx_report_table_new: @columns: NULL-terminated. */
PnyxReportTable *pnyx_report_table_new (const gchar *const *columns);
void pnyx_report_table_free (PnyxReportTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxReportTable, pnyx_report_table_free)
void pnyx_report_table_column (PnyxReportTable *table, const gchar *name);
void pnyx_report_table_text (PnyxReportTable *table, const gchar *text);
/** pnyx_report_table_number: @text: (transfer full): how @value is shown. */
void pnyx_report_table_number (PnyxReportTable *table, gchar *text, gdouble value);
guint pnyx_report_table_rows (const PnyxReportTable *table);
/** pnyx_report_table_is_numeric: Returns: whether what is not empty in @column are numbers. */
gboolean pnyx_report_table_is_numeric (const PnyxReportTable *table, guint column);

/** PnyxReportData: what was read of a results folder. */
typedef struct
{
  const PnyxReportSource *report; /* borrowed */
  PnyxFigureData *data;           /* owned */
  PnyxFacts *facts;               /* owned */
} PnyxReportData;

PnyxReportData *pnyx_report_data_new (const PnyxReportSource *report, GError **error);
void pnyx_report_data_free (PnyxReportData *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxReportData, pnyx_report_data_free)

/** pnyx_report_name: Returns: (transfer none): the scenario's name. */
const gchar *pnyx_report_name (const PnyxReportData *content);
/** pnyx_report_is_sweep: Returns: whether there are axes, or more than one point. */
gboolean pnyx_report_is_sweep (const PnyxReportData *content);
/** pnyx_report_axes: Returns: (transfer full): axis, how many values, which. */
PnyxReportTable *pnyx_report_axes (const PnyxReportData *content);
/**
 * pnyx_report_key_metrics: Returns: (transfer full): what is read first: of one point the means
 * with their intervals, of a sweep the lowest and the highest of them and where they are.
 * @where: of a sweep, with the points of these means
 */
PnyxReportTable *pnyx_report_key_metrics (const PnyxReportData *content, gboolean where);
/** pnyx_report_definition: Returns: (transfer none): what the metric @name is; "" of one unknown.
 */
const gchar *pnyx_report_definition (const gchar *name);
/**
 * pnyx_report_summary: Returns: (transfer full): rows of summary.csv: all where they are at most
 * @rows_max, else those of the key metrics, at most @rows_max.
 * @spread: with the deviation, the least, the median and the most over the replicates
 * @total: (out): how many rows the file has
 */
PnyxReportTable *pnyx_report_summary (const PnyxReportData *content, guint rows_max,
                                      gboolean spread, guint64 *total);
/** pnyx_report_parameters: Returns: (transfer full): every value of the effective scenario. */
PnyxReportTable *pnyx_report_parameters (const PnyxReportData *content);
/** pnyx_report_failed: Returns: (transfer full): runs that failed, with what replays them. */
PnyxReportTable *pnyx_report_failed (const PnyxReportData *content);

#endif
