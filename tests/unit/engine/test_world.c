/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/world.h"

typedef struct
{
  PnyxWorld *world;
  guint16 type, other;
  guint32 order[64];
  guint n;
} Log;

static void
on_event (gpointer self, const PnyxEvent *event)
{
  Log *log = self;

  log->order[log->n++] = event->target;
}

static PnyxWorld *
new_world (guint64 seed, guint64 limit)
{
  PnyxWorldOptions options = { .seed = seed, .event_limit = limit };

  return pnyx_world_new (&options);
}

static void
log_init (Log *log, guint64 seed, const gchar *first)
{
  memset (log, 0, sizeof *log);
  log->world = new_world (seed, 0);
  if (first != NULL) /* something else in the world must not change the order */
    log->other = pnyx_world_add_handler (log->world, first, on_event, log);
  log->type = pnyx_world_add_handler (log->world, "test", on_event, log);
}

static void
schedule (Log *log, PnyxTime time, PnyxPhase phase, guint32 target)
{
  pnyx_world_schedule (log->world, time, phase, log->type, target, PNYX_NONE, 0, 0, target);
}

static void
test_events_come_by_time_and_phase (void)
{
  static const guint32 expected[] = { 4, 3, 2, 1, 0 };
  Log log;

  log_init (&log, 1, NULL);
  schedule (&log, 20, PNYX_PHASE_ENVIRONMENT, 0);
  schedule (&log, 10, PNYX_PHASE_OBSERVATION, 1);
  schedule (&log, 10, PNYX_PHASE_TIMER, 2);
  schedule (&log, 10, PNYX_PHASE_DELIVERY, 3);
  schedule (&log, 10, PNYX_PHASE_ENVIRONMENT, 4);
  pnyx_world_run (log.world, 20);
  g_assert_cmpmem (log.order, sizeof expected, expected, sizeof expected);
  g_assert_cmpint (pnyx_world_now (log.world), ==, 20);
  pnyx_world_free (log.world);
}

/* Simultaneous events: the order hangs on what they are and on the seed, and on nothing else. */
static void
test_ties_do_not_hang_on_insertion_or_company (void)
{
  Log up, down, other;
  guint inversions = 0;

  log_init (&up, 7, NULL);
  log_init (&down, 7, "company");
  log_init (&other, 8, NULL);
  for (guint32 i = 0; i < 64; i++)
    {
      schedule (&up, 5, PNYX_PHASE_TIMER, i);
      schedule (&down, 5, PNYX_PHASE_TIMER, 63 - i);
      schedule (&other, 5, PNYX_PHASE_TIMER, i);
    }
  pnyx_world_run (up.world, 5);
  pnyx_world_run (down.world, 5);
  pnyx_world_run (other.world, 5);
  g_assert_cmpmem (up.order, sizeof up.order, down.order, sizeof down.order);
  g_assert_cmpint (memcmp (up.order, other.order, sizeof up.order), !=, 0);
  for (guint i = 0; i < 64; i++)
    for (guint j = i + 1; j < 64; j++)
      inversions += up.order[i] > up.order[j] ? 1 : 0;
  /* 2,016 pairs: half of them, with a standard deviation of 86.6; low ids are not favoured. */
  g_assert_cmpuint (inversions, >, 1008 - 286);
  g_assert_cmpuint (inversions, <, 1008 + 286);
  pnyx_world_free (up.world);
  pnyx_world_free (down.world);
  pnyx_world_free (other.world);
}

static void
test_the_run_ends_at_its_time_and_goes_on (void)
{
  Log log;

  log_init (&log, 1, NULL);
  schedule (&log, 10, PNYX_PHASE_TIMER, 1);
  schedule (&log, 11, PNYX_PHASE_TIMER, 2);
  pnyx_world_run (log.world, 10);
  g_assert_cmpuint (log.n, ==, 1);
  pnyx_world_run (log.world, 100);
  g_assert_cmpuint (log.n, ==, 2);
  g_assert_cmpint (pnyx_world_now (log.world), ==, 100);
  g_assert_cmpuint (pnyx_world_events (log.world), ==, 2);
  pnyx_world_free (log.world);
}

static void
on_stop (gpointer self, const PnyxEvent *event)
{
  on_event (self, event);
  pnyx_world_stop (((Log *)self)->world);
}

static void
test_a_stopped_run_keeps_what_is_pending (void)
{
  Log log;
  guint16 stop;

  log_init (&log, 1, NULL);
  stop = pnyx_world_add_handler (log.world, "stop", on_stop, &log);
  pnyx_world_schedule (log.world, 10, PNYX_PHASE_TIMER, stop, 1, PNYX_NONE, 0, 0, 0);
  schedule (&log, 20, PNYX_PHASE_TIMER, 2);
  pnyx_world_run (log.world, 100);
  g_assert_cmpuint (log.n, ==, 1);
  g_assert_cmpint (pnyx_world_now (log.world), ==, 10);
  pnyx_world_run (log.world, 100);
  g_assert_cmpuint (log.n, ==, 2);
  pnyx_world_free (log.world);
}

