/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reader.h"

#include <string.h>

#include "scenario/tables.h"
#include "support/toy_read.h"
#include "support/toy_schema.h"

#define OPEN "<scenario xmlns=\"" PNYX_NAMESPACE "\" name=\"x\">"
#define CHAIN "<chain kind=\"gasper\"/>"
#define CLOSE "</scenario>"

static const PnyxSection *
child (const PnyxScenario *scenario, const gchar *name)
{
  const PnyxSection *section = pnyx_section_child (scenario->root, name, 0);

  g_assert_nonnull (section);
  return section;
}

/* The toy scenario of @inside, which must be read. */
static PnyxScenario *
read_well (const gchar *inside)
{
  g_autoptr (GError) error = NULL;
  PnyxScenario *scenario = toy_read (inside, NULL, &error);

  g_assert_no_error (error);
  return scenario;
}

static void
test_the_toy_tables_are_sound (void)
{
  g_autoptr (GPtrArray) messages = NULL;

  messages = pnyx_tables_check (&toy_scenario);
  for (guint i = 0; i < messages->len; i++)
    g_error ("%s", (const gchar *)g_ptr_array_index (messages, i));
}

/* --- what is read --- */

static void
test_everything_but_one_chain_may_be_left_out (void)
{
  g_autoptr (PnyxScenario) scenario = read_well ("");
  const PnyxSection *run = child (scenario, "run"), *network = child (scenario, "network");
  const PnyxSection *topology = pnyx_section_child (network, "topology", 0);
  const PnyxSection *chain = child (scenario, "chain");
  const ToyGasper *gasper = chain->component_params;

  g_assert_true (run->implied && network->implied && topology->implied);
  g_assert_false (chain->implied);
  g_assert_cmpint (((ToyRun *)run->params)->duration.value, ==, 64);
  g_assert_cmpuint (((ToyRegular *)topology->component_params)->degree, ==, 8);
  g_assert_cmpuint (gasper->slots_per_epoch, ==, 32);
  g_assert_cmpint (gasper->rules, ==, 1);
  g_assert_true (chain->component == &toy_gasper);
  g_assert_null (pnyx_section_child (scenario->root, "adversary", 0));
}

static void
test_parameters_of_a_component_stand_in_place_or_in_a_child (void)
{
  g_autoptr (PnyxScenario) scenario
      = read_well ("<network><topology kind=\"random-regular\" degree=\"9\"/></network>"
                   "<chain id=\"b\" kind=\"gasper\"><gasper rules=\"phase0\"><fork epoch=\"3\"/>"
                   "<fork epoch=\"4\"/></gasper><validators count=\"7\"/></chain>");
  const PnyxSection *topology = pnyx_section_child (child (scenario, "network"), "topology", 0);
  const PnyxSection *chain = child (scenario, "chain");

  g_assert_cmpuint (((ToyRegular *)topology->component_params)->degree, ==, 9);
  g_assert_cmpint (((ToyGasper *)chain->component_params)->rules, ==, 0);
  g_assert_cmpuint (pnyx_section_count (chain, "fork"), ==, 2);
  g_assert_cmpuint (pnyx_section_count (chain, "validators"), ==, 1);
}

static void
test_values_know_where_they_come_from (void)
{
  static const gchar *const overrides[] = { "run/@warmup=3 s", NULL };
  g_autoptr (PnyxScenario) scenario
      = toy_read ("<run\n  duration='3 s'\n\n  replicates='2'/>", overrides, NULL);
  const PnyxSection *run = child (scenario, "run");

  g_assert_cmpuint (run->place.line, ==, 2);
  g_assert_cmpstr (run->place.file, ==, "toy.xml");
  g_assert_cmpuint (pnyx_section_value (run, "duration")->place.line, ==, 3);
  g_assert_cmpuint (pnyx_section_value (run, "replicates")->place.line, ==, 5);
  g_assert_cmpint (pnyx_section_value (run, "warmup")->origin, ==, PNYX_ORIGIN_SET);
  g_assert_true (pnyx_section_is_default (child (scenario, "network"), "nodes"));
  g_assert_false (pnyx_section_is_default (run, "duration"));
}

