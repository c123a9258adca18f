/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Set-up: feed, groups of reporters with their errors, the contract, the filter and the estimators
 * beside it; then the mechanism begins and acts through what stands under "For mechanisms". Answers
 * are immutable and name the one before in their own chain; the only state on chain is the number
 * of the newest.
 */
#include "oracle/oracle.h"

#include <math.h>
#include <string.h>

#include "oracle/briber.h"
#include "oracle/estimator.h"

static const PnyxOracleOps *const mechanisms[] = {
  &pnyx_oracle_ocr_median, &pnyx_oracle_pyth, &pnyx_oracle_commit_reveal,
  &pnyx_oracle_twap,       &pnyx_oracle_uma,  &pnyx_oracle_kleros,
};

static const PnyxComponent *
mechanism_get (gsize i)
{
  return i < G_N_ELEMENTS (mechanisms) ? &mechanisms[i]->component : NULL;
}

const PnyxKind pnyx_oracle_kind = {
  .name = "oracle",
  .meaning = "How an answer on chain is made of what reporters say.",
  .get = mechanism_get,
};

static const PnyxParam oracle_params[] = {
  { .name = "id",
    .type = PNYX_PARAM_NAME,
    .fallback = "oracle",
    .offset = offsetof (PnyxOracleParams, id),
    .meaning = "Name of the oracle; the scope of its metrics." },
  { .name = "chain",
    .type = PNYX_PARAM_REFERENCE,
    .refers_to = "chain",
    .fallback = "main",
    .offset = offsetof (PnyxOracleParams, chain),
    .meaning = "Chain that its contract is on." },
  { .name = "breach",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.02",
    .min = "0",
    .max = "10",
    .offset = offsetof (PnyxOracleParams, breach),
    .meaning = "Error from which on an answer counts in oracle.breach_rate." },
  { .name = "poisoned",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "1",
    .offset = offsetof (PnyxOracleParams, poisoned),
    .meaning = "Share of the altered rows that learning filters are trained on which an attacker "
               "has labelled honest." },
};

static const PnyxChild oracle_children[] = {
  { &pnyx_element_feed, 1, 1 },
  { &pnyx_element_reporters, 1, 64 },
  { &pnyx_element_filter, 1, 1 },
  { &pnyx_element_estimator, 0, 32 },
};

static guint64
count_reporters (const PnyxSection *section)
{
  guint64 n = 0;

  for (gsize i = 0; i < pnyx_section_count (section, "reporters"); i++)
    {
      const PnyxSection *group = pnyx_section_child (section, "reporters", i);

      n += ((const PnyxReportersParams *)group->params)->count;
    }
  return n;
}

static gboolean
check_votes (const PnyxSection *section, GError **error)
{
  const PnyxOracleOps *ops = (const PnyxOracleOps *)section->component;

  for (gsize i = 0; i < pnyx_section_count (section, "reporters") && ops->votes == NULL; i++)
    {
      const PnyxSection *group = pnyx_section_child (section, "reporters", i);

      if (group->component != &pnyx_reporter_bribed.component)
        continue;
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &group->place,
                         "reporters of %s do not vote: nobody can be bribed by what they voted "
                         "(expected a mechanism with votes)",
                         ops->component.name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
oracle_check (const PnyxSection *section, GError **error)
{
  const PnyxOracleOps *ops = (const PnyxOracleOps *)section->component;
  const PnyxSection *feed = pnyx_section_child (section, "feed", 0);
  gboolean categorical = ((const PnyxFeedOps *)feed->component)->categorical;

  if (categorical ? !ops->classes : !ops->prices)
    {
      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &feed->place,
                         "%s cannot tell what a feed of kind %s is about (expected %s)",
                         ops->component.name, feed->component->name,
                         ops->prices ? "prices" : "classes");
      return FALSE;
    }
  if (count_reporters (section) < ops->reporters_min)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &section->place,
                         "%s has %" G_GUINT64_FORMAT " reporters (expected at least %u)",
                         ops->component.name, count_reporters (section), ops->reporters_min);
      return FALSE;
    }
  if (!check_votes (section, error) || !pnyx_estimators_check (section, error))
    return FALSE;
  return ops->check == NULL || ops->check (section, error);
}

