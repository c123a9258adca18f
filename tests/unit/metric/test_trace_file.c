/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric/trace_file.h"

#include <string.h>

#include "support/scratch.h"
#include "support/test_world.h"
#include "support/verify_trace.h"

/* Stake: votes, finality, slots, forks by late blocks; nodes of two cores that go offline. */
#define STAKE                                                                                      \
  "<network nodes='12'><topology kind='random-regular' degree='4'/>"                               \
  "<regions profile='regions-two.xml'/><dissemination kind='announce'/>"                           \
  "<class name='fast' share='0.5' cores='1' upload='5 Mbit/s'/>"                                   \
  "<class name='c' share='0.5' cores='4'/></network>"                                              \
  "<chain id='main' kind='gasper'><validators count='64'/><gasper slots-per-epoch='4'/></chain>"   \
  "<events><outage at='100 s' until='300 s' share='0.3'/>"                                         \
  "<outage at='700 s' until='5000 s' share='0.1'/></events>"

/* Work: slow blocks over slow links, so that many are under way at once; two chains. */
#define WORK                                                                                       \
  "<network nodes='15'><topology kind='random-regular' degree='4'/>"                               \
  "<delay kind='distribution' value='exponential(8 s)'/><dissemination kind='flood'/></network>"   \
  "<chain id='a' kind='nakamoto'><nakamoto interval='exponential(10 s)'/></chain>"                 \
  "<chain id='b' kind='nakamoto'/>"

typedef struct
{
  guint64 counts[PNYX_N_TRACES];
  gint64 work; /* ns */
} Tally;

static void
count (gpointer self, const PnyxTrace *trace)
{
  Tally *tally = self;

  tally->counts[trace->type]++;
  tally->work += trace->type == PNYX_TRACE_WORK ? trace->a : 0;
}

static PnyxObserved
observed_of (TestWorld *world)
{
  return (PnyxObserved){ .world = world->world,
                         .network = world->network,
                         .n_chains = world->n_chains,
                         .chains = world->chains };
}

/* Runs 800 s of @body with a trace file, or without (@path NULL). Returns: the digest. */
static guint64
run (const gchar *body, const gchar *path, Tally *tally)
{
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxObserved observed = observed_of (world);
  g_autoptr (GError) error = NULL;
  PnyxTraceFile *file = NULL;

  if (path != NULL)
    {
      file = pnyx_trace_file_new (&observed, path, &error);
      g_assert_no_error (error);
      memset (tally, 0, sizeof *tally);
      pnyx_world_observe (world->world, (1u << PNYX_N_TRACES) - 1, count, tally);
    }
  test_world_run (world, 400);
  pnyx_world_emit (world->world, PNYX_TRACE_WINDOW_BEGIN, PNYX_NONE, PNYX_NONE, 0, 0, 0);
  test_world_run (world, 800);
  pnyx_world_emit (world->world, PNYX_TRACE_WINDOW_END, PNYX_NONE, PNYX_NONE, 0, 0, 0);
  if (file != NULL)
    {
      pnyx_trace_file_finish (file, &error);
      g_assert_no_error (error);
    }
  return pnyx_world_digest (world->world);
}

/* Runs @body and gives what it wrote, which must be sound. */
static gchar *
trace_of (const gchar *body, Tally *tally)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "trace.json", NULL);
  g_autofree gchar *complaint = NULL;
  gchar *json;

  run (body, path, tally);
  json = scratch_read (scratch, "trace.json");
  complaint = verify_trace (json);
  g_assert_cmpstr (complaint, ==, NULL);
  return json;
}

