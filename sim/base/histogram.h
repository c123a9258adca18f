/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_HISTOGRAM_H
#define PNYX_BASE_HISTOGRAM_H

#include "base/arena.h"
#include "base/types.h"

/**
 * PnyxHistogram: a distribution of whole numbers of at least 0 (ns, bytes) in bounded memory: exact
 * count, sum, minimum and maximum; quantiles within 2^-8 of the value. Everything is an integer and
 * only added, so that merging gives the same in whatever order.
 *
 * Bins: each number below 256 its own; above, 128 equal bins to each power of two. At most 58 KiB,
 * allocated by the octave.
 */
typedef struct _PnyxHistogram PnyxHistogram;

/** pnyx_histogram_new: @arena: (nullable): NULL takes memory from malloc; free it then. */
PnyxHistogram *pnyx_histogram_new (PnyxArena *arena);
void pnyx_histogram_free (PnyxHistogram *histogram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxHistogram, pnyx_histogram_free)

/** pnyx_histogram_add: @value: at least 0. */
void pnyx_histogram_add (PnyxHistogram *histogram, gint64 value);
/** pnyx_histogram_add_many: @value, @count times. */
void pnyx_histogram_add_many (PnyxHistogram *histogram, gint64 value, guint64 count);
/** pnyx_histogram_add_unfinished: @count things that had not ended: later than everything else. */
void pnyx_histogram_add_unfinished (PnyxHistogram *histogram, guint64 count);

/** pnyx_histogram_merge: adds what @from holds. */
void pnyx_histogram_merge (PnyxHistogram *into, const PnyxHistogram *from);

guint64 pnyx_histogram_count (const PnyxHistogram *histogram); /* finished */
guint64 pnyx_histogram_unfinished (const PnyxHistogram *histogram);
gint64 pnyx_histogram_min (const PnyxHistogram *histogram); /* finished; -1 of nothing */
gint64 pnyx_histogram_max (const PnyxHistogram *histogram);
pnyx_uint128 pnyx_histogram_sum (const PnyxHistogram *histogram);

/** pnyx_histogram_mean: Returns: the exact mean of the finished; NaN of nothing. */
gdouble pnyx_histogram_mean (const PnyxHistogram *histogram);

/**
 * pnyx_histogram_quantile:
 * @p: 0 to 1
 *
 * The nearest-rank quantile over finished and unfinished: the ceil (p n)-th smallest, at least the
 * first. A bin is represented by its middle, kept within minimum and maximum.
 *
 * Returns: NaN of nothing and where the rank falls among the unfinished.
 */
gdouble pnyx_histogram_quantile (const PnyxHistogram *histogram, gdouble p);

/** pnyx_histogram_foreach: calls @visit for every bin that is not empty, ascending; [@low, @high]
 * are the whole numbers of the bin. */
void pnyx_histogram_foreach (const PnyxHistogram *histogram,
                             void (*visit) (gint64 low, gint64 high, guint64 count, gpointer user),
                             gpointer user);

/**
 * pnyx_histogram_pack: appends the whole of @histogram to @bytes: equal histograms give equal bytes
 * on every machine.
 */
void pnyx_histogram_pack (const PnyxHistogram *histogram, GByteArray *bytes);

/** pnyx_histogram_unpack: Returns: (transfer full) (nullable): what was packed, in memory of
 * malloc; NULL where @bytes are none that pnyx_histogram_pack wrote. */
PnyxHistogram *pnyx_histogram_unpack (const guint8 *bytes, gsize length);

#endif
