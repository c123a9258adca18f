/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/simulation.h"

#include <string.h>
#include <time.h>

#include "adversary/adversary.h"
#include "contract/contract.h"
#include "metric/metric.h"
#include "metric/trace_file.h"
#include "net/faults.h"
#include "net/topology.h"
#include "oracle/oracle.h"

/* One run on its way. Lives on the heap: siglongjmp must not lose what it points to. */
typedef struct
{
  const PnyxModel *model;
  PnyxRunResult *result; /* what it is for */
  PnyxWorld *world;      /* owned */
  PnyxGraph *graph;      /* owned */
  PnyxNetwork *network;
  guint n_chains;
  PnyxChain *chains[16];
  PnyxOracles oracles;
  PnyxContracts contracts;
  gboolean measured;      /* whether there are metrics */
  PnyxMetrics *metrics;   /* NULL: none */
  PnyxTime begin;         /* of the measured window */
  gdouble window_began;   /* CPU seconds of the thread; for the manifest and benchmarks only */
  PnyxMetrics **batches;  /* owned: of the parts of the window; NULL: none */
  guint n_batches, batch; /* how many; which is measured */
  const gchar *path;      /* borrowed: of the trace; NULL: none is written */
  PnyxTraceFile *trace;   /* owned; NULL: none, or not yet */
  const gchar *taught;    /* contract whose controller learns; NULL: none */
  PnyxPolicyTraining *training;
  guint16 begin_type, end_type, batch_type;
  PnyxFailure failure;
} Simulation;

static void
simulation_free (Simulation *simulation)
{
  pnyx_world_free (simulation->world);
  pnyx_graph_free (simulation->graph);
  g_free (simulation->batches);
  g_free (simulation);
}

static gdouble
thread_seconds (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time); /* for the manifest only */
  return (gdouble)time.tv_sec + (gdouble)time.tv_nsec * 1e-9;
}

static gboolean
make_graph (Simulation *simulation, const PnyxSection *network, GError **error)
{
  const PnyxNetworkParams *params = network->params;
  const PnyxSection *topology = pnyx_section_child (network, "topology", 0);
  g_autofree gboolean *nat = pnyx_nodes_nat (simulation->world, network, (guint32)params->nodes);
  PnyxTopologyRequest request
      = { .n = (guint32)params->nodes, .nat = nat, .place = topology->place };

  if (request.place.line == 0)
    request.place = network->place;
  pnyx_world_rng (simulation->world, &request.rng, "net.topology", topology->component->name);
  simulation->graph = pnyx_topology_make (topology, &request, error);
  return simulation->graph != NULL;
}

static gboolean
make_chains (Simulation *simulation, const PnyxSection *root, GError **error)
{
  simulation->n_chains = (guint)pnyx_section_count (root, "chain");
  for (guint i = 0; i < simulation->n_chains; i++)
    {
      simulation->chains[i] = pnyx_chain_new (simulation->world, simulation->network,
                                              pnyx_section_child (root, "chain", i), i, error);
      if (simulation->chains[i] == NULL)
        return FALSE;
    }
  for (gsize i = 0; i < pnyx_section_count (root, "adversary"); i++)
    if (!pnyx_adversary_add (pnyx_section_child (root, "adversary", i), simulation->chains,
                             simulation->n_chains, error))
      return FALSE;
  return pnyx_oracles_new (&simulation->oracles, root, simulation->world, simulation->network,
                           simulation->chains, simulation->n_chains, error)
         && pnyx_contracts_new (&simulation->contracts, root, simulation->world, simulation->chains,
                                simulation->n_chains, &simulation->oracles, error);
}

static gboolean
make_observers (Simulation *simulation, GError **error)
{
  PnyxObserved observed = { .world = simulation->world,
                            .network = simulation->network,
                            .n_chains = simulation->n_chains,
                            .chains = simulation->chains,
                            .oracles = &simulation->oracles,
                            .contracts = &simulation->contracts,
                            .energy = simulation->model->energy };

  if (simulation->measured)
    {
      simulation->metrics = pnyx_metrics_new (&observed);
      if (simulation->n_batches > 0)
        pnyx_metrics_new_batches (&observed, simulation->batches, simulation->n_batches);
    }
  if (simulation->path != NULL)
    simulation->trace = pnyx_trace_file_new (&observed, simulation->path, error);
  return simulation->path == NULL || simulation->trace != NULL;
}

/* The end of a batch is the beginning of the next, in whole ns. */
static void
schedule_batch (Simulation *simulation, PnyxTime begin, PnyxTime duration)
{
  guint64 part = simulation->batch + 1;
  PnyxTime end = begin + (PnyxTime)((pnyx_uint128)(guint64)duration * part / simulation->n_batches);

  if (part < simulation->n_batches)
    pnyx_world_schedule (simulation->world, end, PNYX_PHASE_OBSERVATION, simulation->batch_type, 0,
                         PNYX_NONE, 0, 0, 0);
}