const PnyxElement pnyx_element_oracle = {
  .name = "oracle",
  .meaning = "Reporters who tell a chain about the world outside, by the rules of a mechanism.",
  .params = oracle_params,
  .n_params = G_N_ELEMENTS (oracle_params),
  .params_size = sizeof (PnyxOracleParams),
  .kind = &pnyx_oracle_kind,
  .default_kind = "ocr-median",
  .children = oracle_children,
  .n_children = G_N_ELEMENTS (oracle_children),
  .check = oracle_check,
};

/* A message between reporters that is under way. */
struct PnyxOracleMessage
{
  guint32 from, kind, payload;
  guint32 next; /* of the free ones */
};

/* ---- Set-up ---- */

static gboolean
find_venues (const PnyxOracle *oracle, const PnyxSection *group, guint64 *venues, GError **error)
{
  const PnyxReportersParams *params = group->params;
  g_auto (GStrv) names = g_strsplit_set (params->venues, " \t\n", -1);

  *venues = G_MAXUINT64;
  if (g_str_equal (params->venues, "all"))
    return TRUE;
  *venues = 0;
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint32 venue = pnyx_feed_venue_find (oracle->feed, names[i]);
      PnyxPlace place = pnyx_section_place_of (group, "venues");

      if (*names[i] == '\0')
        continue;
      if (venue == PNYX_NONE)
        {
          pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &place,
                             "the feed has no venue %s (expected names of its venues, or all)",
                             names[i]);
          return FALSE;
        }
      *venues |= (guint64)1 << venue;
    }
  return TRUE;
}

/* Different reporters on different nodes, as long as there are enough. */
static PnyxNodeId
place_reporter (const PnyxOracle *oracle, guint32 number)
{
  guint32 n_nodes = pnyx_network_nodes (oracle->network)->n;
  PnyxNodeId node = PNYX_NONE;

  for (guint64 draw = 0; draw < 1000; draw++)
    {
      gboolean taken = FALSE;

      node = (PnyxNodeId)pnyx_rng_below (&oracle->placement, number, draw, n_nodes);
      for (guint32 i = 0; i < number && oracle->n_reporters <= n_nodes; i++)
        taken = taken || oracle->reporters[i].node == node;
      if (!taken)
        return node;
    }
  return node;
}

static gboolean
add_group (PnyxOracle *oracle, guint32 number, guint32 *first, GError **error)
{
  const PnyxSection *group = pnyx_section_child (oracle->section, "reporters", number);
  const PnyxSection *errors = pnyx_section_child (group, "error", 0);
  const PnyxSection *shift = pnyx_section_child (group, "shift", 0);
  const PnyxReportersParams *params = group->params;
  guint64 venues;

  if (!find_venues (oracle, group, &venues, error)
      || !pnyx_error_model_add (oracle->errors, errors->params,
                                shift != NULL ? shift->params : NULL, (guint32)params->count,
                                &errors->place, error))
    return FALSE;
  for (guint32 i = *first; i < *first + params->count; i++)
    {
      PnyxReporter *reporter = &oracle->reporters[i];

      *reporter = (PnyxReporter){ .ops = (const PnyxReporterOps *)group->component,
                                  .params = group->component_params,
                                  .number = i,
                                  .group = number,
                                  .node = place_reporter (oracle, i),
                                  .venues = venues,
                                  .latency = params->latency };
      reporter->account = pnyx_machine_add_accounts (oracle->machine, 1);
      pnyx_machine_endow (oracle->machine, reporter->account, PNYX_CASH,
                          (PnyxAmount)(params->cash * (gdouble)PNYX_AMOUNT_ONE));
    }
  *first += (guint32)params->count;
  return TRUE;
}

static gboolean
execute (gconstpointer self, PnyxFrame *frame, const PnyxCall *call)
{
  const PnyxOracle *oracle = self;

  return oracle->ops->execute (oracle, frame, call);
}

static PnyxAmount
booked (gconstpointer self, const PnyxMachine *machine, guint asset)
{
  const PnyxOracle *oracle = self;

  return asset == PNYX_CASH && oracle->ops->booked != NULL ? oracle->ops->booked (oracle, machine)
                                                           : -1;
}

static const PnyxCode oracle_code = { .name = "oracle", .execute = execute, .booked = booked };

