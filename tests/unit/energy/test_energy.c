/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "energy/energy.h"

#include <math.h>
#include <string.h>

#include "support/test_world.h"

#define YEAR_HOURS 8760.0

#define BOX                                                                                        \
  "<hardware name='box' idle-low='1 W' idle='2 W' idle-high='3 W' core-low='1 W' core='2 W' "      \
  "core-high='3 W' source='t'/>\n"
#define TRAFFIC "<traffic low='0 kWh/GB' mid='1 kWh/GB' high='2 kWh/GB' source='t'/>\n"
#define MINING "<mining low='10 J/TH' mid='20 J/TH' high='30 J/TH' source='t'/>\n"
#define GRID "<grid jurisdiction='A' intensity='100 g/kWh' source='t'/>\n"

typedef struct
{
  PnyxScenario *scenario;  /* owned: the profile */
  PnyxModel *model;        /* owned: for its <energy> */
  PnyxEnergyProfile *read; /* owned; NULL: refused */
  GError *error;           /* owned */
} Read;

static Read *
read_profile (const gchar *content)
{
  PnyxReader reader = { .root = &pnyx_element_energy_profile };
  g_autofree gchar *text = g_strdup_printf (
      "<energy-profile xmlns='urn:pnyx:scenario:1' name='p'>\n%s</energy-profile>", content);
  Read *read = g_new0 (Read, 1);
  GError *error = NULL;

  read->scenario = pnyx_scenario_read_memory (&reader, text, strlen (text), "profile.xml", &error);
  g_assert_no_error (error);
  read->model = test_model ("<chain kind='nakamoto'/>");
  read->read = pnyx_energy_profile_new (
      read->scenario->root, pnyx_section_child (read->model->scenario->root, "energy", 0),
      &read->error);
  return read;
}

static void
read_free (Read *read)
{
  pnyx_energy_profile_free (read->read);
  pnyx_scenario_free (read->scenario);
  pnyx_model_free (read->model);
  g_clear_error (&read->error);
  g_free (read);
}