static void
end_batch (Simulation *simulation)
{
  g_autoptr (PnyxOutput) part = pnyx_output_new ();

  if (simulation->metrics == NULL)
    {
      simulation->batch++;
      return;
    }
  pnyx_metrics_end (simulation->batches[simulation->batch]);
  pnyx_metrics_finish (simulation->batches[simulation->batch], part);
  for (guint k = 0; k < part->scalars->len; k++)
    {
      PnyxBatchRow row = { g_array_index (part->scalars, PnyxScalar, k), simulation->batch };

      g_array_append_val (simulation->result->output->batches, row);
    }
  simulation->batch++;
}

static void
on_batch (gpointer self, const PnyxEvent *event)
{
  Simulation *simulation = self;
  PnyxTime duration
      = pnyx_model_span (simulation->model, &simulation->model->run->duration, "duration", NULL);

  (void)event;
  end_batch (simulation);
  if (simulation->metrics != NULL)
    pnyx_metrics_begin (simulation->batches[simulation->batch]);
  schedule_batch (simulation, simulation->begin, duration);
}

/* The duration counts from here, whatever the warm-up was measured in. */
static void
begin_window (Simulation *simulation)
{
  const PnyxSpan *duration = &simulation->model->run->duration;
  PnyxChain *chain = simulation->chains[0];
  PnyxTime time;

  simulation->begin = pnyx_world_now (simulation->world);
  simulation->window_began = thread_seconds ();
  if (simulation->metrics != NULL)
    pnyx_metrics_begin (simulation->metrics);
  if (duration->unit == PNYX_SPAN_BLOCKS)
    {
      chain->end_blocks = chain->made + (guint64)duration->value;
      return;
    }
  time = pnyx_model_span (simulation->model, duration, "duration", NULL);
  if (simulation->n_batches > 0)
    {
      if (simulation->metrics != NULL)
        pnyx_metrics_begin (simulation->batches[0]);
      schedule_batch (simulation, simulation->begin, time);
    }
  if (time < PNYX_TIME_MAX - pnyx_world_now (simulation->world))
    pnyx_world_schedule (simulation->world, pnyx_world_now (simulation->world) + time,
                         PNYX_PHASE_OBSERVATION, simulation->end_type, 0, PNYX_NONE, 0, 0, 0);
}

static void
on_end (gpointer self, const PnyxEvent *event)
{
  (void)event;
  pnyx_world_stop (((Simulation *)self)->world);
}

static void
on_begin (gpointer self, const PnyxEvent *event)
{
  (void)event;
  begin_window (self);
}

static void
on_milestone (gpointer self, gboolean end)
{
  Simulation *simulation = self;

  if (end)
    pnyx_world_stop (simulation->world);
  else
    begin_window (simulation);
}

/* Schedules the beginning of the window, which schedules the end. */
static void
set_run_control (Simulation *simulation)
{
  const PnyxRunParams *run = simulation->model->run;
  PnyxChain *chain = simulation->chains[0];
  PnyxTime begin;

  chain->milestone = on_milestone;
  chain->milestone_self = simulation;
  simulation->end_type = pnyx_world_add_handler (simulation->world, "run.end", on_end, simulation);
  if (run->warmup.unit == PNYX_SPAN_BLOCKS)
    {
      chain->begin_blocks = (guint64)run->warmup.value;
      return;
    }
  begin = pnyx_model_span (simulation->model, &run->warmup, "warmup", NULL);
  simulation->begin_type
      = pnyx_world_add_handler (simulation->world, "run.begin", on_begin, simulation);
  pnyx_world_schedule (simulation->world, begin, PNYX_PHASE_ENVIRONMENT, simulation->begin_type, 0,
                       PNYX_NONE, 0, 0, 0);
}

static void
add_batch_handler (Simulation *simulation)
{
  if (simulation->n_batches > 0)
    simulation->batch_type
        = pnyx_world_add_handler (simulation->world, "run.batch", on_batch, simulation);
}

static gboolean
build (Simulation *simulation, GError **error)
{
  const PnyxSection *root = simulation->model->scenario->root;
  const PnyxSection *network = pnyx_section_child (root, "network", 0);

  if (!make_graph (simulation, network, error))
    return FALSE;
  simulation->network = pnyx_network_new (simulation->world, network, simulation->model->regions,
                                          simulation->graph, error);
  if (simulation->network == NULL || !make_chains (simulation, root, error)
      || !pnyx_faults_schedule (simulation->network, pnyx_section_child (root, "events", 0), error))
    return FALSE;
  if (simulation->taught != NULL)
    pnyx_controller_train (
        pnyx_contracts_find (&simulation->contracts, simulation->taught)->controller,
        simulation->training);
  return make_observers (simulation, error);
}

