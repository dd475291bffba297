#include "store/catalogue.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct dj_catalogue {
	dj_dataset *dataset;
	size_t      n;
	dj_arena   *arena;
};

/* ---- What a snapshot says of itself ---- */

static int keep_meta(const char **out, sqlite3 *db, const char *key, dj_arena *a, dj_err *err)
{
	char *value = NULL;

	if (dj_snapshot_meta(&value, db, key, err) < 0)
		return DJ_FAIL;
	if (!value)
		return dj_fail(err, DJ_FAIL, "it does not say its %s", key);
	*out = dj_arena_dup(a, value);
	free(value);
	return DJ_OK;
}

static int read_columns(dj_table_info *t, const cJSON *columns, const char *where, dj_arena *a, dj_err *err)
{
	dj_column_def *column = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	const cJSON   *pair;

	t->column = column;
	cJSON_ArrayForEach(pair, columns)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0));
		const char *type = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1));

		if (!name || !type || !(column->type = dj_coltype_by_name(type)))
			return dj_fail(err, DJ_FAIL, "%s: column %zu is no pair of name and type", where, t->n_columns);
		column->name = dj_arena_dup(a, name);
		column++;
		t->n_columns++;
	}
	return DJ_OK;
}

/* One "table:NAME". */
static int read_table(dj_table_info *t, const dj_dataset *d, const char *key, const char *text, dj_arena *a,
                      dj_err *err)
{
	const cJSON *columns = NULL;
	cJSON       *json = NULL;
	int          rc = dj_json_parse(&json, text, strlen(text), err);

	t->name = dj_arena_dup(a, key + strlen("table:"));
	if (rc < 0 || (rc = dj_json_integer(&t->rows, json, "!rows", key, err)) < 0 ||
	    (rc = dj_json_integer(&t->rejects, json, "rejects", key, err)) < 0 ||
	    (rc = dj_json_array(&columns, json, "!columns", key, err)) < 0)
		goto out;
	rc = read_columns(t, columns, key, a, err);
	for (size_t i = 0; i < d->manifest->n_tables; i++)
		if (strcmp(d->manifest->table[i].name, t->name) == 0)
			t->spec = &d->manifest->table[i];
out:
	cJSON_Delete(json);
	return rc;
}

