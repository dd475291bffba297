/*
 * tally.h - which values did not fit, and how often: exact, bounded, and the same for any number of threads.
 *
 * Kept are the values of the smallest hashes. One of them is never dropped, whatever else comes and in whatever order, so
 * its count is right in each thread's part and in their sum.
 */
#ifndef DJ_LOADER_TALLY_H
#define DJ_LOADER_TALLY_H

#include "base/mem.h"

#include <stdint.h>

enum { DJ_TALLY_MOST = 1000, DJ_TALLY_TEXT = 64 };

typedef struct dj_tally {
	int64_t               total; /* of all values, also those that are not kept */
	struct dj_tally_item *item;
	size_t                n;
} dj_tally;

void dj_tally_add(dj_tally *t, const char *text, size_t n);
void dj_tally_merge(dj_tally *into, const dj_tally *from);
void dj_tally_free(dj_tally *t); /* leaves {0} */

/* Adds the `most` commonest: "'Foo' 7, 'Bar' 2 and others". */
void dj_tally_put(dj_buf *out, const dj_tally *t, size_t most);

#endif
