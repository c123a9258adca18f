/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing that a scenario can name is without meaning, unit or source: elements, kinds, components,
 * parameters and metrics, over all tables. Toys that lack one thing each are found.
 */
#include <string.h>

#include "batch/root.h"
#include "metric/metric.h"
#include "scenario/tables.h"

/* A sentence: begins with a capital or a name in quotes or a number, says something, and ends. */
static gboolean
is_sentence (const gchar *text)
{
  gsize length = text == NULL ? 0 : strlen (text);

  return length > 3 && text[length - 1] == '.' && strstr (text, "  ") == NULL
         && strchr (text, ' ') != NULL && !g_ascii_isspace (text[0]);
}

/* A source names something: a publication, a specification, a program, or that it is our choice. */
static gboolean
is_source (const gchar *text)
{
  return text != NULL && strlen (text) > 3 && strstr (text, "unknown") == NULL;
}

static void
fault (GPtrArray *faults, const gchar *where, const gchar *name, const gchar *what)
{
  g_ptr_array_add (faults, g_strdup_printf ("%s%s%s %s", where, name == NULL ? "" : ": ",
                                            name == NULL ? "" : name, what));
}

/* A default with a dimension is a claim about the world, somebody's or said to be ours; 0 claims
 * nothing. */
static gboolean
has_dimension (const PnyxParam *param)
{
  switch (param->type)
    {
    case PNYX_PARAM_TIME:
    case PNYX_PARAM_SIZE:
    case PNYX_PARAM_STAKE:
      return TRUE;
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_REALS:
    case PNYX_PARAM_DISTRIBUTION:
      return param->unit != PNYX_UNIT_NONE;
    default:
      return FALSE;
    }
}

static gboolean
claims_something (const PnyxParam *param)
{
  const gchar *text = param->fallback;

  if (text == NULL || *text == '\0' || !has_dimension (param))
    return FALSE;
  return strpbrk (text, "123456789") != NULL;
}

/* A bare number whose text speaks of a dimension wants the unit instead. */
static gboolean
hides_a_unit (const PnyxParam *param)
{
  static const gchar *const words[]
      = { " seconds", " milliseconds", " watts", " joules", " bit/s", " gwei", " hours" };
  gboolean number = param->type == PNYX_PARAM_REAL || param->type == PNYX_PARAM_REALS
                    || param->type == PNYX_PARAM_DISTRIBUTION || param->type == PNYX_PARAM_COUNT
                    || param->type == PNYX_PARAM_INTEGER;

  for (gsize i = 0; number && param->unit == PNYX_UNIT_NONE && i < G_N_ELEMENTS (words); i++)
    if (strstr (param->meaning, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* @sourced: what they belong to names a source for all of them. */
static void
check_params (const gchar *where, const PnyxParam *params, gsize n, gboolean sourced,
              GPtrArray *faults)
{
  for (gsize i = 0; i < n; i++)
    {
      const PnyxParam *param = &params[i];

      if (!is_sentence (param->meaning))
        fault (faults, where, param->name, "has no meaning (expected a sentence)");
      else if (hides_a_unit (param))
        fault (faults, where, param->name, "has a dimension in words (expected a unit)");
      if (param->source != NULL && !is_source (param->source))
        fault (faults, where, param->name, "has an empty source");
      if (param->source == NULL && !sourced && claims_something (param))
        fault (faults, where, param->name, "has a default with a dimension and no source");
    }
}

static void
check_component (const PnyxKind *kind, const PnyxComponent *component, GPtrArray *faults)
{
  g_autofree gchar *where = g_strdup_printf ("%s/%s", kind->name, component->name);

  if (!is_sentence (component->summary))
    fault (faults, where, NULL, "has no summary (expected a sentence)");
  if (!is_source (component->source))
    fault (faults, where, NULL, "has no source");
  if (component->limits != NULL && !is_sentence (component->limits))
    fault (faults, where, NULL, "has limits that are no sentence");
  check_params (where, component->params, component->n_params, TRUE, faults);
}

static void
check_kind (const PnyxKind *kind, GPtrArray *faults)
{
  const PnyxComponent *component;

  if (!is_sentence (kind->meaning))
    fault (faults, kind->name, NULL, "has no meaning (expected a sentence)");
  for (gsize i = 0; (component = kind->get (i)) != NULL; i++)
    check_component (kind, component, faults);
}

static void
check_element (const PnyxElement *element, GPtrArray *faults)
{
  g_autofree gchar *where = g_strdup_printf ("<%s>", element->name);

  if (!is_sentence (element->meaning))
    fault (faults, where, NULL, "has no meaning (expected a sentence)");
  check_params (where, element->params, element->n_params, FALSE, faults);
}

/* Units as they stand in the tables of results; "" is a count or a share. */
static void
check_metric (const PnyxMetricInfo *metric, GPtrArray *faults)
{
  static const struct
  {
    const gchar *part, *unit;
  } dimensions[] = { { "latency.", "s" }, { ".delay", "s" }, { "_bytes", "B" }, { "power.", "W" } };

  if (!is_sentence (metric->definition))
    fault (faults, metric->name, NULL, "has no definition (expected a sentence)");
  if (metric->unit == NULL)
    fault (faults, metric->name, NULL, "has no unit (expected one, or \"\")");
  for (gsize i = 0; metric->unit != NULL && i < G_N_ELEMENTS (dimensions); i++)
    if (strstr (metric->name, dimensions[i].part) != NULL && *metric->unit == '\0')
      fault (faults, metric->name, NULL, "has a dimension by its name and no unit");
}

static void
show (GPtrArray *faults)
{
  for (guint i = 0; i < faults->len; i++)
    g_printerr ("%s\n", (const gchar *)g_ptr_array_index (faults, i));
  g_assert_cmpuint (faults->len, ==, 0);
}

static void
test_scenarios_say_what_they_mean (void)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) elements = pnyx_tables_elements (&pnyx_element_scenario);
  g_autoptr (GPtrArray) kinds = pnyx_tables_kinds (&pnyx_element_scenario);

  g_assert_cmpuint (elements->len, >, 30);
  g_assert_cmpuint (kinds->len, >=, 12);
  for (guint i = 0; i < elements->len; i++)
    check_element (g_ptr_array_index (elements, i), faults);
  for (guint i = 0; i < kinds->len; i++)
    check_kind (g_ptr_array_index (kinds, i), faults);
  show (faults);
}

static void
test_metrics_say_what_they_count (void)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  const PnyxMetricOps *family;
  guint n = 0;

  for (gsize i = 0; (family = pnyx_metric_family (i)) != NULL; i++)
    for (gsize k = 0; k < family->n_metrics; k++, n++)
      check_metric (&family->metrics[k], faults);
  g_assert_cmpuint (n, >, 100);
  show (faults);
}

