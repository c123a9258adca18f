/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy of nodes, traffic and mining over the measured window. The observer keeps integers (online
 * and busy nanoseconds by region, class and hour of UTC); joules come once at the end, in three
 * passes over the same run: low, mid and high.
 *
 *   node = PUE (idle W x online time + core W x busy core time), each byte once, mining = H/s x J/H
 * x PUE; carbon = sum over regions and hours of energy x intensity (location-based average).
 *
 * Where there are several chains each has its part: its work, its traffic, its mining and, by
 * attribution, its share of what the nodes draw when idle. The parts and what is nobody's sum to
 * the world's.
 */
#include <math.h>

#include "metric/attribution.h"
#include "metric/families.h"

#define HOURS 24
#define HOUR (3600 * PNYX_SECOND)
#define MAX_PARTS 17 /* 16 chains and nobody */

typedef struct
{
  const PnyxObserved *observed;
  guint n_regions, n_classes;
  PnyxTime *since;  /* array length=nodes: online since; -1: offline */
  PnyxTime *online; /* [region][class][hour]: node-ns */
  PnyxTime *busy;   /* [region][class][hour][kind][part]: core-ns */
  guint n_parts;    /* one for each chain, then nobody's */
  guint64 bytes_before[MAX_PARTS];
  PnyxIdleShares *idle_shares;
  gboolean measuring;
} Energy;

static const PnyxMetricInfo energy_metrics[] = {
  { "energy.total", "J", "low, high",
    "Energy of all nodes, of the traffic that they sent and of mining in the measured window." },
  { "energy.power", "W", "low, high", "energy.total over the window." },
  { "energy.per_tx", "J", "low, high",
    "energy.total over canonical transactions of the window; read it beside "
    "energy.per_node_year: doubling the load barely moves the energy." },
  { "energy.per_block", "J", "low, high", "energy.total over canonical blocks of the window." },
  { "energy.per_node_year", "J", "low, high",
    "energy.power for 8,760 hours over the mean number of nodes online." },
  { "energy.carbon", "kg", "low, high",
    "Emissions: energy by region and hour of UTC times the grid's intensity; traffic at the mean "
    "intensity of the nodes, mining at its pools' regions." },
  { "energy.share", "", "idle, consensus, network, inference, training, mining",
    "Parts of energy.total (mid); they sum to 1. Execution of blocks is consensus." },
  { "energy.unattributed", "J", "low, high",
    "Part of energy.total that is no chain's (energy/@attribution). With several chains the other "
    "energy metrics have rows for each chain's part, too." },
  { "energy.mining_bound", "W", NULL,
    "Mining power that the value of the blocks can pay for at the tariff; empty without a "
    "reward." },
};

typedef enum
{
  SHARE_IDLE,
  SHARE_CONSENSUS,
  SHARE_INFERENCE,
  SHARE_TRAINING,
  SHARE_NETWORK,
  SHARE_MINING,
  N_SHARES,
} Share;

static gsize
cell (const Energy *state, PnyxNodeId node, guint hour)
{
  const PnyxNodes *nodes = pnyx_network_nodes (state->observed->network);

  return ((gsize)nodes->region[node] * state->n_classes + nodes->class_of[node]) * HOURS + hour;
}

static void
energy_init (gpointer self, const PnyxObserved *observed)
{
  Energy *state = self;
  PnyxArena *arena = pnyx_world_arena (observed->world);
  const PnyxNodes *nodes = pnyx_network_nodes (observed->network);
  const PnyxRegions *regions = pnyx_network_regions (observed->network);
  gsize cells;

  state->observed = observed;
  if (observed->energy == NULL)
    return;
  PNYX_REQUIRE (observed->n_chains < MAX_PARTS);
  state->n_parts = observed->n_chains + 1;
  state->idle_shares = pnyx_idle_shares_new (observed);
  state->n_regions = regions ? regions->n : 1;
  state->n_classes = nodes->n_classes;
  cells = (gsize)state->n_regions * state->n_classes * HOURS;
  state->since = pnyx_arena_array (arena, PnyxTime, nodes->n);
  state->online = pnyx_arena_array (arena, PnyxTime, cells);
  state->busy = pnyx_arena_array (arena, PnyxTime, cells * PNYX_N_WORKS * state->n_parts);
}

