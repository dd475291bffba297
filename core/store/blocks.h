/*
 * blocks.h - the blocks of DJS1 of one table, hashed by whichever thread is free.
 *
 * Rows are added in order, in runs that one thread encoded; a run may end in the midst of a block or hold
 * the border of two. Each block is hashed in order, different blocks side by side. Nobody waits for a block but where too
 * much lies unhashed, so that memory is bounded: then who added helps, and waits.
 */
#ifndef DJ_STORE_BLOCKS_H
#define DJ_STORE_BLOCKS_H

#include "base/mem.h"

#include <stddef.h>
#include <stdint.h>

enum { DJ_BLOCK_ROWS = 65536 };

typedef struct dj_run { /* rows as row.h has them, one after another */
	dj_buf         bytes;
	size_t        *end; /* of each row */
	size_t         n, cap;
	size_t         waiting; /* stretches that are not hashed yet */
	struct dj_run *next;
} dj_run;

dj_run *dj_run_new(void);
void    dj_run_free(dj_run *r); /* NULL is fine */

typedef struct dj_blocks dj_blocks;

dj_blocks *dj_blocks_new(void);
void       dj_blocks_free(dj_blocks *b); /* NULL is fine; nobody may be at work */

/* Takes the next run over, and gives an empty one in its place. One thread at a time, in order. */
dj_run *dj_blocks_add(dj_blocks *b, dj_run *r);
void    dj_blocks_work(
       dj_blocks *b); /* hashes what waits and nobody else hashes; any thread, whenever it is free */
void          dj_blocks_end(dj_blocks *b); /* no more runs come: work, and then ask for the digests */
/* All digests, one after another, when all work is done. Borrowed. */
const dj_buf *dj_blocks_digests(const dj_blocks *b);

#endif
