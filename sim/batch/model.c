/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/model.h"

#include <string.h>

#include "net/delay.h"
#include "net/network.h"
#include "protocol/protocol.h"

static const PnyxSection *
network_of (const PnyxModel *model)
{
  return pnyx_section_child (model->scenario->root, "network", 0);
}

/* The root section of the profile that attribute profile of @section names. */
static PnyxScenario *
read_profile (const PnyxSection *section, const PnyxElement *root, GError **error)
{
  PnyxReader reader = { .root = root };

  return pnyx_scenario_read (&reader, *(const gchar *const *)section->params, error);
}

static gboolean
read_regions (PnyxModel *model, GError **error)
{
  const PnyxSection *regions = pnyx_section_child (network_of (model), "regions", 0);

  model->region_profile = read_profile (regions, &pnyx_element_region_profile, error);
  if (model->region_profile == NULL)
    return FALSE;
  model->regions = pnyx_regions_new (model->region_profile->root, regions, error);
  return model->regions != NULL;
}

/* Every class names hardware that the energy profile has. */
static gboolean
check_hardware (const PnyxModel *model, GError **error)
{
  const PnyxSection *network = network_of (model);
  g_autofree const gchar **names = g_new0 (const gchar *, model->energy->n_hardware + 1);

  for (guint i = 0; i < model->energy->n_hardware; i++)
    names[i] = model->energy->hardware[i].name;
  for (gsize i = 0; i < MAX (pnyx_section_count (network, "class"), 1); i++)
    {
      const PnyxSection *section = pnyx_section_child (network, "class", i);
      const gchar *hardware
          = section ? ((const PnyxNodeClass *)section->params)->hardware : "cloud-server";
      PnyxPlace place = section ? pnyx_section_place_of (section, "hardware") : network->place;
      g_autofree gchar *known = NULL;

      if (pnyx_energy_hardware (model->energy, hardware) != NULL)
        continue;
      known = g_strjoinv (", ", (gchar **)(gpointer)names);
      pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                         "no hardware \"%s\" in the energy profile (expected one of %s)", hardware,
                         known);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_energy (PnyxModel *model, GError **error)
{
  const PnyxSection *section = pnyx_section_child (model->scenario->root, "energy", 0);

  model->energy_profile = read_profile (section, &pnyx_element_energy_profile, error);
  if (model->energy_profile == NULL)
    return FALSE;
  model->energy = pnyx_energy_profile_new (model->energy_profile->root, section, error);
  return model->energy != NULL && check_hardware (model, error);
}

static gboolean
check_spans (const PnyxModel *model, GError **error)
{
  return pnyx_model_span (model, &model->run->duration, "duration", error) >= 0
         && pnyx_model_span (model, &model->run->warmup, "warmup", error) >= 0;
}

static gboolean
check_batches (const PnyxModel *model, GError **error)
{
  PnyxPlace place
      = pnyx_section_place_of (pnyx_section_child (model->scenario->root, "run", 0), "batches");

  if (model->run->batches == PNYX_COUNT_UNSET || model->run->duration.unit != PNYX_SPAN_BLOCKS)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "batches are equal parts of time, and duration is given in blocks (expected a "
                     "time such as \"2 d\")");
  return FALSE;
}

/* Clocks that are off move deadlines; where no protocol has any they would change nothing. */
static gboolean
check_clocks (const PnyxModel *model, GError **error)
{
  const PnyxSection *network = network_of (model);
  const PnyxNetworkParams *params = network->params;
  PnyxPlace place = pnyx_section_place_of (network, "clock-offset");

  if (pnyx_distribution_min (params->clock_offset) == 0
      && pnyx_distribution_max (params->clock_offset) == 0)
    return TRUE;
  for (gsize i = 0; i < pnyx_section_count (model->scenario->root, "chain"); i++)
    {
      const PnyxSection *chain = pnyx_section_child (model->scenario->root, "chain", i);

      if (((const PnyxProtocolOps *)chain->component)->reads_clocks)
        return TRUE;
    }
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "clock-offset would change nothing: no chain runs a protocol with deadlines "
                     "(expected 0 s)");
  return FALSE;
}

static gboolean
refuse_work (const PnyxSection *section, const PnyxParam *params, gsize n, const gchar *delay,
             GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      PnyxPlace place = pnyx_section_place_of (section, params[i].name);

      if ((params[i].flags & PNYX_PARAM_WORK) == 0
          || pnyx_section_is_default (section, params[i].name))
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "%s does not go with delay %s, which is end to end (expected it absent)",
                         params[i].name, delay);
      return FALSE;
    }
  return TRUE;
}

