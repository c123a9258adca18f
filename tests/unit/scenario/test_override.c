/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/override.h"

#include <string.h>

#include "scenario/reader.h"
#include "support/toy_read.h"
#include "support/toy_schema.h"

static const gchar two_chains[]
    = "<run duration='3 s'/><network/>"
      "<chain id='b' kind='nakamoto'><nakamoto><pool name='p' share='0.5'/>"
      "<pool name='q' share='0.5'/></nakamoto></chain>"
      "<adversary kind='reorg'/><adversary kind='reorg' share='0.1'/>";

/* The scenario of two_chains with @override, which must be taken. */
static PnyxScenario *
with (const gchar *override)
{
  const gchar *const overrides[] = { override, NULL };
  g_autoptr (GError) error = NULL;
  PnyxScenario *scenario = toy_read (two_chains, overrides, &error);

  g_assert_no_error (error);
  return scenario;
}

static void
assert_bad (const gchar *override, PnyxErrorCode code, const gchar *message)
{
  const gchar *const overrides[] = { override, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (toy_read (two_chains, overrides, &error));
  g_assert_error (error, PNYX_ERROR, (gint)code);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" is not in \"%s\"", message, error->message);
  g_assert_true (g_str_has_prefix (error->message, "--set "));
}

static void
test_an_attribute_is_set_wherever_it_stands (void)
{
  static const struct
  {
    const gchar *override, *element;
    gsize index;
    const gchar *attribute, *value;
  } cases[] = {
    { "run/@duration=9 s", "run", 0, "duration", "9 s" },
    { "scenario/run/@duration=9 s", "run", 0, "duration", "9 s" },
    { "network/@nodes=9", "network", 0, "nodes", "9" },
    { "chain[@id='b']/@nodes=x=y", "chain", 0, "nodes", "x=y" },
    { "chain[@id=\"main\"]/@nodes=9", "chain", 1, "nodes", "9" },
    { "chain[2]/@nodes=9", "chain", 1, "nodes", "9" },
    { "chain[1]/nakamoto/@interval=9 s", "chain", 0, "interval", "9 s" },
    { "nakamoto/@interval=9 s", "chain", 0, "interval", "9 s" },
    { "gasper/@rules=phase0", "chain", 1, "rules", "phase0" },
    { "chain/gasper/@rules=phase0", "chain", 1, "rules", "phase0" },
    { "chain[@id='main']/gasper/@rules=phase0", "chain", 1, "rules", "phase0" },
    { "adversary[1]/@share=0.9", "adversary", 0, "share", "0.9" },
    { "adversary[2]/reorg/@share=0.9", "adversary", 1, "share", "0.9" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxScenario) scenario = with (cases[i].override);
      const PnyxSection *section
          = pnyx_section_child (scenario->root, cases[i].element, cases[i].index);
      const PnyxValue *value = pnyx_section_value (section, cases[i].attribute);

      g_assert_cmpstr (value->text, ==, cases[i].value);
      g_assert_cmpint (value->origin, ==, PNYX_ORIGIN_SET);
    }
}

static void
test_the_root_and_kinds_can_be_set (void)
{
  static const gchar *const to_nakamoto[] = { "chain/@kind=nakamoto", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) seed = with ("@seed=7");
  g_autoptr (PnyxScenario) seed2 = with ("scenario/@seed=7");
  g_autoptr (PnyxScenario) pool = with ("pool[2]/@share=0.25");

  g_assert_cmpuint (((ToyScenario *)seed->root->params)->seed, ==, 7);
  g_assert_cmpuint (((ToyScenario *)seed2->root->params)->seed, ==, 7);
  g_assert_nonnull (pool);
  g_assert_null (toy_read ("", to_nakamoto, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "<nakamoto> has no <pool>"));
}

