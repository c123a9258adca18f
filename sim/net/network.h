/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_NETWORK_H
#define PNYX_NET_NETWORK_H

#include "engine/world.h"
#include "net/nodes.h"
#include "net/regions.h"
#include "net/topology.h"

/*
 * The network of one world: nodes, connections, delays, bandwidth, cores, faults, and the items
 * (blocks, transactions, votes) that travel over it. A protocol opens a channel, makes items and
 * publishes them; the dissemination of the scenario carries them; the channel hears of each item's
 * first complete receipt at each node and says when it is validated, which lets it be forwarded.
 */
typedef struct _PnyxNetwork PnyxNetwork;
typedef guint32 PnyxItemId; /* an item; dense; used again once nothing refers to it */

/** PnyxWire: what travels over a connection about an item. */
typedef enum
{
  PNYX_WIRE_ITEM,        /* the whole item */
  PNYX_WIRE_INV,         /* "I have it" */
  PNYX_WIRE_GET,         /* "send it" */
  PNYX_WIRE_COMPACT,     /* the short form, to be completed from what the receiver has */
  PNYX_WIRE_GET_MISSING, /* "send what I lack of it" */
  PNYX_WIRE_MISSING,     /* what was lacking */
  PNYX_WIRE_GET_RANGE,   /* "send the names of what leads to it" */
  PNYX_WIRE_RANGE,       /* the names */
  PNYX_WIRE_IDONTWANT,   /* "I have it: do not send it" */
  PNYX_WIRE_GRAFT,       /* "you are in my mesh"; about no item: counted, takes effect at once */
  PNYX_WIRE_PRUNE,       /* "you are not"; likewise */
  PNYX_N_WIRES,
} PnyxWire;

/** PnyxPriority: order in which waiting work gets a core; lower first. */
typedef enum
{
  PNYX_PRIORITY_BLOCK,
  PNYX_PRIORITY_AGGREGATE,
  PNYX_PRIORITY_VOTE,
  PNYX_PRIORITY_TRANSACTION,
} PnyxPriority;

/** PnyxChannelOps: how the owner of items hears of them. */
typedef struct
{
  /* First complete receipt of @item at @node, before validation, from neighbour @from. */
  void (*receive) (gpointer self, PnyxNodeId node, PnyxItemId item, PnyxNodeId from);
  /* @node has learned from @from the names of what leads to @item. Optional. */
  void (*range) (gpointer self, PnyxNodeId node, PnyxItemId item, PnyxNodeId from);
  /* How many names @from would send for @item to @node: sizes the answer. Optional. */
  guint32 (*range_length) (gpointer self, PnyxNodeId from, PnyxNodeId node, PnyxItemId item);
  /* A connection between @node and @peer is up again; called for both. Optional. */
  void (*reconnect) (gpointer self, PnyxNodeId node, PnyxNodeId peer);
  /* @node goes offline: what its cores were working on or had yet to work on is lost. Optional. */
  void (*offline) (gpointer self, PnyxNodeId node);
  /* Meshes, cuts or outages are about to change. Optional. */
  void (*changing) (gpointer self);
} PnyxChannelOps;

/** PnyxItemParams: what an item is. */
typedef struct
{
  guint16 channel; /* from pnyx_network_add_channel */
  guint8 kind;     /* the channel's own numbering: 0 block, 1 transaction, ... */
  guint8 priority; /* PnyxPriority */
  guint32 subject; /* the channel's own number of it */
  guint64 id;      /* domain identity: a hash; same in every run with the same decisions */
  guint64 size;    /* bytes */
  guint64 compact; /* bytes of the short form; 0: there is none */
  guint64 missing; /* bytes that a receiver lacks when the short form fails */
} PnyxItemParams;

/** PnyxNetworkCounts: integer totals since the start of the run. */
typedef struct
{
  guint64 copies[PNYX_N_WIRES]; /* sent by online nodes */
  guint64 first_receipts;       /* complete payloads that were the node's first */
  guint64 duplicates;           /* complete payloads beyond the first */
  guint64 lost;                 /* messages dropped, or cut with their connection */
  guint64 late;                 /* deliveries past the bound of the bounded-delay model: always 0 */
} PnyxNetworkCounts;

