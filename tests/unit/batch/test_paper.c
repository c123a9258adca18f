/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/paper.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/paper_folder.h"

#define EXACT "<exact id='a' calc='double-spend' keys='q=0.1  z=6 ' column='probability'/>"
#define EXACT_ROW "a,section 11,risk,0.0002428,,read,\n"
#define SCENARIO                                                                                   \
  "<scenario name='toy' seed='1'><run duration='20 block' replicates='3'/><network nodes='2'>"     \
  "<topology kind='complete'/><delay kind='distribution' value='1 ms'/>"                           \
  "<dissemination kind='direct'/></network><chain kind='nakamoto'/></scenario>"
#define EXPERIMENTS                                                                                \
  "<experiment id='one'>" SCENARIO "</experiment>"                                                 \
  "<experiment id='two' from='one' quick='true'><set path='network/@nodes' "                       \
  "value='4'/></experiment>"
#define SIMULATED                                                                                  \
  "<simulated id='s' experiment='one' metric='blocks.proposed' scale='2' null='two'/>"
#define SIMULATED_ROW "s,Table 1,blocks,40,blocks,read,1\n"

static void
test_both_files_are_joined_in_the_order_of_the_numbers (void)
{
  g_autoptr (PnyxPaper) paper
      = paper_folder_read ("<assumption text='none'/>" EXACT EXPERIMENTS SIMULATED,
                           PAPER_HEADER SIMULATED_ROW EXACT_ROW);
  const PnyxPaperEntry *s = &g_array_index (paper->entries, PnyxPaperEntry, 0);
  const PnyxPaperEntry *a = &g_array_index (paper->entries, PnyxPaperEntry, 1);

  g_assert_cmpstr (paper->name, ==, "toy2026paper");
  g_assert_cmpstr (paper->params->title, ==, "T");
  g_assert_cmpuint (paper->params->year, ==, 2026);
  g_assert_null (paper->params->doi);
  g_assert_cmpuint (paper->entries->len, ==, 2);
  g_assert_cmpstr (s->published->id, ==, "s");
  g_assert_null (s->calc);
  g_assert_cmpuint (s->experiment, ==, 0);
  g_assert_cmpuint (s->null, ==, 1);
  g_assert_cmpfloat (s->scale, ==, 2);
  g_assert_cmpstr (s->scope, ==, "");
  g_assert_cmpstr (a->calc->name, ==, "double-spend");
  g_assert_cmpuint (g_strv_length (a->keys), ==, 2);
  g_assert_cmpint (a->row, ==, -1);
}

#define RATINGS(file)                                                                              \
  "<exact id='a' calc='dawid-skene' keys='ratings=@" file "' column='log_likelihood'/>"
#define RATINGS_ROW "a,t,q,1,,read,\n"

