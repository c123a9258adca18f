/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Validators that are offline or late. Each such element has a selector: those of a region, a
 * client, an operator or a class, and of these a share of the stake, drawn at random. Times are
 * from genesis and become slots: a duty is of the slot that it is for, however late it is done.
 */
#include "protocol/gasper/validators_priv.h"

#include <stddef.h>

#include "net/selector.h"

typedef struct
{
  gdouble share;
  PnyxSelector who;
  guint64 operator_of;
  PnyxSpan at, until;
  gint duties;
  const PnyxDistribution *delay; /* <late> */
} DeviationParams;

enum
{
  DUTIES_ALL,
  DUTIES_ATTESTATIONS,
  DUTIES_PROPOSALS,
};

static const gchar *const duties[] = { "all", "attestations", "proposals", NULL };

#define SELECTOR                                                                                   \
  { .name = "share",                                                                               \
    .type = PNYX_PARAM_REAL,                                                                       \
    .fallback = "1",                                                                               \
    .min = "0",                                                                                    \
    .max = "1",                                                                                    \
    .offset = offsetof (DeviationParams, share),                                                   \
    .meaning = "Share of the stake of these validators, drawn at random: the nearest that whole "  \
               "validators allow, but never more than a third where the share is at most that." }, \
      { .name = "region",                                                                          \
        .type = PNYX_PARAM_NAME,                                                                   \
        .fallback = "",                                                                            \
        .offset = offsetof (DeviationParams, who.region),                                          \
        .meaning = "Only validators on nodes of this region." },                                   \
      { .name = "client",                                                                          \
        .type = PNYX_PARAM_NAME,                                                                   \
        .fallback = "",                                                                            \
        .offset = offsetof (DeviationParams, who.client),                                          \
        .meaning = "Only validators on nodes with this client." },                                 \
      { .name = "class",                                                                           \
        .type = PNYX_PARAM_NAME,                                                                   \
        .fallback = "",                                                                            \
        .offset = offsetof (DeviationParams, who.class_of),                                        \
        .meaning = "Only validators on nodes of this class." },                                    \
  {                                                                                                \
    .name = "operator", .type = PNYX_PARAM_COUNT, .fallback = "", .min = "0", .max = "4194303",    \
    .offset = offsetof (DeviationParams, operator_of),                                             \
    .meaning = "Only validators of this operator; operators of validators count from 0, the "      \
               "largest first."                                                                    \
  }
#define TIMES                                                                                      \
  { .name = "at",                                                                                  \
    .type = PNYX_PARAM_SPAN,                                                                       \
    .fallback = "0 s",                                                                             \
    .offset = offsetof (DeviationParams, at),                                                      \
    .meaning = "When it begins, from genesis: time, slots or epochs; the first slot is the one "   \
               "that begins then or next." },                                                      \
  {                                                                                                \
    .name = "until", .type = PNYX_PARAM_SPAN, .fallback = "",                                      \
    .offset = offsetof (DeviationParams, until),                                                   \
    .meaning = "When it ends, from genesis: slots that begin earlier still count; never where it " \
               "is absent."                                                                        \
  }
#define DUTIES                                                                                     \
  {                                                                                                \
    .name = "duties", .type = PNYX_PARAM_ENUM, .choices = duties, .fallback = "all",               \
    .offset = offsetof (DeviationParams, duties), .meaning = "Which duties are meant."             \
  }

static const PnyxParam offline_params[] = { SELECTOR, TIMES, DUTIES };

static const PnyxParam late_params[] = {
  SELECTOR,
  TIMES,
  DUTIES,
  { .name = "delay",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_TIME,
    .min = "0 s",
    .offset = offsetof (DeviationParams, delay),
    .meaning = "How much later than due each duty is done." },
};

