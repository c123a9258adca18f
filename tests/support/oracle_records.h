/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an oracle's contract has put on record, and its books. */
#ifndef TESTS_SUPPORT_ORACLE_RECORDS_H
#define TESTS_SUPPORT_ORACLE_RECORDS_H

#include "support/oracle_world.h"

/* Canonical records of @kind, of @round where that is not 0. @last: (out) (nullable): the newest.
 */
guint oracle_records_count (OracleWorld *world, guint32 kind, gint64 round, PnyxRecord *last);

/* What @reporter has gained in @what by @round ($); NaN: nothing was moved. */
gdouble oracle_records_moved (OracleWorld *world, gint64 round, guint32 reporter, PnyxMoved what);

/* The canonical answer of @round; NULL: none. */
const PnyxAnswer *oracle_records_answer (OracleWorld *world, guint64 round);

/* Fails the test where the canonical state's books are not right. */
void oracle_records_audit (OracleWorld *world);

#endif
