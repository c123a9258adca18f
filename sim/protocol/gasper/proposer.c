/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proposers by rejection (compute_proposer_index). A candidate's index takes as many dependent
 * hashes as there are rounds, but candidates are independent: as many as one hash decides upon are
 * shuffled together, which takes the vector path, and the first that is accepted counts. The first
 * block of candidates is smaller, for where the first is mostly accepted. Whom even the largest
 * balance would not get accepted need not be known at all.
 */
#include "protocol/gasper/proposer.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "protocol/gasper/shuffle.h"

#define GWEI 1000000000 /* in an ETH */
#define PHASE0_PER_HASH 32
#define ELECTRA_PER_HASH 16
#define FIRST 4 /* candidates tried at first; divides both */

PnyxStake
pnyx_gasper_max_effective_balance (PnyxGasperProposerRule rule)
{
  return (rule == PNYX_GASPER_PROPOSER_PHASE0 ? 32 : 2048) * (PnyxStake)GWEI;
}

/* hash (seed + uint_to_bytes (number)) */
static void
compute_random_bytes (PnyxCpu cpu, const guint8 *seed, guint64 number, guint8 *bytes)
{
  PnyxSha256Block block[1];
  PnyxSha256Digest digest[1];
  guint64 word = GUINT64_TO_LE (number);

  memcpy (block[0], seed, PNYX_SHA256_SIZE);
  memcpy (block[0] + PNYX_SHA256_SIZE, &word, sizeof word);
  pnyx_sha256_short (cpu, block, PNYX_SHA256_SIZE + sizeof word, 1, digest);
  memcpy (bytes, digest[0], PNYX_SHA256_SIZE);
}

/* Whether candidate @i, of this effective balance, is accepted; @random decides about it. */
static gboolean
is_accepted (PnyxGasperProposerRule rule, PnyxStake effective_balance, const guint8 *random,
             guint64 i)
{
  PnyxStake max = pnyx_gasper_max_effective_balance (rule);
  const guint8 *two = random + 2 * (i % ELECTRA_PER_HASH);

  if (rule == PNYX_GASPER_PROPOSER_PHASE0)
    return effective_balance * G_MAXUINT8 >= max * random[i % PHASE0_PER_HASH];
  return effective_balance * G_MAXUINT16 >= max * (two[0] + 256u * two[1]);
}

guint32
pnyx_gasper_compute_proposer_index (const PnyxGasperProposerDraw *draw, PnyxCpu cpu, guint64 *draws)
{
  guint per_hash = draw->rule == PNYX_GASPER_PROPOSER_PHASE0 ? PHASE0_PER_HASH : ELECTRA_PER_HASH;
  PnyxShufflePivots pivots;
  guint8 random[PNYX_SHA256_SIZE];
  guint32 candidates[PHASE0_PER_HASH];
  guint64 at[PHASE0_PER_HASH];
  guint count = FIRST;
  PnyxStake balance_max
      = draw->balance_max > 0 ? draw->balance_max : pnyx_gasper_max_effective_balance (draw->rule);

  PNYX_REQUIRE (draw->n >= 1);
  pnyx_shuffle_pivots_init (&pivots, cpu, draw->seed, draw->rounds, draw->n);
  for (guint64 first = 0;; first += count, count = first == FIRST ? per_hash - FIRST : per_hash)
    {
      guint n = 0;

      if (first % per_hash == 0)
        compute_random_bytes (cpu, draw->seed, first / per_hash, random);
      for (guint i = 0; i < count; i++)
        if (is_accepted (draw->rule, balance_max, random, first + i))
          {
            at[n] = first + i;
            candidates[n++] = (guint32)((first + i) % draw->n);
          }
      if (n > 0)
        pnyx_compute_shuffled_index (&pivots, cpu, candidates, n);
      for (guint i = 0; i < n; i++)
        {
          guint32 id = draw->indices != NULL ? draw->indices[candidates[i]] : candidates[i];

          if (!is_accepted (draw->rule, draw->effective_balance[id], random, at[i]))
            continue;
          if (draws != NULL)
            *draws = at[i];
          return id;
        }
    }
}

