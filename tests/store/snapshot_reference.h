/*
 * What a snapshot of a made world (snapshot_world.h) must be: sound, equal to what SQLite's own inserts make of the same
 * cells, and the same bytes for any number of threads.
 */
#ifndef DJ_TESTS_SNAPSHOT_REFERENCE_H
#define DJ_TESTS_SNAPSHOT_REFERENCE_H

#include "snapshot_world.h"

/* ---- The reference: SQLite's own inserts ---- */

static inline void world_bind(sqlite3_stmt *s, int i, const dj_cell *c, dj_coltype type)
{
	if (c->kind == DJ_CELL_INTEGER && type == DJ_COL_REAL)
		sqlite3_bind_double(s, i, (double)c->integer);
	else if (c->kind == DJ_CELL_INTEGER)
		sqlite3_bind_int64(s, i, c->integer);
	else if (c->kind == DJ_CELL_REAL)
		sqlite3_bind_double(s, i, c->real);
	else if (c->kind == DJ_CELL_TEXT)
		sqlite3_bind_text(s, i, c->text, (int)c->n, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, i);
}

static inline void world_insert(const world_table *t, sqlite3 *db)
{
	static const char *const declared[] = {"TEXT",    "TEXT",      "INTEGER",     "REAL",
	                                       "BOOLEAN", "DATE TEXT", "INSTANT TEXT"};
	sqlite3_str             *create = sqlite3_str_new(NULL), *insert = sqlite3_str_new(NULL);
	sqlite3_stmt            *s = NULL;

	sqlite3_str_appendf(create, "CREATE TABLE %s(", t->name);
	sqlite3_str_appendf(insert, "INSERT INTO %s VALUES(", t->name);
	for (size_t i = 0; i < t->n_columns; i++) {
		sqlite3_str_appendf(create, "%s%s %s", i ? ", " : "", t->column[i].name, declared[t->column[i].type]);
		sqlite3_str_appendall(insert, i ? ",?" : "?");
	}
	sqlite3_str_appendall(create, ")");
	sqlite3_str_appendall(insert, ")");
	char *create_sql = sqlite3_str_finish(create), *insert_sql = sqlite3_str_finish(insert);
	int   rc = sqlite3_exec(db, create_sql, NULL, NULL, NULL);
	assert(rc == SQLITE_OK);
	rc = sqlite3_prepare_v2(db, insert_sql, -1, &s, NULL);
	assert(rc == SQLITE_OK);
	for (size_t row = 0; row < t->n_rows; row++) {
		for (size_t i = 0; i < t->n_columns; i++)
			world_bind(s, (int)i + 1, &t->cell[row * t->n_columns + i], t->column[i].type);
		rc = sqlite3_step(s);
		assert(rc == SQLITE_DONE);
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	sqlite3_free(create_sql);
	sqlite3_free(insert_sql);
}

static inline bool world_same_value(sqlite3_stmt *a, sqlite3_stmt *b, int i)
{
	double x, y;

	if (sqlite3_column_type(a, i) != sqlite3_column_type(b, i))
		return false;
	switch (sqlite3_column_type(a, i)) {
	case SQLITE_INTEGER: return sqlite3_column_int64(a, i) == sqlite3_column_int64(b, i);
	case SQLITE_FLOAT:
		x = sqlite3_column_double(a, i);
		y = sqlite3_column_double(b, i);
		return memcmp(&x, &y, sizeof x) == 0;
	case SQLITE_TEXT:
		return sqlite3_column_bytes(a, i) == sqlite3_column_bytes(b, i) &&
		       memcmp(sqlite3_column_text(a, i), sqlite3_column_text(b, i),
		              (size_t)sqlite3_column_bytes(a, i)) == 0;
	default: return sqlite3_column_type(a, i) == SQLITE_NULL;
	}
}

/* Every row of a table is what it is in the reference. */
static inline bool world_same_table(const world_table *t, sqlite3 *db, sqlite3 *reference)
{
	char         *sql = sqlite3_mprintf("SELECT * FROM %s ORDER BY rowid", t->name);
	sqlite3_stmt *a = NULL, *b = NULL;
	int           step = sqlite3_prepare_v2(db, sql, -1, &a, NULL);
	bool          same = step == SQLITE_OK && sqlite3_prepare_v2(reference, sql, -1, &b, NULL) == SQLITE_OK;

	while (same && (step = sqlite3_step(a)) == SQLITE_ROW) {
		same = sqlite3_step(b) == SQLITE_ROW;
		for (int i = 0; same && i < (int)t->n_columns; i++)
			same = world_same_value(a, b, i);
	}
	same = same && step == SQLITE_DONE && sqlite3_step(b) == SQLITE_DONE;
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	sqlite3_free(sql);
	return same;
}

static inline bool world_ask(sqlite3 *db, const char *sql, const char *want)
{
	sqlite3_stmt *s = NULL;
	bool is = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW &&
	          strcmp((const char *)sqlite3_column_text(s, 0), want) == 0;

	if (!is)
		fprintf(stderr, "%s: %s\n", sql,
		        s && sqlite3_column_text(s, 0) ? (const char *)sqlite3_column_text(s, 0)
		                                       : sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return is;
}

/* Rowids count from 1. */
static inline bool world_counts(const world_table *t, sqlite3 *db)
{
	char *sql = sqlite3_mprintf("SELECT count(*) || ' ' || total(rowid) FROM %s", t->name);
	char *want =
	    sqlite3_mprintf("%lld %lld.0", (long long)t->n_rows, (long long)(t->n_rows * (t->n_rows + 1) / 2));
	bool counts = world_ask(db, sql, want);

	sqlite3_free(sql);
	sqlite3_free(want);
	return counts;
}

static inline bool world_has_rtree(const world_table *t, sqlite3 *db)
{
	const char *lat = t->column[t->lat].name, *lon = t->column[t->lon].name;
	char       *check, *same;
	bool        has;

	check = sqlite3_mprintf("SELECT rtreecheck('_datajam_rtree_%s')", t->name);
	same =
	    sqlite3_mprintf("SELECT (SELECT count(*) FROM _datajam_rtree_%s) = count(*) FROM %s WHERE %s IS NOT "
	                    "NULL AND %s IS NOT NULL",
	                    t->name, t->name, lat, lon);
	has = world_ask(db, check, "ok") && world_ask(db, same, "1");
	sqlite3_free(check);
	sqlite3_free(same);
	return has;
}

static inline bool world_has_indexes(const world_table *t, sqlite3 *db)
{
	size_t n = t->n_indexes;
	char *sql = sqlite3_mprintf("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = '%s'",
	                            t->name);
	char  want[2] = {0};
	bool  has;

	for (size_t i = 0; i < t->n_indexes; i++) /* one that is asked for twice is made once */
		for (size_t k = 0; k < i; k++)
			if (t->index[i].n == t->index[k].n && t->index[i].column[0] == t->index[k].column[0]) {
				n--;
				break;
			}
	want[0] = (char)('0' + n);
	has = world_ask(db, sql, want);
	sqlite3_free(sql);
	return has;
}

/* Interior pages of tables begin with 5, and in files as small as these nothing else does. */
static inline bool world_no_only_child(int fd)
{
	unsigned char page[4096];

	for (off_t at = 4096; pread(fd, page, sizeof page, at) == (ssize_t)sizeof page; at += 4096)
		if (page[0] == 5 && page[3] == 0 && page[4] == 0)
			return false;
	return true;
}

/* Whether the snapshot is sound, holds what the reference holds, and is called what it holds. */
static inline bool world_holds(const world *w, int fd, const dj_digest *djs1)
{
	sqlite3  *db = NULL, *reference = NULL;
	dj_digest again;
	dj_err    at = {0}, *err = &at;
	bool      holds;

	WORLD_FINE(dj_snapshot_open_fd(&db, fd, err));
	WORLD_FINE(dj_snapshot_digest(&again, db, err));
	holds = dj_digest_compare(djs1, &again) == 0 && world_ask(db, "PRAGMA integrity_check", "ok") &&
	        world_ask(db, "PRAGMA freelist_count", "0") && world_no_only_child(fd);
	if (sqlite3_open(":memory:", &reference) != SQLITE_OK)
		abort();
	for (size_t i = 0; holds && i < w->n; i++) {
		world_insert(&w->table[i], reference);
		holds = world_same_table(&w->table[i], db, reference) && world_counts(&w->table[i], db) &&
		        world_has_indexes(&w->table[i], db) &&
		        (!w->table[i].rtree || world_has_rtree(&w->table[i], db));
	}
	sqlite3_close(reference);
	sqlite3_close(db);
	return holds;
}

static inline bool world_same_bytes(int a, int b)
{
	struct stat one, other;
	bool        same = fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_size == other.st_size;
	char        x[4096], y[4096];

	for (off_t at = 0; same && at < one.st_size; at += (off_t)sizeof x)
		same = pread(a, x, sizeof x, at) == (ssize_t)sizeof x &&
		       pread(b, y, sizeof y, at) == (ssize_t)sizeof y && memcmp(x, y, sizeof x) == 0;
	return same;
}

/* One thread, then two, then four, in other orders and with tables begun twice: the same bytes, and right. */
static inline bool world_is_fine(const world *w, dj_pool *two, dj_pool *four)
{
	dj_digest alone, other;
	int       fd = world_write(w, NULL, false, 0, &alone);
	bool      good = world_holds(w, fd, &alone);

	for (int i = 0; good && i < 2; i++) {
		int again = world_write(w, i ? four : two, i, i ? w->state : 0, &other);
		good = dj_digest_compare(&alone, &other) == 0 && world_same_bytes(fd, again);
		close(again);
	}
	close(fd);
	return good;
}

#endif
