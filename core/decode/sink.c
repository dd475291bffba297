#include "decode/inside.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum { ENOUGH = 1 << 18 };

int dj_sink_open(dj_sink *s, int fd, uint64_t most, dj_err *err)
{
	*s = (dj_sink){.fd = fd, .most = most};
	if (fd < 0)
		return dj_fail(err, DJ_FAIL, "there is no scratch file to unpack it to");
	if (ftruncate(fd, 0) < 0)
		return dj_fail_errno(err, "can not empty the scratch file");
	return DJ_OK;
}

void dj_sink_free(dj_sink *s)
{
	dj_buf_free(&s->waiting);
}

int dj_sink_past(const dj_sink *s, dj_err *err)
{
	return dj_fail(
	    err, DJ_FAIL,
	    "unpacked it is larger than %" PRIu64
	    " MB, far more than what its size lets expect (an archive made to fill disks? if not, unpack "
	    "it by hand and load that)",
	    s->most / 1000000);
}

int dj_sink_flush(dj_sink *s, dj_err *err)
{
	const char *from = s->waiting.data;

	for (size_t n = s->waiting.n; n > 0;) {
		ssize_t wrote = pwrite(s->fd, from, n, (off_t)s->at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return dj_fail_errno(err, "can not write what is unpacked (is the disk full?)");
		from += wrote;
		n -= (size_t)wrote;
		s->at += (uint64_t)wrote;
	}
	dj_buf_reset(&s->waiting);
	return DJ_OK;
}

int dj_sink_added(dj_sink *s, dj_err *err)
{
	if (s->most && s->at + s->waiting.n > s->most)
		return dj_sink_past(s, err);
	return s->waiting.n < ENOUGH ? DJ_OK : dj_sink_flush(s, err);
}
