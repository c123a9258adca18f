/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/feed.h"

#include <math.h>
#include <string.h>

#include "batch/simulation.h"
#include "support/oracle_world.h"
#include "support/scratch.h"

static OracleWorld *
feed_world (const gchar *feed, guint32 replicate)
{
  g_autofree gchar *inside = g_strdup_printf ("%s<reporters count='4'/>", feed);

  return oracle_world_new ("", inside, "", replicate);
}

/* Mean and standard deviation of log returns over @span, of @n of them one after the other. */
static void
returns (PnyxFeed *feed, PnyxTime span, guint n, gdouble *mean, gdouble *sd)
{
  gdouble sum = 0, squares = 0, last = log (pnyx_feed_truth (feed, 0));

  for (guint i = 1; i <= n; i++)
    {
      gdouble level = log (pnyx_feed_truth (feed, span * i));

      sum += level - last;
      squares += (level - last) * (level - last);
      last = level;
    }
  *mean = sum / n;
  *sd = sqrt (squares / n - *mean * *mean);
}

/* sd of a step of 60 s at 80 % a year is .8 sqrt (60 / 31536000) = 11.035 bp. */
static void
test_returns_have_their_volatility (void)
{
  static const struct
  {
    const gchar *feed;
    gdouble sd;
    gdouble tolerance; /* about four standard errors */
  } cases[] = {
    { "<feed kind='gbm' step='60 s'><gbm volatility='0.8'/></feed>", 11.0348e-4, 0.02 },
    { "<feed kind='merton' step='60 s'><merton volatility='0.8' jumps='0'/></feed>", 11.0348e-4,
      0.02 },
    { "<feed kind='garch' step='60 s'><garch volatility='0.8'/></feed>", 11.0348e-4, 0.15 },
    { "<feed kind='regime' step='60 s'><regime calm-volatility='0.8' "
      "stressed-volatility='0.8'/></feed>",
      11.0348e-4, 0.02 },
    { "<feed kind='ornstein-uhlenbeck' step='60 s'><ornstein-uhlenbeck volatility='0.8' "
      "half-life='1 d'/></feed>",
      11.0348e-4, 0.02 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OracleWorld) world = feed_world (cases[i].feed, 0);
      gdouble mean, sd;

      returns (world->oracle->feed, 60 * PNYX_SECOND, 20000, &mean, &sd);
      g_test_message ("%s: %.3f bp", cases[i].feed, sd * 1e4);
      g_assert_cmpfloat (fabs (sd / cases[i].sd - 1), <, cases[i].tolerance);
      g_assert_cmpfloat (fabs (mean), <, 4 * sd / sqrt (20000));
    }
}

/* mae of a price that is L old: sigma sqrt (2 L / pi); 8.804 bp after 60 s; 0 after none. */
static void
test_a_lag_costs_what_it_must (void)
{
  g_autoptr (OracleWorld) world
      = feed_world ("<feed kind='gbm' step='1 s'><gbm volatility='0.8'/><venue name='late' lag='60 "
                    "s'/><venue name='now'/></feed>",
                    0);
  PnyxFeed *feed = world->oracle->feed;
  gdouble sum = 0;
  guint n = 5000;

  for (guint i = 1; i <= n; i++)
    {
      PnyxTime time = 61 * PNYX_SECOND * i;

      sum += fabs (pnyx_feed_quote (feed, 0, time) / pnyx_feed_truth (feed, time) - 1);
      g_assert_cmpfloat (pnyx_feed_quote (feed, 1, time), ==, pnyx_feed_truth (feed, time));
    }
  g_test_message ("%.3f bp", sum / n * 1e4);
  g_assert_cmpfloat (fabs (sum / n / 8.8045e-4 - 1), <, 0.03); /* 3 standard errors: .032 */
}

/* Merton's jumps: variance of a year is sigma^2 + lambda (m^2 + d^2). */
static void
test_jumps_add_their_variance (void)
{
  g_autoptr (OracleWorld) world
      = feed_world ("<feed kind='merton' step='1 h'><merton volatility='0.1' jumps='1000' "
                    "jump-mean='0.01' jump-sd='0.02'/></feed>",
                    0);
  gdouble mean, sd, hours = 365 * 24;

  returns (world->oracle->feed, 3600 * PNYX_SECOND, 40000, &mean, &sd);
  g_assert_cmpfloat (fabs (sd * sd / ((0.01 + 1000 * 0.0005) / hours) - 1), <, 0.1);
}

