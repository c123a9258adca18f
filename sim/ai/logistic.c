/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logistic regression with an L2 penalty by Newton's method (iteratively reweighted least squares:
 * P. McCullagh, J. A. Nelder, "Generalized linear models", 2nd edition, section 2.5); for numbers
 * ridge regression, which is its first step with weights of 1.
 *
 * Features are standardised by the rows of the training; what is unknown counts as the mean, and
 * nothing as more than 10 standard deviations. The intercept is not penalised. A step that does
 * not lower the loss is halved, so that separable classes end where the penalty stops them.
 */
#include "ai/ai_priv.h"

#include <math.h>
#include <string.h>

#define STEPS_MAX 60
#define HALVINGS_MAX 30
#define FARTHEST 10.0 /* standard deviations */
#define TOLERANCE 1e-10

typedef struct
{
  PnyxLearnerTarget target;
  guint m;
  gdouble *mean, *sd; /* of each feature */
  gdouble *weights;   /* of the standardised features, then the intercept */
} Linear;

/* A problem on standardised rows, with room for one step. */
typedef struct
{
  const PnyxLearnerSet *set;
  PnyxLearnerTarget target;
  gdouble penalty;
  guint k;       /* weights: m + 1 */
  gdouble *x;    /* n times k, the last is 1 */
  gdouble *hess; /* k times k */
  gdouble *step; /* k: gradient, then the step */
  gdouble *trial;
} Problem;

static gboolean
is_large (gfloat value)
{
  return value >= PNYX_LEARNER_LARGE || value <= -PNYX_LEARNER_LARGE;
}

static void
standardise (Linear *linear, const PnyxLearnerSet *set)
{
  for (guint j = 0; j < linear->m; j++)
    {
      gdouble sum = 0, squares = 0;
      gsize count = 0;

      for (gsize i = 0; i < set->n; i++)
        if (!isnan (set->rows[i * set->m + j]) && !is_large (set->rows[i * set->m + j]))
          {
            sum += (gdouble)set->rows[i * set->m + j];
            count++;
          }
      linear->mean[j] = count > 0 ? sum / (gdouble)count : 0;
      for (gsize i = 0; i < set->n; i++)
        if (!isnan (set->rows[i * set->m + j]) && !is_large (set->rows[i * set->m + j]))
          {
            gdouble d = (gdouble)set->rows[i * set->m + j] - linear->mean[j];

            squares += d * d;
          }
      linear->sd[j] = count > 0 ? sqrt (squares / (gdouble)count) : 0;
    }
}

static gdouble
standard_value (const Linear *linear, guint j, gfloat value)
{
  gdouble d = (gdouble)value - linear->mean[j];

  if (isnan (value) || d == 0)
    return 0;
  if (!(linear->sd[j] > 0)) /* constant in training: it told nothing */
    return 0;
  return CLAMP (d / linear->sd[j], -FARTHEST, FARTHEST);
}

static gdouble
dot (const gdouble *a, const gdouble *b, guint k)
{
  gdouble sum = 0;

  for (guint j = 0; j < k; j++)
    sum += a[j] * b[j];
  return sum;
}

/* log (1 + exp (x)) */
static gdouble
softplus (gdouble x)
{
  return x > 0 ? x + log1p (exp (-x)) : log1p (exp (x));
}

static gdouble
logistic (gdouble x)
{
  return x >= 0 ? 1 / (1 + exp (-x)) : exp (x) / (1 + exp (x));
}

static gdouble
loss (const Problem *problem, const gdouble *weights)
{
  gdouble sum = problem->penalty / 2 * dot (weights, weights, problem->k - 1);

  for (gsize i = 0; i < problem->set->n; i++)
    {
      gdouble eta = dot (problem->x + i * problem->k, weights, problem->k);
      gdouble y = (gdouble)problem->set->labels[i];

      sum += problem->target == PNYX_TARGET_CLASS ? softplus (eta) - y * eta
                                                  : (eta - y) * (eta - y) / 2;
    }
  return sum;
}

/* Gradient into @step, second derivatives into the lower triangle of @hess. */
static void
derive (Problem *problem, const gdouble *weights)
{
  guint k = problem->k;

  memset (problem->hess, 0, sizeof *problem->hess * k * k);
  for (guint j = 0; j < k; j++)
    {
      gboolean intercept = j == k - 1;

      problem->step[j] = intercept ? 0 : problem->penalty * weights[j];
      problem->hess[j * k + j] = intercept ? 1e-9 : problem->penalty;
    }
  for (gsize i = 0; i < problem->set->n; i++)
    {
      const gdouble *x = problem->x + i * k;
      gdouble eta = dot (x, weights, k), y = (gdouble)problem->set->labels[i], residual, weight = 1;

      if (problem->target == PNYX_TARGET_CLASS)
        {
          gdouble p = logistic (eta);

          residual = p - y;
          weight = p * (1 - p);
        }
      else
        residual = eta - y;
      for (guint a = 0; a < k; a++)
        {
          problem->step[a] += residual * x[a];
          for (guint b = 0; b <= a; b++)
            problem->hess[a * k + b] += weight * x[a] * x[b];
        }
    }
}

