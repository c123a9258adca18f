/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_SVG_H
#define PNYX_FIGURE_SVG_H

#include <glib.h>

/* What a stranger's picture may have at most: bytes as a file and in the page, and elements in each
 * other. */
#define PNYX_SVG_FILE_MAX ((gsize)32 << 20)
#define PNYX_SVG_INLINE_MAX ((gsize)64 << 20)
#define PNYX_SVG_DEPTH_MAX 256

/**
 * pnyx_svg_inline: a picture as part of a page.
 * @svg: a whole file
 * @prefix: put before every id and every reference to one, so that pictures of one page do not
 *          share them: letters, digits and -
 * @title, @description: what a screen reader says of it
 *
 * The root becomes an image of these words; its size is left to the page (its width stands in the
 * attribute data-width). Of the elements only those that draw are kept; titles, descriptions,
 * scripts, styles, links, animations and elements of HTML are left out with what is in them, so are
 * handlers of events and whatever refers to another file: strangers may have drawn it.
 *
 * Returns: (transfer full): the element svg; NULL with @error of PNYX_ERROR_SYNTAX where it is not
 * well-formed, no SVG, or larger or deeper than the limits above.
 */
gchar *pnyx_svg_inline (const gchar *svg, const gchar *prefix, const gchar *title,
                        const gchar *description, GError **error);

/** pnyx_html_escape: Returns: (transfer full): @text as the text of an element or an attribute in
 * quotes: valid, without control characters and what turns the direction of writing. */
gchar *pnyx_html_escape (const gchar *text);

#endif
