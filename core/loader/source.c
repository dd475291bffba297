#include "loader/source.h"

#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void dj_source_open(dj_source *s, int fd)
{
	*s = (dj_source){.fd = fd, .line = 1};
}

void dj_source_rest(dj_source *s)
{
	free(s->data);
	s->data = NULL;
	s->at = s->n = s->cap = 0;
}

void dj_source_free(dj_source *s)
{
	free(s->data);
	*s = (dj_source){.fd = -1};
}

static void make_room(dj_source *s)
{
	if (s->at > 0) {
		memmove(s->data, s->data + s->at, s->n - s->at);
		s->start += s->at;
		s->n -= s->at;
		s->at = 0;
	}
	if (s->n > s->cap / 2 && s->cap < DJ_SOURCE_MOST) {
		s->cap *= 2;
		s->data = dj_realloc(s->data, s->cap, 1);
	}
}

int dj_source_too_long(const dj_source *s, dj_err *err)
{
	return dj_fail(err, DJ_FAIL,
	               "line %" PRIu64 ": one record is longer than %d MiB (is a quote opened and never closed? "
	               "try --quote none)",
	               s->line, DJ_RECORD_MOST >> 20);
}

void dj_source_begin(dj_source *s, int fd, uint64_t at, uint64_t line)
{
	*s = (dj_source){.fd = fd, .data = s->data, .cap = s->cap, .start = at, .line = line};
}

int dj_source_fill(dj_source *s, size_t want, dj_err *err)
{
	if (s->cap < want) {
		s->cap = want;
		s->data = dj_realloc(s->data, s->cap, 1);
	}
	while (s->n < want && !s->end) {
		ssize_t got = pread(s->fd, s->data + s->n, want - s->n, (off_t)(s->start + s->n));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dj_fail_errno(err, "can not read the source at byte %" PRIu64, s->start + s->n);
		s->end = got == 0;
		s->n += (size_t)got;
	}
	return DJ_OK;
}

static int fail_nul(const dj_source *s, const char *nul, dj_err *err)
{
	uint64_t    line = s->line;
	const char *from = s->data + s->at;

	for (const char *p = from; (p = memchr(p, '\n', (size_t)(nul - p))); p++, from = p)
		line++;
	return dj_fail(err, DJ_FAIL,
	               "line %" PRIu64 ", column %zu: byte %" PRIu64
	               " is NUL, so this is no text (a binary file? save it as CSV in UTF-8)",
	               line, (size_t)(nul - from) + 1, s->start + (uint64_t)(nul - s->data));
}

int dj_source_check(const dj_source *s, size_t from, dj_err *err)
{
	const char *nul = s->n > from ? memchr(s->data + from, 0, s->n - from) : NULL;

	return nul ? fail_nul(s, nul, err) : DJ_OK;
}

int dj_source_more(dj_source *s, dj_err *err)
{
	if (s->end)
		return DJ_OK;
	if (s->n - s->at >= DJ_RECORD_MOST)
		return dj_source_too_long(s, err);
	if (s->n > 0)
		make_room(s);

	size_t before = s->n;
	return dj_source_fill(s, s->cap, err) < 0 ? err->code : dj_source_check(s, before, err);
}

int dj_source_rewind(dj_source *s, dj_err *err)
{
	if (!s->data) {
		s->cap = DJ_SOURCE_SAMPLE;
		s->data = dj_realloc(NULL, s->cap, 1);
	}
	s->at = s->n = 0;
	s->start = 0;
	s->line = 1;
	s->end = false;
	if (dj_source_more(s, err) < 0)
		return err->code;
	if (s->n >= 3 && memcmp(s->data, "\xEF\xBB\xBF", 3) == 0)
		s->at = 3;
	return DJ_OK;
}
