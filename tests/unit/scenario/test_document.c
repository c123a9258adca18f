/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/document.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario/files.h"
#include "support/toy_read.h"
#include "support/toy_schema.h"

/* Files: includes, and whatever else stands where a file was expected. */

#define OPEN                                                                                       \
  "<scenario xmlns='" PNYX_NAMESPACE "' name='x' xmlns:xi='" PNYX_XINCLUDE_NAMESPACE "'>\n"
#define INCLUDE(href) "<xi:include href='" href "'/>\n"
#define CHAIN "<chain kind='gasper'/>\n"
#define CLOSE "</scenario>"

typedef struct
{
  gchar *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->folder = toy_folder ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)data;
  toy_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
add (Fixture *fixture, const gchar *name, const gchar *text)
{
  g_free (toy_write (fixture->folder, name, text));
}

/* Refuses main.xml of @text; the folder's name is left out of @message. */
static void
assert_main_refused (Fixture *fixture, const gchar *text, PnyxErrorCode code, const gchar *message)
{
  g_autofree gchar *path = toy_write (fixture->folder, "in/main.xml", text);

  assert_file_refused (path, code, message);
}

static PnyxScenario *
read_main (Fixture *fixture, const gchar *text, GError **error)
{
  g_autofree gchar *path = toy_write (fixture->folder, "in/main.xml", text);
  PnyxReader reader = { &toy_scenario, NULL, NULL };

  return pnyx_scenario_read (&reader, path, error);
}

static void
test_includes_compose_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = NULL;

  (void)data;
  add (fixture, "in/parts/net.xml",
       "<network xmlns='" PNYX_NAMESPACE "' nodes='77' xmlns:xi='" PNYX_XINCLUDE_NAMESPACE "'>\n\n"
       "<xi:include href='../top%20ology.xml' parse='xml'/></network>");
  add (fixture, "in/top ology.xml",
       "\n\n\n<topology xmlns='" PNYX_NAMESPACE "'\nkind='complete'/>");
  scenario = read_main (fixture, OPEN INCLUDE ("parts/net.xml") CHAIN CLOSE, &error);
  g_assert_no_error (error);
  {
    const PnyxSection *network = pnyx_section_child (scenario->root, "network", 0);
    const PnyxSection *topology = pnyx_section_child (network, "topology", 0);
    const PnyxFileUse *third = g_ptr_array_index (scenario->files, 2);

    g_assert_cmpuint (((ToyNetwork *)network->params)->nodes, ==, 77);
    g_assert_true (g_str_has_suffix (topology->place.file, "in/parts/../top ology.xml"));
    g_assert_cmpuint (topology->place.line, ==, 4);
    g_assert_cmpuint (topology->kind.place.line, ==, 5);
    g_assert_cmpuint (scenario->files->len, ==, 3);
    g_assert_true (g_str_has_suffix (third->path, "in/top ology.xml"));
  }
}

static void
test_mistakes_in_an_included_file_have_its_name_and_line (Fixture *fixture, gconstpointer data)
{
  (void)data;
  add (fixture, "in/net.xml", "\n<network xmlns='" PNYX_NAMESPACE "'\n nodse='77'/>");
  assert_main_refused (fixture, OPEN INCLUDE ("net.xml") CHAIN CLOSE, PNYX_ERROR_UNKNOWN,
                       "in/net.xml:3: unknown attribute \"nodse\"");
  add (fixture, "in/net.xml", "\n\n\n<network");
  assert_main_refused (fixture, OPEN INCLUDE ("net.xml") CHAIN CLOSE, PNYX_ERROR_SYNTAX,
                       "in/net.xml:4: malformed XML");
  add (fixture, "in/net.xml", "\n<!DOCTYPE a [<!ENTITY b 'c'>]><a/>");
  assert_main_refused (fixture, OPEN INCLUDE ("net.xml") CHAIN CLOSE, PNYX_ERROR_FORBIDDEN,
                       "in/net.xml:2: a DOCTYPE");
}

