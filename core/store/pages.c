#include "store/pages.h"

#include <errno.h>
#include <unistd.h>

enum { MOST_PAGES = 0x3fffffff }; /* SQLite's SQLITE_MAX_PAGE_COUNT: 4 TiB */

int dj_pages_take(uint32_t *first, dj_pages *p, size_t n, dj_err *err)
{
	uint64_t end;

	if (p->next == p->lock_page)
		p->next++;
	end = (uint64_t)p->next + n + (p->next < p->lock_page && n > p->lock_page - p->next);
	if (n > MOST_PAGES || end > MOST_PAGES)
		return dj_fail(
		    err, DJ_FAIL,
		    "the snapshot would be larger than SQLite's largest file of 4 TiB (load it in pieces)");
	*first = p->next;
	p->next = (uint32_t)end;
	return DJ_OK;
}

int dj_pages_put(const dj_pages *p, const void *bytes, size_t n, uint64_t at, dj_err *err)
{
	const char *from = bytes;

	while (n > 0) {
		ssize_t k = pwrite(p->fd, from, n, (off_t)at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && (errno == ENOSPC || errno == EDQUOT))
			return dj_fail(err, DJ_FAIL, "the disk is full (make room and load again)");
		if (k < 0)
			return dj_fail_errno(err, "can not write the snapshot");
		from += k;
		n -= (size_t)k;
		at += (uint64_t)k;
	}
	return DJ_OK;
}

int dj_pages_write(const dj_pages *p, uint32_t first, size_t k, const void *bytes, size_t n, dj_err *err)
{
	const char *from = bytes;
	int         rc = DJ_OK;

	while (n > 0 && rc == DJ_OK) {
		uint32_t at = dj_pages_at(p, first, k);
		size_t   together = at < p->lock_page && n > p->lock_page - at ? p->lock_page - at : n;
		rc = dj_pages_put(p, from, together * DJ_PAGE, (uint64_t)(at - 1) * DJ_PAGE, err);
		from += together * DJ_PAGE;
		k += together;
		n -= together;
	}
	return rc;
}
