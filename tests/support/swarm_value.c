/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/swarm_value.h"

#include <math.h>
#include <string.h>

#include "engine/distribution.h"
#include "support/swarm_files.h"

/* Values that decide how much a world costs: drawn between these, always. */
typedef struct
{
  const gchar *table, *name;
  gdouble low, high; /* SI units; high < low: the parameter is left at its default */
  gdouble often;     /* 0: none; what it is in two of three worlds */
} Size;

static const Size sizes[] = {
  { "network", "nodes", 9, 24, 0 }, /* more than the degree that is the default */
  { "network", "operators", 1, 24, 0 },
  { "network", "request-timeout", 2, 60, 0 },
  { "topology", "degree", 2, 8, 0 },
  { "random-regular", "degree", 3, 6, 0 },
  { "watts-strogatz", "degree", 2, 6, 0 },
  { "barabasi-albert", "edges", 2, 4, 0 },
  { "validators", "count", 16, 128, 0 },
  { "validators", "operators", 1, 40, 0 },
  { "validators", "stake-total", 1024, 8192, 0 },
  { "gasper", "slot", 4, 12, 10 }, /* deadlines of whole milliseconds: naive store */
  { "gasper", "slots-per-epoch", 2, 8, 0 },
  { "votes", "committee-size", 2, 40, 0 },
  { "votes", "shuffle-rounds", 1, 90, 0 },
  { "nakamoto", "interval", 12, 60, 0 },
  { "nakamoto", "miners", 1, 6, 0 },
  { "nakamoto", "confirmations", 1, 12, 0 },
  { "clique", "signers", 1, 6, 0 }, /* one on each node */
  { "clique", "period", 5, 30, 0 },
  { "clique", "wiggle", 0, 5, 0.5 },
  { "clique", "confirmations", 1, 12, 0 },
  { "workload", "interval", 1, 20, 0 },
  { "run", "memory-max", 1, 0, 0 },
  { "reporters", "count", 3, 16, 0 },
  { "ocr-median", "round", 2, 60, 0 },
  { "ocr-median", "heartbeat", 30, 900, 0 },
  { "pyth", "interval", 5, 60, 0 },
  { "commit-reveal", "interval", 120, 400, 0 },
  { "commit-reveal", "commit", 15, 60, 0 },
  { "commit-reveal", "reveal", 15, 60, 0 },
  { "uma", "interval", 120, 600, 0 },
  { "uma", "liveness", 30, 200, 0 },
  { "uma", "vote", 30, 200, 0 },
  { "kleros", "interval", 200, 700, 0 },
  { "kleros", "vote", 30, 150, 0 },
  { "kleros", "appeal", 30, 150, 0 },
  { "twap", "interval", 10, 60, 0 },
  { "twap", "window", 30, 400, 0 },
  { "categorical", "interval", 60, 600, 0 },
  { "feed", "step", 1, 10, 0 },
  { "replay", "gap-max", 60, 600, 0 }, /* rows are nearer than that: swarm_files.c */
  { "venue", "noise-step", 1, 10, 0 },
  { "borrowers", "count", 10, 100, 0 },
  { "borrowers", "open-every", 10, 300, 0 },
  { "controller", "interval", 30, 300, 0 },
  { "controller", "window", 2, 12, 0 },
  { "attack", "at", 60, 900, 0 },
  { "attack", "settle", 60, 900, 0 },
  { "shock", "at", 30, 900, 0 },
  { "shock", "change", -0.5, 0.5, 0 },
  { "shock", "over", 0, 600, 0 },
  { "retrain", "every", 60, 900, 0 },
  { "forecast", "training", 30, 300, 0 },
  { "boosted", "train-at", 60, 600, 0 },
  { "boosted", "past-interval", 0.1, 2, 0 },
  { "logistic", "train-at", 60, 600, 0 },
  { "logistic", "past-interval", 0.1, 2, 0 },
  { "boosted", "embargo", 32, 64, 0 }, /* of the window and more */
  { "logistic", "embargo", 32, 64, 0 },
  { "adversary", "share", 0.01, 0.32, 0 },
  { "run", "events-max", 1, 0, 0 },
  { "run", "duration", 1, 0, 0 },
  { "run", "warmup", 1, 0, 0 },
  { "run", "replicates", 1, 0, 0 },
  { "scenario", "name", 1, 0, 0 },
};

/* Left out in the tables, and needed all the same. */
static const struct
{
  const gchar *table, *name;
} needed[] = { { "forecast", "training" }, { "late", "delay" }, { "policy", "policy" } };

/* What takes some words of a list that no table holds, and the words. */
static const struct
{
  const gchar *table, *name, *words;
} lists[] = {
  { "boosted", "train-families", "constant-bias,drift,spike" },
  { "boosted", "validation-families", "precise-bias,stuck" },
  { "boosted", "test-families", "camouflage,copy,noise-burst" },
  { "logistic", "train-families", "constant-bias,drift,spike" },
  { "logistic", "validation-families", "precise-bias,stuck" },
  { "logistic", "test-families", "camouflage,copy,noise-burst" },
};

