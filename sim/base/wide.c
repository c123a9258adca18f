/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A product of 256 bits is two halves, made of four products of 64 bits; it is divided bit by bit
 * (schoolbook, one quotient bit a step), which only happens where it leaves 128 bits.
 */
#include "base/wide.h"

#include "base/error.h"

typedef struct
{
  pnyx_uint128 high, low;
} Product;

static Product
multiply (pnyx_uint128 a, pnyx_uint128 b)
{
  pnyx_uint128 a0 = (guint64)a, a1 = a >> 64, b0 = (guint64)b, b1 = b >> 64;
  pnyx_uint128 low = a0 * b0, left, right, middle;

  if ((a1 | b1) == 0)
    return (Product){ .high = 0, .low = low };
  left = a1 * b0;
  right = a0 * b1;
  middle = (low >> 64) + (guint64)left + (guint64)right;
  return (Product){ .high = a1 * b1 + (left >> 64) + (right >> 64) + (middle >> 64),
                    .low = (middle << 64) | (guint64)low };
}

static gint
compare (Product x, Product y)
{
  if (x.high != y.high)
    return x.high < y.high ? -1 : 1;
  return x.low < y.low ? -1 : x.low > y.low ? 1 : 0;
}

/* @product.high < @c: the quotient has 128 bits. */
static pnyx_uint128
divide (Product product, pnyx_uint128 c, pnyx_uint128 *remainder)
{
  pnyx_uint128 rest = product.high, quotient = 0;

  for (guint bit = 128; bit-- > 0;)
    {
      gboolean carry = rest >> 127 != 0;

      rest = (rest << 1) | (product.low >> bit & 1);
      quotient <<= 1;
      if (carry || rest >= c)
        {
          rest -= c;
          quotient |= 1;
        }
    }
  *remainder = rest;
  return quotient;
}

gboolean
pnyx_wide_mul_div (pnyx_uint128 a, pnyx_uint128 b, pnyx_uint128 c, PnyxRounding rounding,
                   pnyx_uint128 *quotient)
{
  Product product = multiply (a, b);
  pnyx_uint128 remainder;

  PNYX_REQUIRE (c > 0);
  *quotient = ~(pnyx_uint128)0;
  if (product.high >= c)
    return FALSE;
  if (product.high == 0)
    {
      *quotient = product.low / c;
      remainder = product.low % c;
    }
  else
    *quotient = divide (product, c, &remainder);
  if (rounding == PNYX_ROUND_DOWN || remainder == 0)
    return TRUE;
  if (*quotient == ~(pnyx_uint128)0)
    return FALSE;
  ++*quotient;
  return TRUE;
}

gint
pnyx_wide_compare_products (pnyx_uint128 a, pnyx_uint128 b, pnyx_uint128 c, pnyx_uint128 d)
{
  return compare (multiply (a, b), multiply (c, d));
}

pnyx_uint128
pnyx_wide_sqrt_product (pnyx_uint128 a, pnyx_uint128 b)
{
  Product product = multiply (a, b);
  pnyx_uint128 root = 0;

  for (guint bit = 128; bit-- > 0;)
    {
      pnyx_uint128 trial = root | (pnyx_uint128)1 << bit;

      if (compare (multiply (trial, trial), product) <= 0)
        root = trial;
    }
  return root;
}

gint64
pnyx_wide_clamp (pnyx_uint128 value)
{
  return value > G_MAXINT64 ? G_MAXINT64 : (gint64)value;
}

gboolean
pnyx_wide_parse (const gchar *text, pnyx_uint128 *value)
{
  const pnyx_uint128 most = ~(pnyx_uint128)0;
  pnyx_uint128 sum = 0;

  if (*text == '\0')
    return FALSE;
  for (const gchar *at = text; *at != '\0'; at++)
    {
      guint digit = (guint)(*at - '0');

      if (*at < '0' || *at > '9' || sum > most / 10 || sum * 10 > most - digit)
        return FALSE;
      sum = sum * 10 + digit;
    }
  *value = sum;
  return TRUE;
}

const gchar *
pnyx_wide_format (gchar buffer[PNYX_WIDE_BUFFER], pnyx_uint128 value)
{
  gchar *at = buffer + PNYX_WIDE_BUFFER - 1;

  *at = '\0';
  do
    {
      *--at = (gchar)('0' + (guint)(value % 10));
      value /= 10;
    }
  while (value > 0);
  return at;
}
