/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Off-chain reporting: in every epoch one reporter leads. A round: the leader asks (REQUEST), the
 * others look and answer (OBSERVATION); from 2f + 1 answers on the leader waits for a grace time
 * and sends the observations that it takes (PROPOSAL); a follower signs (SIGNATURE) where its own
 * view of the chain says that a report is due; f + 1 signatures make it final (FINAL), everybody
 * tells everybody (ECHO), and from f + 1 echoes on the reporters transmit it one after the other
 * until it is on the chain that they see. A leader that makes no progress, or has led its rounds,
 * is replaced: reporters wish for the next epoch (WISH), join the wish of f + 1 and enter with that
 * of 2f + 1.
 *
 * The contract checks signatures only: f + 1 reporters that collude transmit what they like.
 */
#include <math.h>
#include <string.h>

#include "oracle/ocr_rule.h"
#include "oracle/oracle.h"

typedef struct
{
  guint64 faults;
  gdouble deviation;
  PnyxTime heartbeat;
  PnyxTime round;
  PnyxTime grace;
  PnyxTime progress;
  PnyxTime resend;
  PnyxTime stage;
  guint64 rounds_max;
  gdouble answer_min, answer_max;
} OcrParams;

static const PnyxParam ocr_params[] = {
  { .name = "faults",
    .type = PNYX_PARAM_COUNT,
    .fallback = "",
    .min = "0",
    .max = "100",
    .offset = offsetof (OcrParams, faults),
    .meaning = "Faulty reporters that the quorums allow for: less than a third; left out: as many "
               "as can be.",
    .source = "smartcontractkit/libocr @0a5e2f9: 3 f < n" },
  { .name = "deviation",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.005",
    .min = "0",
    .max = "1",
    .offset = offsetof (OcrParams, deviation),
    .meaning = "A report is due where its answer differs by this from that on chain." },
  { .name = "heartbeat",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 h",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (OcrParams, heartbeat),
    .meaning = "A report is due as long after the last." },
  { .name = "round",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 s",
    .min = "100 ms",
    .offset = offsetof (OcrParams, round),
    .meaning = "Time between the beginnings of two rounds." },
  { .name = "grace",
    .type = PNYX_PARAM_TIME,
    .fallback = "500 ms",
    .min = "0 s",
    .offset = offsetof (OcrParams, grace),
    .meaning = "How long a leader waits for more observations once it has enough." },
  { .name = "progress",
    .type = PNYX_PARAM_TIME,
    .fallback = "30 s",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (OcrParams, progress),
    .meaning = "How long a leader may make no progress." },
  { .name = "resend",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 s",
    .min = "100 ms",
    .offset = offsetof (OcrParams, resend),
    .meaning = "Time after which a wish for another leader is sent again." },
  { .name = "stage",
    .type = PNYX_PARAM_TIME,
    .fallback = "20 s",
    .min = "0 s",
    .offset = offsetof (OcrParams, stage),
    .meaning = "Time that a reporter is given to bring a report on chain before the next tries." },
  { .name = "rounds-max",
    .type = PNYX_PARAM_COUNT,
    .fallback = "100",
    .min = "1",
    .max = "1000000",
    .offset = offsetof (OcrParams, rounds_max),
    .meaning = "Rounds that one leader leads." },
  { .name = "answer-min",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.00000001",
    .min = "0",
    .max = "90000000000",
    .offset = offsetof (OcrParams, answer_min),
    .meaning = "Answers below this revert: the old one stays." },
  { .name = "answer-max",
    .type = PNYX_PARAM_REAL,
    .fallback = "90000000000",
    .min = "0",
    .max = "90000000000",
    .offset = offsetof (OcrParams, answer_max),
    .meaning = "Answers above this revert." },
};

enum /* messages */
{
  REQUEST,     /* payload: round */
  OBSERVATION, /* round */
  PROPOSAL,    /* round */
  SIGNATURE,   /* round */
  FINAL,       /* report */
  ECHO,        /* report */
  WISH,        /* epoch */
};