static void
on_message (gpointer self, const PnyxEvent *event)
{
  PnyxOracle *oracle = self;
  struct PnyxOracleMessage message = oracle->messages[event->payload];

  oracle->messages[event->payload].next = oracle->free;
  oracle->free = event->payload;
  if (pnyx_oracle_online (oracle, event->target))
    oracle->ops->on_message (oracle, event->target, message.from, message.kind, message.payload);
}

/* Kinds of timers are below 2^8 and stand in the source. */
static void
on_timer (gpointer self, const PnyxEvent *event)
{
  PnyxOracle *oracle = self;

  oracle->ops->on_timer (oracle, event->target, event->source, event->payload);
}

static void
on_inferred (gpointer self, PnyxNodeId node, guint32 payload)
{
  PnyxOracle *oracle = self;
  const struct PnyxOracleMessage message = oracle->messages[payload];

  (void)node;
  oracle->messages[payload].next = oracle->free;
  oracle->free = payload;
  oracle->ops->on_timer (oracle, message.from, message.kind, message.payload);
}

static void
add_handlers (PnyxOracle *oracle)
{
  g_autofree gchar *message = g_strdup_printf ("oracle.message.%s", oracle->id);
  g_autofree gchar *timer = g_strdup_printf ("oracle.timer.%s", oracle->id);

  oracle->message_type = pnyx_world_add_handler (oracle->world, message, on_message, oracle);
  oracle->timer_type = pnyx_world_add_handler (oracle->world, timer, on_timer, oracle);
  oracle->job = pnyx_network_add_job (oracle->network, oracle->chain->index, on_inferred, oracle);
}

static void
init_draws (PnyxOracle *oracle)
{
  g_autofree gchar *component = g_strdup_printf ("oracle.%s", oracle->id);

  pnyx_world_rng (oracle->world, &oracle->latency, component, "latency");
  pnyx_world_rng (oracle->world, &oracle->placement, component, "placement");
  pnyx_world_rng (oracle->world, &oracle->inference, component, "inference");
}

static gboolean
init_oracle (PnyxOracle *oracle, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (oracle->world);
  guint32 first = 0;

  oracle->machine = pnyx_chain_machine (oracle->chain);
  oracle->feed = pnyx_feed_new (oracle->world, pnyx_section_child (oracle->section, "feed", 0),
                                oracle->id, error);
  if (oracle->feed == NULL)
    return FALSE;
  oracle->prices = !pnyx_feed_categorical (oracle->feed);
  init_draws (oracle);
  oracle->errors = pnyx_error_model_new (oracle->world, oracle->id);
  oracle->n_reporters = (guint32)count_reporters (oracle->section);
  oracle->reporters = pnyx_arena_array (arena, PnyxReporter, oracle->n_reporters);
  for (guint32 i = 0; i < pnyx_section_count (oracle->section, "reporters"); i++)
    if (!add_group (oracle, i, &first, error))
      return FALSE;
  pnyx_estimators_new (oracle);
  oracle->contract = pnyx_machine_add_contract (
      oracle->machine, &oracle_code, oracle,
      1 + oracle->ops->n_cells + oracle->n_reporters * oracle->ops->n_cells_each, &oracle->newest);
  oracle->cells = oracle->newest + 1;
  oracle->answers = pnyx_arena_array (arena, PnyxAnswers, 1);
  oracle->readings = pnyx_arena_array (arena, PnyxReadings, 1);
  oracle->free = PNYX_NONE;
  add_handlers (oracle);
  oracle->mechanism = oracle->section->component_params;
  oracle->state = pnyx_arena_alloc (arena, oracle->ops->state_size);
  pnyx_bribers_new (oracle);
  return oracle->ops->init (oracle, error);
}

static PnyxChain *
find_chain (PnyxChain *const *chains, guint n_chains, const gchar *id)
{
  for (guint i = 0; i < n_chains; i++)
    if (g_str_equal (chains[i]->id, id))
      return chains[i];
  return NULL;
}

