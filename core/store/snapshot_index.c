/*
 * Indexes of the table begun last: keys are gathered by parts, the b-trees built when all rows are in (index_build.h), and
 * put in place of the empty ones that SQLite makes.
 */
#include "store/snapshot_inside.h"

#include <stdlib.h>
#include <string.h>

static bool same_columns(const dj_writer_index *x, const size_t *column, size_t n)
{
	return x->n == n && memcmp(x->column, column, n * sizeof *column) == 0;
}

int dj_snapshot_writer_index(dj_snapshot_writer *w, const size_t *column, size_t n, dj_err *err)
{
	dj_writer_index *x;

	if (!dj_writer_is_begun(w) || n == 0)
		return dj_fail(err, DJ_FAIL, "an index is of columns, and declared before a table's first row");
	for (size_t i = 0; i < n; i++)
		if (column[i] >= w->n_columns)
			return dj_fail(err, DJ_FAIL, "an index on column %zu of a table of %zu", column[i] + 1,
			               w->n_columns);
	for (size_t i = 0; i < w->n_indexes; i++)
		if (same_columns(&w->index[i], column, n))
			return DJ_OK; /* a role and a manifest may ask for the same */
	if (!w->space)
		w->space = dj_index_space_new(w->how.scratch_fd, DJ_INDEX_MEMORY);
	w->index = dj_realloc(w->index, w->n_indexes + 1, sizeof *w->index);
	x = &w->index[w->n_indexes++];
	*x = (dj_writer_index){.column = dj_alloc_zero(n, sizeof *column), .n = n};
	memcpy(x->column, column, n * sizeof *column);
	x->build = dj_index_build_new(column, n, w->space);
	return DJ_OK;
}

void dj_writer_index_forget(dj_snapshot_writer *w)
{
	for (size_t i = 0; i < w->n_indexes; i++) {
		dj_index_build_free(w->index[i].build);
		free(w->index[i].column);
	}
	free(w->index);
	w->index = NULL;
	w->n_indexes = 0;
}

/* ---- Keys ---- */

void dj_writer_index_part(const dj_snapshot_writer *w, dj_snapshot_part *p)
{
	if (w->n_indexes == 0)
		return;
	p->keys = dj_alloc_zero(w->n_indexes, sizeof *p->keys);
	p->stored = dj_alloc_zero(w->n_columns, sizeof *p->stored);
	p->in_index = dj_alloc_zero(w->n_columns, sizeof *p->in_index);
	for (; p->n_keys < w->n_indexes; p->n_keys++) {
		const dj_writer_index *x = &w->index[p->n_keys];
		p->keys[p->n_keys] = dj_index_keys_new(x->build);
		for (size_t i = 0; i < x->n; i++)
			p->in_index[x->column[i]] = true;
	}
}

int dj_writer_index_keys(dj_snapshot_writer *w, dj_snapshot_part *p, int64_t first_rowid, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; i < p->n_keys && rc == DJ_OK; i++)
		rc = dj_index_build_take(w->index[i].build, p->keys[i], first_rowid, err);
	return rc;
}

/* ---- B-trees ---- */

int dj_writer_index_build(dj_snapshot_writer *w, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; i < w->n_indexes && rc == DJ_OK; i++)
		rc = dj_index_build_finish(w->index[i].build, &w->pages, w->index[i].root, err);
	return rc;
}

/* _datajam_index_TABLE_COLUMN_..., with _ after it where another index is called so. sqlite3_free() it. */
static int name_of(char **out, dj_snapshot_writer *w, const dj_writer_index *x, dj_err *err)
{
	uint32_t root = 0;

	*out = sqlite3_mprintf("_datajam_index_%s", w->table[w->n_tables - 1]);
	for (size_t i = 0; i < x->n; i++)
		*out = sqlite3_mprintf("%z_%s", *out, w->column[x->column[i]].name);
	for (;;) {
		if (!*out || dj_writer_root_of(&root, w, *out, err) < 0)
			return *out ? DJ_FAIL : dj_fail(err, DJ_FAIL, "the names of an index's columns are too long");
		if (root == 0)
			return DJ_OK;
		*out = sqlite3_mprintf("%z_", *out);
	}
}

static int create(dj_snapshot_writer *w, dj_writer_index *x, dj_err *err)
{
	char *name = NULL, *sql;
	int   rc = name_of(&name, w, x, err);

	if (rc < 0)
		goto out;
	sql = sqlite3_mprintf("CREATE INDEX \"%w\" ON \"%w\"", name, w->table[w->n_tables - 1]);
	for (size_t i = 0; i < x->n; i++)
		sql = sqlite3_mprintf("%z%s\"%w\"", sql, i ? ", " : "(", w->column[x->column[i]].name);
	if ((rc = dj_writer_made_sql(w, sqlite3_mprintf("%z)", sql), err)) == DJ_OK)
		rc = dj_writer_root_of(&x->root_at, w, name, err);
out:
	sqlite3_free(name);
	return rc;
}

int dj_writer_index_create(dj_snapshot_writer *w, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; i < w->n_indexes && rc == DJ_OK; i++)
		rc = create(w, &w->index[i], err);
	return rc;
}

int dj_writer_index_roots(dj_snapshot_writer *w, dj_err *err)
{
	int rc = DJ_OK;

	for (size_t i = 0; i < w->n_indexes && rc == DJ_OK; i++)
		rc = dj_pages_write(&w->pages, w->index[i].root_at, 0, w->index[i].root, 1, err);
	return rc;
}