enum /* timers */
{
  NEXT_ROUND, /* epoch */
  READY,      /* round: the observation is there */
  INFERRED,   /* round: inference is done */
  GRACE_OVER, /* round */
  PROGRESS,   /* count of progress made */
  RESEND,     /* epoch wished for */
  LED_OUT,    /* epoch whose leader has led its rounds */
  TRANSMIT,   /* report */
};

#define TRANSMIT_METHOD 0
#define NEWEST_KEY 0       /* cell of the mechanism: key of the newest report */
#define GAS_SIGNATURE 3000 /* ecrecover, Ethereum Yellow Paper, appendix E */
#define GAS_OBSERVATION 800
#define ROUNDS 64 /* kept; older ones have long been given up */

/* A round, as its leader runs it. */
typedef struct
{
  guint64 number; /* of all rounds of the oracle; 0: the place is free */
  guint64 key;    /* epoch and round of the epoch: what the contract compares */
  guint32 leader;
  PnyxTime begun;
  PnyxObservation *observations; /* by reporter */
  guint8 *received;              /* by reporter: the leader has it */
  guint n_received;
  guint8 *signatures; /* by reporter */
  guint n_signatures;
  guint8 *proposed_to; /* by reporter: it has signed or declined */
  gboolean waiting;    /* for the grace time */
  gboolean proposed;
  gboolean final;
  gint64 value;
  PnyxTime observed, inferred;
} Round;

/* A final report. */
typedef struct
{
  guint64 key;
  PnyxAnswer answer;
  guint16 *echoes;   /* by reporter: how many it has heard */
  guint8 *known;     /* by reporter: it has the report */
  guint8 *scheduled; /* by reporter */
  guint n_observations;
} Report;

typedef struct
{
  guint64 epoch;
  guint64 wish;
  guint32 *wishes; /* by reporter: the newest that it has heard of */
  guint64 n_progress;
  guint64 led;          /* rounds of this epoch */
  guint64 accepted_key; /* of the report that it accepted last, */
  gint64 accepted;      /* its answer, */
  PnyxTime accepted_at; /* and when */
} Member;

typedef struct
{
  guint f;
  gint64 answer_min, answer_max;
  guint64 deviation_ppb;
  guint64 n_rounds;
  Round rounds[ROUNDS];
  Report *reports;
  guint32 n_reports, reports_capacity;
  Member *members; /* by reporter */
  PnyxRng order;
} Ocr;

static const OcrParams *
params_of (const PnyxOracle *oracle)
{
  return oracle->mechanism;
}

static guint32
leader_of (const PnyxOracle *oracle, guint64 epoch)
{
  const Ocr *ocr = oracle->state;

  return (guint32)pnyx_rng_below (&ocr->order, 0, epoch, oracle->n_reporters);
}

static Round *
find_round (Ocr *ocr, guint64 number)
{
  Round *round = &ocr->rounds[number % ROUNDS];

  return round->number == number ? round : NULL;
}

static void
broadcast (PnyxOracle *oracle, guint32 from, guint32 kind, guint32 payload)
{
  for (guint32 to = 0; to < oracle->n_reporters; to++)
    if (to != from)
      pnyx_oracle_send (oracle, from, to, kind, payload);
}

/* ---- Epochs ---- */

static void begin_round (PnyxOracle *oracle, guint32 leader);

static void
note_progress (PnyxOracle *oracle, guint32 number)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];

  member->n_progress++;
  pnyx_oracle_set_timer (oracle, number,
                         pnyx_world_now (oracle->world) + params_of (oracle)->progress, PROGRESS,
                         (guint32)member->n_progress);
}

static void
enter_epoch (PnyxOracle *oracle, guint32 number, guint64 epoch)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];

  member->epoch = epoch;
  member->wish = MAX (member->wish, epoch);
  member->led = 0;
  note_progress (oracle, number);
  if (leader_of (oracle, epoch) == number)
    begin_round (oracle, number);
}

