/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/document.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "base/message.h"
#include "scenario/files.h"

/*
 * From XML text to the tree of nodes. libxml2 parses (SAX2: no entity is ever declared, so none is
 * ever expanded; a DOCTYPE ends it at once), the tree is ours. Includes are resolved here too,
 * after each file: libxml2's own XInclude would lose the file that an element came from and could
 * leave the folder.
 *
 * Before libxml2 sees a text it is checked for what would cost it much: UTF-8 without zero bytes,
 * and few attributes in each tag (its check for doubled ones is quadratic).
 */

/* A file that is being read, within the one that includes it. */
typedef struct _Reading Reading;
struct _Reading
{
  const Reading *outer; /* NULL: the scenario itself */
  guint depth;
  const PnyxSource *source;
};

typedef struct
{
  PnyxDocument *document;
  guint n_includes;
  guint n_elements;
  gsize n_bytes;
} Loading;

/* What the SAX callbacks work on. */
typedef struct
{
  Loading *loading;
  const PnyxSource *source;
  xmlParserCtxtPtr context;
  const gchar *text;
  gsize length;
  gsize position; /* @line is that of this byte */
  guint line;
  PnyxNode *root, *current;
  guint depth;
  GError *error;
} SaxState;

/* --- nodes --- */

static void
clear_attribute (gpointer data)
{
  PnyxAttribute *attribute = data;

  g_free (attribute->name);
  g_free (attribute->value);
}

static void
free_node (gpointer data)
{
  PnyxNode *node = data;

  if (node == NULL)
    return;
  g_free (node->name);
  g_array_unref (node->attributes);
  g_ptr_array_unref (node->children);
  g_free (node);
}

static PnyxNode *
new_node (const gchar *name, const PnyxPlace *place)
{
  PnyxNode *node = g_new0 (PnyxNode, 1);

  node->name = g_strdup (name);
  node->place = *place;
  node->attributes = g_array_new (FALSE, TRUE, sizeof (PnyxAttribute));
  g_array_set_clear_func (node->attributes, clear_attribute);
  node->children = g_ptr_array_new_with_free_func (free_node);
  return node;
}

PnyxNode *
pnyx_node_add (PnyxNode *parent, const gchar *name, const PnyxPlace *place)
{
  PnyxNode *node = new_node (name, place);

  node->parent = parent;
  g_ptr_array_add (parent->children, node);
  return node;
}

static PnyxAttribute *
find_attribute (const PnyxNode *node, const gchar *name)
{
  for (guint i = 0; i < node->attributes->len; i++)
    {
      PnyxAttribute *attribute = &g_array_index (node->attributes, PnyxAttribute, i);

      if (g_str_equal (attribute->name, name))
        return attribute;
    }
  return NULL;
}

const PnyxAttribute *
pnyx_node_attribute (const PnyxNode *node, const gchar *name)
{
  return find_attribute (node, name);
}

void
pnyx_node_set (PnyxNode *node, const gchar *name, const gchar *value, const PnyxPlace *place)
{
  PnyxAttribute *found = find_attribute (node, name);
  PnyxAttribute fresh = { g_strdup (name), NULL, { 0 }, PNYX_ORIGIN_SET };
  gchar *copy = g_strdup (value); /* @value may be the very one that is replaced */

  if (found == NULL)
    {
      g_array_append_val (node->attributes, fresh);
      found = &g_array_index (node->attributes, PnyxAttribute, node->attributes->len - 1);
    }
  else
    g_free (fresh.name);
  g_free (found->value);
  found->value = copy;
  found->place = *place;
  found->origin = PNYX_ORIGIN_SET;
}

static PnyxNode *
copy_node (const PnyxNode *node)
{
  PnyxNode *copy = new_node (node->name, &node->place);

  copy->text_line = node->text_line;
  copy->foreign = node->foreign;
  for (guint i = 0; i < node->attributes->len; i++)
    {
      PnyxAttribute attribute = g_array_index (node->attributes, PnyxAttribute, i);

      attribute.name = g_strdup (attribute.name);
      attribute.value = g_strdup (attribute.value);
      g_array_append_val (copy->attributes, attribute);
    }
  for (guint i = 0; i < node->children->len; i++)
    {
      PnyxNode *child = copy_node (g_ptr_array_index (node->children, i));

      child->parent = copy;
      g_ptr_array_add (copy->children, child);
    }
  return copy;
}

