/*
 * The writer of a snapshot: tables one after another. Rows are parts' business (snapshot_take.c), the schema SQLite's
 * (snapshot_schema.c).
 */
#include "store/snapshot_inside.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_COLUMNS = 2000 };

/* Where SQLite keeps its locks (file format, 1.4). Tests move it, and SQLite knows where to. */
static uint32_t lock_page(void)
{
	return (uint32_t)sqlite3_test_control(SQLITE_TESTCTRL_PENDING_BYTE, 0u) / DJ_PAGE + 1;
}

int dj_snapshot_writer_open(dj_snapshot_writer **out, int fd, const dj_snapshot_how *how, dj_err *err)
{
	dj_snapshot_writer *w;
	struct stat         st;

	if (fstat(fd, &st) < 0)
		return dj_fail_errno(err, "the snapshot's file");
	if (st.st_size != 0)
		return dj_fail(err, DJ_FAIL, "the snapshot's file is not empty: a snapshot is written once");
	w = dj_alloc_zero(1, sizeof *w);
	w->how = how ? *how : DJ_SNAPSHOT_HOW;
	w->pages = (dj_pages){.fd = fd, .next = 1, .lock_page = lock_page()};
	w->digest = dj_djs1_new();
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->turn, NULL);
	if (dj_writer_first_page(w, err) < 0) {
		dj_snapshot_writer_free(w);
		return DJ_FAIL;
	}
	*out = w;
	return DJ_OK;
}

static void forget_table(dj_snapshot_writer *w)
{
	dj_writer_forget_parts(w);
	for (size_t i = 0; i < w->n_columns; i++)
		free((char *)(uintptr_t)w->column[i].name);
	free(w->column);
	w->column = NULL;
	w->n_columns = 0;
	dj_writer_index_forget(w);
}

/* ---- Tables ---- */

static int end_table(dj_snapshot_writer *w, dj_err *err)
{
	int rc;

	if (w->n_columns == 0)
		return DJ_OK;
	if ((rc = dj_writer_take_rest(w, err)) < 0 || (rc = dj_writer_create(w, err)) < 0)
		return rc;
	dj_djs1_blocks(w->digest, (uint64_t)w->rows, dj_blocks_digests(w->blocks));
	forget_table(w);
	return DJ_OK;
}

/* Names that SQLite or we use ourselves: the loader renames such headers before. */
static bool name_is_taken(const char *name)
{
	static const char *const taken[] = {"rowid", "oid", "_rowid_", "_row", "_dataset"};

	for (size_t i = 0; i < DJ_COUNT(taken); i++)
		if (dj_text_same_nocase(name, taken[i]))
			return true;
	return !*name;
}

static int by_name(const void *a, const void *b)
{
	return sqlite3_stricmp((*(const dj_column_def *const *)a)->name,
	                       (*(const dj_column_def *const *)b)->name);
}

/* SQLite would say so only when the table ends. */
static int check_columns(const char *table, const dj_column_def *column, size_t n, dj_err *err)
{
	const dj_column_def **sorted = dj_alloc_zero(n, sizeof *sorted);
	int                   rc = DJ_OK;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &column[i];
	qsort(sorted, n, sizeof *sorted, by_name);
	for (size_t i = 1; i < n && rc == DJ_OK; i++)
		if (by_name(&sorted[i - 1], &sorted[i]) == 0)
			rc =
			    dj_fail(err, DJ_FAIL, "table %s: there are two columns '%s' (names differ in more than case)",
			            table, sorted[i]->name);
	free(sorted);
	return rc;
}

static int check_table(const dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n,
                       dj_err *err)
{
	if (!*name || strncasecmp(name, "sqlite_", 7) == 0 || strncasecmp(name, "_datajam", 8) == 0)
		return dj_fail(err, DJ_FAIL, "a table can not be named '%s' (choose another name)", name);
	if (n == 0 || n > MOST_COLUMNS)
		return dj_fail(err, DJ_FAIL, "table %s has %zu columns (1 to %d)", name, n, MOST_COLUMNS);
	for (size_t i = 0; i < w->n_tables; i++)
		if (dj_text_same_nocase(w->table[i], name))
			return dj_fail(err, DJ_FAIL, "there are two tables '%s' (names differ in more than case)", name);
	for (size_t i = 0; i < n; i++)
		if (name_is_taken(column[i].name))
			return dj_fail(err, DJ_FAIL, "table %s: a column can not be named '%s' (rename it)", name,
			               column[i].name);
	return check_columns(name, column, n, err);
}

int dj_snapshot_writer_table(dj_snapshot_writer *w, const char *name, const dj_column_def *column, size_t n,
                             dj_err *err)
{
	int rc;

	if ((rc = check_table(w, name, column, n, err)) < 0 || (rc = end_table(w, err)) < 0)
		return rc;
	w->table = dj_realloc(w->table, w->n_tables + 1, sizeof *w->table);
	w->table[w->n_tables++] = dj_strdup(name);
	w->column = dj_alloc_zero(n, sizeof *w->column);
	w->n_columns = n;
	for (size_t i = 0; i < n; i++) {
		w->column[i].name = dj_strdup(column[i].name);
		w->column[i].type = column[i].type == DJ_COL_UNKNOWN ? DJ_COL_TEXT : column[i].type;
	}
	w->begin = w->pages.next;
	w->blocks = dj_blocks_new();
	dj_djs1_table(w->digest, name, w->column, n);
	return DJ_OK;
}

