/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fair sharing by virtual time: at a node with k copies under way each gets b/k, so a copy that
 * comes at virtual time v with S bytes leaves at virtual time v + S, whatever comes later. Each
 * node keeps its copies in a heap by that time and one event for the first of them.
 */
#include "net/uplink_priv.h"

#include "engine/timer.h"
#include "net/network_priv.h"

typedef struct
{
  gdouble finish;   /* virtual bytes */
  guint64 sequence; /* of the node: first come first out among equals */
  PnyxTime began;
  guint64 size;
  guint32 hop;
  PnyxItemId item;
  guint16 wire;
} Copy;

typedef struct
{
  gdouble virtual_now; /* bytes that each copy under way has had since the node was idle */
  PnyxTime updated;
  guint64 sequence;
  Copy *copies; /* heap by (finish, sequence) */
  guint32 n, capacity;
  PnyxTimer first_leaves;
} Sharing;

struct _PnyxUplink
{
  PnyxNetwork *network;
  gboolean fair;
  guint16 type;      /* event: the first copy of a node leaves */
  Sharing *sharing;  /* array length=n; NULL: fifo */
  PnyxTime *free_at; /* array length=n; NULL: fair */
};

static gboolean
copy_before (const Copy *a, const Copy *b)
{
  return a->finish != b->finish ? a->finish < b->finish : a->sequence < b->sequence;
}

static void
heap_push (PnyxArena *arena, Sharing *sharing, const Copy *copy)
{
  guint32 i = sharing->n;

  pnyx_arena_reserve (arena, sharing->copies, sharing->n, sharing->capacity);
  sharing->n++;
  for (; i > 0 && copy_before (copy, &sharing->copies[(i - 1) / 2]); i = (i - 1) / 2)
    sharing->copies[i] = sharing->copies[(i - 1) / 2];
  sharing->copies[i] = *copy;
}

static Copy
heap_pop (Sharing *sharing)
{
  Copy top = sharing->copies[0];
  Copy last = sharing->copies[--sharing->n];
  guint32 i = 0;

  for (;;)
    {
      guint32 child = 2 * i + 1;

      if (child >= sharing->n)
        break;
      if (child + 1 < sharing->n
          && copy_before (&sharing->copies[child + 1], &sharing->copies[child]))
        child++;
      if (!copy_before (&sharing->copies[child], &last))
        break;
      sharing->copies[i] = sharing->copies[child];
      i = child;
    }
  sharing->copies[i] = last;
  return top;
}

static void
advance (PnyxUplink *uplink, PnyxNodeId node, Sharing *sharing)
{
  PnyxTime now = pnyx_world_now (uplink->network->world);
  gdouble byte_ns = uplink->network->nodes.upload[node];

  if (sharing->n > 0)
    sharing->virtual_now += (gdouble)(now - sharing->updated) / (byte_ns * sharing->n);
  else
    sharing->virtual_now = 0;
  sharing->updated = now;
}

static void
schedule_first (PnyxUplink *uplink, PnyxNodeId node, Sharing *sharing)
{
  PnyxWorld *world = uplink->network->world;
  gdouble byte_ns = uplink->network->nodes.upload[node];
  gdouble left;

  if (sharing->n == 0)
    {
      pnyx_timer_cancel (&sharing->first_leaves);
      return;
    }
  left = (sharing->copies[0].finish - sharing->virtual_now) * sharing->n * byte_ns;
  pnyx_timer_set (&sharing->first_leaves, world,
                  network_after (pnyx_world_now (world), MAX (left, 1)), PNYX_PHASE_DELIVERY,
                  uplink->type, node, 0, sharing->copies[0].sequence);
}

static void
on_left (gpointer self, const PnyxEvent *event)
{
  PnyxUplink *uplink = self;
  Sharing *sharing = &uplink->sharing[event->target];
  gdouble byte_ns = uplink->network->nodes.upload[event->target];
  gdouble until;

  if (!pnyx_timer_due (&sharing->first_leaves, event))
    return;
  advance (uplink, event->target, sharing);
  /* Half a nanosecond of rounding counts as finished; equal copies leave together. */
  until = MAX (sharing->copies[0].finish, sharing->virtual_now) + 0.5 / (byte_ns * sharing->n);
  while (sharing->n > 0 && sharing->copies[0].finish <= until)
    {
      Copy copy = heap_pop (sharing);
      PnyxLinkWords cache = { .block = PNYX_NONE };

      network_fly (uplink->network, &cache, event->target, copy.hop, copy.item, copy.wire,
                   copy.size, pnyx_world_now (uplink->network->world), copy.began);
    }
  schedule_first (uplink, event->target, sharing);
}

PnyxUplink *
pnyx_uplink_new (PnyxNetwork *network, gboolean fair)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  PnyxUplink *uplink = pnyx_arena_array (arena, PnyxUplink, 1);

  uplink->network = network;
  uplink->fair = fair;
  uplink->type = pnyx_world_add_handler (network->world, "net.uplink", on_left, uplink);
  if (fair)
    uplink->sharing = pnyx_arena_array (arena, Sharing, network->nodes.n);
  else
    uplink->free_at = pnyx_arena_array (arena, PnyxTime, network->nodes.n);
  return uplink;
}

PnyxTime
pnyx_uplink_take (PnyxUplink *uplink, PnyxNodeId from, guint64 size)
{
  gdouble ns = (gdouble)size * uplink->network->nodes.upload[from];
  PnyxTime began = MAX (uplink->free_at[from], pnyx_world_now (uplink->network->world));

  uplink->free_at[from] = network_after (began, ns);
  return uplink->free_at[from];
}

static void
send_fifo (PnyxUplink *uplink, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop, PnyxItemId item,
           PnyxWire wire, guint64 size)
{
  PnyxNetwork *network = uplink->network;
  PnyxTime began = MAX (uplink->free_at[from], pnyx_world_now (network->world));

  network_fly (network, cache, from, hop, item, wire, size, pnyx_uplink_take (uplink, from, size),
               began);
}

void
pnyx_uplink_send (PnyxUplink *uplink, PnyxLinkWords *cache, PnyxNodeId from, guint32 hop,
                  PnyxItemId item, PnyxWire wire, guint64 size)
{
  PnyxNetwork *network = uplink->network;
  Sharing *sharing;
  Copy copy;

  if (network->nodes.upload[from] <= 0)
    {
      PnyxTime now = pnyx_world_now (network->world);

      network_fly (network, cache, from, hop, item, wire, size, now, now);
      return;
    }
  if (!uplink->fair)
    {
      send_fifo (uplink, cache, from, hop, item, wire, size);
      return;
    }
  sharing = &uplink->sharing[from];
  advance (uplink, from, sharing);
  copy = (Copy){ .finish = sharing->virtual_now + (gdouble)size,
                 .sequence = sharing->sequence++,
                 .began = pnyx_world_now (network->world),
                 .size = size,
                 .hop = hop,
                 .item = item,
                 .wire = (guint16)wire };
  heap_push (pnyx_world_arena (network->world), sharing, &copy);
  schedule_first (uplink, from, sharing);
}

void
pnyx_uplink_reset (PnyxUplink *uplink, PnyxNodeId node)
{
  if (!uplink->fair)
    {
      uplink->free_at[node] = 0;
      return;
    }
  while (uplink->sharing[node].n > 0)
    {
      Copy copy = heap_pop (&uplink->sharing[node]);

      uplink->network->counts.lost++;
      network_item_unref (uplink->network, copy.item);
    }
  schedule_first (uplink, node, &uplink->sharing[node]);
}
