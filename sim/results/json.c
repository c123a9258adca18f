/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader by recursive descent over a NUL-terminated text; nothing is built but the leaf at hand.
 */
#include "results/json.h"

#include <string.h>

#define DEPTH_MAX 33 /* the root, and 32 below it */

typedef struct
{
  const gchar *at;
  guint depth;
  GString *root; /* the member of the root */
  void (*visit) (const PnyxJsonLeaf *leaf, gpointer user);
  gpointer user;
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

static void
tell (const Reader *reader, const gchar *name, const gchar *value, gboolean is_text)
{
  const PnyxJsonLeaf leaf = { .depth = reader->depth,
                              .root = reader->root->str,
                              .name = name,
                              .value = value,
                              .is_text = is_text };

  reader->visit (&leaf, reader->user);
}

static gboolean read_value (Reader *reader, const gchar *name);

static gboolean
read_array (Reader *reader)
{
  if (read_char (reader, ']'))
    return TRUE;
  do
    if (!read_value (reader, ""))
      return FALSE;
  while (read_char (reader, ','));
  return read_char (reader, ']');
}

/* After the opening brace. */
static gboolean
read_object (Reader *reader)
{
  if (read_char (reader, '}'))
    return TRUE;
  do
    {
      g_autoptr (GString) name = g_string_new (NULL);

      if (!read_text (reader, name) || !read_char (reader, ':'))
        return FALSE;
      if (reader->depth == 1)
        g_string_assign (reader->root, name->str);
      if (!read_value (reader, name->str))
        return FALSE;
    }
  while (read_char (reader, ','));
  return read_char (reader, '}');
}

static gboolean
read_leaf (Reader *reader, const gchar *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_text = *reader->at == '"';
  const gchar *begin = reader->at;

  if (is_text ? !read_text (reader, text)
              : !(*reader->at == '-' || g_ascii_isdigit (*reader->at) ? read_number (reader)
                                                                      : read_word (reader)))
    return FALSE;
  if (!is_text)
    g_string_append_len (text, begin, reader->at - begin);
  tell (reader, name, text->str, is_text);
  return TRUE;
}

static gboolean
read_value (Reader *reader, const gchar *name)
{
  gboolean object, good;

  skip_blanks (reader);
  if (*reader->at != '{' && *reader->at != '[')
    return read_leaf (reader, name);
  if (++reader->depth > DEPTH_MAX)
    return FALSE;
  object = *reader->at++ == '{';
  good = object ? read_object (reader) : read_array (reader);
  if (good && object)
    tell (reader, name, NULL, FALSE);
  reader->depth--;
  return good;
}

gboolean
pnyx_json_walk (const gchar *json, void (*visit) (const PnyxJsonLeaf *leaf, gpointer user),
                gpointer user)
{
  g_autoptr (GString) root = g_string_new (NULL);
  Reader reader = { .at = json, .root = root, .visit = visit, .user = user };

  skip_blanks (&reader);
  if (*reader.at != '{' || !read_value (&reader, ""))
    return FALSE;
  skip_blanks (&reader);
  return *reader.at == '\0';
}

typedef struct
{
  const gchar *key;
  gchar **found;
} Search;

static void
find_text (const PnyxJsonLeaf *leaf, gpointer user)
{
  const Search *search = user;

  if (leaf->depth == 1 && leaf->is_text && *search->found == NULL
      && g_str_equal (leaf->name, search->key))
    *search->found = g_strdup (leaf->value);
}

gboolean
pnyx_json_text (const gchar *json, const gchar *key, gchar **found)
{
  Search search = { key, found };

  *found = NULL;
  if (pnyx_json_walk (json, find_text, &search))
    return TRUE;
  g_clear_pointer (found, g_free);
  return FALSE;
}
