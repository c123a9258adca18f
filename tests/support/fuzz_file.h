/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fuzz targets of readers of files have in common. */
#ifndef TESTS_SUPPORT_FUZZ_FILE_H
#define TESTS_SUPPORT_FUZZ_FILE_H

#include <glib.h>

/** FuzzFile: a file in memory, for readers that want a path. */
typedef struct
{
  int descriptor;
  gchar path[32]; /* as long as it is open */
} FuzzFile;

void fuzz_file_init (FuzzFile *file, gconstpointer data, gsize size);
void fuzz_file_clear (FuzzFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FuzzFile, fuzz_file_clear)

/** fuzz_file_judge: that a reader either accepted or says why not, in one line of UTF-8 that a
 * terminal can show. */
void fuzz_file_judge (gboolean accepted, const GError *error);

#endif
