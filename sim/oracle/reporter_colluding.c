/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporters of one coalition, and reporters whose source somebody else controls. */
#include <math.h>

#include "oracle/oracle.h"

typedef struct
{
  gdouble bias;
  gdouble spread;
  gdouble duty;
  PnyxTime from, until;
  gdouble confidence;
} ColludingParams;

#define WHEN_PARAMS(Params)                                                                        \
  { .name = "from",                                                                                \
    .type = PNYX_PARAM_TIME,                                                                       \
    .fallback = "0 s",                                                                             \
    .min = "0 s",                                                                                  \
    .offset = offsetof (Params, from),                                                             \
    .meaning = "From when on." },                                                                  \
  {                                                                                                \
    .name = "until", .type = PNYX_PARAM_TIME, .fallback = "", .offset = offsetof (Params, until),  \
    .meaning = "Until when; left out: for ever."                                                   \
  }

static const PnyxParam colluding_params[] = {
  { .name = "bias",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "-20",
    .max = "20",
    .offset = offsetof (ColludingParams, bias),
    .meaning
    = "What they add to the log price; of a feed with classes, by how many they move on." },
  { .name = "spread",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "20",
    .offset = offsetof (ColludingParams, spread),
    .meaning = "Standard deviation of each one's noise around that: a precise cartel has less than "
               "honest reporters." },
  { .name = "duty",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1",
    .offset = offsetof (ColludingParams, duty),
    .meaning = "Share of rounds in which they act, all together; in the others they are honest "
               "(camouflage)." },
  WHEN_PARAMS (ColludingParams),
  { .name = "confidence",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0.0000001",
    .max = "10",
    .offset = offsetof (ColludingParams, confidence),
    .meaning = "Standard deviation that they state while they act; left out: as they honestly "
               "would." },
};

static gboolean
colluding_attacks (const PnyxOracle *oracle, const PnyxReporter *reporter, guint64 round,
                   PnyxTime time)
{
  const ColludingParams *params = reporter->params;
  PnyxRng rng;

  if (time < params->from || (params->until != PNYX_TIME_UNSET && time >= params->until))
    return FALSE;
  pnyx_world_rng (oracle->world, &rng, oracle->id, "duty");
  return pnyx_rng_uniform (&rng, 0, round) < params->duty; /* one draw for all of them */
}

static void
colluding_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const ColludingParams *params = reporter->params;
  PnyxRng rng;

  if (!colluding_attacks (oracle, reporter, saying->round, saying->time) || isnan (saying->value))
    return;
  saying->altered = TRUE;
  if (!oracle->prices)
    {
      guint classes = pnyx_feed_classes (oracle->feed);

      saying->value = (gdouble)(((guint)pnyx_feed_truth (oracle->feed, saying->time)
                                 + (guint)MAX (1, params->bias))
                                % classes);
      return;
    }
  /* They share one look at the feed: none of them brings an error of its own. */
  pnyx_world_rng (oracle->world, &rng, oracle->id, "spread");
  saying->value = log (pnyx_feed_source (oracle->feed, reporter->venues, saying->time))
                  + params->bias
                  + params->spread * pnyx_rng_normal (&rng, reporter->number, saying->round);
  if (!isnan (params->confidence))
    saying->confidence = params->confidence;
}

const PnyxReporterOps pnyx_reporter_colluding = {
  .component
  = { .name = "colluding",
      .summary
      = "Acts in a coalition: all say what serves it, as leader choose what serves it, and "
        "sign whatever serves it.",
      .source = "Eskandari et al., \"SoK: Oracles from the ground truth to market manipulation\", "
                "AFT 2021",
      .params = colluding_params,
      .n_params = G_N_ELEMENTS (colluding_params),
      .params_size = sizeof (ColludingParams) },
  .colludes = TRUE,
  .say = colluding_say,
  .attacks = colluding_attacks,
};

typedef struct
{
  gdouble change;
  PnyxTime from, until;
} CompromisedParams;

static const PnyxParam compromised_params[] = {
  { .name = "change",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "-0.999",
    .max = "1000",
    .offset = offsetof (CompromisedParams, change),
    .meaning = "By how much of itself the price is changed that its source shows." },
  WHEN_PARAMS (CompromisedParams),
};

static void
compromised_say (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying)
{
  const CompromisedParams *params = reporter->params;

  if (saying->time < params->from
      || (params->until != PNYX_TIME_UNSET && saying->time >= params->until))
    return;
  saying->altered = TRUE;
  if (oracle->prices)
    saying->value += log1p (params->change);
  else
    saying->value = fmod (saying->value + 1, pnyx_feed_classes (oracle->feed));
}

const PnyxReporterOps pnyx_reporter_compromised = {
  .component = { .name = "compromised",
                 .summary = "Honestly says what a source shows that somebody else controls.",
                 .source = "Eskandari et al., \"SoK: Oracles from the ground truth to market "
                           "manipulation\", AFT 2021: data sources",
                 .params = compromised_params,
                 .n_params = G_N_ELEMENTS (compromised_params),
                 .params_size = sizeof (CompromisedParams) },
  .say = compromised_say,
};
