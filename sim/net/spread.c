/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * First arrivals: Dijkstra over the mesh in order of time, with a calendar of narrow buckets whose
 * current one is a small heap. A copy is not queued where one that arrives before is under way.
 *
 * A spread keeps what is under way between two calls; the calendar is shared by all.
 */
#include "net/spread.h"

#include <string.h>

#include "net/gossipsub_priv.h"

#define N_BUCKETS 16384u
#define BUCKET_WIDTH (PNYX_MILLISECOND / 16)
#define N_CHOSEN 64u
#define LOOK_AHEAD 2 /* buckets whose first arrival is fetched */
#define N_BEST 16    /* versions whose first arrivals are remembered */

typedef struct
{
  PnyxTime time; /* of the check's end */
  guint32 node;
  guint32 from;
  guint16 copy; /* of which maker */
  guint16 generation;
  guint32 next; /* in the bucket; PNYX_NONE */
} Arrival;

typedef struct
{
  guint64 id;
  guint32 version;
} Maker;

struct _PnyxSpread
{
  PnyxNetwork *network;
  guint16 channel;
  guint n_versions;
  gboolean several; /* a node may have a version without a first arrival of it */
  guint64 covered_by[PNYX_SPREAD_VERSIONS]; /* itself included */
  PnyxTime check[PNYX_SPREAD_VERSIONS];
  guint64 *has;          /* array length=nodes */
  PnyxTime base;         /* of the first publication */
  guint32 *best[N_BEST]; /* array length=nodes: first arrival under way, 1 + ns from @base; 0: none
                            or too late for it */
  Maker *makers;
  guint32 n_makers, makers_capacity;
  Arrival *pending;
  guint32 n_pending, pending_capacity;
};

struct _PnyxCalendar
{
  guint32 heads[N_BUCKETS]; /* first arrival; PNYX_NONE */
  Arrival *pool;
  guint32 n_pool, pool_capacity;
  guint32 free;  /* places of the pool to use again; 1 + the first; 0: none */
  Arrival *heap; /* the current bucket */
  guint32 n_heap, heap_capacity;
  gint64 bucket; /* the current one, counted from time 0 */
  guint32 n_later;
};

typedef struct
{
  PnyxSpread *spread;
  struct _PnyxCalendar *calendar;
  const PnyxMesh *mesh;
  gboolean to_all; /* makers send to all their connections */
} Run;

/* ---- What can be spread ---- */

gboolean
pnyx_network_can_spread (const PnyxNetwork *network, const PnyxPlace *place, GError **error)
{
  const gchar *why = NULL;

  if (network->dissemination != &pnyx_dissemination_gossipsub)
    why = "another dissemination (expected gossipsub)";
  else if (((const Gossipsub *)network->dissemination_state)->params->mesh_drop > 0)
    why = "mesh-drop (expected 0)";
  else if (network->params->loss > 0 || network->params->drop > 0)
    why = "loss or drop (expected 0)";
  else if (network->bounded)
    why = "delay bounded (expected measured or distribution)";
  if (why == NULL)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place, "fidelity path does not go with %s", why);
  return FALSE;
}

guint32
pnyx_network_version (const PnyxNetwork *network)
{
  return network->version;
}

void
pnyx_network_set_path (PnyxNetwork *network, guint16 channel)
{
  network->channels[channel].path = TRUE;
  network->paths_only = TRUE;
}

static Gossipsub *
gossipsub_of (const PnyxNetwork *network)
{
  return network->dissemination_state;
}

static PnyxMesh *
mesh_of (const PnyxNetwork *network, guint16 channel)
{
  return gossipsub_mesh (gossipsub_of (network), (guint16)(channel * N_ITEM_KINDS));
}

/* ---- Bounds ---- */