static void
assert_refused (const gchar *content, const gchar *expected)
{
  Read *read = read_profile (content);

  g_assert_null (read->read);
  g_assert_error (read->error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_cmpstr (read->error->message, ==, expected);
  read_free (read);
}

static void
test_a_profile_is_read_in_si_units (void)
{
  Read *read = read_profile (BOX TRAFFIC MINING GRID);
  const PnyxEnergyProfile *profile = read->read;

  g_assert_no_error (read->error);
  g_assert_cmpuint (profile->n_hardware, ==, 1);
  g_assert_cmpfloat (profile->hardware[0].idle[PNYX_LOW], ==, 1);
  g_assert_cmpfloat (profile->hardware[0].idle[PNYX_MID], ==, 2);
  g_assert_cmpfloat (profile->hardware[0].idle[PNYX_HIGH], ==, 3);
  g_assert_cmpfloat (profile->hardware[0].pue[PNYX_MID], ==, 1);
  g_assert_cmpfloat (fabs (profile->traffic[PNYX_MID] - 3.6e6 / 1e9), <, 1e-15);  /* J/B */
  g_assert_cmpfloat (fabs (profile->mining[PNYX_MID] - 20e-12), <, 1e-25);        /* J/H */
  g_assert_cmpfloat (fabs (profile->grids[0].intensity - 0.1 / 3.6e6), <, 1e-20); /* kg/J */
  g_assert_cmpfloat (fabs (profile->tariff - 0.05 / 3.6e6), <, 1e-20);            /* $/J */
  read_free (read);
  pnyx_energy_profile_free (NULL);
}

static void
test_levels_out_of_order_are_refused_with_their_place (void)
{
  static const gchar *const order
      = "low, mid and high are out of order (expected low <= mid <= high)";
  static const struct
  {
    const gchar *content;
    const gchar *place;
  } cases[] = {
    { "<hardware name='b' idle-low='3 W' idle='2 W' idle-high='4 W' core-low='1 W' core='1 W' "
      "core-high='1 W' source='t'/>" TRAFFIC MINING GRID,
      "profile.xml:2: idle: " },
    { "<hardware name='b' idle-low='1 W' idle='5 W' idle-high='4 W' core-low='1 W' core='1 W' "
      "core-high='1 W' source='t'/>" TRAFFIC MINING GRID,
      "profile.xml:2: idle: " },
    { "<hardware name='b' idle-low='1 W' idle='1 W' idle-high='1 W' core-low='2 W' core='1 W' "
      "core-high='3 W' source='t'/>" TRAFFIC MINING GRID,
      "profile.xml:2: core: " },
    { "<hardware name='b' idle-low='1 W' idle='1 W' idle-high='1 W' core-low='1 W' core='1 W' "
      "core-high='1 W' pue='1.5' source='t'/>" TRAFFIC MINING GRID,
      "profile.xml:2: pue: " },
    { BOX "<traffic low='2 kWh/GB' mid='1 kWh/GB' high='2 kWh/GB' source='t'/>" MINING GRID,
      "profile.xml:3: traffic: " },
    { BOX TRAFFIC "<mining low='10 J/TH' mid='20 J/TH' high='19 J/TH' source='t'/>" GRID,
      "profile.xml:4: mining: " },
    { BOX TRAFFIC "<mining low='1 J/TH' mid='2 J/TH' high='3 J/TH' pue='1.1' source='t'/>" GRID,
      "profile.xml:4: mining pue: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *expected = g_strconcat (cases[i].place, order, NULL);

      assert_refused (cases[i].content, expected);
    }
}

static void
test_a_day_has_24_hours (void)
{
  assert_refused (
      BOX TRAFFIC MINING
      "<grid jurisdiction='A' intensity='1 g/kWh' source='t' hours='1, 1, 1, 1, 1, 1, 1, "
      "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1'/>",
      "profile.xml:5: hours has 23 values (expected 24, not all 0)");
  assert_refused (
      BOX TRAFFIC MINING
      "<grid jurisdiction='A' intensity='1 g/kWh' source='t' hours='0, 0, 0, 0, 0, 0, 0, "
      "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0'/>",
      "profile.xml:5: hours has 24 values (expected 24, not all 0)");
}

static void
test_weights_of_hours_have_mean_1 (void)
{
  Read *read = read_profile (
      BOX TRAFFIC MINING "<grid jurisdiction='A' intensity='1 g/kWh' source='t' hours='5, 1, 1, 1, "
                         "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1'/>" GRID);
  gdouble sum = 0;

  g_assert_no_error (read->error);
  for (guint hour = 0; hour < 24; hour++)
    {
      sum += read->read->grids[0].hours[hour];
      g_assert_cmpfloat (read->read->grids[1].hours[hour], ==, 1);
    }
  g_assert_cmpfloat (fabs (sum - 24), <, 1e-12);
  g_assert_cmpfloat (fabs (read->read->grids[0].hours[0] / read->read->grids[0].hours[1] - 5), <,
                     1e-12);
  read_free (read);
}

static void
test_the_first_grid_stands_for_those_that_are_not_listed (void)
{
  Read *read = read_profile (BOX TRAFFIC MINING GRID
                             "<grid jurisdiction='B' intensity='7 g/kWh' source='t'/>");

  g_assert_cmpstr (pnyx_energy_grid (read->read, "B")->jurisdiction, ==, "B");
  g_assert_cmpstr (pnyx_energy_grid (read->read, "A")->jurisdiction, ==, "A");
  g_assert_cmpstr (pnyx_energy_grid (read->read, "nowhere")->jurisdiction, ==, "A");
  read_free (read);
}

static void
test_hardware_is_found_by_its_name (void)
{
  Read *read = read_profile (BOX TRAFFIC MINING GRID);

  g_assert_true (pnyx_energy_hardware (read->read, "box") == &read->read->hardware[0]);
  g_assert_null (pnyx_energy_hardware (read->read, "bo"));
  read_free (read);
}

/* 558.3 EH/s at 28.2 J/TH: 137.9 TWh a year. */
static void
test_mining_power_is_hash_rate_times_efficiency_times_pue (void)
{
  gdouble watts = pnyx_energy_mining_power (558.3e18, 28.2e-12, 1);

  g_assert_cmpfloat (fabs (watts * YEAR_HOURS / 1e12 - 137.9), <, 0.05);
  g_assert_cmpfloat (fabs (pnyx_energy_mining_power (558.3e18, 28.2e-12, 1.1) / watts - 1.1), <,
                     1e-12);
  g_assert_cmpfloat (pnyx_energy_mining_power (0, 28.2e-12, 1), ==, 0);
}

/* 144 blocks a day of 3.125 coins of 60,000 $ at 0.045 $/kWh pay for 219 TWh a year. */
static void
test_the_bound_is_what_the_blocks_can_pay_for (void)
{
  gdouble watts = pnyx_energy_mining_bound (3.125 * 60000, 86400.0 / 144, 0.045 / 3.6e6);

  g_assert_cmpfloat (fabs (watts * YEAR_HOURS / 1e12 - 219), <, 0.05);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/energy/energy/" path, function)
  ADD ("a-profile-is-read-in-si-units", test_a_profile_is_read_in_si_units);
  ADD ("levels-out-of-order-are-refused-with-their-place",
       test_levels_out_of_order_are_refused_with_their_place);
  ADD ("a-day-has-24-hours", test_a_day_has_24_hours);
  ADD ("weights-of-hours-have-mean-1", test_weights_of_hours_have_mean_1);
  ADD ("the-first-grid-stands-for-those-that-are-not-listed",
       test_the_first_grid_stands_for_those_that_are_not_listed);
  ADD ("hardware-is-found-by-its-name", test_hardware_is_found_by_its_name);
  ADD ("mining-power-is-hash-rate-times-efficiency-times-pue",
       test_mining_power_is_hash_rate_times_efficiency_times_pue);
  ADD ("the-bound-is-what-the-blocks-can-pay-for", test_the_bound_is_what_the_blocks_can_pay_for);
  return g_test_run ();
}
