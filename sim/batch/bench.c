/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Benchmarks of whole worlds.
 *
 * net.flood.N: one item after another is flooded over N nodes of degree 8 (four random Hamiltonian
 * cycles), measured delays with jitter drawn for each copy, receipts and duplicates counted and
 * each first receipt put into a histogram of propagation; events over CPU seconds.
 */
#include "batch/bench.h"

#include <string.h>

#include "base/histogram.h"
#include "batch/batch.h"
#include "net/network.h"
#include "net/topology.h"
#include "protocol/gasper/bench.h"

#define DEGREE 8
#define SIMBLOCK_RUNS 3
#define REGIONS 6

static PnyxGraph *
make_cycles (guint32 n, const PnyxRng *rng)
{
  guint32 *edges = g_new (guint32, (gsize)DEGREE * n);
  guint32 *order = g_new (guint32, n);
  PnyxGraph *graph;
  gsize at = 0;

  for (guint cycle = 0; cycle < DEGREE / 2; cycle++)
    {
      PnyxRngCursor cursor;

      pnyx_rng_cursor_init (&cursor, rng, cycle, 0);
      for (guint32 i = 0; i < n; i++)
        {
          guint32 j = (guint32)pnyx_rng_cursor_below (&cursor, i + 1);

          order[i] = order[j];
          order[j] = i;
        }
      for (guint32 i = 0; i < n; i++)
        {
          edges[at++] = order[i];
          edges[at++] = order[(i + 1) % n];
        }
    }
  graph = pnyx_graph_new (n, edges, at / 2);
  g_free (edges);
  g_free (order);
  return graph;
}

typedef struct
{
  PnyxNetwork *network;
  PnyxTime sent;
  PnyxHistogram *propagation;
} Flood;

static void
flood_receive (gpointer self, PnyxNodeId node, PnyxItemId item, PnyxNodeId from)
{
  Flood *flood = self;

  (void)from;
  pnyx_histogram_add (flood->propagation,
                      pnyx_world_now (pnyx_network_world (flood->network)) - flood->sent);
  pnyx_network_validated (flood->network, node, item, TRUE);
}

static const PnyxChannelOps flood_channel = { .receive = flood_receive };

/* Six regions, one-way delays of 10 to 150 ms. */
static void
fill_regions (PnyxRegions *regions, PnyxRegion *region, PnyxTime *half_rtt)
{
  static const gchar *const names[REGIONS] = { "a", "b", "c", "d", "e", "f" };

  *regions = (PnyxRegions){ .n = REGIONS, .regions = region, .half_rtt = half_rtt };
  for (guint i = 0; i < REGIONS; i++)
    {
      region[i] = (PnyxRegion){ .name = names[i], .jurisdiction = "WORLD", .share = 1 };
      for (guint j = 0; j < REGIONS; j++)
        half_rtt[i * REGIONS + j] = (10 + 28 * (i > j ? i - j : j - i)) * PNYX_MILLISECOND;
    }
}

/* The network's own section, built from its table's defaults but for what the benchmark fixes. */
static PnyxModel *
flood_model (guint32 n, const gchar *data_folder, GError **error)
{
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='flood'><network nodes='%u' tcp='warm'>"
      "<dissemination kind='flood' skip='first'/></network><chain kind='nakamoto'/></scenario>",
      n);
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data_folder };
  PnyxModel *model = g_new0 (PnyxModel, 1);

  model->scenario = pnyx_scenario_read_memory (&reader, text, strlen (text), "bench", error);
  if (model->scenario != NULL)
    return model;
  pnyx_model_free (model);
  return NULL;
}