/* What takes a file, and what it holds. */
static const struct
{
  const gchar *table, *name;
  SwarmFile file;
} files[] = {
  { "edge-list", "file", SWARM_FILE_EDGES },  { "validators", "file", SWARM_FILE_STAKES },
  { "replay", "file", SWARM_FILE_PRICES },    { "policy", "policy", SWARM_FILE_POLICY },
  { "energy", "profile", SWARM_FILE_ENERGY },
};
static const PnyxPlace nowhere = { NULL, 0 };

gboolean
swarm_chance (SwarmDraw *draw, gdouble p)
{
  return g_rand_double (draw->random) < p;
}

guint
swarm_below (SwarmDraw *draw, guint n)
{
  return (guint)g_rand_int_range (draw->random, 0, (gint)n);
}

gdouble
swarm_between (SwarmDraw *draw, gdouble low, gdouble high)
{
  return high > low ? g_rand_double_range (draw->random, low, high) : low;
}

static gboolean
is_needed (const gchar *table, const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (g_str_equal (needed[i].table, table) && g_str_equal (needed[i].name, name))
      return TRUE;
  return FALSE;
}

static const Size *
size_of (const gchar *table, const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (g_str_equal (sizes[i].table, table) && g_str_equal (sizes[i].name, name))
      return &sizes[i];
  return NULL;
}

/* The number as a text of this parameter, with few digits and its unit. */
static gchar *
text_of (const PnyxParam *param, gdouble number)
{
  PnyxParam plain = *param;

  gdouble digits = number == 0 ? 1 : pow (10, 2 - floor (log10 (fabs (number))));

  if (param->type == PNYX_PARAM_DISTRIBUTION)
    plain.type = PNYX_PARAM_REAL;
  number
      = round (number * digits) / digits; /* short to read; a range is left by rounding at worst */
  return pnyx_param_from_number (&plain, number, param->fallback ? param->fallback : "1");
}

gdouble
swarm_number_of (const PnyxParam *param, const gchar *text, gdouble otherwise)
{
  gdouble number;

  if (text == NULL || *text == '\0' || !pnyx_param_number (param, text, &number))
    return otherwise;
  return number;
}

/* What is usual for the parameter: its default, or what such things are of the size of. */
static gdouble
usual (const PnyxParam *param)
{
  gdouble limit = swarm_number_of (param, param->max, HUGE_VAL);
  gdouble otherwise = param->type == PNYX_PARAM_TIME ? 30 : limit <= 1 ? limit / 2 : 8;
  gdouble number = NAN;

  if (param->type == PNYX_PARAM_DISTRIBUTION && param->fallback != NULL && *param->fallback != 0)
    {
      g_autoptr (GError) error = NULL;
      const PnyxDistribution *distribution = NULL;
      PnyxParam alone = *param;

      alone.offset = 0;
      if (pnyx_param_parse (&alone, param->fallback, &nowhere, &distribution, &error))
        number = pnyx_distribution_mean (distribution);
      pnyx_params_clear (&alone, 1, &distribution);
    }
  else
    number = swarm_number_of (param, param->fallback, NAN);
  return isfinite (number) && number != 0 ? number : MIN (otherwise, limit);
}

/* A number within the range: near what is usual, anywhere where the range is bounded, or at an end
 * of it. */
static gdouble
number_for (SwarmDraw *draw, const PnyxParam *param, const gchar *table)
{
  const Size *size = size_of (table, param->name);
  gdouble low = swarm_number_of (param, param->min, -HUGE_VAL);
  gdouble high = swarm_number_of (param, param->max, HUGE_VAL);
  gdouble number;

  if (size != NULL && size->often > 0 && swarm_chance (draw, 0.66))
    return size->often;
  if (size != NULL)
    return swarm_between (draw, MAX (size->low, low), MIN (size->high, high));
  if (high - low <= 2)
    number = swarm_chance (draw, 0.1)   ? low
             : swarm_chance (draw, 0.1) ? high
                                        : swarm_between (draw, low, high);
  else if (isfinite (low) && swarm_chance (draw, 0.08))
    number = low;
  else
    number = usual (param) * exp2 (swarm_between (draw, -2, 2));
  return CLAMP (number, low, high);
}

