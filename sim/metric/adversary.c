/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attempts of adversaries that try again and again. */
#include "metric/families.h"

typedef struct
{
  guint64 attempts, successes; /* that ended in the window */
  gboolean tries;              /* any ended since the start */
} ChainAttempts;

typedef struct
{
  const PnyxObserved *observed;
  gboolean measuring;
  ChainAttempts *chains;
} Attempts;

static const PnyxMetricInfo adversary_metrics[] = {
  { "adversary.attempts", "", NULL,
    "Attempts of adversaries that ended in the window, one way or the other; no row where no "
    "adversary of the chain makes any." },
  { "adversary.success_rate", "", NULL,
    "Share of those attempts that succeeded. What was under way at the end is not counted." },
};

static void
adversary_init (gpointer self, const PnyxObserved *observed)
{
  Attempts *state = self;

  state->observed = observed;
  state->chains
      = pnyx_arena_array (pnyx_world_arena (observed->world), ChainAttempts, observed->n_chains);
}

static void
adversary_observe (gpointer self, const PnyxTrace *trace)
{
  Attempts *state = self;

  if (trace->type == PNYX_TRACE_WINDOW_BEGIN)
    state->measuring = TRUE;
  if (trace->type != PNYX_TRACE_ATTEMPT)
    return;
  state->chains[trace->chain].tries = TRUE;
  if (!state->measuring)
    return;
  state->chains[trace->chain].attempts++;
  state->chains[trace->chain].successes += trace->a != 0 ? 1 : 0;
}

static void
adversary_finish (gpointer self, PnyxOutput *output)
{
  const Attempts *state = self;

  for (guint i = 0; i < state->observed->n_chains; i++)
    {
      const ChainAttempts *chain = &state->chains[i];
      const gchar *scope = pnyx_metric_scope (state->observed, state->observed->chains[i]);

      if (!chain->tries)
        continue;
      pnyx_output_scalar (output, scope, "adversary.attempts", "", (gdouble)chain->attempts);
      pnyx_output_scalar (output, scope, "adversary.success_rate", "",
                          (gdouble)chain->successes / (gdouble)chain->attempts);
    }
}

const PnyxMetricOps pnyx_metric_adversary = {
  .name = "adversary",
  .metrics = adversary_metrics,
  .n_metrics = G_N_ELEMENTS (adversary_metrics),
  .traces = 1u << PNYX_TRACE_ATTEMPT,
  .state_size = sizeof (Attempts),
  .init = adversary_init,
  .observe = adversary_observe,
  .finish = adversary_finish,
};
