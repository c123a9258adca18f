/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/committees.h"

#include <string.h>

#include "protocol/gasper/shuffle.h"

static void
test_count_per_slot (void)
{
  const PnyxGasperPreset *mainnet = &pnyx_gasper_mainnet;

  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 0), ==, 1);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 8191), ==, 1);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 8192), ==, 2);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 16384), ==, 4);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 262143), ==, 63);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 262144), ==, 64);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (mainnet, 1u << 20), ==, 64);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (&pnyx_gasper_minimal, 64), ==, 2);
  g_assert_cmpuint (pnyx_gasper_get_committee_count_per_slot (&pnyx_gasper_minimal, 1000), ==, 4);
}

/* The committees of an epoch are disjoint, together everybody, in the order of the list, and their
 * sizes differ by at most one. */
static void
test_committees_of_an_epoch_partition_the_validators (void)
{
  static const guint32 sizes[] = { 1, 31, 32, 33, 1000, 8192, 20011, 300000 };
  const PnyxGasperPreset *preset = &pnyx_gasper_mainnet;

  for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
    {
      guint32 n = sizes[k], at = 0;
      guint32 per_slot = pnyx_gasper_get_committee_count_per_slot (preset, n);
      guint32 least = n / (per_slot * 32);
      g_autofree guint32 *list = g_new0 (guint32, n);

      for (guint64 slot = 3200; slot < 3232; slot++)
        for (guint32 index = 0; index < per_slot; index++)
          {
            PnyxGasperCommittee committee
                = pnyx_gasper_get_beacon_committee (preset, list, n, slot, index);

            g_assert_true (committee.members == list + at);
            g_assert_cmpuint (committee.n, >=, least);
            g_assert_cmpuint (committee.n, <=, least + 1);
            at += committee.n;
          }
      g_assert_cmpuint (at, ==, n);
    }
}

/* compute_committee of the specification asks for the shuffled index of each place. */
static void
test_members_are_at_shuffled_indices (void)
{
  PnyxSha256Digest seed = { 42 };
  PnyxShufflePivots pivots;
  guint32 active[100], list[100];

  for (guint32 i = 0; i < 100; i++)
    active[i] = list[i] = 3 * i + 1;
  pnyx_shuffle_list (pnyx_cpu_detect (), seed, 90, list, 100);
  pnyx_shuffle_pivots_init (&pivots, PNYX_CPU_PORTABLE, seed, 90, 100);
  for (guint32 index = 0; index < 32; index++)
    {
      PnyxGasperCommittee committee = pnyx_gasper_compute_committee (list, 100, index, 32);
      guint32 start = 100 * index / 32, end = 100 * (index + 1) / 32;

      g_assert_cmpuint (committee.n, ==, end - start);
      for (guint32 i = start; i < end; i++)
        {
          guint32 shuffled = i;

          pnyx_compute_shuffled_index (&pivots, PNYX_CPU_PORTABLE, &shuffled, 1);
          g_assert_cmpuint (committee.members[i - start], ==, active[shuffled]);
        }
    }
}

static void
assert_checksum (const guint8 *message, gsize length, const guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 expected[PNYX_SHA256_SIZE];
  gsize size = sizeof expected;

  g_checksum_update (checksum, message, (gssize)length);
  g_checksum_get_digest (checksum, expected, &size);
  g_assert_true (memcmp (digest, expected, PNYX_SHA256_SIZE) == 0);
}

static void
test_seeds_are_hashes_of_domain_epoch_and_mix (void)
{
  guint8 message[44] = { 1, 0, 0, 0, 0x34, 0x12 };
  guint8 outer[40];
  PnyxSha256Digest mix, seed;

  for (guint i = 0; i < PNYX_SHA256_SIZE; i++)
    mix[i] = (guint8)(i + 100);
  memcpy (message + 12, mix, PNYX_SHA256_SIZE);
  pnyx_gasper_get_seed (mix, 0x1234, PNYX_GASPER_DOMAIN_BEACON_ATTESTER, seed);
  assert_checksum (message, sizeof message, seed);
  message[0] = 0;
  pnyx_gasper_get_seed (mix, 0x1234, PNYX_GASPER_DOMAIN_BEACON_PROPOSER, outer);
  assert_checksum (message, sizeof message, outer);
  memset (outer + 32, 0, 8);
  outer[32] = 0x85; /* slot 0x24685 = 0x1234 * 32 + 5 */
  outer[33] = 0x46;
  outer[34] = 0x02;
  pnyx_gasper_get_proposer_seed (mix, 0x24685, &pnyx_gasper_mainnet, seed);
  assert_checksum (outer, sizeof outer, seed);
}

/* 34 million ETH: boost, weak head and strong parent. */
static void
test_fractions_of_a_committee (void)
{
  const PnyxStake eth = 1000000000, total = 34000000 * eth;

  g_assert_cmpuint (total / 32, ==, 1062500 * eth);
  g_assert_cmpuint (pnyx_gasper_calculate_committee_fraction (total, 32, 40), ==, 425000 * eth);
  g_assert_cmpuint (pnyx_gasper_calculate_committee_fraction (total, 32, 20), ==, 212500 * eth);
  g_assert_cmpuint (pnyx_gasper_calculate_committee_fraction (total, 32, 160), ==, 1700000 * eth);
  /* Rounded down twice: 1009 / 32 = 31, 31 * 40 / 100 = 12. */
  g_assert_cmpuint (pnyx_gasper_calculate_committee_fraction (1009, 32, 40), ==, 12);
  g_assert_cmpuint (pnyx_gasper_calculate_committee_fraction (G_MAXUINT64, 32, 160), ==,
                    G_MAXUINT64 / 32 / 100 * 160 + G_MAXUINT64 / 32 % 100 * 160 / 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/committees/count-per-slot", test_count_per_slot);
  g_test_add_func ("/protocol/committees/committees-of-an-epoch-partition-the-validators",
                   test_committees_of_an_epoch_partition_the_validators);
  g_test_add_func ("/protocol/committees/members-are-at-shuffled-indices",
                   test_members_are_at_shuffled_indices);
  g_test_add_func ("/protocol/committees/seeds-are-hashes-of-domain-epoch-and-mix",
                   test_seeds_are_hashes_of_domain_epoch_and_mix);
  g_test_add_func ("/protocol/committees/fractions-of-a-committee", test_fractions_of_a_committee);
  return g_test_run ();
}
