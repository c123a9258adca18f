/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stake from a CSV file. The text is cut in place, line by line, into fields that point into it;
 * operators are numbered as they appear and by their stake when all rows are known.
 */
#include "protocol/gasper/stake_file.h"

#include <string.h>

#include "base/message.h"
#include "base/number.h"

#define STAKE_MAX 1e9 /* ETH: beyond what there is, and far within PnyxStake */

enum
{
  COLUMN_STAKE,
  COLUMN_VALIDATOR,
  COLUMN_OPERATOR,
  N_COLUMNS,
};

#define FIELDS_MAX 1000

static const gchar *const column_names[] = { "stake", "validator", "operator", NULL };

typedef struct
{
  pnyx_uint128 stake;
  guint32 first; /* in order of appearance */
} Operator;

typedef struct
{
  PnyxPlace place;        /* of the present line */
  GPtrArray *fields;      /* of that line */
  guint n_fields;         /* of the header */
  gint column[N_COLUMNS]; /* index of the field; -1: there is none */
  GHashTable *validators; /* name to line */
  GHashTable *operators;  /* name to 1 + index in @totals */
  GArray *stakes;         /* PnyxStake */
  GArray *operator_of;    /* guint32 */
  GArray *totals;         /* Operator */
} Reading;

/* Cuts @line at its commas into @fields. Returns: FALSE where quotes do not match. Of a line of
 * very many fields the rest is left out: it has more than there are columns in any case. */
static gboolean
split (gchar *line, GPtrArray *fields)
{
  gboolean more = TRUE;

  for (g_ptr_array_set_size (fields, 0); more && fields->len < FIELDS_MAX; line++)
    {
      gchar *field;

      while (*line == ' ' || *line == '\t')
        line++;
      field = line;
      if (*line == '"')
        {
          gchar *to = field;

          for (line++; *line != '\0' && (*line != '"' || line[1] == '"'); *to++ = *line++)
            if (*line == '"')
              line++;
          if (*line == '\0')
            return FALSE;
          line++;
          while (*line == ' ' || *line == '\t')
            line++;
          if (*line != ',' && *line != '\0')
            return FALSE;
          more = *line == ',';
          *to = '\0';
        }
      else
        {
          line += strcspn (line, ",");
          more = *line == ',';
          *line = '\0';
          g_strchomp (field);
        }
      g_ptr_array_add (fields, field);
    }
  return TRUE;
}

static gboolean
take_column (Reading *reading, guint index, GError **error)
{
  const gchar *name = g_ptr_array_index (reading->fields, index);
  g_autofree gchar *quoted = pnyx_message_quote (name);
  g_autofree gchar *clause = NULL;

  for (guint i = 0; i < N_COLUMNS; i++)
    if (g_str_equal (name, column_names[i]))
      {
        if (reading->column[i] >= 0)
          {
            pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &reading->place,
                               "column %s twice (expected each once)", quoted);
            return FALSE;
          }
        reading->column[i] = (gint)index;
        return TRUE;
      }
  clause = pnyx_suggest_clause (name, column_names);
  pnyx_set_error_at (error, PNYX_ERROR_UNKNOWN, &reading->place,
                     "unknown column %s%s (expected stake, validator or operator)", quoted, clause);
  return FALSE;
}

static gboolean
take_header (Reading *reading, GError **error)
{
  reading->n_fields = reading->fields->len;
  for (guint i = 0; i < N_COLUMNS; i++)
    reading->column[i] = -1;
  for (guint i = 0; i < reading->n_fields; i++)
    if (!take_column (reading, i, error))
      return FALSE;
  if (reading->column[COLUMN_STAKE] >= 0)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_MISSING, &reading->place,
                     "no column stake (expected stake, and validator or operator where they are "
                     "known)");
  return FALSE;
}