/** Parameters of `<network>`. */
typedef struct
{
  guint64 nodes;
  gint sharing; /* 0 fair, 1 fifo */
  gint order;   /* 0 random, 1 listed */
  gint tcp;     /* 0 idle, 1 cold, 2 warm */
  gdouble loss;
  PnyxTime rto;
  gdouble drop;
  PnyxTime request_timeout;
  guint64 framing;
  guint64 operators;
  gdouble operator_skew;
  const PnyxDistribution *clock_offset;
} PnyxNetworkParams;

extern const PnyxElement pnyx_element_network;

/**
 * pnyx_network_new:
 * @section: `<network>`; must outlive the world
 * @regions: (nullable): borrowed; NULL where the delay kind needs none
 * @graph: borrowed, read-only: same number of nodes as @section says
 *
 * Returns: (transfer none): the network, in the world's arena; NULL with @error.
 */
PnyxNetwork *pnyx_network_new (PnyxWorld *world, const PnyxSection *section,
                               const PnyxRegions *regions, const PnyxGraph *graph, GError **error);

PnyxWorld *pnyx_network_world (PnyxNetwork *network);
const PnyxNodes *pnyx_network_nodes (const PnyxNetwork *network);
const PnyxGraph *pnyx_network_graph (const PnyxNetwork *network);
const PnyxRegions *pnyx_network_regions (const PnyxNetwork *network); /* NULL: none */
const PnyxNetworkCounts *pnyx_network_counts (const PnyxNetwork *network);

/**
 * pnyx_network_add_channel:
 * @chain: index of the chain whose items it carries; PNYX_NONE: no chain's
 * @ops, @self: borrowed
 *
 * Returns: the channel's number.
 */
guint16 pnyx_network_add_channel (PnyxNetwork *network, guint32 chain, const PnyxChannelOps *ops,
                                  gpointer self);
/** pnyx_network_bytes: Returns: bytes sent so far, with framing, about items of @chain; PNYX_NONE:
 * about all items. */
guint64 pnyx_network_bytes (const PnyxNetwork *network, guint32 chain);

/** pnyx_network_counts_copies: Returns: whether the copies of all channels are sent and counted. */
gboolean pnyx_network_counts_copies (const PnyxNetwork *network);

/** pnyx_network_item_new: Returns: a new item that nobody has. */
PnyxItemId pnyx_network_item_new (PnyxNetwork *network, const PnyxItemParams *params);
guint32 pnyx_network_item_subject (const PnyxNetwork *network, PnyxItemId item);
guint64 pnyx_network_item_size (const PnyxNetwork *network, PnyxItemId item);

/**
 * pnyx_network_item_close: the owner is done with @item, which not everybody need have: nobody
 * announces, asks for or forwards it any more, and the channel hears no more of it. Copies under
 * way arrive and are counted. What the channel was told of and has not yet judged it still may
 * (pnyx_network_validated, pnyx_network_forget); any other call with @item is a bug. When nothing
 * is under way its memory is given back and its number may be used again.
 */
void pnyx_network_item_close (PnyxNetwork *network, PnyxItemId item);

