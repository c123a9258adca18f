/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The validators of a chain that a test writes as XML, on a network of two regions. */
#ifndef TESTS_SUPPORT_TEST_VALIDATORS_H
#define TESTS_SUPPORT_TEST_VALIDATORS_H

#include "net/network.h"
#include "protocol/gasper/validators.h"
#include "scenario/reader.h"

#define TEST_ETH ((PnyxStake)1000000000)

/* A scenario with <network> and <validators> as its children. */
extern const PnyxElement test_validators_root;

typedef struct
{
  const gchar *network;    /* attributes and children of <network>; NULL: "nodes='10'>" */
  const gchar *validators; /* <validators>; NULL: none */
  const gchar *csv;        /* stakes.csv beside the scenario; NULL: none */
  guint64 seed;
  guint32 chain;
  guint32 max; /* ETH; 0: 2048 */
} TestValidatorsParams;

typedef struct
{
  PnyxScenario *scenario; /* NULL where it was refused */
  PnyxWorld *world;
  PnyxRegion region[2]; /* north and south, as many nodes each */
  PnyxRegions regions;
  PnyxNodes nodes;
  PnyxGasperValidators table;
} TestValidators;

/* 32 slots of 12 s an epoch. Fails the test where they are refused. */
TestValidators *test_validators_new (const TestValidatorsParams *params);
/* The same with <validators> alone. */
TestValidators *test_validators_read (const gchar *validators);
void test_validators_free (TestValidators *validators);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestValidators, test_validators_free)

/* The message with which the scenario or its validators are refused, files without their folder;
 * fails the test where they are not, or where the code differs. <validators> begins in line 2. */
gchar *test_validators_refusal (const TestValidatorsParams *params, gint code);
void test_validators_refuse (const gchar *validators, gint code, const gchar *message);

/* How many validators @deviation has chosen, and their effective balance in ETH. */
guint32 test_validators_chosen (const TestValidators *validators, guint deviation);
guint64 test_validators_chosen_eth (const TestValidators *validators, guint deviation);

#endif
