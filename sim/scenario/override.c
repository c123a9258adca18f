/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/override.h"

#include <string.h>

#include "scenario/tables.h"

/*
 * A path is matched from its last step upwards against every element of the document, in document
 * order. The tables are needed for one thing only: a component's parameters can be named through an
 * element of the component's name, whether it is written, left out, or the parameters stand in the
 * component's element itself.
 */

typedef struct
{
  gchar *name;
  gchar *id;      /* NULL: any */
  guint position; /* 0: any */
} Step;

struct _PnyxPath
{
  gchar *text;
  gchar *attribute;
  GArray *steps; /* Step */
  gchar *label;  /* what messages begin with */
};

/* An element that a path can end at. */
typedef struct
{
  PnyxNode *node;
  const gchar *implicit;          /* the component's child of @node, not written; or NULL */
  const PnyxElement *element;     /* table of @node; NULL: of a component's child, or unknown */
  const PnyxComponent *component; /* of @node where it has one, or whose child it is */
} Target;

typedef struct
{
  const PnyxPath *path;
  const PnyxElement *root;
  GArray *targets;  /* Target: those that match */
  GPtrArray *names; /* interned: every name in the document, for suggestions */
} Search;

/* --- parsing --- */

static void
clear_step (gpointer data)
{
  Step *step = data;

  g_free (step->name);
  g_free (step->id);
}

void
pnyx_path_free (PnyxPath *path)
{
  if (path == NULL)
    return;
  g_free (path->text);
  g_free (path->label);
  g_free (path->attribute);
  g_array_unref (path->steps);
  g_free (path);
}

const gchar *
pnyx_path_text (const PnyxPath *path)
{
  return path->text;
}

const gchar *
pnyx_path_label (const PnyxPath *path)
{
  return path->label;
}

static gsize
name_length (const gchar *p)
{
  gsize n = 0;

  if (!g_ascii_isalpha (*p))
    return 0;
  while (g_ascii_isalnum (p[n]) || (p[n] != '\0' && strchr ("-_.", p[n]) != NULL))
    n++;
  return n;
}

/* "[@id='x']" or "[N]" at *@p, which is left behind it. */
static gboolean
parse_predicate (const gchar **p, Step *step)
{
  const gchar *at = *p + 1, *end;
  gsize n;

  if (g_str_has_prefix (at, "@id=") && (at[4] == '\'' || at[4] == '"'))
    {
      end = strchr (at + 5, at[4]);
      if (end == NULL || end == at + 5 || end[1] != ']')
        return FALSE;
      step->id = g_strndup (at + 5, (gsize)(end - at - 5));
      *p = end + 2;
      return pnyx_name_is_valid (step->id);
    }
  n = strspn (at, "0123456789");
  if (n == 0 || n > 9 || at[n] != ']')
    return FALSE;
  step->position = (guint)g_ascii_strtoull (at, NULL, 10);
  *p = at + n + 1;
  return step->position > 0;
}

static gboolean
parse_steps (PnyxPath *path)
{
  const gchar *p = path->text;

  while (*p != '@')
    {
      Step step = { 0 };
      gsize n = name_length (p);
      gboolean ok = n > 0;

      step.name = g_strndup (p, n);
      p += n;
      if (ok && *p == '[')
        ok = parse_predicate (&p, &step);
      g_array_append_val (path->steps, step);
      if (!ok || *p != '/')
        return FALSE;
      p++;
    }
  path->attribute = g_strdup (p + 1);
  return name_length (p + 1) > 0 && p[1 + name_length (p + 1)] == '\0';
}

