/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_TESTS_GASPER_MISCHIEF_H
#define PNYX_TESTS_GASPER_MISCHIEF_H

#include "protocol/protocol.h"

/**
 * gasper_mischief_add: the validators of @n_nodes nodes, the first ones, now and then propose two
 * blocks in a slot, vote twice, and keep blocks and votes back for some slots. What is done in a
 * slot follows from @seed, slot and actor. To no end but to try what a store has to bear.
 */
void gasper_mischief_add (PnyxChain *chain, PnyxNodeId n_nodes, guint64 seed);

#endif
