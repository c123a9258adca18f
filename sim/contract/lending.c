/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call loads the books, counts interest, acts, and stores what changed. Debts and deposits are
 * shares of two indices; the sums of shares are kept, not the sums of amounts, so that cash, debts
 * and what auctions are to cover never are less than what depositors, the reserve and bidders have
 * (pnyx_lending_audit): whatever is rounded stays with the contract.
 */
#include "contract/lending_priv.h"

/* A deposit of which a thousandth is left takes no new ones: shares would be too many. */
#define INDEX_LEAST (PNYX_LENDING_INDEX_ONE / 1000)

/* ---- Books ---- */

static gint64
debt_of (const gint64 *books, gint64 scaled)
{
  return pnyx_lending_amount (scaled, books[LENDING_INDEX_DEBT], PNYX_ROUND_UP);
}

static gint64
claims_of (const gint64 *books, gint64 scaled)
{
  return pnyx_lending_amount (scaled, books[LENDING_INDEX_DEPOSIT], PNYX_ROUND_DOWN);
}

static PnyxLendingCurve
curve_now (const PnyxLendingSetup *setup, const gint64 *books)
{
  PnyxLendingCurve curve = setup->curve;

  curve.base += books[LENDING_PREMIUM];
  return curve;
}

void
pnyx_lending_count_interest (const PnyxLendingSetup *setup, gint64 *books, gint64 second)
{
  const PnyxLendingCurve curve = curve_now (setup, books);
  gint64 seconds = second - books[LENDING_LAST];
  gint64 before = debt_of (books, books[LENDING_SCALED_DEBT]), interest, kept, rate;
  pnyx_uint128 share;

  if (seconds <= 0)
    return;
  books[LENDING_LAST] = second;
  if (before == 0)
    return;
  rate = pnyx_lending_borrow_rate (&curve, pnyx_lending_utilisation (books[LENDING_CASH], before));
  books[LENDING_INDEX_DEBT]
      = pnyx_lending_grow (books[LENDING_INDEX_DEBT], pnyx_lending_compound (rate, seconds));
  interest = debt_of (books, books[LENDING_SCALED_DEBT]) - before;
  (void)pnyx_wide_mul_div ((guint64)interest, (guint64)curve.reserve, PNYX_LENDING_RATE_ONE,
                           PNYX_ROUND_UP, &share);
  kept = pnyx_wide_clamp (share);
  if (books[LENDING_SCALED_DEPOSIT] == 0)
    kept = interest;
  else
    books[LENDING_INDEX_DEPOSIT] = pnyx_lending_spread (
        books[LENDING_INDEX_DEPOSIT], books[LENDING_SCALED_DEPOSIT], interest - kept);
  books[LENDING_RESERVE] += kept;
}

gboolean
pnyx_lending_load (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books)
{
  for (guint i = 0; i < LENDING_N_BOOKS; i++)
    books->is[i] = books->was[i] = pnyx_frame_get (frame, lending_cell (lending, i));
  if (!pnyx_frame_burn (frame, 0))
    return FALSE;
  pnyx_lending_count_interest (&lending->setup, books->is, pnyx_frame_time (frame) / PNYX_SECOND);
  return TRUE;
}

void
pnyx_lending_store (const PnyxLending *lending, PnyxFrame *frame, const LendingBooks *books)
{
  for (guint i = 0; i < LENDING_N_BOOKS; i++)
    if (books->is[i] != books->was[i])
      pnyx_frame_set (frame, lending_cell (lending, i), books->is[i]);
}

void
pnyx_lending_add (const PnyxLending *lending, PnyxFrame *frame, guint which, gint64 change)
{
  PnyxCell cell = lending_cell (lending, which);

  if (change != 0)
    pnyx_frame_set (frame, cell, pnyx_frame_get (frame, cell) + change);
}

/* ---- Loans ---- */

static gboolean
loan_cell (const PnyxLending *lending, gint64 account, PnyxCell *cell)
{
  gint64 slot = account - lending->setup.borrowers;

  if (slot < 0 || slot >= lending->setup.n_borrowers)
    return FALSE;
  *cell = lending->positions + 2 * (guint32)slot;
  return TRUE;
}

