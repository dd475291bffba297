#include "store/blocks.h"

#include "base/digest.h"
#include "store/canon.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WAITING = 64 << 20, MOST_KEPT = 8 << 20 };

typedef struct stretch { /* of a run, all in one block */
	dj_run         *run;
	size_t          at, n;
	struct stretch *next;
} stretch;

typedef struct block {
	size_t        number;
	dj_sha256    *hash;
	stretch      *first, *last;
	bool          busy, whole; /* a thread is at it; no more stretches come */
	struct block *next;
} block;

struct dj_blocks {
	pthread_mutex_t lock;
	pthread_cond_t  progress;
	block          *first, *last; /* that are not done */
	uint64_t        rows;
	size_t          waiting; /* bytes */
	dj_run         *spare;
	dj_buf          digests;
};

dj_run *dj_run_new(void)
{
	return dj_alloc_zero(1, sizeof(dj_run));
}

void dj_run_free(dj_run *r)
{
	if (!r)
		return;
	dj_buf_free(&r->bytes);
	free(r->end);
	free(r);
}

dj_blocks *dj_blocks_new(void)
{
	dj_blocks *b = dj_alloc_zero(1, sizeof *b);

	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->progress, NULL);
	return b;
}

/* ---- Runs that are used again: fresh memory costs more than the bytes in it ---- */

static void spare(dj_blocks *b, dj_run *r)
{
	if (r->bytes.cap > MOST_KEPT)
		dj_buf_free(&r->bytes); /* a huge row must not stay */
	dj_buf_reset(&r->bytes);
	r->n = 0;
	r->next = b->spare;
	b->spare = r;
}

static dj_run *empty_run(dj_blocks *b)
{
	dj_run *r = b->spare;

	if (!r)
		return dj_run_new();
	b->spare = r->next;
	return r;
}

static void drop_stretch(dj_blocks *b, block *k)
{
	stretch *s = k->first;

	k->first = s->next;
	b->waiting -= s->n;
	if (--s->run->waiting == 0)
		spare(b, s->run);
	free(s);
}

void dj_blocks_free(dj_blocks *b)
{
	if (!b)
		return;
	for (block *k = b->first, *next; k; k = next) {
		next = k->next;
		while (k->first)
			drop_stretch(b, k);
		dj_sha256_free(k->hash);
		free(k);
	}
	for (dj_run *r = b->spare, *next; r; r = next) {
		next = r->next;
		dj_run_free(r);
	}
	dj_buf_free(&b->digests);
	pthread_cond_destroy(&b->progress);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/* ---- Adding ---- */

static block *open_block(dj_blocks *b)
{
	static const char kind = DJ_CANON_BLOCK;
	block            *k;

	if (b->rows % DJ_BLOCK_ROWS != 0)
		return b->last;
	k = dj_alloc_zero(1, sizeof *k);
	k->number = (size_t)(b->rows / DJ_BLOCK_ROWS);
	k->hash = dj_sha256_new();
	dj_sha256_add(k->hash, &kind, 1);
	if (b->last)
		b->last->next = k;
	else
		b->first = k;
	b->last = k;
	return k;
}

static void add_stretch(dj_blocks *b, block *k, dj_run *r, size_t from, size_t to)
{
	stretch *s = dj_alloc_zero(1, sizeof *s);

	*s = (stretch){.run = r, .at = from, .n = to - from};
	if (k->first)
		k->last->next = s;
	else
		k->first = s;
	k->last = s;
	r->waiting++;
	b->waiting += s->n;
}

dj_run *dj_blocks_add(dj_blocks *b, dj_run *r)
{
	size_t from = 0;

	if (r->n == 0)
		return r;
	pthread_mutex_lock(&b->lock);
	for (size_t row = 0; row < r->n;) {
		block *k = open_block(b);
		size_t room = DJ_BLOCK_ROWS - (size_t)(b->rows % DJ_BLOCK_ROWS);
		size_t n = r->n - row < room ? r->n - row : room;
		add_stretch(b, k, r, from, r->end[row + n - 1]);
		from = r->end[row + n - 1];
		row += n;
		b->rows += n;
		k->whole = n == room;
	}
	r = empty_run(b);
	pthread_mutex_unlock(&b->lock);
	return r;
}

/* ---- Hashing ---- */

static void end_block(dj_blocks *b, block *k)
{
	dj_digest d = dj_sha256_end(k->hash);
	size_t    end = (k->number + 1) * sizeof d.byte;
	block   **at = &b->first, *before = NULL;

	if (b->digests.n < end) { /* blocks may end in any order */
		dj_buf_room(&b->digests, end - b->digests.n);
		b->digests.n = end;
	}
	memcpy(b->digests.data + end - sizeof d.byte, d.byte, sizeof d.byte);
	for (; *at != k; at = &(*at)->next)
		before = *at;
	*at = k->next;
	if (b->last == k)
		b->last = before;
	free(k);
}

/* One stretch at a time: the lock is not held meanwhile. */
static void hash(dj_blocks *b, block *k)
{
	const stretch *s = k->first;

	k->busy = true;
	pthread_mutex_unlock(&b->lock);
	dj_sha256_add(k->hash, s->run->bytes.data + s->at, s->n);
	pthread_mutex_lock(&b->lock);
	k->busy = false;
	drop_stretch(b, k);
	if (k->whole && !k->first)
		end_block(b, k);
	pthread_cond_broadcast(&b->progress);
}

void dj_blocks_work(dj_blocks *b)
{
	pthread_mutex_lock(&b->lock);
	for (;;) {
		block *k = b->first;
		while (k && (k->busy || !k->first))
			k = k->next;
		if (k)
			hash(b, k);
		else if (b->waiting > MOST_WAITING)
			pthread_cond_wait(&b->progress, &b->lock);
		else
			break;
	}
	pthread_mutex_unlock(&b->lock);
}

void dj_blocks_end(dj_blocks *b)
{
	pthread_mutex_lock(&b->lock);
	if (b->last && !b->last->whole) {
		b->last->whole = true;
		if (!b->last->first && !b->last->busy)
			end_block(b, b->last);
	}
	pthread_mutex_unlock(&b->lock);
}

const dj_buf *dj_blocks_digests(const dj_blocks *b)
{
	return &b->digests;
}
