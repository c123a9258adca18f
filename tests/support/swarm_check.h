/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_SWARM_CHECK_H
#define PNYX_SUPPORT_SWARM_CHECK_H

#include "batch/model.h"

/** What was seen in a world: bits of SwarmVerdict.seen. */
typedef enum
{
  SWARM_REORG,        /* a head left two blocks or more behind */
  SWARM_PARTITION,    /* a partition over the boundary of an epoch */
  SWARM_RECOVERY,     /* three epochs without finality, then finality */
  SWARM_EQUIVOCATION, /* a slot or vote was used twice */
  SWARM_ATTACK,       /* an oracle was attacked or lied to in a coalition */
  SWARM_CALL,         /* a contract was called */
  SWARM_FINALITY,     /* something became final */
  SWARM_NAIVE,        /* the naive store of Gasper stood beside every node */
  SWARM_N_SEEN,
} SwarmSeen;

extern const gchar *const swarm_seen_names[SWARM_N_SEEN];

/** SwarmVerdict: what became of a world. */
typedef struct
{
  gchar *refusal;   /* owned; NULL: there is such a world */
  gchar *violation; /* owned; "INVARIANT: what was seen"; NULL: all of them held */
  guint seen;       /* bits 1 << SwarmSeen */
} SwarmVerdict;

/** swarm_can_run: Returns: whether there is such a world and its run did not fail; it is run once
 * to know that. */
gboolean swarm_can_run (const PnyxModel *model, SwarmVerdict *verdict);

/** swarm_look: runs @model as often as it takes and looks into it; after swarm_can_run. */
void swarm_look (const PnyxModel *model, SwarmVerdict *verdict);

#endif
