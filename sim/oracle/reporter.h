/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_REPORTER_H
#define PNYX_ORACLE_REPORTER_H

#include "engine/params.h"
#include "ledger/machine.h"

/*
 * Who reports, and how. All look at the feed in the same way, with the error of their model; what
 * they then say is their kind's.
 */
typedef struct _PnyxOracle PnyxOracle;
typedef struct _PnyxReporter PnyxReporter;

/** PnyxSaying: what a reporter has seen and may change into what it says. */
typedef struct
{
  guint64 round;
  PnyxTime time;      /* now */
  gdouble value;      /* log price or class; NaN: nothing, it stays silent */
  gdouble confidence; /* standard deviation that it states; NaN: none */
  gboolean altered;   /* it says something else than it honestly has */
} PnyxSaying;

/** PnyxReporterOps: a kind of reporters. */
typedef struct
{
  PnyxComponent component;
  gboolean colludes; /* acts in one coalition with all others that do */
  gboolean infers;   /* works on each observation, see PnyxInferenceParams */
  gboolean copies;   /* where votes are hidden: sends what others send in place of looking */
  void (*say) (const PnyxOracle *oracle, const PnyxReporter *reporter, PnyxSaying *saying);
  /* Returns: whether the coalition acts in @round; NULL: it is none. */
  gboolean (*attacks) (const PnyxOracle *oracle, const PnyxReporter *reporter, guint64 round,
                       PnyxTime time);
} PnyxReporterOps;

struct _PnyxReporter
{
  const PnyxReporterOps *ops;
  gconstpointer params; /* of the kind */
  guint32 number;       /* among the oracle's */
  guint32 group;        /* `<reporters>` that it belongs to */
  PnyxNodeId node;
  PnyxAccount account;
  guint64 venues; /* bits: which it looks at */
  const PnyxDistribution *latency;
};

/** Parameters of the kind ai: what an inference takes. */
typedef struct
{
  const PnyxDistribution *time;
  gdouble cost;
} PnyxInferenceParams;

/** Parameters of `<reporters>`. */
typedef struct
{
  guint64 count;
  const gchar *venues;
  const PnyxDistribution *latency;
  gdouble cash;
} PnyxReportersParams;

extern const PnyxKind pnyx_reporter_kind;
extern const PnyxElement pnyx_element_reporters;

extern const PnyxReporterOps pnyx_reporter_honest;
extern const PnyxReporterOps pnyx_reporter_ai;
extern const PnyxReporterOps pnyx_reporter_lazy;
extern const PnyxReporterOps pnyx_reporter_copying;
extern const PnyxReporterOps pnyx_reporter_colluding;
extern const PnyxReporterOps pnyx_reporter_compromised;
extern const PnyxReporterOps pnyx_reporter_silent;
extern const PnyxReporterOps pnyx_reporter_bribed;

#endif
