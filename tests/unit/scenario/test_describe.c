/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/describe.h"

#include <string.h>

#include "scenario/override.h"
#include "scenario/tables.h"
#include "support/toy_read.h"
#include "support/toy_schema.h"

static void
assert_holds (const gchar *text, const gchar *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, text);
}

static void
test_a_component_says_everything_about_its_parameters (void)
{
  g_autofree gchar *text = pnyx_describe (&toy_scenario, "gasper", NULL);
  g_autofree gchar *same = pnyx_describe (&toy_scenario, "protocol/gasper", NULL);

  g_assert_cmpstr (text, ==, same);
  g_assert_cmpstr (text, ==,
                   "protocol/gasper: Votes and finality.\n"
                   "  source      buterin2020gasper\n"
                   "  leaves out  No signatures.\n"
                   "  may contain <fork>\n"
                   "\n"
                   "  slots-per-epoch: count, 1 to 65536; default 32\n"
                   "      Slots of an epoch.\n"
                   "      source: consensus-specs, presets/mainnet/phase0.yaml\n"
                   "\n"
                   "  rules: one of phase0 or electra; default electra\n"
                   "      Which upgrade's rules.\n"
                   "\n"
                   "  <chain kind=\"gasper\"> <gasper slots-per-epoch=\"32\" rules=\"electra\"/> "
                   "</chain>\n");
}

static void
test_an_element_lists_its_kinds (void)
{
  g_autofree gchar *text = pnyx_describe (&toy_scenario, "topology", NULL);

  assert_holds (text, "<topology>: The graph of connections.");
  assert_holds (text, "random-regular (default): Every node");
  assert_holds (text, "complete: Everybody");
}

static void
test_every_type_has_words (void)
{
  g_autofree gchar *text = pnyx_describe (&toy_scenario, "everything", NULL);

  assert_holds (text, "time: time (ns, us, ms, s, min, h, d or a), 0 s to 10 s; default 250 ms");
  assert_holds (text, "reference: id of a <chain>; may be left out");
  assert_holds (text, "profile: profile of regions; may be left out");
  g_assert_null (strstr (text, "(null)"));
}

