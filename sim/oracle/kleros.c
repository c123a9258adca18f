/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A court. In every turn one reporter brings a question and pays the jurors' fees (ASK); jurors are
 * drawn by stake as the question comes on chain, and what they can lose is locked. They vote (VOTE)
 * for a class, the one that they make of the feed as it was when the question was put. Then
 * whoever thinks the ruling wrong, and the next one worth the fees of more than twice the jurors,
 * may appeal (APPEAL), again and again. When nobody does, anybody has it executed (RULE): every
 * round is judged by the last one's ruling, who was not coherent pays who was, the answer is
 * published. A tie rules nothing: the old answer stays.
 */
#include <math.h>

#include "oracle/kleros_priv.h"

static const gchar *const ties[] = { "strands", "shares", NULL }; /* of PnyxKlerosTie */

static const PnyxParam kleros_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "24 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, interval),
    .meaning = "Time between two questions." },
  { .name = "jurors",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "1",
    .max = "63",
    .offset = offsetof (KlerosParams, jurors),
    .meaning = "Votes of the first round; twice as many and one more after each appeal.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e: MIN_JURORS" },
  { .name = "fee",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "25 $",
    .min = "0 $",
    .max = "1000000 $",
    .offset = offsetof (KlerosParams, fee),
    .meaning = "For each vote, paid by who asks or appeals." },
  { .name = "at-stake",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "500 $",
    .min = "0.000001 $",
    .max = "1000000 $",
    .offset = offsetof (KlerosParams, at_stake),
    .meaning = "What each vote can lose: the court's minimal stake times alpha.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e: createDispute" },
  { .name = "stake",
    .type = PNYX_PARAM_DISTRIBUTION,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "constant(10000 $)",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (KlerosParams, stake),
    .meaning = "What a reporter has staked before the beginning." },
  { .name = "vote",
    .type = PNYX_PARAM_TIME,
    .fallback = "48 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, vote),
    .meaning = "How long is voted in each round." },
  { .name = "appeal",
    .type = PNYX_PARAM_TIME,
    .fallback = "24 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (KlerosParams, appeal),
    .meaning = "How long a round can be appealed then." },
  { .name = "appeals",
    .type = PNYX_PARAM_COUNT,
    .fallback = "3",
    .min = "0",
    .max = "4",
    .offset = offsetof (KlerosParams, appeals),
    .meaning = "At most." },
  { .name = "monitoring",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (KlerosParams, monitoring),
    .meaning = "Chance that a reporter looks at a ruling whether to appeal it." },
  { .name = "prize",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "5000 $",
    .min = "0 $",
    .max = "1000000000000 $",
    .offset = offsetof (KlerosParams, prize),
    .meaning = "What it is worth to who appeals that the ruling is the one that it thinks right." },
  { .name = "belief",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "1",
    .offset = offsetof (KlerosParams, belief),
    .meaning = "How probable it seems to it that a juror votes as it would; a coalition knows its "
               "share of stake." },
  { .name = "tie",
    .type = PNYX_PARAM_ENUM,
    .choices = ties,
    .fallback = "shares",
    .offset = offsetof (KlerosParams, tie),
    .meaning = "What the absent lose in a tie: strands in the contract, or is shared by the votes "
               "that were cast.",
    .source = "kleros/kleros, KlerosLiquid.sol @03b6c1e and @7556592: execute" },
};

enum /* timers */
{
  TURN, /* round */
  LOOK, /* round */
};

#define STAGES 30 /* for which the public looks out for an appeal that somebody has sent */
#define GAS_CALL 200000
#define GAS_JUROR 25000 /* of each reporter and vote, where they are gone through */

/* ---- Reporters ---- */

static gint64
viewed (const PnyxOracle *oracle, guint64 round, guint field)
{
  return pnyx_machine_get (oracle->machine, kleros_question_cell (oracle, round, field));
}

