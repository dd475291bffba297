/* The quick way to a cell against the thorough one, on texts that are nearly numbers and nearly dates. */
#include "loader_test.h"

#include "base/random.h"
#include "loader/convert.h"
#include "loader/quick.h"

enum { CASES = 300000 };

static size_t make(char *to, dj_random_state *random)
{
	static const char *const starts[] = {"",
	                                     "",
	                                     "",
	                                     "-",
	                                     "+",
	                                     "0",
	                                     "2017-",
	                                     "2024-02-",
	                                     "19",
	                                     ".",
	                                     "9007199254740",
	                                     "2020-03-04",
	                                     "2020-03-0",
	                                     "2020-03-04 10:2",
	                                     "1999-12-31T23:59:5",
	                                     "2024-06-30 00:00:00"};
	static const char        letters[] = "0123456789012345678900112-.:eE+T Zx";
	size_t n = (size_t)sprintf(to, "%s", starts[dj_random_between(random, 0, (int64_t)DJ_COUNT(starts) - 1)]);
	int64_t more = dj_random_between(random, 0, 12),
	        among = dj_random_between(random, 10, sizeof letters - 2);

	while (more-- > 0)
		to[n++] = letters[dj_random_between(random, 0, among)];
	return n;
}

static bool same(const dj_cell *a, const dj_cell *b)
{
	return a->kind == b->kind &&
	       (a->kind == DJ_CELL_INTEGER ? a->integer == b->integer
	        : a->kind == DJ_CELL_REAL  ? memcmp(&a->real, &b->real, sizeof a->real) == 0
	                                   : a->n == b->n && memcmp(a->text, b->text, a->n) == 0);
}

static void what_it_takes_it_takes_as_the_thorough_way_does(void **state)
{
	static const dj_field_kind kinds[] = {DJ_FIELD_PLAIN, DJ_FIELD_QUOTED, DJ_FIELD_LITERAL, DJ_FIELD_STRING};
	static const dj_coltype types[] = {DJ_COL_INTEGER, DJ_COL_REAL, DJ_COL_DATE, DJ_COL_TEXT, DJ_COL_INSTANT};
	dj_random_state         random = dj_random_seed(7, "quick");
	int                     taken[DJ_COUNT(types)] = {0};

	(void)state;
	for (int k = 0; k < CASES; k++) {
		char     around[80], *text = around + 8, room[DJ_CELL_ROOM], other[DJ_CELL_ROOM];
		dj_field f = {kinds[k % 4], text, make(text, &random)};
		memcpy(around, k % 3 ? "12.45,-7" : "//......", 8);
		dj_window window = {text, text + sizeof around - 8};
		for (size_t t = 0; t < DJ_COUNT(types); t++) {
			dj_cell quick, slow;
			dj_kind kind = dj_quick_cell(&quick, &f, types[t], k % 2 ? window : (dj_window){0}, other);
			if (!kind)
				continue;
			taken[t]++;
			slow = dj_convert_inferred(&f, types[t], room);
			if (kind != dj_infer_kind(&f) || !dj_infer_fits(kind, types[t]) || !same(&quick, &slow))
				fail_msg("%.*s as %s", (int)f.n, text, dj_coltype_name(types[t]));
			assert_true(dj_convert_declared(&slow, &f, types[t], room) && same(&quick, &slow));
		}
	}
	for (size_t t = 0; t < DJ_COUNT(types); t++)
		assert_true((taken[t] > 100) == (types[t] != DJ_COL_TEXT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_it_takes_it_takes_as_the_thorough_way_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
