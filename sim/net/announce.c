/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bitcoin's classic relay: inv, getdata, block. A hop takes three one-way delays and the transfer;
 * the request and the answer are in request.c.
 */
#include "net/network_priv.h"
#include "net/request_priv.h"

enum
{
  SKIP_KNOWN,
  SKIP_NONE,
};

typedef struct
{
  gint skip;
} AnnounceParams;

typedef struct
{
  gint skip;
} Announce;

static const gchar *const skips[] = { "known", "none", NULL };

static const PnyxParam announce_params[] = {
  { .name = "skip",
    .type = PNYX_PARAM_ENUM,
    .choices = skips,
    .fallback = "known",
    .offset = offsetof (AnnounceParams, skip),
    .meaning = "To whom a node does not announce: neighbours that are known to have it, or nobody "
               "(SimBlock announces to all)." },
};

static void
announce_init (gpointer self, gconstpointer params, PnyxNetwork *network)
{
  ((Announce *)self)->skip = ((const AnnounceParams *)params)->skip;
  network->known = ((const AnnounceParams *)params)->skip == SKIP_KNOWN;
}

static gboolean
announce_skip (PnyxNetwork *network, PnyxNodeId from, guint32 position, PnyxItemId item)
{
  return network_knows (network, from, position, item);
}

static void
announce_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  network_send_links (network, node, item, PNYX_WIRE_INV, REQUEST_CONTROL_SIZE,
                      ((const Announce *)self)->skip == SKIP_KNOWN ? announce_skip : NULL);
}

const PnyxDisseminationOps pnyx_dissemination_announce = {
  .component
  = { .name = "announce",
      .summary = "Nodes announce what they have (inv), are asked for it (getdata) and send "
                 "it.",
      .source = "Bitcoin P2P protocol: inv, getdata, block; Decker & Wattenhofer, IEEE P2P "
                "2013, section III",
      .limits = "Header-first synchronisation is a range request of its own.",
      .params = announce_params,
      .n_params = G_N_ELEMENTS (announce_params),
      .params_size = sizeof (AnnounceParams) },
  .state_size = sizeof (Announce),
  .init = announce_init,
  .publish = announce_validated,
  .validated = announce_validated,
};
