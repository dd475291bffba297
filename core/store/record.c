#include "store/record_db.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICATION = 0x444A414D /* "DJAM" */, BUSY_MS = 30000, BUSY_STEP_MS = 10 };

/* docs/jam-db.md says what these are. migrations[k] leads from version k to k + 1; none is ever changed. */
static const char version_1[] =
    "CREATE TABLE run(id INTEGER PRIMARY KEY, plugin TEXT NOT NULL, version TEXT, kind TEXT, lang TEXT,"
    " summary_en TEXT, summary_fr TEXT, caveat_en TEXT, caveat_fr TEXT, method TEXT, path TEXT, digest TEXT NOT NULL,"
    " params TEXT, seed TEXT, now TEXT, verdict TEXT NOT NULL, message TEXT, traceback TEXT, line INTEGER,"
    " toolkit TEXT, worker TEXT, layers TEXT, limits TEXT, started TEXT, wall_us INTEGER, cpu_us INTEGER,"
    " peak_bytes INTEGER, instructions INTEGER, sql_steps INTEGER, log TEXT, dj1 TEXT NOT NULL);"
    "CREATE INDEX run_plugin ON run(plugin, params);"
    "CREATE TABLE source(run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, position INTEGER NOT NULL,"
    " dataset TEXT, tab TEXT, role TEXT, djs1 TEXT, PRIMARY KEY(run, position)) WITHOUT ROWID;"
    "CREATE TABLE finding(id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    " key TEXT NOT NULL, title_en TEXT, title_fr TEXT, detail_en TEXT, detail_fr TEXT, score REAL NOT NULL,"
    " first TEXT, last TEXT, region TEXT, place TEXT, lat REAL, lon REAL, radius_m REAL, evidence_total INTEGER,"
    " UNIQUE(run, key));"
    "CREATE TABLE finding_subject(finding INTEGER NOT NULL REFERENCES finding(id) ON DELETE CASCADE, type TEXT NOT NULL,"
    " subject TEXT NOT NULL, PRIMARY KEY(finding, type, subject)) WITHOUT ROWID;"
    "CREATE TABLE finding_value(finding INTEGER NOT NULL REFERENCES finding(id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY(finding, position)) WITHOUT ROWID;"
    "CREATE TABLE finding_reason(finding INTEGER NOT NULL REFERENCES finding(id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL, en TEXT, fr TEXT, PRIMARY KEY(finding, position)) WITHOUT ROWID;"
    "CREATE TABLE finding_evidence(finding INTEGER NOT NULL REFERENCES finding(id) ON DELETE CASCADE,"
    " source INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(finding, source, row)) WITHOUT ROWID;"
    "CREATE TABLE shape(id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    " what TEXT NOT NULL CHECK(what IN ('layer', 'view')), position INTEGER NOT NULL, name TEXT, kind TEXT,"
    " title_en TEXT, title_fr TEXT, spec TEXT, UNIQUE(run, what, position));"
    "CREATE TABLE shape_data(shape INTEGER NOT NULL REFERENCES shape(id) ON DELETE CASCADE, position INTEGER NOT NULL,"
    " part TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(shape, position));"
    "CREATE TABLE note(run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, position INTEGER NOT NULL,"
    " en TEXT, fr TEXT, PRIMARY KEY(run, position)) WITHOUT ROWID;";

static const char *const migrations[] = {version_1};

int dj_record_failed(const dj_record *r, dj_err *err)
{
	switch (sqlite3_errcode(r->db)) {
	case SQLITE_BUSY:
		return dj_fail(err, DJ_FAIL, "%s is busy: another datajam is writing (try again)", r->path);
	case SQLITE_NOTADB:
		return dj_fail(err, DJ_FAIL, "%s is not a jam.db (move it away, a new one will be made)", r->path);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return dj_fail(
		    err, DJ_FAIL,
		    "%s can not be opened for writing (is the workspace somebody else's? copy it to a folder of yours)",
		    r->path);
	case SQLITE_FULL: return dj_fail(err, DJ_FAIL, "%s: the disk is full (make room and run again)", r->path);
	default: return dj_fail(err, DJ_FAIL, "%s: %s", r->path, sqlite3_errmsg(r->db));
	}
}

int dj_record_prepare(sqlite3_stmt **out, dj_record *r, const char *sql, dj_err *err)
{
	return sqlite3_prepare_v2(r->db, sql, -1, out, NULL) == SQLITE_OK ? DJ_OK : dj_record_failed(r, err);
}

int dj_record_exec(dj_record *r, const char *sql, dj_err *err)
{
	return sqlite3_exec(r->db, sql, NULL, NULL, NULL) == SQLITE_OK ? DJ_OK : dj_record_failed(r, err);
}

