/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/toy_schema.h"

#define PARAMS(table) .params = table, .n_params = G_N_ELEMENTS (table)
#define CHILDREN(table) .children = table, .n_children = G_N_ELEMENTS (table)

/* --- run --- */

static const PnyxParam run_params[] = {
  { .name = "duration",
    .type = PNYX_PARAM_SPAN,
    .offset = offsetof (ToyRun, duration),
    .fallback = "64 epoch",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "How long the run lasts." },
  { .name = "warmup",
    .type = PNYX_PARAM_SPAN,
    .offset = offsetof (ToyRun, warmup),
    .fallback = "0 s",
    .meaning = "What is not measured at the beginning." },
  { .name = "replicates",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyRun, replicates),
    .fallback = "1",
    .min = "1",
    .max = "1000000",
    .meaning = "Independent runs." },
};
static const PnyxElement run = {
  .name = "run", .meaning = "Run control.", PARAMS (run_params), .params_size = sizeof (ToyRun)
};

/* --- network --- */

static const PnyxParam regular_params[] = {
  { .name = "degree",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyRegular, degree),
    .fallback = "8",
    .min = "1",
    .meaning = "Neighbours of a node.",
    .source = "toy, table 1" },
};
static const PnyxComponent random_regular = {
  .name = "random-regular",
  .summary = "Every node has the same number of neighbours.",
  .source = "toy2020graphs, section 2",
  PARAMS (regular_params),
  .params_size = sizeof (ToyRegular),
};
static const PnyxComponent complete
    = { .name = "complete", .summary = "Everybody knows everybody.", .source = "folklore" };

static const PnyxComponent *
get_topology (gsize i)
{
  static const PnyxComponent *const all[] = { &random_regular, &complete };

  return i < G_N_ELEMENTS (all) ? all[i] : NULL;
}

static const PnyxKind topologies = { "topology", "Who is connected with whom.", get_topology };
static const PnyxElement topology = { .name = "topology",
                                      .meaning = "The graph of connections.",
                                      .kind = &topologies,
                                      .default_kind = "random-regular" };

typedef struct
{
  const PnyxDistribution *delay;
} ToyDelay;

static const PnyxParam constant_params[] = {
  { .name = "delay",
    .type = PNYX_PARAM_DISTRIBUTION,
    .offset = offsetof (ToyDelay, delay),
    .fallback = NULL,
    .unit = PNYX_UNIT_TIME,
    .min = "0 s",
    .meaning = "Delay of a message." },
};
static const PnyxComponent constant = { .name = "constant",
                                        .summary = "The same for all.",
                                        .source = "folklore",
                                        PARAMS (constant_params),
                                        .params_size = sizeof (ToyDelay) };

static const PnyxComponent *
get_delay (gsize i)
{
  return i == 0 ? &constant : NULL;
}

static const PnyxKind delays = { "delay", "How long messages take.", get_delay };
static const PnyxElement delay
    = { .name = "delay", .meaning = "Delay of messages.", .kind = &delays };

static const PnyxParam network_params[] = {
  { .name = "nodes",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyNetwork, nodes),
    .fallback = "100",
    .min = "1",
    .max = "1000000",
    .meaning = "Participants." },
};
static const PnyxChild network_children[] = { { &topology, 1, 1 }, { &delay, 0, 1 } };

static gboolean
check_network (const PnyxSection *section, GError **error)
{
  const ToyNetwork *params = section->params;
  const PnyxSection *graph = pnyx_section_child (section, "topology", 0);
  const ToyRegular *regular = graph->component_params;
  PnyxPlace place = pnyx_section_place_of (graph, "degree");

  if (graph->component != &random_regular || regular->degree < params->nodes)
    return TRUE;
  pnyx_set_error_at (
      error, PNYX_ERROR_CONFLICT, &place,
      "degree is not below the number of nodes (expected less than %" G_GUINT64_FORMAT ")",
      params->nodes);
  return FALSE;
}

static const PnyxElement network = { .name = "network",
                                     .meaning = "The network.",
                                     PARAMS (network_params),
                                     .params_size = sizeof (ToyNetwork),
                                     CHILDREN (network_children),
                                     .check = check_network };

/* --- chain --- */

static const gchar *const rules[] = { "phase0", "electra", NULL };

typedef struct
{
  guint64 epoch;
} ToyFork;

