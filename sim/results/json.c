/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader by recursive descent over a NUL-terminated text; nothing is built but the one text. */
#include "results/json.h"

#include <string.h>

#define DEPTH_MAX 32

typedef struct
{
  const gchar *at;
  guint depth;
} Reader;

void
pnyx_json_append_text (GString *json, const gchar *text)
{
  g_autofree gchar *valid = NULL;

  if (text == NULL)
    {
      g_string_append (json, "null");
      return;
    }
  valid = g_utf8_make_valid (text, -1);
  g_string_append_c (json, '"');
  for (const gchar *p = valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p);
      else if ((guchar)*p < 0x20 || *p == 0x7f)
        g_string_append_printf (json, "\\u%04x", (guint)(guchar)*p);
      else
        g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}

static void
skip_blanks (Reader *reader)
{
  while (*reader->at != '\0' && strchr (" \t\r\n", *reader->at) != NULL)
    reader->at++;
}

static gboolean
read_char (Reader *reader, gchar expected)
{
  skip_blanks (reader);
  if (*reader->at != expected)
    return FALSE;
  reader->at++;
  return TRUE;
}

/* Four hexadecimal digits of a code unit. */
static gboolean
read_unit (Reader *reader, gunichar *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++, reader->at++)
    {
      if (!g_ascii_isxdigit (*reader->at))
        return FALSE;
      *unit = *unit * 16 + (gunichar)g_ascii_xdigit_value (*reader->at);
    }
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *text)
{
  static const gchar letters[] = "\"\\/bfnrt";
  static const gchar meanings[] = "\"\\/\b\f\n\r\t";
  gchar letter = *reader->at++;
  const gchar *found = letter == '\0' ? NULL : strchr (letters, letter);
  gunichar unit, low;

  if (found != NULL)
    g_string_append_c (text, meanings[found - letters]);
  if (found != NULL || letter != 'u')
    return found != NULL;
  if (!read_unit (reader, &unit) || unit == 0)
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00)
    {
      if (*reader->at++ != '\\' || *reader->at++ != 'u' || !read_unit (reader, &low) || low < 0xdc00
          || low > 0xdfff)
        return FALSE;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (unit >= 0xdc00 && unit <= 0xdfff)
    return FALSE;
  g_string_append_unichar (text, unit);
  return TRUE;
}

static gboolean
read_text (Reader *reader, GString *text)
{
  if (!read_char (reader, '"'))
    return FALSE;
  while (*reader->at != '"')
    {
      if ((guchar)*reader->at < 0x20)
        return FALSE;
      if (*reader->at != '\\')
        g_string_append_c (text, *reader->at++);
      else
        {
          reader->at++;
          if (*reader->at == '\0' || !read_escape (reader, text))
            return FALSE;
        }
    }
  reader->at++;
  return TRUE;
}

static gboolean
read_digits (Reader *reader)
{
  const gchar *begin = reader->at;

  while (g_ascii_isdigit (*reader->at))
    reader->at++;
  return reader->at > begin;
}

static gboolean
read_number (Reader *reader)
{
  if (*reader->at == '-')
    reader->at++;
  if (*reader->at == '0')
    reader->at++;
  else if (!read_digits (reader))
    return FALSE;
  if (*reader->at == '.')
    {
      reader->at++;
      if (!read_digits (reader))
        return FALSE;
    }
  if (*reader->at == 'e' || *reader->at == 'E')
    {
      reader->at++;
      if (*reader->at == '+' || *reader->at == '-')
        reader->at++;
      return read_digits (reader);
    }
  return TRUE;
}

static gboolean
read_word (Reader *reader)
{
  static const gchar *const words[] = { "true", "false", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (reader->at, words[i]))
      {
        reader->at += strlen (words[i]);
        return TRUE;
      }
  return FALSE;
}

static gboolean read_value (Reader *reader, GString *text);

static gboolean
read_array (Reader *reader)
{
  g_autoptr (GString) ignored = g_string_new (NULL);

  if (read_char (reader, ']'))
    return TRUE;
  do
    if (!read_value (reader, ignored))
      return FALSE;
  while (read_char (reader, ','));
  return read_char (reader, ']');
}

/* After the opening brace. @found is set to the first text named @key where both are given. */
static gboolean
read_object (Reader *reader, const gchar *key, gchar **found)
{
  if (read_char (reader, '}'))
    return TRUE;
  do
    {
      g_autoptr (GString) name = g_string_new (NULL);
      g_autoptr (GString) value = g_string_new (NULL);
      gboolean is_text;

      if (!read_text (reader, name) || !read_char (reader, ':'))
        return FALSE;
      skip_blanks (reader);
      is_text = *reader->at == '"';
      if (!read_value (reader, value))
        return FALSE;
      if (key != NULL && is_text && *found == NULL && g_str_equal (name->str, key))
        *found = g_strdup (value->str);
    }
  while (read_char (reader, ','));
  return read_char (reader, '}');
}

static gboolean
read_value (Reader *reader, GString *text)
{
  gboolean good;

  skip_blanks (reader);
  if (*reader->at == '"')
    return read_text (reader, text);
  if (*reader->at != '{' && *reader->at != '[')
    return *reader->at == '-' || g_ascii_isdigit (*reader->at) ? read_number (reader)
                                                               : read_word (reader);
  if (++reader->depth > DEPTH_MAX)
    return FALSE;
  good = *reader->at++ == '{' ? read_object (reader, NULL, NULL) : read_array (reader);
  reader->depth--;
  return good;
}

gboolean
pnyx_json_text (const gchar *json, const gchar *key, gchar **found)
{
  Reader reader = { .at = json };

  *found = NULL;
  if (read_char (&reader, '{') && read_object (&reader, key, found))
    {
      skip_blanks (&reader);
      if (*reader.at == '\0')
        return TRUE;
    }
  g_clear_pointer (found, g_free);
  return FALSE;
}
