/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profiles that are delivered read without a fault and say what their sources say. */
#include <string.h>

#include "energy/energy.h"
#include "net/regions.h"
#include "scenario/reader.h"

static PnyxScenario *
read_profile (const PnyxElement *root, const gchar *folder, const gchar *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path
      = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", "profiles", folder, file, NULL);
  PnyxReader reader = { .root = root };
  PnyxScenario *scenario = pnyx_scenario_read (&reader, path, &error);

  g_assert_no_error (error);
  return scenario;
}

static PnyxTime
delay_between (const gchar *file, guint from, guint to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) profile = read_profile (&pnyx_element_region_profile, "regions", file);
  PnyxRegions *regions = pnyx_regions_new (profile->root, NULL, &error);
  PnyxTime delay;

  g_assert_no_error (error);
  g_assert_cmpuint (regions->n, >, MAX (from, to));
  delay = pnyx_regions_half_rtt (regions, from, to);
  pnyx_regions_free (regions);
  return delay;
}

static void
test_round_trips_are_halved_and_one_way_delays_are_not (void)
{
  g_assert_cmpint (delay_between ("aws-2025.xml", 0, 1), ==, 31950 * PNYX_MICROSECOND);
  g_assert_cmpint (delay_between ("aws-2025.xml", 9, 0), ==, 69600 * PNYX_MICROSECOND);
  g_assert_cmpint (delay_between ("ripe-countries.xml", 0, 0), ==, 54 * PNYX_MILLISECOND);
  g_assert_cmpint (delay_between ("simblock-2019.xml", 0, 1), ==, 124 * PNYX_MILLISECOND);
  g_assert_cmpint (delay_between ("gervais-2015.xml", 1, 1), ==, 11610 * PNYX_MICROSECOND);
}

/* The published matrices are nearly symmetric: a slip of a row or a column is not. */
static void
test_matrices_are_nearly_symmetric (void)
{
  const gchar *const files[]
      = { "aws-2025.xml", "ripe-countries.xml", "simblock-2019.xml", "gervais-2015.xml" };

  for (gsize file = 0; file < G_N_ELEMENTS (files); file++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxScenario) profile
          = read_profile (&pnyx_element_region_profile, "regions", files[file]);
      PnyxRegions *regions = pnyx_regions_new (profile->root, NULL, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < regions->n; i++)
        for (guint j = 0; j < regions->n; j++)
          g_assert_cmpint (
              ABS (pnyx_regions_half_rtt (regions, i, j) - pnyx_regions_half_rtt (regions, j, i)),
              <=, 2 * PNYX_MILLISECOND);
      pnyx_regions_free (regions);
    }
}

static void
test_the_reference_energy_has_its_hardware_and_grids (void)
{
  const gchar *const names[] = { "pi4", "home", "rack", "cloud-server", "cloud-vm", "solana" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) file
      = read_profile (&pnyx_element_energy_profile, "energy", "reference.xml");
  g_autoptr (PnyxSection) energy = pnyx_section_new (&pnyx_element_energy, NULL);
  PnyxEnergyProfile *profile;

  profile = pnyx_energy_profile_new (file->root, energy, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (pnyx_energy_hardware (profile, names[i]));
  g_assert_cmpfloat (pnyx_energy_hardware (profile, "home")->idle[PNYX_MID], ==, 22);
  g_assert_cmpfloat_with_epsilon (profile->mining[PNYX_MID], 28.2e-12, 1e-20);
  g_assert_cmpfloat_with_epsilon (profile->traffic[PNYX_HIGH], 0.06 * 3.6e6 / 1e9, 1e-12);
  g_assert_cmpfloat_with_epsilon (pnyx_energy_grid (profile, "FR")->intensity * 3.6e9, 56, 1e-9);
  g_assert_cmpstr (pnyx_energy_grid (profile, "nowhere")->jurisdiction, ==, "WORLD");
  pnyx_energy_profile_free (profile);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profiles/halved-or-not",
                   test_round_trips_are_halved_and_one_way_delays_are_not);
  g_test_add_func ("/profiles/nearly-symmetric", test_matrices_are_nearly_symmetric);
  g_test_add_func ("/profiles/energy", test_the_reference_energy_has_its_hardware_and_grids);
  return g_test_run ();
}
