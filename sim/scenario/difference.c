/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/difference.h"

#define SHOWN_MAX 3

typedef struct
{
  GString *text;
  guint n;
} Differences;

static void
add (Differences *differences, const gchar *path, const gchar *what, const gchar *before,
     const gchar *now)
{
  g_autofree gchar *from = before == NULL ? g_strdup ("absent") : pnyx_message_quote (before);
  g_autofree gchar *to = now == NULL ? g_strdup ("absent") : pnyx_message_quote (now);

  if (differences->n++ < SHOWN_MAX)
    g_string_append_printf (differences->text, "%s%s%s is %s (was %s)",
                            differences->n == 1 ? "" : ", ", path, what, to, from);
}

static void
compare_attributes (Differences *differences, const gchar *path, const PnyxNode *before,
                    const PnyxNode *now)
{
  for (guint i = 0; i < now->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (now->attributes, PnyxAttribute, i);
      const PnyxAttribute *other = pnyx_node_attribute (before, attribute->name);
      g_autofree gchar *name = g_strconcat ("/@", attribute->name, NULL);

      if (other == NULL || !g_str_equal (other->value, attribute->value))
        add (differences, path, name, other == NULL ? NULL : other->value, attribute->value);
    }
  for (guint i = 0; i < before->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (before->attributes, PnyxAttribute, i);
      g_autofree gchar *name = g_strconcat ("/@", attribute->name, NULL);

      if (pnyx_node_attribute (now, attribute->name) == NULL)
        add (differences, path, name, attribute->value, NULL);
    }
}

/* The @n-th child named @name, from 0. */
static const PnyxNode *
child_named (const PnyxNode *node, const gchar *name, guint n)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const PnyxNode *child = g_ptr_array_index (node->children, i);

      if (g_str_equal (child->name, name) && n-- == 0)
        return child;
    }
  return NULL;
}

static guint
number_of (const PnyxNode *node, guint index)
{
  const PnyxNode *child = g_ptr_array_index (node->children, index);
  guint n = 0;

  for (guint i = 0; i < index; i++)
    n += g_str_equal (((const PnyxNode *)g_ptr_array_index (node->children, i))->name, child->name)
             ? 1
             : 0;
  return n;
}

static void
compare_nodes (Differences *differences, const gchar *path, const PnyxNode *before,
               const PnyxNode *now)
{
  compare_attributes (differences, *path ? path : now->name, before, now);
  for (guint side = 0; side < 2; side++)
    {
      const PnyxNode *of = side == 0 ? now : before, *to = side == 0 ? before : now;

      for (guint i = 0; i < of->children->len; i++)
        {
          const PnyxNode *child = g_ptr_array_index (of->children, i);
          guint n = number_of (of, i);
          const PnyxNode *other = child_named (to, child->name, n);
          g_autofree gchar *position = n == 0 ? g_strdup ("") : g_strdup_printf ("[%u]", n + 1);
          g_autofree gchar *inner
              = g_strconcat (path, *path ? "/" : "", child->name, position, NULL);

          if (other == NULL)
            add (differences, inner, "", side == 0 ? NULL : "there", side == 0 ? "there" : NULL);
          else if (side == 0)
            compare_nodes (differences, inner, other, child);
        }
    }
}

gchar *
pnyx_document_difference (const PnyxDocument *before, const PnyxDocument *now)
{
  Differences differences = { g_string_new (NULL), 0 };

  compare_nodes (&differences, "", before->root, now->root);
  if (differences.n > SHOWN_MAX)
    g_string_append_printf (differences.text, " and %u more", differences.n - SHOWN_MAX);
  return g_string_free (differences.text, differences.n == 0);
}