static int one_integer(int64_t *out, dj_record *r, const char *sql, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = dj_record_prepare(&s, r, sql, err);

	if (rc == DJ_OK && sqlite3_step(s) == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else if (rc == DJ_OK)
		rc = dj_record_failed(r, err);
	sqlite3_finalize(s);
	return rc;
}

/*
 * Gives the schema's version, 0 for a file that holds nothing yet. Refuses what is not ours, and what is newer. In one
 * transaction: another datajam may be making the file.
 */
static int find_version(int64_t *out, dj_record *r, dj_err *err)
{
	int64_t application = 0, tables = 0;
	int     rc = dj_record_exec(r, "SAVEPOINT looking", err);

	if (rc < 0)
		return rc;
	if ((rc = one_integer(&application, r, "PRAGMA application_id", err)) == DJ_OK &&
	    (rc = one_integer(out, r, "PRAGMA user_version", err)) == DJ_OK)
		rc = one_integer(&tables, r, "SELECT count(*) FROM sqlite_schema", err);
	sqlite3_exec(r->db, "RELEASE looking", NULL, NULL, NULL);
	if (rc < 0)
		return rc;
	if (application != APPLICATION && (application != 0 || *out != 0 || tables != 0))
		return dj_fail(err, DJ_FAIL, "%s is not a jam.db (move it away, a new one will be made)", r->path);
	if (*out > (int64_t)DJ_COUNT(migrations))
		return dj_fail(err, DJ_FAIL, "%s has schema %lld, this datajam knows %zu (use the newer datajam)",
		               r->path, (long long)*out, DJ_COUNT(migrations));
	return DJ_OK;
}

/* In one transaction, and looking again inside it: two may open at once. */
static int migrate(dj_record *r, dj_err *err)
{
	char    pragmas[96];
	int64_t version = 0;
	int     rc;

	if (dj_record_exec(r, "BEGIN IMMEDIATE", err) < 0)
		return DJ_FAIL;
	rc = find_version(&version, r, err);
	for (size_t v = (size_t)version; rc == DJ_OK && v < DJ_COUNT(migrations); v++)
		rc = dj_record_exec(r, migrations[v], err);
	snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %zu; COMMIT",
	         APPLICATION, DJ_COUNT(migrations));
	if (rc == DJ_OK)
		rc = dj_record_exec(r, pragmas, err);
	if (rc < 0)
		sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Of two that open a new file at once SQLite refuses one at once, without the wait that every other lock gets. */
static int use_wal(dj_record *r, dj_err *err)
{
	int rc;

	for (int waited = 0;; waited += BUSY_STEP_MS) {
		rc = sqlite3_exec(r->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (rc != SQLITE_BUSY || waited >= BUSY_MS)
			break;
		sqlite3_sleep(BUSY_STEP_MS);
	}
	return rc == SQLITE_OK ? DJ_OK : dj_record_failed(r, err);
}

int dj_record_open(dj_record **out, const dj_workspace *w, dj_err *err)
{
	dj_record *r = dj_alloc_zero(1, sizeof *r);
	int64_t    version = 0;
	int        rc = dj_folder_make(w->state, err);

	r->path = dj_path_join(w->state, "jam.db");
	if (rc < 0)
		goto out;
	if (sqlite3_open_v2(r->path, &r->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
		rc = dj_record_failed(r, err);
		goto out;
	}
	sqlite3_busy_timeout(r->db, BUSY_MS);
	sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if ((rc = find_version(&version, r, err)) < 0) /* before anything is changed */
		goto out;
	if ((rc = use_wal(r, err)) < 0 || (rc = dj_record_exec(r, "PRAGMA foreign_keys = ON", err)) < 0)
		goto out;
	if (version < (int64_t)DJ_COUNT(migrations))
		rc = migrate(r, err);
out:
	if (rc < 0)
		dj_record_close(r);
	else
		*out = r;
	return rc;
}

void dj_record_close(dj_record *r)
{
	if (!r)
		return;
	sqlite3_close(r->db);
	free(r->path);
	free(r);
}

sqlite3 *dj_record_db(dj_record *r)
{
	return r->db;
}

/* ---- Which runs there are ---- */

static int list_ids(int64_t **out, size_t *n, dj_record *r, const char *sql, dj_arena *a, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           step = SQLITE_ERROR, rc = dj_record_prepare(&s, r, sql, err);
	size_t        cap = 0;

	*out = NULL;
	*n = 0;
	while (rc == DJ_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		if (*n == cap) {
			int64_t *more = dj_arena_alloc(a, cap ? 2 * cap : 16, sizeof *more);
			if (cap)
				memcpy(more, *out, cap * sizeof *more);
			*out = more;
			cap = cap ? 2 * cap : 16;
		}
		(*out)[(*n)++] = sqlite3_column_int64(s, 0);
	}
	if (rc == DJ_OK && step != SQLITE_DONE)
		rc = dj_record_failed(r, err);
	sqlite3_finalize(s);
	return rc;
}

int dj_record_runs(int64_t **out, size_t *n, dj_record *r, dj_arena *a, dj_err *err)
{
	return list_ids(out, n, r, "SELECT id FROM run ORDER BY id", a, err);
}

int dj_record_newest(int64_t **out, size_t *n, dj_record *r, dj_arena *a, dj_err *err)
{
	return list_ids(out, n, r, "SELECT max(id) AS id FROM run GROUP BY plugin, params ORDER BY plugin, id", a,
	                err);
}

int dj_record_newest_of(int64_t *out, dj_record *r, const char *plugin, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           step, rc;

	rc = dj_record_prepare(&s, r, "SELECT max(id) FROM run WHERE plugin = ?1 AND verdict = 'OK'", err);
	if (rc < 0)
		return rc;
	sqlite3_bind_text(s, 1, plugin, -1, SQLITE_STATIC);
	step = sqlite3_step(s);
	if (step != SQLITE_ROW)
		rc = dj_record_failed(r, err);
	else if (sqlite3_column_type(s, 0) == SQLITE_NULL)
		rc = dj_fail(err, DJ_NOTFOUND, "%s has no run that went well (datajam run %s)", plugin, plugin);
	else
		*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return rc;
}