PnyxPath *
pnyx_path_parse (const gchar *text, const gchar *label, GError **error)
{
  g_autoptr (PnyxPath) path = g_new0 (PnyxPath, 1);
  g_autofree gchar *quoted = pnyx_message_quote (text);

  path->text = g_strdup (text);
  path->steps = g_array_new (FALSE, TRUE, sizeof (Step));
  g_array_set_clear_func (path->steps, clear_step);
  if (!parse_steps (path))
    {
      g_set_error (
          error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
          "%s is no path (expected STEP/.../@attribute, a STEP element, element[@id='x'] or "
          "element[N])",
          quoted);
      return NULL;
    }
  path->label = label == NULL ? g_strdup_printf ("--set %s", text) : g_strdup (label);
  return g_steal_pointer (&path);
}

gboolean
pnyx_override_split (const gchar *text, gchar **path, const gchar **value, GError **error)
{
  g_autofree gchar *quoted = NULL;
  gboolean inside = FALSE;

  for (const gchar *p = text; *p != '\0'; p++)
    {
      if (*p == '[' || *p == ']')
        inside = *p == '[';
      if (*p == '=' && !inside)
        {
          *path = g_strndup (text, (gsize)(p - text));
          *value = p + 1;
          return TRUE;
        }
    }
  quoted = pnyx_message_quote (text);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
               "%s sets nothing (expected PATH=VALUE, such as network/@nodes=1000)", quoted);
  return FALSE;
}

/* --- matching --- */

/* Which of its name it is under its parent, from 1; anything above @limit where it is beyond. */
static guint
position_of (const PnyxNode *node, guint limit)
{
  guint position = 0;

  if (node->parent == NULL)
    return 1;
  for (guint i = 0; i < node->parent->children->len; i++)
    {
      const PnyxNode *other = g_ptr_array_index (node->parent->children, i);

      position += g_str_equal (other->name, node->name);
      if (other == node || position > limit)
        break;
    }
  return position;
}

static const gchar *
id_of (const PnyxNode *node, const PnyxElement *element)
{
  const PnyxAttribute *attribute = pnyx_node_attribute (node, "id");
  const PnyxParam *param
      = element == NULL ? NULL : pnyx_params_find (element->params, element->n_params, "id");

  if (attribute != NULL)
    return attribute->value;
  return param == NULL ? NULL : param->fallback;
}

/* What a node is by the tables, found from the root down. */
static const PnyxElement *
element_of (const PnyxNode *node, const PnyxElement *root, const PnyxComponent **component)
{
  const PnyxElement *above, *element = NULL;
  const PnyxComponent *owner = NULL;
  const PnyxChild *child = NULL;

  *component = NULL;
  if (node->parent == NULL)
    element = g_str_equal (node->name, root->name) ? root : NULL;
  else
    {
      above = element_of (node->parent, root, &owner);
      if (above != NULL)
        child = pnyx_children_find (above->children, above->n_children, node->name);
      else if (owner != NULL)
        child = pnyx_children_find (owner->children, owner->n_children, node->name);
      if (child != NULL)
        element = child->element;
      else if (above != NULL && owner != NULL && g_str_equal (node->name, owner->name))
        *component = owner; /* the component's own child: no element of the tables */
    }
  if (element != NULL && element->kind != NULL)
    {
      const PnyxAttribute *kind = pnyx_node_attribute (node, "kind");
      const gchar *name = kind == NULL ? element->default_kind : kind->value;

      *component = name == NULL ? NULL : pnyx_kind_find (element->kind, name);
    }
  return element;
}

