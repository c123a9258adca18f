/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slow-test */
/*
 * Whole scenarios drawn from all parameter tables (support/swarm_draw.h), each run and looked into
 * (support/swarm_check.h) by a process of its own, so that a crash or a hang is a violation as
 * well. A world that violates something is made smaller for as long as it still does, saved, and
 * the line printed replays it.
 *
 *   PNYX_SWARM_SECONDS=600 property/test_swarm    as many worlds as fit
 *   property/test_swarm --world 17                one world; also writes its scenario
 *   property/test_swarm --replay FILE             one scenario
 *
 * With --broken it is the other way round: the program is linked with a component in which one
 * operator is changed, and passes where a world notices.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/statistics.h"
#include "batch/root.h"
#include "scenario/tables.h"
#include "support/scratch.h"
#include "support/swarm_check.h"
#include "support/swarm_draw.h"
#include "support/swarm_files.h"
#include "support/swarm_mend.h"

#define SECONDS 10         /* where nobody says how long */
#define BROKEN_SECONDS 100 /* within which a broken component has to be noticed */
#define WORLD_SECONDS 120  /* of a core that a world may take before it hangs */
#define WAIT_SECONDS 1200  /* that it may take where others take the cores */
#define SHRINK_SECONDS 120
#define SHRINK_BROKEN_SECONDS 30
#define MENDS 30 /* times that a drawn scenario is mended before it counts as refused */

/* ---- In the process of a world: prints what there is to say, a line for each ---- */

static void
say_section (const PnyxSection *section)
{
  const PnyxElement *element = section->element;

  for (gsize i = 0; i < element->n_params; i++)
    if (!section->implied && !pnyx_section_is_default (section, element->params[i].name))
      printf ("drawn %s %s\n", element->name, element->params[i].name);
  for (gsize i = 0; section->component != NULL && i < section->component->n_params; i++)
    if (!pnyx_section_is_default (section, section->component->params[i].name))
      printf ("drawn %s %s\n", section->component->name, section->component->params[i].name);
  for (guint i = 0; i < section->children->len; i++)
    say_section (section->children->pdata[i]);
}

static int
say_verdict (SwarmVerdict *verdict)
{
  gboolean violated = verdict->violation != NULL;

  for (guint i = 0; i < SWARM_N_SEEN; i++)
    if (verdict->seen >> i & 1)
      printf ("seen %u\n", i);
  if (verdict->refusal != NULL)
    printf ("refused %s\n", verdict->refusal);
  if (verdict->violation != NULL)
    printf ("violation %s\n", verdict->violation);
  fflush (stdout);
  g_clear_pointer (&verdict->refusal, g_free);
  g_clear_pointer (&verdict->violation, g_free);
  return violated ? 1 : 0;
}

/* Returns: (transfer full): NULL with @error. */
static PnyxModel *
read_model (const gchar *path, GError **error)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);

  return pnyx_model_read (path, data, NULL, error);
}

static int
run_model (const PnyxModel *model, SwarmVerdict *verdict)
{
  say_section (model->scenario->root);
  fflush (stdout); /* a crash shall not take it along */
  swarm_look (model, verdict);
  return say_verdict (verdict);
}

static void
limit_time (void)
{
  const gchar *asked = g_getenv ("PNYX_SWARM_WORLD_SECONDS");
  guint seconds = asked != NULL ? (guint)g_ascii_strtoull (asked, NULL, 10) : WORLD_SECONDS;

  setrlimit (RLIMIT_CPU, &(struct rlimit){ seconds, seconds + 5 });
  alarm (WAIT_SECONDS);
}

static int
replay (const gchar *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxModel) model = read_model (path, &error);
  SwarmVerdict verdict = { 0 };

  limit_time ();
  if (model == NULL)
    verdict.refusal = g_strdup (error->message);
  else if (swarm_can_run (model, &verdict))
    return run_model (model, &verdict);
  return say_verdict (&verdict);
}

