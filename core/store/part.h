/*
 * part.h - inside a dj_snapshot_part: its rows, and the leaf pages made of them.
 */
#ifndef DJ_STORE_PART_H
#define DJ_STORE_PART_H

#include "base/mem.h"
#include "store/blocks.h"
#include "store/index_build.h"
#include "store/pages.h"
#include "store/snapshot.h"

#include <stdbool.h>

typedef struct dj_place {
	int64_t  row; /* in a part: counted from 0 */
	uint64_t byte, line;
} dj_place;

/*
 * The pages that hold a part's rows: overflow pages first, then leaves, so that a lone leaf is the last page that was
 * taken. They know their numbers only when dj_leaves_number has said where they go.
 */
typedef struct dj_leaves {
	dj_buf   leaf, overflow; /* whole pages */
	size_t   n_leaves, n_overflow;
	int64_t *last; /* rowid of each leaf */
	size_t   cap_last;
	struct dj_spill {    /* a row that goes on in overflow pages */
		size_t at;       /* of the pointer in `leaf` */
		size_t first, n; /* overflow pages */
	} * spill;
	size_t n_spills, cap_spills;
} dj_leaves;

struct dj_snapshot_part {
	const dj_column_def *column; /* the writer's */
	size_t               n_columns;
	dj_run              *run; /* its rows */
	dj_place            *place;
	size_t               n_places, cap_places;
	dj_leaves            leaves; /* while it is being taken */

	dj_index_keys **keys; /* one for each of the table's indexes */
	size_t          n_keys;
	dj_cell        *stored; /* a row as indexes want it: only cells that are in one */
	bool           *in_index;
};

enum {
	DJ_PART_KEEPS = 8 << 20
}; /* bytes of a buffer that are kept for the next rows: a huge row must not stay */

static inline void dj_part_reset(dj_buf *b)
{
	if (b->cap > DJ_PART_KEEPS)
		dj_buf_free(b);
	else
		dj_buf_reset(b);
}

void dj_snapshot_part_empty(dj_snapshot_part *p);

void dj_leaves_free(dj_leaves *l);
/* Fills pages with a part's rows, from rowid `first` on. */
void dj_leaves_fill(dj_leaves *l, const dj_snapshot_part *p, int64_t first);
/* Page 0 of them gets number `first` of `pages`. */
void dj_leaves_number(dj_leaves *l, const dj_pages *pages, uint32_t first);

#endif