static PnyxTime
slowest (const PnyxNetwork *network, guint32 link)
{
  const PnyxLink *forth = &network->links[link];
  const PnyxLink *back = &network->links[network->graph->offsets[forth->to] + forth->reverse];
  PnyxFlight flight
      = { .half_rtt = MAX (forth->half_rtt, back->half_rtt),
          .last_mile = MAX (network->last_miles[forth->pair], network->last_miles[back->pair]),
          .word = G_MAXUINT32 };

  return network->delay->delay (network->delay_state, &flight);
}

/* Longest shortest way from @root over links that work, in the mesh or (NULL) all; marks @part.
 * Alike in both directions, so twice that is a bound on the way between any two nodes. */
static PnyxTime
eccentricity (const PnyxNetwork *network, const PnyxMesh *mesh, PnyxNodeId root, PnyxTime check,
              guint32 number, guint32 *part, guint32 *size)
{
  const PnyxGraph *graph = network->graph;
  g_autofree PnyxTime *distance = g_new (PnyxTime, graph->n);
  g_autofree guint8 *queued = g_new0 (guint8, graph->n);
  g_autofree PnyxNodeId *ring = g_new (PnyxNodeId, graph->n + 1);
  guint32 first = 0, last = 0;
  PnyxTime longest = 0;

  for (PnyxNodeId node = 0; node < graph->n; node++)
    distance[node] = PNYX_TIME_MAX;
  distance[root] = 0;
  ring[last++] = root;
  *size = 0;
  /* Bellman and Ford with a queue: links are few and alike. */
  while (first != last)
    {
      PnyxNodeId node = ring[first];
      guint degree = mesh != NULL ? mesh->degrees[node] : network_degree (network, node);

      first = first == graph->n ? 0 : first + 1;
      queued[node] = 0;
      for (guint i = 0; i < degree; i++)
        {
          guint32 link = graph->offsets[node]
                         + (mesh != NULL ? network_mesh_row (mesh, network, node)[i] : i);
          PnyxNodeId to = network->links[link].to;
          PnyxTime reached = distance[node] + slowest (network, link) + check;

          if (reached >= distance[to]
              || (mesh != NULL && network->faulty && !pnyx_network_reachable (network, node, to)))
            continue;
          distance[to] = reached;
          if (queued[to])
            continue;
          queued[to] = 1;
          ring[last] = to;
          last = last == graph->n ? 0 : last + 1;
        }
    }
  for (PnyxNodeId node = 0; node < graph->n; node++)
    if (distance[node] < PNYX_TIME_MAX)
      {
        longest = MAX (longest, distance[node]);
        if (part != NULL)
          part[node] = number;
        (*size)++;
      }
  return longest;
}

const PnyxSpreadLimits *
pnyx_spread_limits (PnyxNetwork *network, guint16 channel, PnyxTime check)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  const PnyxMesh *mesh = mesh_of (network, channel);
  guint32 n = network->graph->n;
  PnyxSpreadLimits *limits = pnyx_arena_array (arena, PnyxSpreadLimits, 1);

  limits->version = network->version;
  limits->part = pnyx_arena_array (arena, guint32, n);
  memset (limits->part, 0xff, sizeof (guint32) * n);
  for (PnyxNodeId node = 0; node < n; node++)
    {
      guint32 number = limits->n_parts, size;
      PnyxTime longest;

      if (limits->part[node] != PNYX_NONE)
        continue;
      longest = eccentricity (network, mesh, node, check, number, limits->part, &size);
      limits->size = pnyx_arena_grow (arena, limits->size, sizeof (guint32) * number,
                                      sizeof (guint32) * (number + 1));
      limits->within = pnyx_arena_grow (arena, limits->within, sizeof (PnyxTime) * number,
                                        sizeof (PnyxTime) * (number + 1));
      limits->size[number] = size;
      limits->within[number] = 2 * longest;
      limits->n_parts++;
    }
  return limits;
}

void
pnyx_network_open_topic (PnyxNetwork *network, guint16 channel)
{
  mesh_of (network, channel);
}

