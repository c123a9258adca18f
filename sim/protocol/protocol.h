/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_PROTOCOL_H
#define PNYX_PROTOCOL_PROTOCOL_H

#include "engine/params.h"
#include "engine/world.h"
#include "ledger/block_tree.h"
#include "ledger/machine.h"
#include "ledger/workload.h"
#include "net/network.h"

/*
 * A chain of a world and the protocol that runs it. Everything that an actor (pool, validator) does
 * is a duty: an observation in and an action out. Honest behaviour is a strategy like any other.
 */
typedef struct _PnyxChain PnyxChain;
typedef struct _PnyxProtocolOps PnyxProtocolOps;

/** PnyxDutyKind: what an actor is due to do. */
typedef enum
{
  PNYX_DUTY_PROPOSE,   /* may make a block now */
  PNYX_DUTY_ATTEST,    /* may vote for a block now */
  PNYX_DUTY_AGGREGATE, /* may send an aggregate of its committee's votes now */
  PNYX_DUTY_RELAY,     /* has imported block @subject; decides nothing by itself, but may act */
} PnyxDutyKind;

/** PnyxDuty: an observation: what is due, for whom. */
typedef struct
{
  PnyxDutyKind kind;
  guint32 actor;    /* pool or validator */
  PnyxNodeId node;  /* where the actor runs */
  guint64 number;   /* of the duty: block found, slot ... */
  guint32 n_actors; /* that are due together with @actor, at the same node; 0 and 1: it alone */
  const guint32 *actors; /* array length=n_actors: @actor first */
  PnyxBlockId head;      /* head of the actor's own node */
  PnyxBlockId subject;   /* as @kind says */
} PnyxDuty;

/**
 * PnyxStrategyOps: behaviour of the actors that it is given. Acts through the protocol's own
 * actions (protocol/<protocol>.h), which refuse what an actor may not do.
 */
typedef struct
{
  PnyxComponent component;
  const gchar *protocol; /* that it is written for */
  gboolean equivocates;  /* its actors may vote twice for one epoch: not with fidelity path */
  gsize coalition_size;  /* zeroed state that all of its actors share */
  void (*init) (gpointer self, gconstpointer params, PnyxChain *chain); /* NULL: nothing to do */
  void (*on_duty) (gpointer self, const PnyxDuty *duty, PnyxChain *chain);
  /* What pnyx_chain_set_timer was called for is due. Optional. */
  void (*on_timer) (gpointer self, guint32 actor, guint32 payload, PnyxChain *chain);
} PnyxStrategyOps;

/** PnyxStrategy: a strategy at work in one chain. */
typedef struct
{
  const PnyxStrategyOps *ops;
  gpointer self;
  guint32 actor;   /* the first that follows it */
  PnyxNodeId node; /* that it observes from; PNYX_NONE: each actor from its own */
} PnyxStrategy;

/** PnyxListener: who wants to know when the head of a node moves. Called after it has moved, inside
 * the event that moved it. */
typedef struct
{
  PnyxNodeId node;
  void (*on_head) (gpointer self, PnyxNodeId node, PnyxBlockId head);
  gpointer self;
} PnyxListener;

