/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of `<sweep>` and what stands in it. */
#include <math.h>

#include "batch/sweep_priv.h"
#include "metric/metric.h"

/* ---- <axis> ---- */

static const gchar *const scales[] = { "linear", "log", NULL };

static const PnyxParam axis_params[] = {
  { .name = "path",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxAxisParams, path),
    .meaning = "What varies, as of --set: STEP/.../@attribute (see: pnyx describe SCENARIO)." },
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (PnyxAxisParams, name),
    .meaning = "Name of its column in the results; the path where it is absent." },
  { .name = "values",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxAxisParams, values),
    .meaning = "Its values, with commas between them, each written as the attribute itself; one "
               "that holds a comma outside of brackets stands in single quotes." },
  { .name = "from",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxAxisParams, from),
    .meaning = "The first value of a range." },
  { .name = "to",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxAxisParams, to),
    .meaning = "The last value of a range." },
  { .name = "steps",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "2",
    .max = "1000000",
    .offset = offsetof (PnyxAxisParams, steps),
    .meaning = "How many values the range has, both ends among them; absent in random designs." },
  { .name = "scale",
    .type = PNYX_PARAM_ENUM,
    .choices = scales,
    .fallback = "linear",
    .offset = offsetof (PnyxAxisParams, scale),
    .meaning = "Whether equal steps of the range add the same or multiply by the same." },
  { .name = "zip",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (PnyxAxisParams, zip),
    .meaning = "Axes with the same word here step together instead of being crossed." },
};

static gboolean
check_axis (const PnyxSection *section, GError **error)
{
  const PnyxAxisParams *axis = section->params;
  gboolean range = axis->from != NULL || axis->to != NULL;
  const gchar *wrong = NULL;

  if (axis->values != NULL && range)
    wrong = "has values and a range (expected values=\"...\", or from and to)";
  else if (axis->values == NULL && (axis->from == NULL || axis->to == NULL))
    wrong = "has no values (expected values=\"...\", or from, to and steps)";
  else if (axis->values != NULL
           && (axis->steps != PNYX_COUNT_UNSET || !pnyx_section_is_default (section, "scale")))
    wrong = "has values, to which steps and scale mean nothing (expected from and to with them)";
  if (wrong != NULL)
    pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place, "axis %s %s", axis->path,
                       wrong);
  return wrong == NULL;
}

static const PnyxElement axis_element = {
  .name = "axis",
  .meaning = "A value of the scenario that varies from point to point.",
  .params = axis_params,
  .n_params = G_N_ELEMENTS (axis_params),
  .params_size = sizeof (PnyxAxisParams),
  .check = check_axis,
};

/* ---- <when> ---- */

static const gchar *const relations[]
    = { "below", "at-most", "equal", "not-equal", "at-least", "above", NULL };

static const PnyxParam when_params[] = {
  { .name = "axis",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxWhenParams, axis),
    .meaning = "Name of the axis whose value is judged." },
  { .name = "is",
    .type = PNYX_PARAM_ENUM,
    .choices = relations,
    .offset = offsetof (PnyxWhenParams, is),
    .meaning = "How it has to compare." },
  { .name = "value",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxWhenParams, value),
    .meaning = "With this, written as the attribute itself." },
  { .name = "other",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxWhenParams, other),
    .meaning = "With the value of the axis of this name." },
};

static gboolean
check_when (const PnyxSection *section, GError **error)
{
  const PnyxWhenParams *when = section->params;

  if ((when->value == NULL) != (when->other == NULL))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                     "<%s> compares with %s (expected either value=\"...\" or other=\"AXIS\")",
                     section->element->name, when->value == NULL ? "nothing" : "two things");
  return FALSE;
}

static const PnyxElement or_element = {
  .name = "or",
  .meaning = "Another condition that is enough.",
  .params = when_params,
  .n_params = G_N_ELEMENTS (when_params),
  .params_size = sizeof (PnyxWhenParams),
  .check = check_when,
};

static const PnyxChild when_children[] = { { &or_element, 0, 0 } };

static const PnyxElement when_element = {
  .name = "when",
  .meaning
  = "Only the points that meet this condition, or one of those inside, are run; of several "
    "such elements all have to hold.",
  .params = when_params,
  .n_params = G_N_ELEMENTS (when_params),
  .params_size = sizeof (PnyxWhenParams),
  .children = when_children,
  .n_children = G_N_ELEMENTS (when_children),
  .check = check_when,
};

