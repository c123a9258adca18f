/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_REGIONS_H
#define PNYX_NET_REGIONS_H

#include "engine/params.h"

/** PnyxRegion: a region of a profile. */
typedef struct
{
  const gchar *name; /* borrowed from the profile */
  const gchar *jurisdiction;
  gdouble share;  /* of the nodes, before normalisation */
  gdouble utc;    /* hours that its clocks are ahead of UTC */
  gdouble upload; /* bit/s; NaN: the profile does not say */
  gdouble download;
} PnyxRegion;

/** PnyxRegions: a region profile: measured round trips, normalised; read-only once made. */
typedef struct
{
  guint n;
  PnyxRegion *regions; /* owned: array length=n */
  PnyxTime *half_rtt;  /* owned: array length=n*n, row = from: one-way delay without jitter, ns */
} PnyxRegions;

/** The root element of a profile in profiles/regions/. */
extern const PnyxElement pnyx_element_region_profile;
/** `<regions profile="...">` inside `<network>`. */
extern const PnyxElement pnyx_element_regions;

/**
 * pnyx_regions_new:
 * @profile: root section of a region profile; must outlive the result
 * @regions: (nullable): the scenario's `<regions>`, whose `<region>` children replace shares
 *
 * Marked `rtt`, the matrix is halved; marked `one-way`, it is taken as it is.
 */
PnyxRegions *pnyx_regions_new (const PnyxSection *profile, const PnyxSection *regions,
                               GError **error);
void pnyx_regions_free (PnyxRegions *regions);

static inline PnyxTime
pnyx_regions_half_rtt (const PnyxRegions *regions, guint from, guint to)
{
  return regions->half_rtt[from * regions->n + to];
}

#endif
