/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_PUBLISHED_H
#define PNYX_BATCH_PUBLISHED_H

#include "base/error.h"

/*
 * The numbers of a publication as they are printed there: published.csv with the columns
 * `id,where,quantity,value,unit,status,tolerance`.
 */

/** How many numbers a row may have: a stranger may have made the file. */
#define PNYX_PUBLISHED_VALUES_MAX 1000

/** PnyxPublishedStatus: how the number came here. Only what was read counts. */
typedef enum
{
  PNYX_PUBLISHED_READ,      /* in the source */
  PNYX_PUBLISHED_DIGITISED, /* from a figure of it */
  PNYX_PUBLISHED_DERIVED,   /* from what it says, or from its model; printed nowhere */
} PnyxPublishedStatus;

/** PnyxPrinted: a number as printed: its value, and half a unit of its last digit. A fraction
 * "7/30" is exact: 1e-12 of its value. */
typedef struct
{
  gdouble value;
  gdouble half;
} PnyxPrinted;

/**
 * pnyx_printed_parse: @text: "0.0509779", "-3", "5.024e-2" or "7/30".
 *
 * Returns: FALSE where it is none.
 */
gboolean pnyx_printed_parse (const gchar *text, PnyxPrinted *printed);

/** pnyx_printed_agrees: Returns: whether @value, rounded to the digits printed, is what is printed
 * (either neighbour where it lies half-way). */
gboolean pnyx_printed_agrees (const PnyxPrinted *printed, gdouble value);

/** PnyxPublished: one row of published.csv. */
typedef struct
{
  gchar *id, *where, *quantity, *unit; /* owned */
  gchar *value;                        /* owned: as printed; several separated by blanks */
  gchar *tolerance;                    /* owned: as written; "": none */
  PnyxPrinted *printed;                /* owned: array length=n_printed */
  gsize n_printed;
  gdouble tolerance_value; /* at least 0; NaN: none */
  PnyxPublishedStatus status;
  PnyxPlace place;
} PnyxPublished;

/**
 * pnyx_published_read:
 *
 * Returns: (transfer full) (element-type PnyxPublished): the rows in order, each id once; NULL with
 * @error: `FILE:LINE: ...`. Errors: PNYX_ERROR_MISSING, _SYNTAX, _UNKNOWN (a status), _CONFLICT (an
 * id twice), _IO.
 */
GPtrArray *pnyx_published_read (const gchar *path, GError **error);

/** pnyx_published_status_name: Returns: as in the file. */
const gchar *pnyx_published_status_name (PnyxPublishedStatus status);

#endif
