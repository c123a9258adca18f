/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters that copy what the chain already says, or say nothing. */
#include <math.h>

#include "oracle/oracle.h"

typedef struct
{
  gdouble copies;
} LazyParams;

static const PnyxParam lazy_params[] = {
  { .name = "copies",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.9",
    .min = "0",
    .max = "1",
    .offset = offsetof (LazyParams, copies),
    .meaning = "Share of rounds in which it says the newest answer that its node knows of in place "
               "of looking." },
};

static void
copying_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const PnyxAnswer *answer
      = pnyx_oracle_answer (oracle, pnyx_oracle_head (oracle, reporter->number), PNYX_READ_HEAD);

  if (answer == NULL)
    return;
  saying->value = oracle->prices ? pnyx_price_to_log (answer->value) : (gdouble)answer->value;
  saying->altered = TRUE;
}

static void
lazy_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const LazyParams *params = reporter->params;
  PnyxRng rng;

  pnyx_world_rng (oracle->world, &rng, oracle->id, "lazy");
  if (pnyx_rng_uniform (&rng, reporter->number, saying->round) < params->copies)
    copying_say (oracle, reporter, saying);
}

const PnyxReporterOps pnyx_reporter_lazy = {
  .component = { .name = "lazy",
                 .summary = "Copies the newest answer in place of looking.",
                 .source = "L. Breidenbach et al., \"Chainlink 2.0\" (2021): freeloading",
                 .params = lazy_params,
                 .n_params = G_N_ELEMENTS (lazy_params),
                 .params_size = sizeof (LazyParams) },
  .say = lazy_say,
};

const PnyxReporterOps pnyx_reporter_copying = {
  .component = { .name = "copying",
                 .summary = "Sends what another has sent: the newest answer, or where votes are "
                            "hidden the hash of another vote, and later what that reveals.",
                 .source = "V. Buterin, \"SchellingCoin: a minimal-trust universal data feed\" "
                           "(2014): why votes are hidden, and bound to who casts them" },
  .copies = TRUE,
  .say = copying_say,
};

typedef struct
{
  PnyxTime from, until;
} SilentParams;

static const PnyxParam silent_params[] = {
  { .name = "from",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .offset = offsetof (SilentParams, from),
    .meaning = "From when on it says nothing." },
  { .name = "until",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .offset = offsetof (SilentParams, until),
    .meaning = "Until when; left out: for ever." },
};

static void
silent_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const SilentParams *params = reporter->params;

  (void)oracle;
  if (saying->time < params->from
      || (params->until != PNYX_TIME_UNSET && saying->time >= params->until))
    return;
  saying->value = NAN;
  saying->altered = TRUE;
}

const PnyxReporterOps pnyx_reporter_silent = {
  .component
  = { .name = "silent",
      .summary = "Withholds what it has, or is kept from saying it.",
      .source = "L. Breidenbach et al., \"Chainlink Off-chain Reporting Protocol\" (2021)",
      .params = silent_params,
      .n_params = G_N_ELEMENTS (silent_params),
      .params_size = sizeof (SilentParams) },
  .say = silent_say,
};
