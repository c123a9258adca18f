/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What readers of an oracle's answers get: once the canonical chain is known, the newest answer of
 * it at the beginning of every slot (mean time between blocks) of the window, against the truth
 * then. And how far each estimator was off in each round, against the truth when it was observed.
 */
#include <math.h>
#include <string.h>

#include "metric/families.h"

typedef struct
{
  const PnyxObserved *observed;
} Oracle;

static const PnyxMetricInfo oracle_metrics[] = {
  { "oracle.mae", "1", NULL,
    "Mean of |answer / truth - 1| at the beginnings of slots of the window: the newest answer on "
    "the "
    "finally canonical chain then, stale or not; of classes 1 where it is wrong. Slots before the "
    "first answer are left out (oracle.unavailable)." },
  { "oracle.rmse", "1", NULL, "Root of the mean square of the same." },
  { "oracle.bias", "1", NULL, "Mean of the same with its sign." },
  { "oracle.deviation_max", "1", NULL, "The largest of the same." },
  { "oracle.breach_rate", "1", NULL,
    "Share of those slots in which it is more than the oracle's breach." },
  { "oracle.unavailable", "1", NULL, "Share of slots of the window before the first answer." },
  { "oracle.staleness", "s", NULL,
    "Mean over those slots of the time since the answer's observations were made." },
  { "oracle.answers", "1", NULL, "Answers in canonical blocks of the window." },
  { "oracle.latency", "s", "mean, p50, p90, p99, unfinished",
    "From when an answer was due to the canonical block that holds it; answers of the window. By "
    "a mechanism that waits for a deviation: due since the truth left the band around the last "
    "answer, or since the heartbeat; where only errors of reports made it due, and by other "
    "mechanisms: since it set out for it. The stages observe, infer, agree and include sum to "
    "it." },
  { "oracle.stage.observe", "s", NULL,
    "Mean time from when an answer was due to the median of its observations." },
  { "oracle.stage.infer", "s", NULL,
    "Mean time from there until its observations were ready: sources and inference." },
  { "oracle.stage.agree", "s", NULL, "Mean time from there until reporters were agreed on it." },
  { "oracle.stage.include", "s", NULL, "Mean time from there to its canonical block." },
  { "oracle.stage.finalise", "s", NULL,
    "Mean time from that block until the canonical chain's own state had it final; of answers that "
    "are final at the end." },
  { "oracle.stage.act", "s", NULL,
    "Mean time from there until the first canonical block with a transaction that read it as the "
    "newest final answer and was done; of answers of the window that were read so." },
  { "oracle.stage.act_head", "s", NULL,
    "Mean time from the answer's block until the first canonical block with a transaction that "
    "read it as the newest answer and was done; of answers of the window that were read so." },
  { "oracle.final", "1", NULL, "Share of the answers of the window that are final at the end." },
  { "oracle.fees", "$", NULL,
    "Fees of the reporters' transactions in canonical blocks of the window." },
  { "oracle.reverted", "1", NULL, "Share of those transactions that changed nothing." },
  { "oracle.bribes", "$", NULL,
    "What bribers' contracts have paid to reporters on the canonical chain since the beginning: "
    "the cost of an attack by P + epsilon, 0 where it wins." },
  { "oracle.inference_cost", "$", NULL, "What inferences have cost since the beginning." },
  { "oracle.estimation.mae", "1", NULL,
    "Mean over rounds observed in the window of the estimator's |value / truth - 1|, against the "
    "truth at the median time of the round's observations; of classes 1 where it is wrong. Scope: "
    "the estimator; the oracle's own: its filter." },
  { "oracle.estimation.rmse", "1", NULL, "Root of the mean square of the same." },
  { "oracle.estimation.bias", "1", NULL, "Mean of the same with its sign." },
  { "oracle.estimation.deviation_max", "1", NULL, "The largest of the same." },
  { "oracle.estimation.breach_rate", "1", NULL,
    "Share of rounds in which it is more than the oracle's breach." },
  { "oracle.detection_precision", "1", NULL,
    "Of the reports that the estimator does not believe (less than a tenth of an equal share), the "
    "part that was altered; empty where it judges nobody." },
  { "oracle.detection_recall", "1", NULL,
    "Of the reports that were altered, the part not believed." },
  { "oracle.operations", "1", NULL,
    "Arithmetic that the estimator has taken since the beginning, without training." },
  { "ai.energy_training", "J", NULL,
    "Energy of training the estimator, by its counted operations; empty where it does not learn." },
  { "ai.energy_inference", "J", NULL, "Energy of its judging reports, likewise." },
};