/* Cholesky: the matrix is positive definite by the penalty. */
static void
solve (gdouble *hess, gdouble *step, guint k)
{
  for (guint a = 0; a < k; a++)
    for (guint b = 0; b <= a; b++)
      {
        gdouble sum = hess[a * k + b] - dot (hess + a * k, hess + b * k, b);

        PNYX_REQUIRE (a != b || sum > 0);
        hess[a * k + b] = a == b ? sqrt (sum) : sum / hess[b * k + b];
      }
  for (guint a = 0; a < k; a++)
    step[a] = (step[a] - dot (hess + a * k, step, a)) / hess[a * k + a];
  for (guint a = k; a-- > 0;)
    {
      gdouble sum = step[a];

      for (guint b = a + 1; b < k; b++)
        sum -= hess[b * k + a] * step[b];
      step[a] = sum / hess[a * k + a];
    }
}

/* Takes a Newton step; Returns: FALSE: there is nothing left to gain. */
static gboolean
improve (Problem *problem, gdouble *weights, gdouble *present, guint *evaluations)
{
  gdouble share = 1;

  derive (problem, weights);
  solve (problem->hess, problem->step, problem->k);
  for (guint halvings = 0; halvings < HALVINGS_MAX; halvings++, share /= 2)
    {
      gdouble next;

      for (guint j = 0; j < problem->k; j++)
        problem->trial[j] = weights[j] - share * problem->step[j];
      next = loss (problem, problem->trial);
      ++*evaluations;
      if (next <= *present)
        {
          gboolean more = *present - next > TOLERANCE * (1 + ABS (*present));

          memcpy (weights, problem->trial, sizeof *weights * problem->k);
          *present = next;
          return more;
        }
    }
  return FALSE;
}

static gpointer
logistic_train (const PnyxLearnerParams *params, PnyxLearnerTarget target,
                const PnyxLearnerSet *set, guint64 *operations)
{
  guint k = set->m + 1, steps = 0, evaluations = 1;
  Linear *linear = g_new0 (Linear, 1);
  g_autofree gdouble *x = g_new (gdouble, set->n * k);
  g_autofree gdouble *hess = g_new (gdouble, (gsize)k * k);
  g_autofree gdouble *vectors = g_new0 (gdouble, (gsize)2 * k);
  Problem problem = { .set = set,
                      .target = target,
                      .penalty = params->penalty,
                      .k = k,
                      .x = x,
                      .hess = hess,
                      .step = vectors,
                      .trial = vectors + k };
  gdouble present;

  PNYX_REQUIRE (params->penalty > 0);
  *linear = (Linear){ .target = target,
                      .m = set->m,
                      .mean = g_new0 (gdouble, set->m),
                      .sd = g_new0 (gdouble, set->m),
                      .weights = g_new0 (gdouble, k) };
  standardise (linear, set);
  for (gsize i = 0; i < set->n; i++)
    {
      for (guint j = 0; j < set->m; j++)
        x[i * k + j] = standard_value (linear, j, set->rows[i * set->m + j]);
      x[i * k + set->m] = 1;
    }
  present = loss (&problem, linear->weights);
  while (steps < STEPS_MAX && improve (&problem, linear->weights, &present, &evaluations))
    steps++;
  *operations = (guint64)set->n * set->m * 6
                + ((guint64)steps + 1) * ((guint64)set->n * k * (k + 5) + (guint64)k * k * k / 3)
                + (guint64)evaluations * set->n * (2 * (guint64)k + 10);
  return linear;
}

static void
logistic_predict (gpointer model, const gfloat *rows, gsize n, guint m, gdouble *predictions)
{
  const Linear *linear = model;

  for (gsize i = 0; i < n; i++)
    {
      gdouble eta = linear->weights[m];

      for (guint j = 0; j < m; j++)
        eta += linear->weights[j] * standard_value (linear, j, rows[i * m + j]);
      predictions[i] = linear->target == PNYX_TARGET_CLASS ? logistic (eta) : eta;
    }
}

static guint64
logistic_operations (const PnyxLearnerParams *params, gsize n, guint m)
{
  (void)params;
  return (guint64)n * (4 * (guint64)m + 10);
}

static void
logistic_free (gpointer model)
{
  Linear *linear = model;

  g_free (linear->mean);
  g_free (linear->sd);
  g_free (linear->weights);
  g_free (linear);
}

const PnyxLearnerOps pnyx_learner_logistic = {
  .name = "logistic",
  .train = logistic_train,
  .predict = logistic_predict,
  .operations = logistic_operations,
  .free = logistic_free,
};
