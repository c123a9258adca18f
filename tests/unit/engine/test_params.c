/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/params.h"

#include <math.h>
#include <string.h>

#include "support/toy_schema.h"

static const PnyxParam *
entry (const gchar *name)
{
  for (gsize i = 0; i < toy_everything.n_params; i++)
    if (g_str_equal (toy_everything.params[i].name, name))
      return &toy_everything.params[i];
  g_assert_not_reached ();
}

static const PnyxPlace place = { "a.xml", 7 };

/* Parses into @params, which must succeed. */
static void
parse (const gchar *name, const gchar *text, ToyEverything *params)
{
  g_autoptr (GError) error = NULL;

  pnyx_param_parse (entry (name), text, &place, params, &error);
  g_assert_no_error (error);
}

static void
assert_bad (const gchar *name, const gchar *text, PnyxErrorCode code, const gchar *message)
{
  ToyEverything params = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_param_parse (entry (name), text, &place, &params, &error));
  g_assert_error (error, PNYX_ERROR, (gint)code);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" is not in \"%s\"", message, error->message);
  g_assert_true (g_str_has_prefix (error->message, "a.xml:7: "));
  pnyx_params_clear (toy_everything.params, toy_everything.n_params, &params);
}

static void
test_every_type_is_parsed_into_its_field (void)
{
  ToyEverything params = { 0 };

  parse ("truth", "true", &params);
  parse ("choice", " blue ", &params);
  parse ("integer", "-10", &params);
  parse ("count", "18446744073709551614", &params);
  parse ("real", "1 kB/s", &params);
  parse ("time", "10 s", &params);
  parse ("size", "1 MiB", &params);
  parse ("stake", "1 gwei", &params);
  parse ("span", "9 epoch", &params);
  parse ("text", " a <b> ", &params);
  parse ("name", " a-B_0.9 ", &params);
  parse ("reference", "main", &params);
  parse ("file", "a b.csv", &params);
  parse ("profile", "aws-2025", &params);
  parse ("distribution", "250 ms", &params);
  parse ("reals", "0,1 , 0.5", &params);
  parse ("names", "a, b-c", &params);
  g_assert_true (params.truth);
  g_assert_cmpint (params.choice, ==, 2);
  g_assert_cmpint (params.integer, ==, -10);
  g_assert_cmpuint (params.count, ==, G_MAXUINT64 - 1);
  g_assert_cmpfloat (params.real, ==, 8000);
  g_assert_cmpint (params.time, ==, 10 * PNYX_SECOND);
  g_assert_cmpuint (params.size, ==, 1 << 20);
  g_assert_cmpuint (params.stake, ==, 1);
  g_assert_cmpint (params.span.value, ==, 9);
  g_assert_cmpint (params.span.unit, ==, PNYX_SPAN_EPOCHS);
  g_assert_cmpstr (params.text, ==, " a <b> ");
  g_assert_cmpstr (params.name, ==, "a-B_0.9");
  g_assert_cmpstr (params.reference, ==, "main");
  g_assert_cmpstr (params.file, ==, "a b.csv");
  g_assert_cmpstr (params.profile, ==, "aws-2025");
  g_assert_cmpfloat (pnyx_distribution_mean (params.distribution), ==, 0.25);
  g_assert_cmpuint (params.reals.n, ==, 3);
  g_assert_cmpfloat (params.reals.values[2], ==, 0.5);
  g_assert_cmpuint (g_strv_length (params.names), ==, 2);
  g_assert_cmpstr (params.names[1], ==, "b-c");
  pnyx_params_clear (toy_everything.params, toy_everything.n_params, &params);
  g_assert_null (params.text);
  g_assert_null (params.distribution);
  g_assert_null (params.names);
}

static void
test_a_field_can_be_parsed_twice (void)
{
  ToyEverything params = { 0 };

  for (guint i = 0; i < 2; i++)
    {
      parse ("text", "a", &params);
      parse ("distribution", "1 s", &params);
      parse ("reals", "0", &params);
      parse ("names", "a", &params);
    }
  pnyx_params_clear (toy_everything.params, toy_everything.n_params, &params);
}

static void
test_unset_values_can_be_told (void)
{
  ToyEverything params = { 0 };

  for (gsize i = 0; i < toy_everything.n_params; i++)
    pnyx_param_unset (&toy_everything.params[i], &params);
  g_assert_false (params.truth);
  g_assert_cmpint (params.choice, ==, -1);
  g_assert_cmpint (params.integer, ==, G_MININT64);
  g_assert_cmpuint (params.count, ==, PNYX_COUNT_UNSET);
  g_assert_true (isnan (params.real));
  g_assert_cmpint (params.time, ==, PNYX_TIME_UNSET);
  g_assert_cmpuint (params.size, ==, PNYX_COUNT_UNSET);
  g_assert_cmpint (params.span.value, ==, G_MININT64);
  g_assert_null (params.text);
  g_assert_cmpuint (params.reals.n, ==, 0);
}

