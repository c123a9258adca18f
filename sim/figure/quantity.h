/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_QUANTITY_H
#define PNYX_FIGURE_QUANTITY_H

#include <glib.h>

/** PnyxScale: how values of an SI unit are shown: times @factor, in @unit. */
typedef struct
{
  gdouble factor;
  const gchar *unit; /* "" where there is none */
} PnyxScale;

/** pnyx_scale_for: @unit: of the values, "s"; @high: the largest of them. */
PnyxScale pnyx_scale_for (const gchar *unit, gdouble high);

/** pnyx_scale_label: Returns: (transfer full): "@what (ms)", without brackets where there is no
 * unit. */
gchar *pnyx_scale_label (const PnyxScale *scale, const gchar *what);

/** pnyx_scale_value: Returns: (transfer full): "250 ms", of at most six digits. */
gchar *pnyx_scale_value (const PnyxScale *scale, gdouble value);

/** PnyxExtent: from where to where an axis goes. */
typedef struct
{
  gdouble low, high;
} PnyxExtent;

/** pnyx_extent_add: @extent: begins as INFINITY, -INFINITY; what is not finite is left out. */
void pnyx_extent_add (PnyxExtent *extent, gdouble value);

/**
 * pnyx_extent_of_axis: the range of an axis for @values with intervals within @bounds: from 0 where
 * that is near, with a margin, and no further than half the values' span beyond them.
 * @logarithmic: a margin by a factor; both must be above 0
 */
PnyxExtent pnyx_extent_of_axis (PnyxExtent values, PnyxExtent bounds, gboolean logarithmic);

#endif
