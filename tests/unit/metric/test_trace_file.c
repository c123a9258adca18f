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
  guint64 bundles; /* of votes received: of one aggregator and block at one instant */
  PnyxTrace previous;
  gint64 work; /* ns */
} Tally;

static void
count (gpointer self, const PnyxTrace *trace)
{
  Tally *tally = self;

  if (trace->type == PNYX_TRACE_VOTE_RECEIVED
      && (tally->previous.type != trace->type || tally->previous.time != trace->time
          || tally->previous.node != trace->node || tally->previous.subject != trace->subject))
    tally->bundles++;
  tally->previous = *trace;
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

static VerifiedTrace *
sound (const gchar *json)
{
  g_autofree gchar *complaint = NULL;
  VerifiedTrace *trace = verify_trace (json, &complaint);

  g_assert_cmpstr (complaint, ==, NULL);
  return trace;
}

/* Runs @body. Returns: what it wrote, which must be sound: @json. */
static VerifiedTrace *
trace_of (const gchar *body, Tally *tally, gchar **json)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = g_build_filename (scratch, "trace.json", NULL);

  run (body, path, tally);
  *json = scratch_read (scratch, "trace.json");
  return sound (*json);
}

/* The sum of all "votes" in the file. */
static guint64
votes_in (const gchar *json)
{
  g_autoptr (GRegex) regex = g_regex_new ("\"votes\":([0-9]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint64 votes = 0;

  for (g_regex_match (regex, json, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree gchar *text = g_match_info_fetch (match, 1);

      votes += g_ascii_strtoull (text, NULL, 10);
    }
  return votes;
}

static void
test_every_trace_is_an_event (void)
{
  static const struct
  {
    PnyxTraceType type;
    gchar phase;
    const gchar *names[2];
  } events[] = {
    { PNYX_TRACE_WINDOW_BEGIN, 'i', { "measuring begins", NULL } },
    { PNYX_TRACE_WINDOW_END, 'i', { "measuring ends", NULL } },
    { PNYX_TRACE_BLOCK_SENT, 'i', { "block sent", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, 'i', { "block received", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, 'X', { "propagation", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, 's', { "block", NULL } },
    { PNYX_TRACE_BLOCK_RECEIVED, 'f', { "block", NULL } },
    { PNYX_TRACE_BLOCK_IMPORTED, 'i', { "block imported", NULL } },
    { PNYX_TRACE_BLOCK_INVALID, 'i', { "block invalid", NULL } },
    { PNYX_TRACE_HEAD, 'i', { "head", "reorg" } },
    { PNYX_TRACE_WORK, 'X', { "consensus", NULL } },
    { PNYX_TRACE_ONLINE, 'i', { "online", NULL } },
    { PNYX_TRACE_OFFLINE, 'i', { "offline", NULL } },
    { PNYX_TRACE_OFFLINE, 'X', { "offline", NULL } },
    { PNYX_TRACE_SLOT, 'i', { "slot", NULL } },
    { PNYX_TRACE_JUSTIFIED, 'i', { "justified", NULL } },
    { PNYX_TRACE_FINALIZED, 'i', { "finalized", NULL } },
    { PNYX_TRACE_VOTED, 'i', { "vote", NULL } },
    { PNYX_TRACE_COPY, 'i', { "copy", NULL } },
  };
  Tally tally;
  g_autofree gchar *json = NULL;
  g_autoptr (VerifiedTrace) trace = trace_of (STAKE, &tally, &json);
  gint64 work;

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      guint n = verified_trace_count (trace, events[i].phase, events[i].names[0], NULL);

      if (events[i].names[1] != NULL)
        n += verified_trace_count (trace, events[i].phase, events[i].names[1], NULL);
      g_test_message ("%c %s: %u", events[i].phase, events[i].names[0], n);
      g_assert_cmpuint (n, ==, tally.counts[events[i].type]);
      g_assert_true (n > 0 || events[i].type == PNYX_TRACE_BLOCK_INVALID);
    }
  verified_trace_count (trace, 'X', "consensus", &work);
  g_assert_cmpint (work, ==, tally.work);
  g_assert_cmpuint (verified_trace_count (trace, 'i', "votes received", NULL), ==, tally.bundles);
  g_assert_cmpuint (votes_in (json), ==, tally.counts[PNYX_TRACE_VOTE_RECEIVED]);
  g_assert_cmpuint (verified_trace_count (trace, 'C', "finalized", NULL), >, 0);
  g_assert_cmpuint (verified_trace_count (trace, 'C', "height", NULL), >, 10);
  g_assert_true (g_regex_match_simple ("node [0-9]+, [a-z]+, fast: work 1\"", json, 0, 0));
}

/* Blocks that overtake each other take threads of their own; forks show as reorganisations. */
static void
test_what_overlaps_has_threads_of_its_own (void)
{
  Tally tally;
  g_autofree gchar *json = NULL;
  g_autoptr (VerifiedTrace) trace = trace_of (WORK, &tally, &json);

  g_assert_nonnull (strstr (json, ": blocks 2\""));
  g_assert_nonnull (strstr (json, "\"name\":\"chain a\""));
  g_assert_nonnull (strstr (json, "\"name\":\"chain b\""));
  g_assert_cmpuint (verified_trace_count (trace, 'i', "reorg", NULL), >, 0);
  g_assert_cmpuint (verified_trace_count (trace, 'X', "send", NULL), >, 50);
  g_assert_cmpuint (verified_trace_count (trace, 'X', "propagation", NULL), ==,
                    tally.counts[PNYX_TRACE_BLOCK_RECEIVED]);
}

/* A node has no more threads of work than it has cores, one more for a time offline that overlaps
 * nothing but shares its process. */
static void
test_work_takes_no_more_threads_than_cores (void)
{
  Tally tally;
  g_autofree gchar *json = NULL;
  g_autoptr (VerifiedTrace) trace = trace_of (STAKE, &tally, &json);

  g_assert_cmpuint (verified_trace_count (trace, 'X', "consensus", NULL), >, 100);
  g_assert_nonnull (strstr (json, ": work 4\""));
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
  g_autoptr (VerifiedTrace) trace = NULL;

  g_assert_true (pnyx_trace_file_finish (pnyx_trace_file_new (&observed, path, NULL), NULL));
  json = scratch_read (scratch, "t.json");
  trace = sound (json);
  g_assert_cmpuint (verified_trace_count (trace, 'C', "online", NULL), ==, 1);
}

#define HEAD "{\"traceEvents\":[\n"
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
  static const gchar *const good[] = {
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

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    verified_trace_free (sound (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree gchar *complaint = NULL;

      g_assert_null (verify_trace (broken[i][0], &complaint));
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
