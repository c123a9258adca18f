/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_SHA256_H
#define PNYX_PROTOCOL_GASPER_SHA256_H

#include "protocol/gasper/cpu.h"

#define PNYX_SHA256_SIZE 32      /* bytes of a digest */
#define PNYX_SHA256_BLOCK 64     /* bytes of a block */
#define PNYX_SHA256_SHORT_MAX 55 /* the longest message that fits one block with its padding */

/** PnyxSha256Block: room for a short message and its padding. */
typedef guint8 PnyxSha256Block[PNYX_SHA256_BLOCK];

/** PnyxSha256Digest: as it is written: most significant byte of the first word first. */
typedef guint8 PnyxSha256Digest[PNYX_SHA256_SIZE];

/**
 * pnyx_sha256_short:
 * @cpu: instructions that may be used
 * @blocks: (array length=n): each starts with its message; what follows it is overwritten by the
 *   padding, the message is kept
 * @length: bytes of each message; at most %PNYX_SHA256_SHORT_MAX
 * @digests: (out caller-allocates) (array length=n)
 *
 * Hashes @n short messages of one length, several at a time: the `hash` of the specification where
 * it is called most.
 *
 * Cost: about 55 ns a message with the SHA extensions, 150 ns without; no allocation.
 * Source: FIPS 180-4, sections 5.1.1 and 6.2.
 */
void pnyx_sha256_short (PnyxCpu cpu, PnyxSha256Block *blocks, gsize length, gsize n,
                        PnyxSha256Digest *digests);

/**
 * pnyx_sha256:
 * @data: (array length=length)
 * @digest: (out caller-allocates)
 *
 * One message of any length: `hash` of specs/phase0/beacon-chain.md. Portable.
 */
void pnyx_sha256 (const guint8 *data, gsize length, PnyxSha256Digest digest);

/**
 * pnyx_sha256_digest_parse:
 * @text: "0x" and 64 hexadecimal digits of either case
 * @name: what it is called in the message
 * @digest: (out caller-allocates)
 *
 * Errors: PNYX_ERROR_SYNTAX, without a place.
 */
gboolean pnyx_sha256_digest_parse (const gchar *text, const gchar *name, PnyxSha256Digest digest,
                                   GError **error);

#endif
