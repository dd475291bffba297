/*
 * zstd, xz and bzip2 as one compressed text, zip and tar as entries: libarchive, told of one format and one filter at a
 * time, reading through our own callbacks. Nothing is ever written to a path. A filter that this build of libarchive
 * would hand to another program is refused.
 *
 * libarchive's warnings are failures here, but for a header's: those are of names that its locale can not show.
 */
#include "decode/inside.h"

#include "base/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MOST = 16 << 20 }; /* bytes of an archive's, all together */

typedef struct reader {
	dj_stream       base; /* first: it is freed by that */
	struct archive *archive;
	dj_stream      *from; /* NULL for a zip, which is read from fd */
	int             fd;
	int64_t         at;    /* of fd */
	uint64_t        given; /* bytes of `from` handed to libarchive */
	dj_err          below; /* what went wrong in `from` */
	const char     *what;  /* for messages: "zip" */
	char           *block;
} reader;

/* ---- What libarchive reads from ---- */

static la_ssize_t give_stream(struct archive *archive, void *user, const void **bytes)
{
	reader *r = user;
	ssize_t got = dj_stream_read(r->from, r->block, DJ_DECODE_BLOCK, &r->below);

	if (got < 0)
		archive_set_error(archive, EIO, "it can not be read");
	else
		r->given += (uint64_t)got;
	*bytes = r->block;
	return got < 0 ? ARCHIVE_FATAL : got;
}

static la_ssize_t give_file(struct archive *archive, void *user, const void **bytes)
{
	reader *r = user;
	ssize_t got;

	do
		got = pread(r->fd, r->block, DJ_DECODE_BLOCK, r->at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		archive_set_error(archive, errno, "it can not be read");
	else
		r->at += got;
	*bytes = r->block;
	return got < 0 ? ARCHIVE_FATAL : got;
}

static la_int64_t seek_file(struct archive *archive, void *user, la_int64_t to, int whence)
{
	reader     *r = user;
	struct stat is;
	int64_t     base = 0;

	if (fstat(r->fd, &is) < 0)
		return ARCHIVE_FATAL;
	if (whence != SEEK_SET)
		base = whence == SEEK_CUR ? r->at : is.st_size;
	if (to < -base || to > INT64_MAX - base) {
		archive_set_error(archive, EIO, "it points outside itself");
		return ARCHIVE_FATAL;
	}
	return r->at = base + to;
}

/* ---- Opening and closing ---- */

static void reader_free(dj_stream *s)
{
	reader *r = (reader *)(void *)s;

	archive_read_free(r->archive);
	dj_stream_free(r->from);
	free(r->block);
}

static int failed(reader *r, dj_err *err)
{
	const char *why = archive_error_string(r->archive);
	dj_buf      shown = {0};

	if (r->below.code)
		return dj_fail(err, r->below.code, "%s", r->below.text);
	if (!why)
		why = "no reason is known";
	dj_text_show(&shown, why, strlen(why));
	dj_fail(err, DJ_FAIL, "the %s data is damaged or cut off: %s (get the file again)", r->what, shown.data);
	dj_buf_free(&shown);
	return DJ_FAIL;
}

static reader *reader_new(const char *what)
{
	reader *r = dj_alloc_zero(1, sizeof *r);

	r->base.free = reader_free;
	r->what = what;
	r->fd = -1;
	r->block = dj_alloc_zero(DJ_DECODE_BLOCK, 1);
	r->archive = archive_read_new();
	return r;
}

/* `support` is what archive_read_support_... gave; anything but OK means another program, or nothing. */
static int reader_open(reader *r, int support, dj_err *err)
{
	int rc;

	if (!r->archive || support != ARCHIVE_OK)
		return dj_fail(err, DJ_FAIL, "this build of libarchive reads no %s", r->what);
	if (r->from) {
		rc = archive_read_open(r->archive, r, NULL, give_stream, NULL);
	} else {
		archive_read_set_seek_callback(r->archive, seek_file);
		rc = archive_read_open(r->archive, r, NULL, give_file, NULL);
	}
	return rc == ARCHIVE_OK ? DJ_OK : failed(r, err);
}

/* 1: a header; 0: the end. */
static int next_header(reader *r, struct archive_entry **e, dj_err *err)
{
	int rc = archive_read_next_header(r->archive, e);

	if (rc == ARCHIVE_EOF)
		return 0;
	return rc == ARCHIVE_OK || rc == ARCHIVE_WARN ? 1 : failed(r, err);
}

/* ---- Reading ---- */

static ssize_t entry_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	reader *r = (reader *)(void *)s;
	ssize_t got = archive_read_data(r->archive, to, n);

	return got < 0 ? failed(r, err) : got;
}

/* A filter takes whatever follows its data for the end; it was the end if all is consumed. */
static int filter_ended(reader *r, dj_err *err)
{
	const char *rest;
	size_t      n;

	if (dj_stream_peek(r->from, 1, &rest, &n, err) < 0)
		return err->code;
	if (n > 0 || archive_filter_bytes(r->archive, -1) < (la_int64_t)r->given)
		return dj_fail(
		    err, DJ_FAIL,
		    "something that is no %s follows the compressed data (was it joined with another file?)",
		    r->what);
	return DJ_OK;
}

static ssize_t filter_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	ssize_t got = entry_read(s, to, n, err);

	return got == 0 ? filter_ended((reader *)(void *)s, err) : got;
}

