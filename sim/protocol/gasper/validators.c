/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of validators: stake (drawn, or of a file), what counts of it, operators, nodes, and
 * then the deviations, which select by all of these.
 */
#include "protocol/gasper/validators.h"

#include <math.h>
#include <string.h>

#include "protocol/gasper/stake_file.h"
#include "protocol/gasper/validators_priv.h"

#define EJECTION_BALANCE 16 /* ETH: consensus-specs, configs/mainnet.yaml */
#define STAKE_MAX 1e9       /* ETH: beyond what there is, and far within PnyxStake */

typedef struct
{
  guint64 count;
  const PnyxDistribution *stake;
  PnyxStake stake_total;
  const gchar *file;
  guint64 operators;
  gdouble operator_skew;
} ValidatorsParams;

static const PnyxParam validators_params[] = {
  { .name = "count",
    .type = PNYX_PARAM_COUNT,
    .fallback = "16384",
    .min = "1",
    .max = G_STRINGIFY (PNYX_GASPER_VALIDATORS_MAX),
    .offset = offsetof (ValidatorsParams, count),
    .meaning = "Active validators, where no file lists them.",
    .source = "consensus-specs, configs/mainnet.yaml: MIN_GENESIS_ACTIVE_VALIDATOR_COUNT" },
  { .name = "stake",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_STAKE,
    .fallback = "32 ETH",
    .min = "1 ETH",
    .offset = offsetof (ValidatorsParams, stake),
    .meaning = "Stake of each validator; whole ETH of it count, up to the rules' maximum.",
    .source = "consensus-specs, presets/mainnet/phase0.yaml: MAX_EFFECTIVE_BALANCE" },
  { .name = "stake-total",
    .type = PNYX_PARAM_STAKE,
    .fallback = "",
    .min = "16 ETH",
    .max = "1e9 ETH",
    .offset = offsetof (ValidatorsParams, stake_total),
    .meaning = "What the drawn stakes are scaled to in sum, before they are rounded down; as drawn "
               "where it is absent." },
  { .name = "file",
    .type = PNYX_PARAM_FILE,
    .fallback = "",
    .offset = offsetof (ValidatorsParams, file),
    .meaning
    = "CSV file with a row for each validator, in place of count and stake: column stake "
      "in ETH; validator (a name, each once) and operator (a name) where they are known." },
  { .name = "operators",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = G_STRINGIFY (PNYX_GASPER_VALIDATORS_MAX),
    .offset = offsetof (ValidatorsParams, operators),
    .meaning = "Operators of the validators; as many as the nodes have where it is absent." },
  { .name = "operator-skew",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "5",
    .offset = offsetof (ValidatorsParams, operator_skew),
    .meaning = "Zipf exponent of the numbers of validators by operator; 0: equal." },
};

static const PnyxChild validators_children[] = {
  { &pnyx_element_gasper_offline, 0, 0 },
  { &pnyx_element_gasper_late, 0, 0 },
};

/* Whether @name differs from its default: an effective scenario has defaults written out. */
static gboolean
is_given (const PnyxSection *section, const gchar *name)
{
  const PnyxValue *value = pnyx_section_value (section, name);
  const PnyxParam *param = validators_params;

  while (!g_str_equal (param->name, name))
    param++;
  return value->text != NULL && !g_str_equal (value->text, param->fallback);
}

static gboolean
refuse_beside (const PnyxSection *section, const gchar *name, const gchar *what, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, name);

  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "%s is given beside a file %s (expected one of the two)", name, what);
  return FALSE;
}

static gchar *
format_eth (gdouble eth)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.10g", eth));
}

