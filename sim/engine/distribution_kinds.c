/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The families of distributions: one const PnyxDistributionKind each, in the order of the table at
 * the end. Where the quantile function is closed, a draw is that of one uniform number; gamma,
 * Poisson and binomial use GSL's samplers on words of the draw's own cursor.
 */
#include "engine/distribution_priv.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#define COUNT_MAX 1e9 /* mean of Poisson, trials of binomial */

typedef const PnyxDistribution *Self;

/* A gsl_rng over a cursor, for one draw, on the stack. */

static void
cursor_set (void *state G_GNUC_UNUSED, unsigned long seed G_GNUC_UNUSED)
{
}

static unsigned long
cursor_get (void *state)
{
  return pnyx_rng_cursor_u32 (state);
}

static double
cursor_get_double (void *state)
{
  return pnyx_rng_cursor_uniform (state);
}

static const gsl_rng_type cursor_type = {
  "philox", G_MAXUINT32, 0, sizeof (PnyxRngCursor), cursor_set, cursor_get, cursor_get_double
};

static gdouble
positive_infinity (Self self G_GNUC_UNUSED)
{
  return INFINITY;
}

static gdouble
zero (Self self G_GNUC_UNUSED)
{
  return 0;
}

static gdouble
parameter_a (Self self)
{
  return self->a;
}

static gdouble
parameter_b (Self self)
{
  return self->b;
}

/* constant (a) */

static const gchar *
no_check (Self self G_GNUC_UNUSED)
{
  return NULL;
}

static gdouble
constant_cdf (Self self, gdouble x)
{
  return x >= self->a;
}

static gdouble
constant_quantile (Self self, gdouble p G_GNUC_UNUSED)
{
  return self->a;
}

static gdouble
constant_sample (Self self, PnyxRngCursor *cursor G_GNUC_UNUSED)
{
  return self->a;
}

static const PnyxDistributionKind constant = { .name = "constant",
                                               .arguments = "v",
                                               .usage = "constant(VALUE)",
                                               .check = no_check,
                                               .cdf = constant_cdf,
                                               .quantile = constant_quantile,
                                               .sample = constant_sample,
                                               .mean = parameter_a,
                                               .variance = zero,
                                               .min = parameter_a,
                                               .max = parameter_a };

/* uniform (minimum, maximum) */

static const gchar *
uniform_check (Self self)
{
  return self->a <= self->b ? NULL : "the minimum is above the maximum";
}

static gdouble
uniform_cdf (Self self, gdouble x)
{
  return x >= self->b ? 1 : x <= self->a ? 0 : (x - self->a) / (self->b - self->a);
}

static gdouble
uniform_quantile (Self self, gdouble p)
{
  return self->a + p * (self->b - self->a);
}

static gdouble
uniform_mean (Self self)
{
  return self->a + (self->b - self->a) / 2;
}

static gdouble
uniform_variance (Self self)
{
  return (self->b - self->a) * (self->b - self->a) / 12;
}

static const PnyxDistributionKind uniform = { .name = "uniform",
                                              .arguments = "vv",
                                              .usage = "uniform(MIN, MAX)",
                                              .check = uniform_check,
                                              .cdf = uniform_cdf,
                                              .quantile = uniform_quantile,
                                              .mean = uniform_mean,
                                              .variance = uniform_variance,
                                              .min = parameter_a,
                                              .max = parameter_b };

/* exponential (mean) */

static const gchar *
exponential_check (Self self)
{
  return self->a > 0 ? NULL : "the mean must be above 0";
}

static gdouble
exponential_cdf (Self self, gdouble x)
{
  return x <= 0 ? 0 : -expm1 (-x / self->a);
}

static gdouble
exponential_quantile (Self self, gdouble p)
{
  return -self->a * log1p (-p);
}

static gdouble
exponential_variance (Self self)
{
  return self->a * self->a;
}

static const PnyxDistributionKind exponential = { .name = "exponential",
                                                  .arguments = "v",
                                                  .usage = "exponential(MEAN)",
                                                  .check = exponential_check,
                                                  .cdf = exponential_cdf,
                                                  .quantile = exponential_quantile,
                                                  .mean = parameter_a,
                                                  .variance = exponential_variance,
                                                  .min = zero,
                                                  .max = positive_infinity };

/* normal (mean, standard deviation) */

static const gchar *
normal_check (Self self)
{
  return self->b >= 0 ? NULL : "the standard deviation must be at least 0";
}