/* Spreads [@from, @to) over the hours of the day. */
static void
spread (PnyxTime *hours, gsize stride, PnyxTime from, PnyxTime to)
{
  PnyxTime hour_of = from / HOUR;
  PnyxTime days;

  if (to <= (hour_of + 1) * HOUR) /* nearly always: work is short */
    {
      hours[(gsize)(hour_of % HOURS) * stride] += to - from;
      return;
    }
  days = (to - from) / (HOURS * HOUR);
  for (guint hour = 0; days > 0 && hour < HOURS; hour++)
    hours[hour * stride] += days * HOUR;
  from += days * HOURS * HOUR;
  while (from < to)
    {
      PnyxTime end = MIN (to, (from / HOUR + 1) * HOUR);

      hours[(gsize)(from / HOUR % HOURS) * stride] += end - from;
      from = end;
    }
}

static void
end_online (Energy *state, PnyxNodeId node, PnyxTime now)
{
  if (state->measuring && state->since[node] >= 0)
    {
      spread (&state->online[cell (state, node, 0)], 1, state->since[node], now);
      pnyx_idle_shares_online (state->idle_shares, node, now - state->since[node]);
    }
  state->since[node] = -1;
}

/* Bytes that are about items of the part's chain; of nobody's: the rest. */
static guint64
bytes_of (const Energy *state, guint part)
{
  guint64 bytes;

  if (part < state->n_parts - 1)
    return pnyx_network_bytes (state->observed->network, part);
  bytes = pnyx_network_bytes (state->observed->network, PNYX_NONE);
  for (guint i = 0; i < part; i++)
    bytes -= pnyx_network_bytes (state->observed->network, i);
  return bytes;
}

static void
add_work (Energy *state, const PnyxTrace *trace)
{
  guint part = MIN (trace->chain, state->n_parts - 1);
  PnyxTime began = MAX (trace->time - trace->a, state->observed->begin);
  gsize at = (cell (state, trace->node, 0) * PNYX_N_WORKS + (gsize)trace->b) * state->n_parts;

  spread (&state->busy[at + part], (gsize)PNYX_N_WORKS * state->n_parts, began, trace->time);
  pnyx_idle_shares_work (state->idle_shares, trace->node, trace->chain, trace->time - began);
}

static void
energy_observe (gpointer self, const PnyxTrace *trace)
{
  Energy *state = self;
  guint32 n = pnyx_network_nodes (state->observed->network)->n;

  if (state->observed->energy == NULL)
    return;
  switch (trace->type)
    {
    case PNYX_TRACE_WINDOW_BEGIN:
      state->measuring = TRUE;
      for (guint part = 0; part < state->n_parts; part++)
        state->bytes_before[part] = bytes_of (state, part);
      for (PnyxNodeId node = 0; node < n; node++)
        state->since[node]
            = pnyx_network_online (state->observed->network, node) ? trace->time : -1;
      break;
    case PNYX_TRACE_ONLINE:
      state->since[trace->node] = trace->time;
      break;
    case PNYX_TRACE_OFFLINE:
      end_online (state, trace->node, trace->time);
      break;
    case PNYX_TRACE_WORK:
      if (state->measuring)
        add_work (state, trace);
      break;
    case PNYX_TRACE_WINDOW_END:
      for (PnyxNodeId node = 0; node < n; node++)
        end_online (state, node, trace->time);
      break;
    default:
      break;
    }
}

typedef struct
{
  gdouble share[N_SHARES]; /* J */
  gdouble carbon;          /* kg */
} Sum;

static const PnyxGrid *
grid_of (const Energy *state, guint region)
{
  const PnyxRegions *regions = pnyx_network_regions (state->observed->network);

  return pnyx_energy_grid (state->observed->energy,
                           regions ? regions->regions[region].jurisdiction : "WORLD");
}

/* @idle: part's share of what the machines of one region and class draw when idle. */
static void
add_machines (const Energy *state, PnyxLevel level, guint region, guint class_of, guint part,
              gdouble idle, Sum *sum)
{
  const PnyxNodes *nodes = pnyx_network_nodes (state->observed->network);
  const PnyxHardware *hardware
      = pnyx_energy_hardware (state->observed->energy, nodes->classes[class_of].hardware);
  const PnyxGrid *grid = grid_of (state, region);
  gsize base = ((gsize)region * state->n_classes + class_of) * HOURS;

  for (guint hour = 0; hour < HOURS; hour++)
    {
      gdouble all = idle * hardware->idle[level] * hardware->pue[level]
                    * pnyx_time_to_seconds (state->online[base + hour]);

      sum->share[SHARE_IDLE] += all;
      for (guint kind = 0; kind < PNYX_N_WORKS; kind++)
        {
          gsize at = ((base + hour) * PNYX_N_WORKS + kind) * state->n_parts + part;
          gdouble joules = hardware->core[level] * hardware->pue[level]
                           * pnyx_time_to_seconds (state->busy[at]);

          sum->share[SHARE_CONSENSUS + kind] += joules;
          all += joules;
        }
      sum->carbon += all * grid->intensity * grid->hours[hour];
    }
}

