/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/histogram.h"

#include <math.h>

#include "base/rng.h"
#include "base/statistics.h"

static gint64
random_value (const PnyxRng *rng, guint64 i)
{
  guint bits = (guint)pnyx_rng_below (rng, 1, i, 63);

  return (gint64)(pnyx_rng_u64 (rng, 0, i) >> (63 - bits) >> 1);
}

static void
test_quantiles_stay_within_their_error (void)
{
  const gsize n = 20000;
  g_autofree gdouble *values = g_new (gdouble, n);
  g_autoptr (PnyxHistogram) histogram = pnyx_histogram_new (NULL);
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "test-histogram", "values");
  for (gsize i = 0; i < n; i++)
    {
      gint64 value = random_value (&rng, i);

      values[i] = (gdouble)value;
      pnyx_histogram_add (histogram, value);
    }
  for (gdouble p = 0; p <= 1; p += 0.001)
    {
      gdouble exact = pnyx_quantile (values, n, p);

      g_assert_cmpfloat (fabs (pnyx_histogram_quantile (histogram, p) - exact), <=, exact * 0x1p-8);
    }
}

static void
test_small_numbers_are_exact (void)
{
  g_autoptr (PnyxHistogram) histogram = pnyx_histogram_new (NULL);

  for (gint64 i = 0; i < 256; i++)
    pnyx_histogram_add (histogram, i);
  for (guint i = 1; i <= 256; i++)
    g_assert_cmpfloat (pnyx_histogram_quantile (histogram, i / 256.0), ==, i - 1);
  g_assert_cmpfloat (pnyx_histogram_mean (histogram), ==, 127.5);
}

static void
test_count_sum_and_ends_are_exact (void)
{
  g_autoptr (PnyxHistogram) histogram = pnyx_histogram_new (NULL);

  g_assert_true (isnan (pnyx_histogram_mean (histogram)));
  g_assert_true (isnan (pnyx_histogram_quantile (histogram, 0.5)));
  g_assert_cmpint (pnyx_histogram_min (histogram), ==, -1);
  pnyx_histogram_add_many (histogram, G_MAXINT64, 3);
  pnyx_histogram_add_many (histogram, 17, 0);
  pnyx_histogram_add (histogram, 1000001);
  g_assert_cmpint (pnyx_histogram_min (histogram), ==, 1000001);
  g_assert_cmpint (pnyx_histogram_max (histogram), ==, G_MAXINT64);
  g_assert_cmpuint (pnyx_histogram_count (histogram), ==, 4);
  g_assert_true (pnyx_histogram_sum (histogram) == (pnyx_uint128)G_MAXINT64 * 3 + 1000001);
  g_assert_cmpfloat (pnyx_histogram_quantile (histogram, 1), <=, (gdouble)G_MAXINT64);
}

static void
test_the_unfinished_are_later_than_everything (void)
{
  g_autoptr (PnyxHistogram) histogram = pnyx_histogram_new (NULL);

  pnyx_histogram_add_many (histogram, 5, 90);
  pnyx_histogram_add_unfinished (histogram, 10);
  g_assert_cmpfloat (pnyx_histogram_quantile (histogram, 0.9), ==, 5);
  g_assert_true (isnan (pnyx_histogram_quantile (histogram, 0.91)));
  g_assert_cmpfloat (pnyx_histogram_mean (histogram), ==, 5);
  g_assert_cmpuint (pnyx_histogram_unfinished (histogram), ==, 10);
}

static void
collect (gint64 low, gint64 high, guint64 count, gpointer user)
{
  g_string_append_printf (user, "%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT ":%u ", low, high,
                          (guint)count);
}

static gchar *
text_of (const PnyxHistogram *histogram)
{
  GString *text = g_string_new (NULL);

  pnyx_histogram_foreach (histogram, collect, text);
  g_string_append_printf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.17g %u",
                          pnyx_histogram_min (histogram), pnyx_histogram_max (histogram),
                          pnyx_histogram_mean (histogram),
                          (guint)pnyx_histogram_unfinished (histogram));
  return g_string_free (text, FALSE);
}

static void
test_merging_does_not_depend_on_the_order (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 22);
  PnyxHistogram *parts[5], *forward = pnyx_histogram_new (arena);
  g_autoptr (PnyxHistogram) backward = pnyx_histogram_new (NULL);
  g_autoptr (PnyxHistogram) direct = pnyx_histogram_new (NULL);
  g_autofree gchar *a = NULL, *b = NULL, *c = NULL;
  PnyxRng rng;

  pnyx_rng_init (&rng, 2, 0, 0, "test-histogram", "merge");
  for (guint part = 0; part < 5; part++)
    {
      parts[part] = pnyx_histogram_new (arena);
      for (guint64 i = 0; i < part * 500; i++)
        {
          pnyx_histogram_add (parts[part], random_value (&rng, part * 1000 + i));
          pnyx_histogram_add (direct, random_value (&rng, part * 1000 + i));
        }
      pnyx_histogram_add_unfinished (parts[part], part);
      pnyx_histogram_add_unfinished (direct, part);
    }
  for (guint part = 0; part < 5; part++)
    {
      pnyx_histogram_merge (forward, parts[part]);
      pnyx_histogram_merge (backward, parts[4 - part]);
    }
  a = text_of (forward);
  b = text_of (backward);
  c = text_of (direct);
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, ==, c);
  for (guint part = 0; part < 5; part++)
    pnyx_histogram_free (parts[part]);
  pnyx_histogram_free (forward);
  g_assert_cmpuint (pnyx_arena_used (arena), ==, 0);
  pnyx_arena_free (arena);
}

