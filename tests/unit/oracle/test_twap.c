/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/twap_rule.h"

#include <string.h>

#include "contract/contract.h"
#include "support/oracle_world.h"

#define FEED "<feed kind='gbm' start='1000'><gbm volatility='0'/></feed>"
#define POOL                                                                                       \
  "<contract id='dex' kind='pool' oracle='oracle'><pool depth='1000000 $' fee='0'/></contract>"

static OracleWorld *
twap_world (const gchar *twap, const gchar *beside)
{
  g_autofree gchar *inside
      = g_strdup_printf ("<twap pool='dex' %s/>%s<reporters count='3'/>", twap, FEED);
  g_autofree gchar *all = g_strconcat (POOL, beside, NULL);

  return oracle_world_new ("id='oracle' kind='twap'", inside, all, 0);
}

static const PnyxPool *
dex (const OracleWorld *world)
{
  return pnyx_contracts_find (&world->world->contracts, "dex")->pool;
}

/* Somebody with money and units, who pays for gas. */
static PnyxAccount
add_trader (OracleWorld *world)
{
  PnyxMachine *machine = world->oracle->machine;
  PnyxAccount account = pnyx_machine_add_accounts (machine, 1);

  for (guint asset = 0; asset < 2; asset++)
    pnyx_machine_endow (machine, account, asset, 10000000 * PNYX_AMOUNT_ONE);
  return account;
}

static void
call (OracleWorld *world, PnyxAccount account, const PnyxCall *what)
{
  PnyxOrder order = { .account = account, .gas_limit = 1000000, .gas_price = 20 };

  pnyx_machine_submit (world->oracle->machine, &order, what);
}

static void
swap (OracleWorld *world, PnyxAccount account, guint side, gdouble units)
{
  const PnyxCall what = { .contract = dex (world)->contract,
                          .method = PNYX_POOL_SWAP,
                          .arguments = { side, (gint64)(units * PNYX_AMOUNT_ONE) } };

  call (world, account, &what);
}

/* What the pool's price summed to until @second, by what each canonical block left behind. */
static PnyxTwap
sums_until (OracleWorld *world, PnyxBlockId tip, gint64 second)
{
  PnyxChain *chain = world->oracle->chain;
  guint32 top = pnyx_block_tree_get (chain->blocks, tip)->height;
  PnyxTwap sums = { .seeded = TRUE };

  for (guint32 height = 0; height <= top && sums.second < second; height++)
    {
      gint64 until = second;
      gint64 price;

      pnyx_machine_view (chain->machine, pnyx_block_tree_ancestor (chain->blocks, tip, height));
      price = pnyx_pool_price (dex (world), chain->machine);
      if (height < top)
        until = pnyx_block_tree_get (chain->blocks,
                                     pnyx_block_tree_ancestor (chain->blocks, tip, height + 1))
                    ->time
                / PNYX_SECOND;
      pnyx_twap_touch (&sums, (guint64)price, MIN (until, second) * PNYX_SECOND);
    }
  return sums;
}

/* Each canonical answer is the mean of what blocks closed with, over a window and at most a period
 * and a block's wait more. Returns: how many there are. */
static guint
check_answers (OracleWorld *world, PnyxTwapMean mean, gint64 window, gint64 slack)
{
  PnyxBlockId tip = world->oracle->chain->ops->canonical (world->oracle->chain);
  const PnyxAnswer *answer = oracle_world_answer (world);
  guint n = 0;

  for (; answer != NULL; n++)
    {
      gint64 from = answer->begun / PNYX_SECOND, to = answer->updated / PNYX_SECOND;
      PnyxTwap begin = sums_until (world, tip, from), end = sums_until (world, tip, to);

      g_assert_cmpint (to - from, >=, window);
      g_assert_cmpint (to - from, <=, window + slack);
      g_assert_cmpint (answer->value, ==, (gint64)pnyx_twap_consult (&begin, &end, mean));
      g_assert_cmpint (answer->observed, ==, answer->begun + (answer->updated - answer->begun) / 2);
      answer
          = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous];
    }
  return n;
}

static void
test_answers_are_means_of_closing_prices (void)
{
  static const gchar *const means[] = { "arithmetic", "geometric" };

  for (guint mean = 0; mean < 2; mean++)
    {
      g_autofree gchar *twap
          = g_strdup_printf ("window='10 min' interval='1 min' mean='%s'", means[mean]);
      g_autoptr (OracleWorld) world = twap_world (twap, "");
      PnyxAccount trader = add_trader (world);

      for (guint i = 0; i < 30; i++)
        {
          test_world_run (world->world, 60 + i * 100);
          swap (world, trader, i % 2, i % 2 == 1 ? 100000 : 90);
        }
      test_world_run (world->world, 3600);
      g_assert_cmpuint (check_answers (world, (PnyxTwapMean)mean, 600, 180), >, 35);
    }
}

