/* Runs job.test: see there. */
#include "host/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void cases(void **state)
{
	char   line[2048];
	size_t ran = 0, failed = 0, number = 0;
	FILE  *f = fopen("job.test", "r");

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		char *arrow = strstr(line, " => ");

		number++;
		if (line[0] == '#' || !arrow)
			continue;
		*arrow = '\0';
		char *expected = arrow + 4;
		expected[strcspn(expected, "\n")] = '\0';

		dj_arena   *a = dj_arena_new();
		dj_job      j;
		dj_err      err = {0};
		const char *got = dj_job_parse(&j, line, strlen(line), a, &err) == DJ_OK ? "fine" : err.text;
		if (strcmp(got, expected) != 0) {
			print_error("job.test:%zu: want \"%s\", got \"%s\"\n", number, expected, got);
			failed++;
		}
		ran++;
		dj_arena_free(a);
	}
	fclose(f);
	assert_true(ran > 10);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
