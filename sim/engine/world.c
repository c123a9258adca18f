/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop. Legal order of calls: new, add_handler and observe while the world is built,
 * schedule at any time, run, free. Events at one instant are ordered by phase and then by a hash of
 * domain identity (see event.h), so neither metrics nor additional components change a result.
 */
#include "engine/world.h"

#include "engine/queue.h"

#define WARM_AHEAD 8 /* events: far enough for memory to answer */
#define N_HANDLERS 128
#define N_OBSERVERS 32
#define N_OWNED 32

typedef struct
{
  PnyxHandler handler;
  gpointer self;    /* borrowed: lives in the arena */
  PnyxHandler warm; /* NULL: none */
  guint64 tie_key;  /* of seed, replicate, branch and the type's name */
} Handler;

typedef struct
{
  PnyxObserver observer;
  gpointer self;
} Observer;

typedef struct
{
  GDestroyNotify destroy;
  gpointer data; /* owned */
} Owned;

struct _PnyxWorld
{
  PnyxTime now;    /* never decreases */
  PnyxPhase phase; /* of the running event */
  gboolean running;
  gboolean stopped;
  guint64 events;
  guint64 digest;
  guint64 seed;
  guint64 event_limit; /* G_MAXUINT64: none */
  guint32 replicate;
  guint32 branch;
  PnyxArena *arena; /* owned */
  PnyxQueue *queue; /* owned; every event has at >= now */
  guint n_owned;
  Owned owned[N_OWNED];
  guint n_handlers;
  Handler handlers[N_HANDLERS];
  guint n_observers[PNYX_N_TRACES];
  Observer observers[PNYX_N_TRACES][N_OBSERVERS];
};

PnyxWorld *
pnyx_world_new (const PnyxWorldOptions *options)
{
  PnyxWorld *world = g_new0 (PnyxWorld, 1);

  world->seed = options->seed;
  world->replicate = options->replicate;
  world->branch = options->branch;
  world->event_limit = options->event_limit == 0 ? G_MAXUINT64 : options->event_limit;
  world->arena
      = pnyx_arena_new (options->memory_limit == 0 ? (gsize)16 << 30 : options->memory_limit);
  world->queue = pnyx_queue_new (world->arena);
  return world;
}

void
pnyx_world_free (PnyxWorld *world)
{
  if (world == NULL)
    return;
  while (world->n_owned > 0)
    {
      world->n_owned--;
      world->owned[world->n_owned].destroy (world->owned[world->n_owned].data);
    }
  pnyx_queue_free (world->queue);
  pnyx_arena_free (world->arena);
  g_free (world);
}

void
pnyx_world_own (PnyxWorld *world, GDestroyNotify destroy, gpointer data)
{
  PNYX_REQUIRE (world->n_owned < N_OWNED);
  world->owned[world->n_owned++] = (Owned){ .destroy = destroy, .data = data };
}

PnyxArena *
pnyx_world_arena (PnyxWorld *world)
{
  return world->arena;
}

PnyxTime
pnyx_world_now (const PnyxWorld *world)
{
  return world->now;
}

guint64
pnyx_world_events (const PnyxWorld *world)
{
  return world->events;
}

guint64
pnyx_world_seed (const PnyxWorld *world)
{
  return world->seed;
}

guint32
pnyx_world_replicate (const PnyxWorld *world)
{
  return world->replicate;
}

void
pnyx_world_rng (const PnyxWorld *world, PnyxRng *rng, const gchar *component, const gchar *purpose)
{
  pnyx_rng_init (rng, world->seed, world->replicate, world->branch, component, purpose);
}

guint16
pnyx_world_add_handler (PnyxWorld *world, const gchar *name, PnyxHandler handler, gpointer self)
{
  PnyxRng rng;
  Handler *slot;

  PNYX_REQUIRE (world->n_handlers < N_HANDLERS);
  pnyx_world_rng (world, &rng, "engine.tie", name);
  slot = &world->handlers[world->n_handlers];
  slot->handler = handler;
  slot->self = self;
  slot->tie_key = pnyx_rng_u64 (&rng, 0, 0);
  return (guint16)world->n_handlers++;
}

void
pnyx_world_set_warm (PnyxWorld *world, guint16 type, PnyxHandler warm)
{
  world->handlers[type].warm = warm;
}

/*
 * An event is written where it will lie; only a few have to be pushed. Field by field: a copy of a
 * whole event would have to wait until the stores of its fields have left the store buffer.
 */