static void
test_every_trace_is_an_event (void)
{
  static const struct
  {
    PnyxTraceType type;
    const gchar *phase, *names[2];
  } events[] = {
    { PNYX_TRACE_WINDOW_BEGIN, "i", { "measuring begins", NULL } },
    { PNYX_TRACE_WINDOW_END, "i", { "measuring ends", NULL } },
    { PNYX_TRACE_BLOCK_SENT, "i", { "block sent", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, "i", { "block received", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, "X", { "propagation", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, "s", { "block", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, "f", { "block", NULL } },
    { PNYX_TRACE_BLOCK_IMPORTED, "i", { "block imported", NULL } },
    { PNYX_TRACE_BLOCK_INVALID, "i", { "block invalid", NULL } },
    { PNYX_TRACE_HEAD, "i", { "head", "reorg" } },
    { PNYX_TRACE_WORK, "X", { "consensus", NULL } },
    { PNYX_TRACE_ONLINE, "i", { "online", NULL } },
    { PNYX_TRACE_OFFLINE, "i", { "offline", NULL } },
    { PNYX_TRACE_OFFLINE, "X", { "offline", NULL } },
    { PNYX_TRACE_SLOT, "i", { "slot", NULL } },
    { PNYX_TRACE_JUSTIFIED, "i", { "justified", NULL } },
    { PNYX_TRACE_FINALIZED, "i", { "finalized", NULL } },
    { PNYX_TRACE_VOTED, "i", { "vote", NULL } },
    { PNYX_TRACE_VOTE_RECEIVED, "i", { "vote received", NULL } },
    { PNYX_TRACE_COPY, "i", { "copy", NULL } },
  };
  Tally tally;
  g_autofree gchar *json = trace_of (STAKE, &tally);

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      guint n = verify_trace_count (json, events[i].phase, events[i].names[0]);

      if (events[i].names[1] != NULL)
        n += verify_trace_count (json, events[i].phase, events[i].names[1]);
      g_test_message ("%s %s: %u", events[i].phase, events[i].names[0], n);
      g_assert_cmpuint (n, ==, tally.counts[events[i].type]);
      g_assert_true (n > 0 || events[i].type == PNYX_TRACE_BLOCK_INVALID);
    }
  g_assert_cmpint (verify_trace_sum (json, "X", "consensus"), ==, tally.work);
  g_assert_cmpuint (verify_trace_count (json, "C", "finalized"), >, 0);
  g_assert_cmpuint (verify_trace_count (json, "C", "height"), >, 10);
  g_assert_true (g_regex_match_simple ("node [0-9]+, [a-z]+, fast: work 1\"", json, 0, 0));
}

/* Blocks that overtake each other take threads of their own; forks show as reorganisations. */
static void
test_what_overlaps_has_threads_of_its_own (void)
{
  Tally tally;
  g_autofree gchar *json = trace_of (WORK, &tally);

  g_assert_nonnull (strstr (json, ": blocks 2\""));
  g_assert_nonnull (strstr (json, "\"name\":\"chain a\""));
  g_assert_nonnull (strstr (json, "\"name\":\"chain b\""));
  g_assert_cmpuint (verify_trace_count (json, "i", "reorg"), >, 0);
  g_assert_cmpuint (verify_trace_count (json, "X", "send"), >, 50);
  g_assert_cmpuint (verify_trace_count (json, "X", "propagation"), ==,
                    tally.counts[PNYX_TRACE_BLOCK_RECEIVED]);
}

/* A node has no more threads of work than it has cores, one more for a time offline that overlaps
 * nothing but shares its process. */
static void
test_work_takes_no_more_threads_than_cores (void)
{
  Tally tally;
  g_autofree gchar *json = trace_of (STAKE, &tally);

  g_assert_nonnull (strstr (json, ": work 1\""));
  g_assert_null (strstr (json, ": work 5\""));
}

static void
test_tracing_changes_nothing_and_gives_the_same_bytes (void)
{
  static const gchar *const bodies[] = { STAKE, WORK };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autofree gchar *one = g_build_filename (scratch, "one", NULL);
      g_autofree gchar *two = g_build_filename (scratch, "two", NULL);
      g_autofree gchar *first = NULL;
      g_autofree gchar *second = NULL;
      Tally tally;
      guint64 digest = run (bodies[i], NULL, NULL);

      g_assert_cmpuint (run (bodies[i], one, &tally), ==, digest);
      g_assert_cmpuint (run (bodies[i], two, &tally), ==, digest);
      first = scratch_read (scratch, "one");
      second = scratch_read (scratch, "two");
      g_assert_cmpstr (first, ==, second);
    }
}

static void
test_a_file_that_cannot_be_opened_is_said_at_once (void)
{
  g_autoptr (PnyxModel) model = test_model (WORK);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxObserved observed = observed_of (world);
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_trace_file_new (&observed, "/nonexistent/t.json", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==,
                   "/nonexistent/t.json: cannot write: No such file or directory");
}

static void
test_a_full_disk_is_said_once_at_the_end (void)
{
  g_autoptr (PnyxModel) model = test_model (STAKE);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxObserved observed = observed_of (world);
  g_autoptr (GError) error = NULL;
  PnyxTraceFile *file;

  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no /dev/full");
      return;
    }
  file = pnyx_trace_file_new (&observed, "/dev/full", &error);
  g_assert_no_error (error);
  test_world_run (world, 400);
  g_assert_false (pnyx_trace_file_finish (file, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "/dev/full: cannot write: No space left on device");
}

/* An empty trace is one too. */
static void
test_a_world_that_never_ran_has_a_sound_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "t.json", NULL);
  g_autoptr (PnyxModel) model = test_model (WORK);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  PnyxObserved observed = observed_of (world);
  g_autofree gchar *json = NULL;
  g_autofree gchar *complaint = NULL;

  g_assert_true (pnyx_trace_file_finish (pnyx_trace_file_new (&observed, path, NULL), NULL));
  json = scratch_read (scratch, "t.json");
  complaint = verify_trace (json);
  g_assert_cmpstr (complaint, ==, NULL);
}

