/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/rng.h"
#include "protocol/gasper/finality.h"
#include "protocol/gasper/finality_theory.h"
#include "protocol/gasper/proposer.h"
#include "protocol/gasper/reorg_theory.h"
#include "protocol/gasper/shuffle.h"
#include "support/naive_gasper.h"
#include "support/run_calc.h"

#define ASSERT_NEAR(a, b, e) g_assert_cmpfloat_with_epsilon ((a), (b), (e))
#define SEED "seed=0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7"
#define SEED_0 "seed=0x66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"

static void
assert_csv (const PnyxCalc *calc, const gchar *pairs, const gchar *expected)
{
  GError *error = NULL;
  g_autoptr (PnyxTable) table = run_calc (calc, pairs, &error);
  g_autofree gchar *csv = NULL;

  g_assert_no_error (error);
  csv = pnyx_table_to_csv (table);
  g_assert_cmpstr (csv, ==, expected);
}

static void
test_shuffle (void)
{
  const PnyxCalc *calc = &pnyx_calc_shuffle;

  assert_csv (calc, SEED " count=5", "index,value\n0,0\n1,3\n2,4\n3,2\n4,1\n");
  assert_csv (calc, SEED " count=0", "index,value\n");
  assert_csv (calc, SEED " count=3 rounds=0", "index,value\n0,0\n1,1\n2,2\n");
  assert_csv (
      calc,
      "seed=0x23bcd11624a07465b1c2fc1a0fe52996daae4bf87b0fb6bed45926096c644843 count=5 rounds=10",
      "index,value\n0,2\n1,0\n2,1\n3,3\n4,4\n");
  run_calc_fails (calc, "seed=0x12 count=5", "64 hexadecimal digits");
  run_calc_fails (calc, "count=5", "seed");
  run_calc_fails (calc, SEED, "count");
  run_calc_fails (calc, SEED " count=5 rounds=256", "rounds");
  run_calc_fails (calc, SEED " count=100000000", "count");
}

/* The seed of the vectors is the hash of 32 zero bytes. */
static void
test_proposer (void)
{
  const PnyxCalc *calc = &pnyx_calc_proposer;

  assert_csv (calc, SEED_0 " balances=32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32",
              "name,value\nproposer,3\ndraws,0\n");
  assert_csv (calc, SEED_0 " balances=16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31",
              "name,value\nproposer,12\ndraws,1\n");
  assert_csv (calc, SEED_0 " fork=electra balances=32,32,32,32,32,32,32,32,32,32,32,32,32,32,32,32",
              "name,value\nproposer,2\ndraws,15\n");
  assert_csv (calc,
              SEED_0 " fork=electra "
                     "balances=32,32,32,32,32,32,32,32,2048,2048,256,256,256,256,256,256",
              "name,value\nproposer,10\ndraws,5\n");
  run_calc_fails (calc, SEED_0 " balances=32,33", "balance 2");
  run_calc_fails (calc, SEED_0 " balances=32,2049 fork=electra", "2048");
  run_calc_fails (calc, SEED_0 " balances=0,0", "all 0");
  run_calc_fails (calc, SEED_0 " balances=", "balances");
  run_calc_fails (calc, SEED_0 " balances=32 fork=altair", "fork");
}

/* Printed values come from a simulation of some 10^5 epochs; where every epoch is timely with
 * probability q, two timely ones in a row finalise after 2 epochs. */
static void
test_finality_lag (void)
{
  static const struct
  {
    const gchar *pairs;
    gdouble q, mean, p3, p4;
  } cases[] = { { "participation=0.8", 1 - 0.2 * 0.2 * 0.2 * 0.2 * 0.2, 2.0007, NAN, NAN },
                { "participation=0.75", 1 - 0.25 * 0.25 * 0.25, 2.0314, 0.0309, NAN },
                { "participation=0.7", 0.7, 2.5993, 0.4197, 0.0898 } };
  const PnyxCalc *calc = &pnyx_calc_finality_lag;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gdouble p2 = run_calc_value (calc, cases[i].pairs, "p2");
      gdouble p3 = run_calc_value (calc, cases[i].pairs, "p3");
      gdouble p4 = run_calc_value (calc, cases[i].pairs, "p4");

      ASSERT_NEAR (run_calc_value (calc, cases[i].pairs, "mean"), cases[i].mean, 1e-3);
      ASSERT_NEAR (p2, cases[i].q * cases[i].q, 1e-12);
      ASSERT_NEAR (p2 + p3 + p4, 1, 1e-12);
      if (!isnan (cases[i].p3))
        ASSERT_NEAR (p3, cases[i].p3, 5e-4);
      if (!isnan (cases[i].p4))
        ASSERT_NEAR (p4, cases[i].p4, 5e-4);
    }
}

