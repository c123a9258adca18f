/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whenever the node's head moves, the records of the blocks that were left and of those that came
 * name the loans that have changed; each is put into the class where it belongs now. Classes are
 * doubly linked lists in arrays.
 */
#include "contract/lending_watch.h"

#include <math.h>

#include "contract/lending_priv.h"

#define STEPS 64     /* classes for each doubling */
#define LOWEST (-20) /* log2 of shares of debt per unit of collateral, both smallest units */
#define N_CLASSES (60 * STEPS)
#define NO_CLASS G_MAXUINT16 /* nothing is owed */
#define DROPPED (G_MAXUINT16 - 1)

struct _PnyxLendingWatch
{
  PnyxChain *chain;
  const PnyxLending *lending;
  PnyxBlockId head; /* up to which records were read */
  guint32 *first;   /* array length=N_CLASSES: of each list; PNYX_NONE: empty */
  guint32 *next, *previous;
  guint16 *classes;
};

static guint16
class_of (gint64 collateral, gint64 scaled)
{
  gdouble class;

  if (scaled == 0)
    return NO_CLASS;
  if (collateral == 0)
    return N_CLASSES - 1;
  class = (log2 ((gdouble)scaled / (gdouble)collateral) - LOWEST) * STEPS;
  return (guint16)CLAMP (class, 0, N_CLASSES - 1);
}

static void
leave (PnyxLendingWatch *watch, guint32 slot)
{
  guint32 next = watch->next[slot], previous = watch->previous[slot];

  if (watch->classes[slot] == NO_CLASS)
    return;
  if (next != PNYX_NONE)
    watch->previous[next] = previous;
  if (previous != PNYX_NONE)
    watch->next[previous] = next;
  else
    watch->first[watch->classes[slot]] = next;
}

static void
join (PnyxLendingWatch *watch, guint32 slot, guint16 class)
{
  watch->classes[slot] = class;
  if (class == NO_CLASS)
    return;
  watch->previous[slot] = PNYX_NONE;
  watch->next[slot] = watch->first[class];
  if (watch->first[class] != PNYX_NONE)
    watch->previous[watch->first[class]] = slot;
  watch->first[class] = slot;
}

static void
look_again (PnyxLendingWatch *watch, guint32 slot)
{
  PnyxCell cell = watch->lending->positions + 2 * slot;
  guint16 class = class_of (pnyx_machine_get (watch->chain->machine, cell),
                            pnyx_machine_get (watch->chain->machine, cell + 1));

  if (class == watch->classes[slot] || watch->classes[slot] == DROPPED)
    return;
  leave (watch, slot);
  join (watch, slot, class);
}

/* Loans that @block's records name, in the view of the new head. */
static void
look_at_block (PnyxLendingWatch *watch, PnyxBlockId block)
{
  const PnyxLendingSetup *setup = &watch->lending->setup;
  guint32 n;
  const PnyxRecord *records = pnyx_machine_records (watch->chain->machine, block, &n);

  for (guint32 i = 0; i < n; i++)
    if (records[i].contract == watch->lending->contract)
      switch (records[i].kind)
        {
        case PNYX_LENDING_SAID_POSITION:
        case PNYX_LENDING_SAID_OPENED:
        case PNYX_LENDING_SAID_CHANGED:
          look_again (watch, (guint32)records[i].values[0] - setup->borrowers);
          break;
        default:
          break;
        }
}

static void
on_head (gpointer self, PnyxNodeId node, PnyxBlockId head)
{
  PnyxLendingWatch *watch = self;
  PnyxBlockTree *blocks = watch->chain->blocks;
  PnyxBlockId common = pnyx_block_tree_common (blocks, watch->head, head);

  (void)node;
  pnyx_machine_view (watch->chain->machine, head);
  for (PnyxBlockId at = watch->head; at != common; at = pnyx_block_tree_get (blocks, at)->parent)
    look_at_block (watch, at);
  for (PnyxBlockId at = head; at != common; at = pnyx_block_tree_get (blocks, at)->parent)
    look_at_block (watch, at);
  watch->head = head;
}

PnyxLendingWatch *
pnyx_lending_watch_new (PnyxChain *chain, const PnyxLending *lending, PnyxNodeId node)
{
  PnyxArena *arena = pnyx_world_arena (chain->world);
  PnyxLendingWatch *watch = pnyx_arena_array (arena, PnyxLendingWatch, 1);
  guint32 n = lending->setup.n_borrowers;

  watch->chain = chain;
  watch->lending = lending;
  watch->first = pnyx_arena_array (arena, guint32, N_CLASSES);
  watch->next = pnyx_arena_array (arena, guint32, n);
  watch->previous = pnyx_arena_array (arena, guint32, n);
  watch->classes = pnyx_arena_array (arena, guint16, n);
  for (guint i = 0; i < N_CLASSES; i++)
    watch->first[i] = PNYX_NONE;
  for (guint32 slot = 0; slot < n; slot++)
    {
      watch->classes[slot] = NO_CLASS;
      look_again (watch, slot);
    }
  pnyx_chain_listen (chain, node, on_head, watch);
  return watch;
}

void
pnyx_lending_watch_drop (PnyxLendingWatch *watch, PnyxAccount account)
{
  guint32 slot = account - watch->lending->setup.borrowers;

  PNYX_REQUIRE (slot < watch->lending->setup.n_borrowers);
  if (watch->classes[slot] == DROPPED)
    return;
  leave (watch, slot);
  watch->classes[slot] = DROPPED;
}

/* Shares of debt per unit of collateral at which the health factor is @health. */
static guint
lowest_class (const PnyxLendingWatch *watch, gint64 price, gint64 threshold, gint64 health)
{
  gdouble index = (gdouble)pnyx_machine_get (watch->chain->machine,
                                             lending_cell (watch->lending, LENDING_INDEX_DEBT))
                  / (gdouble)PNYX_LENDING_INDEX_ONE;
  gdouble risk = (gdouble)price / PNYX_PRICE_ONE * (gdouble)threshold / (gdouble)health / index;
  gdouble class = (log2 (risk) - LOWEST) * STEPS;

  /* One lower: interest that nobody has counted yet. */
  return (guint)CLAMP (class - 1, 0, N_CLASSES - 1);
}

void
pnyx_lending_watch_visit (const PnyxLendingWatch *watch, PnyxTime time, gint64 price,
                          gint64 threshold, gint64 health,
                          gboolean (*visit) (gpointer self, PnyxAccount account,
                                             const PnyxLendingPosition *position),
                          gpointer self)
{
  const PnyxMachine *machine = watch->chain->machine;
  gint64 index = pnyx_lending_debt_index (watch->lending, machine, time);
  guint lowest;

  PNYX_REQUIRE (price > 0 && threshold >= 0 && health > 0);
  lowest = lowest_class (watch, price, threshold, health);
  for (guint class = N_CLASSES; class -- > lowest;)
    for (guint32 slot = watch->first[class], next; slot != PNYX_NONE; slot = next)
      {
        PnyxCell cell = watch->lending->positions + 2 * slot;
        PnyxLendingPosition position
            = { .collateral = pnyx_machine_get (machine, cell),
                .debt = pnyx_lending_amount (pnyx_machine_get (machine, cell + 1), index,
                                             PNYX_ROUND_UP) };

        next = watch->next[slot];
        if (pnyx_lending_compare_health (&position, price, threshold, health) < 0
            && !visit (self, watch->lending->setup.borrowers + slot, &position))
          return;
      }
}
