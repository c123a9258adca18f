/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/machine.h"

#include <string.h>

#include "support/test_world.h"

/*
 * Contracts of the test: a vault that keeps what it is given and books it, and calls itself or
 * another as its arguments say.
 */
typedef struct
{
  PnyxCell booked;
  guint32 other; /* to call; PNYX_NONE: none */
} Vault;

enum
{
  VAULT_PUT,       /* amount */
  VAULT_TAKE,      /* amount: pays the sender */
  VAULT_PUT_TWICE, /* amount, of which the second put reverts; fails itself where [1] is set */
  VAULT_DIVE,      /* calls itself for ever */
  VAULT_LEAK,      /* pays the sender without a note in the books */
  VAULT_ANSWER,    /* results in [0] * 2 */
};

static gboolean
vault_put (const Vault *vault, PnyxFrame *frame, PnyxAmount amount)
{
  if (!pnyx_frame_take (frame, PNYX_CASH, amount))
    return FALSE;
  pnyx_frame_set (frame, vault->booked, pnyx_frame_get (frame, vault->booked) + amount);
  pnyx_frame_record (frame, 7, amount, 0, 0, 0);
  return TRUE;
}

static gboolean
vault_execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const Vault *vault = self;
  PnyxCall inner = *call;

  switch (call->method)
    {
    case VAULT_PUT:
      return vault_put (vault, frame, call->arguments[0]);
    case VAULT_TAKE:
      pnyx_frame_set (frame, vault->booked,
                      pnyx_frame_get (frame, vault->booked) - call->arguments[0]);
      return pnyx_frame_pay (frame, PNYX_CASH, pnyx_frame_sender (frame), call->arguments[0]);
    case VAULT_PUT_TWICE:
      inner.contract = vault->other;
      inner.method = VAULT_PUT;
      inner.arguments[0] = G_MAXINT64; /* nobody has that */
      if (!vault_put (vault, frame, call->arguments[0]))
        return FALSE;
      return !pnyx_frame_call (frame, &inner, NULL) && call->arguments[1] == 0;
    case VAULT_DIVE:
      pnyx_frame_call (frame, call, NULL);
      pnyx_frame_record (frame, 8, (gint64)pnyx_frame_depth (frame), 0, 0, 0);
      return TRUE;
    case VAULT_LEAK:
      return pnyx_frame_pay (frame, PNYX_CASH, pnyx_frame_sender (frame), call->arguments[0]);
    default:
      pnyx_frame_result (frame, 0, call->arguments[0] * 2);
      return TRUE;
    }
}

static PnyxAmount
vault_booked (gconstpointer self, const PnyxMachine *machine, guint asset)
{
  return asset == PNYX_CASH ? pnyx_machine_get (machine, ((const Vault *)self)->booked) : -1;
}

static const PnyxCode vault_code
    = { .name = "vault", .execute = vault_execute, .booked = vault_booked };

typedef struct
{
  PnyxModel *model;
  PnyxWorld *world;
  PnyxBlockTree *tree;
  PnyxWorkload *workload;
  PnyxMachine *machine;
  Vault vault, second;
  guint32 first_number, second_number;
  PnyxAccount user;
} Rig;

static PnyxTime
at_once (gpointer self, PnyxNodeId origin, PnyxNodeId node, guint32 number, PnyxTime sent)
{
  (void)self;
  (void)origin;
  (void)node;
  (void)number;
  return sent;
}

static Rig *
rig_new (const gchar *execution)
{
  g_autofree gchar *body
      = g_strdup_printf ("<chain kind='nakamoto'><execution %s/></chain>", execution);
  PnyxWorldOptions options = { .seed = 1 };
  Rig *rig = g_new0 (Rig, 1);
  const PnyxSection *chain;

  rig->model = test_model (body);
  chain = pnyx_section_child (rig->model->scenario->root, "chain", 0);
  rig->world = pnyx_world_new (&options);
  rig->tree = pnyx_block_tree_new (pnyx_world_arena (rig->world));
  rig->workload = pnyx_workload_new (rig->world, NULL, 0, 3, rig->tree, at_once, NULL);
  rig->machine = pnyx_machine_new (rig->world, pnyx_section_child (chain, "execution", 0),
                                   rig->tree, rig->workload, 3);
  rig->first_number
      = pnyx_machine_add_contract (rig->machine, &vault_code, &rig->vault, 1, &rig->vault.booked);
  rig->second_number
      = pnyx_machine_add_contract (rig->machine, &vault_code, &rig->second, 1, &rig->second.booked);
  rig->vault.other = rig->second_number;
  rig->user = pnyx_machine_add_accounts (rig->machine, 1);
  pnyx_machine_endow (rig->machine, rig->user, PNYX_CASH, 1000000 * PNYX_AMOUNT_ONE);
  return rig;
}

