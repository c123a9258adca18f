/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rng.h"

#include <math.h>

#include "support/verify_rng.h"

#define Z_MAX 4.5 /* the largest of 16 and of 5 */

static void
test_known_answers_come_out (void)
{
  g_assert_true (verify_rng_vectors (pnyx_rng_block));
}

static void
test_draws_are_uniform_and_independent (void)
{
  for (guint64 seed = 0; seed < 4; seed++)
    {
      g_assert_cmpfloat (verify_rng_uniform (pnyx_rng_block, seed), <, Z_MAX);
      g_assert_cmpfloat (verify_rng_pairs (pnyx_rng_block, seed), <, Z_MAX);
    }
}

static void
test_a_broken_stream_is_caught_by_each_checker (void)
{
  g_assert_false (verify_rng_vectors (verify_rng_broken_block));
  g_assert_cmpfloat (verify_rng_uniform (verify_rng_broken_block, 0), >, 2 * Z_MAX);
  g_assert_cmpfloat (verify_rng_pairs (verify_rng_broken_block, 0), >, 2 * Z_MAX);
}

static void
test_every_part_of_the_key_matters (void)
{
  PnyxRng rng[6];

  pnyx_rng_init (&rng[0], 1, 0, 0, "a", "b");
  pnyx_rng_init (&rng[1], 2, 0, 0, "a", "b");
  pnyx_rng_init (&rng[2], 1, 1, 0, "a", "b");
  pnyx_rng_init (&rng[3], 1, 0, 1, "a", "b");
  pnyx_rng_init (&rng[4], 1, 0, 0, "b", "b");
  pnyx_rng_init (&rng[5], 1, 0, 0, "a", "a");
  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < i; j++)
      g_assert_true (rng[i].key[0] != rng[j].key[0] || rng[i].key[1] != rng[j].key[1]);
}

static void
test_uniform_stays_inside_the_open_interval (void)
{
  gdouble sum = 0;
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-rng", "uniform");
  for (guint64 i = 0; i < 100000; i++)
    {
      gdouble u = pnyx_rng_uniform (&rng, 0, i);

      g_assert_true (u > 0 && u < 1);
      sum += u;
    }
  g_assert_cmpfloat (fabs (sum / 1e5 - 0.5), <, 3.3 * sqrt (1 / 12.0 / 1e5));
}

static void
test_below_has_no_bias (void)
{
  static const guint64 sizes[] = { 1, 2, 3, 7, 1000 };
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-rng", "below");
  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autofree guint *counts = g_new0 (guint, sizes[s]);
      gdouble expected = 100000.0 / (gdouble)sizes[s], sum = 0;

      for (guint64 i = 0; i < 100000; i++)
        {
          guint64 draw = pnyx_rng_below (&rng, (guint32)s, i, sizes[s]);

          g_assert_cmpuint (draw, <, sizes[s]);
          counts[draw]++;
        }
      for (guint64 i = 0; i < sizes[s]; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
      g_assert_cmpfloat (fabs (sum - (gdouble)(sizes[s] - 1)), <=,
                         3.3 * sqrt (2 * (gdouble)sizes[s]));
    }
  /* Two thirds of the 64-bit range: plain remainder would prefer the lower half. */
  guint lower = 0;
  for (guint64 i = 0; i < 20000; i++)
    lower += pnyx_rng_below (&rng, 9, i, G_GUINT64_CONSTANT (0xaaaaaaaaaaaaaaaa))
             < G_GUINT64_CONSTANT (0x5555555555555555);
  g_assert_cmpfloat (fabs (lower - 1e4), <, 3.3 * sqrt (5000));
}

static void
test_a_cursor_starts_with_the_plain_draw (void)
{
  PnyxRngCursor cursor;
  PnyxRng rng;

  pnyx_rng_init (&rng, 3, 0, 0, "test-rng", "cursor");
  pnyx_rng_cursor_init (&cursor, &rng, 5, 6);
  g_assert_cmpuint (pnyx_rng_cursor_u64 (&cursor), ==, pnyx_rng_u64 (&rng, 5, 6));
  for (guint32 block = 0; block < 3; block++)
    {
      guint32 words[4];

      pnyx_rng_block (&rng, 5, 6, block, words);
      for (guint word = block == 0 ? 2 : 0; word < 4; word++)
        g_assert_cmpuint (pnyx_rng_cursor_u32 (&cursor), ==, words[word]);
    }
}

static void
test_hash_mix_is_a_bijection_of_the_second_word (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint64 i = 0; i < 20000; i++)
    {
      guint64 hash = pnyx_hash_mix (7, i);

      g_assert_true (g_hash_table_add (seen, g_strdup_printf ("%" G_GINT64_MODIFIER "x", hash)));
    }
  g_assert_cmpuint (pnyx_hash_string ("a"), !=, pnyx_hash_string ("b"));
  g_assert_cmpuint (pnyx_hash_string ("ab"), !=, pnyx_hash_string ("ba"));
}

/* Moments of a million: each within four of its standard errors. */
static void
test_normals_have_their_moments (void)
{
  PnyxRng rng;
  gdouble sums[4] = { 0 };
  const gdouble n = 1000000;

  pnyx_rng_init (&rng, 1, 0, 0, "test-rng", "normal");
  for (guint i = 0; i < 1000000; i++)
    {
      gdouble x = pnyx_rng_normal (&rng, 3, i), power = 1;

      for (guint k = 0; k < 4; k++)
        sums[k] += power *= x;
    }
  g_assert_cmpfloat (fabs (sums[0] / n), <, 4 / sqrt (n));
  g_assert_cmpfloat (fabs (sums[1] / n - 1), <, 4 * sqrt (2 / n));
  g_assert_cmpfloat (fabs (sums[2] / n), <, 4 * sqrt (15 / n));
  g_assert_cmpfloat (fabs (sums[3] / n - 3), <, 4 * sqrt (96 / n));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/rng/known-answers-come-out", test_known_answers_come_out);
  g_test_add_func ("/base/rng/draws-are-uniform-and-independent",
                   test_draws_are_uniform_and_independent);
  g_test_add_func ("/base/rng/a-broken-stream-is-caught-by-each-checker",
                   test_a_broken_stream_is_caught_by_each_checker);
  g_test_add_func ("/base/rng/every-part-of-the-key-matters", test_every_part_of_the_key_matters);
  g_test_add_func ("/base/rng/uniform-stays-inside-the-open-interval",
                   test_uniform_stays_inside_the_open_interval);
  g_test_add_func ("/base/rng/below-has-no-bias", test_below_has_no_bias);
  g_test_add_func ("/base/rng/a-cursor-starts-with-the-plain-draw",
                   test_a_cursor_starts_with_the_plain_draw);
  g_test_add_func ("/base/rng/hash-mix-is-a-bijection-of-the-second-word",
                   test_hash_mix_is_a_bijection_of_the_second_word);
  g_test_add_func ("/base/rng/normals-have-their-moments", test_normals_have_their_moments);
  return g_test_run ();
}
