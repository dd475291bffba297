/*
 * get.h - fetching as datajam-fetch does it: redirects, tries, resuming, revalidating, publishing to the cache.
 */
#ifndef DJ_FETCH_GET_H
#define DJ_FETCH_GET_H

#include "fetch/fetch.h"

/* As dj_fetch promises, in this process. ask->cache must be said; ask->offline and ask->program are not looked at. */
int dj_get(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err);

#endif
