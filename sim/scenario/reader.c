/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reader.h"

#include <string.h>

#include "scenario/files.h"
#include "scenario/override.h"
#include "scenario/tables.h"

/*
 * Judging a document against the tables, in three passes; each ends the reading if it found
 * mistakes, since the next would report their consequences:
 *
 *   1. elements, attributes, values, counts; defaults are filled in
 *   2. ids, references, files and profiles
 *   3. the checks of elements and components, from the inside out
 */

#define REPORTED_MAX 10

typedef struct
{
  const PnyxReader *how;
  const PnyxDocument *document;
  PnyxScenario *scenario;
  GString *messages;
  guint n_errors;
  gint code;          /* of the first */
  gboolean form_only; /* ranges do not count */
  GHashTable *ids;    /* "ELEMENT ID" to PnyxSection; from pass 2 on */
} Judge;

/* A table of parameters with where its values go. */
typedef struct
{
  const PnyxParam *table;
  gsize n;
  gpointer params;
  PnyxValue *values;
} Fields;

/* --- collecting mistakes --- */

static void
report (Judge *judge, GError *error)
{
  if (judge->form_only && error->code == PNYX_ERROR_RANGE)
    {
      g_error_free (error);
      return;
    }
  if (judge->n_errors == 0)
    judge->code = error->code;
  if (judge->n_errors < REPORTED_MAX)
    g_string_append_printf (judge->messages, "%s%s", judge->n_errors == 0 ? "" : "\n",
                            error->message);
  judge->n_errors++;
  g_error_free (error);
}

static void report_at (Judge *judge, PnyxErrorCode code, const PnyxPlace *place,
                       const gchar *format, ...) G_GNUC_PRINTF (4, 5);

static void
report_at (Judge *judge, PnyxErrorCode code, const PnyxPlace *place, const gchar *format, ...)
{
  g_autofree gchar *message = NULL;
  GError *error = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  pnyx_set_error_at (&error, code, place, "%s", message);
  report (judge, error);
}

static gboolean
give_up (Judge *judge, GError **error)
{
  if (judge->n_errors == 0)
    return FALSE;
  if (judge->n_errors > REPORTED_MAX)
    g_string_append_printf (judge->messages, "\nand %u more", judge->n_errors - REPORTED_MAX);
  g_set_error_literal (error, PNYX_ERROR, judge->code, judge->messages->str);
  return TRUE;
}

/* "a, b or c" of at most a dozen names. */
static gchar *
join_names (const gchar *const *names)
{
  GString *list = g_string_new (NULL);
  guint n = g_strv_length ((GStrv)(guintptr)names);

  for (guint i = 0; i < n && i < 12; i++)
    g_string_append_printf (list, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", names[i]);
  if (n == 0)
    g_string_append (list, "none");
  else if (n > 12)
    g_string_append (list, " ...");
  return g_string_free (list, FALSE);
}

/* --- pass 1: attributes --- */

static Fields
element_fields (PnyxSection *section)
{
  Fields fields
      = { section->element->params, section->element->n_params, section->params, section->values };

  return fields;
}

static Fields
component_fields (PnyxSection *section)
{
  Fields fields = { NULL, 0, NULL, NULL };

  if (section->component != NULL)
    {
      fields.table = section->component->params;
      fields.n = section->component->n_params;
      fields.params = section->component_params;
      fields.values = section->component_values;
    }
  return fields;
}

/* Takes @attribute as one of @fields; FALSE where it is none of them. */
static gboolean
take_attribute (Judge *judge, const PnyxAttribute *attribute, const Fields *fields)
{
  for (gsize i = 0; i < fields->n; i++)
    {
      GError *error = NULL;

      if (!g_str_equal (fields->table[i].name, attribute->name))
        continue;
      fields->values[i].text = g_strdup (attribute->value);
      fields->values[i].place = attribute->place;
      fields->values[i].origin = attribute->origin;
      if (!pnyx_param_parse (&fields->table[i], attribute->value, &attribute->place, fields->params,
                             &error))
        report (judge, error);
      return TRUE;
    }
  return FALSE;
}

static void
fill_defaults (Judge *judge, const gchar *owner, const Fields *fields, const PnyxPlace *place)
{
  for (gsize i = 0; i < fields->n; i++)
    {
      const PnyxParam *param = &fields->table[i];
      GError *error = NULL;

      if (fields->values[i].text != NULL)
        continue;
      fields->values[i].origin = PNYX_ORIGIN_DEFAULT;
      fields->values[i].place = *place;
      if (param->fallback == NULL)
        {
          g_autofree gchar *expected = pnyx_param_expected (param);

          report_at (judge, PNYX_ERROR_MISSING, place, "<%s> has no %s (expected %s)", owner,
                     param->name, expected);
        }
      else if (*param->fallback == '\0')
        pnyx_param_unset (param, fields->params);
      else
        {
          fields->values[i].text = g_strdup (param->fallback);
          if (!pnyx_param_parse (param, param->fallback, place, fields->params, &error))
            report (judge, error);
        }
    }
}

static void
report_unknown_attribute (Judge *judge, const gchar *owner, const PnyxAttribute *attribute,
                          const Fields *own, const Fields *other, gboolean has_kind,
                          const PnyxComponent *elsewhere)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *quoted = pnyx_message_quote (attribute->name);
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;

  if (elsewhere != NULL
      && pnyx_params_find (elsewhere->params, elsewhere->n_params, attribute->name) != NULL)
    {
      report_at (judge, PNYX_ERROR_UNKNOWN, &attribute->place,
                 "attribute %s does not belong to <%s> (expected it in <%s %s=\"...\"/> inside)",
                 quoted, owner, elsewhere->name, attribute->name);
      return;
    }
  if (has_kind)
    g_ptr_array_add (names, (gpointer)(guintptr) "kind");
  for (gsize i = 0; i < own->n; i++)
    g_ptr_array_add (names, (gpointer)(guintptr)own->table[i].name);
  for (gsize i = 0; i < other->n; i++)
    g_ptr_array_add (names, (gpointer)(guintptr)other->table[i].name);
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (attribute->name, (const gchar *const *)names->pdata);
  list = join_names ((const gchar *const *)names->pdata);
  report_at (judge, PNYX_ERROR_UNKNOWN, &attribute->place,
             "unknown attribute %s of <%s>%s (expected %s)", quoted, owner, clause, list);
}

