/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_WORLD_H
#define PNYX_ENGINE_WORLD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/rng.h"
#include "engine/event.h"
#include "engine/trace.h"

/**
 * PnyxWorld: the only mutable root of a simulation: time, queue, arena, key of the random numbers,
 * observers. Everything else of a run lives in its arena. One thread at a time.
 */
typedef struct _PnyxWorld PnyxWorld;

/** PnyxHandler: what happens when an event of its type is due. Runs inside the failure boundary. */
typedef void (*PnyxHandler) (gpointer self, const PnyxEvent *event);

typedef struct
{
  guint64 seed;
  guint32 replicate;
  guint32 branch;      /* 0 until a world is cloned */
  gsize memory_limit;  /* bytes of the arena; 0: 16 GiB */
  guint64 event_limit; /* watchdog; 0: none */
} PnyxWorldOptions;

PnyxWorld *pnyx_world_new (const PnyxWorldOptions *options);
void pnyx_world_free (PnyxWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxWorld, pnyx_world_free)

/** pnyx_world_own: @destroy (@data) is called when the world is freed, in reverse order. */
void pnyx_world_own (PnyxWorld *world, GDestroyNotify destroy, gpointer data);

/** pnyx_world_arena: Returns: (transfer none): memory that lives as long as the world. */
PnyxArena *pnyx_world_arena (PnyxWorld *world);
PnyxTime pnyx_world_now (const PnyxWorld *world);
guint64 pnyx_world_events (const PnyxWorld *world);
guint64 pnyx_world_seed (const PnyxWorld *world);
guint32 pnyx_world_replicate (const PnyxWorld *world);

/** pnyx_world_rng: the key for one purpose of one component in this world (see base/rng.h). */
void pnyx_world_rng (const PnyxWorld *world, PnyxRng *rng, const gchar *component,
                     const gchar *purpose);

/**
 * pnyx_world_set_warm: @warm is told, with the handler's self, of events of @type shortly before
 * they are handled. It may fetch memory that the handler will read and do nothing else: whether it
 * is called changes no result.
 */
void pnyx_world_set_warm (PnyxWorld *world, guint16 type, PnyxHandler warm);

/**
 * pnyx_world_add_handler:
 * @name: of the event type, unique, e.g. "net.deliver": part of the tie, so it must not change with
 *   what else is in the world
 *
 * Returns: the type to schedule with.
 */
guint16 pnyx_world_add_handler (PnyxWorld *world, const gchar *name, PnyxHandler handler,
                                gpointer self);

/**
 * pnyx_world_schedule:
 * @time: not before now; at the present instant only with a later phase than the running event's
 * @identity: domain identity (hash of message, duty ...), never a call count: with seed, type and
 *   target it decides the order of simultaneous events
 */
void pnyx_world_schedule (PnyxWorld *world, PnyxTime time, PnyxPhase phase, guint16 type,
                          guint32 target, guint32 source, guint32 payload, guint16 generation,
                          guint64 identity);

/** PnyxCopy: where and when one of many alike events is due. */
typedef struct
{
  PnyxTime time;
  guint32 target;
  guint32 source;
} PnyxCopy;

/**
 * pnyx_world_schedule_copies: pnyx_world_schedule for @n events that differ in time, target and
 * source only; generation 0.
 */
void pnyx_world_schedule_copies (PnyxWorld *world, const PnyxCopy *copies, guint n, PnyxPhase phase,
                                 guint16 type, guint32 payload, guint64 identity);

/** pnyx_world_run: dispatches events until @until (inclusive), a stop, or an empty queue. */
void pnyx_world_run (PnyxWorld *world, PnyxTime until);

/** pnyx_world_stop: ends pnyx_world_run after the present event. */
void pnyx_world_stop (PnyxWorld *world);

/** pnyx_world_digest: Returns: hash of the ordered sequence of all events so far. */
guint64 pnyx_world_digest (const PnyxWorld *world);
/** pnyx_world_queue_max: Returns: most pending events so far. */
gsize pnyx_world_queue_max (const PnyxWorld *world);

/** pnyx_world_observe: calls @observer for each trace whose type's bit is set in @types. */
void pnyx_world_observe (PnyxWorld *world, guint32 types, PnyxObserver observer, gpointer self);
/** pnyx_world_wants: Returns: whether anybody observes @type; emitting may be skipped otherwise. */
gboolean pnyx_world_wants (const PnyxWorld *world, PnyxTraceType type);
/** pnyx_world_emit: @time of the trace is filled in. */
void pnyx_world_emit (PnyxWorld *world, PnyxTraceType type, guint32 chain, guint32 node,
                      guint32 subject, gint64 a, gint64 b);

#endif
