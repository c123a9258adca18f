/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/verify_trace.h"

#include <string.h>

#include "results/json.h"

struct _VerifiedTrace
{
  GArray *events; /* owned */
};

typedef struct
{
  gchar phase;
  gchar name[32];
  gint64 pid, tid, id;  /* -1: none */
  gint64 begin, length; /* ns; -1: none */
  gsize line;
} Event;

/* The number behind `"KEY":`; -1: there is no such key. */
static gint64
integer_at (const gchar *line, const gchar *key)
{
  g_autofree gchar *pattern = g_strdup_printf ("\"%s\":", key);
  const gchar *at = strstr (line, pattern);

  return at != NULL ? g_ascii_strtoll (at + strlen (pattern), NULL, 10) : -1;
}

/* Microseconds with three decimals, as nanoseconds; -1: no such key; -2: another form. */
static gint64
time_at (const gchar *line, const gchar *key)
{
  g_autofree gchar *pattern = g_strdup_printf ("\"%s\":", key);
  const gchar *at = strstr (line, pattern);
  gint64 whole;
  gchar *end;

  if (at == NULL)
    return -1;
  at += strlen (pattern);
  whole = g_ascii_strtoll (at, &end, 10);
  if (!g_ascii_isdigit (*at) || *end != '.' || !g_ascii_isdigit (end[1])
      || !g_ascii_isdigit (end[2]) || !g_ascii_isdigit (end[3]) || g_ascii_isdigit (end[4]))
    return -2;
  return whole * 1000 + (end[1] - '0') * 100 + (end[2] - '0') * 10 + (end[3] - '0');
}

/* @line is an object of its own, as the file writes it. */
static gboolean
read_event (const gchar *line, Event *event)
{
  static const gchar phase[] = "{\"ph\":\"", name[] = "\",\"name\":\"";
  gsize at = sizeof phase - 1, length;

  if (!g_str_has_prefix (line, phase) || !g_str_has_suffix (line, "}") || line[at] == '\0'
      || !g_str_has_prefix (line + at + 1, name))
    return FALSE;
  event->phase = line[at];
  at += sizeof name;
  length = strcspn (line + at, "\"");
  g_strlcpy (event->name, line + at, MIN (length + 1, sizeof event->name));
  event->pid = integer_at (line, "pid");
  event->tid = integer_at (line, "tid");
  event->id = integer_at (line, "id");
  event->begin = time_at (line, "ts");
  event->length = time_at (line, "dur");
  return event->pid >= 0 && event->tid >= 0;
}

/* The line at @at, without its end; @at goes to the next. Not strsplit: what searches a long text
 * for a short one takes long under the address sanitizer, which measures the text each time. */
static gchar *
next_line (const gchar **at, const gchar *end)
{
  const gchar *stop = memchr (*at, '\n', (gsize)(end - *at));
  gchar *line = g_strndup (*at, (gsize)((stop != NULL ? stop : end) - *at));

  *at = stop != NULL ? stop + 1 : end;
  return line;
}

/* Returns: (transfer full) (element-type Event): NULL with @complaint. */
static GArray *
read_events (const gchar *json, gchar **complaint)
{
  const gchar *at = json, *end = json + strlen (json);
  GArray *events = g_array_new (FALSE, TRUE, sizeof (Event));

  g_free (next_line (&at, end)); /* what stands before the events */
  for (gsize number = 2; at < end; number++)
    {
      g_autofree gchar *line = next_line (&at, end);
      gsize length = strlen (line);
      Event event = { .line = number };

      if (*line == ']')
        break;
      if (length > 0 && line[length - 1] == ',')
        line[length - 1] = '\0';
      if (!read_event (line, &event))
        {
          *complaint = g_strdup_printf ("line %" G_GSIZE_FORMAT " is no event", number);
          g_array_unref (events);
          return NULL;
        }
      g_array_append_val (events, event);
    }
  return events;
}

static gchar *
check_times (const GArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = &g_array_index (events, Event, i);
      gboolean meta = event->phase == 'M', slice = event->phase == 'X';

      if (strchr ("MXiCsf", event->phase) == NULL)
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": phase %c", event->line, event->phase);
      if (meta ? event->begin != -1 : event->begin < 0)
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": a bad time", event->line);
      if (slice ? event->length < 0 : event->length != -1)
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": a bad duration", event->line);
    }
  return NULL;
}

/* Each process, and each thread but that of the process itself, is named once. */
static gchar *
check_names (const GArray *events)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = &g_array_index (events, Event, i);
      gboolean process = g_str_equal (event->name, "process_name");

      if (event->phase == 'M' && (process || g_str_equal (event->name, "thread_name")))
        if (!g_hash_table_add (named, g_strdup_printf ("%s %" G_GINT64_FORMAT,
                                                       process ? "process" : "thread",
                                                       process ? event->pid : event->tid)))
          return g_strdup_printf ("line %" G_GSIZE_FORMAT ": a second name", event->line);
    }
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = &g_array_index (events, Event, i);
      g_autofree gchar *process = g_strdup_printf ("process %" G_GINT64_FORMAT, event->pid);
      g_autofree gchar *thread = g_strdup_printf ("thread %" G_GINT64_FORMAT, event->tid);

      if (!g_hash_table_contains (named, process)
          || (event->tid != event->pid && !g_hash_table_contains (named, thread)))
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": nobody's name", event->line);
    }
  return NULL;
}

