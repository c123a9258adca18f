/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cores as queues: a burst by hand, and waiting times of slow-test length against closed forms. */
#include <math.h>

#include "base/statistics.h"
#include "engine/queueing.h"
#include "support/test_net.h"

#define SECONDS_PER_SERVICE 1 /* mean service time: one second */

static void
assert_near (gdouble value, gdouble expected, gdouble tolerance)
{
  if (!(fabs (value - expected) <= tolerance))
    g_error ("%.9f, expected %.9f +- %g", value, expected, tolerance);
}

typedef struct
{
  PnyxWorld *world;
  PnyxTime last, sum;
} Burst;

static void
on_check (gpointer self, PnyxNodeId node, guint32 payload)
{
  Burst *burst = self;

  (void)node;
  (void)payload;
  burst->last = pnyx_world_now (burst->world);
  burst->sum += burst->last;
}

static void
check_burst (guint cores, gdouble last_ms, gdouble mean_ms)
{
  g_autofree gchar *network
      = g_strdup_printf ("tcp='warm'><class cores='%u' hardware='home'/>", cores);
  TestNetParams params = { .n = 2, .network = network };
  TestNet *net = test_net_new (&params);
  Burst burst = { .world = net->world };
  guint job = pnyx_network_add_job (net->network, PNYX_NONE, on_check, &burst);

  for (guint32 i = 0; i < 64; i++)
    pnyx_network_work (net->network, 0, job, i, 1400 * PNYX_MICROSECOND, PNYX_PRIORITY_VOTE,
                       PNYX_WORK_CONSENSUS);
  pnyx_world_run (net->world, PNYX_SECOND);
  assert_near (pnyx_time_to_seconds (burst.last) * 1e3, last_ms, 1e-9);
  assert_near (pnyx_time_to_seconds (burst.sum) * 1e3 / 64, mean_ms, 1e-9);
  test_net_free (net);
}

static void
test_64_checks_at_once_wait_for_the_cores (void)
{
  check_burst (1, 89.6, 45.5);
  check_burst (4, 22.4, 11.9);
}

typedef struct
{
  PnyxWorld *world;
  guint32 order[3];
  guint n;
} Priorities;

static void
on_prioritised (gpointer self, PnyxNodeId node, guint32 payload)
{
  Priorities *priorities = self;

  (void)node;
  priorities->order[priorities->n++] = payload;
}

