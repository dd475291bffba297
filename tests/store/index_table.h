/* Tables for the tests of indexes: values that keys are tempted to put in the wrong order. */
#ifndef DJ_TESTS_STORE_INDEX_TABLE_H
#define DJ_TESTS_STORE_INDEX_TABLE_H

#include "base/random.h"
#include "store/snapshot.h"
#include "store_test.h"

enum { COLUMNS = 3 };

typedef struct table {
	const char *type[COLUMNS]; /* as in CREATE TABLE */
	size_t      n;
	dj_cell    *cell; /* COLUMNS a row */
	dj_arena   *texts;
} table;

static inline dj_cell integer(int64_t v)
{
	return (dj_cell){.kind = DJ_CELL_INTEGER, .integer = v};
}

static inline dj_cell real(double v)
{
	return (dj_cell){.kind = DJ_CELL_REAL, .real = v};
}

static inline dj_cell text_of(table *t, const char *bytes, size_t n)
{
	return (dj_cell){.kind = DJ_CELL_TEXT, .text = dj_arena_dupn(t->texts, bytes, n), .n = n};
}

static inline dj_cell random_integer(dj_random_state *r)
{
	static const int64_t edges[] = {0,
	                                1,
	                                -1,
	                                127,
	                                128,
	                                -128,
	                                -129,
	                                255,
	                                256,
	                                32767,
	                                -32768,
	                                8388607,
	                                -8388609,
	                                2147483647,
	                                1LL << 31,
	                                -(1LL << 31) - 1,
	                                (1LL << 47) - 1,
	                                1LL << 47,
	                                -(1LL << 47) - 1,
	                                INT64_MAX,
	                                INT64_MIN,
	                                1LL << 56,
	                                -(1LL << 56) - 1};
	uint64_t             v = dj_random_bits(r);

	if (v % 3 == 0)
		return integer(edges[(v >> 8) % DJ_COUNT(edges)]);
	return integer((int64_t)(dj_random_bits(r) >> (v >> 8 & 63)) * (v & 64 ? -1 : 1));
}

static inline dj_cell random_real(dj_random_state *r)
{
	static const double edges[] = {0.0,     -0.0,   1,       -1,           0.5,  -0.5, 1e300,  -1e300, 5e-324,
	                               -5e-324, 9.2e18, -9.3e18, 2147483648.0, 1e15, 0.1,  -1e-10, 8e18};
	uint64_t            v = dj_random_bits(r);

	return v & 1 ? real(edges[(v >> 8) % DJ_COUNT(edges)])
	             : real((double)(int64_t)dj_random_bits(r) / (double)(1 + (v >> 40)));
}

/* Few letters, so that many texts begin alike; among them those that a key must write as two. */
static inline dj_cell random_text(table *t, dj_random_state *r, size_t most)
{
	static const char letters[] = {'a', 'b', 0, 1, 2, (char)255, 'a', 'a'};
	char              bytes[20000];
	size_t            n = dj_random_bits(r) % (most + 1);
	bool              same = dj_random_bits(r) % 2;

	for (size_t i = 0; i < n; i++)
		bytes[i] = same ? 'x' : letters[dj_random_bits(r) % sizeof letters];
	return text_of(t, bytes, n);
}

static inline dj_cell random_cell(table *t, dj_random_state *r, const char *type, size_t longest)
{
	uint64_t v = dj_random_bits(r) % 16;

	if (v == 0)
		return (dj_cell){.kind = DJ_CELL_NULL};
	if (*type == 'I')
		return random_integer(r);
	if (*type == 'R')
		return random_real(r);
	return random_text(t, r, v == 1 ? longest : v < 8 ? 5 : 40);
}

static inline table random_table(dj_random_state *r, const char *a, const char *b, const char *c, size_t n,
                                 size_t longest)
{
	table t = {.type = {a, b, c}, .n = n, .texts = dj_arena_new()};

	t.cell = dj_alloc_zero(n * COLUMNS + 1, sizeof *t.cell);
	for (size_t i = 0; i < n * COLUMNS; i++)
		t.cell[i] = random_cell(&t, r, t.type[i % COLUMNS], longest);
	return t;
}

static inline void table_free(table *t)
{
	free(t->cell);
	dj_arena_free(t->texts);
}

#endif