/* --- pass 1: elements --- */

static PnyxSection *judge_element (Judge *judge, const PnyxNode *node, const PnyxElement *element,
                                   PnyxSection *parent);

/* A mandatory element that was left out, with all of its defaults. */
static PnyxNode *
imply_node (const PnyxElement *element, PnyxNode *parent)
{
  return pnyx_node_add (parent, element->name, &parent->place);
}

static void
report_unknown_element (Judge *judge, const PnyxNode *node, const gchar *owner,
                        const PnyxSection *section, const PnyxChild *children, gsize n)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;
  g_autofree gchar *list = NULL;
  g_autofree gchar *quoted = pnyx_message_quote (node->name);

  if (node->foreign)
    {
      report_at (judge, PNYX_ERROR_UNKNOWN, &node->place,
                 "element %s is of another namespace (expected xmlns=\"%s\")", quoted,
                 PNYX_NAMESPACE);
      return;
    }
  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (names, (gpointer)(guintptr)children[i].element->name);
  if (section != NULL && section->component != NULL
      && pnyx_component_is_separate (section->element, section->component))
    g_ptr_array_add (names, (gpointer)(guintptr)section->component->name);
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (node->name, (const gchar *const *)names->pdata);
  list = join_names ((const gchar *const *)names->pdata);
  report_at (judge, PNYX_ERROR_UNKNOWN, &node->place, "unknown element %s in <%s>%s (expected %s)",
             quoted, owner, clause, list);
}

static void
judge_counts (Judge *judge, const PnyxNode *node, const PnyxChild *children, gsize n,
              PnyxSection *section)
{
  g_autoptr (PnyxDocument) implied = NULL;

  for (gsize i = 0; i < n; i++)
    {
      const PnyxChild *child = &children[i];
      guint count = 0;

      for (guint k = 0; k < node->children->len; k++)
        {
          const PnyxNode *other = g_ptr_array_index (node->children, k);

          if (other->foreign || !g_str_equal (other->name, child->element->name))
            continue;
          if (++count == child->max + 1 && child->max > 0)
            report_at (judge, PNYX_ERROR_CONFLICT, &other->place,
                       "too many <%s> in <%s> (expected at most %u)", other->name, node->name,
                       child->max);
        }
      if (count < child->min && !pnyx_element_is_implied (child->element))
        report_at (judge, PNYX_ERROR_MISSING, &node->place,
                   "<%s> has %s <%s> (expected at least %u)", node->name,
                   count == 0 ? "no" : "too few", child->element->name, child->min);
      for (; count < child->min && pnyx_element_is_implied (child->element); count++)
        {
          PnyxNode *copy;
          PnyxSection *made;

          if (implied == NULL)
            implied = pnyx_document_new (node->name, &node->place);
          copy = imply_node (child->element, implied->root);
          made = judge_element (judge, copy, child->element, section);
          made->implied = TRUE;
          g_ptr_array_add (section->children, made);
        }
    }
}

