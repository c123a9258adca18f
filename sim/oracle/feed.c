/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The truth is kept as log prices of a grid, grown in order (grow) and read in any order. Shocks
 * are added on top. A venue shows the truth of a little earlier with noise of its own, shifted by
 * what trades there have left; its order book is a constant product around its price, as deep as
 * its `depth`, that is centred anew while the displacement fades.
 */
#include "oracle/feed.h"

#include <math.h>
#include <string.h>

static const PnyxFeedOps *const feeds[] = {
  &pnyx_feed_gbm,
  &pnyx_feed_merton,
  &pnyx_feed_garch,
  &pnyx_feed_ornstein_uhlenbeck,
  &pnyx_feed_regime,
  &pnyx_feed_replay,
  &pnyx_feed_categorical_events,
};

static const PnyxComponent *
feed_get (gsize i)
{
  return i < G_N_ELEMENTS (feeds) ? &feeds[i]->component : NULL;
}

const PnyxKind pnyx_feed_kind = {
  .name = "feed",
  .meaning = "How the truth moves that an oracle tells of.",
  .get = feed_get,
};

typedef struct
{
  PnyxTime at, over;
  gdouble change;
} ShockParams;

static const PnyxParam shock_params[] = {
  { .name = "at",
    .type = PNYX_PARAM_TIME,
    .min = "0 s",
    .offset = offsetof (ShockParams, at),
    .meaning = "When it begins." },
  { .name = "change",
    .type = PNYX_PARAM_REAL,
    .min = "-0.999",
    .max = "1000",
    .offset = offsetof (ShockParams, change),
    .meaning = "By how much of itself the price changes: -0.4 is a fall of 40 %." },
  { .name = "over",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .offset = offsetof (ShockParams, over),
    .meaning = "How long that takes; the log price moves evenly." },
};

static const PnyxElement shock_element = {
  .name = "shock",
  .meaning = "A change of the price that comes from outside.",
  .params = shock_params,
  .n_params = G_N_ELEMENTS (shock_params),
  .params_size = sizeof (ShockParams),
};

typedef struct
{
  const gchar *name;
  gdouble depth;
  gdouble fee;
  PnyxTime lag;
  gdouble noise;
  PnyxTime noise_step;
  PnyxTime resilience;
  PnyxTime up;
  PnyxTime down;
} VenueParams;

static const PnyxParam venue_params[] = {
  { .name = "name",
    .type = PNYX_PARAM_NAME,
    .offset = offsetof (VenueParams, name),
    .meaning = "Name of the venue." },
  { .name = "depth",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1000000 $",
    .flags = PNYX_PARAM_POSITIVE,
    .min = "0 $",
    .offset = offsetof (VenueParams, depth),
    .meaning
    = "Money on one side of its book as of a constant product: moving the price to m times "
      "itself takes depth * (sqrt(m) - 1), without fees.",
    .source = "our choice" },
  { .name = "fee",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.003",
    .min = "0",
    .max = "0.5",
    .offset = offsetof (VenueParams, fee),
    .meaning = "Part of what is paid in that the venue keeps.",
    .source = "Uniswap/v2-core, UniswapV2Pair.sol: 0.3 %" },
  { .name = "lag",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .offset = offsetof (VenueParams, lag),
    .meaning = "How old the truth is that it shows." },
  { .name = "noise",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (VenueParams, noise),
    .meaning = "Standard deviation of its log price around that." },
  { .name = "noise-step",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 s",
    .min = "1 ms",
    .offset = offsetof (VenueParams, noise_step),
    .meaning = "How long one draw of the noise stands.",
    .source = "our choice" },
  { .name = "resilience",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (VenueParams, resilience),
    .meaning = "Half-life of what a trade has moved: how fast others trade against it.",
    .source = "our choice" },
  { .name = "up",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (VenueParams, up),
    .meaning = "Mean time until it goes down; exponential; left out: it never does." },
  { .name = "down",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (VenueParams, down),
    .meaning = "Mean time that it is down then; exponential.",
    .source = "our choice" },
};

static const PnyxElement venue_element = {
  .name = "venue",
  .meaning = "A market where the price can be seen, and moved.",
  .params = venue_params,
  .n_params = G_N_ELEMENTS (venue_params),
  .params_size = sizeof (VenueParams),
};

