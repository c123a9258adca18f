/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter table of <network>. */
#include "net/delay.h"
#include "net/dissemination.h"
#include "net/network.h"
#include "net/regions.h"
#include "net/topology.h"

static const gchar *const sharings[] = { "fair", "fifo", NULL };
static const gchar *const orders[] = { "random", "listed", NULL };
static const gchar *const tcps[] = { "idle", "cold", "warm", NULL };

static const PnyxParam network_params[] = {
  { .name = "nodes",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1000",
    .min = "1",
    .max = "10000000",
    .offset = offsetof (PnyxNetworkParams, nodes),
    .meaning = "Number of nodes." },
  { .name = "sharing",
    .type = PNYX_PARAM_ENUM,
    .choices = sharings,
    .fallback = "fair",
    .offset = offsetof (PnyxNetworkParams, sharing),
    .meaning
    = "How copies that are sent at once share the upload: equally, or one after another." },
  { .name = "order",
    .type = PNYX_PARAM_ENUM,
    .choices = orders,
    .fallback = "random",
    .offset = offsetof (PnyxNetworkParams, order),
    .meaning = "In which order a node serves its neighbours: from a random one on, or by number." },
  { .name = "tcp",
    .type = PNYX_PARAM_ENUM,
    .choices = tcps,
    .fallback = "idle",
    .offset = offsetof (PnyxNetworkParams, tcp),
    .meaning = "Slow start: where a connection has been idle longer than its timeout, always, or "
               "never.",
    .source = "RFC 6928; RFC 5681, section 4.1" },
  { .name = "loss",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "0.5",
    .offset = offsetof (PnyxNetworkParams, loss),
    .meaning = "Probability that a segment is lost; TCP repairs it, the message is delayed." },
  { .name = "rto",
    .type = PNYX_PARAM_TIME,
    .fallback = "200 ms",
    .min = "1 ms",
    .max = "60 s",
    .offset = offsetof (PnyxNetworkParams, rto),
    .meaning = "Retransmission timeout, where it exceeds the round trip.",
    .source = "Linux: TCP_RTO_MIN" },
  { .name = "drop",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxNetworkParams, drop),
    .meaning
    = "Probability that a whole message is dropped (full queue, adversary) and never comes." },
  { .name = "request-timeout",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "1 ms",
    .max = "1 d",
    .offset = offsetof (PnyxNetworkParams, request_timeout),
    .meaning = "After which an unanswered request goes to another neighbour.",
    .source = "Bitcoin Core: BLOCK_DOWNLOAD_TIMEOUT_BASE, one block interval" },
  { .name = "framing",
    .type = PNYX_PARAM_SIZE,
    .fallback = "40 B",
    .min = "0 B",
    .max = "1 KiB",
    .offset = offsetof (PnyxNetworkParams, framing),
    .meaning = "Bytes that each segment of 1,460 B adds to what is counted as sent.",
    .source = "RFC 791 and RFC 9293: headers of 20 B each" },
  { .name = "operators",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "10000000",
    .offset = offsetof (PnyxNetworkParams, operators),
    .meaning = "Operators that run the nodes; one for each node where it is absent." },
  { .name = "operator-skew",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "5",
    .offset = offsetof (PnyxNetworkParams, operator_skew),
    .meaning = "Zipf exponent of the numbers of nodes by operator; 0: equal." },
  { .name = "clock-offset",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .fallback = "0 s",
    .offset = offsetof (PnyxNetworkParams, clock_offset),
    .meaning = "How far a node's clock is ahead; clipped at half a second. Moves deadlines, never "
               "delays." },
};

static const PnyxChild network_children[] = {
  { &pnyx_element_topology, 1, 1 }, { &pnyx_element_regions, 1, 1 },
  { &pnyx_element_delay, 1, 1 },    { &pnyx_element_dissemination, 1, 1 },
  { &pnyx_element_class, 0, 250 },  { &pnyx_element_client, 0, 250 },
};

static gboolean
network_refuse (const PnyxSection *section, const gchar *name, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, name);

  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "%s does not go with this kind of delay (expected it absent: the delay is all "
                     "that a message takes)",
                     name);
  return FALSE;
}

static gboolean
class_check (const PnyxSection *section, const PnyxDelayOps *delay, const PnyxTopologyOps *topology,
             GError **error)
{
  static const gchar *const lines[] = { "upload", "download", "last-mile", "cores" };

  for (gsize i = 0; i < pnyx_section_count (section, "class"); i++)
    {
      const PnyxSection *child = pnyx_section_child (section, "class", i);
      const PnyxNodeClass *params = child->params;

      for (gsize k = 0; delay->bound != NULL && k < G_N_ELEMENTS (lines); k++)
        if (!pnyx_section_is_default (child, lines[k]))
          return network_refuse (child, lines[k], error);
      if (params->nat && (topology == NULL || !topology->uses_nat))
        {
          PnyxPlace place = pnyx_section_place_of (child, "nat");

          pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                             "nat needs a topology that knows who opens a connection "
                             "(expected topology outbound)");
          return FALSE;
        }
    }
  return pnyx_nodes_check_shares (section, error);
}

static gboolean
network_check (const PnyxSection *section, GError **error)
{
  const PnyxSection *delay_section = pnyx_section_child (section, "delay", 0);
  const PnyxSection *dissemination = pnyx_section_child (section, "dissemination", 0);
  const PnyxSection *topology_section = pnyx_section_child (section, "topology", 0);
  const PnyxDelayOps *delay
      = delay_section ? (const PnyxDelayOps *)delay_section->component : &pnyx_delay_measured;

  if (!delay->tcp && !pnyx_section_is_default (section, "tcp"))
    return network_refuse (section, "tcp", error);
  if (!delay->tcp && !pnyx_section_is_default (section, "loss"))
    return network_refuse (section, "loss", error);
  if (delay->bound != NULL && !pnyx_section_is_default (section, "drop"))
    return network_refuse (section, "drop", error);
  if (delay->bound != NULL && dissemination != NULL
      && !pnyx_section_is_default (dissemination, "mesh-drop"))
    return network_refuse (dissemination, "mesh-drop", error);
  return class_check (
      section, delay,
      topology_section ? (const PnyxTopologyOps *)topology_section->component : NULL, error);
}

const PnyxElement pnyx_element_network = {
  .name = "network",
  .meaning = "Nodes, their connections, places, lines and how messages spread.",
  .params = network_params,
  .n_params = G_N_ELEMENTS (network_params),
  .params_size = sizeof (PnyxNetworkParams),
  .children = network_children,
  .n_children = G_N_ELEMENTS (network_children),
  .check = network_check,
};
