/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BASE_ERROR_H
#define PNYX_BASE_ERROR_H

#include <glib.h>
#include <setjmp.h>

#include "base/types.h"

/**
 * PnyxErrorCode: what is wrong with what the user or the machine gave. Messages are ready to print:
 * `FILE:LINE: what is wrong (what was expected)`.
 */
typedef enum
{
  PNYX_ERROR_SYNTAX,    /* malformed XML, value, path or CSV */
  PNYX_ERROR_UNKNOWN,   /* an element, attribute, component or name that does not exist */
  PNYX_ERROR_RANGE,     /* out of range */
  PNYX_ERROR_MISSING,   /* something mandatory is absent */
  PNYX_ERROR_CONFLICT,  /* two settings contradict each other */
  PNYX_ERROR_IO,        /* file system, memory, external program: exit status 1 */
  PNYX_ERROR_FORBIDDEN, /* what a scenario from a stranger may not do */
  PNYX_ERROR_RUN,       /* a world failed: watchdog or a failed requirement */
  PNYX_ERROR_SWEEP,     /* what only a sweep has, of results of a single point */
} PnyxErrorCode;

#define PNYX_ERROR (pnyx_error_quark ())
GQuark pnyx_error_quark (void);

/** PnyxPlace: where the user wrote something. @file is borrowed (interned) or %NULL. */
typedef struct
{
  const gchar *file;
  guint line; /* 0: unknown or not a file (a default, --set) */
} PnyxPlace;

/**
 * pnyx_set_error_at:
 * @error: (out) (optional)
 * @place: where; `FILE:LINE: ` is put before the message when it has a file
 *
 * Sets a #GError of #PNYX_ERROR with the place in front, without control characters (see
 * pnyx_message_clean).
 */
void pnyx_set_error_at (GError **error, PnyxErrorCode code, const PnyxPlace *place,
                        const gchar *format, ...) G_GNUC_PRINTF (4, 5);

/**
 * PnyxFailure: the boundary of a world. A failed requirement inside it is written here and the
 * world is left by siglongjmp to @jump; outside of any boundary the program aborts. Who set the
 * boundary knows the run, its events and its time, and says so (batch/simulation.c).
 */
typedef struct
{
  sigjmp_buf jump;
  gchar message[512]; /* what failed, and where in the source */
} PnyxFailure;

/**
 * pnyx_failure_enter:
 * @failure: (nullable): the boundary of this thread from now on; borrowed until left; NULL leaves
 *
 * Returns: the boundary that was in force before, to be entered again afterwards.
 */
PnyxFailure *pnyx_failure_enter (PnyxFailure *failure);

/** pnyx_failure_raise: what PNYX_REQUIRE does when @expression does not hold. Does not return. */
void pnyx_failure_raise (const gchar *file, int line, const gchar *expression, const gchar *format,
                         ...) G_GNUC_NORETURN G_GNUC_PRINTF (4, 5);

/** PNYX_REQUIRE: a requirement on the program itself, always checked. */
#define PNYX_REQUIRE(expression)                                                                   \
  do                                                                                               \
    {                                                                                              \
      if (G_UNLIKELY (!(expression)))                                                              \
        pnyx_failure_raise (__FILE__, __LINE__, #expression, "%s", "");                            \
    }                                                                                              \
  while (0)

/** PNYX_FAIL: leaves the world with a message; for the watchdog and for what cannot go on. */
#define PNYX_FAIL(...) pnyx_failure_raise (__FILE__, __LINE__, NULL, __VA_ARGS__)

#endif
