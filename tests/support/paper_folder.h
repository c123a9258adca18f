/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A publication that a test writes into a folder of its own. */
#ifndef TESTS_SUPPORT_PAPER_FOLDER_H
#define TESTS_SUPPORT_PAPER_FOLDER_H

#include "batch/paper.h"

/* The calculations that publications use: what the program's table has of them. */
const PnyxCalc *paper_calcs (gsize i);

/* A folder "toy2026paper" with both files; @xml: what stands inside <paper>. */
gchar *paper_folder_new (const gchar *xml, const gchar *csv);
/* The same in @scratch, an empty folder: names of files are kept for ever, so that who makes many
 * uses one. */
gchar *paper_folder_new_in (const gchar *scratch, const gchar *xml, const gchar *csv);
/* Removes it, with the folder that it is in, and frees @folder. */
void paper_folder_free (gchar *folder);

/* The publication in it; it has to be right. */
PnyxPaper *paper_folder_read (const gchar *xml, const gchar *csv);

/* Asserts that it is refused with one line that holds @part. */
void paper_folder_refused (const gchar *xml, const gchar *csv, const gchar *part);

#define PAPER_HEADER "id,where,quantity,value,unit,status,tolerance\n"

#endif
