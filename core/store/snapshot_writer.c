/*
 * The writer by SQLite's own inserts. One table is one transaction without a journal; a table is thrown away by putting
 * the file back as it was when the table began (fd_vfs.h), so that no trace of it is left in the bytes. What is not
 * content (meta, places) is small, is kept in memory and goes in last: until then a file only grows by tables.
 */
#include "store/snapshot.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/fd_vfs.h"
#include "store/snapshot_digest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_COLUMNS = 2000, MOST_TEXT = 64 << 20 };

typedef struct place {
	size_t   table; /* index into the writer's names */
	int64_t  row;
	uint64_t byte, line;
} place;

struct dj_snapshot_writer {
	int            fd;
	sqlite3       *db;
	sqlite3_stmt  *insert; /* into the table begun last */
	dj_djs1       *digest;
	char         **table; /* names */
	size_t         n_tables;
	dj_column_def *column; /* of the table begun last; names are ours */
	size_t         n_columns;
	dj_cell       *cell; /* one row as it is stored */
	int64_t        rows;
	place         *place;
	size_t         n_places, cap_places;
	char         **meta; /* key, value, key, value */
	size_t         n_meta;
};

static int sql_failed(dj_snapshot_writer *w, dj_err *err)
{
	if (sqlite3_errcode(w->db) == SQLITE_FULL)
		return dj_fail(err, DJ_FAIL, "the disk is full (make room and load again)");
	return dj_fail(err, DJ_FAIL, "can not write the snapshot: %s", sqlite3_errmsg(w->db));
}

static int run(dj_snapshot_writer *w, const char *sql, dj_err *err)
{
	return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DJ_OK : sql_failed(w, err);
}

static int connect_file(dj_snapshot_writer *w, dj_err *err)
{
	static const char pragmas[] =
	    "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA encoding = 'UTF-8';"
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192";
	char *name = dj_fmt("fd:%d", w->fd);
	int   flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	int   rc = dj_fd_vfs_register();

	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(name, &w->db, flags, DJ_FD_VFS);
	free(name);
	return rc == SQLITE_OK ? run(w, pragmas, err) : sql_failed(w, err);
}

int dj_snapshot_writer_open(dj_snapshot_writer **out, int fd, const dj_snapshot_how *how, dj_err *err)
{
	dj_snapshot_writer *w;
	struct stat         st;

	(void)how;
	if (fstat(fd, &st) < 0)
		return dj_fail_errno(err, "the snapshot's file");
	if (st.st_size != 0)
		return dj_fail(err, DJ_FAIL, "the snapshot's file is not empty: a snapshot is written once");
	w = dj_alloc_zero(1, sizeof *w);
	w->fd = fd;
	w->digest = dj_djs1_new();
	if (connect_file(w, err) < 0) {
		dj_snapshot_writer_free(w);
		return DJ_FAIL;
	}
	*out = w;
	return DJ_OK;
}

/* ---- Tables ---- */

static void forget_columns(dj_snapshot_writer *w)
{
	for (size_t i = 0; i < w->n_columns; i++)
		free((char *)(uintptr_t)w->column[i].name);
	free(w->column);
	free(w->cell);
	w->column = NULL;
	w->cell = NULL;
	w->n_columns = 0;
}

static int end_table(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_finalize(w->insert);
	w->insert = NULL;
	return sqlite3_get_autocommit(w->db) ? DJ_OK : run(w, "COMMIT", err);
}

/* Names that SQLite or we use ourselves: the loader renames such headers before. */
static bool name_is_taken(const char *name)
{
	static const char *const taken[] = {"rowid", "oid", "_rowid_", "_row", "_dataset"};

	for (size_t i = 0; i < DJ_COUNT(taken); i++)
		if (dj_text_same_nocase(name, taken[i]))
			return true;
	return !*name;
}

static int check_table(const dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n,
                       dj_err *err)
{
	if (!*name || strncasecmp(name, "sqlite_", 7) == 0 || strncasecmp(name, "_datajam", 8) == 0)
		return dj_fail(err, DJ_FAIL, "a table can not be named '%s' (choose another name)", name);
	if (n == 0 || n > MOST_COLUMNS)
		return dj_fail(err, DJ_FAIL, "table %s has %zu columns (1 to %d)", name, n, MOST_COLUMNS);
	for (size_t i = 0; i < w->n_tables; i++)
		if (dj_text_same_nocase(w->table[i], name))
			return dj_fail(err, DJ_FAIL, "there are two tables '%s' (names differ in more than case)", name);
	for (size_t i = 0; i < n; i++)
		if (name_is_taken(column[i].name))
			return dj_fail(err, DJ_FAIL, "table %s: a column can not be named '%s' (rename it)", name,
			               column[i].name);
	return DJ_OK;
}