/* @sums: (array length=n_parts). */
static void
add_nodes (const Energy *state, PnyxLevel level, Sum *sums)
{
  guint n_chains = state->n_parts - 1;

  for (guint region = 0; region < state->n_regions; region++)
    for (guint class_of = 0; class_of < state->n_classes; class_of++)
      {
        gdouble idle[MAX_PARTS] = { 0 };

        pnyx_idle_shares_get (state->idle_shares, region, class_of, idle);
        idle[n_chains] = 1;
        for (guint i = 0; i < n_chains; i++)
          idle[n_chains] -= idle[i];
        idle[n_chains] = MAX (idle[n_chains], 0);
        for (guint part = 0; part < state->n_parts; part++)
          add_machines (state, level, region, class_of, part, idle[part], &sums[part]);
      }
}

/* Mean intensity over the nodes, each alike. */
static gdouble
mean_intensity (const Energy *state)
{
  const PnyxNodes *nodes = pnyx_network_nodes (state->observed->network);
  gdouble sum = 0;

  for (PnyxNodeId node = 0; node < nodes->n; node++)
    sum += grid_of (state, nodes->region[node])->intensity;
  return sum / nodes->n;
}

static void
add_mining (const Energy *state, PnyxLevel level, PnyxChain *chain, Sum *sum)
{
  const PnyxEnergyProfile *profile = state->observed->energy;
  const PnyxNodes *nodes = pnyx_network_nodes (state->observed->network);
  gdouble seconds = pnyx_time_to_seconds (state->observed->end - state->observed->begin);
  PnyxChainEnergy energy = { 0 };
  gdouble joules;

  if (chain->ops->energy == NULL)
    return;
  chain->ops->energy (chain, &energy);
  joules = pnyx_energy_mining_power (energy.hash_rate, profile->mining[level],
                                     profile->mining_pue[level])
           * seconds;
  sum->share[SHARE_MINING] += joules;
  for (guint32 actor = 0; actor < chain->n_actors; actor++)
    sum->carbon += joules * chain->weights[actor]
                   * grid_of (state, nodes->region[chain->actor_node[actor]])->intensity;
}

/* @sums: (array length=n_parts): out. */
static void
sum_up (const Energy *state, PnyxLevel level, Sum *sums)
{
  gdouble intensity = mean_intensity (state);

  for (guint part = 0; part < state->n_parts; part++)
    sums[part] = (Sum){ .carbon = 0 };
  add_nodes (state, level, sums);
  for (guint part = 0; part < state->n_parts; part++)
    {
      gdouble joules = (gdouble)(bytes_of (state, part) - state->bytes_before[part])
                       * state->observed->energy->traffic[level];

      sums[part].share[SHARE_NETWORK] = joules;
      sums[part].carbon += joules * intensity;
    }
  for (guint i = 0; i < state->observed->n_chains; i++)
    add_mining (state, level, state->observed->chains[i], &sums[i]);
}

static gdouble
total_of (const Sum *sum)
{
  gdouble total = 0;

  for (guint i = 0; i < N_SHARES; i++)
    total += sum->share[i];
  return total;
}

typedef struct
{
  gdouble blocks;
  gdouble transactions;
} Canonical;

static Canonical
count_canonical (const Energy *state, PnyxChain *chain)
{
  Canonical count = { 0, 0 };

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    if (pnyx_metric_in_window (state->observed, pnyx_block_tree_get (chain->blocks, id)))
      {
        count.blocks += 1;
        count.transactions += pnyx_block_tree_get (chain->blocks, id)->n_transactions;
      }
  return count;
}

static void
print_range (PnyxOutput *output, const gchar *scope, const gchar *const names[PNYX_N_LEVELS],
             const gchar *unit, const gdouble values[PNYX_N_LEVELS], gdouble divisor)
{
  static const PnyxLevel order[] = { PNYX_MID, PNYX_LOW, PNYX_HIGH };

  for (guint i = 0; i < PNYX_N_LEVELS; i++)
    pnyx_output_scalar (output, scope, names[order[i]], unit,
                        divisor > 0 ? values[order[i]] / divisor : NAN);
}

#define NAMES(name)                                                                                \
  (const gchar *const[PNYX_N_LEVELS]) { name ".low", name, name ".high" }

static void
print_shares (PnyxOutput *output, const gchar *scope, const Sum *sum)
{
  static const gchar *const names[N_SHARES]
      = { "energy.share.idle",     "energy.share.consensus", "energy.share.inference",
          "energy.share.training", "energy.share.network",   "energy.share.mining" };
  gdouble total = total_of (sum);

  for (guint i = 0; i < N_SHARES; i++)
    pnyx_output_scalar (output, scope, names[i], "", total > 0 ? sum->share[i] / total : NAN);
}