/* Draws world @number, mends it while it is refused, and leaves it in @path. */
static int
draw_and_run (guint64 number, const gchar *path)
{
  g_autoptr (PnyxDocument) document = swarm_draw (number);
  SwarmVerdict verdict = { 0 };

  limit_time ();
  for (guint i = 0; i < MENDS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxModel) model = NULL;

      g_clear_pointer (&verdict.refusal, g_free);
      if (!swarm_save (document, path, &error))
        g_error ("%s", error->message);
      model = read_model (path, &error);
      if (model == NULL)
        verdict.refusal = g_strdup (error->message);
      else if (swarm_can_run (model, &verdict))
        return run_model (model, &verdict);
      if (verdict.violation != NULL || !swarm_mend (document, verdict.refusal))
        break;
    }
  return say_verdict (&verdict);
}

/* ---- In the process that starts them ---- */

typedef struct
{
  GHashTable *drawn; /* "TABLE NAME" */
  guint worlds, refused, violations;
  guint seen[SWARM_N_SEEN];
  gint64 begin;
  const gchar *program;
  const gchar *expected; /* the invariant that a broken component violates; NULL: none is */
  gchar *folder;         /* where what fails is kept */
} Swarm;

/* A world at work in a process. */
typedef struct
{
  pid_t process; /* 0: none */
  guint64 number;
  gchar *scenario, *said;
} Place;

static pid_t
start (const Swarm *swarm, const gchar *option, const gchar *value, const gchar *path,
       const gchar *said)
{
  pid_t process = fork ();

  if (process != 0)
    return process;
  {
    int out = open (said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (out < 0 || dup2 (out, STDOUT_FILENO) < 0 || dup2 (out, STDERR_FILENO) < 0)
      _exit (99);
    execl (swarm->program, swarm->program, option, value, path, NULL);
    _exit (99);
  }
}

/* Returns: (transfer full) (nullable): what a world that ended with @status violated. */
static gchar *
violation_of (const gchar *said, int status)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "violation "))
      return g_strdup (lines[i] + strlen ("violation "));
  if (WIFSIGNALED (status))
    return WTERMSIG (status) == SIGALRM || WTERMSIG (status) == SIGXCPU
               ? g_strdup_printf ("hang: no end within %d s", WORLD_SECONDS)
               : g_strdup_printf ("crash: signal %d", WTERMSIG (status));
  if (WEXITSTATUS (status) != 0)
    return g_strdup_printf ("crash: exit status %d", WEXITSTATUS (status));
  return NULL;
}

/* Returns: whether two violations are of the same invariant. */
static gboolean
alike (const gchar *a, const gchar *b)
{
  return a != NULL && b != NULL && strcspn (a, ":") == strcspn (b, ":")
         && strncmp (a, b, strcspn (a, ":")) == 0;
}

/* Whether @document violates the same, and takes no longer than @most (microseconds): without an
 * attribute a world may be far larger than with it. */
static gboolean
still_fails (const Swarm *swarm, PnyxDocument *document, const gchar *path, const gchar *violation,
             gint64 most)
{
  gint64 begin = g_get_monotonic_time ();
  g_autofree gchar *said_path = g_strconcat (path, ".said", NULL);
  g_autofree gchar *said = NULL;
  g_autofree gchar *found = NULL;
  int status = 0;
  pid_t process;

  if (!swarm_save (document, path, NULL))
    return FALSE;
  process = start (swarm, "--replay", path, NULL, said_path);
  while (waitpid (process, &status, 0) < 0 && errno == EINTR)
    continue;
  g_file_get_contents (said_path, &said, NULL, NULL);
  g_unlink (said_path);
  found = violation_of (said != NULL ? said : "", status);
  return alike (found, violation) && g_get_monotonic_time () - begin <= most;
}

/* All elements below @root: those with most in them first, and of these the last one first, as what
 * refers to something stands behind it. */
