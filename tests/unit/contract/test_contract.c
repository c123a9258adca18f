/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/contract.h"

#include <string.h>

#include "support/test_world.h"

#define HEAD                                                                                       \
  "<run duration='1 h'/><network nodes='8'><topology kind='complete'/></network>"                  \
  "<chain kind='nakamoto' id='main'><execution gas-price='0'/>"                                    \
  "<nakamoto interval='12 s'/></chain>"
#define ORACLE                                                                                     \
  "<oracle id='price'><feed kind='gbm' start='100'>"                                               \
  "<shock at='10 min' over='10 min' change='-0.4'/></feed>"                                        \
  "<reporters count='4'/><filter kind='median'/></oracle>"
#define POOL "<contract id='dex' kind='pool' oracle='price'><pool><arbitrageurs/></pool></contract>"

static const gchar lending_text[]
    = "<contract id='loans' kind='lending' oracle='price'><lending pool='dex'>"
      "<borrowers count='100'/></lending></contract>";

static const PnyxContract *
find (const TestWorld *world, const gchar *id)
{
  const PnyxContract *contract = pnyx_contracts_find (&world->contracts, id);

  g_assert_nonnull (contract);
  return contract;
}

/* What stands in a scenario is what the machine has in genesis. */
static void
test_parameters_reach_the_contracts (void)
{
  g_autoptr (PnyxModel) model = test_model (
      HEAD ORACLE
      "<contract id='loans' kind='lending' oracle='price'>"
      "<lending pool='dex' ltv='0.6' threshold='0.7' bonus='0.08' close-factor='0.4' "
      "full-below='0.95' liquidation='auction' reader='finalized' stale-after='90 s'>"
      "<rates base='0.01' slope1='0.02' slope2='0.5' kink='0.9' reserve='0.2'/>"
      "<auction increase='0.03' bid-lasts='10 min' lasts='6 h' max='7' penalty='0.1'/>"
      "<lenders count='3' utilisation='0.25'/><borrowers count='50'/><keepers count='2'/>"
      "<controller kind='rule' cash='5 $'/></lending></contract>"
      "<contract id='dex' kind='pool' oracle='price'><pool depth='5000 $' fee='0.01'/>"
      "</contract>");
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxContract *loans = find (world, "loans"), *dex = find (world, "dex");
  const PnyxLendingSetup *setup = &loans->lending->setup;
  PnyxMachine *machine = loans->machine;
  PnyxLendingBooks books = pnyx_lending_books (loans->lending, machine, 0);

  g_assert_cmpint (setup->ltv, ==, 600000);
  g_assert_cmpint (setup->terms.threshold, ==, 700000);
  g_assert_cmpint (setup->terms.bonus, ==, 80000);
  g_assert_cmpint (setup->terms.close_factor, ==, 400000);
  g_assert_cmpint (setup->terms.full_below, ==, 950000);
  g_assert_cmpint (setup->mode, ==, PNYX_LENDING_AUCTION);
  g_assert_cmpint (setup->stale_after, ==, 90 * PNYX_SECOND);
  g_assert_cmpint (setup->curve.base, ==, PNYX_LENDING_RATE_ONE / 100);
  g_assert_cmpint (setup->curve.slope1, ==, PNYX_LENDING_RATE_ONE / 50);
  g_assert_cmpint (setup->curve.slope2, ==, PNYX_LENDING_RATE_ONE / 2);
  g_assert_cmpint (setup->curve.kink, ==, PNYX_LENDING_RATE_ONE / 10 * 9);
  g_assert_cmpint (setup->curve.reserve, ==, PNYX_LENDING_RATE_ONE / 5);
  g_assert_cmpuint (setup->auction.beg, ==, 1030000);
  g_assert_cmpint (setup->auction.ttl, ==, 600 * PNYX_SECOND);
  g_assert_cmpint (setup->auction.tau, ==, 6 * 3600 * PNYX_SECOND);
  g_assert_cmpuint (setup->auctions_max, ==, 7);
  g_assert_cmpint (setup->penalty, ==, 100000);
  g_assert_cmpuint (setup->n_borrowers, ==, 50);
  g_assert_cmpuint (setup->n_lenders, ==, 3);
  g_assert_cmpint (loans->reader, ==, PNYX_READ_FINALIZED);
  g_assert_cmpint (pnyx_machine_balance (machine, setup->governor, PNYX_CASH), ==,
                   5 * PNYX_AMOUNT_ONE);
  g_assert_nonnull (loans->controller);
  g_assert_true (loans->pool == dex->pool);
  g_assert_cmpuint (loans->asset, ==, dex->asset);
  g_assert_cmpuint (pnyx_machine_assets (machine), ==, 2);
  g_assert_cmpint (pnyx_pool_reserve (dex->pool, machine, 1), ==, 5000 * PNYX_AMOUNT_ONE);
  g_assert_cmpint (pnyx_pool_reserve (dex->pool, machine, 0), ==, 50 * PNYX_AMOUNT_ONE);
  g_assert_cmpuint (dex->pool->fee, ==, 10000);
  g_assert_null (dex->arbitrage);
  g_assert_cmpfloat_with_epsilon ((gdouble)books.utilisation / (gdouble)PNYX_LENDING_RATE_ONE, 0.25,
                                  1e-6);
}

