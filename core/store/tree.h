/*
 * tree.h - the interior pages of a table, built from its leaves on upwards while they come.
 *
 * Invariant: no interior page has one child only. Which pages there are follows from the order and the rowids of the
 * leaves. Memory: two pages' worth of children for each level.
 */
#ifndef DJ_STORE_TREE_H
#define DJ_STORE_TREE_H

#include "store/pages.h"

enum { DJ_TREE_LEVELS = 8 }; /* 272 children a page at least: four levels hold all pages there can be */

typedef struct dj_tree_level {
	uint32_t *page;
	int64_t  *last; /* the largest rowid below it */
	size_t    n, cap;
} dj_tree_level;

typedef struct dj_tree { /* {0} is empty */
	dj_tree_level level[DJ_TREE_LEVELS];
	size_t        n_levels;
} dj_tree;

void dj_tree_free(dj_tree *t); /* leaves {0} */

/* The next leaf: its page, and its last rowid. */
int dj_tree_add(dj_tree *t, dj_pages *pages, uint32_t leaf, int64_t last, dj_err *err);

/* The leaf of a table of one leaf; 0: it has more. */
uint32_t dj_tree_only_leaf(const dj_tree *t);

/* Writes all interior pages but the root, and gives the root. Two leaves at least. */
int dj_tree_finish(dj_tree *t, dj_pages *pages, unsigned char root[DJ_PAGE], dj_err *err);

#endif
