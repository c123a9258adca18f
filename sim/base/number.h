/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_NUMBER_H
#define PNYX_BASE_NUMBER_H

#include <glib.h>

#define PNYX_NUMBER_BUFFER 32

/**
 * pnyx_number_format: the shortest of %.15g, %.16g, %.17g that reads back equal, whatever the
 * locale; "" for NaN (a value that does not exist); "inf", "-inf".
 *
 * Returns: @buffer.
 */
const gchar *pnyx_number_format (gchar buffer[PNYX_NUMBER_BUFFER], gdouble value);

/** pnyx_number_parse: a whole string as a decimal number, locale-free; no hex, inf or nan. */
gboolean pnyx_number_parse (const gchar *text, gdouble *value);

#endif