static void
assert_sound (const TestWorld *world)
{
  PnyxMachine *machine = world->chains[0]->machine;

  for (PnyxBlockId id = 0; id < pnyx_block_tree_size (world->chains[0]->blocks); id++)
    {
      g_autofree gchar *fault = NULL;

      pnyx_machine_view (machine, id);
      fault = pnyx_machine_audit (machine);
      g_assert_cmpstr (fault, ==, NULL);
    }
}

/* The oracle's answers drive liquidations, sales, arbitrage; nothing is lost on the way. */
static void
test_a_fall_liquidates_loans (void)
{
  g_autofree gchar *body = g_strconcat (HEAD ORACLE POOL, lending_text, NULL);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxContract *loans = find (world, "loans");
  PnyxTruePrice truth = { .at = (gint64 (*) (gpointer, PnyxTime))pnyx_contract_truth,
                          .self = (gpointer)(gsize)loans };
  PnyxLendingOutcome outcome;
  gint64 price;

  test_world_run (world, 3600);
  outcome = pnyx_lending_outcome (loans->chain, loans->lending, truth, loans->chain->head[0], 0,
                                  PNYX_TIME_MAX);
  g_assert_cmpuint (outcome.liquidations, >, 20);
  g_assert_cmpuint (pnyx_arbitrage_sent (find (world, "dex")->arbitrage), >, 0);
  pnyx_machine_view (loans->machine, loans->chain->head[0]);
  g_assert_true (pnyx_lending_quotes (loans->lending, loans->machine, 3600 * PNYX_SECOND, &price));
  g_assert_cmpfloat_with_epsilon ((gdouble)price / PNYX_PRICE_ONE, 60, 3);
  assert_sound (world);
}

static gint64
price_after (const gchar *lending, gdouble seconds, gboolean *quoted)
{
  g_autofree gchar *body
      = g_strdup_printf (HEAD ORACLE "%s<contract id='loans' kind='lending' oracle='price'>"
                                     "<lending %s><borrowers count='5'/></lending></contract>",
                         "<contract id='dex' kind='pool' oracle='price'><pool price='123 $'/>"
                         "</contract>",
                         lending);
  g_autoptr (PnyxModel) model = test_model (body);
  g_autoptr (TestWorld) world = test_world_new (model, 0);
  const PnyxContract *loans = find (world, "loans");
  gint64 price;

  test_world_run (world, seconds);
  pnyx_machine_view (loans->machine, loans->chain->head[0]);
  *quoted = pnyx_lending_quotes (loans->lending, loans->machine, pnyx_time_from_seconds (seconds),
                                 &price);
  return *quoted && g_str_equal (lending, "price='truth'")
             ? price - pnyx_contract_truth (loans, pnyx_time_from_seconds (seconds))
             : price;
}