static gboolean
flood (guint32 n, guint items, const gchar *name, const gchar *data_folder,
       PnyxBenchClock cpu_seconds, PnyxBenchEmit emit, gpointer user, GError **error)
{
  PnyxWorldOptions options = { .seed = 1 };
  g_autoptr (PnyxModel) model = flood_model (n, data_folder, error);
  g_autoptr (PnyxWorld) world = pnyx_world_new (&options);
  g_autoptr (PnyxGraph) graph = NULL;
  PnyxRegion region[REGIONS];
  PnyxTime half_rtt[REGIONS * REGIONS];
  PnyxRegions regions;
  PnyxRng rng;
  Flood self = { 0 };
  guint16 channel;
  gdouble started, seconds;
  gsize memory;

  if (model == NULL)
    return FALSE;
  pnyx_world_rng (world, &rng, "bench", "graph");
  graph = make_cycles (n, &rng);
  fill_regions (&regions, region, half_rtt);
  memory = pnyx_arena_used (pnyx_world_arena (world));
  self.network = pnyx_network_new (world, pnyx_section_child (model->scenario->root, "network", 0),
                                   &regions, graph, error);
  if (self.network == NULL)
    return FALSE;
  memory = pnyx_arena_used (pnyx_world_arena (world)) - memory
           + sizeof (guint32) * ((gsize)n + 1 + graph->offsets[n]);
  self.propagation = pnyx_histogram_new (pnyx_world_arena (world));
  channel = pnyx_network_add_channel (self.network, PNYX_NONE, &flood_channel, &self);
  started = cpu_seconds ();
  for (guint i = 0; i < items; i++)
    {
      PnyxItemParams params
          = { .channel = channel, .subject = i, .id = pnyx_hash_mix (1, i), .size = 1000 };
      PnyxItemId item = pnyx_network_item_new (self.network, &params);

      self.sent = pnyx_world_now (world);
      pnyx_network_publish (self.network, (PnyxNodeId)pnyx_rng_below (&rng, 99, i, n), item);
      pnyx_world_run (world, self.sent + 100 * PNYX_SECOND);
    }
  seconds = cpu_seconds () - started;
  PNYX_REQUIRE (pnyx_network_counts (self.network)->first_receipts == (guint64)items * (n - 1));
  emit (user, name, (gdouble)pnyx_world_events (world) / seconds, "events/s");
  if (n == 1000000)
    emit (user, "net.memory_per_node", (gdouble)memory / n, "B");
  return TRUE;
}