gboolean
pnyx_oracles_new (PnyxOracles *oracles, const PnyxSection *root, PnyxWorld *world,
                  PnyxNetwork *network, PnyxChain *const *chains, guint n_chains, GError **error)
{
  PnyxArena *arena = pnyx_world_arena (world);

  oracles->n = (guint)pnyx_section_count (root, "oracle");
  oracles->oracles = pnyx_arena_array (arena, PnyxOracle *, oracles->n);
  for (guint i = 0; i < oracles->n; i++)
    {
      PnyxOracle *oracle = pnyx_arena_array (arena, PnyxOracle, 1);

      oracle->index = i;
      oracle->section = pnyx_section_child (root, "oracle", i);
      oracle->params = oracle->section->params;
      oracle->id = oracle->params->id;
      oracle->ops = (const PnyxOracleOps *)oracle->section->component;
      oracle->world = world;
      oracle->network = network;
      oracle->chain = find_chain (chains, n_chains, oracle->params->chain);
      oracles->oracles[i] = oracle;
      if (!init_oracle (oracle, error))
        return FALSE;
    }
  return TRUE;
}

PnyxOracle *
pnyx_oracles_find (const PnyxOracles *oracles, const gchar *id)
{
  for (guint i = 0; i < oracles->n; i++)
    if (g_str_equal (oracles->oracles[i]->id, id))
      return oracles->oracles[i];
  return NULL;
}

/* ---- Answers ---- */

gint64
pnyx_price_from_log (gdouble level)
{
  gdouble price = exp (level) * (gdouble)PNYX_PRICE_ONE;

  return price < 9e18 ? (gint64)llround (price) : G_MAXINT64;
}

gdouble
pnyx_price_to_log (gint64 price)
{
  return log ((gdouble)price / (gdouble)PNYX_PRICE_ONE);
}

gint64
pnyx_oracle_truth (const PnyxOracle *oracle, PnyxTime time)
{
  gdouble truth = pnyx_feed_truth (oracle->feed, time);

  return oracle->prices ? pnyx_price_from_log (log (truth)) : (gint64)truth;
}

/* Of the answers from @number - 1 back the newest that @reader may take. */
static const PnyxAnswer *
pick (const PnyxOracle *oracle, gint64 number, PnyxBlockId block, PnyxOracleReader reader)
{
  guint32 at = number == 0 ? PNYX_NONE : (guint32)(number - 1);
  guint32 height;

  if (reader == PNYX_READ_FINALIZED && at != PNYX_NONE)
    {
      PnyxBlockTree *blocks = oracle->chain->blocks;

      height = pnyx_block_tree_get (blocks, pnyx_chain_final (oracle->chain, block))->height;
      while (at != PNYX_NONE
             && pnyx_block_tree_get (blocks, oracle->answers->list[at].block)->height > height)
        at = oracle->answers->list[at].previous;
    }
  return at == PNYX_NONE ? NULL : &oracle->answers->list[at];
}

const PnyxAnswer *
pnyx_oracle_answer (const PnyxOracle *oracle, PnyxBlockId block, PnyxOracleReader reader)
{
  pnyx_machine_view (oracle->machine, block);
  return pick (oracle, pnyx_machine_get (oracle->machine, oracle->newest), block, reader);
}

const PnyxAnswer *
pnyx_oracle_read (const PnyxOracle *oracle, PnyxFrame *frame, PnyxOracleReader reader)
{
  gint64 number = pnyx_frame_get (frame, oracle->newest);
  const PnyxAnswer *answer = pick (oracle, number, pnyx_frame_block (frame), reader);
  PnyxReadings *readings = oracle->readings;
  PnyxReading reading = { .block = pnyx_frame_block (frame),
                          .transaction = pnyx_frame_transaction (frame),
                          .reader = reader };

  if (answer == NULL || reading.transaction == PNYX_NONE) /* a trial leaves nothing */
    return answer;
  reading.answer = (guint32)(answer - oracle->answers->list);
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), readings->list, readings->n,
                      readings->capacity);
  readings->list[readings->n++] = reading;
  return answer;
}

PnyxTime
pnyx_oracle_due (const PnyxOracle *oracle, const PnyxAnswer *last, const PnyxAnswer *next)
{
  if (last == NULL || oracle->ops->due == NULL)
    return next->begun;
  return MIN (oracle->ops->due (oracle, last, next), next->observed);
}