/* How many reporters, itself among them, wish for @epoch or a later one as @number has heard. */
static guint
count_wishes (const PnyxOracle *oracle, guint32 number, guint64 epoch)
{
  const Ocr *ocr = oracle->state;
  const Member *member = &ocr->members[number];
  guint n = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    n += (i == number ? member->wish : member->wishes[i]) >= epoch ? 1 : 0;
  return n;
}

/* The highest epoch that @count reporters wish for. */
static guint64
wished_by (const PnyxOracle *oracle, guint32 number, guint count)
{
  const Ocr *ocr = oracle->state;
  const Member *member = &ocr->members[number];
  guint64 best = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      guint64 epoch = i == number ? member->wish : member->wishes[i];

      if (epoch > best && count_wishes (oracle, number, epoch) >= count)
        best = epoch;
    }
  return best;
}

static void
wish (PnyxOracle *oracle, guint32 number, guint64 epoch)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];

  member->wish = epoch;
  broadcast (oracle, number, WISH, (guint32)epoch);
  pnyx_oracle_set_timer (oracle, number,
                         pnyx_world_now (oracle->world) + params_of (oracle)->resend, RESEND,
                         (guint32)epoch);
}

static void
consider_wishes (PnyxOracle *oracle, guint32 number)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];
  guint64 joined = wished_by (oracle, number, ocr->f + 1);
  guint64 entered;

  if (joined > member->wish)
    wish (oracle, number, joined);
  entered = wished_by (oracle, number, 2 * ocr->f + 1);
  if (entered > member->epoch)
    enter_epoch (oracle, number, entered);
}

/* ---- Rounds ---- */

static void
clear_round (PnyxOracle *oracle, Round *round)
{
  PnyxObservation *observations = round->observations;
  guint8 *received = round->received, *signatures = round->signatures;
  guint8 *proposed_to = round->proposed_to;
  PnyxArena *arena = pnyx_world_arena (oracle->world);

  if (observations == NULL)
    {
      observations = pnyx_arena_array (arena, PnyxObservation, oracle->n_reporters);
      received = pnyx_arena_array (arena, guint8, oracle->n_reporters);
      signatures = pnyx_arena_array (arena, guint8, oracle->n_reporters);
      proposed_to = pnyx_arena_array (arena, guint8, oracle->n_reporters);
    }
  memset (received, 0, oracle->n_reporters);
  memset (signatures, 0, oracle->n_reporters);
  memset (proposed_to, 0, oracle->n_reporters);
  *round = (Round){ .observations = observations,
                    .received = received,
                    .signatures = signatures,
                    .proposed_to = proposed_to };
}

static void on_request (PnyxOracle *oracle, guint32 number, guint64 round);

static void
begin_round (PnyxOracle *oracle, guint32 leader)
{
  const OcrParams *params = params_of (oracle);
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[leader];
  guint64 number = ++ocr->n_rounds;
  Round *round = &ocr->rounds[number % ROUNDS];
  PnyxTime now = pnyx_world_now (oracle->world);

  if (member->led >= params->rounds_max)
    return;
  member->led++;
  clear_round (oracle, round);
  round->number = number;
  round->key = member->epoch * (params->rounds_max + 1) + member->led;
  round->leader = leader;
  round->begun = now;
  pnyx_oracle_set_timer (oracle, leader, now + params->round, NEXT_ROUND, (guint32)member->epoch);
  broadcast (oracle, leader, REQUEST, (guint32)number);
  on_request (oracle, leader, number);
}

/* The coalition has enough signatures of its own: its first member transmits what it wants. */
static void forge (PnyxOracle *oracle, guint32 number, const Round *round);

static void
on_request (PnyxOracle *oracle, guint32 number, guint64 payload)
{
  Ocr *ocr = oracle->state;
  Round *round = find_round (ocr, payload);
  PnyxObservation *observation;

  if (round == NULL)
    return;
  observation = &round->observations[number];
  if (!pnyx_oracle_observe (oracle, number, payload, round->begun, observation))
    return;
  if (oracle->reporters[number].ops->infers)
    pnyx_oracle_infer (oracle, number, INFERRED, (guint32)payload);
  else
    pnyx_oracle_set_timer (oracle, number, observation->ready, READY, (guint32)payload);
  if (pnyx_oracle_attacks (oracle, number, payload))
    forge (oracle, number, round);
}