static void
submit (PnyxOracle *oracle, guint32 number, guint32 method, const gint64 *arguments, guint n)
{
  guint64 each = oracle->n_reporters;

  for (guint i = 0; i <= KLEROS_APPEALS_MAX && method != KLEROS_VOTE; i++)
    each += i <= kleros_params_of (oracle)->appeals
                ? oracle->n_reporters + kleros_jurors_of (oracle, i)
                : 0;
  pnyx_oracle_submit (oracle, number, method, arguments, n, 0,
                      GAS_CALL + (method == KLEROS_VOTE ? 0 : GAS_JUROR * each));
}

static void
look_at (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time)
{
  Kleros *kleros = oracle->state;
  PnyxTime next = MAX (time, pnyx_world_now (oracle->world) + 1);

  kleros->questions[round].next[number] = next;
  pnyx_oracle_set_timer (oracle, number, next, LOOK, (guint32)round);
}

static void
new_question (PnyxOracle *oracle, guint32 asker)
{
  Kleros *kleros = oracle->state;
  PnyxArena *arena = pnyx_world_arena (oracle->world);

  pnyx_arena_reserve (arena, kleros->questions, kleros->n_questions, kleros->capacity);
  kleros->questions[kleros->n_questions++] = (KlerosQuestion){
    .asker = asker,
    .begun = pnyx_world_now (oracle->world),
    .next = pnyx_arena_array (arena, PnyxTime, oracle->n_reporters),
    .considered = pnyx_arena_array (arena, guint8, oracle->n_reporters),
  };
}

/* Reporters take turns to ask; one that is away, or sees its place still taken, does not. */
static void
on_turn (PnyxOracle *oracle, guint64 round)
{
  Kleros *kleros = oracle->state;
  guint32 number = (guint32)((round - 1) % oracle->n_reporters);
  PnyxTime now = pnyx_world_now (oracle->world);
  gint64 arguments[] = { (gint64)round, now };

  pnyx_oracle_set_timer (oracle, 0, now + kleros_params_of (oracle)->interval, TURN,
                         (guint32)round + 1);
  new_question (oracle, number);
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (!pnyx_oracle_online (oracle, number) || viewed (oracle, round, KLEROS_OPEN) != 0)
    return;
  submit (oracle, number, KLEROS_ASK, arguments, 2);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    look_at (oracle, i, round, now + kleros->stage);
}

/* Chance that more than half of @n jurors vote so, each with chance @p. */
static gdouble
majority (guint64 n, gdouble p)
{
  gdouble sum = 0;

  if (p <= 0 || p >= 1)
    return p > 0 ? 1 : 0;
  for (guint64 k = n / 2 + 1; k <= n; k++)
    sum += exp (lgamma ((gdouble)n + 1) - lgamma ((gdouble)k + 1) - lgamma ((gdouble)(n - k) + 1)
                + (gdouble)k * log (p) + (gdouble)(n - k) * log1p (-p));
  return MIN (sum, 1);
}

static PnyxCell
stake_cell (const PnyxOracle *oracle, guint32 number)
{
  return kleros_juror_cell (oracle, number, KLEROS_STAKE);
}

static gint
ruling_in_view (const PnyxOracle *oracle, guint64 round, guint appeals)
{
  g_autofree gint *votes = kleros_new_votes (oracle, appeals);
  KlerosBallot ballot = { .votes = votes };
  PnyxKlerosRuling ruling;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    kleros_add_votes (
        &ballot, round,
        pnyx_machine_get (oracle->machine,
                          kleros_vote_cell (oracle, i, round, appeals, KLEROS_DRAWN)),
        pnyx_machine_get (oracle->machine,
                          kleros_vote_cell (oracle, i, round, appeals, KLEROS_CHOICE)));
  ruling = pnyx_kleros_rule (ballot.votes, ballot.n, kleros_n_choices (oracle));
  return pnyx_kleros_answer (&ruling);
}

