/*
 * sketch.h - which values there are and how often, in bounded memory.
 *
 * A tally keeps every different value until `most` are held; then it halves itself, again and again, by keeping only those
 * whose hash ends in `thinned` zero bits. What is left is a sample of the different values chosen by content, each still
 * with its exact count: sums over it times 2^thinned estimate the whole. (Wegman's adaptive sampling: Flajolet, "On
 * adaptive sampling", Computing 43, 1990.) The same rows in the same order give the same tally.
 */
#ifndef DJ_LINT_SKETCH_H
#define DJ_LINT_SKETCH_H

#include "base/mem.h"
#include "lint/lint.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct dj_seen {
	uint64_t hash;
	int64_t  first; /* row */
	int64_t  count; /* 0: an empty place */
	char    *text;  /* the value, when it was given and is at most DJ_SEEN_TEXT bytes */
	uint32_t n;     /* its bytes */
	uint32_t kinds; /* patterns.h: what the value looks like */
} dj_seen;

enum { DJ_SEEN_TEXT = 120 };

typedef struct dj_tally {
	dj_seen *slot;
	size_t   slots, n, most; /* places (a power of two), values held, values held at most */
	unsigned thinned;
} dj_tally;

/* The value's entry; *fresh says it was not there. NULL: the value is not in the sample. */
dj_seen *dj_tally_add(dj_tally *t, uint64_t hash, int64_t row, bool *fresh);
/* The same is to be added soon: memory is asked for it beforehand. */
void     dj_tally_soon(const dj_tally *t, uint64_t hash);
dj_seen *dj_tally_find(const dj_tally *t, uint64_t hash); /* NULL when it is not there */
void     dj_tally_free(dj_tally *t);

/* Rows counted, with the first few. */
typedef struct dj_rows {
	int64_t n, example[DJ_LINT_EXAMPLES];
	size_t  n_examples;
	bool    about;
} dj_rows;

void dj_rows_add(dj_rows *r, int64_t row);                          /* rows come rising */
void dj_rows_seen(dj_rows *r, const dj_tally *t, const dj_seen *s); /* all rows of a value; in any order */

static inline uint64_t dj_mix(uint64_t x) /* splitmix64's finalizer */
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* *high gathers the bytes, so that a set top bit says that one of them is not ASCII. */
static inline uint64_t dj_hash_text(const char *s, size_t n, uint64_t *high)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ n, w;

	for (; n >= 8; s += 8, n -= 8) {
		memcpy(&w, s, 8);
		*high |= w;
		h = (h ^ le64toh(w)) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, s, n);
	*high |= w;
	return dj_mix(h ^ le64toh(w));
}

#endif
