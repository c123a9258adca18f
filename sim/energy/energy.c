/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy profiles. Every figure stands in a data file with its source and, as measured figures
 * differ, with a low and a high beside it.
 */
#include "energy/energy.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const gchar *profile;
  gdouble tariff;
  gint attribution; /* PnyxAttribution */
} EnergyParams;

static const gchar *const attributions[] = { "equal", "cpu", "marginal", "full", NULL };

static const PnyxParam energy_params[] = {
  { .name = "profile",
    .type = PNYX_PARAM_PROFILE,
    .refers_to = "energy",
    .fallback = "reference",
    .offset = offsetof (EnergyParams, profile),
    .meaning = "Energy profile: a name of profiles/energy/ or a file." },
  { .name = "tariff",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_ENERGY_PRICE,
    .fallback = "0.05 $/kWh",
    .min = "0.0001 $/kWh",
    .max = "10 $/kWh",
    .offset = offsetof (EnergyParams, tariff),
    .meaning = "What miners pay for electricity; bounds what they can spend on it.",
    .source = "Cambridge Centre for Alternative Finance, CBECI: 0.05 $/kWh" },
  { .name = "attribution",
    .type = PNYX_PARAM_ENUM,
    .choices = attributions,
    .fallback = "equal",
    .offset = offsetof (EnergyParams, attribution),
    .meaning
    = "What a node draws when idle is every chain's alike, each chain's by its part of the "
      "node's busy time (cpu), nobody's (marginal), or the only chain's (full). Work and "
      "traffic are the chain's that caused them; the rest is energy.unattributed." },
};

const PnyxElement pnyx_element_energy = {
  .name = "energy",
  .meaning = "Which powers and emissions are assumed.",
  .params = energy_params,
  .n_params = G_N_ELEMENTS (energy_params),
  .params_size = sizeof (EnergyParams),
};

typedef struct
{
  const gchar *name;
  gdouble idle_low, idle, idle_high;
  gdouble core_low, core, core_high;
  gdouble pue_low, pue, pue_high;
  const gchar *source;
} HardwareParams;

#define POWER(field, text, sentence)                                                               \
  {                                                                                                \
    .name = text, .type = PNYX_PARAM_REAL, .unit = PNYX_UNIT_POWER, .min = "0 W", .max = "1 MW",   \
    .offset = offsetof (HardwareParams, field), .meaning = sentence                                \
  }
#define FACTOR(field, text, sentence)                                                              \
  {                                                                                                \
    .name = text, .type = PNYX_PARAM_REAL, .fallback = "1", .min = "1", .max = "10",               \
    .offset = offsetof (HardwareParams, field), .meaning = sentence                                \
  }

static const PnyxParam hardware_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (HardwareParams, name),
    .meaning = "Name of the hardware, to be used by node classes." },
  POWER (idle_low, "idle-low", "Idle power at least."),
  POWER (idle, "idle", "Power when switched on and doing nothing."),
  POWER (idle_high, "idle-high", "Idle power at most."),
  POWER (core_low, "core-low", "Power of a busy core at least."),
  POWER (core, "core", "Power that each busy core adds."),
  POWER (core_high, "core-high", "Power of a busy core at most."),
  FACTOR (pue_low, "pue-low", "Power usage effectiveness at least."),
  FACTOR (pue, "pue", "Power usage effectiveness: all power over the machines' power."),
  FACTOR (pue_high, "pue-high", "Power usage effectiveness at most."),
  { .name = "source",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (HardwareParams, source),
    .meaning = "Who measured this and where it is published." },
};

static const PnyxElement hardware_element = {
  .name = "hardware",
  .meaning = "Power of one kind of machine.",
  .params = hardware_params,
  .n_params = G_N_ELEMENTS (hardware_params),
  .params_size = sizeof (HardwareParams),
};

typedef struct
{
  gdouble low, mid, high;
  const gchar *source;
} TrafficParams;

static const PnyxParam traffic_params[] = {
  { .name = "low",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_TRAFFIC_ENERGY,
    .min = "0 kWh/GB",
    .max = "10 kWh/GB",
    .offset = offsetof (TrafficParams, low),
    .meaning = "At least." },
  { .name = "mid",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_TRAFFIC_ENERGY,
    .min = "0 kWh/GB",
    .max = "10 kWh/GB",
    .offset = offsetof (TrafficParams, mid),
    .meaning = "Most plausible." },
  { .name = "high",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_TRAFFIC_ENERGY,
    .min = "0 kWh/GB",
    .max = "10 kWh/GB",
    .offset = offsetof (TrafficParams, high),
    .meaning = "At most." },
  { .name = "source",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (TrafficParams, source),
    .meaning = "Who says so and where it is published." },
};

