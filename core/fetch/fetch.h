/*
 * fetch.h - a file from the network, kept in a cache by the digest of its bytes.
 *
 * Promise: only http and https; private, link-local and metadata addresses are refused when the connection is made,
 * after the name was resolved, unless the host was allowed by name; a secret goes to the origin it was meant for and
 * nowhere else: not into arguments, messages, the cache or its index. A file appears in the cache whole or not at all.
 * No byte of what was fetched is understood here. Nothing is printed.
 *
 * The cache ($XDG_CACHE_HOME/datajam, else ~/.cache/datajam) is shared by workspaces: sha256/HEX holds bytes, url/HEX (of the
 * address) what is known of an address: digest, ETag, Last-Modified, when.
 */
#ifndef DJ_FETCH_FETCH_H
#define DJ_FETCH_FETCH_H

#include "base/digest.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_fetch_ask { /* DJ_FETCH_ASK has the defaults */
	const char        *url;
	const dj_digest   *expect;      /* SHA-256 that it must have; NULL: not known */
	const char        *cache;       /* folder; NULL: as above */
	bool               offline;     /* only the cache */
	const char        *auth_header; /* "Authorization" or another header; NULL: none */
	const char        *secret_path; /* file that holds its value; must be ours and 0600 */
	const char *const *allow;       /* hosts whose private addresses are fine */
	size_t             n_allow;
	uint64_t           most_bytes; /* 0: 16 GiB */
	unsigned           tries, stall_s, redirects;
	int                wake_fd; /* readable: stop, with DJ_STOPPED; -1: none */
	void (*progress)(void *user, uint64_t done, uint64_t total); /* total 0: unknown; NULL: none */
	/* One line for a person: "unchanged since ...", "resumed at byte ...". NULL: none */
	void (*say)(void *user, bool warning, const char *text);
	void *user;
} dj_fetch_ask;

#define DJ_FETCH_ASK ((dj_fetch_ask){.tries = 5, .stall_s = 30, .redirects = 5, .wake_fd = -1})

typedef struct dj_fetched {
	char     *path; /* in the cache: read it, never write it; free() it */
	dj_digest digest;
	uint64_t  bytes;
	char     *etag, *last_modified, *final_url; /* NULL when not known; free() them */
	bool      from_cache;                       /* no byte of the body was fetched now */
} dj_fetched;

int  dj_fetch(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err);
void dj_fetched_free(dj_fetched *f);

/* Takes a file out of the cache, and whatever addresses lead to it (for purge). 1: it was there; 0: not. */
int dj_fetch_forget(const char *cache, const dj_digest *d, dj_err *err);

#endif
