/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_SENSITIVITY_H
#define PNYX_RESULTS_SENSITIVITY_H

#include "base/design.h"
#include "base/error.h"

/**
 * pnyx_sensitivity_write: sensitivity.csv of a results folder, from its runs.csv and summary.csv.
 * @kind: %PNYX_DESIGN_MORRIS or %PNYX_DESIGN_SALTELLI
 * @n: of the design, as in pnyx_design_new()
 * @seed: of the design; the resampling of intervals draws from it too
 * @axes: (array length=n_axes): names of the axes, in the order of the design's dimensions
 *
 * Point p is row p of the design; none may have been left out. A row for each scope, metric, axis
 * and index in that order, of every metric that exists at each point and varies over points:
 *
 *   scope,metric,unit,axis,index,estimate,ci95_low,ci95_high,noise
 *
 * index is mu, mu_star or sigma (of Morris, in the metric's unit for the whole range of the axis),
 * or first or total (of Saltelli, shares of the metric's variance). The output of a point is the
 * mean over the replicates that have the metric. noise is pnyx_noise_share(), empty where a point
 * has but one replicate. With no such metric the file is its header.
 *
 * Errors: PNYX_ERROR_CONFLICT: the axes or the points are not those of the design; those of
 * pnyx_rows_open(); PNYX_ERROR_IO.
 * Cost: two numbers of memory for each point and metric.
 */
gboolean pnyx_sensitivity_write (const gchar *folder, PnyxDesignKind kind, guint n, guint64 seed,
                                 const gchar *const *axes, guint n_axes, GError **error);

#endif
