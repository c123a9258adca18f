/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "oracle/columns.h"
#include "oracle/feed.h"
#include "support/fuzz_file.h"

/* Numbers of a CSV file, and the feed that replays them: what it accepts has a price at any time.
 */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
replay (const gchar *path)
{
  const PnyxComponent *component = &pnyx_feed_replay.component;
  g_autofree gchar *params = g_malloc0 (component->params_size);
  g_autofree gchar *self = g_malloc0 (pnyx_feed_replay.state_size);
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  g_autoptr (GError) error = NULL;
  PnyxSection section = { .component_params = params };
  gboolean accepted;

  for (gsize i = 0; i < component->n_params; i++)
    if (component->params[i].type == PNYX_PARAM_FILE)
      *(const gchar **)(gpointer)(params + component->params[i].offset) = path;
    else if (component->params[i].type == PNYX_PARAM_TIME)
      *(PnyxTime *)(gpointer)(params + component->params[i].offset) = PNYX_SECOND * 86400;
  accepted = pnyx_feed_replay.init (self, &section, arena, &error);
  fuzz_file_judge (accepted, error);
  for (PnyxTime time = 0; accepted && time < G_MAXINT64 / 4; time = 2 * time + 1)
    {
      gdouble price = pnyx_feed_replay.at (self, time, NULL);

      g_assert_true (isfinite (price) && price > 0);
    }
  pnyx_arena_free (arena);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[] = "time,price\n0,1\n60,1.5\n";
  static const gchar *const names[] = { "time", "price", "size", NULL };
  g_auto (FuzzFile) file = { .path = NULL, .is_sample = FALSE };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxColumns) columns = NULL;

  if (size > 4096)
    return 0;
  fuzz_file_init (&file, data, size, sample);
  columns = pnyx_columns_read (file.path, names, 2, &error);
  fuzz_file_judge (columns != NULL, error);
  g_assert_true (columns != NULL || !file.is_sample);
  if (columns == NULL)
    return 0;
  g_assert_true (pnyx_columns_has (columns, 0) && pnyx_columns_has (columns, 1));
  g_assert_cmpuint (pnyx_columns_n_rows (columns), >, 0);
  for (gsize row = 0; row < pnyx_columns_n_rows (columns); row++)
    for (guint c = 0; c < 3; c++)
      g_assert_false (isinf (pnyx_columns_value (columns, row, c)));
  replay (file.path);
  return 0;
}
