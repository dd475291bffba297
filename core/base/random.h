/*
 * random.h - streams of random numbers that are the same everywhere: xoshiro256** (Blackman and Vigna 2018), each
 * stream seeded by SHA-256 of a seed and its name. The only source of chance in datajam: made data and plugins alike.
 */
#ifndef DJ_BASE_RANDOM_H
#define DJ_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct dj_random_state {
	uint64_t s[4];
} dj_random_state;

/* State: the digest of "datajam random 1", NUL, `seed` as decimal text, NUL, `name`, read as four little-endian words. */
dj_random_state dj_random_seed(uint64_t seed, const char *name);
uint64_t        dj_random_bits(dj_random_state *r);
double          dj_random_unit(dj_random_state *r); /* [0, 1), 53 bits */
/* low to high, both in; without bias (Lemire 2019). low > high gives low. */
int64_t         dj_random_between(dj_random_state *r, int64_t low, int64_t high);

#endif
