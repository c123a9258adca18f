/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader of JSON (RFC 8259) by recursive descent that keeps no tree: each text, number or word is
 * told with the member of the root it is in and its own name.
 */
#include "figure/facts.h"

#include <string.h>

#include "base/error.h"

#define DEPTH_MAX 32
#define FAILED "failed_runs"

typedef struct
{
  const gchar *at;
  guint depth;
  PnyxFacts *facts;
  gchar *root;       /* owned: the member of the root */
  PnyxFailedRun run; /* the one that is being read */
} Reader;

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

/* Behind the backslash. Half of a pair of surrogates becomes U+FFFD. */
static gboolean
read_escape (Reader *reader, GString *text)
{
  static const gchar letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const gchar *found = *reader->at == '\0' ? NULL : strchr (letters, *reader->at);
  gunichar unit, low;

  if (found != NULL)
    {
      g_string_append_c (text, meanings[found - letters]);
      reader->at++;
      return TRUE;
    }
  if (*reader->at++ != 'u' || !read_unit (reader, &unit))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00 && reader->at[0] == '\\' && reader->at[1] == 'u')
    {
      reader->at += 2;
      if (!read_unit (reader, &low))
        return FALSE;
      unit = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                                           : 0xfffd;
    }
  g_string_append_unichar (text, unit == 0 || (unit >= 0xd800 && unit < 0xe000) ? 0xfffd : unit);
  return TRUE;
}

static gchar *
read_text (Reader *reader)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!read_char (reader, '"'))
    return NULL;
  while (*reader->at != '"')
    {
      if ((guchar)*reader->at < 0x20)
        return NULL;
      if (*reader->at != '\\')
        g_string_append_c (text, *reader->at++);
      else
        {
          reader->at++;
          if (!read_escape (reader, text))
            return NULL;
        }
    }
  reader->at++;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A number, true, false or null, as it stands. */
static gchar *
read_word (Reader *reader)
{
  const gchar *begin = reader->at;

  while (g_ascii_isalnum (*reader->at) || (*reader->at != '\0' && strchr ("+-.", *reader->at)))
    reader->at++;
  return reader->at == begin ? NULL : g_strndup (begin, (gsize)(reader->at - begin));
}

/* ---- What is kept ---- */

static void
clear_run (gpointer data)
{
  PnyxFailedRun *run = data;

  g_free (run->point);
  g_free (run->replicate);
  g_free (run->message);
}

static void
end_run (Reader *reader)
{
  g_array_append_val (reader->facts->failed, reader->run);
  memset (&reader->run, 0, sizeof reader->run);
}

/* A member of an object in the array of failed runs. */
static void
tell_run (Reader *reader, const gchar *name, gchar *value)
{
  gchar **field = g_str_equal (name, "point")       ? &reader->run.point
                  : g_str_equal (name, "replicate") ? &reader->run.replicate
                  : g_str_equal (name, "message")   ? &reader->run.message
                                                    : NULL;

  if (field != NULL && *field == NULL)
    *field = value;
  else
    g_free (value);
}

/* @value is owned. */
static void
tell (Reader *reader, const gchar *name, gchar *value)
{
  PnyxFacts *facts = reader->facts;

  if (reader->depth == 1)
    {
      g_ptr_array_add (facts->keys, g_strdup (name));
      g_ptr_array_add (facts->values, value);
    }
  else if (reader->depth == 2 && g_str_equal (reader->root, "libraries"))
    g_ptr_array_add (facts->libraries, value);
  else if (reader->depth == 3 && g_str_equal (reader->root, "inputs")
           && (g_str_equal (name, "file") || g_str_equal (name, "sha256")))
    g_ptr_array_add (*name == 'f' ? facts->files : facts->sums, value);
  else if (reader->depth == 3 && g_str_equal (reader->root, FAILED))
    tell_run (reader, name, value);
  else
    g_free (value);
}

/* ---- Structure ---- */

static gboolean read_value (Reader *reader, const gchar *name);

