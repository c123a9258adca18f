/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of sim/net share; not installed. */
#ifndef PNYX_NET_NETWORK_PRIV_H
#define PNYX_NET_NETWORK_PRIV_H

#include "net/cores.h"
#include "net/delay.h"
#include "net/dissemination.h"
#include "net/network.h"
#include "net/path.h"

#define N_CHANNELS 32

enum
{
  TCP_IDLE,
  TCP_COLD,
  TCP_WARM,
};

/* State of one item at one node: 16 bits. */
#define ITEM_HAVE 1u      /* received completely, or made */
#define ITEM_VALID 2u     /* validated: may be given to others */
#define ITEM_REQUESTED 4u /* asked for and not yet answered */
#define ITEM_MARK 8u      /* free for the dissemination */
#define ITEM_FROM_SHIFT                                                                            \
  4 /* above: 1 + position of the first sender among the neighbours; 0: none */
#define ITEM_FROM_MAX 4095u

typedef struct
{
  guint32 to;
  guint32 half_rtt; /* ns */
  guint16 reverse;  /* position of the near end among the far end's links */
  guint16 pair;     /* of classes: index into last_miles */
} PnyxLink;

/* Uniform words of (item, wire, sender): one Philox block serves four neighbouring links. */
typedef struct
{
  guint32 words[4];
  guint32 block; /* PNYX_NONE: none yet */
} PnyxLinkWords;

typedef struct
{
  PnyxItemParams params;
  guint32 n_flight; /* copies, requests and jobs that name it */
  guint32 n_have;   /* nodes that have it */
  guint32 born;     /* items made before it, in all */
  gboolean closed;  /* its owner is done with it; also: its number is free */
  PnyxNodeId origin;
  PnyxTime due;   /* with relay: when all must have it; 0: no honest node has it yet */
  guint16 *state; /* array length=n: see above; NULL: every node has it */
  guint64 *known; /* bit for each directed link: the neighbour is known to have it; NULL: unused */
  PnyxTime *best; /* array length=n: first arrival under way, 0: none; NULL: copies are all sent */
} PnyxItem;

typedef struct
{
  const PnyxChannelOps *ops; /* borrowed */
  gpointer self;             /* borrowed: arena */
  guint32 chain;             /* PNYX_NONE: no chain's */
  gboolean path;             /* copies that are no first arrivals are not sent */
  guint64 bytes;             /* sent so far about its items, with framing */
} PnyxChannel;

typedef struct
{
  const guint32 *groups; /* array length=n: owned by the arena */
  gboolean active;
  gboolean hold;
  PnyxTime begin, end; /* @end: PNYX_TIME_MAX while it is active */
} PnyxCut;

/* A request that reached a node before it had validated what is asked for. */
typedef struct
{
  PnyxNodeId node;
  guint32 hop; /* that asked */
  PnyxItemId item;
} PnyxWaiting;

typedef struct
{
  PnyxNodeId from, to;
  PnyxItemId item;
  guint64 size;
  guint cut;
  guint16 wire;
} PnyxHeld;

struct _PnyxNetwork
{
  PnyxWorld *world; /* borrowed: owns this */
  const PnyxNetworkParams *params;
  const PnyxRegions *regions; /* borrowed; NULL: none */
  const PnyxGraph *graph;     /* borrowed */
  PnyxNodes nodes;
  PnyxLink *links;      /* parallel to graph->neighbours */
  PnyxTime *last_miles; /* array length=classes^2: both ends together */

  const PnyxDelayOps *delay;
  gpointer delay_state;
  PnyxRng jitter, loss, drop, order, path;
  gboolean known;          /* items keep a bit for each directed link */
  gboolean queued;         /* the same but for uplinks that serve one copy after another */
  gboolean plain;          /* no bandwidth, loss, slow start, faults or drops: the fast way */
  gboolean bounded;        /* delays are end to end; deliveries are audited against the bound */
  gboolean relay;          /* the first honest node that gets an item sends it to everybody */
  gboolean faulty;         /* something may be lost or cut: requests need timeouts */
  guint16 wire_type;       /* event type of wire 0; the others follow */
  guint16 downloaded_type; /* end of a download of wire 0; the others follow */
  guint16 retry_type;

  struct _PnyxUplink *uplink; /* NULL: unlimited */
  PnyxTime *download_free;    /* array length=n: when the downlink is free again; NULL: unlimited */
  PnyxTime *link_used;        /* last use of each directed link (tcp idle); NULL */
  PnyxCores *cores;

  const PnyxDisseminationOps *dissemination;
  gpointer dissemination_state;

  PnyxItem *items;
  guint32 n_items, items_capacity;
  guint32 n_made;         /* items so far, numbers used again counted again */
  PnyxItemId *free_items; /* numbers of closed items that nothing refers to */
  guint32 n_free, free_capacity;
  guint n_channels;
  PnyxChannel channels[N_CHANNELS];

  guint8 *offline;      /* array length=n: outages in force; NULL: nobody ever was */
  guint8 *corrupt;      /* array length=n: an adversary's; NULL: nobody is */
  guint16 *incarnation; /* array length=n: outages so far; NULL */
  PnyxCut *cuts;
  guint n_cuts, cuts_capacity;
  guint n_cuts_active;
  PnyxHeld *held;
  guint n_held, held_capacity;

  PnyxWaiting *waiting;
  guint n_waiting, waiting_capacity;

