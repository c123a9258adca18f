/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ORACLE_BRIBER_H
#define PNYX_ORACLE_BRIBER_H

#include "oracle/oracle.h"

/*
 * Who buys votes. A briber offers to every reporter of a group P + epsilon for a vote for its side,
 * payable where that side loses (bribe_rule.h). The promise is a contract with escrow that is in it
 * from genesis on; it reads what the mechanism's contract has recorded and pays who claims rightly.
 * The reporters are rational: they take the offer with a chance that grows with what they expect to
 * gain by it.
 *
 * What a mechanism does for it: PnyxOracleOps.votes, and pnyx_bribed_claim for each reporter once
 * its node sees that the round is over. What reporters then say is in pnyx_oracle_observe already.
 */
typedef struct PnyxBriber PnyxBriber;

/** PnyxBribedParams: parameters of the reporters' kind bribed: what they are offered, what they
 * make of it. */
typedef struct
{
  gdouble epsilon, escrow; /* $ */
  gdouble belief;
  gdouble rationality; /* 1/$; NaN: takes whatever is better */
  gdouble bias;
  PnyxTime from, until;
} PnyxBribedParams;

/** PnyxOffer: what a reporter is offered in a round. */
typedef struct
{
  gint64 side;   /* to vote for, as answers are written */
  gdouble bribe; /* $ where that side loses, as far as it believes in it */
} PnyxOffer;

/** pnyx_bribers_new: makes the briber of every group of @oracle that is bribed: its contract with
 * its escrow. After the oracle's own contract. */
void pnyx_bribers_new (PnyxOracle *oracle);

/**
 * pnyx_briber_offer: what @reporter is offered in @round: the first who is asked brings the offer
 * about, and it stays.
 * @game: what a vote is worth, without bribe; its epsilon is not read
 *
 * Returns: FALSE: nothing: the briber sees no price itself.
 */
gboolean pnyx_briber_offer (const PnyxOracle *oracle, guint32 reporter, guint64 round,
                            PnyxTime time, const PnyxBribeGame *game, PnyxOffer *offer);

/**
 * pnyx_bribed_chance:
 * @game: as above
 * @bribe: ($) what is paid for a vote for the bribed side where that loses
 *
 * Returns: the chance that a reporter votes for the bribed side: 1 / (1 + exp (-rationality times
 * what it expects to gain)); with a gain of just 0 and no rationality given, 0.
 * Source: W. George, C. Lesaege (2021) for the payoffs; logit response: R. McKelvey, T. Palfrey,
 * "Quantal response equilibria for normal form games", Games and Economic Behavior 10 (1995).
 */
gdouble pnyx_bribed_chance (const PnyxBribedParams *params, const PnyxBribeGame *game,
                            gdouble bribe);

#endif