/* Whether each of @n validators on a total of @total (gwei) can have at least @least (ETH). */
static gboolean
check_least (const PnyxPlace *place, guint64 n, PnyxStake total, gdouble least, GError **error)
{
  g_autofree gchar *total_text = format_eth ((gdouble)total / 1e9);
  g_autofree gchar *least_text = format_eth (least);
  gboolean alike = least * (gdouble)n > (gdouble)total / 1e9 * (1 - 1e-6);

  if (least >= EJECTION_BALANCE)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, place,
                     "%" G_GUINT64_FORMAT " validator%s on %s ETH leave %s ETH %s (expected at "
                     "least %d ETH each, below which the chain ejects them)",
                     n, n == 1 ? "" : "s", total_text, least_text,
                     alike ? "each" : "to the smallest", EJECTION_BALANCE);
  return FALSE;
}

static gboolean
validators_check (const PnyxSection *section, GError **error)
{
  static const gchar *const drawn[] = { "count", "stake", "stake-total" };
  const ValidatorsParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "stake-total");

  for (gsize i = 0; params->file != NULL && i < G_N_ELEMENTS (drawn); i++)
    if (is_given (section, drawn[i]))
      return refuse_beside (section, drawn[i], "of validators", error);
  if (params->stake_total == PNYX_COUNT_UNSET)
    return TRUE;
  return check_least (&place, params->count, params->stake_total,
                      (gdouble)params->stake_total / 1e9 / (gdouble)params->count, error);
}

const PnyxElement pnyx_element_gasper_validators = {
  .name = "validators",
  .meaning = "Who has stake, how much, on which nodes, and who misses duties or is late.",
  .params = validators_params,
  .n_params = G_N_ELEMENTS (validators_params),
  .params_size = sizeof (ValidatorsParams),
  .children = validators_children,
  .n_children = G_N_ELEMENTS (validators_children),
  .check = validators_check,
};

/* ---- Stake ---- */

/* The nearest gwei of @eth: what is whole ETH but for rounding of scaled stakes counts as that. */
static PnyxStake
to_gwei (gdouble eth)
{
  return (PnyxStake)(MIN (eth, STAKE_MAX) * 1e9 + 0.5);
}

static PnyxStake
effective_balance (PnyxStake stake, PnyxStake max)
{
  return MIN (stake - stake % PNYX_GASPER_ETH, max);
}

static gboolean
scale_stakes (gdouble *stakes, const PnyxGasperSetting *setting, const ValidatorsParams *params,
              GError **error)
{
  PnyxPlace place = pnyx_section_place_of (setting->section, "stake-total");
  gdouble total = (gdouble)params->stake_total / 1e9;
  gdouble max = (gdouble)setting->max_effective_balance / 1e9;
  gdouble sum = 0;
  gdouble least = INFINITY;

  for (guint64 i = 0; i < params->count; i++)
    sum += stakes[i];
  for (guint64 i = 0; i < params->count; i++)
    {
      stakes[i] = stakes[i] * total / sum;
      least = MIN (least, stakes[i]);
    }
  least = (gdouble)to_gwei (least) / 1e9;
  if (total > max * (gdouble)params->count)
    {
      g_autofree gchar *total_text = format_eth (total);
      g_autofree gchar *mean = format_eth (total / (gdouble)params->count);
      g_autofree gchar *max_text = format_eth (max);

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "%" G_GUINT64_FORMAT " validator%s on %s ETH have %s ETH each (expected "
                         "at most %s ETH each, what counts under these rules)",
                         params->count, params->count == 1 ? "" : "s", total_text, mean, max_text);
      return FALSE;
    }
  return check_least (&place, params->count, params->stake_total, least, error);
}

static gboolean
draw_stakes (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
             const ValidatorsParams *params, GError **error)
{
  g_autofree gdouble *stakes = g_new (gdouble, params->count);
  PnyxRng rng;

  validators->n = (guint32)params->count;
  pnyx_gasper_setting_rng (setting, &rng, "stake");
  for (guint32 i = 0; i < validators->n; i++)
    stakes[i] = MIN (pnyx_distribution_sample (params->stake, &rng, i, 0), STAKE_MAX);
  if (params->stake_total != PNYX_COUNT_UNSET && !scale_stakes (stakes, setting, params, error))
    return FALSE;
  validators->effective_balance
      = pnyx_arena_array (pnyx_world_arena (setting->world), PnyxStake, validators->n);
  for (guint32 i = 0; i < validators->n; i++)
    validators->effective_balance[i]
        = effective_balance (to_gwei (stakes[i]), setting->max_effective_balance);
  return TRUE;
}

