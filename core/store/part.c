/* Rows as they will be stored, and as they are digested: one form for both (row.h). */
#include "store/part.h"

#include "store/row.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MOST_TEXT = 64 << 20, MOST_ROW = 1000000000 /* SQLITE_MAX_LENGTH */ };

void dj_snapshot_part_free(dj_snapshot_part *p)
{
	if (!p)
		return;
	dj_run_free(p->run);
	free(p->place);
	dj_leaves_free(&p->leaves);
	for (size_t i = 0; i < p->n_keys; i++)
		dj_index_keys_free(p->keys[i]);
	free(p->keys);
	free(p->stored);
	free(p->in_index);
	free(p);
}

void dj_snapshot_part_empty(dj_snapshot_part *p)
{
	dj_part_reset(&p->run->bytes);
	dj_part_reset(&p->leaves.leaf);
	dj_part_reset(&p->leaves.overflow);
	p->run->n = 0;
	p->n_places = 0;
	for (size_t i = 0; i < p->n_keys; i++)
		dj_index_keys_reset(p->keys[i]);
}

size_t dj_snapshot_part_rows(const dj_snapshot_part *p)
{
	return p->run->n;
}

size_t dj_snapshot_part_bytes(const dj_snapshot_part *p)
{
	enum { AROUND = 8 }; /* a cell's pointer, its length and its rowid */

	return p->run->bytes.n + AROUND * p->run->n;
}

void dj_snapshot_part_place(dj_snapshot_part *p, uint64_t byte, uint64_t line)
{
	if (p->n_places == p->cap_places) {
		p->cap_places = p->cap_places ? 2 * p->cap_places : 16;
		p->place = dj_realloc(p->place, p->cap_places, sizeof *p->place);
	}
	p->place[p->n_places++] = (dj_place){(int64_t)p->run->n, byte, line};
}

/* ---- What is stored must be what is digested: what SQLite would make another type of is refused ---- */

/* By type: bits of the kinds that it can hold. */
static const unsigned char holds[] = {
    [DJ_COL_UNKNOWN] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_TEXT,
    [DJ_COL_TEXT] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_TEXT,
    [DJ_COL_INTEGER] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_INTEGER,
    [DJ_COL_REAL] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_INTEGER | 1 << DJ_CELL_REAL,
    [DJ_COL_BOOLEAN] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_INTEGER,
    [DJ_COL_DATE] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_TEXT,
    [DJ_COL_INSTANT] = 1 << DJ_CELL_NULL | 1 << DJ_CELL_TEXT,
};

static inline bool fits(const dj_cell *c, dj_coltype type)
{
	if (!(holds[type] >> c->kind & 1))
		return false;
	switch (c->kind) {
	case DJ_CELL_INTEGER: return type != DJ_COL_BOOLEAN || c->integer == 0 || c->integer == 1;
	case DJ_CELL_REAL: return isfinite(c->real);
	case DJ_CELL_TEXT: return c->n <= MOST_TEXT;
	default: return true;
	}
}

static int refuse(const dj_cell *c, const dj_column_def *column, dj_err *err)
{
	static const char *const kinds[] = {"NULL", "an integer", "a real", "a text"};

	if (c->kind == DJ_CELL_TEXT && c->n > MOST_TEXT)
		return dj_fail(err, DJ_FAIL, "column %s: a text of %zu bytes (at most %d)", column->name, c->n,
		               MOST_TEXT);
	return dj_fail(err, DJ_FAIL, "column %s is %s, and can not hold %s", column->name,
	               dj_coltype_name(column->type), kinds[c->kind]);
}

static void add_keys(dj_snapshot_part *p, const dj_cell *cell)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		if (!p->in_index[i])
			continue;
		p->stored[i] = cell[i];
		if (p->column[i].type == DJ_COL_REAL && cell[i].kind == DJ_CELL_INTEGER)
			p->stored[i] = (dj_cell){.kind = DJ_CELL_REAL, .real = (double)cell[i].integer};
	}
	for (size_t i = 0; i < p->n_keys; i++)
		dj_index_keys_add(p->keys[i], p->stored);
}

int dj_snapshot_part_row(dj_snapshot_part *p, const dj_cell *cell, dj_err *err)
{
	dj_run     *run = p->run;
	dj_row_size size = dj_row_begin(p->n_columns);
	char       *to;

	for (size_t i = 0; i < p->n_columns; i++) {
		if (!fits(&cell[i], p->column[i].type))
			return refuse(&cell[i], &p->column[i], err);
		dj_row_add(&size, &cell[i]);
	}
	dj_row_close(&size);
	if (size.most > MOST_ROW)
		return dj_fail(err, DJ_FAIL, "a row of %zu bytes (at most %d)", size.most, MOST_ROW);
	if (run->n == run->cap) {
		run->cap = run->cap ? 2 * run->cap : 1024;
		run->end = dj_realloc(run->end, run->cap, sizeof *run->end);
	}
	to = dj_buf_room(&run->bytes, size.most);
	run->bytes.n +=
	    (size_t)(dj_row_put((unsigned char *)to, size, cell, p->column, p->n_columns) - (unsigned char *)to);
	run->end[run->n++] = run->bytes.n;
	if (p->n_keys)
		add_keys(p, cell);
	return DJ_OK;
}
