/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy of nodes, traffic and mining over the measured window. The observer keeps integers (online
 * and busy nanoseconds by region, class and hour of UTC); joules come once at the end, in three
 * passes over the same run: low, mid and high.
 *
 *   node = PUE (idle W x online time + core W x busy core time), each byte once, mining = H/s x J/H
 * x PUE; carbon = sum over regions and hours of energy x intensity (location-based average).
 */
#include <math.h>

#include "metric/families.h"

#define HOURS 24
#define HOUR (3600 * PNYX_SECOND)

typedef struct
{
  const PnyxObserved *observed;
  guint n_regions, n_classes;
  PnyxTime *since;  /* array length=nodes: online since; -1: offline */
  PnyxTime *online; /* [region][class][hour]: node-ns */
  PnyxTime *busy;   /* [region][class][hour][kind]: core-ns */
  guint64 bytes_before;
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
  state->n_regions = regions ? regions->n : 1;
  state->n_classes = nodes->n_classes;
  cells = (gsize)state->n_regions * state->n_classes * HOURS;
  state->since = pnyx_arena_array (arena, PnyxTime, nodes->n);
  state->online = pnyx_arena_array (arena, PnyxTime, cells);
  state->busy = pnyx_arena_array (arena, PnyxTime, cells * PNYX_N_WORKS);
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
    spread (&state->online[cell (state, node, 0)], 1, state->since[node], now);
  state->since[node] = -1;
}

