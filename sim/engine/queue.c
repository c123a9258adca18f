/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The future-event list: a radix ladder.
 *
 * An event is its own key: four words (time; phase and tie; target, source; type, generation,
 * payload) compared from the first on, or 32 digits of 8 bits; level 31 is the most significant.
 * A reference key divides what is pending:
 *
 *   bottom   a sorted array: all events that agree with the reference in the digits from level
 *            `bottom_level` upwards (and whatever lies before the reference)
 *   ladder   every other event, in bucket (level, digit): the highest level at which it differs
 * from the reference, and its digit there, which is larger than the reference's
 *
 * Lower levels come before higher ones and smaller digits before larger ones. When the bottom has
 * run empty the first bucket is taken: if it is small it is sorted and becomes the bottom,
 * otherwise its events are distributed by the highest digit in which they differ among each other,
 * and the first of those buckets is taken. An event moves down once for each digit that matters
 * (two or three times in practice), in streams through memory, and is compared with a handful of
 * others only; a group of simultaneous events is taken apart by phase and tie just as others are by
 * time. Pushing into the bottom shifts its few events; when it grows too long its upper part goes
 * to the ladder.
 *
 * An idea of radix heaps (Ahuja, Mehlhorn, Orlin, Tarjan: "Faster algorithms for the shortest path
 * problem", JACM 37, 1990) and ladder queues (Tang, Goh, Thng, ACM TOMACS 15, 2005).
 */
#include "engine/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define N_WORDS 4
#define N_LEVELS (N_WORDS * 8)
#define N_DIGITS 256
#define CHUNK_EVENTS 31 /* with its header 1 KiB */
#define SORT_MIN 192    /* a bucket of this size is sorted as a whole */
#define SORT_MAX 768    /* or of this, if it is a small part (a 64th) of all that is pending */
#define BOTTOM_MAX 1536 /* longer bottoms are narrowed */
#define SHIFT_MAX 16384 /* so are bottoms into which much is inserted */
#define NARROW_MIN 64   /* unless they are short */
#define INSERT_MAX 8    /* up to here plain insertion */
#define BIN_BITS_MIN 4  /* bins of the scatter before an insertion: as many as events, about */
#define BIN_BITS_MAX 8
#define CROWD_MAX 24 /* more in one bin are not left to insertion */
#define SLAB_FIRST ((gsize)8192)
#define SLAB_LARGEST ((gsize)1 << 20)

typedef struct _Chunk Chunk;

struct _Chunk
{
  Chunk *next;
  Chunk *next_slab; /* in the first chunk of a slab only */
  gsize slab_size;  /* likewise */
  gpointer unused;
  PnyxEvent events[CHUNK_EVENTS];
};

/* The first event lies in the bucket itself: most buckets of sparse levels never see a second. */
typedef struct
{
  Chunk *chunk;  /* owned; NULL with fewer than two events; all but the first chunk are full */
  guint32 n;     /* events, the one here included */
  guint32 room;  /* of @chunk: events room to CHUNK_EVENTS - 1 are there */
  guint64 any;   /* disjunction of all times */
  guint64 every; /* conjunction of all times */
  PnyxEvent first;
} Bucket;

G_STATIC_ASSERT (sizeof (Bucket) == 64);

struct _PnyxQueue
{
  PnyxEvent *bottom; /* owned: events head to end - 1, sorted */
  gsize head, end, capacity;
  gsize shifted; /* events moved by insertions into this bottom */
  guint bottom_level;
  guint32 levels; /* bit l: level l holds events */
  gsize n, n_max;
  PnyxEvent reference;
  PnyxEvent last;                          /* popped */
  guint64 digits[N_LEVELS][N_DIGITS / 64]; /* bit d of level l: bucket (l, d) holds events */
  Bucket *buckets;                         /* owned: N_LEVELS x N_DIGITS */
  Chunk *free_chunks;
  Chunk *slabs; /* owned */
  gsize slab_size;
  PnyxArena *arena; /* borrowed; NULL: malloc */
};

static inline guint64
event_word (const PnyxEvent *event, guint word)
{
  switch (word)
    {
    case 3:
      return (guint64)event->time;
    case 2:
      return event->order;
    case 1:
      return ((guint64)event->target << 32) | event->source;
    default:
      return ((guint64)event->type << 48) | ((guint64)event->generation << 32) | event->payload;
    }
}

static inline guint
highest_byte (guint64 word)
{
  return (guint)(63 - __builtin_clzll (word)) >> 3;
}

static inline guint
event_digit (const PnyxEvent *event, guint level)
{
  return (guint)(event_word (event, level / 8) >> (level % 8 * 8)) & 255;
}

/* The highest level at which the two differ, or -1. */
static inline gint
level_between (const PnyxEvent *a, const PnyxEvent *b)
{
  for (guint word = N_WORDS; word-- > 0;)
    {
      guint64 difference = event_word (a, word) ^ event_word (b, word);

      if (difference != 0)
        return (gint)(word * 8 + highest_byte (difference));
    }
  return -1;
}

/* Memory. */

static gpointer
queue_alloc (PnyxQueue *queue, gsize size)
{
  gpointer memory;

  if (queue->arena != NULL)
    return pnyx_arena_alloc (queue->arena, size);
  memory = aligned_alloc (64, (size + 63) & ~(gsize)63);
  if (memory == NULL)
    PNYX_FAIL ("out of memory: %" G_GSIZE_FORMAT " bytes asked for", size);
  return memory;
}

static void
queue_release (PnyxQueue *queue, gpointer memory, gsize size)
{
  if (queue->arena != NULL)
    pnyx_arena_release (queue->arena, memory, size);
  else
    free (memory);
}

static void
slab_add (PnyxQueue *queue)
{
  gsize n = queue->slab_size / sizeof (Chunk);
  Chunk *slab = queue_alloc (queue, queue->slab_size);

  for (gsize i = 0; i < n; i++)
    slab[i].next = i + 1 < n ? &slab[i + 1] : queue->free_chunks;
  slab->next_slab = queue->slabs;
  slab->slab_size = queue->slab_size;
  queue->slabs = slab;
  queue->free_chunks = slab;
  queue->slab_size = MIN (queue->slab_size * 2, SLAB_LARGEST);
}

static inline Chunk *
chunk_take (PnyxQueue *queue)
{
  Chunk *chunk;

  if (G_UNLIKELY (queue->free_chunks == NULL))
    slab_add (queue);
  chunk = queue->free_chunks;
  queue->free_chunks = chunk->next;
  return chunk;
}

static inline void
chunk_give (PnyxQueue *queue, Chunk *chunk)
{
  chunk->next = queue->free_chunks;
  queue->free_chunks = chunk;
}

PnyxQueue *
pnyx_queue_new (PnyxArena *arena)
{
  gsize size = (gsize)N_LEVELS * N_DIGITS * sizeof (Bucket);
  PnyxQueue *queue = arena != NULL ? pnyx_arena_array (arena, PnyxQueue, 1) : g_new0 (PnyxQueue, 1);

  queue->arena = arena;
  queue->slab_size = SLAB_FIRST;
  queue->buckets = queue_alloc (queue, size);
  if (arena == NULL)
    memset (queue->buckets, 0, size);
  queue->capacity = 2 * BOTTOM_MAX;
  queue->bottom = queue_alloc (queue, queue->capacity * sizeof (PnyxEvent));
  return queue;
}

void
pnyx_queue_free (PnyxQueue *queue)
{
  PnyxArena *arena = queue != NULL ? queue->arena : NULL;

  if (queue == NULL)
    return;
  for (Chunk *slab = queue->slabs; slab != NULL;)
    {
      Chunk *next = slab->next_slab;

      queue_release (queue, slab, slab->slab_size);
      slab = next;
    }
  queue_release (queue, queue->bottom, queue->capacity * sizeof (PnyxEvent));
  queue_release (queue, queue->buckets, (gsize)N_LEVELS * N_DIGITS * sizeof (Bucket));
  if (arena != NULL)
    pnyx_arena_release (arena, queue, sizeof *queue);
  else
    g_free (queue);
}

/* Ladder. */

/* Copies an event that somebody has just written field by field. A wide load would have to wait for
 * those narrow stores to leave the store buffer; loads of one field each are forwarded from it. */
static inline void
event_receive (PnyxEvent *slot, const PnyxEvent *event)
{
  const volatile PnyxEvent *fields = event;

  slot->time = fields->time;
  slot->order = fields->order;
  slot->target = fields->target;
  slot->source = fields->source;
  slot->payload = fields->payload;
  slot->type = fields->type;
  slot->generation = fields->generation;
}

/* Returns: where the next event of bucket (@level, @digit), one at @time, is to be written. */
static inline PnyxEvent *
ladder_slot (PnyxQueue *queue, guint level, guint digit, PnyxTime time)
{
  Bucket *bucket = &queue->buckets[level * N_DIGITS + digit];

  if (bucket->n++ == 0)
    {
      bucket->any = bucket->every = (guint64)time;
      queue->digits[level][digit / 64] |= (guint64)1 << (digit % 64);
      queue->levels |= (guint32)1 << level;
      return &bucket->first;
    }
  if (bucket->room == 0)
    {
      Chunk *chunk = chunk_take (queue);

      chunk->next = bucket->chunk;
      bucket->chunk = chunk;
      bucket->room = CHUNK_EVENTS;
    }
  bucket->any |= (guint64)time;
  bucket->every &= (guint64)time;
  return &bucket->chunk->events[--bucket->room];
}

/* Moves an event of the queue to the ladder. */
static inline void
ladder_move (PnyxQueue *queue, guint level, const PnyxEvent *event)
{
  *ladder_slot (queue, level, event_digit (event, level), event->time) = *event;
}

/* The bucket's content is the caller's from now on; the bucket counts as empty. */
static inline void
ladder_remove (PnyxQueue *queue, guint level, guint digit)
{
  Bucket *bucket = &queue->buckets[level * N_DIGITS + digit];
  guint64 *digits = queue->digits[level];

  bucket->chunk = NULL;
  bucket->n = 0;
  bucket->room = 0;
  digits[digit / 64] &= ~((guint64)1 << (digit % 64));
  if ((digits[0] | digits[1] | digits[2] | digits[3]) == 0)
    queue->levels &= ~((guint32)1 << level);
}

static inline guint
first_digit (const guint64 digits[N_DIGITS / 64])
{
  guint word = 0;

  while (digits[word] == 0)
    word++;
  return word * 64 + (guint)__builtin_ctzll (digits[word]);
}

static inline void
chunk_prefetch (const Chunk *chunk)
{
  for (gsize offset = 0; offset < sizeof (Chunk); offset += 64)
    __builtin_prefetch ((const gchar *)chunk + offset);
}

/* The highest level at which events of @bucket differ among each other, or -1. */
static gint
bucket_level (const Bucket *bucket)
{
  guint64 difference = bucket->any ^ bucket->every;
  gint level = -1;
  guint room = bucket->room;

  if (difference != 0)
    return (N_WORDS - 1) * 8 + (gint)highest_byte (difference);
  for (const Chunk *chunk = bucket->chunk; chunk != NULL; chunk = chunk->next, room = 0)
    for (guint i = room; i < CHUNK_EVENTS; i++)
      level = MAX (level, level_between (&bucket->first, &chunk->events[i]));
  return level;
}

/* Distributes what bucket (@from, @digit) held over level @to, below @from. */
static void
bucket_spread (PnyxQueue *queue, guint from, guint digit, guint to)
{
  const Bucket *bucket = &queue->buckets[from * N_DIGITS + digit];
  Chunk *chunk = bucket->chunk;
  guint room = bucket->room;

  ladder_remove (queue, from, digit);
  ladder_move (queue, to, &bucket->first);
  while (chunk != NULL)
    {
      Chunk *next = chunk->next;

      if (next != NULL)
        chunk_prefetch (next);
      for (guint i = room; i < CHUNK_EVENTS; i++)
        ladder_move (queue, to, &chunk->events[i]);
      chunk_give (queue, chunk);
      chunk = next;
      room = 0;
    }
}

/* Bottom. */

/* Room for @n events at the end of the bottom. */
static void
bottom_reserve (PnyxQueue *queue, gsize n)
{
  gsize held = queue->end - queue->head, capacity = queue->capacity;
  PnyxEvent *grown;

  if (queue->end + n <= capacity)
    return;
  if (held + n <= capacity)
    {
      memmove (queue->bottom, queue->bottom + queue->head, held * sizeof (PnyxEvent));
    }
  else
    {
      capacity = 2 * (held + n);
      grown = queue_alloc (queue, capacity * sizeof (PnyxEvent));
      memcpy (grown, queue->bottom + queue->head, held * sizeof (PnyxEvent));
      queue_release (queue, queue->bottom, queue->capacity * sizeof (PnyxEvent));
      queue->bottom = grown;
      queue->capacity = capacity;
    }
  queue->head = 0;
  queue->end = held;
}

/* Inserts into a sorted bottom with room, from the nearer end. */
static inline void
bottom_shift_in (PnyxQueue *queue, const PnyxEvent *event)
{
  PnyxEvent *start = queue->bottom + queue->head, *end = queue->bottom + queue->end, *at;

  if (queue->head > 0 && end > start && pnyx_event_before (event, start + (end - start) / 2))
    {
      for (at = start; pnyx_event_before (at, event); at++)
        at[-1] = *at;
      queue->shifted += (gsize)(at - start);
      at--;
      queue->head--;
    }
  else
    {
      for (at = end; at > start && pnyx_event_before (event, at - 1); at--)
        *at = at[-1];
      queue->shifted += (gsize)(end - at);
      queue->end++;
    }
  event_receive (at, event);
}

/* Sorts the bottom, which is nearly sorted or short. */
static inline void
bottom_sort (PnyxQueue *queue)
{
  PnyxEvent *events = queue->bottom;

  for (gsize i = 1; i < queue->end; i++)
    if (pnyx_event_before (&events[i], &events[i - 1]))
      {
        PnyxEvent event = events[i];
        gsize at = i;

        do
          {
            events[at] = events[at - 1];
            at--;
          }
        while (at > 0 && pnyx_event_before (&event, &events[at - 1]));
        events[at] = event;
      }
}

/* Copies @bucket to the empty bottom, in any order, and gives its chunks back. */
static void
bottom_copy (PnyxQueue *queue, const Bucket *bucket)
{
  Chunk *chunk = bucket->chunk;
  guint room = bucket->room;

  bottom_reserve (queue, bucket->n);
  queue->bottom[0] = bucket->first;
  queue->end = 1;
  while (chunk != NULL)
    {
      Chunk *next = chunk->next;

      for (guint i = room; i < CHUNK_EVENTS; i++)
        queue->bottom[queue->end++] = chunk->events[i];
      chunk_give (queue, chunk);
      chunk = next;
      room = 0;
    }
}

/* A large bucket of equal events becomes the bottom. */
static void
bottom_take_equal (PnyxQueue *queue, guint level, guint digit)
{
  const Bucket *bucket = &queue->buckets[level * N_DIGITS + digit];

  bottom_copy (queue, bucket);
  queue->reference = bucket->first;
  queue->bottom_level = level;
  ladder_remove (queue, level, digit);
}

/* The leading bits in which the events of a small bucket differ. */
typedef struct
{
  guint word;  /* of the key: 3 time, 2 order */
  guint shift; /* to the right */
  guint n;     /* bins: the bits that are left then */
} Leading;

static inline guint
event_bin (const PnyxEvent *event, Leading leading)
{
  guint64 word = leading.word == 3 ? (guint64)event->time : event->order;

  return (guint)(word >> leading.shift) & (leading.n - 1);
}

static Leading
bucket_leading (const Bucket *bucket)
{
  guint64 difference = bucket->any ^ bucket->every;
  guint room = bucket->room, word = 3, bits, differing;

  if (difference == 0)
    {
      word = 2;
      for (const Chunk *chunk = bucket->chunk; chunk != NULL; chunk = chunk->next, room = 0)
        for (guint i = room; i < CHUNK_EVENTS; i++)
          difference |= chunk->events[i].order ^ bucket->first.order;
    }
  differing = difference != 0 ? 64 - (guint)__builtin_clzll (difference) : 0;
  bits = CLAMP (32 - (guint)__builtin_clz (bucket->n), BIN_BITS_MIN, BIN_BITS_MAX);
  return (Leading){ word, differing > bits ? differing - bits : 0, 1u << bits };
}

/*
 * Copies @bucket to the empty bottom in the order of its leading bits and gives its chunks back.
 *
 * Returns: FALSE with nothing done where too many events share those bits.
 */
static gboolean
bottom_scatter (PnyxQueue *queue, const Bucket *bucket)
{
  Leading leading = bucket_leading (bucket);
  guint16 start[(1u << BIN_BITS_MAX) + 1], crowd = 0;
  guint room = bucket->room;
  PnyxEvent *bottom;

  memset (start, 0, sizeof *start * (leading.n + 1));
  start[event_bin (&bucket->first, leading) + 1]++;
  for (const Chunk *chunk = bucket->chunk; chunk != NULL; chunk = chunk->next, room = 0)
    for (guint i = room; i < CHUNK_EVENTS; i++)
      start[event_bin (&chunk->events[i], leading) + 1]++;
  for (guint i = 1; i <= leading.n; i++)
    {
      crowd = MAX (crowd, start[i]);
      start[i] = (guint16)(start[i] + start[i - 1]);
    }
  if (crowd > CROWD_MAX)
    return FALSE;
  bottom_reserve (queue, bucket->n);
  bottom = queue->bottom;
  bottom[start[event_bin (&bucket->first, leading)]++] = bucket->first;
  room = bucket->room;
  for (Chunk *chunk = bucket->chunk, *next; chunk != NULL; chunk = next, room = 0)
    {
      next = chunk->next;
      for (guint i = room; i < CHUNK_EVENTS; i++)
        bottom[start[event_bin (&chunk->events[i], leading)]++] = chunk->events[i];
      chunk_give (queue, chunk);
    }
  queue->end = bucket->n;
  return TRUE;
}

/* The bucket becomes the bottom, which is empty. Returns: FALSE where it is to be spread first. */
static inline gboolean
bottom_fill (PnyxQueue *queue, guint level, guint digit)
{
  const Bucket *bucket = &queue->buckets[level * N_DIGITS + digit];

  queue->head = queue->end = 0;
  queue->shifted = 0;
  if (bucket->n <= INSERT_MAX)
    bottom_copy (queue, bucket);
  else if (bucket->n > CLAMP (queue->n / 64, SORT_MIN, SORT_MAX) || !bottom_scatter (queue, bucket))
    return FALSE;
  bottom_sort (queue);
  queue->reference = bucket->first;
  queue->bottom_level = level;
  ladder_remove (queue, level, digit);
  return TRUE;
}

static void
bottom_refill (PnyxQueue *queue)
{
  while (queue->levels != 0)
    {
      guint level = (guint)__builtin_ctz (queue->levels);
      guint digit = first_digit (queue->digits[level]);
      gint finer;

      if (bottom_fill (queue, level, digit))
        return;
      finer = bucket_level (&queue->buckets[level * N_DIGITS + digit]);
      if (finer >= 0)
        bucket_spread (queue, level, digit, (guint)finer);
      else
        {
          bottom_take_equal (queue, level, digit);
          return;
        }
    }
}

static void place (PnyxQueue *queue, const PnyxEvent *event);

/*
 * Starts again with the last event popped as reference. Needed only when many events were pushed
 * that lie before what a look at the first event has already brought to the bottom.
 */
static void
queue_rebuild (PnyxQueue *queue)
{
  gsize n = 0, size = queue->n * sizeof (PnyxEvent);
  PnyxEvent *all = queue_alloc (queue, size);

  do
    {
      memcpy (all + n, queue->bottom + queue->head,
              (queue->end - queue->head) * sizeof (PnyxEvent));
      n += queue->end - queue->head;
      queue->head = queue->end = 0;
      bottom_refill (queue);
    }
  while (queue->end > 0);
  queue->reference = queue->last;
  queue->bottom_level = 0;
  queue->shifted = 0;
  for (gsize i = 0; i < n; i++)
    place (queue, &all[i]);
  queue_release (queue, all, size);
}

/*
 * Shortens a bottom that has grown: the events that share the first event's digit at the highest
 * level where any two differ stay, the others go to the ladder.
 *
 * Returns: FALSE where all are equal, so that nothing could go.
 */
static gboolean
bottom_narrow (PnyxQueue *queue)
{
  const PnyxEvent *first = &queue->bottom[queue->head];
  gint level = level_between (first, &queue->bottom[queue->end - 1]);

  if (level < 0)
    return FALSE;
  if ((guint)level >= queue->bottom_level)
    {
      queue_rebuild (queue);
      return TRUE;
    }
  queue->reference = *first;
  queue->bottom_level = (guint)level;
  queue->shifted = 0;
  while (event_digit (&queue->bottom[queue->end - 1], (guint)level)
         != event_digit (first, (guint)level))
    {
      const PnyxEvent *last = &queue->bottom[--queue->end];

      ladder_move (queue, (guint)level, last);
    }
  return TRUE;
}

/* Puts a pending event where it belongs. */
static void
place (PnyxQueue *queue, const PnyxEvent *event)
{
  guint64 difference = (guint64)(event->time ^ queue->reference.time);
  gsize held;
  gint level = difference != 0 ? (N_WORDS - 1) * 8 + (gint)highest_byte (difference)
                               : level_between (event, &queue->reference);

  if (level >= (gint)queue->bottom_level && pnyx_event_before (&queue->reference, event))
    {
      event_receive (
          ladder_slot (queue, (guint)level, event_digit (event, (guint)level), event->time), event);
      return;
    }
  held = queue->end - queue->head;
  if ((held >= BOTTOM_MAX || (queue->shifted > SHIFT_MAX && held >= NARROW_MIN))
      && bottom_narrow (queue))
    {
      place (queue, event);
      return;
    }
  bottom_reserve (queue, 1);
  bottom_shift_in (queue, event);
}

static inline void
count_in (PnyxQueue *queue)
{
  queue->n++;
  queue->n_max = MAX (queue->n_max, queue->n);
}

PnyxEvent *
pnyx_queue_slot (PnyxQueue *queue, PnyxTime time)
{
  guint64 difference = (guint64)(time ^ queue->reference.time);
  guint level;

  if (time <= queue->reference.time)
    return NULL;
  level = (N_WORDS - 1) * 8 + highest_byte (difference);
  if (level < queue->bottom_level)
    return NULL;
  count_in (queue);
  return ladder_slot (queue, level, (guint)((guint64)time >> (level % 8 * 8)) & 255, time);
}

void
pnyx_queue_push (PnyxQueue *queue, const PnyxEvent *event)
{
  PNYX_REQUIRE (!pnyx_event_before (event, &queue->last));
  place (queue, event);
  count_in (queue);
}

gboolean
pnyx_queue_pop (PnyxQueue *queue, PnyxEvent *event)
{
  return pnyx_queue_pop_until (queue, PNYX_TIME_MAX, event);
}

gboolean
pnyx_queue_pop_until (PnyxQueue *queue, PnyxTime until, PnyxEvent *event)
{
  if (queue->n == 0)
    return FALSE;
  if (queue->head == queue->end)
    bottom_refill (queue);
  if (queue->bottom[queue->head].time > until)
    return FALSE;
  *event = queue->last = queue->bottom[queue->head++];
  queue->n--;
  return TRUE;
}

const PnyxEvent *
pnyx_queue_ahead (const PnyxQueue *queue, gsize n)
{
  return queue->head + n < queue->end ? &queue->bottom[queue->head + n] : NULL;
}

const PnyxEvent *
pnyx_queue_peek (PnyxQueue *queue)
{
  if (queue->n == 0)
    return NULL;
  if (queue->head == queue->end)
    bottom_refill (queue);
  return &queue->bottom[queue->head];
}

gsize
pnyx_queue_size (const PnyxQueue *queue)
{
  return queue->n;
}

gsize
pnyx_queue_size_max (const PnyxQueue *queue)
{
  return queue->n_max;
}
