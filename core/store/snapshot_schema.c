/*
 * What SQLite writes itself: page 1, the schema, tables that are no content, R-Trees. SQLite is given the file only for
 * that long, as it is then: by what page 1 says of the count of pages. The empty table that it makes gets its rows by
 * the bytes of its root page.
 */
#include "store/snapshot_inside.h"

#include "store/fd_vfs.h"
#include "store/varint.h"

#include <stdlib.h>
#include <unistd.h>

enum { COUNT_AT = 28 }; /* in the file's header: how many pages there are */

int dj_writer_sql_failed(dj_snapshot_writer *w, dj_err *err)
{
	if (sqlite3_errcode(w->db) == SQLITE_FULL)
		return dj_fail(err, DJ_FAIL, "the disk is full (make room and load again)");
	return dj_fail(err, DJ_FAIL, "can not write the snapshot: %s", sqlite3_errmsg(w->db));
}

int dj_writer_sql(dj_snapshot_writer *w, const char *sql, dj_err *err)
{
	return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DJ_OK : dj_writer_sql_failed(w, err);
}

/* sqlite3_free()s what was made by sqlite3_mprintf or sqlite3_str. */
int dj_writer_made_sql(dj_snapshot_writer *w, char *sql, dj_err *err)
{
	int rc = sql ? dj_writer_sql(w, sql, err) : dj_fail(err, DJ_FAIL, "the table's names are too long");

	sqlite3_free(sql);
	return rc;
}

static int connect_file(dj_snapshot_writer *w, dj_err *err)
{
	static const char pragmas[] =
	    "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA encoding = 'UTF-8';"
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; BEGIN IMMEDIATE";
	char *name = dj_fmt("fd:%d", w->pages.fd);
	int   flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	int   rc = dj_fd_vfs_register();

	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(name, &w->db, flags, DJ_FD_VFS);
	free(name);
	return rc == SQLITE_OK ? dj_writer_sql(w, pragmas, err) : dj_writer_sql_failed(w, err);
}

/* The change counter stays, so SQLite trusts the count. */
int dj_writer_sql_open(dj_snapshot_writer *w, dj_err *err)
{
	uint32_t      count = w->pages.next - 1;
	unsigned char bytes[4];

	if (count == w->pages.lock_page)
		count--;
	dj_put_u32(bytes, count);
	if (ftruncate(w->pages.fd, (off_t)count * DJ_PAGE) < 0)
		return dj_fail_errno(err, "can not write the snapshot");
	if (dj_pages_put(&w->pages, bytes, sizeof bytes, COUNT_AT, err) < 0)
		return DJ_FAIL;
	return connect_file(w, err);
}

int dj_writer_sql_close(dj_snapshot_writer *w, dj_err *err)
{
	unsigned char bytes[4];

	if (dj_writer_sql(w, "COMMIT", err) < 0)
		return DJ_FAIL;
	if (sqlite3_close(w->db) != SQLITE_OK)
		return dj_writer_sql_failed(w, err);
	w->db = NULL;
	if (pread(w->pages.fd, bytes, sizeof bytes, COUNT_AT) != (ssize_t)sizeof bytes)
		return dj_fail_errno(err, "can not read the snapshot again");
	w->pages.next = dj_get_u32(bytes) + 1;
	return DJ_OK;
}

int dj_writer_first_page(dj_snapshot_writer *w, dj_err *err)
{
	return connect_file(w, err) < 0 ? DJ_FAIL : dj_writer_sql_close(w, err);
}

/* ---- A table around its pages ---- */

static int create_table(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_str *create = sqlite3_str_new(NULL);

	sqlite3_str_appendf(create, "CREATE TABLE \"%w\"(", w->table[w->n_tables - 1]);
	for (size_t i = 0; i < w->n_columns; i++)
		sqlite3_str_appendf(create, "%s\"%w\" %s", i ? ", " : "", w->column[i].name,
		                    dj_snapshot_decltype(w->column[i].type));
	sqlite3_str_appendchar(create, 1, ')');
	return dj_writer_made_sql(w, sqlite3_str_finish(create), err);
}