static void
test_garch_remembers (void)
{
  g_autoptr (OracleWorld) world
      = feed_world ("<feed kind='garch' step='60 s'><garch alpha='0.2' beta='0.7'/></feed>", 0);
  g_autoptr (OracleWorld) null = feed_world ("<feed kind='gbm' step='60 s'/>", 0);
  PnyxFeed *feeds[] = { world->oracle->feed, null->oracle->feed };
  gdouble correlation[2];

  for (guint f = 0; f < 2; f++)
    {
      gdouble last = 0, sum = 0, squares = 0, products = 0;
      guint n = 20000;

      for (guint i = 1; i <= n; i++)
        {
          gdouble r = log (pnyx_feed_truth (feeds[f], 60 * PNYX_SECOND * i)
                           / pnyx_feed_truth (feeds[f], 60 * PNYX_SECOND * (i - 1)));

          sum += r * r;
          squares += r * r * r * r;
          products += last * r * r;
          last = r * r;
        }
      correlation[f] = (products / n - sum / n * sum / n) / (squares / n - sum / n * sum / n);
    }
  g_assert_cmpfloat (correlation[0], >, 0.15);
  g_assert_cmpfloat (fabs (correlation[1]), <, 0.03);
}

static void
test_the_past_is_the_same_in_any_order (void)
{
  g_autoptr (OracleWorld) a = feed_world ("<feed kind='merton'/>", 3);
  g_autoptr (OracleWorld) b = feed_world ("<feed kind='merton'/>", 3);
  g_autoptr (OracleWorld) c = feed_world ("<feed kind='merton'/>", 4);

  for (guint i = 0; i < 100; i++)
    {
      PnyxTime time = (PnyxTime)(i * 7919 % 100) * 100 * PNYX_SECOND;

      g_assert_cmpfloat (pnyx_feed_truth (a->oracle->feed, i * 100 * PNYX_SECOND), >, 0);
      g_assert_cmpfloat (pnyx_feed_truth (a->oracle->feed, time), ==,
                         pnyx_feed_truth (b->oracle->feed, time));
    }
  g_assert_cmpfloat (pnyx_feed_truth (a->oracle->feed, 9000 * PNYX_SECOND), !=,
                     pnyx_feed_truth (c->oracle->feed, 9000 * PNYX_SECOND));
}

static void
test_shocks_change_the_price (void)
{
  g_autoptr (OracleWorld) world = feed_world (
      "<feed kind='gbm' start='100'><gbm volatility='0'/><shock at='10 s' change='-0.4'/>"
      "<shock at='100 s' change='1' over='10 s'/></feed>",
      0);
  PnyxFeed *feed = world->oracle->feed;

  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 9 * PNYX_SECOND) - 100), <, 1e-9);
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 10 * PNYX_SECOND) - 60), <, 1e-9);
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 105 * PNYX_SECOND) - 60 * sqrt (2)), <, 1e-9);
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 110 * PNYX_SECOND) - 120), <, 1e-9);
}

/* Moving a constant product by m takes, after the fee, u of its money; half of it comes back where
 * it is sold at once. Twice the depth, twice the money. */
static void
test_moving_a_venue_costs_by_its_depth (void)
{
  g_autoptr (OracleWorld) world = feed_world (
      "<feed kind='gbm' start='100'><gbm volatility='0'/><venue name='a' depth='1000000 $'/>"
      "<venue name='b' depth='2000000 $'/><venue name='c' depth='1000000 $' fee='0'/></feed>",
      0);
  PnyxFeed *feed = world->oracle->feed;
  gdouble paid, loss[2];

  for (guint i = 0; i < 2; i++)
    {
      gdouble coins = pnyx_feed_trade (feed, i, 0, 414835.95 * (i + 1), &paid);

      loss[i] = -paid - coins * 100;
      g_assert_cmpfloat (fabs (pnyx_feed_quote (feed, i, 0) - 200), <, 1e-4);
    }
  g_assert_cmpfloat (fabs (loss[0] - 122253.93), <, 0.01);
  g_assert_cmpfloat (fabs (loss[1] - 2 * loss[0]), <, 1e-6);
  pnyx_feed_trade (feed, 2, 0, 1e6 * (sqrt (2) - 1), &paid);
  g_assert_cmpfloat (fabs (pnyx_feed_quote (feed, 2, 0) - 200), <, 1e-6);
  g_assert_cmpfloat (fabs (pnyx_feed_quote (feed, 2, 600 * PNYX_SECOND) - 100 * sqrt (2)), <, 1e-6);
}

static void
test_venues_go_down_and_the_median_is_of_the_others (void)
{
  g_autoptr (OracleWorld) world
      = feed_world ("<feed kind='gbm' start='100'><gbm volatility='0'/><venue name='a' up='10 min' "
                    "down='10 min'/>"
                    "<venue name='b'/></feed>",
                    0);
  PnyxFeed *feed = world->oracle->feed;
  guint down = 0, n = 20000;

  for (guint i = 0; i < n; i++)
    {
      PnyxTime time = i * 60 * PNYX_SECOND;

      down += isnan (pnyx_feed_quote (feed, 0, time)) ? 1 : 0;
      g_assert_cmpfloat (fabs (pnyx_feed_source (feed, G_MAXUINT64, time) - 100), <, 1e-9);
      g_assert_true (isnan (pnyx_feed_source (feed, 1, time))
                     == isnan (pnyx_feed_quote (feed, 0, time)));
    }
  g_assert_cmpfloat (fabs ((gdouble)down / n - 0.5), <, 0.05);
}