/* By thread, then begin, the longer first. */
static gint
compare_slices (gconstpointer a, gconstpointer b)
{
  const Event *x = a, *y = b;

  if (x->tid != y->tid)
    return x->tid < y->tid ? -1 : 1;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  if (x->length != y->length)
    return x->length > y->length ? -1 : 1;
  return x->line < y->line ? -1 : 1;
}

static GArray *
slices_of (const GArray *events)
{
  GArray *slices = g_array_new (FALSE, FALSE, sizeof (Event));

  for (guint i = 0; i < events->len; i++)
    if (g_array_index (events, Event, i).phase == 'X')
      g_array_append_vals (slices, &g_array_index (events, Event, i), 1);
  g_array_sort (slices, compare_slices);
  return slices;
}

static gchar *
check_nesting (const GArray *slices)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gint64)); /* of those open */

  for (guint i = 0; i < slices->len; i++)
    {
      const Event *slice = &g_array_index (slices, Event, i);
      gint64 end = slice->begin + slice->length;

      if (i > 0 && g_array_index (slices, Event, i - 1).tid != slice->tid)
        g_array_set_size (ends, 0);
      while (ends->len > 0 && g_array_index (ends, gint64, ends->len - 1) <= slice->begin)
        g_array_set_size (ends, ends->len - 1);
      if (ends->len > 0 && g_array_index (ends, gint64, ends->len - 1) < end)
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": a slice that crosses another",
                                slice->line);
      g_array_append_val (ends, end);
    }
  return NULL;
}

/* Whether a slice of that thread is open at that time, both ends included. */
static gboolean
is_enclosed (const GArray *slices, const Event *event)
{
  guint low = 0, high = slices->len;

  while (low < high) /* the first slice of the thread */
    {
      guint middle = (low + high) / 2;

      if (g_array_index (slices, Event, middle).tid < event->tid)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < slices->len; low++)
    {
      const Event *slice = &g_array_index (slices, Event, low);

      if (slice->tid != event->tid || slice->begin > event->begin)
        return FALSE;
      if (event->begin <= slice->begin + slice->length)
        return TRUE;
    }
  return FALSE;
}

static gchar *
check_arrows (const GArray *events, const GArray *slices)
{
  g_autoptr (GHashTable) begun = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < events->len; i++)
    {
      Event *event = &g_array_index (events, Event, i);
      const Event *from;

      if (event->phase != 's' && event->phase != 'f')
        continue;
      if (!is_enclosed (slices, event))
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": an arrow in the open", event->line);
      if (event->phase == 's')
        {
          if (event->id < 0 || !g_hash_table_insert (begun, &event->id, event))
            return g_strdup_printf ("line %" G_GSIZE_FORMAT ": begun twice", event->line);
          continue;
        }
      from = g_hash_table_lookup (begun, &event->id);
      if (from == NULL || from->begin > event->begin)
        return g_strdup_printf ("line %" G_GSIZE_FORMAT ": an end without beginning", event->line);
      g_hash_table_remove (begun, &event->id);
    }
  return g_hash_table_size (begun) == 0 ? NULL : g_strdup ("a beginning without end");
}

VerifiedTrace *
verify_trace (const gchar *json, gchar **complaint)
{
  g_autoptr (VerifiedTrace) trace = g_new0 (VerifiedTrace, 1);
  g_autoptr (GArray) slices = NULL;
  g_autofree gchar *none = NULL;

  *complaint = NULL;
  if (!pnyx_json_text (json, "", &none) || !g_str_has_prefix (json, "{\"traceEvents\":[\n"))
    {
      *complaint = g_strdup ("is no JSON");
      return NULL;
    }
  trace->events = read_events (json, complaint);
  if (trace->events == NULL)
    return NULL;
  slices = slices_of (trace->events);
  *complaint = check_times (trace->events);
  if (*complaint == NULL)
    *complaint = check_names (trace->events);
  if (*complaint == NULL)
    *complaint = check_nesting (slices);
  if (*complaint == NULL)
    *complaint = check_arrows (trace->events, slices);
  return *complaint == NULL ? g_steal_pointer (&trace) : NULL;
}

void
verified_trace_free (VerifiedTrace *trace)
{
  if (trace == NULL)
    return;
  if (trace->events != NULL)
    g_array_unref (trace->events);
  g_free (trace);
}

guint
verified_trace_count (const VerifiedTrace *trace, gchar phase, const gchar *name, gint64 *sum)
{
  guint n = 0;

  if (sum != NULL)
    *sum = 0;
  for (guint i = 0; i < trace->events->len; i++)
    {
      const Event *event = &g_array_index (trace->events, Event, i);

      if (event->phase != phase || !g_str_equal (event->name, name))
        continue;
      n++;
      if (sum != NULL)
        *sum += event->length;
    }
  return n;
}
