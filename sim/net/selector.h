/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_SELECTOR_H
#define PNYX_NET_SELECTOR_H

#include "net/nodes.h"

/** PnyxSelector: which nodes an element of a scenario is about, by names; NULL: all. Part of the
 * struct of its parameters, whose attributes are called `region`, `client` and `class`. */
typedef struct
{
  const gchar *region, *client, *class_of;
} PnyxSelector;

/**
 * pnyx_selector_check: there are such a region, client and class.
 * @nodes: of the network
 * @regions: (nullable): of the network
 * @section: has the attributes
 *
 * Errors: PNYX_ERROR_UNKNOWN at the attribute, with the names that there are.
 */
gboolean pnyx_selector_check (const PnyxSelector *selector, const PnyxNodes *nodes,
                              const PnyxRegions *regions, const PnyxSection *section,
                              GError **error);

/** pnyx_selector_matches: Returns: whether it is about @node; after pnyx_selector_check. */
gboolean pnyx_selector_matches (const PnyxSelector *selector, const PnyxNodes *nodes,
                                const PnyxRegions *regions, PnyxNodeId node);

/**
 * pnyx_selector_region:
 * @region: (out): index of the region @name; unchanged where @name is NULL
 * @regions: (nullable): of the network
 * @attribute: of @section, where the name stands
 *
 * Errors: PNYX_ERROR_UNKNOWN as pnyx_selector_check.
 */
gboolean pnyx_selector_region (const gchar *name, const PnyxRegions *regions,
                               const PnyxSection *section, const gchar *attribute, guint *region,
                               GError **error);

/** pnyx_selector_client: likewise, of the clients of @nodes. */
gboolean pnyx_selector_client (const gchar *name, const PnyxNodes *nodes,
                               const PnyxSection *section, const gchar *attribute, guint *client,
                               GError **error);

#endif