static void
test_includes_never_leave_the_folder (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const gchar *href;
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { "missing.xml", PNYX_ERROR_MISSING, "main.xml:2: \"missing.xml\": No such file" },
    { "../secret.xml", PNYX_ERROR_FORBIDDEN, "main.xml:2: \"../secret.xml\" leaves the folder" },
    { "%2e%2e/secret.xml", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "a/../../secret.xml", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "../nothing.xml", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "/etc/passwd", PNYX_ERROR_FORBIDDEN, "is an absolute path" },
    { "file:///etc/passwd", PNYX_ERROR_FORBIDDEN, "is refused (expected a path relative" },
    { "http://example.com/x.xml", PNYX_ERROR_FORBIDDEN, "is refused" },
    { "//example.com/x.xml", PNYX_ERROR_FORBIDDEN, "is refused" },
    { "link.xml", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "linked/secret.xml", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "main.xml#xpointer(/)", PNYX_ERROR_SYNTAX, "whole file, without #" },
    { "#x", PNYX_ERROR_SYNTAX, "whole file" },
    { "", PNYX_ERROR_SYNTAX, "whole file" },
    { "a%00b", PNYX_ERROR_SYNTAX, "whole file" },
    { "%ff", PNYX_ERROR_SYNTAX, "whole file" },
    { "sub", PNYX_ERROR_FORBIDDEN, "is a folder (expected a file)" },
    { ".", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "pipe", PNYX_ERROR_FORBIDDEN, "is a pipe (expected a file)" },
    { "main.xml", PNYX_ERROR_CONFLICT, "main.xml includes itself" },
    { "ring.xml", PNYX_ERROR_CONFLICT, "ring.xml:1: " },
  };
  g_autofree gchar *inside = g_build_filename (fixture->folder, "in", NULL);
  g_autofree gchar *link = g_build_filename (inside, "link.xml", NULL);
  g_autofree gchar *linked = g_build_filename (inside, "linked", NULL);
  g_autofree gchar *pipe_path = g_build_filename (inside, "pipe", NULL);

  (void)data;
  add (fixture, "secret.xml", "<run xmlns='" PNYX_NAMESPACE "'/>");
  add (fixture, "in/sub/x", "");
  add (fixture, "in/ring.xml",
       "<run xmlns='" PNYX_NAMESPACE "'><i:include xmlns:i='" PNYX_XINCLUDE_NAMESPACE
       "' href='main.xml'/></run>");
  g_assert_cmpint (symlink ("../secret.xml", link), ==, 0);
  g_assert_cmpint (symlink ("..", linked), ==, 0);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text
          = g_strdup_printf (OPEN "<xi:include href='%s'/>" CHAIN CLOSE, cases[i].href);

      assert_main_refused (fixture, text, cases[i].code, cases[i].message);
    }
}

static void
test_forms_of_include_that_are_not_supported (Fixture *fixture, gconstpointer data)
{
  (void)data;
  assert_main_refused (fixture, OPEN "<xi:include/>" CLOSE, PNYX_ERROR_MISSING,
                       "main.xml:2: an include without href");
  assert_main_refused (fixture, OPEN "<xi:include href='a'\nxpointer='b'/>" CLOSE,
                       PNYX_ERROR_UNKNOWN, "main.xml:3: attribute xpointer of an include");
  assert_main_refused (fixture, OPEN "<xi:include href='a' parse='text'/>" CLOSE,
                       PNYX_ERROR_UNKNOWN, "an include is XML only");
  assert_main_refused (fixture, OPEN "<xi:include href='a'><xi:fallback/></xi:include>" CLOSE,
                       PNYX_ERROR_UNKNOWN, "an include has no fallback");
  assert_main_refused (fixture, "<include xmlns='" PNYX_XINCLUDE_NAMESPACE "' href='a'/>",
                       PNYX_ERROR_UNKNOWN, "an include cannot be the whole file");
}

static void
test_includes_are_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new (OPEN);

  (void)data;
  for (guint i = 0; i < 20; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("in/deep%u.xml", i);
      g_autofree gchar *text
          = g_strdup_printf (OPEN "<xi:include href='deep%u.xml'/>" CLOSE, i + 1);

      add (fixture, name, text);
    }
  assert_main_refused (fixture, OPEN INCLUDE ("deep0.xml") CLOSE, PNYX_ERROR_RANGE,
                       "includes are nested too deeply (expected at most 16 levels)");
  add (fixture, "in/run.xml", "<run xmlns='" PNYX_NAMESPACE "'/>");
  for (guint i = 0; i < 257; i++)
    g_string_append (many, INCLUDE ("run.xml"));
  g_string_append (many, CLOSE);
  assert_main_refused (fixture, many->str, PNYX_ERROR_FORBIDDEN, "too many includes");
  /* 2^9 files by doubling. */
  for (guint i = 0; i < 9; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("in/double%u.xml", i);
      g_autofree gchar *text = g_strdup_printf (
          OPEN "<xi:include href='double%u.xml'/><xi:include href='double%u.xml'/>" CLOSE, i + 1,
          i + 1);

      add (fixture, name, i == 8 ? "<run xmlns='" PNYX_NAMESPACE "'/>" : text);
    }
  assert_main_refused (fixture, OPEN INCLUDE ("double0.xml") CLOSE, PNYX_ERROR_FORBIDDEN,
                       "too many includes");
}

