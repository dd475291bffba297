/*
 * The source rows that leads rest on, read from the snapshots: each row once a run, however many leads cite it.
 */
#include "base/file.h"
#include "report/parts.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct rows {
	dj_evidence *row;
	size_t       n, cap;
} rows;

char *dj_report_snapshot(const dj_source_record *s, const dj_workspace *w, const dj_catalogue *c)
{
	char *path;

	if (!s->dataset || s->dataset[0] == '\0' || !s->djs1)
		return NULL;
	for (size_t i = 0; i < dj_catalogue_count(c); i++) {
		const dj_dataset *d = dj_catalogue_at(c, i);

		if (strcmp(d->name, s->dataset) == 0 && strcmp(d->djs1, s->djs1) == 0)
			return dj_strdup(d->path);
	}
	path = dj_fmt("%s/snapshots/%s@%s.db", w->state, s->dataset, s->djs1);
	if (dj_file_exists(path))
		return path;
	free(path);
	return NULL;
}

void dj_report_cells(dj_put *p, sqlite3_stmt *row)
{
	int n = sqlite3_column_count(row);

	dj_put_bracket(p, '[');
	for (int i = 0; i < n; i++)
		switch (sqlite3_column_type(row, i)) {
		case SQLITE_INTEGER: dj_put_integer(p, sqlite3_column_int64(row, i)); break;
		case SQLITE_FLOAT: dj_put_real(p, sqlite3_column_double(row, i)); break;
		case SQLITE_TEXT: {
			const char *text = (const char *)sqlite3_column_text(row, i);

			dj_put_textn(p, text, (size_t)sqlite3_column_bytes(row, i));
			break;
		}
		default: dj_put_text(p, NULL);
		}
	dj_put_bracket(p, ']');
}

void dj_report_columns(dj_put *p, sqlite3_stmt *row)
{
	int n = sqlite3_column_count(row);

	dj_put_bracket(p, '[');
	for (int i = 0; i < n; i++)
		dj_put_text(p, sqlite3_column_name(row, i));
	dj_put_bracket(p, ']');
}

static int by_source_then_row(const void *a, const void *b)
{
	const dj_evidence *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->rowid > y->rowid) - (x->rowid < y->rowid);
}

/* The rows that the page shows of all leads, best leads first until there are enough; then in order, once each. */
static void collect(rows *out, const dj_run_record *run, size_t most)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->n_findings; i++) {
		const dj_finding_record *f = &run->finding[i];

		for (size_t k = 0; k < f->n_evidence && k < most && out->n < DJ_REPORT_EVIDENCE_RUN; k++) {
			if (out->n == out->cap) {
				out->cap = out->cap ? out->cap * 2 : 1024;
				out->row = dj_realloc(out->row, out->cap, sizeof *out->row);
			}
			out->row[out->n++] = f->evidence[k];
		}
	}
	if (out->n > 0)
		qsort(out->row, out->n, sizeof *out->row, by_source_then_row);
	for (size_t i = 0; i < out->n; i++)
		if (kept == 0 || by_source_then_row(&out->row[kept - 1], &out->row[i]) != 0)
			out->row[kept++] = out->row[i];
	out->n = kept;
}

static int prepare(sqlite3 **db, sqlite3_stmt **row, const char *path, const dj_source_record *s, dj_err *err)
{
	char *sql;
	int   rc;

	if ((rc = dj_snapshot_open(db, path, err)) < 0)
		return rc;
	sql = sqlite3_mprintf("SELECT * FROM \"%w\" WHERE rowid = ?", s->table);
	if (!sql || sqlite3_prepare_v2(*db, sql, -1, row, NULL) != SQLITE_OK)
		rc = dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(*db));
	sqlite3_free(sql);
	return rc;
}

static int put_rows(dj_put *p, sqlite3_stmt *row, const dj_evidence *e, size_t n, dj_err *err)
{
	int rc = DJ_OK;

	dj_put_key(p, "columns");
	dj_report_columns(p, row);
	dj_put_begin(p, "rows", '{');
	for (size_t i = 0; i < n && rc == DJ_OK; i++) {
		char key[24];
		int  step;

		sqlite3_bind_int64(row, 1, e[i].rowid);
		if ((step = sqlite3_step(row)) == SQLITE_ROW) {
			snprintf(key, sizeof key, "%" PRId64, e[i].rowid);
			dj_put_key(p, key);
			dj_report_cells(p, row);
		} else if (step != SQLITE_DONE) {
			rc = dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(sqlite3_db_handle(row)));
		}
		sqlite3_reset(row);
	}
	dj_put_bracket(p, '}');
	return rc;
}

/* One source of the run. A snapshot that can not be read is told on the page: the leads stand all the same. */
static void put_source(dj_put *p, const dj_source_record *s, const char *path, const dj_evidence *e, size_t n)
{
	sqlite3      *db = NULL;
	sqlite3_stmt *row = NULL;
	dj_err        why = {0};
	bool          findings = !s->dataset || s->dataset[0] == '\0';

	dj_put_bracket(p, '{');
	dj_put_member_integer(p, "source", e[0].source);
	if (!path && !findings)
		dj_fail(&why, DJ_NOTFOUND, "the snapshot that was read is no longer in this workspace");
	if (!path || prepare(&db, &row, path, s, &why) < 0) {
		dj_put_begin(p, "columns", '[');
		dj_put_bracket(p, ']');
		dj_put_begin(p, "rows", '{');
		dj_put_bracket(p, '}');
	} else {
		put_rows(p, row, e, n, &why);
	}
	dj_put_member(p, "missing", why.code ? why.text : NULL);
	dj_put_bracket(p, '}');
	sqlite3_finalize(row);
	sqlite3_close(db);
}

int dj_report_evidence(dj_put *p, const dj_run_record *run, size_t cap, const dj_workspace *w,
                       const dj_catalogue *c, dj_err *err)
{
	rows all = {0};
	int  rc = DJ_OK;

	collect(&all, run, cap);
	dj_put_block(p, "evidence-", run->id);
	dj_put_bracket(p, '[');
	for (size_t i = 0, n; i < all.n && rc == DJ_OK; i += n) {
		const dj_source_record *s;
		char                   *path;
		int                     source = all.row[i].source;

		for (n = 1; i + n < all.n && all.row[i + n].source == source; n++)
			continue;
		if (source < 0 || (size_t)source >= run->n_sources) {
			rc = dj_fail(err, DJ_FAIL, "run %" PRId64 " cites source %d and has %zu (jam.db is damaged)",
			             run->id, source, run->n_sources);
			break;
		}
		s = &run->source_row[source];
		path = dj_report_snapshot(s, w, c);
		put_source(p, s, path, &all.row[i], n);
		free(path);
	}
	dj_put_bracket(p, ']');
	dj_put_block_end(p);
	free(all.row);
	return rc;
}
