/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A factor is a stationary AR(1) sequence on a grid of a tenth of its persistence, grown in order
 * and read in any; without persistence it is drawn anew for each time of observation.
 */
#include "oracle/error_model.h"

#include <math.h>

static const PnyxParam error_params[] = {
  { .name = "sd",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "uniform(0.0002, 0.003)",
    .min = "0",
    .offset = offsetof (PnyxErrorParams, sd),
    .meaning = "Standard deviation of the error of the log price; drawn once for each reporter." },
  { .name = "bias",
    .type = PNYX_PARAM_DISTRIBUTION,
    .fallback = "constant(0)",
    .offset = offsetof (PnyxErrorParams, bias),
    .meaning = "Error that stays; drawn once for each reporter." },
  { .name = "base",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (PnyxErrorParams, base),
    .meaning = "Base model that these reporters run: groups that name the same share its errors." },
  { .name = "correlation",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxErrorParams, correlation),
    .meaning = "Correlation of the errors of two reporters of one base model." },
  { .name = "correlation-between",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxErrorParams, correlation_between),
    .meaning = "Correlation of the errors of two reporters of different base models with this same "
               "setting (trained on the same data); at most that within one." },
  { .name = "persistence",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "0 s",
    .offset = offsetof (PnyxErrorParams, persistence),
    .meaning = "Time after which 1/e of the base model's error is left; 0: none after any time.",
    .source = "our choice" },
  { .name = "drift",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "10",
    .offset = offsetof (PnyxErrorParams, drift),
    .meaning = "Standard deviation over reporters of what the error grows by each day." },
  { .name = "retrain",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (PnyxErrorParams, retrain),
    .meaning = "Every so often the drift begins anew; left out: never." },
  { .name = "calibration",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0.0001",
    .max = "1000",
    .offset = offsetof (PnyxErrorParams, calibration),
    .meaning = "Stated over true standard deviation: below 1 they are overconfident." },
  { .name = "wrong-rate",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxErrorParams, wrong_rate),
    .meaning
    = "Share of observations that are confidently wrong; a base model's are so together in "
      "proportion to the correlation." },
  { .name = "wrong-size",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "10",
    .offset = offsetof (PnyxErrorParams, wrong_size),
    .meaning = "How far off those are, up or down." },
};

const PnyxElement pnyx_element_error = {
  .name = "error",
  .meaning = "How what these reporters say differs from what they have seen.",
  .params = error_params,
  .n_params = G_N_ELEMENTS (error_params),
  .params_size = sizeof (PnyxErrorParams),
};

static const PnyxParam shift_params[] = {
  { .name = "at",
    .type = PNYX_PARAM_TIME,
    .min = "0 s",
    .offset = offsetof (PnyxShiftParams, at),
    .meaning = "When the world changes." },
  { .name = "bias",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "-10",
    .max = "10",
    .offset = offsetof (PnyxShiftParams, bias),
    .meaning = "What is added to every error of these reporters from then on." },
  { .name = "correlation",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxShiftParams, correlation),
    .meaning = "Correlation within a base model from then on; left out: as before." },
  { .name = "sd-factor",
    .type = PNYX_PARAM_REAL,
    .fallback = "1",
    .min = "0",
    .max = "1000",
    .offset = offsetof (PnyxShiftParams, sd_factor),
    .meaning = "By what the standard deviations are multiplied; what is stated stays." },
};

const PnyxElement pnyx_element_shift = {
  .name = "shift",
  .meaning = "From a time on the world is another than the models were made for.",
  .params = shift_params,
  .n_params = G_N_ELEMENTS (shift_params),
  .params_size = sizeof (PnyxShiftParams),
};

typedef struct
{
  const gchar *base; /* NULL: a group's own */
  PnyxTime persistence;
  gdouble *values; /* by point of the grid */
  guint64 n_values, values_capacity;
} Factor;

typedef struct
{
  const PnyxErrorParams *params;
  const PnyxShiftParams *shift; /* NULL: none */
  guint32 factor;
} Group;

typedef struct
{
  guint32 group;
  gdouble sd, bias, drift; /* drift: a day */
} Reporter;

struct _PnyxErrorModel
{
  PnyxWorld *world;
  PnyxRng factor, own, sd, bias, drift, wrong, wrong_together, sign;
  Factor *factors; /* 0: common to all base models */
  guint32 n_factors, factors_capacity;
  Group *groups;
  guint32 n_groups, groups_capacity;
  Reporter *reporters;
  guint32 n_reporters, reporters_capacity;
};

PnyxErrorModel *
pnyx_error_model_new (PnyxWorld *world, const gchar *id)
{
  PnyxErrorModel *model = pnyx_arena_array (pnyx_world_arena (world), PnyxErrorModel, 1);
  g_autofree gchar *component = g_strdup_printf ("oracle.error.%s", id);

  model->world = world;
  pnyx_world_rng (world, &model->factor, component, "factor");
  pnyx_world_rng (world, &model->own, component, "own");
  pnyx_world_rng (world, &model->sd, component, "sd");
  pnyx_world_rng (world, &model->bias, component, "bias");
  pnyx_world_rng (world, &model->drift, component, "drift");
  pnyx_world_rng (world, &model->wrong, component, "wrong");
  pnyx_world_rng (world, &model->wrong_together, component, "wrong together");
  pnyx_world_rng (world, &model->sign, component, "sign");
  pnyx_arena_reserve (pnyx_world_arena (world), model->factors, model->n_factors,
                      model->factors_capacity);
  model->n_factors = 1;
  return model;
}