static void
test_unknown_names_are_suggested (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_describe (&toy_scenario, "protocol/gaspar", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
  assert_holds (error->message, "did you mean \"gasper\"?");
}

static void
test_kinds_are_found_from_the_root (void)
{
  static const gchar *const names[] = { "topology", "delay", "protocol", "adversary" };
  g_autoptr (GPtrArray) kinds = pnyx_tables_kinds (&toy_scenario);
  guint n_found = 0;

  g_assert_cmpuint (kinds->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < kinds->len; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (names); k++)
      n_found += g_str_equal (((const PnyxKind *)g_ptr_array_index (kinds, i))->name, names[k]);
  g_assert_cmpuint (n_found, ==, G_N_ELEMENTS (names));
}

/* --- a scenario --- */

static const gchar inside[]
    = "<run\nduration='3 s'/><network/><chain id='b' kind='nakamoto'><nakamoto>"
      "<pool name='p' share='0.5'/><pool name='q' share='0.5'/></nakamoto></chain>"
      "<adversary kind='reorg'/><adversary kind='reorg'/>";

static void
test_values_of_a_scenario_are_listed_with_their_origin (void)
{
  static const gchar *const overrides[] = { "network/@nodes=50", NULL };
  g_autoptr (PnyxScenario) scenario = toy_read (inside, overrides, NULL);
  g_autoptr (PnyxTable) table = pnyx_describe_scenario (scenario);
  g_autofree gchar *csv = pnyx_table_to_csv (table);

  assert_holds (csv, "scenario/@seed,1,default\n");
  assert_holds (csv, "run/@duration,3 s,toy.xml:3\n");
  assert_holds (csv, "network/@nodes,50,--set\n");
  assert_holds (csv, "chain[@id='b']/nakamoto/@interval,600 s,default\n");
  assert_holds (csv, "chain[@id='b']/nakamoto/pool[2]/@share,0.5,toy.xml:3\n");
  assert_holds (csv, "chain[@id='main']/@kind,gasper,toy.xml:4\n");
  assert_holds (csv, "adversary[2]/@share,0.2,default\n");
}

static void
test_every_path_that_is_listed_can_be_set (void)
{
  g_autofree gchar *text = toy_text (inside);
  g_autoptr (PnyxDocument) document
      = pnyx_document_load_memory (text, strlen (text), "toy.xml", NULL);
  g_autoptr (PnyxScenario) scenario = toy_read (inside, NULL, NULL);
  g_autoptr (PnyxTable) table = pnyx_describe_scenario (scenario);

  g_assert_cmpuint (pnyx_table_n_rows (table), >, 15);
  for (gsize i = 0; i < pnyx_table_n_rows (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxPath) path = pnyx_path_parse (pnyx_table_cell (table, i, 0), NULL, &error);

      g_assert_no_error (error);
      pnyx_path_param (path, &toy_scenario, document, &error);
      g_assert_no_error (error);
    }
}

/* --- the starter --- */

static void
test_starters_can_be_read_for_every_kind (void)
{
  static const gchar *const kinds[] = { NULL, "gasper", "nakamoto" };
  PnyxReader reader = { &toy_scenario, NULL, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar *xml = pnyx_starter (&toy_scenario, "my-first", "chain", kinds[i], &error);
      g_autoptr (PnyxScenario) scenario = NULL;

      g_assert_no_error (error);
      assert_holds (xml, "name=\"my-first\"");
      assert_holds (xml, "default 64 epoch -->");
      scenario = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "starter.xml", &error);
      g_assert_no_error (error);
      if (kinds[i] != NULL)
        g_assert_cmpstr (pnyx_section_child (scenario->root, "chain", 0)->component->name, ==,
                         kinds[i]);
    }
}

static void
test_starters_of_nothing_are_refused (void)
{
  g_autoptr (GError) unknown = NULL, bad_name = NULL;

  g_assert_null (pnyx_starter (&toy_scenario, "x", "chain", "gaspar", &unknown));
  g_assert_error (unknown, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
  assert_holds (unknown->message, "did you mean \"gasper\"?");
  g_assert_null (pnyx_starter (&toy_scenario, "a b", NULL, NULL, &bad_name));
  g_assert_error (bad_name, PNYX_ERROR, PNYX_ERROR_SYNTAX);
}

static void
test_examples_are_valid (void)
{
  for (gsize i = 0; i < toy_everything.n_params; i++)
    {
      ToyEverything params = { 0 };
      const PnyxParam *param = &toy_everything.params[i];
      g_autofree gchar *example = pnyx_param_example (param);
      g_autoptr (GError) error = NULL;

      pnyx_param_parse (param, example, NULL, &params, &error);
      g_assert_no_error (error);
      pnyx_params_clear (param, 1, &params);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/scenario/describe/" name, function)
  ADD ("a-component-says-everything-about-its-parameters",
       test_a_component_says_everything_about_its_parameters);
  ADD ("an-element-lists-its-kinds", test_an_element_lists_its_kinds);
  ADD ("every-type-has-words", test_every_type_has_words);
  ADD ("unknown-names-are-suggested", test_unknown_names_are_suggested);
  ADD ("kinds-are-found-from-the-root", test_kinds_are_found_from_the_root);
  ADD ("values-of-a-scenario-are-listed-with-their-origin",
       test_values_of_a_scenario_are_listed_with_their_origin);
  ADD ("every-path-that-is-listed-can-be-set", test_every_path_that_is_listed_can_be_set);
  ADD ("starters-can-be-read-for-every-kind", test_starters_can_be_read_for_every_kind);
  ADD ("starters-of-nothing-are-refused", test_starters_of_nothing_are_refused);
  ADD ("examples-are-valid", test_examples_are_valid);
  return g_test_run ();
}
