#include "analysis/time.h"

#include "analysis/sum.h"
#include "base/calendar.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 1000000 };

/* First day of each row's step, and the first and last of them. */
static int place_rows(int64_t *start, int64_t ends[2], const char *const *date, const double *n, size_t len,
                      const char *every, dj_err *err)
{
	for (size_t i = 0; i < len; i++) {
		int64_t seconds;

		if (!date[i])
			return dj_fail(err, DJ_FAIL, "date, row %zu: NULL (leave such rows out: WHERE date IS NOT NULL)",
			               i + 1);
		if (!dj_seconds(&seconds, date[i], strlen(date[i])))
			return dj_fail(err, DJ_FAIL, "date, row %zu: '%.40s' is not an ISO date (such as 2024-03-31)",
			               i + 1, date[i]);
		if (n && !isfinite(n[i]))
			return dj_fail(err, DJ_FAIL, "n, row %zu: not a finite number", i + 1);

		dj_date day;
		if (!dj_date_parse(&day, date[i], 10)) /* the day as written: no zone moves a report to another day */
			return dj_fail(err, DJ_FAIL, "date, row %zu: '%.40s' is not an ISO date (such as 2024-03-31)",
			               i + 1, date[i]);
		dj_step_start(&start[i], dj_days_from_date(day), every); /* `every` was checked */
		if (i == 0 || start[i] < ends[0])
			ends[0] = start[i];
		if (i == 0 || start[i] > ends[1])
			ends[1] = start[i];
	}
	return DJ_OK;
}

static int count_steps(size_t *out, const int64_t ends[2], const char *every, dj_err *err)
{
	size_t steps = 1;

	for (int64_t at = ends[0]; at < ends[1]; at = dj_step_next(at, every))
		if (++steps > STEPS_MOST)
			return dj_fail(err, DJ_FAIL,
			               "every: more than %d steps of a %s (is a date wrong? a longer step has fewer)",
			               STEPS_MOST, every);
	*out = steps;
	return DJ_OK;
}

static int compare_days(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* Sums rows into their steps, exactly, so that their order is nothing. Rows are brought together by step first: an exact
 * sum is large, and one is enough. */
static void total(dj_series *out, const int64_t *start, const double *n, size_t len, const int64_t *step)
{
	size_t *place = dj_alloc_zero(len, sizeof *place); /* the step of a row */
	size_t *first = dj_alloc_zero(out->n + 1, sizeof *first);
	size_t *row = dj_alloc_zero(len, sizeof *row);

	for (size_t i = 0; i < len; i++) {
		place[i] =
		    (size_t)((const int64_t *)bsearch(&start[i], step, out->n, sizeof *step, compare_days) - step);
		first[place[i] + 1]++;
	}
	for (size_t k = 0; k < out->n; k++)
		first[k + 1] += first[k];
	for (size_t i = len; i-- > 0;)
		row[--first[place[i] + 1]] = i; /* leaves in first[k + 1] where step k begins */
	for (size_t k = 0; k < out->n; k++) {
		dj_sum sum = {0};
		size_t end = k + 1 < out->n ? first[k + 2] : len;

		for (size_t at = first[k + 1]; at < end; at++)
			dj_sum_add(&sum, n ? n[row[at]] : 1);
		out->value[k] = dj_sum_value(&sum);
	}
	free(place);
	free(first);
	free(row);
}

int dj_time_series(dj_series *out, const char *const *date, const double *n, size_t len, const char *every,
                   dj_err *err)
{
	int64_t  ends[2] = {0}, unused, *step = NULL;
	int64_t *start = dj_alloc_zero(len ? len : 1, sizeof *start);
	size_t   steps = 0;
	int      rc = DJ_OK;

	*out = (dj_series){0};
	if (!dj_step_start(&unused, 0, every)) {
		rc = dj_fail(err, DJ_FAIL, "every: '%.40s' is no step (day, week, month, quarter or year)", every);
		goto out;
	}
	if (len == 0 || (rc = place_rows(start, ends, date, n, len, every, err)) < 0 ||
	    (rc = count_steps(&steps, ends, every, err)) < 0)
		goto out;

	*out = (dj_series){steps, dj_alloc_zero(steps, sizeof *out->period),
	                   dj_alloc_zero(steps, sizeof *out->value)};
	step = dj_alloc_zero(steps, sizeof *step);
	step[0] = ends[0];
	for (size_t k = 0; k < steps; k++) {
		if (k > 0)
			step[k] = dj_step_next(step[k - 1], every);
		dj_date_text(out->period[k], dj_date_from_days(step[k]));
	}
	total(out, start, n, len, step);
out:
	free(step);
	free(start);
	return rc;
}

void dj_series_free(dj_series *s)
{
	free(s->period);
	free(s->value);
	*s = (dj_series){0};
}

int dj_time_season(size_t *out, const char *const *period, size_t n, dj_err *err)
{
	static const struct {
		const char *every;
		size_t      season;
	} steps[] = {{"day", 365}, {"week", 52}, {"month", 12}, {"quarter", 4}, {"year", 1}};
	dj_date first, second;

	*out = 1;
	if (n < 2)
		return DJ_OK;
	for (size_t i = 0; i < 2; i++)
		if (!period[i] || strlen(period[i]) != 10 || !dj_date_parse(i ? &second : &first, period[i], 10))
			return dj_fail(err, DJ_FAIL, "period, row %zu: not an ISO date", i + 1);
	for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
		if (dj_step_next(dj_days_from_date(first), steps[k].every) == dj_days_from_date(second)) {
			*out = steps[k].season;
			return DJ_OK;
		}
	}
	return dj_fail(
	    err, DJ_FAIL,
	    "period: %s and %s are not one step apart (take them from jam.time.series, or name the season)",
	    period[0], period[1]);
}