static void
test_ranges_are_inclusive_at_both_ends (void)
{
  ToyEverything params = { 0 };

  parse ("integer", "10", &params);
  parse ("time", "0 s", &params);
  parse ("reals", "0, 1", &params);
  parse ("real", "1 bit/s", &params);
  parse ("span", "1 slot", &params);
  /* Measures that cannot be compared are not. */
  parse ("span", "100 block", &params);
  pnyx_params_clear (toy_everything.params, toy_everything.n_params, &params);
  assert_bad ("integer", "11", PNYX_ERROR_RANGE, "integer is out of range (expected -10 to 10)");
  assert_bad ("integer", "-11", PNYX_ERROR_RANGE, "integer is out of range");
  assert_bad ("time", "10.000000001 s", PNYX_ERROR_RANGE,
              "time is out of range (expected 0 s to 10 s)");
  assert_bad ("time", "-1 ns", PNYX_ERROR_RANGE, "time is out of range");
  assert_bad ("count", "-1", PNYX_ERROR_RANGE, "count is out of range (expected at least 0)");
  assert_bad ("count", "18446744073709551615", PNYX_ERROR_RANGE, "count is out of range");
  assert_bad ("stake", "0 gwei", PNYX_ERROR_RANGE, "(expected at least 1 gwei)");
  assert_bad ("real", "0.9 bit/s", PNYX_ERROR_RANGE, "(expected at least 1 bit/s)");
  assert_bad ("reals", "0.5, 1.01", PNYX_ERROR_RANGE, "(expected 0 to 1)");
  assert_bad ("span", "0 slot", PNYX_ERROR_RANGE, "(expected 1 slot to 9 epoch)");
  assert_bad ("span", "10 epoch", PNYX_ERROR_RANGE, "span is out of range");
  assert_bad ("span", "-3 block", PNYX_ERROR_RANGE, "span is out of range");
  assert_bad ("span", "1.5 epoch", PNYX_ERROR_RANGE, "whole number");
}

