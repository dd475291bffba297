/* Numbers as text. strtod and printf read LC_NUMERIC, and no program of this house ever calls setlocale. */
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool dj_text_integer(const char *s, size_t n, int64_t *out)
{
	bool    minus = n && s[0] == '-';
	size_t  at = minus;
	int64_t v = 0;

	if (at == n)
		return false;
	for (; at < n; at++) { /* downwards: INT64_MIN has no positive twin */
		if (s[at] < '0' || s[at] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s[at] - '0', &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

typedef struct decimal {
	uint64_t digits;   /* the first 19, as a number */
	int      n_digits; /* without leading zeros */
	int      exponent; /* value is digits * 10^exponent, as long as n_digits <= 19 */
} decimal;

/* Checks -?(D+(.D*)?|.D+)([eE][+-]?D+)? and collects what the fast way needs. */
static bool scan(const char *s, size_t n, decimal *d)
{
	size_t at = n && s[0] == '-', seen = 0;
	bool   point = false;
	int    e = 0;

	*d = (decimal){0};
	for (; at < n; at++) {
		if (s[at] == '.' && !point) {
			point = true;
			continue;
		}
		if (s[at] < '0' || s[at] > '9')
			break;
		seen++;
		if ((d->n_digits || s[at] != '0') && ++d->n_digits <= 19)
			d->digits = d->digits * 10 + (uint64_t)(s[at] - '0');
		if (point && d->exponent > -100000)
			d->exponent--;
		if (d->n_digits > 100000)
			d->n_digits = 100000; /* only "many" is asked */
	}
	if (!seen)
		return false;
	if (at == n)
		return true;
	if (s[at] != 'e' && s[at] != 'E')
		return false;

	bool minus = ++at < n && s[at] == '-';
	if (at < n && (s[at] == '-' || s[at] == '+'))
		at++;
	if (at == n)
		return false;
	for (; at < n; at++) {
		if (s[at] < '0' || s[at] > '9')
			return false;
		if (e < 100000)
			e = e * 10 + (s[at] - '0');
	}
	d->exponent += minus ? -e : e;
	return true;
}

/*
 * Clinger, "How to read floating point numbers accurately" (PLDI 1990): a whole number below 2^53 times or
 * over a power of ten that is exact takes one rounding, so it is right. The rest is for strtod.
 */
bool dj_text_real(const char *s, size_t n, double *out)
{
	static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	decimal             d;
	double              v;

	if (!scan(s, n, &d))
		return false;
	if (d.n_digits <= 19 && d.digits <= (UINT64_C(1) << 53) && d.exponent >= -22 && d.exponent <= 22) {
		v = (double)d.digits;
		v = d.exponent < 0 ? v / ten[-d.exponent] : v * ten[d.exponent];
		*out = s[0] == '-' ? -v : v;
		return true;
	}

	char few[128], *copy = n < sizeof few ? few : dj_realloc(NULL, n + 1, 1);
	memcpy(copy, s, n);
	copy[n] = '\0';
	v = strtod(copy, NULL);
	if (copy != few)
		free(copy);
	if (!isfinite(v))
		return false;
	*out = v;
	return true;
}

size_t dj_real_text(char out[32], double v)
{
	/* 15 digits are never more than needed, but for the subnormal, which hold fewer. */
	int precision = fpclassify(v) == FP_SUBNORMAL ? 1 : 15;
	int n;

	do
		n = snprintf(out, 32, "%.*g", precision, v);
	while (++precision <= 17 && strtod(out, NULL) != v);
	if (isfinite(v) && !strpbrk(out, ".e")) {
		memcpy(out + n, ".0", 3);
		n += 2;
	}
	return (size_t)n;
}
