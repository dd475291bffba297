#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct seen {
	atomic_int times[DJ_POOL_MOST];
	int        fail_from; /* lanes from this one fail; 0: none */
} seen;

static int visit(void *user, size_t lane, dj_err *err)
{
	seen *s = user;

	atomic_fetch_add(&s->times[lane], 1);
	if (s->fail_from && (int)lane > s->fail_from)
		return dj_fail(err, DJ_FAIL, "lane %zu", lane);
	return s->fail_from && (int)lane == s->fail_from ? dj_fail(err, DJ_STOPPED, "stopped") : DJ_OK;
}

static void every_lane_works_once_a_round(void **state)
{
	dj_err err = {0};

	(void)state;
	for (size_t n = 1; n <= DJ_POOL_MOST; n *= 2) {
		dj_pool *p;
		seen     s = {0};
		assert_int_equal(dj_pool_new(&p, n, &err), DJ_OK);
		assert_int_equal(dj_pool_lanes(p), n);
		for (int round = 0; round < 100; round++)
			assert_int_equal(dj_pool_run(p, visit, &s, &err), DJ_OK);
		for (size_t k = 0; k < DJ_POOL_MOST; k++)
			assert_int_equal(s.times[k], k < n ? 100 : 0);
		dj_pool_free(p);
	}
}

static void the_failure_that_says_most_is_given(void **state)
{
	dj_err   err = {0};
	dj_pool *p;
	seen     s = {.fail_from = 1};

	(void)state;
	assert_int_equal(dj_pool_new(&p, 4, &err), DJ_OK);
	assert_int_equal(dj_pool_run(p, visit, &s, &err), DJ_FAIL); /* lane 1 only stopped */
	assert_string_equal(err.text, "lane 2");
	s.fail_from = 3;
	assert_int_equal(dj_pool_run(p, visit, &s, &err), DJ_STOPPED);
	dj_pool_free(p);
}

static void without_a_pool_the_caller_works(void **state)
{
	dj_err err = {0};
	seen   s = {0};

	(void)state;
	assert_int_equal(dj_pool_run(NULL, visit, &s, &err), DJ_OK);
	assert_int_equal(s.times[0], 1);
	assert_true(dj_pool_processors() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_lane_works_once_a_round),
	    cmocka_unit_test(the_failure_that_says_most_is_given),
	    cmocka_unit_test(without_a_pool_the_caller_works),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
