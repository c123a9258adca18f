/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_TRACE_H
#define PNYX_ENGINE_TRACE_H

#include "base/types.h"

/**
 * PnyxTraceType: what observers (metrics, checkers, the trace file) can see. Emitting is free of
 * side effects: a world runs alike with and without observers.
 */
typedef enum
{
  PNYX_TRACE_WINDOW_BEGIN,   /* the measured window begins: warm-up is over */
  PNYX_TRACE_WINDOW_END,     /* the run ends; last trace of a world */
  PNYX_TRACE_BLOCK_SENT,     /* @node sends its own block @subject for the first time */
  PNYX_TRACE_BLOCK_RECEIVED, /* @node has received block @subject completely, before validation */
  PNYX_TRACE_BLOCK_IMPORTED, /* block @subject, received at @a (PNYX_TIME_UNSET: its own), entered
                                the fork choice of @node */
  PNYX_TRACE_BLOCK_INVALID,  /* @node found block @subject invalid */
  PNYX_TRACE_HEAD,           /* the head of @node moved from block @a to block @subject */
  PNYX_TRACE_WORK,           /* a core of @node worked @a ns on something of PnyxWorkKind @b */
  PNYX_TRACE_ONLINE,         /* @node went online */
  PNYX_TRACE_OFFLINE,        /* @node went offline */
  PNYX_TRACE_SLOT,           /* slot @a begins; @node: nobody's */
  PNYX_TRACE_JUSTIFIED,      /* the store of @node has justified block @subject, of epoch @a */
  PNYX_TRACE_FINALIZED,      /* the store of @node has finalised block @subject, of epoch @a */
  PNYX_TRACE_VOTED,          /* actors of @node, @a in number, voted in slot @b for @subject */
  PNYX_TRACE_VOTE_RECEIVED,  /* the vote of actor @b for @subject, sent @a ns ago, reached the
                                aggregator @node */
  PNYX_TRACE_COPY,           /* @node completely received a copy of item @subject from node @a */
  PNYX_TRACE_ATTEMPT, /* an attempt of the adversary at @node, made from block @subject on, has
                         ended; @a: 1 it succeeded, 0 it was given up */
  PNYX_N_TRACES,
} PnyxTraceType;

/** PnyxWorkKind: what a core works on; the shares of the energy metrics. */
typedef enum
{
  PNYX_WORK_CONSENSUS, /* validation, signatures, block execution */
  PNYX_WORK_INFERENCE,
  PNYX_WORK_TRAINING,
  PNYX_N_WORKS,
} PnyxWorkKind;

/** PnyxTrace: one observation. */
typedef struct
{
  PnyxTraceType type;
  guint32 chain; /* index of the chain, PNYX_NONE for the world */
  PnyxTime time;
  guint32 node;    /* PNYX_NONE where it is nobody's */
  guint32 subject; /* block, item ... */
  gint64 a, b;     /* as the type says */
} PnyxTrace;

typedef void (*PnyxObserver) (gpointer self, const PnyxTrace *trace);

#endif