static void
on_inferred (PnyxOracle *oracle, guint32 number, guint64 payload)
{
  Round *round = find_round (oracle->state, payload);
  PnyxObservation *observation;

  if (round == NULL)
    return;
  observation = &round->observations[number];
  observation->ready += pnyx_world_now (oracle->world) - observation->report.observed;
  pnyx_oracle_set_timer (oracle, number, observation->ready, READY, (guint32)payload);
}

static void on_observation (PnyxOracle *oracle, guint32 leader, guint32 from, guint64 payload);

static void
on_ready (PnyxOracle *oracle, guint32 number, guint64 payload)
{
  const Round *round = find_round (oracle->state, payload);

  if (round == NULL)
    return;
  if (round->leader == number)
    on_observation (oracle, number, number, payload);
  else
    pnyx_oracle_send (oracle, number, round->leader, OBSERVATION, (guint32)payload);
}

static void
on_observation (PnyxOracle *oracle, guint32 leader, guint32 from, guint64 payload)
{
  const OcrParams *params = params_of (oracle);
  Ocr *ocr = oracle->state;
  Round *round = find_round (ocr, payload);

  if (round == NULL || round->leader != leader || round->proposed || round->received[from])
    return;
  round->received[from] = 1;
  round->n_received++;
  if (round->waiting || round->n_received < pnyx_ocr_observations_min (ocr->f))
    return;
  round->waiting = TRUE;
  pnyx_oracle_set_timer (oracle, leader, pnyx_world_now (oracle->world) + params->grace, GRACE_OVER,
                         (guint32)payload);
}

static gint
compare_observations (gconstpointer a, gconstpointer b, gpointer user)
{
  const PnyxReport *left = &((const PnyxObservation *)a)->report;
  const PnyxReport *right = &((const PnyxObservation *)b)->report;

  (void)user;
  if (left->value != right->value)
    return left->value < right->value ? -1 : 1;
  return left->reporter < right->reporter ? -1 : left->reporter > right->reporter;
}

/* What the leader takes of the @n observations, sorted: all; where it attacks, as few as may be
 * from the end that its own coalition pulls to. Returns: how many, from @first on. */
static guint
choose (const PnyxOracle *oracle, const Round *round, const PnyxObservation *sorted, guint n,
        guint *first)
{
  const Ocr *ocr = oracle->state;
  guint least = pnyx_ocr_observations_min (ocr->f);
  gdouble own;

  *first = 0;
  if (!pnyx_oracle_attacks (oracle, round->leader, round->number) || n <= least)
    return n;
  own = round->observations[round->leader].report.value;
  if (own >= sorted[n / 2].report.value)
    *first = n - least;
  return least;
}

static PnyxTime
latest_ready (const PnyxObservation *observations, guint n)
{
  PnyxTime latest = 0;

  for (guint i = 0; i < n; i++)
    latest = MAX (latest, observations[i].ready);
  return latest;
}

static gint
compare_times (gconstpointer a, gconstpointer b, gpointer user)
{
  PnyxTime left = *(const PnyxTime *)a, right = *(const PnyxTime *)b;

  (void)user;
  return left < right ? -1 : left > right;
}

static PnyxTime
median_observed (const PnyxObservation *observations, guint n)
{
  g_autofree PnyxTime *times = g_new (PnyxTime, n);

  for (guint i = 0; i < n; i++)
    times[i] = observations[i].report.observed;
  g_qsort_with_data (times, (gint)n, sizeof *times, compare_times, NULL);
  return times[n / 2];
}

static void on_proposal (PnyxOracle *oracle, guint32 number, guint64 payload);

