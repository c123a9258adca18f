/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The partially synchronous model (Dwork, Lynch & Stockmeyer, JACM 35(2), 1988; GST form): a
 * message sent at t is handled at a time of the adversary's choice in (t, max(t, GST) + delta], the
 * bound inclusive; never lost, in any order. Nodes read neither GST nor delta. With `relay` the
 * first honest node that gets an item from a corrupt one passes it on to everybody.
 */
#include "net/delay.h"

typedef struct
{
  PnyxTime delta;
  PnyxTime gst;
  gint policy;
  gdouble targeted;
  gboolean relay;
} BoundedParams;

typedef struct
{
  const BoundedParams *params; /* borrowed from the scenario */
  PnyxRng targets;
} Bounded;

enum
{
  POLICY_MAX,
  POLICY_MIN,
  POLICY_UNIFORM,
  POLICY_TARGETED,
};

static const gchar *const policies[] = { "max", "min", "uniform", "targeted", NULL };

static const PnyxParam bounded_params[] = {
  { .name = "delta",
    .type = PNYX_PARAM_TIME,
    .fallback = "1 s",
    .min = "1 ns",
    .max = "1 d",
    .offset = offsetof (BoundedParams, delta),
    .meaning = "Bound on the delay after GST." },
  { .name = "gst",
    .type = PNYX_PARAM_TIME,
    .fallback = "0 s",
    .min = "0 s",
    .max = "10 a",
    .offset = offsetof (BoundedParams, gst),
    .meaning = "Global stabilisation time: what was sent before arrives until GST + delta." },
  { .name = "policy",
    .type = PNYX_PARAM_ENUM,
    .choices = policies,
    .fallback = "max",
    .offset = offsetof (BoundedParams, policy),
    .meaning
    = "The adversary's choice: as late as allowed, at once, uniformly between, or late for "
      "some nodes and at once for the others." },
  { .name = "targeted",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.5",
    .min = "0",
    .max = "1",
    .offset = offsetof (BoundedParams, targeted),
    .meaning = "Share of the nodes that policy targeted makes wait." },
  { .name = "relay",
    .type = PNYX_PARAM_BOOL,
    .fallback = "false",
    .offset = offsetof (BoundedParams, relay),
    .meaning = "Once one honest node has an item all have it by max (then, GST) + delta, whomever "
               "its maker left out." },
};

static void
bounded_init (gpointer self, gconstpointer params, PnyxWorld *world)
{
  Bounded *state = self;

  state->params = params;
  pnyx_world_rng (world, &state->targets, "net.delay.bounded", "targets");
}

static PnyxTime
bounded_bound (const void *self, PnyxTime sent)
{
  const BoundedParams *p = ((const Bounded *)self)->params;

  return MAX (sent, p->gst) + p->delta;
}

static PnyxTime
bounded_delay (const void *self, const PnyxFlight *flight)
{
  const Bounded *state = self;
  const BoundedParams *p = state->params;
  PnyxTime longest = bounded_bound (state, flight->sent) - flight->sent;

  switch (p->policy)
    {
    case POLICY_MAX:
      return longest;
    case POLICY_MIN:
      return 1;
    case POLICY_UNIFORM:
      return 1 + (PnyxTime)(((pnyx_uint128)flight->word * (guint64)longest) >> 32);
    default:
      return pnyx_rng_uniform (&state->targets, flight->to, 0) < p->targeted ? longest : 1;
    }
}

static gboolean
bounded_relays (const void *self)
{
  return ((const Bounded *)self)->params->relay;
}

const PnyxDelayOps pnyx_delay_bounded = {
  .component
  = { .name = "bounded",
      .summary = "Any delay up to a bound that holds from an unknown time on, chosen by an "
                 "adversary.",
      .source = "Dwork, Lynch & Stockmeyer, JACM 35(2), 1988, section 1",
      .limits = "End to end: bandwidth, cores and loss beside it are refused.",
      .params = bounded_params,
      .n_params = G_N_ELEMENTS (bounded_params),
      .params_size = sizeof (BoundedParams) },
  .state_size = sizeof (Bounded),
  .init = bounded_init,
  .delay = bounded_delay,
  .bound = bounded_bound,
  .relays = bounded_relays,
};