/* What the tar itself is packed in is checked to its end, which lies behind the tar's. */
static ssize_t tar_read(dj_stream *s, char *to, size_t n, dj_err *err)
{
	reader *r = (reader *)(void *)s;
	ssize_t got = entry_read(s, to, n, err), rest;

	if (got != 0)
		return got;
	while ((rest = dj_stream_read(r->from, r->block, DJ_DECODE_BLOCK, err)) > 0)
		;
	return rest;
}

static int support_filter(struct archive *a, dj_wrapping w)
{
	switch (w) {
	case DJ_WRAPPING_ZSTD: return archive_read_support_filter_zstd(a);
	case DJ_WRAPPING_XZ: return archive_read_support_filter_xz(a);
	case DJ_WRAPPING_BZIP2: return archive_read_support_filter_bzip2(a);
	default: return ARCHIVE_FATAL;
	}
}

int dj_stream_filter(dj_stream **out, dj_stream *from, dj_wrapping w, dj_err *err)
{
	reader               *r = reader_new(dj_wrapping_name(w));
	struct archive_entry *e;
	int                   rc;

	r->from = from;
	r->base.read = filter_read;
	archive_read_support_format_raw(r->archive);
	archive_read_support_format_empty(r->archive);
	rc = reader_open(r, support_filter(r->archive, w), err);
	if (rc == DJ_OK)
		rc = next_header(r, &e, err); /* the end: an empty text */
	if (rc < 0)
		dj_stream_free(&r->base);
	else
		*out = &r->base;
	return rc < 0 ? rc : DJ_OK;
}

/* ---- Entries ---- */

static const char *name_of(struct archive_entry *e, dj_arena *a)
{
	const char *name = archive_entry_pathname_utf8(e);
	dj_buf      shown = {0};

	if (!name)
		name = archive_entry_pathname(e);
	if (!name)
		return "";
	dj_text_show(&shown, name, strlen(name));
	return shown.n ? dj_buf_keep(&shown, a) : "";
}

static int list(dj_entries *out, reader *r, dj_arena *a, dj_err *err)
{
	struct archive_entry *e;
	size_t                names = 0;
	int                   rc;

	while ((rc = next_header(r, &e, err)) > 0) {
		if (names > NAMES_MOST)
			return dj_fail(err, DJ_FAIL, "the names in the %s are larger than %d MiB (made to do harm?)",
			               r->what, NAMES_MOST >> 20);
		if (out->n == DJ_ENTRIES_MOST)
			return dj_fail(err, DJ_FAIL, "the %s holds more than %d files (unpack it, and load one)", r->what,
			               DJ_ENTRIES_MOST);
		if (out->n == out->cap) {
			out->cap = out->cap ? 2 * out->cap : 16;
			out->item = dj_realloc(out->item, out->cap, sizeof *out->item);
		}
		out->item[out->n++] = (dj_entry){
		    .name = name_of(e, a),
		    .bytes = archive_entry_size(e) > 0 ? (uint64_t)archive_entry_size(e) : 0,
		    .file = archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e),
		    .encrypted = archive_entry_is_encrypted(e) > 0,
		};
		names += strlen(out->item[out->n - 1].name);
	}
	return rc;
}

static int open_zip(reader **out, int fd, dj_err *err)
{
	*out = reader_new("zip");
	(*out)->fd = fd;
	(*out)->base.read = entry_read;
	return reader_open(*out, archive_read_support_format_zip_seekable((*out)->archive), err);
}

static int open_tar(reader **out, dj_stream *from, dj_err *err)
{
	*out = reader_new("tar");
	(*out)->from = from;
	(*out)->base.read = tar_read;
	return reader_open(*out, archive_read_support_format_tar((*out)->archive), err);
}

int dj_zip_list(dj_entries *out, int fd, dj_arena *a, dj_err *err)
{
	reader *r;
	int     rc = open_zip(&r, fd, err);

	if (rc == DJ_OK)
		rc = list(out, r, a, err);
	dj_stream_free(&r->base);
	return rc;
}

int dj_tar_list(dj_entries *out, dj_stream *from, dj_arena *a, dj_err *err)
{
	reader *r;
	int     rc = open_tar(&r, from, err);

	if (rc == DJ_OK)
		rc = list(out, r, a, err);
	dj_stream_free(&r->base);
	return rc;
}

/* Takes r: *out, or freed. */
static int go_to(dj_stream **out, reader *r, size_t k, int rc, dj_err *err)
{
	struct archive_entry *e;

	for (size_t i = 0; rc >= 0 && i <= k; i++)
		if ((rc = next_header(r, &e, err)) == 0)
			rc = dj_fail(err, DJ_FAIL, "the %s changed while it was read", r->what);
	if (rc < 0)
		dj_stream_free(&r->base);
	else
		*out = &r->base;
	return rc < 0 ? rc : DJ_OK;
}

int dj_zip_member(dj_stream **out, int fd, size_t k, dj_err *err)
{
	reader *r;
	int     rc = open_zip(&r, fd, err);

	return go_to(out, r, k, rc, err);
}

int dj_tar_member(dj_stream **out, dj_stream *from, size_t k, dj_err *err)
{
	reader *r;
	int     rc = open_tar(&r, from, err);

	return go_to(out, r, k, rc, err);
}
