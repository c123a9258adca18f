/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/cores.h"

#include "net/network_priv.h"

#define N_JOBS 64

typedef struct
{
  guint64 order; /* priority, then sequence of the node */
  PnyxTime duration;
  guint32 payload;
  guint16 job;
  guint16 kind;
} Work;

typedef struct
{
  Work *waiting; /* heap by order */
  guint32 n, capacity;
  guint32 busy;
  guint64 sequence;
  guint16 generation; /* outages so far: what was running then is lost */
} Queue;

struct _PnyxCores
{
  PnyxNetwork *network;
  guint16 type;  /* event: a core has finished; payload: index into running */
  Queue *queues; /* array length=n */
  guint n_jobs;
  struct
  {
    PnyxJob job;
    gpointer self;
    guint32 chain;
  } jobs[N_JOBS];
  Work *running; /* slots; free ones are chained by payload */
  guint32 n_running, running_capacity;
  guint32 free_slot; /* PNYX_NONE: none */
};

static void
start (PnyxCores *cores, PnyxNodeId node, const Work *work)
{
  PnyxWorld *world = cores->network->world;
  guint32 slot = cores->free_slot;

  if (slot == PNYX_NONE)
    {
      pnyx_arena_reserve (pnyx_world_arena (world), cores->running, cores->n_running,
                          cores->running_capacity);
      slot = cores->n_running++;
    }
  else
    cores->free_slot = cores->running[slot].payload;
  cores->running[slot] = *work;
  cores->queues[node].busy++;
  pnyx_world_schedule (world, pnyx_world_now (world) + work->duration, PNYX_PHASE_DELIVERY,
                       cores->type, node, node, slot, cores->queues[node].generation,
                       pnyx_hash_mix (work->job, work->order));
}

static void
push_waiting (PnyxCores *cores, Queue *queue, const Work *work)
{
  guint32 i = queue->n;

  pnyx_arena_reserve (pnyx_world_arena (cores->network->world), queue->waiting, queue->n,
                      queue->capacity);
  queue->n++;
  for (; i > 0 && work->order < queue->waiting[(i - 1) / 2].order; i = (i - 1) / 2)
    queue->waiting[i] = queue->waiting[(i - 1) / 2];
  queue->waiting[i] = *work;
}

static Work
pop_waiting (Queue *queue)
{
  Work top = queue->waiting[0];
  Work last = queue->waiting[--queue->n];
  guint32 i = 0;

  for (;;)
    {
      guint32 child = 2 * i + 1;

      if (child >= queue->n)
        break;
      if (child + 1 < queue->n && queue->waiting[child + 1].order < queue->waiting[child].order)
        child++;
      if (last.order <= queue->waiting[child].order)
        break;
      queue->waiting[i] = queue->waiting[child];
      i = child;
    }
  queue->waiting[i] = last;
  return top;
}

static void
on_finished (gpointer self, const PnyxEvent *event)
{
  PnyxCores *cores = self;
  PnyxNodeId node = event->target;
  Queue *queue = &cores->queues[node];
  Work work = cores->running[event->payload];

  cores->running[event->payload].payload = cores->free_slot;
  cores->free_slot = event->payload;
  if (event->generation != queue->generation)
    return;
  queue->busy--;
  pnyx_world_emit (cores->network->world, PNYX_TRACE_WORK, cores->jobs[work.job].chain, node,
                   work.payload, work.duration, work.kind);
  if (queue->n > 0)
    {
      Work next = pop_waiting (queue);

      start (cores, node, &next);
    }
  cores->jobs[work.job].job (cores->jobs[work.job].self, node, work.payload);
}

static void
warm (gpointer self, const PnyxEvent *event)
{
  const PnyxCores *cores = self;

  __builtin_prefetch (&cores->queues[event->target], 1);
  __builtin_prefetch (&cores->running[event->payload], 1);
  if (cores->network->warm != NULL)
    cores->network->warm (cores->network->warm_self, event->target);
}

PnyxCores *
pnyx_cores_new (PnyxNetwork *network)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  PnyxCores *cores = pnyx_arena_array (arena, PnyxCores, 1);

  cores->network = network;
  cores->type = pnyx_world_add_handler (network->world, "net.cores", on_finished, cores);
  pnyx_world_set_warm (network->world, cores->type, warm);
  cores->queues = pnyx_arena_array (arena, Queue, network->nodes.n);
  cores->free_slot = PNYX_NONE;
  return cores;
}

guint
pnyx_cores_add_job (PnyxCores *cores, guint32 chain, PnyxJob job, gpointer self)
{
  PNYX_REQUIRE (cores->n_jobs < N_JOBS);
  cores->jobs[cores->n_jobs].job = job;
  cores->jobs[cores->n_jobs].self = self;
  cores->jobs[cores->n_jobs].chain = chain;
  return cores->n_jobs++;
}

void
pnyx_cores_submit (PnyxCores *cores, PnyxNodeId node, guint job, guint32 payload, PnyxTime duration,
                   PnyxPriority priority, PnyxWorkKind kind)
{
  Queue *queue = &cores->queues[node];
  Work work = { .order = (guint64)priority << 56 | queue->sequence,
                .duration = duration,
                .payload = payload,
                .job = (guint16)job,
                .kind = (guint16)kind };

  PNYX_REQUIRE (job < cores->n_jobs && duration >= 0);
  if (duration == 0)
    {
      cores->jobs[job].job (cores->jobs[job].self, node, payload);
      return;
    }
  queue->sequence++;
  if (queue->busy < cores->network->nodes.cores[node])
    start (cores, node, &work);
  else
    push_waiting (cores, queue, &work);
}

void
pnyx_cores_reset (PnyxCores *cores, PnyxNodeId node)
{
  Queue *queue = &cores->queues[node];

  queue->generation++;
  queue->busy = 0;
  queue->n = 0;
}
