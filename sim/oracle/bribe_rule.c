/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/bribe_rule.h"

#include <math.h>

static gdouble
bribe (const PnyxBribeGame *game)
{
  return isnan (game->epsilon) ? 0 : game->reward + game->deposit + game->epsilon;
}

gdouble
pnyx_bribe_payoff (const PnyxBribeGame *game, gboolean bribed, gboolean bribed_wins)
{
  gboolean wins = !bribed == !bribed_wins;

  if (wins)
    return game->reward;
  return bribed ? bribe (game) - game->deposit : -game->deposit;
}

gboolean
pnyx_bribe_is_dominant (const PnyxBribeGame *game)
{
  return pnyx_bribe_payoff (game, TRUE, TRUE) > pnyx_bribe_payoff (game, FALSE, TRUE)
         && pnyx_bribe_payoff (game, TRUE, FALSE) > pnyx_bribe_payoff (game, FALSE, FALSE);
}

gdouble
pnyx_bribe_owed (const PnyxBribeGame *game, guint n, guint bribed)
{
  return 2 * (guint64)bribed > n ? 0 : bribed * bribe (game);
}

gdouble
pnyx_bribe_owed_max (const PnyxBribeGame *game, guint n)
{
  return pnyx_bribe_owed (game, n, n / 2);
}
