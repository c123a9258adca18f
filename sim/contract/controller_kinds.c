/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of controllers as a scenario names them: each fills in a PnyxControllerSetup. */
#include <math.h>

#include "contract/contract.h"
#include "contract/forecaster.h"

#define STEP_LEAST 0.005 /* of loan to value: smaller changes are not worth a transaction */

typedef struct
{
  PnyxTime interval;
  guint64 window;
  gdouble ltv_min, ltv_max;
  gdouble distance;
  gdouble premium;
  gdouble cash;
} ControllerParams;

static const PnyxParam controller_params[] = {
  { .name = "interval",
    .type = PNYX_PARAM_TIME,
    .fallback = "10 min",
    .min = "1 s",
    .max = "30 d",
    .offset = offsetof (ControllerParams, interval),
    .meaning = "Time between its decisions, and between the prices that it notes.",
    .source = "our choice" },
  { .name = "window",
    .type = PNYX_PARAM_COUNT,
    .fallback = "24",
    .min = "2",
    .max = "512",
    .offset = offsetof (ControllerParams, window),
    .meaning = "Returns of the price that it reckons volatility from; before there are as many it "
               "decides nothing." },
  { .name = "ltv-min",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.4",
    .min = "0",
    .max = "1",
    .offset = offsetof (ControllerParams, ltv_min),
    .meaning = "Loan to value that it sets at least." },
  { .name = "ltv-max",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "1",
    .offset = offsetof (ControllerParams, ltv_max),
    .meaning = "And at most." },
  { .name = "distance",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.05",
    .min = "0",
    .max = "1",
    .offset = offsetof (ControllerParams, distance),
    .meaning = "By how much the threshold is above the loan to value: tighter terms reach loans "
               "that are there." },
  { .name = "premium",
    .type = PNYX_PARAM_REAL,
    .fallback = "0",
    .min = "0",
    .max = "100",
    .offset = offsetof (ControllerParams, premium),
    .meaning = "Interest added in a year for each 1 of volatility above what the rule begins "
               "with." },
  { .name = "cash",
    .type = PNYX_PARAM_REAL,
    .unit = PNYX_UNIT_MONEY,
    .fallback = "1000000 $",
    .min = "0 $",
    .max = "1000000000 $",
    .offset = offsetof (ControllerParams, cash),
    .meaning = "Money for gas that it begins with.",
    .source = "our choice" },
};

static const PnyxComponent none = {
  .name = "none",
  .summary = "Nobody: the terms stay as they were in the beginning.",
  .source = "The contract's own terms",
};

/* Shared by the rule and the forecast: they differ in where volatility comes from. */
typedef struct
{
  gdouble ltv0, sigma0, k;
  PnyxTime training; /* of the forecast, */
  gint learner;      /* and what learns */
} RuleParams;

/* In the order of PnyxLearnerKind. */
static const gchar *const learners[] = { "boosted", "logistic", NULL };

/* The rule takes the first three. */
static const PnyxParam rule_params[] = {
  { .name = "ltv0",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.75",
    .min = "0",
    .max = "1",
    .offset = offsetof (RuleParams, ltv0),
    .meaning = "Loan to value at the volatility volatility0." },
  { .name = "volatility0",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.8",
    .min = "0",
    .max = "100",
    .offset = offsetof (RuleParams, sigma0),
    .meaning = "Volatility per square root of a year at which it sets ltv0." },
  { .name = "slope",
    .type = PNYX_PARAM_REAL,
    .fallback = "0.1",
    .min = "0",
    .max = "100",
    .offset = offsetof (RuleParams, k),
    .meaning = "By how much loan to value falls for each 1 of volatility." },
  { .name = "training",
    .type = PNYX_PARAM_TIME,
    .fallback = "",
    .flags = PNYX_PARAM_POSITIVE,
    .offset = offsetof (RuleParams, training),
    .meaning
    = "How long from genesis on it notes the price before it learns from that, once; until "
      "then it decides nothing. It has to be given." },
  { .name = "learner",
    .type = PNYX_PARAM_ENUM,
    .choices = learners,
    .fallback = "logistic",
    .offset = offsetof (RuleParams, learner),
    .meaning
    = "What learns: trees by gradient boosting, where they are built in, or a model linear "
      "in the same features (ridge regression)." },
};

typedef struct
{
  const gchar *policy;
} PolicyParams;

static const PnyxParam policy_params[] = {
  { .name = "policy",
    .type = PNYX_PARAM_FILE,
    .fallback = "",
    .offset = offsetof (PolicyParams, policy),
    .meaning = "File of its values, as pnyx train writes it. It has to be given." },
};

static const PnyxComponent rule = {
  .name = "rule",
  .summary = "Loan to value falls with volatility: ltv0 - slope (volatility - volatility0), "
             "clipped; volatility is that of the prices seen in its window.",
  .source = "Own; the procyclical margins that it stands for: M. K. Brunnermeier, "
            "L. H. Pedersen, \"Market Liquidity and Funding Liquidity\", Review of Financial "
            "Studies 22 (2009)",
  .params = rule_params,
  .n_params = 3,
  .params_size = sizeof (RuleParams),
};