static gboolean
take_stake (Reading *reading, PnyxStake *stake, GError **error)
{
  const gchar *text = g_ptr_array_index (reading->fields, (guint)reading->column[COLUMN_STAKE]);
  gdouble value;

  if (!pnyx_number_parse (text, &value))
    {
      g_autofree gchar *quoted = pnyx_message_quote (text);

      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reading->place,
                         "stake: %s is no number (expected ETH without a unit, such as 32)",
                         quoted);
      return FALSE;
    }
  if (value < 1 || value > STAKE_MAX)
    {
      g_autofree gchar *quoted = pnyx_message_quote (text);

      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &reading->place,
                         "stake: %s is out of range (expected 1 to 1e9 ETH)", quoted);
      return FALSE;
    }
  *stake = (PnyxStake)(value * 1e9 + 0.5);
  g_array_append_vals (reading->stakes, stake, 1);
  return TRUE;
}

/* Returns: (nullable) (transfer none): the name in @column, which must not be empty. */
static gchar *
take_name (Reading *reading, guint column, GError **error)
{
  gchar *name = g_ptr_array_index (reading->fields, (guint)reading->column[column]);

  if (*name != '\0')
    return name;
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reading->place, "no %s (expected a name)",
                     column_names[column]);
  return NULL;
}

static gboolean
take_validator (Reading *reading, GError **error)
{
  gchar *name = take_name (reading, COLUMN_VALIDATOR, error);
  guint line;

  if (name == NULL)
    return FALSE;
  line = GPOINTER_TO_UINT (g_hash_table_lookup (reading->validators, name));
  if (line > 0)
    {
      g_autofree gchar *quoted = pnyx_message_quote (name);

      pnyx_set_error_at (error, PNYX_ERROR_CONFLICT, &reading->place,
                         "validator %s is in line %u already (expected each once)", quoted, line);
      return FALSE;
    }
  g_hash_table_insert (reading->validators, name, GUINT_TO_POINTER (reading->place.line));
  return TRUE;
}

static gboolean
take_operator (Reading *reading, PnyxStake stake, GError **error)
{
  gchar *name = take_name (reading, COLUMN_OPERATOR, error);
  guint32 index;

  if (name == NULL)
    return FALSE;
  index = GPOINTER_TO_UINT (g_hash_table_lookup (reading->operators, name));
  if (index == 0)
    {
      Operator none = { .first = reading->totals->len };

      g_array_append_val (reading->totals, none);
      index = reading->totals->len;
      g_hash_table_insert (reading->operators, name, GUINT_TO_POINTER (index));
    }
  index--;
  g_array_index (reading->totals, Operator, index).stake += stake;
  g_array_append_val (reading->operator_of, index);
  return TRUE;
}

static gboolean
take_row (Reading *reading, GError **error)
{
  PnyxStake stake;

  if (reading->fields->len != reading->n_fields)
    {
      pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reading->place,
                         "%u field%s (expected %u, as in the header)", reading->fields->len,
                         reading->fields->len == 1 ? "" : "s", reading->n_fields);
      return FALSE;
    }
  if (reading->stakes->len == PNYX_GASPER_VALIDATORS_MAX)
    {
      pnyx_set_error_at (error, PNYX_ERROR_RANGE, &reading->place,
                         "too many validators (expected at most %d)", PNYX_GASPER_VALIDATORS_MAX);
      return FALSE;
    }
  return take_stake (reading, &stake, error)
         && (reading->column[COLUMN_VALIDATOR] < 0 || take_validator (reading, error))
         && (reading->column[COLUMN_OPERATOR] < 0 || take_operator (reading, stake, error));
}

static gboolean
take_lines (Reading *reading, gchar *text, GError **error)
{
  gchar *next;

  for (gchar *line = text; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      reading->place.line++;
      if (!split (g_strchomp (line), reading->fields))
        {
          pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &reading->place,
                             "quotes that do not match (expected \"...\" around a whole field)");
          return FALSE;
        }
      if (!(reading->place.line == 1 ? take_header (reading, error) : take_row (reading, error)))
        return FALSE;
    }
  if (reading->stakes->len > 0)
    return TRUE;
  pnyx_set_error_at (error, PNYX_ERROR_MISSING, &reading->place,
                     "no validators (expected a row for each below the header)");
  return FALSE;
}

