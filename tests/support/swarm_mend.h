/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_SWARM_MEND_H
#define PNYX_SUPPORT_SWARM_MEND_H

#include "scenario/document.h"

/** swarm_forget: takes attribute @name out of @node, where it has one. @name may be the attribute's
 * own, which goes with it. */
void swarm_forget (PnyxNode *node, const gchar *name);

/**
 * swarm_mend: takes out of @document what the lines of @message complain of: the attribute that a
 * line names, else the element. The lines are those of swarm_write.
 *
 * Returns: FALSE where there was nothing to take out.
 */
gboolean swarm_mend (PnyxDocument *document, const gchar *message);

#endif
