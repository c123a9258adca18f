/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-256 (FIPS 180-4) of many short messages.
 *
 * The hashes of a shuffle do not depend on each other, so that latency is hidden by taking several
 * messages at once: four in the lanes of a vector (compilers make scalar code of it where there are
 * no vectors), or two with the SHA extensions, whose rounds each wait for the one before. A message
 * of any length goes through the same rounds in one lane.
 */
#include "protocol/gasper/sha256.h"

#include <string.h>

#include "base/error.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define LANES 4
#define WORDS 16
#define ROUNDS 64

typedef guint32 Lanes __attribute__ ((vector_size (LANES * sizeof (guint32))));

static const guint32 initial[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

static const guint32 constants[ROUNDS] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Four messages in lanes. */

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

static inline Lanes
schedule (const Lanes *w, guint t)
{
  Lanes w15 = w[(t + 1) % WORDS], w2 = w[(t + 14) % WORDS];
  Lanes sigma0 = ROTATE (w15, 7) ^ ROTATE (w15, 18) ^ (w15 >> 3);
  Lanes sigma1 = ROTATE (w2, 17) ^ ROTATE (w2, 19) ^ (w2 >> 10);

  return sigma1 + w[(t + 9) % WORDS] + sigma0 + w[t % WORDS];
}

/* One round; the caller renames the eight variables instead of moving them. */
static inline void
step (const Lanes word, Lanes a, Lanes b, Lanes c, Lanes *d, Lanes e, Lanes f, Lanes g, Lanes *h)
{
  Lanes t1 = *h + (ROTATE (e, 6) ^ ROTATE (e, 11) ^ ROTATE (e, 25)) + (g ^ (e & (f ^ g))) + word;
  Lanes t2 = (ROTATE (a, 2) ^ ROTATE (a, 13) ^ ROTATE (a, 22)) + ((a & b) | (c & (a | b)));

  *d += t1;
  *h = t1 + t2;
}

static inline void
eight_steps (const Lanes *w, guint t, Lanes *s)
{
  const guint32 *k = constants + t;

  w += t % WORDS;
  step (w[0] + k[0], s[0], s[1], s[2], &s[3], s[4], s[5], s[6], &s[7]);
  step (w[1] + k[1], s[7], s[0], s[1], &s[2], s[3], s[4], s[5], &s[6]);
  step (w[2] + k[2], s[6], s[7], s[0], &s[1], s[2], s[3], s[4], &s[5]);
  step (w[3] + k[3], s[5], s[6], s[7], &s[0], s[1], s[2], s[3], &s[4]);
  step (w[4] + k[4], s[4], s[5], s[6], &s[7], s[0], s[1], s[2], &s[3]);
  step (w[5] + k[5], s[3], s[4], s[5], &s[6], s[7], s[0], s[1], &s[2]);
  step (w[6] + k[6], s[2], s[3], s[4], &s[5], s[6], s[7], s[0], &s[1]);
  step (w[7] + k[7], s[1], s[2], s[3], &s[4], s[5], s[6], s[7], &s[0]);
}

/* The compression of section 6.2.2; @w is used up. */
static void
compress_lanes (Lanes *w, Lanes *state)
{
  Lanes s[8];

  memcpy (s, state, sizeof s);
  for (guint t = 0;; t += WORDS)
    {
      eight_steps (w, t, s);
      eight_steps (w, t + 8, s);
      if (t + WORDS == ROUNDS)
        break;
      for (guint i = 0; i < WORDS; i++)
        w[i] = schedule (w, i);
    }
  for (guint i = 0; i < 8; i++)
    state[i] += s[i];
}

static inline guint32
read_word (const guint8 *bytes)
{
  guint32 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT32_FROM_BE (word);
}

static inline void
write_word (guint8 *bytes, guint32 word)
{
  word = GUINT32_TO_BE (word);
  memcpy (bytes, &word, sizeof word);
}

static void
hash_lanes (PnyxSha256Block *blocks, gsize n, PnyxSha256Digest *digests)
{
  Lanes w[WORDS], state[8];

  for (guint i = 0; i < WORDS; i++)
    for (guint lane = 0; lane < LANES; lane++)
      w[i][lane] = read_word (blocks[lane < n ? lane : 0] + 4 * i);
  for (guint i = 0; i < 8; i++)
    state[i] = (Lanes){ 0 } + initial[i];
  compress_lanes (w, state);
  for (guint lane = 0; lane < n; lane++)
    for (guint i = 0; i < 8; i++)
      write_word (digests[lane] + 4 * i, state[i][lane]);
}

/* Two messages with the SHA extensions (Intel, "Intel SHA Extensions", 2013, section 4). */

#if defined(__x86_64__)

#define TARGET_SHA __attribute__ ((target ("sha,sse4.1")))

typedef struct
{
  __m128i abef, cdgh;
  __m128i w[4]; /* the last sixteen words of the schedule */
} Pair;

TARGET_SHA static inline __m128i
byte_order (void)
{
  return _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
}

TARGET_SHA static inline void
pair_load (Pair *pair, const guint8 *block)
{
  pair->abef
      = _mm_set_epi32 ((gint)initial[0], (gint)initial[1], (gint)initial[4], (gint)initial[5]);
  pair->cdgh
      = _mm_set_epi32 ((gint)initial[2], (gint)initial[3], (gint)initial[6], (gint)initial[7]);
  for (guint i = 0; i < 4; i++)
    pair->w[i] = _mm_shuffle_epi8 (
        _mm_loadu_si128 ((const __m128i *)(gconstpointer)(block + 16 * i)), byte_order ());
}

/* Rounds 4q to 4q + 3. */
TARGET_SHA static inline __attribute__ ((always_inline)) void
pair_quad (Pair *pair, guint q)
{
  __m128i *w = pair->w;
  guint i = q % 4;
  __m128i wk;

  if (q >= 4)
    w[i]
        = _mm_sha256msg2_epu32 (_mm_add_epi32 (_mm_sha256msg1_epu32 (w[i], w[(i + 1) % 4]),
                                               _mm_alignr_epi8 (w[(i + 3) % 4], w[(i + 2) % 4], 4)),
                                w[(i + 3) % 4]);
  wk = _mm_add_epi32 (w[i], _mm_loadu_si128 ((const __m128i *)(gconstpointer)(constants + 4 * q)));
  pair->cdgh = _mm_sha256rnds2_epu32 (pair->cdgh, pair->abef, wk);
  pair->abef = _mm_sha256rnds2_epu32 (pair->abef, pair->cdgh, _mm_shuffle_epi32 (wk, 0x0e));
}

TARGET_SHA static inline void
pair_store (const Pair *pair, guint8 *digest)
{
  __m128i abef = _mm_add_epi32 (pair->abef, _mm_set_epi32 ((gint)initial[0], (gint)initial[1],
                                                           (gint)initial[4], (gint)initial[5]));
  __m128i cdgh = _mm_add_epi32 (pair->cdgh, _mm_set_epi32 ((gint)initial[2], (gint)initial[3],
                                                           (gint)initial[6], (gint)initial[7]));
  __m128i feba = _mm_shuffle_epi32 (abef, 0x1b), dchg = _mm_shuffle_epi32 (cdgh, 0xb1);
  __m128i abcd = _mm_blend_epi16 (feba, dchg, 0xf0), efgh = _mm_alignr_epi8 (dchg, feba, 8);

  _mm_storeu_si128 ((__m128i *)(gpointer)digest, _mm_shuffle_epi8 (abcd, byte_order ()));
  _mm_storeu_si128 ((__m128i *)(gpointer)(digest + 16), _mm_shuffle_epi8 (efgh, byte_order ()));
}

TARGET_SHA static void
hash_two_sha (const guint8 *block0, const guint8 *block1, guint8 *digest0, guint8 *digest1)
{
  Pair x, y;

  pair_load (&x, block0);
  pair_load (&y, block1);
#define BOTH(q) (pair_quad (&x, q), pair_quad (&y, q))
  BOTH (0), BOTH (1), BOTH (2), BOTH (3), BOTH (4), BOTH (5), BOTH (6), BOTH (7);
  BOTH (8), BOTH (9), BOTH (10), BOTH (11), BOTH (12), BOTH (13), BOTH (14), BOTH (15);
#undef BOTH
  pair_store (&x, digest0);
  pair_store (&y, digest1);
}

static void
hash_sha (PnyxSha256Block *blocks, gsize n, PnyxSha256Digest *digests)
{
  PnyxSha256Digest unused;

  for (gsize i = 0; i + 1 < n; i += 2)
    hash_two_sha (blocks[i], blocks[i + 1], digests[i], digests[i + 1]);
  if (n % 2 == 1)
    hash_two_sha (blocks[n - 1], blocks[n - 1], digests[n - 1], unused);
}

#else

static void
hash_sha (PnyxSha256Block *blocks, gsize n, PnyxSha256Digest *digests)
{
  (void)blocks, (void)n, (void)digests;
  PNYX_REQUIRE (FALSE);
}

#endif

/* Section 5.1.1: a one bit, zeros, the length in bits. */
static void
pad (guint8 *block, gsize length, guint64 bits)
{
  guint64 end = GUINT64_TO_BE (bits);

  block[length] = 0x80;
  memset (block + length + 1, 0, PNYX_SHA256_SHORT_MAX - length);
  memcpy (block + PNYX_SHA256_SHORT_MAX + 1, &end, sizeof end);
}

void
pnyx_sha256_short (PnyxCpu cpu, PnyxSha256Block *blocks, gsize length, gsize n,
                   PnyxSha256Digest *digests)
{
  PNYX_REQUIRE (length <= PNYX_SHA256_SHORT_MAX);
  for (gsize i = 0; i < n; i++)
    pad (blocks[i], length, 8 * (guint64)length);
  if ((cpu & PNYX_CPU_SHA) != 0)
    hash_sha (blocks, n, digests);
  else
    for (gsize i = 0; i < n; i += LANES)
      hash_lanes (blocks + i, MIN (n - i, LANES), digests + i);
}

/* One block in the first lane; the others repeat it. */
static void
compress_one (const guint8 *block, Lanes *state)
{
  Lanes w[WORDS];

  for (guint i = 0; i < WORDS; i++)
    w[i] = (Lanes){ 0 } + read_word (block + 4 * i);
  compress_lanes (w, state);
}

void
pnyx_sha256 (const guint8 *data, gsize length, PnyxSha256Digest digest)
{
  guint8 block[PNYX_SHA256_BLOCK] = { 0 };
  gsize rest = length % PNYX_SHA256_BLOCK;
  Lanes state[8];

  for (guint i = 0; i < 8; i++)
    state[i] = (Lanes){ 0 } + initial[i];
  for (gsize at = 0; at + PNYX_SHA256_BLOCK <= length; at += PNYX_SHA256_BLOCK)
    compress_one (data + at, state);
  if (rest > 0)
    memcpy (block, data + length - rest, rest);
  if (rest > PNYX_SHA256_SHORT_MAX)
    {
      block[rest] = 0x80;
      compress_one (block, state);
      memset (block, 0, sizeof block);
      write_word (block + 56, (guint32)((guint64)length >> 29));
      write_word (block + 60, (guint32)(length << 3));
    }
  else
    pad (block, rest, 8 * (guint64)length);
  compress_one (block, state);
  for (guint i = 0; i < 8; i++)
    write_word (digest + 4 * i, state[i][0]);
}

gboolean
pnyx_sha256_digest_parse (const gchar *text, const gchar *name, PnyxSha256Digest digest,
                          GError **error)
{
  gboolean good = g_str_has_prefix (text, "0x") && strlen (text) == 2 + 2 * PNYX_SHA256_SIZE;

  for (guint i = 0; good && i < PNYX_SHA256_SIZE; i++)
    {
      gint high = g_ascii_xdigit_value (text[2 + 2 * i]);
      gint low = g_ascii_xdigit_value (text[3 + 2 * i]);

      good = high >= 0 && low >= 0;
      digest[i] = good ? (guint8)(high << 4 | low) : 0;
    }
  if (!good)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                 "%s \"%.80s\" is no value of 32 bytes (expected 0x and 64 hexadecimal digits)",
                 name, text);
  return good;
}