static gboolean
steps_match (const Search *search, const PnyxNode *node, guint n_steps)
{
  for (; n_steps > 0; n_steps--, node = node->parent)
    {
      const Step *step = &g_array_index (search->path->steps, Step, n_steps - 1);
      const PnyxComponent *component;

      if (node == NULL || !g_str_equal (node->name, step->name)
          || (step->position != 0 && position_of (node, step->position) != step->position))
        return FALSE;
      if (step->id != NULL
          && g_strcmp0 (id_of (node, element_of (node, search->root, &component)), step->id) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
search_node (Search *search, PnyxNode *node)
{
  const GArray *steps = search->path->steps;
  const Step *last = steps->len == 0 ? NULL : &g_array_index (steps, Step, steps->len - 1);
  Target target = { .node = node };

  g_ptr_array_add (search->names, node->name);
  target.element = element_of (node, search->root, &target.component);
  if ((steps->len > 0 || node->parent == NULL) && steps_match (search, node, steps->len))
    g_array_append_val (search->targets, target);
  if (target.element != NULL && target.component != NULL)
    {
      gboolean written = FALSE;

      for (guint i = 0; i < node->children->len; i++)
        {
          const PnyxNode *child = g_ptr_array_index (node->children, i);

          written |= g_str_equal (child->name, target.component->name);
        }
      target.implicit = target.component->name;
      if (!written)
        g_ptr_array_add (search->names, (gpointer)(guintptr)target.implicit);
      if (!written && last != NULL && last->id == NULL && last->position <= 1
          && g_str_equal (last->name, target.implicit)
          && steps_match (search, node, steps->len - 1))
        g_array_append_val (search->targets, target);
    }
  for (guint i = 0; i < node->children->len; i++)
    search_node (search, g_ptr_array_index (node->children, i));
}

/* The table's entry of the path's attribute at @target; @known: whether it is an attribute at all.
 */
static const PnyxParam *
param_at (const Target *target, const gchar *name, gboolean *known)
{
  const PnyxParam *param = NULL;
  const PnyxComponent *component = target->component;
  const PnyxElement *element = target->element;
  gboolean of_component = target->implicit != NULL || element == NULL;

  if (!of_component)
    {
      param = pnyx_params_find (element->params, element->n_params, name);
      of_component = component != NULL && !pnyx_component_is_separate (element, component);
    }
  if (param == NULL && of_component && component != NULL)
    param = pnyx_params_find (component->params, component->n_params, name);
  *known = param != NULL
           || (target->implicit == NULL && element != NULL && element->kind != NULL
               && g_str_equal (name, "kind"));
  return param;
}

/* --- messages --- */

static void
append_path (GString *text, const PnyxNode *node, const PnyxElement *root)
{
  const PnyxComponent *component;
  const gchar *id = id_of (node, element_of (node, root, &component));

  if (node->parent != NULL && node->parent->parent != NULL)
    {
      append_path (text, node->parent, root);
      g_string_append_c (text, '/');
    }
  if (id != NULL && *id != '\0')
    g_string_append_printf (text, "%s[@id='%s']", node->name, id);
  else if (node->parent == NULL)
    g_string_append (text, node->name);
  else
    g_string_append_printf (text, "%s[%u]", node->name, position_of (node, G_MAXUINT));
}

static void
set_several_error (GError **error, const Search *search)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < search->targets->len && i < 6; i++)
    {
      const Target *target = &g_array_index (search->targets, Target, i);

      g_string_append (list, i == 0 ? "" : ", ");
      append_path (list, target->node, search->root);
      if (target->implicit != NULL)
        g_string_append_printf (list, "/%s", target->implicit);
    }
  if (search->targets->len > 6)
    g_string_append (list, ", ...");
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT, "%s: %u elements match (expected one of %s)",
               search->path->label, search->targets->len, list->str);
}

static gboolean
has_name (const GPtrArray *names, const gchar *name)
{
  for (guint i = 0; i < names->len; i++)
    if (g_str_equal (g_ptr_array_index (names, i), name))
      return TRUE;
  return FALSE;
}

static void
set_none_error (GError **error, const Search *search, const PnyxDocument *document)
{
  const GArray *steps = search->path->steps;
  const PnyxSource *source = g_ptr_array_index (document->sources, 0);

  g_ptr_array_add (search->names, NULL);
  for (guint i = steps->len; i > 0; i--)
    {
      const Step *step = &g_array_index (steps, Step, i - 1);
      g_autofree gchar *clause = NULL;

      search->names->len--;
      if (has_name (search->names, step->name))
        {
          search->names->len++;
          continue;
        }
      search->names->len++;
      clause = pnyx_suggest_clause (step->name, (const gchar *const *)search->names->pdata);
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
                   "%s: no element <%s> in %s%s (expected one that stands there)",
                   search->path->label, step->name, source->shown, clause);
      return;
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
               "%s: no element of %s matches (expected one that stands there)", search->path->label,
               source->shown);
}

