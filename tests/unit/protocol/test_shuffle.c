/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/gasper/shuffle.h"

#include <string.h>

#define SEED_26 "0x26655aab58c18b66870f50a133171c85d9a5ae9dde55c0ca049491a27f4f63e7"
#define SEED_06 "0x0623ccb9b1619bd388284a438034d8cb6431964ba727d8b1c450303105735488"
#define SEED_01 "0x01b4f6bd5d6a06a7b74a8565ceb4f845afe0ae96a0ac05cf5e86066bf7b538ec"
#define SEED_23 "0x23bcd11624a07465b1c2fc1a0fe52996daae4bf87b0fb6bed45926096c644843"
#define SEED_ZERO "0x0000000000000000000000000000000000000000000000000000000000000000"
#define MINIMAL_ROUNDS 10

static const PnyxCpu paths[] = { PNYX_CPU_PORTABLE, PNYX_CPU_SHA, PNYX_CPU_AVX2, PNYX_CPU_ALL };

static gboolean
have (PnyxCpu path)
{
  return (path & pnyx_cpu_detect ()) == path;
}

static void
parse_seed (const gchar *text, PnyxSha256Digest seed)
{
  GError *error = NULL;

  g_assert_true (pnyx_sha256_digest_parse (text, "seed", seed, &error));
  g_assert_no_error (error);
}

/* compute_shuffled_permutation for 0 to n - 1. */
static guint32 *
permutation_new (PnyxCpu cpu, const gchar *seed_text, guint rounds, guint32 n)
{
  guint32 *list = g_new (guint32, n + 1);
  PnyxSha256Digest seed;

  parse_seed (seed_text, seed);
  for (guint32 i = 0; i <= n; i++)
    list[i] = i;
  pnyx_shuffle_list (cpu, seed, rounds, list, n);
  g_assert_cmpuint (list[n], ==, n); /* nothing beyond the list is touched */
  return list;
}

/* Written as the specification is: one index, one round after another. */
static guint32
naive_compute_shuffled_index (guint32 index, guint32 index_count, const guint8 *seed, guint rounds)
{
  for (guint round = 0; round < rounds; round++)
    {
      guint8 message[37];
      PnyxSha256Digest digest;
      guint64 pivot = 0;
      guint32 flip, position;

      memcpy (message, seed, 32);
      message[32] = (guint8)round;
      pnyx_sha256 (message, 33, digest);
      for (guint i = 8; i-- > 0;)
        pivot = pivot << 8 | digest[i];
      flip = (guint32)((pivot % index_count + index_count - index) % index_count);
      position = MAX (index, flip);
      for (guint i = 0; i < 4; i++)
        message[33 + i] = (guint8)(position / 256 >> (8 * i));
      pnyx_sha256 (message, 37, digest);
      if ((digest[position % 256 / 8] >> (position % 8)) % 2 == 1)
        index = flip;
    }
  return index;
}

static void
assert_mapping (const gchar *seed, guint rounds, const gchar *expected)
{
  g_auto (GStrv) words = g_strsplit (expected, ",", -1);
  guint32 n = g_strv_length (words);

  for (gsize path = 0; path < G_N_ELEMENTS (paths); path++)
    if (have (paths[path]))
      {
        g_autofree guint32 *list = permutation_new (paths[path], seed, rounds, n);

        for (guint32 i = 0; i < n; i++)
          g_assert_cmpuint (list[i], ==, g_ascii_strtoull (words[i], NULL, 10));
      }
}

