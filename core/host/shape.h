/*
 * shape.h - layers and views: one struct for both, and tables of their fields.
 *
 * A face walks the table of fields to fill the struct (Lua: by name; C: by hand, from plugin.h), so neither
 * knows the rules; the engine walks the same table to check them and to write the JSON. A field that a kind
 * does not have, and a column that the frame does not have, is an error that names both.
 */
#ifndef DJ_HOST_SHAPE_H
#define DJ_HOST_SHAPE_H

#include "base/data.h"
#include "base/err.h"
#include "store/manifest.h"

#include <stdbool.h>
#include <stddef.h>

enum { DJ_SHAPE_MARKS = 12, DJ_SHAPE_COLUMNS = 64 };

typedef struct dj_axis_spec {
	const char *column; /* NULL: no axis was said */
	dj_words    label;
	bool        log, zero, reverse;
} dj_axis_spec;

typedef struct dj_mark_spec {
	const char *type;
	const char *x, *y, *x1, *y1, *x2, *y2, *color, *size, *where; /* columns */
	dj_words    label; /* the legend's text; of a "text" mark: a column, in `en` */
	bool        dash;
} dj_mark_spec;

typedef struct dj_table_column_spec {
	const char *column;
	dj_words    label;
	const char *unit;
	int64_t     digits; /* -1: not said */
} dj_table_column_spec;

typedef struct dj_shape_spec { /* {0}, then what was given: a NULL or 0 is "not said" */
	const char          *name, *kind;
	dj_words             title;
	const dj_data       *data, *nodes, *edges;
	const char          *color, *size, *label, *time, *palette;
	const char          *facet, *source, *target, *value, *at, *until, *lane;
	dj_words             text; /* of a text view: plugin guide, section 8: at most 64 KiB */
	dj_axis_spec         x, y;
	dj_mark_spec         mark[DJ_SHAPE_MARKS];
	size_t               n_marks;
	dj_table_column_spec column[DJ_SHAPE_COLUMNS];
	size_t               n_columns;
	const char          *tooltip[DJ_SHAPE_COLUMNS];
	size_t               n_tooltip;
	bool                 tooltip_said; /* an empty list is not the same as none */
} dj_shape_spec;

typedef enum dj_field_kind {
	DJ_FIELD_TEXT,   /* const char *: a plain word: name, kind, palette, type, unit */
	DJ_FIELD_WORDS,  /* dj_words: text, or { en =, fr = } */
	DJ_FIELD_COLUMN, /* const char *: names a column of the frame */
	DJ_FIELD_FRAME,  /* const dj_data * */
	DJ_FIELD_BOOLEAN,
	DJ_FIELD_INTEGER, /* int64_t */
	DJ_FIELD_AXIS,    /* dj_axis_spec: "column", or { "column", label =, ... } by dj_axis_fields */
	DJ_FIELD_MARKS,   /* mark[] and n_marks: a list of { "type", ... } by dj_mark_fields */
	DJ_FIELD_COLUMNS, /* column[] and n_columns: a list of "name" or { "name", ... } by dj_table_column_fields
	                   */
	DJ_FIELD_NAMES    /* tooltip[] and n_tooltip: a list of column names */
} dj_field_kind;

typedef struct dj_field {
	const char   *name; /* NULL ends a table */
	dj_field_kind kind;
	size_t        offset; /* in its struct */
	const char   *of;     /* the kinds (types of mark) that have it, separated by spaces; NULL: all */
} dj_field;

extern const dj_field dj_layer_fields[];        /* of dj_shape_spec */
extern const dj_field dj_view_fields[];         /* of dj_shape_spec */
extern const dj_field dj_axis_fields[];         /* of dj_axis_spec; `column` is the first item of a list */
extern const dj_field dj_mark_fields[];         /* of dj_mark_spec; `type` is the first item */
extern const dj_field dj_table_column_fields[]; /* of dj_table_column_spec; `column` is the first item */

/* The field of that name, or NULL with an error that guesses: "unknown field 'colour' (did you mean
 * 'color'?)". */
const dj_field *dj_field_find(const dj_field *table, const char *name, dj_err *err);

bool dj_field_is_of(const dj_field *f, const char *kind); /* has that kind (type of mark) this field? */

/* All of sections 7 and 8 but names used twice and how many there may be. */
int dj_shape_check(const dj_shape_spec *s, bool view, dj_err *err);

/* The columns of one of its frames that it names, or that its kind always reads, without repeats; at most `most`. */
size_t dj_shape_columns(const char **out, size_t most, const dj_shape_spec *s, bool view,
                        const dj_data *frame);

/*
 * The JSON of LAYER and VIEW. Frames by their number; fields that were not said are left out:
 * {"name","kind","title":{"en","fr"},"frame":1,"color":"cluster","tooltip":["a"],
 *  "x":{"column","label":{"en","fr"},"log":true},"marks":[{"type":"line","y":"n","label":{"en","fr"}}],
 *  "columns":[{"column","label","unit","digits"}],"text":{"en","fr"},"nodes":2,"edges":3}
 */
void dj_shape_json(dj_buf *out, const dj_shape_spec *s, bool view, int64_t data, int64_t nodes,
                   int64_t edges);

#endif
