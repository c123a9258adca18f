/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From traces to lines of JSON, as they come. What belongs together is written together: a slice
 * when it ends, which is always now, and the two ends of an arrow behind the slices that they bind
 * to, since a viewer sorts by time and keeps the order of what is simultaneous.
 */
#include "metric/trace_file.h"

#include <errno.h>
#include <stdio.h>

#define BUFFER_SIZE ((gsize)1 << 16)

/* A thread of slices: they are disjoint, the last one ended at @end. */
typedef struct
{
  PnyxTime end;
  guint32 tid;
} Lane;

/* A node in a process. */
typedef struct
{
  guint32 tid; /* of its instants; 0: none so far */
  guint32 n_lanes;
  Lane *lanes; /* owned */
} Track;

typedef struct
{
  guint32 height;    /* greatest that was sent */
  gint64 finalized;  /* greatest epoch; -1: none */
  GArray *send_tids; /* owned: guint32: by block: thread of its slice `send`; 0: not received yet */
} ChainTrack;

/* Votes for one block that reached one aggregator, and when the first of them was sent. */
typedef struct
{
  PnyxTrace trace; /* the first */
  guint n;         /* 0: none */
  gint64 age_ns;
} Votes;

struct _PnyxTraceFile
{
  PnyxObserved observed;
  gchar *path;  /* owned */
  FILE *stream; /* owned */
  int failure;  /* errno of the first thing that failed; 0: all is well */
  GString *buffer;
  guint64 n_events, n_flows;
  guint32 n_tids, n_nodes, n_online;
  PnyxTime now;       /* of the last trace */
  Votes votes;        /* received now, not yet written */
  Track *tracks;      /* owned: by process (chains, then the network), then node */
  PnyxTime *offline;  /* owned: by node: since when; PNYX_TIME_MAX: online */
  ChainTrack *chains; /* owned */
};

/* ---- Writing ---- */

static void
flush (PnyxTraceFile *file)
{
  if (file->failure == 0
      && fwrite (file->buffer->str, 1, file->buffer->len, file->stream) < file->buffer->len)
    file->failure = errno;
  g_string_truncate (file->buffer, 0);
}

static void
append_time (PnyxTraceFile *file, const gchar *key, PnyxTime time)
{
  g_string_append_printf (file->buffer, ",\"%s\":%" G_GINT64_FORMAT ".%03d", key, time / 1000,
                          (gint)(time % 1000));
}

/* Begins an event; what follows is appended to the buffer, then end_event. */
static void
begin_event (PnyxTraceFile *file, const gchar *phase, const gchar *name, guint pid, guint32 tid)
{
  g_string_append_printf (file->buffer, "%s\n{\"ph\":\"%s\",\"name\":\"%s\",\"pid\":%u,\"tid\":%u",
                          file->n_events++ > 0 ? "," : "", phase, name, pid, tid);
}

static void
end_event (PnyxTraceFile *file)
{
  g_string_append_c (file->buffer, '}');
  if (file->buffer->len >= BUFFER_SIZE)
    flush (file);
}

