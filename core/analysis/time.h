/*
 * time.h - counts over time: series with gaps filled, and what the season would lead one to expect.
 *
 * Rows are named from 1 in messages, as a person counts them.
 */
#ifndef DJ_ANALYSIS_TIME_H
#define DJ_ANALYSIS_TIME_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

typedef struct dj_series {
	size_t n;           /* steps */
	char (*period)[11]; /* first day of each step, YYYY-MM-DD, rising without a gap */
	double *value;      /* total of each step; 0 where no row falls */
} dj_series;

/*
 * Totals of `n` (NULL: one a row) by step. date[len]: ISO dates or instants (of which the day counts, as
 * written); n[len] finite; every: "day", "week" (ISO, Monday), "month", "quarter", "year". From the first
 * step that holds a row to the last; no row gives no step. The order of rows changes nothing, to the last bit
 * (analysis/sum.h).
 *
 * Errors name the argument and the row: "date, row 7: not an ISO date". More than 1,000,000 steps are
 * refused. Cost: linear in rows and steps. *out is yours: dj_series_free.
 */
int  dj_time_series(dj_series *out, const char *const *date, const double *n, size_t len, const char *every,
                    dj_err *err);
void dj_series_free(dj_series *s);

/*
 * Steps a year of a series, told from its periods: 365 (days), 52 (weeks), 12, 4 or 1; 1 for fewer than two
 * periods. Fails when the periods are not ISO dates one step apart.
 */
int dj_time_season(size_t *out, const char *const *period, size_t n, dj_err *err);

typedef struct dj_baseline { /* arrays of the caller, as long as the input; any may be NULL */
	double  *expected, *low, *high;
	int64_t *unusual; /* 1 where the value lies outside low to high */
} dj_baseline;

/*
 * What each of n steps would be by trend and season, and the range that 99 of 100 steps keep to.
 * value[n]: 0 to 1e15, n >= 3; season: steps a season (12 for months), 0 or 1 for none.
 *
 * Farrington, Andrews, Beale and Catchpole, "A statistical algorithm for the early detection of outbreaks of
 * infectious disease", J. R. Stat. Soc. A 159 (1996), simplified. As there: quasi-Poisson regression with log
 * link; past outbreaks weigh less (Anscombe residuals s > 1 weigh s^-2) and the fit is done again; the range
 * is symmetric after the 2/3 power. Not as there: one model of the whole series, seen from its end, instead
 * of one for each step's past; the season is one sine wave a year (two from three seasons on), not a window
 * of like weeks; z = 2.576 on both sides.
 *
 * Short series say less, so less is asked of them: no season under two whole seasons; no trend under 5 steps,
 * or where it is not twice its standard error; what remains is the mean. A model that can not be fitted gives
 * way to the next simpler one. All zero: expected and low 0, high as if one had come in the whole time.
 *
 * Deterministic: no iteration depends on anything but the input. Cost: linear; some 20 passes as a rule, some
 * hundred where a fit is hard.
 */
int dj_time_baseline(const dj_baseline *out, const double *value, size_t n, size_t season, dj_err *err);

#endif
