/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_ERROR_MODEL_H
#define PNYX_ORACLE_ERROR_MODEL_H

#include "engine/params.h"
#include "engine/world.h"

/*
 * How what a reporter says differs from what it has seen. In log price (or whatever the value is):
 *
 *   x_i = T(t_obs) + b_i + l_i F_g(t) + d_i(t) + s_i e_i
 *
 * with b_i its own bias, F_g the error of the base model g that its group shares (mean 0, variance
 * 1, persistent), d_i drift, e_i its own noise, drawn anew for each observation. l_i and s_i follow
 * from its standard deviation and the correlation rho of two reporters of one base model:
 * l = sd sqrt(rho), s = sd sqrt(1 - rho). Factors of different base models are correlated by a
 * common one, so that errors of two reporters of different base models have correlation rho'.
 * No rule on reports alone removes F: the mean of n has variance sd^2 (rho + (1 - rho) / n).
 */
typedef struct _PnyxErrorModel PnyxErrorModel;

/** Parameters of `<error>`, of a group of reporters. */
typedef struct
{
  const PnyxDistribution *sd;
  const PnyxDistribution *bias;
  const gchar *base;
  gdouble correlation;
  gdouble correlation_between;
  PnyxTime persistence;
  gdouble drift;
  PnyxTime retrain;
  gdouble calibration;
  gdouble wrong_rate;
  gdouble wrong_size;
} PnyxErrorParams;

/** Parameters of `<shift>`: from a time on the world is another than the model was made for. */
typedef struct
{
  PnyxTime at;
  gdouble bias;
  gdouble correlation;
  gdouble sd_factor;
} PnyxShiftParams;

extern const PnyxElement pnyx_element_error;
extern const PnyxElement pnyx_element_shift;

/** PnyxErrorDraw: one observation's error. */
typedef struct
{
  gdouble error;      /* of the value */
  gdouble confidence; /* standard deviation that the reporter states */
  gboolean wrong;     /* confidently wrong: far off, stated with the usual confidence */
} PnyxErrorDraw;

/** pnyx_error_model_new: @id: of the oracle: the same id, the same draws. In the world's arena. */
PnyxErrorModel *pnyx_error_model_new (PnyxWorld *world, const gchar *id);

/**
 * pnyx_error_model_add:
 * @n: reporters that follow these parameters, numbered from where the last group ended
 * @shift: (nullable)
 *
 * Groups with the same base have the same factor; without one each reporter group has its own.
 * Errors: PNYX_ERROR_CONFLICT: two groups of one base with different persistence, or a correlation
 * between base models above that within (at @place).
 */
gboolean pnyx_error_model_add (PnyxErrorModel *model, const PnyxErrorParams *params,
                               const PnyxShiftParams *shift, guint32 n, const PnyxPlace *place,
                               GError **error);
guint32 pnyx_error_model_reporters (const PnyxErrorModel *model);

/** pnyx_error_model_draw: @observed: the time of the observation: with @reporter it decides all. */
void pnyx_error_model_draw (PnyxErrorModel *model, guint32 reporter, PnyxTime observed,
                            PnyxErrorDraw *draw);
/** pnyx_error_model_sd: Returns: standard deviation of @reporter's error without its bias. */
gdouble pnyx_error_model_sd (const PnyxErrorModel *model, guint32 reporter);

#endif
