/*
 * Changes of the catalogue. What is half-made lies in .datajam/tmp; a snapshot comes into .datajam/snapshots, and a
 * pointer into .datajam/current, by a rename that is durable before the next step. Publishing and gc take turns
 * (a lock that ends with its process), so that gc never sees a snapshot whose pointer is yet to come.
 */
#include "store/catalogue.h"

#include "base/file.h"
#include "base/text.h"
#include "store/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_DAYS = 30 };

int dj_catalogue_turn(int *out, const dj_workspace *w, dj_err *err)
{
	char *path = dj_path_join(w->state, "turn");
	int   rc = dj_folder_make(w->state, err), fd = -1;

	if (rc == DJ_OK) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd < 0 || flock(fd, LOCK_EX) < 0)
			rc = dj_fail_errno(err, "%s", path);
	}
	if (rc < 0 && fd >= 0)
		close(fd);
	*out = fd;
	free(path);
	return rc;
}

/* Makes what is written so far durable, read-only, and names it `to`, durably. */
static int settle(const char *from, const char *folder, const char *to, dj_err *err)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc = DJ_OK;

	if (fd < 0 || fchmod(fd, 0444) < 0 || fsync(fd) < 0 || rename(from, to) < 0)
		rc = dj_fail_errno(err, "can not put %s in its place", to);
	if (fd >= 0)
		close(fd);
	return rc == DJ_OK ? dj_folder_sync(folder, err) : rc;
}

static int write_plain(const char *path, const char *text, dj_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644), rc;

	if (fd < 0)
		return dj_fail_errno(err, "%s", path);
	rc = dj_fd_write(fd, text, strlen(text), err);
	if (close(fd) < 0 && rc == DJ_OK)
		rc = dj_fail_errno(err, "%s", path);
	return rc;
}

int dj_catalogue_publish(const dj_workspace *w, const char *name, const dj_digest *djs1,
                         const char *temporary, dj_err *err)
{
	char  hex[65];
	char *snapshots = dj_path_join(w->state, "snapshots"), *current = dj_path_join(w->state, "current");
	char *file, *path, *pointer, *beside;
	int   rc, turn = -1;

	dj_digest_hex(hex, djs1);
	file = dj_fmt("%s@%s.db\n", name, hex);
	path = dj_fmt("%s/%.*s", snapshots, (int)strlen(file) - 1, file);
	pointer = dj_path_join(current, name);
	beside = dj_fmt("%s.pointer", temporary); /* where a sweep finds it */
	if ((rc = dj_catalogue_turn(&turn, w, err)) < 0 || (rc = dj_folder_make(snapshots, err)) < 0 ||
	    (rc = dj_folder_make(current, err)) < 0 || (rc = settle(temporary, snapshots, path, err)) < 0 ||
	    (rc = write_plain(beside, file, err)) < 0 || (rc = settle(beside, current, pointer, err)) < 0)
		goto out;
out:
	if (turn >= 0)
		close(turn);
	free(beside);
	free(pointer);
	free(path);
	free(file);
	free(current);
	free(snapshots);
	return rc;
}

static int no_such(const char *name, const char *current, dj_err *err)
{
	char      **names = NULL;
	size_t      n = 0;
	const char *meant = NULL;
	int         rc;

	if (dj_folder_exists(current) && dj_folder_list(&names, &n, current, NULL) == DJ_OK)
		meant = dj_text_nearest(name, (const char *const *)names, n);
	rc = meant ? dj_fail(err, DJ_USAGE, "no dataset '%s' is loaded (did you mean '%s'?)", name, meant)
	           : dj_fail(err, DJ_USAGE, "no dataset '%s' is loaded (datajam datasets lists them)", name);
	dj_names_free(names, n);
	return rc;
}

int dj_catalogue_known(const dj_workspace *w, const char *name, dj_err *err)
{
	char *current = dj_path_join(w->state, "current"), *pointer = dj_path_join(current, name);
	bool  known = dj_name_ok(name, 48, true) && dj_file_exists(pointer);
	int   rc = known ? DJ_OK : no_such(name, current, err);

	free(pointer);
	free(current);
	return rc;
}

int dj_catalogue_remove(const dj_workspace *w, const char *name, dj_err *err)
{
	char *current = dj_path_join(w->state, "current"), *pointer = dj_path_join(current, name);
	int   rc = dj_catalogue_known(w, name, err);

	if (rc == DJ_OK && unlink(pointer) < 0)
		rc = dj_fail_errno(err, "%s", pointer);
	if (rc == DJ_OK)
		rc = dj_folder_sync(current, err);
	free(pointer);
	free(current);
	return rc;
}

/* ---- Garbage ---- */