static inline void
schedule (PnyxWorld *world, PnyxTime time, guint64 order, guint16 type, guint32 target,
          guint32 source, guint32 payload, guint16 generation)
{
  PnyxEvent *slot, event;

  slot = pnyx_queue_slot (world->queue, time);
  if (G_UNLIKELY (slot == NULL))
    slot = &event;
  slot->time = time;
  slot->order = order;
  slot->target = target;
  slot->source = source;
  slot->payload = payload;
  slot->type = type;
  slot->generation = generation;
  if (G_UNLIKELY (slot == &event))
    pnyx_queue_push (world->queue, &event);
}

static inline void
require_later (const PnyxWorld *world, PnyxTime time, PnyxPhase phase)
{
  PNYX_REQUIRE (time > world->now || !world->running
                || (time == world->now && phase > world->phase));
}

void
pnyx_world_schedule (PnyxWorld *world, PnyxTime time, PnyxPhase phase, guint16 type, guint32 target,
                     guint32 source, guint32 payload, guint16 generation, guint64 identity)
{
  guint64 tie = pnyx_hash_mix (world->handlers[type].tie_key + target, identity);

  require_later (world, time, phase);
  schedule (world, time, pnyx_event_order (phase, tie), type, target, source, payload, generation);
}

void
pnyx_world_schedule_copies (PnyxWorld *world, const PnyxCopy *copies, guint n, PnyxPhase phase,
                            guint16 type, guint32 payload, guint64 identity)
{
  guint64 tie_key = world->handlers[type].tie_key;

  for (guint i = 0; i < n; i++)
    {
      guint64 tie = pnyx_hash_mix (tie_key + copies[i].target, identity);

      require_later (world, copies[i].time, phase);
      schedule (world, copies[i].time, pnyx_event_order (phase, tie), type, copies[i].target,
                copies[i].source, payload, 0);
    }
}

static void
watchdog (PnyxWorld *world)
{
  PNYX_FAIL ("more than %" G_GUINT64_FORMAT " events: raise run/@events-max if that is intended",
             world->event_limit);
}

/* One multiplication in the chain from event to event; what is hashed is mixed beside it. */
static guint64
digest_step (guint64 digest, const PnyxEvent *event)
{
  guint64 what = ((guint64)event->time * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15))
                 ^ (event->order + ((guint64)event->payload << 32 | event->target));

  return ((digest << 7 | digest >> 57) ^ what) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
}

void
pnyx_world_run (PnyxWorld *world, PnyxTime until)
{
  const PnyxEvent *ahead;
  PnyxEvent event;

  world->running = TRUE;
  world->stopped = FALSE;
  while (!world->stopped && pnyx_queue_pop_until (world->queue, until, &event))
    {
      world->now = event.time;
      world->phase = pnyx_event_phase (&event);
      world->events++;
      if (G_UNLIKELY (world->events > world->event_limit))
        watchdog (world);
      world->digest = digest_step (world->digest, &event);
      ahead = pnyx_queue_ahead (world->queue, WARM_AHEAD);
      if (ahead != NULL && world->handlers[ahead->type].warm != NULL)
        world->handlers[ahead->type].warm (world->handlers[ahead->type].self, ahead);
      world->handlers[event.type].handler (world->handlers[event.type].self, &event);
    }
  world->running = FALSE;
  if (!world->stopped && world->now < until)
    world->now = until;
}

void
pnyx_world_stop (PnyxWorld *world)
{
  world->stopped = TRUE;
}

guint64
pnyx_world_digest (const PnyxWorld *world)
{
  return world->digest;
}

gsize
pnyx_world_queue_max (const PnyxWorld *world)
{
  return pnyx_queue_size_max (world->queue);
}

void
pnyx_world_observe (PnyxWorld *world, guint32 types, PnyxObserver observer, gpointer self)
{
  for (guint type = 0; type < PNYX_N_TRACES; type++)
    {
      if ((types & (1u << type)) == 0)
        continue;
      PNYX_REQUIRE (world->n_observers[type] < N_OBSERVERS);
      world->observers[type][world->n_observers[type]++]
          = (Observer){ .observer = observer, .self = self };
    }
}

gboolean
pnyx_world_wants (const PnyxWorld *world, PnyxTraceType type)
{
  return world->n_observers[type] > 0;
}

void
pnyx_world_emit (PnyxWorld *world, PnyxTraceType type, guint32 chain, guint32 node, guint32 subject,
                 gint64 a, gint64 b)
{
  PnyxTrace trace = { .type = type,
                      .chain = chain,
                      .time = world->now,
                      .node = node,
                      .subject = subject,
                      .a = a,
                      .b = b };

  for (guint i = 0; i < world->n_observers[type]; i++)
    world->observers[type][i].observer (world->observers[type][i].self, &trace);
}
