/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ADVERSARY_ADVERSARY_H
#define PNYX_ADVERSARY_ADVERSARY_H

#include "protocol/protocol.h"

/*
 * Adversaries: a share of a chain's power follows another strategy than the honest one, through the
 * same duties and actions. An adversary that is written against one protocol is named
 * <protocol>_<attack>.c.
 */
extern const PnyxKind pnyx_adversary_kind;
extern const PnyxElement pnyx_element_adversary;

/**
 * pnyx_adversary_add:
 * @section: `<adversary>`
 * @chains: (array length=n_chains)
 *
 * The actor that it names follows the strategy from now on.
 * Errors: no such chain, a strategy for another protocol, actors that are taken, with place.
 */
gboolean pnyx_adversary_add (const PnyxSection *section, PnyxChain *const *chains, guint n_chains,
                             GError **error);

#endif