static gdouble
mining_bound (const Energy *state, PnyxChain *chain)
{
  PnyxChainEnergy energy = { 0 };

  if (chain->ops->energy != NULL)
    chain->ops->energy (chain, &energy);
  return pnyx_energy_mining_bound (
      energy.reward_value,
      pnyx_time_to_seconds (chain->ops->interval (chain->section->component_params)),
      state->observed->energy->tariff);
}

/* What one scope has: the world or a chain. */
typedef struct
{
  Sum sums[PNYX_N_LEVELS];
  Canonical canonical;
  gdouble bound; /* W */
} Account;

static void
account_add (Account *account, const Account *part)
{
  for (guint level = 0; level < PNYX_N_LEVELS; level++)
    {
      for (guint i = 0; i < N_SHARES; i++)
        account->sums[level].share[i] += part->sums[level].share[i];
      account->sums[level].carbon += part->sums[level].carbon;
    }
  account->canonical.blocks += part->canonical.blocks;
  account->canonical.transactions += part->canonical.transactions;
  account->bound += part->bound;
}

static void
print_account (const Energy *state, PnyxOutput *output, const gchar *scope, const Account *account)
{
  gdouble seconds = pnyx_time_to_seconds (state->observed->end - state->observed->begin);
  gsize cells = (gsize)state->n_regions * state->n_classes * HOURS;
  gdouble totals[PNYX_N_LEVELS];
  gdouble carbon[PNYX_N_LEVELS];
  gdouble online = 0;

  for (gsize i = 0; i < cells; i++)
    online += pnyx_time_to_seconds (state->online[i]);
  for (guint level = 0; level < PNYX_N_LEVELS; level++)
    {
      totals[level] = total_of (&account->sums[level]);
      carbon[level] = account->sums[level].carbon;
    }
  print_range (output, scope, NAMES ("energy.total"), "J", totals, 1);
  print_range (output, scope, NAMES ("energy.power"), "W", totals, seconds);
  print_range (output, scope, NAMES ("energy.per_tx"), "J", totals,
               account->canonical.transactions);
  print_range (output, scope, NAMES ("energy.per_block"), "J", totals, account->canonical.blocks);
  /* Power x a year of 8,760 h / mean nodes online: total/seconds x 8,760 h / (online/seconds). */
  print_range (output, scope, NAMES ("energy.per_node_year"), "J", totals,
               online / (8760.0 * 3600));
  print_range (output, scope, NAMES ("energy.carbon"), "kg", carbon, 1);
  print_shares (output, scope, &account->sums[PNYX_MID]);
  pnyx_output_scalar (output, scope, "energy.mining_bound", "W",
                      account->bound > 0 ? account->bound : NAN);
}

static void
energy_finish (gpointer self, PnyxOutput *output)
{
  const Energy *state = self;
  guint nobody = state->n_parts - 1;
  g_autofree Account *parts = NULL;
  Account world = { .bound = 0 };
  gdouble unattributed[PNYX_N_LEVELS];

  if (state->observed->energy == NULL)
    return;
  parts = g_new0 (Account, state->n_parts);
  for (guint level = 0; level < PNYX_N_LEVELS; level++)
    {
      Sum sums[MAX_PARTS];

      sum_up (state, (PnyxLevel)level, sums);
      for (guint part = 0; part < state->n_parts; part++)
        parts[part].sums[level] = sums[part];
      unattributed[level] = total_of (&sums[nobody]);
    }
  for (guint part = 0; part < state->n_parts; part++)
    {
      if (part != nobody)
        {
          parts[part].canonical = count_canonical (state, state->observed->chains[part]);
          parts[part].bound = mining_bound (state, state->observed->chains[part]);
        }
      account_add (&world, &parts[part]);
    }
  print_account (state, output, "", &world);
  print_range (output, "", NAMES ("energy.unattributed"), "J", unattributed, 1);
  for (guint part = 0; part < nobody && nobody > 1; part++)
    print_account (state, output,
                   pnyx_metric_scope (state->observed, state->observed->chains[part]),
                   &parts[part]);
}

const PnyxMetricOps pnyx_metric_energy = {
  .name = "energy",
  .metrics = energy_metrics,
  .n_metrics = G_N_ELEMENTS (energy_metrics),
  .traces = 1u << PNYX_TRACE_ONLINE | 1u << PNYX_TRACE_OFFLINE | 1u << PNYX_TRACE_WORK,
  .state_size = sizeof (Energy),
  .init = energy_init,
  .observe = energy_observe,
  .finish = energy_finish,
};