static void
propose (PnyxOracle *oracle, Round *round)
{
  g_autofree PnyxObservation *sorted = g_new (PnyxObservation, round->n_received);
  guint n = 0, first;
  gdouble value;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (round->received[i])
      sorted[n++] = round->observations[i];
  g_qsort_with_data (sorted, (gint)n, sizeof *sorted, compare_observations, NULL);
  pnyx_oracle_compare (oracle, sorted, n);
  n = choose (oracle, round, sorted, n, &first);
  value = pnyx_oracle_estimate (oracle, sorted + first, n);
  round->proposed = TRUE;
  if (isnan (value))
    return;
  round->value = pnyx_price_from_log (value);
  round->observed = median_observed (sorted + first, n);
  round->inferred = latest_ready (sorted + first, n);
  broadcast (oracle, round->leader, PROPOSAL, (guint32)round->number);
  on_proposal (oracle, round->leader, round->number);
}

static void
on_grace_over (PnyxOracle *oracle, guint32 leader, guint64 payload)
{
  Round *round = find_round (oracle->state, payload);

  if (round != NULL && round->leader == leader && !round->proposed)
    propose (oracle, round);
}

/* ---- Reports ---- */

/* By its own view of the chain. */
static gboolean
is_due (const PnyxOracle *oracle, guint32 number, gint64 value)
{
  const OcrParams *params = params_of (oracle);
  const Ocr *ocr = oracle->state;
  const PnyxAnswer *answer
      = pnyx_oracle_answer (oracle, pnyx_oracle_head (oracle, number), PNYX_READ_HEAD);

  return answer == NULL || pnyx_ocr_deviates (answer->value, value, ocr->deviation_ppb, FALSE)
         || pnyx_ocr_is_due (answer->updated, pnyx_world_now (oracle->world), params->heartbeat);
}

static void on_signature (PnyxOracle *oracle, guint32 leader, guint32 from, guint64 payload);

static void
on_proposal (PnyxOracle *oracle, guint32 number, guint64 payload)
{
  Ocr *ocr = oracle->state;
  Round *round = find_round (ocr, payload);

  if (round == NULL || round->proposed_to[number])
    return;
  round->proposed_to[number] = 1;
  note_progress (oracle, number);
  if (round->key % (params_of (oracle)->rounds_max + 1) == params_of (oracle)->rounds_max)
    pnyx_oracle_set_timer (oracle, number, round->begun + params_of (oracle)->round, LED_OUT,
                           (guint32)ocr->members[number].epoch);
  if (!pnyx_oracle_attacks (oracle, number, payload) && !is_due (oracle, number, round->value))
    return;
  if (round->leader == number)
    on_signature (oracle, number, number, payload);
  else
    pnyx_oracle_send (oracle, number, round->leader, SIGNATURE, (guint32)payload);
}

static guint32
new_report (PnyxOracle *oracle, guint64 key, const PnyxAnswer *answer)
{
  Ocr *ocr = oracle->state;
  PnyxArena *arena = pnyx_world_arena (oracle->world);
  Report report = { .key = key, .answer = *answer };

  report.echoes = pnyx_arena_array (arena, guint16, oracle->n_reporters);
  report.known = pnyx_arena_array (arena, guint8, oracle->n_reporters);
  report.scheduled = pnyx_arena_array (arena, guint8, oracle->n_reporters);
  report.n_observations = pnyx_ocr_observations_min (ocr->f);
  pnyx_arena_reserve (arena, ocr->reports, ocr->n_reports, ocr->reports_capacity);
  ocr->reports[ocr->n_reports] = report;
  return ocr->n_reports++;
}

static void on_final (PnyxOracle *oracle, guint32 number, guint32 report);

