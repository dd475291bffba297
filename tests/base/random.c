/* Streams: the same everywhere, apart from each other, without bias. */
#include "cases.h"

#include "base/digest.h"
#include "base/random.h"

/* xoshiro256** from state 1, 2, 3, 4: the answers of the reference code of Blackman and Vigna. */
static void known_answers(void **state)
{
	static const uint64_t known[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
	dj_random_state       r = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_true(dj_random_bits(&r) == known[i]);
}

static void seeded_by_the_digest(void **state)
{
	static const char text[] = "datajam random 1\0"
	                           "7\0"
	                           "money";
	dj_digest         d = dj_sha256_of(text, sizeof text - 1);
	dj_random_state   r = dj_random_seed(7, "money"), other = dj_random_seed(7, "places");

	(void)state;
	assert_memory_equal(r.s, d.byte, sizeof r.s); /* little-endian words, on a little-endian machine */
	assert_memory_not_equal(r.s, other.s, sizeof r.s);
}

static void between_is_even(void **state)
{
	dj_random_state r = dj_random_seed(1, "even");
	size_t          seen[7] = {0};

	(void)state;
	for (int i = 0; i < 70000; i++) {
		int64_t v = dj_random_between(&r, -3, 3);
		assert_in_range(v + 3, 0, 6);
		seen[v + 3]++;
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 9600, 10400); /* four standard deviations */
	assert_int_equal(dj_random_between(&r, 5, 4), 5);
	dj_random_between(&r, INT64_MIN, INT64_MAX);
	for (int i = 0; i < 1000; i++) {
		double v = dj_random_unit(&r);
		assert_true(v >= 0 && v < 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers),
	                                   cmocka_unit_test(seeded_by_the_digest),
	                                   cmocka_unit_test(between_is_even)};

	return cmocka_run_group_tests_name("base/random", tests, NULL, NULL);
}