static void
test_memory_is_bounded (void)
{
  PnyxArena *arena = pnyx_arena_new (60 << 10);
  PnyxHistogram *histogram = pnyx_histogram_new (arena);

  pnyx_histogram_add (histogram, 3);
  g_assert_cmpuint (pnyx_arena_used (arena), <, 2048);
  for (guint bit = 0; bit < 63; bit++)
    pnyx_histogram_add (histogram, ((gint64)1 << bit) + (((gint64)1 << bit) - 1));
  pnyx_arena_free (arena);
}

static PnyxHistogram *
packed_histogram (guint i)
{
  PnyxHistogram *histogram = pnyx_histogram_new (NULL);
  PnyxRng rng;

  pnyx_rng_init (&rng, 3, 0, i, "test-histogram", "pack");
  for (guint n = 0; n < i * i; n++)
    pnyx_histogram_add_many (histogram, random_value (&rng, n),
                             1 + pnyx_rng_below (&rng, 2, n, (guint64)1 << (n % 50)));
  pnyx_histogram_add_unfinished (histogram, i % 3 == 0 ? 0 : (guint64)1 << (7 * i));
  return histogram;
}

static void
test_packed_bytes_are_the_whole_histogram (void)
{
  for (guint i = 0; i < 9; i++)
    {
      g_autoptr (PnyxHistogram) histogram = packed_histogram (i);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GByteArray) same = g_byte_array_new ();
      g_autoptr (PnyxHistogram) again = NULL;
      g_autofree gchar *a = text_of (histogram);
      g_autofree gchar *b = NULL;

      pnyx_histogram_pack (histogram, bytes);
      again = pnyx_histogram_unpack (bytes->data, bytes->len);
      g_assert_nonnull (again);
      pnyx_histogram_pack (again, same);
      g_assert_cmpmem (bytes->data, bytes->len, same->data, same->len);
      b = text_of (again);
      g_assert_cmpstr (a, ==, b);
      g_assert_cmpint (pnyx_histogram_min (histogram), ==, pnyx_histogram_min (again));
      g_assert_cmpint (pnyx_histogram_max (histogram), ==, pnyx_histogram_max (again));
      g_assert_true (pnyx_histogram_sum (histogram) == pnyx_histogram_sum (again));
      g_assert_cmpuint (pnyx_histogram_count (histogram), ==, pnyx_histogram_count (again));
      g_assert_cmpuint (pnyx_histogram_unfinished (histogram), ==,
                        pnyx_histogram_unfinished (again));
    }
}

/* In whatever order numbers came: equal histograms are equal bytes, appended to what is there. */
static void
test_equal_histograms_are_equal_bytes (void)
{
  g_autoptr (PnyxHistogram) up = pnyx_histogram_new (NULL);
  g_autoptr (PnyxHistogram) down = pnyx_histogram_new (NULL);
  g_autoptr (GByteArray) a = g_byte_array_new ();
  g_autoptr (GByteArray) b = g_byte_array_new ();

  for (gint64 i = 0; i < 3000; i++)
    {
      pnyx_histogram_add (up, i * i);
      pnyx_histogram_add (down, (2999 - i) * (2999 - i));
    }
  pnyx_histogram_pack (up, a);
  g_byte_array_append (b, (const guint8 *)"ab", 2);
  pnyx_histogram_pack (down, b);
  g_assert_cmpmem (a->data, a->len, b->data + 2, b->len - 2);
}

/* Cut anywhere, or with something behind: no histogram. */
static void
test_what_was_not_packed_is_none (void)
{
  static const guint8 others[][8] = { { 0 }, { 2, 0, 0, 0, 0, 0 }, { 255, 255, 255 } };
  g_autoptr (PnyxHistogram) histogram = packed_histogram (5);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  pnyx_histogram_pack (histogram, bytes);
  for (guint n = 0; n < bytes->len; n++)
    g_assert_null (pnyx_histogram_unpack (bytes->data, n));
  g_byte_array_append (bytes, (const guint8 *)"\0\1", 2);
  g_assert_null (pnyx_histogram_unpack (bytes->data, bytes->len));
  g_byte_array_set_size (bytes, bytes->len - 1);
  g_assert_null (pnyx_histogram_unpack (bytes->data, bytes->len));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (pnyx_histogram_unpack (others[i], sizeof others[i]));
  g_assert_null (pnyx_histogram_unpack (NULL, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/histogram/quantiles-stay-within-their-error",
                   test_quantiles_stay_within_their_error);
  g_test_add_func ("/base/histogram/small-numbers-are-exact", test_small_numbers_are_exact);
  g_test_add_func ("/base/histogram/count-sum-and-ends-are-exact",
                   test_count_sum_and_ends_are_exact);
  g_test_add_func ("/base/histogram/the-unfinished-are-later-than-everything",
                   test_the_unfinished_are_later_than_everything);
  g_test_add_func ("/base/histogram/merging-does-not-depend-on-the-order",
                   test_merging_does_not_depend_on_the_order);
  g_test_add_func ("/base/histogram/memory-is-bounded", test_memory_is_bounded);
  g_test_add_func ("/base/histogram/packed-bytes-are-the-whole-histogram",
                   test_packed_bytes_are_the_whole_histogram);
  g_test_add_func ("/base/histogram/equal-histograms-are-equal-bytes",
                   test_equal_histograms_are_equal_bytes);
  g_test_add_func ("/base/histogram/what-was-not-packed-is-none", test_what_was_not_packed_is_none);
  return g_test_run ();
}
