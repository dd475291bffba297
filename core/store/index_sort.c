/*
 * Sorts a part's keys, word by word: by radix where there are many, by insertion where there are few. Both keep rows
 * with the same key in their order, which is that of their rowids.
 */
#include "store/index_parts.h"

#include <stdlib.h>

enum { FEW = 24 };

/* Of a key of more than one. The one that is being compared is in the entry itself. */
static const uint64_t *words_of(const dj_index_keys *k, const dj_index_entry *e)
{
	return &k->rest[e->at + 1];
}

static bool goes_on(const dj_index_keys *k, const dj_index_entry *e, size_t depth)
{
	return e->at && k->rest[e->at] > depth;
}

/* Whether a key comes before another that is the same in the words before `depth`, whose words they hold. */
static bool before(const dj_index_keys *k, const dj_index_entry *a, const dj_index_entry *b, size_t depth)
{
	if (a->word != b->word)
		return a->word < b->word;
	for (size_t d = depth; goes_on(k, a, d) && goes_on(k, b, d); d++) {
		uint64_t x = words_of(k, a)[d + 1], y = words_of(k, b)[d + 1];
		if (x != y)
			return x < y;
	}
	return false;
}

static void insert(const dj_index_keys *k, dj_index_entry *e, size_t n, size_t depth)
{
	for (size_t i = 1; i < n; i++) {
		dj_index_entry moving = e[i];
		size_t         to = i;

		for (; to > 0 && before(k, &moving, &e[to - 1], depth); to--)
			e[to] = e[to - 1];
		e[to] = moving;
	}
}

/* By one byte of the word. */
static void pass(dj_index_entry *to, const dj_index_entry *from, size_t n, int shift)
{
	uint32_t at[256] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++)
		at[from[i].word >> shift & 255]++;
	for (size_t v = 0; v < 256; v++) {
		uint32_t count = at[v];
		at[v] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i].word >> shift & 255]++] = from[i];
}

static void radix(dj_index_entry *e, dj_index_entry *spare, size_t n)
{
	dj_index_entry *from = e, *to = spare;
	uint64_t        differs = 0;

	for (size_t i = 1; i < n; i++)
		differs |= e[i].word ^ e[0].word;
	for (int shift = 0; shift < 64; shift += 8) {
		if ((differs >> shift & 255) == 0)
			continue;
		pass(to, from, n, shift);
		dj_index_entry *swap = from;
		from = to;
		to = swap;
	}
	if (from != e)
		memcpy(e, from, n * sizeof *e);
}

static size_t same_words(const dj_index_entry *e, size_t n)
{
	size_t same = 1;

	while (same < n && e[same].word == e[0].word)
		same++;
	return same;
}

/* Gets a group of equals ready for their next word. False: they are equal to the end. */
static bool deepen(const dj_index_keys *k, dj_index_entry *e, size_t n, size_t depth)
{
	if (n < 2 || !goes_on(k, &e[0], depth))
		return false;
	for (size_t i = 0; i < n; i++)
		e[i].word = words_of(k, &e[i])[depth + 1];
	return true;
}

/* Calls itself for all groups of equals but the largest, so its depth is bounded by the logarithm of n. */
static void sort(dj_index_keys *k, dj_index_entry *e, size_t n, size_t depth)
{
	while (n > FEW) {
		size_t largest = 0, n_largest = 0;

		radix(e, k->spare, n);
		for (size_t i = 0, same; i < n; i += same) {
			same = same_words(e + i, n - i);
			if (same > n_largest) {
				largest = i;
				n_largest = same;
			}
		}
		for (size_t i = 0, same; i < n; i += same) {
			same = i == largest ? n_largest : same_words(e + i, n - i);
			if (i != largest && deepen(k, e + i, same, depth))
				sort(k, e + i, same, depth + 1);
		}
		e += largest;
		n = n_largest;
		if (!deepen(k, e, n, depth++))
			return;
	}
	insert(k, e, n, depth);
}

void dj_index_keys_sort(dj_index_keys *k)
{
	if (k->cap_spare < k->n) {
		free(k->spare);
		k->cap_spare = k->cap;
		k->spare = dj_alloc_zero(k->cap_spare, sizeof *k->spare);
	}
	sort(k, k->entry, k->n, 0);
}