PnyxTime
pnyx_network_path_bound (PnyxNetwork *network)
{
  PnyxFlight flight = { .half_rtt = PNYX_SECOND, .word = G_MAXUINT32 };
  PnyxTime longest, drawn, median;
  guint32 size;

  longest = 2 * eccentricity (network, NULL, 0, 0, 0, NULL, &size);
  if (!network->delay->needs_regions)
    return longest; /* hop by hop; the way with the fewest hops has no more than twice as many */
  /* The path's one draw scales the medians' sum; see path.c. */
  drawn = network->delay->delay (network->delay_state, &flight);
  flight.word = 0x80000000u;
  median = network->delay->delay (network->delay_state, &flight);
  return (PnyxTime)((gdouble)longest * MAX ((gdouble)drawn / (gdouble)median, 1)) + 1;
}

/* ---- Making ---- */

PnyxSpread *
pnyx_spread_new (PnyxNetwork *network, guint16 channel)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  PnyxSpread *spread = pnyx_arena_array (arena, PnyxSpread, 1);

  spread->network = network;
  spread->channel = channel;
  spread->has = pnyx_arena_array (arena, guint64, network->nodes.n);
  return spread;
}

void
pnyx_spread_free (PnyxSpread *spread)
{
  PnyxArena *arena = pnyx_world_arena (spread->network->world);
  guint32 n = spread->network->nodes.n;

  for (guint i = 0; i < N_BEST; i++)
    pnyx_arena_release (arena, spread->best[i], sizeof (guint32) * n);
  pnyx_arena_release (arena, spread->has, sizeof (guint64) * n);
  pnyx_arena_release (arena, spread->makers, sizeof (Maker) * spread->makers_capacity);
  pnyx_arena_release (arena, spread->pending, sizeof (Arrival) * spread->pending_capacity);
  pnyx_arena_release (arena, spread, sizeof *spread);
}

guint
pnyx_spread_add_version (PnyxSpread *spread, guint64 covered_by, guint64 covers, PnyxTime check)
{
  guint version = spread->n_versions++;

  spread->several |= version > 0;

  PNYX_REQUIRE (version < PNYX_SPREAD_VERSIONS);
  spread->covered_by[version] = covered_by | (guint64)1 << version;
  for (guint i = 0; i < version; i++)
    if ((covers >> i & 1) != 0)
      spread->covered_by[i] |= (guint64)1 << version;
  spread->check[version] = check;
  if (version < N_BEST)
    spread->best[version] = pnyx_arena_array (pnyx_world_arena (spread->network->world), guint32,
                                              spread->network->nodes.n);
  return version;
}

static void
add_pending (PnyxSpread *spread, const Arrival *arrival)
{
  pnyx_arena_reserve (pnyx_world_arena (spread->network->world), spread->pending, spread->n_pending,
                      spread->pending_capacity);
  spread->pending[spread->n_pending++] = *arrival;
}

void
pnyx_spread_publish (PnyxSpread *spread, PnyxNodeId node, guint version, guint64 id, PnyxTime time)
{
  PNYX_REQUIRE (version < spread->n_versions && spread->n_makers < G_MAXUINT16);
  pnyx_arena_reserve (pnyx_world_arena (spread->network->world), spread->makers, spread->n_makers,
                      spread->makers_capacity);
  if (spread->n_makers == 0)
    spread->base = time;
  spread->makers[spread->n_makers] = (Maker){ id, version };
  add_pending (spread, &(Arrival){ .time = time,
                                   .node = node,
                                   .from = PNYX_NONE,
                                   .copy = (guint16)spread->n_makers });
  spread->n_makers++;
}

void
pnyx_spread_give (PnyxSpread *spread, PnyxNodeId node, guint64 versions)
{
  spread->has[node] |= versions;
  spread->several = TRUE;
}

guint64
pnyx_spread_has (const PnyxSpread *spread, PnyxNodeId node)
{
  return spread->has[node];
}

/* ---- The calendar ---- */

