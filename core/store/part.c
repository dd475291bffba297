/*
 * Rows as they will be stored, and as they are digested, in one go. A row is looked at first, so that what follows needs
 * neither checks nor growth, and so that a row that is refused leaves no trace.
 */
#include "store/part.h"

#include "store/varint.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MOST_TEXT = 64 << 20, MOST_ROW = 1000000000 /* SQLITE_MAX_LENGTH */ };
enum { HEAD_CELL = 4, BODY_CELL = 8, CANON_CELL = 9 }; /* bytes that a cell takes at most, but for text */
enum { ZERO = 8, ONE = 9, REAL = 7, TEXT = 13 };       /* serial types */

void dj_snapshot_part_free(dj_snapshot_part *p)
{
	if (!p)
		return;
	dj_buf_free(&p->head);
	dj_buf_free(&p->body);
	free(p->size);
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
	dj_buf_reset(&p->head);
	dj_buf_reset(&p->body);
	dj_buf_reset(&p->run->bytes);
	p->run->n = 0;
	p->n_rows = 0;
	p->n_places = 0;
	for (size_t i = 0; i < p->n_keys; i++)
		dj_index_keys_reset(p->keys[i]);
}

size_t dj_snapshot_part_rows(const dj_snapshot_part *p)
{
	return p->n_rows;
}

size_t dj_snapshot_part_bytes(const dj_snapshot_part *p)
{
	enum { AROUND = 8 }; /* a cell's pointer, its length and its rowid */

	return p->head.n + p->body.n + AROUND * p->n_rows;
}

void dj_snapshot_part_place(dj_snapshot_part *p, uint64_t byte, uint64_t line)
{
	if (p->n_places == p->cap_places) {
		p->cap_places = p->cap_places ? 2 * p->cap_places : 16;
		p->place = dj_realloc(p->place, p->cap_places, sizeof *p->place);
	}
	p->place[p->n_places++] = (dj_place){(int64_t)p->n_rows, byte, line};
}

/* ---- What is stored must be what is digested: what SQLite would make another type of is refused ---- */

