/*
 * Leaf pages of a table (SQLite file format, 1.6), and the overflow pages of rows that do not fit one (1.7). A page is
 * filled with as many rows as fit; its cells stand in the order of their rowids.
 */
#include "store/part.h"

#include "store/varint.h"

#include <stdlib.h>

enum {
	HEAD = 8,
	LEAF = 13,
	POINTER = 2,
	NEXT = 4,                                     /* the number of the next overflow page */
	MOST_LOCAL = DJ_PAGE - 35,                    /* X in the file format */
	LEAST_LOCAL = (DJ_PAGE - 12) * 32 / 255 - 23, /* M */
	SPILLED = DJ_PAGE - NEXT                      /* bytes in an overflow page */
};

void dj_leaves_free(dj_leaves *l)
{
	dj_buf_free(&l->leaf);
	dj_buf_free(&l->overflow);
	free(l->last);
	free(l->spill);
	*l = (dj_leaves){0};
}

static inline size_t local_size(size_t payload)
{
	size_t k;

	if (payload <= MOST_LOCAL)
		return payload;
	k = LEAST_LOCAL + (payload - LEAST_LOCAL) % SPILLED;
	return k <= MOST_LOCAL ? k : LEAST_LOCAL;
}

static inline size_t cell_size(size_t payload, size_t rowid_size)
{
	size_t local = local_size(payload);

	return dj_varint_size(payload) + rowid_size + local + (local < payload ? NEXT : 0);
}

/* The bytes of a record from `from` on, into pages of their own. `pointer` is where the first one's number belongs. */
static void spill(dj_leaves *l, const unsigned char *rest, size_t n_rest, size_t pointer)
{
	size_t n = (n_rest + SPILLED - 1) / SPILLED;
	char  *page = dj_buf_room(&l->overflow, n * DJ_PAGE);

	if (l->n_spills == l->cap_spills) {
		l->cap_spills = l->cap_spills ? 2 * l->cap_spills : 64;
		l->spill = dj_realloc(l->spill, l->cap_spills, sizeof *l->spill);
	}
	l->spill[l->n_spills++] = (struct dj_spill){pointer, l->n_overflow, n};
	memset(page + (n - 1) * DJ_PAGE, 0, DJ_PAGE);
	for (size_t i = 0; i < n; i++, rest += SPILLED, n_rest -= SPILLED)
		memcpy(page + i * DJ_PAGE + NEXT, rest, n_rest < SPILLED ? n_rest : SPILLED);
	l->overflow.n += n * DJ_PAGE;
	l->n_overflow += n;
}

/* Returns what comes after the cell. */
static inline unsigned char *put_cell(dj_leaves *l, unsigned char *to, const unsigned char *record,
                                      size_t payload, uint64_t rowid)
{
	size_t local = local_size(payload);

	to = dj_put_varint(to, payload);
	to = dj_put_varint(to, rowid);
	memcpy(to, record, local);
	to += local;
	if (local == payload)
		return to;
	spill(l, record + local, payload - local, (size_t)(to - (unsigned char *)l->leaf.data));
	return to + NEXT;
}

/* A page of the run's rows row[0..n), whose cells take `used` bytes. */
static void put_page(dj_leaves *l, const dj_run *run, size_t row, size_t n, size_t used, int64_t first)
{
	unsigned char *page = (unsigned char *)dj_buf_room(&l->leaf, DJ_PAGE);
	unsigned char *pointer = page + HEAD, *cell = page + DJ_PAGE - used;
	size_t         from = row ? run->end[row - 1] : 0;

	page[0] = LEAF;
	memset(page + 1, 0, HEAD - 1);
	dj_put_u16(page + 3, n);
	dj_put_u16(page + 5, DJ_PAGE - used);
	for (size_t i = 0; i < n; i++, pointer += POINTER) {
		const unsigned char *record = (const unsigned char *)run->bytes.data + from;
		dj_put_u16(pointer, (size_t)(cell - page));
		cell = put_cell(l, cell, record, run->end[row + i] - from, (uint64_t)first + i);
		from = run->end[row + i];
	}
	memset(pointer, 0, (size_t)(page + DJ_PAGE - used - pointer));
	l->leaf.n += DJ_PAGE;
	if (l->n_leaves == l->cap_last) {
		l->cap_last = l->cap_last ? 2 * l->cap_last : 256;
		l->last = dj_realloc(l->last, l->cap_last, sizeof *l->last);
	}
	l->last[l->n_leaves++] = first + (int64_t)n - 1;
}

void dj_leaves_fill(dj_leaves *l, const dj_snapshot_part *p, int64_t first)
{
	const dj_run *run = p->run;

	l->leaf.n = l->overflow.n = 0;
	l->n_leaves = l->n_overflow = l->n_spills = 0;
	for (size_t row = 0, n; row < run->n; row += n, first += (int64_t)n) {
		size_t used = 0, from = row ? run->end[row - 1] : 0;
		for (n = 0; row + n < run->n; n++) {
			size_t cell = cell_size(run->end[row + n] - from, dj_varint_size((uint64_t)first + n));
			if (HEAD + POINTER * (n + 1) + used + cell > DJ_PAGE)
				break;
			used += cell;
			from = run->end[row + n];
		}
		put_page(l, run, row, n, used, first);
	}
}

void dj_leaves_number(dj_leaves *l, const dj_pages *pages, uint32_t first)
{
	for (size_t i = 0; i < l->n_spills; i++) {
		const struct dj_spill *s = &l->spill[i];
		unsigned char         *to = (unsigned char *)l->leaf.data + s->at;
		for (size_t k = s->first; k < s->first + s->n; k++) {
			dj_put_u32(to, dj_pages_at(pages, first, k));
			to = (unsigned char *)l->overflow.data + k * DJ_PAGE;
		}
		dj_put_u32(to, 0);
	}
}