/* --- setting --- */

/* The only element that matches; where several do, the only one that has the attribute. */
static gboolean
find_target (const PnyxPath *path, const PnyxElement *root, const PnyxDocument *document,
             Target *found, GError **error)
{
  g_autoptr (GArray) targets = g_array_new (FALSE, FALSE, sizeof (Target));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Search search = { path, root, targets, names };
  guint n_known = 0;

  search_node (&search, document->root);
  for (guint i = 0; i < targets->len; i++)
    {
      const Target *target = &g_array_index (targets, Target, i);
      gboolean known;

      param_at (target, path->attribute, &known);
      if (known || targets->len == 1)
        *found = *target;
      n_known += known ? 1 : 0;
    }
  if (targets->len == 1 || n_known == 1)
    return TRUE;
  if (targets->len == 0)
    set_none_error (error, &search, document);
  else
    set_several_error (error, &search);
  return FALSE;
}

/* Where @node stands: positions all the way down. */
static void
append_position (GString *text, const PnyxNode *node)
{
  if (node->parent != NULL)
    append_position (text, node->parent);
  g_string_append_printf (text, "%s[%u]/", node->name, position_of (node, G_MAXUINT));
}

gchar *
pnyx_path_target (const PnyxPath *path, const PnyxElement *root, const PnyxDocument *document,
                  GError **error)
{
  Target target = { 0 };
  GString *text;

  if (!find_target (path, root, document, &target, error))
    return NULL;
  text = g_string_new (NULL);
  append_position (text, target.node);
  if (target.implicit != NULL && pnyx_component_is_separate (target.element, target.component))
    g_string_append_printf (text, "%s[1]/", target.implicit);
  g_string_append_printf (text, "@%s", path->attribute);
  return g_string_free (text, FALSE);
}

const gchar *
pnyx_path_kind (const PnyxPath *path, const PnyxElement *root, const PnyxDocument *document)
{
  Target target = { 0 };

  return find_target (path, root, document, &target, NULL) && target.component != NULL
             ? target.component->name
             : NULL;
}

static gboolean
is_xml_text (const gchar *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (gchar *p = (gchar *)(guintptr)text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff)
        return FALSE;
    }
  return TRUE;
}

/* What stands below the root in every scenario, `run` say, need not be written to be set. */
static void
write_implied (const PnyxPath *path, const PnyxElement *root, PnyxDocument *document)
{
  const Step *first = path->steps->len == 0 ? NULL : &g_array_index (path->steps, Step, 0);
  const PnyxChild *child = NULL;

  if (first != NULL && first->id == NULL && first->position <= 1)
    child = pnyx_children_find (root->children, root->n_children, first->name);
  if (child == NULL || child->min == 0 || !pnyx_element_is_implied (child->element))
    return;
  for (guint i = 0; i < document->root->children->len; i++)
    {
      const PnyxNode *node = g_ptr_array_index (document->root->children, i);

      if (g_str_equal (node->name, first->name))
        return;
    }
  pnyx_node_add (document->root, first->name, &document->root->place);
}

static PnyxNode *
child_named (const PnyxNode *node, const gchar *name)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      PnyxNode *child = g_ptr_array_index (node->children, i);

      if (g_str_equal (child->name, name))
        return child;
    }
  return NULL;
}

