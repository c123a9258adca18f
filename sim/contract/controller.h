/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CONTRACT_CONTROLLER_H
#define PNYX_CONTRACT_CONTROLLER_H

#include "contract/controller_policy.h"
#include "contract/lending.h"
#include "protocol/protocol.h"

/*
 * Who governs a lending contract's terms while the world runs. At fixed intervals it looks at the
 * contract's price on the head of its node, estimates volatility from the returns that it has seen,
 * decides on a loan to value and sends it as a transaction, which takes effect once it is executed.
 * The liquidation threshold follows at a fixed distance, so that tighter terms in a fall liquidate
 * loans that were sound before: the margin spiral.
 */

/** PnyxControllerKind: how it decides. */
typedef enum
{
  PNYX_CONTROLLER_RULE,     /* ltv0 - k (sigma - sigma0), clipped */
  PNYX_CONTROLLER_FORECAST, /* the same with a learned forecast of sigma */
  PNYX_CONTROLLER_POLICY,   /* a table of actions by volatility and utilisation */
} PnyxControllerKind;

/** PnyxForecast: a learner's forecast of volatility. */
typedef struct
{
  /* @returns: (array length=n): logarithmic, one each interval, oldest first; called once for each.
   * Returns: standard deviation of the next returns, not annualised; NaN: it cannot tell yet, and
   * nothing is decided. */
  gdouble (*sigma) (gpointer self, const gdouble *returns, guint n);
  gpointer self; /* borrowed */
} PnyxForecast;

#define PNYX_CONTROLLER_WINDOW_MAX 512

/** PnyxControllerSetup: loan to value as a share, volatility per square root of a year. */
typedef struct
{
  PnyxControllerKind kind;
  PnyxTime interval;    /* between decisions */
  guint window;         /* returns that are looked at, 2 to PNYX_CONTROLLER_WINDOW_MAX; before there
                           are as many, nothing is decided */
  gdouble ltv0, sigma0; /* loan to value at this volatility */
  gdouble k;            /* by how much it falls with volatility */
  gdouble ltv_min, ltv_max;
  gdouble distance;   /* of the threshold above; at least 0 */
  gdouble step_least; /* smaller changes are not sent */
  gdouble premium;    /* added to the base rate for each 1 of volatility above sigma0 */
  PnyxForecast forecast;
  const PnyxPolicy *policy; /* borrowed */
  PnyxAccount account;      /* that governs; must have money for gas */
  PnyxNodeId node;
  guint64 gas_limit;
} PnyxControllerSetup;

/**
 * pnyx_controller_check: Returns: FALSE with @error, one clear line with @place: no training
 * window, a policy that is missing or whose actions do not fit.
 */
gboolean pnyx_controller_check (const PnyxControllerSetup *setup, const PnyxPlace *place,
                                GError **error);

typedef struct _PnyxController PnyxController;

/** PnyxPolicyTraining: how a policy learns while a controller decides by it. */
typedef struct
{
  PnyxPolicy *policy; /* borrowed; is changed */
  gdouble epsilon;    /* probability of any action rather than the best */
  gdouble rate;       /* of learning, in (0, 1] */
  gdouble discount;   /* of what comes later, in [0, 1) */
  gdouble reward;     /* (out): summed up over decisions */
  guint64 decisions;  /* (out) */
} PnyxPolicyTraining;

/** pnyx_controller_new: @setup: checked. Acts from now on. Returns: (transfer none): in the world's
 * arena. */
PnyxController *pnyx_controller_new (PnyxChain *chain, const PnyxLending *lending,
                                     const PnyxControllerSetup *setup);

/**
 * pnyx_controller_train: from now on it decides by @training's policy, whatever its kind was, and
 * the policy learns. A decision's reward, once the next is due: what depositors and the reserve
 * have earned since, less what loans have come to owe above their collateral's price on chain, in
 * hundredths of a per cent of deposits.
 * @training: borrowed; must live as long as the world
 */
void pnyx_controller_train (PnyxController *controller, PnyxPolicyTraining *training);

/** pnyx_controller_ltv: what the rule gives: clip (ltv0 - k (sigma - sigma0), ltv_min, ltv_max). */
gdouble pnyx_controller_ltv (const PnyxControllerSetup *setup, gdouble sigma);

/** pnyx_controller_sigma: Returns: volatility per square root of a year of @n returns, one each
 * @interval, around a mean of 0. */
gdouble pnyx_controller_sigma (const gdouble *returns, guint n, PnyxTime interval);

/** PnyxControllerSeen: what has come of it so far. */
typedef struct
{
  guint64 decisions, sent;
  gdouble mean_ltv;       /* over decisions; NaN without any */
  gdouble procyclicality; /* correlation of changes of loan to value with returns of the price, over
                             decisions; NaN where one of them does not vary */
} PnyxControllerSeen;
PnyxControllerSeen pnyx_controller_seen (const PnyxController *controller);

#endif