static void
test_mappings_of_the_specification (void)
{
  const guint mainnet = PNYX_SHUFFLE_ROUND_COUNT;

  assert_mapping (SEED_26, mainnet, "0");
  assert_mapping (SEED_26, mainnet, "1,0");
  assert_mapping (SEED_26, mainnet, "1,2,0");
  assert_mapping (SEED_26, mainnet, "0,3,4,2,1");
  assert_mapping (SEED_26, mainnet, "6,0,2,5,4,1,3,7");
  assert_mapping (SEED_26, mainnet, "6,8,2,7,5,4,9,3,1,0");
  assert_mapping (SEED_26, mainnet, "14,9,1,10,3,5,13,12,15,2,6,4,8,0,7,11");
  assert_mapping (SEED_26, mainnet,
                  "21,4,6,20,14,19,3,32,10,18,12,28,7,5,30,2,26,13,0,15,24,29,31,16,17,27,11,23,"
                  "25,8,1,9,22");
  assert_mapping (SEED_06, mainnet, "5,0,6,9,8,4,7,3,2,1");
  assert_mapping (
      SEED_01, mainnet,
      "14,61,28,43,48,31,84,71,54,98,49,1,81,12,35,9,0,45,32,27,4,76,39,38,8,72,57,99,7,41,18,56,"
      "65,37,10,66,83,59,80,51,16,21,36,17,30,42,68,64,78,62,86,52,29,11,6,15,95,77,89,97,44,87,"
      "93,50,19,20,94,5,70,3,73,74,63,55,88,25,47,91,75,67,23,24,79,26,22,46,40,69,90,92,85,53,33,"
      "58,82,13,34,96,2,60");
  assert_mapping (SEED_01, MINIMAL_ROUNDS,
                  "5,16,30,22,23,27,24,26,15,3,25,14,31,20,4,7,1,17,12,13,11,21,10,28,9,18,0,2,8,"
                  "19,6,29,32");
  assert_mapping (SEED_23, MINIMAL_ROUNDS, "2,0,1,3,4");
  assert_mapping (SEED_ZERO, mainnet, "0,4,6,3,7,2,1,5");
  assert_mapping (SEED_ZERO, mainnet, "11,12,10,3,1,5,8,14,2,15,0,7,4,9,6,13");
}

/* The layout of the official files: lines break after the comma that passes column 80. */
static GString *
mapping_yaml (const gchar *seed, const guint32 *list, guint32 n)
{
  GString *yaml = g_string_new (NULL);
  gsize line;

  g_string_append_printf (yaml, "seed: '%s'\ncount: %u\n", seed, n);
  line = yaml->len;
  g_string_append (yaml, "mapping: [");
  for (guint32 i = 0; i < n; i++)
    {
      if (i > 0)
        {
          g_string_append_c (yaml, ',');
          if (yaml->len - line > 80)
            {
              g_string_append_c (yaml, '\n');
              line = yaml->len;
              g_string_append (yaml, "  ");
            }
          else
            g_string_append_c (yaml, ' ');
        }
      g_string_append_printf (yaml, "%u", list[i]);
    }
  g_string_append (yaml, "]\n");
  return yaml;
}

