/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/swarm_files.h"

#include <string.h>

#define SPAN 1000 /* s that prices go on for: past the longest world, or ending within it */

static void
write_node (GString *xml, PnyxNode *node, guint *line)
{
  node->place.line = ++*line;
  g_string_append_printf (xml, "<%s", node->name);
  if (node->parent == NULL)
    g_string_append (xml, " xmlns=\"" PNYX_NAMESPACE "\"");
  for (guint i = 0; i < node->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);
      g_autofree gchar *value = g_markup_escape_text (attribute->value, -1);

      g_string_append_printf (xml, " %s=\"%s\"", attribute->name, value);
    }
  g_string_append (xml, node->children->len == 0 ? "/>\n" : ">\n");
  if (node->children->len == 0)
    return;
  for (guint i = 0; i < node->children->len; i++)
    write_node (xml, g_ptr_array_index (node->children, i), line);
  g_string_append_printf (xml, "</%s>\n", node->name);
  ++*line;
}

gchar *
swarm_write (PnyxDocument *scenario)
{
  GString *xml = g_string_new (NULL);
  guint line = 0;

  write_node (xml, scenario->root, &line);
  return g_string_free (xml, FALSE);
}

typedef struct
{
  GRand *random;
  const PnyxDocument *scenario;
} Writing;

static guint
below (const Writing *writing, guint n)
{
  return (guint)g_rand_int_range (writing->random, 0, (gint)n);
}

static gdouble
between (const Writing *writing, gdouble low, gdouble high)
{
  return g_rand_double_range (writing->random, low, high);
}

/* A ring, so that nobody is left alone, and chords; what people write into such files stands in it:
 * comments, empty lines, commas, edges that are there already. */
static void
write_edges (const Writing *writing, GString *text)
{
  static const gchar *const gaps[] = { " ", ",", "\t", ", " };
  guint n = 100, chords;

  for (guint i = 0; i < writing->scenario->root->children->len; i++)
    {
      PnyxNode *node = writing->scenario->root->children->pdata[i];
      const PnyxAttribute *nodes = pnyx_node_attribute (node, "nodes");

      if (g_str_equal (node->name, "network") && nodes != NULL)
        n = (guint)CLAMP (g_ascii_strtoull (nodes->value, NULL, 10), 1, 1000);
    }
  chords = below (writing, 3 * n);
  g_string_append (text, "# a ring and chords\n\n");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%u%s%u\n", i, gaps[below (writing, G_N_ELEMENTS (gaps))],
                            (i + 1) % n);
  for (guint i = 0; i < chords; i++)
    g_string_append_printf (text, "%u %u # chord\n", below (writing, n), below (writing, n));
}

static void
write_stakes (const Writing *writing, GString *text)
{
  guint n = 16 + below (writing, 113), operators = 1 + below (writing, n);
  gboolean named = below (writing, 2) == 0, owned = below (writing, 2) == 0;
  gboolean large = below (writing, 2) == 0;

  g_string_append_printf (text, "%s%sstake\n", named ? "validator," : "", owned ? "operator," : "");
  for (guint i = 0; i < n; i++)
    {
      if (named)
        g_string_append_printf (text, "v%u,", i);
      if (owned)
        g_string_append_printf (text, "o%u,", below (writing, operators));
      g_string_append_printf (text, "%.6f\n", between (writing, 32, large ? 2048 : 40));
    }
}

static void
write_prices (const Writing *writing, GString *text)
{
  gdouble price = between (writing, 500, 4000), end = between (writing, 0.3, 1) * SPAN;
  gdouble gap = between (writing, 1, 50), jump = between (writing, 0.0005, 0.02);

  g_string_append (text, "time,price,volume\n");
  for (gdouble time = 0; time < end; time += between (writing, 0.1, 1) * gap)
    {
      g_string_append_printf (text, "%.3f,%.4f,%u\n", time, price, below (writing, 100));
      price *= 1 + between (writing, -jump, jump);
    }
}

/* @n numbers that rise to below @high. */
static void
write_rising (const Writing *writing, GString *text, const gchar *name, guint n, gdouble high)
{
  g_string_append (text, name);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ",%.4f", (i + between (writing, 0.1, 0.9)) * high / n);
  g_string_append_c (text, '\n');
}

