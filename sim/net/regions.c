/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Region profiles: who measured what between which places. Published matrices are round-trip times
 * and most simulators forget to halve them, so a profile must say which of the two it holds.
 */
#include "net/regions.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const gchar *name;
  const gchar *jurisdiction;
  gdouble share;
  gdouble utc;
  gdouble upload;
  gdouble download;
} RegionParams;

static const PnyxParam region_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (RegionParams, name),
    .meaning = "Name of the region." },
  { .name = "jurisdiction",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (RegionParams, jurisdiction),
    .meaning
    = "Jurisdiction that its nodes fall under; the region's own name where it is absent." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1e9",
    .offset = offsetof (RegionParams, share),
    .meaning = "Weight of the region among the nodes; weights need not sum to 1." },
  { .name = "utc",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "-12",
    .max = "14",
    .offset = offsetof (RegionParams, utc),
    .meaning = "Hours that the region's clocks are ahead of UTC; its load follows its day." },
  { .name = "upload",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_RATE,
    .fallback = "",
    .min = "1 bit/s",
    .max = "1e6 Gbit/s",
    .offset = offsetof (RegionParams, upload),
    .meaning = "Upload bandwidth of nodes whose class does not say." },
  { .name = "download",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_RATE,
    .fallback = "",
    .min = "1 bit/s",
    .max = "1e6 Gbit/s",
    .offset = offsetof (RegionParams, download),
    .meaning = "Download bandwidth of nodes whose class does not say." },
};

static const PnyxElement region_element = {
  .name = "region",
  .meaning = "One region of the profile.",
  .params = region_params,
  .n_params = G_N_ELEMENTS (region_params),
  .params_size = sizeof (RegionParams),
};

typedef struct
{
  const gchar *from;
  PnyxReals values;
} DelaysParams;

static const PnyxParam delays_params[] = {
  { .name = "from",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (DelaysParams, from),
    .meaning = "Region that sends." },
  { .name = "values",
    .type = PNYX_PARAM_REALS,
    .unit = PNYX_UNIT_TIME,
    .min = "1 us",
    .max = "4 s",
    .offset = offsetof (DelaysParams, values),
    .meaning = "Delay to each region, in the order in which the regions stand in the profile." },
};

static const PnyxElement delays_element = {
  .name = "delays",
  .meaning = "A row of the matrix of delays.",
  .params = delays_params,
  .n_params = G_N_ELEMENTS (delays_params),
  .params_size = sizeof (DelaysParams),
};

static const gchar *const measures[] = { "rtt", "one-way", NULL };

typedef struct
{
  gint measure;
  const gchar *name;
  const gchar *source;
} ProfileParams;

static const PnyxParam profile_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ProfileParams, name),
    .meaning = "Name of the profile." },
  { .name = "measure",
    .type = PNYX_PARAM_ENUM,
    .choices = measures,
    .offset = offsetof (ProfileParams, measure),
    .meaning = "Whether the delays are round-trip times (halved when used) or one-way." },
  { .name = "source",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (ProfileParams, source),
    .meaning = "Who measured this, when, and where it is published." },
};

static const PnyxChild profile_children[] = {
  { &region_element, 1, 0 },
  { &delays_element, 1, 0 },
};

const PnyxElement pnyx_element_region_profile = {
  .name = "region-profile",
  .meaning = "Measured delays between regions, with shares of nodes and bandwidths.",
  .params = profile_params,
  .n_params = G_N_ELEMENTS (profile_params),
  .params_size = sizeof (ProfileParams),
  .children = profile_children,
  .n_children = G_N_ELEMENTS (profile_children),
};

typedef struct
{
  const gchar *name;
  gdouble share;
} ShareParams;

static const PnyxParam share_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ShareParams, name),
    .meaning = "Region of the profile." },
  { .name = "share",
    .type = PNYX_PARAM_REAL,
    .min = "0",
    .max = "1e9",
    .offset = offsetof (ShareParams, share),
    .meaning = "Weight of the region among the nodes, in place of the profile's." },
};

static const PnyxElement share_element = {
  .name = "region",
  .meaning = "Replaces the share of one region.",
  .params = share_params,
  .n_params = G_N_ELEMENTS (share_params),
  .params_size = sizeof (ShareParams),
};

typedef struct
{
  const gchar *profile;
} RegionsParams;

static const PnyxParam regions_params[] = {
  { .name = "profile",
    .type = PNYX_PARAM_PROFILE,
    .refers_to = "regions",
    .fallback = "aws-2025",
    .offset = offsetof (RegionsParams, profile),
    .meaning = "Region profile: a name of profiles/regions/ or a file." },
};

static const PnyxChild regions_children[] = { { &share_element, 0, 0 } };

