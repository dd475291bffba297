/* Runs text.test, and the round trip of doubles. */
#include "cases.h"

#include "base/random.h"
#include "base/text.h"

#include <math.h>

static size_t split(char *text, const char **words)
{
	size_t n = 0;

	for (char *save = NULL, *word = strtok_r(text, " ", &save); word && n < 16;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	return n;
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	char       *copy = dj_strndup(input, n), out[32];
	const char *words[16];
	int64_t     integer;
	double      real;

	if (strcmp(verb, "utf8") == 0) {
		dj_buf_fmt(got, "%zu", dj_utf8_valid(input, n));
	} else if (strcmp(verb, "wrong") == 0 || strcmp(verb, "lines") == 0) {
		const char *why = dj_text_wrong(input, n, verb[0] == 'l');
		dj_buf_text(got, why ? why : "fine");
	} else if (strcmp(verb, "show") == 0) {
		dj_text_show(got, input, n);
	} else if (strcmp(verb, "distance") == 0) {
		split(copy, words);
		dj_buf_fmt(got, "%zu", dj_text_distance(words[0], words[1], 8));
	} else if (strcmp(verb, "nearest") == 0) {
		size_t      count = split(copy, words);
		const char *name = dj_text_nearest(words[0], words + 1, count - 1);
		dj_buf_text(got, name ? name : "nothing");
	} else if (strcmp(verb, "list") == 0) {
		char *list = dj_text_list(words, split(copy, words));
		dj_buf_text(got, list);
		free(list);
	} else if (strcmp(verb, "name") == 0) {
		dj_buf_fmt(got, "%s %s", dj_name_ok(input, 16, false) ? "yes" : "no",
		           dj_name_ok(input, 16, true) ? "yes" : "no");
	} else if (strcmp(verb, "integer") == 0) {
		if (dj_text_integer(input, n, &integer))
			dj_buf_fmt(got, "%lld", (long long)integer);
		else
			dj_buf_text(got, "no");
	} else if (strcmp(verb, "real") == 0) {
		dj_buf_text(got, dj_text_real(input, n, &real) ? (dj_real_text(out, real), out) : "no");
	}
	free(copy);
}

static void cases(void **state)
{
	(void)state;
	cases_run("text.test", run);
}

static void reals_come_back(void **state)
{
	dj_random_state r = dj_random_seed(1, "reals");
	char            text[32], longest[32];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t bits = dj_random_bits(&r);
		double   v, again;

		memcpy(&v, &bits, sizeof v);
		if (i % 2) /* amounts, as people write them */
			v = (double)(int64_t)(bits % 100000000) / 100;
		if (!isfinite(v))
			continue;
		size_t n = dj_real_text(text, v);
		assert_int_equal(n, strlen(text));
		assert_true(n < sizeof text && strpbrk(text, ".e"));
		assert_true(dj_text_real(text, n, &again));
		assert_memory_equal(&v, &again, sizeof v);
		snprintf(longest, sizeof longest, "%.17g", v);
		if (n > strlen(longest) + 5) /* fewer digits, but perhaps "." and "e+16" */
			fail_msg("%s is longer than %s", text, longest);
	}
	assert_int_equal(dj_real_text(text, INFINITY), 3);
	assert_string_equal(text, "inf");
}

/* The fast way and strtod must say the same: 1 to 20 digits, exponents around the edge of what is exact. */
static void fast_way_is_exact(void **state)
{
	dj_random_state r = dj_random_seed(2, "decimals");
	char            text[64];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t digits = dj_random_bits(&r) >> dj_random_between(&r, 0, 60);
		int      n = snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits,
		                      (int)dj_random_between(&r, -26, 26));
		double   v;

		assert_true(dj_text_real(text, (size_t)n, &v));
		assert_true(v == strtod(text, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(reals_come_back),
	                                   cmocka_unit_test(fast_way_is_exact)};

	return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