void
pnyx_oracle_publish (const PnyxOracle *oracle, PnyxFrame *frame, const PnyxAnswer *answer)
{
  PnyxAnswers *answers = oracle->answers;
  PnyxAnswer copy = *answer;
  gint64 number = pnyx_frame_get (frame, oracle->newest);

  copy.block = pnyx_frame_block (frame);
  copy.updated = pnyx_frame_time (frame);
  copy.transaction = pnyx_frame_transaction (frame);
  copy.previous = number == 0 ? PNYX_NONE : (guint32)(number - 1);
  pnyx_arena_reserve (pnyx_world_arena (oracle->world), answers->list, answers->n,
                      answers->capacity);
  answers->list[answers->n++] = copy;
  pnyx_frame_set (frame, oracle->newest, answers->n);
  pnyx_frame_record (frame, PNYX_RECORD_ANSWERED, copy.value, (gint64)copy.round, copy.observed, 0);
}

/* ---- For mechanisms ---- */

gboolean
pnyx_oracle_online (const PnyxOracle *oracle, guint32 reporter)
{
  return pnyx_network_online (oracle->network, oracle->reporters[reporter].node);
}

PnyxBlockId
pnyx_oracle_head (const PnyxOracle *oracle, guint32 reporter)
{
  return oracle->chain->head[oracle->reporters[reporter].node];
}

PnyxAmount
pnyx_oracle_staked (const PnyxOracle *oracle, guint32 reporter, PnyxBlockId block)
{
  pnyx_machine_view (oracle->machine, block);
  return oracle->ops->staked != NULL ? oracle->ops->staked (oracle, oracle->machine, reporter) : 0;
}

gboolean
pnyx_oracle_attacks (const PnyxOracle *oracle, guint32 number, guint64 round)
{
  const PnyxReporter *reporter = &oracle->reporters[number];

  return reporter->ops->colludes
         && reporter->ops->attacks (oracle, reporter, round, pnyx_world_now (oracle->world));
}

gdouble
pnyx_oracle_coalition (const PnyxOracle *oracle, guint64 round,
                       PnyxCell (*stake) (const PnyxOracle *oracle, guint32 reporter))
{
  gdouble own = 0, all = 0;

  for (guint32 i = 0; i < oracle->n_reporters; i++)
    {
      gdouble staked = (gdouble)pnyx_machine_get (oracle->machine, stake (oracle, i));

      all += staked;
      own += pnyx_oracle_attacks (oracle, i, round) ? staked : 0;
    }
  return all > 0 ? own / all : 0;
}

/* What it honestly has: a price with its model's error, or a class, mistaken with a chance of the
 * model's standard deviation. */
static void
see (PnyxOracle *oracle, guint32 number, PnyxTime now, PnyxTime key, PnyxSaying *saying)
{
  PnyxErrorDraw draw;
  gdouble seen;

  pnyx_error_model_draw (oracle->errors, number, key, &draw);
  saying->confidence = draw.confidence;
  if (oracle->prices)
    {
      seen = pnyx_feed_source (oracle->feed, oracle->reporters[number].venues, now);
      saying->value = isnan (seen) ? (gdouble)NAN : log (seen) + draw.error;
      return;
    }
  seen = pnyx_feed_truth (oracle->feed, now);
  saying->value
      = fabs (draw.error) < 0.5 ? seen : fmod (seen + 1, pnyx_feed_classes (oracle->feed));
}

/* Reporter @number looks at the feed as it was at @time. */
static gboolean
look (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time, PnyxTime key,
      gboolean votes, PnyxObservation *observation)
{
  const PnyxReporter *reporter = &oracle->reporters[number];
  PnyxTime now = pnyx_world_now (oracle->world);
  PnyxSaying saying = { .round = round, .time = time };
  gdouble latency = pnyx_distribution_sample (reporter->latency, &oracle->latency, number, round);

  see (oracle, number, time, key, &saying);
  if (votes || reporter->ops != &pnyx_reporter_bribed)
    reporter->ops->say (oracle, reporter, &saying);
  *observation = (PnyxObservation){
    .report = { .reporter = number,
                .value = saying.value,
                .confidence = saying.confidence,
                .observed = time },
    .ready = now + MAX (pnyx_time_from_seconds (MAX (latency, 0)), 1),
    .altered = saying.altered,
  };
  return !isnan (saying.value);
}

