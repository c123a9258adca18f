/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENERGY_ENERGY_H
#define PNYX_ENERGY_ENERGY_H

#include "engine/params.h"

/** PnyxRange: a measured value with what it can be at least and at most. */
typedef enum
{
  PNYX_LOW,
  PNYX_MID,
  PNYX_HIGH,
  PNYX_N_LEVELS,
} PnyxLevel;

typedef gdouble PnyxRange[PNYX_N_LEVELS];

/** PnyxHardware: power of one kind of machine. */
typedef struct
{
  const gchar *name;
  PnyxRange idle; /* W, switched on and doing nothing */
  PnyxRange core; /* W more for each busy core */
  PnyxRange pue;  /* power usage effectiveness of where it stands */
} PnyxHardware;

/** PnyxGrid: what a kilowatt-hour emits in one jurisdiction. */
typedef struct
{
  const gchar *jurisdiction;
  gdouble intensity; /* kg/J, mean over the day */
  gdouble hours[24]; /* factor by hour of UTC; mean 1 */
} PnyxGrid;

/** PnyxAttribution: what of the idle energy of nodes that several chains share is whose. */
typedef enum
{
  PNYX_ATTRIBUTION_EQUAL,    /* each chain's alike */
  PNYX_ATTRIBUTION_CPU,      /* each chain's by its part of the node's busy time */
  PNYX_ATTRIBUTION_MARGINAL, /* nobody's */
  PNYX_ATTRIBUTION_FULL,     /* the chain's: there is only one */
} PnyxAttribution;

/** PnyxEnergyProfile: powers, efficiencies and intensities with their sources; read-only. */
typedef struct
{
  guint n_hardware;
  PnyxHardware *hardware; /* owned */
  guint n_grids;
  PnyxGrid *grids;   /* owned; the first is taken where a jurisdiction has none */
  PnyxRange traffic; /* J/B */
  PnyxRange mining;  /* J/H */
  PnyxRange mining_pue;
  gdouble tariff; /* $/J that miners pay */
  PnyxAttribution attribution;
} PnyxEnergyProfile;

extern const PnyxElement pnyx_element_energy;         /* `<energy profile="..."/>` */
extern const PnyxElement pnyx_element_energy_profile; /* root of profiles/energy/ */

/** pnyx_energy_profile_new: @profile: root section; must outlive the result. */
PnyxEnergyProfile *pnyx_energy_profile_new (const PnyxSection *profile, const PnyxSection *energy,
                                            GError **error);
void pnyx_energy_profile_free (PnyxEnergyProfile *profile);

/** pnyx_energy_hardware: Returns: (nullable): the hardware named @name. */
const PnyxHardware *pnyx_energy_hardware (const PnyxEnergyProfile *profile, const gchar *name);
/** pnyx_energy_grid: Returns: the grid of @jurisdiction, or the first. */
const PnyxGrid *pnyx_energy_grid (const PnyxEnergyProfile *profile, const gchar *jurisdiction);

/** pnyx_energy_mining_power: Returns: W: hash rate times efficiency times PUE. */
gdouble pnyx_energy_mining_power (gdouble hash_rate, gdouble joules_per_hash, gdouble pue);
/** pnyx_energy_mining_bound: Returns: W that earnings of @value a block every @interval seconds can
 * pay for at @tariff $/J. */
gdouble pnyx_energy_mining_bound (gdouble value, gdouble interval, gdouble tariff);

#endif
