/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random_scenario.h"

#include <string.h>

#include "scenario/document.h"
#include "scenario/tables.h"
#include "scenario/writer.h"

/*
 * A tree is grown from the tables, then bent, then written. Few optional attributes are given to an
 * element: libxml2's RELAX NG tries all subsets of those that are there.
 */

#define ATTRIBUTES_MAX 4

static gboolean
chance (GRand *random, gdouble p)
{
  return g_rand_double (random) < p;
}

static const gchar *
blank (GRand *random)
{
  static const gchar *const blanks[] = { "", "", "", " ", "  ", "\t" };

  return blanks[g_rand_int_range (random, 0, G_N_ELEMENTS (blanks))];
}

/* --- values --- */

static gchar *
random_number (GRand *random)
{
  static const gchar *const forms[]
      = { "1",  "0",  "17",  "0.25", ".5",      "3.",
          "-2", "+4", "1e3", "2E-2", "12.5e+1", "100000000000000000000000" };

  return g_strdup (forms[g_rand_int_range (random, 0, G_N_ELEMENTS (forms))]);
}

static gchar *
random_quantity (GRand *random, PnyxUnit unit)
{
  g_autofree gchar *number = random_number (random);
  gsize n = 0;

  while (pnyx_unit_symbol (unit, n) != NULL)
    n++;
  return g_strconcat (blank (random), number, blank (random),
                      pnyx_unit_symbol (unit, (gsize)g_rand_int_range (random, 0, (gint32)n)),
                      blank (random), NULL);
}

static gchar *
random_distribution (GRand *random, PnyxUnit unit, guint depth)
{
  g_autofree gchar *a = random_quantity (random, unit);
  g_autofree gchar *b = random_quantity (random, unit);
  g_autofree gchar *x = random_number (random);
  g_autofree gchar *y = random_number (random);
  g_autofree gchar *inner = depth == 0 ? NULL : random_distribution (random, unit, depth - 1);

  switch (g_rand_int_range (random, 0, depth == 0 ? 6 : 8))
    {
    case 0:
      return g_strdup (a);
    case 1:
      return g_strdup_printf ("%suniform(%s,%s)", blank (random), a, b);
    case 2:
      return g_strdup_printf ("exponential %s(%s)", blank (random), a);
    case 3:
      return g_strdup_printf ("lognormal(%s, %s)%s", a, x, blank (random));
    case 4:
      return g_strdup_printf ("generalised-pareto(%s,%s,%s)", a, b, x);
    case 5:
      return g_strdup_printf ("empirical(%s:%s, %s:%s)", a, x, b, y);
    case 6:
      return g_strdup_printf ("mixture(%s: %s, %s:%s)", x, inner, y, a);
    default:
      return g_strdup_printf ("truncated(%s,%s,%s)", inner, a, b);
    }
}

static gchar *
random_word (GRand *random)
{
  static const gchar *const words[] = { "main", "a", "b-2", "x.y_z", "9" };

  return g_strconcat (blank (random), words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                      blank (random), NULL);
}

static gchar *
random_span (GRand *random)
{
  static const gchar *const units[] = { "slot", "epoch", "block", "s", "d", "min" };
  g_autofree gchar *number = random_number (random);

  return g_strconcat (number, blank (random),
                      units[g_rand_int_range (random, 0, G_N_ELEMENTS (units))], blank (random),
                      NULL);
}

static gchar *
random_choice (GRand *random, const gchar *const *choices)
{
  guint n = g_strv_length ((GStrv)(gpointer)(guintptr)choices);

  return g_strconcat (blank (random), choices[g_rand_int_range (random, 0, (gint32)n)],
                      blank (random), NULL);
}