/* Delays that are end to end hold the work of cores, too. */
static gboolean
check_work (const PnyxModel *model, GError **error)
{
  const PnyxSection *delay = pnyx_section_child (network_of (model), "delay", 0);
  const gchar *name = delay->component->name;

  if (((const PnyxDelayOps *)delay->component)->bound == NULL)
    return TRUE;
  for (gsize i = 0; i < pnyx_section_count (model->scenario->root, "chain"); i++)
    {
      const PnyxSection *chain = pnyx_section_child (model->scenario->root, "chain", i);

      if (!refuse_work (chain, chain->component->params, chain->component->n_params, name, error))
        return FALSE;
      for (guint k = 0; k < chain->children->len; k++)
        {
          const PnyxSection *child = g_ptr_array_index (chain->children, k);

          if (!refuse_work (child, child->element->params, child->element->n_params, name, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_attribution (const PnyxModel *model, GError **error)
{
  const PnyxSection *energy = pnyx_section_child (model->scenario->root, "energy", 0);
  gsize n = pnyx_section_count (model->scenario->root, "chain");
  PnyxPlace place = pnyx_section_place_of (energy, "attribution");

  if (model->energy->attribution != PNYX_ATTRIBUTION_FULL || n == 1)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                     "attribution full would count each node for each of %" G_GSIZE_FORMAT
                     " chains (expected equal, cpu or marginal)",
                     n);
  return FALSE;
}

/* @scenario: (transfer full) (nullable) */
static PnyxModel *
complete (PnyxScenario *scenario, GError **error)
{
  g_autoptr (PnyxModel) model = g_new0 (PnyxModel, 1);

  model->scenario = scenario;
  if (scenario == NULL)
    return NULL;
  model->params = scenario->root->params;
  model->run = pnyx_section_child (scenario->root, "run", 0)->params;
  if (!read_regions (model, error) || !read_energy (model, error) || !check_spans (model, error)
      || !check_batches (model, error) || !check_clocks (model, error)
      || !check_attribution (model, error) || !check_work (model, error))
    return NULL;
  return g_steal_pointer (&model);
}

PnyxModel *
pnyx_model_read (const gchar *path, const gchar *data_folder, const gchar *const *overrides,
                 GError **error)
{
  PnyxReader reader
      = { .root = &pnyx_element_scenario, .data_folder = data_folder, .overrides = overrides };

  return complete (pnyx_scenario_read (&reader, path, error), error);
}

PnyxModel *
pnyx_model_read_memory (const gchar *text, const gchar *name, const gchar *data_folder,
                        GError **error)
{
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data_folder };

  return complete (pnyx_scenario_read_memory (&reader, text, strlen (text), name, error), error);
}

PnyxModel *
pnyx_model_from_document (const PnyxDocument *document, const gchar *data_folder, GError **error)
{
  PnyxReader reader = { .root = &pnyx_element_scenario, .data_folder = data_folder };

  return complete (pnyx_scenario_from_document (&reader, document, error), error);
}

void
pnyx_model_free (PnyxModel *model)
{
  if (model == NULL)
    return;
  pnyx_regions_free (model->regions);
  pnyx_energy_profile_free (model->energy);
  pnyx_scenario_free (model->region_profile);
  pnyx_scenario_free (model->energy_profile);
  pnyx_scenario_free (model->scenario);
  g_free (model);
}

PnyxTime
pnyx_model_span (const PnyxModel *model, const PnyxSpan *span, const gchar *attribute,
                 GError **error)
{
  static const gchar *const units[] = { "time", "slots", "epochs", "blocks" };
  const PnyxSection *chain = pnyx_section_child (model->scenario->root, "chain", 0);
  const PnyxSection *run = pnyx_section_child (model->scenario->root, "run", 0);
  const PnyxProtocolOps *ops = (const PnyxProtocolOps *)chain->component;
  PnyxPlace place = pnyx_section_place_of (run, attribute);
  PnyxTime time = span->value;

  if (span->unit != PNYX_SPAN_TIME)
    time = ops->span ? ops->span (chain->component_params, span) : -1;
  if (time < 0)
    pnyx_set_error_at (
        error, PNYX_ERROR_CONFLICT, &place,
        "%s is given in %s, which protocol %s does not have (expected a time such as "
        "\"2 d\")",
        attribute, units[span->unit], ops->component.name);
  return time;
}