/* ---- Operators and nodes ---- */

static gboolean
share_out_operators (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
                     const ValidatorsParams *params, GError **error)
{
  guint32 n = validators->n;
  gboolean given = params->operators != PNYX_COUNT_UNSET;
  g_autofree gdouble *weights = NULL;
  PnyxRng rng;

  if (given && params->operators > n)
    {
      PnyxPlace place = pnyx_section_place_of (setting->section, "operators");

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "%" G_GUINT64_FORMAT " operators of %u validator%s (expected at most one "
                         "for each)",
                         params->operators, n, n == 1 ? "" : "s");
      return FALSE;
    }
  validators->n_operators
      = given ? (guint32)params->operators : MIN (setting->nodes->n_operators, n);
  weights = g_new (gdouble, validators->n_operators);
  for (guint32 i = 0; i < validators->n_operators; i++)
    weights[i] = pow (i + 1, -params->operator_skew);
  pnyx_gasper_setting_rng (setting, &rng, "operator");
  pnyx_nodes_assign (weights, validators->n_operators, n, &rng, validators->operator_of);
  return TRUE;
}

static gboolean
read_stakes (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
             const ValidatorsParams *params, GError **error)
{
  static const gchar *const shares[] = { "operators", "operator-skew" };
  PnyxArena *arena = pnyx_world_arena (setting->world);
  PnyxPlace place = pnyx_section_place_of (setting->section, "file");
  g_auto (PnyxGasperStakeFile) file = { 0 };

  if (!pnyx_gasper_stake_file_read (&file, params->file, &place, error))
    return FALSE;
  validators->n = file.n;
  validators->effective_balance = pnyx_arena_array (arena, PnyxStake, file.n);
  validators->operator_of = pnyx_arena_array (arena, guint32, file.n);
  for (guint32 i = 0; i < file.n; i++)
    validators->effective_balance[i]
        = effective_balance (file.stakes[i], setting->max_effective_balance);
  if (file.operator_of == NULL)
    return share_out_operators (validators, setting, params, error);
  for (gsize i = 0; i < G_N_ELEMENTS (shares); i++)
    if (is_given (setting->section, shares[i]))
      return refuse_beside (setting->section, shares[i], "with a column operator", error);
  validators->n_operators = file.n_operators;
  memcpy (validators->operator_of, file.operator_of, sizeof *file.operator_of * file.n);
  return TRUE;
}

/* Nodes in the order of their operators. */
typedef struct
{
  PnyxNodeId *nodes; /* owned: array length=nodes */
  guint32 *begin;    /* owned: array length=n_owners+1: where an owner's nodes begin */
  guint32 n_owners;  /* operators of nodes that have any */
} Estates;

/* With few nodes and a large skew there are operators of nodes without a node: they are left out.
 */
static Estates
list_estates (const PnyxNodes *nodes)
{
  g_autofree guint32 *fill = g_new0 (guint32, nodes->n_operators + 1);
  Estates estates
      = { .nodes = g_new (PnyxNodeId, nodes->n), .begin = g_new (guint32, nodes->n_operators + 1) };

  for (PnyxNodeId node = 0; node < nodes->n; node++)
    fill[nodes->operator_of[node] + 1]++;
  estates.begin[0] = 0;
  for (guint32 i = 0; i < nodes->n_operators; i++)
    {
      fill[i + 1] += fill[i];
      if (fill[i + 1] > fill[i])
        estates.begin[++estates.n_owners] = fill[i + 1];
    }
  for (PnyxNodeId node = 0; node < nodes->n; node++)
    estates.nodes[fill[nodes->operator_of[node]]++] = node;
  return estates;
}

