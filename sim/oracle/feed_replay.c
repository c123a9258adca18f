/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's own prices: a CSV file with columns time (s) and price. */
#include <math.h>

#include "oracle/columns.h"
#include "oracle/feed.h"

typedef struct
{
  const gchar *file;
  PnyxTime gap;
} ReplayParams;

static const PnyxParam replay_params[] = {
  { .name = "file",
    .type = PNYX_PARAM_FILE,
    .offset = offsetof (ReplayParams, file),
    .meaning = "CSV file with a header line and the columns time (seconds from the beginning, "
               "ascending, from 0 on) and price (more than 0); others are not read. The last price "
               "stands from then on." },
  { .name = "gap-max",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 d",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (ReplayParams, gap),
    .meaning = "Longest time between two rows; a longer gap is an error." },
};

typedef struct
{
  gsize n;
  PnyxTime *times; /* ascending, the first 0 */
  gdouble *prices;
} Replay;

/* Row @i is in order and has a price. */
static gboolean
check_row (const PnyxColumns *columns, const ReplayParams *params, gsize i, GError **error)
{
  gdouble time = pnyx_columns_value (columns, i, 0), price = pnyx_columns_value (columns, i, 1);
  gdouble before = i > 0 ? pnyx_columns_value (columns, i - 1, 0) : 0;
  g_autofree gchar *expected = NULL;

  if (!isfinite (time) || time < 0 || time > 9e9)
    pnyx_columns_fault (columns, i, "time", "seconds from 0 on", error);
  else if (i == 0 && time != 0)
    pnyx_columns_fault (columns, i, "time", "0 in the first row", error);
  else if (i > 0 && time <= before)
    {
      expected = g_strdup_printf ("more than %.15g s of the row before", before);
      pnyx_columns_fault (columns, i, "time", expected, error);
    }
  else if (i > 0 && pnyx_time_from_seconds (time - before) > params->gap)
    {
      expected = g_strdup_printf ("at most %.15g s after the row before: gap-max",
                                  pnyx_time_to_seconds (params->gap));
      pnyx_columns_fault (columns, i, "time", expected, error);
    }
  else if (!isfinite (price) || price <= 0)
    pnyx_columns_fault (columns, i, "price", "a number, more than 0", error);
  else
    return TRUE;
  return FALSE;
}

static gboolean
replay_init (gpointer self, const PnyxSection *section, PnyxArena *arena, GError **error)
{
  static const gchar *const names[] = { "time", "price", NULL };
  const ReplayParams *params = section->component_params;
  Replay *replay = self;
  g_autoptr (PnyxColumns) columns = pnyx_columns_read (params->file, names, 2, error);

  if (columns == NULL)
    return FALSE;
  replay->n = pnyx_columns_n_rows (columns);
  replay->times = pnyx_arena_array (arena, PnyxTime, replay->n);
  replay->prices = pnyx_arena_array (arena, gdouble, replay->n);
  for (gsize i = 0; i < replay->n; i++)
    {
      if (!check_row (columns, params, i, error))
        return FALSE;
      replay->times[i] = pnyx_time_from_seconds (pnyx_columns_value (columns, i, 0));
      replay->prices[i] = pnyx_columns_value (columns, i, 1);
    }
  return TRUE;
}

static gdouble
replay_at (gpointer self, PnyxTime time, const PnyxRng *rng)
{
  const Replay *replay = self;
  gsize low = 0, high = replay->n;

  (void)rng;
  while (high - low > 1)
    {
      gsize middle = low + (high - low) / 2;

      if (replay->times[middle] <= time)
        low = middle;
      else
        high = middle;
    }
  return replay->prices[low];
}

const PnyxFeedOps pnyx_feed_replay = {
  .component = { .name = "replay",
                 .summary = "Prices of a file.",
                 .source = "the user's data",
                 .params = replay_params,
                 .n_params = G_N_ELEMENTS (replay_params),
                 .params_size = sizeof (ReplayParams) },
  .state_size = sizeof (Replay),
  .init = replay_init,
  .at = replay_at,
};
