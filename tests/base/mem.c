/* Arenas, buffers and error messages. */
#include "cases.h"

#include "base/err.h"
#include "base/random.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static void arena_gives_zeroed_aligned_apart(void **state)
{
	dj_arena       *a = dj_arena_new();
	dj_random_state r = dj_random_seed(1, "arena");
	struct {
		unsigned char *at;
		size_t         n;
	} block[400];

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		size_t n = (size_t)dj_random_between(&r, 0, i % 50 == 0 ? 200000 : 900);

		block[i].n = n;
		if (i % 3 == 0) {
			block[i].at = (unsigned char *)dj_arena_dupn(a, "", 0);
			block[i].n = 0;
			continue;
		}
		block[i].at = dj_arena_alloc(a, n, 1);
		assert_int_equal((uintptr_t)block[i].at % 16, 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(block[i].at[k], 0);
		memset(block[i].at, (int)i & 255, n);
	}
	for (size_t i = 0; i < 400; i++)
		for (size_t k = 0; k < block[i].n; k++)
			assert_int_equal(block[i].at[k], i & 255);
	assert_string_equal(dj_arena_fmt(a, "%s-%d", "x", 7), "x-7");
	assert_null(dj_arena_dup(a, NULL));
	dj_arena_free(a);
	dj_arena_free(NULL);
}

static void buffer_grows(void **state)
{
	dj_buf b = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		dj_buf_fmt(&b, "%d,", i % 10);
	assert_int_equal(b.n, 20000);
	assert_int_equal(b.data[b.n], '\0');
	assert_memory_equal(b.data + 19980, "0,1,2,3,4,5,6,7,8,9,", 21);
	dj_buf_reset(&b);
	assert_string_equal(b.data, "");
	dj_buf_char(&b, 'x');
	char *text = dj_buf_take(&b);
	assert_string_equal(text, "x");
	free(text);
	text = dj_buf_take(&b);
	assert_string_equal(text, "");
	free(text);
	dj_buf_free(&b);
}

static void messages(void **state)
{
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_fail(&err, DJ_DENIED, "row %d", 7), DJ_DENIED);
	assert_int_equal(dj_fail_in(&err, "%s", "a.csv"), DJ_DENIED);
	assert_string_equal(err.text, "a.csv: row 7");
	dj_fail(&err, DJ_FAIL, "%s again", err.text); /* of its own text */
	assert_string_equal(err.text, "a.csv: row 7 again");
	errno = ENOENT;
	assert_int_equal(dj_fail_errno(&err, "x"), DJ_FAIL);
	assert_string_equal(err.text, "x: No such file or directory");
	for (int i = 0; i < 40; i++)
		dj_fail_in(&err, "a place of some fifty bytes, so that the text is full");
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	assert_int_equal(dj_fail(NULL, DJ_USAGE, "nobody asks"), DJ_USAGE);
	assert_int_equal(dj_fail_in(NULL, "nobody asks"), DJ_FAIL);
}

static void no_memory_ends_the_process(void **state)
{
	int   status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		close(STDERR_FILENO);
		dj_arena_alloc(dj_arena_new(), SIZE_MAX / 2, 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DJ_EXIT_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(arena_gives_zeroed_aligned_apart),
	                                   cmocka_unit_test(buffer_grows), cmocka_unit_test(messages),
	                                   cmocka_unit_test(no_memory_ends_the_process)};

	return cmocka_run_group_tests_name("base/mem", tests, NULL, NULL);
}
