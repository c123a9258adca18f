/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log-linear bins as in HdrHistogram (G. Tene): page 0 holds the numbers below 128, page k the
 * octave from 2^(k + 6) on, each in 128 bins.
 */
#include "base/histogram.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define PAGE_BITS 7
#define PAGE_BINS (1 << PAGE_BITS)
#define N_PAGES (63 - PAGE_BITS + 1)

struct _PnyxHistogram
{
  PnyxArena *arena; /* borrowed; NULL: malloc */
  guint64 count;
  guint64 unfinished;
  pnyx_uint128 sum;
  gint64 min, max;         /* valid when count > 0 */
  guint64 *pages[N_PAGES]; /* owned: PAGE_BINS counts; NULL: all 0 */
};

static guint
page_of (gint64 value)
{
  return value < PAGE_BINS ? 0 : (guint)(63 - __builtin_clzll ((guint64)value)) - PAGE_BITS + 1;
}

/* Bits that a bin of @page does not tell apart. */
static guint
page_shift (guint page)
{
  return page == 0 ? 0 : page - 1;
}

static gint64
bin_low (guint page, guint bin)
{
  return (gint64)((page == 0 ? bin : (guint64)bin + PAGE_BINS) << page_shift (page));
}

static gint64
bin_high (guint page, guint bin)
{
  return bin_low (page, bin) + (((gint64)1 << page_shift (page)) - 1);
}

PnyxHistogram *
pnyx_histogram_new (PnyxArena *arena)
{
  PnyxHistogram *histogram
      = arena != NULL ? pnyx_arena_array (arena, PnyxHistogram, 1) : g_new0 (PnyxHistogram, 1);

  histogram->arena = arena;
  return histogram;
}

void
pnyx_histogram_free (PnyxHistogram *histogram)
{
  PnyxArena *arena = histogram != NULL ? histogram->arena : NULL;

  if (histogram == NULL)
    return;
  for (guint page = 0; page < N_PAGES; page++)
    if (arena != NULL)
      pnyx_arena_release (arena, histogram->pages[page], PAGE_BINS * sizeof (guint64));
    else
      g_free (histogram->pages[page]);
  if (arena != NULL)
    pnyx_arena_release (arena, histogram, sizeof *histogram);
  else
    g_free (histogram);
}

static guint64 *
histogram_page (PnyxHistogram *histogram, guint page)
{
  if (histogram->pages[page] == NULL)
    histogram->pages[page] = histogram->arena != NULL
                                 ? pnyx_arena_array (histogram->arena, guint64, PAGE_BINS)
                                 : g_new0 (guint64, PAGE_BINS);
  return histogram->pages[page];
}

void
pnyx_histogram_add (PnyxHistogram *histogram, gint64 value)
{
  pnyx_histogram_add_many (histogram, value, 1);
}

void
pnyx_histogram_add_many (PnyxHistogram *histogram, gint64 value, guint64 count)
{
  guint page = page_of (value);

  PNYX_REQUIRE (value >= 0);
  if (count == 0)
    return;
  histogram_page (histogram, page)[(value >> page_shift (page)) & (PAGE_BINS - 1)] += count;
  histogram->min = histogram->count == 0 ? value : MIN (histogram->min, value);
  histogram->max = histogram->count == 0 ? value : MAX (histogram->max, value);
  histogram->count += count;
  histogram->sum += (pnyx_uint128)value * count;
}

void
pnyx_histogram_add_unfinished (PnyxHistogram *histogram, guint64 count)
{
  histogram->unfinished += count;
}

void
pnyx_histogram_merge (PnyxHistogram *into, const PnyxHistogram *from)
{
  for (guint page = 0; page < N_PAGES; page++)
    {
      guint64 *counts;

      if (from->pages[page] == NULL)
        continue;
      counts = histogram_page (into, page);
      for (guint bin = 0; bin < PAGE_BINS; bin++)
        counts[bin] += from->pages[page][bin];
    }
  if (from->count > 0)
    {
      into->min = into->count == 0 ? from->min : MIN (into->min, from->min);
      into->max = into->count == 0 ? from->max : MAX (into->max, from->max);
    }
  into->count += from->count;
  into->unfinished += from->unfinished;
  into->sum += from->sum;
}

guint64
pnyx_histogram_count (const PnyxHistogram *histogram)
{
  return histogram->count;
}

guint64
pnyx_histogram_unfinished (const PnyxHistogram *histogram)
{
  return histogram->unfinished;
}

gint64
pnyx_histogram_min (const PnyxHistogram *histogram)
{
  return histogram->count > 0 ? histogram->min : -1;
}

gint64
pnyx_histogram_max (const PnyxHistogram *histogram)
{
  return histogram->count > 0 ? histogram->max : -1;
}

pnyx_uint128
pnyx_histogram_sum (const PnyxHistogram *histogram)
{
  return histogram->sum;
}

gdouble
pnyx_histogram_mean (const PnyxHistogram *histogram)
{
  return histogram->count > 0 ? (gdouble)histogram->sum / (gdouble)histogram->count : NAN;
}

