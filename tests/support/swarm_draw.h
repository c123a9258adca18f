/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SUPPORT_SWARM_DRAW_H
#define PNYX_SUPPORT_SWARM_DRAW_H

#include "scenario/document.h"

/*
 * Whole scenarios drawn from the tables of elements and components: every parameter within its
 * range, sizes scaled down so that a world costs tens of milliseconds.
 */

/** swarm_draw: Returns: (transfer full): world @number, as it was drawn: some are refused. */
PnyxDocument *swarm_draw (guint64 number);

/** swarm_drawable: Returns: (transfer full) (element-type utf8): "TABLE NAME" for each parameter of
 * an element or component that a random world can have away from its default. */
GPtrArray *swarm_drawable (void);

#endif
