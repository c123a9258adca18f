/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that appear complete or not at all: written to `.NAME.pnyx-XXXXXX` beside their place, then
 * renamed. They are not synchronised to the disk: a machine that loses its power may lose results,
 * a program that is killed may not.
 */
#include "results/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/number.h"
#include "base/rng.h"

#define BUFFER_SIZE ((gsize)1 << 16)
#define MARK ".pnyx-"

/* Times, shares and populations come again in every run, and formatting is what takes the time. */
#define KNOWN_MAX 1024

typedef struct
{
  gdouble value;
  gchar text[PNYX_NUMBER_BUFFER]; /* "" of a number: nothing is here */
} Known;

struct _PnyxDraft
{
  gchar *path;      /* owned: FOLDER/NAME */
  gchar *temporary; /* owned: NULL once there is no such file */
  GString *buffer;  /* owned */
  int file;         /* -1: closed */
  int failure;      /* errno of the first thing that failed; 0: all is well */
  Known *known;     /* owned: KNOWN_MAX numbers and their texts, by a hash; NULL: none yet */
};

static void
draft_flush (PnyxDraft *draft)
{
  const gchar *bytes = draft->buffer->str;
  gsize left = draft->buffer->len;

  while (left > 0 && draft->failure == 0)
    {
      gssize written = write (draft->file, bytes, left);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        draft->failure = errno;
      else
        {
          bytes += written;
          left -= (gsize)written;
        }
    }
  g_string_truncate (draft->buffer, 0);
}

PnyxDraft *
pnyx_draft_new (const gchar *folder, const gchar *name)
{
  PnyxDraft *draft = g_new0 (PnyxDraft, 1);
  g_autofree gchar *parent = NULL;
  g_autofree gchar *base = NULL;

  draft->path = g_build_filename (folder, name, NULL);
  draft->buffer = g_string_new (NULL);
  parent = g_path_get_dirname (draft->path);
  base = g_path_get_basename (draft->path);
  draft->temporary = g_strdup_printf ("%s/.%s" MARK "XXXXXX", parent, base);
  draft->file = -1;
  /* A link in a results folder may lead out of it; the folder itself is the user's choice. */
  if (strchr (name, '/') != NULL && g_file_test (parent, G_FILE_TEST_IS_SYMLINK))
    errno = ELOOP;
  else if (g_mkdir_with_parents (parent, 0777) == 0)
    draft->file = g_mkstemp_full (draft->temporary, O_RDWR, 0666);
  if (draft->file < 0)
    {
      draft->failure = errno;
      g_clear_pointer (&draft->temporary, g_free);
    }
  return draft;
}

void
pnyx_draft_free (PnyxDraft *draft)
{
  if (draft == NULL)
    return;
  if (draft->file >= 0)
    close (draft->file);
  if (draft->temporary != NULL)
    g_unlink (draft->temporary);
  g_string_free (draft->buffer, TRUE);
  g_free (draft->known);
  g_free (draft->temporary);
  g_free (draft->path);
  g_free (draft);
}

void
pnyx_draft_bytes (PnyxDraft *draft, gconstpointer bytes, gsize length)
{
  PNYX_REQUIRE (draft->file >= 0 || draft->failure != 0);
  if (draft->failure != 0)
    return;
  g_string_append_len (draft->buffer, bytes, (gssize)length);
  if (draft->buffer->len >= BUFFER_SIZE)
    draft_flush (draft);
}

void
pnyx_draft_text (PnyxDraft *draft, const gchar *text)
{
  pnyx_draft_bytes (draft, text, strlen (text));
}

void
pnyx_draft_number (PnyxDraft *draft, gdouble value)
{
  guint64 bits;
  Known *known;

  if (isnan (value))
    return;
  if (draft->known == NULL)
    draft->known = g_new0 (Known, KNOWN_MAX);
  memcpy (&bits, &value, sizeof bits);
  known = &draft->known[pnyx_hash_mix (0, bits) % KNOWN_MAX];
  if (*known->text == '\0' || memcmp (&known->value, &value, sizeof value) != 0)
    {
      known->value = value;
      pnyx_number_format (known->text, value);
    }
  pnyx_draft_text (draft, known->text);
}

gboolean
pnyx_draft_finish (PnyxDraft *draft, GError **error)
{
  PNYX_REQUIRE (draft->file >= 0 || draft->failure != 0);
  draft_flush (draft);
  if (draft->file >= 0 && close (draft->file) != 0 && draft->failure == 0)
    draft->failure = errno;
  draft->file = -1;
  if (draft->failure == 0 && g_rename (draft->temporary, draft->path) != 0)
    draft->failure = errno;
  if (draft->failure == 0)
    {
      g_clear_pointer (&draft->temporary, g_free);
      return TRUE;
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", draft->path,
               g_strerror (draft->failure));
  return FALSE;
}

gboolean
pnyx_draft_write (const gchar *folder, const gchar *name, const gchar *text, GError **error)
{
  g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, name);

  pnyx_draft_text (draft, text);
  return pnyx_draft_finish (draft, error);
}

gboolean
pnyx_draft_is_temporary (const gchar *name)
{
  const gchar *mark = *name == '.' ? strstr (name, MARK) : NULL;

  return mark != NULL && strlen (mark) == strlen (MARK "XXXXXX");
}
