/* Runs patterns.test: see there for how a case is written. */
#include "lint/patterns.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void describe(dj_buf *out, const char *s, size_t n)
{
	static const char *const kinds[] = {"email", "email-in", "phone", "phone-in", "nine",   "sin", "long",
	                                    "card",  "postal",   "ip",    "profile",  "person", NULL};
	static const char *const numbers[] = {"", "plain", "grouped", "comma", "unit"};
	static const char *const dates[] = {"",       "iso",  "year-first", "day-first", "month-first",
	                                    "either", "words"};
	uint32_t                 kind = dj_value_kinds(s, n);
	unsigned                 unit;

	for (size_t i = 0; kinds[i]; i++)
		if (kind & (1u << i))
			dj_buf_fmt(out, " %s", kinds[i]);
	if (dj_value_number(s, n, &unit))
		dj_buf_fmt(out, " number %s", numbers[dj_value_number(s, n, &unit)]);
	if (dj_value_date(s, n))
		dj_buf_fmt(out, " date %s", dates[dj_value_date(s, n)]);
	if (dj_value_mojibake(s, n))
		dj_buf_text(out, " broken");
	if (!out->n)
		dj_buf_text(out, " -");
}

static void cases(void **state)
{
	(void)state;
	char  line[256];
	int   ran = 0, failed = 0;
	FILE *in = fopen("patterns.test", "r");

	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		char *arrow = strstr(line, " => ");
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !arrow)
			continue;
		dj_buf got = {0};
		describe(&got, line, (size_t)(arrow - line));
		if (strcmp(got.data + 1, arrow + 4) != 0) {
			printf("%s: got%s\n", line, got.data);
			failed++;
		}
		dj_buf_free(&got);
		ran++;
	}
	fclose(in);
	assert_int_equal(failed, 0);
	assert_true(ran >= 60);
}

static void check_digits(void **state)
{
	(void)state;
	assert_true(dj_luhn("79927398713", 11));
	assert_false(dj_luhn("79927398710", 11));
	assert_false(dj_luhn("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(check_digits)};

	return cmocka_run_group_tests_name("lint/patterns", tests, NULL, NULL);
}
