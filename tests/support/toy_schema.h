/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_TOY_SCHEMA_H
#define PNYX_SUPPORT_TOY_SCHEMA_H

#include "engine/params.h"

/*
 * A small world of tables with every form that a scenario can have: every type of parameter,
 * elements with and without kind, components with their parameters in place and in a child,
 * components with children, implied and mandatory elements, references, checks.
 *
 *   scenario name= seed=
 *     run duration= warmup= replicates=           implied
 *     network nodes=                              implied; check: degree below nodes
 *       topology kind= ...                        implied; parameters in place
 *       delay kind= ...                           optional
 *     chain id= kind= nodes=                      1 to 3; parameters in <gasper>, <nakamoto>
 *       validators count=                         optional
 *       gasper ...     > fork epoch=              any number
 *       nakamoto ...   > pool name= share=        at least 1
 *     adversary chain= kind=                      any number; parameters in place
 *     everything ...                              at most 1; every type of parameter
 */
extern const PnyxElement toy_scenario;
extern const PnyxElement toy_everything;
extern const PnyxComponent toy_gasper;

typedef struct
{
  gboolean truth;
  gint choice;
  gint64 integer;
  guint64 count;
  gdouble real;
  PnyxTime time;
  guint64 size;
  PnyxStake stake;
  PnyxSpan span;
  const gchar *text;
  const gchar *name;
  const gchar *reference;
  const gchar *file;
  const gchar *profile;
  const PnyxDistribution *distribution;
  PnyxReals reals;
  GStrv names;
} ToyEverything;

typedef struct
{
  const gchar *name;
  guint64 seed;
} ToyScenario;

typedef struct
{
  PnyxSpan duration, warmup;
  guint64 replicates;
} ToyRun;

typedef struct
{
  guint64 nodes;
} ToyNetwork;

typedef struct
{
  guint64 degree;
} ToyRegular;

typedef struct
{
  guint64 slots_per_epoch;
  gint rules;
} ToyGasper;

typedef struct
{
  const gchar *chain;
} ToyAdversary;

#endif