struct _PnyxChain
{
  guint32 index; /* among the world's chains */
  const gchar *id;
  const PnyxProtocolOps *ops;
  gpointer state; /* of the protocol: scope of the chain */
  gpointer nodes; /* of the protocol: scope of the node, see pnyx_chain_node */
  const PnyxSection *section;
  PnyxWorld *world;
  PnyxNetwork *network;
  PnyxBlockTree *blocks;
  PnyxWorkload *workload; /* NULL: none */
  PnyxMachine *machine;   /* NULL: no contracts, see pnyx_chain_machine */
  PnyxBlockId *head;      /* array length=nodes: head of each node */
  guint32 n_actors;
  gdouble *weights;       /* array length=n_actors: share of the power to make blocks */
  PnyxNodeId *actor_node; /* array length=n_actors */
  guint8 *actor_strategy; /* array length=n_actors: index into strategies; 0 honest */
  guint n_strategies;
  PnyxStrategy strategies[16];
  guint16 timer_type;      /* events of strategies' timers */
  PnyxListener *listeners; /* in the order of pnyx_chain_listen */
  guint n_listeners, listeners_capacity;
  guint8 *corrupt;                  /* array length=nodes: an adversary's; NULL: nobody's */
  guint64 refused;                  /* actions beyond an actor's powers */
  guint64 made;                     /* blocks that were due so far, see pnyx_chain_next_block */
  guint64 begin_blocks, end_blocks; /* milestones in blocks; G_MAXUINT64: none */
  void (*milestone) (gpointer self, gboolean end);
  gpointer milestone_self;
};

/** PnyxChainEnergy: what a chain's mining draws beside its nodes. */
typedef struct
{
  gdouble hash_rate;    /* H/s; 0: no mining */
  gdouble reward_value; /* $ a block that miners earn at most; 0: not known */
} PnyxChainEnergy;

/** PnyxParticipation: who voted in an epoch of a chain: shares of the active stake. */
typedef struct
{
  gdouble source, target, head; /* the specification's flags */
} PnyxParticipation;

/** PnyxFinalityOps: what protocols with finality and slots tell the metrics. */
typedef struct
{
  PnyxTime (*slot) (gconstpointer params);  /* duration of a slot */
  PnyxTime (*epoch) (gconstpointer params); /* between two checkpoints */
  /* Who voted in @epoch, as the canonical chain says; FALSE: not over yet, or nothing known. */
  gboolean (*participation) (PnyxChain *chain, PnyxBlockId canonical, guint64 epoch,
                             PnyxParticipation *participation);
  /* Votes that @block is the first of its chain to include, and their distances in slots, summed.
   */
  void (*inclusion) (PnyxChain *chain, PnyxBlockId block, guint64 *votes, guint64 *distance);
  guint64 (*block_slot) (PnyxChain *chain, PnyxBlockId block);
  guint64 (*aggregates) (PnyxChain *chain); /* of votes, that were sent so far */
  guint64 (*violations) (PnyxChain *chain); /* pairs of conflicting checkpoints that are final */
  gdouble (*slashable) (PnyxChain *chain);  /* share of the stake; provable from all messages */
} PnyxFinalityOps;

struct _PnyxProtocolOps
{
  PnyxComponent component;
  gsize chain_size;      /* zeroed state of the chain */
  gsize node_size;       /* zeroed state of each node */
  gboolean reads_clocks; /* has deadlines by the nodes' own clocks */
  /* Makes actors and schedules the first duties. @chain has world, network, blocks, workload. */
  gboolean (*init) (PnyxChain *chain, gconstpointer params, GError **error);
  /* Returns: nanoseconds of @span, or -1 where the protocol does not know its unit. Optional. */
  PnyxTime (*span) (gconstpointer params, const PnyxSpan *span);
  /* Returns: the mean time between blocks (ns). */
  PnyxTime (*interval) (gconstpointer params);
  /* Returns: the tip of the canonical chain as honest nodes see it now. */
  PnyxBlockId (*canonical) (PnyxChain *chain);
  /* Returns: the last block that is final as the state of @block says (with certainty or, where a
   * protocol has only that, by depth). */
  PnyxBlockId (*final) (PnyxChain *chain, PnyxBlockId block);
  /* Returns: whether @node has imported @block. */
  gboolean (*has_block) (const PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);
  /* @actors, @n in number, act together from now on: gives them one node. Optional: each stays. */
  void (*gather) (PnyxChain *chain, const guint32 *actors, guint32 n);
  /* Time from block to confirmation by the scenario's rule: depth in blocks; 0: the protocol has
   * another rule. Optional. */
  guint32 (*confirmation_depth) (gconstpointer params);
  void (*energy) (PnyxChain *chain, PnyxChainEnergy *energy); /* optional */
  const PnyxFinalityOps *finality;                            /* NULL: none */
  const PnyxStrategyOps *honest;
};

