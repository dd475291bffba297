/*
 * json_shape.h - where the rows of a JSON text are, and what they look like; found out from its content.
 *
 * Rows are objects, arrays (of cells), or GeoJSON features. They stand one after another, with a line break between
 * (NDJSON; a row may go over several lines), or are the elements of one array: the text itself, or a member, at any depth
 * of objects. Where nobody says which member, it is the only one (at depth 1 or 2) that is an array of objects.
 *
 * A path names it: members' names joined by '.', with "\." for a dot and "\\" for a backslash in a name; "." is the text
 * itself. Behind the first array on its way it leads into each row: then each element of the arrays there is a row, and
 * members named by `keep`, of the objects around it, are columns too.
 */
#ifndef DJ_LOADER_JSON_SHAPE_H
#define DJ_LOADER_JSON_SHAPE_H

#include "base/err.h"
#include "base/mem.h"
#include "loader/json_scan.h"
#include "loader/record.h"
#include "loader/source.h"

enum { DJ_JSON_KEEP_MOST = 16, DJ_JSON_PATH_MOST = 16 };

typedef struct dj_json_ask {
	const char        *rows; /* a path; NULL: found out */
	const char *const *keep; /* names of members */
	size_t             n_keep;
	int  header; /* of rows that are arrays; -1: the first row is one when all its cells are strings */
	bool one;    /* it is one JSON text ("json" was said) */
	bool lines;  /* it is rows one after another ("ndjson" was said) */
	bool geo;    /* rows are features ("geojson" was said) */
} dj_json_ask;

typedef struct dj_json_shape {
	bool lines;   /* rows one after another; else elements of an array */
	bool single;  /* lines, but one alone: nothing may follow it */
	bool arrays;  /* rows are arrays of cells */
	bool geo;     /* rows are features */
	bool scalars; /* rows may be anything: a path was said */
	bool header;  /* of arrays: name[] are the columns, and longer rows have cells too many */

	const char *const *name;
	size_t             n_names;
	const char *const *child; /* the path's rest, in each element */
	size_t             n_child;
	const char *const *keep;
	size_t             n_keep;
	dj_field           kept[DJ_JSON_KEEP_MOST]; /* what stands around the array, before it */
	const char        *element;                 /* what a column of rows that are no objects is called */
	const char        *found;                   /* the path, where it was found out; NULL otherwise */

	uint64_t      byte, line, line_start; /* where the rows begin: behind the [ and the header */
	bool          behind_row;             /* a row (the header) stands before that */
	dj_json_stack around;                 /* what is to be closed behind the array */
} dj_json_shape;

/*
 * The source is rewound first, and left anywhere; all of *out lives in `a`. DJ_FAIL: this is no JSON (line and column are
 * said); DJ_DENIED: as far as it was read it is, but no table (see dj_json_valid).
 */
int dj_json_find(dj_json_shape *out, const dj_json_ask *ask, dj_source *s, dj_arena *a, dj_err *err);

/* The names of a path (none for "."); false when one is empty, or there are more than DJ_JSON_PATH_MOST. */
bool  dj_json_path_parse(const char ***out, size_t *n, const char *path, dj_arena *a);
char *dj_json_path_write(const char *const *name, size_t n, dj_arena *a);

#endif
