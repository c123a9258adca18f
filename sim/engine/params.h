/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_ENGINE_PARAMS_H
#define PNYX_ENGINE_PARAMS_H

#include "base/error.h"
#include "base/message.h" /* pnyx_suggest */
#include "base/units.h"
#include "engine/distribution.h"

/*
 * Parameter tables: the one source of truth for parsing, ranges, defaults, units, messages,
 * `describe`, `init`, the RELAX NG and the reference documentation.
 */

/** PnyxParamType: decides parser, C type of the field, and schema datatype. */
typedef enum
{
  PNYX_PARAM_BOOL,         /* gboolean: "true" or "false" */
  PNYX_PARAM_ENUM,         /* gint: index into @choices */
  PNYX_PARAM_INTEGER,      /* gint64 */
  PNYX_PARAM_COUNT,        /* guint64 */
  PNYX_PARAM_REAL,         /* gdouble in SI units of @unit */
  PNYX_PARAM_TIME,         /* PnyxTime */
  PNYX_PARAM_SIZE,         /* guint64, bytes */
  PNYX_PARAM_STAKE,        /* PnyxStake, gwei */
  PNYX_PARAM_SPAN,         /* PnyxSpan: "64 epoch", "2 d", "100 block", "32 slot" */
  PNYX_PARAM_TEXT,         /* const gchar * */
  PNYX_PARAM_NAME,         /* const gchar *: an id that the user gives; letters, digits, - _ . */
  PNYX_PARAM_REFERENCE,    /* const gchar *: the id of an element named @refers_to */
  PNYX_PARAM_FILE,         /* const gchar *: path relative to the file that names it, resolved */
  PNYX_PARAM_PROFILE,      /* const gchar *: name of a profile of the folder @refers_to, resolved to
                              its file; a path ending in .xml is taken as PNYX_PARAM_FILE */
  PNYX_PARAM_DISTRIBUTION, /* const PnyxDistribution *, values in SI units of @unit */
  PNYX_PARAM_REALS,        /* PnyxReals: comma-separated */
  PNYX_PARAM_NAMES,        /* GStrv (const gchar *const *): comma-separated names */
} PnyxParamType;

typedef enum
{
  PNYX_SPAN_TIME, /* value in ns */
  PNYX_SPAN_SLOTS,
  PNYX_SPAN_EPOCHS,
  PNYX_SPAN_BLOCKS,
} PnyxSpanUnit;

/** PnyxSpan: how long something lasts, in time or in a protocol's own measure. */
typedef struct
{
  gint64 value;
  PnyxSpanUnit unit;
} PnyxSpan;

typedef struct
{
  gsize n;
  gdouble *values; /* owned by the params struct's section */
} PnyxReals;

typedef enum
{
  PNYX_PARAM_POSITIVE = 1 << 0, /* 0 is excluded although @min is inclusive */
  PNYX_PARAM_WORK = 1 << 1,     /* time of cores: refused where delays are end to end */
} PnyxParamFlags;

/** PnyxParam: one parameter. Values in the table are written as in a scenario. */
typedef struct
{
  const gchar *name; /* attribute name in the scenario */
  PnyxParamType type;
  gsize offset;           /* field in the params struct */
  const gchar *fallback;  /* default; NULL: mandatory; "": may be absent (see pnyx_param_unset) */
  const gchar *min, *max; /* inclusive; NULL: none */
  const gchar *meaning;   /* one sentence */
  const gchar *source;    /* where the default comes from; NULL where it is nobody's measurement */
  PnyxUnit unit;          /* of REAL, DISTRIBUTION, REALS */
  const gchar *const *choices; /* ENUM: NULL-terminated */
  const gchar *refers_to;      /* REFERENCE: element name; PROFILE: folder */
  guint flags;
} PnyxParam;

/*
 * A parameter with fallback "" that is absent: BOOL FALSE, ENUM -1, INTEGER and TIME G_MININT64,
 * COUNT, SIZE and STAKE G_MAXUINT64, REAL NaN, SPAN value G_MININT64, pointers NULL, REALS n = 0.
 */
#define PNYX_TIME_UNSET G_MININT64
#define PNYX_COUNT_UNSET G_MAXUINT64

typedef struct _PnyxSection PnyxSection;
typedef struct _PnyxElement PnyxElement;
typedef struct _PnyxComponent PnyxComponent;

