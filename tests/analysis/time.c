#include "analysis/time.h"
#include "base/calendar.h"
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double want, double within)
{
	assert_true(fabs(got - want) <= within);
}

static void months_with_a_gap(void **state)
{
	(void)state;
	const char *date[] = {"2024-03-31", "2023-12-01", "2024-03-01T23:59:00+05:00", "2023-12-31"};
	double      n[] = {1, 2, 4, 8};
	dj_series   s;

	assert_int_equal(dj_time_series(&s, date, n, 4, "month", NULL), DJ_OK);
	assert_int_equal(s.n, 4);
	assert_string_equal(s.period[0], "2023-12-01");
	assert_string_equal(s.period[3], "2024-03-01");
	assert_true(s.value[0] == 10 && s.value[1] == 0 && s.value[2] == 0 && s.value[3] == 5);
	dj_series_free(&s);

	assert_int_equal(dj_time_series(&s, date, NULL, 4, "week", NULL), DJ_OK);
	assert_string_equal(s.period[0], "2023-11-27"); /* a Monday */
	assert_int_equal(s.n, 18);
	assert_true(s.value[0] == 1 && s.value[4] == 1 && s.value[13] == 1 && s.value[17] == 1);
	dj_series_free(&s);

	assert_int_equal(dj_time_series(&s, NULL, NULL, 0, "day", NULL), DJ_OK);
	assert_int_equal(s.n, 0);
	dj_series_free(&s);
}

/* Every step against counting by hand, and the total is kept. */
static void series_by_brute_force(void **state)
{
	(void)state;
	static const char *const steps[] = {"day", "week", "month", "quarter", "year"};
	dj_random_state          r = dj_random_seed(1, "series");
	char                     text[300][11];
	const char              *date[300];
	double                   n[300];

	for (size_t round = 0; round < 50; round++) {
		const char *every = steps[round % 5];
		dj_series   s;

		for (size_t i = 0; i < 300; i++) {
			dj_date_text(text[i], dj_date_from_days(dj_random_between(&r, 18000, 20000)));
			date[i] = text[i];
			n[i] = (double)dj_random_between(&r, 0, 9) / 8;
		}
		assert_int_equal(dj_time_series(&s, date, n, 300, every, NULL), DJ_OK);
		for (size_t k = 0; k < s.n; k++) {
			double  want = 0;
			dj_date first;

			assert_true(dj_date_parse(&first, s.period[k], 10));
			int64_t from = dj_days_from_date(first), to = dj_step_next(from, every);
			for (size_t i = 0; i < 300; i++) {
				dj_date day;
				dj_date_parse(&day, date[i], 10);
				if (dj_days_from_date(day) >= from && dj_days_from_date(day) < to)
					want += n[i];
			}
			assert_true(s.value[k] == want);
			assert_true(k + 1 == s.n ||
			            (dj_date_parse(&first, s.period[k + 1], 10) && dj_days_from_date(first) == to));
		}
		assert_true(s.value[0] > -1 && s.n > 5);
		dj_series_free(&s);
	}
}

static void bad_rows_are_named(void **state)
{
	(void)state;
	dj_series s;
	dj_err    err = {0};

	assert_int_equal(dj_time_series(&s, (const char *[]){"2024-01-01", "soon"}, NULL, 2, "day", &err),
	                 DJ_FAIL);
	assert_string_equal(err.text, "date, row 2: 'soon' is not an ISO date (such as 2024-03-31)");
	assert_true(dj_time_series(&s, (const char *[]){"2024-01-01", NULL}, NULL, 2, "day", &err) < 0);
	assert_string_equal(err.text, "date, row 2: NULL (leave such rows out: WHERE date IS NOT NULL)");
	assert_true(dj_time_series(&s, (const char *[]){"2024-01-01"}, (double[]){NAN}, 1, "day", &err) < 0);
	assert_string_equal(err.text, "n, row 1: not a finite number");
	assert_true(dj_time_series(&s, NULL, NULL, 0, "fortnight", &err) < 0);
	assert_string_equal(err.text, "every: 'fortnight' is no step (day, week, month, quarter or year)");
	assert_true(dj_time_series(&s, (const char *[]){"0001-01-01", "9999-01-01"}, NULL, 2, "day", &err) < 0);
	assert_string_equal(err.text,
	                    "every: more than 1000000 steps of a day (is a date wrong? a longer step has fewer)");
	assert_true(dj_time_baseline(&(dj_baseline){0}, (double[]){1, 2}, 2, 1, &err) < 0);
	assert_string_equal(err.text, "value: a baseline needs 3 steps, got 2");
	assert_true(dj_time_baseline(&(dj_baseline){0}, (double[]){1, 2, -1}, 3, 1, &err) < 0);
	assert_string_equal(err.text, "value, row 3: -1 is no count (0 to 1e15)");
	assert_true(dj_time_baseline(&(dj_baseline){0}, (double[]){1, INFINITY, 1}, 3, 1, &err) < 0);
	assert_string_equal(err.text, "value, row 2: inf is no count (0 to 1e15)");
}