/* Errors of a kind, summed. */
typedef struct
{
  guint64 n, breaches;
  gdouble absolute, squares, sum, most;
} Errors;

static void
add_error (Errors *errors, gdouble error, gdouble breach)
{
  errors->n++;
  errors->absolute += fabs (error);
  errors->squares += error * error;
  errors->sum += error;
  errors->most = MAX (errors->most, fabs (error));
  errors->breaches += fabs (error) > breach ? 1 : 0;
}

static void
put_errors (PnyxOutput *output, const gchar *scope, const gchar *area, const Errors *errors)
{
  const gdouble n = (gdouble)errors->n;
  const struct
  {
    const gchar *name;
    gdouble value;
  } rows[] = {
    { "mae", errors->absolute / n },
    { "rmse", sqrt (errors->squares / n) },
    { "bias", errors->sum / n },
    { "deviation_max", errors->most },
    { "breach_rate", (gdouble)errors->breaches / n },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree gchar *name = g_strdup_printf ("%s.%s", area, rows[i].name);

      pnyx_output_scalar (output, scope, g_intern_string (name), "1",
                          errors->n > 0 ? rows[i].value : (gdouble)NAN);
    }
}

static void
oracle_init (gpointer self, const PnyxObserved *observed)
{
  ((Oracle *)self)->observed = observed;
}

/* The canonical answers, oldest first. Returns: (transfer full) (array length=n). */
static const PnyxAnswer **
canonical_answers (const PnyxOracle *oracle, guint *n)
{
  PnyxBlockId tip = oracle->chain->ops->canonical (oracle->chain);
  const PnyxAnswer *answer = pnyx_oracle_answer (oracle, tip, PNYX_READ_HEAD);
  GPtrArray *list = g_ptr_array_new ();

  while (answer != NULL)
    {
      g_ptr_array_add (list, (gpointer)(guintptr)answer);
      answer = answer->previous == PNYX_NONE ? NULL : &oracle->answers->list[answer->previous];
    }
  for (guint i = 0; i < list->len / 2; i++)
    {
      gpointer swap = list->pdata[i];

      list->pdata[i] = list->pdata[list->len - 1 - i];
      list->pdata[list->len - 1 - i] = swap;
    }
  *n = list->len;
  return (const PnyxAnswer **)(gpointer)g_ptr_array_free (list, FALSE);
}

static gdouble
error_of (const PnyxOracle *oracle, const PnyxAnswer *answer, PnyxTime time)
{
  gint64 truth = pnyx_oracle_truth (oracle, time);

  if (oracle->ops->classes && pnyx_feed_categorical (oracle->feed))
    return answer->value != truth;
  return (gdouble)answer->value / (gdouble)truth - 1;
}

