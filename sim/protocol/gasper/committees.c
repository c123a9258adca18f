/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Committees as slices of the shuffled validators (specs/phase0/beacon-chain.md). */
#include "protocol/gasper/committees.h"

#include <string.h>

#include "base/error.h"

const PnyxGasperPreset pnyx_gasper_mainnet = { .slots_per_epoch = 32,
                                               .max_committees_per_slot = 64,
                                               .target_committee_size = 128,
                                               .shuffle_round_count = 90 };

const PnyxGasperPreset pnyx_gasper_minimal = { .slots_per_epoch = 8,
                                               .max_committees_per_slot = 4,
                                               .target_committee_size = 4,
                                               .shuffle_round_count = 10 };

static void
write_u64 (guint8 *bytes, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

void
pnyx_gasper_get_seed (const guint8 *mix, guint64 epoch, PnyxGasperDomain domain,
                      PnyxSha256Digest seed)
{
  guint8 message[4 + 8 + PNYX_SHA256_SIZE] = { (guint8)domain };

  write_u64 (message + 4, epoch);
  memcpy (message + 12, mix, PNYX_SHA256_SIZE);
  pnyx_sha256 (message, sizeof message, seed);
}

void
pnyx_gasper_get_proposer_seed (const guint8 *mix, guint64 slot, const PnyxGasperPreset *preset,
                               PnyxSha256Digest seed)
{
  guint8 message[PNYX_SHA256_SIZE + 8];

  pnyx_gasper_get_seed (mix, slot / preset->slots_per_epoch, PNYX_GASPER_DOMAIN_BEACON_PROPOSER,
                        message);
  write_u64 (message + PNYX_SHA256_SIZE, slot);
  pnyx_sha256 (message, sizeof message, seed);
}

guint32
pnyx_gasper_get_committee_count_per_slot (const PnyxGasperPreset *preset, guint32 n_active)
{
  guint32 count = n_active / preset->slots_per_epoch / preset->target_committee_size;

  return CLAMP (count, 1, preset->max_committees_per_slot);
}

PnyxGasperCommittee
pnyx_gasper_compute_committee (const guint32 *shuffled, guint32 n, guint32 index, guint32 count)
{
  guint64 start, end;

  PNYX_REQUIRE (index < count);
  start = (guint64)n * index / count;
  end = (guint64)n * (index + 1) / count;
  return (PnyxGasperCommittee){ shuffled + start, (guint32)(end - start) };
}

PnyxGasperCommittee
pnyx_gasper_get_beacon_committee (const PnyxGasperPreset *preset, const guint32 *shuffled,
                                  guint32 n, guint64 slot, guint32 index)
{
  guint32 per_slot = pnyx_gasper_get_committee_count_per_slot (preset, n);
  guint32 slot_in_epoch = (guint32)(slot % preset->slots_per_epoch);

  PNYX_REQUIRE (index < per_slot);
  return pnyx_gasper_compute_committee (shuffled, n, slot_in_epoch * per_slot + index,
                                        per_slot * preset->slots_per_epoch);
}

PnyxStake
pnyx_gasper_calculate_committee_fraction (PnyxStake total_active_balance, guint32 slots_per_epoch,
                                          guint32 percent)
{
  PnyxStake committee_weight = total_active_balance / slots_per_epoch;

  return (PnyxStake)((pnyx_uint128)committee_weight * percent / 100);
}
