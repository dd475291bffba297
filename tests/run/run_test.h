/* What the tests of run share. */
#ifndef DJ_TESTS_RUN_TEST_H
#define DJ_TESTS_RUN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "run/expected.h"
#include "run/run.h"

static inline const char *source_folder(void)
{
	const char *folder = getenv("DJ_SOURCE");

	return folder ? folder : "../..";
}

static inline void fine(int rc, const dj_err *err)
{
	if (rc < 0)
		print_error("%d: %s\n", rc, err->text);
	assert_true(rc >= 0);
}

static inline dj_worker open_worker(void)
{
	const char *build = getenv("DJ_BUILD");
	char       *path = dj_fmt("%s/datajam-worker", build ? build : ".");
	dj_worker   w;
	dj_err      err = {0};

	fine(dj_worker_open(&w, path, &err), &err);
	free(path);
	return w;
}

#endif