static gdouble
normal_cdf (Self self, gdouble x)
{
  return self->b > 0 ? gsl_cdf_ugaussian_P ((x - self->a) / self->b) : constant_cdf (self, x);
}

static gdouble
normal_quantile (Self self, gdouble p)
{
  return self->a + self->b * gsl_cdf_ugaussian_Pinv (p);
}

static gdouble
normal_variance (Self self)
{
  return self->b * self->b;
}

static gdouble
normal_min (Self self)
{
  return self->b > 0 ? -INFINITY : self->a;
}

static gdouble
normal_max (Self self)
{
  return self->b > 0 ? INFINITY : self->a;
}

static const PnyxDistributionKind normal = { .name = "normal",
                                             .arguments = "vv",
                                             .usage = "normal(MEAN, STANDARD-DEVIATION)",
                                             .check = normal_check,
                                             .cdf = normal_cdf,
                                             .quantile = normal_quantile,
                                             .mean = parameter_a,
                                             .variance = normal_variance,
                                             .min = normal_min,
                                             .max = normal_max };

/* lognormal (median, sigma of the logarithm) */

static const gchar *
lognormal_check (Self self)
{
  return !(self->a > 0) ? "the median must be above 0"
         : self->b >= 0 ? NULL
                        : "sigma must be at least 0";
}

static gdouble
lognormal_cdf (Self self, gdouble x)
{
  if (!(self->b > 0))
    return constant_cdf (self, x);
  return x <= 0 ? 0 : gsl_cdf_ugaussian_P (log (x / self->a) / self->b);
}

static gdouble
lognormal_quantile (Self self, gdouble p)
{
  return self->a * exp (self->b * gsl_cdf_ugaussian_Pinv (p));
}

static gdouble
lognormal_mean (Self self)
{
  return self->a * exp (self->b * self->b / 2);
}

static gdouble
lognormal_variance (Self self)
{
  return self->a * self->a * exp (self->b * self->b) * expm1 (self->b * self->b);
}

static gdouble
lognormal_min (Self self)
{
  return self->b > 0 ? 0 : self->a;
}

static const PnyxDistributionKind lognormal = { .name = "lognormal",
                                                .arguments = "vn",
                                                .usage = "lognormal(MEDIAN, SIGMA)",
                                                .check = lognormal_check,
                                                .cdf = lognormal_cdf,
                                                .quantile = lognormal_quantile,
                                                .mean = lognormal_mean,
                                                .variance = lognormal_variance,
                                                .min = lognormal_min,
                                                .max = normal_max };

/* pareto (minimum, shape) */

static const gchar *
pareto_check (Self self)
{
  return !(self->a > 0) ? "the minimum must be above 0"
         : self->b > 0  ? NULL
                        : "the shape must be above 0";
}

static gdouble
pareto_cdf (Self self, gdouble x)
{
  return x <= self->a ? 0 : -expm1 (-self->b * log (x / self->a));
}

static gdouble
pareto_quantile (Self self, gdouble p)
{
  return self->a * exp (-log1p (-p) / self->b);
}

static gdouble
pareto_mean (Self self)
{
  return self->b > 1 ? self->a * self->b / (self->b - 1) : INFINITY;
}

static gdouble
pareto_variance (Self self)
{
  gdouble k = self->b;

  if (!(k > 1))
    return NAN;
  return k > 2 ? self->a * self->a * k / ((k - 1) * (k - 1) * (k - 2)) : INFINITY;
}

static const PnyxDistributionKind pareto = { .name = "pareto",
                                             .arguments = "vn",
                                             .usage = "pareto(MIN, SHAPE)",
                                             .check = pareto_check,
                                             .cdf = pareto_cdf,
                                             .quantile = pareto_quantile,
                                             .mean = pareto_mean,
                                             .variance = pareto_variance,
                                             .min = parameter_a,
                                             .max = positive_infinity };

/* generalised-pareto (location, scale, shape); shape 0 is exponential, below 0 bounded */

static const gchar *
generalised_pareto_check (Self self)
{
  return self->b > 0 ? NULL : "the scale must be above 0";
}

static gboolean
generalised_pareto_is_exponential (Self self)
{
  return fabs (self->c) < 1e-12;
}

static gdouble
generalised_pareto_max (Self self)
{
  return self->c < 0 && !generalised_pareto_is_exponential (self) ? self->a - self->b / self->c
                                                                  : INFINITY;
}

