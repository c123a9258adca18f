/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/sha256.h"

#include <string.h>

#include "base/error.h"

static void
assert_digest (const guint8 *digest, const gchar *hex)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < PNYX_SHA256_SIZE; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  g_assert_cmpstr (text->str, ==, hex);
  g_string_free (text, TRUE);
}

/* The examples of FIPS 180-4 and one of a million letters. */
static void
test_published_vectors (void)
{
  static const struct
  {
    const gchar *text, *hex;
  } vectors[] = { { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
                  { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
                  { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" } };
  PnyxSha256Digest digest;
  g_autofree gchar *million = g_strnfill (1000000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      pnyx_sha256 ((const guint8 *)vectors[i].text, strlen (vectors[i].text), digest);
      assert_digest (digest, vectors[i].hex);
    }
  pnyx_sha256 ((const guint8 *)million, 1000000, digest);
  assert_digest (digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* GLib has the same function; every length around the ends of blocks. */
static void
test_any_length_equals_glib (void)
{
  guint8 data[300];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = (guint8)(i * 151 + 7);
  for (gsize length = 0; length <= sizeof data; length++)
    {
      g_autofree gchar *hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);
      PnyxSha256Digest digest;

      pnyx_sha256 (data, length, digest);
      assert_digest (digest, hex);
    }
}

#define N_MAX 9

static void
check_short (PnyxCpu cpu, gsize length, gsize n)
{
  PnyxSha256Block blocks[N_MAX + 1], before[N_MAX + 1];
  PnyxSha256Digest digests[N_MAX + 1];

  for (gsize i = 0; i <= n; i++)
    for (gsize j = 0; j < PNYX_SHA256_BLOCK; j++)
      blocks[i][j] = (guint8)(17 * i + 31 * j + length);
  memcpy (before, blocks, (n + 1) * sizeof *blocks);
  memset (digests[n], 0x5a, PNYX_SHA256_SIZE);
  pnyx_sha256_short (cpu, blocks, length, n, digests);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree gchar *hex = g_compute_checksum_for_data (G_CHECKSUM_SHA256, before[i], length);

      assert_digest (digests[i], hex);
      g_assert_true (memcmp (blocks[i], before[i], length) == 0);
    }
  /* Nothing beyond the last is touched. */
  g_assert_true (memcmp (blocks[n], before[n], PNYX_SHA256_BLOCK) == 0);
  for (guint i = 0; i < PNYX_SHA256_SIZE; i++)
    g_assert_cmpuint (digests[n][i], ==, 0x5a);
}

static void
test_short_messages_are_the_same_bits_on_every_path (void)
{
  static const PnyxCpu paths[] = { PNYX_CPU_PORTABLE, PNYX_CPU_SHA, PNYX_CPU_AVX2, PNYX_CPU_ALL };

  for (gsize path = 0; path < G_N_ELEMENTS (paths); path++)
    {
      if ((paths[path] & pnyx_cpu_detect ()) != paths[path])
        {
          g_test_message ("this machine lacks instructions of path %u", paths[path]);
          continue;
        }
      for (gsize length = 0; length <= PNYX_SHA256_SHORT_MAX; length++)
        for (gsize n = 0; n <= N_MAX; n++)
          check_short (paths[path], length, n);
    }
}

static void
test_digests_are_read_from_hexadecimal_digits (void)
{
  static const gchar *const bad[]
      = { "",
          "0x",
          "0x12",
          "26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7",
          "0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e",
          "0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7a",
          "0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63eg" };
  PnyxSha256Digest digest;
  GError *error = NULL;

  g_assert_true (pnyx_sha256_digest_parse (
      "0x26655AAB58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7", "seed", digest,
      &error));
  g_assert_no_error (error);
  assert_digest (digest, "26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (pnyx_sha256_digest_parse (bad[i], "seed", digest, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX);
      g_assert_nonnull (strstr (error->message, "seed"));
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/sha256/published-vectors", test_published_vectors);
  g_test_add_func ("/protocol/sha256/any-length-equals-glib", test_any_length_equals_glib);
  g_test_add_func ("/protocol/sha256/short-messages-are-the-same-bits-on-every-path",
                   test_short_messages_are_the_same_bits_on_every_path);
  g_test_add_func ("/protocol/sha256/digests-are-read-from-hexadecimal-digits",
                   test_digests_are_read_from_hexadecimal_digits);
  return g_test_run ();
}
