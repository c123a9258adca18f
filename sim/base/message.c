/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/message.h"

#include <string.h>

/* Optimal string alignment: Levenshtein's distance with swaps of neighbours, three rows kept. */

#define SUGGEST_LENGTH_MAX 64
#define QUOTE_LENGTH_MAX 60

static guint
edit_distance (const gchar *a, gsize a_length, const gchar *b, gsize b_length)
{
  guint rows[3][SUGGEST_LENGTH_MAX + 1];
  guint *before = rows[0], *above = rows[1], *row = rows[2];

  for (guint j = 0; j <= b_length; j++)
    above[j] = j;
  for (guint i = 1; i <= a_length; i++)
    {
      guint *oldest = before;

      row[0] = i;
      for (guint j = 1; j <= b_length; j++)
        {
          gchar x = g_ascii_tolower (a[i - 1]), y = g_ascii_tolower (b[j - 1]);

          row[j] = MIN (MIN (above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
          if (i > 1 && j > 1 && x == g_ascii_tolower (b[j - 2]) && y == g_ascii_tolower (a[i - 2]))
            row[j] = MIN (row[j], before[j - 2] + 1);
        }
      before = above;
      above = row;
      row = oldest;
    }
  return above[b_length];
}

const gchar *
pnyx_suggest (const gchar *name, const gchar *const *names)
{
  gsize length = strlen (name);
  const gchar *nearest = NULL;
  guint nearest_distance = G_MAXUINT;

  if (length > SUGGEST_LENGTH_MAX)
    return NULL;
  for (; names != NULL && *names != NULL; names++)
    {
      gsize other = strlen (*names);
      guint distance;

      if (other > SUGGEST_LENGTH_MAX)
        continue;
      distance = edit_distance (name, length, *names, other);
      if (distance <= MAX (1, MAX (length, other) / 3) && distance < MAX (length, other)
          && distance < nearest_distance)
        {
          nearest = *names;
          nearest_distance = distance;
        }
    }
  return nearest;
}

gchar *
pnyx_suggest_clause (const gchar *name, const gchar *const *names)
{
  const gchar *nearest = pnyx_suggest (name, names);
  g_autofree gchar *quoted = nearest == NULL ? NULL : pnyx_message_quote (nearest);

  return nearest == NULL ? g_strdup ("") : g_strdup_printf ("; did you mean %s?", quoted);
}

gchar *
pnyx_message_quote (const gchar *text)
{
  g_autofree gchar *valid = NULL;
  GString *quote = g_string_new ("\"");
  gsize length = strnlen (text, 4 * QUOTE_LENGTH_MAX + 4);
  guint n = 0;

  valid = g_utf8_make_valid (text, (gssize)length);
  for (gchar *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (n++ == QUOTE_LENGTH_MAX)
        {
          g_string_append (quote, "...");
          break;
        }
      g_string_append_unichar (quote, g_unichar_isprint (c) ? c : ' ');
    }
  g_string_append_c (quote, '"');
  return g_string_free (quote, FALSE);
}

gchar *
pnyx_message_clean (gchar *text)
{
  for (gchar *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && *p != '\n')
      *p = '?';
    else if ((guchar)*p == 0xc2 && (guchar)p[1] >= 0x80 && (guchar)p[1] < 0xa0)
      p[0] = p[1] = '?';
  return text;
}
