/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"
#include "protocol/nakamoto_theory.h"

#define CURVE_POINTS 100

typedef struct
{
  PnyxTime interval;
  PnyxTime delay;
  PnyxReals shares;
} Params;

static const PnyxParam params_table[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .min = "1 ms",
    .offset = offsetof (Params, interval),
    .meaning = "Mean time between blocks of what was simulated; where it is absent, the value of "
               "the sweep's axis whose name ends in \"interval\"." },
  { .name = "delay",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .min = "1 us",
    .offset = offsetof (Params, delay),
    .meaning = "Delay of the closed form; where it is absent, the mean of latency.propagation over "
               "the points." },
  { .name = "shares",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, shares),
    .meaning = "Hash rates of the closed form's miners in any unit; absent: infinitely many." },
};

/* Interval of what @curve shows, in s; NaN: unknown. */
static gdouble
interval_of (const PnyxFigureData *data, const Params *params, const PnyxCurve *curve)
{
  return params->interval == PNYX_TIME_UNSET ? pnyx_figure_data_axis (data, curve, "interval")
                                             : pnyx_time_to_seconds (params->interval);
}

static gdouble
delay_of (const PnyxFigureData *data, const Params *params, const GArray *curves)
{
  gdouble sum = 0;
  guint n = 0;

  if (params->delay != PNYX_TIME_UNSET)
    return pnyx_time_to_seconds (params->delay);
  for (guint i = 0; i < curves->len; i++)
    {
      gdouble mean = pnyx_figure_data_mean (data, &g_array_index (curves, PnyxCurve, i),
                                            "latency.propagation.mean");

      if (isfinite (mean) && mean > 0)
        {
          sum += mean;
          n++;
        }
    }
  return n > 0 ? sum / n : NAN;
}

static void
add_row (PnyxSheet *sheet, gint64 curve, gdouble interval, gdouble rate, gdouble low, gdouble high)
{
  pnyx_table_add_integer (sheet->data, curve);
  pnyx_table_add_number (sheet->data, interval);
  pnyx_table_add_number (sheet->data, rate);
  pnyx_table_add_number (sheet->data, low);
  pnyx_table_add_number (sheet->data, high);
}

/* Curve 0: the closed form over five times the intervals that were simulated. */
static void
add_closed_form (PnyxSheet *sheet, const Params *params, gdouble delay, gdouble low, gdouble high)
{
  for (guint i = 0; i <= CURVE_POINTS; i++)
    {
      gdouble interval = low * pow (high / low, (gdouble)i / CURVE_POINTS);
      gdouble fork
          = pnyx_nakamoto_fork_rate (params->shares.values, params->shares.n, delay, interval);

      add_row (sheet, 0, interval, pnyx_nakamoto_orphan_rate (fork), NAN, NAN);
    }
}

/* Curve 1: what was simulated. Returns: whether there is an interval for each. */
static gboolean
add_simulated (PnyxSheet *sheet, const PnyxFigureData *data, const Params *params,
               const GArray *curves, gdouble range[2])
{
  for (guint i = 0; i < curves->len; i++)
    {
      const PnyxCurve *curve = &g_array_index (curves, PnyxCurve, i);
      PnyxEstimate rate = pnyx_figure_data_estimate (data, curve, "blocks.orphan_rate");
      gdouble interval = interval_of (data, params, curve);

      if (!(interval > 0))
        return FALSE;
      range[0] = fmin (range[0], interval);
      range[1] = fmax (range[1], interval);
      add_row (sheet, 1, interval, rate.mean, rate.low, rate.high);
    }
  return TRUE;
}

/* How many points there are, how many have no stale block, and whether there are intervals: an axis
 * of logarithms shows no 0. */
static void
add_counts (PnyxSheet *sheet, const PnyxFigureData *data, const GArray *curves)
{
  gboolean intervals = FALSE;
  guint zeros = 0;

  for (guint i = 0; i < curves->len; i++)
    {
      PnyxEstimate rate = pnyx_figure_data_estimate (data, &g_array_index (curves, PnyxCurve, i),
                                                     "blocks.orphan_rate");

      zeros += rate.mean == 0 ? 1 : 0;
      intervals |= isfinite (rate.low);
    }
  pnyx_sheet_number (sheet, "points", curves->len);
  pnyx_sheet_number (sheet, "zeros", zeros);
  pnyx_sheet_number (sheet, "intervals", intervals);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "curve", "interval", "rate", "low", "high", NULL };
  const Params *params = p;
  gdouble range[2] = { INFINITY, 0 }, delay;
  const PnyxFrame *rates = pnyx_figure_data_metric (data, "blocks.orphan_rate", error);
  g_autoptr (GArray) curves
      = rates == NULL ? NULL : pnyx_figure_curves (rates, "blocks.orphan_rate", NULL, 0, error);

  if (curves == NULL)
    return FALSE;
  delay = delay_of (data, params, curves);
  if (!(delay > 0))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the results hold no values of latency.propagation.mean (expected it, or "
                   "delay=\"...\")");
      return FALSE;
    }
  pnyx_sheet_table (sheet, columns);
  if (!add_simulated (sheet, data, params, curves, range))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the interval between blocks is unknown (expected interval=\"600 s\", or an "
                   "axis of the sweep whose name ends in \"interval\")");
      return FALSE;
    }
  add_closed_form (sheet, params, delay, range[0] / 5, range[1] * 5);
  pnyx_sheet_number (sheet, "height", 54);
  add_counts (sheet, data, curves);
  pnyx_sheet_number (sheet, "delay", delay);
  pnyx_sheet_number (sheet, "x_low", range[0] / 5);
  pnyx_sheet_number (sheet, "x_high", range[1] * 5);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_stale_rate = {
  .component = { .name = "stale-rate",
                 .summary = "Stale blocks over the block interval, simulated and in closed form.",
                 .source = "C. Decker, R. Wattenhofer, \"Information propagation in the Bitcoin "
                           "network\", P2P'13, section IV; A. Gervais et al., CCS 2016, figure 3",
                 .limits = "The closed form has one delay for all pairs of miners and at most two "
                           "branches. Bars are 95 % intervals over replicates.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
