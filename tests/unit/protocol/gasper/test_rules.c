/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/rules.h"

#include <string.h>

#include "support/test_world.h"

static PnyxGasperRules
rules_of (const gchar *gasper)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='9'/><chain kind='gasper'>%s</chain>", gasper);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxGasperRules rules;
  GError *error = NULL;

  pnyx_gasper_rules_init (&rules, pnyx_section_child (model->scenario->root, "chain", 0), &error);
  g_assert_no_error (error);
  return rules;
}

/* What each rule set changed: boost, discounting, tips, inclusion, aggregates, balances. */
static void
test_rule_sets_are_those_of_the_forks (void)
{
  static const struct
  {
    const gchar *name;
    guint boost, safe_slots, aggregates_max;
    gboolean discounting, pulled_up, proposer_reorg, late_inclusion, committee_bits;
    guint max_eth;
  } sets[] = {
    { "phase0-2020", 0, 8, 128, FALSE, FALSE, FALSE, FALSE, FALSE, 32 },
    { "boost-2021", 25, 8, 128, FALSE, FALSE, FALSE, FALSE, FALSE, 32 },
    { "bellatrix", 40, 8, 128, TRUE, FALSE, FALSE, FALSE, FALSE, 32 },
    { "capella", 40, 0, 128, TRUE, TRUE, TRUE, FALSE, FALSE, 32 },
    { "deneb", 40, 0, 128, TRUE, TRUE, TRUE, TRUE, FALSE, 32 },
    { "electra", 40, 0, 8, TRUE, TRUE, TRUE, TRUE, TRUE, 2048 },
    { "gloas", 40, 0, 8, TRUE, TRUE, TRUE, TRUE, TRUE, 2048 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autofree gchar *text = g_strdup_printf ("<gasper rules='%s'/>", sets[i].name);
      PnyxGasperRules rules = rules_of (text);

      g_assert_cmpuint (rules.boost, ==, sets[i].boost);
      g_assert_cmpuint (rules.safe_slots, ==, sets[i].safe_slots);
      g_assert_cmpuint (rules.aggregates_max, ==, sets[i].aggregates_max);
      g_assert_cmpint (rules.discounting, ==, sets[i].discounting);
      g_assert_cmpint (rules.pulled_up, ==, sets[i].pulled_up);
      g_assert_cmpint (rules.proposer_reorg, ==, sets[i].proposer_reorg);
      g_assert_cmpint (rules.late_inclusion, ==, sets[i].late_inclusion);
      g_assert_cmpint (rules.committee_bits, ==, sets[i].committee_bits);
      g_assert_cmpuint (rules.max_effective_balance / 1000000000, ==, sets[i].max_eth);
      g_assert_true (rules.lmd);
    }
}

/* ATTESTATION_DUE_BPS 3333, AGGREGATE_DUE_BPS 6667, PROPOSER_REORG_CUTOFF_BPS 1667 of 12 s. */
static void
test_deadlines_are_parts_of_the_slot (void)
{
  PnyxGasperRules rules = rules_of ("");
  PnyxGasperRules gloas = rules_of ("<gasper rules='gloas'/>");
  PnyxGasperRules own = rules_of ("<gasper slot='6 s'><votes attestation-due='0.5'/></gasper>");

  g_assert_cmpint (rules.attestation_due, ==, 39996 * PNYX_SECOND / 10000);
  g_assert_cmpint (rules.aggregate_due, ==, 80004 * PNYX_SECOND / 10000);
  g_assert_cmpint (rules.reorg_cutoff, ==, 20004 * PNYX_SECOND / 10000);
  g_assert_cmpint (gloas.attestation_due, ==, 3 * PNYX_SECOND);
  g_assert_cmpint (gloas.aggregate_due, ==, 6 * PNYX_SECOND);
  g_assert_cmpint (own.attestation_due, ==, 3 * PNYX_SECOND);
}

static void
test_each_value_can_be_changed (void)
{
  PnyxGasperRules rules = rules_of (
      "<gasper rules='bellatrix' slots-per-epoch='8'><votes committee-size='16' committees-max='2' "
      "shuffle-rounds='10' aggregates-max='5'/><fork-choice boost='0.7' lmd='false' "
      "equivocation-discounting='false' safe-slots='3' reorg-head-threshold='0.1' "
      "reorg-parent-threshold='1.2' proposer-reorg='true'/></gasper>");

  g_assert_cmpuint (rules.preset.slots_per_epoch, ==, 8);
  g_assert_cmpuint (rules.preset.target_committee_size, ==, 16);
  g_assert_cmpuint (rules.preset.max_committees_per_slot, ==, 2);
  g_assert_cmpuint (rules.preset.shuffle_round_count, ==, 10);
  g_assert_cmpuint (rules.aggregates_max, ==, 5);
  g_assert_cmpuint (rules.boost, ==, 70);
  g_assert_cmpuint (rules.head_threshold, ==, 10);
  g_assert_cmpuint (rules.parent_threshold, ==, 120);
  g_assert_cmpuint (rules.safe_slots, ==, 3);
  g_assert_false (rules.lmd);
  g_assert_false (rules.discounting);
  g_assert_true (rules.proposer_reorg);
}

static void
assert_refused (const gchar *gasper, gint code, const gchar *expected)
{
  g_autofree gchar *body
      = g_strdup_printf ("<network nodes='9'/><chain kind='gasper'>\n%s</chain>", gasper);
  g_autofree gchar *message = test_refusal (body, code);

  if (strstr (message, expected) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", message, expected);
}

static void
test_contradictions_are_refused_with_their_place (void)
{
  assert_refused ("<gasper rules='electra'>\n<fork-choice safe-slots='8'/></gasper>",
                  PNYX_ERROR_CONFLICT, ":4: safe-slots contradicts the rules");
  assert_refused ("<gasper rules='phase0-2020'>\n<fork-choice pulled-up-tips='true'/></gasper>",
                  PNYX_ERROR_CONFLICT, ":4: pulled-up-tips contradicts the rules");
  assert_refused ("<gasper rules='phase0-2020'>\n<fork-choice proposer-reorg='true'/></gasper>",
                  PNYX_ERROR_CONFLICT, ":4: proposer-reorg contradicts the rules");
  assert_refused ("<gasper rules='electra'>\n<fork-choice boost='0'/></gasper>",
                  PNYX_ERROR_CONFLICT, ":4: boost contradicts the rules");
  assert_refused ("<gasper rules='electra'>\n<fork-choice view-merge='2 s'/></gasper>",
                  PNYX_ERROR_CONFLICT, ":4: view-merge contradicts the rules");
  assert_refused ("<gasper rules='phase0-2020'>\n<fork-choice view-merge='5 s'/>"
                  "</gasper>",
                  PNYX_ERROR_CONFLICT, ":4: view-merge contradicts the rules");
  assert_refused ("<gasper>\n<votes aggregate-due='0.2'/></gasper>", PNYX_ERROR_CONFLICT,
                  ":4: aggregate-due contradicts the rules");
  assert_refused ("<gasper bug-slot='3'/>", PNYX_ERROR_CONFLICT, "bug-slot contradicts the rules");
  assert_refused ("<gasper bug-slot='3' bug-client='geth'/>", PNYX_ERROR_UNKNOWN,
                  "no client \"geth\" in this network (expected client)");
}

static void
test_empty_committees_and_strange_chains_are_refused (void)
{
  g_autofree gchar *work = test_refusal (
      "<network nodes='9'/><chain kind='nakamoto'><validators/></chain>", PNYX_ERROR_CONFLICT);
  g_autofree gchar *protocol
      = test_refusal ("<network nodes='9'/><chain kind='gasper'><validators count='64'/></chain>"
                      "<adversary kind='nakamoto-selfish-mining'/>",
                      PNYX_ERROR_CONFLICT);
  g_autofree gchar *chain
      = test_refusal ("<network nodes='9'/><chain kind='gasper'/>"
                      "<adversary chain='elsewhere' kind='ex-ante-reorg' share='0.2'/>",
                      PNYX_ERROR_UNKNOWN);

  g_assert_nonnull (strstr (work, "nakamoto has no validators"));
  g_assert_nonnull (strstr (protocol, "is written against protocol nakamoto"));
  g_assert_nonnull (strstr (chain, "elsewhere"));
  assert_refused ("<validators count='31'/>", PNYX_ERROR_RANGE,
                  "31 validators leave committees of 1 slots empty (expected at least 32)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/gasper/rules/" path, function)
  ADD ("sets", test_rule_sets_are_those_of_the_forks);
  ADD ("deadlines", test_deadlines_are_parts_of_the_slot);
  ADD ("changes", test_each_value_can_be_changed);
  ADD ("contradictions", test_contradictions_are_refused_with_their_place);
  ADD ("empty", test_empty_committees_and_strange_chains_are_refused);
  return g_test_run ();
}
