/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters that say what they have: people's feeds, and models that infer it. */
#include "oracle/reporter.h"

static void
say_honestly (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  (void)oracle;
  (void)reporter;
  (void)saying;
}

const PnyxReporterOps pnyx_reporter_honest = {
  .component
  = { .name = "honest",
      .summary = "Says what it has seen, with its own noise and bias.",
      .source = "L. Breidenbach et al., \"Chainlink Off-chain Reporting Protocol\" (2021)" },
  .say = say_honestly,
};

static const PnyxParam ai_params[] = {
  { .name = "inference",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "constant(500 ms)",
    .min = "0 s",
    .offset = offsetof (PnyxInferenceParams, time),
    .flags = PNYX_PARAM_WORK,
    .meaning
    = "Time of one core of the reporter's node that an inference takes; its energy is that "
      "of the core, in energy.share.inference." },
  { .name = "inference-cost",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "0.001 $",
    .min = "0 $",
    .max = "1000000 $",
    .offset = offsetof (PnyxInferenceParams, cost),
    .meaning = "Money that an inference costs its reporter; in oracle.inference_cost." },
};

const PnyxReporterOps pnyx_reporter_ai = {
  .component = { .name = "ai",
                 .summary = "Says what a model infers: that takes time, energy and money, and its "
                            "errors are those of the base model (see <error>).",
                 .source = "E. Kim, A. Garg, K. Peng, N. Garg, \"Correlated errors in large "
                           "language models\", arXiv 2506.07962: models of one maker err together",
                 .params = ai_params,
                 .n_params = G_N_ELEMENTS (ai_params),
                 .params_size = sizeof (PnyxInferenceParams) },
  .infers = TRUE,
  .say = say_honestly,
};