static void
test_files_of_keys_are_in_the_publications_folder (void)
{
  gchar *folder = paper_folder_new (RATINGS ("r.csv"), PAPER_HEADER RATINGS_ROW);
  g_autofree gchar *path = g_build_filename (folder, "r.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxPaper) paper = NULL;

  g_assert_true (g_file_set_contents (path, "item,worker,label\n", -1, NULL));
  paper = pnyx_paper_read (folder, NULL, paper_calcs, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_str_has_prefix (g_array_index (paper->entries, PnyxPaperEntry, 0).keys[0], "ratings=@/"));
  g_assert_true (g_str_has_suffix (g_array_index (paper->entries, PnyxPaperEntry, 0).keys[0],
                                   "/toy2026paper/r.csv"));
  g_unlink (path);
  paper_folder_free (folder);
}

static void
test_files_of_keys_elsewhere_are_refused (void)
{
  static const gchar *const cases[][2]
      = { { RATINGS ("/etc/passwd"), "\"/etc/passwd\" is an absolute path" },
          { RATINGS ("../r.csv"), "\"../r.csv\" leaves the folder" },
          { RATINGS ("none.csv"), "paper.xml:2: \"none.csv\": No such file" },
          { RATINGS ("."), "\".\" leaves the folder" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    paper_folder_refused (cases[i][0], PAPER_HEADER RATINGS_ROW, cases[i][1]);
}

/* They would be waited for, or read where they lead. */
static void
test_numbers_in_links_and_pipes_are_refused (void)
{
  for (guint i = 0; i < 2; i++)
    {
      gchar *folder = paper_folder_new (EXACT, PAPER_HEADER EXACT_ROW);
      g_autofree gchar *path = g_build_filename (folder, "published.csv", NULL);
      g_autoptr (GError) error = NULL;

      g_unlink (path);
      g_assert_cmpint (i == 0 ? symlink ("/dev/null", path) : mkfifo (path, 0600), ==, 0);
      g_assert_null (pnyx_paper_read (folder, NULL, paper_calcs, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN);
      paper_folder_free (folder);
    }
}

static const PnyxSection *
network_of (const PnyxPaper *paper, guint i)
{
  const PnyxPaperExperiment *experiment
      = &g_array_index (paper->experiments, PnyxPaperExperiment, i);

  return pnyx_section_child (pnyx_sweep_base (experiment->sweep)->scenario->root, "network", 0);
}

static void
test_an_experiment_takes_anothers_scenario_and_sets_values (void)
{
  g_autoptr (PnyxPaper) paper
      = paper_folder_read (EXPERIMENTS SIMULATED, PAPER_HEADER SIMULATED_ROW);

  g_assert_cmpstr (pnyx_section_value (network_of (paper, 0), "nodes")->text, ==, "2");
  g_assert_cmpstr (pnyx_section_value (network_of (paper, 1), "nodes")->text, ==, "4");
  g_assert_false (g_array_index (paper->experiments, PnyxPaperExperiment, 0).quick);
  g_assert_true (g_array_index (paper->experiments, PnyxPaperExperiment, 1).quick);
}

static void
test_an_experiment_may_have_points (void)
{
  g_autoptr (GString) xml = g_string_new (EXPERIMENTS);
  g_autoptr (PnyxPaper) paper = NULL;

  g_string_replace (xml, "</scenario>",
                    "<sweep><axis path='network/@nodes' values='2, 3'/></sweep></scenario>", 1);
  g_string_replace (xml, "<set path='network/@nodes' value='4'/>",
                    "<set path='run/@duration' value='9 block'/>", 1);
  g_string_append (xml, "<simulated id='s' experiment='one' point='1' metric='blocks.proposed' "
                        "null='two'/>");
  paper = paper_folder_read (xml->str, PAPER_HEADER SIMULATED_ROW);
  g_assert_cmpuint (g_array_index (paper->entries, PnyxPaperEntry, 0).point, ==, 1);
  g_string_replace (xml, "point='1'", "point='2'", 1);
  paper_folder_refused (xml->str, PAPER_HEADER SIMULATED_ROW, "no point 2 (expected 0 to 1)");
}

static void
test_numbers_in_one_file_only (void)
{
  paper_folder_refused ("", PAPER_HEADER EXACT_ROW,
                        "published.csv:2: \"a\" stands in paper.xml 0 times");
  paper_folder_refused (EXACT, PAPER_HEADER, "paper.xml:2: \"a\" does not stand in published.csv");
  paper_folder_refused (EXACT EXPERIMENTS
                        "<simulated id='a' experiment='one' metric='blocks.proposed' null='two'/>",
                        PAPER_HEADER EXACT_ROW, "\"a\"");
}

static void
test_exact_numbers_that_cannot_be (void)
{
  paper_folder_refused (
      "<exact id='a' calc='double-spent' keys='q=0.1 z=6'/>", PAPER_HEADER EXACT_ROW,
      "paper.xml:2: unknown calc \"double-spent\"; did you mean \"double-spend\"");
  paper_folder_refused ("<exact id='a' calc='double-spend' keys='q=0.1 zz=6'/>",
                        PAPER_HEADER EXACT_ROW,
                        "paper.xml:2: calc double-spend: unknown key \"zz\"");
  paper_folder_refused ("<exact id='a' calc='double-spend' keys='q=7 z=6'/>",
                        PAPER_HEADER EXACT_ROW, "q");
  paper_folder_refused (EXACT, PAPER_HEADER "a,section 11,risk,0.0002428,,read,0.1\n",
                        "published.csv:2: \"a\" is calculated and has a tolerance");
}

static void
refuse_simulated (const gchar *xml, const gchar *row, const gchar *part)
{
  g_autofree gchar *all = g_strconcat (EXPERIMENTS, xml, NULL);
  g_autofree gchar *csv = g_strconcat (PAPER_HEADER, row, NULL);

  paper_folder_refused (all, csv, part);
}

static void
test_simulated_numbers_that_cannot_be (void)
{
  refuse_simulated ("<simulated id='s' experiment='one' metric='blocks.prposed' null='two'/>",
                    SIMULATED_ROW, "unknown metric \"blocks.prposed\"");
  refuse_simulated ("<simulated id='s' experiment='three' metric='blocks.proposed' null='two'/>",
                    SIMULATED_ROW, "three");
  refuse_simulated ("<simulated id='s' experiment='one' metric='blocks.proposed' null='one'/>",
                    SIMULATED_ROW, "the null model of \"s\" is its own experiment");
  refuse_simulated ("<simulated id='s' experiment='one' metric='blocks.proposed'/>", SIMULATED_ROW,
                    "null");
  refuse_simulated (SIMULATED, "s,Table 1,blocks,40,blocks,read,\n",
                    "expected one value and a tol");
  refuse_simulated (SIMULATED, "s,Table 1,blocks,40 41,blocks,read,1\n", "expected one value and");
}

static void
test_experiments_that_cannot_be (void)
{
  paper_folder_refused ("<experiment id='one'/>", PAPER_HEADER,
                        "experiment \"one\" has no scenario");
  paper_folder_refused ("<experiment id='one'>" SCENARIO SCENARIO "</experiment>", PAPER_HEADER,
                        "a second scenario");
  paper_folder_refused (EXPERIMENTS "<experiment id='three' from='one'>" SCENARIO "</experiment>",
                        PAPER_HEADER, "experiment \"three\" has from and a scenario");
  paper_folder_refused (EXPERIMENTS "<experiment id='three' from='two'/>", PAPER_HEADER,
                        "experiment \"two\" has no scenario of its own");
  paper_folder_refused (EXPERIMENTS "<experiment id='three' from='four'/>", PAPER_HEADER, "four");
  paper_folder_refused (
      EXPERIMENTS "<experiment id='three' from='one'><set path='nonsense' value='1'/></experiment>",
      PAPER_HEADER, "nonsense");
  paper_folder_refused (
      EXPERIMENTS
      "<experiment id='three' from='one'>\n<set path='netwrok/@nodes' value='1'/></experiment>",
      PAPER_HEADER, "paper.xml:3: set netwrok/@nodes");
  paper_folder_refused (
      EXPERIMENTS
      "<experiment id='three' from='one'><set path='network/@nodes' value='0'/></experiment>",
      PAPER_HEADER, "nodes is out of range");
}

static void
test_scenarios_are_judged_in_their_place (void)
{
  paper_folder_refused ("<experiment id='one'>\n<scenario name='x'>\n<chain kind='nakamotto'/>"
                        "</scenario></experiment>",
                        PAPER_HEADER, "paper.xml:4: ");
  paper_folder_refused ("<experiment id='one'><scenario name='x'><run replicates='1'/>"
                        "<chain kind='nakamoto'/></scenario></experiment><experiment id='two' "
                        "from='one'/>" SIMULATED,
                        PAPER_HEADER SIMULATED_ROW, "has one replicate");
}

static void
test_other_elements_are_refused (void)
{
  paper_folder_refused ("<exacct id='a'/>", PAPER_HEADER, "exacct");
  paper_folder_refused ("<exact id='a' clac='x' calc='y' keys=''/>", PAPER_HEADER, "clac");
}

static void
test_papers_are_listed_by_name (void)
{
  gchar *folder = paper_folder_new ("", PAPER_HEADER);
  g_autofree gchar *above = g_path_get_dirname (folder);
  g_auto (GStrv) names = pnyx_papers_list (above);
  g_auto (GStrv) none = pnyx_papers_list ("/nowhere");

  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "toy2026paper");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  paper_folder_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/paper/" path, function)
  ADD ("files-of-keys-are-in-the-publications-folder",
       test_files_of_keys_are_in_the_publications_folder);
  ADD ("files-of-keys-elsewhere-are-refused", test_files_of_keys_elsewhere_are_refused);
  ADD ("numbers-in-links-and-pipes-are-refused", test_numbers_in_links_and_pipes_are_refused);
  ADD ("both-files-are-joined-in-the-order-of-the-numbers",
       test_both_files_are_joined_in_the_order_of_the_numbers);
  ADD ("an-experiment-takes-anothers-scenario-and-sets-values",
       test_an_experiment_takes_anothers_scenario_and_sets_values);
  ADD ("an-experiment-may-have-points", test_an_experiment_may_have_points);
  ADD ("numbers-in-one-file-only", test_numbers_in_one_file_only);
  ADD ("exact-numbers-that-cannot-be", test_exact_numbers_that_cannot_be);
  ADD ("simulated-numbers-that-cannot-be", test_simulated_numbers_that_cannot_be);
  ADD ("experiments-that-cannot-be", test_experiments_that_cannot_be);
  ADD ("scenarios-are-judged-in-their-place", test_scenarios_are_judged_in_their_place);
  ADD ("other-elements-are-refused", test_other_elements_are_refused);
  ADD ("papers-are-listed-by-name", test_papers_are_listed_by_name);
  return g_test_run ();
}
