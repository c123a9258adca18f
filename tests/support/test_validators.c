/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test_validators.h"

#include <math.h>
#include <string.h>

#include "support/toy_read.h"

typedef struct
{
  const gchar *name;
} RootParams;

static const PnyxParam root_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (RootParams, name),
    .meaning = "Its name." },
};

static const PnyxChild root_children[]
    = { { &pnyx_element_network, 1, 1 }, { &pnyx_element_gasper_validators, 0, 1 } };

const PnyxElement test_validators_root = { .name = "scenario",
                                           .meaning = "A network and validators.",
                                           .params = root_params,
                                           .n_params = G_N_ELEMENTS (root_params),
                                           .params_size = sizeof (RootParams),
                                           .children = root_children,
                                           .n_children = G_N_ELEMENTS (root_children) };

static PnyxScenario *
read_scenario (const TestValidatorsParams *params, const gchar *folder, GError **error)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReader reader = { .root = &test_validators_root, .data_folder = data };
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='" PNYX_NAMESPACE "' name='t'>\n%s<network %s</network></scenario>\n",
      params->validators == NULL ? "" : params->validators,
      params->network == NULL ? "nodes='10'>" : params->network);
  g_autofree gchar *path = toy_write (folder, "scenario.xml", text);

  if (params->csv != NULL)
    g_free (toy_write (folder, "stakes.csv", params->csv));
  return pnyx_scenario_read (&reader, path, error);
}

static void
make_nodes (TestValidators *self)
{
  const PnyxSection *network = pnyx_section_child (self->scenario->root, "network", 0);
  guint32 n = (guint32)((const PnyxNetworkParams *)network->params)->nodes;

  self->region[0] = (PnyxRegion){ .name = "north", .share = 1, .upload = NAN, .download = NAN };
  self->region[1] = (PnyxRegion){ .name = "south", .share = 1, .upload = NAN, .download = NAN };
  self->regions = (PnyxRegions){ .n = 2, .regions = self->region };
  pnyx_nodes_init (&self->nodes, self->world, network, n, &self->regions);
}

static TestValidators *
make (const TestValidatorsParams *params, const gchar *folder, GError **error)
{
  TestValidators *self = g_new0 (TestValidators, 1);
  PnyxWorldOptions options = { .seed = params->seed };

  self->scenario = read_scenario (params, folder, error);
  if (self->scenario == NULL)
    return self;
  self->world = pnyx_world_new (&options);
  make_nodes (self);
  pnyx_gasper_validators_init (
      &self->table, self->world, &self->nodes, &self->regions, params->chain,
      pnyx_section_child (self->scenario->root, "validators", 0),
      (params->max == 0 ? 2048 : params->max) * TEST_ETH, 32, 12 * PNYX_SECOND, error);
  return self;
}

TestValidators *
test_validators_new (const TestValidatorsParams *params)
{
  g_autofree gchar *folder = toy_folder ();
  g_autoptr (GError) error = NULL;
  TestValidators *self = make (params, folder, &error);

  toy_folder_remove (folder);
  g_assert_no_error (error);
  return self;
}

TestValidators *
test_validators_read (const gchar *validators)
{
  TestValidatorsParams params = { .validators = validators };

  return test_validators_new (&params);
}

void
test_validators_free (TestValidators *self)
{
  pnyx_world_free (self->world);
  pnyx_scenario_free (self->scenario);
  g_free (self);
}

gchar *
test_validators_refusal (const TestValidatorsParams *params, gint code)
{
  g_autofree gchar *folder = toy_folder ();
  g_autofree gchar *prefix = g_strconcat (folder, "/", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) message = NULL;

  test_validators_free (make (params, folder, &error));
  toy_folder_remove (folder);
  g_assert_error (error, PNYX_ERROR, code);
  message = g_string_new (error->message);
  g_string_replace (message, prefix, "", 0);
  g_assert_null (strchr (message->str, '\n'));
  return g_strdup (message->str);
}

void
test_validators_refuse (const gchar *validators, gint code, const gchar *message)
{
  TestValidatorsParams params = { .validators = validators };
  g_autofree gchar *given = test_validators_refusal (&params, code);

  g_assert_cmpstr (given, ==, message);
}

guint32
test_validators_chosen (const TestValidators *self, guint deviation)
{
  guint32 n = 0;

  for (guint32 i = 0; i < self->table.n; i++)
    n += self->table.deviations[deviation].chosen[i];
  return n;
}

guint64
test_validators_chosen_eth (const TestValidators *self, guint deviation)
{
  guint64 sum = 0;

  for (guint32 i = 0; i < self->table.n; i++)
    if (self->table.deviations[deviation].chosen[i] != 0)
      sum += self->table.effective_balance[i] / TEST_ETH;
  return sum;
}