static void
write_policy (const Writing *writing, GString *text)
{
  guint volatilities = 1 + below (writing, 4), utilisations = 1 + below (writing, 4);
  guint actions = 1 + below (writing, 6);

  g_string_append (text, "pnyx-policy,lending,1\n");
  write_rising (writing, text, "volatility", volatilities - 1, 2);
  write_rising (writing, text, "utilisation", utilisations - 1, 1);
  write_rising (writing, text, "action", actions, 0.9);
  for (guint i = 0; i < volatilities * utilisations; i++)
    {
      g_string_append_printf (text, "value,%u,%u", i / utilisations, i % utilisations);
      for (guint k = 0; k < actions; k++)
        g_string_append_printf (text, ",%.3f", below (writing, 4) ? between (writing, -9, 9) : 0);
      g_string_append_c (text, '\n');
    }
}

/* Each figure of @node times @factor, but a PUE, which is 1 at least: ranges stay in order. */
static void
scale_figures (PnyxNode *node, gdouble factor)
{
  for (guint i = 0; i < node->attributes->len; i++)
    {
      PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);
      gchar *unit = NULL;
      gdouble figure = g_ascii_strtod (attribute->value, &unit);

      if (unit == attribute->value || g_str_has_prefix (attribute->name, "pue")
          || g_str_equal (attribute->name, "source"))
        continue;
      unit = g_strdup_printf ("%.6g%s", figure * factor, unit);
      g_free (attribute->value);
      attribute->value = unit;
    }
}

/* The profile that comes with the program, each line of it larger or smaller. */
static void
write_energy (const Writing *writing, GString *text)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", "profiles",
                                             "energy", "reference.xml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxDocument) profile = pnyx_document_load (path, &error);
  g_autofree gchar *xml = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < profile->root->children->len; i++)
    scale_figures (profile->root->children->pdata[i], between (writing, 0.2, 3));
  xml = swarm_write (profile);
  g_string_append (text, xml);
}

static const struct
{
  const gchar *name, *ending;
  void (*write) (const Writing *writing, GString *text);
} files[SWARM_N_FILES] = {
  [SWARM_FILE_EDGES] = { "edges-", ".txt", write_edges },
  [SWARM_FILE_STAKES] = { "stakes-", ".csv", write_stakes },
  [SWARM_FILE_PRICES] = { "prices-", ".csv", write_prices },
  [SWARM_FILE_POLICY] = { "policy-", ".csv", write_policy },
  [SWARM_FILE_ENERGY] = { "energy-", ".xml", write_energy },
};

gchar *
swarm_file_name (SwarmFile file, guint64 number)
{
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT "%s", files[file].name, number,
                          files[file].ending);
}

/* Writes the file that @value names, where it is one of these. */
static gboolean
write_named (const PnyxDocument *scenario, const gchar *value, const gchar *folder, GError **error)
{
  for (guint i = 0; i < SWARM_N_FILES; i++)
    if (g_str_has_prefix (value, files[i].name) && g_str_has_suffix (value, files[i].ending))
      {
        guint64 number = g_ascii_strtoull (value + strlen (files[i].name), NULL, 10);
        Writing writing = { .scenario = scenario };
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree gchar *path = g_build_filename (folder, value, NULL);

        writing.random = g_rand_new_with_seed ((guint32)(SWARM_N_FILES * number + i));
        files[i].write (&writing, text);
        g_rand_free (writing.random);
        return g_file_set_contents (path, text->str, (gssize)text->len, error);
      }
  return TRUE;
}

static gboolean
write_below (const PnyxDocument *scenario, const PnyxNode *node, const gchar *folder,
             GError **error)
{
  for (guint i = 0; i < node->attributes->len; i++)
    if (!write_named (scenario, g_array_index (node->attributes, PnyxAttribute, i).value, folder,
                      error))
      return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (!write_below (scenario, node->children->pdata[i], folder, error))
      return FALSE;
  return TRUE;
}

gboolean
swarm_save (PnyxDocument *scenario, const gchar *path, GError **error)
{
  g_autofree gchar *text = swarm_write (scenario);
  g_autofree gchar *folder = g_path_get_dirname (path);

  return g_file_set_contents (path, text, -1, error)
         && write_below (scenario, scenario->root, folder, error);
}