static void
test_sizes_are_bounded_with_includes (Fixture *fixture, gconstpointer data)
{
  const gsize padding = PNYX_FILE_SCENARIO_MAX - 1000;
  g_autoptr (GString) large = g_string_new ("<run xmlns='" PNYX_NAMESPACE "'/><!--");
  g_autoptr (GString) many = g_string_new (OPEN);
  g_autoptr (GError) error = NULL;

  (void)data;
  for (gsize i = 0; i < padding; i++)
    g_string_append_c (large, 'x');
  g_string_append (large, "-->");
  add (fixture, "in/run.xml", large->str);
  for (gsize bytes = 0; bytes <= PNYX_FILE_DATA_MAX; bytes += padding)
    g_string_append (many, INCLUDE ("run.xml"));
  g_string_append (many, CLOSE);
  assert_main_refused (fixture, many->str, PNYX_ERROR_FORBIDDEN,
                       "the scenario is too large with its includes (expected at most 64 MiB)");
  for (gsize i = 0; i < 1000; i++)
    g_string_append_c (large, ' ');
  g_assert_null (pnyx_document_load_memory (large->str, large->len, "text", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
  g_assert_nonnull (strstr (error->message, "text is too large (expected at most 16 MiB)"));
}

static void
test_what_is_no_file_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *pipe_path = g_build_filename (fixture->folder, "pipe", NULL);
  g_autofree gchar *none = g_build_filename (fixture->folder, "none.xml", NULL);
  g_autofree gchar *locked = toy_write (fixture->folder, "locked.xml", "<a/>");

  (void)data;
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  assert_file_refused (none, PNYX_ERROR_MISSING, "none.xml cannot be read: No such file");
  assert_file_refused (fixture->folder, PNYX_ERROR_FORBIDDEN, "is a folder (expected a file)");
  assert_file_refused (pipe_path, PNYX_ERROR_FORBIDDEN, "is a pipe (expected a file)");
  assert_file_refused ("/dev/zero", PNYX_ERROR_FORBIDDEN, "is a device (expected a file)");
  g_chmod (locked, 0);
  if (geteuid () != 0)
    assert_file_refused (locked, PNYX_ERROR_FORBIDDEN, "cannot be read: Permission denied");
}

static void
test_a_giant_file_is_refused_before_it_is_read (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *path = toy_write (fixture->folder, "giant.xml", "");
  gint64 start = g_get_monotonic_time ();

  (void)data;
  g_assert_cmpint (truncate (path, (off_t)1 << 30), ==, 0);
  assert_file_refused (path, PNYX_ERROR_FORBIDDEN,
                       "giant.xml has 1024 MiB (expected at most 16 MiB)");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

static void
test_noise_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (fixture->folder, "noise.xml", NULL);
  gchar noise[3000];

  (void)data;
  for (guint round = 0; round < 50; round++)
    {
      for (gsize i = 0; i < sizeof noise; i++)
        noise[i] = (gchar)g_test_rand_int_range (0, 256);
      g_assert_true (g_file_set_contents (path, noise, sizeof noise, NULL));
      assert_file_refused (path, PNYX_ERROR_SYNTAX, "noise.xml:");
    }
}

/* --- files and profiles in attributes --- */

static void
test_files_are_relative_to_the_file_that_names_them (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario = NULL;
  const PnyxSection *everything;

  (void)data;
  add (fixture, "in/parts/all.xml",
       "<everything xmlns='" PNYX_NAMESPACE "' file='data.csv' profile='../own.xml'/>");
  add (fixture, "in/parts/data.csv", "1");
  add (fixture, "in/own.xml", "<a/>");
  scenario = read_main (fixture, OPEN CHAIN INCLUDE ("parts/all.xml") CLOSE, &error);
  g_assert_no_error (error);
  everything = pnyx_section_child (scenario->root, "everything", 0);
  g_assert_true (
      g_str_has_suffix (((ToyEverything *)everything->params)->file, "/in/parts/data.csv"));
  g_assert_true (g_str_has_suffix (((ToyEverything *)everything->params)->profile, "/in/own.xml"));
  g_assert_cmpstr (pnyx_section_value (everything, "file")->text, ==, "data.csv");
  g_assert_cmpuint (scenario->files->len, ==, 4);
}

static void
test_files_in_attributes_never_leave_the_folder (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const gchar *attribute;
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { "file='../secret.csv'", PNYX_ERROR_FORBIDDEN, "main.xml:3: \"../secret.csv\" leaves" },
    { "file='/etc/passwd'", PNYX_ERROR_FORBIDDEN, "is an absolute path" },
    { "file='none.csv'", PNYX_ERROR_MISSING, "\"none.csv\": No such file" },
    { "file='.'", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "file='sub'", PNYX_ERROR_FORBIDDEN, "sub is a folder" },
    { "profile='../secret.xml'", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
    { "profile='aws-2024'", PNYX_ERROR_UNKNOWN,
      "unknown profile \"aws-2024\" of regions; did you mean \"aws-2025\"? (expected one of: "
      "aws-2025)" },
    { "profile='escaping'", PNYX_ERROR_FORBIDDEN, "leaves the folder" },
  };
  g_autofree gchar *link
      = g_build_filename (fixture->folder, "in/profiles/regions/escaping.xml", NULL);

  (void)data;
  add (fixture, "secret.csv", "1");
  add (fixture, "secret.xml", "<a/>");
  add (fixture, "in/sub/x", "");
  add (fixture, "in/profiles/regions/aws-2025.xml", "<a/>");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text
          = g_strdup_printf (OPEN CHAIN "<everything %s/>" CLOSE, cases[i].attribute);

      if (i + 1 == G_N_ELEMENTS (cases))
        g_assert_cmpint (symlink ("../../../secret.xml", link), ==, 0);
      assert_main_refused (fixture, text, cases[i].code, cases[i].message);
    }
}