static const PnyxParam feed_params[] = {
  { .name = "start",
    .type = PNYX_PARAM_REAL,
    .fallback = "2000",
    .min = "0.000001",
    .max = "100000000",
    .offset = offsetof (PnyxFeedParams, start),
    .meaning = "Price at the beginning ($)." },
  { .name = "step",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 s",
    .min = "1 ms",
    .max = "1 d",
    .offset = offsetof (PnyxFeedParams, step),
    .meaning = "How long the price stands: the grid of the process.",
    .source = "our choice" },
  { .name = "window",
    .type = PNYX_PARAM_TIME,
    .fallback = "5 min",
    .min = "1 s",
    .max = "30 d",
    .offset = offsetof (PnyxFeedParams, window),
    .meaning = "Length of the past that the context features tell of.",
    .source = "our choice" },
  { .name = "flow-noise",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.001",
    .min = "0",
    .max = "10",
    .offset = offsetof (PnyxFeedParams, flow_noise),
    .meaning = "Standard deviation of the noise of the order flow (in log price)." },
};

static const PnyxChild feed_children[] = {
  { &shock_element, 0, 0 },
  { &venue_element, 0, 64 },
};

static gboolean
feed_check (const PnyxSection *section, GError **error)
{
  const PnyxFeedOps *ops = (const PnyxFeedOps *)section->component;

  if (ops->at != NULL && !pnyx_section_is_default (section, "start"))
    {
      PnyxPlace place = pnyx_section_place_of (section, "start");

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &place,
                         "a feed of kind %s has no start (it says itself where it begins)",
                         ops->component.name);
      return FALSE;
    }
  for (guint i = 0; i < section->children->len; i++)
    {
      const PnyxSection *child = g_ptr_array_index (section->children, i);

      if (!ops->categorical
          || (child->element != &venue_element && child->element != &shock_element))
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &child->place,
                         "a feed of kind %s has no %s (its truth is a class, not a price)",
                         ops->component.name, child->element->name);
      return FALSE;
    }
  for (gsize i = 0; i < pnyx_section_count (section, "venue"); i++)
    for (gsize k = 0; k < i; k++)
      {
        const PnyxSection *venue = pnyx_section_child (section, "venue", i);
        const PnyxSection *other = pnyx_section_child (section, "venue", k);

        if (g_str_equal (((const VenueParams *)venue->params)->name,
                         ((const VenueParams *)other->params)->name))
          {
            pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &venue->place,
                               "there is a venue %s already (line %u)",
                               ((const VenueParams *)venue->params)->name, other->place.line);
            return FALSE;
          }
      }
  return TRUE;
}

const PnyxElement pnyx_element_feed = {
  .name = "feed",
  .meaning
  = "The truth that an oracle tells of, and where it can be seen. Prices are of one coin in "
    "money; volatilities are of a year of 365 days.",
  .params = feed_params,
  .n_params = G_N_ELEMENTS (feed_params),
  .params_size = sizeof (PnyxFeedParams),
  .kind = &pnyx_feed_kind,
  .default_kind = "gbm",
  .children = feed_children,
  .n_children = G_N_ELEMENTS (feed_children),
  .check = feed_check,
};

typedef struct
{
  const VenueParams *params;
  PnyxTime *toggles; /* times at which it goes down, up, down ...; ascending */
  guint32 n_toggles, toggles_capacity;
  gdouble displacement; /* of the log price, at @moved */
  PnyxTime moved;
} Venue;

struct _PnyxFeed
{
  PnyxWorld *world;
  const PnyxFeedParams *params;
  const PnyxFeedOps *ops;
  gpointer state;
  PnyxRng normal, other, noise, outage, flow;
  gdouble *levels; /* log price by point of the grid, without shocks */
  guint64 n_levels, levels_capacity;
  guint n_shocks;
  const ShockParams **shocks;
  guint n_venues;
  Venue *venues;
};

PnyxFeed *
pnyx_feed_new (PnyxWorld *world, const PnyxSection *section, const gchar *id, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (world);
  PnyxFeed *feed = pnyx_arena_array (arena, PnyxFeed, 1);
  g_autofree gchar *component = g_strdup_printf ("oracle.feed.%s", id);

  feed->world = world;
  feed->params = section->params;
  feed->ops = (const PnyxFeedOps *)section->component;
  feed->state = pnyx_arena_alloc (arena, feed->ops->state_size);
  pnyx_world_rng (world, &feed->normal, component, "normal");
  pnyx_world_rng (world, &feed->other, component, "other");
  pnyx_world_rng (world, &feed->noise, component, "noise");
  pnyx_world_rng (world, &feed->outage, component, "outage");
  pnyx_world_rng (world, &feed->flow, component, "flow");
  feed->n_shocks = (guint)pnyx_section_count (section, "shock");
  feed->shocks = pnyx_arena_array (arena, const ShockParams *, feed->n_shocks);
  for (guint i = 0; i < feed->n_shocks; i++)
    feed->shocks[i] = pnyx_section_child (section, "shock", i)->params;
  feed->n_venues = (guint)pnyx_section_count (section, "venue");
  feed->venues = pnyx_arena_array (arena, Venue, feed->n_venues);
  for (guint i = 0; i < feed->n_venues; i++)
    feed->venues[i].params = pnyx_section_child (section, "venue", i)->params;
  if (feed->ops->init != NULL && !feed->ops->init (feed->state, section, arena, error))
    return NULL;
  return feed;
}