static void
test_two_overrides_of_an_implicit_element_meet (void)
{
  static const gchar *const overrides[]
      = { "gasper/@rules=phase0", "gasper/@slots-per-epoch=4", "gasper/@rules=electra", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = toy_read ("", overrides, &error);
  const ToyGasper *gasper;

  g_assert_no_error (error);
  gasper = pnyx_section_child (scenario->root, "chain", 0)->component_params;
  g_assert_cmpuint (gasper->slots_per_epoch, ==, 4);
  g_assert_cmpint (gasper->rules, ==, 1);
}

static void
test_values_are_judged_as_if_written (void)
{
  assert_bad ("run/@duration=64", PNYX_ERROR_SYNTAX,
              "--set run/@duration: duration: \"64\" has no unit");
  assert_bad ("run/@replicates=0", PNYX_ERROR_RANGE,
              "--set run/@replicates: replicates is out of range (expected 1 to 1000000)");
  assert_bad ("run/@sed=0", PNYX_ERROR_UNKNOWN, "unknown attribute \"sed\" of <run>");
  assert_bad ("chain[2]/@rules=phase0", PNYX_ERROR_UNKNOWN,
              "attribute \"rules\" does not belong to <chain> (expected it in <gasper");
  assert_bad ("adversary[1]/@chain=c", PNYX_ERROR_UNKNOWN, "no <chain> has the id \"c\"");
}

static void
test_paths_that_lead_nowhere_are_explained (void)
{
  assert_bad ("netwrok/@nodes=4", PNYX_ERROR_UNKNOWN,
              "no element <netwrok> in toy.xml; did you mean \"network\"?");
  assert_bad ("topology/@degree=4", PNYX_ERROR_UNKNOWN,
              "no element <topology> in toy.xml (expected");
  assert_bad ("network/run/@duration=4 s", PNYX_ERROR_UNKNOWN, "no element of toy.xml matches");
  assert_bad ("chain[3]/@nodes=4", PNYX_ERROR_UNKNOWN, "no element of toy.xml matches");
  assert_bad ("chain[@id='x']/@nodes=4", PNYX_ERROR_UNKNOWN, "no element of toy.xml matches");
  assert_bad ("gasper[2]/@rules=phase0", PNYX_ERROR_UNKNOWN, "no element");
}

static void
test_paths_that_lead_to_several_name_them (void)
{
  assert_bad ("chain/@nodes=4", PNYX_ERROR_CONFLICT,
              "--set chain/@nodes: 2 elements match (expected one of chain[@id='b'], "
              "chain[@id='main'])");
  assert_bad ("adversary/@share=4", PNYX_ERROR_CONFLICT, "adversary[1], adversary[2]");
  assert_bad ("pool/@share=4", PNYX_ERROR_CONFLICT,
              "chain[@id='b']/nakamoto[1]/pool[1], chain[@id='b']/nakamoto[1]/pool[2]");
}

static void
test_malformed_paths_are_refused (void)
{
  static const gchar *const bad[] = {
    "=1",
    "run=1",
    "run/duration=1",
    "/run/@duration=1",
    "run//@duration=1",
    "run/@=1",
    "run/@a/@b=1",
    "run[0]/@a=1",
    "run[]/@a=1",
    "run[-1]/@a=1",
    "run[1]x/@a=1",
    "run[@id=x]/@a=1",
    "run[@id='x\"]/@a=1",
    "run[@id='']/@a=1",
    "run[@name='x']/@a=1",
    "a:run/@a=1",
    "run/@a b=1",
    "run[9999999999999]/@a=1",
    "run[@id='x/y']/@a=1",
    "1/@a=1",
    "run[1][2]/@a=1",
    "@=1",
    "a/@b[1]=1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_bad (bad[i], PNYX_ERROR_SYNTAX, "is no path (expected STEP");
  assert_bad ("run/@duration", PNYX_ERROR_SYNTAX, "sets nothing (expected PATH=VALUE");
  assert_bad ("", PNYX_ERROR_SYNTAX, "sets nothing");
  assert_bad ("run[@id='x'", PNYX_ERROR_SYNTAX, "sets nothing");
  assert_bad ("run[1/@a=1", PNYX_ERROR_SYNTAX, "sets nothing");
}

static void
test_values_must_be_xml_text (void)
{
  assert_bad ("chain[1]/@nodes=a\001b", PNYX_ERROR_SYNTAX, "the value is no text");
  assert_bad ("chain[1]/@nodes=a\377b", PNYX_ERROR_SYNTAX, "the value is no text");
}

static void
test_the_value_begins_after_the_first_equals_sign_outside_of_brackets (void)
{
  g_autofree gchar *path = NULL;
  const gchar *value;

  g_assert_true (pnyx_override_split ("a[@id='b']/@c=d=[e]", &path, &value, NULL));
  g_assert_cmpstr (path, ==, "a[@id='b']/@c");
  g_assert_cmpstr (value, ==, "d=[e]");
}

static void
test_a_path_serves_many_documents (void)
{
  g_autofree gchar *text = toy_text (two_chains);
  g_autoptr (PnyxDocument) document
      = pnyx_document_load_memory (text, strlen (text), "toy.xml", NULL);
  g_autoptr (PnyxPath) path = pnyx_path_parse ("network/@nodes", "axis nodes", NULL);
  g_autoptr (GError) error = NULL;
  PnyxReader reader = { &toy_scenario, NULL, NULL };

  g_assert_cmpstr (pnyx_path_text (path), ==, "network/@nodes");
  for (guint nodes = 10; nodes < 15; nodes++)
    {
      g_autoptr (PnyxDocument) copy = pnyx_document_copy (document);
      g_autofree gchar *value = g_strdup_printf ("%u", nodes);
      g_autoptr (PnyxScenario) scenario = NULL;

      g_assert_true (pnyx_path_set (path, value, &toy_scenario, copy, NULL));
      scenario = pnyx_scenario_from_document (&reader, copy, NULL);
      g_assert_cmpuint (
          ((ToyNetwork *)pnyx_section_child (scenario->root, "network", 0)->params)->nodes, ==,
          nodes);
    }
  g_assert_true (pnyx_path_set (path, "0", &toy_scenario, document, NULL));
  g_assert_null (pnyx_scenario_from_document (&reader, document, &error));
  g_assert_cmpstr (error->message, ==, "axis nodes: nodes is out of range (expected 1 to 1000000)");
}

static void
test_the_parameter_of_a_path_can_be_asked_for (void)
{
  g_autofree gchar *text = toy_text (two_chains);
  g_autoptr (PnyxDocument) document
      = pnyx_document_load_memory (text, strlen (text), "toy.xml", NULL);
  static const struct
  {
    const gchar *path;
    gint type; /* -1: none, and no error; -2: an error */
  } cases[] = { { "network/@nodes", PNYX_PARAM_COUNT },
                { "chain/gasper/@rules", PNYX_PARAM_ENUM },
                { "nakamoto/@interval", PNYX_PARAM_TIME },
                { "adversary[1]/@share", PNYX_PARAM_REAL },
                { "chain[1]/@kind", -1 },
                { "chain[1]/@rules", -2 },
                { "network/@nodse", -2 },
                { "net/@nodes", -2 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxPath) path = pnyx_path_parse (cases[i].path, NULL, NULL);
      g_autoptr (GError) error = NULL;
      const PnyxParam *param = pnyx_path_param (path, &toy_scenario, document, &error);

      g_assert_cmpint (param != NULL   ? (gint)param->type
                       : error == NULL ? -1
                                       : -2,
                       ==, cases[i].type);
    }
}

static PnyxDocument *
document_of (const gchar *inside)
{
  g_autofree gchar *text = toy_text (inside);
  g_autoptr (GError) error = NULL;
  PnyxDocument *document = pnyx_document_load_memory (text, strlen (text), "toy.xml", &error);

  g_assert_no_error (error);
  return document;
}

/* Paths that mean one attribute have one target, others another. */
static void
test_a_target_is_written_in_one_way_only (void)
{
  static const struct
  {
    const gchar *path, *target;
  } cases[] = {
    { "scenario/@seed", "scenario[1]/@seed" },
    { "run/@duration", "scenario[1]/run[1]/@duration" },
    { "scenario/run/@duration", "scenario[1]/run[1]/@duration" },
    { "run[1]/@duration", "scenario[1]/run[1]/@duration" },
    { "run/@warmup", "scenario[1]/run[1]/@warmup" },
    { "chain[@id='b']/@nodes", "scenario[1]/chain[1]/@nodes" },
    { "chain[1]/@nodes", "scenario[1]/chain[1]/@nodes" },
    { "chain[2]/@nodes", "scenario[1]/chain[2]/@nodes" },
    { "chain[@id='main']/@nodes", "scenario[1]/chain[2]/@nodes" },
    { "nakamoto/@interval", "scenario[1]/chain[1]/nakamoto[1]/@interval" },
    { "chain[1]/nakamoto/@interval", "scenario[1]/chain[1]/nakamoto[1]/@interval" },
    /* There implicitly. */
    { "gasper/@rules", "scenario[1]/chain[2]/gasper[1]/@rules" },
    { "chain[@id='main']/gasper/@rules", "scenario[1]/chain[2]/gasper[1]/@rules" },
    /* In place, where the component's name may or may not be said. */
    { "adversary[2]/@share", "scenario[1]/adversary[2]/@share" },
    { "adversary[2]/reorg/@share", "scenario[1]/adversary[2]/@share" },
    { "pool[@name='q']/@share", NULL },
    { "pool[2]/@share", "scenario[1]/chain[1]/nakamoto[1]/pool[2]/@share" },
    { "chain/@nodes", NULL },
    { "nothing/@nodes", NULL },
  };
  g_autoptr (PnyxDocument) document = document_of (two_chains);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxPath) path = pnyx_path_parse (cases[i].path, NULL, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree gchar *target = NULL;

      if (path == NULL) /* only ids can be asked for */
        {
          g_assert_null (cases[i].target);
          continue;
        }
      target = pnyx_path_target (path, &toy_scenario, document, &error);
      g_assert_cmpstr (target, ==, cases[i].target);
      g_assert_true ((target == NULL) == (error != NULL));
    }
}

/* Written out or implicit, it is the same place. */
static void
test_a_target_stays_when_it_is_written_out (void)
{
  g_autoptr (PnyxDocument) document = document_of (two_chains);
  static const gchar *const paths[] = { "gasper/@rules", "run/@warmup", "adversary[1]/@share" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (PnyxPath) path = pnyx_path_parse (paths[i], NULL, NULL);
      g_autofree gchar *before = pnyx_path_target (path, &toy_scenario, document, NULL);
      g_autofree gchar *after = NULL;

      g_assert_true (pnyx_path_set (path, "0", &toy_scenario, document, NULL));
      after = pnyx_path_target (path, &toy_scenario, document, NULL);
      g_assert_cmpstr (before, ==, after);
    }
}

static void
test_the_component_of_a_path_can_be_asked_for (void)
{
  static const struct
  {
    const gchar *path, *kind;
  } cases[] = { { "chain[1]/@kind", "nakamoto" },  { "chain[2]/@kind", "gasper" },
                { "adversary[2]/@kind", "reorg" }, { "topology/@kind", "random-regular" },
                { "run/@duration", NULL },         { "chain/@kind", NULL },
                { "nothing/@kind", NULL } };
  g_autofree gchar *inside = g_strconcat ("<run duration='3 s'/><network><topology/></network>",
                                          strstr (two_chains, "<chain"), NULL);
  g_autoptr (PnyxDocument) document = document_of (inside);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxPath) path = pnyx_path_parse (cases[i].path, NULL, NULL);

      g_assert_cmpstr (pnyx_path_kind (path, &toy_scenario, document), ==, cases[i].kind);
    }
}

