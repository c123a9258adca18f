/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine on a tree of blocks that the test grows itself: no network, no protocol. */
#ifndef TESTS_SUPPORT_CONTRACT_RIG_H
#define TESTS_SUPPORT_CONTRACT_RIG_H

#include "ledger/machine.h"
#include "support/test_world.h"

#define RIG_NODES 4           /* accounts 0 on: who makes the blocks */
#define RIG_GAS 5000000       /* of each transaction */
#define RIG_WEALTH 1000000000 /* of each account and asset: whole units */

typedef struct
{
  PnyxModel *model;
  PnyxWorld *world;
  PnyxBlockTree *blocks;
  PnyxWorkload *workload;
  PnyxMachine *machine;
  PnyxBlockId head;     /* that contract_rig_do builds on; the view afterwards */
  PnyxTime step;        /* between blocks: 12 s */
  PnyxAccount accounts; /* the first of them */
} ContractRig;

/* @n_accounts own %RIG_WEALTH of @n_assets each; gas is free unless @gas_price (gwei). */
ContractRig *contract_rig_new (guint n_assets, guint32 n_accounts, gdouble gas_price);
void contract_rig_free (ContractRig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ContractRig, contract_rig_free)

/* Submits a call by @account. Returns: the transaction's number. */
guint32 contract_rig_submit (ContractRig *rig, PnyxAccount account, const PnyxCall *call);

/* A block on @parent, @step later, with @transactions; it becomes head and view. */
PnyxBlockId contract_rig_block (ContractRig *rig, PnyxBlockId parent, const guint32 *transactions,
                                guint32 n);

/* A block on head with this call alone. Returns: how it ended. */
PnyxOutcome contract_rig_do (ContractRig *rig, PnyxAccount account, const PnyxCall *call);

/* Fails the test where the audit of the view finds something. */
void contract_rig_audit (const ContractRig *rig);

/* The @i-th record from the end of the head. */
const PnyxRecord *contract_rig_record (ContractRig *rig, guint32 i);

#endif