/* ---- <precision> ---- */

static const PnyxParam precision_params[] = {
  { .name = "metric",
    .type = PNYX_PARAM_TEXT,
    .offset = offsetof (PnyxPrecisionParams, metric),
    .meaning = "The metric whose mean has to be known well enough (see: pnyx list metric)." },
  { .name = "scope",
    .type = PNYX_PARAM_TEXT,
    .fallback = "",
    .offset = offsetof (PnyxPrecisionParams, scope),
    .meaning = "Of which chain, oracle ...; absent: of the world, or the only one." },
  { .name = "half-width",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (PnyxPrecisionParams, half_width),
    .meaning
    = "Half the width of the 95 % interval that is enough, in the SI unit of the metric." },
  { .name = "relative",
    .type = PNYX_PARAM_REAL,
    .fallback = "",
    .min = "0",
    .max = "1",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (PnyxPrecisionParams, relative),
    .meaning = "The same as a share of the mean." },
  { .name = "replicates-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "1000",
    .min = "10",
    .max = "1000000",
    .offset = offsetof (PnyxPrecisionParams, replicates_max),
    .meaning = "The most replicates that a point gets, precise or not." },
};

static gboolean
check_precision (const PnyxSection *section, GError **error)
{
  const PnyxPrecisionParams *precision = section->params;
  PnyxPlace place = pnyx_section_place_of (section, "metric");

  if (isnan (precision->half_width) == isnan (precision->relative))
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                         "<precision> has %s of half-width and relative (expected one of them)",
                         isnan (precision->relative) ? "none" : "both");
      return FALSE;
    }
  if (pnyx_metric_exists (precision->metric))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                     "no metric \"%s\" (expected one of: pnyx list metric, with its statistic)",
                     precision->metric);
  return FALSE;
}

static const PnyxElement precision_element = {
  .name = "precision",
  .meaning = "Replicates go on at each point until a mean is known well enough. It is looked at "
             "after run/@replicates of them, at least 10, and then after half as many more again "
             "and again.",
  .params = precision_params,
  .n_params = G_N_ELEMENTS (precision_params),
  .params_size = sizeof (PnyxPrecisionParams),
  .check = check_precision,
};

/* ---- <sweep> ---- */

static const gchar *const designs[]
    = { "grid", "uniform", "latin-hypercube", "sobol", "morris", "saltelli", NULL };

static const PnyxParam sweep_params[] = {
  { .name = "design",
    .type = PNYX_PARAM_ENUM,
    .choices = designs,
    .fallback = "grid",
    .offset = offsetof (PnyxSweepParams, design),
    .meaning = "Which points: all combinations of the axes; or points spread at random over their "
               "ranges; or the designs of sensitivity analysis, for screening (morris) and for "
               "Sobol's indices (saltelli).",
    .source = "base/design.h names the source of each" },
  { .name = "samples",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "10000000",
    .offset = offsetof (PnyxSweepParams, samples),
    .meaning = "Size of a random design: its points; trajectories of axes + 1 points (morris); or "
               "rows, each of axes + 2 points (saltelli)." },
};

static gboolean
check_sweep (const PnyxSection *section, GError **error)
{
  const PnyxSweepParams *sweep = section->params;
  gboolean random = sweep->design != PNYX_SWEEP_GRID;
  PnyxPlace place = pnyx_section_place_of (section, random ? "design" : "samples");

  if (random == (sweep->samples != PNYX_COUNT_UNSET))
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     random ? "design %s has no size (expected samples=\"...\")"
                            : "samples means nothing to design %s (expected a random design)",
                     designs[sweep->design]);
  return FALSE;
}

static const PnyxChild sweep_children[] = {
  { &axis_element, 1, 1000 },
  { &when_element, 0, 1000 },
  { &precision_element, 0, 1 },
};

const PnyxElement pnyx_element_sweep = {
  .name = "sweep",
  .meaning
  = "What `pnyx sweep` runs: the scenario at every point of these axes. `pnyx run` does not "
    "look at it.",
  .params = sweep_params,
  .n_params = G_N_ELEMENTS (sweep_params),
  .params_size = sizeof (PnyxSweepParams),
  .children = sweep_children,
  .n_children = G_N_ELEMENTS (sweep_children),
  .check = check_sweep,
};
