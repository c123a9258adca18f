/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_SWEEP_PRIV_H
#define PNYX_BATCH_SWEEP_PRIV_H

#include "batch/sweep.h"
#include "scenario/override.h"

/* Attributes of the elements in `<sweep>`. Texts that are absent are NULL. */

typedef struct
{
  gint design; /* PNYX_SWEEP_GRID, or a PnyxDesignKind + 1 */
  guint64 samples;
} PnyxSweepParams;

#define PNYX_SWEEP_GRID 0

typedef struct
{
  const gchar *path, *name, *values, *from, *to;
  guint64 steps;
  gint scale; /* 0: linear; 1: log */
  const gchar *zip;
} PnyxAxisParams;

typedef enum
{
  PNYX_WHEN_BELOW,
  PNYX_WHEN_AT_MOST,
  PNYX_WHEN_EQUAL,
  PNYX_WHEN_NOT_EQUAL,
  PNYX_WHEN_AT_LEAST,
  PNYX_WHEN_ABOVE,
} PnyxWhenRelation;

typedef struct
{
  const gchar *axis;
  gint is; /* PnyxWhenRelation */
  const gchar *value, *other;
} PnyxWhenParams;

typedef struct
{
  const gchar *metric, *scope;
  gdouble half_width, relative;
  guint64 replicates_max;
} PnyxPrecisionParams;

/** PnyxAxis: an axis, read. */
typedef struct
{
  const PnyxSection *section; /* borrowed from the scenario of the base */
  const PnyxAxisParams *params;
  const gchar *name;      /* borrowed */
  PnyxPath *path;         /* owned */
  const PnyxParam *param; /* what it sets; NULL: a kind */
  gchar *target;          /* owned: pnyx_path_target */
  guint n;                /* listed values; 0: random between from and to */
  gchar **texts;          /* owned: (array length=n): as a scenario has them */
  gchar **shown;          /* owned: (array length=n): as CSV files have them */
  gdouble from, to;       /* of random ones */
  guint dimension;        /* zipped axes share one */
} PnyxAxis;

/** pnyx_axis_read: fills in @axis from its element; what it sets is looked up in @document.
 * @random: the points are of a random design */
gboolean pnyx_axis_read (PnyxAxis *axis, const PnyxSection *section, const PnyxDocument *document,
                         gboolean random, GError **error);
void pnyx_axis_clear (PnyxAxis *axis);

/** pnyx_axis_is_file: Returns: whether its values name files or profiles. */
gboolean pnyx_axis_is_file (const PnyxAxis *axis);

/** pnyx_axis_shown: Returns: (transfer full): the value @text as CSV files have it. */
gchar *pnyx_axis_shown (const PnyxAxis *axis, const gchar *text);

/**
 * pnyx_axis_at: the value at coordinate @u of a random design, 0 to 1.
 * @text: (out) (transfer full): as a scenario has it
 */
void pnyx_axis_at (const PnyxAxis *axis, gdouble u, gchar **text);

/**
 * pnyx_when_holds: whether the conditions `<when>` of @sweep keep a point.
 * @shown: (array length=n_axes): its values
 */
gboolean pnyx_when_holds (const PnyxSection *sweep, const PnyxAxis *axes, guint n_axes,
                          const gchar *const *shown);
/** pnyx_when_check: whether the conditions name axes and values that there are. */
gboolean pnyx_when_check (const PnyxSection *sweep, const PnyxAxis *axes, guint n_axes,
                          GError **error);

#endif
