/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/proposer.h"

#include <math.h>
#include <string.h>

#include "protocol/gasper/shuffle.h"

#define ETH ((PnyxStake)1000000000)
#define N 16

/* The seeds of the vectors: the hash of @k repeated 32 times. */
static void
make_seed (guint8 k, PnyxSha256Digest seed)
{
  guint8 message[32];

  memset (message, k, sizeof message);
  pnyx_sha256 (message, sizeof message, seed);
}

static void
assert_draw (PnyxGasperProposerRule rule, const PnyxStake *balance, guint8 k, guint32 proposer,
             guint64 accepted)
{
  static const PnyxCpu paths[] = { PNYX_CPU_PORTABLE, PNYX_CPU_SHA };
  PnyxSha256Digest seed;
  PnyxGasperProposerDraw draw = { rule, NULL, N, balance, seed, PNYX_SHUFFLE_ROUND_COUNT, 0 };
  guint64 draws;

  make_seed (k, seed);
  for (gsize path = 0; path < G_N_ELEMENTS (paths); path++)
    if ((paths[path] & pnyx_cpu_detect ()) == paths[path])
      {
        g_assert_cmpuint (pnyx_gasper_compute_proposer_index (&draw, paths[path], &draws), ==,
                          proposer);
        g_assert_cmpuint (draws, ==, accepted);
      }
}

static void
test_vectors_from_the_specification (void)
{
  const PnyxGasperProposerRule phase0 = PNYX_GASPER_PROPOSER_PHASE0;
  const PnyxGasperProposerRule electra = PNYX_GASPER_PROPOSER_ELECTRA;
  PnyxStake equal[N], rising[N], mixed[N];

  for (guint i = 0; i < N; i++)
    {
      equal[i] = 32 * ETH;
      rising[i] = (16 + i) * ETH;
      mixed[i] = (i < 8 ? 32 : i < 10 ? 2048 : 256) * ETH;
    }
  assert_draw (phase0, equal, 0, 3, 0);
  assert_draw (phase0, equal, 1, 8, 0);
  assert_draw (phase0, equal, 2, 14, 0);
  assert_draw (phase0, rising, 0, 12, 1);
  assert_draw (phase0, rising, 1, 8, 0);
  assert_draw (phase0, rising, 2, 14, 0);
  assert_draw (electra, equal, 0, 2, 15);
  assert_draw (electra, equal, 1, 2, 46);
  assert_draw (electra, equal, 2, 15, 78);
  assert_draw (electra, mixed, 0, 10, 5);
  assert_draw (electra, mixed, 1, 8, 0);
  assert_draw (electra, mixed, 2, 8, 1);
}

/* As the specification writes it. */
static guint32
naive_proposer (const PnyxGasperProposerDraw *draw, guint64 *draws)
{
  PnyxShufflePivots pivots;

  pnyx_shuffle_pivots_init (&pivots, PNYX_CPU_PORTABLE, draw->seed, draw->rounds, draw->n);
  for (guint64 i = 0;; i++)
    {
      gboolean electra = draw->rule == PNYX_GASPER_PROPOSER_ELECTRA;
      guint64 number = GUINT64_TO_LE (i / (electra ? 16 : 32)), random;
      guint32 index = (guint32)(i % draw->n);
      guint8 message[40];
      PnyxSha256Digest bytes;

      pnyx_compute_shuffled_index (&pivots, PNYX_CPU_PORTABLE, &index, 1);
      memcpy (message, draw->seed, 32);
      memcpy (message + 32, &number, 8);
      pnyx_sha256 (message, sizeof message, bytes);
      random = electra ? bytes[i % 16 * 2] + 256u * bytes[i % 16 * 2 + 1] : bytes[i % 32];
      *draws = i;
      if (draw->effective_balance[draw->indices[index]] * (electra ? 65535 : 255)
          >= (electra ? 2048 : 32) * ETH * random)
        return draw->indices[index];
    }
}

static void
test_batches_change_nothing (void)
{
  PnyxStake balance[2 * N];
  guint32 indices[N];

  for (guint32 i = 0; i < 2 * N; i++)
    balance[i] = (i % 3 + 1) * ETH;
  for (guint32 i = 0; i < N; i++)
    indices[i] = 2 * i + 1;
  for (guint k = 0; k < 60; k++)
    {
      PnyxSha256Digest seed = { (guint8)k, 1 };
      PnyxGasperProposerDraw draw
          = { k % 3 == 0 ? PNYX_GASPER_PROPOSER_ELECTRA : PNYX_GASPER_PROPOSER_PHASE0,
              indices,
              k % N + 1,
              balance,
              seed,
              10,
              k % 2 == 0 ? 0 : 3 * ETH };
      guint64 draws, expected_draws;
      guint32 proposer = pnyx_gasper_compute_proposer_index (&draw, pnyx_cpu_detect (), &draws);

      g_assert_cmpuint (proposer, ==, naive_proposer (&draw, &expected_draws));
      g_assert_cmpuint (draws, ==, expected_draws);
    }
}

/* Acceptance of a candidate: 31 ETH .96875, 16 ETH .5 in phase0; 32 ETH 1/64 in Electra. The mean
 * number of refusals is (1 - a) / a, its standard deviation sqrt (1 - a) / a. */
static void
test_acceptance_is_in_proportion_to_the_balance (void)
{
  static const struct
  {
    PnyxGasperProposerRule rule;
    guint eth;
    gdouble acceptance;
    guint draws;
  } cases[] = { { PNYX_GASPER_PROPOSER_PHASE0, 32, 1, 2000 },
                { PNYX_GASPER_PROPOSER_PHASE0, 31, 0.96875, 20000 },
                { PNYX_GASPER_PROPOSER_PHASE0, 16, 0.5, 20000 },
                { PNYX_GASPER_PROPOSER_ELECTRA, 32, 0.015625, 3000 } };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      gdouble a = cases[c].acceptance, refused = 0;
      PnyxStake balance[N];

      for (guint i = 0; i < N; i++)
        balance[i] = cases[c].eth * ETH;
      for (guint k = 0; k < cases[c].draws; k++)
        {
          PnyxSha256Digest seed = { (guint8)k, (guint8)(k >> 8), (guint8)c };
          PnyxGasperProposerDraw draw
              = { cases[c].rule, NULL, N, balance, seed, 4, cases[c].eth * ETH };
          guint64 draws;

          pnyx_gasper_compute_proposer_index (&draw, pnyx_cpu_detect (), &draws);
          refused += (gdouble)draws;
        }
      g_assert_cmpfloat_with_epsilon (refused / cases[c].draws, (1 - a) / a,
                                      3.3 * sqrt ((1 - a) / cases[c].draws) / a + 1e-12);
    }
}

static void
test_largest_effective_balances (void)
{
  g_assert_cmpuint (pnyx_gasper_max_effective_balance (PNYX_GASPER_PROPOSER_PHASE0), ==, 32 * ETH);
  g_assert_cmpuint (pnyx_gasper_max_effective_balance (PNYX_GASPER_PROPOSER_ELECTRA), ==,
                    2048 * ETH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/proposer/vectors-from-the-specification",
                   test_vectors_from_the_specification);
  g_test_add_func ("/protocol/proposer/batches-change-nothing", test_batches_change_nothing);
  g_test_add_func ("/protocol/proposer/acceptance-is-in-proportion-to-the-balance",
                   test_acceptance_is_in_proportion_to_the_balance);
  g_test_add_func ("/protocol/proposer/largest-effective-balances",
                   test_largest_effective_balances);
  return g_test_run ();
}
