/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "support/fuzz_file.h"

#include <sys/mman.h>
#include <unistd.h>

void
fuzz_file_init (FuzzFile *file, gconstpointer data, gsize size)
{
  file->descriptor = memfd_create ("fuzz", MFD_CLOEXEC);
  g_assert_cmpint (file->descriptor, >=, 0);
  g_assert_cmpint (write (file->descriptor, data, size), ==, (gssize)size);
  g_snprintf (file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
}

void
fuzz_file_clear (FuzzFile *file)
{
  close (file->descriptor);
}

void
fuzz_file_judge (gboolean accepted, const GError *error)
{
  g_assert_true (accepted == (error == NULL));
  if (error == NULL)
    return;
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const gchar *at = error->message; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      g_error ("\"%s\" is not one line", error->message);
}
