/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_ROOT_H
#define PNYX_BATCH_ROOT_H

#include "engine/params.h"

/** The table of a whole scenario: what the reader, `schema`, `describe` and `init` start from. */
extern const PnyxElement pnyx_element_scenario;

/** PnyxScenarioParams: attributes of `<scenario>`. */
typedef struct
{
  const gchar *name;
  guint64 seed;
} PnyxScenarioParams;

/** PnyxRunParams: attributes of `<run>`. */
typedef struct
{
  PnyxSpan duration;
  PnyxSpan warmup;
  guint64 replicates;
  guint64 batches; /* PNYX_COUNT_UNSET: none */
  guint64 events_max;
  guint64 memory_max;
} PnyxRunParams;

#endif
