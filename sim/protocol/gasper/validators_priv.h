/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of validators.c and deviations.c. */
#ifndef PNYX_PROTOCOL_GASPER_VALIDATORS_PRIV_H
#define PNYX_PROTOCOL_GASPER_VALIDATORS_PRIV_H

#include "protocol/gasper/validators.h"

#define PNYX_GASPER_ETH ((PnyxStake)1000000000) /* gwei: EFFECTIVE_BALANCE_INCREMENT */

/** PnyxGasperSetting: where and when validators act; all borrowed. */
typedef struct
{
  PnyxWorld *world;
  const PnyxNodes *nodes;
  const PnyxRegions *regions; /* NULL: none */
  guint32 chain;
  const PnyxSection *section; /* <validators>; NULL: all defaults */
  PnyxStake max_effective_balance;
  guint64 slots_per_epoch;
  PnyxTime slot_duration;
} PnyxGasperSetting;

extern const PnyxElement pnyx_element_gasper_offline;
extern const PnyxElement pnyx_element_gasper_late;

/** pnyx_gasper_setting_rng: the key for one purpose of the validators of the chain. */
static inline void
pnyx_gasper_setting_rng (const PnyxGasperSetting *setting, PnyxRng *rng, const gchar *purpose)
{
  g_autofree gchar *own = g_strdup_printf ("%s, chain %u", purpose, setting->chain);

  pnyx_world_rng (setting->world, rng, "protocol.gasper.validators", own);
}

/**
 * pnyx_gasper_deviations_init: @validators have balances, operators and nodes; they get their
 * deviations. Errors: with their place.
 */
gboolean pnyx_gasper_deviations_init (PnyxGasperValidators *validators,
                                      const PnyxGasperSetting *setting, GError **error);

#endif
