/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/twap_rule.h"

#include <math.h>

#include "base/error.h"

gint32
pnyx_twap_tick (guint64 price)
{
  PNYX_REQUIRE (price >= 1);
  return (gint32)floor (log ((gdouble)price / PNYX_TWAP_DECIMALS) / log1p (1e-4));
}

void
pnyx_twap_touch (PnyxTwap *twap, guint64 price, PnyxTime time)
{
  gint64 second = time / PNYX_SECOND, elapsed = second - twap->second;

  PNYX_REQUIRE (!twap->seeded || elapsed >= 0);
  if (twap->seeded && elapsed > 0)
    {
      twap->prices += price * (guint64)elapsed;
      twap->ticks += (gint64)pnyx_twap_tick (price) * elapsed;
    }
  twap->second = second;
  twap->seeded = TRUE;
}

guint64
pnyx_twap_consult (const PnyxTwap *from, const PnyxTwap *to, PnyxTwapMean mean)
{
  gint64 elapsed = to->second - from->second, ticks = to->ticks - from->ticks;
  gint64 tick;

  PNYX_REQUIRE (elapsed >= 0);
  if (elapsed == 0)
    return 0;
  if (mean == PNYX_TWAP_ARITHMETIC)
    return (to->prices - from->prices) / (guint64)elapsed;
  tick = ticks / elapsed - (ticks % elapsed < 0 ? 1 : 0);
  return (guint64)(exp ((gdouble)tick * log1p (1e-4)) * PNYX_TWAP_DECIMALS + 0.5);
}

gdouble
pnyx_twap_attack_multiple (gdouble shift, guint window, guint held)
{
  return 1 + shift * window / held;
}

gdouble
pnyx_twap_attack_cost (gdouble shift, guint window, guint held)
{
  gdouble root = sqrt (pnyx_twap_attack_multiple (shift, window, held));

  return held * (root + 1 / root - 2);
}
