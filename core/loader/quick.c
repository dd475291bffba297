#include "loader/quick.h"

/* At most 15 digits: exact as an integer and as a double. */
enum { DIGITS = 15 };

static inline size_t digits(const char *s, size_t n, uint64_t *value)
{
	uint64_t v = *value;
	size_t   k = 0;

	for (; k < n && (unsigned char)(s[k] - '0') < 10; k++)
		v = v * 10 + (unsigned char)(s[k] - '0');
	*value = v;
	return k;
}

/* -?(0|[1-9]D*)(.D+)?, at most 15 digits in all, and not -0. */
static inline dj_kind number(dj_cell *out, const char *s, size_t n, bool real)
{
	static const double ten[DIGITS + 1] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
	                                       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	bool                minus = *s == '-';
	const char         *p = s + minus;
	size_t              left = n - minus;
	uint64_t            v = 0;

	if (left == 0 || left > DIGITS + 1)
		return 0;
	size_t whole = digits(p, left, &v);
	if (whole == 0 || (whole > 1 && *p == '0'))
		return 0;
	if (whole == left) {
		if (whole > DIGITS || (minus && v == 0))
			return 0;
		out->kind = real ? DJ_CELL_REAL : DJ_CELL_INTEGER;
		if (real)
			out->real = minus ? -(double)v : (double)v;
		else
			out->integer = minus ? -(int64_t)v : (int64_t)v;
		return DJ_KIND_INTEGER;
	}
	if (!real || p[whole] != '.')
		return 0;
	size_t part = digits(p + whole + 1, left - whole - 1, &v);
	if (part == 0 || whole + 1 + part != left)
		return 0;
	out->kind = DJ_CELL_REAL;
	out->real = (minus ? -(double)v : (double)v) / ten[part];
	return DJ_KIND_REAL;
}

static inline bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* YYYY-MM-DD; the 29th of February is for others. */
static inline dj_kind date(dj_cell *out, const dj_field *f)
{
	static const char days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const char       *s = f->text;

	if (f->n != 10 || s[4] != '-' || s[7] != '-' || !is_digit(s[0]) || !is_digit(s[1]) || !is_digit(s[2]) ||
	    !is_digit(s[3]) || !is_digit(s[5]) || !is_digit(s[6]) || !is_digit(s[8]) || !is_digit(s[9]))
		return 0;
	int month = (s[5] - '0') * 10 + s[6] - '0', day = (s[8] - '0') * 10 + s[9] - '0';
	if (month < 1 || month > 12 || day < 1 || day > days[month] || s[0] == '0')
		return 0;
	out->kind = DJ_CELL_TEXT;
	out->text = s;
	out->n = f->n;
	return DJ_KIND_DATE;
}

dj_kind dj_quick_cell(dj_cell *out, const dj_field *f, dj_coltype type)
{
	if (f->n == 0)
		return 0;
	switch (type) {
	case DJ_COL_INTEGER:
	case DJ_COL_REAL: return f->kind == DJ_FIELD_STRING ? 0 : number(out, f->text, f->n, type == DJ_COL_REAL);
	case DJ_COL_DATE: return f->kind == DJ_FIELD_LITERAL ? 0 : date(out, f);
	default: return 0;
	}
}
