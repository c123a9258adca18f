/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/regions.h"

#include <math.h>
#include <string.h>

#include "support/test_world.h"

#define REGIONS "<region name='a' share='1'/><region name='b' share='3' jurisdiction='B'/>"

/* The regions of a profile; @places inside the scenario's <regions>; NULL with @message. */
static PnyxRegions *
read_regions (const gchar *measure, const gchar *profile, gchar **message, gint code)
{
  PnyxReader reader = { .root = &pnyx_element_region_profile };
  g_autofree gchar *text = g_strdup_printf ("<region-profile xmlns='urn:pnyx:scenario:1' name='p' "
                                            "measure='%s' source='s'>\n%s</region-profile>",
                                            measure, profile);
  GError *error = NULL;
  PnyxScenario *scenario
      = pnyx_scenario_read_memory (&reader, text, strlen (text), "profile.xml", &error);
  PnyxRegions *regions;

  g_assert_no_error (error);
  regions = pnyx_regions_new (scenario->root, NULL, &error);
  if (message == NULL)
    {
      g_assert_no_error (error);
      regions->regions[0].name = regions->regions[0].jurisdiction = NULL; /* the profile goes */
    }
  else
    {
      g_assert_null (regions);
      g_assert_error (error, PNYX_ERROR, code);
      *message = g_strdup (error->message);
      g_error_free (error);
    }
  pnyx_scenario_free (scenario);
  return regions;
}

static void
assert_refused (const gchar *profile, gint code, const gchar *expected)
{
  g_autofree gchar *message = NULL;

  read_regions ("rtt", profile, &message, code);
  g_assert_cmpstr (message, ==, expected);
}

static void
test_round_trips_are_halved_and_one_way_delays_are_taken (void)
{
  const gchar *profile = REGIONS "<delays from='a' values='2 ms, 100 ms'/>"
                                 "<delays from='b' values='90 ms, 4 ms'/>";
  PnyxRegions *rtt = read_regions ("rtt", profile, NULL, 0);
  PnyxRegions *one_way = read_regions ("one-way", profile, NULL, 0);

  g_assert_cmpint (pnyx_regions_half_rtt (rtt, 0, 0), ==, 1 * PNYX_MILLISECOND);
  g_assert_cmpint (pnyx_regions_half_rtt (rtt, 0, 1), ==, 50 * PNYX_MILLISECOND);
  g_assert_cmpint (pnyx_regions_half_rtt (rtt, 1, 0), ==, 45 * PNYX_MILLISECOND);
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 2; j++)
      g_assert_cmpint (pnyx_regions_half_rtt (one_way, i, j), ==,
                       2 * pnyx_regions_half_rtt (rtt, i, j));
  pnyx_regions_free (rtt);
  pnyx_regions_free (one_way);
  pnyx_regions_free (NULL);
}

static void
test_rows_may_stand_in_any_order (void)
{
  PnyxRegions *regions = read_regions ("one-way",
                                       REGIONS "<delays from='b' values='90 ms, 4 ms'/>"
                                               "<delays from='a' values='2 ms, 100 ms'/>",
                                       NULL, 0);

  g_assert_cmpint (pnyx_regions_half_rtt (regions, 0, 1), ==, 100 * PNYX_MILLISECOND);
  g_assert_cmpint (pnyx_regions_half_rtt (regions, 1, 1), ==, 4 * PNYX_MILLISECOND);
  pnyx_regions_free (regions);
}

static void
test_wrong_rows_are_refused_with_their_place (void)
{
  assert_refused (REGIONS "\n<delays from='a' values='1 ms, 1 ms'/>", PNYX_ERROR_MISSING,
                  "profile.xml:1: no <delays> from region \"b\"");
  assert_refused (
      REGIONS "\n<delays from='a' values='1 ms, 1 ms'/>"
              "\n<delays from='a' values='1 ms, 1 ms'/>",
      PNYX_ERROR_RANGE,
      "profile.xml:4: delays from \"a\": 2 values (expected one row of 2 for each region)");
  assert_refused (
      REGIONS "\n<delays from='a' values='1 ms, 1 ms, 1 ms'/>", PNYX_ERROR_RANGE,
      "profile.xml:3: delays from \"a\": 3 values (expected one row of 2 for each region)");
  assert_refused (
      REGIONS "\n<delays from='a' values='1 ms'/>", PNYX_ERROR_RANGE,
      "profile.xml:3: delays from \"a\": 1 values (expected one row of 2 for each region)");
  assert_refused (
      "<region name='alpha'/><region name='b'/>\n<delays from='alpa' values='1 ms, 1 ms'/>",
      PNYX_ERROR_UNKNOWN,
      "profile.xml:3: no region \"alpa\" in the profile; did you mean \"alpha\"?");
}