static void
test_there_is_no_answer_before_a_window_is_over (void)
{
  g_autoptr (OracleWorld) world = twap_world ("window='10 min' interval='1 min'", "");

  test_world_run (world->world, 599);
  g_assert_null (oracle_world_answer (world));
  test_world_run (world->world, 900);
  g_assert_nonnull (oracle_world_answer (world));
  g_assert_cmpint (oracle_world_answer (world)->value, ==, 1000 * PNYX_PRICE_ONE);
}

static gint64
jump_answer (const gchar *twap, gdouble until)
{
  g_autoptr (OracleWorld) world = twap_world (twap, "");
  PnyxAccount trader = add_trader (world);

  test_world_run (world->world, 3605);
  swap (world, trader, 1, 414213.562373); /* the price doubles */
  test_world_run (world->world, until);
  return oracle_world_answer (world)->value;
}

/* With a period of half an hour nothing is due for long; a deviation calls at once. */
static void
test_a_deviation_brings_an_answer_within_a_period (void)
{
  static const gchar plain[] = "window='30 min' interval='30 min'";
  static const gchar deviation[] = "window='30 min' interval='30 min' deviation='0.01'";

  g_assert_cmpint (jump_answer (plain, 4800), ==, 1000 * PNYX_PRICE_ONE);
  g_assert_cmpint (jump_answer (deviation, 4800), >, 1100 * PNYX_PRICE_ONE);
}

static void
test_the_next_keeper_calls_where_one_is_offline (void)
{
  g_autoptr (OracleWorld) world = twap_world ("window='10 min' interval='1 min'", "");
  PnyxNetwork *network = world->world->network;
  guint before;

  pnyx_network_expect_faults (network);
  for (guint32 i = 0; i < 2; i++)
    pnyx_network_set_online (network, world->oracle->reporters[i].node, FALSE);
  test_world_run (world->world, 3600);
  before = check_answers (world, PNYX_TWAP_ARITHMETIC, 600, 240);
  g_assert_cmpuint (before, >, 25);
  pnyx_network_set_online (network, world->oracle->reporters[2].node, FALSE);
  test_world_run (world->world, 7200);
  g_assert_cmpuint (check_answers (world, PNYX_TWAP_ARITHMETIC, 600, 240), <=, before + 1);
}

/* ---- Within one transaction ---- */

typedef struct
{
  const PnyxPool *pool;
  guint32 oracle;
} Flash;

/* Takes what is in the pool, has the oracle called, and trades back: what a flash loan pays for. */
static gboolean
flash_execute (gconstpointer user, PnyxFrame *frame, const PnyxCall *what)
{
  const Flash *self = user;
  PnyxCall there = { .contract = self->pool->contract,
                     .method = PNYX_POOL_SWAP,
                     .arguments = { 1, what->arguments[0] } };
  PnyxCall update = { .contract = self->oracle }, back = there;
  gint64 results[PNYX_ARGUMENTS_MAX], spot;

  if (!pnyx_frame_take (frame, PNYX_CASH, what->arguments[0])
      || !pnyx_frame_call (frame, &there, results))
    return FALSE;
  spot = pnyx_pool_read_price (self->pool, frame);
  pnyx_frame_call (frame, &update, NULL);
  back.arguments[0] = 0;
  back.arguments[1] = results[0];
  if (!pnyx_frame_call (frame, &back, results))
    return FALSE;
  pnyx_frame_record (frame, 0, spot, 0, 0, 0);
  return pnyx_frame_pay (frame, PNYX_CASH, pnyx_frame_sender (frame), results[0]);
}

static const PnyxCode flash_code = { .name = "flash", .execute = flash_execute };

