/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_WIDE_H
#define PNYX_BASE_WIDE_H

#include "base/types.h"

/*
 * Whole numbers beyond 64 bits: exact products of 256 bits where amounts, prices and indices meet,
 * and decimal text. Nothing is rounded but where it says so.
 */

/** PnyxRounding: which whole number a quotient becomes. */
typedef enum
{
  PNYX_ROUND_DOWN,
  PNYX_ROUND_UP,
} PnyxRounding;

/**
 * pnyx_wide_mul_div:
 * @c: more than 0
 * @quotient: (out): @a * @b / @c as a whole number
 *
 * Returns: FALSE where the quotient has more than 128 bits; @quotient is all ones then.
 * Cost: a division where the product has 128 bits, 256 steps otherwise.
 */
gboolean pnyx_wide_mul_div (pnyx_uint128 a, pnyx_uint128 b, pnyx_uint128 c, PnyxRounding rounding,
                            pnyx_uint128 *quotient);

/** pnyx_wide_compare_products: Returns: -1, 0 or 1: the sign of @a * @b - @c * @d. */
gint pnyx_wide_compare_products (pnyx_uint128 a, pnyx_uint128 b, pnyx_uint128 c, pnyx_uint128 d);

/** pnyx_wide_sqrt_product: Returns: the largest whole number whose square is at most @a * @b. */
pnyx_uint128 pnyx_wide_sqrt_product (pnyx_uint128 a, pnyx_uint128 b);

/** pnyx_wide_clamp: Returns: @value, or the largest gint64 where it is more. */
gint64 pnyx_wide_clamp (pnyx_uint128 value);

#define PNYX_WIDE_BUFFER 40

/** pnyx_wide_parse: @text: decimal digits only. Returns: FALSE where it is none or has more than
 * 128 bits. */
gboolean pnyx_wide_parse (const gchar *text, pnyx_uint128 *value);
/** pnyx_wide_format: Returns: the digits, somewhere in @buffer. */
const gchar *pnyx_wide_format (gchar buffer[PNYX_WIDE_BUFFER], pnyx_uint128 value);

#endif
