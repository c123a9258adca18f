/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters whose vote is for sale. */
#include "oracle/briber.h"

static const PnyxParam bribed_params[] = {
  { .name = "epsilon",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1 $",
    .min = "-1000000000 $",
    .max = "1000000000 $",
    .offset = offsetof (PnyxBribedParams, epsilon),
    .meaning = "What is offered above reward and deposit of a vote." },
  { .name = "escrow",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "10000 $",
    .min = "0 $",
    .max = "1000000000000 $",
    .offset = offsetof (PnyxBribedParams, escrow),
    .meaning = "What the briber's contract holds from the beginning." },
  { .name = "belief",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxBribedParams, belief),
    .meaning = "How probable it seems to them that the bribed side wins." },
  { .name = "rationality",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .max = "1000000",
    .offset = offsetof (PnyxBribedParams, rationality),
    .meaning = "For each $ that they expect to gain: log odds of taking the offer; left out: they "
               "take whatever is better.",
    .source = "McKelvey, Palfrey, Games and Economic Behavior 10 (1995): logit response" },
  { .name = "bias",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "-20",
    .max = "20",
    .offset = offsetof (PnyxBribedParams, bias),
    .meaning = "The bribed side: this beside the true log price; of a feed with classes, by how "
               "many it is moved on." },
  { .name = "from",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .offset = offsetof (PnyxBribedParams, from),
    .meaning = "From when on there are offers." },
  { .name = "until",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .offset = offsetof (PnyxBribedParams, until),
    .meaning = "Until when; left out: for ever." },
};

static void
bribed_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const PnyxBribedParams *params = reporter->params;
  PnyxBribeGame game;
  PnyxOffer offer;
  PnyxRng rng;

  if (saying->time < params->from
      || (params->until != PNYX_TIME_UNSET && saying->time >= params->until))
    return;
  oracle->ops->votes->game (oracle, reporter->number, saying->round, &game);
  if (!pnyx_briber_offer (oracle, reporter->number, saying->round, saying->time, &game, &offer))
    return;
  pnyx_world_rng (oracle->world, &rng, oracle->id, "bribe");
  if (pnyx_rng_uniform (&rng, reporter->number, saying->round)
      >= pnyx_bribed_chance (params, &game, offer.bribe))
    return;
  saying->value = oracle->prices ? pnyx_price_to_log (offer.side) : (gdouble)offer.side;
  saying->altered = TRUE;
}

const PnyxReporterOps pnyx_reporter_bribed = {
  .component
  = { .name = "bribed",
      .summary = "Rational: sells its vote to who promises P + epsilon by contract, should the "
                 "bribed side lose.",
      .source = "V. Buterin, \"The P + epsilon attack\" (2015); W. George, C. Lesaege, \"An "
                "analysis of p + epsilon attacks on various models of Schelling game based "
                "systems\", Cryptoeconomic Systems (2021)",
      .limits = "What it believes about the others is a parameter and does not change by what it "
                "sees.",
      .params = bribed_params,
      .n_params = G_N_ELEMENTS (bribed_params),
      .params_size = sizeof (PnyxBribedParams) },
  .say = bribed_say,
};