static bool fits(const dj_cell *c, dj_coltype type)
{
	if (c->kind == DJ_CELL_NULL)
		return true;
	switch (type) {
	case DJ_COL_INTEGER: return c->kind == DJ_CELL_INTEGER;
	case DJ_COL_BOOLEAN: return c->kind == DJ_CELL_INTEGER && (c->integer == 0 || c->integer == 1);
	case DJ_COL_REAL: return c->kind == DJ_CELL_INTEGER || (c->kind == DJ_CELL_REAL && isfinite(c->real));
	default: return c->kind == DJ_CELL_TEXT && c->n <= MOST_TEXT;
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

/* Makes room for the row, with as much text as it has. */
static int look(dj_snapshot_part *p, const dj_cell *cell, dj_err *err)
{
	size_t n = p->n_columns, text = 0;

	for (size_t i = 0; i < n; i++) {
		if (!fits(&cell[i], p->column[i].type))
			return refuse(&cell[i], &p->column[i], err);
		if (cell[i].kind == DJ_CELL_TEXT)
			text += cell[i].n;
	}
	if (text + n * (HEAD_CELL + BODY_CELL) + 2 > MOST_ROW)
		return dj_fail(err, DJ_FAIL, "a row of %zu bytes of text (at most %d bytes a row)", text, MOST_ROW);
	dj_buf_room(&p->head, n * HEAD_CELL + 2);
	dj_buf_room(&p->body, n * BODY_CELL + text);
	dj_buf_room(&p->run->bytes, n * CANON_CELL + text);
	if (p->n_rows == p->cap_rows) {
		p->cap_rows = p->cap_rows ? 2 * p->cap_rows : 1024;
		p->size = dj_realloc(p->size, p->cap_rows, sizeof *p->size);
	}
	if (p->run->n == p->run->cap) {
		p->run->cap = p->run->cap ? 2 * p->run->cap : 1024;
		p->run->end = dj_realloc(p->run->end, p->run->cap, sizeof *p->run->end);
	}
	return DJ_OK;
}

/* ---- Writing ---- */

typedef struct pen { /* where the next byte goes */
	unsigned char *head, *body, *canon;
} pen;

/* An integer's serial type and bytes. */
static inline void put_stored_integer(pen *to, int64_t v)
{
	static const unsigned char bytes_of[] = {0, 1, 2, 3, 4, 6, 8};
	uint64_t                   size = (uint64_t)(v < 0 ? ~v : v);
	unsigned                   bits = 65 - (unsigned)__builtin_clzll(size | 1); /* with the sign */
	unsigned                   type = bits <= 32 ? (bits + 7) / 8 : bits <= 48 ? 5 : 6;

	if (v == 0 || v == 1) {
		*to->head++ = v ? ONE : ZERO;
		return;
	}
	*to->head++ = (unsigned char)type;
	dj_put_u64(to->body, (uint64_t)v << (64 - 8 * bytes_of[type]));
	to->body += bytes_of[type];
}

static inline void put_integer(pen *to, int64_t v)
{
	to->canon[0] = 'I';
	dj_put_u64(to->canon + 1, (uint64_t)v);
	to->canon += CANON_CELL;
	put_stored_integer(to, v);
}

/* SQLite stores a whole number of a REAL column as an integer, gives it back as a real, and knows no -0. */
static inline void put_real(pen *to, double v)
{
	static const double most = 140737488355327.0; /* of six bytes */
	uint64_t            bits;

	v += 0.0; /* -0 + 0 is +0 */
	memcpy(&bits, &v, sizeof bits);
	to->canon[0] = 'F';
	dj_put_u64(to->canon + 1, bits);
	to->canon += CANON_CELL;
	if (v >= -most && v <= most && (double)(int64_t)v == v) {
		put_stored_integer(to, (int64_t)v);
		return;
	}
	*to->head++ = REAL;
	dj_put_u64(to->body, bits);
	to->body += BODY_CELL;
}

static inline void put_text(pen *to, const char *text, size_t n)
{
	to->head = dj_put_varint(to->head, TEXT + 2 * (uint64_t)n);
	to->canon[0] = 'T';
	dj_put_u64(to->canon + 1, n);
	to->canon += CANON_CELL;
	dj_copy(to->canon, text, n);
	to->canon += n;
	dj_copy(to->body, text, n);
	to->body += n;
}

/* The header begins with its own length: of one byte, or, seldom, of two (2,000 columns take 8,000 bytes). */
static size_t end_head(unsigned char *head, size_t n)
{
	if (n < 0x80) {
		head[0] = (unsigned char)n;
		return n;
	}
	memmove(head + 2, head + 1, n - 1);
	dj_put_varint(head, n + 1);
	return n + 1;
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
	pen            to;
	unsigned char *head, *body;

	if (look(p, cell, err) < 0)
		return DJ_FAIL;
	head = (unsigned char *)p->head.data + p->head.n;
	body = (unsigned char *)p->body.data + p->body.n;
	to = (pen){head + 1, body, (unsigned char *)p->run->bytes.data + p->run->bytes.n};
	for (size_t i = 0; i < p->n_columns; i++) {
		switch (cell[i].kind) {
		case DJ_CELL_TEXT: put_text(&to, cell[i].text, cell[i].n); break;
		case DJ_CELL_REAL: put_real(&to, cell[i].real); break;
		case DJ_CELL_INTEGER:
			if (p->column[i].type == DJ_COL_REAL)
				put_real(&to, (double)cell[i].integer);
			else
				put_integer(&to, cell[i].integer);
			break;
		default: *to.head++ = 0; *to.canon++ = 'N';
		}
	}
	dj_record_size *size = &p->size[p->n_rows++];
	size->head = (uint32_t)end_head(head, (size_t)(to.head - head));
	size->body = (uint32_t)(to.body - body);
	p->head.n += size->head;
	p->body.n += size->body;
	p->run->bytes.n = (size_t)(to.canon - (unsigned char *)p->run->bytes.data);
	p->run->end[p->run->n++] = p->run->bytes.n;
	if (p->n_keys)
		add_keys(p, cell);
	return DJ_OK;
}
