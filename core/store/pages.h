/*
 * pages.h - the pages of a SQLite file that is being written: numbers handed out one after another, bytes put in place.
 *
 * Invariant: the page with the lock byte (SQLite file format, 1.4) is never handed out; a run that comes upon it goes
 * around it, so page k of a run is dj_pages_at, not first + k.
 *
 * For rooms' insides: the writer and what bulk-builds indexes. Numbers are taken under the writer's lock; writing is
 * free for all threads, since no two hold the same page.
 */
#ifndef DJ_STORE_PAGES_H
#define DJ_STORE_PAGES_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DJ_PAGE = 4096 };

typedef struct dj_pages {
	int      fd;
	uint32_t next;      /* the number handed out next; pages count from 1 */
	uint32_t lock_page; /* never handed out */
} dj_pages;

/* Takes n numbers; gives the first. Fails past SQLite's largest file. */
int dj_pages_take(uint32_t *first, dj_pages *p, size_t n, dj_err *err);

static inline uint32_t dj_pages_at(const dj_pages *p, uint32_t first, size_t k)
{
	uint32_t at = first + (uint32_t)k;

	return first < p->lock_page && at >= p->lock_page ? at + 1 : at;
}

/* Puts n pages of a run in place, from its page `k` on. A full disk says so. */
int dj_pages_write(const dj_pages *p, uint32_t first, size_t k, const void *bytes, size_t n, dj_err *err);

/* Bytes anywhere, for what is less than a page. */
int dj_pages_put(const dj_pages *p, const void *bytes, size_t n, uint64_t at, dj_err *err);

#endif