bool dj_writer_is_begun(const dj_snapshot_writer *w)
{
	return w->n_columns > 0 && w->rows == 0 && !w->own;
}

/* Whether what SQLite keeps the R-Tree of one table in would be called as the R-Tree of the other. */
static bool rtrees_meet(const char *table, const char *other)
{
	size_t n = strlen(table);

	return strncasecmp(table, other, n) == 0 &&
	       (!other[n] || dj_text_same_nocase(other + n, "_node") ||
	        dj_text_same_nocase(other + n, "_rowid") || dj_text_same_nocase(other + n, "_parent"));
}

int dj_snapshot_writer_rtree(dj_snapshot_writer *w, size_t lat, size_t lon, dj_err *err)
{
	const char *table = w->n_tables ? w->table[w->n_tables - 1] : "";

	if (!dj_writer_is_begun(w))
		return dj_fail(err, DJ_FAIL, "an R-Tree is declared between a table's begin and its first row");
	if (lat >= w->n_columns || lon >= w->n_columns || w->column[lat].type != DJ_COL_REAL ||
	    w->column[lon].type != DJ_COL_REAL)
		return dj_fail(err, DJ_FAIL, "table %s: an R-Tree is of two columns of reals", table);
	for (size_t i = 0; i < w->n_rtrees; i++)
		if (rtrees_meet(w->rtree[i].table, table) || rtrees_meet(table, w->rtree[i].table))
			return dj_fail(err, DJ_FAIL, "tables %s and %s can not both have an R-Tree (rename one)",
			               w->rtree[i].table, table);
	w->rtree = dj_realloc(w->rtree, w->n_rtrees + 1, sizeof *w->rtree);
	w->rtree[w->n_rtrees++] = (dj_writer_rtree){
	    dj_strdup(w->table[w->n_tables - 1]), dj_strdup(w->column[lat].name), dj_strdup(w->column[lon].name)};
	return DJ_OK;
}

static void drop_rtrees(dj_snapshot_writer *w, const char *table)
{
	while (w->n_rtrees > 0 && (!table || strcmp(w->rtree[w->n_rtrees - 1].table, table) == 0)) {
		dj_writer_rtree *r = &w->rtree[--w->n_rtrees];
		free(r->table);
		free(r->lat);
		free(r->lon);
	}
}

int dj_snapshot_writer_drop(dj_snapshot_writer *w, dj_err *err)
{
	if (w->n_columns == 0)
		return dj_fail(err, DJ_FAIL, "no table was begun, so none can be dropped");
	w->pages.next = w->begin;
	if (ftruncate(w->pages.fd, (off_t)(w->begin - 1) * DJ_PAGE) < 0)
		return dj_fail_errno(err, "can not take table %s back", w->table[w->n_tables - 1]);
	w->written_back = 0;
	forget_table(w);
	dj_djs1_drop(w->digest);
	drop_rtrees(w, w->table[w->n_tables - 1]);
	free(w->table[--w->n_tables]);
	while (w->n_places > 0 && w->place[w->n_places - 1].table == w->n_tables)
		w->n_places--;
	return DJ_OK;
}

/* ---- The end ---- */

int dj_snapshot_writer_meta(dj_snapshot_writer *w, const char *key, const char *value, dj_err *err)
{
	for (size_t i = 0; i < w->n_meta; i++)
		if (strcmp(w->meta[2 * i], key) == 0)
			return dj_fail(err, DJ_FAIL, "the snapshot says '%s' of itself already", key);
	w->meta = dj_realloc(w->meta, 2 * w->n_meta + 2, sizeof *w->meta);
	w->meta[2 * w->n_meta] = dj_strdup(key);
	w->meta[2 * w->n_meta + 1] = dj_strdup(value);
	w->n_meta++;
	return DJ_OK;
}

int dj_snapshot_writer_finish(dj_snapshot_writer *w, dj_digest *out, dj_err *err)
{
	char hex[65];
	int  rc;

	if ((rc = end_table(w, err)) < 0)
		return rc;
	*out = dj_djs1_end(w->digest);
	w->digest = NULL;
	dj_digest_hex(hex, out);
	if (dj_snapshot_writer_meta(w, "djs1", hex, err) < 0 || dj_writer_sql_open(w, err) < 0 ||
	    dj_writer_create_rtrees(w, err) < 0 || dj_writer_create_own(w, err) < 0)
		return DJ_FAIL;
	return dj_writer_sql_close(w, err);
}

void dj_snapshot_writer_free(dj_snapshot_writer *w)
{
	if (!w)
		return;
	sqlite3_close(w->db);
	dj_djs1_free(w->digest);
	forget_table(w);
	dj_index_space_free(w->space);
	drop_rtrees(w, NULL);
	for (size_t i = 0; i < w->n_tables; i++)
		free(w->table[i]);
	for (size_t i = 0; i < 2 * w->n_meta; i++)
		free(w->meta[i]);
	free(w->table);
	free(w->place);
	free(w->rtree);
	free(w->meta);
	pthread_cond_destroy(&w->turn);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
