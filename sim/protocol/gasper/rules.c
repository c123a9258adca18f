/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rule sets: the fork choice and the inclusion of votes as they were at some time, after
 * ethereum/consensus-specs. Each value is also a parameter of its own.
 */
#include "protocol/gasper/rules.h"

#include <math.h>

enum
{
  PHASE0_2020,
  BOOST_2021,
  BELLATRIX,
  CAPELLA,
  DENEB,
  ELECTRA,
  GLOAS,
};

static const gchar *const rule_sets[]
    = { "phase0-2020", "boost-2021", "bellatrix", "capella", "deneb", "electra", "gloas", NULL };
static const gchar *const switches[] = { "false", "true", NULL };

#define SHARE(field, text, sentence, reference)                                                    \
  {                                                                                                \
    .name = text, .type = PNYX_PARAM_REAL, .fallback = "", .min = "0", .max = "1",                 \
    .offset = offsetof (OF, field), .meaning = sentence, .source = reference                       \
  }
#define FRACTION(field, text, sentence, reference)                                                 \
  {                                                                                                \
    .name = text, .type = PNYX_PARAM_REAL, .fallback = "", .min = "0", .max = "10",                \
    .offset = offsetof (OF, field), .meaning = sentence, .source = reference                       \
  }
#define SWITCH(field, text, sentence, reference)                                                   \
  {                                                                                                \
    .name = text, .type = PNYX_PARAM_ENUM, .choices = switches, .fallback = "",                    \
    .offset = offsetof (OF, field), .meaning = sentence, .source = reference                       \
  }
#define FORK_CHOICE "consensus-specs, specs/phase0/fork-choice.md"

const PnyxParam pnyx_gasper_params[PNYX_GASPER_N_PARAMS] = {
  { .name = "rules",
    .type = PNYX_PARAM_ENUM,
    .choices = rule_sets,
    .fallback = "electra",
    .offset = offsetof (PnyxGasperParams, rules),
    .meaning = "Rule set. phase0-2020: no boost, 8 safe slots; boost-2021: boost of 25 %, no "
               "discounting; bellatrix: boost of 40 %, equivocators discounted; capella: pulled-up "
               "tips, no safe slots, late blocks reorganised; deneb: votes included to the end of "
               "the next epoch; electra: 8 aggregates of all committees, balances to 2,048 ETH; "
               "gloas: deadlines at 25 and 50 %.",
    .source = "ethereum/consensus-specs" },
  { .name = "slot",
    .type = PNYX_PARAM_TIME,
    .fallback = "12 s",
    .min = "100 ms",
    .max = "1 h",
    .offset = offsetof (PnyxGasperParams, slot),
    .meaning = "Duration of a slot.",
    .source = "consensus-specs, configs/mainnet.yaml: SLOT_DURATION_MS" },
  { .name = "slots-per-epoch",
    .type = PNYX_PARAM_COUNT,
    .fallback = "32",
    .min = "2",
    .max = "1024",
    .offset = offsetof (PnyxGasperParams, slots_per_epoch),
    .meaning = "Slots of an epoch.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml: SLOTS_PER_EPOCH" },
  { .name = "proposal-delay",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "0 s",
    .offset = offsetof (PnyxGasperParams, proposal_delay),
    .meaning = "How late in its slot an honest block is sent." },
  { .name = "block-size",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_SIZE,
    .fallback = "100 kB",
    .offset = offsetof (PnyxGasperParams, block_size),
    .meaning = "Bytes of a block's payload where the chain has no workload." },
  { .name = "block-limit",
    .type = PNYX_PARAM_SIZE,
    .fallback = "1 MB",
    .min = "1 kB",
    .max = "1 GB",
    .offset = offsetof (PnyxGasperParams, block_limit),
    .meaning = "Most bytes of transactions in a block where the chain has a workload." },
  { .name = "blobs",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "0",
    .offset = offsetof (PnyxGasperParams, blobs),
    .meaning = "Blobs of a block (rounded, at most 12): each is a message of its own without which "
               "the block is not imported." },
  { .name = "blob-size",
    .type = PNYX_PARAM_SIZE,
    .fallback = "131928 B",
    .min = "1 B",
    .max = "1 GB",
    .offset = offsetof (PnyxGasperParams, blob_size),
    .meaning = "Bytes of a blob's message.",
    .source = "consensus-specs, specs/deneb/p2p-interface.md: BlobSidecar: 131,072 B of blob, "
              "proofs and header" },
  { .name = "bug-client",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (PnyxGasperParams, bug_client),
    .meaning = "Client that takes the invalid block of slot bug-slot for valid." },
  { .name = "bug-slot",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .offset = offsetof (PnyxGasperParams, bug_slot),
    .meaning = "First slot whose proposer runs bug-client: its block is invalid." },
};

