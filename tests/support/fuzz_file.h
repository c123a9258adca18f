/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fuzz targets of readers of files have in common. */
#ifndef TESTS_SUPPORT_FUZZ_FILE_H
#define TESTS_SUPPORT_FUZZ_FILE_H

#include <glib.h>

/**
 * FuzzFile: a file for readers that want a path. It is a regular one, as readers of results take no
 * link; its name is the same for all inputs of a process, as GLib keeps those that messages name.
 */
typedef struct
{
  gchar *path;        /* owned; NULL: none was made */
  gboolean is_sample; /* what the reader has to accept */
} FuzzFile;

/** fuzz_file_init: @sample: a right file, in the place of the empty input, which is always tried: a
 * reader that takes nothing at all would look well tested. */
void fuzz_file_init (FuzzFile *file, gconstpointer data, gsize size, const gchar *sample);
void fuzz_file_clear (FuzzFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FuzzFile, fuzz_file_clear)

/** fuzz_file_judge: that a reader either accepted or says why not, in one line of UTF-8 that a
 * terminal can show. */
void fuzz_file_judge (gboolean accepted, const GError *error);

#endif
