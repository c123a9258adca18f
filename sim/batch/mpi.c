/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Process 0 answers wishes: WANT (how many cells, at first), CELL (point, replicate), RESULT (a run
 * as bytes, and the wish for another cell), STOP (no more). A process wishes for one cell more than
 * it has threads, so that none waits for a message. A wish that cannot be answered yet (the plan
 * waits for results) is kept. Both sides look for messages and sleep when there are none, as MPI's
 * own waiting takes a whole core.
 */
#include "batch/mpi.h"

#include "batch/batch_priv.h"
#include "pnyx-config.h"
#include "results/inputs.h"
#include "results/machine.h"

#if PNYX_HAVE_MPI

#include <mpi.h>
#include <string.h>

#define IDLE_MICROSECONDS 200
#define MACHINE_MAX 128
#define NOTICE_MAX 512
#define PRINT_LENGTH 64 /* digits of a SHA-256 */

enum
{
  TAG_WANT = 1,
  TAG_CELL,
  TAG_RESULT,
  TAG_STOP,
};

gboolean
pnyx_mpi_exists (void)
{
  return TRUE;
}

gboolean
pnyx_mpi_begin (guint *rank, guint *ranks, GError **error)
{
  int given = 0, own = 0, size = 1;

  if (MPI_Init_thread (NULL, NULL, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS
      || given < MPI_THREAD_FUNNELED)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO,
                   "MPI cannot be started with threads (expected MPI_THREAD_FUNNELED)");
      return FALSE;
    }
  MPI_Comm_rank (MPI_COMM_WORLD, &own);
  MPI_Comm_size (MPI_COMM_WORLD, &size);
  *rank = (guint)own;
  *ranks = (guint)size;
  return TRUE;
}

void
pnyx_mpi_end (void)
{
  MPI_Finalize ();
}