#define OF PnyxGasperVotesParams
static const PnyxParam votes_params[] = {
  { .name = "committee-size",
    .type = PNYX_PARAM_COUNT,
    .fallback = "128",
    .min = "1",
    .max = "1000000",
    .offset = offsetof (PnyxGasperVotesParams, committee_size),
    .meaning = "Validators that make a committee: a slot has one committee for each.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml: TARGET_COMMITTEE_SIZE" },
  { .name = "committees-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "64",
    .min = "1",
    .max = "64",
    .offset = offsetof (PnyxGasperVotesParams, committees_max),
    .meaning = "Most committees of a slot.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml: MAX_COMMITTEES_PER_SLOT" },
  { .name = "shuffle-rounds",
    .type = PNYX_PARAM_COUNT,
    .fallback = "90",
    .min = "1",
    .max = "255",
    .offset = offsetof (PnyxGasperVotesParams, shuffle_rounds),
    .meaning = "Rounds of the swap-or-not shuffle.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml: SHUFFLE_ROUND_COUNT" },
  SHARE (attestation_due, "attestation-due",
         "Part of the slot after which validators vote without the block.",
         "consensus-specs, ATTESTATION_DUE_BPS 3333 (gloas 2500)"),
  SHARE (aggregate_due, "aggregate-due", "Part of the slot after which aggregates are sent.",
         "consensus-specs, AGGREGATE_DUE_BPS 6667 (gloas 5000)"),
  { .name = "aggregators",
    .type = PNYX_PARAM_COUNT,
    .fallback = "16",
    .min = "1",
    .max = "2048",
    .offset = offsetof (PnyxGasperVotesParams, aggregators),
    .meaning = "Aggregators that a committee has on average, by selection.",
    .source = "consensus-specs, specs/phase0/validator.md: TARGET_AGGREGATORS_PER_COMMITTEE" },
  { .name = "aggregate-size",
    .type = PNYX_PARAM_SIZE,
    .fallback = "480 B",
    .min = "1 B",
    .max = "1 MB",
    .offset = offsetof (PnyxGasperVotesParams, aggregate_size),
    .meaning = "Bytes of a signed aggregate beside the bit that each member of the committee has.",
    .source = "consensus-specs, SignedAggregateAndProof in SSZ: two signatures and a selection "
              "proof of 96 B, data of 128 B, offsets and indices" },
  { .name = "aggregates-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "1024",
    .offset = offsetof (PnyxGasperVotesParams, aggregates_max),
    .meaning = "Most aggregates in a block.",
    .source = "consensus-specs: MAX_ATTESTATIONS 128, MAX_ATTESTATIONS_ELECTRA 8" },
  { .name = "eager",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (PnyxGasperVotesParams, eager),
    .meaning = "With fidelity path: whether the way of every aggregate is computed from node to "
               "node even where a bound shows that nobody can tell when it came. Results are the "
               "same; for checks and benchmarks." },
};

#undef OF
#define OF PnyxGasperForkChoiceParams
static const PnyxParam fork_choice_params[] = {
  FRACTION (boost, "boost",
            "Weight that a block in time has for its slot, in committees of a slot; 0: none.",
            "consensus-specs, PROPOSER_SCORE_BOOST 40 %"),
  SHARE (reorg_cutoff, "reorg-cutoff",
         "Part of the slot up to which a proposer may leave out a late block.",
         "consensus-specs, PROPOSER_REORG_CUTOFF_BPS 1667"),
  FRACTION (head_threshold, "reorg-head-threshold",
            "A late head lighter than this is weak, in committees of a slot.",
            "consensus-specs, REORG_HEAD_WEIGHT_THRESHOLD 20 %"),
  FRACTION (parent_threshold, "reorg-parent-threshold",
            "A parent heavier than this is strong, in committees of a slot.",
            "consensus-specs, REORG_PARENT_WEIGHT_THRESHOLD 160 %"),
  SWITCH (lmd, "lmd", "Whether only the latest message of a validator counts; false: all do.",
          FORK_CHOICE ", update_latest_messages"),
  SWITCH (discounting, "equivocation-discounting",
          "Whether the weight of equivocating validators is taken away.",
          FORK_CHOICE ", on_attester_slashing"),
  SWITCH (pulled_up, "pulled-up-tips",
          "Whether tips are filtered by what their votes would justify.",
          FORK_CHOICE ", compute_pulled_up_tip"),
  SWITCH (proposer_reorg, "proposer-reorg", "Whether proposers leave out late and weak blocks.",
          FORK_CHOICE ", get_proposer_head"),
  { .name = "safe-slots",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "0",
    .max = "1024",
    .offset = offsetof (PnyxGasperForkChoiceParams, safe_slots),
    .meaning = "Slots of an epoch in which the justified checkpoint may move to another branch; 0: "
               "all.",
    .source = "consensus-specs v1.0.0: SAFE_SLOTS_TO_UPDATE_JUSTIFIED 8" },
  { .name = "view-merge",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .min = "1 ns",
    .max = "1 h",
    .offset = offsetof (PnyxGasperForkChoiceParams, view_merge),
    .meaning = "In place of a boost: what a node gets so shortly before a slot counts only after "
               "its vote, unless the proposer's view, which comes with the block, has it.",
    .source = "D'Amato: View-merge as a replacement for proposer boost, ethresear.ch 13739; not in "
              "the specification" },
};

