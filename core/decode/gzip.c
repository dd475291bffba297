/*
 * gzip by zlib itself: libarchive leaves a member's length and checksum unread, and takes what follows the last member
 * for its end. Several members, one after another, are one text; zeros behind the last are padding (as gzip has it).
 */
#include "decode/inside.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct gzip_stream {
	dj_stream      base; /* first: it is freed by that */
	dj_stream     *from;
	z_stream       z;
	bool           open; /* a member has begun and not ended */
	bool           any;  /* a member has ended */
	bool           end;  /* of `from` */
	unsigned char *block;
} gzip_stream;

static int more(gzip_stream *g, dj_err *err)
{
	ssize_t got = dj_stream_read(g->from, (char *)g->block, DJ_DECODE_BLOCK, err);

	if (got < 0)
		return (int)got;
	g->z.next_in = g->block;
	g->z.avail_in = (unsigned)got;
	g->end = got == 0;
	return DJ_OK;
}

/* Between members: the next one, or the end. 1: a member begins. */
static int next_member(gzip_stream *g, dj_err *err)
{
	bool padding = false;

	for (;;) {
		if (g->z.avail_in == 0 && more(g, err) < 0)
			return err->code;
		if (g->end)
			return 0;
		if (!g->any || (!padding && *g->z.next_in == 0x1f))
			break;
		if (*g->z.next_in)
			return dj_fail(
			    err, DJ_FAIL,
			    "something that is no gzip follows the compressed data (was it joined with another "
			    "file?)");
		padding = true;
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (inflateReset(&g->z) != Z_OK)
		return dj_fail(err, DJ_FAIL, "zlib does not start");
	g->open = true;
	return 1;
}

static int wrong(gzip_stream *g, int code, dj_err *err)
{
	const char *what = g->z.msg ? g->z.msg : "damaged";

	if (code == Z_MEM_ERROR)
		return dj_fail(err, DJ_FAIL, "there is not enough memory to unpack it");
	if (g->any && strcmp(what, "incorrect header check") == 0)
		return dj_fail(
		    err, DJ_FAIL,
		    "something that is no gzip follows the compressed data (was it joined with another file?)");
	return dj_fail(err, DJ_FAIL, "the gzip data is damaged: %s (get the file again)", what);
}

static ssize_t gzip_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	gzip_stream *g = (gzip_stream *)(void *)s;
	size_t       most = n < 1u << 30 ? n : 1u << 30;

	for (;;) {
		int rc = g->open ? 1 : next_member(g, err);
		if (rc <= 0)
			return rc;
		if (g->z.avail_in == 0 && !g->end && more(g, err) < 0)
			return err->code;
		if (g->z.avail_in == 0)
			return dj_fail(err, DJ_FAIL,
			               "the gzip data is cut off before its end (was the download complete? get the file "
			               "again)");
		g->z.next_out = (unsigned char *)to;
		g->z.avail_out = (unsigned)most;
		rc = inflate(&g->z, Z_NO_FLUSH);
		if (rc == Z_STREAM_END) {
			g->open = false;
			g->any = true;
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			return wrong(g, rc, err);
		}
		if (g->z.avail_out < most)
			return (ssize_t)(most - g->z.avail_out);
	}
}

static void gzip_free(dj_stream *s)
{
	gzip_stream *g = (gzip_stream *)(void *)s;

	inflateEnd(&g->z);
	free(g->block);
	dj_stream_free(g->from);
}

dj_stream *dj_stream_gzip(dj_stream *from)
{
	gzip_stream *g = dj_alloc_zero(1, sizeof *g);

	g->base.read = gzip_read;
	g->base.free = gzip_free;
	g->from = from;
	g->block = dj_alloc_zero(DJ_DECODE_BLOCK, 1);
	inflateInit2(&g->z, 15 + 16); /* gzip alone; it fails for want of memory only, which inflateReset tells */
	return &g->base;
}