  PnyxNetworkCounts counts;
  PnyxPaths *paths;                              /* NULL: none asked for yet */
  void (*warm) (gpointer self, PnyxNodeId node); /* NULL: none */
  gpointer warm_self;
  guint32 version;                /* grows with each change of meshes, cuts and outages */
  gboolean paths_only;            /* some channel does not count its copies */
  struct _PnyxCalendar *calendar; /* of spreads; NULL: none yet */
};

static inline PnyxItem *
network_item (PnyxNetwork *network, PnyxItemId item)
{
  PNYX_REQUIRE (item < network->n_items);
  return &network->items[item];
}

static inline guint32
network_degree (const PnyxNetwork *network, PnyxNodeId node)
{
  return network->graph->offsets[node + 1] - network->graph->offsets[node];
}

/* The same of an item that its owner has not closed. */
static inline PnyxItem *
network_open_item (PnyxNetwork *network, PnyxItemId item)
{
  PnyxItem *entry = network_item (network, item);

  PNYX_REQUIRE (!entry->closed);
  return entry;
}

/*
 * A hop names the other end of a message as a node sees it: the position among its own links, or a
 * node that it is not connected with.
 */
#define HOP_STRANGER 0x80000000u

/* network_position: index of @peer among the links of @node, or PNYX_NONE. */
guint32 network_position (const PnyxNetwork *network, PnyxNodeId node, PnyxNodeId peer);

static inline PnyxNodeId
network_hop_node (const PnyxNetwork *network, PnyxNodeId node, guint32 hop)
{
  if ((hop & HOP_STRANGER) != 0)
    return hop & ~HOP_STRANGER;
  return network->links[network->graph->offsets[node] + hop].to;
}

/* No run lasts as long; the sum of two such times is one still. */
#define NETWORK_NEVER (PNYX_TIME_MAX / 2)

/* network_after: @ns nanoseconds after @time, but no later than %NETWORK_NEVER where @time is not:
 * a line of 1 bit/s that is given more than it carries would leave the range of time. */
static inline PnyxTime
network_after (PnyxTime time, gdouble ns)
{
  if (ns + 0.5 < (gdouble)(NETWORK_NEVER - time))
    return time + (PnyxTime)(ns + 0.5);
  return MAX (time, NETWORK_NEVER);
}

/* Sends @size bytes about @item to the other end of @hop. */
void network_send_hop (PnyxNetwork *network, PnyxNodeId from, guint32 hop, PnyxItemId item,
                       PnyxWire wire, guint64 size);

/* The same to any node, connected or not. */
void network_send_node (PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to, PnyxItemId item,
                        PnyxWire wire, guint64 size);
/*
 * Sends to all links of @from for which @skip returns FALSE (NULL: to all). With fair sharing the
 * copies share the uplink; one by one they go in random or listed order.
 */
typedef gboolean (*PnyxSkip) (PnyxNetwork *network, PnyxNodeId from, guint32 position,
                              PnyxItemId item);
void network_send_links (PnyxNetwork *network, PnyxNodeId from, PnyxItemId item, PnyxWire wire,
                         guint64 size, PnyxSkip skip);

/*
 * The same to the links at @positions of @from, ascending; a link's copy is the same in both: it
 * meets the same delay.
 */
void network_send_positions (PnyxNetwork *network, PnyxNodeId from, const guint16 *positions,
                             guint n, PnyxItemId item, PnyxWire wire, guint64 size);

/* @copies are sent, counted and never come. */
void network_send_lost (PnyxNetwork *network, PnyxItemId item, PnyxWire wire, guint64 size,
                        guint32 copies);

/* A control message about no item is counted as sent for @channel. */
void network_count_control (PnyxNetwork *network, guint channel, PnyxWire wire, guint64 size);

/* The copy has left the sender's uplink at now: it travels. Called by uplink.c. */
void network_fly (PnyxNetwork *network, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop,
                  PnyxItemId item, PnyxWire wire, guint64 size, PnyxTime left, PnyxTime began);

/* An honest node has @item now: with relay, for the first time? Then all must have it in time. */
gboolean network_begin_relay (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item);

/* First complete receipt: TRUE; a duplicate: FALSE. Counts both. */
gboolean network_take (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop);
/* A copy of a closed item has come: counts a payload as network_take does. */
void network_take_closed (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, PnyxWire wire);
/* Tells the dissemination and the channel of a first receipt. */
void network_receive (PnyxNetwork *network, PnyxNodeId node, PnyxItemId item, guint32 hop);

/* Meshes, cuts or outages are about to change: what has been under way till now is decided. */
void network_changing (PnyxNetwork *network);

/* Marks and asks whether the other end of @hop is known to have @item. */
void network_know (PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item);
gboolean network_knows (const PnyxNetwork *network, PnyxNodeId node, guint32 position,
                        PnyxItemId item);

/* An item that nothing refers to any more gives its memory back where everybody has it or it is
 * closed; the number of a closed one is free. */
void network_item_unref (PnyxNetwork *network, PnyxItemId item);

/* Event handlers of all wires: a copy has come, a download has ended. */
void network_on_wire (gpointer self, const PnyxEvent *event);
void network_on_downloaded (gpointer self, const PnyxEvent *event);
/* Fetches what the first will read. */
void network_warm_wire (gpointer self, const PnyxEvent *event);

/* Fills in what a delay model wants to know of a pair of nodes. */
void network_flight_of_pair (const PnyxNetwork *network, PnyxNodeId from, PnyxNodeId to,
                             PnyxFlight *flight);

gboolean network_cut_between (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b, gboolean hold,
                              guint *cut);
guint16 network_generation (const PnyxNetwork *network, PnyxNodeId a, PnyxNodeId b);

#endif