gboolean
pnyx_feed_categorical (const PnyxFeed *feed)
{
  return feed->ops->categorical;
}

guint
pnyx_feed_classes (const PnyxFeed *feed)
{
  return feed->ops->categorical ? feed->ops->classes (feed->state) : 0;
}

PnyxTime
pnyx_feed_step (const PnyxFeed *feed)
{
  return feed->params->step;
}

/* ---- Truth ---- */

static void
grow (PnyxFeed *feed, guint64 index)
{
  PnyxFeedStep step
      = { .dt = (gdouble)feed->params->step / (gdouble)PNYX_YEAR, .rng = &feed->other };

  while (feed->n_levels <= index)
    {
      gdouble level = log (feed->params->start);

      if (feed->n_levels > 0)
        {
          step.index = feed->n_levels;
          step.level = feed->levels[feed->n_levels - 1];
          step.normal = pnyx_rng_normal (&feed->normal, 0, step.index);
          level = feed->ops->step (feed->state, &step);
        }
      pnyx_arena_reserve (pnyx_world_arena (feed->world), feed->levels, feed->n_levels,
                          feed->levels_capacity);
      feed->levels[feed->n_levels++] = level;
    }
}

static gdouble
shocked (const PnyxFeed *feed, PnyxTime time)
{
  gdouble sum = 0;

  for (guint i = 0; i < feed->n_shocks; i++)
    {
      const ShockParams *shock = feed->shocks[i];
      gdouble part = 1;

      if (time < shock->at)
        continue;
      if (time - shock->at < shock->over)
        part = (gdouble)(time - shock->at) / (gdouble)shock->over;
      sum += part * log1p (shock->change);
    }
  return sum;
}

static gdouble
log_truth (PnyxFeed *feed, PnyxTime time)
{
  guint64 index = (guint64)(MAX (time, 0) / feed->params->step);
  gdouble level;

  if (feed->ops->at != NULL)
    level = log (feed->ops->at (feed->state, MAX (time, 0), &feed->other));
  else
    {
      grow (feed, index);
      level = feed->levels[index];
    }
  return level + shocked (feed, (PnyxTime)index * feed->params->step);
}

gdouble
pnyx_feed_truth (PnyxFeed *feed, PnyxTime time)
{
  if (feed->ops->categorical)
    return feed->ops->at (feed->state, MAX (time, 0), &feed->other);
  return exp (log_truth (feed, time));
}

/* ---- Venues ---- */

guint
pnyx_feed_venues (const PnyxFeed *feed)
{
  return feed->n_venues;
}

guint32
pnyx_feed_venue_find (const PnyxFeed *feed, const gchar *name)
{
  for (guint32 i = 0; i < feed->n_venues; i++)
    if (g_str_equal (feed->venues[i].params->name, name))
      return i;
  return PNYX_NONE;
}

static gdouble
exponential (const PnyxRng *rng, guint32 entity, guint64 index)
{
  return -log (pnyx_rng_uniform (rng, entity, index));
}

static gboolean
is_up (PnyxFeed *feed, guint32 number, PnyxTime time)
{
  Venue *venue = &feed->venues[number];
  guint32 low = 0, high;

  if (venue->params->up == PNYX_TIME_UNSET)
    return TRUE;
  while (venue->n_toggles == 0 || venue->toggles[venue->n_toggles - 1] <= time)
    {
      guint32 n = venue->n_toggles;
      PnyxTime mean = n % 2 == 0 ? venue->params->up : venue->params->down;
      PnyxTime span = (PnyxTime)((gdouble)mean * exponential (&feed->outage, number, n));

      pnyx_arena_reserve (pnyx_world_arena (feed->world), venue->toggles, venue->n_toggles,
                          venue->toggles_capacity);
      venue->toggles[venue->n_toggles++] = (n > 0 ? venue->toggles[n - 1] : 0) + MAX (span, 1);
    }
  high = venue->n_toggles; /* how many are at or before @time */
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (venue->toggles[middle] <= time)
        low = middle + 1;
      else
        high = middle;
    }
  return low % 2 == 0;
}

static gdouble
displacement (const Venue *venue, PnyxTime time)
{
  if (venue->displacement == 0 || time < venue->moved)
    return 0;
  return venue->displacement
         * exp2 (-(gdouble)(time - venue->moved) / (gdouble)venue->params->resilience);
}

