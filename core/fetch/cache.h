/*
 * cache.h - fetched files on disk, shared by workspaces and by processes at work at the same time.
 *
 *   sha256/HEX     the bytes, named by their digest; appear by rename
 *   url/KEY        what is known of an address (JSON): digest, ETag, Last-Modified, when; appear by rename
 *   partial/KEY    what has come so far of a body, and
 *   partial/KEY.of what it is a part of (JSON), written before its first byte and removed before it is cut
 *   lock/KEY       held by who fetches that address
 *
 * KEY is the SHA-256 of the address and of which secret was sent, by name. Nothing of a secret's value is here.
 * Removing the whole folder is always safe.
 */
#ifndef DJ_FETCH_CACHE_H
#define DJ_FETCH_CACHE_H

#include "base/digest.h"
#include "base/err.h"
#include "fetch/fetch.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct dj_cache {
	char *folder; /* absolute */
} dj_cache;

/* `said` NULL: the person's own. Makes its folders, for its owner alone. */
int  dj_cache_open(dj_cache *out, const char *said, dj_err *err);
void dj_cache_close(dj_cache *c);

typedef struct dj_cache_key {
	char hex[65];
} dj_cache_key;

dj_cache_key dj_cache_key_of(const dj_fetch_ask *ask);

char *dj_cache_file(const dj_cache *c, const dj_digest *d); /* where it stands or would; free() it */
bool  dj_cache_has(const dj_cache *c, const dj_digest *d, uint64_t *bytes);

typedef struct dj_cache_entry { /* dj_cache_entry_free */
	dj_digest digest;
	uint64_t  bytes;
	char     *etag, *last_modified, *final_url; /* NULL when not known */
	char     *fetched;                          /* when it was last known to be so: an ISO instant */
} dj_cache_entry;

/* 1: the address is known and its file is there; 0: not (an index that can not be read is none). */
int  dj_cache_find(dj_cache_entry *out, const dj_cache *c, const dj_cache_key *k);
int  dj_cache_put(const dj_cache *c, const dj_cache_key *k, const char *url, const dj_cache_entry *e,
                  dj_err *err);
void dj_cache_entry_free(dj_cache_entry *e);

/* A descriptor that holds the address's lock (close it), waiting as long as another holds it: *waited. DJ_STOPPED. */
int dj_cache_lock(const dj_cache *c, const dj_cache_key *k, int wake_fd, bool *waited, dj_err *err);

typedef struct dj_cache_partial { /* dj_cache_partial_free */
	int      fd;
	uint64_t bytes;
	char    *etag, *last_modified; /* of what it is a part of */
	bool     sound;                /* written since this machine was started: a power cut leaves holes */
} dj_cache_partial;

/* Opens the address's partial file, made if it is not there; who holds the lock may. */
int dj_cache_partial_open(dj_cache_partial *out, const dj_cache *c, const dj_cache_key *k, dj_err *err);
/* Empties it, to be a part of what these say (either may be NULL). */
int dj_cache_partial_begin(dj_cache_partial *p, const dj_cache *c, const dj_cache_key *k, const char *etag,
                           const char *last_modified, dj_err *err);
/* What vouches that it is a part of the file that is there now, for If-Range; NULL: nothing does. */
const char *dj_cache_partial_vouched(const dj_cache_partial *p);
/* It is whole: renamed into sha256/. */
int  dj_cache_partial_keep(dj_cache_partial *p, const dj_cache *c, const dj_cache_key *k, const dj_digest *d,
                           dj_err *err);
void dj_cache_partial_drop(dj_cache_partial *p, const dj_cache *c,
                           const dj_cache_key *k); /* deletes and closes it */
void dj_cache_partial_free(dj_cache_partial *p);   /* closes it; it stays */

/* Deletes partial files older than a week, and the oldest beyond sixteen; none that is being written. */
void dj_cache_sweep(const dj_cache *c);

#endif
