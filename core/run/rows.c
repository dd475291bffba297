/* Which sources a run has, and whether a `_row` that a worker names is there. */
#include "run/inside.h"

#include "store/snapshot.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct open_database {
	int      fd;
	sqlite3 *db;
} open_database;

struct dj_rows {
	dj_source_record           *source;
	size_t                      n, bound, numbered;
	open_database               database[DJ_MOST_DATABASES];
	size_t                      n_databases;
	sqlite3_stmt              **find; /* one a bound source, prepared when first asked */
	const size_t               *in;   /* database of each bound source */
	const dj_run_record *const *given;
	size_t                      n_given;
	int64_t                   **number; /* number[g][s]: of source s of given[g]; -1 while unknown */
	int64_t *old; /* `_row`s of sources that are not attached, as old evidence cites them, sorted */
	size_t   n_old;
};

/* ---- Numbers ---- */

static bool same(const dj_source_record *a, const dj_source_record *b)
{
	return strcmp(a->dataset, b->dataset) == 0 && strcmp(a->table, b->table) == 0 &&
	       strcmp(a->djs1, b->djs1) == 0;
}

static size_t place_of(const dj_rows *r, const dj_source_record *s)
{
	size_t i = 0;

	while (i < r->n && !same(&r->source[i], s))
		i++;
	return i;
}

static void put_bound(dj_rows *r, const dj_binding *b, dj_arena *a)
{
	size_t *in = dj_arena_alloc(a, b->n_sources + 1, sizeof *in);

	for (size_t i = 0; i < b->n_sources; i++) {
		const dj_bound_source *s = &b->source[i];

		r->source[r->n++] = (dj_source_record){s->dataset->name, s->table->name, s->role, s->dataset->djs1};
		in[i] = s->database;
	}
	r->in = in;
	r->bound = r->n;
}

/* Sources of the given runs: those that are bound have a number; the others get the next ones, in order of the runs. */
static int put_old(dj_rows *r, dj_arena *a, dj_err *err)
{
	r->number = dj_arena_alloc(a, r->n_given + 1, sizeof *r->number);
	for (size_t g = 0; g < r->n_given; g++) {
		const dj_run_record *run = r->given[g];

		r->number[g] = dj_arena_alloc(a, run->n_sources + 1, sizeof **r->number);
		for (size_t s = 0; s < run->n_sources; s++) {
			size_t at = place_of(r, &run->source_row[s]);

			if (at == r->n)
				r->source[r->n++] = run->source_row[s];
			r->number[g][s] = (int64_t)at + 1;
		}
	}
	r->numbered = r->n;
	if (r->numbered > DJ_MOST_SOURCES)
		return dj_fail(err, DJ_FAIL,
		               "this run and the findings it reads rest on %zu tables, at most %d go together", r->n,
		               DJ_MOST_SOURCES);
	for (size_t g = 0; g < r->n_given; g++)
		r->source[r->n++] = (dj_source_record){"", "findings", "findings",
		                                       dj_arena_fmt(a, "%lld", (long long)r->given[g]->id)};
	return DJ_OK;
}

static int by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* Rows of sources that are not attached can not be looked up again; they were, by the run that gave the finding. */
static void collect_old(dj_rows *r)
{
	for (int pass = 0; pass < 2; pass++) {
		r->n_old = 0;
		for (size_t g = 0; g < r->n_given; g++)
			for (size_t f = 0; f < r->given[g]->n_findings; f++)
				for (size_t e = 0; e < r->given[g]->finding[f].n_evidence; e++) {
					const dj_evidence *one = &r->given[g]->finding[f].evidence[e];
					int64_t            number = r->number[g][one->source];

					if ((size_t)number <= r->bound)
						continue;
					if (pass)
						r->old[r->n_old] = (int64_t)((uint64_t)number << DJ_ROW_SHIFT) + one->rowid;
					r->n_old++;
				}
		if (!pass)
			r->old = dj_alloc_zero(r->n_old + 1, sizeof *r->old);
	}
	qsort(r->old, r->n_old, sizeof *r->old, by_value);
}

/* ---- Opening ---- */

static int open_database_file(open_database *d, const dj_dataset *dataset, dj_err *err)
{
	d->fd = open(dataset->path, O_RDONLY | O_CLOEXEC);
	if (d->fd < 0)
		return dj_fail_errno(err, "the snapshot of %s, %s", dataset->name, dataset->path);
	return dj_snapshot_open_fd(&d->db, d->fd, err);
}

