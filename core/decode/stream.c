#include "decode/inside.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t dj_stream_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	size_t waiting = s->ahead.n - s->ahead_at;

	if (waiting == 0)
		return s->read(s, to, n, err);
	if (n > waiting)
		n = waiting;
	memcpy(to, s->ahead.data + s->ahead_at, n);
	s->ahead_at += n;
	if (s->ahead_at == s->ahead.n) {
		dj_buf_free(&s->ahead);
		s->ahead_at = 0;
	}
	return (ssize_t)n;
}

int dj_stream_peek(dj_stream *s, size_t most, const char **bytes, size_t *n, dj_err *err)
{
	while (s->ahead.n - s->ahead_at < most) {
		size_t  wanted = most - (s->ahead.n - s->ahead_at);
		ssize_t got = s->read(s, dj_buf_room(&s->ahead, wanted), wanted, err);
		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		s->ahead.n += (size_t)got;
	}
	*bytes = s->ahead.data ? s->ahead.data + s->ahead_at : "";
	*n = s->ahead.n - s->ahead_at;
	return DJ_OK;
}

void dj_stream_free(dj_stream *s)
{
	if (!s)
		return;
	dj_buf_free(&s->ahead);
	s->free(s);
	free(s);
}

/* ---- A file ---- */

typedef struct file_stream {
	dj_stream base; /* first: it is freed by that */
	int       fd;
	uint64_t  at;
} file_stream;

static ssize_t file_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	file_stream *f = (file_stream *)(void *)s;
	ssize_t      got;

	do
		got = pread(f->fd, to, n, (off_t)f->at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return dj_fail_errno(err, "can not read the source at byte %" PRIu64, f->at);
	f->at += (uint64_t)got;
	return got;
}

static void file_free(dj_stream *s)
{
	(void)s; /* the descriptor is somebody else's */
}

dj_stream *dj_stream_of_fd(int fd)
{
	file_stream *f = dj_alloc_zero(1, sizeof *f);

	f->base.read = file_read;
	f->base.free = file_free;
	f->fd = fd;
	return &f->base;
}
