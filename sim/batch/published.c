/* SPDX-License-Identifier: GPL-3.0-or-later */
/* published.csv: numbers with the digits that were printed. */
#include "batch/published.h"

#include <math.h>
#include <string.h>

#include "base/message.h"
#include "base/number.h"
#include "results/frame.h"

#define FRACTION_ERROR 1e-12 /* of its value: what double precision leaves of a fraction */
#define EXPONENT_MAX 100000  /* far beyond what a double has */
#define ROUNDING 1e-9        /* of half a unit: a value that lies half-way may be either */

static const gchar *const status_names[] = { "read", "digitised", "derived", NULL };

const gchar *
pnyx_published_status_name (PnyxPublishedStatus status)
{
  return status_names[status];
}

static gboolean
parse_fraction (const gchar *text, const gchar *slash, PnyxPrinted *printed)
{
  g_autofree gchar *above = g_strndup (text, (gsize)(slash - text));
  gdouble numerator, denominator;

  if (!pnyx_number_parse (above, &numerator) || !pnyx_number_parse (slash + 1, &denominator)
      || !(denominator > 0))
    return FALSE;
  printed->value = numerator / denominator;
  printed->half = fabs (printed->value) * FRACTION_ERROR;
  return isfinite (printed->value);
}

gboolean
pnyx_printed_parse (const gchar *text, PnyxPrinted *printed)
{
  const gchar *slash = strchr (text, '/');
  const gchar *point = strchr (text, '.');
  gsize mantissa = strcspn (text, "eE");
  gint64 exponent = 0;

  if (slash != NULL)
    return parse_fraction (text, slash, printed);
  if (!pnyx_number_parse (text, &printed->value))
    return FALSE;
  if (text[mantissa] != '\0')
    exponent = g_ascii_strtoll (text + mantissa + 1, NULL, 10);
  exponent = CLAMP (exponent, -EXPONENT_MAX, EXPONENT_MAX);
  if (point != NULL)
    exponent -= (gint64)(mantissa - (gsize)(point - text)) - 1;
  printed->half = 0.5 * pow (10, (gdouble)exponent);
  /* "0e999" is a number, but everything would agree with it. */
  return isfinite (printed->half);
}

gboolean
pnyx_printed_agrees (const PnyxPrinted *printed, gdouble value)
{
  return fabs (value - printed->value) <= printed->half * (1 + ROUNDING);
}

static void
free_published (gpointer data)
{
  PnyxPublished *row = data;

  g_free (row->id);
  g_free (row->where);
  g_free (row->quantity);
  g_free (row->unit);
  g_free (row->value);
  g_free (row->tolerance);
  g_free (row->printed);
  g_free (row);
}

typedef struct
{
  const PnyxFrame *frame;
  gint id, where, quantity, value, unit, status, tolerance;
} Columns;

static gboolean
find_columns (const PnyxFrame *frame, Columns *columns, GError **error)
{
  struct
  {
    const gchar *name;
    gint *column;
  } wanted[] = { { "id", &columns->id },
                 { "where", &columns->where },
                 { "quantity", &columns->quantity },
                 { "value", &columns->value },
                 { "unit", &columns->unit },
                 { "status", &columns->status },
                 { "tolerance", &columns->tolerance } };

  columns->frame = frame;
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      *wanted[i].column = pnyx_frame_require (frame, wanted[i].name, error);
      if (*wanted[i].column < 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse_values (PnyxPublished *row, GError **error)
{
  g_auto (GStrv) tokens = g_strsplit (row->value, " ", PNYX_PUBLISHED_VALUES_MAX + 1);

  if (g_strv_length (tokens) > PNYX_PUBLISHED_VALUES_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &row->place,
                         "too many values (expected at most %d)", PNYX_PUBLISHED_VALUES_MAX);
      return FALSE;
    }
  row->n_printed = g_strv_length (tokens);
  row->printed = g_new0 (PnyxPrinted, row->n_printed);
  for (gsize i = 0; i < row->n_printed; i++)
    if (!pnyx_printed_parse (tokens[i], &row->printed[i]))
      {
        g_autofree gchar *quoted = pnyx_message_quote (tokens[i]);

        pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &row->place,
                           "%s is no number as printed (expected such as 0.0509779, 5.02e-2 or "
                           "7/30; several separated by one blank)",
                           quoted);
        return FALSE;
      }
  if (row->n_printed > 0)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &row->place,
                     "value is empty (expected the number as printed)");
  return FALSE;
}

static gboolean
parse_status (PnyxPublished *row, const gchar *text, GError **error)
{
  g_autofree gchar *quoted = NULL;

  for (guint i = 0; status_names[i] != NULL; i++)
    if (g_str_equal (text, status_names[i]))
      {
        row->status = (PnyxPublishedStatus)i;
        return TRUE;
      }
  quoted = pnyx_message_quote (text);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &row->place,
                     "unknown status %s (expected read, digitised or derived)", quoted);
  return FALSE;
}

static gboolean
parse_tolerance (PnyxPublished *row, GError **error)
{
  g_autofree gchar *quoted = NULL;

  row->tolerance_value = NAN;
  if (*row->tolerance == '\0'
      || (pnyx_number_parse (row->tolerance, &row->tolerance_value) && row->tolerance_value >= 0))
    return TRUE;
  quoted = pnyx_message_quote (row->tolerance);
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &row->place,
                     "tolerance %s is no number of at least 0 (expected one, or nothing)", quoted);
  return FALSE;
}

static PnyxPublished *
read_row (const Columns *columns, gsize i, const gchar *shown)
{
  PnyxPublished *row = g_new0 (PnyxPublished, 1);

  row->place = (PnyxPlace){ .file = shown, .line = (guint)i + 2 };
  row->id = g_strdup (pnyx_frame_text (columns->frame, i, columns->id));
  row->where = g_strdup (pnyx_frame_text (columns->frame, i, columns->where));
  row->quantity = g_strdup (pnyx_frame_text (columns->frame, i, columns->quantity));
  row->value = g_strdup (pnyx_frame_text (columns->frame, i, columns->value));
  row->unit = g_strdup (pnyx_frame_text (columns->frame, i, columns->unit));
  row->tolerance = g_strdup (pnyx_frame_text (columns->frame, i, columns->tolerance));
  return row;
}

static gboolean
check_id (const GPtrArray *rows, const PnyxPublished *row, GError **error)
{
  if (*row->id == '\0')
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &row->place, "id is empty (expected a name)");
      return FALSE;
    }
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (((const PnyxPublished *)g_ptr_array_index (rows, i))->id, row->id))
      {
        g_autofree gchar *quoted = pnyx_message_quote (row->id);

        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &row->place,
                           "a second %s (expected each id once)", quoted);
        return FALSE;
      }
  return TRUE;
}

GPtrArray *
pnyx_published_read (const gchar *path, GError **error)
{
  g_autoptr (PnyxFrame) frame = pnyx_frame_read (path, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_published);
  const gchar *shown = g_intern_string (path);
  Columns columns;

  if (frame == NULL || !find_columns (frame, &columns, error))
    return NULL;
  for (gsize i = 0; i < pnyx_frame_n_rows (frame); i++)
    {
      PnyxPublished *row = read_row (&columns, i, shown);
      gboolean good = check_id (rows, row, error) && parse_values (row, error)
                      && parse_status (row, pnyx_frame_text (frame, i, columns.status), error)
                      && parse_tolerance (row, error);

      g_ptr_array_add (rows, row);
      if (!good)
        return NULL;
    }
  return g_steal_pointer (&rows);
}
