/* Where a body goes: into the partial file from the byte that was asked for, or from the first, or nowhere. */
#include "fetch/parts.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 1 << 16 };

static const char *header(const dj_exchange *x, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(x->curl, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

/* A header that is to be written down and sent back: plain text that does not hold the key, or it is not taken. */
static char *validator(const dj_exchange *x, const char *name)
{
	const char *value = header(x, name);
	size_t      n = value ? strlen(value) : 0;

	if (n == 0 || n > 1000 || dj_text_wrong(value, n, false) || dj_secret_in(&x->g->secret, value, n))
		return NULL;
	return dj_strdup(value);
}

static void read_headers(dj_exchange *x)
{
	const char *type = header(x, "Content-Type"), *encoding = header(x, "Content-Encoding"),
	           *transfer = header(x, "Transfer-Encoding");
	curl_off_t length = -1;

	x->etag = validator(x, "ETag");
	x->last_modified = validator(x, "Last-Modified");
	x->html = type && strncasecmp(type, "text/html", 9) == 0;
	x->encoded = encoding && strcasecmp(encoding, "identity") != 0;
	curl_easy_getinfo(x->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	x->redirect = dj_strdup(header(x, "Location"));
	x->until_close = length < 0 && !(transfer && strcasestr(transfer, "chunked"));
}

static bool same(const char *a, const char *b)
{
	return !a || !b || strcmp(a, b) == 0;
}

/* "bytes 100-199/200" has to begin where we are, and to be of the same file. */
static bool goes_on(const dj_exchange *x)
{
	const char *range = header(x, "Content-Range");
	uint64_t    from, to;

	return range && sscanf(range, "bytes %" SCNu64 "-%" SCNu64, &from, &to) == 2 && from == x->from &&
	       same(x->etag, x->g->part.etag) && same(x->last_modified, x->g->part.last_modified);
}

/* The digest goes on from what is on disk. */
static int digest_part(dj_exchange *x)
{
	dj_cache_partial *p = &x->g->part;
	char             *block = dj_alloc_zero(BLOCK, 1);
	uint64_t          at = 0;
	int               rc = DJ_OK;

	while (rc == DJ_OK && at < p->bytes) {
		ssize_t got = pread(p->fd, block, BLOCK, (off_t)at);
		if (got > 0) {
			dj_sha256_add(x->sha, block, (size_t)got);
			at += (uint64_t)got;
		} else if (got == 0 || errno != EINTR) {
			rc = dj_fail_errno(&x->wrong, "%s: what was fetched before can not be read", x->g->cache.folder);
		}
	}
	free(block);
	if (rc == DJ_OK && lseek(p->fd, (off_t)p->bytes, SEEK_SET) < 0)
		rc = dj_fail_errno(&x->wrong, "%s", x->g->cache.folder);
	return rc;
}

static int too_large(dj_exchange *x)
{
	x->enough = true;
	dj_cache_partial_begin(&x->g->part, &x->g->cache, &x->g->key, NULL, NULL, NULL);
	return dj_fail(&x->wrong, DJ_FAIL,
	               "%s: larger than %" PRIu64
	               " bytes, the most that is fetched (\"most_mb\" in jam.json's \"fetch\")",
	               x->url->shown, x->g->most);
}

static int check_length(dj_exchange *x)
{
	curl_off_t length = -1;

	curl_easy_getinfo(x->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length > 0 && (uint64_t)length > x->g->most - x->g->part.bytes ? too_large(x) : DJ_OK;
}

int dj_body_begin(dj_exchange *x)
{
	dj_get_state *g = x->g;
	int           rc;

	x->begun = true;
	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &x->status);
	read_headers(x);
	if (x->status != 200 && x->status != 206) {
		x->enough = true; /* a page about an error is not data */
		return DJ_OK;
	}
	if (x->status == 206 && (x->from == 0 || !goes_on(x))) {
		dj_cache_partial_begin(&g->part, &g->cache, &g->key, NULL, NULL, NULL);
		x->enough = true;
		return DJ_OK; /* dj_get starts again from the first byte */
	}
	x->sha = dj_sha256_new();
	if (x->status == 206) {
		dj_get_say(g, false, "%s: goes on at byte %" PRIu64, g->url.shown, x->from);
		rc = digest_part(x);
	} else {
		if (x->from)
			dj_get_say(g, false, "%s: the server starts again from the first byte", g->url.shown);
		rc = dj_cache_partial_begin(&g->part, &g->cache, &g->key, x->etag, x->last_modified, &x->wrong);
	}
	return rc == DJ_OK ? check_length(x) : rc;
}

/* A publisher's answer that repeats the key would carry it into snapshot and report. */
static int check_key(dj_exchange *x, const char *bytes, size_t n)
{
	size_t wide, before, after;

	if (!dj_secret_word(&x->g->secret, &wide))
		return DJ_OK;
	before = x->n_tail;
	after = n < wide - 1 ? n : wide - 1; /* the seam: the end of what was, the start of what comes */
	char *seam = dj_alloc_zero(before + after + 1, 1);
	memcpy(seam, x->tail, before);
	memcpy(seam + before, bytes, after);
	bool found = dj_secret_in(&x->g->secret, seam, before + after) || dj_secret_in(&x->g->secret, bytes, n);
	const char *from = n >= wide - 1 ? bytes + n - (wide - 1) : seam;
	size_t      keep = n >= wide - 1 ? wide - 1 : before + after;
	if (keep > wide - 1) {
		from += keep - (wide - 1);
		keep = wide - 1;
	}
	memcpy(x->tail, from, keep);
	x->n_tail = keep;
	explicit_bzero(seam, before + after);
	free(seam);
	if (!found)
		return DJ_OK;
	dj_cache_partial_begin(&x->g->part, &x->g->cache, &x->g->key, NULL, NULL, NULL);
	return dj_fail(
	    &x->wrong, DJ_DENIED,
	    "%s: the file repeats the key that was sent for it, so it is not kept (is there an address of the "
	    "publisher's that does not?)",
	    x->url->shown);
}

int dj_body_add(dj_exchange *x, const char *bytes, size_t n)
{
	dj_get_state *g = x->g;

	if (n > g->most - g->part.bytes)
		return too_large(x);
	if (check_key(x, bytes, n) < 0)
		return x->wrong.code;
	if (dj_fd_write(g->part.fd, bytes, n, &x->wrong) < 0) {
		int code = dj_fail_in(&x->wrong, "%s: what is fetched", g->cache.folder);
		dj_cache_partial_begin(&g->part, &g->cache, &g->key, NULL, NULL,
		                       NULL); /* a full disk gets its room back */
		return code;
	}
	dj_sha256_add(x->sha, bytes, n);
	g->part.bytes += n;
	return DJ_OK;
}