/** PnyxChild: which elements may stand inside another, and how often. */
typedef struct
{
  const PnyxElement *element;
  guint min, max; /* max 0: any number */
} PnyxChild;

/*
 * What is mandatory (min 1) and left out is made by the reader with its defaults (implied), where
 * all of it has defaults; an error otherwise.
 */

/** PnyxKind: a family of components: the registry as the reader, `list` and `describe` see it. */
typedef struct
{
  const gchar *name;                     /* "topology" */
  const gchar *meaning;                  /* one sentence */
  const PnyxComponent *(*get) (gsize i); /* in registry order; NULL beyond the last */
} PnyxKind;

/** PnyxElement: an element of a scenario: its attributes, its kind, what may stand inside. */
struct _PnyxElement
{
  const gchar *name;
  const gchar *meaning; /* one sentence */
  const PnyxParam *params;
  gsize n_params;
  gsize params_size;
  const PnyxKind *kind;      /* NULL: it has no attribute `kind` */
  const gchar *default_kind; /* NULL: `kind` is mandatory */
  const PnyxChild *children;
  gsize n_children;
  /* Across parameters; NULL: nothing to check. Messages through pnyx_set_error_at. */
  gboolean (*check) (const PnyxSection *section, GError **error);
};

typedef struct _PnyxCalc PnyxCalc;

/** PnyxComponent: the head that is embedded first in every kind's ops. */
struct _PnyxComponent
{
  const gchar *name;
  const gchar *summary; /* what it models, one sentence */
  const gchar *source;  /* publication or specification, with the place in it */
  const gchar *limits;  /* what it abstracts away, one or two sentences; NULL: nothing to say */
  const PnyxParam *params;
  gsize n_params;
  gsize params_size;
  const PnyxChild *children; /* elements inside the component's own element */
  gsize n_children;
  gboolean (*check) (const PnyxSection *section, GError **error);
  const PnyxCalc *calcs; /* what `pnyx calc` offers from this file */
  gsize n_calcs;
};

typedef enum
{
  PNYX_ORIGIN_DEFAULT, /* the table's fallback */
  PNYX_ORIGIN_FILE,    /* the scenario: place says where */
  PNYX_ORIGIN_SET,     /* --set, --seed, --replicates or a sweep's axis */
} PnyxOrigin;

/** PnyxValue: a parameter as it was given. */
typedef struct
{
  gchar *text; /* as written, or the fallback; NULL: absent */
  PnyxPlace place;
  PnyxOrigin origin;
} PnyxValue;

/**
 * PnyxSection: an element of one scenario, read and checked; immutable afterwards. Where the
 * element has a kind, the component's parameters stand here too, wherever they were written (as
 * attributes of this element or in a child named after the component).
 */
struct _PnyxSection
{
  const PnyxElement *element;
  const PnyxComponent *component; /* NULL where the element has no kind */
  PnyxValue kind;                 /* how @component was chosen; text NULL without kind */
  PnyxSection *parent;            /* borrowed; NULL: the root */
  PnyxPlace place;
  gboolean implied; /* left out in the scenario, made with its defaults; @place is the parent's */
  gpointer params;  /* owned: struct of element->params_size */
  gpointer component_params;   /* owned: struct of component->params_size; NULL without component */
  PnyxValue *values;           /* owned: element->n_params */
  PnyxValue *component_values; /* owned: component->n_params */
  PnyxPlace component_place;   /* of the component's own child element where it was written */
  GPtrArray
      *children; /* owned: PnyxSection, in document order: the element's, then the component's */
};

/** pnyx_section_new: an empty section with no values, not yet among @parent's children. */
PnyxSection *pnyx_section_new (const PnyxElement *element, PnyxSection *parent);
/** pnyx_section_set_component: makes room for its parameters; at most once. */
void pnyx_section_set_component (PnyxSection *section, const PnyxComponent *component);
void pnyx_section_free (PnyxSection *section);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PnyxSection, pnyx_section_free)

/** pnyx_section_child: Returns: (nullable) (transfer none): the @i-th child element named @name. */
const PnyxSection *pnyx_section_child (const PnyxSection *section, const gchar *name, gsize i);
/** pnyx_section_count: Returns: how many child elements are named @name. */
gsize pnyx_section_count (const PnyxSection *section, const gchar *name);
/**
 * pnyx_section_value: Returns: (nullable) (transfer none): the value @name, own or the component's,
 * as it was given; NULL where there is no such parameter.
 */
