/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/writer.h"

#include <string.h>

#include "support/toy_read.h"
#include "support/toy_schema.h"

static const gchar rich[]
    = "<run duration='3 s'/><everything text='&lt;a&gt; &amp;amp; &quot;q&quot;&#10;&#9;b' "
      "name='n' "
      "distribution='mixture(0.3: normal(1 s, 0.1 s), 0.7: exponential(2 s))' names='a, b'/>"
      "<chain id='b' kind='nakamoto'><validators count='3'/><nakamoto interval='9 s'>"
      "<pool name='p' share='0.5'/></nakamoto></chain><adversary kind='reorg' chain='b'/>";

static gchar *
write_with (const gchar *inside, const gchar *const *overrides, PnyxFileName name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = toy_read (inside, overrides, &error);

  g_assert_no_error (error);
  return pnyx_scenario_to_xml (scenario, name, NULL, NULL);
}

static PnyxScenario *
read_again (const gchar *xml)
{
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autoptr (GError) error = NULL;
  PnyxScenario *scenario
      = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "again.xml", &error);

  g_assert_no_error (error);
  return scenario;
}

static void
test_every_value_is_written_out (void)
{
  g_autofree gchar *xml = write_with ("", NULL, NULL);

  g_assert_cmpstr (xml, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<scenario xmlns=\"urn:pnyx:scenario:1\" name=\"toy\" seed=\"1\">\n"
                   "  <chain kind=\"gasper\" id=\"main\" nodes=\"all\">\n"
                   "    <gasper slots-per-epoch=\"32\" rules=\"electra\"/>\n"
                   "  </chain>\n"
                   "  <run duration=\"64 epoch\" warmup=\"0 s\" replicates=\"1\"/>\n"
                   "  <network nodes=\"100\">\n"
                   "    <topology kind=\"random-regular\" degree=\"8\"/>\n"
                   "  </network>\n"
                   "</scenario>\n");
}

static void
test_reading_it_gives_the_same_text (void)
{
  static const gchar *const overrides[] = { "network/@nodes=50", "gasper/@rules=phase0", NULL };
  g_autofree gchar *inside = g_strconcat (rich, "<network/>", NULL);
  g_autofree gchar *xml = write_with (inside, overrides, NULL);
  g_autoptr (PnyxScenario) again = read_again (xml);
  g_autofree gchar *xml2 = pnyx_scenario_to_xml (again, NULL, NULL, NULL);
  const PnyxSection *everything = pnyx_section_child (again->root, "everything", 0);
  const PnyxSection *network = pnyx_section_child (again->root, "network", 0);

  g_assert_cmpstr (xml, ==, xml2);
  g_assert_cmpstr (((ToyEverything *)everything->params)->text, ==, "<a> &amp; \"q\"\n\tb");
  g_assert_null (((ToyEverything *)everything->params)->profile);
  g_assert_cmpuint (((ToyNetwork *)network->params)->nodes, ==, 50);
}

