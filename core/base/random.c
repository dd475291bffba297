#include "base/random.h"

#include "base/digest.h"

#include <stdio.h>
#include <string.h>

dj_random_state dj_random_seed(uint64_t seed, const char *name)
{
	static const char purpose[] = "datajam random 1";
	char              decimal[24];
	dj_sha256        *sum = dj_sha256_new();

	int digits = snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)seed);
	dj_sha256_add(sum, purpose, sizeof purpose);
	dj_sha256_add(sum, decimal, (size_t)digits + 1);
	dj_sha256_add(sum, name, strlen(name));

	dj_digest       d = dj_sha256_end(sum);
	dj_random_state r;
	for (size_t word = 0; word < 4; word++) {
		r.s[word] = 0;
		for (size_t byte = 8; byte-- > 0;)
			r.s[word] = r.s[word] << 8 | d.byte[word * 8 + byte];
	}
	return r; /* all zero, the one bad state, would be a digest of zeros */
}

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

uint64_t dj_random_bits(dj_random_state *r)
{
	uint64_t result = rotate(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotate(r->s[3], 45);
	return result;
}

double dj_random_unit(dj_random_state *r)
{
	return (double)(dj_random_bits(r) >> 11) * 0x1.0p-53;
}

int64_t dj_random_between(dj_random_state *r, int64_t low, int64_t high)
{
	if (low >= high)
		return low;

	uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0: all 64 bits */
	if (span == 0)
		return (int64_t)dj_random_bits(r);

	__extension__ typedef unsigned __int128 wide;
	wide     product = (wide)dj_random_bits(r) * span;
	uint64_t reject = (0 - span) % span;
	while ((uint64_t)product < reject)
		product = (wide)dj_random_bits(r) * span;
	return (int64_t)((uint64_t)low + (uint64_t)(product >> 64));
}