static void
consider_appeal (PnyxOracle *oracle, guint32 number, guint64 round, guint appeals)
{
  const KlerosParams *params = kleros_params_of (oracle);
  Kleros *kleros = oracle->state;
  KlerosQuestion *question = &kleros->questions[round];
  gdouble cost = (gdouble)kleros_cost_of (oracle, appeals + 1) / (gdouble)PNYX_AMOUNT_ONE, p;
  gint ruling = ruling_in_view (oracle, round, appeals);
  PnyxObservation own;
  gint64 arguments[2] = { (gint64)round };

  question->considered[number] = (guint8)(appeals + 1);
  if (appeals >= params->appeals
      || pnyx_rng_uniform (&kleros->monitoring, number, round * (1 + KLEROS_APPEALS_MAX) + appeals)
             >= params->monitoring
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, KLEROS_OBSERVED), FALSE,
                              &own))
    return;
  arguments[1] = (gint64)own.report.value;
  p = pnyx_oracle_attacks (oracle, number, round)
          ? pnyx_oracle_coalition (oracle, round, stake_cell)
          : params->belief;
  if (arguments[1] + 1 == ruling
      || majority (kleros_jurors_of (oracle, appeals + 1), p) * params->prize <= cost)
    return;
  submit (oracle, number, KLEROS_APPEAL, arguments, 2);
  question->appealed = pnyx_world_now (oracle->world);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (i != number)
      look_at (oracle, i, round, MIN (question->appealed + kleros->stage, question->next[i]));
}

static void
cast (PnyxOracle *oracle, guint32 number, guint64 round, guint appeals)
{
  gint64 drawn = pnyx_machine_get (oracle->machine,
                                   kleros_vote_cell (oracle, number, round, appeals, KLEROS_DRAWN));
  gint64 choice = pnyx_machine_get (
      oracle->machine, kleros_vote_cell (oracle, number, round, appeals, KLEROS_CHOICE));
  PnyxObservation own;
  gint64 arguments[2] = { (gint64)round };

  if (drawn / KLEROS_DRAWS != (gint64)round || choice / KLEROS_CHOICES == (gint64)round
      || !pnyx_oracle_recall (oracle, number, round, viewed (oracle, round, KLEROS_OBSERVED), TRUE,
                              &own))
    return;
  arguments[1] = (gint64)own.report.value + 1;
  submit (oracle, number, KLEROS_VOTE, arguments, 2);
}

/* Whether it is the turn of @number to do what all may do from @from on. */
static gboolean
is_turn (const PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime from)
{
  const Kleros *kleros = oracle->state;
  PnyxTime now = pnyx_world_now (oracle->world);
  guint32 n = oracle->n_reporters;

  return now >= from
         && (guint64)((now - from) / kleros->stage) % n
                == (number + n - kleros->questions[round].asker) % n;
}

static void
look_at_open (PnyxOracle *oracle, guint32 number, guint64 round)
{
  const KlerosParams *params = kleros_params_of (oracle);
  const Kleros *kleros = oracle->state;
  const KlerosQuestion *question = &kleros->questions[round];
  PnyxTime now = pnyx_world_now (oracle->world), next = now + kleros->stage;
  PnyxTime begun = viewed (oracle, round, KLEROS_BEGUN), voted = begun + params->vote;
  guint appeals = (guint)viewed (oracle, round, KLEROS_APPEALS);
  gdouble u = 0.75 * pnyx_rng_uniform (&kleros->moment, number, round * 8 + appeals);
  PnyxTime vote_at = begun + (PnyxTime)(u * (gdouble)params->vote);
  PnyxTime appeal_at = voted + (PnyxTime)(u * (gdouble)params->appeal);
  gint64 arguments[] = { (gint64)round };

  if (now < vote_at)
    next = vote_at;
  else if (now < voted)
    {
      cast (oracle, number, round, appeals);
      next = appeal_at;
    }
  else if (now < appeal_at)
    next = appeal_at;
  else if (now < voted + params->appeal)
    {
      if (question->considered[number] <= appeals)
        consider_appeal (oracle, number, round, appeals);
      next = voted + params->appeal;
    }
  else if (is_turn (oracle, number, round, voted + params->appeal))
    submit (oracle, number, KLEROS_RULE, arguments, 1);
  if (question->appealed > 0 && now < question->appealed + STAGES * kleros->stage)
    next = MIN (next, now + kleros->stage);
  look_at (oracle, number, round, next);
}

