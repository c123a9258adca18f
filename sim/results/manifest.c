/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/manifest.h"

#include <string.h>

#include "base/message.h"
#include "base/number.h"
#include "results/draft.h"
#include "results/json.h"
#include "results/own_file.h"

#define FILE_NAME "manifest.json"

static const gchar *const status_names[] = { NULL, "interrupted", "failed", "finished" };

const gchar *
pnyx_status_name (PnyxStatus status)
{
  return status_names[status];
}

/* ---- Writing ---- */

static void
append_key (GString *json, const gchar *key)
{
  g_string_append (json, json->len == 1 ? "\n  " : ",\n  ");
  pnyx_json_append_text (json, key);
  g_string_append (json, ": ");
}

static void
append_text (GString *json, const gchar *key, const gchar *text)
{
  append_key (json, key);
  pnyx_json_append_text (json, text);
}

/* Beyond 2^53 many readers of JSON lose digits, but not the text. */
static void
append_count (GString *json, const gchar *key, guint64 value)
{
  append_key (json, key);
  g_string_append_printf (json, "%" G_GUINT64_FORMAT, value);
}

static void
append_seconds (GString *json, const gchar *key, gdouble value)
{
  gchar text[PNYX_NUMBER_BUFFER];

  append_key (json, key);
  g_string_append (json, value >= 0 && value < 1e18 ? pnyx_number_format (text, value) : "null");
}

static void
append_texts (GString *json, const gchar *key, const gchar *const *texts)
{
  append_key (json, key);
  g_string_append_c (json, '[');
  for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      g_string_append (json, i == 0 ? "" : ", ");
      pnyx_json_append_text (json, texts[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_inputs (GString *json, const gchar *const *inputs)
{
  append_key (json, "inputs");
  g_string_append_c (json, '[');
  for (gsize i = 0; inputs != NULL && inputs[i] != NULL; i += 2)
    {
      g_string_append (json, i == 0 ? "\n    {\"file\": " : ",\n    {\"file\": ");
      pnyx_json_append_text (json, inputs[i]);
      g_string_append (json, ", \"sha256\": ");
      pnyx_json_append_text (json, inputs[i + 1]);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static void
append_failures (GString *json, const PnyxManifest *manifest)
{
  append_key (json, "failed_runs");
  g_string_append_c (json, '[');
  for (gsize i = 0; i < manifest->n_failures; i++)
    {
      const PnyxManifestFailure *failure = &manifest->failures[i];

      g_string_append_printf (json, "%s\n    {\"point\": %u, \"replicate\": %u, \"message\": ",
                              i == 0 ? "" : ",", failure->point, failure->replicate);
      pnyx_json_append_text (json, failure->message);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

gchar *
pnyx_manifest_format (const PnyxManifest *manifest)
{
  GString *json = g_string_new ("{");
  gchar digest[24];

  PNYX_REQUIRE (manifest->status != PNYX_STATUS_NONE);
  g_snprintf (digest, sizeof digest, "%016" G_GINT64_MODIFIER "x", manifest->digest);
  append_text (json, "status", pnyx_status_name (manifest->status));
  append_text (json, "version", manifest->version);
  append_text (json, "build", manifest->build);
  append_text (json, "command", manifest->command);
  append_text (json, "scenario", manifest->scenario);
  append_text (json, "scenario_sha256", manifest->scenario_sha256);
  append_count (json, "seed", manifest->seed);
  append_count (json, "points", manifest->points);
  append_count (json, "replicates", manifest->replicates);
  append_count (json, "threads", manifest->threads);
  append_count (json, "ranks", manifest->ranks);
  append_text (json, "cpu_level", manifest->cpu_level);
  append_text (json, "c_library", manifest->c_library);
  append_texts (json, "libraries", manifest->libraries);
  if (manifest->n_shards > 1)
    {
      append_count (json, "shard", manifest->shard);
      append_count (json, "shards", manifest->n_shards);
    }
  append_count (json, "runs", manifest->runs);
  append_count (json, "events", manifest->events);
  append_text (json, "digest", digest);
  append_seconds (json, "wall_seconds", manifest->wall_seconds);
  append_seconds (json, "cpu_seconds", manifest->cpu_seconds);
  append_count (json, "peak_memory_bytes", manifest->peak_memory);
  append_inputs (json, manifest->inputs);
  append_failures (json, manifest);
  g_string_append (json, "\n}\n");
  return g_string_free (json, FALSE);
}

gboolean
pnyx_manifest_write (const gchar *folder, const PnyxManifest *manifest, GError **error)
{
  g_autofree gchar *json = pnyx_manifest_format (manifest);

  return pnyx_draft_write (folder, FILE_NAME, json, error);
}

/* ---- Reading ---- */

/* @found stays NULL where the file has no such text, or where there is no file (@exists). */
static gboolean
read_member (const gchar *folder, const gchar *key, gchar **found, gboolean *exists, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree gchar *json = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  *found = NULL;
  *exists = TRUE;
  if (!pnyx_own_file_get (path, &json, &length, &failure))
    {
      *exists = !g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT);
      if (!*exists)
        return TRUE;
      g_set_error (error, PNYX_ERROR, pnyx_own_file_code (failure), "%s", failure->message);
      return FALSE;
    }
  if (strlen (json) == length && g_utf8_validate (json, (gssize)length, NULL)
      && pnyx_json_text (json, key, found))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s: is not a manifest of pnyx (expected the JSON that a run writes)", path);
  return FALSE;
}

gchar *
pnyx_manifest_read_text (const gchar *folder, const gchar *key, GError **error)
{
  gboolean exists;
  gchar *found;

  if (!read_member (folder, key, &found, &exists, error))
    return NULL;
  if (found == NULL)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "%s/" FILE_NAME ": %s%s", folder,
                 exists ? "says nothing of " : "there is no such file (expected a results folder)",
                 exists ? key : "");
  return found;
}

gboolean
pnyx_manifest_read_status (const gchar *folder, PnyxStatus *status, GError **error)
{
  g_autofree gchar *found = NULL;
  gboolean exists;

  *status = PNYX_STATUS_NONE;
  if (!read_member (folder, "status", &found, &exists, error))
    return FALSE;
  if (!exists)
    return TRUE;
  for (guint i = 1; found != NULL && i < G_N_ELEMENTS (status_names); i++)
    if (g_str_equal (found, status_names[i]))
      *status = (PnyxStatus)i;
  if (*status != PNYX_STATUS_NONE)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s/" FILE_NAME ": has no status of pnyx (expected interrupted, failed or finished)",
               folder);
  return FALSE;
}
