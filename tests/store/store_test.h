/* What the tests of this room share: a scratch folder, the shipped vocabulary, and cmocka. */
#ifndef DJ_TESTS_STORE_TEST_H
#define DJ_TESTS_STORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/vocabulary.h"

static inline char *scratch_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char       *path = dj_fmt("%s/datajam-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");

	assert_non_null(mkdtemp(path));
	return path;
}

static inline void scratch_end(char *path)
{
	dj_err err = {0};

	if (dj_tree_remove(path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

static inline dj_vocabulary *shipped_vocabulary(void)
{
	const char    *source = getenv("DJ_SOURCE");
	dj_vocabulary *v = NULL;
	dj_err         err = {0};

	if (dj_vocabulary_load(&v, source ? source : "../..", &err) < 0)
		fail_msg("%s", err.text);
	return v;
}

/* Fails with the message where a call that should have gone well did not. */
#define fine(call)                               \
	do {                                         \
		if ((call) < 0)                          \
			fail_msg("%s: %s", #call, err.text); \
	} while (0)

/* A call must fail, and say so in words that hold `words`. */
#define wrong(call, words)                                       \
	do {                                                         \
		err = (dj_err){0};                                       \
		assert_true((call) < 0);                                 \
		if (!strstr(err.text, words))                            \
			fail_msg("'%s' does not say '%s'", err.text, words); \
	} while (0)

#endif
