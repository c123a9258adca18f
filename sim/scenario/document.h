/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_SCENARIO_DOCUMENT_H
#define PNYX_SCENARIO_DOCUMENT_H

#include "engine/params.h"

/*
 * PnyxDocument: the XML of a scenario as a plain tree, includes resolved, every node and attribute
 * with the file and line it stands in. Not yet judged against the tables. Immutable, but for
 * pnyx_node_set and pnyx_node_add on a copy of one's own.
 */

#define PNYX_NAMESPACE "urn:pnyx:scenario:1"
#define PNYX_XINCLUDE_NAMESPACE "http://www.w3.org/2001/XInclude"

#define PNYX_DOCUMENT_DEPTH_MAX 64         /* elements within elements, in one file */
#define PNYX_DOCUMENT_INCLUDE_DEPTH_MAX 16 /* files within files */
#define PNYX_DOCUMENT_INCLUDES_MAX 256     /* in all */
#define PNYX_DOCUMENT_ATTRIBUTES_MAX 256   /* of one element */
#define PNYX_DOCUMENT_ELEMENTS_MAX 1000000 /* in all */

typedef struct
{
  gchar *name;
  gchar *value;
  PnyxPlace place;
  PnyxOrigin origin; /* FILE or SET */
} PnyxAttribute;

typedef struct _PnyxNode PnyxNode;

struct _PnyxNode
{
  gchar *name;
  PnyxPlace place;
  PnyxNode *parent;    /* borrowed; NULL: the root */
  GArray *attributes;  /* owned: PnyxAttribute, in document order; none of xml: */
  GPtrArray *children; /* owned: PnyxNode */
  guint text_line;     /* of text between its tags; 0: none */
  gboolean foreign;    /* of another namespace */
  gboolean include;    /* xi:include that waits to be replaced; never in a finished document */
};

/** PnyxSource: a file that the document was read from. */
typedef struct
{
  const gchar *shown; /* as messages name it, interned; PnyxPlace.file is this very pointer */
  gchar *path;        /* owned: real path; NULL: memory */
  gchar *folder;      /* owned: real path of its folder; NULL: memory */
} PnyxSource;

typedef struct
{
  PnyxNode *root;
  GPtrArray *sources; /* owned: PnyxSource; the first is the scenario itself */
  GPtrArray *labels;  /* owned, shared with copies and scenarios: PnyxPlace.file of overrides */
} PnyxDocument;

/**
 * pnyx_document_load: reads and includes.
 *
 * Errors: PNYX_ERROR_MISSING, _FORBIDDEN, _SYNTAX, _RANGE (a limit), _IO; FILE:LINE in front.
 */
PnyxDocument *pnyx_document_load (const gchar *path, GError **error);

/** pnyx_document_load_memory: the same from @text; includes and files are forbidden there. */
PnyxDocument *pnyx_document_load_memory (const gchar *text, gsize length, const gchar *shown,
                                         GError **error);
/** pnyx_document_new: a document of an empty element, without sources. */
PnyxDocument *pnyx_document_new (const gchar *name, const PnyxPlace *place);
PnyxDocument *pnyx_document_copy (const PnyxDocument *document);
void pnyx_document_free (PnyxDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxDocument, pnyx_document_free)

/** pnyx_document_source: Returns: (transfer none): the source of a place; the first for any other.
 */
const PnyxSource *pnyx_document_source (const PnyxDocument *document, const gchar *shown);

/** pnyx_document_label: Returns: (transfer none): @label, for as long as the document, its copies
 * or what is read from them live. */
const gchar *pnyx_document_label (PnyxDocument *document, const gchar *label);

/** pnyx_node_attribute: Returns: (nullable) (transfer none): the attribute @name. */
const PnyxAttribute *pnyx_node_attribute (const PnyxNode *node, const gchar *name);

/** pnyx_node_set: sets or adds an attribute; the document must be one's own. */
void pnyx_node_set (PnyxNode *node, const gchar *name, const gchar *value, const PnyxPlace *place);

/** pnyx_node_add: Returns: (transfer none): a new last child. */
PnyxNode *pnyx_node_add (PnyxNode *parent, const gchar *name, const PnyxPlace *place);

#endif
