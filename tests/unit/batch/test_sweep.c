/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "net/network.h"
#include "support/run_text.h"
#include "support/scratch.h"

#define REST                                                                                       \
  "<network nodes='20'><topology/><regions profile='aws-2025'/></network>"                         \
  "<chain kind='nakamoto'><workload/><nakamoto miners='20' interval='exponential(30 s)'/></chain>"

/* The sweep alone stands in line 2. */
static gchar *
text_of (const gchar *sweep)
{
  return g_strdup_printf ("<scenario xmlns='urn:pnyx:scenario:1' name='t' seed='1'>\n%s\n"
                          "<run duration='1 h'/>" REST "</scenario>\n",
                          sweep);
}

static PnyxSweep *
sweep_of (const gchar *inside)
{
  g_autofree gchar *sweep = g_strdup_printf ("<sweep>%s</sweep>", inside);
  g_autofree gchar *text = text_of (sweep);

  return run_text_sweep (text, NULL, TRUE);
}

/* "a 1; b 1; a 2; b 2": the values of all points, as CSV files have them. */
static gchar *
points_of (const PnyxSweep *sweep)
{
  GString *text = g_string_new (NULL);
  guint n_axes = pnyx_sweep_n_axes (sweep);

  for (guint point = 0; point < pnyx_sweep_n_points (sweep); point++)
    for (guint i = 0; i < n_axes; i++)
      g_string_append_printf (text, "%s%s",
                              i > 0       ? " "
                              : point > 0 ? "; "
                                          : "",
                              pnyx_sweep_values (sweep)[(gsize)point * n_axes + i]);
  return g_string_free (text, FALSE);
}

static void
assert_points (const gchar *inside, const gchar *wanted)
{
  g_autoptr (PnyxSweep) sweep = sweep_of (inside);
  g_autofree gchar *points = points_of (sweep);

  g_assert_cmpstr (points, ==, wanted);
}

/* ---- Lists and ranges ---- */

static void
test_a_list_is_split_at_commas (void)
{
  assert_points ("<axis path='network/@nodes' values='10, 30,20'/>", "10; 30; 20");
  assert_points ("<axis path='network/@nodes' values=' 7 '/>", "7");
  /* Brackets and quotes hold commas together; a quote within a text is none. */
  assert_points ("<axis path='nakamoto/@interval'"
                 "      values=\"exponential(20 s), uniform(1 s, 2 min),'normal(9 s, 1 s)'\"/>",
                 "exponential(20 s); uniform(1 s, 2 min); normal(9 s, 1 s)");
  assert_points ("<axis path='run/@warmup' values=\"'0 s' , 2 min\"/>", "0; 120");
}

static void
test_values_are_shown_in_si_units (void)
{
  assert_points ("<axis path='network/@nodes' values='1e3, 20'/>", "1000; 20");
  assert_points ("<axis path='run/@warmup' values='500 ms, 1 min'/>", "0.5; 60");
  assert_points ("<axis path='run/@memory-max' values='1 GiB, 2 GB'/>", "1073741824; 2000000000");
  assert_points ("<axis path='network/@nodes' values='10, 20' name='size'/>", "10; 20");
}

static void
test_a_range_goes_from_end_to_end (void)
{
  assert_points ("<axis path='run/@warmup' from='0 s' to='200 ms' steps='5'/>",
                 "0; 0.05; 0.1; 0.15; 0.2");
  assert_points ("<axis path='run/@warmup' from='1 min' to='1 s' steps='2'/>", "60; 1");
  assert_points ("<axis path='run/@warmup' from='1 ms' to='10 s' steps='5' scale='log'/>",
                 "0.001; 0.01; 0.1; 1; 10");
  assert_points ("<axis path='network/@nodes' from='100' to='1' steps='3' scale='log'/>",
                 "100; 10; 1");
}

static void
test_whole_numbers_are_rounded (void)
{
  assert_points ("<axis path='network/@nodes' from='10' to='15' steps='3'/>", "10; 13; 15");
  assert_points ("<axis path='network/@nodes' from='10' to='1000' steps='4' scale='log'/>",
                 "10; 46; 215; 1000");
}

/* A length of time in blocks stays one in blocks. */
static void
test_a_span_keeps_its_measure (void)
{
  g_autoptr (PnyxSweep) sweep
      = sweep_of ("<axis path='run/@duration' from='10 block' to='20 block' steps='3'/>");

  for (guint point = 0; point < 3; point++)
    {
      static const gchar *const texts[]
          = { "run/@duration = 10 block", "run/@duration = 15 block", "run/@duration = 20 block" };
      g_autofree gchar *text = pnyx_sweep_describe_point (sweep, point);

      g_assert_cmpstr (text, ==, texts[point]);
    }
}

/* ---- Grids ---- */

