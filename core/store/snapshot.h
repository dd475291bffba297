/*
 * snapshot.h - the immutable SQLite file that a dataset loads into.
 *
 * A writer writes b-tree pages itself, from rows in the order of their rowids, to a descriptor that it was given and to
 * nothing else (no journal, no path), so a caged process can use it; page 1 and the schema are SQLite's own.
 * Reading is through a descriptor or a path, read-only and immutable.
 *
 * Tables that start with `_datajam` are not content and not in the digest:
 *   _datajam_meta(key TEXT PRIMARY KEY, value TEXT)
 *   _datajam_places(tab TEXT, row INTEGER, byte INTEGER, line INTEGER)  -- a chunk's first rowid, byte and line
 *   _datajam_rtree_TABLE(id, lat_min, lat_max, lon_min, lon_max)        -- where asked for; and what SQLite keeps it in
 * Indexes are no content either: _datajam_index_TABLE_COLUMN_..., where asked for.
 */
#ifndef DJ_STORE_SNAPSHOT_H
#define DJ_STORE_SNAPSHOT_H

#include "base/digest.h"
#include "base/err.h"
#include "store/vocabulary.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_cell {
	enum { DJ_CELL_NULL, DJ_CELL_INTEGER, DJ_CELL_REAL, DJ_CELL_TEXT } kind;
	int64_t     integer;
	double      real;
	const char *text; /* borrowed until the call returns */
	size_t      n;
} dj_cell;

typedef struct dj_column_def {
	const char *name;
	dj_coltype  type;
} dj_column_def;

typedef struct dj_snapshot_writer dj_snapshot_writer;

typedef struct dj_snapshot_how { /* DJ_SNAPSHOT_HOW is the plain way */
	int             scratch_fd;  /* an empty file to sort large indexes in; -1: in memory */
	struct dj_pool *pool;        /* helps with building indexes (base/pool.h); NULL: none */
	bool write_back; /* asks the kernel to begin writing out at once, for a file that will be synced */
} dj_snapshot_how;

#define DJ_SNAPSHOT_HOW ((dj_snapshot_how){.scratch_fd = -1})

/* `fd`: an empty file open for reading and writing; it stays yours. `how` is copied; NULL: the plain way. */
int dj_snapshot_writer_open(dj_snapshot_writer **out, int fd, const dj_snapshot_how *how, dj_err *err);

/* Begins the next table; rowids count from 1 in the order of rows. Names are quoted here. */
int dj_snapshot_writer_table(dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n,
                             dj_err *err);
/* An index on columns (their positions) of the table begun last; before its first row and part. Fine to ask for again. */
int dj_snapshot_writer_index(dj_snapshot_writer *w, const size_t *column, size_t n, dj_err *err);
/* An R-Tree over two REAL columns of the table begun last, of the rows that have both; one a table, made at the end. */
int dj_snapshot_writer_rtree(dj_snapshot_writer *w, size_t lat, size_t lon, dj_err *err);
/* Throws the table begun last away, with its rows and places (a type was guessed wrong: begin again). */
int dj_snapshot_writer_drop(dj_snapshot_writer *w, dj_err *err);

/* ---- Rows ---- */

/*
 * A part is a run of rows that one thread encodes by itself; the writer takes parts in the order of their numbers, so
 * rowids, pages and DJS1 are the same for any number of threads. The page layout follows from where parts begin, so
 * that must follow from the source, never from threads or time. A part of a megabyte or so is right.
 */
typedef struct dj_snapshot_part dj_snapshot_part;

dj_snapshot_part *dj_snapshot_part_new(const dj_snapshot_writer *w); /* for the table begun last; empty */
void              dj_snapshot_part_free(dj_snapshot_part *p);        /* NULL is fine */
/* As many cells as the table has columns. A REAL column takes integers; else a cell is of its column's type or NULL. */
int               dj_snapshot_part_row(dj_snapshot_part *p, const dj_cell *cell, dj_err *err);
/* Remembers where the next row begins in the source; at the begin of a part and each some thousand rows. */
void              dj_snapshot_part_place(dj_snapshot_part *p, uint64_t byte, uint64_t line);
size_t            dj_snapshot_part_rows(const dj_snapshot_part *p);
size_t
dj_snapshot_part_bytes(const dj_snapshot_part *p); /* encoded so far: what its rows will take in the file */

/*
 * Takes part number `order` (0, 1, 2, ... from the table's begin, none left out; one may be empty) and empties it for
 * the next. Any thread: it waits until all parts before have been taken, and does its own share of the work beside the
 * others. DJ_STOPPED after dj_snapshot_writer_stop.
 */
int  dj_snapshot_writer_take(dj_snapshot_writer *w, dj_snapshot_part *p, uint64_t order, dj_err *err);
void dj_snapshot_writer_stop(
    dj_snapshot_writer *w); /* wakes all who wait in take; for good, until the table is dropped */

/* For one thread alone: a row, and a place before the next row; parts are made of them inside. Not beside `take`. */
int dj_snapshot_writer_row(dj_snapshot_writer *w, const dj_cell *cell, dj_err *err);
int dj_snapshot_writer_place(dj_snapshot_writer *w, uint64_t byte, uint64_t line, dj_err *err);

/* ---- The end ---- */

int dj_snapshot_writer_meta(dj_snapshot_writer *w, const char *key, const char *value, dj_err *err);

/* Finishes all, gives DJS1 (and keeps it as meta "djs1") and closes the database. The descriptor is not synced: whoever renames does. Then free. */
int  dj_snapshot_writer_finish(dj_snapshot_writer *w, dj_digest *out, dj_err *err);
void dj_snapshot_writer_free(dj_snapshot_writer *w); /* also for error paths; NULL is fine */

/*
 * Opens a snapshot that is there as descriptor `fd` (which must stay open, and stays yours): SQLite's own reading,
 * through pread on it and nothing else. Defensive, untrusted schema, no mmap, temporary storage in memory.
 */
int dj_snapshot_open_fd(sqlite3 **out, int fd, dj_err *err);
int dj_snapshot_open(sqlite3 **out, const char *path,
                     dj_err *err); /* mode=ro&immutable=1, and the same guards */

/*
 * ATTACHes a snapshot to `db` as `schema`. By descriptor (>= 0) or by path. `db` must have been opened by
 * dj_snapshot_memory or dj_snapshot_open*, which know the way.
 */
int dj_snapshot_attach(sqlite3 *db, const char *schema, int fd, const char *path, dj_err *err);
int dj_snapshot_memory(sqlite3 **out, dj_err *err); /* an empty in-memory database to attach to */

/* *value is yours: free(); NULL when the key is not there. */
int dj_snapshot_meta(char **value, sqlite3 *db, const char *key, dj_err *err);

/* DJS1 (docs/digests.md) made again from what the file holds, for verify. */
int dj_snapshot_digest(dj_digest *out, sqlite3 *db, dj_err *err);

#endif
