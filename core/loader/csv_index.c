#include "loader/csv_index.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* One bit a byte of a block of 64. */
typedef struct bits {
	uint64_t quote, separator, lf, cr, high;
} bits;

typedef struct marks {
	char separator, quote;
	bool has_quote, space;
} marks;

typedef bits (*looker)(const char *block, const marks *m);

void dj_csv_index_begin(dj_csv_index *x)
{
	*x = (dj_csv_index){.at = x->at, .cap = x->cap, .utf8 = true, .may_open = true};
}

void dj_csv_index_free(dj_csv_index *x)
{
	free(x->at);
	*x = (dj_csv_index){0};
}

/* ---- Looking at 64 bytes ---- */

static inline __attribute__((always_inline)) bits look_plain(const char *block, const marks *m)
{
	bits b = {0};

	for (int i = 0; i < 64; i++) {
		unsigned char c = (unsigned char)block[i];
		b.quote |= (uint64_t)(m->has_quote && c == (unsigned char)m->quote) << i;
		b.separator |= (uint64_t)(c == (unsigned char)m->separator) << i;
		b.lf |= (uint64_t)(c == '\n') << i;
		b.cr |= (uint64_t)(c == '\r') << i;
		b.high |= (uint64_t)(c >> 7) << i;
	}
	return b;
}

#if defined(__x86_64__)
static inline __attribute__((always_inline)) bits look_sse2(const char *block, const marks *m)
{
	const __m128i quote = _mm_set1_epi8(m->quote), separator = _mm_set1_epi8(m->separator);
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
	bits          b = {0};

	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const void *)(block + 16 * i));
		b.quote |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << 16 * i;
		b.separator |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, separator)) << 16 * i;
		b.lf |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, lf)) << 16 * i;
		b.cr |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, cr)) << 16 * i;
		b.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v) << 16 * i;
	}
	b.quote &= m->has_quote ? ~UINT64_C(0) : 0;
	return b;
}

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 static inline uint64_t equal(__m256i low, __m256i up, char c)
{
	__m256i all = _mm256_set1_epi8(c);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(up, all)) << 32;
}

AVX2 static inline bits look_avx2(const char *block, const marks *m)
{
	__m256i low = _mm256_loadu_si256((const void *)block),
	        up = _mm256_loadu_si256((const void *)(block + 32));

	return (bits){.quote = m->has_quote ? equal(low, up, m->quote) : 0,
	              .separator = equal(low, up, m->separator),
	              .lf = equal(low, up, '\n'),
	              .cr = equal(low, up, '\r'),
	              .high = (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(up)
	                                                                << 32};
}
#elif defined(__aarch64__)
static inline uint64_t gather(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
	const uint8x16_t weight = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
	uint8x16_t       ab = vpaddq_u8(vandq_u8(a, weight), vandq_u8(b, weight));
	uint8x16_t       cd = vpaddq_u8(vandq_u8(c, weight), vandq_u8(d, weight));

	ab = vpaddq_u8(ab, cd);
	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(ab, ab)), 0);
}

static inline uint64_t equal(const uint8x16_t v[4], char c)
{
	uint8x16_t all = vdupq_n_u8((uint8_t)c);

	return gather(vceqq_u8(v[0], all), vceqq_u8(v[1], all), vceqq_u8(v[2], all), vceqq_u8(v[3], all));
}

static inline __attribute__((always_inline)) bits look_neon(const char *block, const marks *m)
{
	const uint8_t *p = (const uint8_t *)block;
	uint8x16_t     v[4] = {vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)};
	uint8x16_t     top = vdupq_n_u8(0x80);

	return (bits){
	    .quote = m->has_quote ? equal(v, m->quote) : 0,
	    .separator = equal(v, m->separator),
	    .lf = equal(v, '\n'),
	    .cr = equal(v, '\r'),
	    .high = gather(vcgeq_u8(v[0], top), vcgeq_u8(v[1], top), vcgeq_u8(v[2], top), vcgeq_u8(v[3], top))};
}
#endif

/* ---- What the bits mean ---- */

/* Bit i: the parity of quotes up to and with byte i. */
static inline __attribute__((always_inline)) uint64_t parity(uint64_t quote)
{
	quote ^= quote << 1;
	quote ^= quote << 2;
	quote ^= quote << 4;
	quote ^= quote << 8;
	quote ^= quote << 16;
	return quote ^ quote << 32;
}