/* Deals the validators of each operator to its nodes in turn; where operators share nodes, the next
 * one goes on where the one before has stopped. */
static void
deal_nodes (PnyxGasperValidators *validators, const PnyxNodes *nodes)
{
  Estates estates = list_estates (nodes);
  g_autofree guint32 *turn = g_new0 (guint32, validators->n_operators);
  g_autofree guint32 *dealt = g_new0 (guint32, estates.n_owners);

  for (guint32 i = 0; i < validators->n; i++)
    turn[validators->operator_of[i]]++;
  for (guint32 i = 0; i < validators->n_operators; i++)
    {
      guint32 count = turn[i];

      turn[i] = dealt[i % estates.n_owners];
      dealt[i % estates.n_owners] += count;
    }
  for (guint32 i = 0; i < validators->n; i++)
    {
      guint32 owner = validators->operator_of[i] % estates.n_owners;
      guint32 n_own = estates.begin[owner + 1] - estates.begin[owner];
      guint32 next = turn[validators->operator_of[i]]++;

      validators->node_of[i] = estates.nodes[estates.begin[owner] + next % n_own];
    }
  g_free (estates.nodes);
  g_free (estates.begin);
}

static gboolean
make (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
      const ValidatorsParams *params, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (setting->world);

  if (params->file != NULL)
    {
      if (!read_stakes (validators, setting, params, error))
        return FALSE;
    }
  else
    {
      if (!draw_stakes (validators, setting, params, error))
        return FALSE;
      validators->operator_of = pnyx_arena_array (arena, guint32, validators->n);
      if (!share_out_operators (validators, setting, params, error))
        return FALSE;
    }
  validators->node_of = pnyx_arena_array (arena, PnyxNodeId, validators->n);
  deal_nodes (validators, setting->nodes);
  return pnyx_gasper_deviations_init (validators, setting, error);
}

static void
find_balance_max (PnyxGasperValidators *validators)
{
  for (guint32 i = 0; validators->effective_balance != NULL && i < validators->n; i++)
    validators->balance_max = MAX (validators->balance_max, validators->effective_balance[i]);
}

gboolean
pnyx_gasper_validators_init (PnyxGasperValidators *validators, PnyxWorld *world,
                             const PnyxNodes *nodes, const PnyxRegions *regions, guint32 chain,
                             const PnyxSection *section, PnyxStake max_effective_balance,
                             guint64 slots_per_epoch, PnyxTime slot_duration, GError **error)
{
  const PnyxGasperSetting setting = { .world = world,
                                      .nodes = nodes,
                                      .regions = regions,
                                      .chain = chain,
                                      .section = section,
                                      .max_effective_balance = max_effective_balance,
                                      .slots_per_epoch = slots_per_epoch,
                                      .slot_duration = slot_duration };
  static const gchar *const nothing[] = { NULL };
  const gsize n_params = G_N_ELEMENTS (validators_params);
  g_autofree ValidatorsParams *defaults = NULL;
  gboolean made;

  PNYX_REQUIRE (nodes->n > 0 && max_effective_balance >= PNYX_GASPER_ETH
                && max_effective_balance % PNYX_GASPER_ETH == 0 && slots_per_epoch > 0
                && slot_duration > 0);
  memset (validators, 0, sizeof *validators);
  if (section != NULL)
    {
      made = make (validators, &setting, section->params, error);
      find_balance_max (validators);
      return made;
    }
  defaults = pnyx_params_parse_pairs (validators_params, n_params, sizeof *defaults, nothing, NULL);
  made = make (validators, &setting, defaults, error);
  pnyx_params_clear (validators_params, n_params, defaults);
  find_balance_max (validators);
  return made;
}