static void
on_signature (PnyxOracle *oracle, guint32 leader, guint32 from, guint64 payload)
{
  Ocr *ocr = oracle->state;
  Round *round = find_round (ocr, payload);
  PnyxAnswer answer;
  guint32 report;

  if (round == NULL || round->leader != leader || round->signatures[from])
    return;
  round->signatures[from] = 1;
  if (++round->n_signatures < pnyx_ocr_signatures_min (ocr->f) || round->final)
    return;
  round->final = TRUE;
  answer = (PnyxAnswer){ .value = round->value,
                         .round = round->number,
                         .begun = round->begun,
                         .observed = round->observed,
                         .inferred = round->inferred,
                         .agreed = pnyx_world_now (oracle->world) };
  report = new_report (oracle, round->key, &answer);
  broadcast (oracle, leader, FINAL, report);
  on_final (oracle, leader, report);
}

/* Whose turn it is to transmit: a permutation for each report. */
static guint
turn_of (const PnyxOracle *oracle, guint32 number, guint64 key)
{
  const Ocr *ocr = oracle->state;
  guint64 own = pnyx_rng_u64 (&ocr->order, 1 + number, key);
  guint turn = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (i != number)
      {
        guint64 other = pnyx_rng_u64 (&ocr->order, 1 + i, key);

        turn += other < own || (other == own && i < number) ? 1 : 0;
      }
  return turn;
}

/* What was accepted before and is not on chain yet keeps others out, unless they deviate from it,
 * or everybody has had its turn. Source: smartcontractkit/libocr @10e92fe,
 * offchainreporting2/reportingplugin/median/median.go, ShouldAcceptFinalizedReport. */
static gboolean
accept (PnyxOracle *oracle, guint32 number, const Report *report)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];
  PnyxTime schedule = params_of (oracle)->stage * oracle->n_reporters;
  PnyxTime now = pnyx_world_now (oracle->world);
  gboolean pending;

  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  pending = (guint64)pnyx_machine_get (oracle->machine, oracle->cells + NEWEST_KEY)
                < member->accepted_key
            && now < member->accepted_at + schedule;
  if (report->key <= member->accepted_key
      || (pending
          && !pnyx_ocr_deviates (member->accepted, report->answer.value, ocr->deviation_ppb,
                                 FALSE)))
    return FALSE;
  member->accepted_at = now;
  member->accepted_key = report->key;
  member->accepted = report->answer.value;
  return TRUE;
}

static void
consider_echoes (PnyxOracle *oracle, guint32 number, guint32 index)
{
  Ocr *ocr = oracle->state;
  Report *report = &ocr->reports[index];
  PnyxTime wait;

  if (!report->known[number] || report->scheduled[number]
      || report->echoes[number] < pnyx_ocr_echoes_min (ocr->f))
    return;
  report->scheduled[number] = 1;
  if (!accept (oracle, number, report))
    return;
  wait = params_of (oracle)->stage * turn_of (oracle, number, report->key);
  pnyx_oracle_set_timer (oracle, number, pnyx_world_now (oracle->world) + wait, TRANSMIT, index);
}

static void
on_final (PnyxOracle *oracle, guint32 number, guint32 index)
{
  Ocr *ocr = oracle->state;
  Report *report = &ocr->reports[index];

  if (report->known[number])
    return;
  report->known[number] = 1;
  report->echoes[number]++; /* its own */
  broadcast (oracle, number, ECHO, index);
  consider_echoes (oracle, number, index);
}

/* An echo brings the report along. */
static void
on_echo (PnyxOracle *oracle, guint32 number, guint32 index)
{
  Ocr *ocr = oracle->state;

  ocr->reports[index].echoes[number]++;
  on_final (oracle, number, index);
  consider_echoes (oracle, number, index);
}

static void
submit (PnyxOracle *oracle, guint32 number, guint32 index)
{
  const Ocr *ocr = oracle->state;
  guint signatures = pnyx_ocr_signatures_min (ocr->f);
  guint n = ocr->reports[index].n_observations;
  gint64 arguments[] = { index };

  pnyx_oracle_submit (oracle, number, TRANSMIT_METHOD, arguments, 1, n * 32 + signatures * 65,
                      100000 + signatures * (guint64)GAS_SIGNATURE + n * (guint64)GAS_OBSERVATION);
}

