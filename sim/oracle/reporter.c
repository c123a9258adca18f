/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/reporter.h"

#include "oracle/error_model.h"

static const PnyxReporterOps *const reporters[] = {
  &pnyx_reporter_honest,  &pnyx_reporter_ai,        &pnyx_reporter_lazy,
  &pnyx_reporter_copying, &pnyx_reporter_colluding, &pnyx_reporter_compromised,
  &pnyx_reporter_silent,  &pnyx_reporter_bribed,
};

static const PnyxComponent *
reporter_get (gsize i)
{
  return i < G_N_ELEMENTS (reporters) ? &reporters[i]->component : NULL;
}

const PnyxKind pnyx_reporter_kind = {
  .name = "reporter",
  .meaning = "Who tells an oracle what it has seen, and how.",
  .get = reporter_get,
};

static const PnyxParam reporters_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "31",
    .min = "0",
    .max = "10000",
    .offset = offsetof (PnyxReportersParams, count),
    .meaning = "How many." },
  { .name = "venues",
    .type = PNYX_PARAM_TEXT,
    .fallback = "all",
    .offset = offsetof (PnyxReportersParams, venues),
    .meaning = "Venues of the feed that they look at, names separated by blanks: they take the "
               "median of those that are up." },
  { .name = "latency",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "uniform(100 ms, 500 ms)",
    .min = "0 s",
    .offset = offsetof (PnyxReportersParams, latency),
    .meaning = "From looking to having the observation, for each observation, beside inference.",
    .source = "our choice" },
  { .name = "cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1000000 $",
    .min = "0 $",
    .max = "1000000000000 $",
    .offset = offsetof (PnyxReportersParams, cash),
    .meaning = "Money that each has in the beginning, for gas and stakes.",
    .source = "our choice" },
};

static const PnyxChild reporters_children[] = {
  { &pnyx_element_error, 1, 1 },
  { &pnyx_element_shift, 0, 1 },
};

const PnyxElement pnyx_element_reporters = {
  .name = "reporters",
  .meaning = "A group of reporters that are alike. Each runs on a node drawn at random.",
  .params = reporters_params,
  .n_params = G_N_ELEMENTS (reporters_params),
  .params_size = sizeof (PnyxReportersParams),
  .kind = &pnyx_reporter_kind,
  .default_kind = "honest",
  .children = reporters_children,
  .n_children = G_N_ELEMENTS (reporters_children),
};