/* The SHA-256 of all that the runs depend on; the files that it names are in it by their hashes. */
static gchar *
fingerprint (const PnyxSweep *sweep, GError **error)
{
  g_auto (GStrv) paths = pnyx_sweep_files (sweep);
  g_auto (GStrv) inputs = pnyx_inputs_copy (NULL, (const gchar *const *)paths, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *text = NULL;

  if (inputs == NULL)
    return NULL;
  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (names, inputs[2 * i]);
  g_ptr_array_add (names, NULL);
  text = pnyx_sweep_to_xml (sweep, (const gchar *const *)paths, (const gchar *const *)names->pdata,
                            error);
  return text == NULL ? NULL : g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* What a process has to say of its scenario: '=' and the fingerprint, or '!', where and why not. */
static void
write_notice (gchar *notice, int rank, const gchar *print, const gchar *failure)
{
  if (failure == NULL)
    g_snprintf (notice, NOTICE_MAX, "=%s rank %d on %s", print, rank, g_get_host_name ());
  else
    g_snprintf (notice, NOTICE_MAX, "!rank %d on %s: %s", rank, g_get_host_name (), failure);
}

gboolean
pnyx_mpi_check (const PnyxSweep *sweep, GError **error)
{
  g_autofree gchar *print = NULL;
  g_autofree gchar *notices = NULL;
  gchar own[NOTICE_MAX] = "";
  GError *failure = NULL;
  int rank, size;

  PNYX_REQUIRE (error != NULL && (sweep == NULL) == (*error != NULL));
  MPI_Comm_rank (MPI_COMM_WORLD, &rank);
  MPI_Comm_size (MPI_COMM_WORLD, &size);
  if (sweep != NULL && (print = fingerprint (sweep, &failure)) == NULL)
    g_propagate_error (error, failure);
  write_notice (own, rank, print, *error ? (*error)->message : NULL);
  notices = g_malloc0 ((gsize)size * NOTICE_MAX);
  MPI_Allgather (own, NOTICE_MAX, MPI_CHAR, notices, NOTICE_MAX, MPI_CHAR, MPI_COMM_WORLD);
  for (int i = 0; *error == NULL && i < size; i++)
    {
      const gchar *notice = notices + (gsize)i * NOTICE_MAX;

      if (*notice == '!')
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s", notice + 1);
      else if (strncmp (notice, notices, 1 + PRINT_LENGTH) != 0)
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                     "%s has read another scenario than rank 0 (expected the same files on all "
                     "machines)",
                     notice + 1 + PRINT_LENGTH + 1);
    }
  return *error == NULL;
}

gboolean
pnyx_mpi_agree (gboolean go)
{
  int value = go;

  MPI_Bcast (&value, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return value;
}

guint
pnyx_mpi_threads (guint threads)
{
  MPI_Comm local;
  int n = 1;

  if (threads > 0)
    return threads;
  MPI_Comm_split_type (MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  MPI_Comm_size (local, &n);
  MPI_Comm_free (&local);
  return MAX (pnyx_batch_threads (0) / (guint)n, 1);
}

gchar *
pnyx_mpi_machines (void)
{
  g_autofree gchar *c_library = pnyx_machine_c_library ();
  g_autofree gchar *machines = NULL;
  gchar own[MACHINE_MAX] = "";
  int rank, size;

  g_snprintf (own, sizeof own, "pnyx %s, %s, %s", PNYX_BUILD, pnyx_machine_cpu_level (), c_library);
  MPI_Comm_rank (MPI_COMM_WORLD, &rank);
  MPI_Comm_size (MPI_COMM_WORLD, &size);
  machines = g_malloc0 ((gsize)size * MACHINE_MAX);
  MPI_Gather (own, MACHINE_MAX, MPI_CHAR, machines, MACHINE_MAX, MPI_CHAR, 0, MPI_COMM_WORLD);
  for (int i = 1; rank == 0 && i < size; i++)
    if (!g_str_equal (machines + (gsize)i * MACHINE_MAX, own))
      return g_strdup_printf ("rank %d has %s, rank 0 %s: numbers may differ in their last digits",
                              i, machines + (gsize)i * MACHINE_MAX, own);
  return NULL;
}

/* ---- Both sides ---- */

typedef struct
{
  PnyxCrew *crew;
  guint threads;
} Team;

static void *
work (void *data)
{
  const Team *team = data;

  pnyx_crew_work (team->crew, team->threads);
  return NULL;
}

static void
idle (void)
{
  g_usleep (IDLE_MICROSECONDS);
}

/* ---- Process 0 ---- */

typedef struct
{
  PnyxCrew *crew;
  int size;
  guint *wants;   /* array length=size: cells that a process waits for */
  guint *working; /* array length=size: cells that it has */
} Lead;

static void
receive (Lead *lead, const MPI_Status *status)
{
  int from = status->MPI_SOURCE, length = 0;
  g_autoptr (GBytes) bytes = NULL;
  PnyxRunResult *result;
  guint8 *data;

  if (status->MPI_TAG == TAG_WANT)
    {
      unsigned n = 0;

      MPI_Recv (&n, 1, MPI_UNSIGNED, from, TAG_WANT, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      lead->wants[from] += n;
      return;
    }
  MPI_Get_count (status, MPI_BYTE, &length);
  data = g_malloc ((gsize)length + 1);
  MPI_Recv (data, length, MPI_BYTE, from, TAG_RESULT, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  bytes = g_bytes_new_take (data, (gsize)length);
  result = pnyx_run_result_unpack (bytes);
  PNYX_REQUIRE (result != NULL);
  pnyx_crew_give (lead->crew, result);
  lead->working[from]--;
  lead->wants[from]++;
}

/* Answers what can be answered. Returns: whether any cell was sent. */
static gboolean
answer (Lead *lead, gboolean *done)
{
  gboolean sent = FALSE;

  for (int i = 1; i < lead->size; i++)
    while (lead->wants[i] > 0 && !*done)
      {
        PnyxRunCell cell;
        PnyxPlanNext next = pnyx_crew_try (lead->crew, &cell);
        unsigned message[2];

        *done = next == PNYX_PLAN_DONE;
        if (next != PNYX_PLAN_CELL)
          return sent;
        message[0] = cell.point;
        message[1] = cell.replicate;
        MPI_Send (message, 2, MPI_UNSIGNED, i, TAG_CELL, MPI_COMM_WORLD);
        lead->wants[i]--;
        lead->working[i]++;
        sent = TRUE;
      }
  return sent;
}

static gboolean
is_working (const Lead *lead)
{
  for (int i = 1; i < lead->size; i++)
    if (lead->working[i] > 0)
      return TRUE;
  return FALSE;
}

/* Until there are no more cells and all that were sent have come back. */
static void
serve (Lead *lead)
{
  gboolean done = FALSE;

  while (!done || is_working (lead))
    {
      MPI_Status status;
      int there = 0;

      MPI_Iprobe (MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
      if (there)
        receive (lead, &status);
      /* With nobody wishing, that the plan has ended shows only to the threads here. */
      if (!done && !answer (lead, &done) && !there)
        {
          pnyx_crew_lock (lead->crew);
          done = lead->crew->stopped;
          pnyx_crew_unlock (lead->crew);
        }
      if (!there)
        idle ();
    }
  for (int i = 1; i < lead->size; i++)
    MPI_Send (NULL, 0, MPI_UNSIGNED, i, TAG_STOP, MPI_COMM_WORLD);
}

gboolean
pnyx_mpi_lead (const PnyxSweep *sweep, PnyxPlan *plan, const PnyxBatchOptions *options,
               GError **error)
{
  g_autofree guint *wants = NULL;
  g_autofree guint *working = NULL;
  Lead lead = { 0 };
  PnyxBatch batch;
  pthread_t thread;
  Team team;
  gboolean begun;

  MPI_Comm_size (MPI_COMM_WORLD, &lead.size);
  begun = pnyx_mpi_agree (pnyx_batch_begin (&batch, sweep, plan, options, error));
  if (!begun)
    return FALSE;
  wants = g_new0 (guint, lead.size);
  working = g_new0 (guint, lead.size);
  lead.crew = &batch.crew;
  lead.wants = wants;
  lead.working = working;
  team = (Team){ &batch.crew, MAX (options->threads, 1) };
  PNYX_REQUIRE (pthread_create (&thread, NULL, work, &team) == 0);
  serve (&lead);
  pthread_join (thread, NULL);
  return pnyx_batch_end (&batch, error);
}

/* ---- The others ---- */

typedef struct
{
  GArray *inbox; /* PnyxRunCell */
  guint at;
  gboolean closed;
} Follow;

static PnyxPlanNext
next_of_inbox (PnyxCrew *crew, PnyxRunCell *cell)
{
  Follow *follow = crew->self;

  if (follow->at == follow->inbox->len)
    return follow->closed ? PNYX_PLAN_DONE : PNYX_PLAN_WAIT;
  *cell = g_array_index (follow->inbox, PnyxRunCell, follow->at++);
  return PNYX_PLAN_CELL;
}

static void
receive_order (PnyxCrew *crew, Follow *follow, const MPI_Status *status)
{
  unsigned message[2] = { 0, 0 };

  if (status->MPI_TAG == TAG_STOP)
    MPI_Recv (NULL, 0, MPI_UNSIGNED, 0, TAG_STOP, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  else
    MPI_Recv (message, 2, MPI_UNSIGNED, 0, TAG_CELL, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  pnyx_crew_lock (crew);
  if (status->MPI_TAG == TAG_STOP)
    follow->closed = TRUE;
  else
    {
      PnyxRunCell cell = { message[0], message[1] };

      g_array_append_val (follow->inbox, cell);
    }
  pnyx_crew_changed (crew);
  pnyx_crew_unlock (crew);
}

static void
send_results (GPtrArray *taken)
{
  for (guint i = 0; i < taken->len; i++)
    {
      g_autoptr (GBytes) bytes = pnyx_run_result_pack (g_ptr_array_index (taken, i));
      gsize length;
      gconstpointer data = g_bytes_get_data (bytes, &length);

      PNYX_REQUIRE (length <= G_MAXINT);
      MPI_Send (data, (int)length, MPI_BYTE, 0, TAG_RESULT, MPI_COMM_WORLD);
    }
}

static void
follow_orders (PnyxCrew *crew, Follow *follow)
{
  g_autoptr (GPtrArray) taken
      = g_ptr_array_new_with_free_func ((GDestroyNotify)pnyx_run_result_free);

  for (;;)
    {
      MPI_Status status;
      int there = 0;
      gboolean more = pnyx_crew_collect (crew, taken);

      send_results (taken);
      if (!more && taken->len == 0)
        return;
      MPI_Iprobe (0, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
      if (there)
        receive_order (crew, follow, &status);
      else if (taken->len == 0)
        idle ();
      g_ptr_array_set_size (taken, 0);
    }
}

void
pnyx_mpi_follow (const PnyxSweep *sweep, guint threads)
{
  g_autoptr (GArray) inbox = g_array_new (FALSE, FALSE, sizeof (PnyxRunCell));
  Follow follow = { .inbox = inbox };
  unsigned want = threads + 1;
  PnyxCrew crew;
  Team team = { &crew, threads };
  pthread_t thread;

  if (!pnyx_mpi_agree (FALSE))
    return;
  pnyx_crew_init (&crew, sweep);
  crew.next = next_of_inbox;
  crew.self = &follow;
  PNYX_REQUIRE (pthread_create (&thread, NULL, work, &team) == 0);
  MPI_Send (&want, 1, MPI_UNSIGNED, 0, TAG_WANT, MPI_COMM_WORLD);
  follow_orders (&crew, &follow);
  pthread_join (thread, NULL);
  pnyx_crew_clear (&crew);
}

#else

gboolean
pnyx_mpi_check (const PnyxSweep *sweep, GError **error)
{
  (void)error;
  return sweep != NULL;
}

gboolean
pnyx_mpi_exists (void)
{
  return FALSE;
}

gboolean
pnyx_mpi_begin (guint *rank, guint *ranks, GError **error)
{
  (void)rank;
  (void)ranks;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN,
               "started by mpirun, but this build has no MPI (expected ./pnyxw --with=mpi setup, "
               "or --shard I/N and merge)");
  return FALSE;
}

void
pnyx_mpi_end (void)
{
}

gboolean
pnyx_mpi_agree (gboolean go)
{
  return go;
}

guint
pnyx_mpi_threads (guint threads)
{
  return pnyx_batch_threads (threads);
}

gchar *
pnyx_mpi_machines (void)
{
  return NULL;
}

gboolean
pnyx_mpi_lead (const PnyxSweep *sweep, PnyxPlan *plan, const PnyxBatchOptions *options,
               GError **error)
{
  return pnyx_batch_run (sweep, plan, options, error);
}

void
pnyx_mpi_follow (const PnyxSweep *sweep, guint threads)
{
  (void)sweep;
  (void)threads;
  PNYX_FAIL ("there is no process to follow");
}

#endif
