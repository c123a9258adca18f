/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/quantity.h"

#include <math.h>

static void
test_units_fit_the_largest_value (void)
{
  static const struct
  {
    const gchar *unit;
    gdouble high;
    const gchar *shown;
    gdouble factor;
  } cases[] = {
    { "s", 0.4, "ms", 1e3 },
    { "s", 0.5, "s", 1 },
    { "s", 299, "s", 1 },
    { "s", 300, "min", 1.0 / 60 },
    { "s", 1e-5, "µs", 1e6 },
    { "s", 0, "s", 1 },
    { "B/s", 25e3, "kB/s", 1e-3 },
    { "J", 3.6e6, "kWh", 1 / 3.6e6 },
    { "", 0.3, "", 1 },
    { "", 2e5, "thousands", 1e-3 },
    { "tx/s", 1e9, "tx/s", 1 },
    { "gwei", 32e9, "ETH", 1e-9 },
    { "s", INFINITY, "s", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PnyxScale scale = pnyx_scale_for (cases[i].unit, cases[i].high);

      g_assert_cmpstr (scale.unit, ==, cases[i].shown);
      g_assert_cmpfloat (scale.factor, ==, cases[i].factor);
    }
}

static void
test_labels_have_units_where_there_are_some (void)
{
  const PnyxScale bare = { 1, "" }, milli = { 1e3, "ms" };
  g_autofree gchar *a = pnyx_scale_label (&bare, "share");
  g_autofree gchar *b = pnyx_scale_label (&milli, "delay");
  g_autofree gchar *c = pnyx_scale_value (&milli, 0.25);

  g_assert_cmpstr (a, ==, "share");
  g_assert_cmpstr (b, ==, "delay (ms)");
  g_assert_cmpstr (c, ==, "250 ms");
}

static void
test_an_axis_covers_its_values (void)
{
  PnyxExtent none = { INFINITY, -INFINITY }, axis;

  pnyx_extent_add (&none, NAN);
  pnyx_extent_add (&none, INFINITY);
  g_assert_cmpfloat (none.low, >, none.high);
  /* From 0 where that is near. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ 1, 10 }, (PnyxExtent){ 1, 10 }, FALSE);
  g_assert_cmpfloat (axis.low, ==, 0);
  g_assert_cmpfloat (axis.high, >, 10);
  /* Not where it is far. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ 90, 100 }, (PnyxExtent){ 85, 105 }, FALSE);
  g_assert_cmpfloat (axis.low, >, 80);
  g_assert_cmpfloat (axis.low, <, 85);
  /* An interval far wider than the means is cut off. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ 90, 100 }, (PnyxExtent){ -1e6, 1e6 }, FALSE);
  g_assert_cmpfloat (axis.high, <, 150);
  /* One value has room around it, so has 0. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ 5, 5 }, (PnyxExtent){ 5, 5 }, FALSE);
  g_assert_cmpfloat (axis.low, <, 5);
  g_assert_cmpfloat (axis.high, >, 5);
  axis = pnyx_extent_of_axis ((PnyxExtent){ 0, 0 }, (PnyxExtent){ 0, 0 }, FALSE);
  g_assert_cmpfloat (axis.low, ==, 0);
  g_assert_cmpfloat (axis.high, ==, 1);
  /* Logarithms stay above 0 whatever the interval. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ 1, 100 }, (PnyxExtent){ -50, 300 }, TRUE);
  g_assert_cmpfloat (axis.low, >, 0);
  g_assert_cmpfloat (axis.high, >=, 100);
  /* Negative values stay in. */
  axis = pnyx_extent_of_axis ((PnyxExtent){ -3, 2 }, (PnyxExtent){ -3, 2 }, FALSE);
  g_assert_cmpfloat (axis.low, <, -3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/quantity/units", test_units_fit_the_largest_value);
  g_test_add_func ("/figure/quantity/labels", test_labels_have_units_where_there_are_some);
  g_test_add_func ("/figure/quantity/axis", test_an_axis_covers_its_values);
  return g_test_run ();
}
