/*
 * source.h - a file's bytes through one growing window, read by offset, so that a pass can begin again.
 *
 * Invariant: data[at..n) is what has been read and not yet consumed; data[0] is byte `start` of the file. The window
 * holds one record and what follows, and never more than DJ_SOURCE_MOST bytes: memory does not depend on file size.
 */
#ifndef DJ_LOADER_SOURCE_H
#define DJ_LOADER_SOURCE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DJ_SOURCE_SAMPLE = 256 << 10, /* what is looked at to find things out */
	DJ_RECORD_MOST = 16 << 20,    /* the longest record */
	DJ_SOURCE_MOST = 32 << 20
};

typedef struct dj_source {
	int      fd;
	char    *data;
	size_t   at, n, cap;
	uint64_t start;
	uint64_t line; /* of data[at], from 1 */
	bool     end;  /* data[n) is the end of the file */
} dj_source;

void dj_source_open(dj_source *s, int fd);
void dj_source_free(dj_source *s); /* the descriptor stays open */
void dj_source_rest(dj_source *s); /* gives the window back until it is rewound */

/* Begins again at the first byte, after a byte order mark, with a sample in the window. */
int dj_source_rewind(dj_source *s, dj_err *err);

/*
 * Reads more after data[n); data[at..n) moves to the front when room is needed, so pointers into it are void. Fails
 * when the record at `at` is too long, and on a NUL byte: what holds one is not text.
 */
int dj_source_more(dj_source *s, dj_err *err);

/* ---- A window that is filled by hand (chunks.h) ---- */

/* An empty window on byte `at`, which is on `line`; memory is kept. */
void dj_source_begin(dj_source *s, int fd, uint64_t at, uint64_t line);
/* Reads until `want` bytes are in the window, or all there are: then s->end. */
int  dj_source_fill(dj_source *s, size_t want, dj_err *err);
int  dj_source_check(const dj_source *s, size_t from, dj_err *err); /* fails on a NUL in data[from..n) */
int  dj_source_too_long(const dj_source *s, dj_err *err);           /* the error */

static inline uint64_t dj_source_byte(const dj_source *s)
{
	return s->start + s->at;
}

#endif
