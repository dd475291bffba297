/*
 * Number formats and serial numbers of spreadsheets: dates.test. Verbs: `code FORMAT => date | instant | time | span |
 * number`; `id N => ...` (built-in formats); `serial KIND NUMBER => text` (`serial1904` for that system).
 */
#include "../base/cases.h"

#include "base/text.h"
#include "decode/xlsx.h"

static const char *const kinds[] = {"number", "date", "instant", "time", "span"};

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	char   kind[16];
	double v;

	if (strcmp(verb, "code") == 0) {
		dj_buf_text(got, kinds[dj_shown_by_code(input)]);
	} else if (strcmp(verb, "id") == 0) {
		dj_buf_text(got, kinds[dj_shown_by_id((unsigned)atoi(input))]);
	} else {
		const char *number = strchr(input, ' ') + 1;
		snprintf(kind, sizeof kind, "%.*s", (int)(number - 1 - input), input);
		assert_true(dj_text_real(number, n - (size_t)(number - input), &v));
		size_t k = dj_text_find(kind, kinds, DJ_COUNT(kinds));
		if (!dj_serial_text(got, v, (dj_shown)k, strcmp(verb, "serial1904") == 0))
			dj_buf_text(got, "none");
	}
}

static void cases(void **state)
{
	(void)state;
	cases_run("dates.test", run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
