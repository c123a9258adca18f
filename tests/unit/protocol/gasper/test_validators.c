/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/validators.h"

#include <math.h>
#include <string.h>

#include "scenario/tables.h"
#include "support/test_validators.h"

static guint64
total_eth (const TestValidators *validators)
{
  guint64 sum = 0;

  for (guint32 i = 0; i < validators->table.n; i++)
    {
      g_assert_cmpuint (validators->table.effective_balance[i] % TEST_ETH, ==, 0);
      sum += validators->table.effective_balance[i] / TEST_ETH;
    }
  return sum;
}

static void
count_operators (const TestValidators *validators, guint32 *counts)
{
  memset (counts, 0, sizeof *counts * validators->table.n_operators);
  for (guint32 i = 0; i < validators->table.n; i++)
    counts[validators->table.operator_of[i]]++;
}

static gboolean
tables_equal (const TestValidators *a, const TestValidators *b)
{
  const PnyxGasperValidators *left = &a->table;
  const PnyxGasperValidators *right = &b->table;
  gsize n = left->n;

  return left->n == right->n && left->n_operators == right->n_operators
         && memcmp (left->effective_balance, right->effective_balance, n * sizeof (PnyxStake)) == 0
         && memcmp (left->operator_of, right->operator_of, n * sizeof (guint32)) == 0
         && memcmp (left->node_of, right->node_of, n * sizeof (PnyxNodeId)) == 0;
}

static void
test_the_tables_are_sound (void)
{
  g_autoptr (GPtrArray) faults = pnyx_tables_check (&test_validators_root);

  for (guint i = 0; i < faults->len; i++)
    g_test_message ("%s", (const gchar *)g_ptr_array_index (faults, i));
  g_assert_cmpuint (faults->len, ==, 0);
}

static void
test_defaults_are_those_of_mainnet (void)
{
  g_autoptr (TestValidators) none = test_validators_read (NULL);
  g_autoptr (TestValidators) empty = test_validators_read ("<validators/>");
  guint32 counts[10];

  g_assert_cmpuint (none->table.n, ==, 16384);
  g_assert_cmpuint (total_eth (none), ==, 16384 * 32);
  g_assert_cmpuint (none->table.n_operators, ==, 10);
  g_assert_cmpuint (none->table.n_duties, ==, 0);
  count_operators (none, counts);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (counts[i], ==, i < 4 ? 1639 : 1638);
  g_assert_true (tables_equal (none, empty));
}

