/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_CONTRACT_H
#define PNYX_CONTRACT_CONTRACT_H

#include "contract/attack.h"
#include "contract/borrower.h"
#include "contract/controller.h"
#include "contract/forecaster.h"
#include "contract/keeper.h"
#include "contract/lending_outcome.h"
#include "contract/pool_arbitrage.h"
#include "oracle/oracle.h"

/*
 * Contracts of a scenario: what stands in `<contract>` is put on its chain, with those who use it.
 * They are made after the chains and the oracles; a contract that another one refers to is made
 * before it. Everything that they own begins with genesis.
 */

/** PnyxContractOps: a kind of contract. */
typedef struct
{
  PnyxComponent component;
  const gchar *const *refers; /* (nullable) NULL-terminated: its parameters that name contracts */
  gboolean (*check) (const PnyxSection *section, GError **error); /* once there is no circle */
  gboolean (*make) (PnyxContract *contract, GError **error);
} PnyxContractOps;

extern const PnyxKind pnyx_contract_kind;
extern const PnyxElement pnyx_element_contract;

/** Parameters of `<contract>`. */
typedef struct
{
  const gchar *id;
  const gchar *chain;
  const gchar *oracle; /* NULL: none */
  const gchar *asset;
} PnyxContractParams;

/** PnyxPriceKind: what a contract takes for the price. */
typedef enum
{
  PNYX_PRICE_ORACLE, /* the oracle's answers */
  PNYX_PRICE_TRUTH,  /* the truth itself: the twin that nothing is wrong with */
  PNYX_PRICE_POOL,   /* what the pool trades at */
} PnyxPriceKind;

struct _PnyxContract
{
  guint32 index; /* among the world's contracts */
  const gchar *id;
  const PnyxContractParams *params;
  gconstpointer settings; /* of its component */
  const PnyxSection *section;
  const PnyxContractOps *ops;
  const struct PnyxContracts *all;
  PnyxChain *chain;
  PnyxMachine *machine;
  PnyxOracle *oracle;         /* NULL: none */
  guint asset;                /* number in the machine */
  guint32 number;             /* of the contract in the machine */
  PnyxPriceKind price;        /* of lending */
  PnyxOracleReader reader;    /* of lending by an oracle */
  const PnyxPool *pool;       /* of kind pool: itself; of lending: where is sold; NULL: none */
  const PnyxLending *lending; /* NULL: another kind */
  PnyxBorrowers *borrowers;
  PnyxKeepers *keepers;
  PnyxController *controller; /* NULL: none */
  PnyxForecaster *forecaster; /* NULL: none */
  PnyxArbitrage *arbitrage;   /* NULL: none */
  gboolean made;
};

/** PnyxContracts: the contracts of a world, in the order of the scenario. */
typedef struct PnyxContracts
{
  guint n;
  PnyxContract **contracts;
  const PnyxOracles *oracles; /* borrowed */
  PnyxChain *const *chains;   /* borrowed */
  guint n_chains;
  PnyxAttacks attacks; /* on them */
} PnyxContracts;

/**
 * pnyx_contracts_new:
 * @root: `<scenario>`
 * @chains: (array length=n_chains): borrowed, as @oracles is
 *
 * Makes every `<contract>` and `<attack>`; who uses them acts from now on. Errors: more assets than
 * a chain holds, more money than amounts can say: one clear line.
 */
gboolean pnyx_contracts_new (PnyxContracts *contracts, const PnyxSection *root, PnyxWorld *world,
                             PnyxChain *const *chains, guint n_chains, const PnyxOracles *oracles,
                             GError **error);
/** pnyx_contracts_find: Returns: (nullable): the contract @id. */
PnyxContract *pnyx_contracts_find (const PnyxContracts *contracts, const gchar *id);

/** pnyx_contract_truth: Returns: what its asset is worth at @time, 8 decimals; @contract has an
 * oracle: its feed tells. */
gint64 pnyx_contract_truth (const PnyxContract *contract, PnyxTime time);

/*
 * For kinds of contracts.
 */

/** pnyx_contract_amount: Returns: @units as smallest units. */
PnyxAmount pnyx_contract_amount (gdouble units);
/** pnyx_contract_source: Returns: what reads @contract's price, by its fields price, reader, oracle
 * and pool. */
PnyxPriceSource pnyx_contract_source (const PnyxContract *contract);
/** pnyx_contract_sibling: Returns: (nullable): the `<contract>` @id of @section's scenario. */
const PnyxSection *pnyx_contract_sibling (const PnyxSection *section, const gchar *id);
/** pnyx_lending_has_pool, pnyx_lending_auctions_off: whether @section, `<contract>` of kind
 * lending, names a pool, or liquidates by auction. */
gboolean pnyx_lending_has_pool (const PnyxSection *section);
gboolean pnyx_lending_auctions_off (const PnyxSection *section);
/** pnyx_contract_needs_oracle: whether @section, `<contract>`, names an oracle that tells prices,
 * and one on its own chain where @here; its check. */
gboolean pnyx_contract_needs_oracle (const PnyxSection *section, const gchar *why, gboolean here,
                                     GError **error);

/** Kinds of controllers of lending; parameters of `<controller>`. */
extern const PnyxKind pnyx_controller_kind;
extern const PnyxElement pnyx_element_controller;
/** pnyx_contract_add_controller: @section: `<controller>` of @contract, not of kind none. */
gboolean pnyx_contract_add_controller (PnyxContract *contract, const PnyxSection *section,
                                       GError **error);
/** pnyx_controller_governs: Returns: whether `<controller>` is of another kind than none. */
gboolean pnyx_controller_governs (const PnyxSection *section);
/** pnyx_controller_range: what `<controller>` sets at least and at most. */
void pnyx_controller_range (const PnyxSection *section, gdouble *low, gdouble *high);
/** pnyx_controller_cash: Returns: what its account begins with. */
PnyxAmount pnyx_controller_cash (const PnyxSection *section);

extern const PnyxContractOps pnyx_contract_lending;
extern const PnyxContractOps pnyx_contract_pool;

#endif