static gdouble
generalised_pareto_cdf (Self self, gdouble x)
{
  gdouble z = (x - self->a) / self->b;

  if (z <= 0)
    return 0;
  if (generalised_pareto_is_exponential (self))
    return -expm1 (-z);
  return 1 + self->c * z <= 0 ? 1 : -expm1 (-log1p (self->c * z) / self->c);
}

static gdouble
generalised_pareto_quantile (Self self, gdouble p)
{
  gdouble e = -log1p (-p);

  return self->a
         + self->b * (generalised_pareto_is_exponential (self) ? e : expm1 (self->c * e) / self->c);
}

static gdouble
generalised_pareto_mean (Self self)
{
  return self->c < 1 ? self->a + self->b / (1 - self->c) : INFINITY;
}

static gdouble
generalised_pareto_variance (Self self)
{
  gdouble k = self->c;

  if (!(k < 1))
    return NAN;
  return k < 0.5 ? self->b * self->b / ((1 - k) * (1 - k) * (1 - 2 * k)) : INFINITY;
}

static const PnyxDistributionKind generalised_pareto
    = { .name = "generalised-pareto",
        .arguments = "vvn",
        .usage = "generalised-pareto(LOCATION, SCALE, SHAPE)",
        .check = generalised_pareto_check,
        .cdf = generalised_pareto_cdf,
        .quantile = generalised_pareto_quantile,
        .mean = generalised_pareto_mean,
        .variance = generalised_pareto_variance,
        .min = parameter_a,
        .max = generalised_pareto_max };

/* gamma (mean, shape) */

static const gchar *
gamma_check (Self self)
{
  return !(self->a > 0) ? "the mean must be above 0"
         : self->b > 0  ? NULL
                        : "the shape must be above 0";
}

static gdouble
gamma_cdf (Self self, gdouble x)
{
  return x <= 0 ? 0 : gsl_cdf_gamma_P (x, self->b, self->a / self->b);
}

static gdouble
gamma_quantile (Self self, gdouble p)
{
  gdouble high = self->a;

  while (gamma_cdf (self, high) < p)
    high *= 2;
  return pnyx_distribution_invert (self, p, 0, high);
}

static gdouble
gamma_sample (Self self, PnyxRngCursor *cursor)
{
  gsl_rng rng = { &cursor_type, cursor };

  return gsl_ran_gamma (&rng, self->b, self->a / self->b);
}

static gdouble
gamma_variance (Self self)
{
  return self->a * self->a / self->b;
}

static const PnyxDistributionKind gamma_kind = { .name = "gamma",
                                                 .arguments = "vn",
                                                 .usage = "gamma(MEAN, SHAPE)",
                                                 .check = gamma_check,
                                                 .cdf = gamma_cdf,
                                                 .quantile = gamma_quantile,
                                                 .sample = gamma_sample,
                                                 .mean = parameter_a,
                                                 .variance = gamma_variance,
                                                 .min = zero,
                                                 .max = positive_infinity };

/* Counts. */

/* The smallest whole number whose cdf reaches @p, at most @limit. */
static gdouble
count_quantile (Self self, gdouble p, gdouble limit)
{
  gdouble low = -1, high = MIN (limit, 1);

  while (high < limit && self->kind->cdf (self, high) < p)
    {
      low = high;
      high = MIN (limit, high * 2);
    }
  while (high - low > 1)
    {
      gdouble middle = floor (low + (high - low) / 2);

      if (self->kind->cdf (self, middle) >= p)
        high = middle;
      else
        low = middle;
    }
  return high;
}

/* poisson (mean) */

static const gchar *
poisson_check (Self self)
{
  return self->a >= 0 && self->a <= COUNT_MAX ? NULL : "the mean must lie between 0 and 1e9";
}

static gdouble
poisson_cdf (Self self, gdouble x)
{
  if (x < 0)
    return 0;
  return x >= G_MAXUINT32 ? 1 : gsl_cdf_poisson_P ((guint)x, self->a);
}

static gdouble
poisson_quantile (Self self, gdouble p)
{
  return count_quantile (self, p, G_MAXUINT32);
}

static gdouble
poisson_sample (Self self, PnyxRngCursor *cursor)
{
  gsl_rng rng = { &cursor_type, cursor };

  return gsl_ran_poisson (&rng, self->a);
}

static gdouble
poisson_max (Self self)
{
  return self->a > 0 ? INFINITY : 0;
}

