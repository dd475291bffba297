/*
 * B-tree pages from entries in order (SQLite file format, 1.6). A page is filled until an entry does not fit; that one
 * goes up, to stand between the page and the next. It waits until there is a next: at the very end it stays down, and
 * the page's last entry goes up in its place, so that no page is without an entry.
 */
#include "store/index_parts.h"
#include "store/varint.h"

#include <stdlib.h>

enum {
	LEAF = 10,
	INTERIOR = 2,
	MOST_LEVELS = 20, /* SQLite's own bound */
	MOST_LOCAL = (DJ_PAGE - 12) * 64 / 255 - 23,
	LEAST_LOCAL = (DJ_PAGE - 12) * 32 / 255 - 23,
	PER_OVERFLOW = DJ_PAGE - 4,
	MOST_CELL = 4 + 9 + MOST_LOCAL + 4, /* with its left child and its first overflow page */
	BATCH = 64                          /* pages written at once */
};

typedef struct level {
	unsigned char page[DJ_PAGE];
	size_t        top, n; /* cells begin at `top`; how many there are */
	unsigned char waiting[MOST_CELL];
	size_t        n_waiting; /* bytes; 0: none waits */
} level;

struct dj_index_tree {
	dj_pages      *pages;
	level         *level[MOST_LEVELS];
	size_t         n_levels;
	unsigned char *batch; /* pages finished and not yet written, with numbers one after another */
	uint32_t       first;
	size_t         n_batch;
};

dj_index_tree *dj_index_tree_new(dj_pages *pages)
{
	dj_index_tree *t = dj_alloc_zero(1, sizeof *t);

	t->pages = pages;
	t->batch = dj_alloc_zero(BATCH, DJ_PAGE);
	return t;
}

void dj_index_tree_free(dj_index_tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_levels; i++)
		free(t->level[i]);
	free(t->batch);
	free(t);
}

/* ---- Pages out ---- */

static int flush(dj_index_tree *t, dj_err *err)
{
	int rc = t->n_batch ? dj_pages_write(t->pages, t->first, 0, t->batch, t->n_batch, err) : DJ_OK;

	t->n_batch = 0;
	return rc;
}

/* Room for the bytes of page `number`. */
static int page_out(unsigned char **bytes, dj_index_tree *t, uint32_t number, dj_err *err)
{
	bool follows = t->n_batch && number == dj_pages_at(t->pages, t->first, t->n_batch);

	if ((t->n_batch == BATCH || !follows) && flush(t, err) < 0)
		return DJ_FAIL;
	if (t->n_batch == 0)
		t->first = number;
	*bytes = t->batch + t->n_batch++ * DJ_PAGE;
	return DJ_OK;
}

/* The part of a payload that has no room in its page; `number`: the first of its pages. */
static int write_overflow(uint32_t *number, dj_index_tree *t, const unsigned char *bytes, size_t n,
                          dj_err *err)
{
	size_t         count = (n + PER_OVERFLOW - 1) / PER_OVERFLOW;
	unsigned char *page;

	if (dj_pages_take(number, t->pages, count, err) < 0)
		return DJ_FAIL;
	for (size_t k = 0; k < count; k++) {
		size_t here = n < PER_OVERFLOW ? n : PER_OVERFLOW;

		if (page_out(&page, t, dj_pages_at(t->pages, *number, k), err) < 0)
			return DJ_FAIL;
		dj_put_u32(page, k + 1 < count ? dj_pages_at(t->pages, *number, k + 1) : 0);
		memcpy(page + 4, bytes, here);
		memset(page + 4 + here, 0, PER_OVERFLOW - here);
		bytes += here;
		n -= here;
	}
	return DJ_OK;
}

/* ---- Levels: 0 is that of the leaves ---- */

static size_t header_of(size_t depth)
{
	return depth ? 12 : 8;
}

static void empty(level *l)
{
	l->top = DJ_PAGE;
	l->n = 0;
}

/* Writes what a page has besides its cells. `right`: the child after the last cell, of an interior page. */
static void complete(level *l, size_t depth, uint32_t right)
{
	size_t used = header_of(depth) + 2 * l->n;

	l->page[0] = depth ? INTERIOR : LEAF;
	dj_put_u16(l->page + 1, 0); /* no free blocks */
	dj_put_u16(l->page + 3, l->n);
	dj_put_u16(l->page + 5, l->top);
	l->page[7] = 0; /* no fragments */
	if (depth)
		dj_put_u32(l->page + 8, right);
	memset(l->page + used, 0, l->top - used);
}

static bool fits(const level *l, size_t depth, size_t n)
{
	return header_of(depth) + 2 * (l->n + 1) + n <= l->top;
}