static void
test_lines_are_right_whatever_stands_in_a_tag (void)
{
  g_autoptr (PnyxScenario) scenario = read_well (
      "<!-- <run>\n -->\r\n<?x\n <run\n?><everything xml:id='i'\n text='a&amp;b &gt;\n c=\"d\" '"
      " name = \n\n'n'\n xmlns:q='urn:q' count='3'/>");
  const PnyxSection *everything = child (scenario, "everything");

  g_assert_cmpuint (everything->place.line, ==, 6);
  g_assert_cmpuint (pnyx_section_value (everything, "text")->place.line, ==, 7);
  g_assert_cmpuint (pnyx_section_value (everything, "name")->place.line, ==, 8);
  g_assert_cmpuint (pnyx_section_value (everything, "count")->place.line, ==, 11);
  g_assert_cmpstr (((ToyEverything *)everything->params)->text, ==, "a&b >  c=\"d\" ");
}

static void
test_ampersands_survive (void)
{
  g_autoptr (PnyxScenario) scenario
      = read_well ("<everything text='&amp;#38; &#38;lt; &lt;&quot;&#10;'/>");
  const PnyxSection *everything = child (scenario, "everything");

  g_assert_cmpstr (((ToyEverything *)everything->params)->text, ==, "&#38; &lt; <\"\n");
}

static void
test_a_byte_order_mark_and_other_prefixes_are_fine (void)
{
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  const gchar *text = "\357\273\277<?xml version=\"1.0\" encoding=\"latin1\"?>\n"
                      "<p:scenario xmlns:p=\"" PNYX_NAMESPACE "\" name=\"x\" xml:base=\"b\">"
                      "<p:chain kind=\" gasper \" xml:id=\"c\"/></p:scenario>";
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, text, strlen (text), "x.xml", &error);

  g_assert_no_error (error);
  g_assert_nonnull (scenario);
}

static void
test_references_find_ids_anywhere (void)
{
  g_autoptr (PnyxScenario) scenario
      = read_well ("<adversary kind=\"reorg\" chain=\"b\"/><chain id=\"b\" kind=\"gasper\"/>");

  g_assert_nonnull (pnyx_scenario_find (scenario, "chain", "b"));
  g_assert_nonnull (pnyx_scenario_find (scenario, "chain", "main"));
  g_assert_null (pnyx_scenario_find (scenario, "chain", "c"));
}

/* --- what is refused --- */

