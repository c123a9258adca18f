/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_LENDING_H
#define PNYX_CONTRACT_LENDING_H

#include "contract/auction_rule.h"
#include "contract/lending_rule.h"
#include "ledger/machine.h"

/*
 * Lending of money against one collateral asset on a chain. Depositors' money is lent to borrowers
 * at a rate that follows utilisation; a loan whose health factor is below 1 at the price that the
 * contract reads is liquidated, at a fixed spread or by an English auction; what is not covered is
 * written off: the reserve pays first, then all depositors alike. Who governs may change the terms
 * by a call: so does a controller.
 */

/** PnyxPriceSource: where a contract reads its price. */
typedef struct
{
  /* @price: 8 decimals; @observed: of what it says. Returns: FALSE: there is none, or it is not to
   * be had (out of gas). */
  gboolean (*read) (gconstpointer self, PnyxFrame *frame, gint64 *price, PnyxTime *observed);
  /* The same for who looks at the machine's view at @time, without gas. */
  gboolean (*peek) (gconstpointer self, const PnyxMachine *machine, PnyxTime time, gint64 *price,
                    PnyxTime *observed);
  gconstpointer self; /* borrowed */
} PnyxPriceSource;

/** PnyxLendingMode: how loans are liquidated. */
typedef enum
{
  PNYX_LENDING_FIXED_SPREAD,
  PNYX_LENDING_AUCTION,
} PnyxLendingMode;

/** PnyxLendingSetup: what a contract begins with. Factors in parts per million. */
typedef struct
{
  guint asset; /* collateral; money is PNYX_CASH */
  PnyxPriceSource source;
  PnyxTime stale_after; /* guard: a price observed longer ago is refused; 0: no guard */
  PnyxLendingCurve curve;
  PnyxLendingTerms terms; /* threshold: in genesis */
  gint64 ltv;             /* loan to value of new loans in genesis, at most the threshold */
  PnyxLendingMode mode;
  PnyxAuctionTerms auction;
  guint32 auctions_max;  /* at a time; at least 1 in mode AUCTION */
  gint64 penalty;        /* that an auction asks for above the debt */
  PnyxAccount governor;  /* that may change terms; PNYX_NONE: nobody */
  PnyxAccount borrowers; /* the first account that may borrow, */
  guint32 n_borrowers;   /* and how many */
  PnyxAccount lenders;   /* the first that may deposit, */
  guint32 n_lenders;     /* and how many */
} PnyxLendingSetup;

/** PnyxLending: fixed once it is made; all that changes is in cells. */
typedef struct
{
  PnyxLendingSetup setup;
  guint32 contract;
  PnyxAccount account;
  PnyxCell cells;     /* see lending.c */
  PnyxCell positions; /* two for each borrower: collateral, shares of debt */
  PnyxCell deposits;  /* one for each lender: shares */
  PnyxCell auctions;  /* see lending_auction.c */
} PnyxLending;

/** PnyxLendingMethod: what may be called, with its arguments. An action that the guard refuses, or
 * for which there is no price, ends well, with result 0 at 0 and a record that says so. */
typedef enum
{
  PNYX_LENDING_DEPOSIT,   /* amount. Lenders. */
  PNYX_LENDING_WITHDRAW,  /* amount, or G_MAXINT64 for all that can be had. Lenders. */
  PNYX_LENDING_PLEDGE,    /* amount of collateral. Borrowers. */
  PNYX_LENDING_RELEASE,   /* amount of collateral; needs a price where there is debt. Borrowers. */
  PNYX_LENDING_BORROW,    /* amount; needs a price. Borrowers. */
  PNYX_LENDING_REPAY,     /* amount, or G_MAXINT64 for all. Borrowers. */
  PNYX_LENDING_OPEN,      /* collateral, amount: pledges, then borrows; needs a price. Borrowers. */
  PNYX_LENDING_CLOSE,     /* repays all, releases all. Borrowers. */
  PNYX_LENDING_LIQUIDATE, /* account, money at most, least collateral for it; needs a price.
                             Results: 1, repaid, seized. Anybody. */
  PNYX_LENDING_BITE,      /* account: begins an auction; needs a price. Results: 1, auction. */
  PNYX_LENDING_TEND,      /* auction, lot, bid */
  PNYX_LENDING_DENT,      /* auction, lot, bid */
  PNYX_LENDING_TICK,      /* auction */
  PNYX_LENDING_DEAL,      /* auction */
  PNYX_LENDING_GOVERN,    /* loan to value of new loans, threshold, addition to the base rate */
  PNYX_LENDING_ACCRUE,    /* counts interest until now */
} PnyxLendingMethod;

