/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a scenario lets happen to the network. Each event has a selector: everybody of a region, a
 * client, an operator or a class, and of these a share drawn at random. Times are from genesis.
 */
#include "net/faults.h"

#include <math.h>
#include <string.h>

#include "net/network_priv.h"
#include "net/selector.h"

typedef struct
{
  PnyxTime at, until;
  PnyxSelector who;
  guint64 operator_of;
  gdouble share;
  gint cut;
} FaultParams;

static const gchar *const cuts[] = { "drop", "delay", NULL };

enum
{
  CUT_DROP,
  CUT_DELAY,
};

#define AT                                                                                         \
  {                                                                                                \
    .name = "at", .type = PNYX_PARAM_TIME, .min = "0 s", .max = "100 a",                           \
    .offset = offsetof (FaultParams, at), .meaning = "When it begins, from genesis."               \
  }
#define UNTIL                                                                                      \
  {                                                                                                \
    .name = "until", .type = PNYX_PARAM_TIME, .fallback = "", .min = "0 s", .max = "100 a",        \
    .offset = offsetof (FaultParams, until), .meaning = "When it ends; never where it is absent."  \
  }
#define SELECTOR                                                                                   \
  { .name = "region",                                                                              \
    .type = PNYX_PARAM_NAME,                                                                       \
    .fallback = "",                                                                                \
    .offset = offsetof (FaultParams, who.region),                                                  \
    .meaning = "Only nodes of this region." },                                                     \
      { .name = "client",                                                                          \
        .type = PNYX_PARAM_NAME,                                                                   \
        .fallback = "",                                                                            \
        .offset = offsetof (FaultParams, who.client),                                              \
        .meaning = "Only nodes with this client." },                                               \
      { .name = "class",                                                                           \
        .type = PNYX_PARAM_NAME,                                                                   \
        .fallback = "",                                                                            \
        .offset = offsetof (FaultParams, who.class_of),                                            \
        .meaning = "Only nodes of this class." },                                                  \
      { .name = "operator",                                                                        \
        .type = PNYX_PARAM_COUNT,                                                                  \
        .fallback = "",                                                                            \
        .min = "0",                                                                                \
        .max = "10000000",                                                                         \
        .offset = offsetof (FaultParams, operator_of),                                             \
        .meaning = "Only nodes of this operator; operators count from 0, the largest first." },    \
  {                                                                                                \
    .name = "share", .type = PNYX_PARAM_REAL, .fallback = "1", .min = "0", .max = "1",             \
    .offset = offsetof (FaultParams, share), .meaning = "Share of these nodes, drawn at random."   \
  }

static const PnyxParam outage_params[] = { AT, UNTIL, SELECTOR };

static const PnyxParam partition_params[] = {
  AT,
  UNTIL,
  SELECTOR,
  { .name = "cut",
    .type = PNYX_PARAM_ENUM,
    .choices = cuts,
    .fallback = "drop",
    .offset = offsetof (FaultParams, cut),
    .meaning = "drop: connections are reset, what is in flight across is lost, and after the end "
               "nodes ask for what they lack; delay: what would cross waits until the end." },
};

static gboolean
times_check (const PnyxSection *section, GError **error)
{
  const FaultParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "until");

  if (params->until == PNYX_TIME_UNSET || params->until > params->at)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place, "until is not after at (expected later)");
  return FALSE;
}

static const PnyxElement outage_element = {
  .name = "outage",
  .meaning = "Nodes go offline: what they were sending and computing is lost; when they come back "
             "they catch up by asking.",
  .params = outage_params,
  .n_params = G_N_ELEMENTS (outage_params),
  .params_size = sizeof (FaultParams),
  .check = times_check,
};

static const PnyxElement partition_element = {
  .name = "partition",
  .meaning = "The chosen nodes are cut from the others; both sides go on.",
  .params = partition_params,
  .n_params = G_N_ELEMENTS (partition_params),
  .params_size = sizeof (FaultParams),
  .check = times_check,
};

static const PnyxElement eclipse_element = {
  .name = "eclipse",
  .meaning = "Each of the chosen nodes is cut from everybody.",
  .params = outage_params,
  .n_params = G_N_ELEMENTS (outage_params),
  .params_size = sizeof (FaultParams),
  .check = times_check,
};

typedef struct
{
  gdouble share;
  const PnyxDistribution *session;
  const PnyxDistribution *absence;
} ChurnParams;

static const PnyxParam churn_params[] = {
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1",
    .offset = offsetof (ChurnParams, share),
    .meaning = "Share of the nodes that come and go." },
  { .name = "session",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "exponential(12 h)",
    .offset = offsetof (ChurnParams, session),
    .meaning = "How long such a node stays online.",
    .source = "our choice" },
  { .name = "absence",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "exponential(1 h)",
    .offset = offsetof (ChurnParams, absence),
    .meaning = "How long it stays away.",
    .source = "our choice" },
};

