/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/number.h"
#include "base/table.h"
#include "results/csv_priv.h"

gboolean
pnyx_csv_run_counts (const PnyxRunResult *run)
{
  return !run->failed && run->output != NULL;
}

/* The first run at or after @from that is not of @point. */
gsize
pnyx_csv_point_end (const PnyxResults *results, guint point, gsize from)
{
  while (from < results->n_runs && results->runs[from]->point == point)
    from++;
  return from;
}

void
pnyx_columns_init (PnyxColumns *columns)
{
  columns->columns = g_array_new (FALSE, FALSE, sizeof (PnyxColumn));
  columns->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
pnyx_columns_clear (PnyxColumns *columns)
{
  g_array_unref (columns->columns);
  g_hash_table_unref (columns->index);
}

guint
pnyx_columns_find (PnyxColumns *columns, const gchar *scope, const gchar *metric, const gchar *unit)
{
  gchar *key = g_strdup_printf ("%s\n%s", scope, metric);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (columns->index, key));
  PnyxColumn column = { .scope = scope, .metric = metric, .unit = unit };

  if (found > 0)
    {
      g_free (key);
      return found - 1;
    }
  g_array_append_val (columns->columns, column);
  g_hash_table_insert (columns->index, key, GUINT_TO_POINTER (columns->columns->len));
  return columns->columns->len - 1;
}

void
pnyx_csv_text (PnyxDraft *draft, const gchar *text)
{
  g_autofree gchar *quoted = pnyx_csv_quote (text);

  pnyx_draft_text (draft, quoted);
}

void
pnyx_csv_unsigned (PnyxDraft *draft, guint64 value)
{
  gchar text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, value);
  pnyx_draft_text (draft, text);
}

void
pnyx_csv_number (PnyxDraft *draft, gdouble value)
{
  gchar text[PNYX_NUMBER_BUFFER];

  pnyx_draft_text (draft, pnyx_number_format (text, value));
}

void
pnyx_csv_comma (PnyxDraft *draft)
{
  pnyx_draft_text (draft, ",");
}