static void
rig_free (Rig *rig)
{
  pnyx_world_free (rig->world);
  pnyx_model_free (rig->model);
  g_free (rig);
}

static guint32
rig_call (Rig *rig, guint32 method, gint64 a, gint64 b, guint64 gas)
{
  PnyxOrder order = { .node = 0, .account = rig->user, .gas_limit = gas, .gas_price = 20 };
  PnyxCall call = { .contract = rig->first_number, .method = method, .arguments = { a, b } };

  return pnyx_machine_submit (rig->machine, &order, &call);
}

static PnyxBlockId
rig_block (Rig *rig, PnyxBlockId parent)
{
  PnyxBlock block = { .node = 1 };
  guint64 size;
  PnyxBlockId id;

  block.transactions
      = pnyx_workload_fill (rig->workload, parent, 1, 1000000, &size, &block.n_transactions);
  id = pnyx_block_tree_add (rig->tree, parent, &block);
  pnyx_workload_included (rig->workload, id);
  return id;
}

static void
assert_sound (Rig *rig)
{
  g_autofree gchar *fault = pnyx_machine_audit (rig->machine);

  g_assert_cmpstr (fault, ==, NULL);
}

static const PnyxReceipt *
only_receipt (Rig *rig, PnyxBlockId block)
{
  guint32 n;
  const PnyxReceipt *receipts = pnyx_machine_receipts (rig->machine, block, &n);

  g_assert_cmpuint (n, ==, 1);
  return receipts;
}

static void
test_a_call_moves_value_and_pays_its_gas (void)
{
  Rig *rig = rig_new ("ether-price='1000'");
  guint32 number = rig_call (rig, VAULT_PUT, 500 * PNYX_AMOUNT_ONE, 0, 200000);
  PnyxBlockId block = rig_block (rig, 0);
  const PnyxReceipt *receipt = only_receipt (rig, block);
  /* a transaction, 114 + 32 bytes, a take, a get, a set, a record */
  guint64 gas = 21000 + 16 * 146 + 2 * 7100 + 2100 + 5000 + 1774;
  guint32 n;

  g_assert_cmpuint (receipt->transaction, ==, number);
  g_assert_cmpint (receipt->outcome, ==, PNYX_OUTCOME_DONE);
  g_assert_cmpuint (receipt->gas, ==, gas);
  g_assert_cmpint (receipt->fee, ==, (PnyxAmount)gas * 20); /* gas * 20e-9 * 1000 $ */
  pnyx_machine_view (rig->machine, block);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 500 * PNYX_AMOUNT_ONE);
  g_assert_cmpint (pnyx_machine_balance (rig->machine, rig->user, PNYX_CASH), ==,
                   999500 * PNYX_AMOUNT_ONE - receipt->fee);
  g_assert_cmpint (pnyx_machine_balance (rig->machine, 1, PNYX_CASH), ==, receipt->fee);
  g_assert_cmpint (pnyx_machine_records (rig->machine, block, &n)->values[0], ==,
                   500 * PNYX_AMOUNT_ONE);
  g_assert_cmpuint (n, ==, 1);
  assert_sound (rig);
  pnyx_machine_view (rig->machine, 0);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 0);
  assert_sound (rig);
  rig_free (rig);
}

static void
test_what_reverts_changes_nothing_but_the_fee (void)
{
  Rig *rig = rig_new ("");
  PnyxBlockId block;
  guint32 n;

  rig_call (rig, VAULT_PUT_TWICE, PNYX_AMOUNT_ONE, 1, 300000);
  block = rig_block (rig, 0);
  g_assert_cmpint (only_receipt (rig, block)->outcome, ==, PNYX_OUTCOME_REVERTED);
  pnyx_machine_view (rig->machine, block);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 0);
  pnyx_machine_records (rig->machine, block, &n);
  g_assert_cmpuint (n, ==, 0);
  rig_call (rig, VAULT_PUT_TWICE, PNYX_AMOUNT_ONE, 0, 300000); /* only the inner one reverts */
  block = rig_block (rig, block);
  g_assert_cmpint (only_receipt (rig, block)->outcome, ==, PNYX_OUTCOME_DONE);
  pnyx_machine_view (rig->machine, block);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, PNYX_AMOUNT_ONE);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->second.booked), ==, 0);
  assert_sound (rig);
  rig_free (rig);
}

