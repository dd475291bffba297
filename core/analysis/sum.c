#include "analysis/sum.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
	LIMB_BITS = 32,
	UNIT = 1074, /* limb 0 counts in units of 2^-1074, the smallest double */
	MANTISSA = 53,
	LOOSE_MOST = 1 << 30 /* each addition moves a limb by less than 2^32, so 2^30 of them stay below 2^63 */
};

/* Brings limbs 0 to LIMBS-2 into [0, 2^32); the top one keeps the sign. */
static void tighten(dj_sum *s)
{
	int64_t carry = 0;

	for (int i = 0; i < DJ_SUM_LIMBS - 1; i++) {
		int64_t v = s->limb[i] + carry;
		int64_t low = v & 0xffffffff;

		carry = (v - low) / ((int64_t)1 << LIMB_BITS);
		s->limb[i] = low;
	}
	s->limb[DJ_SUM_LIMBS - 1] += carry;
	s->loose = 0;
}

/* Adds sign * magnitude * 2^(at - UNIT). */
static void add_bits(dj_sum *s, uint64_t magnitude, int at, int sign)
{
	int      limb = at / LIMB_BITS, shift = at % LIMB_BITS;
	uint64_t low = (magnitude & 0xffffffff) << shift;
	uint64_t high = (magnitude >> LIMB_BITS) << shift;
	int64_t  part[3] = {(int64_t)(low & 0xffffffff), (int64_t)((low >> LIMB_BITS) + (high & 0xffffffff)),
	                    (int64_t)(high >> LIMB_BITS)};

	for (int i = 0; i < 3; i++)
		s->limb[limb + i] += sign * part[i];
	/* part[1] may reach 2^33: it counts twice */
	s->loose += 2;
	if (s->loose >= LOOSE_MOST)
		tighten(s);
}

static void change(dj_sum *s, double v, int by)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	int      exponent = (int)(bits >> 52 & 0x7ff);
	uint64_t mantissa = bits & 0xfffffffffffff;
	bool     negative = bits >> 63;

	s->n += by;
	if (exponent == 0x7ff) {
		*(mantissa ? &s->nan : negative ? &s->minus : &s->infinite) += by;
		return;
	}
	if (exponent > 0) {
		mantissa |= (uint64_t)1 << 52;
		exponent--;
	}
	if (mantissa)
		add_bits(s, mantissa, exponent, negative ? -by : by);
}

static void change_integer(dj_sum *s, int64_t v, int by)
{
	uint64_t magnitude = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	s->n += by;
	add_bits(s, magnitude, UNIT, v < 0 ? -by : by);
}

void dj_sum_add(dj_sum *s, double v)
{
	change(s, v, 1);
}

void dj_sum_remove(dj_sum *s, double v)
{
	change(s, v, -1);
}

void dj_sum_add_integer(dj_sum *s, int64_t v)
{
	change_integer(s, v, 1);
}

void dj_sum_remove_integer(dj_sum *s, int64_t v)
{
	change_integer(s, v, -1);
}

/* Limbs of the sum's magnitude, each in [0, 2^32). Returns whether the sum is below 0. */
static bool magnitude_of(uint32_t limb[DJ_SUM_LIMBS + 1], dj_sum *s)
{
	tighten(s);
	bool    negative = s->limb[DJ_SUM_LIMBS - 1] < 0;
	int64_t carry = 0;

	for (int i = 0; i < DJ_SUM_LIMBS; i++) {
		int64_t v = (negative ? -s->limb[i] : s->limb[i]) + carry;
		limb[i] = (uint32_t)(v & 0xffffffff);
		carry = v >> LIMB_BITS; /* gcc and clang shift in the sign */
	}
	limb[DJ_SUM_LIMBS] = (uint32_t)carry;
	return negative;
}

static bool bit_at(const uint32_t *limb, int at)
{
	return limb[at / LIMB_BITS] >> (at % LIMB_BITS) & 1;
}

static int highest_bit(const uint32_t *limb)
{
	for (int i = DJ_SUM_LIMBS; i >= 0; i--)
		if (limb[i])
			return i * LIMB_BITS + 31 - __builtin_clz(limb[i]);
	return -1;
}

static bool any_below(const uint32_t *limb, int at)
{
	for (int i = 0; i < at / LIMB_BITS; i++)
		if (limb[i])
			return true;
	return at > 0 && (limb[at / LIMB_BITS] & (((uint32_t)1 << at % LIMB_BITS) - 1)) != 0;
}

double dj_sum_value(dj_sum *s)
{
	uint32_t limb[DJ_SUM_LIMBS + 1];

	if (s->nan > 0 || (s->infinite > 0 && s->minus > 0))
		return NAN;
	if (s->infinite > 0 || s->minus > 0)
		return s->infinite > 0 ? INFINITY : -INFINITY;

	bool negative = magnitude_of(limb, s);
	int  top = highest_bit(limb);
	int  lowest = top < MANTISSA ? 0 : top - (MANTISSA - 1); /* bits below are rounded away */
	if (top < 0)
		return 0.0;

	uint64_t mantissa = 0;
	for (int at = top; at >= lowest; at--)
		mantissa = mantissa << 1 | bit_at(limb, at);
	if (lowest > 0 && bit_at(limb, lowest - 1) && (any_below(limb, lowest - 1) || (mantissa & 1)))
		mantissa++; /* to nearest, ties to even */

	double value = ldexp((double)mantissa, lowest - UNIT); /* 2^53 is exact too; past the range: infinite */
	return negative ? -value : value;
}

int dj_sum_integer(int64_t *out, dj_sum *s)
{
	uint32_t limb[DJ_SUM_LIMBS + 1];
	uint64_t magnitude = 0;

	if (s->nan > 0 || s->infinite > 0 || s->minus > 0)
		return 0;
	bool negative = magnitude_of(limb, s);
	int  top = highest_bit(limb);

	if (top >= UNIT + 64 || any_below(limb, UNIT))
		return 0;
	for (int at = top; at >= UNIT; at--)
		magnitude = magnitude << 1 | bit_at(limb, at);
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return 0;
	*out = (int64_t)(negative ? 0 - magnitude : magnitude);
	return 1;
}
