/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of the manifest what a report shows: every text, number or word, sorted by where it stands. */
#include "figure/facts.h"

#include <string.h>

#include "base/error.h"
#include "results/json.h"
#include "results/own_file.h"

#define FAILED "failed_runs"
#define KEPT_MAX (1 << 20) /* members and failed runs: a stranger may have made the file */

typedef struct
{
  PnyxFacts *facts;
  PnyxFailedRun run; /* the one that is being read */
  guint n_kept;
} Reader;

static void
clear_run (gpointer data)
{
  PnyxFailedRun *run = data;

  g_free (run->point);
  g_free (run->replicate);
  g_free (run->message);
}

/* A member of an object in the array of failed runs. */
static void
tell_run (Reader *reader, const PnyxJsonLeaf *leaf)
{
  gchar **field = g_str_equal (leaf->name, "point")       ? &reader->run.point
                  : g_str_equal (leaf->name, "replicate") ? &reader->run.replicate
                  : g_str_equal (leaf->name, "message")   ? &reader->run.message
                                                          : NULL;

  if (field != NULL && *field == NULL)
    *field = g_strdup (leaf->value);
}

static void
end_object (Reader *reader, const PnyxJsonLeaf *leaf)
{
  if (leaf->depth != 3 || !g_str_equal (leaf->root, FAILED))
    return;
  g_array_append_val (reader->facts->failed, reader->run);
  memset (&reader->run, 0, sizeof reader->run);
}

static void
tell (const PnyxJsonLeaf *leaf, gpointer user)
{
  Reader *reader = user;
  PnyxFacts *facts = reader->facts;

  if (leaf->depth > 3 || reader->n_kept == KEPT_MAX)
    return;
  if (leaf->value == NULL || leaf->depth < 3 || g_str_equal (leaf->root, "inputs"))
    reader->n_kept++;
  if (leaf->value == NULL)
    end_object (reader, leaf);
  else if (leaf->depth == 1)
    {
      g_ptr_array_add (facts->keys, g_strdup (leaf->name));
      g_ptr_array_add (facts->values, g_strdup (leaf->value));
    }
  else if (leaf->depth == 2 && g_str_equal (leaf->root, "libraries"))
    g_ptr_array_add (facts->libraries, g_strdup (leaf->value));
  else if (leaf->depth == 3 && g_str_equal (leaf->root, "inputs")
           && (g_str_equal (leaf->name, "file") || g_str_equal (leaf->name, "sha256")))
    g_ptr_array_add (*leaf->name == 'f' ? facts->files : facts->sums, g_strdup (leaf->value));
  else if (leaf->depth == 3 && g_str_equal (leaf->root, FAILED))
    tell_run (reader, leaf);
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
  Reader reader = { .facts = facts };
  gboolean good = pnyx_json_walk (json, tell, &reader) && reader.n_kept < KEPT_MAX
                  && facts->files->len == facts->sums->len;

  clear_run (&reader.run);
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

  if (!pnyx_own_file_get (path, &json, &length, &failure))
    {
      if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                     "%s: there is no such file (expected a results folder)", path);
      else
        g_set_error (error, PNYX_ERROR, pnyx_own_file_code (failure), "%s", failure->message);
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
