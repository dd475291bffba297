/*
 * fetch.h - a file from the network, kept in a cache by the digest of its bytes.
 *
 * Promise: only http and https; private, link-local and metadata addresses are refused when the connection is made,
 * after the name was resolved, unless the host was allowed by name; a secret goes to the origin it was meant for and
 * nowhere else: not into arguments, messages, the cache or its index. A file appears in the cache whole or not at all.
 * No byte of what was fetched is understood here. Nothing is printed.
 *
 * The network is another process's: datajam-fetch, which alone links libcurl, reads the secret, and is asked and
 * answers in JSON over pipes (message.h). What the cache can answer needs no process.
 *
 * The cache ($XDG_CACHE_HOME/datajam, else ~/.cache/datajam) is shared by workspaces; cache.h says what stands in it.
 */
#ifndef DJ_FETCH_FETCH_H
#define DJ_FETCH_FETCH_H

#include "base/digest.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_fetch_ask { /* DJ_FETCH_ASK has the defaults */
	const char      *url;
	const dj_digest *expect;      /* SHA-256 that it must have; NULL: not known */
	const char      *cache;       /* folder; NULL: as above */
	bool             offline;     /* only the cache */
	const char      *auth_header; /* "Authorization" or another header; NULL: none */
	const char *auth_secret;  /* NAME of the secret that it carries, filed under the url's host (secret.h) */
	const char *const *allow; /* hosts whose private addresses are fine */
	size_t             n_allow;
	uint64_t           most_bytes; /* 0: 16 GiB */
	unsigned           tries, redirects;
	unsigned           stall_ms; /* with less than a kilobyte in this time the server is given up */
	unsigned           pause_ms; /* before the second try; doubled before each one after that, up to 30 s */
	const char        *program;  /* path of datajam-fetch; NULL: beside this program */
	int                wake_fd;  /* readable: stop, with DJ_STOPPED; -1: none */
	void (*progress)(void *user, uint64_t done, uint64_t total); /* total 0: unknown; NULL: none */
	/* One line for a person: "unchanged since ...", "resumed at byte ...". NULL: none */
	void (*say)(void *user, bool warning, const char *text);
	void *user;
} dj_fetch_ask;

#define DJ_FETCH_ASK \
	((dj_fetch_ask){.tries = 5, .redirects = 5, .stall_ms = 30000, .pause_ms = 1000, .wake_fd = -1})

typedef struct dj_fetched {
	char     *path; /* in the cache: read it, never write it; free() it */
	dj_digest digest;
	uint64_t  bytes;
	char     *etag, *last_modified; /* NULL when not known; free() them */
	char     *final_url;            /* where redirects led, without its query; NULL: no redirect; free() it */
	bool      from_cache;           /* no byte of the body was fetched now */
} dj_fetched;

/*
 * The file that stands at ask->url. A file of the cache is found by its name; whoever reads it checks its digest.
 * DJ_DENIED: an address, a redirect or a secret's file that a rule refuses; DJ_NOTFOUND: offline, and not in the cache.
 */
int  dj_fetch(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err);
void dj_fetched_free(dj_fetched *f);

/* Takes a file out of the cache, and whatever addresses lead to it (for purge). 1: it was there; 0: not. */
int dj_fetch_forget(const char *cache, const dj_digest *d, dj_err *err);

#endif