static gboolean
bench_flood (const gchar *filter, const gchar *data_folder, PnyxBenchClock cpu_seconds,
             PnyxBenchEmit emit, gpointer user, GError **error)
{
  static const struct
  {
    const gchar *name;
    guint32 n;
    guint items;
  } sizes[] = { { "net.flood.1e4", 10000, 200 },
                { "net.flood.1e5", 100000, 20 },
                { "net.flood.1e6", 1000000, 2 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if ((pnyx_bench_selects (filter, sizes[i].name)
         || (sizes[i].n == 1000000 && pnyx_bench_selects (filter, "net.memory_per_node")))
        && !flood (sizes[i].n, sizes[i].items, sizes[i].name, data_folder, cpu_seconds, emit, user,
                   error))
      return FALSE;
  return TRUE;
}

/* Least CPU time of three runs, reading and building included: what others do here only adds. */
static gboolean
bench_simblock (const gchar *data_folder, PnyxBenchClock cpu_seconds, PnyxBenchEmit emit,
                gpointer user, GError **error)
{
  static const gchar *const overrides[]
      = { "network/@nodes=6000", "run/@duration=100 block", "run/@replicates=1", NULL };
  g_autofree gchar *path = g_build_filename (data_folder, "simblock.xml", NULL);
  gdouble events = 0, least = G_MAXDOUBLE;

  for (guint i = 0; i < SIMBLOCK_RUNS; i++)
    {
      gdouble started = cpu_seconds ();
      g_autoptr (PnyxModel) model = pnyx_model_read (path, data_folder, overrides, error);
      g_autoptr (PnyxRunResult) result
          = model != NULL ? pnyx_simulate (model, 0, 0, TRUE, error) : NULL;

      if (result == NULL)
        return FALSE;
      least = MIN (least, cpu_seconds () - started);
      events = (gdouble)result->events;
    }
  emit (user, "simblock.cpu", least, "s");
  emit (user, "simblock.events", events, "");
  emit (user, "simblock.events_per_node_and_block", events / 6000 / 100, "");
  return TRUE;
}

/* A world whose CPU time counts, reading left out. */
typedef struct
{
  const gchar *name; /* NAME.cpu and NAME.events; where @factor, NAME.realtime_factor */
  gdouble factor;    /* simulated seconds */
  const gchar *text;
} BenchWorld;

static const BenchWorld bench_worlds[] = {
  /* 16,384 validators on 1,000 nodes of 50 connections, every message queued. */
  { "gasper.16k", 5 * 384,
    "<scenario xmlns='urn:pnyx:scenario:1' name='gasper'>"
    "<run warmup='1 epoch' duration='4 epoch'/><network nodes='1000'>"
    "<topology kind='random-regular' degree='50'/><dissemination kind='gossipsub'/></network>"
    "<chain kind='gasper'><validators count='16384'/></chain></scenario>" },
  /* A day of 31 reporters who report every 10 s, on 100 nodes. */
  { "oracle.day", 0,
    "<scenario xmlns='urn:pnyx:scenario:1' name='day'><run duration='1 d'/><network nodes='100'/>"
    "<chain kind='nakamoto'><nakamoto interval='exponential(12 s)'/></chain>"
    "<oracle><feed kind='gbm'/><reporters count='31'/></oracle></scenario>" },
  /* 100,000 loans, and the price falls by 30 % within an hour. */
  { "lending.crash", 0,
    "<scenario xmlns='urn:pnyx:scenario:1' name='crash'><run duration='6 h'/>"
    "<network nodes='20'/><chain id='main' kind='nakamoto'>"
    "<nakamoto interval='exponential(12 s)'/></chain>"
    "<oracle id='price'><feed kind='gbm' start='2000'><shock at='2 h' over='1 h' change='-0.3'/>"
    "</feed><reporters count='7'/></oracle><contract kind='lending' oracle='price'><lending>"
    "<borrowers count='100000'/><keepers cash='1000000000 $'/></lending></contract></scenario>" },
};

static gboolean
selects (const gchar *filter, const BenchWorld *world)
{
  g_autofree gchar *events = g_strconcat (world->name, ".events", NULL);
  g_autofree gchar *time
      = g_strconcat (world->name, world->factor > 0 ? ".realtime_factor" : ".cpu", NULL);

  return pnyx_bench_selects (filter, events) || pnyx_bench_selects (filter, time);
}

static gboolean
bench_world (const BenchWorld *world, const gchar *data_folder, PnyxBenchClock cpu_seconds,
             PnyxBenchEmit emit, gpointer user, GError **error)
{
  g_autoptr (PnyxModel) model = pnyx_model_read_memory (world->text, "bench", data_folder, error);
  g_autofree gchar *events = g_strconcat (world->name, ".events", NULL);
  g_autofree gchar *cpu = g_strconcat (world->name, ".cpu", NULL);
  g_autofree gchar *factor = g_strconcat (world->name, ".realtime_factor", NULL);
  g_autoptr (PnyxRunResult) result = NULL;
  gdouble started = cpu_seconds (), took;

  if (model == NULL)
    return FALSE;
  result = pnyx_simulate (model, 0, 0, TRUE, error);
  if (result == NULL)
    return FALSE;
  took = cpu_seconds () - started;
  if (world->factor > 0)
    emit (user, factor, world->factor / took, "1");
  else
    emit (user, cpu, took, "s");
  emit (user, events, (gdouble)result->events, "");
  return TRUE;
}

gboolean
pnyx_batch_bench (const gchar *filter, const gchar *data_folder, PnyxBenchClock cpu_seconds,
                  PnyxBenchEmit emit, gpointer user, GError **error)
{
  pnyx_gasper_bench (filter, cpu_seconds, emit, user);
  if (!bench_flood (filter, data_folder, cpu_seconds, emit, user, error))
    return FALSE;
  for (guint i = 0; data_folder != NULL && i < G_N_ELEMENTS (bench_worlds); i++)
    {
      const BenchWorld *world = &bench_worlds[i];

      if (selects (filter, world)
          && !bench_world (world, data_folder, cpu_seconds, emit, user, error))
        return FALSE;
    }
  if (data_folder != NULL && !pnyx_bench_mainnet (filter, data_folder, emit, user, error))
    return FALSE;
  if (data_folder != NULL && pnyx_bench_selects (filter, "simblock.cpu"))
    return bench_simblock (data_folder, cpu_seconds, emit, user, error);
  return TRUE;
}