/* From two thirds, inclusive, to 64/93 the votes of 31 slots never suffice: always 4 epochs. */
static void
test_finality_lag_at_its_boundaries (void)
{
  const PnyxCalc *calc = &pnyx_calc_finality_lag;

  ASSERT_NEAR (run_calc_value (calc, "participation=0.66666666666667", "p4"), 1, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "participation=0.6666666666666666", "mean"), 4, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "participation=0.68817", "p4"), 1, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "participation=0.688172043010752688", "p2"),
               64.0 / 93 * 64 / 93, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "participation=1", "mean"), 2, 1e-12);
  ASSERT_NEAR (run_calc_value (calc, "participation=1", "p2"), 1, 1e-12);
  run_calc_fails (calc, "participation=0.66", "2/3");
  run_calc_fails (calc, "participation=0.66666", "2/3");
  run_calc_fails (calc, "participation=1.01", "participation");
  run_calc_fails (calc, "", "");
}

static gdouble
ex_ante (const gchar *beta, const gchar *boost, guint slots)
{
  g_autofree gchar *pairs = g_strdup_printf ("beta=%s boost=%s slots=%u", beta, boost, slots);

  return run_calc_value (&pnyx_calc_reorg, pairs, "ex_ante");
}

static void
test_least_slots_of_an_ex_ante_reorg (void)
{
  static const struct
  {
    const gchar *beta;
    guint of_40, of_70;
  } cases[] = { { "0.1", 5, 8 },  { "0.15", 3, 5 }, { "0.2", 3, 4 },
                { "0.25", 2, 3 }, { "0.3", 2, 3 },  { "0.3333333333333333", 2, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpfloat (ex_ante (cases[i].beta, "0.4", cases[i].of_40), ==, 1);
      g_assert_cmpfloat (ex_ante (cases[i].beta, "0.4", cases[i].of_40 - 1), ==, 0);
      g_assert_cmpfloat (ex_ante (cases[i].beta, "0.7", cases[i].of_70), ==, 1);
      g_assert_cmpfloat (ex_ante (cases[i].beta, "0.7", cases[i].of_70 - 1), ==, 0);
    }
  g_assert_cmpfloat (ex_ante ("0.000000001", "0", 1), ==, 1);
  g_assert_cmpfloat (ex_ante ("0", "0", 1), ==, 0);
}

static void
test_sandwich_reorgs (void)
{
  const PnyxCalc *calc = &pnyx_calc_reorg;

  g_assert_cmpfloat (run_calc_value (calc, "beta=0.1 boost=0.7 slots=1", "sandwich"), ==, 0);
  g_assert_cmpfloat (run_calc_value (calc, "beta=0.100000001 boost=0.7 slots=1", "sandwich"), ==,
                     1);
  g_assert_cmpfloat (run_calc_value (calc, "beta=0.07 boost=0.8 slots=1", "sandwich"), ==, 1);
  g_assert_cmpfloat (run_calc_value (calc, "beta=0.2 slots=1", "sandwich"), ==, 0);
  g_assert_cmpfloat (run_calc_value (calc, "beta=0.201 slots=1", "sandwich"), ==, 1);
}

static void
test_reorgs_with_finite_committees (void)
{
  const PnyxCalc *calc = &pnyx_calc_reorg;

  ASSERT_NEAR (run_calc_value (calc, "beta=0.39 slots=1 committee=19000", "ex_ante"), 9.084e-4,
               5e-8);
  ASSERT_NEAR (run_calc_value (calc, "beta=0.4 slots=1 committee=19000", "ex_ante"), 0.19874, 5e-6);
  ASSERT_NEAR (run_calc_value (calc, "beta=0.2 slots=2 committee=19000", "ex_ante"), 0.019877,
               5e-7);
  ASSERT_NEAR (run_calc_value (calc, "beta=0.15 slots=3 committee=19000", "ex_ante"), 0.003375,
               1e-8);
  run_calc_fails (calc, "beta=1.1 slots=1", "beta");
  run_calc_fails (calc, "beta=0.1 slots=0", "slots");
  run_calc_fails (calc, "slots=1", "beta");
}

static gdouble
choose (guint n, guint k)
{
  gdouble c = 1;

  for (guint i = 0; i < k; i++)
    c = c * (n - i) / (i + 1);
  return c;
}

static gdouble
binomial (guint n, guint k, gdouble p)
{
  return choose (n, k) * pow (p, k) * pow (1 - p, n - k);
}

/* Small committees by enumeration, with ties: boost of exactly four of ten. */
static void
test_finite_committees_equal_enumeration (void)
{
  const gdouble beta = 0.3;
  PnyxGasperReorg reorg = { 300000000, 400000000, 2, 10 };
  gdouble ex = 0, sandwich = 0;

  for (guint before = 0; before <= 20; before++)
    {
      if (before > 4)
        ex += binomial (20, before, beta);
      for (guint inside = 0; inside <= 10; inside++)
        if (4 + before + inside > 10 - inside)
          sandwich += binomial (20, before, beta) * binomial (10, inside, beta);
    }
  ASSERT_NEAR (pnyx_gasper_reorg_ex_ante (&reorg), beta * beta * ex, 1e-12);
  ASSERT_NEAR (pnyx_gasper_reorg_sandwich (&reorg), beta * beta * beta * sandwich, 1e-12);
  /* A boost of 4.5 members is more than 4 votes and less than 5. */
  reorg.boost = 450000000;
  ASSERT_NEAR (pnyx_gasper_reorg_ex_ante (&reorg), beta * beta * ex, 1e-12);
}

/* weigh_justification_and_finalization: the votes of previous and current epoch by transition. */

typedef struct
{
  PnyxStake previous, current; /* of 3 */
} Votes;

static PnyxGasperJustification
weigh (const Votes *votes, guint n)
{
  PnyxGasperJustification state = { 0 };

  for (guint64 epoch = 2; epoch < 2 + n; epoch++)
    {
      PnyxGasperTargets targets = { { epoch - 1, (PnyxBlockId)(10 * epoch - 10) },
                                    { epoch, (PnyxBlockId)(10 * epoch) },
                                    votes[epoch - 2].previous,
                                    votes[epoch - 2].current,
                                    3 };

      pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
    }
  return state;
}

static void
test_the_four_finalisation_rules (void)
{
  /* 1 of 2: two timely epochs in a row. */
  const Votes first[] = { { 0, 2 }, { 2, 2 } };
  /* Epoch 2 timely, 3 not: at the end of 4 both 3 and 4 are justified: 3 with source 2. */
  const Votes second[] = { { 0, 2 }, { 2, 0 }, { 2, 2 } };
  /* 2 timely, 3 and 4 late: at the end of 4, 3 is justified with source 2. */
  const Votes third[] = { { 0, 2 }, { 2, 0 }, { 2, 0 } };
  /* All late: each justified an epoch later, finalised with the source two epochs before. */
  const Votes fourth[] = { { 0, 0 }, { 2, 0 }, { 2, 0 }, { 2, 0 } };
  PnyxGasperJustification state;

  state = weigh (first, G_N_ELEMENTS (first));
  g_assert_cmpuint (state.finalized_checkpoint.epoch, ==, 2);
  g_assert_cmpuint (state.finalized_checkpoint.root, ==, 20);
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 3);
  g_assert_cmpuint (state.previous_justified_checkpoint.epoch, ==, 2);
  g_assert_cmpuint (state.justification_bits, ==, 3);
  state = weigh (second, G_N_ELEMENTS (second));
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 4);
  g_assert_cmpuint (state.finalized_checkpoint.epoch, ==, 2);
  state = weigh (third, G_N_ELEMENTS (third));
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 3);
  g_assert_cmpuint (state.finalized_checkpoint.epoch, ==, 2);
  state = weigh (fourth, G_N_ELEMENTS (fourth));
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 4);
  g_assert_cmpuint (state.finalized_checkpoint.epoch, ==, 2);
}

