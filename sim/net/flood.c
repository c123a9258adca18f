/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Flooding: a node that has validated an item sends it whole to its neighbours. With skip="first"
 * to all but the first sender: N(d-1)+1 copies on a d-regular graph. With skip="known" to none that
 * has sent it a copy while it was validating.
 */
#include "net/network_priv.h"

enum
{
  SKIP_KNOWN,
  SKIP_FIRST,
};

typedef struct
{
  gint skip;
} FloodParams;

typedef struct
{
  gint skip;
} Flood;

static const gchar *const skips[] = { "known", "first", NULL };

static const PnyxParam flood_params[] = {
  { .name = "skip",
    .type = PNYX_PARAM_ENUM,
    .choices = skips,
    .fallback = "known",
    .offset = offsetof (FloodParams, skip),
    .meaning
    = "Whom a node leaves out: all neighbours that have sent it a copy, or the first only." },
};

static void
flood_init (gpointer self, gconstpointer params, PnyxNetwork *network)
{
  Flood *flood = self;

  flood->skip = ((const FloodParams *)params)->skip;
  network->known = flood->skip == SKIP_KNOWN;
}

static gboolean
flood_skip (PnyxNetwork *network, PnyxNodeId from, guint32 position, PnyxItemId item)
{
  const PnyxItem *entry = &network->items[item];

  return (guint32)(entry->state[from] >> ITEM_FROM_SHIFT) == position + 1
         || network_knows (network, from, position, item);
}

static gboolean
flood_skip_first (PnyxNetwork *network, PnyxNodeId from, guint32 position, PnyxItemId item)
{
  return (guint32)(network->items[item].state[from] >> ITEM_FROM_SHIFT) == position + 1;
}

static void
flood_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  const Flood *flood = self;

  network_send_links (network, node, item, PNYX_WIRE_ITEM, network->items[item].params.size,
                      flood->skip == SKIP_FIRST ? flood_skip_first : flood_skip);
}

const PnyxDisseminationOps pnyx_dissemination_flood = {
  .component = { .name = "flood",
                 .summary = "Every node sends the whole item to its neighbours once it is valid.",
                 .source = "closed form for the copies: N(d-1)+1 on a d-regular graph",
                 .params = flood_params,
                 .n_params = G_N_ELEMENTS (flood_params),
                 .params_size = sizeof (FloodParams) },
  .state_size = sizeof (Flood),
  .init = flood_init,
  .publish = flood_validated,
  .validated = flood_validated,
};
