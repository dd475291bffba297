#include "store/purge.h"

#include "base/file.h"
#include "base/text.h"
#include "store/catalogue.h"
#include "store/record_db.h"
#include "store/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Snapshots ---- */

/* "NAME@DIGEST.db", of this name. */
static bool is_of(const char *file, const char *name)
{
	size_t    n = strlen(name);
	dj_digest digest;

	return strncmp(file, name, n) == 0 && file[n] == '@' && strlen(file) == n + 1 + 64 + 3 &&
	       dj_digest_parse(&digest, file + n + 1, 64) && strcmp(file + n + 65, ".db") == 0;
}

static const char *meta(sqlite3 *db, const char *key, dj_arena *a)
{
	char *value = NULL;

	if (dj_snapshot_meta(&value, db, key, NULL) < 0)
		return NULL;
	const char *kept = dj_arena_dup(a, value);
	free(value);
	return kept;
}

static dj_version describe(const char *folder, const char *file, const char *name, dj_arena *a)
{
	char       *path = dj_path_join(folder, file);
	dj_version  v = {.file = dj_arena_dup(a, file), .djs1 = dj_arena_dupn(a, file + strlen(name) + 1, 64)};
	sqlite3    *db = NULL;
	struct stat st;

	if (lstat(path, &st) == 0)
		v.bytes = (uint64_t)st.st_size;
	if (dj_snapshot_open(&db, path, NULL) == DJ_OK) {
		v.loaded = meta(db, "loaded", a);
		v.sources = meta(db, "sources", a);
		v.manifest = meta(db, "manifest", a);
	}
	sqlite3_close(db);
	free(path);
	return v;
}

int dj_versions(dj_version **out, size_t *n, const dj_workspace *w, const char *name, dj_arena *a,
                dj_err *err)
{
	char  *folder = dj_path_join(w->state, "snapshots"), **names = NULL;
	size_t all = 0;
	int    rc = dj_folder_exists(folder) ? dj_folder_list(&names, &all, folder, err) : DJ_OK;

	*n = 0;
	*out = dj_arena_alloc(a, all + 1, sizeof **out);
	for (size_t i = 0; rc == DJ_OK && i < all; i++)
		if (is_of(names[i], name))
			(*out)[(*n)++] = describe(folder, names[i], name, a);
	dj_names_free(names, all);
	free(folder);
	return rc;
}

static int delete_files(const char *folder, const char *name, dj_err *err)
{
	char **names = NULL;
	size_t n = 0;
	int    rc = dj_folder_exists(folder) ? dj_folder_list(&names, &n, folder, err) : DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		char *path = dj_path_join(folder, names[i]);
		if (is_of(names[i], name) && unlink(path) < 0 && errno != ENOENT)
			rc = dj_fail_errno(err, "%s can not be deleted", path);
		free(path);
	}
	if (rc == DJ_OK && n > 0)
		rc = dj_folder_sync(folder, err);
	dj_names_free(names, n);
	return rc;
}

int dj_versions_delete(const dj_workspace *w, const char *name, dj_err *err)
{
	char *folder = dj_path_join(w->state, "snapshots");
	int   turn = -1, rc = dj_catalogue_turn(&turn, w, err);

	if (rc == DJ_OK && dj_catalogue_known(w, name, NULL) == DJ_OK)
		rc = dj_catalogue_remove(w, name, err);
	if (rc == DJ_OK)
		rc = delete_files(folder, name, err);
	if (turn >= 0)
		close(turn);
	free(folder);
	return rc;
}

/* ---- Runs ---- */

/* Source "findings" of a run names the run that gave them where others name a snapshot. */
#define TOUCHING                                                                       \
	"WITH RECURSIVE touching(id) AS (SELECT run FROM source WHERE dataset = ?1 UNION " \
	"SELECT s.run FROM source s JOIN touching t ON s.dataset = '' AND s.djs1 = CAST(t.id AS TEXT)) "

int dj_record_touching(dj_purged_run **out, size_t *n, dj_record *r, const char *dataset, dj_arena *a,
                       dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           step = SQLITE_ERROR;
	int           rc = dj_record_prepare(
	              &s, r,
	              TOUCHING
	              "SELECT id, plugin, dj1, (SELECT count(*) FROM finding f WHERE f.run = run.id), count(*) OVER () "
	                        "FROM run WHERE id IN (SELECT id FROM touching) ORDER BY id",
	              err);

	*out = NULL;
	*n = 0;
	if (rc == DJ_OK)
		sqlite3_bind_text(s, 1, dataset, -1, SQLITE_STATIC);
	while (rc == DJ_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		if (!*out)
			*out = dj_arena_alloc(a, (size_t)sqlite3_column_int64(s, 4), sizeof **out);
		(*out)[(*n)++] = (dj_purged_run){
		    .id = sqlite3_column_int64(s, 0),
		    .findings = sqlite3_column_int64(s, 3),
		    .plugin = dj_arena_dup(a, (const char *)sqlite3_column_text(s, 1)),
		    .dj1 = dj_arena_dup(a, (const char *)sqlite3_column_text(s, 2)),
		};
	}
	if (rc == DJ_OK && step != SQLITE_DONE)
		rc = dj_record_failed(r, err);
	sqlite3_finalize(s);
	return rc;
}

static int delete_runs(dj_record *r, const char *dataset, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = dj_record_prepare(&s, r, TOUCHING "DELETE FROM run WHERE id IN (SELECT id FROM touching)", err);

	if (rc == DJ_OK) {
		sqlite3_bind_text(s, 1, dataset, -1, SQLITE_STATIC);
		if (sqlite3_step(s) != SQLITE_DONE)
			rc = dj_record_failed(r, err);
	}
	sqlite3_finalize(s);
	return rc;
}

/* The write-ahead log holds pages as they were: it is emptied. A reader that is still there would keep it. */
static int empty_log(dj_record *r, dj_err *err)
{
	sqlite3_stmt *s = NULL;
	int           rc = dj_record_prepare(&s, r, "PRAGMA wal_checkpoint(TRUNCATE)", err);

	if (rc == DJ_OK && (sqlite3_step(s) != SQLITE_ROW || sqlite3_column_int(s, 0) != 0))
		rc = dj_fail(err, DJ_FAIL,
		             "%s is being read by another process, so old pages of it remain (end it, "
		             "and purge again)",
		             r->path);
	sqlite3_finalize(s);
	return rc;
}

int dj_record_purge(dj_record *r, const char *dataset, dj_err *err)
{
	int rc;

	/* temp_store: VACUUM's copy is made in memory, not in a file elsewhere. */
	if ((rc = dj_record_exec(r, "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY", err)) < 0 ||
	    (rc = delete_runs(r, dataset, err)) < 0 || (rc = empty_log(r, err)) < 0 ||
	    (rc = dj_record_exec(r, "VACUUM", err)) < 0)
		return rc;
	return empty_log(r, err);
}
