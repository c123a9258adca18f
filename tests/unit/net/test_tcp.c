/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tcp.h"

#include <math.h>

#define RTT (100 * PNYX_MILLISECOND)
#define RTO (200 * PNYX_MILLISECOND)

static void
test_rounds_change_at_the_edges_of_the_window (void)
{
  g_assert_cmpuint (pnyx_tcp_rounds (0), ==, 1);
  g_assert_cmpuint (pnyx_tcp_rounds (1), ==, 1);
  g_assert_cmpuint (pnyx_tcp_rounds (14600), ==, 1);
  g_assert_cmpuint (pnyx_tcp_rounds (14601), ==, 2);
  g_assert_cmpuint (pnyx_tcp_rounds (3 * 14600), ==, 2);
  g_assert_cmpuint (pnyx_tcp_rounds (3 * 14600 + 1), ==, 3);
  g_assert_cmpuint (pnyx_tcp_rounds (131072), ==, 4);
  g_assert_cmpuint (pnyx_tcp_rounds (1048576), ==, 7);
}

/* One round never stands still; unlimited bandwidth stands still a round trip between rounds. */
static void
test_slow_start_stalls_between_rounds_only (void)
{
  g_assert_cmpint (pnyx_tcp_slow_start (14600, RTT, 50e6), ==, 0);
  g_assert_cmpint (pnyx_tcp_slow_start (14601, RTT, 0), ==, RTT);
  g_assert_cmpint (pnyx_tcp_slow_start (131072, RTT, 0), ==, 3 * RTT);
  /* 14,600 B at 50 Mbit/s take 2.336 ms. */
  g_assert_cmpint (pnyx_tcp_slow_start (14601, RTT, 50e6), ==, RTT - 2336 * PNYX_MICROSECOND);
}

static void
test_a_line_that_is_slower_than_the_window_never_stalls (void)
{
  g_assert_cmpint (pnyx_tcp_slow_start (1048576, RTT, 1e6), ==, 0);     /* a window takes 117 ms */
  g_assert_cmpint (pnyx_tcp_slow_start (1048576, RTT, 1.168e6), ==, 0); /* exactly 100 ms */
  g_assert_cmpint (pnyx_tcp_slow_start (1048576, RTT, 1.2e6), >, 0);
}

static void
test_segments_are_rounded_up_and_at_least_one (void)
{
  g_assert_cmpuint (pnyx_tcp_segments (0), ==, 1);
  g_assert_cmpuint (pnyx_tcp_segments (1), ==, 1);
  g_assert_cmpuint (pnyx_tcp_segments (1460), ==, 1);
  g_assert_cmpuint (pnyx_tcp_segments (1461), ==, 2);
  g_assert_cmpuint (pnyx_tcp_segments (131072), ==, 90);
}

static void
test_loss_probability_counts_segments (void)
{
  g_assert_cmpfloat (pnyx_tcp_loss_probability (1000000, 0), ==, 0);
  g_assert_cmpfloat (fabs (pnyx_tcp_loss_probability (1, 0.25) - 0.25), <, 1e-15);
  g_assert_cmpfloat (fabs (pnyx_tcp_loss_probability (131072, 0.001) - 0.086110), <, 5e-7);
  g_assert_cmpfloat (fabs (pnyx_tcp_loss_probability (719 * 1460, 0.001) - 0.512936), <, 5e-7);
}

/* The draw u says that floor(ln u / ln(1-p)) segments pass before the first that is lost. */
static void
test_repair_takes_a_round_trip_or_the_timeout (void)
{
  const gdouble loss = 0.5; /* u in (1/2, 1): the first is lost; (1/4, 1/2): the second ... */
  const guint64 size = 5 * 1460;

  g_assert_cmpint (pnyx_tcp_repair (size, loss, 0.9, RTT, RTO), ==, RTT);  /* 4 segments follow */
  g_assert_cmpint (pnyx_tcp_repair (size, loss, 0.3, RTT, RTO), ==, RTT);  /* 3 follow */
  g_assert_cmpint (pnyx_tcp_repair (size, loss, 0.2, RTT, RTO), ==, RTO);  /* 2 follow */
  g_assert_cmpint (pnyx_tcp_repair (size, loss, 0.04, RTT, RTO), ==, RTO); /* the last is lost */
  g_assert_cmpint (pnyx_tcp_repair (size, loss, 0.02, RTT, RTO), ==, 0);   /* none is lost */
  g_assert_cmpint (pnyx_tcp_repair (size, 0, 0.9, RTT, RTO), ==, 0);
}

static void
test_rate_follows_the_root_of_the_loss (void)
{
  g_assert_true (isinf (pnyx_tcp_rate_max (RTT, 0)));
  g_assert_cmpfloat (fabs (pnyx_tcp_rate_max (RTT, 0.001) - 4.5236e6), <, 50);
  g_assert_cmpfloat (fabs (pnyx_tcp_rate_max (RTT, 0.004) * 2 / pnyx_tcp_rate_max (RTT, 0.001) - 1),
                     <, 1e-12);
  g_assert_cmpfloat (
      fabs (pnyx_tcp_rate_max (2 * RTT, 0.001) * 2 / pnyx_tcp_rate_max (RTT, 0.001) - 1), <, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/tcp/rounds-change-at-the-edges-of-the-window",
                   test_rounds_change_at_the_edges_of_the_window);
  g_test_add_func ("/net/tcp/slow-start-stalls-between-rounds-only",
                   test_slow_start_stalls_between_rounds_only);
  g_test_add_func ("/net/tcp/a-line-that-is-slower-than-the-window-never-stalls",
                   test_a_line_that_is_slower_than_the_window_never_stalls);
  g_test_add_func ("/net/tcp/segments-are-rounded-up-and-at-least-one",
                   test_segments_are_rounded_up_and_at_least_one);
  g_test_add_func ("/net/tcp/loss-probability-counts-segments",
                   test_loss_probability_counts_segments);
  g_test_add_func ("/net/tcp/repair-takes-a-round-trip-or-the-timeout",
                   test_repair_takes_a_round_trip_or_the_timeout);
  g_test_add_func ("/net/tcp/rate-follows-the-root-of-the-loss",
                   test_rate_follows_the_root_of_the_loss);
  return g_test_run ();
}
