/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/nodes.h"

#include <math.h>
#include <string.h>

#include "net/network.h"

static const PnyxParam class_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .fallback = "node",
    .offset = offsetof (PnyxNodeClass, name),
    .meaning = "Name of the class." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1e9",
    .offset = offsetof (PnyxNodeClass, share),
    .meaning = "Weight of the class among the nodes; weights need not sum to 1." },
  { .name = "hardware",
    .type = PNYX_PARAM_NAME,
    .fallback = "cloud-server",
    .offset = offsetof (PnyxNodeClass, hardware),
    .meaning = "Hardware of the energy profile that decides its power." },
  { .name = "last-mile",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 ms",
    .min = "0 s",
    .max = "10 s",
    .offset = offsetof (PnyxNodeClass, last_mile),
    .meaning = "Time that its own access line adds to each message, each way." },
  { .name = "upload",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_RATE,
    .fallback = "",
    .min = "1 bit/s",
    .max = "1e6 Gbit/s",
    .offset = offsetof (PnyxNodeClass, upload),
    .meaning = "Upload bandwidth; the region's where it is absent, else unlimited." },
  { .name = "download",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_RATE,
    .fallback = "",
    .min = "1 bit/s",
    .max = "1e6 Gbit/s",
    .offset = offsetof (PnyxNodeClass, download),
    .meaning = "Download bandwidth; the region's where it is absent, else unlimited." },
  { .name = "cores",
    .type = PNYX_PARAM_COUNT,
    .fallback = "4",
    .min = "1",
    .max = "1024",
    .offset = offsetof (PnyxNodeClass, cores),
    .meaning = "Cores that process messages." },
  { .name = "nat",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (PnyxNodeClass, nat),
    .meaning = "Whether it accepts no inbound connections (topology outbound only)." },
};

const PnyxElement pnyx_element_class = {
  .name = "class",
  .meaning = "A class of nodes: line, bandwidth, cores and hardware, which go together.",
  .params = class_params,
  .n_params = G_N_ELEMENTS (class_params),
  .params_size = sizeof (PnyxNodeClass),
};

typedef struct
{
  const gchar *name;
  gdouble share;
} ClientParams;

static const PnyxParam client_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ClientParams, name),
    .meaning = "Name of the client software." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1e9",
    .offset = offsetof (ClientParams, share),
    .meaning = "Weight of the client among the nodes." },
};

const PnyxElement pnyx_element_client = {
  .name = "client",
  .meaning = "A client software and its share of the nodes.",
  .params = client_params,
  .n_params = G_N_ELEMENTS (client_params),
  .params_size = sizeof (ClientParams),
};

typedef struct
{
  gdouble remainder;
  guint index;
} Quota;