static void
test_where_the_price_comes_from (void)
{
  gboolean quoted;

  g_assert_cmpint (price_after ("price='truth'", 1000, &quoted), ==, 0);
  g_assert_true (quoted);
  g_assert_cmpfloat_with_epsilon (
      (gdouble)price_after ("price='pool' pool='dex'", 100, &quoted) / PNYX_PRICE_ONE, 123, 1e-6);
  g_assert_true (quoted);
  price_after ("price='oracle'", 1, &quoted);
  g_assert_false (quoted); /* no answer yet */
  price_after ("price='oracle'", 300, &quoted);
  g_assert_true (quoted);
  price_after ("price='oracle' stale-after='1 s'", 300, &quoted);
  g_assert_false (quoted); /* the guard */
}

/* Readers of final answers lag behind readers of the head. */
static void
test_finalized_readers_come_later (void)
{
  gboolean head, final;

  price_after ("reader='head'", 60, &head);
  price_after ("reader='finalized'", 60, &final);
  g_assert_true (head);
  g_assert_false (final);
  price_after ("reader='finalized'", 600, &final);
  g_assert_true (final);
}

static void
assert_refused (const gchar *contracts, gint code, const gchar *expected)
{
  g_autofree gchar *body = g_strconcat (HEAD "\n", ORACLE "\n", contracts, NULL);
  g_autofree gchar *message = test_refusal (body, code);

  if (!g_str_has_suffix (message, expected))
    g_error ("\"%s\", expected \"...%s\"", message, expected);
  g_assert_true (g_str_has_prefix (message, "scenario.xml:"));
  g_assert_null (strchr (message, '\n'));
}

#define LENDING(attributes, inner)                                                                 \
  "<contract id='loans' kind='lending' " attributes "><lending>" inner "</lending></contract>"

static void
test_what_is_refused (void)
{
  assert_refused (LENDING ("", ""), PNYX_ERROR_MISSING,
                  "contract loans has no oracle (expected one: its feed is the truth that loans "
                  "are judged by)");
  assert_refused (LENDING ("oracle='prize'", ""), PNYX_ERROR_UNKNOWN,
                  "no <oracle> has the id \"prize\"; did you mean \"price\"? (expected price)");
  assert_refused ("<contract id='dex' kind='pool'/>", PNYX_ERROR_MISSING,
                  "contract dex has no oracle (expected one: or the pool's price in the "
                  "beginning)");
  assert_refused (POOL "<contract id='loans' kind='lending' oracle='price'>"
                       "<lending ltv='0.8' threshold='0.7'/></contract>",
                  PNYX_ERROR_CONFLICT, "ltv 0.8 above the threshold 0.7 (expected at most that)");
  assert_refused (POOL "<contract id='loans' kind='lending' oracle='price'>"
                       "<lending price='pool'/></contract>",
                  PNYX_ERROR_MISSING,
                  "lending loans by a pool's price without a pool (expected one)");
  assert_refused ("<contract id='a' kind='lending' oracle='price'/>"
                  "<contract id='b' kind='lending' oracle='price'><lending pool='a'/></contract>",
                  PNYX_ERROR_CONFLICT,
                  "contract a is no pool (expected one: what lending b seizes is sold there)");
  assert_refused ("<contract id='a' kind='lending' oracle='price'><lending pool='a'/></contract>",
                  PNYX_ERROR_CONFLICT,
                  "contract a refers to itself, by what it refers to (expected no circle)");
  assert_refused ("<contract id='a' kind='lending' oracle='price'><lending pool='b'/></contract>"
                  "<contract id='b' kind='lending' oracle='price'><lending pool='a'/></contract>",
                  PNYX_ERROR_CONFLICT,
                  "contract a refers to itself, by what it refers to (expected no circle)");
  assert_refused ("<contract id='dex' kind='pool' oracle='price' asset='gold'/>"
                  "<contract id='b' kind='lending' oracle='price'><lending pool='dex'/></contract>",
                  PNYX_ERROR_CONFLICT,
                  "pool dex holds gold on chain main (expected asset on chain main, as lending "
                  "b)");
  assert_refused ("<contract id='p1' kind='pool' oracle='price' asset='a1'/>"
                  "<contract id='p2' kind='pool' oracle='price' asset='a2'/>"
                  "<contract id='p3' kind='pool' oracle='price' asset='a3'/>"
                  "<contract id='p4' kind='pool' oracle='price' asset='a4'/>",
                  PNYX_ERROR_RANGE, "asset a4 is one too many on chain main (expected at most 3)");
  assert_refused (LENDING ("oracle='price'", "<borrowers count='10000000' collateral='100000'/>"),
                  PNYX_ERROR_RANGE, "(expected less than 1e+12 units, and $ in deposits)");
}