/* The children of @node that the table allows; @own: the node that holds the component's
 * parameters. */
static void
judge_children (Judge *judge, const PnyxNode *node, const PnyxChild *children, gsize n,
                PnyxSection *section, const PnyxNode *own)
{
  if (node->text_line > 0)
    {
      PnyxPlace place = { node->place.file, node->text_line };

      report_at (judge, PNYX_ERROR_SYNTAX, &place, "text in <%s> (expected elements only)",
                 node->name);
    }
  for (guint i = 0; i < node->children->len; i++)
    {
      const PnyxNode *child = g_ptr_array_index (node->children, i);
      const PnyxChild *entry = pnyx_children_find (children, n, child->name);

      if (child == own)
        continue;
      if (entry == NULL || child->foreign)
        report_unknown_element (judge, child, node->name,
                                g_str_equal (node->name, section->element->name) ? section : NULL,
                                children, n);
      else
        g_ptr_array_add (section->children, judge_element (judge, child, entry->element, section));
    }
  judge_counts (judge, node, children, n, section);
}

/* Chooses the component; FALSE where none can be, and nothing can be said of its parameters. */
static gboolean
judge_kind (Judge *judge, const PnyxNode *node, PnyxSection *section)
{
  const PnyxElement *element = section->element;
  const PnyxAttribute *attribute = pnyx_node_attribute (node, "kind");
  g_autofree const gchar **names = pnyx_kind_names (element->kind);
  g_autofree gchar *list = join_names (names);
  g_autofree gchar *name = NULL;
  const PnyxComponent *component;

  if (attribute == NULL && element->default_kind == NULL)
    {
      report_at (judge, PNYX_ERROR_MISSING, &node->place, "<%s> has no kind (expected %s)",
                 node->name, list);
      return FALSE;
    }
  name = g_strstrip (g_strdup (attribute == NULL ? element->default_kind : attribute->value));
  component = pnyx_kind_find (element->kind, name);
  section->kind.text = g_strdup (name);
  section->kind.place = attribute == NULL ? node->place : attribute->place;
  section->kind.origin = attribute == NULL ? PNYX_ORIGIN_DEFAULT : attribute->origin;
  if (component == NULL)
    {
      g_autofree gchar *quoted = pnyx_message_quote (name);
      g_autofree gchar *clause = pnyx_suggest_clause (name, names);

      report_at (judge, PNYX_ERROR_UNKNOWN, &section->kind.place, "unknown %s %s%s (expected %s)",
                 element->kind->name, quoted, clause, list);
      return FALSE;
    }
  pnyx_section_set_component (section, component);
  return TRUE;
}

/* The child of @node that holds the component's parameters; NULL where it is left out. */
static const PnyxNode *
find_own_child (Judge *judge, const PnyxNode *node, const PnyxSection *section)
{
  const PnyxNode *own = NULL;

  for (guint i = 0; i < node->children->len; i++)
    {
      const PnyxNode *child = g_ptr_array_index (node->children, i);

      if (child->foreign || !g_str_equal (child->name, section->component->name))
        continue;
      if (own != NULL)
        {
          report_at (judge, PNYX_ERROR_CONFLICT, &child->place,
                     "too many <%s> in <%s> (expected at most 1)", child->name, node->name);
          break;
        }
      own = child;
    }
  return own;
}

/* The component's parameters and children where they stand in a child of their own, or nowhere. */
static void
judge_own_child (Judge *judge, const PnyxNode *node, const PnyxNode *own, PnyxSection *section)
{
  const PnyxComponent *component = section->component;
  Fields fields = component_fields (section), none = { NULL, 0, NULL, NULL };
  g_autoptr (PnyxDocument) implied = NULL;

  section->component_place = own == NULL ? node->place : own->place;
  for (guint i = 0; own != NULL && i < own->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (own->attributes, PnyxAttribute, i);

      if (!take_attribute (judge, attribute, &fields))
        report_unknown_attribute (judge, component->name, attribute, &fields, &none, FALSE, NULL);
    }
  fill_defaults (judge, component->name, &fields, &section->component_place);
  if (own == NULL)
    {
      implied = pnyx_document_new (component->name, &node->place);
      own = implied->root;
    }
  judge_children (judge, own, component->children, component->n_children, section, NULL);
}