static void
test_the_last_axis_is_the_fastest (void)
{
  g_autoptr (PnyxSweep) sweep
      = sweep_of ("<axis path='network/@nodes' values='10, 20'/>"
                  "<axis path='nakamoto/@miners' name='miners' values='1, 2, 3'/>"
                  "<axis path='scenario/@seed' values='8, 9'/>");
  g_autofree gchar *points = points_of (sweep);

  g_assert_cmpstr (points, ==,
                   "10 1 8; 10 1 9; 10 2 8; 10 2 9; 10 3 8; 10 3 9; "
                   "20 1 8; 20 1 9; 20 2 8; 20 2 9; 20 3 8; 20 3 9");
  g_assert_cmpuint (pnyx_sweep_n_axes (sweep), ==, 3);
  g_assert_cmpstr (pnyx_sweep_axes (sweep)[0], ==, "network/@nodes");
  g_assert_cmpstr (pnyx_sweep_axes (sweep)[1], ==, "miners");
  for (guint point = 0; point < 12; point++)
    {
      GError *error = NULL;
      g_autoptr (PnyxModel) model = pnyx_sweep_model (sweep, point, &error);
      const PnyxSection *network;

      g_assert_no_error (error);
      network = pnyx_section_child (model->scenario->root, "network", 0);
      g_assert_cmpuint (((const PnyxNetworkParams *)network->params)->nodes, ==,
                        point < 6 ? 10 : 20);
      g_assert_cmpuint (model->params->seed, ==, 8 + point % 2);
    }
}

static void
test_zipped_axes_step_together (void)
{
  assert_points ("<axis path='network/@nodes' values='10, 20' zip='a'/>"
                 "<axis path='scenario/@seed' values='8, 9'/>"
                 "<axis path='nakamoto/@miners' from='5' to='6' steps='2' zip='a'/>",
                 "10 8 5; 10 9 5; 20 8 6; 20 9 6");
  /* Two groups are crossed. */
  assert_points ("<axis path='network/@nodes' values='10, 20' zip='a'/>"
                 "<axis path='scenario/@seed' values='8, 9' zip='b'/>"
                 "<axis path='nakamoto/@miners' values='5, 6' zip='a'/>"
                 "<axis path='run/@warmup' values='0 s, 1 s' zip='b'/>",
                 "10 8 5 0; 10 9 5 1; 20 8 6 0; 20 9 6 1");
}

static void
test_words_to_describe_a_point (void)
{
  g_autoptr (PnyxSweep) sweep = sweep_of ("<axis path='network/@nodes' name='n' values='10, 20'/>"
                                          "<axis path='run/@warmup' values='500 ms'/>");
  g_autofree gchar *words = pnyx_sweep_describe_point (sweep, 1);

  g_assert_cmpstr (words, ==, "n = 20, run/@warmup = 500 ms");
}

/* ---- <when> ---- */

#define TWO                                                                                        \
  "<axis path='network/@nodes' name='a' values='1, 2, 3'/>"                                        \
  "<axis path='nakamoto/@miners' name='b' values='1, 2, 3'/>"