/* Runs @world in a boundary. Returns: whether it failed; its message in @message. */
static gboolean
fails (PnyxWorld *world, gchar **message)
{
  PnyxFailure *const failure = g_new0 (PnyxFailure, 1);
  PnyxFailure *const outer = pnyx_failure_enter (failure);
  volatile gboolean failed = TRUE;

  if (sigsetjmp (failure->jump, 0) == 0)
    {
      pnyx_world_run (world, 1000);
      failed = FALSE;
    }
  pnyx_failure_enter (outer);
  *message = g_strdup (failure->message);
  g_free (failure);
  return failed;
}

typedef struct
{
  PnyxWorld *world;
  guint16 type;
  PnyxTime delay;
  PnyxPhase phase;
  guint left;
} Chain;

static void
on_link (gpointer self, const PnyxEvent *event)
{
  Chain *chain = self;

  (void)event;
  if (chain->left-- > 0)
    pnyx_world_schedule (chain->world, pnyx_world_now (chain->world) + chain->delay, chain->phase,
                         chain->type, 0, PNYX_NONE, 0, 0, chain->left);
}

static gboolean
chain_fails (PnyxTime delay, PnyxPhase phase, guint left, guint64 limit, const gchar *expected)
{
  g_autoptr (PnyxWorld) world = new_world (1, limit);
  Chain chain = { .world = world, .delay = delay, .phase = phase, .left = left };
  g_autofree gchar *message = NULL;
  gboolean failed;

  chain.type = pnyx_world_add_handler (world, "chain", on_link, &chain);
  pnyx_world_schedule (world, 10, PNYX_PHASE_TIMER, chain.type, 0, PNYX_NONE, 0, 0, 99);
  failed = fails (world, &message);
  if (failed && expected != NULL)
    g_assert_nonnull (strstr (message, expected));
  return failed;
}

static void
test_the_present_takes_later_phases_only (void)
{
  g_assert_false (chain_fails (0, PNYX_PHASE_RUSHING, 1, 0, NULL));
  g_assert_true (chain_fails (0, PNYX_PHASE_TIMER, 1, 0, "phase"));
  g_assert_true (chain_fails (0, PNYX_PHASE_DELIVERY, 1, 0, "phase"));
  g_assert_true (chain_fails (-1, PNYX_PHASE_OBSERVATION, 1, 0, "now"));
  g_assert_false (chain_fails (1, PNYX_PHASE_ENVIRONMENT, 1, 0, NULL));
}

static void
test_the_watchdog_ends_a_run_with_too_many_events (void)
{
  g_assert_false (chain_fails (1, PNYX_PHASE_TIMER, 9, 10, NULL));
  g_assert_true (chain_fails (1, PNYX_PHASE_TIMER, 10, 10, "more than 10 events"));
}

static void
count_trace (gpointer self, const PnyxTrace *trace)
{
  guint *counts = self;

  counts[trace->type]++;
}

static void
test_observers_see_the_types_that_they_ask_for (void)
{
  g_autoptr (PnyxWorld) world = new_world (1, 0);
  guint counts[PNYX_N_TRACES] = { 0 };

  pnyx_world_observe (world, 1u << PNYX_TRACE_HEAD, count_trace, counts);
  g_assert_true (pnyx_world_wants (world, PNYX_TRACE_HEAD));
  g_assert_false (pnyx_world_wants (world, PNYX_TRACE_WORK));
  pnyx_world_emit (world, PNYX_TRACE_HEAD, 0, 1, 2, 3, 4);
  pnyx_world_emit (world, PNYX_TRACE_WORK, 0, 1, 2, 3, 4);
  g_assert_cmpuint (counts[PNYX_TRACE_HEAD], ==, 1);
  g_assert_cmpuint (counts[PNYX_TRACE_WORK], ==, 0);
}

static void
test_the_digest_tells_sequences_apart (void)
{
  guint64 digests[3];

  for (guint i = 0; i < 3; i++)
    {
      Log log;

      log_init (&log, 1, NULL);
      schedule (&log, 10, PNYX_PHASE_TIMER, 1);
      schedule (&log, i == 2 ? 21 : 20, PNYX_PHASE_TIMER, 2);
      pnyx_world_run (log.world, 100);
      digests[i] = pnyx_world_digest (log.world);
      pnyx_world_free (log.world);
    }
  g_assert_cmpuint (digests[0], ==, digests[1]);
  g_assert_cmpuint (digests[0], !=, digests[2]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/world/order", test_events_come_by_time_and_phase);
  g_test_add_func ("/engine/world/ties", test_ties_do_not_hang_on_insertion_or_company);
  g_test_add_func ("/engine/world/until", test_the_run_ends_at_its_time_and_goes_on);
  g_test_add_func ("/engine/world/stop", test_a_stopped_run_keeps_what_is_pending);
  g_test_add_func ("/engine/world/present", test_the_present_takes_later_phases_only);
  g_test_add_func ("/engine/world/watchdog", test_the_watchdog_ends_a_run_with_too_many_events);
  g_test_add_func ("/engine/world/observers", test_observers_see_the_types_that_they_ask_for);
  g_test_add_func ("/engine/world/digest", test_the_digest_tells_sequences_apart);
  return g_test_run ();
}
