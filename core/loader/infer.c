#include "loader/infer.h"

#include "base/calendar.h"
#include "base/text.h"

#include <strings.h>

static size_t digits(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && s[k] >= '0' && s[k] <= '9')
		k++;
	return k;
}

static bool same(const char *s, size_t n, const char *word, size_t word_n)
{
	return n == word_n && strncasecmp(s, word, n) == 0;
}

/* Digits of a mantissa from the first that is not 0. */
static size_t significant(const char *s, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n && s[i] != 'e' && s[i] != 'E'; i++)
		k += s[i] != '.' && (k > 0 || s[i] != '0');
	return k;
}

/* -?digits[.digits][e[+-]digits], where a side of the point may be empty but not both; no needless leading zero. */
static dj_kind number(const char *s, size_t n)
{
	static const int64_t exact = (int64_t)1 << 53;
	size_t               sign = s[0] == '-', whole = digits(s + sign, n - sign), at = sign + whole;
	int64_t              integer;
	double               real;

	if (whole > 1 && s[sign] == '0')
		return DJ_KIND_TEXT;
	if (at == n) {
		if (whole == 0 || whole > 18 || !dj_text_integer(s, n, &integer))
			return DJ_KIND_TEXT;
		if (sign && integer == 0)
			return DJ_KIND_REAL; /* -0 keeps its sign as a real */
		return integer > exact || integer < -exact ? DJ_KIND_LONG : DJ_KIND_INTEGER;
	}
	if (s[at] == '.') {
		size_t part = digits(s + at + 1, n - at - 1);
		if (whole + part == 0 || significant(s + sign, whole + 1 + part) > 18)
			return DJ_KIND_TEXT;
		at += 1 + part;
	} else if (whole == 0) {
		return DJ_KIND_TEXT;
	}
	if (at < n && (s[at] == 'e' || s[at] == 'E')) {
		at++;
		at += at < n && (s[at] == '-' || s[at] == '+');
		size_t power = digits(s + at, n - at);
		if (power == 0)
			return DJ_KIND_TEXT;
		at += power;
	}
	if (at != n || !dj_text_real(s, n, &real))
		return DJ_KIND_TEXT;
	return real == 0 && significant(s + sign, n - sign) > 0 ? DJ_KIND_TEXT : DJ_KIND_REAL; /* 1e-400 */
}

static dj_kind calendar(const char *s, size_t n)
{
	dj_date d;
	int64_t seconds;
	bool    zoned;

	if (dj_date_parse(&d, s, n))
		return DJ_KIND_DATE;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '.')
			return DJ_KIND_TEXT; /* a part of a second would be cut off */
	return dj_instant_parse(&seconds, &zoned, s, n) ? DJ_KIND_INSTANT : DJ_KIND_TEXT;
}

static dj_kind boolean(const char *s, size_t n)
{
	return same(s, n, "true", 4) || same(s, n, "false", 5) ? DJ_KIND_BOOLEAN : DJ_KIND_TEXT;
}

dj_kind dj_infer_kind(const dj_field *f)
{
	const char *s = f->text;
	size_t      n = f->n;

	if (n == 0 || f->kind == DJ_FIELD_NESTED)
		return DJ_KIND_TEXT;

	bool looks_dated = n >= 10 && n <= 40 && s[4] == '-' && s[0] >= '0' && s[0] <= '9';
	if (f->kind == DJ_FIELD_STRING)
		return looks_dated ? calendar(s, n) : DJ_KIND_TEXT;
	if (looks_dated && f->kind != DJ_FIELD_LITERAL)
		return calendar(s, n);
	if ((s[0] >= '0' && s[0] <= '9') || s[0] == '-' || s[0] == '.')
		return number(s, n);
	return boolean(s, n);
}

dj_coltype dj_infer_type(unsigned kinds)
{
	static const dj_coltype narrowest[] = {DJ_COL_INTEGER, DJ_COL_REAL, DJ_COL_BOOLEAN, DJ_COL_DATE};

	if (kinds == 0)
		return DJ_COL_TEXT;
	if (kinds == DJ_KIND_INSTANT) /* dates among instants would gain an hour that nobody said */
		return DJ_COL_INSTANT;
	for (size_t i = 0; i < DJ_COUNT(narrowest); i++)
		if (dj_infer_fits(kinds, narrowest[i]))
			return narrowest[i];
	return DJ_COL_TEXT;
}

bool dj_infer_fits(unsigned kinds, dj_coltype type)
{
	switch (type) {
	case DJ_COL_BOOLEAN: return !(kinds & ~(unsigned)DJ_KIND_BOOLEAN);
	case DJ_COL_INTEGER: return !(kinds & ~(unsigned)(DJ_KIND_INTEGER | DJ_KIND_LONG));
	case DJ_COL_REAL: return !(kinds & ~(unsigned)(DJ_KIND_INTEGER | DJ_KIND_REAL));
	case DJ_COL_DATE: return !(kinds & ~(unsigned)DJ_KIND_DATE);
	case DJ_COL_INSTANT: return !(kinds & ~(unsigned)(DJ_KIND_DATE | DJ_KIND_INSTANT));
	default: return true;
	}
}