gboolean
pnyx_lending_load_loan (const PnyxLending *lending, PnyxFrame *frame, const LendingBooks *books,
                        gint64 account, LendingLoan *loan)
{
  if (!loan_cell (lending, account, &loan->cell))
    return FALSE;
  loan->account = (PnyxAccount)account;
  loan->now.collateral = pnyx_frame_get (frame, loan->cell);
  loan->scaled = pnyx_frame_get (frame, loan->cell + 1);
  loan->now.debt = debt_of (books->is, loan->scaled);
  return pnyx_frame_burn (frame, 0);
}

void
pnyx_lending_store_loan (PnyxFrame *frame, const LendingLoan *loan)
{
  if (pnyx_frame_get (frame, loan->cell) != loan->now.collateral)
    pnyx_frame_set (frame, loan->cell, loan->now.collateral);
  if (pnyx_frame_get (frame, loan->cell + 1) != loan->scaled)
    pnyx_frame_set (frame, loan->cell + 1, loan->scaled);
}

void
pnyx_lending_lower_debt (LendingBooks *books, LendingLoan *loan, gint64 repaid)
{
  gint64 shares
      = repaid == loan->now.debt
            ? loan->scaled
            : pnyx_lending_scaled (repaid, books->is[LENDING_INDEX_DEBT], PNYX_ROUND_DOWN);

  loan->scaled -= shares;
  books->is[LENDING_SCALED_DEBT] -= shares;
  loan->now.debt = debt_of (books->is, loan->scaled);
}

void
pnyx_lending_write_off (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                        PnyxAccount account, gint64 loss)
{
  gint64 *is = books->is;
  gint64 kept = MIN (loss, is[LENDING_RESERVE]);
  gint64 rest = MIN (loss - kept, claims_of (is, is[LENDING_SCALED_DEPOSIT]));

  if (loss == 0)
    return;
  is[LENDING_RESERVE] -= kept;
  if (rest > 0)
    is[LENDING_INDEX_DEPOSIT]
        = pnyx_lending_spread (is[LENDING_INDEX_DEPOSIT], is[LENDING_SCALED_DEPOSIT], -rest);
  pnyx_lending_add (lending, frame, LENDING_WRITTEN_OFF, loss);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_WRITTEN_OFF, account, loss, kept, rest);
}

gboolean
pnyx_lending_quote (const PnyxLending *lending, PnyxFrame *frame, guint32 method, gint64 account,
                    gint64 *price)
{
  const PnyxPriceSource *source = &lending->setup.source;
  PnyxTime observed = 0, age;
  gboolean known;

  *price = 0;
  known = source->read (source->self, frame, price, &observed) && *price > 0;
  age = pnyx_frame_time (frame) - observed;
  if (known && (lending->setup.stale_after == 0 || age <= lending->setup.stale_after))
    return TRUE;
  pnyx_frame_record (frame, PNYX_LENDING_SAID_BLOCKED, method, account, known ? *price : 0, age);
  return FALSE;
}

void
pnyx_lending_say_position (PnyxFrame *frame, const LendingLoan *loan, gint64 threshold)
{
  pnyx_frame_record (frame, PNYX_LENDING_SAID_POSITION, loan->account, loan->now.collateral,
                     loan->now.debt, threshold);
}

static void
say_changed (PnyxFrame *frame, const LendingLoan *loan)
{
  pnyx_frame_record (frame, PNYX_LENDING_SAID_CHANGED, loan->account, loan->now.collateral,
                     loan->now.debt, 0);
}

/* ---- Depositors ---- */

static gboolean
deposit_cell (const PnyxLending *lending, gint64 account, PnyxCell *cell)
{
  gint64 slot = account - lending->setup.lenders;

  if (slot < 0 || slot >= lending->setup.n_lenders)
    return FALSE;
  *cell = lending->deposits + (guint32)slot;
  return TRUE;
}

static void
move_deposit (PnyxFrame *frame, LendingBooks *books, PnyxCell cell, gint64 shares, gint64 amount)
{
  books->is[LENDING_SCALED_DEPOSIT] += shares;
  books->is[LENDING_CASH] += amount;
  pnyx_frame_set (frame, cell, pnyx_frame_get (frame, cell) + shares);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_MOVED, pnyx_frame_sender (frame), amount,
                     claims_of (books->is, books->is[LENDING_SCALED_DEPOSIT]), 0);
}

