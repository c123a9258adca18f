/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX ((gsize)256 << 20)

static int
fail (const gchar *path, int code, const gchar *what, GError **error)
{
  g_set_error (error, G_FILE_ERROR, code, "%s: %s", path, what);
  return -1;
}

/* O_NONBLOCK: opening a pipe must not wait for who writes it. */
static int
open_own (const gchar *path, struct stat *status, GError **error)
{
  int file = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (file < 0 && errno == ELOOP)
    return fail (path, G_FILE_ERROR_INVAL, "is a symbolic link (expected a file)", error);
  if (file < 0)
    return fail (path, (int)g_file_error_from_errno (errno), g_strerror (errno), error);
  if (fstat (file, status) == 0 && S_ISREG (status->st_mode))
    return file;
  close (file);
  return fail (path, G_FILE_ERROR_INVAL, "is no regular file (expected one)", error);
}

GMappedFile *
pnyx_own_file_map (const gchar *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  struct stat status;
  int file = open_own (path, &status, error);
  GMappedFile *mapped;

  if (file < 0)
    return NULL;
  mapped = g_mapped_file_new_from_fd (file, FALSE, &failure);
  if (mapped == NULL)
    fail (path, G_FILE_ERROR_FAILED, failure->message, error);
  close (file);
  return mapped;
}

gboolean
pnyx_own_file_get (const gchar *path, gchar **text, gsize *length, GError **error)
{
  GMappedFile *mapped = pnyx_own_file_map (path, error);
  gsize n;

  if (mapped == NULL)
    return FALSE;
  n = g_mapped_file_get_length (mapped);
  if (n > TEXT_MAX)
    {
      g_mapped_file_unref (mapped);
      fail (path, G_FILE_ERROR_INVAL, "is too large (expected at most 256 MiB)", error);
      return FALSE;
    }
  *text = g_malloc (n + 1);
  if (n > 0)
    memcpy (*text, g_mapped_file_get_contents (mapped), n);
  (*text)[n] = '\0';
  if (length != NULL)
    *length = n;
  g_mapped_file_unref (mapped);
  return TRUE;
}

gint
pnyx_own_file_code (const GError *failure)
{
  if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_INVAL))
    return PNYX_ERROR_FORBIDDEN;
  return g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                 || g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)
             ? PNYX_ERROR_MISSING
             : PNYX_ERROR_IO;
}

gboolean
pnyx_own_file_is (const gchar *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0 && S_ISREG (status.st_mode);
}

gboolean
pnyx_own_folder_check (const gchar *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_FORBIDDEN,
               "%s: is a symbolic link (expected a folder of the results)", path);
  return FALSE;
}
