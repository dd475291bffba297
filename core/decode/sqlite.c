#include "decode/sqlite.h"

#include "base/text.h"
#include "store/fd_vfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TABLES_MOST = 4096, WAL_AT = 18, WAL = 2, LENGTH_MOST = 128 << 20 };

int dj_sqlite_wrong(sqlite3 *db, dj_err *err)
{
	dj_buf      shown = {0};
	const char *why = sqlite3_errmsg(db);

	dj_text_show(&shown, why, strlen(why));
	dj_fail(err, DJ_FAIL,
	        "the database can not be read: %s (is it whole? try: sqlite3 FILE 'PRAGMA integrity_check')",
	        shown.data ? shown.data : "");
	dj_buf_free(&shown);
	return DJ_FAIL;
}

void dj_sqlite_name(dj_buf *sql, const char *name)
{
	dj_buf_char(sql, '"');
	for (; *name; name++) {
		if (*name == '"')
			dj_buf_char(sql, '"');
		dj_buf_char(sql, *name);
	}
	dj_buf_char(sql, '"');
}

/* ---- Opening ---- */

/* Reading tables, and the one pragma that tells their columns; no function, no writing. */
static int only_reading(void *user, int action, const char *one, const char *two, const char *database,
                        const char *inside)
{
	(void)user, (void)two, (void)database;
	if (inside)
		return SQLITE_DENY; /* a view or a trigger asks */
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ: return SQLITE_OK;
	case SQLITE_PRAGMA: return strcmp(one, "table_xinfo") == 0 ? SQLITE_OK : SQLITE_DENY;
	default: return SQLITE_DENY;
	}
}

static int harden(sqlite3 *db)
{
	static const struct {
		int id, most;
	} limit[] = {{SQLITE_LIMIT_LENGTH, LENGTH_MOST}, {SQLITE_LIMIT_COLUMN, 2000},
	             {SQLITE_LIMIT_EXPR_DEPTH, 100},     {SQLITE_LIMIT_ATTACHED, 0},
	             {SQLITE_LIMIT_SQL_LENGTH, 1 << 20}, {SQLITE_LIMIT_WORKER_THREADS, 0},
	             {SQLITE_LIMIT_COMPOUND_SELECT, 10}};
	static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER,
	                          SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL};
	int              rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

	for (size_t i = 0; i < DJ_COUNT(limit); i++)
		sqlite3_limit(db, limit[i].id, limit[i].most);
	for (size_t i = 0; i < DJ_COUNT(off) && rc == SQLITE_OK; i++)
		rc = sqlite3_db_config(db, off[i], 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY",
		                  NULL, NULL, NULL);
	return rc == SQLITE_OK ? sqlite3_set_authorizer(db, only_reading, NULL) : rc;
}

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* SQLite takes what lies behind the end of a file for zeros, and so the end of a cut one for pages without a row. */
static int must_be_whole(int fd, dj_err *err)
{
	unsigned char head[100];
	struct stat   is;

	if (fstat(fd, &is) < 0 || pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head)
		return dj_fail(err, DJ_FAIL, "the database is cut off within its header (get the file again)");
	uint64_t page = (uint64_t)head[16] << 8 | head[17], pages = big_endian(head + 28);
	if (page == 1)
		page = 65536;
	bool told =
	    big_endian(head + 24) == big_endian(head + 92); /* an old SQLite wrote last, and left the count */
	if (page && (is.st_size % (int64_t)page || (told && (uint64_t)is.st_size < pages * page)))
		return dj_fail(err, DJ_FAIL,
		               "the database is cut off: it has %lld bytes of %llu (get the file again)",
		               (long long)is.st_size, (unsigned long long)(pages * page));
	return DJ_OK;
}

static int open_database(sqlite3 **out, int fd, dj_err *err)
{
	char name[32];
	int  rc;

	snprintf(name, sizeof name, "fd:%d", fd);
	if (dj_fd_vfs_register() != SQLITE_OK)
		return dj_fail(err, DJ_FAIL, "SQLite does not start");
	rc = sqlite3_open_v2(name, out, SQLITE_OPEN_READONLY, DJ_FD_VFS);
	if (rc == SQLITE_OK)
		rc = harden(*out);
	return rc == SQLITE_OK ? DJ_OK : dj_sqlite_wrong(*out, err);
}

/* ---- Which table ---- */

