/*
 * Parts, taken by any number of threads. Twice a part waits its turn: for the number of its first row, and, when its
 * pages are filled, for their numbers. Both are short; filling, writing and hashing go on side by side.
 */
#include "store/snapshot_inside.h"

#include "base/pool.h"

#include <fcntl.h>

enum { OWN_PART = 1 << 20, WRITE_BACK = 8 << 20 };

dj_snapshot_part *dj_snapshot_part_new(const dj_snapshot_writer *w)
{
	dj_snapshot_part *p = dj_alloc_zero(1, sizeof *p);

	p->column = w->column;
	p->n_columns = w->n_columns;
	p->run = dj_run_new();
	dj_writer_index_part(w, p);
	return p;
}

void dj_snapshot_writer_stop(dj_snapshot_writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopped = true;
	pthread_cond_broadcast(&w->turn);
	pthread_mutex_unlock(&w->lock);
}

/* With the lock held when it is one's turn. */
static int wait_turn(dj_snapshot_writer *w, const uint64_t *turn, uint64_t order, dj_err *err)
{
	pthread_mutex_lock(&w->lock);
	while (*turn != order && !w->stopped)
		pthread_cond_wait(&w->turn, &w->lock);
	if (!w->stopped)
		return DJ_OK;
	pthread_mutex_unlock(&w->lock);
	return dj_fail(err, DJ_STOPPED, "writing was stopped");
}

static void end_turn(dj_snapshot_writer *w, uint64_t *turn)
{
	++*turn;
	pthread_cond_broadcast(&w->turn);
	pthread_mutex_unlock(&w->lock);
}

static void add_places(dj_snapshot_writer *w, const dj_snapshot_part *p, int64_t first)
{
	if (w->cap_places - w->n_places < p->n_places) {
		w->cap_places = 2 * w->cap_places + p->n_places;
		w->place = dj_realloc(w->place, w->cap_places, sizeof *w->place);
	}
	for (size_t i = 0; i < p->n_places; i++) {
		dj_writer_place *to = &w->place[w->n_places++];
		*to = (dj_writer_place){w->n_tables - 1, p->place[i]};
		to->at.row += first;
	}
}

/* Gives the part's pages their numbers and its rows their place in the table. In turn. */
static int enter(dj_snapshot_writer *w, dj_snapshot_part *p, int64_t first, uint32_t *page, dj_err *err)
{
	dj_leaves *l = &p->leaves;

	if (dj_pages_take(page, &w->pages, l->n_overflow + l->n_leaves, err) < 0)
		return DJ_FAIL;
	for (size_t i = 0; i < l->n_leaves; i++)
		if (dj_tree_add(&w->tree, &w->pages, dj_pages_at(&w->pages, *page, l->n_overflow + i), l->last[i],
		                err) < 0)
			return DJ_FAIL;
	add_places(w, p, first);
	p->run = dj_blocks_add(w->blocks, p->run);
	return DJ_OK;
}

/* Advice to the kernel: what it says to that does not matter. Pages that are written later are synced later. */
static void write_back(dj_snapshot_writer *w, uint32_t last_page)
{
	uint64_t from, to = (uint64_t)last_page * DJ_PAGE;

	pthread_mutex_lock(&w->lock);
	from = w->written_back;
	if (to < from + WRITE_BACK)
		to = from;
	w->written_back = to;
	pthread_mutex_unlock(&w->lock);
	if (to > from)
		(void)sync_file_range(w->pages.fd, (off_t)from, (off_t)(to - from), SYNC_FILE_RANGE_WRITE);
}

static int put(dj_snapshot_writer *w, dj_leaves *l, uint32_t first, dj_err *err)
{
	if (l->n_leaves == 0)
		return DJ_OK;
	dj_leaves_number(l, &w->pages, first);
	if (dj_pages_write(&w->pages, first, 0, l->overflow.data, l->n_overflow, err) < 0 ||
	    dj_pages_write(&w->pages, first, l->n_overflow, l->leaf.data, l->n_leaves, err) < 0)
		return DJ_FAIL;
	if (w->how.write_back)
		write_back(w, dj_pages_at(&w->pages, first, l->n_overflow + l->n_leaves - 1));
	return DJ_OK;
}

int dj_snapshot_writer_take(dj_snapshot_writer *w, dj_snapshot_part *p, uint64_t order, dj_err *err)
{
	uint32_t page;
	int64_t  first;
	int      rc = wait_turn(w, &w->numbered, order, err);

	if (rc < 0)
		return rc;
	first = w->rows + 1;
	w->rows += (int64_t)p->run->n;
	end_turn(w, &w->numbered);
	dj_leaves_fill(&p->leaves, p, first);
	if ((rc = dj_writer_index_keys(w, p, first, err)) < 0) {
		dj_snapshot_writer_stop(w);
		return rc;
	}
	if ((rc = wait_turn(w, &w->placed, order, err)) < 0)
		return rc;
	rc = enter(w, p, first, &page, err);
	w->stopped = rc < 0;
	end_turn(w, &w->placed);
	if (rc == DJ_OK && (rc = put(w, &p->leaves, page, err)) < 0)
		dj_snapshot_writer_stop(w);
	if (rc == DJ_OK)
		dj_blocks_work(w->blocks);
	dj_snapshot_part_empty(p);
	return rc;
}

/* ---- One thread alone ---- */

static int own_part(dj_snapshot_writer *w, dj_err *err)
{
	if (w->n_columns == 0)
		return dj_fail(err, DJ_FAIL, "a row or a place before any table");
	if (!w->own)
		w->own = dj_snapshot_part_new(w);
	if (dj_snapshot_part_bytes(w->own) < OWN_PART)
		return DJ_OK;
	return dj_snapshot_writer_take(w, w->own, w->own_order++, err);
}

int dj_snapshot_writer_row(dj_snapshot_writer *w, const dj_cell *cell, dj_err *err)
{
	int rc = own_part(w, err);

	return rc < 0 ? rc : dj_snapshot_part_row(w->own, cell, err);
}

int dj_snapshot_writer_place(dj_snapshot_writer *w, uint64_t byte, uint64_t line, dj_err *err)
{
	int rc = own_part(w, err);

	if (rc == DJ_OK)
		dj_snapshot_part_place(w->own, byte, line);
	return rc;
}

static int work(void *user, size_t lane, dj_err *err)
{
	(void)lane, (void)err;
	dj_blocks_work(user);
	return DJ_OK;
}

int dj_writer_take_rest(dj_snapshot_writer *w, dj_err *err)
{
	int rc = DJ_OK;

	if (w->own)
		rc = dj_snapshot_writer_take(w, w->own, w->own_order++, err);
	if (rc == DJ_OK && w->stopped)
		rc = dj_fail(err, DJ_STOPPED, "writing was stopped");
	if (rc < 0)
		return rc;
	dj_blocks_end(w->blocks);
	return dj_pool_run(w->how.pool, work, w->blocks, err);
}

void dj_writer_forget_parts(dj_snapshot_writer *w)
{
	dj_snapshot_part_free(w->own);
	dj_blocks_free(w->blocks);
	dj_tree_free(&w->tree);
	w->own = NULL;
	w->blocks = NULL;
	w->own_order = 0;
	w->rows = 0;
	w->numbered = w->placed = 0;
	w->stopped = false;
}