static void
describe_failure (const Simulation *simulation, PnyxRunResult *result)
{
  result->failed = TRUE;
  result->message
      = g_strdup_printf ("%s (seed %" G_GUINT64_FORMAT ", replicate %u, event %" G_GUINT64_FORMAT
                         ", %.9f s of simulated time)",
                         simulation->failure.message, result->seed, result->replicate,
                         pnyx_world_events (simulation->world),
                         pnyx_time_to_seconds (pnyx_world_now (simulation->world)));
}

static PnyxRunResult *
result_new (const PnyxModel *model, guint point, guint32 replicate)
{
  PnyxRunResult *result = g_new0 (PnyxRunResult, 1);

  result->point = point;
  result->replicate = replicate;
  result->seed = model->params->seed;
  result->output = pnyx_output_new ();
  return result;
}

static void
run_world (Simulation *simulation)
{
  set_run_control (simulation);
  add_batch_handler (simulation);
  pnyx_world_run (simulation->world, PNYX_TIME_MAX);
  simulation->result->window_seconds = thread_seconds () - simulation->window_began;
  for (guint i = 0; i < simulation->n_chains; i++)
    {
      const PnyxFinalityOps *finality = simulation->chains[i]->ops->finality;

      if (finality != NULL)
        simulation->result->aggregates += finality->aggregates (simulation->chains[i]);
    }
  if (simulation->metrics != NULL)
    {
      pnyx_metrics_end (simulation->metrics);
      pnyx_metrics_finish (simulation->metrics, simulation->result->output);
    }
  if (simulation->n_batches > 0)
    end_batch (simulation);
}

/* Runs it at the boundary. Returns: FALSE where there is no such world. */
static gboolean
attempt (Simulation *const simulation, GError **error)
{
  PnyxWorldOptions options = { .seed = simulation->result->seed,
                               .replicate = simulation->result->replicate,
                               .memory_limit = simulation->model->run->memory_max,
                               .event_limit = simulation->model->run->events_max };
  PnyxFailure *const outer = pnyx_failure_enter (&simulation->failure);
  volatile gboolean built = TRUE;

  if (sigsetjmp (simulation->failure.jump, 0) == 0)
    {
      simulation->world = pnyx_world_new (&options);
      built = build (simulation, error);
      if (built)
        run_world (simulation);
    }
  else
    describe_failure (simulation, simulation->result);
  pnyx_failure_enter (outer);
  return built;
}

/* @simulation: (transfer full) */
static PnyxRunResult *
simulate (Simulation *simulation, GError **error)
{
  const gdouble started = thread_seconds ();
  PnyxRunResult *result = simulation->result;
  gboolean done = attempt (simulation, error);

  result->events = pnyx_world_events (simulation->world);
  result->digest = pnyx_world_digest (simulation->world);
  if (simulation->trace != NULL)
    done = pnyx_trace_file_finish (simulation->trace, done ? error : NULL) && done;
  simulation_free (simulation);
  result->cpu_seconds = thread_seconds () - started;
  if (done)
    return result;
  pnyx_run_result_free (result);
  return NULL;
}

/* Also where nothing is measured: their ends are events, which the digest counts. */
static void
make_batches (Simulation *simulation)
{
  guint64 n = simulation->model->run->batches;

  if (n == PNYX_COUNT_UNSET)
    return;
  simulation->n_batches = (guint)n;
  simulation->batches = g_new0 (PnyxMetrics *, n);
}

PnyxRunResult *
pnyx_simulate (const PnyxModel *model, guint point, guint32 replicate, gboolean metrics,
               GError **error)
{
  Simulation *simulation = g_new0 (Simulation, 1);

  simulation->model = model;
  simulation->measured = metrics;
  make_batches (simulation);
  simulation->result = result_new (model, point, replicate);
  return simulate (simulation, error);
}

PnyxRunResult *
pnyx_simulate_traced (const PnyxModel *model, guint point, guint32 replicate, const gchar *path,
                      GError **error)
{
  Simulation *simulation = g_new0 (Simulation, 1);

  simulation->model = model;
  simulation->measured = TRUE;
  simulation->path = path;
  make_batches (simulation);
  simulation->result = result_new (model, point, replicate);
  return simulate (simulation, error);
}

PnyxRunResult *
pnyx_simulate_training (const PnyxModel *model, guint32 replicate, const gchar *contract,
                        PnyxPolicyTraining *training, GError **error)
{
  Simulation *simulation = g_new0 (Simulation, 1);

  simulation->model = model;
  simulation->taught = contract;
  simulation->training = training;
  simulation->result = result_new (model, 0, replicate);
  return simulate (simulation, error);
}