static const PnyxDistributionKind poisson = { .name = "poisson",
                                              .arguments = "n",
                                              .usage = "poisson(MEAN)",
                                              .is_count = TRUE,
                                              .check = poisson_check,
                                              .cdf = poisson_cdf,
                                              .quantile = poisson_quantile,
                                              .sample = poisson_sample,
                                              .mean = parameter_a,
                                              .variance = parameter_a,
                                              .min = zero,
                                              .max = poisson_max };

/* binomial (trials, probability) */

static const gchar *
binomial_check (Self self)
{
  if (!(self->a >= 0 && self->a <= COUNT_MAX && self->a <= floor (self->a)))
    return "the trials must be a whole number from 0 to 1e9";
  return self->b >= 0 && self->b <= 1 ? NULL : "the probability must lie between 0 and 1";
}

static gdouble
binomial_cdf (Self self, gdouble x)
{
  if (x < 0)
    return 0;
  return x >= self->a ? 1 : gsl_cdf_binomial_P ((guint)x, self->b, (guint)self->a);
}

static gdouble
binomial_quantile (Self self, gdouble p)
{
  return count_quantile (self, p, self->a);
}

static gdouble
binomial_sample (Self self, PnyxRngCursor *cursor)
{
  gsl_rng rng = { &cursor_type, cursor };

  return gsl_ran_binomial (&rng, self->b, (guint)self->a);
}

static gdouble
binomial_mean (Self self)
{
  return self->a * self->b;
}

static gdouble
binomial_variance (Self self)
{
  return self->a * self->b * (1 - self->b);
}

static gdouble
binomial_min (Self self)
{
  return self->b < 1 ? 0 : self->a;
}

static gdouble
binomial_max (Self self)
{
  return self->b > 0 ? self->a : 0;
}

static const PnyxDistributionKind binomial = { .name = "binomial",
                                               .arguments = "nn",
                                               .usage = "binomial(TRIALS, PROBABILITY)",
                                               .is_count = TRUE,
                                               .check = binomial_check,
                                               .cdf = binomial_cdf,
                                               .quantile = binomial_quantile,
                                               .sample = binomial_sample,
                                               .mean = binomial_mean,
                                               .variance = binomial_variance,
                                               .min = binomial_min,
                                               .max = binomial_max };

/* empirical (value: weight, ...) */

/* The first term whose cumulative weight reaches @p. */
static gsize
term_at (Self self, gdouble p)
{
  gsize low = 0, high = self->n - 1;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (self->cumulative[middle] >= p)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static gdouble
empirical_cdf (Self self, gdouble x)
{
  gsize low = 0, high = self->n;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (self->values[middle] <= x)
        low = middle + 1;
      else
        high = middle;
    }
  return low == 0 ? 0 : self->cumulative[low - 1];
}

static gdouble
empirical_quantile (Self self, gdouble p)
{
  return self->values[term_at (self, p)];
}

static gdouble
empirical_mean (Self self)
{
  gdouble sum = 0;

  for (gsize i = 0; i < self->n; i++)
    sum += self->weights[i] * self->values[i];
  return sum;
}

static gdouble
empirical_variance (Self self)
{
  gdouble mean = empirical_mean (self), sum = 0;

  for (gsize i = 0; i < self->n; i++)
    sum += self->weights[i] * (self->values[i] - mean) * (self->values[i] - mean);
  return sum;
}

static gdouble
empirical_min (Self self)
{
  return self->values[0];
}

static gdouble
empirical_max (Self self)
{
  return self->values[self->n - 1];
}

static const PnyxDistributionKind empirical = { .name = "empirical",
                                                .arguments = "w",
                                                .usage = "empirical(VALUE: WEIGHT, ...)",
                                                .check = no_check,
                                                .cdf = empirical_cdf,
                                                .quantile = empirical_quantile,
                                                .mean = empirical_mean,
                                                .variance = empirical_variance,
                                                .min = empirical_min,
                                                .max = empirical_max };

/* mixture (weight: distribution, ...) */

static gdouble
mixture_cdf (Self self, gdouble x)
{
  gdouble sum = 0;

  for (gsize i = 0; i < self->n; i++)
    sum += self->weights[i] * pnyx_distribution_cdf (self->parts[i], x);
  return MIN (sum, 1);
}

/* Between the smallest and the largest quantile of the parts. */
static gdouble
mixture_quantile (Self self, gdouble p)
{
  gdouble low = INFINITY, high = -INFINITY;

  for (gsize i = 0; i < self->n; i++)
    {
      gdouble part = self->parts[i]->kind->quantile (self->parts[i], p);

      low = MIN (low, part);
      high = MAX (high, part);
    }
  return pnyx_distribution_invert (self, p, nextafter (low, -INFINITY), high);
}