static PnyxSection *
judge_element (Judge *judge, const PnyxNode *node, const PnyxElement *element, PnyxSection *parent)
{
  PnyxSection *section = pnyx_section_new (element, parent);
  gboolean known = element->kind == NULL;
  gboolean separate = FALSE;
  const PnyxNode *own = NULL;
  Fields fields = element_fields (section), inner = { NULL, 0, NULL, NULL };

  section->place = node->place;
  if (element->kind != NULL && judge_kind (judge, node, section))
    {
      known = TRUE;
      separate = pnyx_component_is_separate (element, section->component);
      if (separate)
        own = find_own_child (judge, node, section);
      else
        inner = component_fields (section);
    }
  section->component_place = section->place;
  for (guint i = 0; i < node->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);

      if ((element->kind != NULL && g_str_equal (attribute->name, "kind"))
          || take_attribute (judge, attribute, &fields) || take_attribute (judge, attribute, &inner)
          || !known)
        continue;
      report_unknown_attribute (judge, node->name, attribute, &fields, &inner,
                                element->kind != NULL, separate ? section->component : NULL);
    }
  fill_defaults (judge, node->name, &fields, &section->place);
  fill_defaults (judge, node->name, &inner, &section->place);
  /* Nothing can be said of the children where they may be an unknown component's. */
  if (known)
    judge_children (judge, node, element->children, element->n_children, section, own);
  if (separate)
    judge_own_child (judge, node, own, section);
  return section;
}

static void
judge_root (Judge *judge)
{
  const PnyxNode *node = judge->document->root;
  const PnyxElement *element = judge->how->root;

  if (node->foreign)
    report_at (judge, PNYX_ERROR_UNKNOWN, &node->place,
               "<%s> has no or another namespace (expected <%s xmlns=\"%s\">)", node->name,
               element->name, PNYX_NAMESPACE);
  else if (!g_str_equal (node->name, element->name))
    report_at (judge, PNYX_ERROR_UNKNOWN, &node->place, "the file holds a <%s> (expected a <%s>)",
               node->name, element->name);
  else
    judge->scenario->root = judge_element (judge, node, element, NULL);
}

/* --- pass 2: names and files --- */

static void
collect_sections (PnyxSection *section, GPtrArray *sections)
{
  for (guint i = 0; i < section->children->len; i++)
    collect_sections (g_ptr_array_index (section->children, i), sections);
  g_ptr_array_add (sections, section);
}

static const gchar *
section_id (const PnyxSection *section)
{
  const PnyxParam *param
      = pnyx_params_find (section->element->params, section->element->n_params, "id");

  return param == NULL ? NULL : section->values[param - section->element->params].text;
}

static const gchar *
stripped (const gchar *text, gchar **copy)
{
  g_free (*copy);
  *copy = g_strstrip (g_strdup (text));
  return *copy;
}

/* Ids are unique among the elements of a name. */
static void
judge_ids (Judge *judge, const GPtrArray *sections)
{
  g_autofree gchar *id = NULL;

  for (guint i = 0; i < sections->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (sections, i);
      const gchar *text = section_id (section);
      const PnyxSection *other;
      gchar *key;

      if (text == NULL)
        continue;
      key = g_strdup_printf ("%s %s", section->element->name, stripped (text, &id));
      other = g_hash_table_lookup (judge->ids, key);
      if (other != NULL)
        {
          PnyxPlace place = pnyx_section_place_of (section, "id");

          report_at (judge, PNYX_ERROR_CONFLICT, &place,
                     "two <%s> have the id \"%s\", the other in line %u (expected one of its own)",
                     section->element->name, id, other->place.line);
          g_free (key);
        }
      else
        g_hash_table_insert (judge->ids, key, (gpointer)(guintptr)section);
    }
}

