/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file is read line by line: head, three lists, then the values of each pair of classes. */
#include "contract/controller_policy.h"

#include <string.h>

#include "base/message.h"
#include "base/number.h"

#define FORMAT_VERSION 1

void
pnyx_policy_begin (PnyxPolicy *policy, gdouble low, gdouble high, guint n_actions)
{
  static const gdouble volatility[] = { 0.5, 1, 2, 4 }, utilisation[] = { 0.25, 0.5, 0.75 };

  PNYX_REQUIRE (low <= high && n_actions >= 1 && n_actions <= PNYX_POLICY_ACTIONS_MAX
                && (n_actions == 1 || low < high));
  *policy = (PnyxPolicy){ .n_volatility = G_N_ELEMENTS (volatility) + 1,
                          .n_utilisation = G_N_ELEMENTS (utilisation) + 1,
                          .n_actions = n_actions };
  memcpy (policy->volatility, volatility, sizeof volatility);
  memcpy (policy->utilisation, utilisation, sizeof utilisation);
  for (guint i = 0; i < n_actions; i++)
    policy->actions[i] = n_actions == 1 ? low : low + (high - low) * i / (n_actions - 1);
}

static guint
class_of (const gdouble *ends, guint n, gdouble value)
{
  guint class = 0;

  while (class + 1 < n && value > ends[class])
    class ++;
  return class;
}

PnyxPolicyState
pnyx_policy_state (const PnyxPolicy *policy, gdouble volatility, gdouble utilisation)
{
  return (PnyxPolicyState){ class_of (policy->volatility, policy->n_volatility, volatility),
                            class_of (policy->utilisation, policy->n_utilisation, utilisation) };
}

guint
pnyx_policy_best (const PnyxPolicy *policy, PnyxPolicyState state)
{
  const gdouble *values = policy->values[state.volatility][state.utilisation];
  guint best = 0;

  for (guint i = 1; i < policy->n_actions; i++)
    if (values[i] > values[best])
      best = i;
  return best;
}

guint
pnyx_policy_explore (const PnyxPolicy *policy, PnyxPolicyState state, gdouble epsilon,
                     const PnyxRng *rng, guint64 index)
{
  if (pnyx_rng_uniform (rng, 0, index) >= epsilon)
    return pnyx_policy_best (policy, state);
  return (guint)pnyx_rng_below (rng, 1, index, policy->n_actions);
}

void
pnyx_policy_learn (PnyxPolicy *policy, PnyxPolicyState state, guint action, gdouble reward,
                   PnyxPolicyState next, gdouble rate, gdouble discount)
{
  gdouble *value = &policy->values[state.volatility][state.utilisation][action];
  gdouble best = policy->values[next.volatility][next.utilisation][pnyx_policy_best (policy, next)];

  PNYX_REQUIRE (action < policy->n_actions && rate > 0 && rate <= 1 && discount >= 0
                && discount < 1);
  *value += rate * (reward + discount * best - *value);
}

/* ---- The file ---- */

static void
add_list (GString *text, const gchar *name, const gdouble *values, guint n)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  g_string_append (text, name);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ",%s", pnyx_number_format (buffer, values[i]));
  g_string_append_c (text, '\n');
}

gchar *
pnyx_policy_format (const PnyxPolicy *policy)
{
  GString *text = g_string_new ("pnyx-policy,lending,1\n");

  add_list (text, "volatility", policy->volatility, policy->n_volatility - 1);
  add_list (text, "utilisation", policy->utilisation, policy->n_utilisation - 1);
  add_list (text, "action", policy->actions, policy->n_actions);
  for (guint v = 0; v < policy->n_volatility; v++)
    for (guint u = 0; u < policy->n_utilisation; u++)
      {
        g_autofree gchar *name = g_strdup_printf ("value,%u,%u", v, u);

        add_list (text, name, policy->values[v][u], policy->n_actions);
      }
  return g_string_free (text, FALSE);
}

typedef struct
{
  gchar *rest;     /* borrowed: the lines that are not read yet; NULL: none */
  PnyxPlace place; /* of the line that is read */
} Reader;

static guint
count_cells (const gchar *cells)
{
  guint n = *cells == '\0' ? 0 : 1;

  for (; *cells != '\0'; cells++)
    n += *cells == ',' ? 1 : 0;
  return n;
}

