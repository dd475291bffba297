/*
 * Tables out of any bytes, written as a snapshot by parts from several threads. Shared by the property tests
 * (snapshot_pages.c) and the fuzz target.
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

enum { WORLD_TABLES = 3, WORLD_CELLS = 4000, WORLD_TEXT = 70000, WORLD_BYTES = 300000 };

typedef struct world_table {
	char           name[16];
	size_t         n_columns, n_rows, n_parts;
	dj_column_def *column;
	dj_cell       *cell;
	size_t        *cut; /* the row that each part begins with; one more for the end */
	size_t         n_indexes;
	struct world_index {
		size_t column[3], n;
	} index[3];
	bool   rtree; /* over lat and lon */
	size_t lat, lon;
	bool   dropped; /* begun once before, and thrown away */
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

static inline void world_make_indexes(world *w, world_table *t)
{
	size_t reals = 0;

	t->n_indexes = world_below(w, 2) ? world_below(w, 4) : 0;
	for (size_t i = 0; i < t->n_indexes; i++) {
		struct world_index *x = &t->index[i];
		size_t              first = world_below(w, t->n_columns);
		for (x->n = 0; x->n < 3 && x->n <= world_below(w, 3) && first + x->n < t->n_columns; x->n++)
			x->column[x->n] = first + x->n;
	}
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->column[i].type == DJ_COL_REAL) {
			t->lat = t->lon;
			t->lon = i;
			reals++;
		}
	t->rtree = reals > 1 && t->n_rows < 200 && world_below(w, 2);
}

static inline void world_make_table(world *w, world_table *t)
{
	static const size_t columns[] = {1, 1, 2, 3, 4, 12, 12, 61, 62, 125, 126, 127, 128, 300};
	static const size_t rows[] = {0, 1, 2, 3, 10, 100, 500, 1200, 4000};
	size_t              most, n;

	snprintf(t->name, sizeof t->name, "t%zu", (size_t)(t - w->table));
	t->n_columns = columns[world_below(w, DJ_COUNT(columns))];
	if (world_below(w, 60) == 0)
		t->n_columns = 2000;
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
	world_make_indexes(w, t);
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
	for (size_t i = 0; i < t->n_indexes; i++)
		WORLD_FINE(dj_snapshot_writer_index(writer, t->index[i].column, t->index[i].n, err));
	if (t->rtree)
		WORLD_FINE(dj_snapshot_writer_rtree(writer, t->lat, t->lon, err));
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

#endif
