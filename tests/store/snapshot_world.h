/*
 * Tables out of any bytes, for the writer of snapshots: written by parts from several threads, they must be what SQLite's
 * own inserts make of the same cells. Shared by the property tests (snapshot_pages.c) and the fuzz target.
 */
#ifndef DJ_TESTS_SNAPSHOT_WORLD_H
#define DJ_TESTS_SNAPSHOT_WORLD_H

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pool.h"
#include "store/snapshot.h"

enum { WORLD_TABLES = 3, WORLD_CELLS = 12000, WORLD_TEXT = 70000, WORLD_BYTES = 1 << 20 };

typedef struct world_table {
	char           name[16];
	size_t         n_columns, n_rows, n_parts;
	dj_column_def *column;
	dj_cell       *cell;
	size_t        *cut;     /* the row that each part begins with; one more for the end */
	bool           dropped; /* begun once before, and thrown away */
} world_table;

typedef struct world {
	dj_arena      *arena;
	world_table    table[WORLD_TABLES];
	size_t         n;
	char          *text;
	size_t         room; /* bytes of text that may still be used */
	/* where choices come from: the bytes, then a stream that follows from them */
	const uint8_t *at, *end;
	uint64_t       state;
} world;

/* ---- Choosing ---- */

static inline uint64_t world_bits(world *w)
{
	w->state = w->state * 6364136223846793005u + 1442695040888963407u;
	if (w->at < w->end)
		return *w->at++;
	return w->state >> 33;
}

static inline size_t world_below(world *w, size_t n)
{
	return (size_t)(world_bits(w) % n);
}

static inline int64_t world_integer(world *w)
{
	uint64_t edge = (uint64_t)1 << world_below(w, 64);
	int64_t  near = (int64_t)world_below(w, 5) - 2;

	switch (world_below(w, 4)) {
	case 0: return (int64_t)world_below(w, 4) - 1;
	case 1: return (int64_t)(edge + (uint64_t)near);
	case 2: return (int64_t)(0 - edge + (uint64_t)near);
	default: return (int64_t)(world_bits(w) << 40 ^ world_bits(w) << 20 ^ world_bits(w));
	}
}

static inline double world_real(world *w)
{
	static const double nasty[] = {0.0,
	                               -0.0,
	                               1.0,
	                               -1.0,
	                               0.5,
	                               4.9e-324,
	                               -2.2250738585072009e-308,
	                               1e15,
	                               1.7e308,
	                               -1.7e308,
	                               1e-300,
	                               1e22,
	                               123456.0,
	                               9007199254740993.0,
	                               0.1,
	                               -3.25,
	                               2e63,
	                               -9.2233720368547758e18};

	return nasty[world_below(w, DJ_COUNT(nasty))];
}

/* Lengths near where a header, a page or an overflow page is full. */
static inline size_t world_length(world *w)
{
	static const size_t near[] = {0, 8, 57, 127, 489, 4061, 4092, 8153, 8184, 4581, 12245, 65536, 16384 / 2};
	size_t              n;

	switch (world_below(w, 8)) {
	case 0:
		n = near[world_below(w, DJ_COUNT(near))] + world_below(w, 40);
		n = n > 30 ? n - 30 : n;
		break;
	case 1: n = world_below(w, 256); break;
	case 2: n = 0; break;
	default: n = world_below(w, 24);
	}
	return n < w->room ? n : 0;
}

static inline dj_cell world_text(world *w)
{
	static const char *const words[] = {"",      "é",    "\xf0\x9f\x98\x80", "-0", "1e3",
	                                    "00012", "NULL", "\xef\xbb\xbf"};
	dj_cell                  c = {.kind = DJ_CELL_TEXT};

	if (world_below(w, 6) == 0) {
		c.text = words[world_below(w, DJ_COUNT(words))];
		c.n = strlen(c.text);
		return c;
	}
	c.n = world_length(w);
	c.text = w->text + world_below(w, 64);
	w->room -= c.n;
	return c;
}

static inline dj_cell world_cell(world *w, dj_coltype type)
{
	if (world_below(w, 7) == 0)
		return (dj_cell){.kind = DJ_CELL_NULL};
	switch (type) {
	case DJ_COL_INTEGER: return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = world_integer(w)};
	case DJ_COL_BOOLEAN: return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = (int64_t)world_below(w, 2)};
	case DJ_COL_REAL:
		if (world_below(w, 3) == 0)
			return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = world_integer(w)};
		return (dj_cell){.kind = DJ_CELL_REAL, .real = world_real(w)};
	default: return world_text(w);
	}
}

