/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A world that a test builds from a scenario's text, runs in steps and looks into. */
#ifndef TESTS_SUPPORT_TEST_WORLD_H
#define TESTS_SUPPORT_TEST_WORLD_H

#include "support/run_text.h"

#include "metric/metric.h"
#include "net/topology.h"

typedef struct
{
  const PnyxModel *model; /* borrowed */
  PnyxWorld *world;
  PnyxGraph *graph;
  PnyxNetwork *network;
  guint n_chains;
  PnyxChain *chains[16];
  PnyxOracles oracles;
  PnyxContracts contracts;
  PnyxMetrics *metrics; /* NULL until test_world_measure */
} TestWorld;

/* The model of a scenario with @body inside <scenario seed='1'>; profiles are the tree's and those
 * of tests/data. */
PnyxModel *test_model (const gchar *body);
/* The same with its points: of its sweep where @whole, else one. */
PnyxSweep *test_sweep (const gchar *body, gboolean whole);

/* The message with which the scenario or its world is refused; fails the test where neither is, or
 * where the code differs. The file is shown as "scenario.xml". */
gchar *test_refusal (const gchar *body, gint code);

/* The world of replicate @replicate; every chain has begun, faults are scheduled. */
TestWorld *test_world_new (const PnyxModel *model, guint32 replicate);
void test_world_free (TestWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestWorld, test_world_free)

/* Runs until @seconds from genesis. */
void test_world_run (TestWorld *world, gdouble seconds);

/* The value of @metric among @output's scalars, scope ignored; fails the test where there is none.
 */
gdouble test_scalar (const PnyxOutput *output, const gchar *metric);

/* Whether @a and @b have the same scalars, bit by bit. */
gboolean test_outputs_equal (const PnyxOutput *a, const PnyxOutput *b);

#endif
