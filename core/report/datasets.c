/*
 * Datasets: where each came from, what it may be used for, and a sample of what could not be read.
 */
#include "base/file.h"
#include "lint/lint.h"
#include "report/parts.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static void put_roles(dj_put *p, const dj_table_spec *spec)
{
	dj_put_begin(p, "roles", '[');
	for (size_t i = 0; spec && i < spec->n_mappings; i++) {
		dj_put_bracket(p, '{');
		dj_put_member(p, "role", spec->mapping[i].role);
		dj_put_begin(p, "columns", '[');
		for (size_t k = 0; k < spec->mapping[i].n; k++) {
			dj_put_bracket(p, '[');
			dj_put_text(p, spec->mapping[i].pair[k].role_column);
			dj_put_text(p, spec->mapping[i].pair[k].column);
			dj_put_bracket(p, ']');
		}
		dj_put_bracket(p, ']');
		dj_put_bracket(p, '}');
	}
	dj_put_bracket(p, ']');
}

static int put_rejects(dj_put *p, const dj_dataset *d, dj_err *err)
{
	sqlite3      *db = NULL;
	sqlite3_stmt *row = NULL;
	int           rc, step = SQLITE_DONE;

	if ((rc = dj_snapshot_open(&db, d->path, err)) < 0)
		goto out;
	if (sqlite3_prepare_v2(db, "SELECT * FROM rejects ORDER BY rowid LIMIT ?", -1, &row, NULL) != SQLITE_OK) {
		rc = dj_fail(err, DJ_FAIL, "%s: %s", d->path, sqlite3_errmsg(db));
		goto out;
	}
	sqlite3_bind_int(row, 1, DJ_REPORT_REJECTS);
	dj_put_begin(p, "sample", '{');
	dj_put_key(p, "columns");
	dj_report_columns(p, row);
	dj_put_begin(p, "rows", '[');
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		dj_report_cells(p, row);
	dj_put_bracket(p, ']');
	dj_put_bracket(p, '}');
	if (step != SQLITE_DONE)
		rc = dj_fail(err, DJ_FAIL, "%s: %s (load %s again)", d->path, sqlite3_errmsg(db), d->name);
out:
	sqlite3_finalize(row);
	sqlite3_close(db);
	return rc;
}

/* What dj_lint_json says, whole: columns with their counts, and notes. */
static void put_check(dj_put *p, const dj_lint *lint, const char *table)
{
	dj_buf json = {0};

	for (size_t i = 0; i < lint->n; i++)
		if (strcmp(lint->table[i].table, table) == 0) {
			dj_lint_json(&json, &lint->table[i]);
			dj_put_key(p, "check");
			dj_put_json(p, json.data);
		}
	dj_buf_free(&json);
}

static int put_table(dj_put *p, const dj_dataset *d, const dj_table_info *t, const dj_lint *lint, dj_err *err)
{
	int rc = DJ_OK;

	dj_put_bracket(p, '{');
	dj_put_member(p, "name", t->name);
	dj_put_member_integer(p, "rows", t->rows);
	dj_put_member_integer(p, "rejects", t->rejects);
	put_check(p, lint, t->name);
	put_roles(p, t->spec);
	dj_put_member(p, "path", t->spec ? t->spec->source[0].path : NULL); /* "sources" has them all */
	dj_put_member(p, "url", t->spec ? t->spec->source[0].url : NULL);
	if (!t->spec && strcmp(t->name, "rejects") == 0 && t->rows > 0)
		rc = put_rejects(p, d, err);
	dj_put_bracket(p, '}');
	return rc;
}

static void put_manifest(dj_put *p, const dj_manifest *m)
{
	dj_put_member_words(p, "title", m->title);
	dj_put_member_words(p, "description", m->description);
	dj_put_member_words(p, "caveat", m->caveat);
	dj_put_member(p, "licence", m->licence);
	dj_put_member(p, "licence_url", m->licence_url);
	dj_put_member(p, "attribution", m->attribution);
	dj_put_member(p, "source", m->source);
	dj_put_member(p, "source_url", m->source_url);
	dj_put_member(p, "date", m->date);
	dj_put_member(p, "terms", m->terms);
	dj_put_member(p, "embargo_until", m->embargo_until);
	dj_put_member(p, "delete_by", m->delete_by);
	dj_put_member(p, "authority", m->authority);
	dj_put_key(p, "made");
	dj_put_bool(p, m->made);
}

static int put_dataset(dj_put *p, const dj_dataset *d, const dj_vocabulary *v, const dj_places *places,
                       dj_err *err)
{
	dj_arena *a = dj_arena_new();
	dj_lint   lint = {0};
	int       rc = dj_lint_dataset(&lint, d, v, places, a, err);

	dj_put_bracket(p, '{');
	dj_put_member(p, "name", d->name);
	put_manifest(p, d->manifest);
	dj_put_member(p, "djs1", d->djs1);
	dj_put_member(p, "loaded", d->loaded);
	dj_put_member(p, "toolkit", d->toolkit);
	dj_put_key(p, "sources");
	dj_put_json(p, d->sources);
	dj_put_begin(p, "tables", '[');
	for (size_t i = 0; i < d->n_tables && rc == DJ_OK; i++)
		rc = put_table(p, d, &d->table[i], &lint, err);
	dj_put_bracket(p, ']');
	dj_put_bracket(p, '}');
	dj_arena_free(a);
	return rc;
}

int dj_report_datasets(dj_put *p, const dj_workspace *w, const dj_catalogue *c, dj_err *err)
{
	dj_vocabulary *v = NULL;
	dj_places     *places = NULL;
	int            rc;

	dj_put_bracket(p, '[');
	if ((rc = dj_vocabulary_load(&v, w->toolkit, err)) < 0 ||
	    (rc = dj_places_load(&places, w->toolkit, err)) < 0)
		goto out;
	for (size_t i = 0; i < dj_catalogue_count(c) && rc == DJ_OK; i++)
		rc = put_dataset(p, dj_catalogue_at(c, i), v, places, err);
out:
	dj_put_bracket(p, ']');
	dj_places_free(places);
	dj_vocabulary_free(v);
	return rc;
}