/* calc proposer */

typedef struct
{
  const gchar *seed;
  PnyxReals balances;
  gint fork;
} ProposerParams;

static const gchar *const proposer_forks[] = { "phase0", "electra", NULL };

static const PnyxParam proposer_params[] = {
  { .name = "seed",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (ProposerParams, seed),
    .meaning = "Seed of 32 bytes: 0x and 64 hexadecimal digits." },
  { .name = "balances",
    .type = PNYX_PARAM_REALS,
    .offset = offsetof (ProposerParams, balances),
    .min = "0",
    .max = "2048",
    .meaning = "Effective balances of the active validators in ETH." },
  { .name = "fork",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (ProposerParams, fork),
    .fallback = "phase0",
    .choices = proposer_forks,
    .meaning = "Rule of phase0 (at most 32 ETH) or of Electra (at most 2048 ETH).",
    .source = "specs/electra/beacon-chain.md" },
};

/* Returns: (transfer full): gwei. */
static PnyxStake *
balances_to_gwei (const ProposerParams *params, GError **error)
{
  PnyxStake max = pnyx_gasper_max_effective_balance ((PnyxGasperProposerRule)params->fork);
  g_autofree PnyxStake *balance = g_new (PnyxStake, params->balances.n + 1);
  gboolean any = FALSE;

  for (gsize i = 0; i < params->balances.n; i++)
    {
      balance[i] = (PnyxStake)round (params->balances.values[i] * GWEI);
      any = any || balance[i] > 0;
      if (balance[i] > max)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "balance %" G_GSIZE_FORMAT " is beyond the largest effective balance of %s "
                       "(expected at most %d ETH)",
                       i + 1, proposer_forks[params->fork], (gint)(max / GWEI));
          return NULL;
        }
    }
  if (any)
    return g_steal_pointer (&balance);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
               "balances are all 0 (expected at least one that is more)");
  return NULL;
}

static PnyxTable *
proposer_run (gconstpointer user, GError **error)
{
  static const gchar *const columns[] = { "name", "value", NULL };
  const ProposerParams *params = user;
  g_autofree PnyxStake *balance = NULL;
  PnyxSha256Digest seed;
  PnyxGasperProposerDraw draw = { .rule = (PnyxGasperProposerRule)params->fork,
                                  .n = (guint32)params->balances.n,
                                  .seed = seed,
                                  .rounds = PNYX_SHUFFLE_ROUND_COUNT };
  guint32 proposer;
  guint64 draws;
  PnyxTable *table;

  if (!pnyx_sha256_digest_parse (params->seed, "seed", seed, error))
    return NULL;
  balance = balances_to_gwei (params, error);
  if (balance == NULL)
    return NULL;
  draw.effective_balance = balance;
  proposer = pnyx_gasper_compute_proposer_index (&draw, pnyx_cpu_detect (), &draws);
  table = pnyx_table_new (columns);
  pnyx_table_add_pair (table, "proposer", proposer);
  pnyx_table_add_pair (table, "draws", (gdouble)draws);
  return table;
}

const PnyxCalc pnyx_calc_proposer = {
  .name = "proposer",
  .summary = "The proposer that Gasper draws from a seed, and how many candidates it refused.",
  .example = "proposer seed=0x0000000000000000000000000000000000000000000000000000000000000000 "
             "balances=32,16,24",
  .source = "specs/phase0/beacon-chain.md and specs/electra/beacon-chain.md, "
            "compute_proposer_index",
  .params = proposer_params,
  .n_params = G_N_ELEMENTS (proposer_params),
  .params_size = sizeof (ProposerParams),
  .run = proposer_run,
};
