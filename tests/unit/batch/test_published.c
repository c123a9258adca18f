/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/published.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "support/paper_folder.h"

static void
assert_printed (const gchar *text, gdouble value, gdouble half)
{
  PnyxPrinted printed;

  g_assert_true (pnyx_printed_parse (text, &printed));
  g_assert_cmpfloat_with_epsilon (printed.value, value, fabs (value) * 1e-15);
  g_assert_cmpfloat_with_epsilon (printed.half, half, half * 1e-12);
}

static void
test_half_a_unit_of_the_last_digit (void)
{
  PnyxPrinted printed;

  assert_printed ("5", 5, 0.5);
  assert_printed ("-3", -3, 0.5);
  assert_printed ("0.0509779", 0.0509779, 5e-8);
  assert_printed ("0.2000000", 0.2, 5e-8);
  assert_printed ("5.", 5, 0.5);
  assert_printed ("5.0240e-2", 0.05024, 5e-7);
  assert_printed ("1.2E3", 1200, 50);
  assert_printed ("7/30", 7.0 / 30, 7.0 / 30 * 1e-12);
  g_assert_false (pnyx_printed_parse ("", &printed));
  g_assert_false (pnyx_printed_parse ("about 3", &printed));
  g_assert_false (pnyx_printed_parse ("1/0", &printed));
  g_assert_false (pnyx_printed_parse ("/3", &printed));
  g_assert_false (pnyx_printed_parse ("1/2/3", &printed));
  g_assert_false (pnyx_printed_parse ("0x10", &printed));
  g_assert_false (pnyx_printed_parse ("nan", &printed));
  g_assert_false (pnyx_printed_parse ("0e999", &printed)); /* everything would agree with it */
  g_assert_false (pnyx_printed_parse ("1e308/1e-308", &printed));
  g_assert_true (pnyx_printed_parse ("0.0e-9223372036854775808", &printed));
  g_assert_cmpfloat (printed.half, ==, 0);
}

static gboolean
agrees (const gchar *text, gdouble value)
{
  PnyxPrinted printed;

  g_assert_true (pnyx_printed_parse (text, &printed));
  return pnyx_printed_agrees (&printed, value);
}

static void
test_agreement_to_the_digits_printed (void)
{
  g_assert_true (agrees ("0.0509779", 0.05097789283933862));
  g_assert_false (agrees ("0.0509779", 0.0509780));
  g_assert_false (agrees ("0.0509779", 0.05097784));
  g_assert_true (agrees ("0.5", 0.55)); /* half-way: either */
  g_assert_true (agrees ("0.6", 0.55));
  g_assert_false (agrees ("0.6", 0.5499));
  g_assert_true (agrees ("7/30", 7 * (1.0 / 30)));
  g_assert_false (agrees ("7/30", 0.23333333));
  g_assert_false (agrees ("0", NAN));
  g_assert_false (agrees ("0", INFINITY));
}

static GPtrArray *
read_csv (const gchar *csv, GError **error)
{
  gchar *folder = paper_folder_new ("", csv);
  g_autofree gchar *path = g_build_filename (folder, "published.csv", NULL);
  GPtrArray *rows = pnyx_published_read (path, error);

  paper_folder_free (folder);
  return rows;
}

static void
test_rows_are_read_in_order (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows
      = read_csv (PAPER_HEADER
                  "a,\"Table 1, row 2\",share,0.25,%,read,0.01\nb,page 3,many,1 -2 3/4,,derived,\n",
                  &error);
  const PnyxPublished *a, *b;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  a = g_ptr_array_index (rows, 0);
  b = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (a->where, ==, "Table 1, row 2");
  g_assert_cmpstr (a->unit, ==, "%");
  g_assert_cmpfloat (a->tolerance_value, ==, 0.01);
  g_assert_cmpuint (a->status, ==, PNYX_PUBLISHED_READ);
  g_assert_cmpuint (a->place.line, ==, 2);
  g_assert_cmpuint (b->n_printed, ==, 3);
  g_assert_cmpfloat (b->printed[2].value, ==, 0.75);
  g_assert_true (isnan (b->tolerance_value));
  g_assert_cmpstr (pnyx_published_status_name (b->status), ==, "derived");
}

static void
test_what_is_wrong_is_told_with_its_line (void)
{
  static const struct
  {
    const gchar *csv, *part;
  } bad[] = {
    { "id,where,quantity,value,unit,status\n", "published.csv:1: has no column \"tolerance\"" },
    { PAPER_HEADER "a,p,q,0.1,,read,\na,p,q,0.1,,read,\n", "published.csv:3: a second \"a\"" },
    { PAPER_HEADER ",p,q,0.1,,read,\n", "published.csv:2: id is empty" },
    { PAPER_HEADER "a,p,q,abc,,read,\n", "published.csv:2: \"abc\" is no number" },
    { PAPER_HEADER "a,p,q,1  2,,read,\n", "published.csv:2: \"\" is no number" },
    { PAPER_HEADER "a,p,q,,,read,\n", "published.csv:2: value is empty" },
    { PAPER_HEADER "a,p,q,1,,seen,\n", "published.csv:2: unknown status \"seen\"" },
    { PAPER_HEADER "a,p,q,1,,\033[2J,\n", "published.csv:2: unknown status \" [2J\"" },
    { PAPER_HEADER "a,p,q,1,,read,-1\n", "published.csv:2: tolerance \"-1\"" },
    { PAPER_HEADER "a,p,q,1,,read,wide\n", "published.csv:2: tolerance \"wide\"" },
    { PAPER_HEADER "a,p,q,1,,read\n", "published.csv:2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_csv (bad[i].csv, &error));
      g_assert_nonnull (error);
      if (strstr (error->message, bad[i].part) == NULL)
        g_error ("\"%s\", expected \"%s\"", error->message, bad[i].part);
    }
}

static void
test_values_have_a_limit (void)
{
  g_autoptr (GString) csv = g_string_new (PAPER_HEADER "a,p,q,1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < PNYX_PUBLISHED_VALUES_MAX; i++)
    g_string_append (csv, " 1");
  g_string_append (csv, ",,read,\n");
  rows = read_csv (csv->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((const PnyxPublished *)rows->pdata[0])->n_printed, ==, 1000);
  g_string_insert (csv, (gssize)strlen (PAPER_HEADER "a,p,q,"), "1 ");
  g_assert_null (read_csv (csv->str, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
  g_assert_nonnull (
      strstr (error->message, "published.csv:2: too many values (expected at most 1000)"));
}

static void
test_a_file_that_is_not_there (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_published_read ("/nowhere/published.csv", &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch/published/half-a-unit-of-the-last-digit",
                   test_half_a_unit_of_the_last_digit);
  g_test_add_func ("/batch/published/agreement-to-the-digits-printed",
                   test_agreement_to_the_digits_printed);
  g_test_add_func ("/batch/published/rows-are-read-in-order", test_rows_are_read_in_order);
  g_test_add_func ("/batch/published/what-is-wrong-is-told-with-its-line",
                   test_what_is_wrong_is_told_with_its_line);
  g_test_add_func ("/batch/published/values-have-a-limit", test_values_have_a_limit);
  g_test_add_func ("/batch/published/a-file-that-is-not-there", test_a_file_that_is_not_there);
  return g_test_run ();
}
