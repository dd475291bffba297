/*
 * decode_test.h - decodes bytes in this process, and makes the archives that are decoded.
 */
#ifndef DJ_TESTS_DECODE_TEST_H
#define DJ_TESTS_DECODE_TEST_H

#include "../base/cases.h"

#include "base/random.h"
#include "decode/decode.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct decoding {
	int        fd, scratch, spare;
	int        rc;
	dj_err     err;
	dj_decoded out;
	dj_buf     text; /* what was decoded */
	dj_buf     said; /* lines, "! " before a warning */
	dj_arena  *a;
} decoding;

static inline void decode_say(void *user, bool warning, const char *text)
{
	dj_buf_fmt(user, "%s%s\n", warning ? "! " : "", text);
}

/* `ask`: what is said; descriptors and `say` are set here. */
static inline decoding decode(const void *bytes, size_t n, dj_decode_ask ask)
{
	decoding d = {.a = dj_arena_new()};

	d.fd = memfd_create("source", MFD_CLOEXEC);
	d.scratch = memfd_create("scratch", MFD_CLOEXEC);
	d.spare = memfd_create("spare", MFD_CLOEXEC);
	assert_int_equal(write(d.scratch, "left over", 9), 9);
	for (size_t at = 0; at < n;) {
		ssize_t wrote = write(d.fd, (const char *)bytes + at, n - at);
		assert_true(wrote > 0);
		at += (size_t)wrote;
	}
	dj_buf_text(&d.said, "");
	dj_buf_text(&d.text, "");
	ask.fd = d.fd;
	ask.bytes = n;
	ask.scratch_fd = d.scratch;
	ask.spare_fd = d.spare;
	ask.say = decode_say;
	ask.user = &d.said;
	d.rc = dj_decode(&d.out, &ask, d.a, &d.err);
	if (d.rc == DJ_OK) {
		ssize_t got = pread(d.out.fd, dj_buf_room(&d.text, d.out.bytes + 1), d.out.bytes + 1, 0);
		assert_int_equal(got, (ssize_t)d.out.bytes);
		d.text.n = (size_t)got;
		d.text.data[d.text.n] = '\0';
	}
	return d;
}

static inline void forget(decoding *d)
{
	close(d->fd);
	close(d->scratch);
	close(d->spare);
	dj_buf_free(&d->text);
	dj_buf_free(&d->said);
	dj_arena_free(d->a);
}

/* Fails, with these words in the message. */
static inline void fails(const void *bytes, size_t n, dj_decode_ask ask, const char *words)
{
	decoding d = decode(bytes, n, ask);

	if (d.rc >= 0)
		fail_msg("was decoded, and should fail with: %s", words);
	if (!strstr(d.err.text, words))
		fail_msg("got:  %s\nwant: %s", d.err.text, words);
	forget(&d);
}

/* Gives this text, and says these words. */
static inline void gives(const void *bytes, size_t n, dj_decode_ask ask, const char *text, size_t text_n,
                         const char *words)
{
	decoding d = decode(bytes, n, ask);

	if (d.rc < 0)
		fail_msg("%s", d.err.text);
	if (d.text.n != text_n || memcmp(d.text.data, text, text_n) != 0)
		fail_msg("got %zu bytes:  %.300s\nwant %zu bytes: %.300s", d.text.n, d.text.data, text_n, text);
	if (*words && !strstr(d.said.data, words))
		fail_msg("said: %s\nwant: %s", d.said.data, words);
	forget(&d);
}

/* ---- Archives ---- */

typedef struct packer {
	struct archive *archive;
	dj_buf          bytes;
} packer;

static inline la_ssize_t pack_write(struct archive *archive, void *user, const void *bytes, size_t n)
{
	(void)archive;
	dj_buf_add(user, bytes, n);
	return (la_ssize_t)n;
}

static inline packer *pack(int (*format)(struct archive *), int (*filter)(struct archive *))
{
	packer *p = dj_alloc_zero(1, sizeof *p);

	p->archive = archive_write_new();
	assert_int_equal(format(p->archive), ARCHIVE_OK);
	if (filter)
		assert_int_equal(filter(p->archive), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(p->archive, 1);
	assert_int_equal(archive_write_open(p->archive, &p->bytes, NULL, pack_write, NULL), ARCHIVE_OK);
	return p;
}

static inline void pack_add(packer *p, const char *name, const void *bytes, size_t n)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)n);
	assert_true(archive_write_header(p->archive, e) >= ARCHIVE_WARN);
	assert_int_equal(archive_write_data(p->archive, bytes, n), (la_ssize_t)n);
	archive_entry_free(e);
}

/* A folder, or a link (to `target`). */
static inline void pack_other(packer *p, const char *name, unsigned type, const char *target)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0755);
	if (target)
		archive_entry_set_symlink(e, target);
	assert_true(archive_write_header(p->archive, e) >= ARCHIVE_WARN);
	archive_entry_free(e);
}

/* The archive's bytes; dj_buf_free. */
static inline dj_buf packed(packer *p)
{
	dj_buf bytes;

	assert_int_equal(archive_write_close(p->archive), ARCHIVE_OK);
	archive_write_free(p->archive);
	bytes = p->bytes;
	free(p);
	return bytes;
}

static inline packer *pack_zip(void)
{
	return pack(archive_write_set_format_zip, NULL);
}

static inline dj_buf pack_one(int (*filter)(struct archive *), const void *bytes, size_t n)
{
	packer *p = pack(archive_write_set_format_raw, filter);

	pack_add(p, "data", bytes, n);
	return packed(p);
}

/* Rows that are neither all alike nor all different. */
static inline dj_buf some_text(dj_random_state *r, size_t n)
{
	dj_buf text = {0};

	dj_buf_text(&text, "a,b,c\n");
	while (text.n < n)
		dj_buf_fmt(&text, "%d,name %d,%d\n", (int)dj_random_between(r, 0, 1000000),
		           (int)dj_random_between(r, 0, 20), (int)dj_random_between(r, -5, 5));
	text.data[text.n = n] = '\0';
	return text;
}

#endif
