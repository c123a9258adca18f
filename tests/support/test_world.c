/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test_world.h"

#include <glib/gstdio.h>
#include <string.h>

#include "adversary/adversary.h"
#include "net/faults.h"

/* LLVM's OpenMP keeps what its threads have until the very end. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libomp\n";
}

static gchar *
scenario_text (const gchar *body)
{
  return g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='t' seed='1'>\n%s</scenario>\n", body);
}

static gchar *
data_folder (void)
{
  return g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "data", NULL);
}

PnyxModel *
test_model (const gchar *body)
{
  g_autofree gchar *text = scenario_text (body);
  g_autofree gchar *folder = data_folder ();

  return run_text_model (text, folder);
}

PnyxSweep *
test_sweep (const gchar *body, gboolean whole)
{
  g_autofree gchar *text = scenario_text (body);
  g_autofree gchar *folder = data_folder ();

  return run_text_sweep (text, folder, whole);
}

/* Copies the small profiles beside the scenario, so that messages name files without a folder. */
static void
copy_data (const gchar *folder, const gchar *name)
{
  g_autofree gchar *data = data_folder ();
  g_autofree gchar *from = g_build_filename (data, name, NULL);
  g_autofree gchar *to = g_build_filename (folder, name, NULL);
  g_autofree gchar *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &text, &length, NULL));
  g_assert_true (g_file_set_contents (to, text, (gssize)length, NULL));
}

gchar *
test_refusal (const gchar *body, gint code)
{
  static const gchar *const copies[]
      = { "regions-two.xml", "energy-two-grids.xml", "edges-bad.txt", "edges-ring.txt" };
  g_autofree gchar *text = scenario_text (body);
  g_autofree gchar *folder = g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "scenario.xml", NULL);
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *prefix = g_strconcat (folder, "/", NULL);
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (PnyxRunResult) result = NULL;
  g_autoptr (GString) message = NULL;
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (copies); i++)
    copy_data (folder, copies[i]);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  model = pnyx_model_read (path, data, NULL, &error);
  if (model != NULL)
    result = pnyx_simulate (model, 0, 0, TRUE, &error);
  for (gsize i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      g_autofree gchar *copy = g_build_filename (folder, copies[i], NULL);

      g_unlink (copy);
    }
  g_unlink (path);
  g_rmdir (folder);
  g_assert_null (result);
  g_assert_nonnull (error);
  message = g_string_new (error->message);
  if (error->domain != PNYX_ERROR || error->code != code)
    g_error ("another error than expected (%d): %d %s", code, error->code, error->message);
  g_string_replace (message, prefix, "", 0);
  g_error_free (error);
  return g_strdup (message->str);
}

TestWorld *
test_world_new (const PnyxModel *model, guint32 replicate)
{
  const PnyxSection *root = model->scenario->root;
  const PnyxSection *network = pnyx_section_child (root, "network", 0);
  const PnyxSection *topology = pnyx_section_child (network, "topology", 0);
  PnyxWorldOptions options = { .seed = model->params->seed, .replicate = replicate };
  guint32 n = (guint32)((const PnyxNetworkParams *)network->params)->nodes;
  PnyxTopologyRequest request = { .n = n };
  g_autofree gboolean *nat = NULL;
  TestWorld *world = g_new0 (TestWorld, 1);
  GError *error = NULL;

  world->model = model;
  world->world = pnyx_world_new (&options);
  nat = pnyx_nodes_nat (world->world, network, n);
  request.nat = nat;
  pnyx_world_rng (world->world, &request.rng, "net.topology", topology->component->name);
  world->graph = pnyx_topology_make (topology, &request, &error);
  g_assert_no_error (error);
  world->network = pnyx_network_new (world->world, network, model->regions, world->graph, &error);
  g_assert_no_error (error);
  world->n_chains = (guint)pnyx_section_count (root, "chain");
  for (guint i = 0; i < world->n_chains; i++)
    {
      world->chains[i] = pnyx_chain_new (world->world, world->network,
                                         pnyx_section_child (root, "chain", i), i, &error);
      g_assert_no_error (error);
      world->chains[i]->begin_blocks = world->chains[i]->end_blocks = G_MAXUINT64;
    }
  for (gsize i = 0; i < pnyx_section_count (root, "adversary"); i++)
    pnyx_adversary_add (pnyx_section_child (root, "adversary", i), world->chains, world->n_chains,
                        &error);
  g_assert_no_error (error);
  pnyx_oracles_new (&world->oracles, root, world->world, world->network, world->chains,
                    world->n_chains, &error);
  g_assert_no_error (error);
  pnyx_contracts_new (&world->contracts, root, world->world, world->chains, world->n_chains,
                      &world->oracles, &error);
  g_assert_no_error (error);
  pnyx_faults_schedule (world->network, pnyx_section_child (root, "events", 0), &error);
  g_assert_no_error (error);
  return world;
}

void
test_world_free (TestWorld *world)
{
  if (world == NULL)
    return;
  pnyx_world_free (world->world);
  pnyx_graph_free (world->graph);
  g_free (world);
}

void
test_world_run (TestWorld *world, gdouble seconds)
{
  pnyx_world_run (world->world, pnyx_time_from_seconds (seconds));
}

gdouble
test_scalar (const PnyxOutput *output, const gchar *metric)
{
  for (guint i = 0; i < output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (output->scalars, PnyxScalar, i);

      if (g_str_equal (row->metric, metric))
        return row->value;
    }
  g_error ("no metric %s", metric);
}

gboolean
test_outputs_equal (const PnyxOutput *a, const PnyxOutput *b)
{
  if (a->scalars->len != b->scalars->len)
    return FALSE;
  for (guint i = 0; i < a->scalars->len; i++)
    {
      const PnyxScalar *left = &g_array_index (a->scalars, PnyxScalar, i);
      const PnyxScalar *right = &g_array_index (b->scalars, PnyxScalar, i);

      if (!g_str_equal (left->metric, right->metric)
          || memcmp (&left->value, &right->value, sizeof left->value) != 0)
        return FALSE;
    }
  return TRUE;
}
