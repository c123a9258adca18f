/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"
#include "figure/series.h"

#define SLOTS_PER_EPOCH 32 /* where the results hold fewer than two epochs to tell */

typedef struct
{
  guint64 epochs;
  guint64 slots_per_epoch;
  PnyxTime late;
  PnyxFigureRun run;
} Params;

static const PnyxParam params_table[] = {
  { .name = "epochs",
    .type = PNYX_PARAM_COUNT,
    .fallback = "16",
    .min = "1",
    .max = "64",
    .offset = offsetof (Params, epochs),
    .meaning = "How many of the last epochs are drawn." },
  { .name = "slots-per-epoch",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "1",
    .max = "1024",
    .offset = offsetof (Params, slots_per_epoch),
    .meaning = "Slots of a row; where it is absent, those of an epoch of participation.source, or "
               "32." },
  { .name = "late",
    .type = PNYX_PARAM_TIME,
    .fallback = "4 s",
    .min = "0 s",
    .offset = offsetof (Params, late),
    .meaning = "A block sent later than this in its slot is late.",
    .source = "consensus-specs, phase0/validator.md: attestations are due a third into the slot" },
  { .name = "point",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .offset = offsetof (Params, run.point),
    .meaning = "Point of a sweep to be drawn." },
  { .name = "replicate",
    .type = PNYX_PARAM_COUNT,
    .fallback = "0",
    .max = "1000000",
    .offset = offsetof (Params, run.replicate),
    .meaning = "Replicate to be drawn." },
  { .name = "chain",
    .type = PNYX_PARAM_NAME,
    .fallback = "",
    .offset = offsetof (Params, run.chain),
    .meaning = "Chain to be drawn; the first that has slots where it is absent." },
};

/* Leaves *@points NULL where the results lack the series. Returns: FALSE with another error. */
static gboolean
read_optional (const PnyxFigureData *data, const gchar *metric, const PnyxFigureRun *run,
               GArray **points, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *points = pnyx_figure_series (data, metric, run, &failure);
  if (*points != NULL || g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Participation has a value for every epoch. */
static gboolean
find_slots_per_epoch (const PnyxFigureData *data, const Params *params, gdouble slot,
                      gdouble *slots, GError **error)
{
  g_autoptr (GArray) epochs = NULL;
  gdouble ratio;

  *slots = SLOTS_PER_EPOCH;
  if (params->slots_per_epoch != PNYX_COUNT_UNSET)
    {
      *slots = (gdouble)params->slots_per_epoch;
      return TRUE;
    }
  if (!read_optional (data, "participation.source", &params->run, &epochs, error))
    return FALSE;
  ratio = epochs == NULL ? NAN : round (pnyx_figure_series_step (epochs) / slot);
  if (ratio >= 1 && ratio <= 1024)
    *slots = ratio;
  return TRUE;
}

/* Whether the first block of the slot at @time was late; *@at moves on with the slots. */
static gboolean
is_late (const GArray *lateness, guint *at, gdouble time, gdouble half, gdouble late)
{
  if (lateness == NULL)
    return FALSE;
  while (*at < lateness->len && g_array_index (lateness, PnyxFigurePoint, *at).time < time - half)
    (*at)++;
  return *at < lateness->len && g_array_index (lateness, PnyxFigurePoint, *at).time < time + half
         && g_array_index (lateness, PnyxFigurePoint, *at).value > late;
}

static void
add_cells (PnyxSheet *sheet, const Params *params, const GArray *slots, const GArray *lateness,
           gdouble slots_per_epoch, gdouble slot)
{
  gdouble last = floor (round (g_array_index (slots, PnyxFigurePoint, slots->len - 1).time / slot)
                        / slots_per_epoch);
  gdouble first = last, late = pnyx_time_to_seconds (params->late);
  gboolean any_late = FALSE;
  guint at = 0;

  for (guint i = 0; i < slots->len; i++)
    {
      const PnyxFigurePoint *point = &g_array_index (slots, PnyxFigurePoint, i);
      gdouble number = round (point->time / slot), epoch = floor (number / slots_per_epoch);
      gboolean was_late = is_late (lateness, &at, point->time, slot / 2, late);

      if (epoch <= last - (gdouble)params->epochs)
        continue;
      first = fmin (first, epoch);
      any_late |= was_late;
      pnyx_table_add_number (sheet->data, epoch);
      pnyx_table_add_number (sheet->data, number - epoch * slots_per_epoch);
      pnyx_table_add_number (sheet->data, point->value);
      pnyx_table_add_integer (sheet->data, was_late);
    }
  pnyx_sheet_number (sheet, "epoch_first", first);
  pnyx_sheet_number (sheet, "epoch_last", last);
  pnyx_sheet_number (sheet, "any_late", any_late);
  pnyx_sheet_number (sheet, "height", 25 + 2.8 * (last - first + 1));
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "epoch", "slot", "state", "late", NULL };
  const Params *params = p;
  g_autoptr (GArray) slots = pnyx_figure_series (data, "finality.slots", &params->run, error);
  g_autoptr (GArray) lateness = NULL;
  gdouble slot, slots_per_epoch;

  if (slots == NULL || !read_optional (data, "blocks.lateness", &params->run, &lateness, error))
    return FALSE;
  slot = pnyx_figure_series_step (slots);
  if (!(slot > 0))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the results hold fewer than two slots of finality.slots");
      return FALSE;
    }
  if (!find_slots_per_epoch (data, params, slot, &slots_per_epoch, error))
    return FALSE;
  pnyx_sheet_table (sheet, columns);
  add_cells (sheet, params, slots, lateness, slots_per_epoch, slot);
  pnyx_sheet_number (sheet, "slots", slots_per_epoch);
  pnyx_sheet_number (sheet, "late", pnyx_time_to_seconds (params->late));
  return TRUE;
}

const PnyxFigureOps pnyx_figure_slot_timeline = {
  .component = { .name = "slot-timeline",
                 .summary = "What became of each slot of the last epochs, a row each.",
                 .source = "form of the figure: ours",
                 .limits = "One replicate. What was not yet final when the run ended stays so. Of "
                           "two blocks in a slot the first says whether it was late.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