/* Says which ids there are. */
static void
report_reference (Judge *judge, const GPtrArray *sections, const PnyxParam *param,
                  const gchar *wanted, const PnyxPlace *place)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *list = NULL;
  g_autofree gchar *clause = NULL;

  /* Beyond the lines that are shown only their number counts. */
  for (guint i = 0; judge->n_errors < REPORTED_MAX && i < sections->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (sections, i);
      const gchar *id = section_id (section);

      if (id != NULL && g_str_equal (section->element->name, param->refers_to))
        g_ptr_array_add (ids, g_strstrip (g_strdup (id)));
    }
  g_ptr_array_add (ids, NULL);
  clause = pnyx_suggest_clause (wanted, (const gchar *const *)ids->pdata);
  list = join_names ((const gchar *const *)ids->pdata);
  report_at (judge, PNYX_ERROR_UNKNOWN, place, "%s: no <%s> has the id \"%s\"%s (expected %s)",
             param->name, param->refers_to, wanted, clause, list);
}

static void
judge_reference (Judge *judge, const GPtrArray *sections, const PnyxParam *param,
                 const gchar *wanted, const PnyxPlace *place)
{
  g_autofree gchar *key = g_strdup_printf ("%s %s", param->refers_to, wanted);

  if (g_hash_table_lookup (judge->ids, key) == NULL)
    report_reference (judge, sections, param, wanted, place);
}

static void
use_file (PnyxScenario *scenario, const gchar *path, const PnyxParam *param, const gchar *written)
{
  PnyxFileUse *use;

  for (guint i = 0; i < scenario->files->len; i++)
    {
      use = g_ptr_array_index (scenario->files, i);
      if (g_str_equal (use->path, path))
        return;
    }
  use = g_new0 (PnyxFileUse, 1);
  use->path = g_strdup (path);
  use->param = param;
  use->written = g_strdup (written);
  g_ptr_array_add (scenario->files, use);
}

/* Puts the real path in the place of what was written. */
static void
judge_file (Judge *judge, const PnyxSection *section, const PnyxParam *param,
            const PnyxValue *value, gchar **field)
{
  const PnyxSource *top = g_ptr_array_index (judge->document->sources, 0);
  const PnyxSource *source = top;
  GError *error = NULL;
  gchar *path = NULL;

  if (value->origin == PNYX_ORIGIN_FILE)
    source = pnyx_document_source (judge->document, value->place.file);
  else if (value->origin == PNYX_ORIGIN_SET)
    source = pnyx_document_source (judge->document, section->place.file);
  if (param->type == PNYX_PARAM_PROFILE && !pnyx_profile_is_path (*field))
    path = pnyx_profile_path (top->folder, judge->how->data_folder, param->refers_to, *field,
                              &value->place, &error);
  else if (top->folder == NULL)
    pnyx_set_error_at (&error, PNYX_ERROR_FORBIDDEN, &value->place,
                       "%s: files are refused here (expected none)", param->name);
  else
    path = pnyx_file_resolve (top->folder, source->folder, *field, &value->place, &error);
  if (path != NULL && !pnyx_file_check (path, *field, PNYX_FILE_DATA_MAX, &value->place, &error))
    g_clear_pointer (&path, g_free);
  if (path == NULL)
    {
      report (judge, error);
      return;
    }
  use_file (judge->scenario, path, param, *field);
  g_free (*field);
  *field = path;
}

static void
judge_names (Judge *judge, const GPtrArray *sections, const PnyxSection *section,
             const Fields *fields)
{
  for (gsize i = 0; i < fields->n; i++)
    {
      const PnyxParam *param = &fields->table[i];
      const PnyxValue *value = &fields->values[i];
      gpointer field = (guchar *)fields->params + param->offset;

      if (value->text == NULL)
        continue;
      if (param->type == PNYX_PARAM_REFERENCE)
        judge_reference (judge, sections, param, *(gchar **)field, &value->place);
      else if (param->type == PNYX_PARAM_NAMES && param->refers_to != NULL)
        for (gchar **name = *(gchar ***)field; *name != NULL; name++)
          judge_reference (judge, sections, param, *name, &value->place);
      else if (param->type == PNYX_PARAM_FILE || param->type == PNYX_PARAM_PROFILE)
        judge_file (judge, section, param, value, field);
    }
}

/* --- pass 3 --- */

static void
run_check (Judge *judge, const PnyxSection *section,
           gboolean (*check) (const PnyxSection *, GError **))
{
  GError *error = NULL;

  if (check != NULL && !check (section, &error))
    report (judge, error);
}

/* --- reading --- */

static void
free_file_use (gpointer data)
{
  PnyxFileUse *use = data;

  g_free (use->path);
  g_free (use->written);
  g_free (use);
}

