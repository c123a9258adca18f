/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world with votes that are hidden first and reporters who sell theirs. Blocks come every
 * 6 s on average, rounds every 2 min; gas is free. */
#ifndef TESTS_SUPPORT_BRIBED_WORLD_H
#define TESTS_SUPPORT_BRIBED_WORLD_H

#include "support/oracle_world.h"

/* A reward of P = 1 and nothing at stake. */
#define BRIBED_PLAIN "slash='0' reward='1 $' fund='100000 $'"

/* @commit: attributes of the mechanism; @attributes: of `<bribed>`. The honest come first. */
OracleWorld *bribed_world_new (const gchar *commit, guint honest, guint bribed,
                               const gchar *attributes);

/* What the bribers have paid, in $; fails the test where books are not in order. */
gdouble bribed_world_paid (OracleWorld *world);

/* What reporter @number has gained so far, its stake included, in $. */
gdouble bribed_world_gain (OracleWorld *world, guint32 number);

/* The newest answer on the canonical chain, in $; fails the test where there is none. */
gdouble bribed_world_price (OracleWorld *world);

/* Head of the canonical chain. */
PnyxBlockId bribed_world_head (OracleWorld *world);

#endif