#undef OF

static const PnyxParam costs_params[] = {
  { .name = "import-time",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "lognormal(68 ms, 0.55)",
    .offset = offsetof (PnyxGasperCosts, import),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to execute and import a block, at each node.",
    .source = "execution clients on mainnet blocks: means of 41 ms (Reth) and 79 ms (geth)" },
  { .name = "boundary-import-time",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "300 ms",
    .offset = offsetof (PnyxGasperCosts, boundary_import),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time more for the first block of an epoch: the epoch's transition.",
    .source = "our choice" },
  { .name = "block-verification",
    .type = PNYX_PARAM_TIME,
    .fallback = "1.4 ms",
    .min = "0 s",
    .max = "10 s",
    .offset = offsetof (PnyxGasperCosts, block_verification),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to verify a block's signature before it is forwarded.",
    .source = "BLS12-381: 0.94 to 2.0 ms a verification" },
  { .name = "aggregate-verification",
    .type = PNYX_PARAM_TIME,
    .fallback = "1.4 ms",
    .min = "0 s",
    .max = "10 s",
    .offset = offsetof (PnyxGasperCosts, aggregate_verification),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to verify an aggregate before it is forwarded.",
    .source = "BLS12-381: 1.4 ms for signatures of one message" },
  { .name = "key-aggregation",
    .type = PNYX_PARAM_TIME,
    .fallback = "600 ns",
    .min = "0 s",
    .max = "1 s",
    .offset = offsetof (PnyxGasperCosts, key_aggregation),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time that each signer adds to the verification of an aggregate.",
    .source = "BLS12-381: 0.0006 ms to add a public key" },
  { .name = "blob-verification",
    .type = PNYX_PARAM_TIME,
    .fallback = "2 ms",
    .min = "0 s",
    .max = "10 s",
    .offset = offsetof (PnyxGasperCosts, blob_verification),
    .flags = PNYX_PARAM_WORK,
    .meaning = "Core time to verify a blob's proof.",
    .source = "our choice" },
};

static const PnyxElement votes_element = {
  .name = "votes",
  .meaning = "Committees, deadlines and aggregates.",
  .params = votes_params,
  .n_params = G_N_ELEMENTS (votes_params),
  .params_size = sizeof (PnyxGasperVotesParams),
};

static const PnyxElement fork_choice_element = {
  .name = "fork-choice",
  .meaning = "What makes a head; what is not given is the rule set's.",
  .params = fork_choice_params,
  .n_params = G_N_ELEMENTS (fork_choice_params),
  .params_size = sizeof (PnyxGasperForkChoiceParams),
};

static const PnyxElement costs_element = {
  .name = "costs",
  .meaning = "Time of a core that the work of a node takes.",
  .params = costs_params,
  .n_params = G_N_ELEMENTS (costs_params),
  .params_size = sizeof (PnyxGasperCosts),
};

const PnyxChild pnyx_gasper_children[PNYX_GASPER_N_CHILDREN] = {
  { &votes_element, 1, 1 },
  { &fork_choice_element, 1, 1 },
  { &costs_element, 1, 1 },
};

static void
set_defaults (PnyxGasperRules *rules, gint set)
{
  *rules = (PnyxGasperRules){
    .proposer = set >= ELECTRA ? PNYX_GASPER_PROPOSER_ELECTRA : PNYX_GASPER_PROPOSER_PHASE0,
    .boost = set >= BELLATRIX    ? 40
             : set == BOOST_2021 ? 25
                                 : 0,
    .head_threshold = 20,
    .parent_threshold = 160,
    .lmd = TRUE,
    .discounting = set >= BELLATRIX,
    .pulled_up = set >= CAPELLA,
    .proposer_reorg = set >= CAPELLA,
    .safe_slots = set >= CAPELLA ? 0 : 8,
    .late_inclusion = set >= DENEB,
    .committee_bits = set >= ELECTRA,
    .aggregates_max = set >= ELECTRA ? 8 : 128,
  };
}