static void season_is_told_from_periods(void **state)
{
	(void)state;
	size_t season;

	assert_int_equal(dj_time_season(&season, (const char *[]){"2024-01-01", "2024-02-01"}, 2, NULL), DJ_OK);
	assert_int_equal(season, 12);
	assert_int_equal(dj_time_season(&season, (const char *[]){"2024-01-01", "2024-01-08"}, 2, NULL), DJ_OK);
	assert_int_equal(season, 52);
	assert_int_equal(dj_time_season(&season, (const char *[]){"2024-01-01", "2025-01-01"}, 2, NULL), DJ_OK);
	assert_int_equal(season, 1);
	assert_int_equal(dj_time_season(&season, (const char *[]){"2024-01-01"}, 1, NULL), DJ_OK);
	assert_int_equal(season, 1);
	assert_true(dj_time_season(&season, (const char *[]){"2024-01-01", "2024-01-03"}, 2, NULL) < 0);
}

enum { STEPS = 72 };

static double  expected[STEPS], low[STEPS], high[STEPS];
static int64_t unusual[STEPS];

static const dj_baseline all = {expected, low, high, unusual};

static void flat_series(void **state)
{
	(void)state;
	double value[STEPS];

	for (size_t n = 3; n <= STEPS; n++) {
		for (size_t t = 0; t < n; t++)
			value[t] = 40;
		assert_int_equal(dj_time_baseline(&all, value, n, 12, NULL), DJ_OK);
		for (size_t t = 0; t < n; t++) {
			assert_near(expected[t], 40, 1e-6);
			assert_true(low[t] > 15 && low[t] < 35 && high[t] > 50 && high[t] < 80 && !unusual[t]);
		}
	}
}

static void season_and_trend_are_expected_an_outbreak_is_not(void **state)
{
	(void)state;
	double value[STEPS];

	for (size_t t = 0; t < STEPS; t++)
		value[t] = floor(exp(4 + 0.01 * (double)t + 0.5 * sin(2 * 3.14159265358979 * (double)t / 12)) + 0.5);
	assert_int_equal(dj_time_baseline(&all, value, STEPS, 12, NULL), DJ_OK);
	for (size_t t = 0; t < STEPS; t++) {
		assert_true(fabs(expected[t] - value[t]) < 2);
		assert_true(low[t] < value[t] && value[t] < high[t] && !unusual[t]);
	}

	value[50] *= 2.5;
	assert_int_equal(dj_time_baseline(&all, value, STEPS, 12, NULL), DJ_OK);
	for (size_t t = 0; t < STEPS; t++)
		assert_int_equal(unusual[t], t == 50);
	assert_true(expected[50] < value[50] / 1.8); /* the outbreak weighs less, so it does not hide itself */
}

/* Poisson-like noise: about one step in a hundred is outside; three in a hundred would be wrong. */
static void noise_is_rarely_unusual(void **state)
{
	(void)state;
	dj_random_state r = dj_random_seed(4, "noise");
	double          value[STEPS];
	int64_t         outside = 0, rounds = 200;

	for (int64_t round = 0; round < rounds; round++) {
		for (size_t t = 0; t < STEPS; t++) {
			double left = exp(-6.0), p = 1;
			int    k = -1;
			do
				p *= dj_random_unit(&r), k++;
			while (p > left);
			value[t] = k;
		}
		assert_int_equal(dj_time_baseline(&all, value, STEPS, 12, NULL), DJ_OK);
		for (size_t t = 0; t < STEPS; t++)
			outside += unusual[t];
	}
	assert_in_range(outside, rounds * STEPS * 3 / 1000, rounds * STEPS * 3 / 100);
}

static void what_is_hard_to_fit(void **state)
{
	(void)state;
	static const double series[][12] = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	                                    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9},
	                                    {1e15, 0, 0, 0, 1e15, 0, 0, 0, 1e15, 0, 0, 0},
	                                    {0, 5e-324, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	                                    {1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11}};

	for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
		for (size_t season = 0; season < 7; season++) {
			assert_int_equal(dj_time_baseline(&all, series[i], 12, season, NULL), DJ_OK);
			for (size_t t = 0; t < 12; t++) {
				assert_true(isfinite(expected[t]) && isfinite(low[t]) && isfinite(high[t]));
				assert_true(0 <= low[t] && low[t] <= expected[t] && expected[t] <= high[t]);
			}
		}
	}
	dj_time_baseline(&all, series[0], 12, 12, NULL);
	assert_true(expected[3] == 0 && high[3] > 0 && high[3] < 3 && !unusual[3]);

	static const double quiet[] = {1, 2, 0, 1, 0, 1, 2, 0, 1, 1, 1, 12};
	dj_time_baseline(&all, quiet, 12, 12, NULL);
	for (size_t t = 0; t < 12; t++)
		assert_int_equal(unusual[t], t == 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(months_with_a_gap),
	                                   cmocka_unit_test(series_by_brute_force),
	                                   cmocka_unit_test(bad_rows_are_named),
	                                   cmocka_unit_test(season_is_told_from_periods),
	                                   cmocka_unit_test(flat_series),
	                                   cmocka_unit_test(season_and_trend_are_expected_an_outbreak_is_not),
	                                   cmocka_unit_test(noise_is_rarely_unusual),
	                                   cmocka_unit_test(what_is_hard_to_fit)};

	return cmocka_run_group_tests_name("analysis/time", tests, NULL, NULL);
}
