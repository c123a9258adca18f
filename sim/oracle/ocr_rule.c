/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/ocr_rule.h"

#include "base/error.h"

guint
pnyx_ocr_observations_min (guint f)
{
  return 2 * f + 1;
}

guint
pnyx_ocr_signatures_min (guint f)
{
  return f + 1;
}

guint
pnyx_ocr_echoes_min (guint f)
{
  return f + 1;
}

guint
pnyx_ocr_faults_max (guint n)
{
  return n == 0 ? 0 : (n - 1) / 3;
}

gboolean
pnyx_ocr_deviates (gint64 before, gint64 answer, guint64 threshold_ppb, gboolean strict)
{
  pnyx_int128 change = (pnyx_int128)answer - before, size = before;

  if (before == 0)
    return answer != 0;
  change = (change < 0 ? -change : change) * 1000000000;
  size = (size < 0 ? -size : size) * (pnyx_int128)threshold_ppb;
  return strict ? change > size : change >= size;
}

gboolean
pnyx_ocr_is_due (PnyxTime last, PnyxTime now, PnyxTime heartbeat)
{
  return now - last > heartbeat;
}

gboolean
pnyx_ocr_is_within (gint64 answer, gint64 min, gint64 max)
{
  return min <= answer && answer <= max;
}

/* Downwards is upwards of the mirror image, but the middle is the upper one in both. */
gsize
pnyx_ocr_leader_reach (gsize n_honest, gsize n_liars, guint f, gboolean upwards)
{
  gsize all = n_honest + n_liars, best = upwards ? 0 : n_honest;
  gboolean found = FALSE;

  PNYX_REQUIRE (all >= pnyx_ocr_observations_min (f));
  for (gsize taken = pnyx_ocr_observations_min (f); taken <= all; taken++)
    for (gsize lies = taken > n_honest ? taken - n_honest : 0; lies <= MIN (taken, n_liars); lies++)
      {
        gsize honest = taken - lies, middle = pnyx_ocr_index (taken), at;

        if (upwards) /* the highest honest ones, then the lies */
          at = middle >= honest ? n_honest : n_honest - honest + middle;
        else /* the lies, then the lowest honest ones */
          at = middle < lies ? n_honest : middle - lies;
        if (at == n_honest) /* liars are the middle */
          return n_honest;
        if (!found || (upwards ? at > best : at < best))
          best = at;
        found = TRUE;
      }
  return best;
}