const PnyxElement pnyx_element_regions = {
  .name = "regions",
  .meaning = "Where nodes are and how far the places lie apart.",
  .params = regions_params,
  .n_params = G_N_ELEMENTS (regions_params),
  .params_size = sizeof (RegionsParams),
  .children = regions_children,
  .n_children = G_N_ELEMENTS (regions_children),
};

static gint
region_find (const PnyxRegions *regions, const gchar *name)
{
  for (guint i = 0; i < regions->n; i++)
    if (g_str_equal (regions->regions[i].name, name))
      return (gint)i;
  return -1;
}

static gboolean
regions_unknown (const PnyxRegions *regions, const gchar *name, const PnyxPlace *place,
                 GError **error)
{
  g_autofree const gchar **names = g_new0 (const gchar *, regions->n + 1);
  const gchar *near;

  for (guint i = 0; i < regions->n; i++)
    names[i] = regions->regions[i].name;
  near = pnyx_suggest (name, names);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, place, "no region \"%s\" in the profile%s%s%s",
                     name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
  return FALSE;
}

static gboolean
read_regions (PnyxRegions *regions, const PnyxSection *profile, GError **error)
{
  for (guint i = 0; i < regions->n; i++)
    {
      const PnyxSection *section = pnyx_section_child (profile, "region", i);
      const RegionParams *params = section->params;

      if (i > 0 && region_find (&(PnyxRegions){ i, regions->regions, NULL }, params->name) >= 0)
        {
          pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                             "region \"%s\" stands twice", params->name);
          return FALSE;
        }
      regions->regions[i] = (PnyxRegion){
        .name = params->name,
        .jurisdiction = params->jurisdiction ? params->jurisdiction : params->name,
        .share = params->share,
        .utc = params->utc,
        .upload = params->upload,
        .download = params->download,
      };
    }
  return TRUE;
}

static gboolean
read_delays (PnyxRegions *regions, const PnyxSection *profile, GError **error)
{
  const ProfileParams *params = profile->params;
  gdouble divide = params->measure == 0 ? 2 : 1;

  for (gsize row = 0; row < pnyx_section_count (profile, "delays"); row++)
    {
      const PnyxSection *section = pnyx_section_child (profile, "delays", row);
      const DelaysParams *delays = section->params;
      gint from = region_find (regions, delays->from);

      if (from < 0)
        return regions_unknown (regions, delays->from, &section->place, error);
      if (delays->values.n != regions->n || regions->half_rtt[(guint)from * regions->n] != 0)
        {
          pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                             "delays from \"%s\": %" G_GSIZE_FORMAT
                             " values (expected one row of %u for each region)",
                             delays->from, delays->values.n, regions->n);
          return FALSE;
        }
      for (guint to = 0; to < regions->n; to++)
        regions->half_rtt[(guint)from * regions->n + to]
            = pnyx_time_from_seconds (delays->values.values[to] / divide);
    }
  for (guint from = 0; from < regions->n; from++)
    if (regions->half_rtt[from * regions->n] == 0)
      {
        pnyx_set_error_at (error, PNYX_ERROR_MISSING, &profile->place,
                           "no <delays> from region \"%s\"", regions->regions[from].name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
replace_shares (PnyxRegions *regions, const PnyxSection *section, GError **error)
{
  for (gsize i = 0; section != NULL && i < pnyx_section_count (section, "region"); i++)
    {
      const PnyxSection *child = pnyx_section_child (section, "region", i);
      const ShareParams *params = child->params;
      gint region = region_find (regions, params->name);

      if (region < 0)
        return regions_unknown (regions, params->name, &child->place, error);
      regions->regions[region].share = params->share;
    }
  return TRUE;
}

PnyxRegions *
pnyx_regions_new (const PnyxSection *profile, const PnyxSection *section, GError **error)
{
  PnyxRegions *regions = g_new0 (PnyxRegions, 1);
  gdouble total = 0;

  regions->n = (guint)pnyx_section_count (profile, "region");
  regions->regions = g_new0 (PnyxRegion, regions->n);
  regions->half_rtt = g_new0 (PnyxTime, (gsize)regions->n * regions->n);
  if (!read_regions (regions, profile, error) || !read_delays (regions, profile, error)
      || !replace_shares (regions, section, error))
    {
      pnyx_regions_free (regions);
      return NULL;
    }
  for (guint i = 0; i < regions->n; i++)
    total += regions->regions[i].share;
  if (total > 0)
    return regions;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, section ? &section->place : &profile->place,
                     "all regions have share 0 (expected at least one above)");
  pnyx_regions_free (regions);
  return NULL;
}

void
pnyx_regions_free (PnyxRegions *regions)
{
  if (regions == NULL)
    return;
  g_free (regions->regions);
  g_free (regions->half_rtt);
  g_free (regions);
}