/* --- the document --- */

static void
free_source (gpointer data)
{
  PnyxSource *source = data;

  g_free (source->path);
  g_free (source->folder);
  g_free (source);
}

static PnyxDocument *
new_document (void)
{
  PnyxDocument *document = g_new0 (PnyxDocument, 1);

  document->sources = g_ptr_array_new_with_free_func (free_source);
  document->labels = g_ptr_array_new_with_free_func (g_free);
  return document;
}

static const PnyxSource *
add_source (PnyxDocument *document, const gchar *shown, const gchar *path)
{
  PnyxSource *source = g_new0 (PnyxSource, 1);

  source->shown = g_intern_string (shown);
  source->path = g_strdup (path);
  source->folder = path == NULL ? NULL : g_path_get_dirname (path);
  g_ptr_array_add (document->sources, source);
  return source;
}

PnyxDocument *
pnyx_document_new (const gchar *name, const PnyxPlace *place)
{
  PnyxDocument *document = new_document ();

  document->root = new_node (name, place);
  return document;
}

PnyxDocument *
pnyx_document_copy (const PnyxDocument *document)
{
  PnyxDocument *copy = new_document ();

  for (guint i = 0; i < document->sources->len; i++)
    {
      const PnyxSource *source = g_ptr_array_index (document->sources, i);

      add_source (copy, source->shown, source->path);
    }
  g_ptr_array_unref (copy->labels);
  copy->labels = g_ptr_array_ref (document->labels);
  copy->root = copy_node (document->root);
  return copy;
}

void
pnyx_document_free (PnyxDocument *document)
{
  if (document == NULL)
    return;
  free_node (document->root);
  g_ptr_array_unref (document->sources);
  g_ptr_array_unref (document->labels);
  g_free (document);
}

const gchar *
pnyx_document_label (PnyxDocument *document, const gchar *label)
{
  gchar *copy;

  for (guint i = 0; i < document->labels->len; i++)
    if (g_str_equal (g_ptr_array_index (document->labels, i), label))
      return g_ptr_array_index (document->labels, i);
  copy = g_strdup (label);
  g_ptr_array_add (document->labels, copy);
  return copy;
}

const PnyxSource *
pnyx_document_source (const PnyxDocument *document, const gchar *shown)
{
  for (guint i = 0; i < document->sources->len; i++)
    {
      const PnyxSource *source = g_ptr_array_index (document->sources, i);

      if (source->shown == shown)
        return source;
    }
  return g_ptr_array_index (document->sources, 0);
}

/* --- before libxml2 --- */

static guint
count_lines (const gchar *text, gsize length)
{
  guint n = 0;

  for (const gchar *p = text; (p = memchr (p, '\n', length - (gsize)(p - text))) != NULL; p++)
    n++;
  return n;
}

/* The end of what begins at @p and is neither tag nor text: comment, CDATA, instruction; or NULL.
 */
static const gchar *
skip_special (const gchar *p, const gchar *end)
{
  static const gchar *const forms[][2]
      = { { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" } };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      gsize length = strlen (forms[i][0]);

      if ((gsize)(end - p) >= length && memcmp (p, forms[i][0], length) == 0)
        {
          const gchar *close = g_strstr_len (p + length, end - p - (gssize)length, forms[i][1]);

          return close == NULL ? end : close + strlen (forms[i][1]);
        }
    }
  return NULL;
}

/* The place of the first tag with too many attributes, counted by "=" outside of quotes; or NULL.
 */
static const gchar *
find_crowded_tag (const gchar *text, gsize length)
{
  const gchar *end = text + length, *p = text;

  while ((p = memchr (p, '<', (gsize)(end - p))) != NULL)
    {
      const gchar *tag = p, *after = skip_special (p, end);
      guint n = 0;

      if (after != NULL)
        {
          p = after;
          continue;
        }
      for (p++; p < end && *p != '>' && *p != '<'; p++)
        {
          if (*p == '"' || *p == '\'')
            {
              p = memchr (p + 1, *p, (gsize)(end - p - 1));
              if (p == NULL)
                return NULL;
            }
          n += *p == '=';
          if (n > PNYX_DOCUMENT_ATTRIBUTES_MAX)
            return tag;
        }
    }
  return NULL;
}

static gboolean
check_text (const gchar *text, gsize length, const gchar *shown, GError **error)
{
  const gchar *bad;
  PnyxPlace place = { shown, 1 };

  if (!g_utf8_validate_len (text, length, &bad))
    {
      place.line += count_lines (text, (gsize)(bad - text));
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "%s (expected an XML file in UTF-8)",
                         *bad == '\0' ? "a zero byte" : "not UTF-8 text");
      return FALSE;
    }
  bad = find_crowded_tag (text, length);
  if (bad != NULL)
    {
      place.line += count_lines (text, (gsize)(bad - text));
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &place,
                         "too many attributes in one element (expected at most %d)",
                         PNYX_DOCUMENT_ATTRIBUTES_MAX);
      return FALSE;
    }
  return TRUE;
}