static const PnyxComponent forecast = {
  .name = "forecast",
  .summary = "The same rule by a forecast of volatility that is learned inside the run.",
  .source = "T. Chen, C. Guestrin, \"XGBoost: A Scalable Tree Boosting System\", KDD 2016; the "
            "rule and the features are our own",
  .limits = "It learns once, from the beginning of the run: a change of regime later is unknown to "
            "it. 60 trees of depth 3; a machine of 1e9 operations/s, 1e-8 J each.",
  .params = rule_params,
  .n_params = G_N_ELEMENTS (rule_params),
  .params_size = sizeof (RuleParams),
};

static const PnyxComponent policy = {
  .name = "policy",
  .summary = "A table of actions by classes of volatility and utilisation, learned before.",
  .source = "C. J. C. H. Watkins, P. Dayan, \"Q-learning\", Machine Learning 8 (1992)",
  .params = policy_params,
  .n_params = G_N_ELEMENTS (policy_params),
  .params_size = sizeof (PolicyParams),
};

static const PnyxComponent *const controllers[] = { &none, &rule, &forecast, &policy };

static const PnyxComponent *
controller_get (gsize i)
{
  return i < G_N_ELEMENTS (controllers) ? controllers[i] : NULL;
}

const PnyxKind pnyx_controller_kind = {
  .name = "controller",
  .meaning = "Who adjusts the terms of loans.",
  .get = controller_get,
};

gboolean
pnyx_controller_governs (const PnyxSection *section)
{
  return section->component != &none;
}

PnyxAmount
pnyx_controller_cash (const PnyxSection *section)
{
  return pnyx_contract_amount (((const ControllerParams *)section->params)->cash);
}

void
pnyx_controller_range (const PnyxSection *section, gdouble *low, gdouble *high)
{
  const ControllerParams *params = section->params;

  *low = params->ltv_min;
  *high = params->ltv_max;
}

/* All but its account, and the policy itself. */
static void
fill_setup (const PnyxSection *section, PnyxControllerSetup *setup)
{
  const ControllerParams *params = section->params;

  *setup = (PnyxControllerSetup){ .interval = params->interval,
                                  .window = (guint)params->window,
                                  .ltv_min = params->ltv_min,
                                  .ltv_max = params->ltv_max,
                                  .distance = params->distance,
                                  .step_least = STEP_LEAST,
                                  .premium = params->premium,
                                  .gas_limit = 500000 };
  if (section->component == &policy)
    setup->kind = PNYX_CONTROLLER_POLICY;
  else
    {
      const RuleParams *own = section->component_params;

      setup->kind
          = section->component == &forecast ? PNYX_CONTROLLER_FORECAST : PNYX_CONTROLLER_RULE;
      setup->ltv0 = own->ltv0;
      setup->sigma0 = own->sigma0;
      setup->k = own->k;
    }
}

static gboolean
controller_check (const PnyxSection *section, GError **error)
{
  PnyxControllerSetup setup;
  PnyxPolicy table;

  if (!pnyx_controller_governs (section))
    return TRUE;
  fill_setup (section, &setup);
  if (setup.kind == PNYX_CONTROLLER_FORECAST)
    {
      const RuleParams *own = section->component_params;
      PnyxPlace place = pnyx_section_place_of (section, "learner");

      if (!pnyx_learner_require ((PnyxLearnerKind)own->learner, &place, error))
        return FALSE;
      if (own->training != PNYX_TIME_UNSET)
        setup.forecast.sigma = pnyx_forecaster_sigma;
    }
  if (setup.kind == PNYX_CONTROLLER_POLICY)
    {
      const PolicyParams *params = section->component_params;

      if (params->policy != NULL)
        {
          if (!pnyx_policy_read (params->policy, &table, error))
            return FALSE;
          setup.policy = &table;
        }
    }
  return pnyx_controller_check (&setup, &section->place, error);
}

const PnyxElement pnyx_element_controller = {
  .name = "controller",
  .meaning = "Who adjusts the terms of loans while the world runs.",
  .params = controller_params,
  .n_params = G_N_ELEMENTS (controller_params),
  .params_size = sizeof (ControllerParams),
  .kind = &pnyx_controller_kind,
  .default_kind = "none",
  .check = controller_check,
};

gboolean
pnyx_contract_add_controller (PnyxContract *contract, const PnyxSection *section, GError **error)
{
  PnyxControllerSetup setup;

  fill_setup (section, &setup);
  setup.account = contract->lending->setup.governor;
  if (setup.kind == PNYX_CONTROLLER_POLICY)
    {
      const PolicyParams *params = section->component_params;
      PnyxPolicy *table
          = pnyx_arena_array (pnyx_world_arena (contract->chain->world), PnyxPolicy, 1);

      if (!pnyx_policy_read (params->policy, table, error))
        return FALSE;
      setup.policy = table;
    }
  if (setup.kind == PNYX_CONTROLLER_FORECAST)
    {
      const RuleParams *own = section->component_params;
      PnyxForecasterSetup how = { .training = own->training,
                                  .learner = (PnyxLearnerKind)own->learner,
                                  .horizon = MAX (1, setup.window / 4) };

      contract->forecaster = pnyx_forecaster_new (contract->chain->world, &how);
      setup.forecast = (PnyxForecast){ pnyx_forecaster_sigma, contract->forecaster };
    }
  contract->controller = pnyx_controller_new (contract->chain, contract->lending, &setup);
  return TRUE;
}