static void
collect (PnyxNode *root, GPtrArray *nodes)
{
  g_ptr_array_add (nodes, root);
  for (guint i = 0; i < nodes->len; i++)
    {
      PnyxNode *node = nodes->pdata[i];

      for (guint k = node->children->len; k > 0; k--)
        g_ptr_array_add (nodes, node->children->pdata[k - 1]);
    }
}

/* Step @step of making @document smaller: without an element, without an attribute, or with half of
 * a number. Returns: FALSE: there is no such step. */
static gboolean
reduce (PnyxDocument *document, guint step)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  guint at = 0;

  collect (document->root, nodes);
  for (guint i = 1; i < nodes->len; i++, at++)
    if (at == step)
      {
        PnyxNode *node = nodes->pdata[i];

        g_ptr_array_remove (node->parent->children, node);
        return TRUE;
      }
  for (guint i = 0; i < nodes->len; i++)
    for (guint k = 0; k < ((PnyxNode *)nodes->pdata[i])->attributes->len; k++, at += 2)
      {
        PnyxNode *node = nodes->pdata[i];
        PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, k);
        gchar *rest = NULL;
        guint64 number = g_ascii_strtoull (attribute->value, &rest, 10);

        if (at == step)
          {
            g_array_remove_index (node->attributes, k);
            return TRUE;
          }
        if (at + 1 == step)
          {
            gchar *half;

            if (number < 2 || *rest == '.' || !g_ascii_isdigit (*attribute->value))
              return TRUE; /* the same again: not smaller */
            half = g_strdup_printf ("%" G_GUINT64_FORMAT "%s", number / 2, rest);
            g_free (attribute->value);
            attribute->value = half;
            return TRUE;
          }
      }
  return FALSE;
}

/* Makes the scenario in @path smaller while the same invariant is violated. Returns: whether no
 * step that is left makes it smaller. */
static gboolean
shrink (const Swarm *swarm, const gchar *path, const gchar *violation)
{
  gint64 seconds = swarm->expected != NULL ? SHRINK_BROKEN_SECONDS : SHRINK_SECONDS;
  g_autoptr (PnyxDocument) best = pnyx_document_load (path, NULL);
  g_autofree gchar *trial_path = g_strconcat (path, ".smaller.xml", NULL);
  gint64 begin = g_get_monotonic_time (), end = begin + seconds * G_USEC_PER_SEC, most;
  guint step = 0, failed = 0;
  gboolean done = FALSE;

  if (best == NULL)
    return FALSE;
  still_fails (swarm, best, trial_path, violation, G_MAXINT64);
  most = 2 * (g_get_monotonic_time () - begin);
  while (g_get_monotonic_time () < end)
    {
      g_autoptr (PnyxDocument) trial = pnyx_document_copy (best);
      g_autofree gchar *before = swarm_write (best);
      g_autofree gchar *after = NULL;

      if (!reduce (trial, step))
        {
          done = failed == step; /* a whole round without success */
          if (done)
            break;
          step = failed = 0;
          continue;
        }
      after = swarm_write (trial);
      if (!g_str_equal (before, after) && still_fails (swarm, trial, trial_path, violation, most))
        {
          pnyx_document_free (best);
          best = g_steal_pointer (&trial);
          continue; /* the next thing stands in this place now, or the number is halved again */
        }
      failed++;
      step++;
    }
  swarm_save (best, path, NULL);
  g_unlink (trial_path);
  return done;
}