/* ---- Toys that lack something ---- */

static void
test_what_is_missing_is_found (void)
{
  static const PnyxKind toys = { .name = "toy", .meaning = "Toys of this test." };
  static const PnyxParam good = { .name = "x",
                                  .type = PNYX_PARAM_TIME,
                                  .fallback = "3 s",
                                  .meaning = "Time to wait.",
                                  .source = "our choice" };
  PnyxParam params[] = { good, good, good, good, good, good, good };
  const PnyxComponent components[] = {
    { .name = "whole", .summary = "A whole toy.", .source = "an example" },
    { .name = "mute", .source = "an example" },
    { .name = "curt", .summary = "toy", .source = "an example" },
    { .name = "rootless", .summary = "A toy from nowhere." },
    { .name = "limits", .summary = "A toy.", .source = "an example", .limits = "" },
  };
  const PnyxMetricInfo metrics[] = { { "toy.whole", "s", NULL, "Time of the toys." },
                                     { "toy.mute", "s", NULL, "" },
                                     { "toy.bare", NULL, NULL, "Toys of all sorts." },
                                     { "latency.toy", "", NULL, "Time of the toys." } };
  static const guint component_faults[] = { 0, 1, 1, 1, 1 }, metric_faults[] = { 0, 1, 1, 1 };
  static const guint param_faults[] = { 0, 1, 1, 1, 1, 0, 1 };

  params[1].meaning = NULL;
  params[2].meaning = "Wait.";
  params[3].source = NULL;
  params[4].source = "?";
  params[5].source = NULL;
  params[5].fallback = "0 s"; /* claims nothing */
  params[6].type = PNYX_PARAM_REAL;
  params[6].meaning = "Time to wait, in seconds or so.";
  for (gsize i = 0; i < G_N_ELEMENTS (components); i++)
    {
      g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

      check_component (&toys, &components[i], faults);
      g_assert_cmpuint (faults->len, ==, component_faults[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
      PnyxElement element
          = { .name = "toy", .meaning = "Toys of this test.", .params = &params[i], .n_params = 1 };

      check_element (&element, faults);
      g_assert_cmpuint (faults->len, ==, param_faults[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

      check_metric (&metrics[i], faults);
      g_assert_cmpuint (faults->len, ==, metric_faults[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texts/scenarios-say-what-they-mean", test_scenarios_say_what_they_mean);
  g_test_add_func ("/texts/metrics-say-what-they-count", test_metrics_say_what_they_count);
  g_test_add_func ("/texts/what-is-missing-is-found", test_what_is_missing_is_found);
  return g_test_run ();
}
