/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Direct send: the maker sends to every node itself and nobody forwards, as most theorems have it.
 */
#include "net/network_priv.h"

static void
direct_publish (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  (void)self;
  for (PnyxNodeId to = 0; to < network->nodes.n; to++)
    if (to != node)
      network_send_node (network, node, to, item, PNYX_WIRE_ITEM, network->items[item].params.size);
}

static void
direct_validated (gpointer self, PnyxNetwork *network, PnyxNodeId node, PnyxItemId item)
{
  (void)self;
  (void)network;
  (void)node;
  (void)item;
}

const PnyxDisseminationOps pnyx_dissemination_direct = {
  .component = { .name = "direct",
                 .summary = "The maker of an item sends it to every node; nobody forwards.",
                 .source = "the clique of closed forms and of BFT papers" },
  .publish = direct_publish,
  .validated = direct_validated,
};
