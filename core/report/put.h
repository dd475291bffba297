/*
 * put.h - writing the page: a file that appears whole or not at all, and JSON that no HTML parser can mistake.
 *
 * Invariant: inside a block every `<` is \u003c, so neither `</script` nor `<!--` can end it early, whatever a text says.
 * The first write that fails is remembered and told by dj_put_finish; callers need no check in between.
 */
#ifndef DJ_REPORT_PUT_H
#define DJ_REPORT_PUT_H

#include "base/err.h"
#include "base/mem.h"
#include "store/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_put {
	const char *path;
	char       *part; /* the neighbour being written; NULL: written through */
	int         fd, rc;
	bool        comma; /* the next value needs one before it */
	dj_buf      bytes, text;
	dj_err     *err;
} dj_put;

int  dj_put_open(dj_put *p, const char *path, dj_err *err);
int  dj_put_finish(dj_put *p); /* fsync and rename; the first error of all writes */
void dj_put_free(dj_put *p);   /* removes what was not finished */

void dj_put_bytes(dj_put *p, const char *bytes, size_t n); /* as they are: only the page's own */

/* `<script type="application/json" id="PREFIXn">`, its end. A negative `n` leaves the number out. */
void dj_put_block(dj_put *p, const char *prefix, int64_t n);
void dj_put_block_end(dj_put *p);

/* Values put their own commas. `bracket` is one of { [ } ]. */
void dj_put_bracket(dj_put *p, char bracket);
void dj_put_key(dj_put *p, const char *key);
void dj_put_textn(dj_put *p, const char *s, size_t n); /* what is not UTF-8 becomes U+FFFD */
void dj_put_text(dj_put *p, const char *s);            /* NULL: null */
void dj_put_words(dj_put *p, dj_words w);
void dj_put_integer(dj_put *p, int64_t v); /* beyond 2^53: as text */
void dj_put_real(dj_put *p, double v);
void dj_put_bool(dj_put *p, bool v);
void dj_put_json(dj_put *p, const char *json); /* null when it is none */

/* Members of an object; dj_put_begin opens one with { or [. */
void dj_put_begin(dj_put *p, const char *key, char bracket);
void dj_put_member(dj_put *p, const char *key, const char *text);
void dj_put_member_integer(dj_put *p, const char *key, int64_t v);
void dj_put_member_words(dj_put *p, const char *key, dj_words w);

#endif