static void
keep (Swarm *swarm, const Place *place, const gchar *violation)
{
  g_autofree gchar *name = g_strdup_printf ("world-%" G_GUINT64_FORMAT ".xml", place->number);
  g_autofree gchar *kept = g_build_filename (swarm->folder, name, NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (PnyxDocument) scenario = pnyx_document_load (place->scenario, NULL);
  gint64 found = g_get_monotonic_time ();
  gint64 shrunk;
  gboolean done;

  if (swarm->expected != NULL && !alike (violation, swarm->expected))
    {
      g_test_message ("world %" G_GUINT64_FORMAT ": %s; not what has to be noticed", place->number,
                      violation);
      return;
    }
  swarm->violations++;
  if (swarm->expected != NULL && swarm->violations > 1)
    return;
  g_mkdir_with_parents (swarm->folder, 0700);
  if (scenario == NULL || !swarm_save (scenario, kept, NULL))
    {
      g_test_message ("world %" G_GUINT64_FORMAT ": %s\nreplay: %s --world %" G_GUINT64_FORMAT,
                      place->number, violation, swarm->program, place->number);
      return;
    }
  done = shrink (swarm, kept, violation);
  shrunk = g_get_monotonic_time ();
  g_file_get_contents (kept, &text, NULL, NULL);
  g_test_message ("world %" G_GUINT64_FORMAT ": %s\n%sfound after %.1f s, shrunk in %.1f s%s\n"
                  "replay: ./pnyxw test --replay %s",
                  place->number, violation, text, (gdouble)(found - swarm->begin) / G_USEC_PER_SEC,
                  (gdouble)(shrunk - found) / G_USEC_PER_SEC, done ? "" : " (and not to the end)",
                  kept);
}

static void
finish (Swarm *swarm, Place *place, int status)
{
  g_autofree gchar *said = NULL;
  g_autofree gchar *violation = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean refused = FALSE;

  place->process = 0;
  g_file_get_contents (place->said, &said, NULL, NULL);
  lines = g_strsplit (said != NULL ? said : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    refused |= g_str_has_prefix (lines[i], "refused ");
  swarm->worlds++;
  swarm->refused += refused ? 1 : 0;
  for (guint i = 0; lines[i] != NULL && !refused; i++)
    if (g_str_has_prefix (lines[i], "drawn "))
      g_hash_table_add (swarm->drawn, g_strdup (lines[i] + strlen ("drawn ")));
    else if (g_str_has_prefix (lines[i], "seen "))
      swarm->seen[g_ascii_strtoull (lines[i] + 5, NULL, 10) % SWARM_N_SEEN]++;
  violation = violation_of (said != NULL ? said : "", status);
  if (violation != NULL)
    keep (swarm, place, violation);
  else if (refused && g_getenv ("PNYX_SWARM_REFUSED") != NULL)
    g_test_message ("%s", strstr (said, "refused "));
}

/* As many worlds at once as there are cores, until time is up or something is found. */
static void
fly (Swarm *swarm, gint64 seconds, guint64 first, guint violations_max)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  guint n = g_get_num_processors ();
  g_autofree Place *places = g_new0 (Place, n);
  guint busy = 0;
  guint64 number = first;

  swarm->begin = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    {
      places[i].scenario = g_strdup_printf ("%s/%u.xml", scratch, i);
      places[i].said = g_strdup_printf ("%s/%u.said", scratch, i);
    }
  for (;;)
    {
      gboolean more = g_get_monotonic_time () < swarm->begin + seconds * G_USEC_PER_SEC
                      && swarm->violations < violations_max;
      int status = 0;
      pid_t ended;

      for (guint i = 0; i < n && more; i++)
        if (places[i].process == 0)
          {
            g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

            g_unlink (places[i].scenario);
            places[i].number = number++;
            places[i].process = start (swarm, "--world", text, places[i].scenario, places[i].said);
            busy++;
          }
      if (busy == 0)
        break;
      ended = waitpid (-1, &status, 0);
      for (guint i = 0; i < n; i++)
        if (ended > 0 && places[i].process == ended)
          {
            busy--;
            finish (swarm, &places[i], status);
          }
    }
  for (guint i = 0; i < n; i++)
    {
      g_unlink (places[i].scenario);
      g_unlink (places[i].said);
      g_free (places[i].scenario);
      g_free (places[i].said);
    }
}

static void
print (const Swarm *swarm)
{
  g_autoptr (GPtrArray) all = swarm_drawable ();
  g_autoptr (GString) never = g_string_new (NULL);
  guint built = swarm->worlds - swarm->refused, drawn = 0;

  g_test_message ("%u worlds in %.0f s: %u refused, %u violations", swarm->worlds,
                  (gdouble)(g_get_monotonic_time () - swarm->begin) / G_USEC_PER_SEC,
                  swarm->refused, swarm->violations);
  for (guint i = 0; i < SWARM_N_SEEN; i++)
    g_test_message ("  %-30s %6u worlds, %5.1f %%", swarm_seen_names[i], swarm->seen[i],
                    built == 0 ? 0 : 100.0 * swarm->seen[i] / built);
  for (guint i = 0; i < all->len; i++)
    if (g_hash_table_contains (swarm->drawn, all->pdata[i]))
      drawn++;
    else
      g_string_append_printf (never, "%s%s", never->len > 0 ? ", " : "",
                              (const gchar *)all->pdata[i]);
  g_test_message ("  %u of %u parameters were away from their default (%.1f %%); never: %s", drawn,
                  all->len, 100.0 * drawn / all->len, never->str);
}

static gchar *program;
static const gchar *invariant; /* that --broken names */

static Swarm *
swarm_new (void)
{
  Swarm *swarm = g_new0 (Swarm, 1);
  const gchar *build = g_getenv ("PNYX_BUILD_DIR");

  swarm->drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  swarm->program = program;
  swarm->folder = g_build_filename (build != NULL ? build : g_get_tmp_dir (), "swarm", NULL);
  return swarm;
}

static void
swarm_free (Swarm *swarm)
{
  g_hash_table_unref (swarm->drawn);
  g_free (swarm->folder);
  g_free (swarm);
}

static void
test_whole_scenarios_keep_their_invariants (void)
{
  const gchar *seconds = g_getenv ("PNYX_SWARM_SECONDS");
  const gchar *first = g_getenv ("PNYX_SWARM_FIRST");
  Swarm *swarm = swarm_new ();

  fly (swarm, seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) : SECONDS,
       first != NULL ? g_ascii_strtoull (first, NULL, 10) : 0, 20);
  print (swarm);
  g_assert_cmpuint (swarm->violations, ==, 0);
  g_assert_cmpuint (swarm->worlds, >, 0);
  if (swarm->worlds >= 60)
    g_assert_cmpuint (3 * swarm->refused, <, swarm->worlds);
  swarm_free (swarm);
}

