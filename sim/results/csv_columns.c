/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/table.h"
#include "results/csv_priv.h"

void
pnyx_columns_init (PnyxColumns *columns)
{
  columns->columns = g_array_new (FALSE, FALSE, sizeof (PnyxColumn));
  columns->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  columns->texts = g_string_chunk_new (4096);
}

void
pnyx_columns_clear (PnyxColumns *columns)
{
  g_array_unref (columns->columns);
  g_hash_table_unref (columns->index);
  g_string_chunk_free (columns->texts);
}

static guint
columns_add (PnyxColumns *columns, const PnyxColumn *column, gchar *key)
{
  PnyxColumn own = { .scope = g_string_chunk_insert_const (columns->texts, column->scope),
                     .metric = g_string_chunk_insert_const (columns->texts, column->metric),
                     .unit = column->unit == NULL
                                 ? NULL
                                 : g_string_chunk_insert_const (columns->texts, column->unit) };

  g_array_append_val (columns->columns, own);
  g_hash_table_insert (columns->index, key, GUINT_TO_POINTER (columns->columns->len));
  return columns->columns->len - 1;
}

guint
pnyx_columns_find (PnyxColumns *columns, guint guess, const gchar *scope, const gchar *metric,
                   const gchar *unit)
{
  const PnyxColumn column = { .scope = scope, .metric = metric, .unit = unit };
  const PnyxColumn *guessed;
  gchar *key;
  guint found;

  guessed
      = guess < columns->columns->len ? &g_array_index (columns->columns, PnyxColumn, guess) : NULL;
  if (guessed != NULL && g_str_equal (guessed->metric, metric)
      && g_str_equal (guessed->scope, scope))
    return guess;
  key = g_strconcat (scope, "\n", metric, NULL);
  found = GPOINTER_TO_UINT (g_hash_table_lookup (columns->index, key));
  if (found == 0)
    return columns_add (columns, &column, key);
  g_free (key);
  return found - 1;
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
  pnyx_draft_number (draft, value);
}

void
pnyx_csv_comma (PnyxDraft *draft)
{
  pnyx_draft_text (draft, ",");
}
