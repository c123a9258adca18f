/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/inputs.h"

#include <string.h>

#include "results/draft.h"

#define NAME_MAX_BYTES 100

static gboolean
read_file (const gchar *path, gchar **bytes, gsize *length, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (g_file_get_contents (path, bytes, length, &failure))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s", failure->message);
  return FALSE;
}

/* The end of a long name is kept: it has the suffix. */
static gchar *
copy_name (const gchar *path, const gchar *sha256)
{
  g_autofree gchar *base = g_path_get_basename (path);
  g_autofree gchar *prefix = g_strdup_printf ("%.*s-", PNYX_INPUTS_HASH_DIGITS, sha256);
  const gchar *own = g_str_has_prefix (base, prefix) ? base + strlen (prefix) : base;
  gsize length = strlen (own);
  g_autofree gchar *kept = g_strdup (length > NAME_MAX_BYTES ? own + length - NAME_MAX_BYTES : own);

  g_strcanon (kept, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '_');
  return g_strdup_printf ("inputs/%s%s", prefix, kept);
}

GStrv
pnyx_inputs_copy (const gchar *folder, const gchar *const *paths, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_autofree gchar *bytes = NULL;
      g_autoptr (PnyxDraft) draft = NULL;
      gchar *sha256, *name;
      gsize length;

      if (!read_file (paths[i], &bytes, &length, error))
        return NULL;
      sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, length);
      name = copy_name (paths[i], sha256);
      g_ptr_array_add (pairs, name);
      g_ptr_array_add (pairs, sha256);
      if (folder == NULL)
        continue;
      draft = pnyx_draft_new (folder, name);
      pnyx_draft_bytes (draft, bytes, length);
      if (!pnyx_draft_finish (draft, error))
        return NULL;
    }
  g_ptr_array_add (pairs, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&pairs), FALSE);
}

gchar *
pnyx_sha256_file (const gchar *path, GError **error)
{
  g_autofree gchar *bytes = NULL;
  gsize length;

  if (!read_file (path, &bytes, &length, error))
    return NULL;
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, length);
}
