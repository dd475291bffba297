#include "store/snapshot.h"

#include "base/mem.h"
#include "store/fd_vfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lower than SQLite's own, higher than any honest question needs. */
static void lower_limits(sqlite3 *db)
{
	static const struct {
		int what, most;
	} limits[] = {
	    {SQLITE_LIMIT_LENGTH, 64 << 20},          {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
	    {SQLITE_LIMIT_EXPR_DEPTH, 200},           {SQLITE_LIMIT_COMPOUND_SELECT, 200},
	    {SQLITE_LIMIT_VDBE_OP, 1 << 20},          {SQLITE_LIMIT_FUNCTION_ARG, 100},
	    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
	    {SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < DJ_COUNT(limits); i++)
		sqlite3_limit(db, limits[i].what, limits[i].most);
}

/* None of this reads the file: what is in it is first looked at by the first query. */
static int guard(sqlite3 *db, dj_err *err)
{
	static const char pragmas[] =
	    "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON";

	lower_limits(db);
	if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) != SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return dj_fail(err, DJ_FAIL, "SQLite does not take its guards: %s", sqlite3_errmsg(db));
	return DJ_OK;
}

/* The URI that says "this snapshot, read-only, for ever the same". sqlite3_free() it. */
static char *uri_of(int fd, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-~";
	sqlite3_str      *s;

	if (fd >= 0)
		return sqlite3_mprintf("file:fd:%d?vfs=" DJ_FD_VFS "&mode=ro&immutable=1", fd);
	s = sqlite3_str_new(NULL);
	sqlite3_str_appendall(s, *path == '/' ? "file://" : "file:");
	for (const char *c = path; *c; c++) {
		if (strchr(plain, *c))
			sqlite3_str_appendchar(s, 1, *c);
		else
			sqlite3_str_appendf(s, "%%%02X", (unsigned char)*c);
	}
	sqlite3_str_appendf(s, "?vfs=%s&mode=ro&immutable=1", sqlite3_vfs_find(NULL)->zName);
	return sqlite3_str_finish(s);
}

static int open_uri(sqlite3 **out, const char *uri, int flags, const char *vfs, dj_err *err)
{
	sqlite3 *db = NULL;
	int      rc = dj_fd_vfs_register();

	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(uri, &db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, vfs);
	if (rc != SQLITE_OK) {
		dj_fail(err, DJ_FAIL, "can not open the snapshot: %s", db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
		goto out;
	}
	if ((rc = guard(db, err)) < 0)
		goto out;
	*out = db;
	return DJ_OK;
out:
	sqlite3_close(db);
	return DJ_FAIL;
}

/* The first bytes tell a snapshot from another file before SQLite is asked. */
static int look(int fd, dj_err *err)
{
	static const char magic[16] = "SQLite format 3";
	char              first[16];
	ssize_t           got = pread(fd, first, sizeof first, 0);

	if (got < 0)
		return dj_fail_errno(err, "can not read the snapshot");
	if (got != sizeof first || memcmp(first, magic, sizeof magic) != 0)
		return dj_fail(err, DJ_FAIL, "not a snapshot: it does not begin as an SQLite file (load it again)");
	return DJ_OK;
}

int dj_snapshot_open_fd(sqlite3 **out, int fd, dj_err *err)
{
	char *uri;
	int   rc = look(fd, err);

	if (rc < 0)
		return rc;
	uri = uri_of(fd, NULL);
	rc = open_uri(out, uri, SQLITE_OPEN_READONLY, DJ_FD_VFS, err);
	sqlite3_free(uri);
	return rc;
}

int dj_snapshot_open(sqlite3 **out, const char *path, dj_err *err)
{
	char *uri = uri_of(-1, path);
	int   rc = open_uri(out, uri, SQLITE_OPEN_READONLY, NULL, err);

	sqlite3_free(uri);
	return rc < 0 ? dj_fail_in(err, "%s", path) : DJ_OK;
}

int dj_snapshot_memory(sqlite3 **out, dj_err *err)
{
	return open_uri(out, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, DJ_FD_VFS, err);
}

int dj_snapshot_attach(sqlite3 *db, const char *schema, int fd, const char *path, dj_err *err)
{
	char         *uri = uri_of(fd, path);
	sqlite3_stmt *s = NULL;
	int           rc = DJ_OK;

	if (fd >= 0 && (rc = look(fd, err)) < 0)
		goto out;
	if (sqlite3_prepare_v2(db, "ATTACH ?1 AS ?2", -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(s, 1, uri, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(s, 2, schema, -1, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(s) != SQLITE_DONE)
		rc = dj_fail(err, DJ_FAIL, "can not attach %s%s%s: %s", schema, path ? " from " : "",
		             path ? path : "", sqlite3_errmsg(db));
out:
	sqlite3_finalize(s);
	sqlite3_free(uri);
	return rc;
}

int dj_snapshot_meta(char **value, sqlite3 *db, const char *key, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT value FROM main._datajam_meta WHERE key = ?1", -1, &s, NULL);

	*value = NULL;
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*value = dj_strdup((const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return dj_fail(err, DJ_FAIL, "can not read what the snapshot says of itself: %s", sqlite3_errmsg(db));
	return DJ_OK;
}
