/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bitcoin's classic relay: inv, getdata, block. A hop takes three one-way delays and the transfer;
 * the request and the answer are in request.c.
 */
#include "net/network_priv.h"
#include "net/request.h"

static gboolean
announce_skip (PnyxNetwork *network, PnyxNodeId from, guint32 position, PnyxItemId item)
{
  return network_knows (network, from, position, item);
}

static void
announce_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  (void)self;
  network_send_links (network, node, item, PNYX_WIRE_INV, REQUEST_CONTROL_SIZE, announce_skip);
}

const PnyxDisseminationOps pnyx_dissemination_announce = {
  .component = { .name = "announce",
                 .summary = "Nodes announce what they have (inv), are asked for it (getdata) and send "
                            "it.",
                 .source = "Bitcoin P2P protocol: inv, getdata, block; Decker & Wattenhofer, IEEE P2P "
                           "2013, section III",
                 .limits = "Header-first synchronisation is a range request of its own." },
  .known = TRUE,
  .publish = announce_validated,
  .validated = announce_validated,
};
