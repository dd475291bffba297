/*
 * json_walk.h - a JSON text of any size read token by token from a source, in a window's memory.
 *
 * For what is no row: finding where rows begin, what stands around them, and whether a text is JSON at all.
 */
#ifndef DJ_LOADER_JSON_WALK_H
#define DJ_LOADER_JSON_WALK_H

#include "base/err.h"
#include "loader/json_scan.h"
#include "loader/source.h"

typedef struct dj_json_walk {
	dj_source    *s;
	uint64_t      line_start; /* byte where the source's current line begins: for columns in messages */
	dj_json_stack k;          /* its token points into the window, until the next call */
} dj_json_walk;

/* 1: a token was read; 0: the value is over, its end is consumed; negative: an error that names line and column. */
int dj_json_walk_next(dj_json_walk *w, dj_err *err);
/* On to the end of the value whose name or first bracket was the last token; or of what `depth` levels are in. */
int dj_json_walk_over(dj_json_walk *w, unsigned depth, dj_err *err);
/* The next byte that is no space, which is consumed, the byte not; -1: the end; -2: an error. */
int dj_json_walk_peek(dj_source *s, uint64_t *line_start, dj_err *err);

/* Moves past `to`, counting lines. */
void dj_json_consume(dj_source *s, uint64_t *line_start, const char *to);
/* "line 3, column 7: why"; `at` points into the window, not before data[at]. Gives `code`. */
int  dj_json_fail(const dj_source *s, uint64_t line_start, const char *at, int code, const char *why,
                  dj_err *err);

/*
 * Whether the source is JSON from its first byte to its last: one text, or (not `one`) several, each on a new line.
 * Negative: it is not, with line and column. So a text that holds no table (DJ_DENIED from dj_json_find or
 * dj_json_stream_next) is told from one that is no JSON (DJ_FAIL).
 */
int dj_json_valid(dj_source *s, bool one, dj_err *err);

#endif