static void
test_a_broken_component_is_noticed (void)
{
  Swarm *swarm = swarm_new ();

  swarm->expected = invariant;
  fly (swarm, BROKEN_SECONDS, 0, 1);
  g_assert_cmpuint (swarm->violations, >, 0);
  swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  program = argv[0];
  pnyx_statistics_init ();
  if (argc > 2 && g_str_equal (argv[1], "--replay"))
    return replay (argv[2]);
  if (argc > 2 && g_str_equal (argv[1], "--world"))
    return draw_and_run (g_ascii_strtoull (argv[2], NULL, 10), argc > 3 ? argv[3] : "swarm.xml");
  g_test_init (&argc, &argv, NULL);
  if (argc > 2 && g_str_equal (argv[1], "--broken"))
    invariant = argv[2];
  if (invariant != NULL) /* what is left of a world may last far longer than the world */
    g_setenv ("PNYX_SWARM_WORLD_SECONDS", "4", FALSE);
  if (invariant != NULL)
    g_test_add_func ("/property/swarm/a-broken-component-is-noticed",
                     test_a_broken_component_is_noticed);
  else
    g_test_add_func ("/property/swarm/whole-scenarios-keep-their-invariants",
                     test_whole_scenarios_keep_their_invariants);
  return g_test_run ();
}