static gboolean
read_object (Reader *reader)
{
  gboolean first = TRUE;

  reader->depth++;
  while (first || read_char (reader, ','))
    {
      g_autofree gchar *name = NULL;

      if (first && read_char (reader, '}'))
        break;
      first = FALSE;
      name = read_text (reader);
      if (name == NULL || !read_char (reader, ':'))
        return FALSE;
      if (reader->depth == 1)
        {
          g_free (reader->root);
          reader->root = g_strdup (name);
        }
      if (!read_value (reader, name))
        return FALSE;
      skip_blanks (reader);
      if (*reader->at == '}')
        {
          reader->at++;
          break;
        }
      if (*reader->at != ',')
        return FALSE;
    }
  if (reader->depth == 3 && g_str_equal (reader->root, FAILED))
    end_run (reader);
  reader->depth--;
  return TRUE;
}

static gboolean
read_array (Reader *reader)
{
  reader->depth++;
  if (!read_char (reader, ']'))
    do
      if (!read_value (reader, ""))
        return FALSE;
    while (read_char (reader, ','));
  else
    {
      reader->depth--;
      return TRUE;
    }
  reader->depth--;
  return read_char (reader, ']');
}

static gboolean
read_value (Reader *reader, const gchar *name)
{
  gchar *value;

  skip_blanks (reader);
  if (reader->depth == DEPTH_MAX)
    return FALSE;
  if (*reader->at == '{' || *reader->at == '[')
    return *reader->at++ == '{' ? read_object (reader) : read_array (reader);
  value = *reader->at == '"' ? read_text (reader) : read_word (reader);
  if (value == NULL)
    return FALSE;
  tell (reader, name, value);
  return TRUE;
}

static PnyxFacts *
facts_new (void)
{
  PnyxFacts *facts = g_new0 (PnyxFacts, 1);

  facts->keys = g_ptr_array_new_with_free_func (g_free);
  facts->values = g_ptr_array_new_with_free_func (g_free);
  facts->libraries = g_ptr_array_new_with_free_func (g_free);
  facts->files = g_ptr_array_new_with_free_func (g_free);
  facts->sums = g_ptr_array_new_with_free_func (g_free);
  facts->failed = g_array_new (FALSE, FALSE, sizeof (PnyxFailedRun));
  g_array_set_clear_func (facts->failed, clear_run);
  return facts;
}

void
pnyx_facts_free (PnyxFacts *facts)
{
  if (facts == NULL)
    return;
  g_ptr_array_unref (facts->keys);
  g_ptr_array_unref (facts->values);
  g_ptr_array_unref (facts->libraries);
  g_ptr_array_unref (facts->files);
  g_ptr_array_unref (facts->sums);
  g_array_unref (facts->failed);
  g_free (facts);
}

static gboolean
parse (PnyxFacts *facts, const gchar *json)
{
  Reader reader = { .at = json, .facts = facts };
  gboolean good;

  good = read_char (&reader, '{') && read_object (&reader);
  skip_blanks (&reader);
  good = good && *reader.at == '\0' && facts->files->len == facts->sums->len;
  clear_run (&reader.run);
  g_free (reader.root);
  return good;
}

PnyxFacts *
pnyx_facts_read (const gchar *folder, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, "manifest.json", NULL);
  g_autofree gchar *json = NULL;
  g_autoptr (PnyxFacts) facts = facts_new ();
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (!g_file_get_contents (path, &json, &length, &failure))
    {
      if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                     "%s: there is no such file (expected a results folder)", path);
      else
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
      return NULL;
    }
  if (strlen (json) == length && g_utf8_validate (json, (gssize)length, NULL)
      && parse (facts, json))
    return g_steal_pointer (&facts);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s: is not a manifest of pnyx (expected the JSON that a run writes)", path);
  return NULL;
}

const gchar *
pnyx_facts_get (const PnyxFacts *facts, const gchar *key)
{
  for (guint i = 0; i < facts->keys->len; i++)
    if (g_str_equal (g_ptr_array_index (facts->keys, i), key))
      return g_ptr_array_index (facts->values, i);
  return "";
}
