/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/contract_rig.h"

static PnyxTime
rig_arrival (gpointer self, PnyxNodeId origin, PnyxNodeId node, guint32 number, PnyxTime sent)
{
  (void)self;
  (void)origin;
  (void)node;
  (void)number;
  return sent;
}

ContractRig *
contract_rig_new (guint n_assets, guint32 n_accounts, gdouble gas_price)
{
  g_autofree gchar *body = g_strdup_printf (
      "<chain kind='nakamoto'><execution gas-price='%g' gas-limit='1000000000'/></chain>",
      gas_price);
  PnyxWorldOptions options = { .seed = 1 };
  ContractRig *rig = g_new0 (ContractRig, 1);
  const PnyxSection *chain;

  rig->model = test_model (body);
  chain = pnyx_section_child (rig->model->scenario->root, "chain", 0);
  rig->world = pnyx_world_new (&options);
  rig->blocks = pnyx_block_tree_new (pnyx_world_arena (rig->world));
  rig->workload = pnyx_workload_new (rig->world, NULL, 0, RIG_NODES, rig->blocks, rig_arrival, rig);
  rig->machine = pnyx_machine_new (rig->world, pnyx_section_child (chain, "execution", 0),
                                   rig->blocks, rig->workload, RIG_NODES);
  rig->step = 12 * PNYX_SECOND;
  while (pnyx_machine_assets (rig->machine) < n_assets)
    pnyx_machine_add_asset (rig->machine, "asset");
  rig->accounts = pnyx_machine_add_accounts (rig->machine, n_accounts);
  for (guint32 i = 0; i < n_accounts; i++)
    for (guint asset = 0; asset < n_assets; asset++)
      pnyx_machine_endow (rig->machine, rig->accounts + i, asset, RIG_WEALTH * PNYX_AMOUNT_ONE);
  return rig;
}

void
contract_rig_free (ContractRig *rig)
{
  pnyx_world_free (rig->world);
  pnyx_model_free (rig->model);
  g_free (rig);
}

guint32
contract_rig_submit (ContractRig *rig, PnyxAccount account, const PnyxCall *call)
{
  PnyxOrder order = { .account = account,
                      .gas_limit = RIG_GAS,
                      .gas_price = pnyx_machine_gas_price (rig->machine) };

  return pnyx_machine_submit (rig->machine, &order, call);
}

PnyxBlockId
contract_rig_block (ContractRig *rig, PnyxBlockId parent, const guint32 *transactions, guint32 n)
{
  PnyxArena *arena = pnyx_world_arena (rig->world);
  PnyxBlock block = { .node = parent % RIG_NODES,
                      .time = pnyx_block_tree_get (rig->blocks, parent)->time + rig->step,
                      .n_transactions = n,
                      .valid = TRUE };

  block.transactions = pnyx_arena_array (arena, guint32, MAX (n, 1));
  for (guint32 i = 0; i < n; i++)
    block.transactions[i] = transactions[i];
  rig->head = pnyx_block_tree_add (rig->blocks, parent, &block);
  pnyx_machine_view (rig->machine, rig->head);
  return rig->head;
}

PnyxOutcome
contract_rig_do (ContractRig *rig, PnyxAccount account, const PnyxCall *call)
{
  guint32 number = contract_rig_submit (rig, account, call), n;

  contract_rig_block (rig, rig->head, &number, 1);
  contract_rig_audit (rig);
  return pnyx_machine_receipts (rig->machine, rig->head, &n)[0].outcome;
}

void
contract_rig_audit (const ContractRig *rig)
{
  g_autofree gchar *fault = pnyx_machine_audit (rig->machine);

  g_assert_cmpstr (fault, ==, NULL);
}

const PnyxRecord *
contract_rig_record (ContractRig *rig, guint32 i)
{
  guint32 n;
  const PnyxRecord *records = pnyx_machine_records (rig->machine, rig->head, &n);

  g_assert_cmpuint (i, <, n);
  return &records[n - 1 - i];
}