static const PnyxElement traffic_element = {
  .name = "traffic",
  .meaning = "Energy of the network for each byte sent, each counted once.",
  .params = traffic_params,
  .n_params = G_N_ELEMENTS (traffic_params),
  .params_size = sizeof (TrafficParams),
};

typedef struct
{
  gdouble low, mid, high;
  gdouble pue_low, pue, pue_high;
  const gchar *source;
} MiningParams;

static const PnyxParam mining_params[] = {
  { .name = "low",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_EFFICIENCY,
    .min = "0 J/TH",
    .max = "1 J/GH",
    .offset = offsetof (MiningParams, low),
    .meaning = "At least." },
  { .name = "mid",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_EFFICIENCY,
    .min = "0 J/TH",
    .max = "1 J/GH",
    .offset = offsetof (MiningParams, mid),
    .meaning = "Of the fleet." },
  { .name = "high",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_EFFICIENCY,
    .min = "0 J/TH",
    .max = "1 J/GH",
    .offset = offsetof (MiningParams, high),
    .meaning = "At most." },
  { .name = "pue-low",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "1",
    .max = "10",
    .offset = offsetof (MiningParams, pue_low),
    .meaning = "Power usage effectiveness at least." },
  { .name = "pue",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "1",
    .max = "10",
    .offset = offsetof (MiningParams, pue),
    .meaning = "Power usage effectiveness of mining halls." },
  { .name = "pue-high",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "1",
    .max = "10",
    .offset = offsetof (MiningParams, pue_high),
    .meaning = "Power usage effectiveness at most." },
  { .name = "source",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (MiningParams, source),
    .meaning = "Who says so and where it is published." },
};

static const PnyxElement mining_element = {
  .name = "mining",
  .meaning = "Energy of a hash.",
  .params = mining_params,
  .n_params = G_N_ELEMENTS (mining_params),
  .params_size = sizeof (MiningParams),
};

typedef struct
{
  const gchar *jurisdiction;
  gdouble intensity;
  PnyxReals hours;
  const gchar *source;
} GridParams;

static const PnyxParam grid_params[] = {
  { .name = "jurisdiction",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (GridParams, jurisdiction),
    .meaning = "Jurisdiction as region profiles name it." },
  { .name = "intensity",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_INTENSITY,
    .min = "0 g/kWh",
    .max = "5000 g/kWh",
    .offset = offsetof (GridParams, intensity),
    .meaning = "Mean emissions of electricity (location-based average)." },
  { .name = "hours",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .max = "24",
    .offset = offsetof (GridParams, hours),
    .meaning = "24 weights by hour of UTC; the intensity of an hour is the mean times its weight "
               "over the mean weight. Absent: the same all day." },
  { .name = "source",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (GridParams, source),
    .meaning = "Who says so and where it is published." },
};

static const PnyxElement grid_element = {
  .name = "grid",
  .meaning = "Emissions of electricity in one jurisdiction.",
  .params = grid_params,
  .n_params = G_N_ELEMENTS (grid_params),
  .params_size = sizeof (GridParams),
};

typedef struct
{
  const gchar *name;
} ProfileParams;

static const PnyxParam profile_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (ProfileParams, name),
    .meaning = "Name of the profile." },
};

static const PnyxChild profile_children[] = {
  { &hardware_element, 1, 0 },
  { &traffic_element, 1, 1 },
  { &mining_element, 1, 1 },
  { &grid_element, 1, 0 },
};

const PnyxElement pnyx_element_energy_profile = {
  .name = "energy-profile",
  .meaning = "Powers of machines, energy of traffic and of hashes, emissions of grids.",
  .params = profile_params,
  .n_params = G_N_ELEMENTS (profile_params),
  .params_size = sizeof (ProfileParams),
  .children = profile_children,
  .n_children = G_N_ELEMENTS (profile_children),
};

static gboolean
ordered (const PnyxRange range, const gchar *what, const PnyxSection *section, GError **error)
{
  if (range[PNYX_LOW] <= range[PNYX_MID] && range[PNYX_MID] <= range[PNYX_HIGH])
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                     "%s: low, mid and high are out of order (expected low <= mid <= high)", what);
  return FALSE;
}