/** PnyxLendingRecord: what contracts say: values in this order. */
typedef enum
{
  PNYX_LENDING_SAID_POSITION,    /* account, collateral, debt, threshold: before what follows */
  PNYX_LENDING_SAID_LIQUIDATED,  /* account, repaid, seized, price */
  PNYX_LENDING_SAID_BITTEN,      /* account, auction, tab, price */
  PNYX_LENDING_SAID_BID,         /* auction, lot, bid, account outbid */
  PNYX_LENDING_SAID_DEALT,       /* auction, lot, bid, debt that it was for */
  PNYX_LENDING_SAID_WRITTEN_OFF, /* account, debt, of it the reserve's, depositors' */
  PNYX_LENDING_SAID_BLOCKED,     /* method, account, price (0: none), its age (ns) */
  PNYX_LENDING_SAID_OPENED,      /* account, collateral, debt, price */
  PNYX_LENDING_SAID_CHANGED,     /* account, collateral, debt: by its owner */
  PNYX_LENDING_SAID_GOVERNED,    /* loan to value, threshold, addition to the base rate */
  PNYX_LENDING_SAID_MOVED,       /* account, deposited (negative: withdrawn), claims of all after */
} PnyxLendingRecord;

/** pnyx_lending_new: Returns: (transfer none): in @arena, registered with @machine; @setup is
 * copied. */
const PnyxLending *pnyx_lending_new (PnyxArena *arena, PnyxMachine *machine,
                                     const PnyxLendingSetup *setup);

/** pnyx_lending_begin_loan: borrower @account has pledged @collateral and owes @debt, which it
 * holds, from genesis on; both are made for that. Before all deposits. */
void pnyx_lending_begin_loan (const PnyxLending *lending, PnyxMachine *machine, PnyxAccount account,
                              PnyxAmount collateral, PnyxAmount debt);
/** pnyx_lending_begin_deposit: lender @account has deposited @amount from genesis on; loans were
 * paid from it. All deposits together are at least what is owed. */
void pnyx_lending_begin_deposit (const PnyxLending *lending, PnyxMachine *machine,
                                 PnyxAccount account, PnyxAmount amount);

/** PnyxLendingBooks: the contract's sums, in the machine's view, interest until @until counted. */
typedef struct
{
  PnyxAmount cash;   /* held, bids of auctions that run included */
  PnyxAmount debt;   /* of all borrowers */
  PnyxAmount claims; /* of all depositors */
  PnyxAmount reserve;
  PnyxAmount auctioned;                         /* debts for which auctions run */
  PnyxAmount bids;                              /* paid in for them so far */
  PnyxAmount written_off;                       /* since genesis */
  gint64 utilisation, borrow_rate, supply_rate; /* parts of 10^12 */
  gint64 ltv, threshold;
} PnyxLendingBooks;

/** pnyx_lending_books: @until: not before the view's block. */
PnyxLendingBooks pnyx_lending_books (const PnyxLending *lending, const PnyxMachine *machine,
                                     PnyxTime until);

/** pnyx_lending_position: Returns: what borrower @account has and owes in the view at @until. */
PnyxLendingPosition pnyx_lending_position (const PnyxLending *lending, const PnyxMachine *machine,
                                           PnyxAccount account, PnyxTime until);
/** pnyx_lending_debt_index: Returns: of debts in the view at @time, parts of 10^16. */
gint64 pnyx_lending_debt_index (const PnyxLending *lending, const PnyxMachine *machine,
                                PnyxTime time);
/** pnyx_lending_position_by: the same as pnyx_lending_position at the time that @index is of: for
 * who looks at many. */
PnyxLendingPosition pnyx_lending_position_by (const PnyxLending *lending,
                                              const PnyxMachine *machine, PnyxAccount account,
                                              gint64 index);
/** pnyx_lending_deposit: Returns: what lender @account may claim. */
PnyxAmount pnyx_lending_deposit (const PnyxLending *lending, const PnyxMachine *machine,
                                 PnyxAccount account, PnyxTime until);
/** pnyx_lending_auctions: Returns: numbers of auctions are below this in the view. */
guint32 pnyx_lending_auctions (const PnyxLending *lending, const PnyxMachine *machine);
/** pnyx_lending_auction: Returns: FALSE: no auction has number @auction in the view. @borrower,
 * @debt: (out) (optional): whose it is, what it is to cover. */
gboolean pnyx_lending_auction (const PnyxLending *lending, const PnyxMachine *machine,
                               guint32 auction, PnyxAuction *terms, PnyxAccount *borrower,
                               PnyxAmount *debt);

/** pnyx_lending_quotes: Returns: whether the contract has a price that its guard lets pass at
 * @time, as the view says. */
gboolean pnyx_lending_quotes (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime time,
                              gint64 *price);

/** pnyx_lending_audit: checks that the books balance in the view: cash, debts and what auctions are
 * to cover are at least what depositors claim, the reserve and the bids; and what is more is
 * rounding.
 * @slack: how much more at most
 *
 * Returns: (transfer full) (nullable): what is wrong. */
gchar *pnyx_lending_audit (const PnyxLending *lending, const PnyxMachine *machine,
                           PnyxAmount slack);

#endif
