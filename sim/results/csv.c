/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.csv and summary.csv. The columns are those of the first run, as long as no other has more;
 * then the walk begins again with what is known by then. Of a point with very many replicates the
 * summary is made in several passes of some columns each, so that the values held stay below a
 * limit.
 */
#include "results/csv.h"

#include <math.h>

#include "base/statistics.h"
#include "results/csv_priv.h"

#define VALUES_MAX ((gsize)1 << 20) /* held at a time: 8 MiB */

/* ---- All runs and columns ---- */

typedef struct
{
  guint point, replicate;
  gboolean failed;
  guint64 seed;
} Cell;

typedef struct
{
  PnyxStore *store;
  const PnyxStoreHead *head;
  GArray *cells; /* owned: Cell, in order */
  PnyxColumns columns;
} Book;

static void
add_cell (const PnyxRunResult *run, gpointer user)
{
  Book *book = user;
  Cell cell = { run->point, run->replicate, run->failed, run->seed };

  g_array_append_val (book->cells, cell);
}

static void
add_column (const PnyxScalar *scalar, guint position, gpointer user)
{
  Book *book = user;

  pnyx_columns_find (&book->columns, position, scalar->scope, scalar->metric, scalar->unit);
}

static void
book_clear (Book *book)
{
  pnyx_columns_clear (&book->columns);
  g_array_unref (book->cells);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

/* The columns of the first cell that has any; with @all, of all of them. */
static gboolean
find_columns (Book *book, gboolean all, GError **error)
{
  for (guint i = 0; i < book->cells->len && (all || book->columns.columns->len == 0); i++)
    {
      const Cell *cell = &g_array_index (book->cells, Cell, i);

      if (!pnyx_store_scalars (book->store, cell->point, cell->replicate, TRUE, add_column, book,
                               error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
book_init (Book *book, PnyxStore *store, GError **error)
{
  *book = (Book){ .store = store, .head = pnyx_store_head (store) };
  book->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  pnyx_columns_init (&book->columns);
  return pnyx_store_runs (store, add_cell, book, error);
}

static void
write_axis_names (PnyxDraft *draft, const PnyxStoreHead *head)
{
  for (guint i = 0; i < head->n_axes; i++)
    {
      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, head->axes[i]);
    }
}

static void
write_axis_values (PnyxDraft *draft, const PnyxStoreHead *head, guint point)
{
  PNYX_REQUIRE (point < head->n_points);
  for (guint i = 0; i < head->n_axes; i++)
    {
      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, head->values[(gsize)point * head->n_axes + i]);
    }
}

/* ---- Values ---- */

/* Where the scalars of a run go that stand in the columns [@first, @first + @n). */
typedef struct
{
  Book *book;
  guint first, n;
  gdouble *row;
} Picker;

static void
pick (const PnyxScalar *scalar, guint position, gpointer user)
{
  Picker *picker = user;
  guint column = pnyx_columns_find (&picker->book->columns, position, scalar->scope, scalar->metric,
                                    scalar->unit);

  if (column >= picker->first && column - picker->first < picker->n)
    picker->row[column - picker->first] = scalar->value;
}

/* The values of the columns [@first, @first + @n) of one run. */
static gboolean
read_row (Book *book, const Cell *cell, guint first, guint n, gdouble *row, GError **error)
{
  Picker picker = { book, first, n, row };

  for (guint k = 0; k < n; k++)
    row[k] = NAN;
  return pnyx_store_scalars (book->store, cell->point, cell->replicate, FALSE, pick, &picker,
                             error);
}

/* ---- runs.csv ---- */

static gboolean
write_run (PnyxDraft *draft, Book *book, const Cell *cell, guint n, gdouble *row, GError **error)
{
  if (!read_row (book, cell, 0, n, row, error))
    return FALSE;
  pnyx_csv_unsigned (draft, cell->point);
  pnyx_csv_comma (draft);
  pnyx_csv_unsigned (draft, cell->replicate);
  pnyx_csv_comma (draft);
  pnyx_csv_unsigned (draft, cell->seed);
  write_axis_values (draft, book->head, cell->point);
  for (guint k = 0; k < n; k++)
    {
      pnyx_csv_comma (draft);
      pnyx_csv_number (draft, row[k]);
    }
  pnyx_draft_text (draft, "\n");
  return TRUE;
}

/* @whole: (out): FALSE: a run has columns that the file lacks, which are known now */
static gboolean
try_runs (const gchar *folder, Book *book, gboolean *whole, GError **error)
{
  g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, "runs.csv");
  const GArray *columns = book->columns.columns;
  const guint n = columns->len;
  g_autofree gdouble *row = g_new (gdouble, n + 1);

  pnyx_draft_text (draft, "point,replicate,seed");
  write_axis_names (draft, book->head);
  *whole = TRUE;
  for (guint k = 0; k < n; k++)
    {
      const PnyxColumn *column = &g_array_index (columns, PnyxColumn, k);
      g_autofree gchar *name
          = g_strdup_printf ("%s%s%s", column->scope, *column->scope ? ":" : "", column->metric);

      pnyx_csv_comma (draft);
      pnyx_csv_text (draft, name);
    }
  pnyx_draft_text (draft, "\n");
  for (guint i = 0; i < book->cells->len; i++)
    {
      if (!write_run (draft, book, &g_array_index (book->cells, Cell, i), n, row, error))
        return FALSE;
      if (columns->len > n)
        {
          *whole = FALSE;
          return TRUE;
        }
    }
  return pnyx_draft_finish (draft, error);
}

static gboolean
write_runs (const gchar *folder, Book *book, GError **error)
{
  gboolean whole = FALSE;

  if (!find_columns (book, FALSE, error) || !try_runs (folder, book, &whole, error))
    return FALSE;
  if (whole)
    return TRUE;
  pnyx_columns_clear (&book->columns);
  pnyx_columns_init (&book->columns);
  return find_columns (book, TRUE, error) && try_runs (folder, book, &whole, error) && whole;
}

/* ---- summary.csv ---- */

static void
summarise (PnyxSummaryRow *row, const gdouble *values)
{
  PnyxInterval interval = pnyx_student_interval (values, row->n, 0.95);

  row->mean = pnyx_mean (values, row->n);
  row->sd = pnyx_sd (values, row->n);
  row->ci95_low = interval.low;
  row->ci95_high = interval.high;
  row->min = pnyx_quantile (values, row->n, 0);
  row->p50 = pnyx_quantile (values, row->n, 0.5);
  row->max = pnyx_quantile (values, row->n, 1);
}

typedef struct
{
  void (*visit) (const PnyxSummaryRow *row, gpointer user);
  gpointer user;
} Visitor;

/* The columns [@first, @first + @n) of the cells [@begin, @end), which are of one point. */
static gboolean
summarise_columns (Book *book, const gsize cells[2], guint first, guint n, const Visitor *visitor,
                   GError **error)
{
  gsize n_cells = cells[1] - cells[0];
  g_autofree gdouble *values = g_new (gdouble, n_cells * n + 1);
  g_autofree gdouble *column = g_new (gdouble, n_cells + 1);

  for (gsize i = 0; i < n_cells; i++)
    if (!read_row (book, &g_array_index (book->cells, Cell, cells[0] + i), first, n, values + i * n,
                   error))
      return FALSE;
  for (guint k = 0; k < n; k++)
    {
      const PnyxColumn *of = &g_array_index (book->columns.columns, PnyxColumn, first + k);
      PnyxSummaryRow row = { .point = g_array_index (book->cells, Cell, cells[0]).point,
                             .scope = of->scope,
                             .metric = of->metric,
                             .unit = of->unit };

      for (gsize i = 0; i < n_cells; i++)
        if (!isnan (values[i * n + k]))
          column[row.n++] = values[i * n + k];
      summarise (&row, column);
      visitor->visit (&row, visitor->user);
    }
  return TRUE;
}

static gsize
point_end (const Book *book, gsize from)
{
  guint point = g_array_index (book->cells, Cell, from).point;

  while (from < book->cells->len && g_array_index (book->cells, Cell, from).point == point)
    from++;
  return from;
}

static gboolean
summarise_all (Book *book, const Visitor *visitor, GError **error)
{
  guint n_columns = book->columns.columns->len;

  for (gsize begin = 0, end; begin < book->cells->len; begin = end)
    {
      guint chunk;

      end = point_end (book, begin);
      chunk = (guint)CLAMP (VALUES_MAX / (end - begin), 1, MAX (n_columns, 1));
      for (guint first = 0; first < n_columns; first += chunk)
        if (!summarise_columns (book, (const gsize[]){ begin, end }, first,
                                MIN (chunk, n_columns - first), visitor, error))
          return FALSE;
    }
  return TRUE;
}

gboolean
pnyx_summary (PnyxStore *store, void (*visit) (const PnyxSummaryRow *row, gpointer user),
              gpointer user, GError **error)
{
  g_auto (Book) book;
  Visitor visitor = { visit, user };

  return book_init (&book, store, error) && find_columns (&book, TRUE, error)
         && summarise_all (&book, &visitor, error);
}

typedef struct
{
  PnyxDraft *draft;
  const PnyxStoreHead *head;
} SummaryWriter;

static void
write_summary_row (const PnyxSummaryRow *row, gpointer user)
{
  const SummaryWriter *writer = user;
  const gchar *texts[] = { row->scope, row->metric, row->unit };
  gdouble numbers[]
      = { row->mean, row->sd, row->ci95_low, row->ci95_high, row->min, row->p50, row->max };

  pnyx_csv_unsigned (writer->draft, row->point);
  write_axis_values (writer->draft, writer->head, row->point);
  for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      pnyx_csv_comma (writer->draft);
      pnyx_csv_text (writer->draft, texts[k]);
    }
  pnyx_csv_comma (writer->draft);
  pnyx_csv_unsigned (writer->draft, row->n);
  for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
    {
      pnyx_csv_comma (writer->draft);
      pnyx_csv_number (writer->draft, numbers[k]);
    }
  pnyx_draft_text (writer->draft, "\n");
}

static gboolean
write_summary (const gchar *folder, Book *book, GError **error)
{
  g_autoptr (PnyxDraft) draft = pnyx_draft_new (folder, "summary.csv");
  SummaryWriter writer = { draft, book->head };
  Visitor visitor = { write_summary_row, &writer };

  pnyx_draft_text (draft, "point");
  write_axis_names (draft, book->head);
  pnyx_draft_text (draft, ",scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n");
  return summarise_all (book, &visitor, error) && pnyx_draft_finish (draft, error);
}

gboolean
pnyx_csv_write (const gchar *folder, PnyxStore *store, GError **error)
{
  g_auto (Book) book;

  return book_init (&book, store, error) && write_runs (folder, &book, error)
         && write_summary (folder, &book, error) && pnyx_csv_write_series (folder, store, error)
         && pnyx_csv_write_batches (folder, store, error)
         && pnyx_csv_write_distributions (folder, store, error);
}