static void
put_samples (const PnyxObserved *observed, const PnyxOracle *oracle, const gchar *scope,
             const PnyxAnswer **answers, guint n, PnyxOutput *output)
{
  PnyxTime slot = oracle->chain->ops->interval (oracle->chain->section->component_params);
  PnyxTime time = (observed->begin + slot - 1) / slot * slot;
  Errors errors = { 0 };
  guint64 slots = 0;
  gdouble stale = 0;
  guint next = 0; /* first answer that is not yet there */

  for (; time < observed->end; time += slot)
    {
      slots++;
      while (next < n && answers[next]->updated <= time)
        next++;
      if (next == 0)
        continue;
      add_error (&errors, error_of (oracle, answers[next - 1], time), oracle->params->breach);
      stale += pnyx_time_to_seconds (time - answers[next - 1]->observed);
    }
  put_errors (output, scope, "oracle", &errors);
  pnyx_output_scalar (output, scope, "oracle.unavailable", "1",
                      slots > 0 ? (gdouble)(slots - errors.n) / (gdouble)slots : (gdouble)NAN);
  pnyx_output_scalar (output, scope, "oracle.staleness", "s",
                      errors.n > 0 ? stale / (gdouble)errors.n : (gdouble)NAN);
}

/* When the canonical chain's own state first had @height final; PNYX_TIME_MAX: not yet. Heights are
 * asked for in ascending order: @at is the height of the block that was looked at last. */
static PnyxTime
final_at (const PnyxOracle *oracle, PnyxBlockId tip, guint32 height, guint32 *at)
{
  PnyxBlockTree *blocks = oracle->chain->blocks;
  guint32 top = pnyx_block_tree_get (blocks, tip)->height;

  for (*at = MAX (*at, height); *at <= top; ++*at)
    {
      PnyxBlockId block = pnyx_block_tree_ancestor (blocks, tip, *at);

      if (pnyx_block_tree_get (blocks, pnyx_chain_final (oracle->chain, block))->height >= height)
        return pnyx_block_tree_get (blocks, block)->time;
    }
  return PNYX_TIME_MAX;
}

/* Which canonical block first held a transaction that read each answer and was done, by reader. */
typedef struct
{
  PnyxTime *at[2]; /* (array): by number of the answer; PNYX_TIME_MAX: nobody has */
} Acts;

static gboolean
was_done (const PnyxOracle *oracle, const PnyxReading *reading)
{
  guint32 n;
  const PnyxReceipt *receipts = pnyx_machine_receipts (oracle->machine, reading->block, &n);

  for (guint32 i = 0; i < n; i++)
    if (receipts[i].transaction == reading->transaction)
      return receipts[i].outcome == PNYX_OUTCOME_DONE;
  return FALSE;
}

static void
find_acts (const PnyxOracle *oracle, PnyxBlockId tip, Acts *acts)
{
  PnyxBlockTree *blocks = oracle->chain->blocks;
  guint32 top = pnyx_block_tree_get (blocks, tip)->height;

  for (guint reader = 0; reader < 2; reader++)
    {
      acts->at[reader] = g_new (PnyxTime, oracle->answers->n);
      for (guint32 i = 0; i < oracle->answers->n; i++)
        acts->at[reader][i] = PNYX_TIME_MAX;
    }
  for (guint32 i = 0; i < oracle->readings->n; i++)
    {
      const PnyxReading *reading = &oracle->readings->list[i];
      const PnyxBlock *block = pnyx_block_tree_get (blocks, reading->block);
      PnyxTime *at = &acts->at[reading->reader][reading->answer];

      if (block->time < *at && block->height <= top
          && pnyx_block_tree_ancestor (blocks, tip, block->height) == reading->block
          && was_done (oracle, reading))
        *at = block->time;
    }
}

enum
{
  OBSERVE,
  INFER,
  AGREE,
  INCLUDE,
  FINALISE,
  ACT,
  ACT_HEAD,
  N_STAGES,
};

typedef struct
{
  guint64 n[N_STAGES];
  gdouble sums[N_STAGES];
} Stages;

static void
add_stage (Stages *stages, guint stage, PnyxTime from, PnyxTime to)
{
  stages->n[stage]++;
  stages->sums[stage] += pnyx_time_to_seconds (to - from);
}

