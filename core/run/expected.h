/*
 * expected.h - expected.json: what a plugin must give on small data, told beside it.
 *
 * Every case runs the real plugin in the real cage, in a workspace of its own that is gone afterwards. The format is strict:
 * an unknown field is an error with a guess (docs/plugin-guide.md, "expected.json").
 */
#ifndef DJ_RUN_EXPECTED_H
#define DJ_RUN_EXPECTED_H

#include "base/err.h"
#include "base/mem.h"
#include "plugin/plugin.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dj_expected_result { /* of one case */
	const char        *name;
	bool               passed;
	const char *const *difference; /* "findings: got 2, expected 1", readable lines */
	size_t             n_differences;
	const char        *digest;   /* "dj1:..." of what it gave; NULL when it failed */
	const char        *expected; /* the digest that the file has; NULL: none */
	const char        *verdict;
	const char        *log; /* what the author logged; "" when nothing */
	long               wall_ms;
} dj_expected_result;

typedef struct dj_expected_report {
	const dj_expected_result *result;
	size_t                    n, passed;
	const char *const *
	    warning; /* no caveat, an id of a subject in a title, text that changes when sources are renumbered */
	size_t n_warnings;
	bool   accepted; /* the file was written with the digests found */
} dj_expected_report;

typedef struct dj_expected_options {
	const char *toolkit;   /* folder with plugins/ and datasets/vocabulary.json */
	const char *case_name; /* only this one; NULL: all */
	bool        accept; /* write the digests found into expected.json; all else of its text stays as it is */
	int         wake_fd;
	/*
	 * Loads a file of the case's "files" as dataset `name` that fills `role` with columns of the same names. The caller has
	 * the loader; NULL: "files" is refused.
	 */
	int (*load)(void *user, const dj_workspace *w, const char *name, const char *role, const char *path,
	            dj_err *err);
	void *user;
} dj_expected_options;

/* `file` is as found. DJ_NOTFOUND: there is no expected.json. Differences are no error: see `passed`. */
int dj_expected_run(dj_expected_report *out, const dj_plugin_file *file, const dj_worker *worker,
                    const dj_expected_options *options, dj_arena *a, dj_err *err);

#endif