/* The next line's cells after @name, as they stand there. Returns: NULL with @error. */
static const gchar *
next_line (Reader *reader, const gchar *name, GError **error)
{
  const gchar *line = reader->rest == NULL ? "" : strsep (&reader->rest, "\n");
  gsize length = strlen (name);

  reader->place.line++;
  if (g_str_has_prefix (line, name) && (line[length] == ',' || line[length] == '\0'))
    return line + length + (line[length] == ',' ? 1 : 0);
  pnyx_set_error_at (error, *line == '\0' ? PNYX_ERROR_MISSING : PNYX_ERROR_SYNTAX, &reader->place,
                     "no line \"%s,...\" of a policy (expected one here)", name);
  return NULL;
}

/* @n: (inout): at most; then how many there were. @rising: each more than the one before. */
static gboolean
read_list (Reader *reader, const gchar *name, gdouble low, gboolean rising, guint *n,
           gdouble *values, GError **error)
{
  const gchar *line = next_line (reader, name, error);
  g_auto (GStrv) cells = NULL;
  guint length;

  if (line == NULL)
    return FALSE;
  length = count_cells (line);
  if (length > *n)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &reader->place,
                         "%u values of %s (expected at most %u)", length, name, *n);
      return FALSE;
    }
  cells = g_strsplit (line, ",", -1);
  for (guint i = 0; i < length; i++)
    if (!pnyx_number_parse (cells[i], &values[i]) || values[i] < low
        || (rising && i > 0 && values[i] <= values[i - 1]))
      {
        g_autofree gchar *quoted = pnyx_message_quote (cells[i]);

        pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reader->place, "bad %s %s (expected %s)",
                           name, quoted, rising ? "numbers that rise, from 0 on" : "a number");
        return FALSE;
      }
  *n = length;
  return TRUE;
}

static gboolean
read_values (Reader *reader, PnyxPolicy *policy, GError **error)
{
  for (guint v = 0; v < policy->n_volatility; v++)
    for (guint u = 0; u < policy->n_utilisation; u++)
      {
        g_autofree gchar *name = g_strdup_printf ("value,%u,%u", v, u);
        guint n = policy->n_actions;

        if (!read_list (reader, name, -G_MAXDOUBLE, FALSE, &n, policy->values[v][u], error))
          return FALSE;
        if (n == policy->n_actions)
          continue;
        pnyx_set_error_at (error, PNYX_ERROR_MISSING, &reader->place,
                           "%u values (expected one for each of %u actions)", n, policy->n_actions);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_all (Reader *reader, PnyxPolicy *policy, GError **error)
{
  guint n = 1;
  gdouble version;

  if (!read_list (reader, "pnyx-policy,lending", 1, TRUE, &n, &version, error))
    return FALSE;
  if (n != 1 || version > FORMAT_VERSION)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &reader->place,
                         "a policy of another format (expected pnyx-policy,lending,%d)",
                         FORMAT_VERSION);
      return FALSE;
    }
  policy->n_volatility = policy->n_utilisation = PNYX_POLICY_CLASSES_MAX - 1;
  policy->n_actions = PNYX_POLICY_ACTIONS_MAX;
  if (!read_list (reader, "volatility", 0, TRUE, &policy->n_volatility, policy->volatility, error)
      || !read_list (reader, "utilisation", 0, TRUE, &policy->n_utilisation, policy->utilisation,
                     error)
      || !read_list (reader, "action", 0, TRUE, &policy->n_actions, policy->actions, error))
    return FALSE;
  policy->n_volatility++;
  policy->n_utilisation++;
  if (policy->n_actions >= 1)
    return read_values (reader, policy, error);
  pnyx_set_error_at (error, PNYX_ERROR_MISSING, &reader->place,
                     "no action (expected one at least)");
  return FALSE;
}

gboolean
pnyx_policy_parse (const gchar *text, const gchar *path, PnyxPolicy *policy, GError **error)
{
  g_autofree gchar *own = g_strdup (text);
  Reader reader = { .rest = own, .place = { .file = path } };
  const gchar *line;

  *policy = (PnyxPolicy){ 0 };
  if (!read_all (&reader, policy, error))
    return FALSE;
  while ((line = strsep (&reader.rest, "\n")) != NULL)
    {
      reader.place.line++;
      if (*line != '\0')
        {
          pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reader.place,
                             "more than the policy's classes have (expected its end)");
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
pnyx_policy_read (const gchar *path, PnyxPolicy *policy, GError **error)
{
  PnyxPlace place = { .file = path };
  g_autofree gchar *text = NULL;
  GError *reason = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &reason))
    {
      if (strlen (text) == length)
        return pnyx_policy_parse (text, path, policy, error);
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "a zero byte (expected text)");
      return FALSE;
    }
  pnyx_set_error_at (error, PNYX_ERROR_IO, &place, "%s (expected a policy)", reason->message);
  g_error_free (reason);
  return FALSE;
}
