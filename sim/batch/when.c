/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `<when>`: which points of a grid are kept. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "batch/sweep_priv.h"

static const PnyxAxis *
find_axis (const PnyxAxis *axes, guint n_axes, const gchar *name)
{
  for (guint i = 0; i < n_axes; i++)
    if (g_str_equal (axes[i].name, name))
      return &axes[i];
  return NULL;
}

/* -1, 0 or 1; 2 where two texts differ, which have no order. */
static gint
compare (const gchar *a, const gchar *b)
{
  gdouble x, y;

  if (pnyx_number_parse (a, &x) && pnyx_number_parse (b, &y))
    return x < y ? -1 : x > y ? 1 : 0;
  return g_str_equal (a, b) ? 0 : 2;
}

static gboolean
relation_holds (PnyxWhenRelation relation, gint order)
{
  switch (relation)
    {
    case PNYX_WHEN_BELOW:
      return order == -1;
    case PNYX_WHEN_AT_MOST:
      return order == -1 || order == 0;
    case PNYX_WHEN_EQUAL:
      return order == 0;
    case PNYX_WHEN_NOT_EQUAL:
      return order != 0;
    case PNYX_WHEN_AT_LEAST:
      return order == 0 || order == 1;
    case PNYX_WHEN_ABOVE:
      return order == 1;
    default:
      PNYX_FAIL ("no such relation");
    }
}

static gboolean
condition_holds (const PnyxSection *section, const PnyxAxis *axes, guint n_axes,
                 const gchar *const *shown)
{
  const PnyxWhenParams *when = section->params;
  const PnyxAxis *axis = find_axis (axes, n_axes, when->axis);
  g_autofree gchar *value = when->value != NULL ? pnyx_axis_shown (axis, when->value) : NULL;

  if (when->other != NULL)
    value = g_strdup (shown[find_axis (axes, n_axes, when->other) - axes]);
  return relation_holds ((PnyxWhenRelation)when->is, compare (shown[axis - axes], value));
}

gboolean
pnyx_when_holds (const PnyxSection *sweep, const PnyxAxis *axes, guint n_axes,
                 const gchar *const *shown)
{
  for (gsize i = 0; i < pnyx_section_count (sweep, "when"); i++)
    {
      const PnyxSection *when = pnyx_section_child (sweep, "when", i);
      gboolean holds = condition_holds (when, axes, n_axes, shown);

      for (gsize k = 0; !holds && k < pnyx_section_count (when, "or"); k++)
        holds = condition_holds (pnyx_section_child (when, "or", k), axes, n_axes, shown);
      if (!holds)
        return FALSE;
    }
  return TRUE;
}

/* ---- Checking ---- */

static const PnyxAxis *
require_axis (const PnyxSection *section, const gchar *attribute, const gchar *name,
              const PnyxAxis *axes, guint n_axes, GError **error)
{
  g_autofree const gchar **names = g_new0 (const gchar *, n_axes + 1);
  PnyxPlace place = pnyx_section_place_of (section, attribute);
  const PnyxAxis *axis = find_axis (axes, n_axes, name);
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;

  if (axis != NULL)
    return axis;
  for (guint i = 0; i < n_axes; i++)
    names[i] = axes[i].name;
  clause = pnyx_suggest_clause (name, names);
  list = g_strjoinv (", ", (gchar **)(gpointer)names);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place, "no axis \"%s\"%s (expected one of %s)",
                     name, clause, list);
  return NULL;
}

static gboolean
is_ordered (const PnyxAxis *axis)
{
  gdouble number;

  return axis->n == 0 || pnyx_number_parse (axis->shown[0], &number);
}

static gboolean
check_condition (const PnyxSection *section, const PnyxAxis *axes, guint n_axes, GError **error)
{
  const PnyxWhenParams *when = section->params;
  const PnyxAxis *axis = require_axis (section, "axis", when->axis, axes, n_axes, error);
  const PnyxAxis *other = NULL;
  gboolean order = when->is != PNYX_WHEN_EQUAL && when->is != PNYX_WHEN_NOT_EQUAL, ordered;

  if (axis == NULL)
    return FALSE;
  ordered = is_ordered (axis);
  if (when->other != NULL)
    {
      other = require_axis (section, "other", when->other, axes, n_axes, error);
      if (other == NULL)
        return FALSE;
      ordered = ordered && is_ordered (other);
    }
  else if (ordered)
    {
      PnyxPlace place = pnyx_section_place_of (section, "value");
      g_autofree gchar *shown = pnyx_axis_shown (axis, when->value);
      gdouble number;

      if (!pnyx_number_parse (shown, &number))
        {
          pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                             "\"%s\" is no value of axis %s (expected it as the attribute takes "
                             "it)",
                             when->value, when->axis);
          return FALSE;
        }
    }
  if (ordered || !order)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &section->place,
                     "what is no number has no order (expected is=\"equal\" or \"not-equal\")");
  return FALSE;
}

gboolean
pnyx_when_check (const PnyxSection *sweep, const PnyxAxis *axes, guint n_axes, GError **error)
{
  for (gsize i = 0; i < pnyx_section_count (sweep, "when"); i++)
    {
      const PnyxSection *when = pnyx_section_child (sweep, "when", i);

      if (!check_condition (when, axes, n_axes, error))
        return FALSE;
      for (gsize k = 0; k < pnyx_section_count (when, "or"); k++)
        if (!check_condition (pnyx_section_child (when, "or", k), axes, n_axes, error))
          return FALSE;
    }
  return TRUE;
}