/* The flow tells of what a lagging venue is about to show: that is what context is worth. */
static void
test_features_tell_of_the_truth (void)
{
  g_autoptr (OracleWorld) world
      = feed_world ("<feed kind='gbm' flow-noise='0.0005'><venue name='a' lag='60 s'/></feed>", 0);
  PnyxFeed *feed = world->oracle->feed;
  gdouble xy = 0, xx = 0, yy = 0;

  for (guint i = 10; i < 3000; i++)
    {
      PnyxTime time = i * 61 * PNYX_SECOND;
      gdouble features[PNYX_N_FEATURES];
      gdouble ahead = log (pnyx_feed_truth (feed, time) / pnyx_feed_quote (feed, 0, time));

      pnyx_feed_features (feed, time, features);
      g_assert_cmpfloat (features[PNYX_FEATURE_VOLATILITY], >, 0);
      g_assert_cmpfloat (features[PNYX_FEATURE_VOLUME], >=, 1);
      xy += features[PNYX_FEATURE_FLOW] * ahead;
      xx += features[PNYX_FEATURE_FLOW] * features[PNYX_FEATURE_FLOW];
      yy += ahead * ahead;
    }
  g_assert_cmpfloat (xy / sqrt (xx * yy), >, 0.8);
}

static void
test_categories_have_their_shares (void)
{
  g_autofree gchar *refusal = NULL;
  g_autofree gchar *text = oracle_world_text (
      "", "<feed kind='categorical'/><reporters count='4'/><filter kind='dawid-skene'/>", "");

  refusal = test_refusal (text, PNYX_ERROR_CONFLICT);
  g_assert_nonnull (strstr (refusal, "ocr-median cannot tell what a feed of kind categorical"));
}

static void
check_file (const gchar *rows, const gchar *expected)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *body = oracle_world_text (
      "", "<feed kind='replay'><replay file='prices.csv'/></feed><reporters count='4'/>", "");
  g_autofree gchar *text
      = g_strdup_printf ("<scenario xmlns='urn:pnyx:scenario:1' name='replay'>%s</scenario>", body);
  g_autofree gchar *path = scratch_write (scratch, "scenario.xml", text);
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxModel) model = NULL;
  g_autoptr (TestWorld) world = NULL;
  PnyxFeed *feed;

  g_free (scratch_write (scratch, "prices.csv", rows));
  model = pnyx_model_read (path, data, NULL, &error);
  g_assert_no_error (error);
  if (expected != NULL)
    {
      g_assert_null (pnyx_simulate (model, 0, 0, TRUE, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, expected));
      return;
    }
  world = test_world_new (model, 0);
  feed = world->oracles.oracles[0]->feed;
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 9 * PNYX_SECOND) - 100), <, 1e-9);
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 10 * PNYX_SECOND) - 90), <, 1e-9);
  g_assert_cmpfloat (fabs (pnyx_feed_truth (feed, 99 * PNYX_SECOND) - 95), <, 1e-9);
}

static void
test_files_are_read_or_refused_with_their_line (void)
{
  check_file ("time,price\n0,100\n10,90\n20.5,95\n", NULL);
  check_file ("time,price\n0,100\n10,90\n10,95\n", "prices.csv:4:");
  check_file ("time,price\n0,100\n10,90\n5,95\n", "prices.csv:4:");
  check_file ("time,price\n1,100\n", "prices.csv:2:");
  check_file ("time,price\n0,100\n10,nan\n", "prices.csv:3:");
  check_file ("time,price\n0,100\n10,ten\n", "prices.csv:3:");
  check_file ("time,price\n0,100\n10,-4\n", "prices.csv:3:");
  check_file ("time,price\n0,100\n200000,90\n", "prices.csv:3:");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/feed/returns-have-their-volatility",
                   test_returns_have_their_volatility);
  g_test_add_func ("/oracle/feed/a-lag-costs-what-it-must", test_a_lag_costs_what_it_must);
  g_test_add_func ("/oracle/feed/jumps-add-their-variance", test_jumps_add_their_variance);
  g_test_add_func ("/oracle/feed/garch-remembers", test_garch_remembers);
  g_test_add_func ("/oracle/feed/the-past-is-the-same-in-any-order",
                   test_the_past_is_the_same_in_any_order);
  g_test_add_func ("/oracle/feed/shocks-change-the-price", test_shocks_change_the_price);
  g_test_add_func ("/oracle/feed/moving-a-venue-costs-by-its-depth",
                   test_moving_a_venue_costs_by_its_depth);
  g_test_add_func ("/oracle/feed/venues-go-down-and-the-median-is-of-the-others",
                   test_venues_go_down_and_the_median_is_of_the_others);
  g_test_add_func ("/oracle/feed/features-tell-of-the-truth", test_features_tell_of_the_truth);
  g_test_add_func ("/oracle/feed/categories-have-their-shares", test_categories_have_their_shares);
  g_test_add_func ("/oracle/feed/files-are-read-or-refused-with-their-line",
                   test_files_are_read_or_refused_with_their_line);
  return g_test_run ();
}