/* The official test vectors, known by the hashes of their files. */
static void
test_hashes_of_the_official_files (void)
{
  static const struct
  {
    const gchar *seed;
    guint rounds;
    guint32 n;
    const gchar *hex;
  } files[] = {
    { SEED_26, PNYX_SHUFFLE_ROUND_COUNT, 33,
      "e9d28288034061510ef0c2998ec9d57b0b1e1013d6c181b442bca07d4f02f719" },
    { SEED_26, PNYX_SHUFFLE_ROUND_COUNT, 1000,
      "0889bfd5274976e43d995b18355a423635380529f97df9284fe392f7cd159317" },
    { SEED_06, PNYX_SHUFFLE_ROUND_COUNT, 10,
      "71418ba88e7a9a7cc8c0cdf86be8e8216845a2a5bbbc56ead640d1760a0f2d94" },
    { SEED_01, PNYX_SHUFFLE_ROUND_COUNT, 100,
      "76856e7b9132ba539787cc0563014a8c43e83f1052a814757e43258eda616a4f" },
    { SEED_01, MINIMAL_ROUNDS, 33,
      "25c15ff06e2617ec209054567b2a437caa75fdd95a929c2fe3878168eb1d74d6" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    for (gsize path = 0; path < G_N_ELEMENTS (paths); path++)
      if (have (paths[path]))
        {
          g_autofree guint32 *list
              = permutation_new (paths[path], files[i].seed, files[i].rounds, files[i].n);
          GString *yaml = mapping_yaml (files[i].seed, list, files[i].n);
          g_autofree gchar *hex
              = g_compute_checksum_for_string (G_CHECKSUM_SHA256, yaml->str, (gssize)yaml->len);

          g_assert_cmpstr (hex, ==, files[i].hex);
          if (files[i].n == 1000)
            g_assert_cmpuint (yaml->len, ==, 5105);
          g_string_free (yaml, TRUE);
        }
}

/* Whole list, single indices and the naive form agree for every size around a block of eight
 * pairs, a bucket of 256 places and a few beyond, on every path. */
static void
test_every_path_equals_the_naive_index (void)
{
  static const guint32 large[] = { 511, 512, 513, 1000, 2953, 4097 };
  PnyxSha256Digest seed;

  parse_seed (SEED_01, seed);
  for (guint32 k = 1; k <= 300 + G_N_ELEMENTS (large); k++)
    {
      guint32 n = k <= 300 ? k : large[k - 301];
      guint rounds = n <= 300 ? 7 : PNYX_SHUFFLE_ROUND_COUNT;
      g_autofree guint32 *expected = g_new (guint32, n);

      for (guint32 i = 0; i < n; i++)
        expected[i] = naive_compute_shuffled_index (i, n, seed, rounds);
      for (gsize path = 0; path < G_N_ELEMENTS (paths); path++)
        if (have (paths[path]))
          {
            g_autofree guint32 *list = permutation_new (paths[path], SEED_01, rounds, n);
            g_autofree guint32 *indices = g_new (guint32, n);
            PnyxShufflePivots pivots;

            for (guint32 i = 0; i < n; i++)
              indices[i] = i;
            pnyx_shuffle_pivots_init (&pivots, paths[path], seed, rounds, n);
            pnyx_compute_shuffled_index (&pivots, paths[path], indices, n);
            g_assert_true (memcmp (list, expected, n * sizeof *list) == 0);
            g_assert_true (memcmp (indices, expected, n * sizeof *indices) == 0);
          }
    }
}

static void
test_paths_agree_on_a_million (void)
{
  const guint32 n = (1u << 20) - 3;
  g_autofree guint32 *portable
      = permutation_new (PNYX_CPU_PORTABLE, SEED_26, PNYX_SHUFFLE_ROUND_COUNT, n);
  g_autofree guint32 *fast
      = permutation_new (pnyx_cpu_detect (), SEED_26, PNYX_SHUFFLE_ROUND_COUNT, n);
  PnyxSha256Digest seed;

  parse_seed (SEED_26, seed);
  g_assert_true (memcmp (portable, fast, n * sizeof *portable) == 0);
  for (guint32 i = 0; i < n; i += 99991)
    g_assert_cmpuint (portable[i], ==,
                      naive_compute_shuffled_index (i, n, seed, PNYX_SHUFFLE_ROUND_COUNT));
}

/* An arbitrary list: entry i is the one that stood at the shuffled index of i. The inverse, which
 * moves entry i there, differs, and only a mapping that is no involution shows it. */
static void
test_the_permutation_is_not_its_inverse (void)
{
  g_autofree guint32 *map
      = permutation_new (PNYX_CPU_PORTABLE, SEED_26, PNYX_SHUFFLE_ROUND_COUNT, 33);
  guint32 list[33], n_different = 0;
  PnyxSha256Digest seed;

  parse_seed (SEED_26, seed);
  for (guint32 i = 0; i < 33; i++)
    list[i] = 1000 + 7 * i;
  pnyx_shuffle_list (PNYX_CPU_PORTABLE, seed, PNYX_SHUFFLE_ROUND_COUNT, list, 33);
  for (guint32 i = 0; i < 33; i++)
    {
      g_assert_cmpuint (list[i], ==, 1000 + 7 * map[i]);
      n_different += map[map[i]] != i;
    }
  g_assert_cmpuint (n_different, >, 20);
}

static void
test_nothing_to_shuffle (void)
{
  PnyxSha256Digest seed = { 0 };
  guint32 list[2] = { 5, 6 };

  pnyx_shuffle_list (PNYX_CPU_PORTABLE, seed, 90, list, 0);
  pnyx_shuffle_list (PNYX_CPU_PORTABLE, seed, 90, list, 1);
  pnyx_shuffle_list (PNYX_CPU_PORTABLE, seed, 0, list, 2);
  g_assert_cmpuint (list[0], ==, 5);
  g_assert_cmpuint (list[1], ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/shuffle/mappings-of-the-specification",
                   test_mappings_of_the_specification);
  g_test_add_func ("/protocol/shuffle/hashes-of-the-official-files",
                   test_hashes_of_the_official_files);
  g_test_add_func ("/protocol/shuffle/every-path-equals-the-naive-index",
                   test_every_path_equals_the_naive_index);
  g_test_add_func ("/protocol/shuffle/paths-agree-on-a-million", test_paths_agree_on_a_million);
  g_test_add_func ("/protocol/shuffle/the-permutation-is-not-its-inverse",
                   test_the_permutation_is_not_its_inverse);
  g_test_add_func ("/protocol/shuffle/nothing-to-shuffle", test_nothing_to_shuffle);
  return g_test_run ();
}
