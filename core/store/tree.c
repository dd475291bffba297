#include "store/tree.h"

#include "base/mem.h"
#include "store/varint.h"

#include <stdlib.h>

enum { HEAD = 12, INTERIOR = 5, POINTER = 2, CHILD = 4 };

void dj_tree_free(dj_tree *t)
{
	for (size_t i = 0; i < DJ_TREE_LEVELS; i++) {
		free(t->level[i].page);
		free(t->level[i].last);
	}
	*t = (dj_tree){0};
}

/* Children that surely fit a page when their rowids are no larger than `last`; the one at the right takes no cell. */
static size_t most_children(int64_t last)
{
	return (DJ_PAGE - HEAD) / (POINTER + CHILD + dj_varint_size((uint64_t)last)) + 1;
}

static void interior_page(unsigned char *page, const dj_tree_level *l, size_t n)
{
	unsigned char *pointer = page + HEAD, *cell;
	size_t         start = DJ_PAGE;

	for (size_t i = 0; i + 1 < n; i++)
		start -= CHILD + dj_varint_size((uint64_t)l->last[i]);
	memset(page, 0, DJ_PAGE);
	page[0] = INTERIOR;
	dj_put_u16(page + 3, n - 1);
	dj_put_u16(page + 5, start);
	dj_put_u32(page + 8, l->page[n - 1]);
	cell = page + start;
	for (size_t i = 0; i + 1 < n; i++, pointer += POINTER) {
		dj_put_u16(pointer, (size_t)(cell - page));
		dj_put_u32(cell, l->page[i]);
		cell = dj_put_varint(cell + CHILD, (uint64_t)l->last[i]);
	}
}

static void add(dj_tree_level *l, uint32_t page, int64_t last)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->page = dj_realloc(l->page, l->cap, sizeof *l->page);
		l->last = dj_realloc(l->last, l->cap, sizeof *l->last);
	}
	l->page[l->n] = page;
	l->last[l->n++] = last;
}

/* Turns the first n children of a level into a page, a child of the level above. */
static int go_up(dj_tree *t, size_t level, size_t n, dj_pages *pages, dj_err *err)
{
	unsigned char  page[DJ_PAGE];
	dj_tree_level *l = &t->level[level];
	uint32_t       at;

	if (level + 1 == DJ_TREE_LEVELS)
		return dj_fail(err, DJ_FAIL, "the table has more pages than SQLite can hold");
	interior_page(page, l, n);
	if (dj_pages_take(&at, pages, 1, err) < 0 || dj_pages_write(pages, at, 0, page, 1, err) < 0)
		return DJ_FAIL;
	add(&t->level[level + 1], at, l->last[n - 1]);
	l->n -= n;
	memmove(l->page, l->page + n, l->n * sizeof *l->page);
	memmove(l->last, l->last + n, l->n * sizeof *l->last);
	if (t->n_levels < level + 2)
		t->n_levels = level + 2;
	return DJ_OK;
}

/* A page is made as soon as two children are left over for the one after it. */
int dj_tree_add(dj_tree *t, dj_pages *pages, uint32_t leaf, int64_t last, dj_err *err)
{
	size_t most = most_children(last);

	add(&t->level[0], leaf, last);
	if (t->n_levels == 0)
		t->n_levels = 1;
	for (size_t i = 0; i < t->n_levels; i++)
		while (t->level[i].n >= most + 2)
			if (go_up(t, i, most, pages, err) < 0)
				return DJ_FAIL;
	return DJ_OK;
}

uint32_t dj_tree_only_leaf(const dj_tree *t)
{
	return t->n_levels == 1 && t->level[0].n == 1 ? t->level[0].page[0] : 0;
}

int dj_tree_finish(dj_tree *t, dj_pages *pages, unsigned char root[DJ_PAGE], dj_err *err)
{
	for (size_t i = 0; i < t->n_levels; i++) {
		dj_tree_level *l = &t->level[i];
		size_t         most = most_children(l->last[l->n - 1]);
		if (i + 1 == t->n_levels && l->n <= most) {
			interior_page(root, l, l->n);
			return DJ_OK;
		}
		/* one too many is two halves, so that none is left alone */
		if (l->n > most && go_up(t, i, l->n / 2, pages, err) < 0)
			return DJ_FAIL;
		if (go_up(t, i, l->n, pages, err) < 0)
			return DJ_FAIL;
	}
	return dj_fail(err, DJ_FAIL, "a table without leaves has no root to give");
}