static int create_table(dj_snapshot_writer *w, const char *name, dj_err *err)
{
	sqlite3_str *create = sqlite3_str_new(NULL), *insert = sqlite3_str_new(NULL);
	char        *create_sql, *insert_sql;
	int          rc;

	sqlite3_str_appendf(create, "CREATE TABLE \"%w\"(", name);
	sqlite3_str_appendf(insert, "INSERT INTO \"%w\" VALUES(", name);
	for (size_t i = 0; i < w->n_columns; i++) {
		sqlite3_str_appendf(create, "%s\"%w\" %s", i ? ", " : "", w->column[i].name,
		                    dj_snapshot_decltype(w->column[i].type));
		sqlite3_str_appendall(insert, i ? ",?" : "?");
	}
	sqlite3_str_appendchar(create, 1, ')');
	sqlite3_str_appendchar(insert, 1, ')');
	create_sql = sqlite3_str_finish(create);
	insert_sql = sqlite3_str_finish(insert);
	rc = run(w, create_sql, err);
	if (rc == DJ_OK &&
	    sqlite3_prepare_v3(w->db, insert_sql, -1, SQLITE_PREPARE_PERSISTENT, &w->insert, NULL) != SQLITE_OK)
		rc = sql_failed(w, err);
	sqlite3_free(insert_sql);
	sqlite3_free(create_sql);
	return rc;
}

int dj_snapshot_writer_table(dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n,
                             dj_err *err)
{
	if (check_table(w, name, column, n, err) < 0 || end_table(w, err) < 0)
		return DJ_FAIL;
	if (dj_fd_vfs_mark(w->db) != SQLITE_OK)
		return sql_failed(w, err);
	forget_columns(w);
	w->table = dj_realloc(w->table, w->n_tables + 1, sizeof *w->table);
	w->table[w->n_tables++] = dj_strdup(name);
	w->column = dj_alloc_zero(n, sizeof *w->column);
	w->cell = dj_alloc_zero(n, sizeof *w->cell);
	w->n_columns = n;
	for (size_t i = 0; i < n; i++) {
		w->column[i].name = dj_strdup(column[i].name);
		w->column[i].type = column[i].type == DJ_COL_UNKNOWN ? DJ_COL_TEXT : column[i].type;
	}
	w->rows = 0;
	dj_djs1_table(w->digest, name, w->column, n);
	if (run(w, "BEGIN", err) < 0)
		return DJ_FAIL;
	return create_table(w, name, err);
}

int dj_snapshot_writer_drop(dj_snapshot_writer *w, dj_err *err)
{
	int rc;

	if (w->n_tables == 0 || w->n_columns == 0)
		return dj_fail(err, DJ_FAIL, "no table was begun, so none can be dropped");
	sqlite3_finalize(w->insert);
	w->insert = NULL;
	rc = dj_fd_vfs_back(w->db);
	if (rc != SQLITE_OK)
		return dj_fail(err, DJ_FAIL, "can not take table %s back: %s", w->table[w->n_tables - 1],
		               sqlite3_errstr(rc));
	sqlite3_close(w->db); /* its page cache is of the file before */
	w->db = NULL;
	dj_djs1_drop(w->digest);
	free(w->table[--w->n_tables]);
	while (w->n_places > 0 && w->place[w->n_places - 1].table == w->n_tables)
		w->n_places--;
	forget_columns(w);
	return connect_file(w, err);
}

/* ---- Rows ---- */

static const char *kind_name(const dj_cell *c)
{
	static const char *const names[] = {"NULL", "an integer", "a real", "a text"};

	return names[c->kind];
}

/* What is stored must be what is digested, so what SQLite would turn into another type is turned, or refused, here. */
static int fit(dj_cell *to, const dj_cell *from, const dj_column_def *c, dj_err *err)
{
	bool fits = false;

	*to = *from;
	if (from->kind == DJ_CELL_NULL)
		return DJ_OK;
	if (from->kind == DJ_CELL_TEXT && from->n > MOST_TEXT)
		return dj_fail(err, DJ_FAIL, "column %s: a text of %zu bytes (at most %d)", c->name, from->n,
		               MOST_TEXT);
	switch (c->type) {
	case DJ_COL_INTEGER: fits = from->kind == DJ_CELL_INTEGER; break;
	case DJ_COL_BOOLEAN:
		fits = from->kind == DJ_CELL_INTEGER && (from->integer == 0 || from->integer == 1);
		break;
	case DJ_COL_REAL:
		fits = from->kind == DJ_CELL_INTEGER || (from->kind == DJ_CELL_REAL && isfinite(from->real));
		if (from->kind == DJ_CELL_INTEGER)
			*to = (dj_cell){.kind = DJ_CELL_REAL, .real = (double)from->integer};
		break;
	default: fits = from->kind == DJ_CELL_TEXT; break;
	}
	return fits ? DJ_OK
	            : dj_fail(err, DJ_FAIL, "column %s is %s, and can not hold %s", c->name,
	                      dj_coltype_name(c->type), kind_name(from));
}