gchar *
random_value (const PnyxParam *param, GRand *random)
{
  static const gchar *const truths[] = { "true", "false", NULL };
  g_autofree gchar *a = NULL;
  g_autofree gchar *b = NULL;

  switch (param->type)
    {
    case PNYX_PARAM_BOOL:
      return random_choice (random, truths);
    case PNYX_PARAM_ENUM:
      return random_choice (random, param->choices);
    case PNYX_PARAM_TIME:
      return random_quantity (random, PNYX_UNIT_TIME);
    case PNYX_PARAM_SIZE:
      return random_quantity (random, PNYX_UNIT_SIZE);
    case PNYX_PARAM_STAKE:
      return random_quantity (random, PNYX_UNIT_STAKE);
    case PNYX_PARAM_REAL:
      return random_quantity (random, param->unit);
    case PNYX_PARAM_REALS:
      a = random_quantity (random, param->unit);
      b = random_quantity (random, param->unit);
      return g_strdup_printf ("%s,%s", a, b);
    case PNYX_PARAM_DISTRIBUTION:
      return random_distribution (random, param->unit, 2);
    case PNYX_PARAM_SPAN:
      return random_span (random);
    case PNYX_PARAM_TEXT:
    case PNYX_PARAM_FILE:
      return g_strdup (chance (random, 0.5) ? "a <&\"> b" : "x.csv");
    case PNYX_PARAM_PROFILE:
      return g_strdup (chance (random, 0.5) ? "aws-2025" : " ../a b.xml ");
    case PNYX_PARAM_NAMES:
      a = param->choices == NULL ? random_word (random) : random_choice (random, param->choices);
      b = param->choices == NULL ? random_word (random) : random_choice (random, param->choices);
      return g_strdup_printf ("%s,%s", a, b);
    case PNYX_PARAM_NAME:
    case PNYX_PARAM_REFERENCE:
      return random_word (random);
    default:
      return random_quantity (random, PNYX_UNIT_NONE);
    }
}

/* --- growing --- */

static const PnyxPlace nowhere = { NULL, 0 };

static void
grow_attributes (PnyxNode *node, const PnyxParam *table, gsize n, GRand *random)
{
  guint n_given = 0;

  for (gsize i = 0; i < n; i++)
    if (table[i].fallback == NULL || (n_given < ATTRIBUTES_MAX && chance (random, 0.4)))
      {
        g_autofree gchar *value = random_value (&table[i], random);

        pnyx_node_set (node, table[i].name, value, &nowhere);
        n_given++;
      }
}

static void grow (PnyxNode *node, const PnyxElement *element, GRand *random, guint depth);

static void
grow_children (PnyxNode *node, const PnyxChild *children, gsize n, GRand *random, guint depth)
{
  for (gsize i = 0; i < n; i++)
    {
      gboolean implied = pnyx_element_is_implied (children[i].element);
      guint min = implied ? 0 : children[i].min;
      guint max = children[i].max == 0 ? min + 3 : MIN (children[i].max, min + 3);
      guint count = depth > 6 ? min : (guint)g_rand_int_range (random, (gint)min, (gint)max + 1);

      for (guint k = 0; k < count; k++)
        grow (pnyx_node_add (node, children[i].element->name, &nowhere), children[i].element,
              random, depth + 1);
    }
}

/* Children in any order. */
static void
shuffle (PnyxNode *node, GRand *random)
{
  for (guint i = node->children->len; i > 1; i--)
    {
      guint k = (guint)g_rand_int_range (random, 0, (gint)i);
      gpointer swapped = node->children->pdata[i - 1];

      node->children->pdata[i - 1] = node->children->pdata[k];
      node->children->pdata[k] = swapped;
    }
}

static void
grow_component (PnyxNode *node, const PnyxElement *element, GRand *random, guint depth)
{
  const PnyxComponent *component;
  gsize n = 0;
  PnyxNode *own;

  while (element->kind->get (n) != NULL)
    n++;
  component = element->kind->get ((gsize)g_rand_int_range (random, 0, (gint32)n));
  pnyx_node_set (node, "kind", component->name, &nowhere);
  if (!pnyx_component_is_separate (element, component))
    {
      grow_attributes (node, component->params, component->n_params, random);
      return;
    }
  own = pnyx_node_add (node, component->name, &nowhere);
  grow_attributes (own, component->params, component->n_params, random);
  grow_children (own, component->children, component->n_children, random, depth);
}

