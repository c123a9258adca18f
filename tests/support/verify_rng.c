/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/verify_rng.h"

#include <math.h>
#include <string.h>

#define N_DRAWS 65536
#define N_BINS 256

/* Random123, tests/kat_vectors: philox4x32 10. */
static const struct
{
  guint32 counter[4], key[2], expected[4];
} vectors[] = {
  { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
  { { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 },
    { G_MAXUINT32, G_MAXUINT32 },
    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
  { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
    { 0xa4093822, 0x299f31d0 },
    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

gboolean
verify_rng_vectors (VerifyRngBlock block)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      PnyxRng rng = { { vectors[i].key[0], vectors[i].key[1] } };
      guint64 index = ((guint64)vectors[i].counter[1] << 32) | vectors[i].counter[0];
      guint32 words[4];

      block (&rng, vectors[i].counter[2], index, vectors[i].counter[3], words);
      if (memcmp (words, vectors[i].expected, sizeof words) != 0)
        return FALSE;
    }
  return TRUE;
}

/* |z| of the chi-square statistic of equally likely bins. */
static gdouble
chi_square_z (const guint32 counts[N_BINS])
{
  gdouble expected = (gdouble)N_DRAWS / N_BINS, sum = 0;

  for (guint i = 0; i < N_BINS; i++)
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  return fabs (sum - (N_BINS - 1)) / sqrt (2.0 * (N_BINS - 1));
}

gdouble
verify_rng_uniform (VerifyRngBlock block, guint64 seed)
{
  gdouble largest = 0;
  PnyxRng rng;

  pnyx_rng_init (&rng, seed, 0, 0, "verify-rng", "uniform");
  for (guint over_entities = 0; over_entities < 2; over_entities++)
    {
      guint32 counts[8][N_BINS] = { { 0 } };

      for (guint32 i = 0; i < N_DRAWS; i++)
        {
          guint32 words[4];

          block (&rng, over_entities ? i : 3, over_entities ? 3 : i, 0, words);
          for (guint word = 0; word < 4; word++)
            {
              counts[2 * word][words[word] >> 24]++;
              counts[2 * word + 1][words[word] & 255]++;
            }
        }
      for (guint byte = 0; byte < 8; byte++)
        largest = MAX (largest, chi_square_z (counts[byte]));
    }
  return largest;
}

gdouble
verify_rng_pairs (VerifyRngBlock block, guint64 seed)
{
  guint32 counts[5][N_BINS] = { { 0 } };
  PnyxRng rng, other_replicate, other_purpose;
  gdouble largest = 0;

  pnyx_rng_init (&rng, seed, 0, 0, "verify-rng", "pairs");
  pnyx_rng_init (&other_replicate, seed, 1, 0, "verify-rng", "pairs");
  pnyx_rng_init (&other_purpose, seed, 0, 0, "verify-rng", "pairs-2");
  for (guint32 i = 0; i < N_DRAWS; i++)
    {
      guint32 here[4], there[5][4];

      block (&rng, 1, i, 0, here);
      block (&rng, 1, (guint64)i + 1, 0, there[0]);
      block (&rng, 2, i, 0, there[1]);
      block (&rng, 1, i, 1, there[2]);
      block (&other_replicate, 1, i, 0, there[3]);
      block (&other_purpose, 1, i, 0, there[4]);
      for (guint pair = 0; pair < 5; pair++)
        counts[pair][(here[0] >> 28) * 16 + (there[pair][0] >> 28)]++;
    }
  for (guint pair = 0; pair < 5; pair++)
    largest = MAX (largest, chi_square_z (counts[pair]));
  return largest;
}