static inline void world_make_table(world *w, world_table *t)
{
	static const size_t columns[] = {1, 1, 2, 3, 4, 12, 12, 61, 62, 125, 126, 127, 128, 300, 2000};
	static const size_t rows[] = {0, 1, 2, 3, 10, 100, 500, 1200, 4000};
	size_t              most, n;

	snprintf(t->name, sizeof t->name, "t%zu", (size_t)(t - w->table));
	t->n_columns = columns[world_below(w, DJ_COUNT(columns))];
	n = rows[world_below(w, DJ_COUNT(rows))] + world_below(w, 3);
	most = WORLD_CELLS / t->n_columns;
	t->n_rows = n < most ? n : most;
	t->dropped = world_below(w, 3) == 0;
	t->column = dj_arena_alloc(w->arena, t->n_columns, sizeof *t->column);
	t->cell = dj_arena_alloc(w->arena, t->n_rows * t->n_columns + 1, sizeof *t->cell);
	t->cut = dj_arena_alloc(w->arena, t->n_rows + 8, sizeof *t->cut);
	for (size_t i = 0; i < t->n_columns; i++) {
		t->column[i].name = dj_arena_fmt(w->arena, "c%zu", i);
		t->column[i].type = (dj_coltype)world_below(w, DJ_COL_INSTANT + 1);
	}
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++)
		t->cell[i] = world_cell(w, t->column[i % t->n_columns].type);
	/* parts of all sizes, some empty */
	most = t->n_rows / (1 + world_below(w, 6)) + 2;
	for (size_t row = 0; row < t->n_rows && t->n_parts < t->n_rows + 4; row += world_below(w, most))
		t->cut[t->n_parts++] = row;
	t->cut[t->n_parts] = t->n_rows;
}

static inline void world_make(world *w, const uint8_t *data, size_t n)
{
	*w = (world){.arena = dj_arena_new(), .at = data, .end = data + n, .room = WORLD_BYTES};
	for (size_t i = 0; i < n; i++)
		w->state = (w->state ^ data[i]) * 1099511628211u;
	w->text = dj_arena_alloc(w->arena, WORLD_TEXT, 1);
	for (size_t i = 0; i < WORLD_TEXT; i++)
		w->text[i] = (char)(i * 7 % 128); /* NUL among them */
	w->n = 1 + world_below(w, WORLD_TABLES);
	for (size_t i = 0; i < w->n; i++)
		world_make_table(w, &w->table[i]);
}

static inline void world_free(world *w)
{
	dj_arena_free(w->arena);
}

#define WORLD_FINE(call)                                              \
	do {                                                              \
		if ((call) < 0) {                                             \
			fprintf(stderr, "%s: %s\n", #call, err ? err->text : ""); \
			abort();                                                  \
		}                                                             \
	} while (0)

/* ---- Writing, by the lanes of a pool: whoever is free has the next part ---- */

typedef struct world_lanes {
	const world_table  *table;
	dj_snapshot_writer *writer;
	atomic_size_t       next;
	size_t              n_parts; /* that are written */
	uint64_t            delays;
} world_lanes;

static inline int world_lane(void *user, size_t lane, dj_err *err)
{
	world_lanes       *l = user;
	const world_table *t = l->table;
	dj_snapshot_part  *p = dj_snapshot_part_new(l->writer);
	int                rc = DJ_OK;

	(void)lane;
	for (size_t k; rc == DJ_OK && (k = atomic_fetch_add(&l->next, 1)) < l->n_parts;) {
		for (size_t row = t->cut[k]; rc == DJ_OK && row < t->cut[k + 1]; row++) {
			if (row == t->cut[k])
				dj_snapshot_part_place(p, 100 * row, row + 2);
			rc = dj_snapshot_part_row(p, t->cell + row * t->n_columns, err);
		}
		if (l->delays >> k % 64 & 1)
			usleep((unsigned)(k * 37 % 90));
		if (rc == DJ_OK)
			rc = dj_snapshot_writer_take(l->writer, p, k, err);
	}
	dj_snapshot_part_free(p);
	return rc;
}

static inline void world_write_table(const world_table *t, dj_snapshot_writer *writer, size_t n_parts,
                                     dj_pool *pool, uint64_t delays)
{
	world_lanes l = {.table = t, .writer = writer, .n_parts = n_parts, .delays = delays};
	dj_err      at = {0}, *err = &at;

	WORLD_FINE(dj_snapshot_writer_table(writer, t->name, t->column, t->n_columns, err));
	WORLD_FINE(dj_pool_run(pool, world_lane, &l, err));
}

/* A descriptor of the snapshot. With `drops`, tables that were dropped are begun once before. */
static inline int world_write(const world *w, dj_pool *pool, bool drops, uint64_t delays, dj_digest *out)
{
	int                 fd = memfd_create("snapshot", MFD_CLOEXEC);
	dj_snapshot_how     how = {.scratch_fd = -1, .pool = pool, .write_back = drops};
	dj_snapshot_writer *writer = NULL;
	dj_err              at = {0}, *err = &at;

	WORLD_FINE(dj_snapshot_writer_open(&writer, fd, &how, err));
	for (size_t i = 0; i < w->n; i++) {
		const world_table *t = &w->table[i];
		if (drops && t->dropped) {
			world_write_table(t, writer, t->n_parts / 2, pool, delays);
			WORLD_FINE(dj_snapshot_writer_drop(writer, err));
		}
		world_write_table(t, writer, t->n_parts, pool, delays);
	}
	WORLD_FINE(dj_snapshot_writer_finish(writer, out, err));
	dj_snapshot_writer_free(writer);
	return fd;
}

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
	        world_ask(db, "PRAGMA freelist_count", "0");
	if (sqlite3_open(":memory:", &reference) != SQLITE_OK)
		abort();
	for (size_t i = 0; holds && i < w->n; i++) {
		world_insert(&w->table[i], reference);
		holds = world_same_table(&w->table[i], db, reference) && world_counts(&w->table[i], db);
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