static void
grow (PnyxNode *node, const PnyxElement *element, GRand *random, guint depth)
{
  grow_attributes (node, element->params, element->n_params, random);
  grow_children (node, element->children, element->n_children, random, depth);
  if (element->kind != NULL)
    grow_component (node, element, random, depth);
  shuffle (node, random);
}

/* --- bending --- */

static void
collect (PnyxNode *node, GPtrArray *nodes)
{
  g_ptr_array_add (nodes, node);
  for (guint i = 0; i < node->children->len; i++)
    collect (g_ptr_array_index (node->children, i), nodes);
}

static void
bend_value (PnyxAttribute *attribute, GRand *random)
{
  static const gchar *const values[]
      = { "",           "64", "1 parsec",  "tru",          "main, ",           "a b",
          "1 s",        "-",  "1e",        "uniform(1 s)", "uniform(1 s, 2 s", "1 2",
          "poisson(4)", ",",  "mixture()", "kind",         "64 epoch x",       "..xml",
          "0x1" };
  gsize length = strlen (attribute->value);

  if (length > 1 && chance (random, 0.4))
    {
      /* One character less. */
      gsize at = (gsize)g_rand_int_range (random, 0, (gint32)length);

      memmove (attribute->value + at, attribute->value + at + 1, length - at);
      return;
    }
  g_free (attribute->value);
  attribute->value = g_strdup (values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))]);
}

static void
bend (PnyxDocument *document, GRand *random)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  PnyxNode *node, *other;
  guint i;

  collect (document->root, nodes);
  node = g_ptr_array_index (nodes, g_rand_int_range (random, 0, (gint32)nodes->len));
  other = g_ptr_array_index (nodes, g_rand_int_range (random, 0, (gint32)nodes->len));
  i = node->attributes->len == 0 ? 0
                                 : (guint)g_rand_int_range (random, 0, (gint)node->attributes->len);
  switch (g_rand_int_range (random, 0, 7))
    {
    case 0:
      pnyx_node_set (node, "wrong", "1", &nowhere);
      break;
    case 1:
      pnyx_node_add (node, "wrong", &nowhere);
      break;
    case 2:
      pnyx_node_add (node, other->name, &nowhere);
      break;
    case 3:
      if (node->attributes->len > 0)
        g_array_remove_index (node->attributes, i);
      break;
    case 4:
      if (node->children->len > 0)
        g_ptr_array_remove_index (node->children, 0);
      break;
    case 5:
      if (other->attributes->len > 0)
        {
          const PnyxAttribute *attribute = &g_array_index (other->attributes, PnyxAttribute, 0);

          pnyx_node_set (node, attribute->name, attribute->value, &nowhere);
        }
      break;
    default:
      if (node->attributes->len > 0)
        bend_value (&g_array_index (node->attributes, PnyxAttribute, i), random);
    }
}

/* --- writing --- */

static void
write_node (GString *xml, const PnyxNode *node)
{
  g_string_append_printf (xml, "<%s", node->name);
  if (node->parent == NULL)
    g_string_append (xml, " xmlns=\"" PNYX_NAMESPACE "\"");
  for (guint i = 0; i < node->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);

      pnyx_xml_append_attribute (xml, attribute->name, attribute->value, 2);
    }
  g_string_append (xml, ">\n");
  for (guint i = 0; i < node->children->len; i++)
    write_node (xml, g_ptr_array_index (node->children, i));
  g_string_append_printf (xml, "</%s>\n", node->name);
}

gchar *
random_scenario (const PnyxElement *root, GRand *random, guint n_mutations)
{
  g_autoptr (PnyxDocument) document = pnyx_document_new (root->name, &nowhere);
  GString *xml = g_string_new (NULL);

  grow (document->root, root, random, 0);
  for (guint i = 0; i < n_mutations; i++)
    bend (document, random);
  write_node (xml, document->root);
  return g_string_free (xml, FALSE);
}