static void
test_gas_runs_out_and_is_paid_for (void)
{
  Rig *rig = rig_new ("");
  PnyxBlockId block;

  rig_call (rig, VAULT_DIVE, 0, 0, 400000);
  block = rig_block (rig, 0);
  g_assert_cmpint (only_receipt (rig, block)->outcome, ==, PNYX_OUTCOME_OUT_OF_GAS);
  g_assert_cmpuint (only_receipt (rig, block)->gas, ==, 400000);
  rig_call (rig, VAULT_PUT, 1, 0, 1000); /* less than any transaction takes */
  block = rig_block (rig, block);
  g_assert_cmpint (only_receipt (rig, block)->outcome, ==, PNYX_OUTCOME_OUT_OF_GAS);
  pnyx_machine_view (rig->machine, block);
  assert_sound (rig);
  rig_free (rig);
}

static void
test_calls_go_as_deep_as_they_may (void)
{
  Rig *rig = rig_new ("depth-max='5'");
  PnyxBlockId block;
  const PnyxRecord *records;
  guint32 n;

  rig_call (rig, VAULT_DIVE, 0, 0, 1000000);
  block = rig_block (rig, 0);
  g_assert_cmpint (only_receipt (rig, block)->outcome, ==, PNYX_OUTCOME_DONE);
  records = pnyx_machine_records (rig->machine, block, &n);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpint (records[0].values[0], ==, 5);
  g_assert_cmpint (records[4].values[0], ==, 1);
  rig_free (rig);
}

/* Each of them costs six tenths of what there is: makers see that of the block before, so that a
 * second one is in the same block, for nothing, and a third in none. */
static void
test_who_cannot_pay_is_not_executed (void)
{
  Rig *rig = rig_new ("ether-price='75000000'");
  const PnyxReceipt *receipts;
  PnyxBlockId block;
  guint32 n;

  rig_call (rig, VAULT_DIVE, 0, 0, 400000);
  rig_call (rig, VAULT_DIVE, 0, 0, 400000);
  block = rig_block (rig, 0);
  receipts = pnyx_machine_receipts (rig->machine, block, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (receipts[0].outcome, ==, PNYX_OUTCOME_OUT_OF_GAS);
  g_assert_cmpint (receipts[0].fee, ==, 600000 * PNYX_AMOUNT_ONE);
  g_assert_cmpint (receipts[1].outcome, ==, PNYX_OUTCOME_UNPAID);
  g_assert_cmpint (receipts[1].fee, ==, 0);
  rig_call (rig, VAULT_DIVE, 0, 0, 400000);
  rig_call (rig, VAULT_DIVE, 0, 0, 200000);
  block = rig_block (rig, block);
  receipts = pnyx_machine_receipts (rig->machine, block, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (receipts[0].gas, ==, 200000);
  rig_free (rig);
}

static void
test_a_leak_is_found (void)
{
  Rig *rig = rig_new ("");
  g_autofree gchar *fault = NULL;
  PnyxBlockId block;

  rig_call (rig, VAULT_PUT, 5 * PNYX_AMOUNT_ONE, 0, 200000);
  block = rig_block (rig, 0);
  rig_call (rig, VAULT_LEAK, PNYX_AMOUNT_ONE, 0, 200000);
  block = rig_block (rig, block);
  pnyx_machine_view (rig->machine, block);
  fault = pnyx_machine_audit (rig->machine);
  g_assert_cmpstr (fault, ==, "vault owns 4000000 of cash (its books say 5000000)");
  rig_free (rig);
}

static void
test_a_trial_tells_and_changes_nothing (void)
{
  Rig *rig = rig_new ("");
  PnyxCall call = { .contract = rig->first_number, .method = VAULT_ANSWER, .arguments = { 21 } };
  gint64 results[PNYX_ARGUMENTS_MAX];

  g_assert_cmpint (pnyx_machine_try (rig->machine, rig->user, &call, 100000, results), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (results[0], ==, 42);
  call.method = VAULT_PUT;
  g_assert_cmpint (pnyx_machine_try (rig->machine, rig->user, &call, 100000, NULL), ==,
                   PNYX_OUTCOME_DONE);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 0);
  call.arguments[0] = G_MAXINT64;
  g_assert_cmpint (pnyx_machine_try (rig->machine, rig->user, &call, 100000, NULL), ==,
                   PNYX_OUTCOME_REVERTED);
  assert_sound (rig);
  rig_free (rig);
}

static void
test_a_rival_block_begins_from_its_own_parent (void)
{
  Rig *rig = rig_new ("");
  PnyxBlockId a, b;

  rig_call (rig, VAULT_PUT, 3, 0, 200000);
  a = rig_block (rig, 0);
  b = rig_block (rig, a); /* empty */
  pnyx_machine_view (rig->machine, b);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 3);
  b = rig_block (rig, 0); /* the same transaction in another block of the same height */
  rig_call (rig, VAULT_PUT, 4, 0, 200000);
  b = rig_block (rig, b);
  pnyx_machine_view (rig->machine, b);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 7);
  assert_sound (rig);
  pnyx_machine_view (rig->machine, a);
  g_assert_cmpint (pnyx_machine_get (rig->machine, rig->vault.booked), ==, 3);
  assert_sound (rig);
  rig_free (rig);
}

