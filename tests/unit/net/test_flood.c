/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test_world.h"

/* Copies of one block on a regular graph whose nodes validate for @validation. */
static guint64
copies (const gchar *dissemination, const gchar *validation)
{
  g_autofree gchar *body = g_strdup_printf (
      "<network nodes='30'><topology kind='random-regular' degree='6'/>"
      "<delay kind='distribution' value='100 ms'/><dissemination kind='%s'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='600 s' validation='%s'/></chain>",
      dissemination, validation);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);

  test_world_run (world, 1100);
  g_assert_cmpuint (pnyx_network_counts (world->network)->first_receipts, ==, 29);
  return pnyx_network_counts (world->network)->copies[PNYX_WIRE_ITEM];
}

/* N(d-1)+1, also where everybody has the block before the last have judged it. */
static void
test_all_that_have_judged_forward_however_late (void)
{
  g_assert_cmpuint (copies ("flood' skip='first", "0 s"), ==, 30 * 5 + 1);
  g_assert_cmpuint (copies ("flood' skip='first", "50 ms"), ==, 30 * 5 + 1);
  g_assert_cmpuint (copies ("flood' skip='first", "60 s"), ==, 30 * 5 + 1);
}

static void
test_known_senders_are_left_out (void)
{
  guint64 known = copies ("flood' skip='known", "60 s");

  g_assert_cmpuint (known, <, 30 * 5 + 1);
  g_assert_cmpuint (known, >=, 29);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/flood/all-that-have-judged-forward-however-late",
                   test_all_that_have_judged_forward_however_late);
  g_test_add_func ("/net/flood/known-senders-are-left-out", test_known_senders_are_left_out);
  return g_test_run ();
}