static gboolean
contradiction (const PnyxSection *section, const gchar *name, const gchar *why, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, name);

  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place, "%s contradicts the rules: %s", name, why);
  return FALSE;
}

static PnyxTime
part_of_slot (gdouble value, gdouble fallback, PnyxTime slot)
{
  return (PnyxTime)((isnan (value) ? fallback : value) * (gdouble)slot + 0.5);
}

static guint
percent (gdouble value, guint fallback)
{
  return isnan (value) ? fallback : (guint)(value * 100 + 0.5);
}

gboolean
pnyx_gasper_rules_init (PnyxGasperRules *rules, const PnyxSection *section, GError **error)
{
  const PnyxGasperParams *p = section->component_params;
  const PnyxSection *votes = pnyx_section_child (section, "votes", 0);
  const PnyxSection *fork_choice = pnyx_section_child (section, "fork-choice", 0);
  const PnyxGasperVotesParams *v = votes->params;
  const PnyxGasperForkChoiceParams *f = fork_choice->params;
  gboolean gloas = p->rules == GLOAS;

  set_defaults (rules, p->rules);
  rules->preset = (PnyxGasperPreset){ .slots_per_epoch = (guint32)p->slots_per_epoch,
                                      .max_committees_per_slot = (guint32)v->committees_max,
                                      .target_committee_size = (guint32)v->committee_size,
                                      .shuffle_round_count = (guint32)v->shuffle_rounds };
  rules->max_effective_balance = pnyx_gasper_max_effective_balance (rules->proposer);
  rules->slot = p->slot;
  rules->attestation_due = part_of_slot (v->attestation_due, gloas ? 0.25 : 0.3333, p->slot);
  rules->aggregate_due = part_of_slot (v->aggregate_due, gloas ? 0.5 : 0.6667, p->slot);
  rules->reorg_cutoff = part_of_slot (f->reorg_cutoff, 0.1667, p->slot);
  rules->boost = percent (f->boost, rules->boost);
  rules->head_threshold = percent (f->head_threshold, rules->head_threshold);
  rules->parent_threshold = percent (f->parent_threshold, rules->parent_threshold);
  rules->lmd = f->lmd >= 0 ? f->lmd : rules->lmd;
  rules->discounting = f->discounting >= 0 ? f->discounting : rules->discounting;
  rules->pulled_up = f->pulled_up >= 0 ? f->pulled_up : rules->pulled_up;
  rules->proposer_reorg = f->proposer_reorg >= 0 ? f->proposer_reorg : rules->proposer_reorg;
  rules->safe_slots = f->safe_slots != PNYX_COUNT_UNSET ? (guint)f->safe_slots : rules->safe_slots;
  rules->aggregates_max
      = v->aggregates_max != PNYX_COUNT_UNSET ? (guint)v->aggregates_max : rules->aggregates_max;
  rules->view_merge = f->view_merge != PNYX_TIME_UNSET;
  rules->view_freeze = f->view_merge;
  if (rules->view_merge && rules->boost > 0)
    return contradiction (fork_choice, "view-merge",
                          "it replaces the proposer's boost (expected a boost of 0)", error);
  if (rules->view_freeze >= p->slot - rules->aggregate_due && rules->view_merge)
    return contradiction (fork_choice, "view-merge",
                          "votes are aggregated before it (expected it shorter)", error);
  if (rules->pulled_up && rules->safe_slots > 0)
    return contradiction (fork_choice,
                          f->safe_slots != PNYX_COUNT_UNSET ? "safe-slots" : "pulled-up-tips",
                          "pulled-up tips replaced the safe slots (expected one of them)", error);
  if (rules->proposer_reorg && rules->boost == 0)
    return contradiction (fork_choice, f->proposer_reorg >= 0 ? "proposer-reorg" : "boost",
                          "a proposer wins over a late block by its boost (expected a boost, or "
                          "proposer-reorg false)",
                          error);
  if (rules->aggregate_due < rules->attestation_due)
    return contradiction (votes, isnan (v->aggregate_due) ? "attestation-due" : "aggregate-due",
                          "votes are aggregated after they are cast (expected it later)", error);
  if (rules->safe_slots > rules->preset.slots_per_epoch)
    return contradiction (fork_choice, "safe-slots", "an epoch has fewer slots", error);
  if ((p->bug_client == NULL) != (p->bug_slot == PNYX_COUNT_UNSET))
    return contradiction (section, p->bug_client == NULL ? "bug-slot" : "bug-client",
                          "a bug has a client and a slot (expected both)", error);
  return TRUE;
}
