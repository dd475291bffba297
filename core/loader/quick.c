#include "loader/quick.h"

#include <string.h>

/* At most 15 digits: exact as an integer and as a double. */
enum { DIGITS = 15 };

static const double   ten[DIGITS + 1] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
static const uint64_t power[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

static inline dj_kind give_integer(dj_cell *out, uint64_t v, bool minus, bool real)
{
	if (minus && v == 0)
		return 0;
	out->kind = real ? DJ_CELL_REAL : DJ_CELL_INTEGER;
	if (real)
		out->real = minus ? -(double)v : (double)v;
	else
		out->integer = minus ? -(int64_t)v : (int64_t)v;
	return DJ_KIND_INTEGER;
}

static inline dj_kind give_real(dj_cell *out, uint64_t v, size_t part, bool minus)
{
	out->kind = DJ_CELL_REAL;
	out->real = (minus ? -(double)v : (double)v) / ten[part];
	return DJ_KIND_REAL;
}

/* ---- Digit by digit ---- */

static inline size_t digits(const char *s, size_t n, uint64_t *value)
{
	uint64_t v = *value;
	size_t   k = 0;

	for (; k < n && (unsigned char)(s[k] - '0') < 10; k++)
		v = v * 10 + (unsigned char)(s[k] - '0');
	*value = v;
	return k;
}

/* (0|[1-9]D*)(.D+)?, at most 15 digits in all, and not -0. */
static dj_kind number(dj_cell *out, const char *p, size_t n, bool minus, bool real)
{
	uint64_t v = 0;

	if (n == 0 || n > DIGITS + 1)
		return 0;
	size_t whole = digits(p, n, &v);
	if (whole == 0 || (whole > 1 && *p == '0'))
		return 0;
	if (whole == n)
		return whole <= DIGITS ? give_integer(out, v, minus, real) : 0;
	if (!real || p[whole] != '.')
		return 0;
	size_t part = digits(p + whole + 1, n - whole - 1, &v);
	return part > 0 && whole + 1 + part == n ? give_real(out, v, part, minus) : 0;
}

/* ---- Eight digits at once: lengths that differ from row to row cost nothing ---- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The 8 bytes that end before `end`: those of a number of n digits are the highest, and where it is shorter others stand below. */
static inline uint64_t last_eight(const char *end)
{
	uint64_t v;

	memcpy(&v, end - 8, 8);
	return v;
}

static inline uint64_t of_the_number(size_t n) /* 1 to 8 */
{
	return ~UINT64_C(0) << 8 * (8 - n);
}

/*
 * Neighbours are joined to pairs, pairs to fours, fours to eight (Lemire, "Quickly parsing eight digits", 2018). False when
 * a byte is no digit.
 */
static inline bool eight(const char *end, size_t n, uint64_t *value)
{
	uint64_t mask = of_the_number(n), v = (last_eight(end) & mask) | (EACH('0') & ~mask);

	if ((v & EACH(0xF0)) != EACH('0') || ((v + EACH(6)) & EACH(0xF0)) != EACH('0'))
		return false;
	v = (v & EACH(0x0F)) * 10 + ((v & EACH(0x0F)) >> 8);
	*value = ((v & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
	          ((v >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
	         32;
	return true;
}

/* Digits behind the point, among the last 8 bytes; 8 when there is none. The highest zero byte counts, so '/' may lie. */
static inline size_t behind_point(const char *end, size_t n)
{
	uint64_t x = (last_eight(end) ^ EACH('.')) | (n < 8 ? ~of_the_number(n) : 0);
	uint64_t zero = (x - EACH(1)) & ~x & EACH(0x80);

	return zero ? (size_t)__builtin_clzll(zero) >> 3 : 8;
}

/* As `number`, where the 7 bytes before p can be read. */
static inline dj_kind number_at_once(dj_cell *out, const char *p, size_t n, bool minus, bool real)
{
	const char *end = p + n;
	uint64_t    v, high = 0;

	if (n == 0 || n > DIGITS + 1)
		return 0;
	size_t part = real ? behind_point(end, n) : 8;
	if (part == 8) {
		if (n > DIGITS || (n > 1 && *p == '0') || !eight(end, n < 8 ? n : 8, &v) ||
		    (n > 8 && !eight(end - 8, n - 8, &high)))
			return 0;
		return give_integer(out, v + high * 100000000, minus, real);
	}
	if (part == 0 || part + 1 >= n || n - part - 1 > 8 || end[-(ptrdiff_t)part - 1] != '.' ||
	    (n - part - 1 > 1 && *p == '0') || !eight(end, part, &v) ||
	    !eight(end - part - 1, n - part - 1, &high))
		return 0;
	return give_real(out, v + high * power[part], part, minus);
}

static inline dj_kind any_number(dj_cell *out, const char *s, size_t n, bool real, dj_window w)
{
	bool minus = *s == '-';

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if ((uintptr_t)s >= (uintptr_t)w.from && (uintptr_t)s < (uintptr_t)w.to)
		return number_at_once(out, s + minus, n - minus, minus, real);
#endif
	return number(out, s + minus, n - minus, minus, real);
}

/* ---- Dates and instants ---- */

/*
 * 8 bytes against a template of which '0' stands for any digit: byte by byte, x is 0 to 9 there and 0 elsewhere, or the
 * sum with what is missing to 0x80 (`room`: 0x76, which is v, for a digit, else 0x7F) sets the highest bit, or x has it set.
 */
static inline bool looks_like(const char *s, const char *template, const char *room)
{
	uint64_t x, t, missing;

	memcpy(&x, s, 8);
	memcpy(&t, template, 8);
	memcpy(&missing, room, 8);
	x ^= t;
	return ((x | (x + missing)) & UINT64_C(0x8080808080808080)) == 0;
}

static inline int two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* YYYY-MM-DD in s[0..10), years from 1000; the 29th of February is for others. */
static inline bool date(const char *s)
{
	static const char days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (!looks_like(s, "0000-00-", "vvvv\x7Fvv\x7F") || !looks_like(s + 2, "00-00-00", "vv\x7Fvv\x7Fvv") ||
	    s[0] == '0')
		return false;
	int month = two(s + 5), day = two(s + 8);
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month];
}

/* YYYY-MM-DDTHH:MM:SS, with a T or a space, and with Z or nothing behind. */
static inline bool instant(const char *s, size_t n)
{
	return (s[10] == 'T' || s[10] == ' ') && (n == 19 || s[19] == 'Z') && date(s) &&
	       looks_like(s + 11, "00:00:00", "vv\x7Fvv\x7Fvv") && two(s + 11) < 24 && two(s + 14) < 60 &&
	       two(s + 17) < 60;
}

static inline dj_kind text(dj_cell *out, const char *s, size_t n, dj_kind kind)
{
	out->kind = DJ_CELL_TEXT;
	out->text = s;
	out->n = n;
	return kind;
}

dj_kind dj_quick_cell(dj_cell *out, const dj_field *f, dj_coltype type, dj_window w, char *room)
{
	const char *s = f->text;
	size_t      n = f->n;

	if (n == 0)
		return 0;
	switch (type) {
	case DJ_COL_INTEGER:
	case DJ_COL_REAL: return f->kind == DJ_FIELD_STRING ? 0 : any_number(out, s, n, type == DJ_COL_REAL, w);
	case DJ_COL_DATE:
		return n == 10 && f->kind != DJ_FIELD_LITERAL && date(s) ? text(out, s, n, DJ_KIND_DATE) : 0;
	case DJ_COL_INSTANT:
		if ((n != 19 && n != 20) || f->kind == DJ_FIELD_LITERAL || !instant(s, n))
			return 0;
		if (s[10] == 'T')
			return text(out, s, n, DJ_KIND_INSTANT);
		memcpy(room, s, n);
		room[10] = 'T';
		return text(out, room, n, DJ_KIND_INSTANT);
	default: return 0;
	}
}
