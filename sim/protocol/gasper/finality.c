/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Justification and finalisation, the four rules (specs/phase0/beacon-chain.md). */
#include "protocol/gasper/finality.h"

#include "base/error.h"

static gboolean
reaches_two_thirds (PnyxStake part, PnyxStake total)
{
  return (pnyx_uint128)part * 3 >= (pnyx_uint128)total * 2;
}

/* Whether bits @first to @last are all set. */
static gboolean
all_bits (guint bits, guint first, guint last)
{
  guint mask = (2u << last) - (1u << first);

  return (bits & mask) == mask;
}

void
pnyx_gasper_weigh_justification_and_finalization (PnyxGasperJustification *state,
                                                  const PnyxGasperTargets *targets)
{
  const PnyxGasperCheckpoint old_previous = state->previous_justified_checkpoint;
  const PnyxGasperCheckpoint old_current = state->current_justified_checkpoint;
  const guint64 epoch = targets->current.epoch;
  guint bits = (guint)state->justification_bits << 1;

  PNYX_REQUIRE (epoch >= 2 && targets->previous.epoch + 1 == epoch);
  state->previous_justified_checkpoint = state->current_justified_checkpoint;
  if (reaches_two_thirds (targets->previous_balance, targets->total_active_balance))
    {
      state->current_justified_checkpoint = targets->previous;
      bits |= 2;
    }
  if (reaches_two_thirds (targets->current_balance, targets->total_active_balance))
    {
      state->current_justified_checkpoint = targets->current;
      bits |= 1;
    }
  bits &= (1u << PNYX_GASPER_JUSTIFICATION_BITS_LENGTH) - 1;
  state->justification_bits = (guint8)bits;
  /* The 2nd, 3rd and 4th most recent epochs are justified, the 2nd with the 4th as source. */
  if (all_bits (bits, 1, 3) && old_previous.epoch + 3 == epoch)
    state->finalized_checkpoint = old_previous;
  /* The 2nd and 3rd, the 2nd with the 3rd as source. */
  if (all_bits (bits, 1, 2) && old_previous.epoch + 2 == epoch)
    state->finalized_checkpoint = old_previous;
  /* The 1st, 2nd and 3rd, the 1st with the 3rd as source. */
  if (all_bits (bits, 0, 2) && old_current.epoch + 2 == epoch)
    state->finalized_checkpoint = old_current;
  /* The 1st and 2nd, the 1st with the 2nd as source. */
  if (all_bits (bits, 0, 1) && old_current.epoch + 1 == epoch)
    state->finalized_checkpoint = old_current;
}