static gint
compare_quota (gconstpointer a, gconstpointer b, gpointer data)
{
  const Quota *left = a;
  const Quota *right = b;

  (void)data;
  if (left->remainder != right->remainder)
    return left->remainder > right->remainder ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

void
pnyx_nodes_assign (const gdouble *weights, guint k, guint32 n, const PnyxRng *rng,
                   guint32 *assigned)
{
  g_autofree Quota *quotas = g_new (Quota, k);
  g_autofree guint32 *counts = g_new (guint32, k);
  PnyxRngCursor cursor;
  gdouble total = 0;
  guint32 used = 0;
  guint32 at = 0;

  for (guint i = 0; i < k; i++)
    total += weights[i];
  PNYX_REQUIRE (total > 0);
  for (guint i = 0; i < k; i++)
    {
      gdouble exact = weights[i] / total * n;

      counts[i] = (guint32)floor (exact);
      quotas[i] = (Quota){ .remainder = exact - floor (exact), .index = i };
      used += counts[i];
    }
  g_qsort_with_data (quotas, (gint)k, sizeof *quotas, compare_quota, NULL);
  for (guint i = 0; used < n; i = (i + 1) % k)
    if (weights[quotas[i].index] > 0)
      {
        counts[quotas[i].index]++;
        used++;
      }
  for (guint i = 0; i < k; i++)
    for (guint32 j = 0; j < counts[i]; j++)
      assigned[at++] = i;
  pnyx_rng_cursor_init (&cursor, rng, 0, 0);
  for (guint32 i = n; i > 1; i--)
    {
      guint32 j = (guint32)pnyx_rng_cursor_below (&cursor, i);
      guint32 swap = assigned[i - 1];

      assigned[i - 1] = assigned[j];
      assigned[j] = swap;
    }
}

static void
assign_regions (PnyxNodes *nodes, PnyxWorld *world, const PnyxRegions *regions, guint32 *scratch)
{
  g_autofree gdouble *weights = NULL;
  PnyxRng rng;

  if (regions == NULL)
    return;
  weights = g_new (gdouble, regions->n);
  for (guint i = 0; i < regions->n; i++)
    weights[i] = regions->regions[i].share;
  pnyx_world_rng (world, &rng, "net.nodes", "region");
  pnyx_nodes_assign (weights, regions->n, nodes->n, &rng, scratch);
  for (guint32 i = 0; i < nodes->n; i++)
    nodes->region[i] = (guint16)scratch[i];
}

static void
assign_classes (PnyxNodes *nodes, PnyxWorld *world, const PnyxRegions *regions, guint32 *scratch)
{
  g_autofree gdouble *weights = g_new (gdouble, nodes->n_classes);
  PnyxRng rng;

  for (guint i = 0; i < nodes->n_classes; i++)
    weights[i] = nodes->classes[i].share;
  pnyx_world_rng (world, &rng, "net.nodes", "class");
  pnyx_nodes_assign (weights, nodes->n_classes, nodes->n, &rng, scratch);
  for (guint32 i = 0; i < nodes->n; i++)
    {
      const PnyxNodeClass *class_of = &nodes->classes[scratch[i]];
      gdouble up = class_of->upload;
      gdouble down = class_of->download;

      if (isnan (up))
        up = regions ? regions->regions[nodes->region[i]].upload : 0;
      if (isnan (down))
        down = regions ? regions->regions[nodes->region[i]].download : 0;
      nodes->class_of[i] = (guint8)scratch[i];
      nodes->cores[i] = (guint16)class_of->cores;
      nodes->upload[i] = isnan (up) || up <= 0 ? 0 : 8e9 / up;
      nodes->download[i] = isnan (down) || down <= 0 ? 0 : 8e9 / down;
    }
}

gboolean
pnyx_nodes_check_shares (const PnyxSection *section, GError **error)
{
  gsize n_classes = pnyx_section_count (section, "class");
  gsize n_clients = pnyx_section_count (section, "client");
  gdouble classes = 0, clients = 0;

  for (gsize i = 0; i < n_classes; i++)
    classes += ((const PnyxNodeClass *)pnyx_section_child (section, "class", i)->params)->share;
  for (gsize i = 0; i < n_clients; i++)
    clients += ((const ClientParams *)pnyx_section_child (section, "client", i)->params)->share;
  if ((n_classes == 0 || classes > 0) && (n_clients == 0 || clients > 0))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                     "all %s have share 0 (expected at least one above)",
                     n_classes > 0 && classes <= 0 ? "classes" : "clients");
  return FALSE;
}

gboolean *
pnyx_nodes_nat (const PnyxWorld *world, const PnyxSection *section, guint32 n)
{
  guint n_classes = (guint)pnyx_section_count (section, "class");
  g_autofree gdouble *weights = g_new (gdouble, MAX (n_classes, 1));
  g_autofree guint32 *assigned = g_new (guint32, n);
  gboolean *nat;
  gboolean any = FALSE;
  PnyxRng rng;

  for (guint i = 0; i < n_classes; i++)
    {
      const PnyxNodeClass *params = pnyx_section_child (section, "class", i)->params;

      weights[i] = params->share;
      any |= params->nat;
    }
  if (!any)
    return NULL;
  pnyx_world_rng (world, &rng, "net.nodes", "class");
  pnyx_nodes_assign (weights, n_classes, n, &rng, assigned);
  nat = g_new (gboolean, n);
  for (guint32 i = 0; i < n; i++)
    nat[i]
        = ((const PnyxNodeClass *)pnyx_section_child (section, "class", assigned[i])->params)->nat;
  return nat;
}

static void
assign_clients (PnyxNodes *nodes, PnyxWorld *world, const gdouble *weights, guint32 *scratch)
{
  PnyxRng rng;

  pnyx_world_rng (world, &rng, "net.nodes", "client");
  pnyx_nodes_assign (weights, nodes->n_clients, nodes->n, &rng, scratch);
  for (guint32 i = 0; i < nodes->n; i++)
    nodes->client[i] = (guint8)scratch[i];
}