static void
test_when_leaves_points_out (void)
{
  static const struct
  {
    const gchar *when, *points;
  } cases[] = {
    { "<when axis='a' is='below' value='2'/>", "1 1; 1 2; 1 3" },
    { "<when axis='a' is='at-most' value='1'/>", "1 1; 1 2; 1 3" },
    { "<when axis='a' is='equal' value='2'/>", "2 1; 2 2; 2 3" },
    { "<when axis='a' is='not-equal' value='2'/>", "1 1; 1 2; 1 3; 3 1; 3 2; 3 3" },
    { "<when axis='a' is='at-least' value='3'/>", "3 1; 3 2; 3 3" },
    { "<when axis='a' is='above' value='2'/>", "3 1; 3 2; 3 3" },
    { "<when axis='b' is='below' other='a'/>", "2 1; 3 1; 3 2" },
    { "<when axis='b' is='equal' other='a'/>", "1 1; 2 2; 3 3" },
    /* All of several, one of those inside. */
    { "<when axis='b' is='below' other='a'/><when axis='a' is='equal' value='3'/>", "3 1; 3 2" },
    { "<when axis='a' is='equal' value='1'><or axis='b' is='equal' value='3'/>"
      "<or axis='b' is='above' other='a'/></when>",
      "1 1; 1 2; 1 3; 2 3; 3 3" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *inside = g_strconcat (TWO, cases[i].when, NULL);

      assert_points (inside, cases[i].points);
    }
}

/* A condition is written as the attribute, compared as a number. */
static void
test_when_knows_units (void)
{
  assert_points ("<axis path='run/@warmup' name='w' values='1 s, 2 min, 9 min'/>"
                 "<when axis='w' is='below' value='0.1 h'/>",
                 "1; 120");
}

static void
test_when_tells_texts_apart (void)
{
  assert_points ("<axis path='topology/@kind' name='t' values='complete, outbound, geometric'/>"
                 "<axis path='network/@nodes' values='10, 20'/>"
                 "<when axis='t' is='not-equal' value='outbound'/>",
                 "complete 10; complete 20; geometric 10; geometric 20");
}

/* ---- Random designs ---- */

static PnyxSweep *
random_sweep (const gchar *design, const gchar *inside)
{
  g_autofree gchar *sweep = g_strdup_printf ("<sweep %s>%s</sweep>", design, inside);
  g_autofree gchar *text = text_of (sweep);

  return run_text_sweep (text, NULL, TRUE);
}

static void
test_random_designs_stay_within_their_ranges (void)
{
  static const struct
  {
    const gchar *design;
    guint n;
    PnyxDesignKind kind;
  } cases[] = { { "design='uniform' samples='50'", 50, PNYX_DESIGN_UNIFORM },
                { "design='latin-hypercube' samples='50'", 50, PNYX_DESIGN_LATIN_HYPERCUBE },
                { "design='sobol' samples='64'", 64, PNYX_DESIGN_SOBOL },
                { "design='morris' samples='4'", 16, PNYX_DESIGN_MORRIS },
                { "design='saltelli' samples='8'", 40, PNYX_DESIGN_SALTELLI } };
  static const gchar axes[] = "<axis path='network/@nodes' from='10' to='20'/>"
                              "<axis path='run/@warmup' from='1 ms' to='10 s' scale='log'/>"
                              "<axis path='scenario/@seed' values='7, 8, 9'/>";

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PnyxSweep) sweep = random_sweep (cases[i].design, axes);
      g_autoptr (PnyxSweep) again = random_sweep (cases[i].design, axes);
      g_autofree gchar *points = points_of (sweep);
      g_autofree gchar *same = points_of (again);
      guint low = 0, seeds[3] = { 0 };
      PnyxDesignKind kind;
      guint samples;

      g_assert_cmpuint (pnyx_sweep_n_points (sweep), ==, cases[i].n);
      g_assert_cmpstr (points, ==, same);
      g_assert_true (pnyx_sweep_design (sweep, &kind, &samples));
      g_assert_cmpint (kind, ==, cases[i].kind);
      for (guint point = 0; point < cases[i].n; point++)
        {
          const gchar *const *values = pnyx_sweep_values (sweep) + (gsize)point * 3;
          gdouble nodes, warmup, seed;

          g_assert_true (pnyx_number_parse (values[0], &nodes));
          g_assert_true (pnyx_number_parse (values[1], &warmup));
          g_assert_true (pnyx_number_parse (values[2], &seed));
          g_assert_true (nodes >= 10 && nodes <= 20 && nodes == floor (nodes));
          g_assert_true (warmup >= 0.001 && warmup <= 10);
          low += warmup < 0.1 ? 1 : 0;
          seeds[(guint)seed - 7]++;
        }
      /* Half of a log range lies below its geometric mean, not a hundredth. */
      g_assert_cmpuint (low, >, cases[i].n / 5);
      g_assert_cmpuint (low, <, cases[i].n * 4 / 5);
      g_assert_true (seeds[0] > 0 && seeds[2] > 0);
    }
}

static void
test_random_points_may_be_zipped_and_left_out (void)
{
  g_autoptr (PnyxSweep) sweep
      = random_sweep ("design='uniform' samples='40'",
                      "<axis path='network/@nodes' name='a' from='10' to='50' zip='z'/>"
                      "<axis path='nakamoto/@miners' name='b' from='10' to='50' zip='z'/>"
                      "<when axis='a' is='below' value='30'/>");

  g_assert_cmpuint (pnyx_sweep_n_points (sweep), >, 5);
  g_assert_cmpuint (pnyx_sweep_n_points (sweep), <, 35);
  for (guint point = 0; point < pnyx_sweep_n_points (sweep); point++)
    {
      const gchar *const *values = pnyx_sweep_values (sweep) + (gsize)point * 2;

      g_assert_cmpstr (values[0], ==, values[1]);
      g_assert_cmpint (atoi (values[0]), <, 30);
    }
}

/* ---- Kinds and files, and the effective scenario ---- */

