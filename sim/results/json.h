/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_JSON_H
#define PNYX_RESULTS_JSON_H

#include <glib.h>

/* As much of JSON (RFC 8259) as a manifest needs. */

/** pnyx_json_append_text: @text in quotes, escaped; what is no UTF-8 becomes U+FFFD; NULL: null. */
void pnyx_json_append_text (GString *json, const gchar *text);

/** PnyxJsonLeaf: a text, number or word of an object that is read; borrowed. */
typedef struct
{
  guint depth;        /* 1: a member of the root */
  const gchar *root;  /* the member of the root that it is in */
  const gchar *name;  /* of the member; "" in an array */
  const gchar *value; /* a text without its quotes and escapes, anything else as it stands; NULL: no
                         leaf, an object at this depth has ended */
  gboolean is_text;
} PnyxJsonLeaf;

/**
 * pnyx_json_walk: reads all of @json strictly and calls @visit for each leaf in order.
 * @json: an object
 *
 * Returns: FALSE where @json is malformed, nested deeper than 32, or no object.
 */
gboolean pnyx_json_walk (const gchar *json, void (*visit) (const PnyxJsonLeaf *leaf, gpointer user),
                         gpointer user);

/**
 * pnyx_json_text:
 * @json: an object
 *
 * Reads all of @json strictly.
 * @found: (out) (transfer full): the text of the member @key; NULL where there is no such member or
 *         it is no text
 *
 * Returns: FALSE where @json is malformed, nested deeper than 32, or no object.
 */
gboolean pnyx_json_text (const gchar *json, const gchar *key, gchar **found);

#endif