/* Likewise what always stands in a component's own element, `fork-choice` of a chain say. */
static void
write_implied_parts (const gchar *name, const PnyxElement *root, PnyxNode *node)
{
  const PnyxComponent *component = NULL;
  const PnyxElement *element = element_of (node, root, &component);
  const PnyxChild *part = NULL;
  PnyxNode *own;

  for (guint i = 0; i < node->children->len; i++)
    write_implied_parts (name, root, g_ptr_array_index (node->children, i));
  if (element != NULL && component != NULL && pnyx_component_is_separate (element, component))
    part = pnyx_children_find (component->children, component->n_children, name);
  if (part == NULL || part->min == 0 || !pnyx_element_is_implied (part->element))
    return;
  own = child_named (node, component->name);
  if (own == NULL)
    own = pnyx_node_add (node, component->name, &node->place);
  if (child_named (own, name) == NULL)
    pnyx_node_add (own, name, &own->place);
}

gboolean
pnyx_path_set (const PnyxPath *path, const gchar *value, const PnyxElement *root,
               PnyxDocument *document, GError **error)
{
  PnyxPlace place = { path->label, 0 };
  Target target = { 0 };

  if (!is_xml_text (value))
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place,
                         "the value is no text (expected UTF-8 without control characters)");
      return FALSE;
    }
  write_implied (path, root, document);
  if (path->steps->len > 0)
    write_implied_parts (g_array_index (path->steps, Step, path->steps->len - 1).name, root,
                         document->root);
  if (!find_target (path, root, document, &target, error))
    return FALSE;
  place.file = pnyx_document_label (document, path->label);
  if (target.implicit != NULL && pnyx_component_is_separate (target.element, target.component))
    target.node = pnyx_node_add (target.node, target.implicit, &target.node->place);
  pnyx_node_set (target.node, path->attribute, value, &place);
  return TRUE;
}

static void
set_unknown_error (GError **error, const PnyxPath *path, const Target *target)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;

  if (target->implicit == NULL && target->element != NULL)
    {
      if (target->element->kind != NULL)
        g_ptr_array_add (names, (gpointer)(guintptr) "kind");
      for (gsize i = 0; i < target->element->n_params; i++)
        g_ptr_array_add (names, (gpointer)(guintptr)target->element->params[i].name);
    }
  if (target->component != NULL
      && (target->implicit != NULL || target->element == NULL
          || !pnyx_component_is_separate (target->element, target->component)))
    for (gsize i = 0; i < target->component->n_params; i++)
      g_ptr_array_add (names, (gpointer)(guintptr)target->component->params[i].name);
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (path->attribute, (const gchar *const *)names->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN,
               "%s: unknown attribute %s of <%s>%s (expected one that it has)", path->label,
               path->attribute, target->implicit == NULL ? target->node->name : target->implicit,
               clause);
}

const PnyxParam *
pnyx_path_param (const PnyxPath *path, const PnyxElement *root, const PnyxDocument *document,
                 GError **error)
{
  Target target = { 0 };
  const PnyxParam *param;
  gboolean known;

  if (!find_target (path, root, document, &target, error))
    return NULL;
  param = param_at (&target, path->attribute, &known);
  if (!known)
    set_unknown_error (error, path, &target);
  return param;
}

gboolean
pnyx_override_apply (const gchar *text, const PnyxElement *root, PnyxDocument *document,
                     GError **error)
{
  g_autofree gchar *path_text = NULL;
  const gchar *value;
  g_autoptr (PnyxPath) path = NULL;

  if (!pnyx_override_split (text, &path_text, &value, error))
    {
      g_prefix_error (error, "--set ");
      return FALSE;
    }
  path = pnyx_path_parse (path_text, NULL, error);
  if (path == NULL)
    {
      g_prefix_error (error, "--set ");
      return FALSE;
    }
  return pnyx_path_set (path, value, root, document, error);
}

gboolean
pnyx_overrides_apply (const gchar *const *overrides, const PnyxElement *root,
                      PnyxDocument *document, GError **error)
{
  for (gsize i = 0; overrides != NULL && overrides[i] != NULL; i++)
    if (!pnyx_override_apply (overrides[i], root, document, error))
      return FALSE;
  return TRUE;
}