static const PnyxParam fork_params[] = {
  { .name = "epoch",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyFork, epoch),
    .meaning = "When." },
};
static const PnyxElement fork_element = {
  .name = "fork", .meaning = "An upgrade.", PARAMS (fork_params), .params_size = sizeof (ToyFork)
};
static const PnyxChild gasper_children[] = { { &fork_element, 0, 0 } };
static const PnyxParam gasper_params[] = {
  { .name = "slots-per-epoch",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyGasper, slots_per_epoch),
    .fallback = "32",
    .min = "1",
    .max = "65536",
    .meaning = "Slots of an epoch.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml" },
  { .name = "rules",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (ToyGasper, rules),
    .fallback = "electra",
    .choices = rules,
    .meaning = "Which upgrade's rules." },
};
const PnyxComponent toy_gasper = {
  .name = "gasper",
  .summary = "Votes and finality.",
  .source = "buterin2020gasper",
  .limits = "No signatures.",
  PARAMS (gasper_params),
  .params_size = sizeof (ToyGasper),
  CHILDREN (gasper_children),
};

typedef struct
{
  const gchar *name;
  gdouble share;
} ToyPool;

static const PnyxParam pool_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ToyPool, name),
    .meaning = "Its name." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (ToyPool, share),
    .min = "0",
    .max = "1",
    .meaning = "Its share of the hash rate." },
};
static const PnyxElement pool = {
  .name = "pool", .meaning = "A mining pool.", PARAMS (pool_params), .params_size = sizeof (ToyPool)
};
static const PnyxChild nakamoto_children[] = { { &pool, 1, 0 } };

typedef struct
{
  PnyxTime interval;
} ToyNakamoto;

static const PnyxParam nakamoto_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .offset = offsetof (ToyNakamoto, interval),
    .fallback = "600 s",
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "Mean time between blocks." },
};
static const PnyxComponent nakamoto = {
  .name = "nakamoto",
  .summary = "Proof of work.",
  .source = "nakamoto2008bitcoin",
  PARAMS (nakamoto_params),
  .params_size = sizeof (ToyNakamoto),
  CHILDREN (nakamoto_children),
};

static const PnyxComponent *
get_protocol (gsize i)
{
  static const PnyxComponent *const all[] = { &toy_gasper, &nakamoto };

  return i < G_N_ELEMENTS (all) ? all[i] : NULL;
}

static const PnyxKind protocols = { "protocol", "How a chain agrees.", get_protocol };

typedef struct
{
  guint64 count;
} ToyValidators;

static const PnyxParam validators_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyValidators, count),
    .fallback = "16384",
    .meaning = "How many." },
};
static const PnyxElement validators = { .name = "validators",
                                        .meaning = "Who has stake.",
                                        PARAMS (validators_params),
                                        .params_size = sizeof (ToyValidators) };
static const PnyxChild chain_children[] = { { &validators, 0, 1 } };

typedef struct
{
  const gchar *id;
  const gchar *nodes;
} ToyChain;

static const PnyxParam chain_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ToyChain, id),
    .fallback = "main",
    .meaning = "Its name." },
  { .name = "nodes",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (ToyChain, nodes),
    .fallback = "all",
    .meaning = "Who runs it." },
};
static const PnyxElement chain = { .name = "chain",
                                   .meaning = "A chain.",
                                   PARAMS (chain_params),
                                   .params_size = sizeof (ToyChain),
                                   .kind = &protocols,
                                   CHILDREN (chain_children) };

/* --- adversary --- */

typedef struct
{
  gdouble share;
} ToyReorg;

static const PnyxParam reorg_params[] = {
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (ToyReorg, share),
    .fallback = "0.2",
    .min = "0",
    .max = "1",
    .meaning = "Its share of the stake." },
};
static const PnyxComponent reorg = { .name = "reorg",
                                     .summary = "Withholds blocks.",
                                     .source = "schwarz2022three",
                                     PARAMS (reorg_params),
                                     .params_size = sizeof (ToyReorg) };

static const PnyxComponent *
get_adversary (gsize i)
{
  return i == 0 ? &reorg : NULL;
}

static const PnyxKind adversaries = { "adversary", "What attackers do.", get_adversary };
static const PnyxParam adversary_params[] = {
  { .name = "chain",
    .type = PNYX_PARAM_REFERENCE,
    .offset = offsetof (ToyAdversary, chain),
    .fallback = "main",
    .refers_to = "chain",
    .meaning = "What it attacks." },
};
static const PnyxElement adversary = { .name = "adversary",
                                       .meaning = "An attacker.",
                                       PARAMS (adversary_params),
                                       .params_size = sizeof (ToyAdversary),
                                       .kind = &adversaries };

