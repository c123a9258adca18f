/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publications for the commands: found by name, listed and described. */
#ifndef PNYX_CLI_PAPERS_H
#define PNYX_CLI_PAPERS_H

#include "batch/paper.h"

/** cli_paper_names: Returns: (transfer full): those that are installed, sorted. */
GStrv cli_paper_names (void);
/** cli_paper_find: Returns: (transfer full) (nullable): the folder of the installed publication
 * @name, or of that at the path @name. */
gchar *cli_paper_find (const gchar *name);
/** cli_paper_read: Returns: (transfer full): the publication that cli_paper_find finds; NULL where
 * there is none or it cannot be read, after telling why: @status is the exit status then. */
PnyxPaper *cli_paper_read (const gchar *name, int *status);

/** cli_paper_list: prints a line for each. Returns: the exit status. */
int cli_paper_list (void);
/** cli_paper_describe: prints what it is and its numbers. Returns: the exit status. */
int cli_paper_describe (const gchar *name);

#endif
