/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test: libxml2 takes 2^n steps for n optional attributes of an element. */
#include "scenario/schema.h"

#include <libxml/relaxng.h>
#include <string.h>

#include "batch/root.h"
#include "energy/energy.h"
#include "net/regions.h"
#include "scenario/reader.h"
#include "scenario/tables.h"
#include "support/random_scenario.h"
#include "support/toy_schema.h"

/* The reader and libxml2's RELAX NG validator judge the form of documents alike. */

static void
ignore (void *data, xmlErrorPtr error)
{
  (void)data;
  (void)error;
}

static xmlRelaxNGPtr
compile (const gchar *rng)
{
  xmlRelaxNGParserCtxtPtr context = xmlRelaxNGNewMemParserCtxt (rng, (int)strlen (rng));
  xmlRelaxNGPtr schema = xmlRelaxNGParse (context);

  xmlRelaxNGFreeParserCtxt (context);
  g_assert_nonnull (schema);
  return schema;
}

static gboolean
schema_accepts (xmlRelaxNGPtr schema, const gchar *text)
{
  xmlDocPtr document = xmlReadMemory (text, (int)strlen (text), "x.xml", NULL,
                                      XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt (schema);
  int outcome;

  if (document == NULL)
    g_error ("malformed: %s", text);
  xmlRelaxNGSetValidStructuredErrors (context, ignore, NULL);
  outcome = xmlRelaxNGValidateDoc (context, document);
  xmlRelaxNGFreeValidCtxt (context);
  xmlFreeDoc (document);
  return outcome == 0;
}

/* Of the form alone; what is wrong in @error. */
static gboolean
reader_accepts (const PnyxElement *root, const gchar *text, GError **error)
{
  g_autoptr (PnyxDocument) document
      = pnyx_document_load_memory (text, strlen (text), "x.xml", error);

  return document != NULL && pnyx_scenario_check_form (root, document, error);
}

static void
judge_alike (const PnyxElement *root, guint n)
{
  g_autofree gchar *rng = pnyx_schema_relaxng (root);
  xmlRelaxNGPtr schema = compile (rng);
  guint32 seed = (guint32)g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_good = 0, n_bad = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree gchar *text = random_scenario (root, random, i % 3);
      g_autoptr (GError) error = NULL;
      gboolean good = reader_accepts (root, text, &error);

      if (good != schema_accepts (schema, text))
        g_error ("judged differently (reader: %s), seed %u, document %u:\n%s",
                 good ? "good" : error->message, seed, i, text);
      /* What was not bent is good. */
      if (i % 3 == 0)
        g_assert_no_error (error);
      n_good += good ? 1 : 0;
      n_bad += !good;
    }
  g_assert_cmpuint (n_good, >, n / 3);
  g_assert_cmpuint (n_bad, >, n / 6);
  xmlRelaxNGFree (schema);
}

static void
test_reader_and_schema_judge_alike (void)
{
  judge_alike (&toy_scenario, g_test_slow () ? 9000 : 900);
}

/* The same for the tables of the program, and of the profiles. */
static void
test_real_tables_are_judged_alike (void)
{
  judge_alike (&pnyx_element_scenario, g_test_slow () ? 1500 : 60);
  judge_alike (&pnyx_element_region_profile, g_test_slow () ? 3000 : 300);
  judge_alike (&pnyx_element_energy_profile, g_test_slow () ? 3000 : 300);
}

static void
test_real_tables_are_sound (void)
{
  const PnyxElement *const roots[]
      = { &pnyx_element_scenario, &pnyx_element_region_profile, &pnyx_element_energy_profile };

  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      g_autoptr (GPtrArray) faults = pnyx_tables_check (roots[i]);

      for (guint k = 0; k < faults->len; k++)
        g_test_message ("%s", (const gchar *)g_ptr_array_index (faults, k));
      g_assert_cmpuint (faults->len, ==, 0);
    }
}

static void
test_includes_may_stand_anywhere (void)
{
  static const gchar *const good[] = {
    "<scenario xmlns='urn:pnyx:scenario:1' name='x'><i:include href='a.xml' "
    "xmlns:i='http://www.w3.org/2001/XInclude'/></scenario>",
    "<scenario xmlns='urn:pnyx:scenario:1' name='x' xml:base='y'><chain kind='nakamoto'><nakamoto>"
    "<i:include href='a.xml' parse='xml' xmlns:i='http://www.w3.org/2001/XInclude'/></nakamoto>"
    "</chain></scenario>",
  };
  g_autofree gchar *rng = pnyx_schema_relaxng (&toy_scenario);
  xmlRelaxNGPtr schema = compile (rng);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (schema_accepts (schema, good[i]));
  g_assert_false (schema_accepts (schema, "<scenario xmlns='urn:pnyx:scenario:1' name='x'/>"));
  xmlRelaxNGFree (schema);
}

static void
test_meanings_are_in_the_schema (void)
{
  g_autofree gchar *rng = pnyx_schema_relaxng (&toy_scenario);

  g_assert_nonnull (strstr (rng, "<a:documentation>Slots of an epoch.</a:documentation>"));
  g_assert_nonnull (strstr (rng, "<a:documentation>A toy world.</a:documentation>"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/schema/reader-and-schema-judge-alike",
                   test_reader_and_schema_judge_alike);
  g_test_add_func ("/scenario/schema/real-tables-are-judged-alike",
                   test_real_tables_are_judged_alike);
  g_test_add_func ("/scenario/schema/real-tables-are-sound", test_real_tables_are_sound);
  g_test_add_func ("/scenario/schema/includes-may-stand-anywhere",
                   test_includes_may_stand_anywhere);
  g_test_add_func ("/scenario/schema/meanings-are-in-the-schema", test_meanings_are_in_the_schema);
  return g_test_run ();
}
