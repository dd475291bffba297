/*
 * sum.h - the exact sum of doubles, rounded once at the end.
 *
 * Promise: the value depends on the multiset of what was added less what was removed, never on the order; it
 * is the true sum rounded to nearest, ties to even. So it serves as a window function too: remove undoes add
 * exactly. Invariant: the sum is the total of limb[i] * 2^(32 i - 1074); `loose` bounds how far limbs have
 * drifted past 32 bits.
 *
 * {0} is the empty sum (as sqlite3_aggregate_context gives it). Cost: three additions a value, 576 bytes.
 * Source: Neal, "Fast exact summation using small and large superaccumulators", arXiv:1505.05571 (2015); the
 * small one.
 */
#ifndef DJ_ANALYSIS_SUM_H
#define DJ_ANALYSIS_SUM_H

#include <stdint.h>

/* Bits of the finite doubles, 2^-1074 to 2^1024, and 64 more: room for 2^63 values of the largest kind. */
enum { DJ_SUM_LIMBS = 68 };

typedef struct dj_sum {
	int64_t  limb[DJ_SUM_LIMBS];
	int64_t  n;                    /* values held: added less removed */
	int64_t  infinite, minus, nan; /* of those: +inf, -inf, NaN */
	uint32_t loose;
} dj_sum;

void dj_sum_add(dj_sum *s, double v);
void dj_sum_remove(dj_sum *s, double v); /* v must have been added before */
/* Integers past 2^53 without loss. When a sum must stay an integer is the caller's rule (SQLite's:
 * dj_sum_integer). */
void dj_sum_add_integer(dj_sum *s, int64_t v);
void dj_sum_remove_integer(dj_sum *s, int64_t v);

/* The sum as the nearest double: 0.0 when empty (never -0.0), infinite past the largest, NaN with NaN or both
 * infinities. */
double dj_sum_value(dj_sum *s);
/* 1 and *out when the sum is a whole number that an int64 holds, 0 when it is not. */
int    dj_sum_integer(int64_t *out, dj_sum *s);

#endif