static gboolean
judge_document (Judge *judge, GError **error)
{
  g_autoptr (GPtrArray) sections = g_ptr_array_new ();
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  judge_root (judge);
  if (give_up (judge, error))
    return FALSE;
  collect_sections (judge->scenario->root, sections);
  judge->ids = ids;
  judge_ids (judge, sections);
  for (guint i = 0; i < sections->len; i++)
    {
      PnyxSection *section = g_ptr_array_index (sections, i);
      Fields own = element_fields (section), inner = component_fields (section);

      judge_names (judge, sections, section, &own);
      judge_names (judge, sections, section, &inner);
    }
  if (give_up (judge, error))
    return FALSE;
  /* Children stand before their parents there. */
  for (guint i = 0; i < sections->len; i++)
    {
      const PnyxSection *section = g_ptr_array_index (sections, i);

      run_check (judge, section, section->element->check);
      run_check (judge, section, section->component == NULL ? NULL : section->component->check);
    }
  return !give_up (judge, error);
}

PnyxScenario *
pnyx_scenario_from_document (const PnyxReader *reader, const PnyxDocument *document, GError **error)
{
  g_autoptr (PnyxScenario) scenario = g_new0 (PnyxScenario, 1);
  g_autoptr (GString) messages = g_string_new (NULL);
  Judge judge = { reader, document, scenario, messages, 0, 0, FALSE, NULL };

  scenario->files = g_ptr_array_new_with_free_func (free_file_use);
  scenario->labels = g_ptr_array_ref (document->labels);
  for (guint i = 0; i < document->sources->len; i++)
    {
      const PnyxSource *source = g_ptr_array_index (document->sources, i);

      if (source->path != NULL)
        use_file (scenario, source->path, NULL, NULL);
      if (i == 0)
        scenario->folder = g_strdup (source->folder);
    }
  return judge_document (&judge, error) ? g_steal_pointer (&scenario) : NULL;
}

gboolean
pnyx_scenario_check_form (const PnyxElement *root, const PnyxDocument *document, GError **error)
{
  PnyxReader reader = { root, NULL, NULL };
  g_autoptr (PnyxScenario) scenario = g_new0 (PnyxScenario, 1);
  g_autoptr (GString) messages = g_string_new (NULL);
  Judge judge = { &reader, document, scenario, messages, 0, 0, TRUE, NULL };

  scenario->files = g_ptr_array_new_with_free_func (free_file_use);
  scenario->labels = g_ptr_array_ref (document->labels);
  judge_root (&judge);
  return !give_up (&judge, error);
}

static PnyxScenario *
read_document (const PnyxReader *reader, PnyxDocument *document, GError **error)
{
  if (document == NULL)
    return NULL;
  if (!pnyx_overrides_apply (reader->overrides, reader->root, document, error))
    return NULL;
  return pnyx_scenario_from_document (reader, document, error);
}

PnyxScenario *
pnyx_scenario_read (const PnyxReader *reader, const gchar *path, GError **error)
{
  g_autoptr (PnyxDocument) document = pnyx_document_load (path, error);

  return read_document (reader, document, error);
}

PnyxScenario *
pnyx_scenario_read_memory (const PnyxReader *reader, const gchar *text, gsize length,
                           const gchar *shown, GError **error)
{
  g_autoptr (PnyxDocument) document = pnyx_document_load_memory (text, length, shown, error);

  return read_document (reader, document, error);
}

void
pnyx_scenario_free (PnyxScenario *scenario)
{
  if (scenario == NULL)
    return;
  pnyx_section_free (scenario->root);
  g_ptr_array_unref (scenario->files);
  g_ptr_array_unref (scenario->labels);
  g_free (scenario->folder);
  g_free (scenario);
}

static const PnyxSection *
find_section (const PnyxSection *section, const gchar *name, const gchar *id)
{
  g_autofree gchar *own = NULL;

  if (g_str_equal (section->element->name, name) && section_id (section) != NULL
      && g_str_equal (stripped (section_id (section), &own), id))
    return section;
  for (guint i = 0; i < section->children->len; i++)
    {
      const PnyxSection *found = find_section (g_ptr_array_index (section->children, i), name, id);

      if (found != NULL)
        return found;
    }
  return NULL;
}

const PnyxSection *
pnyx_scenario_find (const PnyxScenario *scenario, const gchar *name, const gchar *id)
{
  return find_section (scenario->root, name, id);
}