static gboolean
deposit (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, gint64 amount)
{
  gint64 shares;
  PnyxCell cell;

  if (amount <= 0 || books->is[LENDING_INDEX_DEPOSIT] < INDEX_LEAST
      || !deposit_cell (lending, pnyx_frame_sender (frame), &cell))
    return FALSE;
  shares = pnyx_lending_scaled (amount, books->is[LENDING_INDEX_DEPOSIT], PNYX_ROUND_DOWN);
  if (shares <= 0 || shares > G_MAXINT64 - books->is[LENDING_SCALED_DEPOSIT]
      || !pnyx_frame_take (frame, PNYX_CASH, amount))
    return FALSE;
  move_deposit (frame, books, cell, shares, amount);
  return TRUE;
}

static gboolean
withdraw (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, gint64 wanted)
{
  gint64 index = books->is[LENDING_INDEX_DEPOSIT], owned, amount, shares;
  PnyxCell cell;

  if (wanted <= 0 || index == 0 || !deposit_cell (lending, pnyx_frame_sender (frame), &cell))
    return FALSE;
  owned = pnyx_frame_get (frame, cell);
  amount
      = wanted == G_MAXINT64 ? MIN (claims_of (books->is, owned), books->is[LENDING_CASH]) : wanted;
  shares = pnyx_lending_scaled (amount, index, PNYX_ROUND_UP);
  if (amount <= 0 || shares > owned || amount > books->is[LENDING_CASH]
      || !pnyx_frame_pay (frame, PNYX_CASH, pnyx_frame_sender (frame), amount))
    return FALSE;
  move_deposit (frame, books, cell, -shares, -amount);
  pnyx_frame_result (frame, 0, amount);
  return TRUE;
}

/* ---- Borrowers ---- */

static gboolean
pledge (const PnyxLending *lending, PnyxFrame *frame, LendingLoan *loan, gint64 amount)
{
  if (amount <= 0 || amount > G_MAXINT64 - loan->now.collateral
      || !pnyx_frame_take (frame, lending->setup.asset, amount))
    return FALSE;
  loan->now.collateral += amount;
  pnyx_lending_add (lending, frame, LENDING_COLLATERAL, amount);
  return TRUE;
}

static gboolean
release (const PnyxLending *lending, PnyxFrame *frame, LendingLoan *loan, gint64 amount)
{
  if (amount <= 0 || amount > loan->now.collateral
      || !pnyx_frame_pay (frame, lending->setup.asset, loan->account, amount))
    return FALSE;
  loan->now.collateral -= amount;
  pnyx_lending_add (lending, frame, LENDING_COLLATERAL, -amount);
  return TRUE;
}

static gboolean
borrow (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, LendingLoan *loan,
        gint64 amount, gint64 price)
{
  gint64 ltv = pnyx_frame_get (frame, lending_cell (lending, LENDING_LTV)), shares;

  if (amount <= 0 || amount > books->is[LENDING_CASH])
    return FALSE;
  shares = pnyx_lending_scaled (amount, books->is[LENDING_INDEX_DEBT], PNYX_ROUND_UP);
  loan->scaled += shares;
  books->is[LENDING_SCALED_DEBT] += shares;
  books->is[LENDING_CASH] -= amount;
  loan->now.debt = debt_of (books->is, loan->scaled);
  return pnyx_lending_compare_health (&loan->now, price, ltv, PNYX_LENDING_PARTS) >= 0
         && pnyx_frame_pay (frame, PNYX_CASH, loan->account, amount);
}

static gboolean
repay (PnyxFrame *frame, LendingBooks *books, LendingLoan *loan, gint64 wanted)
{
  gint64 amount = MIN (wanted, loan->now.debt);

  if (amount <= 0 || !pnyx_frame_take (frame, PNYX_CASH, amount))
    return FALSE;
  pnyx_lending_lower_debt (books, loan, amount);
  books->is[LENDING_CASH] += amount;
  pnyx_frame_result (frame, 0, amount);
  return TRUE;
}

static gboolean
is_healthy (const PnyxLending *lending, PnyxFrame *frame, const LendingLoan *loan, gint64 price)
{
  return !pnyx_lending_is_liquidatable (
      &loan->now, price, pnyx_frame_get (frame, lending_cell (lending, LENDING_THRESHOLD)));
}