static void
test_a_flash_loan_moves_the_spot_price_and_not_the_mean (void)
{
  g_autoptr (OracleWorld) world = twap_world ("window='10 min' interval='1 min'", "");
  PnyxMachine *machine = world->oracle->machine;
  Flash flash = { dex (world), world->oracle->contract };
  PnyxAccount trader = add_trader (world);
  PnyxCell cells;
  PnyxCall what = { .method = 0, .arguments = { 9000000 * PNYX_AMOUNT_ONE } };
  gint64 most = 0;

  what.contract = pnyx_machine_add_contract (machine, &flash_code, &flash, 0, &cells);
  for (guint i = 0; i < 30; i++)
    {
      test_world_run (world->world, 60 + i * 100);
      call (world, trader, &what);
    }
  test_world_run (world->world, 3600);
  for (PnyxBlockId at = world->oracle->chain->head[0]; at != 0;
       at = pnyx_block_tree_get (world->oracle->chain->blocks, at)->parent)
    {
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (machine, at, &n);

      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == what.contract)
          most = MAX (most, records[i].values[0]);
    }
  g_assert_cmpint (most, >, 99 * 1000 * PNYX_PRICE_ONE); /* (1 + 9)^2 times the price */
  for (const PnyxAnswer *answer = oracle_world_answer (world); answer != NULL;
       answer
       = answer->previous == PNYX_NONE ? NULL : &world->oracle->answers->list[answer->previous])
    g_assert_cmpint (ABS (answer->value - 1000 * PNYX_PRICE_ONE), <, 100); /* rounding of swaps */
}

static void
test_lending_reads_it (void)
{
  g_autoptr (OracleWorld) world
      = twap_world ("window='10 min' interval='1 min'",
                    "<contract id='loans' kind='lending' oracle='oracle'><lending pool='dex'>"
                    "<borrowers count='5'/></lending></contract>");
  const PnyxContract *loans = pnyx_contracts_find (&world->world->contracts, "loans");
  PnyxAccount trader = add_trader (world);
  const PnyxAnswer *answer;
  gint64 price = 0;

  test_world_run (world->world, 605);
  swap (world, trader, 1, 100000);
  test_world_run (world->world, 1500);
  answer = oracle_world_answer (world);
  g_assert_true (pnyx_lending_quotes (loans->lending, loans->machine, 1500 * PNYX_SECOND, &price));
  g_assert_cmpint (price, ==, answer->value);
  g_assert_cmpint (price, >, 1000 * PNYX_PRICE_ONE);
  g_assert_null (pnyx_machine_audit (loans->machine));
}

static void
refuses (const gchar *twap, const gchar *beside, gint code, const gchar *word)
{
  g_autofree gchar *oracle
      = g_strdup_printf ("<oracle id='oracle' kind='twap'>%s<reporters count='3'/></oracle>", twap);
  g_autofree gchar *body = g_strconcat ("<chain kind='nakamoto' id='main'/>", oracle, beside, NULL);
  g_autofree gchar *message = test_refusal (body, code);

  if (strstr (message, word) == NULL)
    g_error ("\"%s\" does not say %s", message, word);
}

static void
test_a_pool_that_is_none_is_refused (void)
{
  refuses ("<twap pool='dex'/><feed/>", "", PNYX_ERROR_UNKNOWN, "dex");
  refuses ("<twap pool='loans'/><feed/>", "<contract id='loans' kind='lending' oracle='oracle'/>",
           PNYX_ERROR_MISSING, "expected the id of a contract of kind pool");
  refuses ("<twap pool='dex'/><feed/>",
           "<chain kind='nakamoto' id='other'/>"
           "<contract id='dex' kind='pool' oracle='oracle' chain='other'/>",
           PNYX_ERROR_CONFLICT, "expected one chain");
  refuses ("<twap pool='dex' window='63 min'/><feed/>",
           "<contract id='dex' kind='pool' oracle='oracle'/>", PNYX_ERROR_RANGE, "at most 62");
  refuses ("<twap pool='dex'/><feed kind='categorical'/>",
           "<contract id='dex' kind='pool'><pool price='1 $'/></contract>", PNYX_ERROR_CONFLICT,
           "cannot tell");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/twap/answers-are-means-of-closing-prices",
                   test_answers_are_means_of_closing_prices);
  g_test_add_func ("/oracle/twap/there-is-no-answer-before-a-window-is-over",
                   test_there_is_no_answer_before_a_window_is_over);
  g_test_add_func ("/oracle/twap/a-deviation-brings-an-answer-within-a-period",
                   test_a_deviation_brings_an_answer_within_a_period);
  g_test_add_func ("/oracle/twap/the-next-keeper-calls-where-one-is-offline",
                   test_the_next_keeper_calls_where_one_is_offline);
  g_test_add_func ("/oracle/twap/a-flash-loan-moves-the-spot-price-and-not-the-mean",
                   test_a_flash_loan_moves_the_spot_price_and_not_the_mean);
  g_test_add_func ("/oracle/twap/lending-reads-it", test_lending_reads_it);
  g_test_add_func ("/oracle/twap/a-pool-that-is-none-is-refused",
                   test_a_pool_that_is_none_is_refused);
  return g_test_run ();
}