/* Names of files in .datajam/snapshots that are in use, one a line; a line break at both ends. */
static int add_current(dj_buf *used, const dj_workspace *w, dj_err *err)
{
	char  *current = dj_path_join(w->state, "current"), **names = NULL, *text = NULL;
	size_t n = 0, length;
	int    rc = dj_folder_exists(current) ? dj_folder_list(&names, &n, current, err) : DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		char *path = dj_path_join(current, names[i]);
		rc = dj_file_read(&text, &length, path, 4096, err);
		if (rc == DJ_OK)
			dj_buf_add(used, text, length);
		free(text);
		text = NULL;
		free(path);
	}
	dj_names_free(names, n);
	free(current);
	return rc;
}

static int add_recorded(dj_buf *used, const dj_workspace *w, dj_err *err)
{
	char         *path = dj_path_join(w->state, "jam.db");
	dj_record    *r = NULL;
	sqlite3_stmt *s = NULL;
	int           step, rc = DJ_OK;

	if (!dj_file_exists(path) || (rc = dj_record_open(&r, w, err)) < 0)
		goto out;
	step = sqlite3_prepare_v2(dj_record_db(r),
	                          "SELECT DISTINCT dataset, djs1 FROM source WHERE dataset <> ''", -1, &s, NULL);
	while (step == SQLITE_OK || step == SQLITE_ROW)
		if ((step = sqlite3_step(s)) == SQLITE_ROW)
			dj_buf_fmt(used, "%s@%s.db\n", sqlite3_column_text(s, 0), sqlite3_column_text(s, 1));
	if (step != SQLITE_DONE)
		rc = dj_fail(err, DJ_FAIL, "%s: %s", path, sqlite3_errmsg(dj_record_db(r)));
	sqlite3_finalize(s);
out:
	dj_record_close(r);
	free(path);
	return rc;
}

typedef struct garbage {
	size_t   files;
	uint64_t bytes;
	time_t   before; /* caches last written before this are old */
} garbage;

static int throw_away(garbage *g, const char *path, const struct stat *st, dj_err *err)
{
	if (unlink(path) < 0)
		return errno == ENOENT ? DJ_OK : dj_fail_errno(err, "%s", path);
	g->files++;
	g->bytes += (uint64_t)st->st_size;
	return DJ_OK;
}

static int clear_snapshots(garbage *g, const dj_workspace *w, const char *used, dj_err *err)
{
	char  *folder = dj_path_join(w->state, "snapshots"), **names = NULL;
	size_t n = 0;
	int    rc = dj_folder_exists(folder) ? dj_folder_list(&names, &n, folder, err) : DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		char       *line = dj_fmt("\n%s\n", names[i]), *path = dj_path_join(folder, names[i]);
		struct stat st;
		if (dj_text_ends(names[i], ".db") && !strstr(used, line) && lstat(path, &st) == 0 &&
		    S_ISREG(st.st_mode))
			rc = throw_away(g, path, &st, err);
		free(path);
		free(line);
	}
	dj_names_free(names, n);
	free(folder);
	return rc;
}

static int clear_cache(garbage *g, const char *folder, unsigned depth, dj_err *err)
{
	char **names = NULL;
	size_t n = 0;
	int    rc = dj_folder_exists(folder) ? dj_folder_list(&names, &n, folder, err) : DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < n; i++) {
		char       *path = dj_path_join(folder, names[i]);
		struct stat st;
		if (lstat(path, &st) == 0) {
			if (S_ISDIR(st.st_mode) && depth > 0)
				rc = clear_cache(g, path, depth - 1, err);
			else if (S_ISREG(st.st_mode) && st.st_mtime < g->before)
				rc = throw_away(g, path, &st, err);
		}
		free(path);
	}
	dj_names_free(names, n);
	return rc;
}

int dj_catalogue_gc(const dj_workspace *w, size_t *files, uint64_t *bytes, dj_err *err)
{
	garbage g = {.before = time(NULL) - CACHE_DAYS * 24 * 60 * 60};
	dj_buf  used = {0};
	char   *cache = dj_path_join(w->state, "cache");
	int     rc, turn = -1;

	dj_buf_char(&used, '\n');
	if ((rc = dj_catalogue_turn(&turn, w, err)) < 0 || (rc = add_current(&used, w, err)) < 0 ||
	    (rc = add_recorded(&used, w, err)) < 0 || (rc = clear_snapshots(&g, w, used.data, err)) < 0)
		goto out;
	rc = clear_cache(&g, cache, 4, err);
out:
	if (turn >= 0)
		close(turn);
	*files = g.files;
	*bytes = g.bytes;
	dj_buf_free(&used);
	free(cache);
	return rc;
}
