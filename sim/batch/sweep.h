/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_SWEEP_H
#define PNYX_BATCH_SWEEP_H

#include "base/design.h"
#include "batch/model.h"

/** `<sweep>`: which points of which axes to run, and how often. */
extern const PnyxElement pnyx_element_sweep;

#define PNYX_SWEEP_POINTS_MAX 10000000
#define PNYX_SWEEP_CHECKED_MAX 4096 /* up to so many points, every one is read before any runs */

/**
 * PnyxSweep: a scenario and the points at which it is to be run: each sets a value of each axis.
 * `run` is a sweep of one point and no axis. Immutable, so threads need no lock.
 */
typedef struct _PnyxSweep PnyxSweep;

/** PnyxPrecision: when a point has enough replicates. */
typedef struct
{
  const gchar *metric; /* NULL: run/@replicates, whatever comes out */
  const gchar *scope;
  gdouble half_width; /* of the 95 % interval, in the unit of the metric; NaN: @relative counts */
  gdouble relative;   /* the same as a share of the mean */
  guint replicates_max;
} PnyxPrecision;

/**
 * pnyx_sweep_read:
 * @overrides: (nullable): PATH=VALUE, NULL-terminated
 * @whole: FALSE: only the scenario itself, its `<sweep>` is not looked at
 *
 * Reads the scenario and its points. Every value of every axis is tried in one of its points, of up
 * to PNYX_SWEEP_CHECKED_MAX points all are, so that what is wrong is said before anything runs.
 *
 * Returns: (transfer full): NULL with @error: file, line, what was expected.
 */
PnyxSweep *pnyx_sweep_read (const gchar *path, const gchar *data_folder,
                            const gchar *const *overrides, gboolean whole, GError **error);
/** pnyx_sweep_from_document: the same from a document, whose overrides are in it. */
PnyxSweep *pnyx_sweep_from_document (const PnyxDocument *document, const gchar *data_folder,
                                     gboolean whole, GError **error);
void pnyx_sweep_free (PnyxSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxSweep, pnyx_sweep_free)

/** pnyx_sweep_base: Returns: (transfer none): the scenario as it is without any axis. */
const PnyxModel *pnyx_sweep_base (const PnyxSweep *sweep);

guint pnyx_sweep_n_points (const PnyxSweep *sweep);
guint pnyx_sweep_n_axes (const PnyxSweep *sweep);
/** pnyx_sweep_axes: Returns: (transfer none) (array length=n_axes): their names. */
const gchar *const *pnyx_sweep_axes (const PnyxSweep *sweep);
/** pnyx_sweep_values: Returns: (transfer none) (array length=n_points*n_axes): row = point: the
 * values as CSV files have them: in SI units, or the text. */
const gchar *const *pnyx_sweep_values (const PnyxSweep *sweep);

/** pnyx_sweep_precision: Returns: (transfer none): when a point has enough replicates. */
const PnyxPrecision *pnyx_sweep_precision (const PnyxSweep *sweep);

/** pnyx_sweep_design: whether the points are of a random design, which then is @kind of @n. */
gboolean pnyx_sweep_design (const PnyxSweep *sweep, PnyxDesignKind *kind, guint *n);

/** pnyx_sweep_model: Returns: (transfer full): the scenario at @point; NULL with @error. By any
 * thread. */
PnyxModel *pnyx_sweep_model (const PnyxSweep *sweep, guint point, GError **error);

/**
 * pnyx_sweep_files: Returns: (transfer full): NULL-terminated: real paths of the files and profiles
 * that the scenario reads at any point.
 */
GStrv pnyx_sweep_files (const PnyxSweep *sweep);

/**
 * pnyx_sweep_to_xml: the effective scenario, with its sweep: pnyx_scenario_to_xml.
 * @paths: as of pnyx_sweep_files
 * @names: (array length=n_paths): what to call them
 *
 * Returns: (transfer full): reading it gives the same points; NULL with @error.
 */
gchar *pnyx_sweep_to_xml (const PnyxSweep *sweep, const gchar *const *paths,
                          const gchar *const *names, GError **error);

/** pnyx_sweep_describe_point: Returns: (transfer full): "nodes = 100, delay = 0.5"; "" without
 * axes. */
gchar *pnyx_sweep_describe_point (const PnyxSweep *sweep, guint point);

#endif
