/*
 * sqlite.h - a stranger's database, for this room alone. Nothing of its schema is run: no view, trigger, virtual table,
 * expression of a generated column or function is reached by what is asked here, and an authorizer refuses all else.
 */
#ifndef DJ_DECODE_SQLITE_H
#define DJ_DECODE_SQLITE_H

#include "decode/inside.h"

#include <sqlite3.h>

int dj_sqlite_wrong(sqlite3 *db, dj_err *err); /* fails with SQLite's words */

/* Adds the name in quotes, as SQL. */
void dj_sqlite_name(dj_buf *sql, const char *name);

/* Writes the rows of an ordinary table to d's sink, the names of its columns first (sqlite_rows.c). */
int dj_sqlite_rows(dj_decoding *d, sqlite3 *db, const char *table, dj_err *err);

#endif