/* Spaces stand between a separator (or the record's begin) and an opening quote at `at`. */
static bool opens_behind_spaces(const char *data, size_t at, const marks *m)
{
	while (at > 0 && data[at - 1] == ' ')
		at--;
	return at == 0 || data[at - 1] == m->separator || data[at - 1] == '\n' || data[at - 1] == '\r';
}

static void check_openings(dj_csv_index *x, uint64_t wrong, const char *data, size_t at, const marks *m)
{
	for (; wrong; wrong &= wrong - 1)
		x->bare |= !m->space || !opens_behind_spaces(data, at + (size_t)__builtin_ctzll(wrong), m);
}

/* A letter that the end of what is there cuts off counts as none: such a chunk is looked at again, cell by cell. */
static void check_letters(dj_csv_index *x, uint64_t high, const char *data, size_t at, size_t end)
{
	for (; high; high &= high - 1) {
		size_t p = at + (size_t)__builtin_ctzll(high);
		if (p < x->letter)
			continue;
		size_t length = dj_utf8_character(data + p, end - p);
		x->utf8 &= length > 0;
		x->letter = p + (length ? length : 1);
	}
}

/* Takes in one block of n bytes, of a text that ends at `end`: bits of bytes that are not there are 0. */
static inline __attribute__((always_inline)) void take(dj_csv_index *x, bits b, const char *data, size_t at,
                                                       size_t n, size_t end, const marks *m)
{
	uint64_t inside = parity(b.quote) ^ x->inside;
	uint64_t opening = b.quote & inside, closing = b.quote & ~inside;
	uint64_t ends = (b.separator | b.lf | b.cr) & ~inside;
	uint64_t may_open = ends | closing;
	uint64_t wrong = opening & ~(may_open << 1 | (uint64_t)x->may_open);

	if (__builtin_expect(wrong != 0, 0))
		check_openings(x, wrong, data, at, m);
	x->lines += (uint64_t)__builtin_popcountll(b.lf) + (uint64_t)__builtin_popcountll(b.cr) -
	            (uint64_t)__builtin_popcountll(b.lf & (b.cr << 1 | (uint64_t)x->after_cr));
	if (b.high)
		check_letters(x, b.high, data, at, end);
	x->inside = (uint64_t)0 - (inside >> 63);
	x->may_open = may_open >> (n - 1) & 1;
	x->after_cr = b.cr >> (n - 1) & 1;

	uint32_t *to = x->at + x->n;
	x->n += (size_t)__builtin_popcountll(ends);
	for (; ends; ends &= ends - 1)
		*to++ = (uint32_t)at + (uint32_t)__builtin_ctzll(ends);
}

static inline __attribute__((always_inline)) void add(dj_csv_index *x, const char *data, size_t from,
                                                      size_t n, const marks *m, looker look)
{
	for (; from + 64 <= n; from += 64)
		take(x, look(data + from, m), data, from, 64, n, m);
	if (from < n) {
		char last[64] = {0};
		memcpy(last, data + from, n - from);
		take(x, look(last, m), data, from, n - from, n, m);
	}
	x->open = x->inside != 0;
}

static void make_room(dj_csv_index *x, size_t more)
{
	if (x->cap - x->n >= more)
		return;
	x->cap = x->n + more;
	x->at = dj_realloc(x->at, x->cap, sizeof *x->at);
}

static marks marks_of(char separator, int quote, bool space)
{
	return (marks){separator, quote >= 0 ? (char)quote : '\0', quote >= 0, space};
}

void dj_csv_index_add_plain(dj_csv_index *x, const char *data, size_t from, size_t n, char separator,
                            int quote, bool space)
{
	marks m = marks_of(separator, quote, space);

	make_room(x, n - from);
	add(x, data, from, n, &m, look_plain);
}

#if defined(__x86_64__)
AVX2 static void add_avx2(dj_csv_index *x, const char *data, size_t from, size_t n, const marks *m)
{
	add(x, data, from, n, m, look_avx2);
}
#endif

void dj_csv_index_add(dj_csv_index *x, const char *data, size_t from, size_t n, char separator, int quote,
                      bool space)
{
	marks m = marks_of(separator, quote, space);

	make_room(x, n - from);
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		add_avx2(x, data, from, n, &m);
	else
		add(x, data, from, n, &m, look_sse2);
#elif defined(__aarch64__)
	add(x, data, from, n, &m, look_neon);
#else
	add(x, data, from, n, &m, look_plain);
#endif
}