static void
energy_observe (gpointer self, const PnyxTrace *trace)
{
  Energy *state = self;
  guint32 n = pnyx_network_nodes (state->observed->network)->n;

  switch (trace->type)
    {
    case PNYX_TRACE_WINDOW_BEGIN:
      state->measuring = TRUE;
      state->bytes_before = pnyx_network_counts (state->observed->network)->bytes;
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
        spread (&state->busy[cell (state, trace->node, 0) * PNYX_N_WORKS + (gsize)trace->b],
                PNYX_N_WORKS, MAX (trace->time - trace->a, state->observed->begin), trace->time);
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

static void
add_nodes (const Energy *state, PnyxLevel level, Sum *sum)
{
  const PnyxNodes *nodes = pnyx_network_nodes (state->observed->network);

  for (guint region = 0; region < state->n_regions; region++)
    for (guint class_of = 0; class_of < state->n_classes; class_of++)
      {
        const PnyxHardware *hardware
            = pnyx_energy_hardware (state->observed->energy, nodes->classes[class_of].hardware);
        const PnyxGrid *grid = grid_of (state, region);
        gsize base = ((gsize)region * state->n_classes + class_of) * HOURS;

        for (guint hour = 0; hour < HOURS; hour++)
          {
            gdouble all = hardware->idle[level] * hardware->pue[level]
                          * pnyx_time_to_seconds (state->online[base + hour]);

            sum->share[SHARE_IDLE] += all;
            for (guint kind = 0; kind < PNYX_N_WORKS; kind++)
              {
                gdouble joules
                    = hardware->core[level] * hardware->pue[level]
                      * pnyx_time_to_seconds (state->busy[(base + hour) * PNYX_N_WORKS + kind]);

                sum->share[SHARE_CONSENSUS + kind] += joules;
                all += joules;
              }
            sum->carbon += all * grid->intensity * grid->hours[hour];
          }
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

static void
sum_up (const Energy *state, PnyxLevel level, Sum *sum)
{
  const PnyxEnergyProfile *profile = state->observed->energy;
  guint64 bytes = pnyx_network_counts (state->observed->network)->bytes - state->bytes_before;

  *sum = (Sum){ .carbon = 0 };
  add_nodes (state, level, sum);
  sum->share[SHARE_NETWORK] = (gdouble)bytes * profile->traffic[level];
  sum->carbon += sum->share[SHARE_NETWORK] * mean_intensity (state);
  for (guint i = 0; i < state->observed->n_chains; i++)
    add_mining (state, level, state->observed->chains[i], sum);
}

static gdouble
total_of (const Sum *sum)
{
  gdouble total = 0;

  for (guint i = 0; i < N_SHARES; i++)
    total += sum->share[i];
  return total;
}

static void
count_canonical (const Energy *state, gdouble *blocks, gdouble *transactions)
{
  *blocks = *transactions = 0;
  for (guint i = 0; i < state->observed->n_chains; i++)
    {
      PnyxChain *chain = state->observed->chains[i];

      for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
           id = pnyx_block_tree_get (chain->blocks, id)->parent)
        if (pnyx_metric_in_window (state->observed, pnyx_block_tree_get (chain->blocks, id)))
          {
            *blocks += 1;
            *transactions += pnyx_block_tree_get (chain->blocks, id)->n_transactions;
          }
    }
}

static void
print_range (PnyxOutput *output, const gchar *const names[PNYX_N_LEVELS], const gchar *unit,
             const gdouble values[PNYX_N_LEVELS], gdouble divisor)
{
  static const PnyxLevel order[] = { PNYX_MID, PNYX_LOW, PNYX_HIGH };

  for (guint i = 0; i < PNYX_N_LEVELS; i++)
    pnyx_output_scalar (output, "", names[order[i]], unit,
                        divisor > 0 ? values[order[i]] / divisor : NAN);
}

#define NAMES(name)                                                                                \
  (const gchar *const[PNYX_N_LEVELS]) { name ".low", name, name ".high" }

static void
print_shares (PnyxOutput *output, const Sum *sum)
{
  static const gchar *const names[N_SHARES]
      = { "energy.share.idle",     "energy.share.consensus", "energy.share.inference",
          "energy.share.training", "energy.share.network",   "energy.share.mining" };
  gdouble total = total_of (sum);

  for (guint i = 0; i < N_SHARES; i++)
    pnyx_output_scalar (output, "", names[i], "", total > 0 ? sum->share[i] / total : NAN);
}

static gdouble
mining_bound (const Energy *state)
{
  gdouble bound = 0;

  for (guint i = 0; i < state->observed->n_chains; i++)
    {
      PnyxChain *chain = state->observed->chains[i];
      PnyxChainEnergy energy = { 0 };

      if (chain->ops->energy == NULL)
        continue;
      chain->ops->energy (chain, &energy);
      bound += pnyx_energy_mining_bound (
          energy.reward_value,
          pnyx_time_to_seconds (chain->ops->interval (chain->section->component_params)),
          state->observed->energy->tariff);
    }
  return bound > 0 ? bound : NAN;
}

static void
energy_finish (gpointer self, PnyxOutput *output)
{
  const Energy *state = self;
  gdouble seconds = pnyx_time_to_seconds (state->observed->end - state->observed->begin);
  gsize cells = (gsize)state->n_regions * state->n_classes * HOURS;
  gdouble online = 0;
  gdouble totals[PNYX_N_LEVELS];
  gdouble carbon[PNYX_N_LEVELS];
  gdouble blocks, transactions;
  Sum mid = { .carbon = 0 };

  if (state->observed->energy == NULL)
    return;
  for (gsize i = 0; i < cells; i++)
    online += pnyx_time_to_seconds (state->online[i]);
  for (guint level = 0; level < PNYX_N_LEVELS; level++)
    {
      Sum sum;

      sum_up (state, (PnyxLevel)level, &sum);
      totals[level] = total_of (&sum);
      carbon[level] = sum.carbon;
      if (level == PNYX_MID)
        mid = sum;
    }
  count_canonical (state, &blocks, &transactions);
  print_range (output, NAMES ("energy.total"), "J", totals, 1);
  print_range (output, NAMES ("energy.power"), "W", totals, seconds);
  print_range (output, NAMES ("energy.per_tx"), "J", totals, transactions);
  print_range (output, NAMES ("energy.per_block"), "J", totals, blocks);
  /* Power x a year of 8,760 h / mean nodes online: total/seconds x 8,760 h / (online/seconds). */
  print_range (output, NAMES ("energy.per_node_year"), "J", totals, online / (8760.0 * 3600));
  print_range (output, NAMES ("energy.carbon"), "kg", carbon, 1);
  print_shares (output, &mid);
  pnyx_output_scalar (output, "", "energy.mining_bound", "W", mining_bound (state));
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