/* Reads what pnyx_sweep_to_xml wrote: the same points, texts and models. */
static void
assert_reads_back (const PnyxSweep *sweep, const gchar *folder, const gchar *data)
{
  g_auto (GStrv) paths = pnyx_sweep_files (sweep);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  g_autofree gchar *xml = NULL, *again_xml = NULL, *path = NULL, *points = NULL, *same = NULL;
  g_autoptr (PnyxSweep) again = NULL;
  g_auto (GStrv) again_paths = NULL;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree gchar *base = g_path_get_basename (paths[i]);
      g_autofree gchar *bytes = NULL;
      g_autofree gchar *copy = NULL;

      g_ptr_array_add (names, g_strdup_printf ("inputs/%012x-%s", i + 1, base));
      g_assert_true (g_file_get_contents (paths[i], &bytes, NULL, NULL));
      copy = scratch_write (folder, names->pdata[i], bytes);
    }
  g_ptr_array_add (names, NULL);
  xml = pnyx_sweep_to_xml (sweep, (const gchar *const *)paths, (const gchar *const *)names->pdata,
                           &error);
  g_assert_no_error (error);
  path = scratch_write (folder, "scenario.xml", xml);
  again = pnyx_sweep_read (path, data, NULL, TRUE, &error);
  g_assert_no_error (error);
  points = points_of (sweep);
  same = points_of (again);
  g_assert_cmpstr (points, ==, same);
  for (guint i = 0; i < pnyx_sweep_n_axes (sweep); i++)
    g_assert_cmpstr (pnyx_sweep_axes (sweep)[i], ==, pnyx_sweep_axes (again)[i]);
  for (guint point = 0; point < pnyx_sweep_n_points (sweep); point++)
    {
      g_autoptr (PnyxModel) a = pnyx_sweep_model (sweep, point, &error);
      g_autoptr (PnyxModel) b = pnyx_sweep_model (again, point, &error);
      g_autoptr (PnyxRunResult) left = NULL;
      g_autoptr (PnyxRunResult) right = NULL;

      g_assert_no_error (error);
      left = pnyx_simulate (a, point, 0, FALSE, &error);
      g_assert_no_error (error);
      right = pnyx_simulate (b, point, 0, FALSE, &error);
      g_assert_no_error (error);
      g_assert_false (left->failed);
      g_assert_cmpuint (left->digest, ==, right->digest);
    }
  /* Once more: it is its own effective scenario. */
  again_paths = pnyx_sweep_files (again);
  again_xml = pnyx_sweep_to_xml (again, (const gchar *const *)again_paths,
                                 (const gchar *const *)names->pdata, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (xml, ==, again_xml);
}

static void
test_kinds_can_be_an_axis (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autoptr (PnyxSweep) sweep = sweep_of (
      "<axis path='topology/@kind' name='graph' values='complete, outbound, random-regular'/>"
      "<axis path='network/@nodes' values='22, 24'/>");
  g_autofree gchar *points = points_of (sweep);

  g_assert_cmpstr (
      points, ==,
      "complete 22; complete 24; outbound 22; outbound 24; random-regular 22; random-regular 24");
  assert_reads_back (sweep, folder, data);
}

/* The component that the scenario itself has keeps what is said of it, at its own point. */
static void
test_what_is_said_of_a_kind_stays_with_it (void)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autoptr (PnyxSweep) sweep = run_text_sweep (
      "<scenario xmlns='urn:pnyx:scenario:1' name='t' seed='1'>"
      "<sweep><axis path='adversary/@kind'"
      " values='nakamoto-selfish-mining, nakamoto-double-spend'/>"
      "<axis path='adversary/@share' values='0.2, 0.3'/></sweep>"
      "<run duration='2 h'/>" REST "<adversary kind='nakamoto-selfish-mining'/></scenario>",
      NULL, TRUE);

  g_assert_cmpuint (pnyx_sweep_n_points (sweep), ==, 4);
  assert_reads_back (sweep, folder, data);
}

static void
test_profiles_and_files_can_be_an_axis (void)
{
  g_autoptr (Scratch) source = scratch_new ();
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *two
      = g_build_filename (g_getenv ("PNYX_SOURCE"), "tests", "data", "regions-two.xml", NULL);
  g_autofree gchar *profile = NULL, *copy = NULL, *ring = NULL, *star = NULL, *path = NULL;
  g_autofree gchar *points = NULL;
  g_autoptr (PnyxSweep) sweep = NULL;
  GError *error = NULL;

  g_assert_true (g_file_get_contents (two, &profile, NULL, NULL));
  copy = scratch_write (source, "mine/two.xml", profile);
  ring = scratch_write (source, "ring.txt", "0 1\n1 2\n2 3\n3 0\n");
  star = scratch_write (source, "star, four.txt", "0 1\n0 2\n0 3\n");
  path = scratch_write (
      source, "x.xml",
      "<scenario xmlns='urn:pnyx:scenario:1' name='t' seed='1'><sweep>"
      "<axis path='regions/@profile' name='regions' values='aws-2025, mine/two.xml'/>"
      "<axis path='topology/@file' name='graph' values=\"ring.txt, 'star, four.txt'\"/></sweep>"
      "<run duration='1 h'/><network nodes='4'><topology kind='edge-list' file='ring.txt'/>"
      "<regions profile='aws-2025'/></network>"
      "<chain kind='nakamoto'><nakamoto miners='4'/></chain></scenario>");
  sweep = pnyx_sweep_read (path, data, NULL, TRUE, &error);
  g_assert_no_error (error);
  points = points_of (sweep);
  g_assert_cmpstr (points, ==,
                   "aws-2025 ring.txt; aws-2025 star, four.txt; two ring.txt; two star, four.txt");
  assert_reads_back (sweep, folder, data);
}

/* ---- What is wrong ---- */

/* @sweep, a whole <sweep> element in lines 2 and 3, is refused with @message; "*" stands for
 * anything. */
