/*
 * index_build.h - a secondary index, built from sorted keys in one go instead of row by row.
 *
 * Threads gather the keys of their rows in dj_index_keys while they encode; the writer hands them over with the rowid
 * of their first row; at the end runs are merged and b-tree pages are written from left to right (SQLite file format,
 * 1.6 and 2.3). Memory is bounded: what does not fit is sorted and put aside in a scratch file.
 *
 * Invariant: the pages depend on the table's rows alone, not on threads or on how rows came in parts. Keys compare as
 * SQLite compares them: NULL, then numbers, then text by BINARY, then rowid. Where a number is real in one row, the
 * column's numbers are real in all: that is for the caller, who knows the column's type.
 */
#ifndef DJ_STORE_INDEX_BUILD_H
#define DJ_STORE_INDEX_BUILD_H

#include "store/pages.h"
#include "store/snapshot.h"

typedef struct dj_index_space
    dj_index_space; /* what the indexes of one file share: memory, and a scratch file */
typedef struct dj_index_build dj_index_build;
typedef struct dj_index_keys  dj_index_keys; /* of one part */

enum { DJ_INDEX_MEMORY = 64 << 20 }; /* bytes; a fair share each */

/* `scratch_fd`: an empty file for what is more than `memory` bytes; it stays yours. -1: all in memory. */
dj_index_space *dj_index_space_new(int scratch_fd, size_t memory);
void            dj_index_space_free(dj_index_space *s); /* after its builds; NULL is fine */

/* `column`: which of the table's cells, in the order of the index; n at least 1. */
dj_index_build *dj_index_build_new(const size_t *column, size_t n, dj_index_space *space);
void            dj_index_build_free(dj_index_build *b); /* NULL is fine */

dj_index_keys *dj_index_keys_new(const dj_index_build *b);
void           dj_index_keys_free(dj_index_keys *k);  /* NULL is fine */
void           dj_index_keys_reset(dj_index_keys *k); /* empty, memory kept */
void           dj_index_keys_add(dj_index_keys *k,
                                 const dj_cell *cell); /* the part's next row: all its cells, as stored */

/* Takes over the keys of rows first_rowid, first_rowid + 1, ..., sorted here, and empties `k`. Any thread, any order. */
int dj_index_build_take(dj_index_build *b, dj_index_keys *k, int64_t first_rowid, dj_err *err);

/* Writes all pages but the root, and gives the root's 4096 bytes, for the page that SQLite's own empty index has. */
int dj_index_build_finish(dj_index_build *b, dj_pages *pages, unsigned char *root, dj_err *err);

#endif
