/*
 * engine.h - inside the engine: the run's state, for the files of core/host that make up the engine and for main.c.
 *
 * Invariant: `steps` is exact up to the last sqlite3_step that returned; while one is going, step_ticks counts on.
 */
#ifndef DJ_HOST_ENGINE_H
#define DJ_HOST_ENGINE_H

#include "host/jam.h"
#include "host/policy.h"

#include <sqlite3.h>

#define DJ_SNAPSHOT_SCHEMA "_snapshot_" /* and a number: no SQL of a plugin may hold it */

enum {
	DJ_MOST_TEXT = 1 << 20,    /* bytes of SQL, and of one text read from it */
	DJ_MOST_LENGTH = 64 << 20, /* of any value inside SQL: a list of 8 million rows */
	DJ_MOST_LAYERS = 16,
	DJ_MOST_VIEWS = 32,
	DJ_MOST_NOTES = 64,
	DJ_MOST_CACHED = 16,
	DJ_ROW_SHIFT = 48, /* _row = source << 48 | rowid */
	DJ_FINDINGS_NUMBER = 4095
};

typedef struct dj_key { /* one place of the set of findings' keys */
	const char *text;
	int64_t     given; /* how many findings asked for it */
} dj_key;

typedef struct dj_host_table_name {
	const char *name, *inside; /* the view's name, and the table that it shows now */
} dj_host_table_name;

typedef struct dj_stream {
	struct dj_stream *next;
	const char       *name;
	dj_random_state   state;
} dj_stream;

struct dj_host {
	dj_job      job;
	dj_arena   *arena;
	char       *text_at; /* where the next packed text goes */
	size_t      text_left;
	dj_wire_out out;
	dj_arena   *scratch; /* of one call */

	sqlite3      *db;
	dj_policy     policy;
	char          refusal[512]; /* why the authorizer said no, for the message; "" when it did not */
	bool          clock_asked;  /* a query asked for the present time */
	bool          limit_spent;
	uint64_t      steps, step_ticks;
	size_t        open_queries;
	sqlite3_stmt *cached[DJ_MOST_CACHED];
	size_t        cache_next;

	dj_host_table_name *table;
	size_t              n_tables;
	int64_t             tables_made;

	int64_t     findings, layers, views, notes, frames;
	const char *layer_name[DJ_MOST_LAYERS], *view_name[DJ_MOST_VIEWS];
	dj_key     *key; /* open addressing, key_room a power of two */
	size_t      key_room, n_keys;
	uint64_t    logged;
	bool        log_cut;
	int         tick_fd; /* a timer that says when the next progress may be sent; -1: none */
	dj_stream  *stream;
};

/* ---- sql_open.c ---- */
int dj_host_sql_open(dj_host *h, dj_err *err);  /* before the filter: opens and attaches, reads nothing */
int dj_host_sql_roles(dj_host *h, dj_err *err); /* after it: functions, views, the authorizer */
/* Runs statements of our own, past the authorizer. */
int dj_host_sql_own(dj_host *h, const char *sql, dj_err *err);

/* ---- sql_words.c ---- */
/* Refuses what could name a snapshot or SQLite's own tables. */
int dj_sql_names_only_roles(const char *sql, size_t n, dj_err *err);
/* Fails when `sql` does not begin with SELECT or WITH, saying what to do instead. */
int dj_sql_first_word(const char *sql, size_t n, dj_err *err);
/* What SQLite said of `sql` (NULL: while stepping), in our words, with a caret. */
int dj_sql_error(dj_host *h, int rc, const char *sql, size_t n, dj_err *err);

dj_host *dj_host_query_run(const dj_host_query *q); /* whose query it is */

/* ---- SQL functions ---- */
int dj_sql_scalars(sqlite3 *db);
int dj_sql_sums(sqlite3 *db);
int dj_sql_lists(sqlite3 *db);
int dj_sql_each_item(sqlite3 *db);

/* ---- emit*.c, say.c ---- */
/* 1 when `row` names a row of this run's sources (or a finding, where findings were asked for). */
bool        dj_host_row_ok(const dj_host *h, int64_t row);
/* NULL when `text` is fine, else why not ("is longer than 200 bytes"). */
const char *dj_text_unfit(const char *text, size_t most, bool lines);
/* Checks both languages; one at least must be there unless `optional`. */
int         dj_words_check(dj_words w, const char *what, size_t most, bool lines, bool optional, dj_err *err);
void        dj_host_hello(dj_host *h, const dj_digest *worker);
void        dj_host_put_words(dj_host *h, dj_words w);
int         dj_host_send(dj_host *h, dj_err *err); /* ends the frame being made */

#endif