/* As the reader says it of an attribute in a file. */
static void
test_unknown_attributes_are_suggested (void)
{
  static const struct
  {
    const gchar *path, *message;
  } cases[] = {
    { "network/@nodse", "here: unknown attribute nodse of <network>; did you mean \"nodes\"? "
                        "(expected one that it has)" },
    { "gasper/@ruels", "here: unknown attribute ruels of <gasper>; did you mean \"rules\"? "
                       "(expected one that it has)" },
    { "adversary[1]/@shaer", "here: unknown attribute shaer of <adversary>; did you mean "
                             "\"share\"? (expected one that it has)" },
    { "chain[2]/@knid", "here: unknown attribute knid of <chain>; did you mean \"kind\"? "
                        "(expected one that it has)" },
    { "chain[2]/@xyzzy", "here: unknown attribute xyzzy of <chain> (expected one that it has)" },
  };
  g_autoptr (PnyxDocument) document = document_of (two_chains);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxPath) path = pnyx_path_parse (cases[i].path, "here", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (pnyx_path_param (path, &toy_scenario, document, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/scenario/override/" name, function)
  ADD ("an-attribute-is-set-wherever-it-stands", test_an_attribute_is_set_wherever_it_stands);
  ADD ("the-root-and-kinds-can-be-set", test_the_root_and_kinds_can_be_set);
  ADD ("two-overrides-of-an-implicit-element-meet", test_two_overrides_of_an_implicit_element_meet);
  ADD ("values-are-judged-as-if-written", test_values_are_judged_as_if_written);
  ADD ("paths-that-lead-nowhere-are-explained", test_paths_that_lead_nowhere_are_explained);
  ADD ("paths-that-lead-to-several-name-them", test_paths_that_lead_to_several_name_them);
  ADD ("malformed-paths-are-refused", test_malformed_paths_are_refused);
  ADD ("values-must-be-xml-text", test_values_must_be_xml_text);
  ADD ("the-value-begins-after-the-first-equals-sign-outside-of-brackets",
       test_the_value_begins_after_the_first_equals_sign_outside_of_brackets);
  ADD ("a-path-serves-many-documents", test_a_path_serves_many_documents);
  ADD ("the-parameter-of-a-path-can-be-asked-for", test_the_parameter_of_a_path_can_be_asked_for);
  ADD ("a-target-is-written-in-one-way-only", test_a_target_is_written_in_one_way_only);
  ADD ("a-target-stays-when-it-is-written-out", test_a_target_stays_when_it_is_written_out);
  ADD ("the-component-of-a-path-can-be-asked-for", test_the_component_of_a_path_can_be_asked_for);
  ADD ("unknown-attributes-are-suggested", test_unknown_attributes_are_suggested);
  return g_test_run ();
}
