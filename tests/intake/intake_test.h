/*
 * intake_test.h - a workspace of its own for each test, and loads into it with the loader of this build.
 */
#ifndef DJ_TESTS_INTAKE_TEST_H
#define DJ_TESTS_INTAKE_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "intake/intake.h"
#include "store/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct jam {
	char          *folder, *loader;
	dj_workspace  *w;
	dj_vocabulary *v;
} jam;

static inline char *in_jam(const jam *j, const char *name)
{
	return dj_path_join(j->folder, name);
}

static inline int jam_begin(void **state)
{
	const char *build = getenv("DJ_BUILD"), *source = getenv("DJ_SOURCE");
	jam        *j = dj_alloc_zero(1, sizeof *j);
	dj_err      err = {0};

	if (!build || !source || setenv("DJ_HOME", source, 1) < 0)
		return -1; /* run by ctest */
	j->folder = dj_strdup("/tmp/datajam-test-XXXXXX");
	j->loader = dj_path_join(build, "datajam-loader");
	if (!mkdtemp(j->folder) || dj_workspace_init(j->folder, &err) < 0 ||
	    dj_workspace_open(&j->w, j->folder, &err) < 0 || dj_vocabulary_load(&j->v, source, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	*state = j;
	return 0;
}

static inline int jam_end(void **state)
{
	jam *j = *state;

	dj_tree_remove(j->folder, NULL);
	dj_workspace_free(j->w);
	dj_vocabulary_free(j->v);
	free(j->folder);
	free(j->loader);
	free(j);
	return 0;
}

static inline void put_file(const jam *j, const char *name, const char *text)
{
	char  *path = in_jam(j, name), *folder = dj_strndup(path, (size_t)(dj_path_name(path) - path));
	dj_err err = {0};

	assert_int_equal(dj_folder_make(folder, &err), DJ_OK);
	assert_int_equal(dj_file_write(path, text, strlen(text), &err), DJ_OK);
	free(folder);
	free(path);
}

static inline dj_load_options options_of(const jam *j)
{
	dj_load_options o = DJ_LOAD_OPTIONS;

	o.loader = j->loader;
	return o;
}

/* `source`: a name in the workspace's folder, or as it is when it begins with = */
static inline int try_load(const jam *j, dj_load_result **out, const char *source, const dj_load_options *o,
                           dj_err *err)
{
	char *path = *source == '=' ? dj_strdup(source + 1) : in_jam(j, source);
	int   rc = dj_intake_load(out, j->w, j->v, path, o, err);

	free(path);
	return rc;
}

static inline dj_load_result *must_load(const jam *j, const char *source, const dj_load_options *o)
{
	dj_load_result *r = NULL;
	dj_err          err = {0};

	if (try_load(j, &r, source, o, &err) < 0)
		fail_msg("%s: %s", source, err.text);
	return r;
}

/* Whether a line of what the load says holds `words`. */
static inline bool says(const dj_load_result *r, const char *words)
{
	for (size_t i = 0; i < r->n_messages; i++)
		if (strstr(r->message[i].text, words))
			return true;
	return false;
}

/* One number from the dataset's current snapshot. */
static inline double ask(const jam *j, const char *dataset, const char *sql)
{
	dj_catalogue     *c = NULL;
	sqlite3          *db = NULL;
	sqlite3_stmt     *s = NULL;
	dj_err            err = {0};
	const dj_dataset *d;
	double            v;

	assert_int_equal(dj_catalogue_open(&c, j->w, j->v, &err), DJ_OK);
	assert_non_null(d = dj_catalogue_find(c, dataset, &err));
	assert_int_equal(dj_snapshot_open(&db, d->path, &err), DJ_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	v = sqlite3_column_double(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	dj_catalogue_free(c);
	return v;
}

static inline bool temporary_is_empty(const jam *j)
{
	char  *folder = dj_path_join(j->w->state, "tmp"), **names = NULL;
	size_t n = 0;

	if (dj_folder_exists(folder))
		assert_int_equal(dj_folder_list(&names, &n, folder, NULL), DJ_OK);
	dj_names_free(names, n);
	free(folder);
	return n == 0;
}

#endif
