/*
 * job.h - what datajam-loader is asked: one JSON text in a sealed memfd (descriptor 4). It writes the snapshot to
 * descriptor 5 and reads sources from the descriptors that the job names (from 6 on; regular files, read by offset).
 *
 *   { "format": 1, "action": "look" | "load", "dataset": "crime", "limit": 0,       limit: rows a table, 0 is all
 *     "meta": [ ["manifest", "..."], ["loaded", "..."], ... ],                      written to the snapshot as they are
 *     "tables": [ { "name": "crime", "fd": 6, "bytes": 13793,
 *                   "format": "csv" | "tsv" | "ndjson" | "json", "separator": ",",  each absent: found out
 *                   "quote": "\"" ("" is none), "header": true,
 *                   "null": [ "NA" ],                                               absent: the usual marks
 *                   "columns": [ { "name": "VALUE", "type": "integer", "must": true, "null": [ "x" ] } ],
 *                   "steps": [ { "op": "filter", "column": "Statistics", "values": [ "..." ], "not": false },
 *                              { "op": "rename" | "constant" | "suffix" | "date" | "trim",
 *                                "column", "to", "text", "open", "close" } ] } ] }
 *
 * A column's name is its name after the steps or, where nothing is said of that, in the source. `must` false is a wish:
 * kept when every value of the column fits, else the column is as inferred. `must` true rejects what does not fit.
 *
 * It answers on the result pipe (base/wire.h): PROGRESS (i64 bytes done, i64 bytes in all, i64 rows so far), then
 * either FAILED (cause "error", file: the table, line: 0 or the line, message) and exit 1, or one LOADED:
 *
 *   { "djs1": "hex" (not for "look"),
 *     "tables": [ { "name", "rows", "rejects", "format", "separator", "quote", "header", "encoding": "utf-8" |
 *                   "windows-1252", "columns": [ { "name", "type", "source": true when it came from the file } ],
 *                   "said": [ { "warning": bool, "text": "..." } ],                 for people, one line each
 *                   "first_reject": { "line", "column", "reason", "raw" } } ] }     absent when there is none
 *
 * "look" reads the first megabyte, writes no row, and answers the same from that alone (rows: whole rows seen there).
 */
#ifndef DJ_LOADER_JOB_H
#define DJ_LOADER_JOB_H

enum { DJ_LOADER_JOB_FD = 4, DJ_LOADER_SNAPSHOT_FD = 5, DJ_LOADER_SOURCE_FD = 6 };

enum { DJ_LOADER_TABLES = 64 }; /* the most tables of one dataset */

#endif
