/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tcp.h"

#include <math.h>

guint
pnyx_tcp_rounds (guint64 size)
{
  guint64 sent = PNYX_TCP_INITIAL_WINDOW;
  guint64 window = PNYX_TCP_INITIAL_WINDOW;
  guint rounds = 1;

  while (sent < size)
    {
      window *= 2;
      sent += window;
      rounds++;
    }
  return rounds;
}

PnyxTime
pnyx_tcp_slow_start (guint64 size, PnyxTime rtt, gdouble rate)
{
  guint rounds = pnyx_tcp_rounds (size);
  gdouble window_ns = rate > 0 ? PNYX_TCP_INITIAL_WINDOW * 8e9 / rate : 0;
  gdouble stall = 0;

  for (guint round = 0; round + 1 < rounds; round++, window_ns *= 2)
    stall += MAX (0, (gdouble)rtt - window_ns);
  return (PnyxTime)(stall + 0.5);
}

guint64
pnyx_tcp_segments (guint64 size)
{
  return size == 0 ? 1 : (size + PNYX_TCP_MSS - 1) / PNYX_TCP_MSS;
}

gdouble
pnyx_tcp_loss_probability (guint64 size, gdouble loss)
{
  return -expm1 ((gdouble)pnyx_tcp_segments (size) * log1p (-loss));
}

PnyxTime
pnyx_tcp_repair (guint64 size, gdouble loss, gdouble uniform, PnyxTime rtt, PnyxTime rto)
{
  guint64 segments = pnyx_tcp_segments (size);
  gdouble first; /* segments before the first lost one: geometric by inversion */

  if (loss <= 0)
    return 0;
  first = floor (log (uniform) / log1p (-loss));
  if (first >= (gdouble)segments)
    return 0;
  return (gdouble)segments - 1 - first >= 3 ? rtt : rto;
}

gdouble
pnyx_tcp_rate_max (PnyxTime rtt, gdouble loss)
{
  if (loss <= 0)
    return INFINITY;
  return sqrt (1.5) * PNYX_TCP_MSS * 8 / (pnyx_time_to_seconds (rtt) * sqrt (loss));
}