static void
test_full_blocks_raise_the_bid (void)
{
  Rig *rig = rig_new ("gas-limit='400000' gas-price='10'");
  PnyxBlockId full, empty;

  g_assert_cmpfloat (pnyx_machine_gas_price (rig->machine), ==, 10);
  rig_call (rig, VAULT_PUT, 1, 0, 200000);
  rig_call (rig, VAULT_PUT, 1, 0, 200000);
  full = rig_block (rig, 0);
  pnyx_machine_view (rig->machine, full);
  g_assert_cmpfloat (pnyx_machine_gas_price (rig->machine), ==, 22.5);
  empty = rig_block (rig, full);
  pnyx_machine_view (rig->machine, empty);
  g_assert_cmpint (pnyx_machine_fee (rig->machine, 1000000, 1e300), ==,
                   G_GINT64_CONSTANT (4000000000000000000));
  g_assert_cmpuint (pnyx_machine_viewed (rig->machine), ==, empty);
  g_assert_cmpfloat (pnyx_machine_gas_price (rig->machine), ==, 10);
  /* Each block has its own, whichever was looked at last. */
  pnyx_machine_view (rig->machine, full);
  g_assert_cmpuint (pnyx_machine_viewed (rig->machine), ==, full);
  g_assert_cmpfloat (pnyx_machine_gas_price (rig->machine), ==, 22.5);
  pnyx_machine_view (rig->machine, 0);
  g_assert_cmpfloat (pnyx_machine_gas_price (rig->machine), ==, 10);
  rig_free (rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/machine/a-call-moves-value-and-pays-its-gas",
                   test_a_call_moves_value_and_pays_its_gas);
  g_test_add_func ("/ledger/machine/what-reverts-changes-nothing-but-the-fee",
                   test_what_reverts_changes_nothing_but_the_fee);
  g_test_add_func ("/ledger/machine/gas-runs-out-and-is-paid-for",
                   test_gas_runs_out_and_is_paid_for);
  g_test_add_func ("/ledger/machine/calls-go-as-deep-as-they-may",
                   test_calls_go_as_deep_as_they_may);
  g_test_add_func ("/ledger/machine/who-cannot-pay-is-not-executed",
                   test_who_cannot_pay_is_not_executed);
  g_test_add_func ("/ledger/machine/a-leak-is-found", test_a_leak_is_found);
  g_test_add_func ("/ledger/machine/a-trial-tells-and-changes-nothing",
                   test_a_trial_tells_and_changes_nothing);
  g_test_add_func ("/ledger/machine/a-rival-block-begins-from-its-own-parent",
                   test_a_rival_block_begins_from_its_own_parent);
  g_test_add_func ("/ledger/machine/full-blocks-raise-the-bid", test_full_blocks_raise_the_bid);
  return g_test_run ();
}
