/*
 * url.h - addresses as a person writes them: which are taken at all, which have one origin, which go by a proxy.
 */
#ifndef DJ_FETCH_URL_H
#define DJ_FETCH_URL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dj_url { /* dj_url_free */
	char *text;         /* in curl's own spelling, without its fragment */
	char *scheme;       /* "http" or "https" */
	char *host;  /* in small letters, as it is looked up: "example.org", "127.0.0.1" for 0x7f.1, "::1" */
	char *port;  /* "443", also where it was not written */
	char *shown; /* for messages: `text`, cut when it is long */
} dj_url;

/* DJ_DENIED for another scheme, or a name and password in it; DJ_USAGE for what is no URL. */
int  dj_url_parse(dj_url *out, const char *text, dj_err *err);
int  dj_url_resolve(dj_url *out, const dj_url *base, const char *text,
                    dj_err *err); /* as a redirect from `base` */
void dj_url_free(dj_url *u);

bool dj_url_same_origin(const dj_url *a, const dj_url *b); /* scheme, host and port */
bool dj_url_host_in(const dj_url *u, const char *const *hosts, size_t n);

/* Without its query, which may hold what only this request is to hold (a signature); free() it. */
char *dj_url_without_query(const dj_url *u);

/*
 * The proxy that http_proxy, https_proxy, all_proxy and no_proxy ask for, as curl reads them; NULL: none. free() it.
 * It is decided here and handed to curl, so that whether an address is checked never hangs on a second reading.
 */
char *dj_url_proxy(const dj_url *u);

#endif