static void
on_transmit (PnyxOracle *oracle, guint32 number, guint32 index)
{
  const Ocr *ocr = oracle->state;
  const Report *report = &ocr->reports[index];

  if (!pnyx_oracle_online (oracle, number) || !is_due (oracle, number, report->answer.value))
    return;
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  if ((guint64)pnyx_machine_get (oracle->machine, oracle->cells + NEWEST_KEY) < report->key)
    submit (oracle, number, index);
}

static void
forge (PnyxOracle *oracle, guint32 number, const Round *round)
{
  Ocr *ocr = oracle->state;
  const PnyxObservation *own = &round->observations[number];
  gint64 value = pnyx_price_from_log (own->report.value);
  PnyxAnswer answer;
  guint n = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    if (pnyx_oracle_attacks (oracle, i, round->number))
      {
        if (n++ == 0 && i != number)
          return; /* another one does it */
      }
  if (n < pnyx_ocr_signatures_min (ocr->f) || !is_due (oracle, number, value))
    return;
  answer = (PnyxAnswer){ .value = value,
                         .round = round->number,
                         .begun = round->begun,
                         .observed = own->report.observed,
                         .inferred = own->report.observed,
                         .agreed = pnyx_world_now (oracle->world) };
  submit (oracle, number, new_report (oracle, round->key, &answer));
}

static gboolean
ocr_execute (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxCall *call)
{
  const Ocr *ocr = oracle->state;
  const Report *report;

  if (call->method != TRANSMIT_METHOD || (guint64)call->arguments[0] >= ocr->n_reports)
    return FALSE;
  report = &ocr->reports[call->arguments[0]];
  if (!pnyx_frame_burn (frame, pnyx_ocr_signatures_min (ocr->f) * (guint64)GAS_SIGNATURE
                                   + report->n_observations * (guint64)GAS_OBSERVATION)
      || (guint64)pnyx_frame_get (frame, oracle->cells + NEWEST_KEY) >= report->key
      || !pnyx_ocr_is_within (report->answer.value, ocr->answer_min, ocr->answer_max))
    return FALSE;
  pnyx_frame_set (frame, oracle->cells + NEWEST_KEY, (gint64)report->key);
  pnyx_oracle_publish (oracle, frame, &report->answer);
  return TRUE;
}

/* Since the truth left the band around the last answer, or the heartbeat; where neither did, and
 * only the reporters' errors made a report due, since the round. */
static PnyxTime
ocr_due (const PnyxOracle *oracle, const PnyxAnswer *last, const PnyxAnswer *next)
{
  const Ocr *ocr = oracle->state;
  PnyxTime step = pnyx_feed_step (oracle->feed), heartbeat;

  heartbeat = last->updated + MIN (params_of (oracle)->heartbeat, PNYX_TIME_MAX - last->updated);
  for (PnyxTime at = last->observed; at <= MIN (next->observed, heartbeat);
       at = (at / step + 1) * step)
    if (pnyx_ocr_deviates (last->value, pnyx_oracle_truth (oracle, at), ocr->deviation_ppb, FALSE))
      return at;
  return MIN (next->begun, heartbeat);
}

/* ---- Events ---- */

static void
ocr_on_message (PnyxOracle *oracle, guint32 to, guint32 from, guint32 kind, guint32 payload)
{
  Ocr *ocr = oracle->state;

  switch (kind)
    {
    case REQUEST:
      on_request (oracle, to, payload);
      break;
    case OBSERVATION:
      on_observation (oracle, to, from, payload);
      break;
    case PROPOSAL:
      on_proposal (oracle, to, payload);
      break;
    case SIGNATURE:
      on_signature (oracle, to, from, payload);
      break;
    case FINAL:
      on_final (oracle, to, payload);
      break;
    case ECHO:
      on_echo (oracle, to, payload);
      break;
    default:
      ocr->members[to].wishes[from] = MAX (ocr->members[to].wishes[from], payload);
      consider_wishes (oracle, to);
    }
}