/* Two of three justify; one gwei less than two thirds of six does not. */
static void
test_two_thirds_are_inclusive (void)
{
  PnyxGasperTargets targets = { { 4, 4 }, { 5, 5 }, 0, 4, 6 };
  PnyxGasperJustification state = { 0 };

  pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 5);
  targets.current_balance = 3;
  state = (PnyxGasperJustification){ 0 };
  pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
  g_assert_cmpuint (state.current_justified_checkpoint.epoch, ==, 0);
  targets = (PnyxGasperTargets){ { 4, 4 }, { 5, 5 }, 0, G_MAXUINT64 / 3 * 2, G_MAXUINT64 };
  pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
  g_assert_cmpuint (state.justification_bits, ==, 1);
  targets.current_balance--;
  pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
  g_assert_cmpuint (state.justification_bits, ==, 2);
}

static void
assert_same_checkpoint (PnyxGasperCheckpoint a, NaiveCheckpoint b)
{
  g_assert_cmpuint (a.epoch, ==, b.epoch);
  g_assert_cmpuint (a.root, ==, b.root);
}

/* Against the naive reference, which the executable specification's vectors hold. */
static void
test_random_histories_equal_the_reference (void)
{
  PnyxRng rng;
  guint n_finalized = 0;

  pnyx_rng_init (&rng, 1, 0, 0, "test", "histories");
  for (guint32 k = 0; k < 3000; k++)
    {
      PnyxGasperJustification state = { 0 };
      NaiveState naive = { 0 };

      for (guint64 epoch = 2; epoch < 20; epoch++)
        {
          PnyxStake previous = 3 + pnyx_rng_below (&rng, k, 2 * epoch, 4);
          PnyxStake current = 2 + pnyx_rng_below (&rng, k, 2 * epoch + 1, 4);
          PnyxGasperTargets targets = { { epoch - 1, (PnyxBlockId)epoch + 99 },
                                        { epoch, (PnyxBlockId)epoch + 100 },
                                        previous,
                                        current,
                                        6 };

          naive.slot = epoch * 32 + 31;
          pnyx_gasper_weigh_justification_and_finalization (&state, &targets);
          naive_weigh_justification_and_finalization (&naive, 32, 6, previous, current, epoch + 99,
                                                      epoch + 100);
          assert_same_checkpoint (state.previous_justified_checkpoint,
                                  naive.previous_justified_checkpoint);
          assert_same_checkpoint (state.current_justified_checkpoint,
                                  naive.current_justified_checkpoint);
          assert_same_checkpoint (state.finalized_checkpoint, naive.finalized_checkpoint);
          for (guint i = 0; i < PNYX_GASPER_JUSTIFICATION_BITS_LENGTH; i++)
            g_assert_cmpint (state.justification_bits >> i & 1, ==, naive.justification_bits[i]);
        }
      n_finalized += state.finalized_checkpoint.epoch > 0;
    }
  g_assert_cmpuint (n_finalized, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/gasper-calc/shuffle", test_shuffle);
  g_test_add_func ("/protocol/gasper-calc/proposer", test_proposer);
  g_test_add_func ("/protocol/gasper-calc/finality-lag", test_finality_lag);
  g_test_add_func ("/protocol/gasper-calc/finality-lag-at-its-boundaries",
                   test_finality_lag_at_its_boundaries);
  g_test_add_func ("/protocol/gasper-calc/least-slots-of-an-ex-ante-reorg",
                   test_least_slots_of_an_ex_ante_reorg);
  g_test_add_func ("/protocol/gasper-calc/sandwich-reorgs", test_sandwich_reorgs);
  g_test_add_func ("/protocol/gasper-calc/reorgs-with-finite-committees",
                   test_reorgs_with_finite_committees);
  g_test_add_func ("/protocol/gasper-calc/finite-committees-equal-enumeration",
                   test_finite_committees_equal_enumeration);
  g_test_add_func ("/protocol/gasper-calc/the-four-finalisation-rules",
                   test_the_four_finalisation_rules);
  g_test_add_func ("/protocol/gasper-calc/two-thirds-are-inclusive", test_two_thirds_are_inclusive);
  g_test_add_func ("/protocol/gasper-calc/random-histories-equal-the-reference",
                   test_random_histories_equal_the_reference);
  return g_test_run ();
}
