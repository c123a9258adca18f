/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <offline> and <late> of sim/protocol/gasper/deviations.c, through the table of validators. */
#include "protocol/gasper/validators.h"

#include <math.h>
#include <string.h>

#include "support/test_validators.h"

static const PnyxGasperDeviation *
offline_of (const TestValidators *validators, guint64 slot, gboolean is_proposal)
{
  return pnyx_gasper_deviation_of (&validators->table, 0, slot, PNYX_GASPER_OFFLINE, is_proposal);
}

/* With 32 ETH each: the nearest number, but never more than a third for a share of at most that. */
static void
test_shares_of_equal_stake_are_exact (void)
{
  static const struct
  {
    guint n;
    const gchar *share;
    guint32 chosen;
  } cases[] = {
    { 16384, "0.34", 5571 }, /* 5570.56 */
    { 16384, "0.3333333333333333", 5461 },
    { 16385, "0.3333333333333333", 5461 }, /* 5461.67: 5462 would be more than a third */
    { 16386, "0.3333333333333333", 5462 }, /* a third */
    { 16384, "0.33333", 5461 },
    { 16384, "0.5", 8192 },
    { 16385, "0.5", 8192 }, /* as near from both sides */
    { 16384, "0", 0 },
    { 16384, "1", 16384 },
    { 16384, "0.99999", 16384 },
    { 16384, "0.00001", 0 },
    { 3, "0.3333333333333333", 1 },
    { 2, "0.3", 0 },
    { 1, "0.6", 1 },
    { 1, "0.5", 0 },
    { 10, "0.3", 3 },
    { 1000, "0.001", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text = g_strdup_printf (
          "<validators count='%u'><offline share='%s'/></validators>", cases[i].n, cases[i].share);
      g_autoptr (TestValidators) validators = test_validators_read (text);

      g_assert_cmpuint (test_validators_chosen (validators, 0), ==, cases[i].chosen);
    }
}

static void
test_a_share_of_a_third_leaves_two_thirds_of_any_stake (void)
{
  for (guint64 seed = 0; seed < 50; seed++)
    {
      TestValidatorsParams params
          = { .validators = "<validators count='200' stake='pareto(32 ETH, 1.1)'>"
                            "<offline share='0.3333333333333333'/></validators>",
              .seed = seed };
      g_autoptr (TestValidators) validators = test_validators_new (&params);
      guint64 total = 0;

      for (guint32 i = 0; i < 200; i++)
        total += validators->table.effective_balance[i] / TEST_ETH;
      g_assert_cmpuint (3 * test_validators_chosen_eth (validators, 0), <=, total);
    }
}

/* What is chosen in a random order misses the share by half of the largest stake at most. */
static void
test_shares_of_unequal_stake_are_the_nearest (void)
{
  for (guint64 seed = 0; seed < 50; seed++)
    {
      TestValidatorsParams params
          = { .validators = "<validators count='200' stake='uniform(32 ETH, 2048 ETH)'>"
                            "<offline share='0.4'/></validators>",
              .seed = seed };
      g_autoptr (TestValidators) validators = test_validators_new (&params);
      gdouble total = 0;

      for (guint32 i = 0; i < 200; i++)
        total += (gdouble)(validators->table.effective_balance[i] / TEST_ETH);
      g_assert_cmpfloat (fabs ((gdouble)test_validators_chosen_eth (validators, 0) - 0.4 * total),
                         <=, 1024);
    }
}

static void
test_a_larger_share_takes_the_same_and_more (void)
{
  g_autoptr (TestValidators) some
      = test_validators_read ("<validators count='1000'><offline share='0.2'/></validators>");
  g_autoptr (TestValidators) more
      = test_validators_read ("<validators count='1000'><offline share='0.5'/></validators>");

  for (guint32 i = 0; i < 1000; i++)
    g_assert_cmpuint (some->table.deviations[0].chosen[i], <=, more->table.deviations[0].chosen[i]);
}

/* Two that take a half each have about a quarter of all in common. */
static void
test_each_deviation_draws_for_itself (void)
{
  g_autoptr (TestValidators) validators
      = test_validators_read ("<validators count='10000'><offline share='0.5'/>"
                              "<late share='0.5' delay='1 s'/></validators>");
  guint both = 0;

  for (guint32 i = 0; i < 10000; i++)
    both += validators->table.deviations[0].chosen[i] & validators->table.deviations[1].chosen[i];
  g_assert_cmpfloat (fabs (both - 2500.0), <, 4 * 25); /* hypergeometric: sd 25 */
}

static const gchar network[] = "nodes='40' operators='4' operator-skew='1'>"
                               "<class name='home' share='3'/><class name='cloud' share='1'/>"
                               "<client name='prysm' share='2'/><client name='lighthouse'/>";

static void
test_selectors_take_who_matches_all_of_them (void)
{
  TestValidatorsParams params
      = { .network = network,
          .validators = "<validators count='2000' operators='6'>"
                        "<offline region='south'/><offline client='prysm'/>"
                        "<offline class='home'/><offline operator='5'/>"
                        "<offline region='north' client='prysm' class='home' operator='0'/>"
                        "<offline client='prysm' share='0.25'/></validators>" };
  g_autoptr (TestValidators) validators = test_validators_new (&params);
  const PnyxGasperValidators *table = &validators->table;
  guint32 prysm = 0;

  for (guint32 i = 0; i < table->n; i++)
    {
      PnyxNodeId node = table->node_of[i];
      gboolean south = validators->nodes.region[node] == 1;
      gboolean home = validators->nodes.class_of[node] == 0;
      gboolean is_prysm = validators->nodes.client[node] == 0;

      g_assert_cmpuint (table->deviations[0].chosen[i], ==, south);
      g_assert_cmpuint (table->deviations[1].chosen[i], ==, is_prysm);
      g_assert_cmpuint (table->deviations[2].chosen[i], ==, home);
      g_assert_cmpuint (table->deviations[3].chosen[i], ==, table->operator_of[i] == 5);
      g_assert_cmpuint (table->deviations[4].chosen[i], ==,
                        !south && is_prysm && home && table->operator_of[i] == 0);
      g_assert_true (is_prysm || table->deviations[5].chosen[i] == 0);
      prysm += is_prysm ? 1 : 0;
    }
  g_assert_cmpuint (test_validators_chosen (validators, 4), >, 0);
  g_assert_cmpfloat (fabs (test_validators_chosen (validators, 5) - 0.25 * prysm), <=, 0.5);
}

static void
refuse_selector (const gchar *selector, const gchar *expected)
{
  g_autofree gchar *text
      = g_strdup_printf ("<validators count='100'><offline\n%s/></validators>", selector);
  TestValidatorsParams params = { .network = network, .validators = text };
  g_autofree gchar *message = test_validators_refusal (&params, PNYX_ERROR_UNKNOWN);

  g_assert_cmpstr (message, ==, expected);
}

static void
test_names_that_do_not_exist_are_refused (void)
{
  refuse_selector ("region='souht'",
                   "scenario.xml:3: no region \"souht\" in this network; did you mean \"south\"? "
                   "(expected one of north, south)");
  refuse_selector ("client='geth'", "scenario.xml:3: no client \"geth\" in this network (expected "
                                    "one of prysm, lighthouse)");
  refuse_selector ("class='clout'",
                   "scenario.xml:3: no class \"clout\" in this network; did you mean \"cloud\"? "
                   "(expected one of home, cloud)");
  refuse_selector ("operator='4'", "scenario.xml:3: no operator 4 among those of the validators "
                                   "(expected 0 to 3)");
}

static void
test_a_region_without_regions_is_refused (void)
{
  g_autoptr (TestValidators) validators
      = test_validators_read ("<validators count='8'><offline region='north'/></validators>");
  PnyxGasperValidators table;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      pnyx_gasper_validators_init (&table, validators->world, &validators->nodes, NULL, 0,
                                   pnyx_section_child (validators->scenario->root, "validators", 0),
                                   32 * TEST_ETH, 32, 12 * PNYX_SECOND, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
  g_assert_true (
      g_str_has_suffix (error->message, ":2: no region \"north\" in this network (expected none)"));
}

/* Slots begin at 0 s, 12 s, 24 s ...; an epoch has 32. */
static void
test_times_become_the_slots_that_begin_within (void)
{
  static const struct
  {
    const gchar *times;
    guint64 from, until;
  } cases[] = {
    { "", 0, G_MAXUINT64 },
    { "at='0 s'", 0, G_MAXUINT64 },
    { "at='12 s' until='24 s'", 1, 2 },
    { "at='12.000000001 s' until='24.000000001 s'", 2, 3 },
    { "at='1 s' until='13 s'", 1, 2 },
    { "at='5 slot' until='6 slot'", 5, 6 },
    { "at='2 epoch' until='3 epoch'", 64, 96 },
    { "at='10 slot' until='1 epoch'", 10, 32 },
    { "at='1 epoch' until='1 h'", 32, 300 },
    { "until='7 slot'", 0, 7 },
    { "at='100 a'", 262980000, G_MAXUINT64 },
    { "until='9223372036854775807 epoch'", 0, G_MAXUINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text
          = g_strdup_printf ("<validators count='1'><offline %s/></validators>", cases[i].times);
      g_autoptr (TestValidators) validators = test_validators_read (text);
      guint64 from = cases[i].from, until = cases[i].until;

      g_assert_cmpuint (validators->table.deviations[0].from, ==, from);
      g_assert_cmpuint (validators->table.deviations[0].until, ==, until);
      g_assert_nonnull (offline_of (validators, from, TRUE));
      g_assert_nonnull (offline_of (validators, until - 1, FALSE));
      g_assert_true (from == 0 || offline_of (validators, from - 1, TRUE) == NULL);
      g_assert_null (offline_of (validators, until, FALSE));
    }
}

static void
test_times_that_do_not_follow_each_other_are_refused (void)
{
  static const gchar *const same[]
      = { "at='12 s'\nuntil='12 s'", "at='2 epoch'\nuntil='1 epoch'", "\nuntil='0 s'" };
  static const gchar *const other[]
      = { "at='1 epoch'\nuntil='32 slot'", "at='13 s'\nuntil='14 s'", "\nuntil='0 slot'" };

  for (gsize i = 0; i < 3; i++)
    {
      g_autofree gchar *late
          = g_strdup_printf ("<validators><late delay='1 s' %s/></validators>", same[i]);
      g_autofree gchar *offline
          = g_strdup_printf ("<validators><offline %s/></validators>", other[i]);

      test_validators_refuse (late, PNYX_ERROR_CONFLICT,
                              "scenario.xml:3: until is not after at (expected later)");
      test_validators_refuse (
          offline, PNYX_ERROR_CONFLICT,
          "scenario.xml:3: no slot begins between at and until (expected until later)");
    }
}

static void
test_times_in_blocks_are_refused (void)
{
  test_validators_refuse (
      "<validators><offline at='5 block'/></validators>", PNYX_ERROR_CONFLICT,
      "scenario.xml:2: at is given in blocks (expected a time, slots or epochs)");
  test_validators_refuse (
      "<validators><late delay='1 s' until='5 block'/></validators>", PNYX_ERROR_CONFLICT,
      "scenario.xml:2: until is given in blocks (expected a time, slots or epochs)");
}

static void
test_duties_are_told_apart (void)
{
  g_autoptr (TestValidators) all
      = test_validators_read ("<validators count='1'><offline/></validators>");
  g_autoptr (TestValidators) votes = test_validators_read (
      "<validators count='1'><offline duties='attestations'/></validators>");
  g_autoptr (TestValidators) blocks
      = test_validators_read ("<validators count='1'><offline duties='proposals'/></validators>");

  g_assert_nonnull (offline_of (all, 9, TRUE));
  g_assert_nonnull (offline_of (all, 9, FALSE));
  g_assert_null (offline_of (votes, 9, TRUE));
  g_assert_nonnull (offline_of (votes, 9, FALSE));
  g_assert_nonnull (offline_of (blocks, 9, TRUE));
  g_assert_null (offline_of (blocks, 9, FALSE));
  g_assert_null (pnyx_gasper_deviation_of (&all->table, 0, 9, PNYX_GASPER_LATE, TRUE));
}

static void
test_the_first_that_applies_counts (void)
{
  g_autoptr (TestValidators) validators = test_validators_read (
      "<validators count='1'><late delay='1 s' at='4 slot' until='8 slot'/><offline/>"
      "<late delay='2 s'/></validators>");
  const PnyxGasperValidators *table = &validators->table;

  g_assert_cmpuint (table->n_duties, ==, 3);
  g_assert_true (pnyx_gasper_deviation_of (table, 0, 3, PNYX_GASPER_LATE, FALSE)
                 == &table->deviations[2]);
  g_assert_true (pnyx_gasper_deviation_of (table, 0, 4, PNYX_GASPER_LATE, FALSE)
                 == &table->deviations[0]);
  g_assert_true (pnyx_gasper_deviation_of (table, 0, 4, PNYX_GASPER_OFFLINE, FALSE)
                 == &table->deviations[1]);
  g_assert_null (table->deviations[1].delay);
  g_assert_cmpint (pnyx_gasper_late_delay (&table->deviations[0], 0, 4, FALSE), ==, PNYX_SECOND);
}

/* Each duty of each validator has a draw of its own, again the same in another world. */
static void
test_late_delays_are_drawn_for_each_duty (void)
{
  static const gchar text[] = "<validators count='100'><late delay='uniform(1 s, 3 s)'/>"
                              "<late delay='uniform(1 s, 3 s)'/></validators>";
  g_autoptr (TestValidators) validators = test_validators_read (text);
  g_autoptr (TestValidators) again = test_validators_read (text);
  const PnyxGasperDeviation *late = validators->table.deviations;
  gdouble sum = 0;

  for (guint32 i = 0; i < 100; i++)
    for (guint64 slot = 0; slot < 100; slot++)
      {
        PnyxTime delay = pnyx_gasper_late_delay (late, i, slot, FALSE);

        g_assert_true (delay >= PNYX_SECOND && delay <= 3 * PNYX_SECOND);
        g_assert_cmpint (delay, ==,
                         pnyx_gasper_late_delay (again->table.deviations, i, slot, FALSE));
        g_assert_cmpint (delay, !=, pnyx_gasper_late_delay (late, i, slot, TRUE));
        g_assert_cmpint (delay, !=, pnyx_gasper_late_delay (late, i, slot + 1, FALSE));
        g_assert_cmpint (pnyx_gasper_late_delay (late, i, slot, TRUE), !=,
                         pnyx_gasper_late_delay (late, i, slot + 1, FALSE));
        g_assert_cmpint (delay, !=, pnyx_gasper_late_delay (late + 1, i, slot, FALSE));
        sum += pnyx_time_to_seconds (delay);
      }
  g_assert_cmpfloat (fabs (sum / 10000 - 2), <, 4 * 0.577 / 100);
}

static void
test_a_delay_is_mandatory_and_not_negative (void)
{
  TestValidatorsParams none = { .validators = "<validators><late/></validators>" };
  TestValidatorsParams negative
      = { .validators = "<validators><late delay='normal(1 s, 1 s)'/></validators>" };
  g_autofree gchar *missing = test_validators_refusal (&none, PNYX_ERROR_MISSING);
  g_autofree gchar *below = test_validators_refusal (&negative, PNYX_ERROR_RANGE);

  g_assert_true (g_str_has_prefix (missing, "scenario.xml:2: <late> has no delay (expected "));
  g_assert_true (g_str_has_prefix (below, "scenario.xml:2: delay is out of range (expected "));
}

static void
test_the_seed_and_the_chain_decide_who_is_chosen (void)
{
  static const gchar text[] = "<validators count='100'><offline share='0.5'/></validators>";
  TestValidatorsParams cases[] = { { .validators = text },
                                   { .validators = text },
                                   { .validators = text, .seed = 1 },
                                   { .validators = text, .chain = 1 } };
  guint8 chosen[4][100];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestValidators) validators = test_validators_new (&cases[i]);

      memcpy (chosen[i], validators->table.deviations[0].chosen, 100);
    }
  g_assert_cmpmem (chosen[0], 100, chosen[1], 100);
  g_assert_cmpint (memcmp (chosen[0], chosen[2], 100), !=, 0);
  g_assert_cmpint (memcmp (chosen[0], chosen[3], 100), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/protocol/gasper/deviations/" path, function)
  ADD ("shares-of-equal-stake-are-exact", test_shares_of_equal_stake_are_exact);
  ADD ("a-share-of-a-third-leaves-two-thirds-of-any-stake",
       test_a_share_of_a_third_leaves_two_thirds_of_any_stake);
  ADD ("shares-of-unequal-stake-are-the-nearest", test_shares_of_unequal_stake_are_the_nearest);
  ADD ("a-larger-share-takes-the-same-and-more", test_a_larger_share_takes_the_same_and_more);
  ADD ("each-deviation-draws-for-itself", test_each_deviation_draws_for_itself);
  ADD ("selectors-take-who-matches-all-of-them", test_selectors_take_who_matches_all_of_them);
  ADD ("names-that-do-not-exist-are-refused", test_names_that_do_not_exist_are_refused);
  ADD ("a-region-without-regions-is-refused", test_a_region_without_regions_is_refused);
  ADD ("times-become-the-slots-that-begin-within", test_times_become_the_slots_that_begin_within);
  ADD ("times-that-do-not-follow-each-other-are-refused",
       test_times_that_do_not_follow_each_other_are_refused);
  ADD ("times-in-blocks-are-refused", test_times_in_blocks_are_refused);
  ADD ("duties-are-told-apart", test_duties_are_told_apart);
  ADD ("the-first-that-applies-counts", test_the_first_that_applies_counts);
  ADD ("late-delays-are-drawn-for-each-duty", test_late_delays_are_drawn_for_each_duty);
  ADD ("a-delay-is-mandatory-and-not-negative", test_a_delay_is_mandatory_and_not_negative);
  ADD ("the-seed-and-the-chain-decide-who-is-chosen",
       test_the_seed_and_the_chain_decide_who_is_chosen);
  return g_test_run ();
}