/* --- SAX --- */

static void
stop (SaxState *state, PnyxErrorCode code, guint line, const gchar *message)
{
  PnyxPlace place = { state->source->shown, line };

  if (state->error == NULL)
    pnyx_set_error_at (&state->error, code, &place, "%s", message);
  xmlStopParser (state->context);
}

static guint
parser_line (const SaxState *state)
{
  gint line = state->context->input == NULL ? 1 : state->context->input->line;

  return line < 1 ? 1 : (guint)line;
}

/* libxml2 shows what stands there in the file, cut anywhere. Returns: (transfer full): @message in
 * UTF-8, with a blank for each control character. */
static gchar *
make_plain (const gchar *message)
{
  gchar *plain = g_utf8_make_valid (message, -1);

  for (gchar *at = plain; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
    else if ((guchar)at[0] == 0xc2 && (guchar)at[1] >= 0x80 && (guchar)at[1] < 0xa0)
      at[0] = at[1] = ' ';
  return g_strchomp (plain);
}

static void
on_error (void *data, xmlErrorPtr cause)
{
  SaxState *state = data;
  g_autofree gchar *plain = NULL;
  g_autofree gchar *message = NULL;

  if (cause == NULL || cause->level < XML_ERR_ERROR || cause->code == XML_DTD_XMLID_VALUE)
    return;
  plain = make_plain (cause->message == NULL ? "unknown error" : cause->message);
  message = g_strdup_printf ("malformed XML: %s", plain);
  stop (state, PNYX_ERROR_SYNTAX, cause->line > 0 ? (guint)cause->line : parser_line (state),
        message);
}

static void
on_doctype (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  SaxState *state = data;

  (void)name;
  (void)external;
  (void)system;
  stop (state, PNYX_ERROR_FORBIDDEN, parser_line (state),
        "a DOCTYPE is refused, since it may declare entities (expected <scenario> without one)");
}

/* The start tag that the parser has just read: no "<" can stand inside it. */
static gsize
tag_start (const SaxState *state)
{
  glong consumed = xmlByteConsumed (state->context);
  gsize p = consumed < 0 ? 0 : MIN ((gsize)consumed, state->length);

  while (p > 0 && state->text[p] != '<')
    p--;
  return p;
}

/* The line of byte @position; positions come in ascending order. */
static guint
line_of (SaxState *state, gsize position)
{
  if (position > state->position)
    {
      state->line += count_lines (state->text + state->position, position - state->position);
      state->position = position;
    }
  return state->line;
}

/*
 * libxml2 knows no place of attributes: @at steps through the tag, attribute by attribute (they
 * come in document order), over name, "=" and the quoted value.
 */
static gsize
next_attribute (const SaxState *state, gsize *at)
{
  const gchar *text = state->text, *close;
  gsize p = *at, name;

  while (p < state->length && strchr (" \t\r\n", text[p]) != NULL)
    p++;
  name = p;
  while (p < state->length && text[p] != '"' && text[p] != '\'')
    p++;
  close = p + 1 < state->length ? memchr (text + p + 1, text[p], state->length - p - 1) : NULL;
  *at = close == NULL ? state->length : (gsize)(close - text) + 1;
  return name;
}

/* libxml2 gives an ampersand as "&#38;" where entities are not substituted. */
static gchar *
attribute_value (const xmlChar *start, const xmlChar *end)
{
  GString *value = g_string_new_len ((const gchar *)start, end - start);

  g_string_replace (value, "&#38;", "&", 0);
  return g_string_free (value, FALSE);
}

static gboolean
equal (const xmlChar *a, const gchar *b)
{
  return a != NULL && strcmp ((const gchar *)a, b) == 0;
}

static void
read_attributes (SaxState *state, PnyxNode *node, gsize at, int n, const xmlChar **raw)
{
  /* Over the element's name, then attribute by attribute; xmlns ones are not in @raw. */
  while (at < state->length && strchr (" \t\r\n/>", state->text[at]) == NULL)
    at++;
  for (int i = 0; i < n; i++, raw += 5)
    {
      PnyxAttribute attribute = { 0 };
      gsize name;

      do
        name = next_attribute (state, &at);
      while (at < state->length && strncmp (state->text + name, "xmlns", 5) == 0
             && strchr (":= \t\r\n", state->text[name + 5]) != NULL);
      if (equal (raw[2], "http://www.w3.org/XML/1998/namespace"))
        continue;
      attribute.name = raw[1] == NULL ? g_strdup ((const gchar *)raw[0])
                                      : g_strdup_printf ("%s:%s", raw[1], raw[0]);
      attribute.value = attribute_value (raw[3], raw[4]);
      attribute.place.file = state->source->shown;
      attribute.place.line = line_of (state, name);
      attribute.origin = PNYX_ORIGIN_FILE;
      g_array_append_val (node->attributes, attribute);
    }
}

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  SaxState *state = data;
  gsize start = tag_start (state);
  PnyxPlace place = { state->source->shown, line_of (state, start) };
  PnyxNode *node;

  (void)prefix;
  (void)n_namespaces;
  (void)namespaces;
  (void)n_defaulted;
  if (state->error != NULL)
    return;
  if (++state->depth > PNYX_DOCUMENT_DEPTH_MAX
      || ++state->loading->n_elements > PNYX_DOCUMENT_ELEMENTS_MAX)
    {
      stop (state, PNYX_ERROR_RANGE, place.line,
            state->depth > PNYX_DOCUMENT_DEPTH_MAX
                ? "elements are nested too deeply (expected at most 64 levels)"
                : "too many elements (expected at most 1000000)");
      return;
    }
  node = new_node ((const gchar *)name, &place);
  node->include = equal (uri, PNYX_XINCLUDE_NAMESPACE) && equal (name, "include");
  node->foreign = !equal (uri, PNYX_NAMESPACE);
  read_attributes (state, node, start, n_attributes, attributes);
  node->parent = state->current;
  if (state->current != NULL)
    g_ptr_array_add (state->current->children, node);
  else
    state->root = node;
  state->current = node;
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  SaxState *state = data;

  (void)name;
  (void)prefix;
  (void)uri;
  if (state->error != NULL || state->current == NULL)
    return;
  state->depth--;
  state->current = state->current->parent;
}

