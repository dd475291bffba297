/*
 * record_db.h - what the files of record.h share: the connection, and questions in few words.
 */
#ifndef DJ_STORE_RECORD_DB_H
#define DJ_STORE_RECORD_DB_H

#include "store/record.h"

#include <sqlite3.h>

struct dj_record {
	sqlite3 *db;
	char    *path;
};

int dj_record_failed(const dj_record *r, dj_err *err); /* says which file, and SQLite's words */
int dj_record_prepare(sqlite3_stmt **out, dj_record *r, const char *sql, dj_err *err);
int dj_record_exec(dj_record *r, const char *sql, dj_err *err);

#endif
