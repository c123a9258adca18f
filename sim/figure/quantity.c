/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/quantity.h"

#include <math.h>

/* Of each unit from small to large: shown where the largest value is at least @from. */
static const struct
{
  const gchar *unit, *shown;
  gdouble from, factor;
} steps[] = {
  { "s", "µs", 0, 1e6 },
  { "s", "ms", 5e-4, 1e3 },
  { "s", "s", 0.5, 1 },
  { "s", "min", 300, 1.0 / 60 },
  { "s", "h", 5 * 3600, 1.0 / 3600 },
  { "s", "d", 4 * 86400, 1.0 / 86400 },
  { "B", "B", 0, 1 },
  { "B", "kB", 2e3, 1e-3 },
  { "B", "MB", 1e6, 1e-6 },
  { "B", "GB", 1e9, 1e-9 },
  { "B", "TB", 1e12, 1e-12 },
  { "B/s", "B/s", 0, 1 },
  { "B/s", "kB/s", 1e3, 1e-3 },
  { "B/s", "MB/s", 1e6, 1e-6 },
  { "B/s", "GB/s", 1e9, 1e-9 },
  { "bit/s", "bit/s", 0, 1 },
  { "bit/s", "kbit/s", 1e3, 1e-3 },
  { "bit/s", "Mbit/s", 1e6, 1e-6 },
  { "bit/s", "Gbit/s", 1e9, 1e-9 },
  { "J", "J", 0, 1 },
  { "J", "kJ", 1e3, 1e-3 },
  { "J", "Wh", 3.6e3, 1 / 3.6e3 },
  { "J", "kWh", 3.6e6, 1 / 3.6e6 },
  { "J", "MWh", 3.6e9, 1 / 3.6e9 },
  { "J", "GWh", 3.6e12, 1 / 3.6e12 },
  { "J", "TWh", 3.6e15, 1 / 3.6e15 },
  { "W", "mW", 0, 1e3 },
  { "W", "W", 0.5, 1 },
  { "W", "kW", 1e3, 1e-3 },
  { "W", "MW", 1e6, 1e-6 },
  { "W", "GW", 1e9, 1e-9 },
  { "gwei", "gwei", 0, 1 },
  { "gwei", "ETH", 1e8, 1e-9 },
  { "", "", 0, 1 },
  { "", "thousands", 1e5, 1e-3 },
  { "", "millions", 1e7, 1e-6 },
};

PnyxScale
pnyx_scale_for (const gchar *unit, gdouble high)
{
  PnyxScale scale = { 1, unit };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_str_equal (steps[i].unit, unit) && high > 0 && isfinite (high) && high >= steps[i].from)
      scale = (PnyxScale){ steps[i].factor, steps[i].shown };
  return scale;
}

gchar *
pnyx_scale_label (const PnyxScale *scale, const gchar *what)
{
  return *scale->unit == '\0' ? g_strdup (what) : g_strdup_printf ("%s (%s)", what, scale->unit);
}

gchar *
pnyx_scale_value (const PnyxScale *scale, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  gdouble shown = value * scale->factor;

  /* Steps of a logarithmic range have digits without end. */
  g_ascii_formatd (text, sizeof text, fabs (shown) < 100 ? "%.4g" : "%.6g", shown);
  return *scale->unit == '\0' ? g_strdup (text) : g_strdup_printf ("%s %s", text, scale->unit);
}

void
pnyx_extent_add (PnyxExtent *extent, gdouble value)
{
  if (!isfinite (value))
    return;
  extent->low = fmin (extent->low, value);
  extent->high = fmax (extent->high, value);
}

PnyxExtent
pnyx_extent_of_axis (PnyxExtent values, PnyxExtent bounds, gboolean logarithmic)
{
  gdouble span = values.high - values.low;
  gdouble room = fmax (0.5 * span, 0.25 * fmax (fabs (values.low), fabs (values.high)));
  PnyxExtent axis = { fmin (values.low, fmax (bounds.low, values.low - room)),
                      fmax (values.high, fmin (bounds.high, values.high + room)) };

  if (logarithmic)
    {
      gdouble margin = fmax (pow (axis.high / values.low, 0.06), 1.1);

      return (PnyxExtent){ fmin (values.low, fmax (bounds.low, values.low / 3)) / margin,
                           axis.high * margin };
    }
  if (values.low >= 0 && axis.low < 0.4 * axis.high)
    axis.low = 0;
  span = axis.high - axis.low;
  if (!(span > 0)) /* all the same: 0, or a value in the middle */
    return values.high == 0 ? (PnyxExtent){ 0, 1 }
                            : (PnyxExtent){ axis.low - 0.1 * fabs (axis.low),
                                            axis.high + 0.1 * fabs (axis.high) };
  return (PnyxExtent){ axis.low == 0 ? 0 : axis.low - 0.06 * span, axis.high + 0.06 * span };
}