int dj_rows_open(dj_rows **out, const dj_binding *binding, const dj_run_record *const *given, size_t n_given,
                 dj_arena *a, dj_err *err)
{
	dj_rows *r = dj_alloc_zero(1, sizeof *r);
	size_t   most = binding->n_sources + n_given;
	int      rc;

	r->given = given;
	r->n_given = n_given;
	for (size_t g = 0; g < n_given; g++)
		most += given[g]->n_sources;
	r->source = dj_arena_alloc(a, most + 1, sizeof *r->source);
	put_bound(r, binding, a);
	r->find = dj_alloc_zero(r->bound + 1, sizeof(sqlite3_stmt *));
	rc = put_old(r, a, err);
	for (size_t i = 0; rc == DJ_OK && i < binding->n_databases; i++) {
		r->database[i].fd = -1;
		r->n_databases++;
		rc = open_database_file(&r->database[i], binding->database[i], err);
	}
	if (rc < 0) {
		dj_rows_close(r);
		return rc;
	}
	collect_old(r);
	*out = r;
	return DJ_OK;
}

void dj_rows_close(dj_rows *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->bound; i++)
		sqlite3_finalize(r->find[i]);
	for (size_t i = 0; i < r->n_databases; i++) {
		sqlite3_close(r->database[i].db);
		if (r->database[i].fd >= 0)
			close(r->database[i].fd);
	}
	free(r->find);
	free(r->old);
	free(r);
}

const dj_source_record *dj_rows_sources(const dj_rows *r, size_t *n)
{
	*n = r->n;
	return r->source;
}

size_t dj_rows_numbered(const dj_rows *r)
{
	return r->numbered;
}

int dj_rows_fd(const dj_rows *r, size_t database)
{
	return r->database[database].fd;
}

int64_t dj_rows_number(const dj_rows *r, size_t g, int source)
{
	return r->number[g][source];
}

/* ---- Looking up ---- */

static int there(bool *out, dj_rows *r, size_t source, int64_t rowid, dj_err *err)
{
	sqlite3 *db = r->database[r->in[source]].db;
	int      step;

	if (!r->find[source]) {
		char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\" WHERE rowid = ?", r->source[source].table);
		int   rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &r->find[source], NULL);

		sqlite3_free(sql);
		if (rc != SQLITE_OK)
			return dj_fail(err, DJ_FAIL, "looking up evidence in %s: %s", r->source[source].dataset,
			               sqlite3_errmsg(db));
	}
	sqlite3_bind_int64(r->find[source], 1, rowid);
	step = sqlite3_step(r->find[source]);
	sqlite3_reset(r->find[source]);
	*out = step == SQLITE_ROW;
	return step == SQLITE_ROW || step == SQLITE_DONE ? DJ_OK
	                                                 : dj_fail(err, DJ_FAIL, "looking up evidence in %s: %s",
	                                                           r->source[source].dataset, sqlite3_errmsg(db));
}

/* A row of source 4,095: findings of the given runs, counted through. */
static bool find_finding(dj_evidence *out, const dj_rows *r, int64_t rowid)
{
	for (size_t g = 0; g < r->n_given; g++) {
		int64_t n = (int64_t)r->given[g]->n_findings;

		if (rowid <= n) {
			*out = (dj_evidence){(int)(r->numbered + g), rowid};
			return true;
		}
		rowid -= n;
	}
	return false;
}

int dj_rows_find(dj_evidence *out, dj_rows *r, int64_t row, dj_err *err)
{
	int64_t source = row >> DJ_ROW_SHIFT, rowid = row & (((int64_t)1 << DJ_ROW_SHIFT) - 1);
	bool    found = false;

	if (row <= 0 || rowid == 0)
		return dj_fail(err, DJ_FAIL, "%lld is not a _row", (long long)row);
	*out = (dj_evidence){(int)source - 1, rowid};
	if (source == DJ_FINDINGS_SOURCE)
		found = find_finding(out, r, rowid);
	else if (source >= 1 && (size_t)source <= r->bound) {
		if (there(&found, r, (size_t)source - 1, rowid, err) < 0)
			return DJ_FAIL;
	} else if (source >= 1 && (size_t)source <= r->numbered)
		found = bsearch(&row, r->old, r->n_old, sizeof row, by_value) != NULL;
	if (found)
		return DJ_OK;
	return dj_fail(err, DJ_FAIL, "%lld names no row of this run's data (source %lld, row %lld)",
	               (long long)row, (long long)source, (long long)rowid);
}