/** pnyx_network_publish: @node has made @item and sends it as the dissemination does. */
void pnyx_network_publish (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_keep: @node has made @item and keeps it to itself (withholding). */
void pnyx_network_keep (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_send: @from, which has @item, sends it whole to @to, connected or not. */
void pnyx_network_send (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item);
/** pnyx_network_validated: @node found @item valid: it is forwarded; or not: it is not. Once for
 * each receipt that the channel was told of, unless it is forgotten. */
void pnyx_network_validated (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item,
                             gboolean valid);
/** pnyx_network_accepted: the same as valid, but it is given only to who asks for it. */
void pnyx_network_accepted (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_forget: @node has lost @item, which it had received and not yet judged. */
void pnyx_network_forget (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_requested: Returns: whether @node waits for an answer to a request for @item. */
gboolean pnyx_network_requested (const PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_has: Returns: whether @node has received or made @item, which is not closed. */
gboolean pnyx_network_has (const PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);
/** pnyx_network_request: @node asks @peer for @item, and others where that is not answered. */
void pnyx_network_request (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer, PnyxItemId item);
/** pnyx_network_request_range: @node asks @peer for the names of what leads to @item. */
void pnyx_network_request_range (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer,
                                 PnyxItemId item);
/** pnyx_network_announce: @node tells @peer that it has @item. */
void pnyx_network_announce (PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer,
                            PnyxItemId item);

/** PnyxJob: called when a core has finished; @payload as it was submitted. */
typedef void (*PnyxJob) (gpointer self, PnyxNodeId node, guint32 payload);

/** pnyx_network_add_job: Returns: the number of a kind of work to submit, done for @chain
 * (PNYX_NONE: for none). */
guint pnyx_network_add_job (PnyxNetwork *network, guint32 chain, PnyxJob job, gpointer self);

/** pnyx_network_set_warm: @warm (@self, node) is told shortly before work of @node is done: it may
 * fetch memory and do nothing else. One for the network; NULL: none. */
void pnyx_network_set_warm (PnyxNetwork *network, void (*warm) (gpointer self, PnyxNodeId node),
                            gpointer self);

/**
 * pnyx_network_work: puts @duration of work into the queue of @node's cores: without preemption, by
 * priority, then first come first served. No time is no event: the job is called at once. So it is
 * where delays are end to end.
 */
void pnyx_network_work (PnyxNetwork *network, PnyxNodeId node, guint job, guint32 payload,
                        PnyxTime duration, PnyxPriority priority, PnyxWorkKind kind);

/** pnyx_network_faulty: Returns: whether outages, cuts or drops may occur in this run. */
gboolean pnyx_network_faulty (const PnyxNetwork *network);
gboolean pnyx_network_online (const PnyxNetwork *network, PnyxNodeId node);
/** pnyx_network_reachable: Returns: whether a message between the two would pass now. */
gboolean pnyx_network_reachable (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b);

/**
 * pnyx_network_passage: Returns: when what @from broadcasts at @sent, over a path of @delay, is at
 * @to, as far as cuts are known by now: what has not passed when a cut begins starts again when it
 * is healed. PNYX_TIME_MAX: it waits for that.
 */
PnyxTime pnyx_network_passage (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to,
                               PnyxTime sent, PnyxTime delay);

/** pnyx_network_set_corrupt: an adversary acts on @node: it need not pass on what it gets. */
void pnyx_network_set_corrupt (PnyxNetwork *network, PnyxNodeId node);

/** pnyx_network_expect_faults: outages or cuts will come in this run: to be called before it
 * begins. */
void pnyx_network_expect_faults (PnyxNetwork *network);

/** pnyx_network_set_online: an outage begins (FALSE) or ends (TRUE); nested outages are counted. */
void pnyx_network_set_online (PnyxNetwork *network, PnyxNodeId node, gboolean online);

/**
 * pnyx_network_cut:
 * @groups: (array length=n): messages pass only within one group
 * @hold: TRUE: what would cross waits until the cut is healed; FALSE: connections are reset and
 * what is in flight across is lost
 *
 * Returns: number of the cut, for pnyx_network_heal.
 */
guint pnyx_network_cut (PnyxNetwork *network, const guint32 *groups, gboolean hold);
void pnyx_network_heal (PnyxNetwork *network, guint cut);

/** pnyx_network_path_delay: Returns: one sampled delay of a small message over the shortest path of
 * connections between two nodes: for what is not worth an event at every node. @id: its identity.
 */
PnyxTime pnyx_network_path_delay (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, guint64 id);
/** pnyx_network_path_hops: Returns: connections on that path. */
guint32 pnyx_network_path_hops (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to);

#endif
