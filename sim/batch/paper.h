/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_BATCH_PAPER_H
#define PNYX_BATCH_PAPER_H

#include "batch/published.h"
#include "batch/sweep.h"
#include "engine/calc.h"

/*
 * A publication whose numbers are computed again: a folder with paper.xml (what it is, which
 * calculation or experiment gives which number) and published.csv (the numbers, joined by id).
 */

/** The table of paper.xml, but for the scenarios in its experiments, which have their own. */
extern const PnyxElement pnyx_element_paper;

/** PnyxPaperParams: attributes of `<paper>`. */
typedef struct
{
  const gchar *title, *authors, *venue, *url, *doi; /* venue, url, doi: NULL where absent */
  guint64 year;
} PnyxPaperParams;

/** PnyxPaperExperiment: a scenario whose runs give numbers. */
typedef struct
{
  const gchar *id;  /* borrowed */
  gboolean quick;   /* part of quick runs */
  PnyxSweep *sweep; /* owned */
} PnyxPaperExperiment;

/** PnyxPaperEntry: how a published number is computed again. */
typedef struct
{
  const PnyxPublished *published; /* borrowed */
  gdouble scale;                  /* times this is in the published unit */
  /* An exact one: */
  const PnyxCalc *calc; /* borrowed; NULL: a simulated one */
  gchar **keys;         /* owned: KEY=VALUE */
  const gchar *column;  /* of the calculation's table: of a `name,value` table the name of a row */
  gint64 row;           /* first row of that column; -1: the whole column */
  /* A simulated one: */
  guint experiment, null; /* indices of experiments */
  guint point;            /* of the sweep of either */
  const gchar *scope, *metric;
} PnyxPaperEntry;

typedef struct
{
  gchar *name;            /* owned: of its folder */
  gchar *path;            /* owned: paper.xml */
  PnyxScenario *document; /* owned: paper.xml but for the scenarios */
  const PnyxPaperParams *params;
  GPtrArray *published; /* owned: PnyxPublished, in order */
  GArray *experiments;  /* owned: PnyxPaperExperiment */
  GArray *entries;      /* owned: PnyxPaperEntry, one for each published number, in that order */
} PnyxPaper;

/** PnyxCalcAt: Returns: the @i-th calculation that there is; NULL beyond the last. */
typedef const PnyxCalc *(*PnyxCalcAt) (gsize i);

/**
 * pnyx_paper_read:
 * @folder: of the publication
 * @data_folder: (nullable): with profiles/ in it
 * @calcs: which calculations there are
 *
 * Reads and joins both files, and everything that they name, which lies in @folder or below it.
 *
 * Returns: (transfer full): NULL with @error: `FILE:LINE: what is wrong (what was expected)`, also
 * where an id stands in one of the files only, a calculation, its keys or a metric does not exist,
 * a simulated number has no tolerance, or its null model is the experiment itself.
 */
PnyxPaper *pnyx_paper_read (const gchar *folder, const gchar *data_folder, PnyxCalcAt calcs,
                            GError **error);
void pnyx_paper_free (PnyxPaper *paper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxPaper, pnyx_paper_free)

/** pnyx_papers_list: Returns: (transfer full): names of the publications in @folder, sorted. */
GStrv pnyx_papers_list (const gchar *folder);

#endif
