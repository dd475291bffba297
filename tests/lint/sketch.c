/* A tally is exact until it is full; then its sample estimates the whole, and what it still holds it counts exactly. */
#include "lint/sketch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void exact_while_there_is_room(void **state)
{
	(void)state;
	dj_tally t = {.most = 100};
	bool     fresh;

	for (int64_t i = 0; i < 1000; i++) {
		dj_seen *s = dj_tally_add(&t, dj_mix((uint64_t)(i % 100) + 1), i + 1, &fresh);
		assert_non_null(s);
		assert_int_equal(fresh, i < 100);
	}
	assert_int_equal(t.n, 100);
	assert_int_equal(t.thinned, 0);
	assert_int_equal(dj_tally_find(&t, dj_mix(7))->count, 10);
	assert_int_equal(dj_tally_find(&t, dj_mix(7))->first, 7);
	assert_null(dj_tally_find(&t, dj_mix(101)));
	dj_tally_free(&t);
}

static void a_sample_past_it(void **state)
{
	(void)state;
	dj_tally t = {.most = 4096};
	dj_rows  rows = {0};
	bool     fresh;

	for (int64_t i = 0; i < 300000; i++)
		(void)dj_tally_add(&t, dj_mix((uint64_t)(i % 100000) + 1), i + 1, &fresh);
	assert_true(t.thinned > 0 && t.n <= 4096);
	int64_t about = (int64_t)t.n << t.thinned;
	assert_in_range(about, 93000, 107000);
	for (size_t i = 0; i < t.slots; i++)
		if (t.slot[i].count) {
			assert_int_equal(t.slot[i].count, 3);
			dj_rows_seen(&rows, &t, &t.slot[i]);
		}
	assert_int_equal(rows.n, 3 * about);
	assert_true(rows.about);
	dj_tally_free(&t);
}

static void examples_are_the_first(void **state)
{
	(void)state;
	dj_tally t = {.most = 100};
	dj_rows  rows = {0};
	bool     fresh;

	for (int64_t i = 50; i > 0; i--)
		dj_rows_seen(&rows, &t, dj_tally_add(&t, dj_mix((uint64_t)i), i, &fresh));
	assert_int_equal(rows.n, 50);
	assert_int_equal(rows.n_examples, DJ_LINT_EXAMPLES);
	for (int i = 0; i < DJ_LINT_EXAMPLES; i++)
		assert_int_equal(rows.example[i], i + 1);
	dj_tally_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(exact_while_there_is_room),
	                                   cmocka_unit_test(a_sample_past_it),
	                                   cmocka_unit_test(examples_are_the_first)};

	return cmocka_run_group_tests_name("lint/sketch", tests, NULL, NULL);
}
