/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compact blocks (BIP 152). Over a high-bandwidth link the short form is pushed before validation:
 * one one-way delay; over a low-bandwidth one it is announced, asked for and sent: three. Where the
 * receiver lacks transactions it asks for them: two more and their transfer. Whether it lacks some
 * has a cause that many nodes share (the block holds what few mempools hold): with probability
 * `shared` the draw is the block's, otherwise the node's own; the mean is `failure` either way.
 */
#include "net/network_priv.h"
#include "net/request_priv.h"

typedef struct
{
  gdouble high_bandwidth;
  gdouble failure;
  gdouble shared;
  gint skip;
} CompactParams;

typedef struct
{
  const CompactParams *params; /* borrowed from the scenario */
  PnyxRng mode, failure;
} Compact;

enum
{
  SKIP_KNOWN,
  SKIP_NONE,
};

static const gchar *const skips[] = { "known", "none", NULL };

static const PnyxParam compact_params[] = {
  { .name = "high-bandwidth",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.75",
    .min = "0",
    .max = "1",
    .offset = offsetof (CompactParams, high_bandwidth),
    .meaning = "Share of directed links over which the short form is pushed unasked.",
    .source = "share of compact blocks that arrive in high-bandwidth mode, second-hand" },
  { .name = "failure",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.13",
    .min = "0",
    .max = "1",
    .offset = offsetof (CompactParams, failure),
    .meaning = "Probability that a receiver lacks transactions of a block.",
    .source = "SimBlock: CBR failure rate of a control node" },
  { .name = "shared",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (CompactParams, shared),
    .meaning = "Share of failures whose cause is the block and not the node." },
  { .name = "skip",
    .type = PNYX_PARAM_ENUM,
    .choices = skips,
    .fallback = "known",
    .offset = offsetof (CompactParams, skip),
    .meaning = "To whom a node does not announce: neighbours that are known to have it, or nobody "
               "(SimBlock announces to all)." },
};

static void
compact_init (gpointer self, gconstpointer params, PnyxNetwork *network)
{
  Compact *compact = self;

  compact->params = params;
  network->known = compact->params->skip == SKIP_KNOWN;
  pnyx_world_rng (network->world, &compact->mode, "net.compact", "mode");
  pnyx_world_rng (network->world, &compact->failure, "net.compact", "failure");
}

static gboolean
is_high_bandwidth (const Compact *compact, PnyxNodeId from, PnyxNodeId to)
{
  gdouble share = compact->params->high_bandwidth;

  return share >= 1 || (share > 0 && pnyx_rng_uniform (&compact->mode, from, to) < share);
}

static gboolean
fails (const Compact *compact, const PnyxItem *entry, PnyxNodeId node)
{
  guint64 id = entry->params.id;
  gboolean common = compact->params->shared > 0
                    && pnyx_rng_uniform (&compact->failure, node, pnyx_hash_mix (id, 1))
                           < compact->params->shared;
  gdouble uniform = common ? pnyx_rng_uniform (&compact->failure, PNYX_NONE, id)
                           : pnyx_rng_uniform (&compact->failure, node, id);

  return uniform < compact->params->failure;
}

/* Whether link @position is of the other mode, or known to have the item. */
static gboolean
skip_link (PnyxNetwork *network, PnyxNodeId node, guint32 position, PnyxItemId item, gboolean high)
{
  const Compact *compact = network->dissemination_state;
  PnyxNodeId to = network_hop_node (network, node, position);

  if (compact->params->skip == SKIP_KNOWN && network_knows (network, node, position, item))
    return TRUE;
  return network->items[item].params.compact > 0 && is_high_bandwidth (compact, node, to) != high;
}

static gboolean
skip_low (PnyxNetwork *network, PnyxNodeId node, guint32 position, PnyxItemId item)
{
  return skip_link (network, node, position, item, TRUE);
}

static gboolean
skip_high (PnyxNetwork *network, PnyxNodeId node, guint32 position, PnyxItemId item)
{
  return skip_link (network, node, position, item, FALSE);
}

/* Whether announcements go to all neighbours. */
static gboolean
everybody (const Compact *compact)
{
  return compact->params->skip == SKIP_NONE && compact->params->high_bandwidth <= 0;
}

/* Sends to the links of one mode that are not known to have it: the short form or an inv. */
static void
spread (const Compact *compact, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item,
        gboolean high)
{
  guint64 size = network->items[item].params.compact;

  if (!high)
    network_send_links (network, node, item, PNYX_WIRE_INV, REQUEST_CONTROL_SIZE,
                        everybody (compact) ? NULL : skip_high);
  else if (size > 0 && compact->params->high_bandwidth > 0)
    network_send_links (network, node, item, PNYX_WIRE_COMPACT, size, skip_low);
}

static void
compact_publish (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  spread (self, network, node, item, TRUE);
  spread (self, network, node, item, FALSE);
}

static void
complete (const Compact *compact, PnyxNetwork *network, PnyxNodeId node, guint32 hop,
          PnyxItemId item)
{
  if (!network_take (network, node, item, hop))
    return;
  spread (compact, network, node, item, TRUE); /* before validation: BIP 152 */
  network_receive (network, node, item, hop);
}

static void
compact_receive (gpointer self, PnyxNetwork *network, PnyxNodeId node, guint32 hop, PnyxItemId item,
                 PnyxWire wire)
{
  const Compact *compact = self;
  const PnyxItem *entry = &network->items[item];

  network_know (network, node, hop, item);
  switch (wire)
    {
    case PNYX_WIRE_COMPACT:
      if (pnyx_network_has (network, node, item) || !fails (compact, entry, node))
        complete (compact, network, node, hop, item);
      else if ((entry->state[node] & ITEM_MARK) == 0)
        {
          network->items[item].state[node] |= ITEM_MARK;
          network_send_hop (network, node, hop, item, PNYX_WIRE_GET_MISSING, REQUEST_CONTROL_SIZE);
        }
      break;
    case PNYX_WIRE_GET_MISSING:
      network_send_hop (network, node, hop, item, PNYX_WIRE_MISSING, entry->params.missing);
      break;
    case PNYX_WIRE_MISSING:
      complete (compact, network, node, hop, item);
      break;
    default:
      break;
    }
}

static void
compact_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  spread (self, network, node, item, FALSE);
}

const PnyxDisseminationOps pnyx_dissemination_compact = {
  .component = { .name = "compact",
                 .summary = "Short forms of blocks, completed from the receiver's mempool.",
                 .source = "BIP 152",
                 .limits = "Which transactions are missing is a draw, not the mempools' contents.",
                 .params = compact_params,
                 .n_params = G_N_ELEMENTS (compact_params),
                 .params_size = sizeof (CompactParams) },
  .compact = TRUE,
  .state_size = sizeof (Compact),
  .init = compact_init,
  .publish = compact_publish,
  .receive = compact_receive,
  .validated = compact_validated,
};