static void
test_lines_are_not_endless (void)
{
  g_autofree gchar *xml = write_with (rich, NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (xml, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 100);
}

static gchar *
rename_file (const PnyxParam *param, const gchar *path, gpointer data)
{
  g_autofree gchar *base = g_path_get_basename (path);

  (void)data;
  g_assert_true (param->type == PNYX_PARAM_FILE || param->type == PNYX_PARAM_PROFILE);
  g_assert_true (g_path_is_absolute (path));
  return g_strdup_printf ("inputs/%s", base);
}

static void
test_files_are_renamed_by_the_caller (void)
{
  g_autofree gchar *folder = toy_folder ();
  g_autofree gchar *text = toy_text ("<everything file='a.csv' profile='aws-2025'/>");
  g_autofree gchar *path = toy_write (folder, "main.xml", text);
  G_GNUC_UNUSED g_autofree gchar *csv = toy_write (folder, "a.csv", "1");
  G_GNUC_UNUSED g_autofree gchar *profile
      = toy_write (folder, "profiles/regions/aws-2025.xml", "<a/>");
  G_GNUC_UNUSED g_autofree gchar *copied = toy_write (folder, "inputs/aws-2025.xml", "<a/>");
  G_GNUC_UNUSED g_autofree gchar *copied2 = toy_write (folder, "inputs/a.csv", "1");
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autoptr (PnyxScenario) scenario = pnyx_scenario_read (&reader, path, NULL);
  g_autofree gchar *kept = pnyx_scenario_to_xml (scenario, NULL, NULL, NULL);
  g_autofree gchar *renamed = pnyx_scenario_to_xml (scenario, rename_file, NULL, NULL);
  g_autofree gchar *again_path = toy_write (folder, "effective.xml", renamed);
  g_autoptr (PnyxScenario) again = pnyx_scenario_read (&reader, again_path, NULL);

  g_assert_nonnull (strstr (kept, "file=\"a.csv\" profile=\"aws-2025\""));
  g_assert_nonnull (strstr (renamed, "file=\"inputs/a.csv\" profile=\"inputs/aws-2025.xml\""));
  g_assert_nonnull (again);
  toy_folder_remove (folder);
}

/* What a path that varies has chosen is written without its defaults: another can take its place.
 * What was said of it stays, and so do the defaults of everything else. */
static void
test_a_kind_that_varies_brings_no_defaults (void)
{
  static const gchar inside[]
      = "<network><topology/></network><adversary kind='reorg'/><chain id='b' kind='nakamoto'>"
        "<nakamoto><pool name='p' share='0.5'/></nakamoto></chain>";
  static const gchar *const overrides[] = { "topology/@kind=random-regular", NULL };
  static const gchar *const degree[]
      = { "topology/@kind=random-regular", "topology/@degree=6", NULL };
  static const gchar *const varying[] = { "--set topology/@kind", NULL };
  static const gchar *const others[] = { "--set adversary/@kind", NULL };
  static const gchar *const complete[] = { "topology/@kind=complete", NULL };
  g_autoptr (PnyxScenario) scenario = toy_read (inside, overrides, NULL);
  g_autoptr (PnyxScenario) said = toy_read (inside, degree, NULL);
  g_autofree gchar *bare = pnyx_scenario_to_xml (scenario, NULL, NULL, varying);
  g_autofree gchar *full = pnyx_scenario_to_xml (scenario, NULL, NULL, NULL);
  g_autofree gchar *other = pnyx_scenario_to_xml (scenario, NULL, NULL, others);
  g_autofree gchar *kept = pnyx_scenario_to_xml (said, NULL, NULL, varying);
  PnyxReader reader = { &toy_scenario, NULL, complete };
  g_autoptr (PnyxScenario) changed = NULL;
  g_autoptr (PnyxScenario) refused = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (bare, "<topology kind=\"random-regular\"/>"));
  g_assert_nonnull (strstr (full, "<topology kind=\"random-regular\" degree=\"8\"/>"));
  g_assert_cmpstr (full, ==, other);
  g_assert_nonnull (strstr (kept, "<topology kind=\"random-regular\" degree=\"6\"/>"));
  g_assert_nonnull (strstr (bare, "rules=\"electra\""));
  changed = pnyx_scenario_read_memory (&reader, bare, strlen (bare), "bare.xml", &error);
  g_assert_no_error (error);
  refused = pnyx_scenario_read_memory (&reader, full, strlen (full), "full.xml", &error);
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/writer/every-value-is-written-out", test_every_value_is_written_out);
  g_test_add_func ("/scenario/writer/reading-it-gives-the-same-text",
                   test_reading_it_gives_the_same_text);
  g_test_add_func ("/scenario/writer/lines-are-not-endless", test_lines_are_not_endless);
  g_test_add_func ("/scenario/writer/files-are-renamed-by-the-caller",
                   test_files_are_renamed_by_the_caller);
  g_test_add_func ("/scenario/writer/a-kind-that-varies-brings-no-defaults",
                   test_a_kind_that_varies_brings_no_defaults);
  return g_test_run ();
}