const PnyxValue *pnyx_section_value (const PnyxSection *section, const gchar *name);
/** pnyx_section_place_of: Returns: where the attribute @name was written, or the element's place.
 */
PnyxPlace pnyx_section_place_of (const PnyxSection *section, const gchar *name);
/** pnyx_section_is_default: Returns: whether @name (own or component's) was left at its default, or
 * is written out as what it is by default: effective scenarios do. */
gboolean pnyx_section_is_default (const PnyxSection *section, const gchar *name);

/**
 * pnyx_param_parse:
 * @text: value as written
 * @place: for messages; also the base of relative files
 * @params: struct whose field at @param->offset is set (allocated parts: see pnyx_params_clear)
 *
 * Checks syntax, unit, choices and range. References and files are resolved by the reader. The
 * field must be zero, unset or parsed before; what it owned is freed. A distribution's range holds
 * for its whole support. A span is never negative; it is compared with limits of its own measure,
 * and with 0. Errors: PNYX_ERROR_SYNTAX, _UNKNOWN (no such choice), _RANGE (also: no whole number,
 * too large) with place, name, what was expected, a suggestion. @params is untouched then.
 */
gboolean pnyx_param_parse (const PnyxParam *param, const gchar *text, const PnyxPlace *place,
                           gpointer params, GError **error);
/** pnyx_param_unset: gives the field the value that means absent. */
void pnyx_param_unset (const PnyxParam *param, gpointer params);
/** pnyx_params_clear: frees what the fields of @params own and zeroes them. */
void pnyx_params_clear (const PnyxParam *table, gsize n, gpointer params);

/**
 * pnyx_params_parse_pairs: reads KEY=VALUE strings (`calc`) or names and texts into a new struct.
 * @pairs: NULL-terminated; each "KEY=VALUE"
 *
 * Returns: (transfer full): a struct of @size with all defaults; NULL with @error: one clear line
 * that names the unknown, doubled or missing key.
 */
gpointer pnyx_params_parse_pairs (const PnyxParam *table, gsize n, gsize size,
                                  const gchar *const *pairs, GError **error);

/** pnyx_param_expected: Returns: (transfer full): "a time such as "250 ms", 0 s to 10 s". */
gchar *pnyx_param_expected (const PnyxParam *param);

/** pnyx_param_range: Returns: (transfer full): "1 to 65536", "at least 1", "more than 0 s"; "" for
 * any. */
gchar *pnyx_param_range (const PnyxParam *param);

/** pnyx_param_type_name: Returns: the type in words: "time", "whole number", "one of a, b or c". */
gchar *pnyx_param_type_name (const PnyxParam *param);

/**
 * pnyx_param_number: the value as a number: SI units, 0 and 1 for booleans, spans in their own
 * measure. Returns: FALSE where @text is none: names, texts, lists, distributions that are not
 * constant.
 */
gboolean pnyx_param_number (const PnyxParam *param, const gchar *text, gdouble *number);

/**
 * pnyx_param_from_number: the way back: a text that stands for @number, rounded where @param is
 * whole.
 * @like: a text of @param: a span takes its measure from it
 *
 * Returns: (transfer full) (nullable): NULL where pnyx_param_number has no number either, and for
 * booleans.
 */
gchar *pnyx_param_from_number (const PnyxParam *param, gdouble number, const gchar *like);

/** pnyx_span_parse: "64 epoch", "100 block", "32 slot" (whole numbers) or a time, without a place.
 */
gboolean pnyx_span_parse (const gchar *text, PnyxSpan *span, GError **error);
/** pnyx_span_format: Returns: (transfer full): as pnyx_span_parse reads it back. */
gchar *pnyx_span_format (const PnyxSpan *span);

/** pnyx_name_is_valid: Returns: whether @text is a PNYX_PARAM_NAME: letters, digits, - _ . only. */
gboolean pnyx_name_is_valid (const gchar *text);

/** pnyx_profile_is_path: Returns: whether a PNYX_PARAM_PROFILE is a path: ends in .xml. */
gboolean pnyx_profile_is_path (const gchar *text);

#endif
