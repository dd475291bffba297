/*
 * libcrypto's low-level SHA-256, deprecated though it is: it needs no providers and no configuration file,
 * neither of which a caged process can open, and costs a third for the many short rows that DJ1 hashes.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include "base/mem.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dj_sha256 {
	SHA256_CTX state;
};

dj_sha256 *dj_sha256_new(void)
{
	dj_sha256 *s = dj_alloc_zero(1, sizeof *s);

	SHA256_Init(&s->state);
	return s;
}

void dj_sha256_add(dj_sha256 *s, const void *bytes, size_t n)
{
	if (n)
		SHA256_Update(&s->state, bytes, n);
}

dj_digest dj_sha256_end(dj_sha256 *s)
{
	dj_digest d;

	SHA256_Final(d.byte, &s->state);
	free(s);
	return d;
}

void dj_sha256_free(dj_sha256 *s)
{
	free(s);
}

dj_digest dj_sha256_of(const void *bytes, size_t n)
{
	SHA256_CTX state;
	dj_digest  d;

	SHA256_Init(&state);
	if (n)
		SHA256_Update(&state, bytes, n);
	SHA256_Final(d.byte, &state);
	return d;
}

int dj_sha256_fd(dj_digest *out, int fd, dj_err *err)
{
	enum { PIECE = 1 << 18 };
	dj_sha256 *s = dj_sha256_new();
	char      *piece = dj_realloc(NULL, PIECE, 1);
	off_t      at = 0;
	ssize_t    got;

	while ((got = pread(fd, piece, PIECE, at)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		dj_sha256_add(s, piece, (size_t)got);
		at += got;
	}
	free(piece);
	if (got < 0) {
		dj_sha256_free(s);
		return dj_fail_errno(err, "can not read the file to digest it");
	}
	*out = dj_sha256_end(s);
	return DJ_OK;
}

void dj_digest_hex(char out[65], const dj_digest *d)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof d->byte; i++) {
		*out++ = digit[d->byte[i] >> 4];
		*out++ = digit[d->byte[i] & 15];
	}
	*out = '\0';
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool dj_digest_parse(dj_digest *out, const char *hex, size_t n)
{
	dj_digest d;

	if (n != 2 * sizeof d.byte)
		return false;
	for (size_t i = 0; i < sizeof d.byte; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		d.byte[i] = (uint8_t)(high << 4 | low);
	}
	*out = d;
	return true;
}

int dj_digest_compare(const dj_digest *a, const dj_digest *b)
{
	return memcmp(a->byte, b->byte, sizeof a->byte);
}