static int read_tables(dj_dataset *d, sqlite3 *db, dj_arena *a, dj_err *err)
{
	static const char sql[] = "SELECT key, value, count(*) OVER () FROM main._datajam_meta "
	                          "WHERE substr(key, 1, 6) = 'table:' ORDER BY key";
	dj_table_info    *t = NULL;
	sqlite3_stmt     *s = NULL;
	int               step = sqlite3_prepare_v2(db, sql, -1, &s, NULL), rc = DJ_OK;

	while (rc == DJ_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		if (!t)
			d->table = t = dj_arena_alloc(a, (size_t)sqlite3_column_int64(s, 2), sizeof *t);
		rc = read_table(&t[d->n_tables++], d, (const char *)sqlite3_column_text(s, 0),
		                (const char *)sqlite3_column_text(s, 1), a, err);
	}
	if (rc == DJ_OK && step != SQLITE_DONE)
		rc = dj_fail(err, DJ_FAIL, "%s", sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return rc;
}

static int read_snapshot(dj_dataset *d, sqlite3 *db, const dj_vocabulary *v, dj_arena *a, dj_err *err)
{
	const char  *name = NULL, *djs1 = NULL, *text = NULL;
	dj_manifest *m = NULL;

	if (keep_meta(&name, db, "dataset", a, err) < 0 || keep_meta(&djs1, db, "djs1", a, err) < 0 ||
	    keep_meta(&text, db, "manifest", a, err) < 0 || keep_meta(&d->loaded, db, "loaded", a, err) < 0 ||
	    keep_meta(&d->sources, db, "sources", a, err) < 0 ||
	    keep_meta(&d->toolkit, db, "toolkit", a, err) < 0)
		return DJ_FAIL;
	if (strcmp(name, d->name) != 0 || strcmp(djs1, d->djs1) != 0)
		return dj_fail(err, DJ_FAIL, "the file is of another dataset or content (%s@%s)", name, djs1);
	if (dj_manifest_parse(&m, text, strlen(text), NULL, v, err) < 0)
		return dj_fail_in(err, "its manifest");
	d->manifest = m;
	return read_tables(d, db, a, err);
}

/* ---- Pointers ---- */

/* A pointer's file holds "NAME@DIGEST.db". */
static int read_pointer(dj_dataset *d, const char *state, dj_arena *a, dj_err *err)
{
	char  *path = dj_fmt("%s/current/%s", state, d->name), *text = NULL, *at;
	size_t n = 0, name = strlen(d->name);
	int    rc = dj_file_read(&text, &n, path, 4096, err);

	if (rc == DJ_OK) {
		dj_digest digest;
		at = text + name;
		if (n != name + 1 + 64 + 4 || memcmp(text, d->name, name) != 0 || *at != '@' ||
		    !dj_digest_parse(&digest, at + 1, 64) || strcmp(at + 65, ".db\n") != 0) {
			rc = dj_fail(err, DJ_FAIL, "%s does not name a snapshot", path);
		} else {
			dj_digest_hex(d->djs1, &digest);
			d->path = dj_arena_fmt(a, "%s/snapshots/%s@%s.db", state, d->name, d->djs1);
		}
	}
	free(text);
	free(path);
	return rc;
}

static int read_dataset(dj_dataset *d, const char *state, const dj_vocabulary *v, dj_arena *a, dj_err *err)
{
	sqlite3 *db = NULL;
	int      rc = read_pointer(d, state, a, err);

	if (rc == DJ_OK)
		rc = dj_snapshot_open(&db, d->path, err);
	if (rc == DJ_OK)
		rc = read_snapshot(d, db, v, a, err);
	sqlite3_close(db);
	if (rc < 0)
		return dj_fail_in(err, "dataset %s can not be used (load it again, or datajam rm %s)", d->name,
		                  d->name);
	return DJ_OK;
}

int dj_catalogue_open(dj_catalogue **out, const dj_workspace *w, const dj_vocabulary *v, dj_err *err)
{
	dj_arena     *a = dj_arena_new();
	dj_catalogue *c = dj_arena_alloc(a, 1, sizeof *c);
	char         *folder = dj_path_join(w->state, "current"), **names = NULL;
	size_t        n = 0;
	int           rc = DJ_OK;

	c->arena = a;
	if (dj_folder_exists(folder))
		rc = dj_folder_list(&names, &n, folder, err);
	c->dataset = dj_arena_alloc(a, n + 1, sizeof *c->dataset);
	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		dj_dataset *d = &c->dataset[c->n];
		if (!dj_name_ok(names[i], 48, true))
			continue; /* no name of a dataset: not ours */
		d->name = dj_arena_dup(a, names[i]);
		c->n++;
		rc = read_dataset(d, w->state, v, a, err);
	}
	dj_names_free(names, n);
	free(folder);
	if (rc < 0)
		dj_catalogue_free(c);
	else
		*out = c;
	return rc;
}

void dj_catalogue_free(dj_catalogue *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		dj_manifest_free((dj_manifest *)(uintptr_t)c->dataset[i].manifest); /* ours, lent out as const */
	dj_arena_free(c->arena);
}

/* ---- Looking up ---- */

size_t dj_catalogue_count(const dj_catalogue *c)
{
	return c->n;
}

const dj_dataset *dj_catalogue_at(const dj_catalogue *c, size_t i)
{
	return &c->dataset[i];
}

const dj_dataset *dj_catalogue_find(const dj_catalogue *c, const char *name, dj_err *err)
{
	const char **names = dj_alloc_zero(c->n + 1, sizeof *names), *meant;
	char        *list;

	for (size_t i = 0; i < c->n; i++) {
		names[i] = c->dataset[i].name;
		if (strcmp(names[i], name) == 0) {
			free(names);
			return &c->dataset[i];
		}
	}
	meant = dj_text_nearest(name, names, c->n);
	list = dj_text_list(names, c->n);
	if (c->n == 0)
		dj_fail(err, DJ_USAGE, "no dataset '%s': none is loaded yet (datajam load SOURCE)", name);
	else if (meant)
		dj_fail(err, DJ_USAGE, "no dataset '%s' (did you mean '%s'?)", name, meant);
	else
		dj_fail(err, DJ_USAGE, "no dataset '%s' (loaded: %s)", name, list);
	free(list);
	free(names);
	return NULL;
}

const dj_table_info *dj_dataset_table(const dj_dataset *d, const char *name)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (strcmp(d->table[i].name, name) == 0)
			return &d->table[i];
	return NULL;
}