static void
test_profiles_are_found_beside_the_scenario_and_in_the_data_folder (Fixture *fixture,
                                                                    gconstpointer data)
{
  g_autofree gchar *path = toy_write (fixture->folder, "in/main.xml",
                                      OPEN CHAIN "<everything profile='aws-2025'/>" CLOSE);
  g_autofree gchar *installed = g_build_filename (fixture->folder, "data", NULL);
  PnyxReader reader = { &toy_scenario, installed, NULL };

  (void)data;
  add (fixture, "data/profiles/regions/aws-2025.xml", "<a/>");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxScenario) scenario = pnyx_scenario_read (&reader, path, &error);
      const PnyxSection *everything;

      g_assert_no_error (error);
      everything = pnyx_section_child (scenario->root, "everything", 0);
      g_assert_true (g_str_has_suffix (((ToyEverything *)everything->params)->profile,
                                       i == 0 ? "/data/profiles/regions/aws-2025.xml"
                                              : "/in/profiles/regions/aws-2025.xml"));
      /* The scenario's own comes first. */
      add (fixture, "in/profiles/regions/aws-2025.xml", "<a/>");
    }
}

/* libxml2 shows the text around a fault; no terminal is to obey it. */
static void
test_messages_hold_no_control_characters (Fixture *fixture, gconstpointer data)
{
  (void)data;
  assert_main_refused (fixture, "<scenario><![CDATA[\t\x7f\xc2\x9b[31m", PNYX_ERROR_SYNTAX,
                       "main.xml:1: malformed XML: CData section not finished     [");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/scenario/document/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("includes-compose-files", test_includes_compose_files);
  ADD ("mistakes-in-an-included-file-have-its-name-and-line",
       test_mistakes_in_an_included_file_have_its_name_and_line);
  ADD ("includes-never-leave-the-folder", test_includes_never_leave_the_folder);
  ADD ("messages-hold-no-control-characters", test_messages_hold_no_control_characters);
  ADD ("forms-of-include-that-are-not-supported", test_forms_of_include_that_are_not_supported);
  ADD ("includes-are-bounded", test_includes_are_bounded);
  ADD ("sizes-are-bounded-with-includes", test_sizes_are_bounded_with_includes);
  ADD ("what-is-no-file-is-refused", test_what_is_no_file_is_refused);
  ADD ("a-giant-file-is-refused-before-it-is-read", test_a_giant_file_is_refused_before_it_is_read);
  ADD ("noise-is-refused", test_noise_is_refused);
  ADD ("files-are-relative-to-the-file-that-names-them",
       test_files_are_relative_to_the_file_that_names_them);
  ADD ("files-in-attributes-never-leave-the-folder",
       test_files_in_attributes_never_leave_the_folder);
  ADD ("profiles-are-found-beside-the-scenario-and-in-the-data-folder",
       test_profiles_are_found_beside_the_scenario_and_in_the_data_folder);
  return g_test_run ();
}