static void
test_blocks_pass_waiting_votes_but_not_running_ones (void)
{
  TestNetParams params = { .n = 2, .network = "tcp='warm'><class cores='1' hardware='home'/>" };
  TestNet *net = test_net_new (&params);
  Priorities priorities = { .world = net->world };
  guint job = pnyx_network_add_job (net->network, PNYX_NONE, on_prioritised, &priorities);

  pnyx_network_work (net->network, 0, job, 1, 10, PNYX_PRIORITY_VOTE, PNYX_WORK_CONSENSUS);
  pnyx_network_work (net->network, 0, job, 2, 10, PNYX_PRIORITY_VOTE, PNYX_WORK_CONSENSUS);
  pnyx_network_work (net->network, 0, job, 3, 10, PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
  pnyx_world_run (net->world, PNYX_SECOND);
  g_assert_cmpuint (priorities.n, ==, 3);
  g_assert_cmpuint (priorities.order[0], ==, 1);
  g_assert_cmpuint (priorities.order[1], ==, 3);
  g_assert_cmpuint (priorities.order[2], ==, 2);
  test_net_free (net);
}

/* One long run in batches: Poisson arrivals at one node's cores. */
enum
{
  BATCHES = 40,
  SLOTS = 1 << 16 /* more than ever wait */
};

typedef struct
{
  PnyxWorld *world;
  PnyxNetwork *network;
  guint job;
  guint16 type;
  gdouble rate;
  const PnyxDistribution *service;
  PnyxRng arrivals, services;
  guint64 n, n_max, warmup;
  PnyxTime arrived[SLOTS];
  PnyxTime needed[SLOTS];
  gdouble waited[BATCHES];
  guint64 counted[BATCHES];
  guint64 finished;
} Station;

static void
schedule_arrival (Station *station)
{
  gdouble gap = -log (pnyx_rng_uniform (&station->arrivals, 0, station->n)) / station->rate;

  pnyx_world_schedule (station->world,
                       pnyx_world_now (station->world) + MAX (pnyx_time_from_seconds (gap), 1),
                       PNYX_PHASE_TIMER, station->type, 0, PNYX_NONE, 0, 0, station->n);
}

static void
on_arrival (gpointer self, const PnyxEvent *event)
{
  Station *station = self;
  guint32 slot = (guint32)(station->n % SLOTS);
  PnyxTime needed = pnyx_time_from_seconds (
      pnyx_distribution_sample (station->service, &station->services, 0, station->n));

  (void)event;
  station->arrived[slot] = pnyx_world_now (station->world);
  station->needed[slot] = MAX (needed, 1);
  if (++station->n < station->n_max)
    schedule_arrival (station);
  pnyx_network_work (station->network, 0, station->job, slot, station->needed[slot],
                     PNYX_PRIORITY_BLOCK, PNYX_WORK_CONSENSUS);
}

static void
on_served (gpointer self, PnyxNodeId node, guint32 slot)
{
  Station *station = self;
  guint64 number = station->finished++;
  PnyxTime waited
      = pnyx_world_now (station->world) - station->arrived[slot] - station->needed[slot];
  guint batch;

  (void)node;
  if (number < station->warmup)
    return;
  batch = (guint)((number - station->warmup) * BATCHES / (station->n_max - station->warmup));
  station->waited[batch] += pnyx_time_to_seconds (waited);
  station->counted[batch]++;
}

static void
check_queue (const gchar *name, const gchar *service, guint cores, gdouble load, gdouble expected,
             guint64 n)
{
  g_autofree gchar *network
      = g_strdup_printf ("tcp='warm'><class cores='%u' hardware='home'/>", cores);
  TestNetParams params = { .n = 2, .network = network };
  TestNet *net = test_net_new (&params);
  Station *station = g_new0 (Station, 1);
  g_autoptr (PnyxDistribution) distribution
      = pnyx_distribution_parse (service, PNYX_UNIT_NONE, NULL);
  gdouble means[BATCHES];
  PnyxInterval interval;
  gdouble mean;

  station->world = net->world;
  station->network = net->network;
  station->rate = load * cores;
  station->service = distribution;
  station->n_max = n;
  station->warmup = n / 20;
  station->job = pnyx_network_add_job (net->network, PNYX_NONE, on_served, station);
  station->type = pnyx_world_add_handler (net->world, "test.arrival", on_arrival, station);
  pnyx_world_rng (net->world, &station->arrivals, "test", "arrivals");
  pnyx_world_rng (net->world, &station->services, "test", "services");
  schedule_arrival (station);
  pnyx_world_run (net->world, PNYX_TIME_MAX);
  for (guint i = 0; i < BATCHES; i++)
    means[i] = station->waited[i] / (gdouble)station->counted[i];
  mean = pnyx_mean (means, BATCHES);
  interval = pnyx_student_interval (means, BATCHES, 0.95);
  g_test_message ("%s at load %g: wait %.5f +- %.5f, expected %.5f", name, load, mean,
                  (interval.high - interval.low) / 2, expected);
  g_assert_cmpfloat ((interval.high - interval.low) / 2, <=, 0.02 * expected);
  /* 99.9 %: 3.3 standard errors; the half-width is 2.02 of them. */
  assert_near (mean, expected, (interval.high - interval.low) / 2 * 3.3 / 2.02);
  g_free (station);
  test_net_free (net);
}

static const struct
{
  gdouble load;
  guint64 n; /* enough for half-widths of 2 % */
} loads[] = { { 0.5, 2000000 }, { 0.8, 4000000 }, { 0.95, 40000000 } };

static void
test_waits_of_mm1 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    check_queue ("M/M/1", "exponential(1)", 1, loads[i].load, loads[i].load / (1 - loads[i].load),
                 loads[i].n);
}

static void
test_waits_of_md1 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    check_queue ("M/D/1", "1", 1, loads[i].load, loads[i].load / (2 * (1 - loads[i].load)),
                 loads[i].n / 2);
}

/* Pollaczek-Khinchine: gamma of shape 2 has a squared coefficient of variation of 1/2. */
static void
test_waits_of_mg1 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    check_queue ("M/G/1", "gamma(1, 2)", 1, loads[i].load,
                 1.5 * loads[i].load / (2 * (1 - loads[i].load)), loads[i].n * 3 / 4);
}

static void
test_waits_of_mmc (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    {
      gdouble wait = pnyx_queueing_erlang_c (4 * loads[i].load, 4) / (4 * (1 - loads[i].load));

      check_queue ("M/M/4", "exponential(1)", 4, loads[i].load, wait, loads[i].n * 5 / 4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cores/burst", test_64_checks_at_once_wait_for_the_cores);
  g_test_add_func ("/cores/priority", test_blocks_pass_waiting_votes_but_not_running_ones);
  g_test_add_func ("/cores/mm1", test_waits_of_mm1);
  g_test_add_func ("/cores/md1", test_waits_of_md1);
  g_test_add_func ("/cores/mg1", test_waits_of_mg1);
  g_test_add_func ("/cores/mmc", test_waits_of_mmc);
  return g_test_run ();
}