static void
on_look (PnyxOracle *oracle, guint32 number, guint64 round)
{
  Kleros *kleros = oracle->state;
  const KlerosQuestion *question = &kleros->questions[round];
  PnyxTime now = pnyx_world_now (oracle->world);

  if (question->next[number] != now)
    return; /* it has looked since, and said when it looks again */
  if (!pnyx_oracle_online (oracle, number))
    {
      look_at (oracle, number, round, now + kleros->stage);
      return;
    }
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if (viewed (oracle, round, KLEROS_ROUND) > (gint64)round)
    return;
  if (viewed (oracle, round, KLEROS_ROUND) < (gint64)round)
    look_at (oracle, number, round, now + MAX (kleros->stage, (now - question->begun) / 4));
  else if (viewed (oracle, round, KLEROS_OPEN) == 1)
    look_at_open (oracle, number, round);
  else
    pnyx_bribed_claim (oracle, number, round);
}

static void
kleros_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  if (kind == TURN)
    on_turn (oracle, payload);
  else
    on_look (oracle, number, payload);
}

/* ---- Set-up ---- */

static void
add_stakes (PnyxOracle *oracle)
{
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);
  PnyxAmount total = 0;
  PnyxRng rng;

  pnyx_world_rng (oracle->world, &rng, component, "stake");
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble stake = pnyx_distribution_sample (kleros_params_of (oracle)->stake, &rng, i, 0);
      PnyxAmount amount = (PnyxAmount)llround (MAX (stake, 0) * (gdouble)PNYX_AMOUNT_ONE);

      total += amount;
      pnyx_machine_begin_with (oracle->machine, kleros_juror_cell (oracle, i, KLEROS_STAKE),
                               amount);
    }
  pnyx_machine_endow (oracle->machine,
                      pnyx_machine_contract_account (oracle->machine, oracle->contract), PNYX_CASH,
                      total);
}

static gboolean
kleros_init (PnyxOracle *oracle, GError **error)
{
  const KlerosParams *params = kleros_params_of (oracle);
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);
  Kleros *kleros = oracle->state;

  (void)error;
  pnyx_world_rng (oracle->world, &kleros->draws, component, "draws");
  pnyx_world_rng (oracle->world, &kleros->monitoring, component, "monitoring");
  pnyx_world_rng (oracle->world, &kleros->moment, component, "moment");
  kleros->fee = (PnyxAmount)llround (params->fee * (gdouble)PNYX_AMOUNT_ONE);
  kleros->at_stake = (PnyxAmount)llround (params->at_stake * (gdouble)PNYX_AMOUNT_ONE);
  kleros->governor = pnyx_machine_add_accounts (oracle->machine, 1);
  kleros->stage = oracle->chain->ops->interval (oracle->chain->section->component_params);
  add_stakes (oracle);
  new_question (oracle, 0); /* number 0 is none */
  pnyx_oracle_set_timer (oracle, 0, params->interval, TURN, 1);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_kleros = {
  .component
  = { .name = "kleros",
      .summary = "A court: jurors drawn by stake vote, who is not coherent with the last round "
                 "pays who is; appeals double the jurors.",
      .source = "C. Lesaege, F. Ast, W. George, \"Kleros short paper\" (2019); kleros/kleros, "
                "KlerosLiquid.sol @03b6c1e, @7556592",
      .limits = "One court; no phases of staking; draws do not depend on blocks. Votes are open, "
                "but nobody copies one. A juror is not drawn for more than it has. Who appeals "
                "and wins is not paid back. Fees and stake are both money. No filter is asked.",
      .params = kleros_params,
      .n_params = G_N_ELEMENTS (kleros_params),
      .params_size = sizeof (KlerosParams) },
  .classes = TRUE,
  .reporters_min = 1,
  .n_cells = KLEROS_QUESTIONS + KLEROS_SLOTS * KLEROS_QUESTION_CELLS,
  .n_cells_each = KLEROS_EACH,
  .state_size = sizeof (Kleros),
  .init = kleros_init,
  .on_timer = kleros_on_timer,
  .execute = pnyx_kleros_execute,
  .booked = pnyx_kleros_booked,
  .staked = pnyx_kleros_staked,
  .disputes = TRUE,
  .votes = &pnyx_kleros_votes,
};
