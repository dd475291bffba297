/*
 * canon.h - values as the bytes that digests are made of: the same for equal values, whatever machine or order.
 *
 *   N                          NULL
 *   I  int64, big-endian       integer
 *   F  binary64, big-endian    real; -0 becomes +0; NaN and infinities must have been refused before
 *   T  uint64 length, UTF-8    text
 *   B  uint64 length, bytes    bytes
 *
 * Names and counts around values are bare: a name is uint64 length and UTF-8, a count a uint64, both big-endian.
 */
#ifndef DJ_STORE_CANON_H
#define DJ_STORE_CANON_H

#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

/* The first byte of what is hashed: no digest of one kind is ever one of another. */
enum {
	DJ_CANON_ROW = 0,      /* DJ1: values in declared column order */
	DJ_CANON_TABLE = 1,    /* DJ1: name, columns, row count, sorted row digests */
	DJ_CANON_DATABASE = 2, /* DJ1: table count, table digests in byte order of their names */
	DJ_CANON_SNAPSHOT = 3, /* DJS1: see snapshot_digest.h */
	DJ_CANON_BLOCK = 4,    /* DJS1: the values of up to 65,536 rows */
	DJ_CANON_CELLS = 5     /* DJ1: the cells of one column of a layer's or view's data */
};

void dj_canon_kind(dj_buf *b, int kind);
void dj_canon_count(dj_buf *b, uint64_t n);
void dj_canon_name(dj_buf *b, const char *name);

void dj_canon_null(dj_buf *b);
void dj_canon_integer(dj_buf *b, int64_t v);
void dj_canon_real(dj_buf *b, double v);
void dj_canon_textn(dj_buf *b, const char *s, size_t n);
void dj_canon_text(dj_buf *b, const char *s); /* NULL is N */
void dj_canon_bytes(dj_buf *b, const void *bytes, size_t n);

#endif
