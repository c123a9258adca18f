/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_SWARM_FILES_H
#define PNYX_SUPPORT_SWARM_FILES_H

#include "scenario/document.h"

/*
 * A random world as files: the scenario, and what it reads beside that. Such a file is named for
 * what it holds and for the draw of that, as in "stakes-17.csv"; the scenario alone tells what
 * stands in it, so that one that is made smaller, or replayed elsewhere, comes with the files that
 * it needs.
 */

typedef enum
{
  SWARM_FILE_EDGES,
  SWARM_FILE_STAKES,
  SWARM_FILE_PRICES,
  SWARM_FILE_POLICY,
  SWARM_FILE_ENERGY,
  SWARM_N_FILES
} SwarmFile;

/** swarm_file_name: Returns: (transfer full): the name of draw @number of such a file. */
gchar *swarm_file_name (SwarmFile file, guint64 number);

/** swarm_write: Returns: (transfer full): as XML, a line for each element; sets the places to these
 * lines, as messages about the text will name them. */
gchar *swarm_write (PnyxDocument *scenario);

/** swarm_save: writes @scenario to @path, as swarm_write does it, and beside it the files named in
 * it. */
gboolean swarm_save (PnyxDocument *scenario, const gchar *path, GError **error);

#endif
