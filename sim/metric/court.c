/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of what was claimed before an oracle that can be disputed, or asked of a court: once
 * the canonical chain is known, its contract's records from genesis on. A claim belongs to the
 * window in which its block was made, whenever it was ruled.
 */
#include <math.h>

#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Court;

static const PnyxMetricInfo court_metrics[] = {
  { "oracle.claims", "1", NULL,
    "Claims made, or questions put to a court, in canonical blocks of the window." },
  { "oracle.disputed", "1", NULL, "Share of them that were disputed, or appealed, by the end." },
  { "oracle.appeals", "1", NULL, "Disputes and appeals of them, over all of them." },
  { "oracle.captured", "1", NULL,
    "Of those that were ruled by the end, the part that was ruled wrong: another class than the "
    "true one, or a price farther than the oracle's breach from the truth, at the time of "
    "observation." },
  { "oracle.undecided", "1", NULL,
    "Of those that were ruled by the end, the part that ended without an answer: ties, votes given "
    "up." },
  { "oracle.ruling", "s", "mean, p50, p90, p99, unfinished",
    "From the block with a claim or question to the block with its ruling." },
  { "oracle.ruling_disputed", "s", "mean, p50, p90, p99, unfinished",
    "The same of those that were disputed or appealed." },
  { "oracle.gain.colluding", "$", NULL,
    "What reporters that collude have won in bonds, stake and fees (less what they lost) in "
    "canonical blocks of the window; fees that they paid as askers and for gas are not in it." },
  { "oracle.gain.others", "$", NULL, "The same of all other reporters." },
};

/* What the chain says of one claim. */
typedef struct
{
  PnyxTime claimed, ruled; /* of their blocks; ruled 0: not yet */
  guint32 disputes;
  gboolean wrong, undecided;
} Case;

typedef struct
{
  Case *cases; /* by round */
  guint64 n;
  gdouble colluding, others;
} Docket;

static void
court_init (gpointer self, const PnyxObserved *observed)
{
  ((Court *)self)->observed = observed;
}

static gboolean
is_wrong (const PnyxOracle *oracle, gint64 value, PnyxTime observed)
{
  gint64 truth = pnyx_oracle_truth (oracle, observed);

  if (!oracle->prices)
    return value != truth;
  return fabs ((gdouble)value / (gdouble)truth - 1) > oracle->params->breach;
}

/* The case of @round; makes room for it. */
static Case *
case_of (Docket *docket, gint64 round)
{
  guint64 n = (guint64)round + 1;

  if (n > docket->n)
    {
      docket->cases = g_renew (Case, docket->cases, n);
      for (; docket->n < n; docket->n++)
        docket->cases[docket->n] = (Case){ .claimed = PNYX_TIME_MAX };
    }
  return &docket->cases[round];
}

static void
add_record (Docket *docket, const PnyxOracle *oracle, const PnyxRecord *record, PnyxTime time,
            gboolean in_window)
{
  const gint64 *values = record->values;
  gdouble gain;

  switch (record->kind)
    {
    case PNYX_RECORD_CLAIMED:
      case_of (docket, values[0])->claimed = time;
      break;
    case PNYX_RECORD_DISPUTED:
      case_of (docket, values[0])->disputes++;
      break;
    case PNYX_RECORD_RULED:
      case_of (docket, values[0])->ruled = time;
      case_of (docket, values[0])->undecided = values[3] < 0;
      case_of (docket, values[0])->wrong
          = values[3] >= 0 && is_wrong (oracle, values[1], values[2]);
      break;
    case PNYX_RECORD_MOVED:
      gain = in_window ? (gdouble)values[2] / (gdouble)PNYX_AMOUNT_ONE : 0;
      if (oracle->reporters[values[1]].ops->colludes)
        docket->colluding += gain;
      else
        docket->others += gain;
      break;
    default:
      break;
    }
}

static void
read_records (const PnyxObserved *observed, const PnyxOracle *oracle, Docket *docket)
{
  PnyxChain *chain = oracle->chain;

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      const PnyxBlock *block = pnyx_block_tree_get (chain->blocks, id);
      guint32 n;
      const PnyxRecord *records = pnyx_machine_records (oracle->machine, id, &n);

      for (guint32 i = 0; i < n; i++)
        if (records[i].contract == oracle->contract)
          add_record (docket, oracle, &records[i], block->time,
                      pnyx_metric_in_window (observed, block));
    }
}

static gdouble
share (guint64 part, guint64 of)
{
  return of > 0 ? (gdouble)part / (gdouble)of : (gdouble)NAN;
}

static void
add_time (PnyxHistogram *histogram, const Case *found)
{
  if (found->ruled > 0)
    pnyx_histogram_add (histogram, found->ruled - found->claimed);
  else
    pnyx_histogram_add_unfinished (histogram, 1);
}

static void
put_cases (const PnyxObserved *observed, const Docket *docket, const gchar *scope,
           PnyxOutput *output)
{
  PnyxHistogram *all = pnyx_histogram_new (NULL), *contested = pnyx_histogram_new (NULL);
  guint64 n = 0, ruled = 0, disputed = 0, appeals = 0, wrong = 0, undecided = 0;

  for (guint64 i = 0; i < docket->n; i++)
    {
      const Case *found = &docket->cases[i];

      if (found->claimed < observed->begin || found->claimed >= observed->end)
        continue;
      n++;
      ruled += found->ruled > 0 ? 1 : 0;
      disputed += found->disputes > 0 ? 1 : 0;
      appeals += found->disputes;
      wrong += found->wrong ? 1 : 0;
      undecided += found->undecided ? 1 : 0;
      add_time (all, found);
      if (found->disputes > 0)
        add_time (contested, found);
    }
  pnyx_output_scalar (output, scope, "oracle.claims", "1", (gdouble)n);
  pnyx_output_scalar (output, scope, "oracle.disputed", "1", share (disputed, n));
  pnyx_output_scalar (output, scope, "oracle.appeals", "1", share (appeals, n));
  pnyx_output_scalar (output, scope, "oracle.captured", "1", share (wrong, ruled));
  pnyx_output_scalar (output, scope, "oracle.undecided", "1", share (undecided, ruled));
  pnyx_output_latency (output, scope, "oracle.ruling", all);
  pnyx_output_latency (output, scope, "oracle.ruling_disputed", contested);
}

static void
court_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Court *)self)->observed;

  for (guint i = 0; observed->oracles != NULL && i < observed->oracles->n; i++)
    {
      const PnyxOracle *oracle = observed->oracles->oracles[i];
      const gchar *scope = observed->oracles->n == 1 ? "" : g_intern_string (oracle->id);
      Docket docket = { 0 };

      if (!oracle->ops->disputes)
        continue;
      read_records (observed, oracle, &docket);
      put_cases (observed, &docket, scope, output);
      pnyx_output_scalar (output, scope, "oracle.gain.colluding", "$", docket.colluding);
      pnyx_output_scalar (output, scope, "oracle.gain.others", "$", docket.others);
      g_free (docket.cases);
    }
}

const PnyxMetricOps pnyx_metric_court = {
  .name = "court",
  .metrics = court_metrics,
  .n_metrics = G_N_ELEMENTS (court_metrics),
  .state_size = sizeof (Court),
  .init = court_init,
  .finish = court_finish,
};