gboolean
pnyx_oracle_observe (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime key,
                     PnyxObservation *observation)
{
  return look (oracle, number, round, pnyx_world_now (oracle->world), key, TRUE, observation);
}

gboolean
pnyx_oracle_recall (PnyxOracle *oracle, guint32 number, guint64 round, PnyxTime time,
                    gboolean votes, PnyxObservation *observation)
{
  PNYX_REQUIRE (time <= pnyx_world_now (oracle->world));
  return look (oracle, number, round, time, time, votes, observation);
}

static guint32
new_message (PnyxOracle *oracle, guint32 from, guint32 kind, guint32 payload)
{
  guint32 slot = oracle->free;

  if (slot != PNYX_NONE)
    oracle->free = oracle->messages[slot].next;
  else
    {
      pnyx_arena_reserve (pnyx_world_arena (oracle->world), oracle->messages, oracle->n_slots,
                          oracle->slots_capacity);
      slot = oracle->n_slots++;
    }
  oracle->messages[slot] = (struct PnyxOracleMessage){ from, kind, payload, PNYX_NONE };
  return slot;
}

void
pnyx_oracle_send (PnyxOracle *oracle, guint32 from, guint32 to, guint32 kind, guint32 payload)
{
  PnyxNodeId source = oracle->reporters[from].node, target = oracle->reporters[to].node;
  PnyxTime now = pnyx_world_now (oracle->world);
  guint64 id = pnyx_hash_mix (oracle->index + 1, oracle->n_messages++);
  PnyxTime delay = 1;
  guint32 slot;

  if (!pnyx_oracle_online (oracle, from)
      || !pnyx_network_reachable (oracle->network, source, target))
    return;
  if (source != target)
    delay = MAX (pnyx_network_path_delay (oracle->network, source, target, id), 1);
  slot = new_message (oracle, from, kind, payload);
  pnyx_world_schedule (oracle->world, now + delay, PNYX_PHASE_DELIVERY, oracle->message_type, to,
                       from, slot, 0, id);
}

void
pnyx_oracle_set_timer (PnyxOracle *oracle, guint32 reporter, PnyxTime time, guint32 kind,
                       guint32 payload)
{
  PnyxTime now = pnyx_world_now (oracle->world);

  pnyx_world_schedule (oracle->world, MAX (time, now + 1), PNYX_PHASE_TIMER, oracle->timer_type,
                       reporter, kind, payload, 0, pnyx_hash_mix (kind, payload));
}

void
pnyx_oracle_infer (PnyxOracle *oracle, guint32 number, guint32 kind, guint32 payload)
{
  const PnyxReporter *reporter = &oracle->reporters[number];
  const PnyxInferenceParams *params = reporter->params;
  gdouble seconds;

  PNYX_REQUIRE (reporter->ops->infers);
  oracle->n_inferences++;
  oracle->inference_cost += params->cost;
  seconds
      = pnyx_distribution_sample (params->time, &oracle->inference, number, oracle->n_inferences);
  pnyx_network_work (
      oracle->network, reporter->node, oracle->job, new_message (oracle, number, kind, payload),
      pnyx_time_from_seconds (MAX (seconds, 0)), PNYX_PRIORITY_TRANSACTION, PNYX_WORK_INFERENCE);
}

guint32
pnyx_oracle_submit (PnyxOracle *oracle, guint32 number, guint32 method, const gint64 *arguments,
                    guint n, guint32 extra, guint64 gas)
{
  const PnyxReporter *reporter = &oracle->reporters[number];
  PnyxCall call = { .contract = oracle->contract, .method = method };
  PnyxOrder order = { .node = reporter->node, .account = reporter->account, .extra = extra };

  PNYX_REQUIRE (n <= PNYX_ARGUMENTS_MAX);
  if (n > 0)
    memcpy (call.arguments, arguments, sizeof *arguments * n);
  pnyx_machine_view (oracle->machine, pnyx_oracle_head (oracle, number));
  order.gas_price = pnyx_machine_gas_price (oracle->machine);
  order.gas_limit = pnyx_machine_intrinsic (oracle->machine, &call, extra) + gas;
  return pnyx_machine_submit (oracle->machine, &order, &call);
}
