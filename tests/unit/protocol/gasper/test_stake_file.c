/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/stake_file.h"

#include <string.h>

#include "support/toy_read.h"

#define ETH ((PnyxStake)1000000000)

/* Reads @text as stakes.csv; the message has the file without its folder. */
static gboolean
read_bytes (PnyxGasperStakeFile *file, const gchar *text, gssize length, GError **error)
{
  static const PnyxPlace place = { .file = "scenario.xml", .line = 7 };
  g_autofree gchar *folder = toy_folder ();
  g_autofree gchar *path = g_build_filename (folder, "stakes.csv", NULL);
  g_autofree gchar *prefix = g_strconcat (folder, "/", NULL);
  GError *given = NULL;
  gboolean ok;

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  ok = pnyx_gasper_stake_file_read (file, path, &place, &given);
  toy_folder_remove (folder);
  if (given != NULL)
    {
      g_autoptr (GString) message = g_string_new (given->message);

      g_string_replace (message, prefix, "", 0);
      g_set_error_literal (error, given->domain, given->code, message->str);
      g_error_free (given);
    }
  return ok;
}

static void
assert_read (PnyxGasperStakeFile *file, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = read_bytes (file, text, -1, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
assert_refused_bytes (const gchar *text, gssize length, gint code, const gchar *message)
{
  g_auto (PnyxGasperStakeFile) file = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (read_bytes (&file, text, length, &error));
  g_assert_error (error, PNYX_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpuint (file.n, ==, 0);
  g_assert_null (file.stakes);
}

static void
assert_refused_text (const gchar *text, gint code, const gchar *message)
{
  assert_refused_bytes (text, -1, code, message);
}

static void
test_columns_go_by_name (void)
{
  static const gchar *const texts[]
      = { "stake\n32\n40.5\n", "validator,stake\nb,32\na,40.5\n", "stake,validator\n32,b\n40.5,a" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (PnyxGasperStakeFile) file = { 0 };

      assert_read (&file, texts[i]);
      g_assert_cmpuint (file.n, ==, 2);
      g_assert_cmpuint (file.stakes[0], ==, 32 * ETH);
      g_assert_cmpuint (file.stakes[1], ==, 81 * ETH / 2);
      g_assert_null (file.operator_of);
    }
}

static void
test_numbers_are_gwei_exactly (void)
{
  g_auto (PnyxGasperStakeFile) file = { 0 };

  assert_read (&file, "stake\n32.000000001\n1\n1e9\n31.9999999994\n3.2e1\n");
  g_assert_cmpuint (file.stakes[0], ==, 32 * ETH + 1);
  g_assert_cmpuint (file.stakes[1], ==, ETH);
  g_assert_cmpuint (file.stakes[2], ==, 1000000000 * ETH);
  g_assert_cmpuint (file.stakes[3], ==, 32 * ETH - 1);
  g_assert_cmpuint (file.stakes[4], ==, 32 * ETH);
}

/* small: 40; big: 65; ties with late: 40 each, and small is first to appear. */
static void
test_operators_are_numbered_by_falling_stake (void)
{
  static const guint32 expected[] = { 1, 0, 2, 0, 1 };
  g_auto (PnyxGasperStakeFile) file = { 0 };

  assert_read (&file, "validator,stake,operator\n"
                      "a,8,small\nb,33,big\nc,40,late\nd,32,big\ne,32,small\n");
  g_assert_cmpuint (file.n_operators, ==, 3);
  g_assert_cmpmem (file.operator_of, sizeof expected, expected, sizeof expected);
}

/* In binary 0.1 + 0.2 > 0.3, which would turn the order round. */
static void
test_sums_of_operators_are_exact (void)
{
  g_auto (PnyxGasperStakeFile) file = { 0 };

  assert_read (&file, "operator,stake\nx,2.3\ny,1.1\ny,1.2\n");
  g_assert_cmpuint (file.operator_of[0], ==, 0);
  g_assert_cmpuint (file.operator_of[1], ==, 1);
}

static void
test_quotes_blanks_line_ends_and_byte_order_mark (void)
{
  g_auto (PnyxGasperStakeFile) file = { 0 };

  assert_read (&file, "\xef\xbb\xbf\"stake\" , operator\r\n"
                      "32,\"A, \"\"the\"\" Inc\"\r\n  33 , B \r\n\"34\",B\r\n"
                      "35 ,\"A, \"\"the\"\" Inc\" \r\n\r\n");
  g_assert_cmpuint (file.n, ==, 4);
  g_assert_cmpuint (file.n_operators, ==, 2);
  g_assert_cmpuint (file.stakes[2], ==, 34 * ETH);
  g_assert_cmpuint (file.operator_of[0], ==, 0); /* 67 each */
  g_assert_cmpuint (file.operator_of[1], ==, 1);
  g_assert_cmpuint (file.operator_of[3], ==, 0);
}

static void
test_what_is_no_number_is_refused_with_its_line (void)
{
  static const gchar *const wrong[]
      = { "abc", "32 ETH", "nan", "NaN", "inf", "-inf", "0x20", "1e999", "3,2", "32.5.1" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree gchar *text = g_strdup_printf ("stake\n32\n\"%s\"\n32\n", wrong[i]);
      g_autofree gchar *message
          = g_strdup_printf ("stakes.csv:3: stake: \"%s\" is no number (expected ETH without a "
                             "unit, such as 32)",
                             wrong[i]);

      assert_refused_text (text, PNYX_ERROR_SYNTAX, message);
    }
}

static void
test_stake_out_of_range_is_refused_with_its_line (void)
{
  static const gchar *const wrong[] = { "-32", "0", "0.999999999", "-0", "1000000001", "1e300" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree gchar *text = g_strdup_printf ("stake,validator\n32,a\n%s,b", wrong[i]);
      g_autofree gchar *message = g_strdup_printf (
          "stakes.csv:3: stake: \"%s\" is out of range (expected 1 to 1e9 ETH)", wrong[i]);

      assert_refused_text (text, PNYX_ERROR_RANGE, message);
    }
}

static void
test_wrong_headers_are_refused (void)
{
  assert_refused_text ("validator,operator\na,b\n", PNYX_ERROR_MISSING,
                       "stakes.csv:1: no column stake (expected stake, and validator or operator "
                       "where they are known)");
  assert_refused_text ("stake,operater\n32,b\n", PNYX_ERROR_UNKNOWN,
                       "stakes.csv:1: unknown column \"operater\"; did you mean \"operator\"? "
                       "(expected stake, validator or operator)");
  assert_refused_text ("stake,stake\n32,32\n", PNYX_ERROR_CONFLICT,
                       "stakes.csv:1: column \"stake\" twice (expected each once)");
  assert_refused_text (
      "32\n32\n", PNYX_ERROR_UNKNOWN,
      "stakes.csv:1: unknown column \"32\" (expected stake, validator or operator)");
}

static void
test_files_without_validators_are_refused (void)
{
  assert_refused_text ("", PNYX_ERROR_MISSING,
                       "stakes.csv:1: the file is empty (expected a header with the column stake)");
  assert_refused_text ("\xef\xbb\xbf \r\n\n", PNYX_ERROR_MISSING,
                       "stakes.csv:1: the file is empty (expected a header with the column stake)");
  assert_refused_text ("stake\n\n", PNYX_ERROR_MISSING,
                       "stakes.csv:1: no validators (expected a row for each below the header)");
}

static void
test_wrong_rows_are_refused_with_their_line (void)
{
  assert_refused_text ("stake,operator\n32,a\n32\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:3: 1 field (expected 2, as in the header)");
  assert_refused_text ("stake,operator\n32,a\n32,a,\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:3: 3 fields (expected 2, as in the header)");
  assert_refused_text ("stake,operator\n32,a\n\n32,a\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:3: 1 field (expected 2, as in the header)");
  assert_refused_text ("stake\n32\n\n32\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:3: stake: \"\" is no number (expected ETH without a unit, such "
                       "as 32)");
  assert_refused_text ("stake,operator\n32,\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:2: no operator (expected a name)");
  assert_refused_text ("validator,stake\n\"\",32\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:2: no validator (expected a name)");
  assert_refused_text ("stake,operator\n32,\"a\n32,b\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:2: quotes that do not match (expected \"...\" around a whole "
                       "field)");
  assert_refused_text ("stake,operator\n32,\"a\" b\n", PNYX_ERROR_SYNTAX,
                       "stakes.csv:2: quotes that do not match (expected \"...\" around a whole "
                       "field)");
  assert_refused_bytes ("stake\n32\n3\0002\n33\n", 14, PNYX_ERROR_SYNTAX,
                        "stakes.csv:3: a zero byte (expected text)");
}

static void
test_a_validator_twice_is_refused_with_both_lines (void)
{
  assert_refused_text ("validator,stake\na,32\nb,32\na,33\n", PNYX_ERROR_CONFLICT,
                       "stakes.csv:4: validator \"a\" is in line 2 already (expected each once)");
}

static void
test_more_validators_than_the_registry_may_have (void)
{
  g_autoptr (GString) text = g_string_new ("stake\n");
  g_auto (PnyxGasperStakeFile) file = { 0 };

  for (guint i = 0; i < PNYX_GASPER_VALIDATORS_MAX; i++)
    g_string_append (text, "32\n");
  assert_read (&file, text->str);
  g_assert_cmpuint (file.n, ==, PNYX_GASPER_VALIDATORS_MAX);
  g_string_append (text, "32\n");
  assert_refused_text (text->str, PNYX_ERROR_RANGE,
                       "stakes.csv:4194306: too many validators (expected at most 4194304)");
}

static void
test_a_file_that_cannot_be_read_is_refused_where_it_is_named (void)
{
  PnyxPlace place = { .file = "scenario.xml", .line = 7 };
  g_auto (PnyxGasperStakeFile) file = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_gasper_stake_file_read (&file, "/nowhere/stakes.csv", &place, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "scenario.xml:7: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/protocol/gasper/stake-file/" path, function)
  ADD ("columns-go-by-name", test_columns_go_by_name);
  ADD ("numbers-are-gwei-exactly", test_numbers_are_gwei_exactly);
  ADD ("operators-are-numbered-by-falling-stake", test_operators_are_numbered_by_falling_stake);
  ADD ("sums-of-operators-are-exact", test_sums_of_operators_are_exact);
  ADD ("quotes-blanks-line-ends-and-byte-order-mark",
       test_quotes_blanks_line_ends_and_byte_order_mark);
  ADD ("what-is-no-number-is-refused-with-its-line",
       test_what_is_no_number_is_refused_with_its_line);
  ADD ("stake-out-of-range-is-refused-with-its-line",
       test_stake_out_of_range_is_refused_with_its_line);
  ADD ("wrong-headers-are-refused", test_wrong_headers_are_refused);
  ADD ("files-without-validators-are-refused", test_files_without_validators_are_refused);
  ADD ("wrong-rows-are-refused-with-their-line", test_wrong_rows_are_refused_with_their_line);
  ADD ("a-validator-twice-is-refused-with-both-lines",
       test_a_validator_twice_is_refused_with_both_lines);
  ADD ("more-validators-than-the-registry-may-have",
       test_more_validators_than_the_registry_may_have);
  ADD ("a-file-that-cannot-be-read-is-refused-where-it-is-named",
       test_a_file_that_cannot_be_read_is_refused_where_it_is_named);
  return g_test_run ();
}
