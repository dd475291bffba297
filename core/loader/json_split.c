#include "loader/json_split.h"

#include "loader/json_scan.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64, NEAR_END = 1 << 15 };

/* ---- Rows one after another ---- */

size_t dj_json_split_lines(const char *text, size_t n)
{
	for (size_t at = n; at > 0;) {
		const char *line_break = memrchr(text, '\n', at);
		if (!line_break)
			return 0;
		const char *before = line_break, *behind = dj_json_space(line_break, text + n);
		while (before > text && dj_json_is_space(before[-1]))
			before--;
		if (before > text && (before[-1] == '}' || before[-1] == ']') && behind < text + n &&
		    (*behind == '{' || *behind == '['))
			return (size_t)(line_break - text) + 1;
		at = before == text ? 0 : (size_t)(before - text);
	}
	return 0;
}

/* ---- Elements of an array ---- */

typedef struct state {
	int64_t depth; /* of brackets within the array */
	bool    quoted, escaped;
	size_t  cut; /* behind the last element that ended */
	bool    over;
	size_t  at;
} state;

/* A bit a byte. */
typedef struct block {
	uint64_t quote, backslash, open, close;
} block;

#ifdef __SSE2__
static uint64_t same(const __m128i v[4], char c)
{
	const __m128i want = _mm_set1_epi8(c);
	uint64_t      bits = 0;

	for (int i = 3; i >= 0; i--)
		bits = bits << 16 | (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], want));
	return bits;
}

static block look(const char *p)
{
	const __m128i bit = _mm_set1_epi8(0x20); /* [ and {, ] and } differ in it alone */
	__m128i       v[4], folded[4];

	for (int i = 0; i < 4; i++) {
		v[i] = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		folded[i] = _mm_or_si128(v[i], bit);
	}
	return (block){same(v, '"'), same(v, '\\'), same(folded, '{'), same(folded, '}')};
}
#else
static block look(const char *p)
{
	block b = {0};

	for (int i = 0; i < BLOCK; i++) {
		uint64_t bit = (uint64_t)1 << i;
		b.quote |= p[i] == '"' ? bit : 0;
		b.backslash |= p[i] == '\\' ? bit : 0;
		b.open |= (p[i] | 0x20) == '{' ? bit : 0;
		b.close |= (p[i] | 0x20) == '}' ? bit : 0;
	}
	return b;
}
#endif

/* Quotes that a backslash stands before are none; backslashes are rare, so one at a time. */
static uint64_t drop_escaped(const block *b, bool *escaped)
{
	uint64_t gone = *escaped ? 1 : 0, backslash = b->backslash & ~gone;

	*escaped = false;
	while (backslash) {
		int at = __builtin_ctzll(backslash);
		backslash &= backslash - 1;
		if (at == BLOCK - 1) {
			*escaped = true;
			break;
		}
		gone |= (uint64_t)2 << at;
		backslash &= ~((uint64_t)2 << at);
	}
	return b->quote & ~gone;
}

/* From each quote to the next, the first included: a running exclusive or. */
static uint64_t between(uint64_t quotes)
{
	for (int shift = 1; shift < BLOCK; shift *= 2)
		quotes ^= quotes << shift;
	return quotes;
}

static int64_t count(uint64_t bits)
{
	return __builtin_popcountll(bits);
}

/* Bracket by bracket, when an element or the array may end here. */
static void go_through(state *s, uint64_t open, uint64_t close)
{
	for (uint64_t any = open | close; any; any &= any - 1) {
		int at = __builtin_ctzll(any);
		if (open >> at & 1) {
			s->depth++;
		} else if (s->depth == 0) {
			s->over = true;
			s->at += (size_t)at;
			return;
		} else if (--s->depth == 0) {
			s->cut = s->at + (size_t)at + 1;
		}
	}
}

/* `exact`: where elements end matters, not only that the array's end is seen. */
static void step(state *s, const char *p, bool exact)
{
	block    b = look(p);
	uint64_t quotes = b.backslash || s->escaped ? drop_escaped(&b, &s->escaped) : b.quote;
	uint64_t inside = between(quotes) ^ (s->quoted ? ~(uint64_t)0 : 0), open = b.open & ~inside,
	         close = b.close & ~inside;

	s->quoted = inside >> (BLOCK - 1) & 1;
	if (s->depth < count(close) + exact) {
		go_through(s, open, close);
		if (s->over)
			return;
	} else {
		s->depth += count(open) - count(close);
	}
	s->at += BLOCK;
}

static void scan(state *s, const char *text, size_t n, size_t exact_from)
{
	char rest[BLOCK];

	while (!s->over && n - s->at >= BLOCK)
		step(s, text + s->at, s->at + BLOCK > exact_from);
	if (s->over || s->at == n)
		return;
	memset(rest, ' ', sizeof rest);
	memcpy(rest, text + s->at, n - s->at);
	step(s, rest, true);
}

static bool only_space(const char *text, size_t from, size_t to)
{
	return dj_json_space(text + from, text + to) == text + to;
}

size_t dj_json_split_array(const char *text, size_t n, bool *over)
{
	state s = {0};

	scan(&s, text, n, n > NEAR_END ? n - NEAR_END : 0);
	if (s.cut == 0 || (s.over && !only_space(text, s.cut, s.at))) { /* a long element, or the end is early */
		s = (state){0};
		scan(&s, text, n, 0);
	}
	*over = s.over;
	if (s.over && !only_space(text, s.cut, s.at))
		s.cut = s.at; /* elements that are no objects */
	return s.cut;
}