/* Makers before receivers; ties else by node, copy and sender, which every order of calls keeps. */
static inline gboolean
is_before (const Arrival *a, const Arrival *b)
{
  if (a->time != b->time)
    return a->time < b->time;
  if (a->node != b->node)
    return a->node < b->node;
  if (a->copy != b->copy)
    return a->copy < b->copy;
  return a->from + 1 < b->from + 1; /* PNYX_NONE first */
}

static void
heap_push (PnyxArena *arena, struct _PnyxCalendar *calendar, const Arrival *arrival)
{
  guint32 i = calendar->n_heap;

  pnyx_arena_reserve (arena, calendar->heap, calendar->n_heap, calendar->heap_capacity);
  calendar->n_heap++;
  for (; i > 0 && is_before (arrival, &calendar->heap[(i - 1) / 2]); i = (i - 1) / 2)
    calendar->heap[i] = calendar->heap[(i - 1) / 2];
  calendar->heap[i] = *arrival;
}

static Arrival
heap_pop (struct _PnyxCalendar *calendar)
{
  Arrival *heap = calendar->heap;
  Arrival top = heap[0], last = heap[--calendar->n_heap];
  guint32 i = 0;

  for (;;)
    {
      guint32 child = 2 * i + 1;

      if (child >= calendar->n_heap)
        break;
      if (child + 1 < calendar->n_heap && is_before (&heap[child + 1], &heap[child]))
        child++;
      if (!is_before (&heap[child], &last))
        break;
      heap[i] = heap[child];
      i = child;
    }
  if (calendar->n_heap > 0)
    heap[i] = last;
  return top;
}

static struct _PnyxCalendar *
calendar_of (PnyxNetwork *network)
{
  if (network->calendar == NULL)
    {
      network->calendar
          = pnyx_arena_array (pnyx_world_arena (network->world), struct _PnyxCalendar, 1);
      memset (network->calendar->heads, 0xff, sizeof network->calendar->heads);
    }
  return network->calendar;
}

/* What is beyond the calendar's year waits in the spread. */
static void
enter (Run *run, const Arrival *arrival)
{
  struct _PnyxCalendar *calendar = run->calendar;
  PnyxArena *arena = pnyx_world_arena (run->spread->network->world);
  gint64 bucket = arrival->time / BUCKET_WIDTH;
  guint32 *head, place;

  if (bucket <= calendar->bucket)
    {
      heap_push (arena, calendar, arrival);
      return;
    }
  if (bucket >= calendar->bucket + N_BUCKETS)
    {
      add_pending (run->spread, arrival);
      return;
    }
  if (calendar->free == 0)
    {
      pnyx_arena_reserve (arena, calendar->pool, calendar->n_pool, calendar->pool_capacity);
      place = calendar->n_pool++;
    }
  else
    {
      place = calendar->free - 1;
      calendar->free = calendar->pool[place].next;
    }
  head = &calendar->heads[bucket % N_BUCKETS];
  calendar->pool[place] = *arrival;
  calendar->pool[place].next = *head;
  *head = place;
  calendar->n_later++;
}

/* Whether another copy of the version has been sent that arrives before. */
static inline gboolean
is_overtaken (const PnyxSpread *spread, const Arrival *arrival)
{
  guint32 version = spread->makers[arrival->copy].version;
  guint32 best = version < N_BEST ? spread->best[version][arrival->node] : 0;

  return best != 0 && arrival->from != PNYX_NONE && best < arrival->time - spread->base + 1;
}

/* The next bucket becomes the current one. */
static void
turn (Run *run)
{
  struct _PnyxCalendar *calendar = run->calendar;
  guint32 *head = &calendar->heads[++calendar->bucket % N_BUCKETS];
  guint32 soon = calendar->heads[(calendar->bucket + LOOK_AHEAD) % N_BUCKETS];

  if (soon != PNYX_NONE)
    __builtin_prefetch (&calendar->pool[soon]);
  for (guint32 i = *head, next; i != PNYX_NONE; i = next)
    {
      Arrival *arrival = &calendar->pool[i];

      next = arrival->next;
      arrival->next = calendar->free;
      calendar->free = i + 1;
      calendar->n_later--;
      if (is_overtaken (run->spread, arrival))
        continue;
      network_mesh_warm (run->mesh, arrival->node);
      heap_push (pnyx_world_arena (run->spread->network->world), calendar, arrival);
    }
  *head = PNYX_NONE;
}