static gboolean
check_measure (const PnyxSection *section, const gchar *name, const PnyxSpan *span, GError **error)
{
  PnyxPlace place = pnyx_section_place_of (section, name);

  if (span->value == PNYX_TIME_UNSET || span->unit != PNYX_SPAN_BLOCKS)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "%s is given in blocks (expected a time, slots or epochs)", name);
  return FALSE;
}

/* What can be told without the length of a slot. */
static gboolean
times_check (const PnyxSection *section, GError **error)
{
  const DeviationParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "until");

  if (!check_measure (section, "at", &params->at, error)
      || !check_measure (section, "until", &params->until, error))
    return FALSE;
  if (params->until.value == PNYX_TIME_UNSET || params->until.unit != params->at.unit
      || params->until.value > params->at.value)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place, "until is not after at (expected later)");
  return FALSE;
}

const PnyxElement pnyx_element_gasper_offline = {
  .name = "offline",
  .meaning = "Validators that do not do their duties; their nodes stay up.",
  .params = offline_params,
  .n_params = G_N_ELEMENTS (offline_params),
  .params_size = sizeof (DeviationParams),
  .check = times_check,
};

const PnyxElement pnyx_element_gasper_late = {
  .name = "late",
  .meaning = "Validators that do their duties later than due.",
  .params = late_params,
  .n_params = G_N_ELEMENTS (late_params),
  .params_size = sizeof (DeviationParams),
  .check = times_check,
};

/* ---- Selectors ---- */

static gboolean
check_selector (const PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
                const PnyxSection *section, GError **error)
{
  const DeviationParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "operator");

  if (!pnyx_selector_check (&params->who, setting->nodes, setting->regions, section, error))
    return FALSE;
  if (params->operator_of == PNYX_COUNT_UNSET || params->operator_of < validators->n_operators)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                     "no operator %" G_GUINT64_FORMAT " among those of the validators (expected 0 "
                     "to %u)",
                     params->operator_of, validators->n_operators - 1);
  return FALSE;
}

typedef struct
{
  guint64 draw;
  guint32 validator;
} Candidate;

static gint
compare_candidates (gconstpointer a, gconstpointer b, gpointer data)
{
  const Candidate *left = a;
  const Candidate *right = b;

  (void)data;
  if (left->draw != right->draw)
    return left->draw < right->draw ? -1 : 1;
  return left->validator < right->validator ? -1 : left->validator > right->validator;
}

/* Returns: (transfer full) (array length=n): the validators that the selector leaves. */
static Candidate *
select_candidates (const PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
                   const DeviationParams *params, guint32 *n)
{
  g_autofree guint8 *matching = g_new (guint8, setting->nodes->n);
  Candidate *candidates = g_new (Candidate, validators->n);

  for (PnyxNodeId node = 0; node < setting->nodes->n; node++)
    matching[node]
        = pnyx_selector_matches (&params->who, setting->nodes, setting->regions, node) ? 1 : 0;
  *n = 0;
  for (guint32 i = 0; i < validators->n; i++)
    if (matching[validators->node_of[i]] != 0
        && (params->operator_of == PNYX_COUNT_UNSET
            || params->operator_of == validators->operator_of[i]))
      candidates[(*n)++].validator = i;
  return candidates;
}

/*
 * Takes candidates in a random order while that brings the stake nearer to the share; of two that
 * are as near, the smaller. So a larger share of the same draw takes the same validators and more.
 * Sums are of whole ETH, and exact. A third is the threshold of finality: rounding alone must not
 * go beyond it.
 */
