/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"

gchar *
pnyx_file_real (const gchar *path)
{
  char *real = realpath (path, NULL);
  gchar *copy = g_strdup (real);

  free (real);
  return copy;
}

static gboolean
is_inside (const gchar *tree, const gchar *path)
{
  gsize length = strlen (tree);

  /* "/" itself ends in the separator. */
  if (length > 0 && tree[length - 1] == '/')
    length--;
  return strncmp (tree, path, length) == 0 && path[length] == '/';
}

static void
set_outside_error (GError **error, const PnyxPlace *place, const gchar *written)
{
  g_autofree gchar *quoted = pnyx_message_quote (written);

  pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, place,
                     "%s leaves the folder of the scenario (expected a file in it or below it)",
                     quoted);
}

gchar *
pnyx_file_resolve (const gchar *tree, const gchar *folder, const gchar *written,
                   const PnyxPlace *place, GError **error)
{
  g_autofree gchar *lexical = NULL;
  g_autofree gchar *real = NULL;
  g_autofree gchar *quoted = pnyx_message_quote (written);

  if (g_path_is_absolute (written))
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, place,
                         "%s is an absolute path (expected one relative to this file)", quoted);
      return NULL;
    }
  /* Once by name, so that nothing is learnt about files outside, once with links resolved. */
  lexical = g_canonicalize_filename (written, folder);
  if (!is_inside (tree, lexical))
    {
      set_outside_error (error, place, written);
      return NULL;
    }
  real = pnyx_file_real (lexical);
  if (real == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, place, "%s: %s", quoted, g_strerror (errno));
      return NULL;
    }
  if (!is_inside (tree, real))
    {
      set_outside_error (error, place, written);
      return NULL;
    }
  return g_steal_pointer (&real);
}

static const gchar *
kind_of_file (mode_t mode)
{
  if (S_ISDIR (mode))
    return "a folder";
  if (S_ISFIFO (mode))
    return "a pipe";
  if (S_ISCHR (mode) || S_ISBLK (mode))
    return "a device";
  return "no regular file";
}

static gboolean
check_status (const struct stat *status, const gchar *shown, gsize size_max, const PnyxPlace *place,
              GError **error)
{
  if (!S_ISREG (status->st_mode))
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, place, "%s is %s (expected a file)", shown,
                         kind_of_file (status->st_mode));
      return FALSE;
    }
  if (status->st_size < 0 || (guint64)status->st_size > size_max)
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, place,
                         "%s has %" G_GUINT64_FORMAT " MiB (expected at most %" G_GSIZE_FORMAT
                         " MiB)",
                         shown, ((guint64)status->st_size + (1 << 20) - 1) >> 20, size_max >> 20);
      return FALSE;
    }
  return TRUE;
}

/* Opening a pipe or a device must neither block nor do anything: O_NONBLOCK, and look before. */
static int
open_regular (const gchar *path, const gchar *shown, gsize size_max, const PnyxPlace *place,
              GError **error)
{
  struct stat status;
  int file = -1;

  if (stat (path, &status) == 0)
    {
      if (!check_status (&status, shown, size_max, place, error))
        return -1;
      file = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    }
  if (file < 0)
    {
      PnyxErrorCode code = errno == EACCES ? PNYX_ERROR_FORBIDDEN : PNYX_ERROR_MISSING;

      pnyx_set_error_at (error, code, place, "%s cannot be read: %s", shown, g_strerror (errno));
      return -1;
    }
  if (fstat (file, &status) == 0 && check_status (&status, shown, size_max, place, error))
    return file;
  close (file);
  return -1;
}

gboolean
pnyx_file_check (const gchar *path, const gchar *shown, gsize size_max, const PnyxPlace *place,
                 GError **error)
{
  int file = open_regular (path, shown, size_max, place, error);

  if (file < 0)
    return FALSE;
  close (file);
  return TRUE;
}

gchar *
pnyx_file_read (const gchar *path, const gchar *shown, gsize size_max, const PnyxPlace *place,
                gsize *length, GError **error)
{
  int file = open_regular (path, shown, size_max, place, error);
  g_autoptr (GByteArray) bytes = NULL;
  guint8 buffer[1 << 16];
  ssize_t n = 0;

  if (file < 0)
    return NULL;
  bytes = g_byte_array_new ();
  /* One byte more than allowed, should the file grow meanwhile. */
  while (bytes->len <= size_max && (n = read (file, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      g_byte_array_append (bytes, buffer, (guint)n);
    }
  if (n < 0)
    pnyx_set_error_at (error, PNYX_ERROR_IO, place, "%s cannot be read: %s", shown,
                       g_strerror (errno));
  else if (bytes->len > size_max)
    pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, place,
                       "%s is too large (expected at most %" G_GSIZE_FORMAT " MiB)", shown,
                       size_max >> 20);
  close (file);
  if (n < 0 || bytes->len > size_max)
    return NULL;
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *)"", 1);
  return (gchar *)g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}
