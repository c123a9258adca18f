/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_TYPES_H
#define PNYX_BASE_TYPES_H

#include <glib.h>

/** PnyxTime: nanoseconds since genesis (or a span of nanoseconds); 292 years of range. */
typedef gint64 PnyxTime;

/** PnyxStake: gwei (10^-9 of the chain's unit). */
typedef guint64 PnyxStake;

/** PnyxNodeId: a network participant; dense from 0. */
typedef guint32 PnyxNodeId;

/** PnyxBlockId: a block of a chain, dense from 0 (genesis) in order of creation. */
typedef guint32 PnyxBlockId;

__extension__ typedef unsigned __int128 pnyx_uint128;
__extension__ typedef __int128 pnyx_int128;

#define PNYX_NONE G_MAXUINT32 /* no node, no block, no index */

#define PNYX_MICROSECOND ((PnyxTime)1000)
#define PNYX_MILLISECOND ((PnyxTime)1000000)
#define PNYX_SECOND ((PnyxTime)1000000000)
#define PNYX_TIME_MAX G_MAXINT64 /* never */

/**
 * pnyx_time_from_seconds:
 * @seconds: at least 0; beyond the range of #PnyxTime it saturates to %PNYX_TIME_MAX
 *
 * Returns: the nearest nanosecond (halves away from zero).
 */
static inline PnyxTime
pnyx_time_from_seconds (gdouble seconds)
{
  gdouble ns = seconds * 1e9;

  if (!(ns < 9.2e18))
    return PNYX_TIME_MAX;
  return (PnyxTime)(ns < 0 ? ns - 0.5 : ns + 0.5);
}

/** pnyx_time_to_seconds: Returns: @time in seconds. */
static inline gdouble
pnyx_time_to_seconds (PnyxTime time)
{
  return (gdouble)time / 1e9;
}

#endif
