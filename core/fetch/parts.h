/*
 * parts.h - the steps of one fetch, for datajam-fetch alone: one request and its answer, and where its body goes.
 */
#ifndef DJ_FETCH_PARTS_H
#define DJ_FETCH_PARTS_H

#include "base/digest.h"
#include "fetch/cache.h"
#include "fetch/secret.h"
#include "fetch/url.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

enum { DJ_GET_AGAIN = 1 }; /* it may go better the next time; *err says what happened */

typedef struct dj_get_state { /* one dj_get */
	const dj_fetch_ask *ask;
	dj_url              url; /* as asked: where the secret may go */
	uint64_t            most;
	dj_cache            cache;
	dj_cache_key        key;
	dj_cache_entry      known;
	bool                is_known;
	dj_cache_partial    part;
	dj_secret           secret;
	CURLM              *multi; /* keeps connections between redirects and tries */
} dj_get_state;

void dj_get_say(dj_get_state *g, bool warning, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- One request and its answer (exchange.c) ---- */

typedef struct dj_exchange {
	dj_get_state *g;
	const dj_url *url;
	bool          with_key;
	uint64_t      from;        /* ask for the bytes from here on; 0: for all of it */
	bool          conditional; /* only if it is no longer what the cache has */

	long     status;
	char    *redirect;             /* where to, as the server wrote it */
	char    *etag, *last_modified; /* NULL: none, or not plain text */
	bool     until_close;          /* nothing says how long the body is: a cut one looks like a whole one */
	bool     html, encoded;
	int64_t  retry_after_s;
	unsigned tries_most; /* fewer tries than asked for: a name that is not found is seldom there later */

	CURL      *curl;
	bool       begun, enough; /* of the body: its start was looked at; the rest is not wanted */
	dj_sha256 *sha;
	char       tail[DJ_SECRET_MOST]; /* of the body so far: a key may come back across two pieces */
	size_t     n_tail;
	uint64_t   moved, headers;
	bool       by_proxy, allowed;
	char       refused[200]; /* "this machine's own address": why a connection was not made */
	dj_err     wrong;        /* what ended it from inside a callback */
} dj_exchange;

/* DJ_OK: there is an answer, and its body, if it is one to keep, is in the partial file. DJ_GET_AGAIN, or fails. */
int  dj_exchange_run(dj_exchange *x, dj_err *err);
void dj_exchange_free(dj_exchange *x);

/* ---- The body (body.c): both fill x->wrong ---- */

int dj_body_begin(dj_exchange *x); /* the headers are there */
int dj_body_add(dj_exchange *x, const char *bytes, size_t n);

#endif
