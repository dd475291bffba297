/*
 * json_stream.h - the rows of a JSON text (json_shape.h) as records, in one strict pass; memory is one row.
 *
 * Each byte is checked (json_scan.h) as its fields are read. Numbers keep the text they were written in. The members of
 * an object in a row are columns of their own ("a.b", down to 8 levels), deeper ones and arrays are their JSON text; null
 * and {} are no value. Features give their properties, `id`, `geometry` as JSON text, `lon` and `lat` for points and,
 * where one is no point, `min_lon`, `min_lat`, `max_lon`, `max_lat`.
 *
 * One stream belongs to one thread. Several may read parts of one source, cut by json_split.h: each is made with the
 * columns known so far, and after each part names.path[names.known..names.n) are the columns that turned up in it.
 */
#ifndef DJ_LOADER_JSON_STREAM_H
#define DJ_LOADER_JSON_STREAM_H

#include "base/mem.h"
#include "loader/json_names.h"
#include "loader/json_shape.h"
#include "loader/record.h"
#include "loader/said.h"
#include "loader/source.h"

enum { DJ_JSON_FLAT_MOST = 8 }; /* levels of objects that become columns */

typedef struct dj_json_notes { /* what a person should know, in any order of parts */
	int64_t  off_earth;        /* features whose coordinates are no longitudes and latitudes */
	uint64_t off_earth_line;   /* of the first */
	char     foreign[64];      /* the first member of a feature that GeoJSON does not know */
	uint64_t foreign_line;
} dj_json_notes;

typedef struct dj_json_child dj_json_child;

typedef struct dj_json_stream {
	const dj_json_shape *shape;
	dj_json_names        names; /* field k of a record is names.path[k] */
	dj_json_notes        notes;

	bool           begun, ended;
	bool           part; /* the source's end is a cut between two elements, not the text's end */
	uint64_t       line_start;
	dj_json_scan   c;
	dj_json_child *child;   /* rows within a row */
	int            element; /* column of rows that are no objects; negative: none yet */
	size_t         n_cells, filled;
	bool           places_off; /* a feature's coordinates are none */
	dj_field       field[DJ_COLUMNS_MOST + 1];
	dj_buf         text; /* unescaped strings of the current record */
} dj_json_stream;

/* `path[0..n)`: columns known so far (none: NULL, 0); copied. `shape` must outlive the stream. */
dj_json_stream *dj_json_stream_new(const dj_json_shape *shape, const char *const *path, size_t n);
/* Another, for another thread, that knows all its columns. */
dj_json_stream *dj_json_stream_like(const dj_json_stream *j);
void            dj_json_stream_free(dj_json_stream *j); /* NULL is fine */

/* From the first row again: moves the source there. Columns stay. */
int  dj_json_stream_rewind(dj_json_stream *j, dj_source *s, dj_err *err);
/*
 * The source stands where a part begins (its `line` is what messages and records count from). `first`: nothing but the
 * shape's own header stands before it. `last`: the text ends with it, else it is cut where a row ends.
 */
void dj_json_stream_part(dj_json_stream *j, const dj_source *s, bool first, bool last);
/* Columns that are not known are forgotten, and so are notes. */
void dj_json_stream_forget(dj_json_stream *j);

/*
 * 1: *out is the next record. 0: the end. DJ_FAIL: no JSON, with line and column. DJ_DENIED: JSON as far as it was read,
 * but this row has no place in a table (one that is no object, a member named twice, \u0000, too many columns).
 */
int dj_json_stream_next(dj_json_stream *j, dj_source *s, dj_record *out, dj_err *err);

/* ---- What people see ---- */

/* Columns' names as a header (texts in `a`), for dj_header_names; what is odd about them is said. */
dj_field *dj_json_header(const dj_json_shape *shape, char *const *path, size_t n, dj_arena *a, dj_said *said);

void dj_json_notes_add(dj_json_notes *to, const dj_json_notes *part);
void dj_json_notes_say(const dj_json_notes *n, dj_said *said);

#endif
