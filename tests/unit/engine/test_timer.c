/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/timer.h"

typedef struct
{
  PnyxTimer timer;
  guint due, seen;
} Clock;

static void
on_event (gpointer self, const PnyxEvent *event)
{
  Clock *clock = self;

  clock->seen++;
  clock->due += pnyx_timer_due (&clock->timer, event) ? 1 : 0;
}

static void
check (guint settings, gboolean cancel, guint due)
{
  PnyxWorldOptions options = { .seed = 1 };
  g_autoptr (PnyxWorld) world = pnyx_world_new (&options);
  Clock clock = { .due = 0 };
  guint16 type = pnyx_world_add_handler (world, "test", on_event, &clock);

  for (guint i = 0; i < settings; i++)
    pnyx_timer_set (&clock.timer, world, 10 + i, PNYX_PHASE_TIMER, type, 0, 0, i);
  if (cancel)
    pnyx_timer_cancel (&clock.timer);
  pnyx_world_run (world, 1000);
  g_assert_cmpuint (clock.seen, ==, settings);
  g_assert_cmpuint (clock.due, ==, due);
}

static void
test_a_timer_that_is_set_is_due_once (void)
{
  check (1, FALSE, 1);
}

static void
test_setting_again_replaces_what_was_pending (void)
{
  check (3, FALSE, 1);
}

static void
test_a_cancelled_timer_is_not_due (void)
{
  check (1, TRUE, 0);
  check (3, TRUE, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/timer/once", test_a_timer_that_is_set_is_due_once);
  g_test_add_func ("/engine/timer/again", test_setting_again_replaces_what_was_pending);
  g_test_add_func ("/engine/timer/cancelled", test_a_cancelled_timer_is_not_due);
  return g_test_run ();
}