static void
test_controllers_that_are_refused (void)
{
  assert_refused (LENDING ("oracle='price'", "<controller kind='forecast'/>"), PNYX_ERROR_MISSING,
                  "a forecasting controller without a training window (expected training, a time "
                  "such as 12 h)");
  if (!pnyx_learner_available (PNYX_LEARNER_BOOSTED))
    assert_refused (LENDING ("oracle='price'",
                             "<controller kind='forecast' training='1 h' learner='boosted'/>"),
                    PNYX_ERROR_CONFLICT,
                    "\"boosted\" needs XGBoost, which is not in this build (expected "
                    "\"logistic\", or a build by ./pnyxw --with=xgboost)");
  assert_refused (LENDING ("oracle='price'", "<controller kind='policy'/>"), PNYX_ERROR_MISSING,
                  "a controller by policy without one (expected a file made by pnyx train)");
  assert_refused (LENDING ("oracle='price'", "<controller kind='policy' policy='nowhere'/>"),
                  PNYX_ERROR_MISSING, "\"nowhere\": No such file or directory");
  assert_refused (LENDING ("oracle='price'", "<controller kind='rule' ltv-max='0.96'/>"),
                  PNYX_ERROR_CONFLICT, "(expected it to rise, and 1 together at most)");
  assert_refused (LENDING ("oracle='price'", "<controller kind='rule' window='1'/>"),
                  PNYX_ERROR_RANGE, "2 to 512)");
}

/* The file's own line is told. */
static void
test_a_file_that_is_no_policy_is_refused (void)
{
  g_autofree gchar *message = test_refusal (
      HEAD ORACLE LENDING ("oracle='price'", "<controller kind='policy' policy='edges-ring.txt'/>"),
      PNYX_ERROR_SYNTAX);

  g_assert_cmpstr (message, ==,
                   "edges-ring.txt:1: no line \"pnyx-policy,lending,...\" of a policy (expected "
                   "one here)");
}

/* Who wants prices cannot be on an oracle that tells classes: one of a mechanism that can. */
static void
test_an_oracle_of_another_type_is_refused (void)
{
  const PnyxOracleOps *ops = NULL;
  const PnyxComponent *component;
  g_autofree gchar *text = NULL;

  for (gsize i = 0; (component = pnyx_oracle_kind.get (i)) != NULL && ops == NULL; i++)
    if (((const PnyxOracleOps *)component)->classes)
      ops = (const PnyxOracleOps *)component;
  if (ops == NULL)
    {
      g_test_skip ("no mechanism tells classes");
      return;
    }
  text = g_strdup_printf ("<oracle id='events' kind='%s'><feed kind='categorical'/>"
                          "<reporters count='40'/><filter kind='dawid-skene'/></oracle>" LENDING (
                              "oracle='events'", ""),
                          ops->component.name);
  assert_refused (text, PNYX_ERROR_CONFLICT,
                  "contract loans is on oracle events, which tells classes (expected prices)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/contract/parameters-reach-the-contracts",
                   test_parameters_reach_the_contracts);
  g_test_add_func ("/contract/contract/a-fall-liquidates-loans", test_a_fall_liquidates_loans);
  g_test_add_func ("/contract/contract/where-the-price-comes-from",
                   test_where_the_price_comes_from);
  g_test_add_func ("/contract/contract/finalized-readers-come-later",
                   test_finalized_readers_come_later);
  g_test_add_func ("/contract/contract/what-is-refused", test_what_is_refused);
  g_test_add_func ("/contract/contract/controllers-that-are-refused",
                   test_controllers_that_are_refused);
  g_test_add_func ("/contract/contract/a-file-that-is-no-policy-is-refused",
                   test_a_file_that_is_no_policy_is_refused);
  g_test_add_func ("/contract/contract/an-oracle-of-another-type-is-refused",
                   test_an_oracle_of_another_type_is_refused);
  return g_test_run ();
}