extern const PnyxProtocolOps pnyx_protocol_clique;

extern const PnyxKind pnyx_protocol_kind;
extern const PnyxElement pnyx_element_chain;

/** PnyxFidelity: levels of detail. */
typedef enum
{
  PNYX_FIDELITY_FULL,
  PNYX_FIDELITY_PATH,
} PnyxFidelity;

/** PnyxChainParams: attributes of `<chain>`. */
typedef struct
{
  const gchar *id;
  gint nodes;    /* 0 all */
  gint fidelity; /* PnyxFidelity */
} PnyxChainParams;

/**
 * pnyx_chain_new:
 * @section: `<chain>`
 * @index: among the world's chains
 *
 * Returns: (transfer none): a chain in the world's arena whose duties have begun; NULL with @error.
 */
PnyxChain *pnyx_chain_new (PnyxWorld *world, PnyxNetwork *network, const PnyxSection *section,
                           guint32 index, GError **error);

/** pnyx_chain_node: Returns: (transfer none): the protocol's state of @node. */
static inline gpointer
pnyx_chain_node (const PnyxChain *chain, PnyxNodeId node)
{
  return (gchar *)chain->nodes + chain->ops->node_size * node;
}

/** pnyx_chain_add_strategy: Returns: number of the strategy in @chain, to give to actors. */
guint pnyx_chain_add_strategy (PnyxChain *chain, const PnyxStrategyOps *ops, gconstpointer params);

/** pnyx_chain_set_timer: at @time, not before now, the strategy of @actor is told so, with
 * @payload, after all duties of that instant. */
void pnyx_chain_set_timer (PnyxChain *chain, guint32 actor, PnyxTime time, guint32 payload);

/** pnyx_chain_duty: the strategy of the duty's actor acts. */
void pnyx_chain_duty (PnyxChain *chain, const PnyxDuty *duty);

/**
 * pnyx_chain_next_block: a block is about to be made (a slot about to begin). Calls the milestone
 * where the run was to begin measuring, or to end, with the number of blocks made so far.
 *
 * Returns: FALSE where the run has ended: no block is to be made.
 */
gboolean pnyx_chain_next_block (PnyxChain *chain);

/** pnyx_chain_honest: Returns: whether no adversary's actor runs on @node. */
static inline gboolean
pnyx_chain_honest (const PnyxChain *chain, PnyxNodeId node)
{
  return chain->corrupt == NULL || chain->corrupt[node] == 0;
}

/** pnyx_chain_give: @actor follows strategy number @strategy from now on. */
void pnyx_chain_give (PnyxChain *chain, guint32 actor, guint strategy);

/** pnyx_chain_machine: Returns: (transfer none): what executes the chain's transactions; made when
 * it is first asked for, before the world runs. */
PnyxMachine *pnyx_chain_machine (PnyxChain *chain);

/** pnyx_chain_listen: @on_head (@self) is called whenever the head of @node moves from now on. */
void pnyx_chain_listen (PnyxChain *chain, PnyxNodeId node,
                        void (*on_head) (gpointer self, PnyxNodeId node, PnyxBlockId head),
                        gpointer self);

/** pnyx_chain_final: Returns: the last block that is final as the state of @block says. */
PnyxBlockId pnyx_chain_final (PnyxChain *chain, PnyxBlockId block);

/** pnyx_chain_move_head: the head of @node is @block from now on; emits the trace. */
void pnyx_chain_move_head (PnyxChain *chain, PnyxNodeId node, PnyxBlockId block);

/** pnyx_chain_confirmation_depth: Returns: blocks on top, the first included; 0: another rule. */
guint32 pnyx_chain_confirmation_depth (const PnyxChain *chain);

#endif