static guint32
find_factor (PnyxErrorModel *model, const PnyxErrorParams *params, const PnyxPlace *place,
             GError **error)
{
  for (guint32 i = 1; params->base != NULL && i < model->n_factors; i++)
    if (model->factors[i].base != NULL && g_str_equal (model->factors[i].base, params->base))
      {
        if (model->factors[i].persistence == params->persistence)
          return i;
        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place,
                           "the base model %s has another persistence here than before",
                           params->base);
        return PNYX_NONE;
      }
  pnyx_arena_reserve (pnyx_world_arena (model->world), model->factors, model->n_factors,
                      model->factors_capacity);
  model->factors[model->n_factors]
      = (Factor){ .base = params->base, .persistence = params->persistence };
  return model->n_factors++;
}

gboolean
pnyx_error_model_add (PnyxErrorModel *model, const PnyxErrorParams *params,
                      const PnyxShiftParams *shift, guint32 n, const PnyxPlace *place,
                      GError **error)
{
  PnyxArena *arena = pnyx_world_arena (model->world);
  Group group = { .params = params, .shift = shift };

  if (params->correlation_between > params->correlation)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place,
                         "correlation-between is %g (expected at most correlation, %g)",
                         params->correlation_between, params->correlation);
      return FALSE;
    }
  group.factor = find_factor (model, params, place, error);
  if (group.factor == PNYX_NONE)
    return FALSE;
  if (model->n_factors == 2) /* the common factor lasts as the first base model's */
    model->factors[0].persistence = params->persistence;
  pnyx_arena_reserve (arena, model->groups, model->n_groups, model->groups_capacity);
  model->groups[model->n_groups++] = group;
  for (guint32 k = 0; k < n; k++)
    {
      guint32 i = model->n_reporters;

      pnyx_arena_reserve (arena, model->reporters, model->n_reporters, model->reporters_capacity);
      model->n_reporters++;
      model->reporters[i] = (Reporter){
        .group = model->n_groups - 1,
        .sd = pnyx_distribution_sample (params->sd, &model->sd, i, 0),
        .bias = pnyx_distribution_sample (params->bias, &model->bias, i, 0),
        .drift = params->drift * pnyx_rng_normal (&model->drift, i, 0),
      };
    }
  return TRUE;
}

guint32
pnyx_error_model_reporters (const PnyxErrorModel *model)
{
  return model->n_reporters;
}

gdouble
pnyx_error_model_sd (const PnyxErrorModel *model, guint32 reporter)
{
  return model->reporters[reporter].sd;
}

static gdouble
factor_at (PnyxErrorModel *model, guint32 number, PnyxTime time)
{
  Factor *factor = &model->factors[number];
  PnyxTime grid = MAX (factor->persistence / 10, 1);
  guint64 index = (guint64)(time / grid);
  gdouble keep = exp (-(gdouble)grid / (gdouble)MAX (factor->persistence, 1));

  if (factor->persistence == 0)
    return pnyx_rng_normal (&model->factor, number, (guint64)time);
  while (factor->n_values <= index)
    {
      guint64 i = factor->n_values;
      gdouble normal = pnyx_rng_normal (&model->factor, number, i);

      pnyx_arena_reserve (pnyx_world_arena (model->world), factor->values, factor->n_values,
                          factor->values_capacity);
      factor->values[i]
          = i == 0 ? normal : keep * factor->values[i - 1] + sqrt (1 - keep * keep) * normal;
      factor->n_values++;
    }
  return factor->values[index];
}

/* Whether the observation is confidently wrong; @sign: which way. A reporter asks its base model
 * with a chance of the correlation: what that says is the same for all who ask at the time. */
static gboolean
is_wrong (PnyxErrorModel *model, guint32 reporter, const Group *group, gdouble correlation,
          PnyxTime observed, gdouble *sign)
{
  guint64 at = (guint64)observed;
  gboolean together = pnyx_rng_uniform (&model->wrong_together, reporter, at) < correlation;
  guint32 entity = together ? G_MAXUINT32 - group->factor : reporter;

  *sign = pnyx_rng_uniform (&model->sign, entity, at) < 0.5 ? -1 : 1;
  return pnyx_rng_uniform (&model->wrong, entity, at) < group->params->wrong_rate;
}

void
pnyx_error_model_draw (PnyxErrorModel *model, guint32 number, PnyxTime observed,
                       PnyxErrorDraw *draw)
{
  const Reporter *reporter = &model->reporters[number];
  const Group *group = &model->groups[reporter->group];
  const PnyxErrorParams *params = group->params;
  gboolean shifted = group->shift != NULL && observed >= group->shift->at;
  gdouble correlation = params->correlation, sd = reporter->sd, shared, sign;
  gdouble between, age = (gdouble)observed;

  PNYX_REQUIRE (number < model->n_reporters && observed >= 0);
  if (shifted && !isnan (group->shift->correlation))
    correlation = group->shift->correlation;
  if (shifted)
    sd *= group->shift->sd_factor;
  between = correlation > 0 ? MIN (params->correlation_between / correlation, 1) : 0;
  shared = 0;
  if (correlation > 0)
    shared = sqrt (1 - between) * factor_at (model, group->factor, observed)
             + (between > 0 ? sqrt (between) * factor_at (model, 0, observed) : 0);
  if (params->retrain != PNYX_TIME_UNSET)
    age = (gdouble)(observed % params->retrain);
  draw->error = reporter->bias + (shifted ? group->shift->bias : 0)
                + sd
                      * (sqrt (correlation) * shared
                         + sqrt (1 - correlation)
                               * pnyx_rng_normal (&model->own, number, (guint64)observed))
                + reporter->drift * age / (86400.0 * (gdouble)PNYX_SECOND);
  draw->confidence = reporter->sd * params->calibration;
  draw->wrong
      = params->wrong_rate > 0 && is_wrong (model, number, group, correlation, observed, &sign);
  if (draw->wrong)
    draw->error += sign * params->wrong_size;
}