static void
on_next_round (PnyxOracle *oracle, guint32 number, guint64 epoch)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];

  if (member->epoch != epoch || !pnyx_oracle_online (oracle, number))
    return;
  if (member->led < params_of (oracle)->rounds_max)
    begin_round (oracle, number);
}

static void
ocr_on_timer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  Ocr *ocr = oracle->state;
  Member *member = &ocr->members[number];

  switch (kind)
    {
    case NEXT_ROUND:
      on_next_round (oracle, number, payload);
      break;
    case READY:
      on_ready (oracle, number, payload);
      break;
    case INFERRED:
      on_inferred (oracle, number, payload);
      break;
    case GRACE_OVER:
      on_grace_over (oracle, number, payload);
      break;
    case PROGRESS:
      if (payload == (guint32)member->n_progress)
        {
          note_progress (oracle, number);
          wish (oracle, number, member->epoch + 1);
          consider_wishes (oracle, number);
        }
      break;
    case LED_OUT:
      if (member->epoch == payload && member->wish == payload)
        wish (oracle, number, member->epoch + 1);
      consider_wishes (oracle, number);
      break;
    case RESEND:
      if (member->wish == payload && member->epoch < payload)
        wish (oracle, number, payload);
      break;
    default:
      on_transmit (oracle, number, payload);
    }
}

static gboolean
check_faults (const PnyxOracle *oracle, guint *f, GError **error)
{
  const OcrParams *params = params_of (oracle);
  PnyxPlace place = pnyx_section_place_of (oracle->section, "faults");

  *f = pnyx_ocr_faults_max (oracle->n_reporters);
  if (params->faults == PNYX_COUNT_UNSET)
    return TRUE;
  if (params->faults <= *f)
    {
      *f = (guint)params->faults;
      return TRUE;
    }
  pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                     "faults is %" G_GUINT64_FORMAT " (expected at most %u with %u reporters: less "
                     "than a third)",
                     params->faults, *f, oracle->n_reporters);
  return FALSE;
}

static gboolean
ocr_init (PnyxOracle *oracle, GError **error)
{
  const OcrParams *params = params_of (oracle);
  PnyxArena *arena = pnyx_world_arena (oracle->world);
  Ocr *ocr = oracle->state;
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);

  if (!check_faults (oracle, &ocr->f, error))
    return FALSE;
  ocr->deviation_ppb = (guint64)llround (params->deviation * 1e9);
  ocr->answer_min = (gint64)llround (params->answer_min * (gdouble)PNYX_PRICE_ONE);
  ocr->answer_max = (gint64)llround (params->answer_max * (gdouble)PNYX_PRICE_ONE);
  pnyx_world_rng (oracle->world, &ocr->order, component, "order");
  ocr->members = pnyx_arena_array (arena, Member, oracle->n_reporters);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    ocr->members[i].wishes = pnyx_arena_array (arena, guint32, oracle->n_reporters);
  for (guint32 i = 0; i < oracle->n_reporters; i++)
    enter_epoch (oracle, i, 1);
  return TRUE;
}

const PnyxOracleOps pnyx_oracle_ocr_median = {
  .component
  = { .name = "ocr-median",
      .summary = "Off-chain reporting: a leader gathers observations, a quorum signs, one of them "
                 "transmits; the answer is the middle one.",
      .source = "L. Breidenbach et al., \"Chainlink Off-chain Reporting Protocol\" (2021); "
                "smartcontractkit/libocr @0a5e2f9",
      .limits = "Signatures cost gas and bytes only. Messages are not sent again within a round. "
                "With another filter than the median the reporters sign that filter's answer; the "
                "contract cannot check it.",
      .params = ocr_params,
      .n_params = G_N_ELEMENTS (ocr_params),
      .params_size = sizeof (OcrParams) },
  .prices = TRUE,
  .reporters_min = 4,
  .n_cells = 1,
  .state_size = sizeof (Ocr),
  .init = ocr_init,
  .on_message = ocr_on_message,
  .on_timer = ocr_on_timer,
  .execute = ocr_execute,
  .due = ocr_due,
};