/* Actions on the sender's own loan. @done: (out): FALSE: a guard refused. */
static gboolean
own_loan (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, const PnyxCall *call)
{
  const gint64 *arguments = call->arguments;
  gboolean done = FALSE;
  gint64 price = 0;
  LendingLoan loan;

  if (!pnyx_lending_load_loan (lending, frame, books, pnyx_frame_sender (frame), &loan))
    return FALSE;
  if ((call->method == PNYX_LENDING_BORROW || call->method == PNYX_LENDING_OPEN
       || (call->method == PNYX_LENDING_RELEASE && loan.now.debt > 0))
      && !pnyx_lending_quote (lending, frame, call->method, loan.account, &price))
    return TRUE;
  switch (call->method)
    {
    case PNYX_LENDING_PLEDGE:
      done = pledge (lending, frame, &loan, arguments[0]);
      break;
    case PNYX_LENDING_RELEASE:
      done = release (lending, frame, &loan, arguments[0])
             && is_healthy (lending, frame, &loan, price);
      break;
    case PNYX_LENDING_BORROW:
      done = borrow (lending, frame, books, &loan, arguments[0], price);
      break;
    case PNYX_LENDING_REPAY:
      done = repay (frame, books, &loan, arguments[0]);
      break;
    case PNYX_LENDING_OPEN:
      done = pledge (lending, frame, &loan, arguments[0])
             && borrow (lending, frame, books, &loan, arguments[1], price);
      break;
    default: /* close */
      done = (loan.now.debt == 0 || repay (frame, books, &loan, G_MAXINT64))
             && release (lending, frame, &loan, loan.now.collateral);
      break;
    }
  if (!done)
    return FALSE;
  pnyx_lending_store_loan (frame, &loan);
  if (call->method == PNYX_LENDING_OPEN)
    pnyx_frame_record (frame, PNYX_LENDING_SAID_OPENED, loan.account, loan.now.collateral,
                       loan.now.debt, price);
  else
    say_changed (frame, &loan);
  return TRUE;
}

/* ---- Liquidation at a fixed spread ---- */

/* A debt without collateral is never coming back. */
static void
write_off_rest (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                LendingLoan *loan)
{
  gint64 before = debt_of (books->is, books->is[LENDING_SCALED_DEBT]);

  if (loan->now.collateral > 0 || loan->scaled == 0)
    return;
  pnyx_lending_lower_debt (books, loan, loan->now.debt);
  pnyx_lending_write_off (lending, frame, books, loan->account,
                          before - debt_of (books->is, books->is[LENDING_SCALED_DEBT]));
}

/* The liquidator pays and gets. */
static gboolean
settle_liquidation (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
                    LendingLoan *loan, const PnyxLiquidation *done)
{
  if ((done->repaid > 0 && !pnyx_frame_take (frame, PNYX_CASH, done->repaid))
      || !pnyx_frame_pay (frame, lending->setup.asset, pnyx_frame_sender (frame), done->seized))
    return FALSE;
  pnyx_lending_lower_debt (books, loan, done->repaid);
  books->is[LENDING_CASH] += done->repaid;
  loan->now.collateral -= done->seized;
  pnyx_lending_add (lending, frame, LENDING_COLLATERAL, -done->seized);
  return TRUE;
}

static gboolean
liquidate (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books,
           const gint64 *arguments)
{
  PnyxLendingTerms terms = lending->setup.terms;
  PnyxLendingPosition after;
  PnyxLiquidation done;
  LendingLoan loan;
  gint64 price;

  if (lending->setup.mode != PNYX_LENDING_FIXED_SPREAD
      || !pnyx_lending_load_loan (lending, frame, books, arguments[0], &loan))
    return FALSE;
  if (!pnyx_lending_quote (lending, frame, PNYX_LENDING_LIQUIDATE, arguments[0], &price))
    return TRUE;
  terms.threshold = pnyx_frame_get (frame, lending_cell (lending, LENDING_THRESHOLD));
  pnyx_lending_say_position (frame, &loan, terms.threshold);
  after = loan.now;
  if (loan.now.collateral == 0
      || !pnyx_lending_liquidate (&terms, price, arguments[1], &after, &done)
      || done.seized < arguments[2] || !settle_liquidation (lending, frame, books, &loan, &done))
    return FALSE;
  pnyx_frame_record (frame, PNYX_LENDING_SAID_LIQUIDATED, loan.account, done.repaid, done.seized,
                     price);
  write_off_rest (lending, frame, books, &loan);
  pnyx_lending_store_loan (frame, &loan);
  pnyx_frame_result (frame, 0, 1);
  pnyx_frame_result (frame, 1, done.repaid);
  pnyx_frame_result (frame, 2, done.seized);
  return TRUE;
}