static void
test_a_region_that_stands_twice_is_refused (void)
{
  assert_refused ("<region name='a'/>\n<region name='a'/>\n<delays from='a' values='1 ms, 1 ms'/>",
                  PNYX_ERROR_CONFLICT, "profile.xml:3: region \"a\" stands twice");
}

static void
test_shares_all_0_are_refused (void)
{
  assert_refused ("<region name='a' share='0'/>\n<delays from='a' values='1 ms'/>",
                  PNYX_ERROR_RANGE,
                  "profile.xml:1: all regions have share 0 (expected at least one above)");
}

static void
test_a_scenario_replaces_shares (void)
{
  g_autoptr (PnyxModel) model
      = test_model ("<network nodes='40'><regions profile='regions-two.xml'>"
                    "<region name='dirty' share='0'/><region name='sunny' share='3'/></regions>"
                    "</network><chain kind='nakamoto'/>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  guint counts[3] = { 0 };

  g_assert_cmpfloat (model->regions->regions[0].share, ==, 1);
  g_assert_cmpfloat (model->regions->regions[1].share, ==, 0);
  g_assert_cmpfloat (model->regions->regions[2].share, ==, 3);
  for (guint i = 0; i < 40; i++)
    counts[pnyx_network_nodes (world->network)->region[i]]++;
  g_assert_cmpuint (counts[0], ==, 10);
  g_assert_cmpuint (counts[1], ==, 0);
  g_assert_cmpuint (counts[2], ==, 30);
}

static void
test_a_share_for_an_unknown_region_is_refused_with_its_place (void)
{
  g_autofree gchar *unknown = test_refusal (
      "<network><regions profile='regions-two.xml'>\n<region name='durty' share='0'/>"
      "</regions></network><chain kind='nakamoto'/>",
      PNYX_ERROR_UNKNOWN);
  g_autofree gchar *zero = test_refusal (
      "<network><regions profile='regions-two.xml'>\n<region name='dirty' share='0'/>"
      "<region name='clean' share='0'/></regions></network><chain kind='nakamoto'/>",
      PNYX_ERROR_RANGE);

  g_assert_cmpstr (unknown, ==,
                   "scenario.xml:3: no region \"durty\" in the profile; did you mean \"dirty\"?");
  g_assert_cmpstr (zero, ==,
                   "scenario.xml:2: all regions have share 0 (expected at least one above)");
}

static void
test_a_jurisdiction_is_the_name_where_none_is_given (void)
{
  PnyxReader reader = { .root = &pnyx_element_region_profile };
  const gchar *text
      = "<region-profile xmlns='urn:pnyx:scenario:1' name='p' measure='rtt' source='s'>"
        "<region name='a'/><region name='b' jurisdiction='J' upload='8 Mbit/s' utc='-3'/>"
        "<delays from='a' values='1 ms, 1 ms'/><delays from='b' values='1 ms, 1 ms'/>"
        "</region-profile>";
  g_autoptr (PnyxScenario) profile
      = pnyx_scenario_read_memory (&reader, text, strlen (text), "p", NULL);
  PnyxRegions *regions = pnyx_regions_new (profile->root, NULL, NULL);

  g_assert_cmpstr (regions->regions[0].jurisdiction, ==, "a");
  g_assert_cmpstr (regions->regions[1].jurisdiction, ==, "J");
  g_assert_true (isnan (regions->regions[0].upload));
  g_assert_cmpfloat (regions->regions[1].upload, ==, 8e6);
  g_assert_cmpfloat (regions->regions[1].utc, ==, -3);
  pnyx_regions_free (regions);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/regions/round-trips-are-halved-and-one-way-delays-are-taken",
                   test_round_trips_are_halved_and_one_way_delays_are_taken);
  g_test_add_func ("/net/regions/rows-may-stand-in-any-order", test_rows_may_stand_in_any_order);
  g_test_add_func ("/net/regions/wrong-rows-are-refused-with-their-place",
                   test_wrong_rows_are_refused_with_their_place);
  g_test_add_func ("/net/regions/a-region-that-stands-twice-is-refused",
                   test_a_region_that_stands_twice_is_refused);
  g_test_add_func ("/net/regions/shares-all-0-are-refused", test_shares_all_0_are_refused);
  g_test_add_func ("/net/regions/a-scenario-replaces-shares", test_a_scenario_replaces_shares);
  g_test_add_func ("/net/regions/a-share-for-an-unknown-region-is-refused-with-its-place",
                   test_a_share_for_an_unknown_region_is_refused_with_its_place);
  g_test_add_func ("/net/regions/a-jurisdiction-is-the-name-where-none-is-given",
                   test_a_jurisdiction_is_the_name_where_none_is_given);
  return g_test_run ();
}