static void
assign_operators (PnyxNodes *nodes, PnyxWorld *world, guint64 operators, gdouble skew,
                  guint32 *scratch)
{
  g_autofree gdouble *weights = NULL;
  PnyxRng rng;

  nodes->n_operators
      = operators == PNYX_COUNT_UNSET ? nodes->n : (guint32)MIN (operators, nodes->n);
  if (nodes->n_operators == nodes->n)
    {
      for (guint32 i = 0; i < nodes->n; i++)
        nodes->operator_of[i] = i;
      return;
    }
  weights = g_new (gdouble, nodes->n_operators);
  for (guint32 i = 0; i < nodes->n_operators; i++)
    weights[i] = pow (i + 1, -skew);
  pnyx_world_rng (world, &rng, "net.nodes", "operator");
  pnyx_nodes_assign (weights, nodes->n_operators, nodes->n, &rng, scratch);
  memcpy (nodes->operator_of, scratch, sizeof *scratch * nodes->n);
}

static void
draw_clock_offsets (PnyxNodes *nodes, PnyxWorld *world, const PnyxDistribution *offset)
{
  PnyxRng rng;

  if (pnyx_distribution_is_constant (offset) && pnyx_distribution_mean (offset) == 0)
    return;
  nodes->clock_offset = pnyx_arena_array (pnyx_world_arena (world), PnyxTime, nodes->n);
  pnyx_world_rng (world, &rng, "net.nodes", "clock offset");
  for (guint32 i = 0; i < nodes->n; i++)
    {
      gdouble seconds = pnyx_distribution_sample (offset, &rng, i, 0);

      nodes->clock_offset[i] = (PnyxTime)(CLAMP (seconds, -0.5, 0.5) * 1e9);
    }
}

void
pnyx_nodes_init (PnyxNodes *nodes, PnyxWorld *world, const PnyxSection *section, guint32 n,
                 const PnyxRegions *regions)
{
  const PnyxNetworkParams *params = section->params;
  PnyxArena *arena = pnyx_world_arena (world);
  g_autofree guint32 *scratch = g_new (guint32, n);
  g_autofree gdouble *weights = NULL;
  guint n_classes = (guint)pnyx_section_count (section, "class");
  guint n_clients = (guint)pnyx_section_count (section, "client");
  PnyxNodeClass *classes;
  const gchar **clients;

  nodes->n = n;
  nodes->region = pnyx_arena_array (arena, guint16, n);
  nodes->class_of = pnyx_arena_array (arena, guint8, n);
  nodes->client = pnyx_arena_array (arena, guint8, n);
  nodes->operator_of = pnyx_arena_array (arena, guint32, n);
  nodes->upload = pnyx_arena_array (arena, gdouble, n);
  nodes->download = pnyx_arena_array (arena, gdouble, n);
  nodes->cores = pnyx_arena_array (arena, guint16, n);
  classes = pnyx_arena_array (arena, PnyxNodeClass, MAX (n_classes, 1));
  classes[0] = (PnyxNodeClass){ .name = "node",
                                .hardware = "cloud-server",
                                .share = 1,
                                .upload = NAN,
                                .download = NAN,
                                .cores = 4 };
  for (guint i = 0; i < n_classes; i++)
    memcpy (&classes[i], pnyx_section_child (section, "class", i)->params, sizeof classes[i]);
  nodes->n_classes = MAX (n_classes, 1);
  nodes->classes = classes;
  clients = pnyx_arena_array (arena, const gchar *, MAX (n_clients, 1));
  weights = g_new (gdouble, MAX (n_clients, 1));
  clients[0] = "client";
  weights[0] = 1;
  for (guint i = 0; i < n_clients; i++)
    {
      const ClientParams *client = pnyx_section_child (section, "client", i)->params;

      clients[i] = client->name;
      weights[i] = client->share;
    }
  nodes->n_clients = MAX (n_clients, 1);
  nodes->clients = clients;
  assign_regions (nodes, world, regions, scratch);
  assign_classes (nodes, world, regions, scratch);
  assign_clients (nodes, world, weights, scratch);
  assign_operators (nodes, world, params->operators, params->operator_skew, scratch);
  draw_clock_offsets (nodes, world, params->clock_offset);
}
