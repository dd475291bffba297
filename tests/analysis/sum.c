/* Sums against 113-bit arithmetic where that is exact, and against what must hold whatever the numbers. */
#include "analysis/sum.h"
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static double bits_of(dj_random_state *r)
{
	uint64_t bits;
	double   v;

	do {
		bits = dj_random_bits(r);
		memcpy(&v, &bits, sizeof v);
	} while (!isfinite(v));
	return v;
}

static double sum_of(const double *v, size_t n)
{
	dj_sum s = {0};

	for (size_t i = 0; i < n; i++)
		dj_sum_add(&s, v[i]);
	return dj_sum_value(&s);
}

static void assert_same(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof a);
}

static void known(void **state)
{
	(void)state;
	const double two53 = 9007199254740992.0, tiny = 0x1p-1074;

	assert_same(sum_of(NULL, 0), 0.0);
	assert_same(sum_of((double[]){-0.0}, 1), 0.0);
	assert_same(sum_of((double[]){1e100, 1, -1e100}, 3), 1.0);
	assert_same(sum_of((double[]){1e308, 1e308, -1e308}, 3), 1e308);
	assert_same(sum_of((double[]){1e308, 1e308}, 2), INFINITY);
	assert_same(sum_of((double[]){-1e308, -1e308}, 2), -INFINITY);
	assert_same(sum_of((double[]){two53, 1}, 2), two53);
	assert_same(sum_of((double[]){two53, 1, tiny}, 3), two53 + 2);
	assert_same(sum_of((double[]){two53, 3}, 2), two53 + 4);
	assert_same(sum_of((double[]){-two53, -1, -tiny}, 3), -(two53 + 2));
	assert_same(sum_of((double[]){tiny, tiny}, 2), 0x1p-1073);
	assert_same(sum_of((double[]){-tiny}, 1), -tiny);
	assert_same(sum_of((double[]){0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 10), 1.0);
	assert_true(isnan(sum_of((double[]){INFINITY, -INFINITY}, 2)));
	assert_true(isnan(sum_of((double[]){1, NAN}, 2)));
}

/* Exponents within 25 of each other: 113 bits hold every partial sum, so the cast rounds once. */
static void against_wide_arithmetic(void **state)
{
	(void)state;
	dj_random_state                  r = dj_random_seed(1, "sum");
	__extension__ typedef __float128 wide;

	for (int round = 0; round < 2000; round++) {
		dj_sum s = {0};
		wide   exact = 0;
		int    n = (int)dj_random_between(&r, 1, 200);

		for (int i = 0; i < n; i++) {
			double v = (dj_random_unit(&r) - 0.5) * ldexp(1, (int)dj_random_between(&r, -25, 25));
			dj_sum_add(&s, v);
			exact += v;
		}
		assert_same(dj_sum_value(&s), (double)exact + 0.0);
	}
}

static void order_is_nothing(void **state)
{
	(void)state;
	dj_random_state r = dj_random_seed(2, "sum");
	double          v[300];

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < 300; i++)
			v[i] = bits_of(&r) * 0x1p-10;
		double first = sum_of(v, 300);
		for (size_t i = 300; i-- > 1;) {
			size_t j = (size_t)dj_random_between(&r, 0, (int64_t)i);
			double kept = v[i];
			v[i] = v[j];
			v[j] = kept;
		}
		assert_same(sum_of(v, 300), first);
	}
}

/* A window that slides: each position equals the sum of what it holds. */
static void removing_undoes_adding(void **state)
{
	(void)state;
	dj_random_state r = dj_random_seed(3, "sum");
	double          v[400];
	dj_sum          s = {0};

	for (size_t i = 0; i < 400; i++) {
		v[i] = i % 37 == 5 ? INFINITY : i % 41 == 7 ? NAN : bits_of(&r) * 0x1p-10;
		dj_sum_add(&s, v[i]);
		if (i >= 9)
			dj_sum_remove(&s, v[i - 9]);
		double held = sum_of(v + (i >= 8 ? i - 8 : 0), i >= 8 ? 9 : i + 1), got = dj_sum_value(&s);
		assert_true(isnan(held) ? isnan(got) : memcmp(&held, &got, sizeof got) == 0);
		assert_int_equal(s.n, i >= 8 ? 9 : i + 1);
	}
}

static void integers(void **state)
{
	(void)state;
	dj_sum  s = {0};
	int64_t got = 0;

	assert_int_equal(dj_sum_integer(&got, &s), 1);
	assert_int_equal(got, 0);
	dj_sum_add_integer(&s, INT64_MAX);
	dj_sum_add_integer(&s, INT64_MAX);
	assert_int_equal(dj_sum_integer(&got, &s), 0);
	assert_same(dj_sum_value(&s), 0x1p64);
	dj_sum_remove_integer(&s, INT64_MAX);
	assert_int_equal(dj_sum_integer(&got, &s), 1);
	assert_true(got == INT64_MAX);
	dj_sum_remove_integer(&s, INT64_MAX);
	dj_sum_add_integer(&s, INT64_MIN);
	assert_int_equal(dj_sum_integer(&got, &s), 1);
	assert_true(got == INT64_MIN);
	dj_sum_add_integer(&s, -1);
	assert_int_equal(dj_sum_integer(&got, &s), 0);
	dj_sum_add_integer(&s, 1);
	dj_sum_add(&s, 0.5);
	assert_int_equal(dj_sum_integer(&got, &s), 0);
	dj_sum_add(&s, 0.5);
	assert_int_equal(dj_sum_integer(&got, &s), 1);
	assert_true(got == INT64_MIN + 1);
}

/* Carries must be brought on before a limb overflows: past 2^30 of the largest values, made quick by starting
 * near. */
static void many(void **state)
{
	(void)state;
	dj_sum s = {0};

	for (int i = 0; i < 3000000; i++)
		dj_sum_add(&s, 0x1.fffffffffffffp52);
	assert_same(dj_sum_value(&s), 0x1.fffffffffffffp52 * 3e6);
	s = (dj_sum){.loose = (1 << 30) - 1};
	dj_sum_add(&s, -1);
	assert_int_equal(s.loose, 0);
	assert_same(dj_sum_value(&s), -1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known),
	                                   cmocka_unit_test(against_wide_arithmetic),
	                                   cmocka_unit_test(order_is_nothing),
	                                   cmocka_unit_test(removing_undoes_adding),
	                                   cmocka_unit_test(integers),
	                                   cmocka_unit_test(many)};

	return cmocka_run_group_tests_name("analysis/sum", tests, NULL, NULL);
}