static void
choose (const PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
        const DeviationParams *params, guint32 index, guint8 *chosen)
{
  guint32 n;
  g_autofree Candidate *candidates = select_candidates (validators, setting, params, &n);
  guint64 total = 0, sum = 0;
  gdouble wanted;
  PnyxRng rng;

  pnyx_gasper_setting_rng (setting, &rng, "chosen");
  for (guint32 i = 0; i < n; i++)
    {
      candidates[i].draw = pnyx_rng_u64 (&rng, candidates[i].validator, index);
      total += validators->effective_balance[candidates[i].validator] / PNYX_GASPER_ETH;
    }
  if (params->share < 1)
    g_qsort_with_data (candidates, (gint)n, sizeof *candidates, compare_candidates, NULL);
  wanted = params->share * (gdouble)total;
  for (guint32 i = 0; i < n; i++)
    {
      guint64 next = sum + validators->effective_balance[candidates[i].validator] / PNYX_GASPER_ETH;

      if ((gdouble)next - wanted >= wanted - (gdouble)sum
          || (params->share <= 1.0 / 3 && 3 * next > total))
        return;
      chosen[candidates[i].validator] = 1;
      sum = next;
    }
}

/* ---- Times ---- */

/* Returns: the first slot that begins at @span or later; G_MAXUINT64: none. */
static guint64
slot_of (const PnyxGasperSetting *setting, const PnyxSpan *span)
{
  guint64 value = (guint64)span->value;
  guint64 duration = (guint64)setting->slot_duration;

  if (span->value == PNYX_TIME_UNSET)
    return G_MAXUINT64;
  if (span->unit == PNYX_SPAN_TIME)
    return value / duration + (value % duration > 0 ? 1 : 0);
  if (span->unit == PNYX_SPAN_SLOTS)
    return value;
  return value > G_MAXUINT64 / setting->slots_per_epoch ? G_MAXUINT64
                                                        : value * setting->slots_per_epoch;
}

static gboolean
take_times (PnyxGasperDeviation *deviation, const PnyxGasperSetting *setting,
            const PnyxSection *section, GError **error)
{
  const DeviationParams *params = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "until");

  deviation->from = slot_of (setting, &params->at);
  deviation->until = slot_of (setting, &params->until);
  if (params->until.value == PNYX_TIME_UNSET || deviation->from < deviation->until)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "no slot begins between at and until (expected until later)");
  return FALSE;
}

static gboolean
add_deviation (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
               const PnyxSection *section, GError **error)
{
  const DeviationParams *params = section->params;
  guint32 index = validators->n_duties;
  PnyxGasperDeviation *deviation = &validators->deviations[index];
  g_autofree gchar *purpose = g_strdup_printf ("delay %u", index);

  if (!check_selector (validators, setting, section, error)
      || !take_times (deviation, setting, section, error))
    return FALSE;
  deviation->kind
      = section->element == &pnyx_element_gasper_late ? PNYX_GASPER_LATE : PNYX_GASPER_OFFLINE;
  deviation->delay = params->delay;
  pnyx_gasper_setting_rng (setting, &deviation->rng, purpose);
  deviation->proposals = params->duties != DUTIES_ATTESTATIONS;
  deviation->attestations = params->duties != DUTIES_PROPOSALS;
  deviation->chosen = pnyx_arena_array (pnyx_world_arena (setting->world), guint8, validators->n);
  choose (validators, setting, params, index, deviation->chosen);
  validators->n_duties++;
  return TRUE;
}

gboolean
pnyx_gasper_deviations_init (PnyxGasperValidators *validators, const PnyxGasperSetting *setting,
                             GError **error)
{
  const GPtrArray *children = setting->section == NULL ? NULL : setting->section->children;

  if (children == NULL || children->len == 0)
    return TRUE;
  validators->deviations
      = pnyx_arena_array (pnyx_world_arena (setting->world), PnyxGasperDeviation, children->len);
  for (guint i = 0; i < children->len; i++)
    if (!add_deviation (validators, setting, g_ptr_array_index (children, i), error))
      return FALSE;
  return TRUE;
}

PnyxTime
pnyx_gasper_late_delay (const PnyxGasperDeviation *late, guint32 validator, guint64 slot,
                        gboolean is_proposal)
{
  gdouble seconds = pnyx_distribution_sample (late->delay, &late->rng, validator,
                                              2 * slot + (is_proposal ? 1 : 0));

  return pnyx_time_from_seconds (MAX (seconds, 0));
}