/*
 * Ordinary tables alone: a view or virtual table has no page of its own. What virtual tables keep their own things in (a
 * full text index "t" has t_content, t_data, ...) are tables of nobody's; so are SQLite's.
 */
static const char list_sql[] =
    "SELECT name FROM sqlite_schema AS t WHERE type = 'table' AND rootpage > 0 ORDER BY rowid";
static const char virtual_sql[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND (rootpage IS NULL OR rootpage = 0)";

typedef struct names {
	const char **name;
	size_t       n;
} names;

static int list_names(names *out, dj_decoding *d, sqlite3 *db, const char *sql, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	*out = (names){.name = dj_arena_alloc(d->a, TABLES_MOST, sizeof *out->name)};
	while (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		if (name && out->n < TABLES_MOST && strncmp(name, "sqlite_", 7) != 0)
			out->name[out->n++] = dj_arena_dup(d->a, name);
	}
	rc = sqlite3_finalize(s) == SQLITE_OK && rc == SQLITE_OK ? DJ_OK : dj_sqlite_wrong(db, err);
	return rc;
}

static bool is_of_virtual(const char *name, const names *virtual)
{
	for (size_t i = 0; i < virtual->n; i++) {
		size_t n = strlen(virtual->name[i]);
		if (strncmp(name, virtual->name[i], n) == 0 && name[n] == '_')
			return true;
	}
	return false;
}

static int list_tables(names *all, names *plain, dj_decoding *d, sqlite3 *db, dj_err *err)
{
	names virtual = {0};

	if (list_names(all, d, db, list_sql, err) < 0 || list_names(&virtual, d, db, virtual_sql, err) < 0)
		return err->code;
	*plain = (names){.name = dj_arena_alloc(d->a, all->n + 1, sizeof *plain->name)};
	for (size_t i = 0; i < all->n; i++)
		if (!is_of_virtual(all->name[i], &virtual))
			plain->name[plain->n++] = all->name[i];
	return DJ_OK;
}

static int choose(const char **out, dj_decoding *d, sqlite3 *db, dj_err *err)
{
	const char *said = d->ask->from;
	names       all = {0}, plain = {0};

	if (list_tables(&all, &plain, d, db, err) < 0)
		return err->code;
	d->out->part = plain.name;
	d->out->n_parts = plain.n;
	for (size_t i = 0; said && i < all.n; i++)
		if (dj_text_same_nocase(all.name[i], said)) { /* as SQLite has it */
			*out = all.name[i];
			return DJ_OK;
		}
	if (said)
		return dj_fail(err, DJ_USAGE,
		               "there is no table '%s' in the database (it has %s; views are not read)", said,
		               dj_decoding_list(d, plain.name, plain.n));
	if (plain.n == 0)
		return dj_fail(err, DJ_FAIL, "there is no table in the database (views are not read)");
	if (plain.n > 1)
		return dj_fail(err, DJ_NOTFOUND, "the database has %zu tables: %s (say which, with --from NAME)",
		               plain.n, dj_decoding_list(d, plain.name, plain.n));
	*out = plain.name[0];
	return DJ_OK;
}

/* ---- The whole ---- */

static void warn_of_log(dj_decoding *d, int fd)
{
	unsigned char version = 0;

	if (pread(fd, &version, 1, WAL_AT) == 1 && version == WAL)
		dj_decoding_say(
		    d, true,
		    "the database is in WAL mode: what is only in a file -wal beside it is not seen (sqlite3 FILE "
		    "'PRAGMA wal_checkpoint(TRUNCATE)' takes it in)");
}

int dj_sqlite_decode(dj_decoding *d, int fd, dj_err *err)
{
	sqlite3    *db = NULL;
	const char *table = NULL;
	int         rc = must_be_whole(fd, err);

	if (rc == DJ_OK)
		rc = open_database(&db, fd, err);
	if (rc == DJ_OK)
		rc = choose(&table, d, db, err);
	if (rc == DJ_OK)
		rc = dj_sink_open(&d->sink, d->ask->scratch_fd, d->ask->most, err);
	if (rc == DJ_OK) {
		warn_of_log(d, fd);
		rc = dj_sqlite_rows(d, db, table, err);
	}
	sqlite3_close(db);
	if (rc < 0)
		return rc;
	d->out->fd = d->sink.fd;
	d->out->bytes = d->sink.at;
	d->out->rows = d->out->named = true;
	return DJ_OK;
}