#define HEAD "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
#define NAMES                                                                                      \
  "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":1},\n"                                \
  "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":2},\n"
#define SLICE(ts, dur)                                                                             \
  "{\"ph\":\"X\",\"name\":\"x\",\"pid\":1,\"tid\":2,\"ts\":" ts ",\"dur\":" dur "}"
#define ARROW(ph, ts)                                                                              \
  "{\"ph\":\"" ph "\",\"name\":\"x\",\"pid\":1,\"tid\":2,\"ts\":" ts ",\"id\":7}"
#define TAIL "\n]}\n"

/* What the check of the files above must see. */
static void
test_broken_files_are_caught (void)
{
  static const gchar *const sound[] = {
    HEAD NAMES SLICE ("1.000", "5.000") ",\n" SLICE ("1.000", "2.000") ",\n" SLICE ("6.000",
                                                                                    "0.000") TAIL,
    HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("s", "1.000") ",\n" ARROW ("f", "6.000") TAIL,
  };
  static const gchar *const broken[][2] = {
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" TAIL, "is no JSON" },
    { HEAD NAMES SLICE ("1.000", "5.000"), "is no JSON" },
    { HEAD NAMES "{\"name\":\"x\",\"pid\":1,\"tid\":2}" TAIL, "line 4 is no event" },
    { HEAD NAMES SLICE ("-1.000", "5.000") TAIL, "line 4: a bad time" },
    { HEAD NAMES SLICE ("1.00", "5.000") TAIL, "line 4: a bad time" },
    { HEAD NAMES SLICE ("1.000", "-5.000") TAIL, "line 4: a bad duration" },
    { HEAD SLICE ("1.000", "5.000") TAIL, "line 2: nobody's name" },
    { HEAD NAMES NAMES SLICE ("1.000", "5.000") TAIL, "line 4: a second name" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" SLICE ("2.000", "5.000") TAIL,
      "line 5: a slice that crosses another" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("f", "2.000") TAIL,
      "line 5: an end without beginning" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("s", "3.000") ",\n" ARROW ("f", "2.000")
          TAIL,
      "line 6: an end without beginning" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("s", "2.000") TAIL,
      "a beginning without end" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("s", "2.000") ",\n" ARROW ("s", "2.000")
          TAIL,
      "line 6: begun twice" },
    { HEAD NAMES SLICE ("1.000", "5.000") ",\n" ARROW ("s", "7.000") TAIL,
      "line 5: an arrow in the open" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sound); i++)
    {
      g_autofree gchar *complaint = verify_trace (sound[i]);

      g_assert_cmpstr (complaint, ==, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree gchar *complaint = verify_trace (broken[i][0]);

      g_assert_cmpstr (complaint, ==, broken[i][1]);
    }
}

#define ADD(name, test) g_test_add_func ("/metric/trace-file/" name, test)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("every-trace-is-an-event", test_every_trace_is_an_event);
  ADD ("what-overlaps-has-threads-of-its-own", test_what_overlaps_has_threads_of_its_own);
  ADD ("work-takes-no-more-threads-than-cores", test_work_takes_no_more_threads_than_cores);
  ADD ("tracing-changes-nothing-and-gives-the-same-bytes",
       test_tracing_changes_nothing_and_gives_the_same_bytes);
  ADD ("a-file-that-cannot-be-opened-is-said-at-once",
       test_a_file_that_cannot_be_opened_is_said_at_once);
  ADD ("a-full-disk-is-said-once-at-the-end", test_a_full_disk_is_said_once_at_the_end);
  ADD ("a-world-that-never-ran-has-a-sound-file", test_a_world_that_never_ran_has_a_sound_file);
  ADD ("broken-files-are-caught", test_broken_files_are_caught);
  return g_test_run ();
}