/* ---- The way ---- */

/* Sends to @link of @from; @best: of the node there; NULL: not kept. */
static inline void
send (Run *run, PnyxNodeId from, const PnyxMeshPeer *link, guint32 copy, const Maker *maker,
      PnyxTime time, guint32 *best, PnyxLinkWords *words)
{
  PnyxNodeId to = link->node;
  PnyxSpread *spread = run->spread;
  PnyxNetwork *network = spread->network;
  PnyxTime check = spread->check[maker->version], since, delay;
  PnyxFlight flight;
  Arrival arrival;

  /* Of a single version, who has it has a first arrival. */
  if ((best == NULL || spread->several || network->faulty)
      && (spread->has[to] & spread->covered_by[maker->version]) != 0)
    return;
  if (network->faulty && !pnyx_network_reachable (network, from, to))
    return;
  if (words->block != link->position / 4u)
    {
      words->block = link->position / 4u;
      pnyx_rng_block (&network->jitter, from, maker->id + PNYX_WIRE_ITEM, words->block,
                      words->words);
    }
  flight = (PnyxFlight){ .sent = time,
                         .half_rtt = link->half_rtt,
                         .last_mile = network->last_miles[link->pair],
                         .from = from,
                         .to = to,
                         .word = words->words[link->position % 4] };
  delay = network->delay->delay (network->delay_state, &flight);
  arrival = (Arrival){ .time = time + delay + check,
                       .node = to,
                       .from = from,
                       .copy = (guint16)copy,
                       .generation = network->faulty ? network_generation (network, from, to) : 0 };
  /* A copy that a cut may still take cannot stand for the others. */
  since = arrival.time - spread->base + 1;
  if (best != NULL && !network->faulty && since <= G_MAXUINT32)
    {
      if (*best != 0 && *best <= since)
        return;
      *best = (guint32)since;
    }
  enter (run, &arrival);
}

/* Those of @n peers whom nothing known reaches before; without a branch to guess. */
static guint
choose (const PnyxMeshPeer *peers, guint n, const guint32 *best, PnyxTime since, guint8 *chosen)
{
  guint n_chosen = 0;

  for (guint i = 0; i < n; i++)
    {
      guint32 known = best[peers[i].node];

      chosen[n_chosen] = (guint8)i;
      n_chosen += (guint)(known == 0) | (guint)(known > since + peers[i].least);
    }
  return n_chosen;
}

static void
forward (Run *run, PnyxNodeId node, guint32 copy, PnyxTime time, gboolean made)
{
  PnyxSpread *spread = run->spread;
  const PnyxNetwork *network = spread->network;
  guint32 offset = network->graph->offsets[node];
  const Maker maker = spread->makers[copy];
  guint32 *best = maker.version < N_BEST ? spread->best[maker.version] : NULL;
  guint degree = run->mesh->degrees[node];
  PnyxLinkWords words = { .block = PNYX_NONE };

  if (made && run->to_all)
    {
      for (guint16 i = 0; i < network_degree (network, node); i++)
        {
          const PnyxLink *link = &network->links[offset + i];
          const PnyxMeshPeer same
              = { .node = link->to, .half_rtt = link->half_rtt, .position = i, .pair = link->pair };

          send (run, node, &same, copy, &maker, time, best != NULL ? &best[link->to] : NULL,
                &words);
        }
      return;
    }
  for (guint begin = 0; begin < degree; begin += N_CHOSEN)
    {
      const PnyxMeshPeer *peers = run->mesh->peers + (gsize)run->mesh->stride * node + begin;
      guint n = MIN (N_CHOSEN, degree - begin);
      guint8 chosen[N_CHOSEN];
      PnyxTime since = time - spread->base + 1 + spread->check[maker.version];

      if (best != NULL)
        n = choose (peers, n, best, since, chosen);
      for (guint i = 0; i < n; i++)
        {
          const PnyxMeshPeer *link = &peers[best != NULL ? chosen[i] : i];

          send (run, node, link, copy, &maker, time, best != NULL ? &best[link->node] : NULL,
                &words);
        }
    }
}