static gboolean
churn_check (const PnyxSection *section, GError **error)
{
  const ChurnParams *params = section->params;

  if (pnyx_distribution_mean (params->session) > 0 && pnyx_distribution_mean (params->absence) > 0)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                     "session and absence need a positive mean (expected a time such as \"1 h\")");
  return FALSE;
}

static const PnyxElement churn_element = {
  .name = "churn",
  .meaning = "Nodes that come and go for the whole run.",
  .params = churn_params,
  .n_params = G_N_ELEMENTS (churn_params),
  .params_size = sizeof (ChurnParams),
  .check = churn_check,
};

static const PnyxChild events_children[] = {
  { &outage_element, 0, 1000 },
  { &partition_element, 0, 100 },
  { &eclipse_element, 0, 100 },
  { &churn_element, 0, 1 },
};

const PnyxElement pnyx_element_events = {
  .name = "events",
  .meaning = "What happens to the network, and when.",
  .children = events_children,
  .n_children = G_N_ELEMENTS (events_children),
};

typedef struct
{
  PnyxNetwork *network;
  const FaultParams *params;
  const guint8 *chosen; /* array length=n */
  gboolean outage, eclipse;
  guint cut;
} Fault;

typedef struct
{
  PnyxNetwork *network;
  const ChurnParams *params;
  guint32 *turns; /* array length=n: sessions and absences so far */
  PnyxRng session, absence;
  guint16 type;
} Churn;

typedef struct
{
  PnyxNetwork *network;
  Fault *faults;
} Faults;

enum
{
  FAULT_BEGIN,
  FAULT_END,
};

static void
begin_cut (Fault *fault)
{
  guint32 n = fault->network->nodes.n;
  g_autofree guint32 *groups = g_new (guint32, n);

  for (PnyxNodeId node = 0; node < n; node++)
    groups[node] = fault->chosen[node] ? (fault->eclipse ? node + 1 : 1) : 0;
  fault->cut = pnyx_network_cut (fault->network, groups,
                                 !fault->eclipse && fault->params->cut == CUT_DELAY);
}

static void
on_fault (gpointer self, const PnyxEvent *event)
{
  Fault *fault = &((Faults *)self)->faults[event->target];
  gboolean begins = event->payload == FAULT_BEGIN;

  if (fault->outage)
    {
      for (PnyxNodeId node = 0; node < fault->network->nodes.n; node++)
        if (fault->chosen[node])
          pnyx_network_set_online (fault->network, node, !begins);
    }
  else if (begins)
    begin_cut (fault);
  else
    pnyx_network_heal (fault->network, fault->cut);
}

static gboolean
check_names (const PnyxNetwork *network, const PnyxSection *section, GError **error)
{
  const FaultParams *params = section->params;

  if (!pnyx_selector_check (&params->who, &network->nodes, network->regions, section, error))
    return FALSE;
  if (params->operator_of != PNYX_COUNT_UNSET && params->operator_of >= network->nodes.n_operators)
    {
      PnyxPlace place = pnyx_section_place_of (section, "operator");

      pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                         "no operator %" G_GUINT64_FORMAT " in this network (expected 0 to %u)",
                         params->operator_of, network->nodes.n_operators - 1);
      return FALSE;
    }
  return TRUE;
}

static gboolean
matches (const PnyxNetwork *network, const FaultParams *params, PnyxNodeId node)
{
  const PnyxNodes *nodes = &network->nodes;

  return pnyx_selector_matches (&params->who, nodes, network->regions, node)
         && (params->operator_of == PNYX_COUNT_UNSET
             || nodes->operator_of[node] == params->operator_of);
}

/* Of the matching nodes the share with the smallest draws: the exact number, and nested shares. */
typedef struct
{
  guint64 draw;
  PnyxNodeId node;
} Candidate;

static gint
compare_candidates (gconstpointer a, gconstpointer b, gpointer data)
{
  const Candidate *left = a;
  const Candidate *right = b;

  (void)data;
  if (left->draw != right->draw)
    return left->draw < right->draw ? -1 : 1;
  return left->node < right->node ? -1 : left->node > right->node;
}