int dj_writer_root_of(uint32_t *root, dj_snapshot_writer *w, const char *name, dj_err *err)
{
	static const char sql[] = "SELECT max(rootpage) FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE";
	sqlite3_stmt     *s = NULL;
	int               rc = DJ_OK;

	if (sqlite3_prepare_v2(w->db, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
		rc = dj_writer_sql_failed(w, err);
	else
		*root = (uint32_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return rc;
}

/* What the root page of the table is to hold. A lone leaf becomes it, and its own page is free again. */
static int root_page(dj_snapshot_writer *w, unsigned char *root, dj_err *err)
{
	uint32_t leaf = dj_tree_only_leaf(&w->tree);

	if (leaf == 0)
		return dj_tree_finish(&w->tree, &w->pages, root, err);
	if (pread(w->pages.fd, root, DJ_PAGE, (off_t)(leaf - 1) * DJ_PAGE) != DJ_PAGE)
		return dj_fail_errno(err, "can not read the snapshot again");
	w->pages.next = leaf;
	return DJ_OK;
}

int dj_writer_create(dj_snapshot_writer *w, dj_err *err)
{
	unsigned char root[DJ_PAGE];
	uint32_t      at = 0;

	if (w->rows > 0 && (root_page(w, root, err) < 0 || dj_writer_index_build(w, err) < 0))
		return DJ_FAIL;
	if (dj_writer_sql_open(w, err) < 0 || create_table(w, err) < 0 ||
	    dj_writer_root_of(&at, w, w->table[w->n_tables - 1], err) < 0 || dj_writer_index_create(w, err) < 0 ||
	    dj_writer_sql_close(w, err) < 0)
		return DJ_FAIL;
	if (w->rows > 0 &&
	    (dj_pages_write(&w->pages, at, 0, root, 1, err) < 0 || dj_writer_index_roots(w, err) < 0))
		return DJ_FAIL;
	return DJ_OK;
}

/* ---- What is no content ---- */

int dj_writer_create_rtrees(dj_snapshot_writer *w, dj_err *err)
{
	for (size_t i = 0; i < w->n_rtrees; i++) {
		const dj_writer_rtree *r = &w->rtree[i];
		if (dj_writer_made_sql(
		        w,
		        sqlite3_mprintf("CREATE VIRTUAL TABLE \"_datajam_rtree_%w\" USING rtree(id, lat_min, "
		                        "lat_max, lon_min, lon_max)",
		                        r->table),
		        err) < 0 ||
		    dj_writer_made_sql(
		        w,
		        sqlite3_mprintf("INSERT INTO \"_datajam_rtree_%w\" SELECT rowid, \"%w\", \"%w\", \"%w\", "
		                        "\"%w\" FROM \"%w\" NOT INDEXED WHERE \"%w\" IS NOT NULL AND \"%w\" "
		                        "IS NOT NULL ORDER BY rowid",
		                        r->table, r->lat, r->lat, r->lon, r->lon, r->table, r->lat, r->lon),
		        err) < 0)
			return DJ_FAIL;
	}
	return DJ_OK;
}

static int put_meta(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc;

	if (dj_writer_sql(w, "CREATE TABLE _datajam_meta(key TEXT PRIMARY KEY, value TEXT)", err) < 0)
		return DJ_FAIL;
	rc = sqlite3_prepare_v2(w->db, "INSERT INTO _datajam_meta VALUES(?, ?)", -1, &s, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < w->n_meta; i++) {
		sqlite3_bind_text(s, 1, w->meta[2 * i], -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, w->meta[2 * i + 1], -1, SQLITE_STATIC);
		sqlite3_step(s);
		rc = sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_OK ? DJ_OK : dj_writer_sql_failed(w, err);
}

static int put_places(dj_snapshot_writer *w, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc;

	if (dj_writer_sql(w, "CREATE TABLE _datajam_places(tab TEXT, row INTEGER, byte INTEGER, line INTEGER)",
	                  err) < 0)
		return DJ_FAIL;
	rc = sqlite3_prepare_v2(w->db, "INSERT INTO _datajam_places VALUES(?, ?, ?, ?)", -1, &s, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < w->n_places; i++) {
		const dj_place *p = &w->place[i].at;
		sqlite3_bind_text(s, 1, w->table[w->place[i].table], -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 2, p->row);
		sqlite3_bind_int64(s, 3, (int64_t)p->byte);
		sqlite3_bind_int64(s, 4, (int64_t)p->line);
		sqlite3_step(s);
		rc = sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return rc == SQLITE_OK ? DJ_OK : dj_writer_sql_failed(w, err);
}

int dj_writer_create_own(dj_snapshot_writer *w, dj_err *err)
{
	return put_meta(w, err) < 0 ? DJ_FAIL : put_places(w, err);
}