/* The venue's log price whether it is up or not. */
static gdouble
log_quote (PnyxFeed *feed, guint32 number, PnyxTime time)
{
  const Venue *venue = &feed->venues[number];
  guint64 draw = (guint64)(MAX (time, 0) / venue->params->noise_step);
  gdouble level = log_truth (feed, time - venue->params->lag) + displacement (venue, time);

  if (venue->params->noise > 0)
    level += venue->params->noise * pnyx_rng_normal (&feed->noise, number, draw);
  return level;
}

gdouble
pnyx_feed_quote (PnyxFeed *feed, guint32 venue, PnyxTime time)
{
  PNYX_REQUIRE (venue < feed->n_venues);
  return is_up (feed, venue, time) ? exp (log_quote (feed, venue, time)) : (gdouble)NAN;
}

/* The median of @n values, which it sorts. */
static gdouble
median (gdouble *values, guint n)
{
  for (guint i = 1; i < n; i++)
    {
      gdouble value = values[i];
      guint k = i;

      for (; k > 0 && values[k - 1] > value; k--)
        values[k] = values[k - 1];
      values[k] = value;
    }
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

gdouble
pnyx_feed_source (PnyxFeed *feed, guint64 venues, PnyxTime time)
{
  gdouble quotes[64];
  guint n = 0;

  if (feed->n_venues == 0)
    return pnyx_feed_truth (feed, time);
  for (guint32 i = 0; i < feed->n_venues; i++)
    if ((venues >> i & 1) && is_up (feed, i, time))
      quotes[n++] = exp (log_quote (feed, i, time));
  return n > 0 ? median (quotes, n) : (gdouble)NAN;
}

gdouble
pnyx_feed_venue_depth (const PnyxFeed *feed, guint32 number, gdouble *fee)
{
  PNYX_REQUIRE (number < feed->n_venues);
  *fee = feed->venues[number].params->fee;
  return feed->venues[number].params->depth;
}

gdouble
pnyx_feed_trade (PnyxFeed *feed, guint32 number, PnyxTime time, gdouble cash, gdouble *proceeds)
{
  Venue *venue = &feed->venues[number];
  gdouble keep = 1 - venue->params->fee;
  gdouble x = venue->params->depth, price, y, coins, after;

  PNYX_REQUIRE (number < feed->n_venues && time >= venue->moved);
  *proceeds = 0;
  if (!is_up (feed, number, time))
    return NAN;
  price = exp (log_quote (feed, number, time));
  y = x / price;
  if (cash >= 0)
    {
      coins = y * keep * cash / (x + keep * cash);
      *proceeds = -cash;
      after = (x + cash) / (y - coins);
    }
  else
    {
      gdouble given = -cash / price;

      *proceeds = x * keep * given / (y + keep * given);
      coins = -given;
      after = (x - *proceeds) / (y + given);
    }
  venue->displacement = displacement (venue, time) + log (after / price);
  venue->moved = time;
  return coins;
}

/* ---- Context ---- */

static gdouble
mean_quote (PnyxFeed *feed, PnyxTime time, gdouble *deviation)
{
  gdouble sum = 0, squares = 0;
  guint n = 0;

  for (guint32 i = 0; i < feed->n_venues; i++)
    if (is_up (feed, i, time))
      {
        gdouble level = log_quote (feed, i, time);

        sum += level;
        squares += level * level;
        n++;
      }
  *deviation = 0;
  if (n == 0)
    return log_truth (feed, time - feed->params->step);
  *deviation = sqrt (MAX (0, squares / n - (sum / n) * (sum / n)));
  return sum / n;
}

#define RETURNS 16 /* of the window, for its volatility */

void
pnyx_feed_features (PnyxFeed *feed, PnyxTime time, gdouble *features)
{
  PnyxTime part = MAX (feed->params->window / RETURNS, 1);
  gdouble now, before, unused, last, squares = 0;

  PNYX_REQUIRE (!feed->ops->categorical);
  now = last = mean_quote (feed, time, &features[PNYX_FEATURE_DISPERSION]);
  before = now;
  for (guint i = 1; i <= RETURNS; i++)
    {
      before = mean_quote (feed, MAX (time - part * i, 0), &unused);
      squares += (last - before) * (last - before);
      last = before;
    }
  features[PNYX_FEATURE_VOLATILITY] = sqrt (squares / RETURNS);
  features[PNYX_FEATURE_MOMENTUM] = now - before;
  features[PNYX_FEATURE_VOLUME] = squares > 0 ? 1 + fabs (now - before) / sqrt (squares) : 1;
  /* Who trades knows the truth; the price follows. */
  features[PNYX_FEATURE_FLOW]
      = log_truth (feed, time) - now
        + feed->params->flow_noise
              * pnyx_rng_normal (&feed->flow, 0, (guint64)(time / feed->params->step));
}