static void
test_what_counts_is_whole_eth_up_to_the_maximum (void)
{
  static const struct
  {
    const gchar *stake;
    guint32 max, effective;
  } cases[]
      = { { "1 ETH", 32, 1 },       { "31.999999999 ETH", 32, 31 }, { "32 ETH", 32, 32 },
          { "33.5 ETH", 32, 32 },   { "33.5 ETH", 2048, 33 },       { "2048 ETH", 2048, 2048 },
          { "1e6 ETH", 2048, 2048 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text
          = g_strdup_printf ("<validators count='3' stake='%s'/>", cases[i].stake);
      TestValidatorsParams params = { .validators = text, .max = cases[i].max };
      g_autoptr (TestValidators) validators = test_validators_new (&params);

      g_assert_cmpuint (total_eth (validators), ==, 3 * (guint64)cases[i].effective);
    }
}

/* Of a uniform stake from 31.5 to 33.5 ETH a quarter counts 31, a half 32 and a quarter 33. */
static void
test_stakes_follow_their_distribution (void)
{
  static const gdouble shares[] = { 0.25, 0.5, 0.25 };
  g_autoptr (TestValidators) validators
      = test_validators_read ("<validators count='10000' stake='uniform(31.5 ETH, 33.5 ETH)'/>");
  guint counts[3] = { 0 };

  for (guint32 i = 0; i < 10000; i++)
    {
      PnyxStake eth = validators->table.effective_balance[i] / TEST_ETH;

      g_assert_true (eth >= 31 && eth <= 33);
      counts[eth - 31]++;
    }
  for (guint i = 0; i < 3; i++)
    {
      gdouble sd = sqrt (10000 * shares[i] * (1 - shares[i]));

      g_assert_cmpfloat (fabs (counts[i] - 10000 * shares[i]), <, 4 * sd);
    }
}

static void
test_more_validators_leave_the_stakes_of_the_others (void)
{
  g_autoptr (TestValidators) few
      = test_validators_read ("<validators count='100' stake='uniform(32 ETH, 2000 ETH)'/>");
  g_autoptr (TestValidators) many
      = test_validators_read ("<validators count='200' stake='uniform(32 ETH, 2000 ETH)'/>");

  g_assert_cmpmem (few->table.effective_balance, 100 * sizeof (PnyxStake),
                   many->table.effective_balance, 100 * sizeof (PnyxStake));
}

static void
test_stake_that_may_be_below_1_eth_is_refused (void)
{
  test_validators_refuse ("<validators stake='0.5 ETH'/>", PNYX_ERROR_RANGE,
                          "scenario.xml:2: stake is out of range (expected at least 1 ETH)");
  test_validators_refuse ("<validators stake='normal(32 ETH, 4 ETH)'/>", PNYX_ERROR_RANGE,
                          "scenario.xml:2: stake is out of range (expected at least 1 ETH; "
                          "truncated(..., MIN, MAX) keeps a distribution within)");
}

static void
test_a_total_scales_the_stakes (void)
{
  g_autoptr (TestValidators) alike
      = test_validators_read ("<validators count='7' stake='10 ETH' stake-total='224 ETH'/>");
  g_autoptr (TestValidators) rounded
      = test_validators_read ("<validators count='3' stake-total='100 ETH'/>");
  g_autoptr (TestValidators) drawn = test_validators_read (
      "<validators count='1000' stake='uniform(1 ETH, 3 ETH)' stake-total='64000 ETH'/>");
  g_autoptr (TestValidators) plain
      = test_validators_read ("<validators count='1000' stake='uniform(32 ETH, 96 ETH)'/>");

  for (guint32 i = 0; i < 7; i++)
    g_assert_cmpuint (alike->table.effective_balance[i], ==, 32 * TEST_ETH);
  g_assert_cmpuint (total_eth (rounded), ==, 99);
  g_assert_cmpuint (total_eth (drawn), <=, 64000);
  g_assert_cmpuint (total_eth (drawn), >, 64000 - 1000);
  /* The same draws as the plain ones, a little larger or smaller all. */
  for (guint32 i = 0; i < 1000; i++)
    g_assert_cmpfloat (fabs ((gdouble)drawn->table.effective_balance[i]
                                 / (gdouble)plain->table.effective_balance[i]
                             - 64000.0 / (gdouble)total_eth (plain)),
                       <, 0.05);
}

static void
test_more_validators_than_stake_are_refused (void)
{
  g_autoptr (TestValidators) least
      = test_validators_read ("<validators count='1000' stake-total='16000 ETH'/>");

  g_assert_cmpuint (total_eth (least), ==, 16000);
  test_validators_refuse ("<validators count='16384'\nstake-total='100000 ETH'/>", PNYX_ERROR_RANGE,
                          "scenario.xml:3: 16384 validators on 100000 ETH leave 6.103515625 ETH "
                          "each (expected at least 16 ETH each, below which the chain ejects "
                          "them)");
  test_validators_refuse (
      "<validators count='2' stake='empirical(1 ETH: 1, 1000000 ETH: 1)'\n"
      "stake-total='40 ETH'><late delay='1 s'/></validators>",
      PNYX_ERROR_RANGE,
      "scenario.xml:3: 2 validators on 40 ETH leave 4e-05 ETH to the smallest (expected at "
      "least 16 ETH each, below which the chain ejects them)");
}

static void
test_more_stake_than_can_count_is_refused (void)
{
  TestValidatorsParams params
      = { .validators = "<validators count='10' stake-total='321 ETH'/>", .max = 32 };
  TestValidatorsParams most
      = { .validators = "<validators count='10' stake-total='320 ETH'/>", .max = 32 };
  g_autofree gchar *message = test_validators_refusal (&params, PNYX_ERROR_RANGE);
  g_autoptr (TestValidators) validators = test_validators_new (&most);

  g_assert_cmpstr (message, ==,
                   "scenario.xml:2: 10 validators on 321 ETH have 32.1 ETH each (expected at most "
                   "32 ETH each, what counts under these rules)");
  g_assert_cmpuint (total_eth (validators), ==, 320);
}

static void
test_a_file_gives_stakes_and_operators (void)
{
  TestValidatorsParams params = {
    .network = "nodes='2'>",
    .validators = "<validators file='stakes.csv'/>",
    .csv = "validator,stake,operator\nv1,32.9,solo\nv2,5000,pool\nv3,17,solo\nv4,64,pool\n",
  };
  static const PnyxStake balances[]
      = { 32 * TEST_ETH, 2048 * TEST_ETH, 17 * TEST_ETH, 64 * TEST_ETH };
  static const guint32 operators[] = { 1, 0, 1, 0 };
  g_autoptr (TestValidators) validators = test_validators_new (&params);

  g_assert_cmpuint (validators->table.n, ==, 4);
  g_assert_cmpuint (validators->table.n_operators, ==, 2);
  g_assert_cmpmem (validators->table.effective_balance, sizeof balances, balances, sizeof balances);
  g_assert_cmpmem (validators->table.operator_of, sizeof operators, operators, sizeof operators);
  g_assert_cmpmem (validators->table.node_of, sizeof operators, operators, sizeof operators);
  /* The results folder copies what a scenario reads. */
  g_assert_cmpuint (validators->scenario->files->len, ==, 3); /* and the profile of regions */
}

static void
test_a_file_without_operators_takes_the_shares (void)
{
  g_autoptr (GString) csv = g_string_new ("stake\n");
  TestValidatorsParams params
      = { .validators = "<validators file='stakes.csv' operators='3' operator-skew='1'/>" };
  guint32 counts[3];

  for (guint i = 0; i < 110; i++)
    g_string_append (csv, "32\n");
  params.csv = csv->str;
  {
    g_autoptr (TestValidators) validators = test_validators_new (&params);

    count_operators (validators, counts);
  }
  g_assert_cmpuint (counts[0], ==, 60);
  g_assert_cmpuint (counts[1], ==, 30);
  g_assert_cmpuint (counts[2], ==, 20);
}

static void
refuse_file (const gchar *attribute, const gchar *csv, gint code, const gchar *expected)
{
  g_autofree gchar *text = g_strdup_printf ("<validators file='stakes.csv'\n%s/>", attribute);
  TestValidatorsParams params = { .validators = text, .csv = csv };
  g_autofree gchar *message = test_validators_refusal (&params, code);

  g_assert_cmpstr (message, ==, expected);
}

static void
test_what_contradicts_a_file_is_refused (void)
{
  refuse_file ("count='100'", "stake\n32\n", PNYX_ERROR_CONFLICT,
               "scenario.xml:3: count is given beside a file of validators (expected one of the "
               "two)");
  refuse_file ("stake='33 ETH'", "stake\n32\n", PNYX_ERROR_CONFLICT,
               "scenario.xml:3: stake is given beside a file of validators (expected one of the "
               "two)");
  refuse_file ("stake-total='1000 ETH'", "stake\n32\n", PNYX_ERROR_CONFLICT,
               "scenario.xml:3: stake-total is given beside a file of validators (expected one of "
               "the two)");
  refuse_file ("operators='1'", "stake,operator\n32,a\n", PNYX_ERROR_CONFLICT,
               "scenario.xml:3: operators is given beside a file with a column operator (expected "
               "one of the two)");
  refuse_file ("operator-skew='1'", "stake,operator\n32,a\n", PNYX_ERROR_CONFLICT,
               "scenario.xml:3: operator-skew is given beside a file with a column operator "
               "(expected one of the two)");
}

/* An effective scenario has every default written out, and runs again. */
static void
test_defaults_written_out_do_not_contradict_a_file (void)
{
  TestValidatorsParams params = { .validators = "<validators count='16384' stake='32 ETH' "
                                                "file='stakes.csv' operator-skew='0'/>",
                                  .csv = "stake,operator\n40,a\n" };
  g_autoptr (TestValidators) validators = test_validators_new (&params);

  g_assert_cmpuint (total_eth (validators), ==, 40);
}

static void
test_faults_of_a_file_are_told_with_its_line (void)
{
  refuse_file ("", "stake\n32\n-1\n", PNYX_ERROR_RANGE,
               "stakes.csv:3: stake: \"-1\" is out of range (expected 1 to 1e9 ETH)");
  refuse_file ("", NULL, PNYX_ERROR_MISSING,
               "scenario.xml:2: \"stakes.csv\": No such file or directory");
}

/* 1 : 1/2 : 1/3 of 110, whatever the seed; who is whose is drawn. */
static void
test_operators_follow_a_zipf_law (void)
{
  for (guint64 seed = 0; seed < 5; seed++)
    {
      TestValidatorsParams params
          = { .validators = "<validators count='110' operators='3' operator-skew='1'/>",
              .seed = seed };
      g_autoptr (TestValidators) validators = test_validators_new (&params);
      guint32 counts[3];

      g_assert_cmpuint (validators->table.n_operators, ==, 3);
      count_operators (validators, counts);
      g_assert_cmpuint (counts[0], ==, 60);
      g_assert_cmpuint (counts[1], ==, 30);
      g_assert_cmpuint (counts[2], ==, 20);
    }
}

static void
test_operators_are_at_most_as_many_as_validators (void)
{
  g_autoptr (TestValidators) few = test_validators_read ("<validators count='3'/>");

  g_assert_cmpuint (few->table.n_operators, ==, 3);
  test_validators_refuse ("<validators count='3'\noperators='4'/>", PNYX_ERROR_RANGE,
                          "scenario.xml:3: 4 operators of 3 validators (expected at most one for "
                          "each)");
}

/* Each operator's validators are on the nodes of its own operator of nodes, as many on each. */
static void
assert_dealt (const TestValidators *validators, const guint32 *owners, guint32 n_owners)
{
  const PnyxNodes *nodes = &validators->nodes;
  const PnyxGasperValidators *table = &validators->table;
  g_autofree guint32 *on = g_new0 (guint32, (gsize)table->n_operators * nodes->n);
  g_autofree guint32 *load = g_new0 (guint32, nodes->n);

  for (guint32 i = 0; i < table->n; i++)
    {
      g_assert_cmpuint (nodes->operator_of[table->node_of[i]], ==,
                        owners[table->operator_of[i] % n_owners]);
      on[table->operator_of[i] * nodes->n + table->node_of[i]]++;
      load[table->node_of[i]]++;
    }
  for (PnyxNodeId a = 0; a < nodes->n; a++)
    for (PnyxNodeId b = 0; b < nodes->n; b++)
      {
        if (nodes->operator_of[a] != nodes->operator_of[b])
          continue;
        g_assert_cmpuint (load[a], <=, load[b] + 1);
        for (guint32 o = 0; o < table->n_operators; o++)
          g_assert_cmpuint (on[o * nodes->n + a], <=, on[o * nodes->n + b] + 1);
      }
}

static void
test_validators_are_on_the_nodes_of_their_operator (void)
{
  static const guint32 owners[] = { 0, 1, 2 };
  TestValidatorsParams alike = { .network = "nodes='110' operators='3' operator-skew='1'>",
                                 .validators = "<validators count='1000' operator-skew='1'/>" };
  TestValidatorsParams crowded
      = { .network = "nodes='110' operators='3' operator-skew='1'>",
          .validators = "<validators count='1000' operators='100' operator-skew='0.7'/>" };
  g_autoptr (TestValidators) a = test_validators_new (&alike);
  g_autoptr (TestValidators) b = test_validators_new (&crowded);

  g_assert_cmpuint (a->table.n_operators, ==, 3);
  assert_dealt (a, owners, 3);
  assert_dealt (b, owners, 3);
}

/* Of 10 nodes and 8 operators with skew 3, many operators have none. */
static void
test_operators_of_nodes_without_nodes_are_left_out (void)
{
  TestValidatorsParams params = { .network = "nodes='10' operators='8' operator-skew='3'>",
                                  .validators = "<validators count='1000'/>" };
  g_autoptr (TestValidators) validators = test_validators_new (&params);
  guint32 owners[8], n_owners = 0;

  for (guint32 owner = 0; owner < 8; owner++)
    {
      gboolean any = FALSE;

      for (PnyxNodeId node = 0; node < 10; node++)
        any |= validators->nodes.operator_of[node] == owner;
      if (any)
        owners[n_owners++] = owner;
    }
  g_assert_cmpuint (n_owners, <, 8);
  g_assert_cmpuint (validators->table.n_operators, ==, 8);
  assert_dealt (validators, owners, n_owners);
}

static void
test_the_seed_and_the_chain_decide (void)
{
  TestValidatorsParams params
      = { .validators = "<validators count='500' stake='uniform(32 ETH, 64 ETH)'/>", .seed = 3 };
  TestValidatorsParams other_seed = params;
  TestValidatorsParams other_chain = params;
  g_autoptr (TestValidators) a = test_validators_new (&params);
  g_autoptr (TestValidators) b = test_validators_new (&params);

  other_seed.seed = 4;
  other_chain.chain = 1;
  {
    g_autoptr (TestValidators) c = test_validators_new (&other_seed);
    g_autoptr (TestValidators) d = test_validators_new (&other_chain);

    g_assert_true (tables_equal (a, b));
    g_assert_false (tables_equal (a, c));
    g_assert_false (tables_equal (a, d));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/protocol/gasper/validators/" path, function)
  ADD ("the-tables-are-sound", test_the_tables_are_sound);
  ADD ("defaults-are-those-of-mainnet", test_defaults_are_those_of_mainnet);
  ADD ("what-counts-is-whole-eth-up-to-the-maximum",
       test_what_counts_is_whole_eth_up_to_the_maximum);
  ADD ("stakes-follow-their-distribution", test_stakes_follow_their_distribution);
  ADD ("more-validators-leave-the-stakes-of-the-others",
       test_more_validators_leave_the_stakes_of_the_others);
  ADD ("stake-that-may-be-below-1-eth-is-refused", test_stake_that_may_be_below_1_eth_is_refused);
  ADD ("a-total-scales-the-stakes", test_a_total_scales_the_stakes);
  ADD ("more-validators-than-stake-are-refused", test_more_validators_than_stake_are_refused);
  ADD ("more-stake-than-can-count-is-refused", test_more_stake_than_can_count_is_refused);
  ADD ("a-file-gives-stakes-and-operators", test_a_file_gives_stakes_and_operators);
  ADD ("a-file-without-operators-takes-the-shares", test_a_file_without_operators_takes_the_shares);
  ADD ("what-contradicts-a-file-is-refused", test_what_contradicts_a_file_is_refused);
  ADD ("defaults-written-out-do-not-contradict-a-file",
       test_defaults_written_out_do_not_contradict_a_file);
  ADD ("faults-of-a-file-are-told-with-its-line", test_faults_of_a_file_are_told_with_its_line);
  ADD ("operators-follow-a-zipf-law", test_operators_follow_a_zipf_law);
  ADD ("operators-are-at-most-as-many-as-validators",
       test_operators_are_at_most_as_many_as_validators);
  ADD ("validators-are-on-the-nodes-of-their-operator",
       test_validators_are_on_the_nodes_of_their_operator);
  ADD ("operators-of-nodes-without-nodes-are-left-out",
       test_operators_of_nodes_without_nodes_are_left_out);
  ADD ("the-seed-and-the-chain-decide", test_the_seed_and_the_chain_decide);
  return g_test_run ();
}
