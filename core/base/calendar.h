/*
 * calendar.h - ISO 8601 dates and instants as text and as numbers. Proleptic Gregorian, years 0001 to 9999,
 * no leap seconds, no time zone data: an offset in the text is applied, nothing else is known.
 */
#ifndef DJ_BASE_CALENDAR_H
#define DJ_BASE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_date {
	int year, month, day; /* month 1 to 12, day 1 to 31 */
} dj_date;

/* Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms"). */
int64_t dj_days_from_date(dj_date d);
dj_date dj_date_from_days(int64_t days);
int     dj_weekday(int64_t days); /* 1 Monday to 7 Sunday (ISO) */
bool    dj_date_valid(dj_date d);

/* "YYYY-MM-DD", exactly. */
bool dj_date_parse(dj_date *out, const char *s, size_t n);
void dj_date_text(char out[11], dj_date d);

/*
 * An instant: "YYYY-MM-DDTHH:MM[:SS[.fff]]" with 'T' or one space, then nothing, "Z", or "+HH:MM".
 * *out_s: Unix seconds (fraction cut off; without a zone: as if UTC); *zoned: whether a zone was said.
 */
bool dj_instant_parse(int64_t *out_s, bool *zoned, const char *s, size_t n);
void dj_instant_text(char out[21], int64_t s, bool zoned); /* YYYY-MM-DDTHH:MM:SS, with Z when zoned */

/* Seconds of a date (its first second) or an instant; false when the text is neither. */
bool dj_seconds(int64_t *out, const char *s, size_t n);

/* First day of the step that holds `days`. `every`: "day", "week" (ISO, Monday), "month", "quarter", "year". */
bool dj_step_start(int64_t *out, int64_t days, const char *every);
int64_t dj_step_next(int64_t start, const char *every); /* first day of the following step */

/*
 * Reads by a pattern of %Y %m %d %H %M %S %b (Jan, janv.) %y (1970 to 2069) and literal text; a part that the pattern
 * lacks is its first value. Both languages of month names. False when the text does not fit.
 */
bool dj_date_by_pattern(int64_t *out_s, const char *pattern, const char *s, size_t n);

#endif
