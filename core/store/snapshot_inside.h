/*
 * snapshot_inside.h - what the files of the snapshot's writer share.
 *
 * The file at any time: page 1 and what SQLite made for the tables that are done, then the pages of the table begun
 * last, of which SQLite knows nothing until it ends. So throwing that table away is forgetting its pages.
 */
#ifndef DJ_STORE_SNAPSHOT_INSIDE_H
#define DJ_STORE_SNAPSHOT_INSIDE_H

#include "store/blocks.h"
#include "store/pages.h"
#include "store/part.h"
#include "store/snapshot.h"
#include "store/snapshot_digest.h"
#include "store/tree.h"

#include <pthread.h>

typedef struct dj_writer_index {
	size_t         *column;
	size_t          n;
	dj_index_build *build;
	uint32_t        root_at;
	unsigned char   root[DJ_PAGE];
} dj_writer_index;

typedef struct dj_writer_rtree {
	char *table, *lat, *lon;
} dj_writer_rtree;

typedef struct dj_writer_place {
	size_t   table; /* index into the writer's names */
	dj_place at;
} dj_writer_place;

struct dj_snapshot_writer {
	dj_snapshot_how how;
	dj_pages        pages;
	sqlite3        *db; /* open only while SQLite writes */
	dj_djs1        *digest;

	char           **table; /* names */
	size_t           n_tables;
	dj_writer_place *place;
	size_t           n_places, cap_places;
	dj_writer_rtree *rtree;
	size_t           n_rtrees;
	char           **meta; /* key, value, key, value */
	size_t           n_meta;

	/* the table begun last; none where it has no columns */
	dj_column_def    *column; /* names are ours */
	size_t            n_columns;
	dj_writer_index  *index;
	size_t            n_indexes;
	dj_index_space   *space; /* that indexes share, in all tables; NULL: none yet */
	uint32_t          begin; /* its first page */
	dj_tree           tree;
	dj_blocks        *blocks;
	dj_snapshot_part *own; /* of dj_snapshot_writer_row */
	uint64_t          own_order;

	pthread_mutex_t lock; /* of what follows, of pages, tree and places */
	pthread_cond_t  turn;
	int64_t         rows;
	uint64_t        numbered, placed;         /* parts whose rows have rowids; whose pages have numbers */
	uint64_t        written_to, written_back; /* bytes, for how.write_back */
	bool            stopped;
};

/* ---- snapshot_writer.c ---- */

bool dj_writer_is_begun(const dj_snapshot_writer *w); /* a table, and none of its rows */

/* ---- snapshot_take.c ---- */

/* Sees to the rows of dj_snapshot_writer_row, and that all there is has been hashed. */
int  dj_writer_take_rest(dj_snapshot_writer *w, dj_err *err);
void dj_writer_forget_parts(dj_snapshot_writer *w);

/* ---- snapshot_index.c ---- */

void dj_writer_index_part(const dj_snapshot_writer *w, dj_snapshot_part *p); /* it gathers keys from now on */
int  dj_writer_index_keys(dj_snapshot_writer *w, dj_snapshot_part *p, int64_t first_rowid, dj_err *err);
int  dj_writer_index_build(dj_snapshot_writer *w, dj_err *err);  /* all pages but roots */
int  dj_writer_index_create(dj_snapshot_writer *w, dj_err *err); /* SQLite's own, on the empty table */
int  dj_writer_index_roots(dj_snapshot_writer *w, dj_err *err);  /* puts what was built in them */
void dj_writer_index_forget(dj_snapshot_writer *w);

/* ---- snapshot_schema.c: what SQLite itself writes ---- */

int dj_writer_sql_open(dj_snapshot_writer *w, dj_err *err); /* the pages so far are the file's */
int dj_writer_sql(dj_snapshot_writer *w, const char *sql, dj_err *err);
int dj_writer_made_sql(dj_snapshot_writer *w, char *sql, dj_err *err); /* of sqlite3_mprintf; frees it */
int dj_writer_root_of(uint32_t *root, dj_snapshot_writer *w, const char *name,
                      dj_err *err); /* 0: no such thing */
int dj_writer_sql_failed(dj_snapshot_writer *w, dj_err *err);
int dj_writer_sql_close(dj_snapshot_writer *w, dj_err *err); /* takes over the pages that SQLite added */

int dj_writer_first_page(dj_snapshot_writer *w, dj_err *err);
int dj_writer_create(dj_snapshot_writer *w, dj_err *err); /* the table begun last, around its pages */
int dj_writer_create_rtrees(dj_snapshot_writer *w, dj_err *err);
int dj_writer_create_own(dj_snapshot_writer *w, dj_err *err); /* _datajam_meta, _datajam_places */

#endif
