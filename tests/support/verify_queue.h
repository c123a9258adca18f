/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_VERIFY_QUEUE_H
#define PNYX_TESTS_VERIFY_QUEUE_H

#include "engine/queue.h"

/** VerifyQueueOps: an event list under test: pnyx_queue_* or a broken one. */
typedef struct
{
  PnyxQueue *(*create) (PnyxArena *arena);
  void (*destroy) (PnyxQueue *queue);
  void (*push) (PnyxQueue *queue, const PnyxEvent *event);
  gboolean (*pop) (PnyxQueue *queue, PnyxEvent *event);
  const PnyxEvent *(*peek) (PnyxQueue *queue);
} VerifyQueueOps;

extern const VerifyQueueOps verify_queue_real;
extern const VerifyQueueOps verify_queue_broken; /* one comparison the other way round */

/** VerifyWorkload: when the next event is due, seen from the one just popped. */
typedef enum
{
  VERIFY_EXPONENTIAL, /* mean 1e8 ns */
  VERIFY_ALL_EQUAL,   /* all at one instant, pushes there in later phases */
  VERIFY_BIMODAL,     /* 1 ms or 12 s */
  VERIFY_SLOTS,       /* the next 12 s boundaries, in phases */
  VERIFY_SAME_ORDER,  /* ties that only target, source, type ... decide */
  VERIFY_HUGE_JUMPS,  /* up to G_MAXINT64 */
  VERIFY_DRAINING,    /* bursts with the list running empty between them */
  VERIFY_PEEKING,     /* looks ahead, then pushes before what it saw */
  VERIFY_N_WORKLOADS,
} VerifyWorkload;

/**
 * verify_queue:
 * @n_pending: events at the start
 * @n_operations: pops with pushes in between; afterwards the list is emptied
 *
 * Returns: (transfer full) (nullable): NULL when every pop agrees with the heap's, else what
 * differs.
 */
gchar *verify_queue (const VerifyQueueOps *ops, VerifyWorkload workload, guint64 seed,
                     gsize n_pending, gsize n_operations);

#endif
