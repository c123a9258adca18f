/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_LENDING_WATCH_H
#define PNYX_CONTRACT_LENDING_WATCH_H

#include "contract/lending.h"
#include "protocol/protocol.h"

/*
 * The loans of a contract by risk, as one node's chain has them: what keepers and attentive
 * borrowers look at instead of all loans. A loan's risk is its shares of debt per unit of
 * collateral, which interest does not change; loans are kept in 64 classes for each doubling of it.
 *
 * It follows the head of one node: whoever acts by another node's head may see a loan one block
 * early or late, and checks it in its own view before acting.
 */
typedef struct _PnyxLendingWatch PnyxLendingWatch;

/** pnyx_lending_watch_new: follows the head of @node. Loans that begin with genesis must exist.
 * Returns: (transfer none): in the world's arena. Memory: 10 bytes for each borrower. */
PnyxLendingWatch *pnyx_lending_watch_new (PnyxChain *chain, const PnyxLending *lending,
                                          PnyxNodeId node);

/** pnyx_lending_watch_drop: the loan of @account is not looked at any more. */
void pnyx_lending_watch_drop (PnyxLendingWatch *watch, PnyxAccount account);

/**
 * pnyx_lending_watch_visit: calls @visit for loans whose health factor at @price may be below
 * @health, riskiest class first, in the machine's view at @time; until it returns FALSE. Each is
 * checked exactly before.
 * @threshold: parts per million; 0: all who owe anything are below any health
 */
void pnyx_lending_watch_visit (const PnyxLendingWatch *watch, PnyxTime time, gint64 price,
                               gint64 threshold, gint64 health,
                               gboolean (*visit) (gpointer self, PnyxAccount account,
                                                  const PnyxLendingPosition *position),
                               gpointer self);

#endif
