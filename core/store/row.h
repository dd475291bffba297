/*
 * row.h - a row as SQLite's record (file format, 2.1), which is also what DJS1 hashes.
 *
 * Invariant: one row has one form. An integer takes the fewest bytes that hold it, none for 0 and 1; a real always takes
 * eight, also where SQLite itself would store an integer, and -0 is +0; NULL and lengths stand in the header.
 */
#ifndef DJ_STORE_ROW_H
#define DJ_STORE_ROW_H

#include "store/snapshot.h"
#include "store/varint.h"

typedef struct dj_row_size {
	size_t head; /* exact, with its own length in front */
	size_t most; /* of the whole record */
} dj_row_size;

/* The size of a row: begin with that of n cells that are no text, add each, close. */
static inline dj_row_size dj_row_begin(size_t n)
{
	return (dj_row_size){n + 1, n * 8};
}

static inline void dj_row_add(dj_row_size *size, const dj_cell *c)
{
	enum { TEXT = 13, SHORT = 57 }; /* the longest text of which the length takes one byte */

	if (c->kind != DJ_CELL_TEXT)
		return;
	size->most += c->n;
	if (c->n > SHORT)
		size->head += dj_varint_size(TEXT + 2 * (uint64_t)c->n) - 1;
}

static inline void dj_row_close(dj_row_size *size)
{
	size->head += size->head >= 0x80; /* 2,000 columns take 16,000 bytes at most: never three */
	size->most += size->head;
}

static inline dj_row_size dj_row_measure(const dj_cell *cell, size_t n)
{
	dj_row_size size = dj_row_begin(n);

	for (size_t i = 0; i < n; i++)
		dj_row_add(&size, &cell[i]);
	dj_row_close(&size);
	return size;
}

typedef struct dj_row_pen { /* where the next byte goes */
	unsigned char *head, *body;
} dj_row_pen;

static inline void dj_row_integer(dj_row_pen *to, int64_t v)
{
	static const unsigned char bytes_of[] = {0, 1, 2, 3, 4, 6, 8};
	enum { ZERO = 8, ONE = 9 };
	uint64_t size = (uint64_t)(v < 0 ? ~v : v);
	unsigned bits = 65 - (unsigned)__builtin_clzll(size | 1); /* with the sign */
	unsigned type = bits <= 32 ? (bits + 7) / 8 : bits <= 48 ? 5 : 6;

	if (v == 0 || v == 1) {
		*to->head++ = v ? ONE : ZERO;
		return;
	}
	*to->head++ = (unsigned char)type;
	dj_put_u64(to->body, (uint64_t)v << (64 - 8 * bytes_of[type])); /* bytes behind are written over */
	to->body += bytes_of[type];
}

static inline void dj_row_real(dj_row_pen *to, double v)
{
	enum { REAL = 7 };
	double   plain = v + 0.0; /* -0 + 0 is +0: what SQLite makes of it */
	uint64_t bits;

	memcpy(&bits, &plain, sizeof bits);
	*to->head++ = REAL;
	dj_put_u64(to->body, bits);
	to->body += sizeof bits;
}

static inline void dj_row_text(dj_row_pen *to, const char *text, size_t n)
{
	enum { TEXT = 13 };

	to->head = dj_put_varint(to->head, TEXT + 2 * (uint64_t)n);
	dj_copy(to->body, text, n);
	to->body += n;
}

/*
 * Writes the record to `to`, which has room for size.most bytes; gives what comes after. Integers in a column that is
 * REAL become reals.
 */
static inline unsigned char *dj_row_put(unsigned char *to, dj_row_size size, const dj_cell *cell,
                                        const dj_column_def *column, size_t n)
{
	dj_row_pen pen = {dj_put_varint(to, size.head), to + size.head};

	for (size_t i = 0; i < n; i++) {
		const dj_cell *c = &cell[i];
		if (c->kind == DJ_CELL_TEXT)
			dj_row_text(&pen, c->text, c->n);
		else if (c->kind == DJ_CELL_NULL)
			*pen.head++ = 0;
		else if (c->kind == DJ_CELL_REAL)
			dj_row_real(&pen, c->real);
		else if (column[i].type == DJ_COL_REAL)
			dj_row_real(&pen, (double)c->integer);
		else
			dj_row_integer(&pen, c->integer);
	}
	return pen.body;
}

#endif
