/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slow-test. The publications that come with the program: what `reproduce --quick` computes agrees,
 * enough of it was read in a source and comes from running worlds, and whatever worlds give is
 * given neither by its null model nor for a tolerance that the runs cannot meet.
 */
#include <math.h>

#include "batch/reproduce.h"
#include "support/paper_folder.h"

#define READ_MIN 40        /* numbers that count */
#define PUBLICATIONS_MIN 7 /* that have any */
#define SIMULATED_MIN 15   /* of the numbers that count */

static GPtrArray *
read_papers (void)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("PNYX_SOURCE"), "papers", NULL);
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_auto (GStrv) names = pnyx_papers_list (folder);
  GPtrArray *papers = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_paper_free);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree gchar *path = g_build_filename (folder, names[i], NULL);
      GError *error = NULL;
      PnyxPaper *paper = pnyx_paper_read (path, data, paper_calcs, &error);

      g_assert_no_error (error);
      g_ptr_array_add (papers, paper);
    }
  g_assert_cmpuint (papers->len, >=, PUBLICATIONS_MIN);
  return papers;
}

static GArray *
reproduce (const PnyxPaper *paper, const PnyxReproduceOptions *options)
{
  GError *error = NULL;
  GArray *results = pnyx_reproduce (paper, options, &error);

  g_assert_no_error (error);
  return results;
}

/* What lets nothing pass as well is no tolerance; the interval is inside of it. */
static void
assert_tolerance_matters (const PnyxReproduced *result)
{
  const PnyxPublished *published = result->entry->published;
  gdouble far
      = MAX (result->high - published->printed[0].value, published->printed[0].value - result->low);

  if (!(published->tolerance_value < fabs (published->printed[0].value)))
    g_error ("%s: a tolerance of %s proves nothing", published->id, published->tolerance);
  g_assert_cmpfloat (far, <=, published->tolerance_value);
}

static void
test_quick_numbers_agree_and_are_enough (void)
{
  g_autoptr (GPtrArray) papers = read_papers ();
  PnyxReproduceOptions options = { .quick = TRUE };
  guint counted = 0, publications = 0, simulated = 0;

  for (guint i = 0; i < papers->len; i++)
    {
      const PnyxPaper *paper = g_ptr_array_index (papers, i);
      g_autoptr (GArray) results = reproduce (paper, &options);
      guint read = 0, worlds = 0;

      for (guint k = 0; k < results->len; k++)
        {
          const PnyxReproduced *result = &g_array_index (results, PnyxReproduced, k);
          const PnyxPublished *published = result->entry->published;
          gboolean is_read = published->status == PNYX_PUBLISHED_READ;

          if (!result->agrees)
            g_error ("%s, %s: %s published, %s here [%g, %g] %s", paper->name, published->id,
                     published->value, result->text, result->low, result->high,
                     result->note ? result->note : "");
          read += is_read ? 1 : 0;
          worlds += is_read && result->entry->calc == NULL ? 1 : 0;
          if (result->entry->calc == NULL)
            assert_tolerance_matters (result);
        }
      read = MIN (read, PNYX_REPRODUCE_COUNTED_MAX);
      counted += read;
      simulated += MIN (worlds, read);
      publications += read > 0 ? 1 : 0;
    }
  g_test_message ("%u numbers of %u publications, %u from running worlds", counted, publications,
                  simulated);
  g_assert_cmpuint (counted, >=, READ_MIN);
  g_assert_cmpuint (publications, >=, PUBLICATIONS_MIN);
  g_assert_cmpuint (simulated, >=, SIMULATED_MIN);
}

static void
test_no_null_model_agrees (void)
{
  g_autoptr (GPtrArray) papers = read_papers ();
  PnyxReproduceOptions options = { .null = TRUE };
  guint tried = 0;

  for (guint i = 0; i < papers->len; i++)
    {
      const PnyxPaper *paper = g_ptr_array_index (papers, i);
      g_autoptr (GArray) results = reproduce (paper, &options);

      for (guint k = 0; k < results->len; k++)
        {
          const PnyxReproduced *result = &g_array_index (results, PnyxReproduced, k);

          if (result->agrees)
            g_error ("%s, %s: the null model gives %s, too", paper->name,
                     result->entry->published->id, result->text);
          tried++;
        }
    }
  g_assert_cmpuint (tried, >=, SIMULATED_MIN);
}

/* One block of 10,000 is less than the runs can tell. */
static void
test_a_tightened_tolerance_disagrees (void)
{
  g_autoptr (PnyxPaper) paper = NULL;
  g_autofree gchar *folder
      = g_build_filename (g_getenv ("PNYX_SOURCE"), "papers", "keller2023cpr", NULL);
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  PnyxReproduceOptions options = { .quick = TRUE };
  g_autoptr (GArray) results = NULL;
  guint disagree = 0;

  paper = pnyx_paper_read (folder, data, paper_calcs, NULL);
  g_assert_nonnull (paper);
  for (guint i = 0; i < paper->published->len; i++)
    ((PnyxPublished *)g_ptr_array_index (paper->published, i))->tolerance_value = 1;
  results = reproduce (paper, &options);
  for (guint k = 0; k < results->len; k++)
    disagree += g_array_index (results, PnyxReproduced, k).agrees ? 0 : 1;
  g_assert_cmpuint (results->len, >=, 5);
  g_assert_cmpuint (disagree, ==, results->len);
}

/* Seeds and replicates are fixed: an experiment says what it takes, and the seed is 1. */
static void
test_every_experiment_has_seed_one (void)
{
  g_autoptr (GPtrArray) papers = read_papers ();

  for (guint i = 0; i < papers->len; i++)
    {
      const PnyxPaper *paper = g_ptr_array_index (papers, i);

      for (guint k = 0; k < paper->experiments->len; k++)
        {
          const PnyxModel *base
              = pnyx_sweep_base (g_array_index (paper->experiments, PnyxPaperExperiment, k).sweep);

          g_assert_cmpuint (base->params->seed, ==, 1);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/papers/quick-numbers-agree-and-are-enough",
                   test_quick_numbers_agree_and_are_enough);
  g_test_add_func ("/papers/no-null-model-agrees", test_no_null_model_agrees);
  g_test_add_func ("/papers/a-tightened-tolerance-disagrees", test_a_tightened_tolerance_disagrees);
  g_test_add_func ("/papers/every-experiment-has-seed-one", test_every_experiment_has_seed_one);
  return g_test_run ();
}