static int bind(sqlite3_stmt *s, int i, const dj_cell *c)
{
	switch (c->kind) {
	case DJ_CELL_INTEGER: return sqlite3_bind_int64(s, i, c->integer);
	case DJ_CELL_REAL: return sqlite3_bind_double(s, i, c->real);
	case DJ_CELL_TEXT: return sqlite3_bind_text(s, i, c->n ? c->text : "", (int)c->n, SQLITE_STATIC);
	default: return sqlite3_bind_null(s, i);
	}
}

int dj_snapshot_writer_row(dj_snapshot_writer *w, const dj_cell *cell, dj_err *err)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		if (fit(&w->cell[i], &cell[i], &w->column[i], err) < 0)
			return DJ_FAIL;
		if (bind(w->insert, (int)i + 1, &w->cell[i]) != SQLITE_OK)
			return sql_failed(w, err);
	}
	if (sqlite3_step(w->insert) != SQLITE_DONE || sqlite3_reset(w->insert) != SQLITE_OK)
		return sql_failed(w, err);
	dj_djs1_row(w->digest, w->cell);
	w->rows++;
	return DJ_OK;
}

int dj_snapshot_writer_place(dj_snapshot_writer *w, uint64_t byte, uint64_t line, dj_err *err)
{
	if (w->n_columns == 0)
		return dj_fail(err, DJ_FAIL, "a place before any table");
	if (w->n_places == w->cap_places) {
		w->cap_places = w->cap_places ? 2 * w->cap_places : 64;
		w->place = dj_realloc(w->place, w->cap_places, sizeof *w->place);
	}
	w->place[w->n_places++] = (place){w->n_tables - 1, w->rows + 1, byte, line};
	return DJ_OK;
}

int dj_snapshot_writer_meta(dj_snapshot_writer *w, const char *key, const char *value, dj_err *err)
{
	for (size_t i = 0; i < w->n_meta; i++)
		if (strcmp(w->meta[2 * i], key) == 0)
			return dj_fail(err, DJ_FAIL, "the snapshot says '%s' of itself already", key);
	w->meta = dj_realloc(w->meta, 2 * w->n_meta + 2, sizeof *w->meta);
	w->meta[2 * w->n_meta] = dj_strdup(key);
	w->meta[2 * w->n_meta + 1] = dj_strdup(value);
	w->n_meta++;
	return DJ_OK;
}

/* ---- The end ---- */

static int write_meta(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = SQLITE_OK;

	if (run(w, "CREATE TABLE _datajam_meta(key TEXT PRIMARY KEY, value TEXT)", err) < 0)
		return DJ_FAIL;
	rc = sqlite3_prepare_v2(w->db, "INSERT INTO _datajam_meta VALUES(?, ?)", -1, &s, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < w->n_meta; i++) {
		sqlite3_bind_text(s, 1, w->meta[2 * i], -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, w->meta[2 * i + 1], -1, SQLITE_STATIC);
		sqlite3_step(s);
		rc = sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_OK ? DJ_OK : sql_failed(w, err);
}

static int write_places(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = SQLITE_OK;

	if (run(w, "CREATE TABLE _datajam_places(tab TEXT, row INTEGER, byte INTEGER, line INTEGER)", err) < 0)
		return DJ_FAIL;
	rc = sqlite3_prepare_v2(w->db, "INSERT INTO _datajam_places VALUES(?, ?, ?, ?)", -1, &s, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < w->n_places; i++) {
		const place *p = &w->place[i];
		sqlite3_bind_text(s, 1, w->table[p->table], -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 2, p->row);
		sqlite3_bind_int64(s, 3, (int64_t)p->byte);
		sqlite3_bind_int64(s, 4, (int64_t)p->line);
		sqlite3_step(s);
		rc = sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_OK ? DJ_OK : sql_failed(w, err);
}

int dj_snapshot_writer_finish(dj_snapshot_writer *w, dj_digest *out, dj_err *err)
{
	char hex[65];

	if (end_table(w, err) < 0)
		return DJ_FAIL;
	*out = dj_djs1_end(w->digest);
	w->digest = NULL;
	dj_digest_hex(hex, out);
	if (dj_snapshot_writer_meta(w, "djs1", hex, err) < 0 || run(w, "BEGIN", err) < 0 ||
	    write_meta(w, err) < 0 || write_places(w, err) < 0 || run(w, "COMMIT", err) < 0)
		return DJ_FAIL;
	if (sqlite3_close(w->db) != SQLITE_OK)
		return sql_failed(w, err);
	w->db = NULL;
	return DJ_OK;
}

void dj_snapshot_writer_free(dj_snapshot_writer *w)
{
	if (!w)
		return;
	sqlite3_finalize(w->insert);
	sqlite3_close(w->db);
	dj_djs1_free(w->digest);
	forget_columns(w);
	for (size_t i = 0; i < w->n_tables; i++)
		free(w->table[i]);
	for (size_t i = 0; i < 2 * w->n_meta; i++)
		free(w->meta[i]);
	free(w->table);
	free(w->place);
	free(w->meta);
	free(w);
}
