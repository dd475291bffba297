/* Runs calendar.test, and days there and back over all years. */
#include "cases.h"

#include "base/calendar.h"

static void step(dj_buf *got, const char *input)
{
	char    every[16], text[11];
	size_t  n = strcspn(input, " ");
	dj_date d;
	int64_t start;

	snprintf(every, sizeof every, "%.*s", (int)n, input);
	assert_true(dj_date_parse(&d, input + n + 1, strlen(input + n + 1)));
	if (!dj_step_start(&start, dj_days_from_date(d), every)) {
		dj_buf_text(got, "no");
		return;
	}
	dj_date_text(text, dj_date_from_days(start));
	dj_buf_fmt(got, "%s ", text);
	dj_date_text(text, dj_date_from_days(dj_step_next(start, every)));
	dj_buf_text(got, text);
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	char    text[21], pattern[64];
	dj_date d;
	int64_t s;
	bool    zoned;

	if (strcmp(verb, "date") == 0 && dj_date_parse(&d, input, n)) {
		s = dj_days_from_date(d);
		dj_buf_fmt(got, "%lld %d", (long long)s, dj_weekday(s));
	} else if (strcmp(verb, "instant") == 0 && dj_instant_parse(&s, &zoned, input, n)) {
		dj_instant_text(text, s, zoned);
		dj_buf_text(got, text);
	} else if (strcmp(verb, "seconds") == 0 && dj_seconds(&s, input, n)) {
		dj_buf_fmt(got, "%lld", (long long)s);
	} else if (strcmp(verb, "step") == 0) {
		step(got, input);
	} else if (strcmp(verb, "pattern") == 0) {
		size_t bar = strcspn(input, "|");
		snprintf(pattern, sizeof pattern, "%.*s", (int)bar, input);
		if (dj_date_by_pattern(&s, pattern, input + bar + 1, n - bar - 1)) {
			dj_instant_text(text, s, false);
			dj_buf_text(got, text);
		}
	}
	if (!got->n)
		dj_buf_text(got, "no");
}

static void cases(void **state)
{
	(void)state;
	cases_run("calendar.test", run);
}

static void days_come_back(void **state)
{
	char    text[11], before[11] = "";
	dj_date d, again;

	(void)state;
	for (int64_t day = -719162; day <= 2932896; day += day % 11 == 0 ? 1 : 3) {
		d = dj_date_from_days(day);
		assert_true(dj_date_valid(d));
		assert_int_equal(dj_days_from_date(d), day);
		dj_date_text(text, d);
		assert_true(strcmp(before, text) < 0);
		assert_true(dj_date_parse(&again, text, 10));
		assert_memory_equal(&d, &again, sizeof d);
		memcpy(before, text, sizeof text);
	}
}

static void every_day_of_some_years(void **state)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t          day = dj_days_from_date((dj_date){1896, 1, 1});

	(void)state;
	for (int year = 1896; year <= 2104; year++)
		for (int month = 1; month <= 12; month++) {
			bool leap = year % 4 == 0 && year != 1900 && year != 2100;
			for (int d = 1; d <= length[month - 1] + (leap && month == 2); d++, day++) {
				dj_date got = dj_date_from_days(day);
				assert_true(got.year == year && got.month == month && got.day == d);
			}
		}
}

/* Weeks, months, quarters and years cover all days: the next step begins where one ends. */
static void steps_leave_no_gap(void **state)
{
	static const char *const every[] = {"day", "week", "month", "quarter", "year"};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (int64_t day = 10000, start, next; day < 12000; day++) {
			assert_true(dj_step_start(&start, day, every[i]));
			next = dj_step_next(start, every[i]);
			assert_true(start <= day && day < next);
			assert_true(dj_step_start(&start, next, every[i]));
			assert_int_equal(start, next);
		}
}

static void past_the_ends(void **state)
{
	char text[21];

	(void)state;
	dj_instant_text(text, INT64_MIN, true);
	assert_string_equal(text, "0001-01-01T00:00:00Z");
	dj_instant_text(text, INT64_MAX, false);
	assert_string_equal(text, "9999-12-31T23:59:59");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(days_come_back),
	                                   cmocka_unit_test(every_day_of_some_years),
	                                   cmocka_unit_test(steps_leave_no_gap), cmocka_unit_test(past_the_ends)};

	return cmocka_run_group_tests_name("base/calendar", tests, NULL, NULL);
}
