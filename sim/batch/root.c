/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/root.h"

#include "adversary/adversary.h"
#include "batch/sweep.h"
#include "contract/contract.h"
#include "energy/energy.h"
#include "figure/figure.h"
#include "net/faults.h"
#include "net/network.h"
#include "oracle/oracle.h"
#include "protocol/protocol.h"

static const PnyxParam run_params[] = {
  { .name = "duration",
    .type = PNYX_PARAM_SPAN,
    .fallback = "1 d",
    .offset = offsetof (PnyxRunParams, duration),
    .flags = PNYX_PARAM_POSITIVE,
    .meaning = "How long is measured after the warm-up: in time, or in the blocks, slots or epochs "
               "of the first chain." },
  { .name = "warmup",
    .type = PNYX_PARAM_SPAN,
    .fallback = "0 s",
    .offset = offsetof (PnyxRunParams, warmup),
    .meaning = "How long the world runs before anything is measured." },
  { .name = "replicates",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .min = "1",
    .max = "1000000",
    .offset = offsetof (PnyxRunParams, replicates),
    .meaning = "Independent runs; replicate r draws from (seed, r)." },
  { .name = "batches",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "2",
    .max = "1000",
    .offset = offsetof (PnyxRunParams, batches),
    .meaning = "Equal parts of the measured window whose means give an interval within one long "
               "run (batches.csv); each should be much longer than what is measured takes.",
    .source = "G. S. Fishman, \"Grouping observations in digital simulation\", Management Science "
              "24 (1978)" },
  { .name = "events-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "20000000000",
    .min = "1",
    .offset = offsetof (PnyxRunParams, events_max),
    .meaning = "Watchdog: a run with more events than this has failed." },
  { .name = "memory-max",
    .type = PNYX_PARAM_SIZE,
    .fallback = "8 GiB",
    .min = "1 MiB",
    .max = "1024 GiB",
    .offset = offsetof (PnyxRunParams, memory_max),
    .meaning = "A run that needs more memory than this has failed.",
    .source = "our choice" },
};

static const PnyxElement run_element = {
  .name = "run",
  .meaning = "How long and how often.",
  .params = run_params,
  .n_params = G_N_ELEMENTS (run_params),
  .params_size = sizeof (PnyxRunParams),
};

static const PnyxParam scenario_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (PnyxScenarioParams, name),
    .meaning = "Name of the scenario and of its results folder." },
  { .name = "seed",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1",
    .offset = offsetof (PnyxScenarioParams, seed),
    .meaning = "Decides all random numbers, together with the number of the replicate." },
};

static const PnyxChild scenario_children[] = {
  { &run_element, 1, 1 },          { &pnyx_element_network, 1, 1 },
  { &pnyx_element_chain, 1, 16 },  { &pnyx_element_adversary, 0, 15 },
  { &pnyx_element_oracle, 0, 64 }, { &pnyx_element_contract, 0, 64 },
  { &pnyx_element_attack, 0, 64 }, { &pnyx_element_energy, 1, 1 },
  { &pnyx_element_events, 0, 1 },  { &pnyx_element_sweep, 0, 1 },
  { &pnyx_element_figures, 0, 1 },
};

const PnyxElement pnyx_element_scenario = {
  .name = "scenario",
  .meaning = "A world, how long it runs and what is drawn of it.",
  .params = scenario_params,
  .n_params = G_N_ELEMENTS (scenario_params),
  .params_size = sizeof (PnyxScenarioParams),
  .children = scenario_children,
  .n_children = G_N_ELEMENTS (scenario_children),
};