/* ---- Terms ---- */

static gboolean
govern (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, const gint64 *arguments)
{
  gint64 ltv = arguments[0], threshold = arguments[1], premium = arguments[2];

  if (pnyx_frame_sender (frame) != lending->setup.governor || ltv < 0 || ltv > threshold
      || threshold > PNYX_LENDING_PARTS || premium < 0 || premium > 1000 * PNYX_LENDING_RATE_ONE)
    return FALSE;
  books->is[LENDING_PREMIUM] = premium;
  pnyx_frame_set (frame, lending_cell (lending, LENDING_LTV), ltv);
  pnyx_frame_set (frame, lending_cell (lending, LENDING_THRESHOLD), threshold);
  pnyx_frame_record (frame, PNYX_LENDING_SAID_GOVERNED, ltv, threshold, premium, 0);
  return TRUE;
}

static gboolean
act (const PnyxLending *lending, PnyxFrame *frame, LendingBooks *books, const PnyxCall *call)
{
  const gint64 *arguments = call->arguments;

  switch (call->method)
    {
    case PNYX_LENDING_DEPOSIT:
      return deposit (lending, frame, books, arguments[0]);
    case PNYX_LENDING_WITHDRAW:
      return withdraw (lending, frame, books, arguments[0]);
    case PNYX_LENDING_PLEDGE:
    case PNYX_LENDING_RELEASE:
    case PNYX_LENDING_BORROW:
    case PNYX_LENDING_REPAY:
    case PNYX_LENDING_OPEN:
    case PNYX_LENDING_CLOSE:
      return own_loan (lending, frame, books, call);
    case PNYX_LENDING_LIQUIDATE:
      return liquidate (lending, frame, books, arguments);
    case PNYX_LENDING_BITE:
      return pnyx_lending_bite (lending, frame, books, arguments[0]);
    case PNYX_LENDING_TEND:
    case PNYX_LENDING_DENT:
      return pnyx_lending_bid (lending, frame, books, call);
    case PNYX_LENDING_TICK:
      return pnyx_lending_tick (lending, frame, arguments[0]);
    case PNYX_LENDING_DEAL:
      return pnyx_lending_deal (lending, frame, books, arguments[0]);
    case PNYX_LENDING_GOVERN:
      return govern (lending, frame, books, arguments);
    case PNYX_LENDING_ACCRUE:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
lending_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const PnyxLending *lending = self;
  LendingBooks books;

  if (!pnyx_lending_load (lending, frame, &books) || !act (lending, frame, &books, call))
    return FALSE;
  pnyx_lending_store (lending, frame, &books);
  return pnyx_frame_burn (frame, 0);
}

static PnyxAmount
lending_booked (gconstpointer self, const PnyxMachine *machine, guint asset)
{
  const PnyxLending *lending = self;

  if (asset == PNYX_CASH)
    return pnyx_machine_get (machine, lending_cell (lending, LENDING_CASH));
  if (asset != lending->setup.asset)
    return 0;
  return pnyx_machine_get (machine, lending_cell (lending, LENDING_COLLATERAL))
         + pnyx_machine_get (machine, lending_cell (lending, LENDING_LOTS));
}

static const PnyxCode lending_code
    = { .name = "lending", .execute = lending_execute, .booked = lending_booked };

/* ---- Set-up ---- */

const PnyxLending *
pnyx_lending_new (PnyxArena *arena, PnyxMachine *machine, const PnyxLendingSetup *setup)
{
  PnyxLending *lending = pnyx_arena_array (arena, PnyxLending, 1);
  guint32 n_auctions = setup->mode == PNYX_LENDING_AUCTION ? setup->auctions_max : 0;

  PNYX_REQUIRE (setup->asset != PNYX_CASH && setup->ltv <= setup->terms.threshold
                && setup->terms.threshold <= PNYX_LENDING_PARTS
                && (setup->mode != PNYX_LENDING_AUCTION || n_auctions >= 1));
  lending->setup = *setup;
  lending->contract = pnyx_machine_add_contract (
      machine, &lending_code, lending,
      LENDING_N_CELLS + 2 * setup->n_borrowers + setup->n_lenders + AUCTION_N_CELLS * n_auctions,
      &lending->cells);
  lending->account = pnyx_machine_contract_account (machine, lending->contract);
  lending->positions = lending->cells + LENDING_N_CELLS;
  lending->deposits = lending->positions + 2 * setup->n_borrowers;
  lending->auctions = lending->deposits + setup->n_lenders;
  pnyx_machine_begin_with (machine, lending_cell (lending, LENDING_INDEX_DEBT),
                           PNYX_LENDING_INDEX_ONE);
  pnyx_machine_begin_with (machine, lending_cell (lending, LENDING_INDEX_DEPOSIT),
                           PNYX_LENDING_INDEX_ONE);
  pnyx_machine_begin_with (machine, lending_cell (lending, LENDING_LTV), setup->ltv);
  pnyx_machine_begin_with (machine, lending_cell (lending, LENDING_THRESHOLD),
                           setup->terms.threshold);
  return lending;
}

static void
begin_more (PnyxMachine *machine, PnyxCell cell, gint64 change)
{
  pnyx_machine_begin_with (machine, cell, pnyx_machine_get (machine, cell) + change);
}

/* In genesis both indices are one: shares are amounts. Loans come first: the books' cash is
 * negative until the deposits that they were paid from come in. */
void
pnyx_lending_begin_loan (const PnyxLending *lending, PnyxMachine *machine, PnyxAccount account,
                         PnyxAmount collateral, PnyxAmount debt)
{
  PnyxCell cell;

  PNYX_REQUIRE (loan_cell (lending, account, &cell) && collateral >= 0 && debt >= 0);
  PNYX_REQUIRE (pnyx_machine_get (machine, lending_cell (lending, LENDING_SCALED_DEPOSIT)) == 0);
  pnyx_machine_endow (machine, lending->account, lending->setup.asset, collateral);
  pnyx_machine_endow (machine, account, PNYX_CASH, debt);
  begin_more (machine, lending_cell (lending, LENDING_COLLATERAL), collateral);
  begin_more (machine, cell, collateral);
  begin_more (machine, cell + 1, debt);
  begin_more (machine, lending_cell (lending, LENDING_SCALED_DEBT), debt);
  begin_more (machine, lending_cell (lending, LENDING_CASH), -debt);
}

void
pnyx_lending_begin_deposit (const PnyxLending *lending, PnyxMachine *machine, PnyxAccount account,
                            PnyxAmount amount)
{
  PnyxAmount held = pnyx_machine_balance (machine, lending->account, PNYX_CASH), cash;
  PnyxCell cell;

  PNYX_REQUIRE (deposit_cell (lending, account, &cell) && amount > 0);
  begin_more (machine, cell, amount);
  begin_more (machine, lending_cell (lending, LENDING_SCALED_DEPOSIT), amount);
  begin_more (machine, lending_cell (lending, LENDING_CASH), amount);
  cash = pnyx_machine_get (machine, lending_cell (lending, LENDING_CASH));
  pnyx_machine_endow (machine, lending->account, PNYX_CASH, MAX (0, cash - held));
}

/* ---- Reading ---- */

static void
read_books (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime until, gint64 *books)
{
  for (guint i = 0; i < LENDING_N_BOOKS; i++)
    books[i] = pnyx_machine_get (machine, lending_cell (lending, i));
  pnyx_lending_count_interest (&lending->setup, books, until / PNYX_SECOND);
}

PnyxLendingBooks
pnyx_lending_books (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime until)
{
  gint64 books[LENDING_N_BOOKS];
  PnyxLendingCurve curve;
  PnyxLendingBooks read;

  read_books (lending, machine, until, books);
  curve = curve_now (&lending->setup, books);
  read = (PnyxLendingBooks){
    .cash = books[LENDING_CASH],
    .debt = debt_of (books, books[LENDING_SCALED_DEBT]),
    .claims = claims_of (books, books[LENDING_SCALED_DEPOSIT]),
    .reserve = books[LENDING_RESERVE],
    .auctioned = pnyx_machine_get (machine, lending_cell (lending, LENDING_AUCTIONED)),
    .bids = pnyx_machine_get (machine, lending_cell (lending, LENDING_BIDS)),
    .written_off = pnyx_machine_get (machine, lending_cell (lending, LENDING_WRITTEN_OFF)),
    .ltv = pnyx_machine_get (machine, lending_cell (lending, LENDING_LTV)),
    .threshold = pnyx_machine_get (machine, lending_cell (lending, LENDING_THRESHOLD)),
  };
  read.utilisation = pnyx_lending_utilisation (read.cash, read.debt);
  read.borrow_rate = pnyx_lending_borrow_rate (&curve, read.utilisation);
  read.supply_rate = pnyx_lending_supply_rate (&curve, read.utilisation);
  return read;
}

PnyxLendingPosition
pnyx_lending_position (const PnyxLending *lending, const PnyxMachine *machine, PnyxAccount account,
                       PnyxTime until)
{
  return pnyx_lending_position_by (lending, machine, account,
                                   pnyx_lending_debt_index (lending, machine, until));
}

PnyxLendingPosition
pnyx_lending_position_by (const PnyxLending *lending, const PnyxMachine *machine,
                          PnyxAccount account, gint64 index)
{
  PnyxCell cell;

  PNYX_REQUIRE (loan_cell (lending, account, &cell));
  return (PnyxLendingPosition){ .collateral = pnyx_machine_get (machine, cell),
                                .debt = pnyx_lending_amount (pnyx_machine_get (machine, cell + 1),
                                                             index, PNYX_ROUND_UP) };
}

gint64
pnyx_lending_debt_index (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime time)
{
  gint64 books[LENDING_N_BOOKS];

  read_books (lending, machine, time, books);
  return books[LENDING_INDEX_DEBT];
}

PnyxAmount
pnyx_lending_deposit (const PnyxLending *lending, const PnyxMachine *machine, PnyxAccount account,
                      PnyxTime until)
{
  gint64 books[LENDING_N_BOOKS];
  PnyxCell cell;

  PNYX_REQUIRE (deposit_cell (lending, account, &cell));
  read_books (lending, machine, until, books);
  return claims_of (books, pnyx_machine_get (machine, cell));
}

gboolean
pnyx_lending_quotes (const PnyxLending *lending, const PnyxMachine *machine, PnyxTime time,
                     gint64 *price)
{
  const PnyxLendingSetup *setup = &lending->setup;
  PnyxTime observed = 0;

  *price = 0;
  return setup->source.peek (setup->source.self, machine, time, price, &observed) && *price > 0
         && (setup->stale_after == 0 || time - observed <= setup->stale_after);
}

/* Whether what single accounts have adds up to the cell @total. */
static gboolean
adds_up (const PnyxLending *lending, const PnyxMachine *machine, PnyxCell first, guint32 n,
         guint32 step, guint total)
{
  pnyx_int128 sum = 0;

  for (guint32 i = 0; i < n; i++)
    sum += pnyx_machine_get (machine, first + i * step);
  return sum == pnyx_machine_get (machine, lending_cell (lending, total));
}

gchar *
pnyx_lending_audit (const PnyxLending *lending, const PnyxMachine *machine, PnyxAmount slack)
{
  const PnyxLendingSetup *setup = &lending->setup;
  /* The books as they stand: interest that nobody has counted yet does not matter. */
  PnyxLendingBooks books = pnyx_lending_books (lending, machine, 0);
  pnyx_int128 has = (pnyx_int128)books.cash + books.debt + books.auctioned;
  pnyx_int128 owes = (pnyx_int128)books.claims + books.reserve + books.bids;

  if (!adds_up (lending, machine, lending->positions, setup->n_borrowers, 2, LENDING_COLLATERAL))
    return g_strdup ("what borrowers have pledged is not what lending holds");
  if (!adds_up (lending, machine, lending->positions + 1, setup->n_borrowers, 2,
                LENDING_SCALED_DEBT))
    return g_strdup ("borrowers' shares of debt are not what lending counts");
  if (!adds_up (lending, machine, lending->deposits, setup->n_lenders, 1, LENDING_SCALED_DEPOSIT))
    return g_strdup ("depositors' shares are not what lending counts");
  if (has >= owes && has - owes <= slack)
    return NULL;
  return g_strdup_printf ("lending has %" G_GINT64_FORMAT " and owes %" G_GINT64_FORMAT
                          " (at most %" G_GINT64_FORMAT " less)",
                          pnyx_wide_clamp ((pnyx_uint128)has), pnyx_wide_clamp ((pnyx_uint128)owes),
                          slack);
}
