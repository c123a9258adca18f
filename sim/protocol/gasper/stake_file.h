/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_STAKE_FILE_H
#define PNYX_PROTOCOL_GASPER_STAKE_FILE_H

#include "base/error.h"

#define PNYX_GASPER_VALIDATORS_MAX 4194304

/**
 * PnyxGasperStakeFile: validators in the order of the rows of a CSV file (RFC 4180 without line
 * breaks in fields; UTF-8). The first row names the columns, in any order: `stake`, in ETH as a
 * plain number; `validator`, optional: any name, each once; `operator`, optional: any name.
 */
typedef struct
{
  guint32 n;
  PnyxStake *stakes;    /* owned: array length=n: 1 ETH to 1e9 ETH, the nearest gwei */
  guint32 *operator_of; /* owned: array length=n; NULL: no such column */
  guint32 n_operators;  /* by falling stake, of equal ones the first to appear first */
} PnyxGasperStakeFile;

/**
 * pnyx_gasper_stake_file_read:
 * @file: (out caller-allocates)
 * @place: where @path is named
 *
 * Errors, with file and line: PNYX_ERROR_IO cannot be read, at @place; PNYX_ERROR_SYNTAX no number,
 * fields that are empty or not as many as the header has; PNYX_ERROR_RANGE stake, too many rows;
 * PNYX_ERROR_UNKNOWN column; PNYX_ERROR_MISSING column or rows; PNYX_ERROR_CONFLICT a column or a
 * validator twice. @file is empty then.
 */
gboolean pnyx_gasper_stake_file_read (PnyxGasperStakeFile *file, const gchar *path,
                                      const PnyxPlace *place, GError **error);
void pnyx_gasper_stake_file_clear (PnyxGasperStakeFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PnyxGasperStakeFile, pnyx_gasper_stake_file_clear)

#endif
