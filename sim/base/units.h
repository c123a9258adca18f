/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_UNITS_H
#define PNYX_BASE_UNITS_H

#include <glib.h>

#include "base/types.h"

/** PnyxUnit: what a value measures. Values with a unit are written `NUMBER UNIT` (`250 ms`). */
typedef enum
{
  PNYX_UNIT_NONE,           /* a bare number */
  PNYX_UNIT_TIME,           /* ns us ms s min h d a (365.25 d); SI: s */
  PNYX_UNIT_SIZE,           /* B kB KiB MB MiB GB GiB TB TiB; SI: B */
  PNYX_UNIT_RATE,           /* bit/s kbit/s Mbit/s Gbit/s, B/s kB/s MB/s; SI: bit/s */
  PNYX_UNIT_FREQUENCY,      /* /s /min /h /d; SI: 1/s */
  PNYX_UNIT_STAKE,          /* gwei ETH; SI: ETH; integers are kept in gwei */
  PNYX_UNIT_POWER,          /* mW W kW MW GW; SI: W */
  PNYX_UNIT_ENERGY,         /* J kJ MJ Wh kWh MWh GWh TWh; SI: J */
  PNYX_UNIT_HASH_RATE,      /* H/s kH/s MH/s GH/s TH/s PH/s EH/s ZH/s; SI: H/s */
  PNYX_UNIT_EFFICIENCY,     /* J/H J/MH J/GH J/TH; SI: J/H */
  PNYX_UNIT_TRAFFIC_ENERGY, /* kWh/GB J/B; SI: J/B */
  PNYX_UNIT_INTENSITY,      /* g/kWh kg/kWh kg/J; SI: kg/J */
  PNYX_UNIT_MONEY,          /* $ (written `3 $`), k$, M$; SI: $ */
  PNYX_UNIT_ENERGY_PRICE,   /* $/kWh $/MWh $/J; SI: $/J */
} PnyxUnit;

/** pnyx_unit_name: Returns: the SI unit's symbol ("s", "B", "bit/s", ...), "" for none. */
const gchar *pnyx_unit_name (PnyxUnit unit);

/** pnyx_unit_choices: Returns: "ns, us, ms, s, min, h, d or a": what may be written, for messages.
 */
const gchar *pnyx_unit_choices (PnyxUnit unit);

/**
 * pnyx_unit_parse_real:
 * @text: e.g. "25 Mbit/s"; blanks around and between are free; a bare 0 needs its unit too
 * @value: (out): in SI units
 *
 * Returns: FALSE with @error without a place: `"12" has no unit (expected a time such as "250 ms";
 * units: ns, us, ...)`. PNYX_ERROR_SYNTAX for the form and the unit, PNYX_ERROR_RANGE for overflow.
 */
gboolean pnyx_unit_parse_real (const gchar *text, PnyxUnit unit, gdouble *value, GError **error);

/**
 * pnyx_unit_parse_integer: as above, exact: time in ns, size in bytes, stake in gwei, a bare number
 * as it is. What is no whole number of those is PNYX_ERROR_RANGE, so is an overflow. Not for other
 * units.
 */
gboolean pnyx_unit_parse_integer (const gchar *text, PnyxUnit unit, gint64 *value, GError **error);

/**
 * pnyx_unit_parse_magnitude: as pnyx_unit_parse_integer, but up to 2^64 - 1.
 * @negative: (out): whether a minus sign stands before a @magnitude above 0
 */
gboolean pnyx_unit_parse_magnitude (const gchar *text, PnyxUnit unit, guint64 *magnitude,
                                    gboolean *negative, GError **error);

/** pnyx_unit_noun: Returns: what a value is, for messages: "a time such as "250 ms"". */
const gchar *pnyx_unit_noun (PnyxUnit unit);

/** pnyx_unit_symbol: Returns: (nullable): the @i-th symbol that may be written, NULL beyond the
 * last. */
const gchar *pnyx_unit_symbol (PnyxUnit unit, gsize i);

/** pnyx_unit_format_real: Returns: (transfer full): @value as pnyx_unit_parse_real reads it back.
 */
gchar *pnyx_unit_format_real (gdouble value, PnyxUnit unit);
gchar *pnyx_unit_format_integer (gint64 value, PnyxUnit unit);

#endif