static void
assert_refused (const gchar *sweep, gint code, const gchar *message)
{
  g_autoptr (Scratch) folder = scratch_new ();
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *text = text_of (sweep);
  g_autofree gchar *path = scratch_write (folder, "s.xml", text);
  g_autofree gchar *prefix = g_strdup_printf ("%s/", folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxSweep) read = pnyx_sweep_read (path, data, NULL, TRUE, &error);
  g_autoptr (GString) said = g_string_new (NULL);

  if (read != NULL)
    g_error ("%s is taken, expected: %s", sweep, message);
  g_string_assign (said, error->message);
  g_string_replace (said, prefix, "", 0);
  if (!g_pattern_match_simple (message, said->str))
    g_error ("said: %s\nexpected: %s", said->str, message);
  g_assert_error (error, PNYX_ERROR, code);
  g_assert_null (strchr (said->str, '\n'));
}

/* The same of an axis in line 3. */
static void
assert_axis_refused (const gchar *axis, gint code, const gchar *message)
{
  g_autofree gchar *sweep = g_strdup_printf ("<sweep>\n%s</sweep>", axis);

  assert_refused (sweep, code, message);
}

static void
test_a_path_has_to_lead_to_one_attribute (void)
{
  static const struct
  {
    const gchar *axis;
    gint code;
    const gchar *message;
  } cases[] = {
    { "<axis path='netwrk/@nodes' values='1'/>", PNYX_ERROR_UNKNOWN,
      "s.xml:3: axis netwrk/@nodes: no element <netwrk>*did you mean \"network\"*" },
    { "<axis path='network/@nodez' values='1'/>", PNYX_ERROR_UNKNOWN,
      "s.xml:3: axis network/@nodez: unknown attribute nodez of <network>*did you mean "
      "\"nodes\"*" },
    { "<axis path='network/nodes' values='1'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis network/nodes: \"network/nodes\" is no path (expected *" },
    { "<axis path='' values='1'/>", PNYX_ERROR_SYNTAX, "s.xml:3: *" },
    { "<axis path='axis/@values' values='1'/><axis path='network/@nodes' values='1'/>",
      PNYX_ERROR_CONFLICT, "s.xml:3: axis axis/@values: *2 *" },
    { "<axis path='sweep/axis/@values' values='1'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis sweep/axis/@values is the same at every point (expected *" },
    { "<axis path='run/@replicates' values='1'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis run/@replicates is the same at every point*" },
    { "<axis path='scenario/@name' values='a'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis scenario/@name is the same at every point*" },
    { "<axis values='1'/>", PNYX_ERROR_MISSING, "s.xml:3: *path*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_axis_refused (cases[i].axis, cases[i].code, cases[i].message);
}

/* Said with the line of the axis, before anything runs. */
static void
test_values_have_to_suit_the_attribute (void)
{
  static const struct
  {
    const gchar *axis;
    gint code;
    const gchar *message;
  } cases[] = {
    { "<axis path='network/@nodes' values='10, 0'/>", PNYX_ERROR_RANGE,
      "s.xml:3: axis network/@nodes: nodes is out of range (expected 1 to *) "
      "?point 1: network/@nodes = 0?" },
    { "<axis path='network/@nodes' values='10, many'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis network/@nodes: *\"many\"*?point 1: *" },
    { "<axis path='network/@nodes' values='5 s'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis network/@nodes: *5 s*" },
    { "<axis path='run/@warmup' values='1 s, 2'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis run/@warmup: *has no unit*?point 1: *" },
    { "<axis path='topology/@kind' values='complete, outbund'/>", PNYX_ERROR_UNKNOWN,
      "s.xml:3: axis topology/@kind: *did you mean \"outbound\"*?point 1: *" },
    { "<axis path='regions/@profile' values='aws-2052'/>", PNYX_ERROR_UNKNOWN,
      "s.xml:3: axis regions/@profile: *aws-2052*" },
    /* What a value asks for besides. */
    { "<axis path='network/@nodes' values='20, 30'/>\n"
      "<axis path='topology/@kind' values='complete, edge-list'/>",
      PNYX_ERROR_MISSING,
      "s.xml:*file*?point 1: network/@nodes = 20, topology/@kind = edge-list?" },
    { "<axis path='network/@nodes' from='-5' to='5' steps='3'/>", PNYX_ERROR_RANGE,
      "s.xml:3: axis network/@nodes: *out of range*?point 0: network/@nodes = -5?" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_axis_refused (cases[i].axis, cases[i].code, cases[i].message);
}

static void
test_lists_and_ranges_have_to_be_whole (void)
{
  static const struct
  {
    const gchar *axis;
    gint code;
    const gchar *message;
  } cases[] = {
    { "<axis path='network/@nodes' values='1,,2'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis network/@nodes: \"1,,2\" is no list (expected values with commas *" },
    { "<axis path='network/@nodes' values='1,'/>", PNYX_ERROR_SYNTAX, "s.xml:3: *is no list*" },
    { "<axis path='network/@nodes' values=\"'1\"/>", PNYX_ERROR_SYNTAX, "s.xml:3: *is no list*" },
    { "<axis path='network/@nodes' values=\"'1' 2\"/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: *is no list*" },
    { "<axis path='network/@nodes' values=' '/>", PNYX_ERROR_SYNTAX, "s.xml:3: *is no list*" },
    { "<axis path='network/@nodes'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes has no values (expected *" },
    { "<axis path='network/@nodes' from='1'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes has no values (expected *" },
    { "<axis path='network/@nodes' values='1' from='1' to='2'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes has values and a range (expected *" },
    { "<axis path='network/@nodes' values='1' steps='3'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes has values, to which steps and scale mean nothing *" },
    { "<axis path='network/@nodes' values='1' scale='log'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes has values, to which steps and scale mean nothing *" },
    { "<axis path='network/@nodes' from='1' to='5'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes: the range has no steps (expected *" },
    { "<axis path='network/@nodes' from='1' to='5' steps='1'/>", PNYX_ERROR_RANGE,
      "s.xml:3: *steps is out of range (expected 2 to *" },
    { "<axis path='network/@nodes' from='5' to='5' steps='2'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes: the range is empty (expected *" },
    { "<axis path='network/@nodes' from='a' to='5' steps='2'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis network/@nodes: \"a\" is no end of a range of * (expected *" },
    { "<axis path='topology/@kind' from='a' to='b' steps='2'/>", PNYX_ERROR_SYNTAX,
      "s.xml:3: axis topology/@kind: \"a\" is no end of a range of a kind (expected *" },
    { "<axis path='nakamoto/@interval' from='exponential(1 s)' to='2 s' steps='2'/>",
      PNYX_ERROR_SYNTAX, "s.xml:3: axis nakamoto/@interval: \"exponential(1 s)\" is no end *" },
    { "<axis path='run/@warmup' from='0 s' to='2 s' steps='2' scale='log'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis run/@warmup: a range of logarithms has to lie above 0 (expected *" },
    { "<axis path='scenario/@seed' from='-1' to='1' steps='2' scale='log'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: *has to lie above 0*" },
    { "<axis path='run/@duration' from='10 block' to='2 h' steps='3'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis run/@duration: *measure*(expected *" },
    { "<axis path='run/@duration' values='1 h, 10 block'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis run/@duration: *measure*(expected *" },
    { "<axis path='network/@nodes' values='10, 20, 10'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes: the value 10 stands twice in it (expected each once)" },
    { "<axis path='run/@warmup' values='1000 ms, 1 s'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis run/@warmup: the value 1 stands twice in it (expected each once)" },
    { "<axis path='network/@nodes' from='1' to='3' steps='9'/>", PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes: the value 1 stands twice in it (expected each once)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_axis_refused (cases[i].axis, cases[i].code, cases[i].message);
}

static void
test_two_axes_have_to_be_two (void)
{
  static const gchar *const same[] = { "network/@nodes", "scenario/network/@nodes",
                                       "network[1]/@nodes", "scenario/network[1]/@nodes" };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree gchar *axes = g_strdup_printf (
          "<axis path='network/@nodes' values='1'/>\n<axis path='%s' name='n' values='2'/>",
          same[i]);
      g_autofree gchar *message
          = g_strdup_printf ("s.xml:4: axis %s sets what axis network/@nodes at *s.xml:3 sets "
                             "(expected one axis)",
                             i == 2   ? "network?1?/@nodes"
                             : i == 3 ? "scenario/network?1?/@nodes"
                                      : same[i]);

      assert_axis_refused (axes, PNYX_ERROR_CONFLICT, message);
    }
  /* The implicit element of a component's parameters. */
  assert_axis_refused ("<axis path='nakamoto/@miners' values='1'/>\n"
                       "<axis path='chain/nakamoto/@miners' values='2'/>",
                       PNYX_ERROR_CONFLICT, "s.xml:4: *sets what axis nakamoto/@miners *");
  assert_axis_refused ("<axis path='network/@nodes' name='x' values='1'/>\n"
                       "<axis path='nakamoto/@miners' name='x' values='2'/>",
                       PNYX_ERROR_CONFLICT,
                       "s.xml:4: a second axis has the name x (expected name=\"...\")");
  assert_axis_refused ("<axis path='network/@nodes' zip='z' values='1, 2'/>\n"
                       "<axis path='nakamoto/@miners' zip='z' values='1, 2, 3'/>",
                       PNYX_ERROR_CONFLICT,
                       "s.xml:4: axis nakamoto/@miners has 3 values, network/@nodes, with which it "
                       "steps, has 2 (expected as many)");
}

static void
test_conditions_have_to_make_sense (void)
{
  static const struct
  {
    const gchar *when;
    gint code;
    const gchar *message;
  } cases[] = {
    { "<when axis='aa' is='equal' value='1'/>", PNYX_ERROR_UNKNOWN,
      "s.xml:4: no axis \"aa\"*(expected one of a, b, t)" },
    { "<when axis='a' is='equal' other='x'/>", PNYX_ERROR_UNKNOWN, "s.xml:4: no axis \"x\"*" },
    { "<when axis='a' is='equal' value='1'><or axis='x' is='equal' value='1'/></when>",
      PNYX_ERROR_UNKNOWN, "s.xml:4: no axis \"x\"*" },
    { "<when axis='a' is='equal'/>", PNYX_ERROR_CONFLICT,
      "s.xml:4: <when> compares with nothing (expected either *" },
    { "<when axis='a' is='equal' value='1' other='b'/>", PNYX_ERROR_CONFLICT,
      "s.xml:4: <when> compares with two things (expected either *" },
    { "<when axis='a' is='equal' value='1'><or axis='b' is='equal'/></when>", PNYX_ERROR_CONFLICT,
      "s.xml:4: <or> compares with nothing (expected either *" },
    { "<when axis='a' is='equal' value='x'/>", PNYX_ERROR_SYNTAX,
      "s.xml:4: \"x\" is no value of axis a (expected it as the attribute takes it)" },
    { "<when axis='a' is='like' value='1'/>", PNYX_ERROR_UNKNOWN, "s.xml:4: *like*" },
    { "<when axis='t' is='above' value='outbound'/>", PNYX_ERROR_CONFLICT,
      "s.xml:4: what is no number has no order (expected is=\"equal\" or \"not-equal\")" },
    { "<when axis='a' is='above' other='t'/>", PNYX_ERROR_CONFLICT, "s.xml:4: *has no order*" },
    { "<when axis='a' is='above' value='3'/>", PNYX_ERROR_CONFLICT,
      "s.xml:2: the sweep has no point: <when> leaves all of them out (expected at least one)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *inside
          = g_strconcat (TWO "<axis path='topology/@kind' name='t' values='outbound, complete'/>\n",
                         cases[i].when, NULL);

      assert_axis_refused (inside, cases[i].code, cases[i].message);
    }
}

#define RANGES                                                                                     \
  "<axis path='network/@nodes' name='a' from='1' to='9'/>"                                         \
  "<axis path='nakamoto/@miners' name='b' from='1' to='9'/>"

static void
test_designs_have_to_be_possible (void)
{
  static const struct
  {
    const gchar *sweep;
    gint code;
    const gchar *message;
  } cases[] = {
    { "<sweep/>", PNYX_ERROR_MISSING, "s.xml:2: *<axis>*" },
    { "<sweep design='uniform'>" RANGES "</sweep>", PNYX_ERROR_CONFLICT,
      "s.xml:2: design uniform has no size (expected samples=\"...\")" },
    { "<sweep samples='5'><axis path='network/@nodes' values='1'/></sweep>", PNYX_ERROR_CONFLICT,
      "s.xml:2: samples means nothing to design grid (expected a random design)" },
    { "<sweep design='unifrom' samples='5'>" RANGES "</sweep>", PNYX_ERROR_UNKNOWN,
      "s.xml:2: *unifrom*" },
    { "<sweep design='uniform' samples='5'>\n"
      "<axis path='network/@nodes' from='1' to='9' steps='3'/></sweep>",
      PNYX_ERROR_CONFLICT,
      "s.xml:3: axis network/@nodes: steps means nothing in a random design (expected it absent)" },
    { "<sweep design='morris' samples='5'>" RANGES "<when axis='a' is='below' other='b'/></sweep>",
      PNYX_ERROR_CONFLICT, "s.xml:2: design morris cannot leave points out (expected no <when>)" },
    { "<sweep design='saltelli' samples='8'>" RANGES
      "<when axis='a' is='below' other='b'/></sweep>",
      PNYX_ERROR_CONFLICT,
      "s.xml:2: design saltelli cannot leave points out (expected no <when>)" },
    { "<sweep design='saltelli' samples='8'><axis path='network/@nodes' from='1' to='9' zip='z'/>"
      "<axis path='nakamoto/@miners' from='1' to='9' zip='z'/></sweep>",
      PNYX_ERROR_CONFLICT,
      "s.xml:2: design saltelli has to vary each axis by itself (expected no zip)" },
    { "<sweep design='morris' samples='4000000'>" RANGES "</sweep>", PNYX_ERROR_RANGE,
      "s.xml:2: *" },
    { "<sweep><axis path='scenario/@seed' from='0' to='1e9' steps='1000000'/>"
      "<axis path='network/@nodes' values='1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11'/></sweep>",
      PNYX_ERROR_RANGE, "s.xml:2: the sweep has more than 10000000 points (expected fewer *" },
    { "<sweep><axis path='network/@nodes' values='1'/><precision metric='blocks.canonical'/>"
      "</sweep>",
      PNYX_ERROR_CONFLICT,
      "s.xml:2: <precision> has none of half-width and relative (expected one of them)" },
    { "<sweep><axis path='network/@nodes' values='1'/>"
      "<precision metric='blocks.canonical' half-width='1' relative='0.1'/></sweep>",
      PNYX_ERROR_CONFLICT,
      "s.xml:2: <precision> has both of half-width and relative (expected one of them)" },
    { "<sweep><axis path='network/@nodes' values='1'/>\n"
      "<precision metric='blocks.cannonical' half-width='1'/></sweep>",
      PNYX_ERROR_UNKNOWN, "s.xml:3: no metric \"blocks.cannonical\" (expected *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].sweep, cases[i].code, cases[i].message);
}

static void
test_a_scenario_without_a_sweep_is_one_point (void)
{
  g_autofree gchar *text = text_of ("");
  g_autofree gchar *with = text_of ("<sweep><axis path='network/@nodes' values='1, 2'/></sweep>");
  g_autoptr (PnyxSweep) alone = run_text_sweep (text, NULL, FALSE);
  g_autoptr (PnyxSweep) unread = run_text_sweep (with, NULL, FALSE);
  g_autofree gchar *words = pnyx_sweep_describe_point (alone, 0);
  PnyxDesignKind kind;
  guint n;

  g_assert_cmpuint (pnyx_sweep_n_points (alone), ==, 1);
  g_assert_cmpuint (pnyx_sweep_n_axes (alone), ==, 0);
  g_assert_cmpuint (pnyx_sweep_n_points (unread), ==, 1);
  g_assert_cmpstr (words, ==, "");
  g_assert_false (pnyx_sweep_design (alone, &kind, &n));
  g_assert_null (pnyx_sweep_precision (alone)->metric);
  assert_refused ("", PNYX_ERROR_MISSING,
                  "s.xml:1: the scenario has no <sweep> (expected one with an <axis>, or: pnyx "
                  "run)");
}

static void
test_precision_is_read (void)
{
  g_autoptr (PnyxSweep) sweep
      = sweep_of ("<axis path='network/@nodes' values='5'/>"
                  "<precision metric='blocks.canonical' relative='0.1' replicates-max='50'/>");
  const PnyxPrecision *precision = pnyx_sweep_precision (sweep);

  g_assert_cmpstr (precision->metric, ==, "blocks.canonical");
  g_assert_cmpstr (precision->scope, ==, "");
  g_assert_true (isnan (precision->half_width));
  g_assert_cmpfloat (precision->relative, ==, 0.1);
  g_assert_cmpuint (precision->replicates_max, ==, 50);
}

/* Of very many points those that bring a value for the first time are tried. */
static void
test_of_very_many_points_every_value_is_tried (void)
{
  assert_axis_refused ("<axis path='scenario/@seed' from='1' to='100000' steps='10000'/>\n"
                       "<axis path='network/@nodes' values='5, 0'/>",
                       PNYX_ERROR_RANGE, "s.xml:4: axis network/@nodes: nodes is out of range *");
  assert_axis_refused ("<axis path='network/@nodes' values='5, 6, 0'/>\n"
                       "<axis path='scenario/@seed' from='1' to='5000' steps='5000'/>",
                       PNYX_ERROR_RANGE, "s.xml:3: axis network/@nodes: nodes is out of range *");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/sweep/" path, function)
  ADD ("a-list-is-split-at-commas", test_a_list_is_split_at_commas);
  ADD ("values-are-shown-in-si-units", test_values_are_shown_in_si_units);
  ADD ("a-range-goes-from-end-to-end", test_a_range_goes_from_end_to_end);
  ADD ("whole-numbers-are-rounded", test_whole_numbers_are_rounded);
  ADD ("a-span-keeps-its-measure", test_a_span_keeps_its_measure);
  ADD ("the-last-axis-is-the-fastest", test_the_last_axis_is_the_fastest);
  ADD ("zipped-axes-step-together", test_zipped_axes_step_together);
  ADD ("words-to-describe-a-point", test_words_to_describe_a_point);
  ADD ("when-leaves-points-out", test_when_leaves_points_out);
  ADD ("when-knows-units", test_when_knows_units);
  ADD ("when-tells-texts-apart", test_when_tells_texts_apart);
  ADD ("random-designs-stay-within-their-ranges", test_random_designs_stay_within_their_ranges);
  ADD ("random-points-may-be-zipped-and-left-out", test_random_points_may_be_zipped_and_left_out);
  ADD ("kinds-can-be-an-axis", test_kinds_can_be_an_axis);
  ADD ("what-is-said-of-a-kind-stays-with-it", test_what_is_said_of_a_kind_stays_with_it);
  ADD ("profiles-and-files-can-be-an-axis", test_profiles_and_files_can_be_an_axis);
  ADD ("a-path-has-to-lead-to-one-attribute", test_a_path_has_to_lead_to_one_attribute);
  ADD ("values-have-to-suit-the-attribute", test_values_have_to_suit_the_attribute);
  ADD ("lists-and-ranges-have-to-be-whole", test_lists_and_ranges_have_to_be_whole);
  ADD ("two-axes-have-to-be-two", test_two_axes_have_to_be_two);
  ADD ("conditions-have-to-make-sense", test_conditions_have_to_make_sense);
  ADD ("designs-have-to-be-possible", test_designs_have_to_be_possible);
  ADD ("a-scenario-without-a-sweep-is-one-point", test_a_scenario_without_a_sweep_is_one_point);
  ADD ("precision-is-read", test_precision_is_read);
  ADD ("of-very-many-points-every-value-is-tried", test_of_very_many_points_every_value_is_tried);
  return g_test_run ();
}
