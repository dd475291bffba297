#include "base/calendar.h"

#include "base/text.h"

#include <string.h>

enum { DAY = 86400 };
static const int64_t first_day = -719162, last_day = 2932896; /* 0001-01-01 and 9999-12-31 */

int64_t dj_days_from_date(dj_date d)
{
	int64_t y = (int64_t)d.year - (d.month <= 2); /* the year begins in March: the leap day is its last */
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

dj_date dj_date_from_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day = z - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int     m = (int)(month < 10 ? month + 3 : month - 9);

	return (dj_date){(int)(year + era * 400) + (m <= 2), m, (int)(of_year - (153 * month + 2) / 5) + 1};
}

int dj_weekday(int64_t days)
{
	return (int)(((days + 3) % 7 + 7) % 7) + 1; /* 1970-01-01 was a Thursday */
}

static int month_length(int year, int month)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
		return 29;
	return length[month - 1];
}

bool dj_date_valid(dj_date d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= month_length(d.year, d.month);
}

/* Reads `n` digits, all of them. */
static bool digits(int *out, const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return true;
}

bool dj_date_parse(dj_date *out, const char *s, size_t n)
{
	dj_date d;

	if (n != 10 || !digits(&d.year, s, 4) || s[4] != '-' || !digits(&d.month, s + 5, 2) || s[7] != '-' ||
	    !digits(&d.day, s + 8, 2) || !dj_date_valid(d))
		return false;
	*out = d;
	return true;
}

static char *put(char *to, int v, int n)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		to[i] = (char)('0' + v % 10);
	return to + n;
}

void dj_date_text(char out[11], dj_date d)
{
	char *at = put(out, d.year, 4);

	*at++ = '-';
	at = put(at, d.month, 2);
	*at++ = '-';
	*put(at, d.day, 2) = '\0';
}

static bool clock_parse(int64_t *out_s, size_t *used, const char *s, size_t n)
{
	int hour, minute, second = 0;

	if (n < 5 || !digits(&hour, s, 2) || s[2] != ':' || !digits(&minute, s + 3, 2) || hour > 23 ||
	    minute > 59)
		return false;
	*used = 5;
	if (n >= 6 && s[5] == ':') {
		if (n < 8 || !digits(&second, s + 6, 2) || second > 59)
			return false;
		*used = 8;
		if (n > 8 && s[8] == '.') {
			size_t at = 9;
			while (at < n && s[at] >= '0' && s[at] <= '9')
				at++;
			if (at == 9)
				return false;
			*used = at;
		}
	}
	*out_s = hour * 3600 + minute * 60 + second;
	return true;
}

/* "", "Z" or "+HH:MM"; seconds that local time is ahead of UTC. */
static bool zone_parse(int64_t *out_s, bool *zoned, const char *s, size_t n)
{
	int hour, minute;

	*zoned = n > 0;
	*out_s = 0;
	if (n == 0 || (n == 1 && s[0] == 'Z'))
		return true;
	if (n != 6 || (s[0] != '+' && s[0] != '-') || !digits(&hour, s + 1, 2) || s[3] != ':' ||
	    !digits(&minute, s + 4, 2) || hour > 23 || minute > 59)
		return false;
	*out_s = (s[0] == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
	return true;
}

static bool in_range(int64_t s)
{
	return s >= first_day * DAY && s < (last_day + 1) * DAY;
}

bool dj_instant_parse(int64_t *out_s, bool *zoned, const char *s, size_t n)
{
	dj_date d;
	int64_t clock, ahead;
	size_t  used;
	bool    said;

	if (n < 16 || !dj_date_parse(&d, s, 10) || (s[10] != 'T' && s[10] != ' ') ||
	    !clock_parse(&clock, &used, s + 11, n - 11) ||
	    !zone_parse(&ahead, &said, s + 11 + used, n - 11 - used))
		return false;
	clock += dj_days_from_date(d) * DAY - ahead;
	if (!in_range(clock))
		return false;
	*out_s = clock;
	*zoned = said;
	return true;
}

void dj_instant_text(char out[21], int64_t s, bool zoned)
{
	if (s < first_day * DAY) /* past the calendar's ends: its ends */
		s = first_day * DAY;
	if (s >= (last_day + 1) * DAY)
		s = (last_day + 1) * DAY - 1;

	int64_t clock = (s % DAY + DAY) % DAY;
	char   *at = out + 10;

	dj_date_text(out, dj_date_from_days((s - clock) / DAY));
	*at++ = 'T';
	at = put(at, (int)(clock / 3600), 2);
	*at++ = ':';
	at = put(at, (int)(clock / 60 % 60), 2);
	*at++ = ':';
	at = put(at, (int)(clock % 60), 2);
	if (zoned)
		*at++ = 'Z';
	*at = '\0';
}

bool dj_seconds(int64_t *out, const char *s, size_t n)
{
	dj_date d;
	bool    zoned;

	if (!dj_date_parse(&d, s, n))
		return dj_instant_parse(out, &zoned, s, n);
	*out = dj_days_from_date(d) * DAY;
	return true;
}

/* Months in a step of months; 0 when it is not one. */
static int step_months(const char *every)
{
	return strcmp(every, "month") == 0     ? 1
	       : strcmp(every, "quarter") == 0 ? 3
	       : strcmp(every, "year") == 0    ? 12
	                                       : 0;
}

bool dj_step_start(int64_t *out, int64_t days, const char *every)
{
	int months = step_months(every);

	if (months) {
		dj_date d = dj_date_from_days(days);
		d.month -= (d.month - 1) % months;
		d.day = 1;
		*out = dj_days_from_date(d);
	} else if (strcmp(every, "week") == 0) {
		*out = days - (dj_weekday(days) - 1);
	} else if (strcmp(every, "day") == 0) {
		*out = days;
	} else {
		return false;
	}
	return true;
}

int64_t dj_step_next(int64_t start, const char *every)
{
	int months = step_months(every);

	if (!months)
		return start + (strcmp(every, "week") == 0 ? 7 : 1);

	dj_date d = dj_date_from_days(start);
	d.month += months;
	if (d.month > 12) {
		d.month -= 12;
		d.year++;
	}
	return dj_days_from_date(d);
}

/* ---- By pattern ---- */

/* One letter of a month's name at s, folded to ASCII lower case: letters, and French e and u with their
 * accents. */
static size_t letter(char *out, const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0], d = n > 1 ? (unsigned char)s[1] : 0;

	if ((c | 32) >= 'a' && (c | 32) <= 'z') {
		*out = (char)(c | 32);
		return 1;
	}
	if (c != 0xC3 || ((d | 0x20) != 0xA9 && (d | 0x20) != 0xBB))
		return 0;
	*out = (d | 0x20) == 0xA9 ? 'e' : 'u';
	return 2;
}

