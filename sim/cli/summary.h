/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CLI_SUMMARY_H
#define PNYX_CLI_SUMMARY_H

#include "results/csv.h"

/** cli_print_summary: the numbers that a person looks at first, with units and intervals. */
void cli_print_summary (const PnyxResults *results);
/** cli_print_summary_json: all rows of summary.csv as a JSON array. */
void cli_print_summary_json (const PnyxResults *results);

/** cli_format_quantity: Returns: (transfer full): "2.34 MJ", "812 ms": three digits, SI prefix. */
gchar *cli_format_quantity (gdouble value, const gchar *unit);

#endif