static void
test_positive_excludes_zero (void)
{
  gdouble value = -1;
  PnyxParam param = {
    .name = "x", .type = PNYX_PARAM_REAL, .min = "0", .meaning = "", .flags = PNYX_PARAM_POSITIVE
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (pnyx_param_parse (&param, "1e-300", NULL, &value, NULL));
  g_assert_false (pnyx_param_parse (&param, "0", NULL, &value, &error));
  g_assert_cmpstr (error->message, ==, "x is out of range (expected more than 0)");
}

static void
test_a_distribution_keeps_to_the_range_with_all_of_its_support (void)
{
  gpointer field = NULL;
  PnyxParam param = { .name = "x",
                      .type = PNYX_PARAM_DISTRIBUTION,
                      .min = "0 s",
                      .meaning = "",
                      .unit = PNYX_UNIT_TIME };
  g_autoptr (GError) error = NULL;

  g_assert_true (pnyx_param_parse (&param, "exponential(1 s)", NULL, &field, &error));
  g_assert_false (pnyx_param_parse (&param, "normal(1 s, 1 s)", NULL, &field, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "truncated"));
  g_assert_true (
      pnyx_param_parse (&param, "truncated(normal(1 s, 1 s), 0 s, 9 s)", NULL, &field, NULL));
  pnyx_params_clear (&param, 1, &field);
}

static void
test_bad_words_are_explained (void)
{
  assert_bad ("truth", "yes", PNYX_ERROR_UNKNOWN,
              "truth: \"yes\" is not valid (expected true or false)");
  assert_bad ("choice", "gren", PNYX_ERROR_UNKNOWN,
              "did you mean \"green\"? (expected red, green or blue)");
  assert_bad ("name", "a b", PNYX_ERROR_SYNTAX, "letters, digits");
  assert_bad ("name", "", PNYX_ERROR_SYNTAX, "letters, digits");
  assert_bad ("reference", "a/b", PNYX_ERROR_SYNTAX, "the id of a <chain>");
  assert_bad ("file", "  ", PNYX_ERROR_SYNTAX, "the path of a file");
  assert_bad ("profile", "../x", PNYX_ERROR_SYNTAX, "the name of a profile of regions");
  assert_bad ("names", "a,,b", PNYX_ERROR_SYNTAX, "names: \"\"");
  assert_bad ("names", "", PNYX_ERROR_SYNTAX, "comma-separated");
  assert_bad ("reals", "", PNYX_ERROR_SYNTAX, "is no number");
  assert_bad ("reals", "0.1 0.2", PNYX_ERROR_SYNTAX, "no bare number");
  assert_bad ("span", "64", PNYX_ERROR_SYNTAX,
              "span: \"64\" has no unit (expected a span such as \"64 epoch\"");
  assert_bad ("span", "64 epochs", PNYX_ERROR_SYNTAX, "did you mean \"epoch\"?");
  assert_bad ("span", "epoch", PNYX_ERROR_SYNTAX, "span");
  assert_bad ("time", "5", PNYX_ERROR_SYNTAX, "time: \"5\" has no unit");
  assert_bad ("count", "many", PNYX_ERROR_SYNTAX, "count: \"many\" is no number");
  assert_bad ("distribution", "normall(1 s, 1 s)", PNYX_ERROR_UNKNOWN, "distribution: unknown");
}

static void
test_spans_read_back (void)
{
  static const gchar *const texts[]
      = { "64 epoch", "32 slot", "100 block", "2 d", "250 ms", "0 s" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      PnyxSpan span;
      g_autofree gchar *text = NULL;

      g_assert_true (pnyx_span_parse (texts[i], &span, NULL));
      text = pnyx_span_format (&span);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_values_are_numbers_in_si_units (void)
{
  static const struct
  {
    const gchar *name, *text;
    gdouble number;
  } cases[] = { { "truth", "true", 1 },     { "time", "250 ms", 0.25 },  { "stake", "32 ETH", 32 },
                { "size", "1 KiB", 1024 },  { "span", "64 epoch", 64 },  { "span", "3 s", 3 },
                { "real", "1 kB/s", 8000 }, { "distribution", "2 s", 2 } };
  gdouble number;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (pnyx_param_number (entry (cases[i].name), cases[i].text, &number));
      g_assert_cmpfloat (number, ==, cases[i].number);
    }
  g_assert_false (pnyx_param_number (entry ("choice"), "red", &number));
  g_assert_false (pnyx_param_number (entry ("distribution"), "exponential(2 s)", &number));
}

/* The way back from a number gives it again, in a text that the attribute takes. */
static void
test_numbers_become_texts_and_numbers_again (void)
{
  static const struct
  {
    const gchar *name, *like;
    gdouble number, again;
  } cases[] = { { "integer", "1", -3.4, -3 },
                { "count", "1", 2.5, 3 },
                { "count", "1", 1e6, 1e6 },
                { "size", "1 B", 1536.4, 1536 },
                { "size", "1 KiB", 0, 0 },
                { "real", "1 kB/s", 8000.5, 8000.5 },
                { "real", "1 bit/s", 1e-7, 1e-7 },
                { "time", "1 min", 0.1, 0.1 },
                { "time", "1 s", 5.0000000004, 5 },
                { "time", "1 s", 1e-9, 1e-9 },
                { "stake", "1 ETH", 32.000000001, 32.000000001 },
                { "distribution", "2 s", 0.25, 0.25 },
                { "span", "3 epoch", 6.6, 7 },
                { "span", "3 block", 7, 7 },
                { "span", "3 slot", 0, 0 },
                { "span", "3 min", 90.5, 90.5 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PnyxParam *param = entry (cases[i].name);
      g_autofree gchar *text = pnyx_param_from_number (param, cases[i].number, cases[i].like);
      gdouble number;

      g_assert_nonnull (text);
      g_assert_true (pnyx_param_number (param, text, &number));
      g_assert_cmpfloat (number, ==, cases[i].again);
      if (param->type == PNYX_PARAM_SPAN)
        {
          PnyxSpan like, span;

          g_assert_true (pnyx_span_parse (cases[i].like, &like, NULL));
          g_assert_true (pnyx_span_parse (text, &span, NULL));
          g_assert_cmpint (like.unit, ==, span.unit);
        }
    }
}

static void
test_what_is_no_number_has_no_way_back (void)
{
  static const gchar *const names[] = { "truth", "choice", "text", "name", "reals", "names" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_null (pnyx_param_from_number (entry (names[i]), 1, "1"));
  g_assert_null (pnyx_param_from_number (entry ("span"), 1, "soon"));
}

static void
test_expectations_name_form_and_range (void)
{
  g_autofree gchar *time = pnyx_param_expected (entry ("time"));
  g_autofree gchar *choice = pnyx_param_expected (entry ("choice"));
  g_autofree gchar *count = pnyx_param_expected (entry ("count"));

  g_assert_cmpstr (time, ==, "a time such as \"250 ms\", 0 s to 10 s");
  g_assert_cmpstr (choice, ==, "red, green or blue");
  g_assert_cmpstr (count, ==, "a whole number, at least 0");
}

/* --- KEY=VALUE --- */

typedef struct
{
  gdouble lambda, mu;
  gint model;
} Queue;

static const gchar *const models[] = { "mm1", "md1", NULL };
static const PnyxParam queue_params[] = {
  { .name = "model",
    .type = PNYX_PARAM_ENUM,
    .offset = offsetof (Queue, model),
    .choices = models,
    .meaning = "" },
  { .name = "lambda",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (Queue, lambda),
    .meaning = "",
    .flags = PNYX_PARAM_POSITIVE },
  { .name = "mu",
    .type = PNYX_PARAM_REAL,
    .offset = offsetof (Queue, mu),
    .fallback = "1",
    .meaning = "" },
};

static void
test_pairs_fill_a_struct (void)
{
  static const gchar *const pairs[] = { "lambda=0.8", "model=md1", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree Queue *queue
      = pnyx_params_parse_pairs (queue_params, 3, sizeof (Queue), pairs, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (queue->lambda, ==, 0.8);
  g_assert_cmpfloat (queue->mu, ==, 1);
  g_assert_cmpint (queue->model, ==, 1);
}

static void
test_bad_pairs_are_explained_in_one_line (void)
{
  static const struct
  {
    const gchar *pairs[4];
    PnyxErrorCode code;
    const gchar *message;
  } cases[] = {
    { { "lamda=1", NULL },
      PNYX_ERROR_UNKNOWN,
      "unknown key \"lamda\"; did you mean \"lambda\"? (expected model, lambda or mu)" },
    { { "lambda=1", "lambda=2", NULL }, PNYX_ERROR_CONFLICT, "lambda is given twice" },
    { { "lambda=1", NULL }, PNYX_ERROR_MISSING, "model is missing (expected mm1 or md1)" },
    { { NULL }, PNYX_ERROR_MISSING, "model is missing (expected mm1 or md1)" },
    { { "lambda", NULL }, PNYX_ERROR_SYNTAX, "\"lambda\" is no KEY=VALUE" },
    { { "lambda=0", NULL }, PNYX_ERROR_RANGE, "lambda is out of range (expected more than 0)" },
    { { "model=mg1", NULL }, PNYX_ERROR_UNKNOWN, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          pnyx_params_parse_pairs (queue_params, 3, sizeof (Queue), cases[i].pairs, &error));
      g_assert_error (error, PNYX_ERROR, (gint)cases[i].code);
      if (cases[i].message != NULL)
        g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/params/every-type-is-parsed-into-its-field",
                   test_every_type_is_parsed_into_its_field);
  g_test_add_func ("/engine/params/a-field-can-be-parsed-twice", test_a_field_can_be_parsed_twice);
  g_test_add_func ("/engine/params/unset-values-can-be-told", test_unset_values_can_be_told);
  g_test_add_func ("/engine/params/ranges-are-inclusive-at-both-ends",
                   test_ranges_are_inclusive_at_both_ends);
  g_test_add_func ("/engine/params/positive-excludes-zero", test_positive_excludes_zero);
  g_test_add_func ("/engine/params/a-distribution-keeps-to-the-range-with-all-of-its-support",
                   test_a_distribution_keeps_to_the_range_with_all_of_its_support);
  g_test_add_func ("/engine/params/bad-words-are-explained", test_bad_words_are_explained);
  g_test_add_func ("/engine/params/spans-read-back", test_spans_read_back);
  g_test_add_func ("/engine/params/values-are-numbers-in-si-units",
                   test_values_are_numbers_in_si_units);
  g_test_add_func ("/engine/params/numbers-become-texts-and-numbers-again",
                   test_numbers_become_texts_and_numbers_again);
  g_test_add_func ("/engine/params/what-is-no-number-has-no-way-back",
                   test_what_is_no_number_has_no_way_back);
  g_test_add_func ("/engine/params/expectations-name-form-and-range",
                   test_expectations_name_form_and_range);
  g_test_add_func ("/engine/params/pairs-fill-a-struct", test_pairs_fill_a_struct);
  g_test_add_func ("/engine/params/bad-pairs-are-explained-in-one-line",
                   test_bad_pairs_are_explained_in_one_line);
  return g_test_run ();
}