static gint
compare_operators (gconstpointer a, gconstpointer b, gpointer data)
{
  const Operator *left = a;
  const Operator *right = b;

  (void)data;
  if (left->stake != right->stake)
    return left->stake > right->stake ? -1 : 1;
  return left->first < right->first ? -1 : left->first > right->first;
}

/* From numbers in order of appearance to numbers by falling stake. */
static void
rank_operators (Reading *reading, PnyxGasperStakeFile *file)
{
  guint32 n = reading->totals->len;
  g_autofree guint32 *rank = g_new (guint32, n);

  g_array_sort_with_data (reading->totals, compare_operators, NULL);
  for (guint32 i = 0; i < n; i++)
    rank[g_array_index (reading->totals, Operator, i).first] = i;
  file->n_operators = n;
  file->operator_of = g_new (guint32, file->n);
  for (guint32 i = 0; i < file->n; i++)
    file->operator_of[i] = rank[g_array_index (reading->operator_of, guint32, i)];
}

static void
read_text (PnyxGasperStakeFile *file, const gchar *path, gchar *text, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  g_autoptr (GHashTable) validators = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) operators = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) stakes = g_array_new (FALSE, FALSE, sizeof (PnyxStake));
  g_autoptr (GArray) operator_of = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) totals = g_array_new (FALSE, FALSE, sizeof (Operator));
  Reading reading = { .place = { .file = path },
                      .fields = fields,
                      .validators = validators,
                      .operators = operators,
                      .stakes = stakes,
                      .operator_of = operator_of,
                      .totals = totals };

  if (!take_lines (&reading, text, error))
    return;
  file->n = stakes->len;
  file->stakes = g_new (PnyxStake, file->n);
  memcpy (file->stakes, stakes->data, sizeof (PnyxStake) * file->n);
  if (reading.column[COLUMN_OPERATOR] >= 0)
    rank_operators (&reading, file);
}

/* Whether all @length bytes are text with something in it; what follows a zero byte would be lost.
 */
static gboolean
check_text (const gchar *path, const gchar *text, gsize length, GError **error)
{
  PnyxPlace place = { .file = path, .line = 1 };

  if (strspn (text, " \t\r\n") == length)
    {
      pnyx_set_error_at (error, PNYX_ERROR_MISSING, &place,
                         "the file is empty (expected a header with the column stake)");
      return FALSE;
    }
  if (strlen (text) == length)
    return TRUE;
  for (const gchar *at = text; *at != '\0'; at++)
    place.line += *at == '\n' ? 1 : 0;
  pnyx_set_error_at (error, PNYX_ERROR_SYNTAX, &place, "a zero byte (expected text)");
  return FALSE;
}

gboolean
pnyx_gasper_stake_file_read (PnyxGasperStakeFile *file, const gchar *path, const PnyxPlace *place,
                             GError **error)
{
  static const gchar byte_order_mark[] = "\xef\xbb\xbf";
  g_autofree gchar *text = NULL;
  g_autoptr (GError) cause = NULL;
  gchar *begin;
  gsize length;

  memset (file, 0, sizeof *file);
  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      pnyx_set_error_at (error, PNYX_ERROR_IO, place, "%s", cause->message);
      return FALSE;
    }
  begin = g_str_has_prefix (text, byte_order_mark) ? text + strlen (byte_order_mark) : text;
  if (!check_text (path, begin, length - (gsize)(begin - text), error))
    return FALSE;
  g_strchomp (begin);
  read_text (file, path, begin, error);
  return file->n > 0;
}

void
pnyx_gasper_stake_file_clear (PnyxGasperStakeFile *file)
{
  g_free (file->stakes);
  g_free (file->operator_of);
  memset (file, 0, sizeof *file);
}