static void
on_text (void *data, const xmlChar *text, int length)
{
  SaxState *state = data;

  for (int i = 0; i < length; i++)
    if (strchr (" \t\r\n", text[i]) == NULL)
      {
        if (state->current != NULL && state->current->text_line == 0)
          state->current->text_line = parser_line (state);
        return;
      }
}

/* An entity that is not declared is not an error where libxml2 thinks a DTD could have been. */
static void
on_reference (void *data, const xmlChar *name)
{
  SaxState *state = data;
  g_autofree gchar *quoted = pnyx_message_quote ((const gchar *)name);
  g_autofree gchar *message = g_strdup_printf ("malformed XML: entity %s is not defined", quoted);

  stop (state, PNYX_ERROR_SYNTAX, parser_line (state), message);
}

static PnyxNode *
parse_xml (Loading *loading, const PnyxSource *source, const gchar *text, gsize length,
           GError **error)
{
  SaxState state
      = { .loading = loading, .source = source, .text = text, .length = length, .line = 1 };
  xmlSAXHandler *sax;

  if (!check_text (text, length, source->shown, error))
    return NULL;
  state.context = xmlNewParserCtxt ();
  sax = state.context->sax;
  memset (sax, 0, sizeof *sax);
  sax->initialized = XML_SAX2_MAGIC;
  sax->internalSubset = on_doctype;
  sax->startElementNs = on_start;
  sax->endElementNs = on_end;
  sax->characters = on_text;
  sax->cdataBlock = on_text;
  sax->reference = on_reference;
  sax->serror = on_error;
  state.context->userData = &state;
  /* The encoding is known to be UTF-8, whatever the declaration says. */
  xmlCtxtReadMemory (state.context, text, (int)length, NULL, NULL,
                     XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_BIG_LINES);
  if (state.error == NULL && (!state.context->wellFormed || state.root == NULL))
    stop (&state, PNYX_ERROR_SYNTAX, 1, "malformed XML (expected a <scenario>)");
  xmlFreeDoc (state.context->myDoc);
  xmlFreeParserCtxt (state.context);
  if (state.error == NULL)
    return state.root;
  free_node (state.root);
  g_propagate_error (error, state.error);
  return NULL;
}