static void
add_answer (Stages *stages, const PnyxOracle *oracle, const PnyxAnswer *a, PnyxTime due,
            PnyxTime finalised, const Acts *acts)
{
  guint32 number = (guint32)(a - oracle->answers->list);
  PnyxTime act = acts->at[PNYX_READ_FINALIZED][number], act_head = acts->at[PNYX_READ_HEAD][number];

  add_stage (stages, OBSERVE, due, a->observed);
  add_stage (stages, INFER, a->observed, a->inferred);
  add_stage (stages, AGREE, a->inferred, a->agreed);
  add_stage (stages, INCLUDE, a->agreed, a->updated);
  if (finalised < PNYX_TIME_MAX)
    add_stage (stages, FINALISE, a->updated, finalised);
  if (finalised < PNYX_TIME_MAX && act < PNYX_TIME_MAX)
    add_stage (stages, ACT, finalised, act);
  if (act_head < PNYX_TIME_MAX)
    add_stage (stages, ACT_HEAD, a->updated, act_head);
}

static void
put_stages (const PnyxObserved *observed, const PnyxOracle *oracle, const gchar *scope,
            const PnyxAnswer **answers, guint n, PnyxOutput *output)
{
  static const gchar *const names[]
      = { "oracle.stage.observe", "oracle.stage.infer",    "oracle.stage.agree",
          "oracle.stage.include", "oracle.stage.finalise", "oracle.stage.act",
          "oracle.stage.act_head" };
  PnyxBlockId tip = oracle->chain->ops->canonical (oracle->chain);
  PnyxHistogram *latency = pnyx_histogram_new (NULL);
  Stages stages = { 0 };
  Acts acts;
  guint32 at = 0;

  find_acts (oracle, tip, &acts);
  for (guint i = 0; i < n; i++)
    {
      const PnyxAnswer *a = answers[i];
      guint32 height = pnyx_block_tree_get (oracle->chain->blocks, a->block)->height;
      PnyxTime due;

      if (a->updated < observed->begin || a->updated >= observed->end)
        continue;
      due = pnyx_oracle_due (oracle, i == 0 ? NULL : answers[i - 1], a);
      pnyx_histogram_add (latency, a->updated - due);
      add_answer (&stages, oracle, a, due, final_at (oracle, tip, height, &at), &acts);
    }
  pnyx_output_scalar (output, scope, "oracle.answers", "1", (gdouble)stages.n[INCLUDE]);
  pnyx_output_latency (output, scope, "oracle.latency", latency);
  for (guint i = 0; i < N_STAGES; i++)
    pnyx_output_scalar (output, scope, names[i], "s",
                        stages.n[i] > 0 ? stages.sums[i] / (gdouble)stages.n[i] : (gdouble)NAN);
  pnyx_output_scalar (output, scope, "oracle.final", "1",
                      stages.n[INCLUDE] > 0
                          ? (gdouble)stages.n[FINALISE] / (gdouble)stages.n[INCLUDE]
                          : (gdouble)NAN);
  g_free (acts.at[0]);
  g_free (acts.at[1]);
}

static void
put_fees (const PnyxObserved *observed, const PnyxOracle *oracle, const gchar *scope,
          PnyxOutput *output)
{
  PnyxChain *chain = oracle->chain;
  guint64 n = 0, reverted = 0;
  gdouble fees = 0;

  for (PnyxBlockId id = chain->ops->canonical (chain); id != 0;
       id = pnyx_block_tree_get (chain->blocks, id)->parent)
    {
      guint32 n_receipts;
      const PnyxReceipt *receipts;

      if (!pnyx_metric_in_window (observed, pnyx_block_tree_get (chain->blocks, id)))
        continue;
      receipts = pnyx_machine_receipts (oracle->machine, id, &n_receipts);
      for (guint32 i = 0; i < n_receipts; i++)
        if (pnyx_machine_call (oracle->machine, receipts[i].transaction)->contract
            == oracle->contract)
          {
            n++;
            reverted += receipts[i].outcome != PNYX_OUTCOME_DONE ? 1 : 0;
            fees += (gdouble)receipts[i].fee / (gdouble)PNYX_AMOUNT_ONE;
          }
    }
  pnyx_output_scalar (output, scope, "oracle.fees", "$", fees);
  pnyx_output_scalar (output, scope, "oracle.reverted", "1",
                      n > 0 ? (gdouble)reverted / (gdouble)n : (gdouble)NAN);
  pnyx_output_scalar (output, scope, "oracle.bribes", "$",
                      (gdouble)pnyx_bribes_paid (oracle, chain->ops->canonical (chain))
                          / (gdouble)PNYX_AMOUNT_ONE);
  pnyx_output_scalar (output, scope, "oracle.inference_cost", "$", oracle->inference_cost);
}