static gboolean
read_hardware (PnyxHardware *hardware, const PnyxSection *section, GError **error)
{
  const HardwareParams *p = section->params;

  *hardware = (PnyxHardware){ .name = p->name,
                              .idle = { p->idle_low, p->idle, p->idle_high },
                              .core = { p->core_low, p->core, p->core_high },
                              .pue = { p->pue_low, p->pue, p->pue_high } };
  return ordered (hardware->idle, "idle", section, error)
         && ordered (hardware->core, "core", section, error)
         && ordered (hardware->pue, "pue", section, error);
}

static gboolean
read_grid (PnyxGrid *grid, const PnyxSection *section, GError **error)
{
  const GridParams *p = section->params;
  gdouble total = 0;

  grid->jurisdiction = p->jurisdiction;
  grid->intensity = p->intensity;
  for (guint hour = 0; hour < 24; hour++)
    grid->hours[hour] = 1;
  if (p->hours.n == 0)
    return TRUE;
  for (gsize i = 0; i < p->hours.n; i++)
    total += p->hours.values[i];
  if (p->hours.n != 24 || total <= 0)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                         "hours has %" G_GSIZE_FORMAT " values (expected 24, not all 0)",
                         p->hours.n);
      return FALSE;
    }
  for (guint hour = 0; hour < 24; hour++)
    grid->hours[hour] = p->hours.values[hour] * 24 / total;
  return TRUE;
}

static gboolean
read_profile (PnyxEnergyProfile *profile, const PnyxSection *section, GError **error)
{
  const PnyxSection *traffic_section = pnyx_section_child (section, "traffic", 0);
  const PnyxSection *mining_section = pnyx_section_child (section, "mining", 0);
  const TrafficParams *traffic = traffic_section->params;
  const MiningParams *mining = mining_section->params;
  PnyxRange traffic_range = { traffic->low, traffic->mid, traffic->high };
  PnyxRange mining_range = { mining->low, mining->mid, mining->high };
  PnyxRange pue_range = { mining->pue_low, mining->pue, mining->pue_high };

  memcpy (profile->traffic, traffic_range, sizeof traffic_range);
  memcpy (profile->mining, mining_range, sizeof mining_range);
  memcpy (profile->mining_pue, pue_range, sizeof pue_range);
  for (guint i = 0; i < profile->n_hardware; i++)
    if (!read_hardware (&profile->hardware[i], pnyx_section_child (section, "hardware", i), error))
      return FALSE;
  for (guint i = 0; i < profile->n_grids; i++)
    if (!read_grid (&profile->grids[i], pnyx_section_child (section, "grid", i), error))
      return FALSE;
  return ordered (profile->traffic, "traffic", traffic_section, error)
         && ordered (profile->mining, "mining", mining_section, error)
         && ordered (profile->mining_pue, "mining pue", mining_section, error);
}

PnyxEnergyProfile *
pnyx_energy_profile_new (const PnyxSection *section, const PnyxSection *energy, GError **error)
{
  PnyxEnergyProfile *profile = g_new0 (PnyxEnergyProfile, 1);

  profile->n_hardware = (guint)pnyx_section_count (section, "hardware");
  profile->hardware = g_new0 (PnyxHardware, profile->n_hardware);
  profile->n_grids = (guint)pnyx_section_count (section, "grid");
  profile->grids = g_new0 (PnyxGrid, profile->n_grids);
  profile->tariff = ((const EnergyParams *)energy->params)->tariff;
  profile->attribution = (PnyxAttribution)((const EnergyParams *)energy->params)->attribution;
  if (read_profile (profile, section, error))
    return profile;
  pnyx_energy_profile_free (profile);
  return NULL;
}

void
pnyx_energy_profile_free (PnyxEnergyProfile *profile)
{
  if (profile == NULL)
    return;
  g_free (profile->hardware);
  g_free (profile->grids);
  g_free (profile);
}

const PnyxHardware *
pnyx_energy_hardware (const PnyxEnergyProfile *profile, const gchar *name)
{
  for (guint i = 0; i < profile->n_hardware; i++)
    if (g_str_equal (profile->hardware[i].name, name))
      return &profile->hardware[i];
  return NULL;
}

const PnyxGrid *
pnyx_energy_grid (const PnyxEnergyProfile *profile, const gchar *jurisdiction)
{
  for (guint i = 0; i < profile->n_grids; i++)
    if (g_str_equal (profile->grids[i].jurisdiction, jurisdiction))
      return &profile->grids[i];
  return &profile->grids[0];
}

gdouble
pnyx_energy_mining_power (gdouble hash_rate, gdouble joules_per_hash, gdouble pue)
{
  return hash_rate * joules_per_hash * pue;
}

gdouble
pnyx_energy_mining_bound (gdouble value, gdouble interval, gdouble tariff)
{
  return value / interval / tariff;
}
