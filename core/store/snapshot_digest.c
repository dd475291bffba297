#include "store/snapshot_digest.h"

#include "store/blocks.h"
#include "store/canon.h"
#include "store/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FLUSH = 1 << 16 };

typedef struct table {
	char                *name;
	dj_buf               columns; /* count, names and types as hashed */
	size_t               n_columns;
	const dj_column_def *column; /* the caller's, while it adds rows */
	uint64_t             rows;
	dj_buf               blocks; /* digests, one after another */
} table;

struct dj_djs1 {
	table     *table;
	size_t     n;
	dj_sha256 *block; /* of the table begun last; NULL between blocks */
	dj_buf     values;
};

dj_djs1 *dj_djs1_new(void)
{
	return dj_alloc_zero(1, sizeof(dj_djs1));
}

static void free_table(table *t)
{
	free(t->name);
	dj_buf_free(&t->columns);
	dj_buf_free(&t->blocks);
}

void dj_djs1_free(dj_djs1 *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++)
		free_table(&d->table[i]);
	free(d->table);
	dj_sha256_free(d->block);
	dj_buf_free(&d->values);
	free(d);
}

static void flush(dj_djs1 *d)
{
	dj_sha256_add(d->block, d->values.data, d->values.n);
	dj_buf_reset(&d->values);
}

static void begin_block(dj_djs1 *d)
{
	d->block = dj_sha256_new();
	dj_buf_reset(&d->values);
	dj_canon_kind(&d->values, DJ_CANON_BLOCK);
}

static void end_block(dj_djs1 *d)
{
	dj_digest digest;

	if (!d->block)
		return;
	flush(d);
	digest = dj_sha256_end(d->block);
	d->block = NULL;
	dj_buf_add(&d->table[d->n - 1].blocks, digest.byte, sizeof digest.byte);
}

void dj_djs1_table(dj_djs1 *d, const char *name, const dj_column_def *column, size_t n)
{
	table t = {.name = dj_strdup(name), .n_columns = n, .column = column};

	end_block(d);
	dj_canon_count(&t.columns, n);
	for (size_t i = 0; i < n; i++) {
		dj_canon_name(&t.columns, column[i].name);
		dj_canon_name(&t.columns, dj_coltype_name(column[i].type));
	}
	d->table = dj_realloc(d->table, d->n + 1, sizeof *d->table);
	d->table[d->n++] = t;
}

void dj_djs1_row(dj_djs1 *d, const dj_cell *cell)
{
	table         *t = &d->table[d->n - 1];
	dj_row_size    size = dj_row_measure(cell, t->n_columns);
	unsigned char *to;

	if (!d->block)
		begin_block(d);
	to = (unsigned char *)dj_buf_room(&d->values, size.most);
	d->values.n += (size_t)(dj_row_put(to, size, cell, t->column, t->n_columns) - to);
	t->rows++;
	if (t->rows % DJ_BLOCK_ROWS == 0)
		end_block(d);
	else if (d->values.n > FLUSH)
		flush(d);
}

void dj_djs1_blocks(dj_djs1 *d, uint64_t rows, const dj_buf *digests)
{
	table *t = &d->table[d->n - 1];

	t->rows = rows;
	dj_buf_add(&t->blocks, digests->data, digests->n);
}

void dj_djs1_drop(dj_djs1 *d)
{
	dj_sha256_free(d->block);
	d->block = NULL;
	free_table(&d->table[--d->n]);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const table *)a)->name, ((const table *)b)->name);
}

dj_digest dj_djs1_end(dj_djs1 *d)
{
	dj_buf    root = {0};
	dj_digest digest;

	end_block(d);
	if (d->n)
		qsort(d->table, d->n, sizeof *d->table, by_name);
	dj_canon_kind(&root, DJ_CANON_SNAPSHOT);
	dj_canon_count(&root, d->n);
	for (size_t i = 0; i < d->n; i++) {
		const table *t = &d->table[i];
		dj_canon_name(&root, t->name);
		dj_buf_add(&root, t->columns.data, t->columns.n);
		dj_canon_count(&root, t->rows);
		if (t->blocks.n)
			dj_buf_add(&root, t->blocks.data, t->blocks.n);
	}
	digest = dj_sha256_of(root.data, root.n);
	dj_buf_free(&root);
	dj_djs1_free(d);
	return digest;
}

/* ---- Declared types ---- */