static guint8 *
choose (PnyxNetwork *network, const FaultParams *params, guint index)
{
  guint32 n = network->nodes.n;
  guint8 *chosen = pnyx_arena_array (pnyx_world_arena (network->world), guint8, n);
  g_autofree Candidate *candidates = g_new (Candidate, n);
  guint32 n_candidates = 0;
  PnyxRng rng;

  pnyx_world_rng (network->world, &rng, "net.faults", "chosen");
  for (PnyxNodeId node = 0; node < n; node++)
    if (matches (network, params, node))
      candidates[n_candidates++]
          = (Candidate){ .draw = pnyx_rng_u64 (&rng, node, index), .node = node };
  g_qsort_with_data (candidates, (gint)n_candidates, sizeof *candidates, compare_candidates, NULL);
  for (guint32 i = 0; i < (guint32)floor (n_candidates * params->share + 0.5); i++)
    chosen[candidates[i].node] = 1;
  return chosen;
}

static gboolean
add_fault (Faults *faults, guint *n, guint16 type, const PnyxSection *section, GError **error)
{
  const FaultParams *params = section->params;
  PnyxWorld *world = faults->network->world;
  Fault *fault = &faults->faults[*n];

  if (!check_names (faults->network, section, error))
    return FALSE;
  if (faults->network->bounded && section->element != &outage_element)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "%s would lose or delay messages beyond the bound of this kind of delay "
                         "(expected an outage, or a later gst)",
                         section->element->name);
      return FALSE;
    }
  *fault = (Fault){ .network = faults->network,
                    .params = params,
                    .chosen = choose (faults->network, params, *n),
                    .outage = section->element == &outage_element,
                    .eclipse = section->element == &eclipse_element };
  pnyx_world_schedule (world, params->at, PNYX_PHASE_ENVIRONMENT, type, *n, PNYX_NONE, FAULT_BEGIN,
                       0, FAULT_BEGIN);
  if (params->until != PNYX_TIME_UNSET)
    pnyx_world_schedule (world, params->until, PNYX_PHASE_ENVIRONMENT, type, *n, PNYX_NONE,
                         FAULT_END, 0, FAULT_END);
  (*n)++;
  return TRUE;
}

static void
schedule_turn (Churn *churn, PnyxNodeId node)
{
  gboolean online = churn->turns[node] % 2 == 0;
  gdouble seconds = pnyx_distribution_sample (
      online ? churn->params->session : churn->params->absence,
      online ? &churn->session : &churn->absence, node, churn->turns[node]);

  pnyx_world_schedule (
      churn->network->world,
      pnyx_world_now (churn->network->world) + MAX (pnyx_time_from_seconds (MAX (seconds, 0)), 1),
      PNYX_PHASE_ENVIRONMENT, churn->type, node, PNYX_NONE, 0, 0, churn->turns[node]);
}

static void
on_turn (gpointer self, const PnyxEvent *event)
{
  Churn *churn = self;

  churn->turns[event->target]++;
  pnyx_network_set_online (churn->network, event->target, churn->turns[event->target] % 2 == 0);
  schedule_turn (churn, event->target);
}

static void
start_churn (PnyxNetwork *network, const PnyxSection *section)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  Churn *churn = pnyx_arena_array (arena, Churn, 1);
  FaultParams everybody = { .operator_of = PNYX_COUNT_UNSET };
  const guint8 *chosen;

  churn->network = network;
  churn->params = section->params;
  churn->turns = pnyx_arena_array (arena, guint32, network->nodes.n);
  pnyx_world_rng (network->world, &churn->session, "net.churn", "session");
  pnyx_world_rng (network->world, &churn->absence, "net.churn", "absence");
  churn->type = pnyx_world_add_handler (network->world, "net.churn", on_turn, churn);
  everybody.share = churn->params->share;
  chosen = choose (network, &everybody, PNYX_NONE);
  for (PnyxNodeId node = 0; node < network->nodes.n; node++)
    if (chosen[node])
      schedule_turn (churn, node);
}

/* Who computes first arrivals does not keep what waits at a cut. */
static gboolean
check_path (const PnyxNetwork *network, const PnyxSection *section, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, "cut");

  if (!network->paths_only || section->element != &partition_element
      || ((const FaultParams *)section->params)->cut != CUT_DELAY)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "cut delay does not go with fidelity path (expected drop)");
  return FALSE;
}

gboolean
pnyx_faults_schedule (PnyxNetwork *network, const PnyxSection *events, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (network->world);
  Faults *faults;
  guint n = 0;
  guint16 type;

  if (events == NULL || events->children->len == 0)
    return TRUE;
  pnyx_network_expect_faults (network);
  faults = pnyx_arena_array (arena, Faults, 1);
  faults->network = network;
  faults->faults = pnyx_arena_array (arena, Fault, events->children->len);
  type = pnyx_world_add_handler (network->world, "net.fault", on_fault, faults);
  for (guint i = 0; i < events->children->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (events->children, i);

      if (section->element == &churn_element)
        start_churn (network, section);
      else if (!check_path (network, section, error)
               || !add_fault (faults, &n, type, section, error))
        return FALSE;
    }
  return TRUE;
}
