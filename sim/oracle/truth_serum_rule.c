/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/truth_serum_rule.h"

#include <math.h>

gdouble
pnyx_truth_serum_information (gdouble endorsed, gdouble predicted)
{
  return log (endorsed / predicted);
}

gdouble
pnyx_truth_serum_prediction (const gdouble *endorsed, const gdouble *prediction, gsize n)
{
  gdouble score = 0;

  for (gsize i = 0; i < n; i++)
    if (endorsed[i] > 0)
      score += endorsed[i] * log (prediction[i] / endorsed[i]);
  return score;
}
