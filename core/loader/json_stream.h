/*
 * json_stream.h - a JSON array of objects, or objects one after another (NDJSON), as records; memory is one object.
 *
 * Promise: each object passes the strict check of base/json.h before anything of it is used, and what stands between
 * objects is as strict. Columns are the members' names in order of first appearance; numbers keep the text they were
 * written in; nested objects and arrays are their JSON text.
 */
#ifndef DJ_LOADER_JSON_STREAM_H
#define DJ_LOADER_JSON_STREAM_H

#include "base/mem.h"
#include "loader/record.h"
#include "loader/source.h"

typedef struct dj_json_stream {
	bool     array; /* `[ {}, {} ]`; else objects with a line break between */
	bool     begun, ended;
	uint64_t line_start; /* byte where the source's current line begins: for columns in messages */
	char   **name;       /* columns so far; they stay from pass to pass */
	size_t   n_names, cap;
	dj_field field[DJ_COLUMNS_MOST];
	dj_buf   text; /* unescaped strings of the current record */
} dj_json_stream;

dj_json_stream *dj_json_stream_new(bool array);
/* Another, for another thread, that knows the same names. */
dj_json_stream *dj_json_stream_like(const dj_json_stream *j);
void            dj_json_stream_free(dj_json_stream *j);
void            dj_json_stream_rewind(dj_json_stream *j); /* with dj_source_rewind; keeps the names */

/*
 * 1: *out is the next record, field k is name[k]; n_names may have grown. 0: the end. Negative: an error that names
 * line and column.
 */
int dj_json_stream_next(dj_json_stream *j, dj_source *s, dj_record *out, dj_err *err);

#endif
