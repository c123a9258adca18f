/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CLI_SUMMARY_H
#define PNYX_CLI_SUMMARY_H

#include "results/csv.h"

/** cli_print_summary: of results of one point, the numbers that a person looks at first, with
 * units and intervals. FALSE with @error where they cannot be read. */
gboolean cli_print_summary (PnyxStore *store, GError **error);
/** cli_print_summary_json: all rows of summary.csv as a JSON array. */
gboolean cli_print_summary_json (PnyxStore *store, GError **error);
/** cli_print_scalars: the same of the scalars of one run (element-type PnyxScalar). */
void cli_print_scalars (const GArray *scalars);

/** cli_format_quantity: Returns: (transfer full): "2.34 MJ", "812 ms": three digits, SI prefix. */
gchar *cli_format_quantity (gdouble value, const gchar *unit);

#endif
