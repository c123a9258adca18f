/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network of few nodes with given delays and uploads, for checks against hand-made numbers. */
#ifndef TESTS_SUPPORT_TEST_NET_H
#define TESTS_SUPPORT_TEST_NET_H

#include "net/network.h"
#include "scenario/reader.h"

#define TEST_NET_MAX 16

typedef struct
{
  guint n;                                      /* places; one node each */
  gdouble delay_ms[TEST_NET_MAX][TEST_NET_MAX]; /* one-way, symmetric; 0: 1 ms */
  gdouble upload[TEST_NET_MAX];                 /* bit/s; 0: unlimited */
  gdouble download[TEST_NET_MAX];               /* bit/s; 0: unlimited */
  const guint (*edges)[2];                      /* pairs of places; NULL: complete */
  guint n_edges;
  const gchar *network; /* attributes and children of <network>, e.g. "tcp='warm'><delay .../>" */
  guint64 size;         /* of items */
  guint64 compact, missing;
  PnyxTime validation;
  guint64 seed;
} TestNetParams;

typedef struct
{
  PnyxScenario *scenario;
  PnyxWorld *world;
  PnyxGraph *graph;
  PnyxRegions regions;
  PnyxRegion region[TEST_NET_MAX];
  PnyxTime half_rtt[TEST_NET_MAX * TEST_NET_MAX];
  PnyxNetwork *network;
  TestNetParams params;
  PnyxNodeId node[TEST_NET_MAX];   /* by place */
  PnyxTime received[TEST_NET_MAX]; /* by place: first receipt of the last item; -1: none */
  guint16 channel;
  guint job;
  guint items;
} TestNet;

/* All nodes are numbered as their places: a seed is sought for which it is so. */
TestNet *test_net_new (const TestNetParams *params);
void test_net_free (TestNet *net);

/* Place @from publishes a new item now. Returns: it. */
PnyxItemId test_net_publish (TestNet *net, guint from);
/* Seconds from genesis to the first receipt at @place. */
gdouble test_net_received (const TestNet *net, guint place);

/* A scenario around the attributes and children of <network>; profiles are the tree's. */
PnyxScenario *test_net_read (const gchar *network, guint n);

#endif