static void
test_mistakes_are_named_with_place_and_remedy (void)
{
  static const struct
  {
    const gchar *inside;
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { "<netwrok/>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: unknown element \"netwrok\" in <scenario>; did you mean \"network\"? (expected "
      "run, network, chain, adversary or everything)" },
    { "<run duratoin='3 s'/>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: unknown attribute \"duratoin\" of <run>; did you mean \"duration\"? (expected "
      "duration, warmup or replicates)" },
    { "<run duration='64'/>", PNYX_ERROR_SYNTAX, "toy.xml:2: duration: \"64\" has no unit" },
    { "<run duration='-3 epoch'/>", PNYX_ERROR_RANGE,
      "toy.xml:2: duration is out of range (expected more than 0 s)" },
    { "<run\nreplicates='0'/>", PNYX_ERROR_RANGE,
      "toy.xml:3: replicates is out of range (expected 1 to 1000000)" },
    { "<run/>\n<run/>", PNYX_ERROR_CONFLICT,
      "toy.xml:3: too many <run> in <scenario> (expected at most 1)" },
    { "<chain kind='gasper' id='2'/><chain kind='gasper' id='3'/><chain kind='gasper' id='4'/>",
      PNYX_ERROR_CONFLICT, "too many <chain> in <scenario> (expected at most 3)" },
    { "<network><delay/></network>", PNYX_ERROR_MISSING,
      "toy.xml:2: <delay> has no kind (expected constant)" },
    { "<network><delay kind='constant'/></network>", PNYX_ERROR_MISSING,
      "toy.xml:2: <delay> has no delay (expected a time such as" },
    { "<network><topology kind='complet'/></network>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: unknown topology \"complet\"; did you mean \"complete\"? (expected "
      "random-regular or complete)" },
    { "<network><topology kind='complete' degree='3'/></network>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: unknown attribute \"degree\" of <topology> (expected kind)" },
    { "<chain id='b' kind='gasper' rules='phase0'/>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: attribute \"rules\" does not belong to <chain> (expected it in <gasper" },
    { "<chain id='b' kind='gasper'><nakamoto/></chain>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: unknown element \"nakamoto\" in <chain>" },
    { "<chain id='b' kind='gasper'><gasper/>\n<gasper/></chain>", PNYX_ERROR_CONFLICT,
      "toy.xml:3: too many <gasper> in <chain> (expected at most 1)" },
    { "<chain id='b' kind='gasper'><gasper><pool/></gasper></chain>", PNYX_ERROR_UNKNOWN,
      "unknown element \"pool\" in <gasper> (expected fork)" },
    { "<chain id='b' kind='nakamoto'/>", PNYX_ERROR_MISSING,
      "<nakamoto> has no <pool> (expected at least 1)" },
    { "<chain id='b' kind='nakamoto'><nakamoto><pool name='a'/></nakamoto></chain>",
      PNYX_ERROR_MISSING, "<pool> has no share (expected a number such as \"0.2\", 0 to 1)" },
    { "<chain kind='gasper'/>", PNYX_ERROR_CONFLICT, "two <chain> have the id \"main\"" },
    { "<adversary kind='reorg' chain='mian'/>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: chain: no <chain> has the id \"mian\"; did you mean \"main\"? (expected main)" },
    { "<network nodes='8'/>", PNYX_ERROR_CONFLICT,
      "toy.xml:2: degree is not below the number of nodes (expected less than 8)" },
    { "<run>\ntext</run>", PNYX_ERROR_SYNTAX, "toy.xml:3: text in <run> (expected elements only)" },
    { "<run><![CDATA[text]]></run>", PNYX_ERROR_SYNTAX, "text in <run>" },
    { "<run xmlns='urn:other'/>", PNYX_ERROR_UNKNOWN,
      "toy.xml:2: element \"run\" is of another namespace (expected "
      "xmlns=\"urn:pnyx:scenario:1\")" },
    { "<run xmlns:o='urn:other' o:duration='3 s'/>", PNYX_ERROR_UNKNOWN,
      "unknown attribute \"o:duration\"" },
    { "<everything file='x'/>", PNYX_ERROR_FORBIDDEN, "file: files are refused here" },
    { "<everything profile='x'/>", PNYX_ERROR_UNKNOWN, "unknown profile \"x\" of regions" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text = toy_text (cases[i].inside);

      assert_refused (text, cases[i].code, cases[i].message);
    }
}

static void
test_mistakes_of_a_file_come_together_up_to_ten (void)
{
  g_autoptr (GString) inside = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < 15; i++)
    g_string_append (inside, "<adversary kind='reorg' share='2'/>\n");
  g_assert_null (toy_read (inside->str, NULL, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 11);
  g_assert_cmpstr (lines[1], ==, "toy.xml:3: share is out of range (expected 0 to 1)");
  g_assert_cmpstr (lines[10], ==, "and 5 more");
}

static void
test_roots_and_namespaces_are_checked (void)
{
  assert_refused ("<scenario name='x'/>", PNYX_ERROR_UNKNOWN,
                  "toy.xml:1: <scenario> has no or another namespace (expected <scenario xmlns=");
  assert_refused ("<world xmlns='urn:pnyx:scenario:1'/>", PNYX_ERROR_UNKNOWN,
                  "toy.xml:1: the file holds a <world> (expected a <scenario>)");
  assert_refused ("<scenario xmlns='urn:pnyx:scenario:2'/>", PNYX_ERROR_UNKNOWN, "namespace");
  assert_refused (OPEN CLOSE, PNYX_ERROR_MISSING,
                  "<scenario> has no <chain> (expected at least 1)");
  assert_refused ("<scenario xmlns='urn:pnyx:scenario:1'>" CHAIN CLOSE, PNYX_ERROR_MISSING,
                  "<scenario> has no name");
}

static void
test_malformed_xml_is_one_line (void)
{
  static const gchar *const texts[] = {
    "",
    " \n",
    "<scenario",
    "<scenario>",
    OPEN "\n<run>" CLOSE,
    OPEN "<run a=1/>" CLOSE,
    OPEN "<run a='1' a='2'/>" CLOSE,
    OPEN "&nothing;" CLOSE,
    OPEN "<x:run/>" CLOSE,
    OPEN CHAIN CLOSE "<more/>",
    OPEN "<run name='&nothing;'/>" CLOSE,
    OPEN "<run name='<'/>" CLOSE,
    "binary\001noise",
    OPEN "\b" CLOSE,
    "<!-- ",
    "<![CDATA[",
    "<?",
    "<",
    "]]>",
    OPEN "<a b='",
    OPEN "<a b=\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      PnyxReader reader = { &toy_scenario, NULL, NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (
          pnyx_scenario_read_memory (&reader, texts[i], strlen (texts[i]), "toy.xml", &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_true (g_str_has_prefix (error->message, "toy.xml:"));
      g_assert_null (strchr (error->message, '\n'));
    }
  assert_refused (OPEN "\n<run>\n" CLOSE, PNYX_ERROR_SYNTAX,
                  "toy.xml:3: malformed XML: Opening and");
}

static void
test_zero_bytes_and_other_encodings_are_refused (void)
{
  static const gchar zero[] = "<scenario\n\n\0/>", utf16[] = "\377\376<\0s\0",
                     latin[] = "<a>\n\344";
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  static const struct
  {
    const gchar *text;
    gsize length;
    const gchar *message;
  } cases[] = {
    { zero, sizeof zero, "x.xml:3: a zero byte (expected an XML file in UTF-8)" },
    { utf16, sizeof utf16, "x.xml:1: not UTF-8 text (expected an XML file in UTF-8)" },
    { latin, sizeof latin - 1, "x.xml:2: not UTF-8 text (expected an XML file in UTF-8)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          pnyx_scenario_read_memory (&reader, cases[i].text, cases[i].length, "x.xml", &error));
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_entities_are_never_declared (void)
{
  g_autoptr (GString) laughs
      = g_string_new ("<?xml version='1.0'?>\n<!DOCTYPE s [<!ENTITY a 'ha'>");

  for (gchar c = 'b'; c <= 'z'; c++)
    g_string_append_printf (laughs, "<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;'>", c, c - 1,
                            c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
  g_string_append (laughs, "]>" OPEN "<run duration='&z;'/>" CLOSE);
  assert_refused (laughs->str, PNYX_ERROR_FORBIDDEN, "toy.xml:2: a DOCTYPE is refused");
  assert_refused ("<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                  "<scenario xmlns='urn:pnyx:scenario:1' name='&x;'/>",
                  PNYX_ERROR_FORBIDDEN, "toy.xml:1: a DOCTYPE is refused");
  assert_refused ("<!DOCTYPE s SYSTEM 'http://example.com/x.dtd'>" OPEN CHAIN CLOSE,
                  PNYX_ERROR_FORBIDDEN, "a DOCTYPE is refused");
  assert_refused ("<!DOCTYPE s PUBLIC '-//W3C//DTD' '/etc/passwd'>" OPEN CHAIN CLOSE,
                  PNYX_ERROR_FORBIDDEN, "a DOCTYPE is refused");
  assert_refused ("<!DOCTYPE s [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>" OPEN CHAIN CLOSE,
                  PNYX_ERROR_FORBIDDEN, "a DOCTYPE is refused");
}

static void
test_crowds_and_depths_are_refused_at_once (void)
{
  g_autoptr (GString) deep = g_string_new (OPEN "\n");
  g_autoptr (GString) wide = g_string_new (OPEN "\n<run ");
  g_autoptr (GString) many = g_string_new (OPEN);
  g_autoptr (GString) names = g_string_new (OPEN "<run");

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<run>");
  assert_refused (deep->str, PNYX_ERROR_RANGE, "toy.xml:2: elements are nested too deeply");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_printf (wide, "a%u='' ", i);
  g_string_append (wide, "/>" CLOSE);
  assert_refused (wide->str, PNYX_ERROR_RANGE, "toy.xml:2: too many attributes in one element");
  for (guint i = 0; i < 1100000; i++)
    g_string_append (many, "<run/>");
  g_string_append (many, CLOSE);
  assert_refused (many->str, PNYX_ERROR_RANGE, "too many elements");
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (names, " xmlns:a%u='urn:%u'", i, i);
  g_string_append (names, "/>" CHAIN CLOSE);
  {
    PnyxReader reader = { &toy_scenario, NULL, NULL };
    g_autoptr (PnyxScenario) scenario
        = pnyx_scenario_read_memory (&reader, names->str, names->len, "x.xml", NULL);

    g_assert_nonnull (scenario);
  }
}

static void
test_a_crowd_of_references_is_judged_in_time (void)
{
  g_autoptr (GString) good = g_string_new (NULL);
  g_autoptr (GString) bad = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 100000; i++)
    {
      g_string_append (good, "<adversary kind='reorg'/>");
      g_string_append (bad, "<adversary kind='reorg' chain='no'/>");
    }
  scenario = toy_read (good->str, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (toy_read (bad->str, NULL, &error));
  g_assert_nonnull (strstr (error->message, "and 99990 more"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
}

static void
test_long_names_and_values_are_cut_in_messages (void)
{
  g_autofree gchar *endless = g_strnfill (5000000, 'n');
  g_autofree gchar *element = g_strdup_printf ("<r%.40000s/>", endless);
  g_autofree gchar *value = g_strdup_printf ("<run duration='%s'/>", endless);
  g_autoptr (GError) error = NULL, error2 = NULL;

  g_assert_null (toy_read (value, NULL, &error));
  g_assert_cmpuint (strlen (error->message), <, 300);
  g_assert_null (toy_read (element, NULL, &error2));
  g_assert_cmpuint (strlen (error2->message), <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/scenario/reader/" name, function)
  ADD ("the-toy-tables-are-sound", test_the_toy_tables_are_sound);
  ADD ("everything-but-one-chain-may-be-left-out", test_everything_but_one_chain_may_be_left_out);
  ADD ("parameters-of-a-component-stand-in-place-or-in-a-child",
       test_parameters_of_a_component_stand_in_place_or_in_a_child);
  ADD ("values-know-where-they-come-from", test_values_know_where_they_come_from);
  ADD ("lines-are-right-whatever-stands-in-a-tag", test_lines_are_right_whatever_stands_in_a_tag);
  ADD ("ampersands-survive", test_ampersands_survive);
  ADD ("a-byte-order-mark-and-other-prefixes-are-fine",
       test_a_byte_order_mark_and_other_prefixes_are_fine);
  ADD ("references-find-ids-anywhere", test_references_find_ids_anywhere);
  ADD ("mistakes-are-named-with-place-and-remedy", test_mistakes_are_named_with_place_and_remedy);
  ADD ("mistakes-of-a-file-come-together-up-to-ten",
       test_mistakes_of_a_file_come_together_up_to_ten);
  ADD ("roots-and-namespaces-are-checked", test_roots_and_namespaces_are_checked);
  ADD ("malformed-xml-is-one-line", test_malformed_xml_is_one_line);
  ADD ("zero-bytes-and-other-encodings-are-refused",
       test_zero_bytes_and_other_encodings_are_refused);
  ADD ("entities-are-never-declared", test_entities_are_never_declared);
  ADD ("crowds-and-depths-are-refused-at-once", test_crowds_and_depths_are_refused_at_once);
  ADD ("a-crowd-of-references-is-judged-in-time", test_a_crowd_of_references_is_judged_in_time);
  ADD ("long-names-and-values-are-cut-in-messages", test_long_names_and_values_are_cut_in_messages);
  return g_test_run ();
}