static gdouble
mixture_sample (Self self, PnyxRngCursor *cursor)
{
  return pnyx_distribution_draw (self->parts[term_at (self, pnyx_rng_cursor_uniform (cursor))],
                                 cursor);
}

static gdouble
mixture_mean (Self self)
{
  gdouble sum = 0;

  for (gsize i = 0; i < self->n; i++)
    sum += self->weights[i] * pnyx_distribution_mean (self->parts[i]);
  return sum;
}

static gdouble
mixture_variance (Self self)
{
  gdouble mean = mixture_mean (self), sum = 0;

  for (gsize i = 0; i < self->n; i++)
    {
      gdouble distance = pnyx_distribution_mean (self->parts[i]) - mean;

      sum += self->weights[i] * (pnyx_distribution_variance (self->parts[i]) + distance * distance);
    }
  return sum;
}

static gdouble
mixture_min (Self self)
{
  gdouble least = INFINITY;

  for (gsize i = 0; i < self->n; i++)
    least = MIN (least, pnyx_distribution_min (self->parts[i]));
  return least;
}

static gdouble
mixture_max (Self self)
{
  gdouble largest = -INFINITY;

  for (gsize i = 0; i < self->n; i++)
    largest = MAX (largest, pnyx_distribution_max (self->parts[i]));
  return largest;
}

static const PnyxDistributionKind mixture = { .name = "mixture",
                                              .arguments = "m",
                                              .usage = "mixture(WEIGHT: DISTRIBUTION, ...)",
                                              .check = no_check,
                                              .cdf = mixture_cdf,
                                              .quantile = mixture_quantile,
                                              .sample = mixture_sample,
                                              .mean = mixture_mean,
                                              .variance = mixture_variance,
                                              .min = mixture_min,
                                              .max = mixture_max };

/* truncated (distribution, minimum, maximum) */

static const gchar *
truncated_check (Self self)
{
  if (!(self->a <= self->b))
    return "the minimum is above the maximum";
  return self->mass > 0 ? NULL : "nothing of the distribution lies in the interval";
}

static gdouble
truncated_cdf (Self self, gdouble x)
{
  if (x < self->a)
    return 0;
  if (x >= self->b)
    return 1;
  return CLAMP ((pnyx_distribution_cdf (self->parts[0], x) - self->c) / self->mass, 0, 1);
}

static gdouble
truncated_quantile (Self self, gdouble p)
{
  gdouble inner = self->c + p * self->mass;

  if (!(inner > 0))
    return MAX (self->a, pnyx_distribution_min (self->parts[0]));
  if (!(inner < 1))
    return MIN (self->b, pnyx_distribution_max (self->parts[0]));
  return CLAMP (pnyx_distribution_quantile (self->parts[0], inner), self->a, self->b);
}

static gdouble
truncated_mean (Self self)
{
  PnyxMoments moments = pnyx_distribution_moments (self->parts[0], self->a, self->b);

  return moments.first / moments.mass;
}

static gdouble
truncated_variance (Self self)
{
  PnyxMoments moments = pnyx_distribution_moments (self->parts[0], self->a, self->b);
  gdouble mean = moments.first / moments.mass;

  return MAX (0, moments.second / moments.mass - mean * mean);
}

static gdouble
truncated_min (Self self)
{
  return MAX (self->a, pnyx_distribution_min (self->parts[0]));
}

static gdouble
truncated_max (Self self)
{
  return MIN (self->b, pnyx_distribution_max (self->parts[0]));
}

static const PnyxDistributionKind truncated = { .name = "truncated",
                                                .arguments = "t",
                                                .usage = "truncated(DISTRIBUTION, MIN, MAX)",
                                                .check = truncated_check,
                                                .cdf = truncated_cdf,
                                                .quantile = truncated_quantile,
                                                .mean = truncated_mean,
                                                .variance = truncated_variance,
                                                .min = truncated_min,
                                                .max = truncated_max };

const PnyxDistributionKind *const pnyx_distribution_kinds[]
    = { &constant,   &uniform, &exponential, &normal,    &lognormal, &pareto,   &generalised_pareto,
        &gamma_kind, &poisson, &binomial,    &empirical, &mixture,   &truncated };

const gsize pnyx_distribution_n_kinds = G_N_ELEMENTS (pnyx_distribution_kinds);