/* "DATE" alone would have numeric affinity: a word with TEXT in it keeps dates text. */
static const char *const decltypes[] = {"TEXT",    "TEXT",      "INTEGER",     "REAL",
                                        "BOOLEAN", "DATE TEXT", "INSTANT TEXT"};

const char *dj_snapshot_decltype(dj_coltype t)
{
	return decltypes[t];
}

/* DJ_COL_UNKNOWN when it is none of ours. */
static dj_coltype coltype_of(const char *decltype)
{
	for (int t = DJ_COL_TEXT; decltype &&t <= DJ_COL_INSTANT; t++)
		if (strcmp(decltypes[t], decltype) == 0)
			return (dj_coltype)t;
	return DJ_COL_UNKNOWN;
}

/* ---- From a file ---- */

static int sql_failed(sqlite3 *db, dj_err *err)
{
	return dj_fail(err, DJ_FAIL, "the snapshot can not be read: %s (load it again)", sqlite3_errmsg(db));
}

static int read_cell(dj_cell *c, sqlite3_stmt *s, int i)
{
	*c = (dj_cell){.kind = DJ_CELL_NULL};
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_NULL: return DJ_OK;
	case SQLITE_INTEGER:
		c->kind = DJ_CELL_INTEGER;
		c->integer = sqlite3_column_int64(s, i);
		return DJ_OK;
	case SQLITE_FLOAT:
		c->kind = DJ_CELL_REAL;
		c->real = sqlite3_column_double(s, i);
		return isfinite(c->real) ? DJ_OK : DJ_FAIL;
	case SQLITE_TEXT:
		c->kind = DJ_CELL_TEXT;
		c->text = (const char *)sqlite3_column_text(s, i);
		c->n = (size_t)sqlite3_column_bytes(s, i);
		return c->text ? DJ_OK : DJ_FAIL;
	default: return DJ_FAIL; /* snapshots hold no blobs */
	}
}

static int digest_rows(dj_djs1 *d, sqlite3 *db, sqlite3_stmt *s, const char *name, dj_cell *cell, int n,
                       dj_err *err)
{
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			if (read_cell(&cell[i], s, i) < 0)
				return dj_fail(err, DJ_FAIL,
				               "table %s, column %s holds what no snapshot holds (load it again)", name,
				               sqlite3_column_name(s, i));
		dj_djs1_row(d, cell);
	}
	return rc == SQLITE_DONE ? DJ_OK : sql_failed(db, err);
}

static int digest_table(dj_djs1 *d, sqlite3 *db, const char *name, dj_err *err)
{
	char          *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\" NOT INDEXED ORDER BY rowid", name);
	sqlite3_stmt  *s = NULL;
	dj_column_def *column = NULL;
	dj_cell       *cell = NULL;
	int            n, rc = DJ_OK;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
		rc = sql_failed(db, err);
		goto out;
	}
	n = sqlite3_column_count(s);
	column = dj_alloc_zero((size_t)n + 1, sizeof *column);
	cell = dj_alloc_zero((size_t)n + 1, sizeof *cell);
	for (int i = 0; i < n; i++) {
		column[i].name = sqlite3_column_name(s, i);
		column[i].type = coltype_of(sqlite3_column_decltype(s, i));
		if (column[i].type == DJ_COL_UNKNOWN) {
			rc = dj_fail(err, DJ_FAIL, "table %s, column %s is not declared as datajam declares columns",
			             name, column[i].name);
			goto out;
		}
	}
	dj_djs1_table(d, name, column, (size_t)n);
	rc = digest_rows(d, db, s, name, cell, n, err);
out:
	free(cell);
	free(column);
	sqlite3_finalize(s);
	sqlite3_free(sql);
	return rc;
}

int dj_snapshot_digest(dj_digest *out, sqlite3 *db, dj_err *err)
{
	static const char sql[] =
	    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND substr(name, 1, 8) <> "
	    "'_datajam' AND substr(name, 1, 7) <> 'sqlite_'";
	dj_djs1      *d = dj_djs1_new();
	sqlite3_stmt *s = NULL;
	int           step, rc = DJ_OK;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
		rc = sql_failed(db, err);
		goto out;
	}
	while (rc == DJ_OK && (step = sqlite3_step(s)) != SQLITE_DONE)
		rc = step == SQLITE_ROW ? digest_table(d, db, (const char *)sqlite3_column_text(s, 0), err)
		                        : sql_failed(db, err);
	if (rc == DJ_OK) {
		*out = dj_djs1_end(d);
		d = NULL;
	}
out:
	sqlite3_finalize(s);
	dj_djs1_free(d);
	return rc;
}
