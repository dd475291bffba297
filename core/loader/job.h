/*
 * job.h - what datajam-loader is asked: one JSON text in a sealed memfd (descriptor 4). It writes the snapshot to
 * descriptor 5 and reads sources from the descriptors that the job names (from 6 on; regular files, read by offset).
 *
 *   { "format": 1, "action": "look" | "preview" | "load", "dataset": "crime", "limit": 0,    limit: rows a table, 0 is all
 *     "sources": 9,     a pipe that gives meta "sources" when it is asked last; absent: it is in meta
 *     "sorting": 10,    a file for the keys of indexes that are too many for memory; absent: all in memory
 *     "meta": [ ["manifest", "..."], ["loaded", "..."], ... ],                      written to the snapshot as they are
 *     "tables": [ { "name": "crime", "sources": [ { "fd": 6, "bytes": 13793, "scratch": 7,   files for what is decoded, and
 *                                               "most": 1000000 } ], "spare": 8,       bytes of that; all may be absent
 *                   "parts": false,                                                 see below
 *                   "format": "csv" | "tsv" | "ndjson" | ..., "separator": ",",     each absent: found out
 *                   "member", "sheet", "from", "encoding", "rows": "a.b", "keep": [ "name" ],   as in dataset.json
 *                   "quote": "\"" ("" is none), "header": true,
 *                   "null": [ "NA" ],                                               absent: the usual marks
 *                   "columns": [ { "name": "VALUE", "type": "integer", "must": true, "null": [ "x" ] } ],
 *                   "steps": [ { "op": 1, "column": "Statistics", "values": [ "..." ], "not": false },  op: dj_step_op
 *                              { "op": 3, "column": "GEO", "to": "geo_code", "text", "open": "[", "close": "]" } ],
 *                   "indexes": [ [ "GEO", "REF_DATE" ] ], "rtree": [ "lat", "lon" ] } ] }
 *
 * A column's name is its name after the steps or, where nothing is said of that, in the source. `must` false is a wish:
 * kept when every value of the column fits, else the column is as inferred. `must` true rejects what does not fit.
 *
 * It answers on the result pipe (base/wire.h): PROGRESS (i64 bytes done, i64 bytes in all, i64 rows so far), then
 * either FAILED (cause "error", file: the table, line: 0 or the line, message) and exit 1, or one LOADED:
 *
 *   { "djs1": "hex" (not for "look"),
 *     "tables": [ { "name", "rows", "rejects", "format", "separator", "quote", "header", "encoding": "utf-8" |
 *                   "windows-1252" | "utf-16le" | "utf-16be", "wrapping": "gzip", ...,
 *                   "parts": [ "name" ],                                            of the archive, spreadsheet or database
 *                   "columns": [ { "name", "type", "source": true when it came from the file } ],
 *                   "said": [ { "warning": bool, "text": "..." } ] } ] }            for people, one line each
 *
 * "look" reads the first 256 KiB, writes no row, and answers the same from that alone: rows are those seen
 * there, and what is said is how the source is written, not what its rows hold. A file that holds several tables is an
 * error that names them; where "parts" is true, it is an answer without columns instead. "preview" looks, and adds to the answer
 * why all was decided so, with the first ten rows after the steps, cells as text, cut to 200 bytes:
 *
 *   "explained": [ { "whole": true (the source is no longer than what was read), "rejected": rows among the first,
 *                    "decided": [ [ "separator", ";", "it gives 9 of 9 rows 3 fields" ] ],
 *                    "columns": [ "all 9 values are dates" ], "rows": [ [ "2017-03-05", null ] ] } ]   one a table
 *   "nothing": "why"    in place of tables, for JSON (where that was said) which is well formed and holds no table
 */
#ifndef DJ_LOADER_JOB_H
#define DJ_LOADER_JOB_H

#include "base/err.h"
#include "base/mem.h"
#include "loader/sniff.h"
#include "store/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_LOADER_JOB_FD = 4, DJ_LOADER_SNAPSHOT_FD = 5, DJ_LOADER_SOURCE_FD = 6 };

typedef struct dj_job_column {
	const char        *name;
	dj_coltype         type; /* DJ_COL_UNKNOWN: inferred */
	bool               must;
	const char *const *null;
	size_t             n_null;
	bool               null_said;
} dj_job_column;

typedef struct dj_job_source {
	int      fd;
	uint64_t bytes;
	int      scratch_fd; /* an empty file for what is decoded; -1: none */
	uint64_t most;       /* bytes of that; 0: no limit */
} dj_job_source;

typedef struct dj_job_table {
	const char          *name;
	int                  fd;    /* of the first source */
	uint64_t             bytes; /* of all sources */
	const dj_job_source *source;
	size_t               n_sources;
	int                  spare_fd; /* for what is packed twice; -1: none */
	bool                 parts;    /* of several tables in one file, their names are asked for */
	const char          *member, *sheet, *from, *encoding, *rows; /* NULL: not said */
	const char *const   *keep;
	size_t               n_keep;
	dj_format            format;    /* DJ_FORMAT_UNKNOWN: found out */
	int                  separator; /* 0: found out */
	int                  quote;     /* 0: found out; -1: none */
	int                  header;    /* -1: found out */
	const char *const   *null;
	size_t               n_null;
	bool                 null_said;
	const dj_job_column *column;
	size_t               n_columns;
	const dj_step       *step;
	size_t               n_steps;
	const dj_index_spec *index; /* columns by name, not yet known to be there */
	size_t               n_indexes;
	const char          *rtree_lat, *rtree_lon; /* NULL: none */
} dj_job_table;

typedef struct dj_job {
	bool    look;    /* writes nothing */
	bool    preview; /* and explains */
	int64_t limit;   /* 0: all */
	const char *const (*meta)[2];
	size_t              n_meta;
	int                 sources_fd; /* meta "sources" is read from it in the end; -1: it is in meta */
	int                 sorting_fd; /* a file for keys of indexes that are too many for memory; -1: none */
	const dj_job_table *table;
	size_t              n_tables;
} dj_job;

/* Reads descriptor `fd` whole; *out lives in `a`. */
int dj_job_read(dj_job *out, int fd, dj_arena *a, dj_err *err);
int dj_job_parse(dj_job *out, const char *json, size_t n, dj_arena *a, dj_err *err);

#endif