/* --- everything --- */

static const gchar *const choices[] = { "red", "green", "blue", NULL };

#define FIELD(name) .offset = offsetof (ToyEverything, name)

static const PnyxParam everything_params[] = {
  { .name = "truth", .type = PNYX_PARAM_BOOL, FIELD (truth), .fallback = "false", .meaning = "B." },
  { .name = "choice",
    .type = PNYX_PARAM_ENUM,
    FIELD (choice),
    .fallback = "",
    .choices = choices,
    .meaning = "E." },
  { .name = "integer",
    .type = PNYX_PARAM_INTEGER,
    FIELD (integer),
    .fallback = "-3",
    .min = "-10",
    .max = "10",
    .meaning = "I." },
  { .name = "count", .type = PNYX_PARAM_COUNT, FIELD (count), .fallback = "", .meaning = "C." },
  { .name = "real",
    .type = PNYX_PARAM_REAL,
    FIELD (real),
    .fallback = "25 Mbit/s",
    .unit = PNYX_UNIT_RATE,
    .min = "1 bit/s",
    .meaning = "R." },
  { .name = "time",
    .type = PNYX_PARAM_TIME,
    FIELD (time),
    .fallback = "250 ms",
    .min = "0 s",
    .max = "10 s",
    .meaning = "T.",
    .source = "toy" },
  { .name = "size", .type = PNYX_PARAM_SIZE, FIELD (size), .fallback = "128 KiB", .meaning = "S." },
  { .name = "stake",
    .type = PNYX_PARAM_STAKE,
    FIELD (stake),
    .fallback = "32 ETH",
    .min = "1 gwei",
    .meaning = "St." },
  { .name = "span",
    .type = PNYX_PARAM_SPAN,
    FIELD (span),
    .fallback = "2 d",
    .min = "1 slot",
    .max = "9 epoch",
    .meaning = "Sp." },
  { .name = "text", .type = PNYX_PARAM_TEXT, FIELD (text), .fallback = "", .meaning = "Te." },
  { .name = "name", .type = PNYX_PARAM_NAME, FIELD (name), .fallback = "", .meaning = "N." },
  { .name = "reference",
    .type = PNYX_PARAM_REFERENCE,
    FIELD (reference),
    .fallback = "",
    .refers_to = "chain",
    .meaning = "Ref." },
  { .name = "file", .type = PNYX_PARAM_FILE, FIELD (file), .fallback = "", .meaning = "F." },
  { .name = "profile",
    .type = PNYX_PARAM_PROFILE,
    FIELD (profile),
    .fallback = "",
    .refers_to = "regions",
    .meaning = "P." },
  { .name = "distribution",
    .type = PNYX_PARAM_DISTRIBUTION,
    FIELD (distribution),
    .fallback = "exponential(600 s)",
    .unit = PNYX_UNIT_TIME,
    .meaning = "D." },
  { .name = "reals",
    .type = PNYX_PARAM_REALS,
    FIELD (reals),
    .fallback = "0.1, 0.2",
    .min = "0",
    .max = "1",
    .meaning = "Rs." },
  { .name = "names", .type = PNYX_PARAM_NAMES, FIELD (names), .fallback = "", .meaning = "Ns." },
};
const PnyxElement toy_everything = { .name = "everything",
                                     .meaning = "Every type.",
                                     PARAMS (everything_params),
                                     .params_size = sizeof (ToyEverything) };

/* --- the root --- */

static const PnyxParam scenario_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ToyScenario, name),
    .meaning = "Its name." },
  { .name = "seed",
    .type = PNYX_PARAM_COUNT,
    .offset = offsetof (ToyScenario, seed),
    .fallback = "1",
    .meaning = "Of all random numbers." },
};
static const PnyxChild scenario_children[] = {
  { &run, 1, 1 },       { &network, 1, 1 },        { &chain, 1, 3 },
  { &adversary, 0, 0 }, { &toy_everything, 0, 1 },
};
const PnyxElement toy_scenario = { .name = "scenario",
                                   .meaning = "A toy world.",
                                   PARAMS (scenario_params),
                                   .params_size = sizeof (ToyScenario),
                                   CHILDREN (scenario_children) };