static gdouble
bin_middle (const PnyxHistogram *histogram, guint page, guint bin)
{
  gdouble middle
      = (gdouble)bin_low (page, bin) + (gdouble)(bin_high (page, bin) - bin_low (page, bin)) / 2;

  return CLAMP (middle, (gdouble)histogram->min, (gdouble)histogram->max);
}

gdouble
pnyx_histogram_quantile (const PnyxHistogram *histogram, gdouble p)
{
  guint64 n = histogram->count + histogram->unfinished, seen = 0, rank;

  PNYX_REQUIRE (p >= 0 && p <= 1);
  rank = (guint64)ceil (p * (gdouble)n);
  rank = CLAMP (rank, 1, n);
  if (n == 0 || rank > histogram->count)
    return NAN;
  for (guint page = 0; page < N_PAGES; page++)
    for (guint bin = 0; histogram->pages[page] != NULL && bin < PAGE_BINS; bin++)
      {
        seen += histogram->pages[page][bin];
        if (seen >= rank)
          return bin_middle (histogram, page, bin);
      }
  PNYX_REQUIRE (seen == histogram->count);
  return NAN;
}

void
pnyx_histogram_foreach (const PnyxHistogram *histogram,
                        void (*visit) (gint64 low, gint64 high, guint64 count, gpointer user),
                        gpointer user)
{
  for (guint page = 0; page < N_PAGES; page++)
    for (guint bin = 0; histogram->pages[page] != NULL && bin < PAGE_BINS; bin++)
      if (histogram->pages[page][bin] > 0)
        visit (bin_low (page, bin), bin_high (page, bin), histogram->pages[page][bin], user);
}

/*
 * Packed: version, then numbers of 7 bits a byte, the lowest first: unfinished, sum (low and high
 * half), minimum and maximum, and for each bin that is not empty the distance to the one before
 * and its count. What adds up to nothing else than the count is not written.
 */
#define PACK_VERSION 1

static void
pack_number (GByteArray *bytes, guint64 value)
{
  guint8 byte;

  do
    {
      byte = (guint8)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
      g_byte_array_append (bytes, &byte, 1);
      value >>= 7;
    }
  while (value > 0);
}

static gboolean
unpack_number (const guint8 **at, const guint8 *end, guint64 *value)
{
  *value = 0;
  for (guint shift = 0; *at < end && shift < 64; shift += 7)
    {
      guint8 byte = *(*at)++;

      *value |= (guint64)(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return TRUE;
    }
  return FALSE;
}

void
pnyx_histogram_pack (const PnyxHistogram *histogram, GByteArray *bytes)
{
  guint8 version = PACK_VERSION;
  guint before = 0;

  g_byte_array_append (bytes, &version, 1);
  pack_number (bytes, histogram->unfinished);
  pack_number (bytes, (guint64)histogram->sum);
  pack_number (bytes, (guint64)(histogram->sum >> 64));
  pack_number (bytes, (guint64)histogram->min);
  pack_number (bytes, (guint64)histogram->max);
  for (guint page = 0; page < N_PAGES; page++)
    for (guint bin = 0; histogram->pages[page] != NULL && bin < PAGE_BINS; bin++)
      if (histogram->pages[page][bin] > 0)
        {
          pack_number (bytes, page * PAGE_BINS + bin - before);
          pack_number (bytes, histogram->pages[page][bin]);
          before = page * PAGE_BINS + bin;
        }
}

static guint
bin_of (gint64 value)
{
  guint page = page_of (value);

  return page * PAGE_BINS + ((guint)(value >> page_shift (page)) & (PAGE_BINS - 1));
}

PnyxHistogram *
pnyx_histogram_unpack (const guint8 *bytes, gsize length)
{
  g_autoptr (PnyxHistogram) histogram = pnyx_histogram_new (NULL);
  const guint8 *at = bytes, *end = length == 0 ? bytes : bytes + length;
  guint64 low, high, min, max, at_bin = 0, step, count;

  if (length == 0 || *at++ != PACK_VERSION || !unpack_number (&at, end, &histogram->unfinished)
      || !unpack_number (&at, end, &low) || !unpack_number (&at, end, &high)
      || !unpack_number (&at, end, &min) || !unpack_number (&at, end, &max) || min > G_MAXINT64
      || max > G_MAXINT64)
    return NULL;
  histogram->sum = ((pnyx_uint128)high << 64) | low;
  histogram->min = (gint64)min;
  histogram->max = (gint64)max;
  while (at < end)
    {
      if (!unpack_number (&at, end, &step) || !unpack_number (&at, end, &count) || count == 0
          || step >= N_PAGES * PAGE_BINS || at_bin + step >= N_PAGES * PAGE_BINS
          || (histogram->count == 0 ? step != bin_of (histogram->min) : step == 0))
        return NULL;
      at_bin += step;
      histogram_page (histogram, (guint)(at_bin / PAGE_BINS))[at_bin % PAGE_BINS] += count;
      histogram->count += count;
    }
  /* The ends tell where bins are missing. */
  if (histogram->count == 0 ? low != 0 || high != 0 || min != 0 || max != 0
                            : at_bin != bin_of (histogram->max))
    return NULL;
  return g_steal_pointer (&histogram);
}
