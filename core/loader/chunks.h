/*
 * chunks.h - a source cut into chunks of whole rows, about 256 KiB each, for threads that ask for the next.
 *
 * Promise: where chunks begin follows from the source alone. Invariant: each begins where a record begins, so that it can
 * be read by itself; together they are the source from its first row on, nothing twice and nothing left out.
 *
 * Cutting finds the ends of fields on its way, so it is done once, by the thread that reads the chunk, under one lock.
 */
#ifndef DJ_LOADER_CHUNKS_H
#define DJ_LOADER_CHUNKS_H

#include "loader/csv.h"
#include "loader/source.h"

#include <pthread.h>

enum { DJ_CHUNK = 1 << 18 };

typedef enum dj_cut {
	DJ_CUT_RECORDS, /* delimited text */
	DJ_CUT_ROWS,    /* JSON one after another (json_split.h); where it is no JSON, reading a chunk fails */
	DJ_CUT_ELEMENTS /* of a JSON array, from the first on; the last chunk is what stands behind them */
} dj_cut;

typedef struct dj_chunk { /* a thread's own; {0} at first */
	dj_source    source;  /* the window is the chunk; `end` is true */
	dj_csv_index index;
	size_t       k;       /* of the index */
	bool         indexed; /* dj_csv_next_indexed can read it */
	uint64_t     order;   /* 0, 1, 2, ... */
	bool         last;    /* of elements: the window is not all of it, and more can be read */
} dj_chunk;

void dj_chunk_free(dj_chunk *c);

typedef struct dj_chunks {
	pthread_mutex_t lock;
	dj_cut          cut;
	dj_csv          csv; /* the dialect */
	int             fd;
	uint64_t        at, line, order; /* of the next chunk */
	bool            over;            /* the last one was given */
	size_t          want;            /* bytes of a chunk: DJ_CHUNK when opened */
} dj_chunks;

/* `first` stands on the first row. Its descriptor and the dialect must outlive the chunks. */
void dj_chunks_open(dj_chunks *c, dj_cut cut, const dj_csv *dialect, const dj_source *first);
void dj_chunks_close(dj_chunks *c);

/* 1: *out is the next chunk; 0: there is none. Any thread. */
int dj_chunks_next(dj_chunks *c, dj_chunk *out, dj_err *err);

#endif