/* --- includes --- */

static PnyxNode *load_source (Loading *loading, const Reading *reading, const PnyxPlace *place,
                              GError **error);

static gboolean
check_include (const PnyxNode *include, GError **error)
{
  const PnyxAttribute *parse = pnyx_node_attribute (include, "parse");

  for (guint i = 0; i < include->attributes->len; i++)
    {
      const PnyxAttribute *attribute = &g_array_index (include->attributes, PnyxAttribute, i);

      if (!g_str_equal (attribute->name, "href") && !g_str_equal (attribute->name, "parse"))
        {
          pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &attribute->place,
                             "attribute %s of an include is not supported (expected href only)",
                             attribute->name);
          return FALSE;
        }
    }
  if (parse != NULL && !g_str_equal (parse->value, "xml"))
    {
      pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &parse->place,
                         "an include is XML only (expected parse=\"xml\")");
      return FALSE;
    }
  if (include->children->len > 0)
    {
      const PnyxNode *child = g_ptr_array_index (include->children, 0);

      pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &child->place,
                         "an include has no fallback (expected an empty element)");
      return FALSE;
    }
  if (pnyx_node_attribute (include, "href") == NULL)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &include->place,
                         "an include without href (expected the path of a file)");
      return FALSE;
    }
  return TRUE;
}

/* The path in an href, which is a URI reference: percent escapes, no scheme, no fragment. */
static gchar *
path_of_href (const PnyxAttribute *href, GError **error)
{
  g_autofree gchar *scheme = g_uri_parse_scheme (href->value);
  g_autofree gchar *quoted = pnyx_message_quote (href->value);
  g_autofree gchar *path = NULL;

  if (scheme != NULL || g_str_has_prefix (href->value, "//"))
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, &href->place,
                         "include of %s is refused (expected a path relative to this file)",
                         quoted);
      return NULL;
    }
  path = strpbrk (href->value, "#?") == NULL ? g_uri_unescape_string (href->value, NULL) : NULL;
  if (path == NULL || *path == '\0' || !g_utf8_validate (path, -1, NULL))
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &href->place,
                         "include of %s: no such form of path (expected a whole file, without #)",
                         quoted);
      return NULL;
    }
  return g_steal_pointer (&path);
}

static gboolean
check_cycle (const Reading *reading, const gchar *path, const PnyxPlace *place, GError **error)
{
  if (reading->depth >= PNYX_DOCUMENT_INCLUDE_DEPTH_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, place,
                         "includes are nested too deeply (expected at most %d levels)",
                         PNYX_DOCUMENT_INCLUDE_DEPTH_MAX);
      return FALSE;
    }
  for (; reading != NULL; reading = reading->outer)
    if (g_strcmp0 (reading->source->path, path) == 0)
      {
        pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, place, "%s includes itself",
                           reading->source->shown);
        return FALSE;
      }
  return TRUE;
}