static void place(level *l, size_t depth, const unsigned char *cell, size_t n)
{
	l->top -= n;
	memcpy(l->page + l->top, cell, n);
	dj_put_u16(l->page + header_of(depth) + 2 * l->n++, l->top);
}

static int level_add(dj_index_tree *t, size_t depth, const unsigned char *cell, size_t n, dj_err *err);

/* Writes the page of a level out, and begins its next one; `cell` goes up, to stand between the two. */
static int part_at(dj_index_tree *t, size_t depth, const unsigned char *cell, size_t n, dj_err *err)
{
	level         *l = t->level[depth];
	unsigned char *page, up[MOST_CELL];
	uint32_t       number;
	size_t         own = depth ? 4 : 0; /* the child left of the cell becomes the page's last */

	complete(l, depth, depth ? dj_get_u32(cell) : 0);
	if (dj_pages_take(&number, t->pages, 1, err) < 0 || page_out(&page, t, number, err) < 0)
		return DJ_FAIL;
	memcpy(page, l->page, DJ_PAGE);
	empty(l);
	dj_put_u32(up, number);
	memcpy(up + 4, cell + own, n - own);
	return level_add(t, depth + 1, up, n - own + 4, err);
}

static int level_add(dj_index_tree *t, size_t depth, const unsigned char *cell, size_t n, dj_err *err)
{
	level *l;

	if (depth == MOST_LEVELS)
		return dj_fail(err, DJ_FAIL, "an index of more than %d levels", MOST_LEVELS);
	if (depth == t->n_levels) {
		t->level[t->n_levels++] = dj_alloc_zero(1, sizeof *l);
		empty(t->level[depth]);
	}
	l = t->level[depth];
	if (l->n_waiting) {
		if (part_at(t, depth, l->waiting, l->n_waiting, err) < 0)
			return DJ_FAIL;
		l->n_waiting = 0;
	}
	if (fits(l, depth, n)) {
		place(l, depth, cell, n);
	} else {
		memcpy(l->waiting, cell, n);
		l->n_waiting = n;
	}
	return DJ_OK;
}

int dj_index_tree_add(dj_index_tree *t, unsigned char *payload, size_t n, dj_err *err)
{
	unsigned char cell[MOST_CELL], size[9];
	size_t        len = (size_t)(dj_put_varint(size, n) - size), local;
	uint32_t      number;

	if (n <= MOST_LOCAL) {
		memcpy(payload - len, size, len);
		return level_add(t, 0, payload - len, len + n, err);
	}
	local = LEAST_LOCAL + (n - LEAST_LOCAL) % PER_OVERFLOW;
	if (local > MOST_LOCAL)
		local = LEAST_LOCAL;
	if (write_overflow(&number, t, payload + local, n - local, err) < 0)
		return DJ_FAIL;
	memcpy(cell, size, len);
	memcpy(cell + len, payload, local);
	dj_put_u32(cell + len + local, number);
	return level_add(t, 0, cell, len + local + 4, err);
}

/* ---- The end ---- */

/* The cell that waits has no next page to stand before: it begins one, and the page's last cell goes up instead. */
static int settle_waiting(dj_index_tree *t, size_t depth, dj_err *err)
{
	level        *l = t->level[depth];
	unsigned char last[MOST_CELL];
	size_t        end = DJ_PAGE, n;

	if (!l->n_waiting)
		return DJ_OK;
	if (l->n > 1) {
		const unsigned char *at = l->page + header_of(depth) + 2 * (l->n - 2);
		end = (size_t)at[0] << 8 | at[1];
	}
	n = end - l->top;
	memcpy(last, l->page + l->top, n);
	l->top = end;
	l->n--;
	if (part_at(t, depth, last, n, err) < 0)
		return DJ_FAIL;
	place(l, depth, l->waiting, l->n_waiting);
	l->n_waiting = 0;
	return DJ_OK;
}

int dj_index_tree_end(dj_index_tree *t, unsigned char *root, dj_err *err)
{
	uint32_t       number = 0;
	unsigned char *page;

	if (t->n_levels == 0) {
		level none;
		empty(&none);
		complete(&none, 0, 0);
		memcpy(root, none.page, DJ_PAGE);
		return DJ_OK;
	}
	for (size_t depth = 0; depth < t->n_levels; depth++) { /* settling may add a level */
		if (settle_waiting(t, depth, err) < 0)
			return DJ_FAIL;
		complete(t->level[depth], depth, number);
		if (depth + 1 == t->n_levels)
			break;
		if (dj_pages_take(&number, t->pages, 1, err) < 0 || page_out(&page, t, number, err) < 0)
			return DJ_FAIL;
		memcpy(page, t->level[depth]->page, DJ_PAGE);
	}
	memcpy(root, t->level[t->n_levels - 1]->page, DJ_PAGE);
	return flush(t, err);
}