/* A month's name or its first letters, three at least, in English or French; 0 when it is none, or may be
 * two. */
static int month_by_name(const char *s, size_t n, size_t *used)
{
	static const char *const months[] = {
	    "january",   "february", "march",    "april",    "may",       "june",    "july",     "august",
	    "september", "october",  "november", "december", "janvier",   "fevrier", "mars",     "avril",
	    "mai",       "juin",     "juillet",  "aout",     "septembre", "octobre", "novembre", "decembre"};
	char   word[16];
	size_t length = 0, step;
	int    found = 0;

	for (*used = 0; *used < n && length < sizeof word; *used += step) {
		step = letter(&word[length], s + *used, n - *used);
		if (!step)
			break;
		length++;
	}
	if (length < 3)
		return 0;
	for (int i = 0; i < 24; i++) {
		if (length > strlen(months[i]) || memcmp(word, months[i], length) != 0)
			continue;
		if (found && found != i % 12 + 1)
			return 0;
		found = i % 12 + 1;
	}
	return found;
}

/* One or two digits; two when another field follows at once. */
static bool one_or_two(int *out, const char *s, size_t n, bool two, size_t *used)
{
	*used = n >= 2 && s[1] >= '0' && s[1] <= '9' ? 2 : 1;
	return n >= (two ? 2u : 1u) && (!two || *used == 2) && digits(out, s, *used);
}

typedef struct fields {
	dj_date date;
	int     hour, minute, second;
} fields;

/* Reads what %WHAT says at s; `next` is the pattern after it. */
static bool read_field(fields *f, char what, const char *next, const char *s, size_t n, size_t *used)
{
	bool two = next[0] == '%' && next[1] != '%';

	switch (what) {
	case 'Y': *used = 4; return n >= 4 && digits(&f->date.year, s, 4);
	case 'y':
		*used = 2;
		if (n < 2 || !digits(&f->date.year, s, 2))
			return false;
		f->date.year += f->date.year < 70 ? 2000 : 1900;
		return true;
	case 'm': return one_or_two(&f->date.month, s, n, two, used);
	case 'd': return one_or_two(&f->date.day, s, n, two, used);
	case 'H': return one_or_two(&f->hour, s, n, two, used);
	case 'M': return one_or_two(&f->minute, s, n, two, used);
	case 'S': return one_or_two(&f->second, s, n, two, used);
	case 'b':
		f->date.month = month_by_name(s, n, used);
		if (f->date.month && *used < n && s[*used] == '.' && next[0] != '.')
			++*used;
		return f->date.month > 0;
	case '%': *used = 1; return n >= 1 && s[0] == '%';
	default: return false;
	}
}

bool dj_date_by_pattern(int64_t *out_s, const char *pattern, const char *s, size_t n)
{
	fields f = {.date = {1, 1, 1}};
	size_t at = 0, used;

	for (const char *p = pattern; *p; p++, at += used) {
		used = 1;
		if (*p == '%') {
			if (!*++p || !read_field(&f, *p, p + 1, s + at, n - at, &used))
				return false;
		} else if (at >= n || s[at] != *p) {
			return false;
		}
	}
	if (at != n || !dj_date_valid(f.date) || f.hour > 23 || f.minute > 59 || f.second > 59)
		return false;
	*out_s = dj_days_from_date(f.date) * DAY + f.hour * 3600 + f.minute * 60 + f.second;
	return true;
}
