/*
 * snapshot.h - the immutable SQLite file that a dataset loads into.
 *
 * Writing is through one narrow type, so that what is behind it can be replaced. A writer writes to a descriptor
 * that it was given and to nothing else (no journal, no temporary file, no path), so a caged process can use it.
 * Reading is through a descriptor or a path, read-only and immutable.
 *
 * Tables that start with `_datajam` are not content and not in the digest:
 *   _datajam_meta(key TEXT PRIMARY KEY, value TEXT)
 *   _datajam_places(tab TEXT, row INTEGER, byte INTEGER, line INTEGER)  -- a chunk's first rowid, byte and line
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

/* `fd`: an empty file open for reading and writing; it stays yours. */
int dj_snapshot_writer_open(dj_snapshot_writer **out, int fd, dj_err *err);

/* Begins the next table; rowids count from 1 in the order of rows. Names are quoted here. */
int dj_snapshot_writer_table(dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n, dj_err *err);
/* As many cells as the table has columns. A REAL column takes integers; else a cell is of its column's type or NULL. */
int dj_snapshot_writer_row(dj_snapshot_writer *w, const dj_cell *cell, dj_err *err);
/* Remembers where the next row begins in the source; called once a chunk of some thousand rows. */
int dj_snapshot_writer_place(dj_snapshot_writer *w, uint64_t byte, uint64_t line, dj_err *err);
/* Throws the table begun last away, with its rows and places (a type was guessed wrong: begin again). */
int dj_snapshot_writer_drop(dj_snapshot_writer *w, dj_err *err);

int dj_snapshot_writer_meta(dj_snapshot_writer *w, const char *key, const char *value, dj_err *err);

/* Finishes all, gives DJS1 (and keeps it as meta "djs1") and closes the database. The descriptor is not synced: whoever renames does. Then free. */
int  dj_snapshot_writer_finish(dj_snapshot_writer *w, dj_digest *out, dj_err *err);
void dj_snapshot_writer_free(dj_snapshot_writer *w); /* also for error paths; NULL is fine */

/*
 * Opens a snapshot that is there as descriptor `fd` (which must stay open, and stays yours): SQLite's own reading,
 * through pread on it and nothing else. Defensive, untrusted schema, no mmap, temporary storage in memory.
 */
int dj_snapshot_open_fd(sqlite3 **out, int fd, dj_err *err);
int dj_snapshot_open(sqlite3 **out, const char *path, dj_err *err); /* mode=ro&immutable=1, and the same guards */

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