static gchar *
distribution_for (SwarmDraw *draw, const PnyxParam *param, const gchar *table)
{
  gdouble middle = number_for (draw, param, table);
  g_autofree gchar *a = text_of (param, middle * swarm_between (draw, 0.2, 1));
  g_autofree gchar *b = text_of (param, middle * swarm_between (draw, 1, 2));
  gboolean bounded = param->min != NULL && swarm_number_of (param, param->min, 0) > 0;

  switch (swarm_below (draw, bounded ? 3 : 6))
    {
    case 0:
      return g_strdup (b);
    case 1:
    case 2:
      return middle >= 0 ? g_strdup_printf ("uniform(%s, %s)", a, b) : g_strdup (b);
    case 3:
      return g_strdup_printf ("exponential(%s)", b);
    case 4:
      return g_strdup_printf ("lognormal(%s, 0.%u)", b, 1 + swarm_below (draw, 9));
    default:
      return g_strdup_printf ("mixture(0.3: %s, 0.7: exponential(%s))", a, b);
    }
}

gchar *
swarm_span (SwarmDraw *draw)
{
  if (!draw->gasper || swarm_chance (draw, 0.2))
    return g_strdup_printf ("%u s", 1 + swarm_below (draw, 400));
  if (swarm_chance (draw, 0.3))
    return g_strdup_printf ("%u epoch", swarm_below (draw, 6));
  return g_strdup_printf ("%u slot", swarm_below (draw, 40));
}

static gint
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static gchar *
profile_for (SwarmDraw *draw, const PnyxParam *param)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", "profiles",
                                               param->refers_to, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".xml"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - 4));
  if (names->len == 0)
    return NULL;
  g_ptr_array_sort (names, by_text);
  return g_strdup (g_ptr_array_index (names, swarm_below (draw, names->len)));
}

/* Returns: (transfer full) (nullable): NULL: none is known for the parameter. */
static gchar *
file_for (const SwarmDraw *draw, const PnyxParam *param, const gchar *table)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_equal (files[i].table, table) && g_str_equal (files[i].name, param->name))
      return swarm_file_name (files[i].file, draw->number);
  return NULL;
}

static gchar *
choice_for (SwarmDraw *draw, const gchar *const *choices)
{
  return g_strdup (choices[swarm_below (draw, g_strv_length ((GStrv)(gpointer)(guintptr)choices))]);
}

/* Some words of a list, at least one. Returns: (transfer full) (nullable): NULL: there is none. */
static gchar *
words_for (SwarmDraw *draw, const PnyxParam *param, const gchar *table)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_str_equal (lists[i].table, table) && g_str_equal (lists[i].name, param->name))
      {
        g_auto (GStrv) words = g_strsplit (lists[i].words, ",", -1);
        guint n = g_strv_length (words), first = swarm_below (draw, n),
              last = first + swarm_below (draw, n - first);
        GString *text = g_string_new (words[first]);

        for (guint k = first + 1; k <= last; k++)
          g_string_append_printf (text, ", %s", words[k]);
        return g_string_free (text, FALSE);
      }
  return param->choices != NULL ? choice_for (draw, param->choices) : NULL;
}

/* Returns: (transfer full) (nullable): NULL: leave it. */
static gchar *
value_for (SwarmDraw *draw, const PnyxParam *param, const gchar *table)
{
  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      return g_strdup (swarm_chance (draw, 0.5) ? "true" : "false");
    case PNYX_PARAM_ENUM:
      return choice_for (draw, param->choices);
    case PNYX_PARAM_DISTRIBUTION:
      return distribution_for (draw, param, table);
    case PNYX_PARAM_SPAN:
      return swarm_span (draw);
    case PNYX_PARAM_PROFILE:
      return swarm_chance (draw, 0.5) ? profile_for (draw, param) : file_for (draw, param, table);
    case PNYX_PARAM_NAME:
      return g_strdup_printf ("n%u", draw->names++);
    case PNYX_PARAM_NAMES:
      return words_for (draw, param, table);
    case PNYX_PARAM_REALS:
      return g_strdup ("3, 2, 1");
    case PNYX_PARAM_REFERENCE:
      return g_strdup (""); /* see swarm_draw.c */
    case PNYX_PARAM_FILE:
      return file_for (draw, param, table);
    case PNYX_PARAM_TEXT:
      return g_str_equal (param->name, "venues") ? g_strdup ("all") : NULL; /* see swarm_draw.c */
    default:
      return text_of (param, number_for (draw, param, table));
    }
}

gboolean
swarm_is_drawn (const gchar *table, const gchar *name)
{
  const Size *size = size_of (table, name);

  return size == NULL || size->high >= size->low;
}

gchar *
swarm_value (SwarmDraw *draw, const gchar *table, const PnyxParam *param, gdouble often)
{
  gboolean mandatory = param->fallback == NULL || is_needed (table, param->name);
  gboolean sized = size_of (table, param->name) != NULL && (mandatory || *param->fallback != '\0');

  if (!swarm_is_drawn (table, param->name))
    return NULL;
  return mandatory || sized || swarm_chance (draw, often) ? value_for (draw, param, table) : NULL;
}
