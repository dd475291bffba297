#include "loader/convert.h"

#include "base/calendar.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { DAY = 86400 };

dj_cell dj_cell_text(const char *text, size_t n)
{
	return (dj_cell){.kind = DJ_CELL_TEXT, .text = text, .n = n};
}

static dj_cell integer_cell(int64_t v)
{
	return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = v};
}

static bool is_word(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && strncasecmp(s, *words, n) == 0)
			return true;
	return false;
}

static bool boolean_of(dj_cell *out, const char *s, size_t n)
{
	static const char *const yes[] = {"true", "t", "yes", "y", "1", "oui", "o", "vrai", NULL};
	static const char *const no[] = {"false", "f", "no", "n", "0", "non", "faux", NULL};
	bool                     is_yes = is_word(s, n, yes);

	if (!is_yes && !is_word(s, n, no))
		return false;
	*out = integer_cell(is_yes);
	return true;
}

static bool integer_of(dj_cell *out, const char *s, size_t n)
{
	const char *point = memchr(s, '.', n);
	int64_t     v;

	if (point) { /* 12.0: what spreadsheets make of integers with gaps */
		for (const char *p = point + 1; p < s + n; p++)
			if (*p != '0')
				return false;
		n = (size_t)(point - s);
	}
	if (n > 1 && s[0] == '+' && s[1] != '-') {
		s++;
		n--;
	}
	if (!dj_text_integer(s, n, &v))
		return false;
	*out = integer_cell(v);
	return true;
}

static bool real_of(dj_cell *out, const char *s, size_t n)
{
	double v;

	if (n > 1 && s[0] == '+' && s[1] != '-') {
		s++;
		n--;
	}
	if (!dj_text_real(s, n, &v))
		return false;
	*out = (dj_cell){.kind = DJ_CELL_REAL, .real = v};
	return true;
}

/* A date in the forms that can be read one way only; a coarser one is its first day. */
static bool days_of(int64_t *days, const char *s, size_t n)
{
	static const char *const patterns[] = {"%Y-%m-%d", "%Y-%m", "%Y", "%Y/%m/%d", "%Y%m%d"};
	static const size_t      length[] = {10, 7, 4, 10, 8};
	int64_t                  seconds;

	for (size_t i = 0; i < DJ_COUNT(patterns); i++)
		if (n == length[i] && dj_date_by_pattern(&seconds, patterns[i], s, n)) {
			*days = (seconds - (seconds % DAY + DAY) % DAY) / DAY;
			return true;
		}
	return false;
}

static bool date_of(dj_cell *out, const char *s, size_t n, char *room)
{
	int64_t days;
	dj_date d;

	/* Of an instant the day as written: its zone is where it happened. */
	if (!days_of(&days, s, n)) {
		bool    zoned;
		int64_t seconds;
		if (!dj_instant_parse(&seconds, &zoned, s, n) || !dj_date_parse(&d, s, 10))
			return false;
		days = dj_days_from_date(d);
	}
	dj_date_text(room, dj_date_from_days(days));
	*out = dj_cell_text(room, 10);
	return true;
}

static bool instant_of(dj_cell *out, const char *s, size_t n, char *room)
{
	int64_t seconds, days;
	bool    zoned = false;

	if (!dj_instant_parse(&seconds, &zoned, s, n)) {
		if (!days_of(&days, s, n))
			return false;
		seconds = days * DAY;
	}
	dj_instant_text(room, seconds, zoned);
	*out = dj_cell_text(room, strlen(room));
	return true;
}

bool dj_convert_declared(dj_cell *out, const dj_field *f, dj_coltype type, char *room)
{
	const char *s = f->text;
	size_t      n = f->n;

	if (type == DJ_COL_TEXT || type == DJ_COL_UNKNOWN) {
		*out = dj_cell_text(s, n);
		return true;
	}
	for (; n > 0 && *s == ' '; n--)
		s++;
	while (n > 0 && s[n - 1] == ' ')
		n--;
	switch (type) {
	case DJ_COL_BOOLEAN: return boolean_of(out, s, n);
	case DJ_COL_INTEGER: return integer_of(out, s, n);
	case DJ_COL_REAL: return real_of(out, s, n);
	case DJ_COL_DATE: return date_of(out, s, n, room);
	default: return instant_of(out, s, n, room);
	}
}

dj_cell dj_convert_inferred(const dj_field *f, dj_coltype type, char *room)
{
	dj_cell out;

	/* Declared types read all that inferred ones do, and read it the same. */
	return dj_convert_declared(&out, f, type, room) ? out : dj_cell_text(f->text, f->n);
}
