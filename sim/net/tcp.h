/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_TCP_H
#define PNYX_NET_TCP_H

#include "base/types.h"

/*
 * What TCP adds to a message: slow start on an idle connection and the repair of lost segments.
 * Everything after slow start (acknowledgements, congestion avoidance) is abstracted: a byte then
 * costs its time at the bandwidth.
 */
#define PNYX_TCP_MSS 1460             /* B: Ethernet's 1,500 less 20 of IP and 20 of TCP */
#define PNYX_TCP_INITIAL_WINDOW 14600 /* B: RFC 6928, section 2 */

/** pnyx_tcp_rounds: Returns: windows that @size bytes take from the initial one, doubling. */
guint pnyx_tcp_rounds (guint64 size);

/**
 * pnyx_tcp_slow_start:
 * @size: bytes
 * @rtt: round trip
 * @rate: bit/s; 0: unlimited
 *
 * Returns: the time that the sender stands still waiting for acknowledgements: the sum over the
 * rounds but the last of max(0, RTT - window/rate).
 */
PnyxTime pnyx_tcp_slow_start (guint64 size, PnyxTime rtt, gdouble rate);

/** pnyx_tcp_segments: Returns: segments of @size bytes, at least 1. */
guint64 pnyx_tcp_segments (guint64 size);

/** pnyx_tcp_loss_probability: Returns: 1 - (1-p)^segments: that a message meets a lost segment. */
gdouble pnyx_tcp_loss_probability (guint64 size, gdouble loss);

/**
 * pnyx_tcp_repair:
 * @uniform: draw in (0, 1)
 * @rto: retransmission timeout
 *
 * Returns: the delay by the first lost segment: none, one @rtt where at least 3 later segments
 * trigger fast retransmit, else @rto.
 */
PnyxTime pnyx_tcp_repair (guint64 size, gdouble loss, gdouble uniform, PnyxTime rtt, PnyxTime rto);

/**
 * pnyx_tcp_rate_max: Returns: sqrt(3/2) MSS/(RTT sqrt(p)) in bit/s: the throughput at loss rate
 * @loss; infinite without loss. Source: Mathis et al., CCR 27(3), 1997, equation 3 (C = sqrt(3/2)).
 */
gdouble pnyx_tcp_rate_max (PnyxTime rtt, gdouble loss);

#endif