static PnyxNode *
load_include (Loading *loading, const Reading *outer, const PnyxNode *include, GError **error)
{
  const PnyxAttribute *href = pnyx_node_attribute (include, "href");
  const PnyxSource *top = g_ptr_array_index (loading->document->sources, 0);
  g_autofree gchar *written = NULL;
  g_autofree gchar *path = NULL;
  g_autofree gchar *folder = g_path_get_dirname (outer->source->shown);
  g_autofree gchar *shown = NULL;
  Reading inner = { outer, outer->depth + 1, NULL };

  if (!check_include (include, error))
    return NULL;
  written = path_of_href (href, error);
  if (written == NULL)
    return NULL;
  if (top->folder == NULL || ++loading->n_includes > PNYX_DOCUMENT_INCLUDES_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, &href->place, "%s",
                         top->folder == NULL ? "includes are refused here (expected one file)"
                                             : "too many includes (expected at most 256)");
      return NULL;
    }
  path = pnyx_file_resolve (top->folder, outer->source->folder, written, &href->place, error);
  if (path == NULL || !check_cycle (outer, path, &href->place, error))
    return NULL;
  shown = g_str_equal (folder, ".") && !g_str_has_prefix (outer->source->shown, "./")
              ? g_strdup (written)
              : g_build_filename (folder, written, NULL);
  inner.source = add_source (loading->document, shown, path);
  return load_source (loading, &inner, &href->place, error);
}

static gboolean
resolve_includes (Loading *loading, const Reading *reading, PnyxNode *node, GError **error)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      PnyxNode *child = g_ptr_array_index (node->children, i);

      if (child->include)
        {
          PnyxNode *included = load_include (loading, reading, child, error);

          if (included == NULL)
            return FALSE;
          included->parent = node;
          free_node (child);
          node->children->pdata[i] = included;
        }
      else if (!resolve_includes (loading, reading, child, error))
        return FALSE;
    }
  return TRUE;
}

/* The tree of @text with its includes. */
static PnyxNode *
load_text (Loading *loading, const Reading *reading, const gchar *text, gsize length,
           GError **error)
{
  PnyxPlace place = { reading->source->shown, 1 };
  PnyxNode *root;

  loading->n_bytes += length;
  if (loading->n_bytes > PNYX_FILE_DATA_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, &place,
                         "the scenario is too large with its includes (expected at most 64 MiB)");
      return NULL;
    }
  if (length >= 3 && memcmp (text, "\357\273\277", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  root = parse_xml (loading, reading->source, text, length, error);
  if (root == NULL)
    return NULL;
  if (root->include)
    {
      pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &root->place,
                         "an include cannot be the whole file (expected an element around it)");
      free_node (root);
      return NULL;
    }
  if (!resolve_includes (loading, reading, root, error))
    {
      free_node (root);
      return NULL;
    }
  return root;
}

static PnyxNode *
load_source (Loading *loading, const Reading *reading, const PnyxPlace *place, GError **error)
{
  gsize length;
  g_autofree gchar *text = pnyx_file_read (reading->source->path, reading->source->shown,
                                           PNYX_FILE_SCENARIO_MAX, place, &length, error);

  return text == NULL ? NULL : load_text (loading, reading, text, length, error);
}

/* --- loading --- */

PnyxDocument *
pnyx_document_load (const gchar *path, GError **error)
{
  g_autoptr (PnyxDocument) document = new_document ();
  g_autofree gchar *real = pnyx_file_real (path);
  Loading loading = { .document = document };
  Reading reading = { 0 };

  reading.source = add_source (document, path, real == NULL ? path : real);
  document->root = load_source (&loading, &reading, NULL, error);
  return document->root == NULL ? NULL : g_steal_pointer (&document);
}

PnyxDocument *
pnyx_document_load_memory (const gchar *text, gsize length, const gchar *shown, GError **error)
{
  g_autoptr (PnyxDocument) document = new_document ();
  Loading loading = { .document = document };
  Reading reading = { 0 };
  g_autofree gchar *copy = NULL;

  reading.source = add_source (document, shown, NULL);
  if (length > PNYX_FILE_SCENARIO_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_FORBIDDEN, NULL,
                         "%s is too large (expected at most 16 MiB)", shown);
      return NULL;
    }
  /* A copy with a zero byte at its end, as a file's. */
  copy = g_malloc (length + 1);
  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  document->root = load_text (&loading, &reading, copy, length, error);
  return document->root == NULL ? NULL : g_steal_pointer (&document);
}
