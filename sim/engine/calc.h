/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_CALC_H
#define PNYX_ENGINE_CALC_H

#include "base/table.h"
#include "engine/params.h"

/**
 * PnyxCalc: an entry of `pnyx calc`: a closed form, an exact solver or an algorithm of a
 * specification, offered by the file whose functions the simulation uses.
 */
struct _PnyxCalc
{
  const gchar *name;
  const gchar *summary;
  const gchar *example; /* "queue model=mm1 lambda=0.8" */
  const gchar *source;
  const PnyxParam *params; /* the keys; bare numbers: unit none */
  gsize n_params;
  gsize params_size;
  /* Returns: (transfer full): NULL with @error (no place) when the arguments contradict each other.
   */
  PnyxTable *(*run) (gconstpointer params, GError **error);
};

#endif