static void
arrive (Run *run, const Arrival *arrival, PnyxSpreadImport import, gpointer user)
{
  PnyxSpread *spread = run->spread;
  PnyxNetwork *network = spread->network;
  guint32 version = spread->makers[arrival->copy].version;
  PnyxSpreadVerdict verdict = PNYX_SPREAD_FORWARD;
  gboolean made = arrival->from == PNYX_NONE;

  if (!made && (spread->has[arrival->node] & spread->covered_by[version]) != 0)
    return;
  if (!made && network->faulty
      && (!pnyx_network_online (network, arrival->node)
          || arrival->generation != network_generation (network, arrival->from, arrival->node)))
    return;
  if ((spread->has[arrival->node] >> version & 1) == 0)
    {
      verdict = import (user, arrival->node, version, arrival->time);
      if (verdict != PNYX_SPREAD_DROP)
        spread->has[arrival->node] |= (guint64)1 << version;
    }
  if (verdict == PNYX_SPREAD_FORWARD || made) /* its own it sends in any case */
    forward (run, arrival->node, arrival->copy, arrival->time, made);
}

/* What is under way goes into the calendar. Returns: FALSE where nothing is due by @until. */
static gboolean
load (Run *run, PnyxTime until)
{
  PnyxSpread *spread = run->spread;
  struct _PnyxCalendar *calendar = run->calendar;
  PnyxTime first = PNYX_TIME_MAX;
  guint32 n = spread->n_pending;
  g_autofree Arrival *arrivals = NULL;

  for (guint32 i = 0; i < n; i++)
    first = MIN (first, spread->pending[i].time);
  if (n == 0 || first > until)
    return FALSE;
  arrivals = g_memdup2 (spread->pending, sizeof (Arrival) * n);
  calendar->bucket = first / BUCKET_WIDTH;
  spread->n_pending = 0;
  for (guint32 i = 0; i < n; i++)
    enter (run, &arrivals[i]);
  return TRUE;
}

/* What is left in the calendar goes back to the spread. */
static void
unload (Run *run)
{
  struct _PnyxCalendar *calendar = run->calendar;

  for (guint32 i = 0; i < calendar->n_heap; i++)
    add_pending (run->spread, &calendar->heap[i]);
  calendar->n_heap = 0;
  while (calendar->n_later > 0)
    {
      turn (run);
      for (guint32 i = 0; i < calendar->n_heap; i++)
        add_pending (run->spread, &calendar->heap[i]);
      calendar->n_heap = 0;
    }
}

gboolean
pnyx_spread_advance (PnyxSpread *spread, PnyxTime until, PnyxSpreadImport import, gpointer user)
{
  PnyxNetwork *network = spread->network;
  Run run = { .spread = spread,
              .calendar = calendar_of (network),
              .mesh = mesh_of (network, spread->channel),
              .to_all = gossipsub_of (network)->params->flood_publish };

  network_mesh_open (mesh_of (network, spread->channel), network);
  while (load (&run, until))
    {
      struct _PnyxCalendar *calendar = run.calendar;

      while (calendar->n_heap + calendar->n_later > 0)
        {
          Arrival arrival;

          if (calendar->n_heap == 0)
            {
              turn (&run);
              continue;
            }
          if (calendar->heap[0].time > until)
            break;
          arrival = heap_pop (calendar);
          arrive (&run, &arrival, import, user);
        }
      unload (&run);
    }
  return spread->n_pending == 0;
}