static void
put_estimate (const PnyxObserved *observed, const PnyxOracle *oracle, const PnyxEstimator *estimate,
              const gchar *scope, PnyxOutput *output)
{
  gboolean judges = pnyx_aggregator_ops (estimate->aggregator)->judges;
  guint64 altered = 0, flagged = 0, caught = 0;
  Errors errors = { 0 };

  for (guint32 i = 0; i < estimate->n_rounds; i++)
    {
      const PnyxEstimation *round = &estimate->rounds[i];

      if (round->observed < observed->begin || round->observed >= observed->end)
        continue;
      add_error (&errors, round->error, oracle->params->breach);
      altered += round->n_altered;
      flagged += round->n_flagged;
      caught += round->n_caught;
    }
  put_errors (output, scope, "oracle.estimation", &errors);
  pnyx_output_scalar (output, scope, "oracle.detection_precision", "1",
                      judges && flagged > 0 ? (gdouble)caught / (gdouble)flagged : (gdouble)NAN);
  pnyx_output_scalar (output, scope, "oracle.detection_recall", "1",
                      judges && altered > 0 ? (gdouble)caught / (gdouble)altered : (gdouble)NAN);
  pnyx_output_scalar (output, scope, "oracle.operations", "1",
                      (gdouble)pnyx_aggregator_operations (estimate->aggregator));
  pnyx_output_scalar (output, scope, "ai.energy_training", "J",
                      pnyx_estimator_energy (estimate, TRUE));
  pnyx_output_scalar (output, scope, "ai.energy_inference", "J",
                      pnyx_estimator_energy (estimate, FALSE));
}

static const gchar *
estimate_scope (const PnyxObserved *observed, const PnyxOracle *oracle, guint i)
{
  g_autofree gchar *scope = NULL;

  if (i == 0)
    return observed->oracles->n == 1 ? "" : g_intern_string (oracle->id);
  scope = observed->oracles->n == 1
              ? g_strdup (oracle->estimates[i].name)
              : g_strdup_printf ("%s.%s", oracle->id, oracle->estimates[i].name);
  return g_intern_string (scope);
}

static void
oracle_finish (gpointer self, PnyxOutput *output)
{
  const PnyxObserved *observed = ((const Oracle *)self)->observed;

  for (guint i = 0; observed->oracles != NULL && i < observed->oracles->n; i++)
    {
      const PnyxOracle *oracle = observed->oracles->oracles[i];
      const gchar *scope = estimate_scope (observed, oracle, 0);
      guint n;
      g_autofree const PnyxAnswer **answers = canonical_answers (oracle, &n);

      put_samples (observed, oracle, scope, answers, n, output);
      put_stages (observed, oracle, scope, answers, n, output);
      put_fees (observed, oracle, scope, output);
      for (guint k = 0; k < oracle->n_estimates; k++)
        put_estimate (observed, oracle, &oracle->estimates[k], estimate_scope (observed, oracle, k),
                      output);
    }
}

const PnyxMetricOps pnyx_metric_oracle = {
  .name = "oracle",
  .metrics = oracle_metrics,
  .n_metrics = G_N_ELEMENTS (oracle_metrics),
  .state_size = sizeof (Oracle),
  .init = oracle_init,
  .finish = oracle_finish,
};
