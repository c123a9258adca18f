/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_BRIBE_RULE_H
#define PNYX_ORACLE_BRIBE_RULE_H

#include <glib.h>

/*
 * The P + epsilon attack on a vote in which the majority is paid: a contract promises to whoever
 * votes for the wrong side P + epsilon if that side loses. To vote so is then better whatever the
 * others do, all do so, that side wins, and nothing is owed.
 *
 * Source: V. Buterin, "The P + epsilon attack" (2015); W. George, C. Lesaege, "An analysis of p +
 * epsilon attacks on various models of Schelling game based systems", Cryptoeconomic Systems
 * (2021).
 */

/** PnyxBribeGame: payoffs of one vote. */
typedef struct
{
  gdouble reward;  /* P: of who votes with the majority */
  gdouble deposit; /* lost by who votes against it */
  gdouble epsilon; /* the bribe is reward + deposit + epsilon; NaN: no bribe */
} PnyxBribeGame;

/**
 * pnyx_bribe_payoff: Returns: what one voter gets.
 * @bribed: whether it votes for the bribed side
 * @bribed_wins: whether that side wins
 */
gdouble pnyx_bribe_payoff (const PnyxBribeGame *game, gboolean bribed, gboolean bribed_wins);

/** pnyx_bribe_is_dominant: Returns: whether to vote for the bribed side is strictly better,
 * whatever the others do, for a voter who does not decide alone. */
gboolean pnyx_bribe_is_dominant (const PnyxBribeGame *game);

/** pnyx_bribe_owed_max: Returns: the most that the briber can owe of @n voters, the largest losing
 * minority times the bribe: what escrow has to hold. */
gdouble pnyx_bribe_owed_max (const PnyxBribeGame *game, guint n);

/** pnyx_bribe_owed: Returns: what is owed where @bribed of @n voters voted for the bribed side;
 * with as many on both sides nobody wins and the bribe is owed. */
gdouble pnyx_bribe_owed (const PnyxBribeGame *game, guint n, guint bribed);

#endif
