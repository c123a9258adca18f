/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/swarm_mend.h"

#include <string.h>

static const PnyxPlace nowhere = { NULL, 0 };

void
swarm_forget (PnyxNode *node, const gchar *name)
{
  for (guint i = node->attributes->len; i > 0; i--)
    if (g_str_equal (g_array_index (node->attributes, PnyxAttribute, i - 1).name, name))
      {
        g_array_remove_index (node->attributes, i - 1);
        return;
      }
}

static PnyxNode *
node_at (PnyxNode *root, guint line)
{
  PnyxNode *found = root->place.line == line ? root : NULL;

  for (guint i = 0; found == NULL && i < root->children->len; i++)
    found = node_at (root->children->pdata[i], line);
  return found;
}

static gboolean
has_word (const gchar *text, const gchar *word)
{
  for (const gchar *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    {
      gchar before = at == text ? ' ' : at[-1], after = at[strlen (word)];

      if (!g_ascii_isalnum (before) && before != '-' && !g_ascii_isalnum (after) && after != '-')
        return TRUE;
    }
  return FALSE;
}

/* The name that a refusal offers in place of one that nothing has. Returns: (transfer full)
 * (nullable). */
static gchar *
offered (const gchar *complaint, guint line)
{
  const gchar *from = strstr (complaint, "(expected one of ");
  const gchar *to = from == NULL ? NULL : strchr (from, ')');
  g_autofree gchar *list = NULL;
  g_auto (GStrv) names = NULL;

  if (to == NULL || strstr (complaint, ": no ") == NULL)
    return NULL;
  from += strlen ("(expected one of ");
  list = g_strndup (from, (gsize)(to - from));
  names = g_strsplit (list, ", ", -1);
  return g_strdup (names[line % g_strv_length (names)]);
}

/* Forgets the attribute of @node, or of what stands right in it, that @complaint names, or gives it
 * a name that is offered. */
static gboolean
forget_named (PnyxNode *node, const gchar *complaint)
{
  static const gchar *const kept[]
      = { "kind", "name", "target", "nodes", "duration", "file", NULL };
  g_autofree gchar *other = offered (complaint, node->place.line);

  for (guint i = 0; i < node->attributes->len; i++)
    {
      const gchar *name = g_array_index (node->attributes, PnyxAttribute, i).name;

      if (!g_strv_contains (kept, name) && has_word (complaint, name))
        {
          if (other != NULL)
            pnyx_node_set (node, name, other, &nowhere);
          else
            swarm_forget (node, name);
          return TRUE;
        }
    }
  return FALSE;
}

/* Takes from @node, of which there are far more by default, all but how many there are. */
static gboolean
lighten (PnyxNode *node)
{
  static const gchar *const how_many[] = { "count", "nodes", "file", NULL };

  if (node->children->len > 0)
    {
      g_ptr_array_remove_index (node->children, node->children->len - 1);
      return TRUE;
    }
  for (guint i = 0; i < node->attributes->len; i++)
    if (!g_strv_contains (how_many, g_array_index (node->attributes, PnyxAttribute, i).name))
      {
        g_array_remove_index (node->attributes, i);
        return TRUE;
      }
  return FALSE;
}

static gboolean
mend_line (PnyxDocument *document, guint line, const gchar *complaint)
{
  static const gchar *const needed[] = { "run", "chain", NULL };
  PnyxNode *node = node_at (document->root, line);

  if (node == NULL)
    return FALSE;
  if (forget_named (node, complaint))
    return TRUE;
  for (guint i = 0; i < node->children->len; i++)
    if (forget_named (node->children->pdata[i], complaint))
      return TRUE;
  if (node->parent == NULL || g_strv_contains (needed, node->name))
    return FALSE;
  if (g_str_equal (node->name, "validators") || g_str_equal (node->name, "network"))
    return lighten (node);
  g_ptr_array_remove (node->parent->children, node);
  return TRUE;
}

gboolean
swarm_mend (PnyxDocument *document, const gchar *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  gboolean mended = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const gchar *at = strstr (lines[i], ".xml:");
      gchar *end = NULL;
      guint line = at == NULL ? 0 : (guint)g_ascii_strtoull (at + 5, &end, 10);

      if (line > 0)
        mended |= mend_line (document, line, end);
    }
  return mended;
}