static void append_args (PnyxTraceFile *file, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_args (PnyxTraceFile *file, const gchar *format, ...)
{
  va_list values;

  g_string_append (file->buffer, ",\"args\":{");
  va_start (values, format);
  g_string_append_vprintf (file->buffer, format, values);
  va_end (values);
  g_string_append_c (file->buffer, '}');
}

/* ---- Processes and threads ---- */

static guint
network_pid (const PnyxTraceFile *file)
{
  return file->observed.n_chains + 1;
}

static guint
pid_of (const PnyxTraceFile *file, guint32 chain)
{
  return chain == PNYX_NONE ? network_pid (file) : chain + 1;
}

static void
name_process (PnyxTraceFile *file, guint pid, const gchar *kind, const gchar *name)
{
  begin_event (file, "M", "process_name", pid, pid);
  append_args (file, "\"name\":\"%s%s\"", kind, name);
  end_event (file);
  begin_event (file, "M", "process_sort_index", pid, pid);
  append_args (file, "\"sort_index\":%u", pid);
  end_event (file);
}

/* Where and on what a node runs, for its thread's name. Names are letters, digits and "-_.". */
static void
append_node (PnyxTraceFile *file, PnyxNodeId node)
{
  const PnyxNodes *nodes = pnyx_network_nodes (file->observed.network);
  const PnyxRegions *regions = pnyx_network_regions (file->observed.network);

  g_string_append_printf (file->buffer, "node %u", node);
  if (regions != NULL)
    g_string_append_printf (file->buffer, ", %s", regions->regions[nodes->region[node]].name);
  if (nodes->n_classes > 1)
    g_string_append_printf (file->buffer, ", %s", nodes->classes[nodes->class_of[node]].name);
}

/* A new thread of @node, which stands at @place among those of the node. */
static guint32
new_thread (PnyxTraceFile *file, guint pid, PnyxNodeId node, const gchar *what, guint place)
{
  guint32 tid = network_pid (file) + ++file->n_tids; /* no process has that number */

  begin_event (file, "M", "thread_name", pid, tid);
  g_string_append (file->buffer, ",\"args\":{\"name\":\"");
  append_node (file, node);
  if (place > 0)
    g_string_append_printf (file->buffer, ": %s %u", what, place);
  g_string_append (file->buffer, "\"}");
  end_event (file);
  begin_event (file, "M", "thread_sort_index", pid, tid);
  append_args (file, "\"sort_index\":%" G_GUINT64_FORMAT, (guint64)node * 1000 + MIN (place, 999));
  end_event (file);
  return tid;
}

static Track *
track_of (PnyxTraceFile *file, guint pid, PnyxNodeId node)
{
  return &file->tracks[(gsize)(pid - 1) * file->n_nodes + node];
}

/*
 * The thread for a slice of @node from @begin until now: the one whose last slice ended latest,
 * if before, so that no more threads are opened than slices overlap.
 */
static guint32
lane_for (PnyxTraceFile *file, guint pid, PnyxNodeId node, PnyxTime begin)
{
  Track *track = track_of (file, pid, node);
  Lane *best = NULL;

  for (guint32 i = 0; i < track->n_lanes; i++)
    if (track->lanes[i].end <= begin && (best == NULL || track->lanes[i].end > best->end))
      best = &track->lanes[i];
  if (best == NULL)
    {
      const gchar *what = pid == network_pid (file) ? "work" : "blocks";

      track->lanes = g_renew (Lane, track->lanes, track->n_lanes + 1);
      best = &track->lanes[track->n_lanes++];
      best->tid = new_thread (file, pid, node, what, track->n_lanes);
    }
  best->end = file->now;
  return best->tid;
}

/* ---- Events ---- */

/* Begins an instant of @trace's node, now. */
static void
begin_instant (PnyxTraceFile *file, const PnyxTrace *trace, const gchar *name)
{
  guint pid = pid_of (file, trace->chain);
  Track *track = track_of (file, pid, trace->node);

  if (track->tid == 0)
    track->tid = new_thread (file, pid, trace->node, "", 0);
  begin_event (file, "i", name, pid, track->tid);
  append_time (file, "ts", trace->time);
  g_string_append (file->buffer, ",\"s\":\"t\"");
}

/* Begins an instant of a process ("p") or of the whole world ("g"), now. */
static void
begin_wide_instant (PnyxTraceFile *file, guint pid, const gchar *name, const gchar *scope)
{
  begin_event (file, "i", name, pid, pid);
  append_time (file, "ts", file->now);
  g_string_append_printf (file->buffer, ",\"s\":\"%s\"", scope);
}

/* Begins a slice of @node from @begin until now. Returns: its thread. */
static guint32
begin_slice (PnyxTraceFile *file, guint pid, PnyxNodeId node, const gchar *name, PnyxTime begin)
{
  guint32 tid = lane_for (file, pid, node, begin);

  begin_event (file, "X", name, pid, tid);
  append_time (file, "ts", begin);
  append_time (file, "dur", file->now - begin);
  return tid;
}

static void
write_counter (PnyxTraceFile *file, guint pid, const gchar *name, const gchar *of, gint64 value)
{
  begin_event (file, "C", name, pid, pid);
  append_time (file, "ts", file->now);
  append_args (file, "\"%s\":%" G_GINT64_FORMAT, of, value);
  end_event (file);
}

static void
write_flow_end (PnyxTraceFile *file, const gchar *phase, guint pid, guint32 tid, PnyxTime time)
{
  begin_event (file, phase, "block", pid, tid);
  append_time (file, "ts", time);
  g_string_append_printf (file->buffer, ",\"cat\":\"block\",\"id\":%" G_GUINT64_FORMAT "%s",
                          file->n_flows, *phase == 'f' ? ",\"bp\":\"e\"" : "");
  end_event (file);
}

static guint32 *
send_tid_of (PnyxTraceFile *file, const PnyxTrace *trace)
{
  GArray *tids = file->chains[trace->chain].send_tids;

  if (trace->subject >= tids->len)
    g_array_set_size (tids, trace->subject + 1); /* with zeros */
  return &g_array_index (tids, guint32, trace->subject);
}

/* From the producer to @trace's node: the slices at both ends and the arrow. */
static void
write_propagation (PnyxTraceFile *file, const PnyxTrace *trace, const PnyxBlock *block)
{
  guint pid = pid_of (file, trace->chain);
  guint32 *send_tid = send_tid_of (file, trace), tid;

  if (*send_tid == 0)
    {
      *send_tid = begin_slice (file, pid, block->node, "send", block->sent);
      append_args (file, "\"block\":%u,\"first\":%u", trace->subject, trace->node);
      end_event (file);
    }
  tid = begin_slice (file, pid, trace->node, "propagation", block->sent);
  append_args (file, "\"block\":%u,\"height\":%u,\"producer\":%u,\"last_hop\":%u", trace->subject,
               block->height, block->node, (guint32)trace->a);
  end_event (file);
  file->n_flows++;
  write_flow_end (file, "s", pid, *send_tid, block->sent);
  write_flow_end (file, "f", pid, tid, trace->time);
}

static void
write_block (PnyxTraceFile *file, const PnyxTrace *trace)
{
  static const gchar *const names[] = { [PNYX_TRACE_BLOCK_SENT] = "block sent",
                                        [PNYX_TRACE_BLOCK_RECEIVED] = "block received",
                                        [PNYX_TRACE_BLOCK_IMPORTED] = "block imported",
                                        [PNYX_TRACE_BLOCK_INVALID] = "block invalid" };
  PnyxBlockTree *blocks = file->observed.chains[trace->chain]->blocks;
  const PnyxBlock block = *pnyx_block_tree_get (blocks, trace->subject);
  ChainTrack *chain = &file->chains[trace->chain];
  guint pid = pid_of (file, trace->chain);

  begin_instant (file, trace, names[trace->type]);
  append_args (file, "\"block\":%u,\"height\":%u,\"proposer\":%u,\"bytes\":%" G_GUINT64_FORMAT,
               trace->subject, block.height, block.proposer, block.size);
  end_event (file);
  if (trace->type == PNYX_TRACE_BLOCK_RECEIVED && block.sent <= trace->time)
    write_propagation (file, trace, &block);
  else if (trace->type == PNYX_TRACE_BLOCK_IMPORTED && trace->a != PNYX_TIME_UNSET)
    {
      begin_slice (file, pid, trace->node, "import", trace->a);
      append_args (file, "\"block\":%u", trace->subject);
      end_event (file);
    }
  else if (trace->type == PNYX_TRACE_BLOCK_SENT && block.height > chain->height)
    {
      chain->height = block.height;
      write_counter (file, pid, "height", "sent", block.height);
    }
}

static void
write_head (PnyxTraceFile *file, const PnyxTrace *trace)
{
  PnyxBlockTree *blocks = file->observed.chains[trace->chain]->blocks;
  PnyxBlockId before = (PnyxBlockId)trace->a;
  gboolean grows = pnyx_block_tree_is_ancestor (blocks, before, trace->subject);

  begin_instant (file, trace, grows ? "head" : "reorg");
  append_args (file, "\"block\":%u,\"height\":%u,\"before\":%u", trace->subject,
               pnyx_block_tree_get (blocks, trace->subject)->height, before);
  end_event (file);
}

static void
write_checkpoint (PnyxTraceFile *file, const PnyxTrace *trace)
{
  ChainTrack *chain = &file->chains[trace->chain];
  gboolean final = trace->type == PNYX_TRACE_FINALIZED;

  begin_instant (file, trace, final ? "finalized" : "justified");
  append_args (file, "\"epoch\":%" G_GINT64_FORMAT ",\"block\":%u", trace->a, trace->subject);
  end_event (file);
  if (final && trace->a > chain->finalized)
    {
      chain->finalized = trace->a;
      write_counter (file, pid_of (file, trace->chain), "finalized", "epoch", trace->a);
    }
}

static void
write_work (PnyxTraceFile *file, const PnyxTrace *trace)
{
  static const gchar *const names[PNYX_N_WORKS] = { "consensus", "inference", "training" };

  PNYX_REQUIRE (trace->b >= 0 && trace->b < PNYX_N_WORKS);
  begin_slice (file, network_pid (file), trace->node, names[trace->b], trace->time - trace->a);
  if (trace->chain != PNYX_NONE)
    append_args (file, "\"chain\":%u", trace->chain + 1);
  end_event (file);
}

static void
write_offline (PnyxTraceFile *file, PnyxNodeId node)
{
  begin_slice (file, network_pid (file), node, "offline", file->offline[node]);
  end_event (file);
  file->offline[node] = PNYX_TIME_MAX;
}

static void
write_presence (PnyxTraceFile *file, const PnyxTrace *trace)
{
  gboolean online = trace->type == PNYX_TRACE_ONLINE;

  begin_instant (file, trace, online ? "online" : "offline");
  end_event (file);
  file->n_online = online ? file->n_online + 1 : file->n_online - 1;
  write_counter (file, network_pid (file), "online", "nodes", file->n_online);
  if (!online)
    file->offline[trace->node] = trace->time;
  else if (file->offline[trace->node] != PNYX_TIME_MAX)
    write_offline (file, trace->node);
}

static void
write_vote (PnyxTraceFile *file, const PnyxTrace *trace)
{
  begin_instant (file, trace, "vote");
  append_args (file, "\"slot\":%" G_GINT64_FORMAT ",\"voters\":%" G_GINT64_FORMAT ",\"block\":%u",
               trace->b, trace->a, trace->subject);
  end_event (file);
}

static void
flush_votes (PnyxTraceFile *file)
{
  const Votes *votes = &file->votes;

  if (votes->n == 0)
    return;
  begin_instant (file, &votes->trace, "votes received");
  append_args (file, "\"votes\":%u,\"block\":%u,\"age_ns_max\":%" G_GINT64_FORMAT, votes->n,
               votes->trace.subject, votes->age_ns);
  end_event (file);
  file->votes.n = 0;
}

/* Those of one aggregator come in a row. */
static void
gather_vote (PnyxTraceFile *file, const PnyxTrace *trace)
{
  Votes *votes = &file->votes;

  if (votes->n > 0
      && (votes->trace.time != trace->time || votes->trace.node != trace->node
          || votes->trace.chain != trace->chain || votes->trace.subject != trace->subject))
    flush_votes (file);
  if (votes->n == 0)
    *votes = (Votes){ .trace = *trace };
  votes->n++;
  votes->age_ns = MAX (votes->age_ns, trace->a);
}

static void
write_world (PnyxTraceFile *file, const PnyxTrace *trace)
{
  if (trace->type == PNYX_TRACE_SLOT)
    {
      begin_wide_instant (file, pid_of (file, trace->chain), "slot", "p");
      append_args (file, "\"slot\":%" G_GINT64_FORMAT, trace->a);
    }
  else
    begin_wide_instant (
        file, network_pid (file),
        trace->type == PNYX_TRACE_WINDOW_BEGIN ? "measuring begins" : "measuring ends", "g");
  end_event (file);
}

static void
write_copy (PnyxTraceFile *file, const PnyxTrace *trace)
{
  begin_instant (file, trace, "copy");
  append_args (file, "\"item\":%u,\"from\":%" G_GINT64_FORMAT, trace->subject, trace->a);
  end_event (file);
}

static void
write_attempt (PnyxTraceFile *file, const PnyxTrace *trace)
{
  begin_instant (file, trace, trace->a == 1 ? "attempt succeeded" : "attempt given up");
  append_args (file, "\"block\":%u", trace->subject);
  end_event (file);
}

static void
observe (gpointer self, const PnyxTrace *trace)
{
  static void (*const write[PNYX_N_TRACES]) (PnyxTraceFile *, const PnyxTrace *) = {
    [PNYX_TRACE_WINDOW_BEGIN] = write_world,
    [PNYX_TRACE_WINDOW_END] = write_world,
    [PNYX_TRACE_BLOCK_SENT] = write_block,
    [PNYX_TRACE_BLOCK_RECEIVED] = write_block,
    [PNYX_TRACE_BLOCK_IMPORTED] = write_block,
    [PNYX_TRACE_BLOCK_INVALID] = write_block,
    [PNYX_TRACE_HEAD] = write_head,
    [PNYX_TRACE_WORK] = write_work,
    [PNYX_TRACE_ONLINE] = write_presence,
    [PNYX_TRACE_OFFLINE] = write_presence,
    [PNYX_TRACE_SLOT] = write_world,
    [PNYX_TRACE_JUSTIFIED] = write_checkpoint,
    [PNYX_TRACE_FINALIZED] = write_checkpoint,
    [PNYX_TRACE_VOTED] = write_vote,
    [PNYX_TRACE_VOTE_RECEIVED] = gather_vote,
    [PNYX_TRACE_COPY] = write_copy,
    [PNYX_TRACE_ATTEMPT] = write_attempt,
  };
  PnyxTraceFile *file = self;

  G_STATIC_ASSERT (PNYX_N_TRACES == 17); /* each has its place above */
  if (file->failure != 0)
    return;
  if (trace->type != PNYX_TRACE_VOTE_RECEIVED)
    flush_votes (file);
  file->now = trace->time;
  write[trace->type](file, trace);
}

/* ---- Life ---- */

static void
write_processes (PnyxTraceFile *file)
{
  g_string_append (file->buffer, "{\"traceEvents\":[");
  for (guint i = 0; i < file->observed.n_chains; i++)
    name_process (file, i + 1, "chain ", file->observed.chains[i]->id);
  name_process (file, network_pid (file), "network", "");
  write_counter (file, network_pid (file), "online", "nodes", file->n_online);
}

/* Behind the events: an older Perfetto reads nothing behind a key that it does not know. */
static void
write_end (PnyxTraceFile *file)
{
  const PnyxWorld *world = file->observed.world;

  flush_votes (file);
  file->now = MAX (file->now, pnyx_world_now (world));
  for (PnyxNodeId node = 0; node < file->n_nodes; node++)
    if (file->offline[node] != PNYX_TIME_MAX)
      write_offline (file, node);
  g_string_append_printf (file->buffer,
                          "\n],\"otherData\":{\"seed\":\"%" G_GUINT64_FORMAT
                          "\",\"replicate\":\"%u\"}}\n",
                          pnyx_world_seed (world), pnyx_world_replicate (world));
  flush (file);
}

PnyxTraceFile *
pnyx_trace_file_new (const PnyxObserved *observed, const gchar *path, GError **error)
{
  FILE *stream = fopen (path, "wb");
  PnyxTraceFile *file;

  if (stream == NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  file = g_new0 (PnyxTraceFile, 1);
  file->observed = *observed;
  file->path = g_strdup (path);
  file->stream = stream;
  file->buffer = g_string_sized_new (BUFFER_SIZE + 1024);
  file->now = pnyx_world_now (observed->world);
  file->n_nodes = file->n_online = pnyx_network_nodes (observed->network)->n;
  file->tracks = g_new0 (Track, (gsize)(observed->n_chains + 1) * file->n_nodes);
  file->offline = g_new (PnyxTime, file->n_nodes);
  for (PnyxNodeId node = 0; node < file->n_nodes; node++)
    {
      gboolean online = pnyx_network_online (observed->network, node);

      file->offline[node] = online ? PNYX_TIME_MAX : file->now;
      file->n_online -= online ? 0 : 1;
    }
  file->chains = g_new0 (ChainTrack, observed->n_chains);
  for (guint i = 0; i < observed->n_chains; i++)
    {
      file->chains[i].finalized = -1;
      file->chains[i].send_tids = g_array_new (FALSE, TRUE, sizeof (guint32));
    }
  write_processes (file);
  pnyx_world_observe (observed->world, (1u << PNYX_N_TRACES) - 1, observe, file);
  return file;
}

static void
file_free (PnyxTraceFile *file)
{
  for (gsize i = 0; i < (gsize)(file->observed.n_chains + 1) * file->n_nodes; i++)
    g_free (file->tracks[i].lanes);
  for (guint i = 0; i < file->observed.n_chains; i++)
    g_array_unref (file->chains[i].send_tids);
  g_free (file->chains);
  g_free (file->tracks);
  g_free (file->offline);
  g_string_free (file->buffer, TRUE);
  g_free (file->path);
  g_free (file);
}

gboolean
pnyx_trace_file_finish (PnyxTraceFile *file, GError **error)
{
  int failure;

  write_end (file);
  if (fclose (file->stream) != 0 && file->failure == 0)
    file->failure = errno;
  failure = file->failure;
  if (failure != 0)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", file->path,
                 g_strerror (failure));
  file_free (file);
  return failure == 0;
}
