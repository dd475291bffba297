/* The keys of a part's rows, as words that compare as SQLite compares the columns (index_parts.h). */
#include "store/index_parts.h"
#include "store/varint.h"

#include <stdlib.h>

dj_index_keys *dj_index_keys_new(const dj_index_build *b)
{
	dj_index_keys *k = dj_alloc_zero(1, sizeof *k);

	k->column = dj_index_build_columns(&k->n_columns, b);
	dj_index_keys_reset(k);
	return k;
}

void dj_index_keys_free(dj_index_keys *k)
{
	if (!k)
		return;
	free(k->entry);
	free(k->spare);
	free(k->rest);
	free(k->key);
	free(k);
}

void dj_index_keys_reset(dj_index_keys *k)
{
	k->n = 0;
	k->n_rest = 1; /* 0 says that there is no rest */
	k->too_long = 0;
}

/* ---- Columns to bytes ---- */

static size_t significant_bytes(uint64_t v)
{
	return v ? (size_t)(71 - __builtin_clzll(v)) / 8 : 0;
}

static unsigned char *put_integer(unsigned char *to, int64_t v)
{
	size_t        n = significant_bytes(v < 0 ? ~(uint64_t)v : (uint64_t)v);
	unsigned char all[8];

	dj_put_u64(all, (uint64_t)v);
	*to++ = (unsigned char)(v < 0 ? DJ_KEY_INTEGER - 1 - n : DJ_KEY_INTEGER + n);
	memcpy(to, all + 8 - n, n);
	return to + n;
}

/* Negative numbers have the sign bit, and are the smaller the larger the other bits are. */
static unsigned char *put_real(unsigned char *to, double v)
{
	uint64_t bits;

	v += 0.0; /* -0 is 0 */
	memcpy(&bits, &v, sizeof bits);
	*to++ = DJ_KEY_REAL;
	dj_put_u64(to, bits >> 63 ? ~bits : bits | (uint64_t)1 << 63);
	return to + 8;
}

static unsigned char *put_text(unsigned char *to, const char *text, size_t n)
{
	const char *end = text + n;

	*to++ = DJ_KEY_TEXT;
	while (text < end) {
		uint64_t word;

		if (end - text >= 8 && (memcpy(&word, text, 8), !dj_word_has_low(word))) {
			memcpy(to, text, 8);
			to += 8;
			text += 8;
			continue;
		}
		unsigned char c = (unsigned char)*text++;
		if (c < 2) {
			*to++ = 1;
			c++;
		}
		*to++ = c;
	}
	*to++ = 0;
	return to;
}

static size_t key_room(const dj_index_keys *k, const dj_cell *cell)
{
	size_t room = 8; /* zeros behind */

	for (size_t i = 0; i < k->n_columns; i++) {
		const dj_cell *c = &cell[k->column[i]];
		room += c->kind == DJ_CELL_TEXT ? 2 * c->n + 2 : 9;
	}
	return room;
}

static size_t write_key(dj_index_keys *k, const dj_cell *cell)
{
	unsigned char *to = k->key;

	for (size_t i = 0; i < k->n_columns; i++) {
		const dj_cell *c = &cell[k->column[i]];
		switch (c->kind) {
		case DJ_CELL_INTEGER: to = put_integer(to, c->integer); break;
		case DJ_CELL_REAL: to = put_real(to, c->real); break;
		case DJ_CELL_TEXT: to = put_text(to, c->n ? c->text : "", c->n); break;
		default: *to++ = DJ_KEY_NULL; break;
		}
	}
	memset(to, 0, 8);
	return (size_t)(to - k->key);
}

/* ---- Entries ---- */

static void grow(dj_index_keys *k, size_t room)
{
	if (room > k->cap_key) {
		k->cap_key = 2 * room;
		free(k->key);
		k->key = dj_alloc_zero(k->cap_key, 1);
	}
	if (k->n == k->cap) {
		k->cap = k->cap ? 2 * k->cap : 1024;
		k->entry = dj_realloc(k->entry, k->cap, sizeof *k->entry);
	}
}

/* All words of a key of more than one. */
static uint32_t put_rest(dj_index_keys *k, size_t words)
{
	size_t at = k->n_rest;

	if (words - 1 > DJ_ENTRY_MOST || at + words > UINT32_MAX) {
		if (!k->too_long)
			k->too_long = k->n + 1;
		return 0;
	}
	if (at + words + 1 > k->cap_rest) {
		k->cap_rest = 2 * (at + words + 1) + 4096;
		k->rest = dj_realloc(k->rest, k->cap_rest, sizeof *k->rest);
	}
	k->rest[at] = words - 1;
	for (size_t i = 0; i < words; i++)
		k->rest[at + 1 + i] = dj_word_of(k->key + 8 * i);
	k->n_rest += words + 1;
	return (uint32_t)at;
}

void dj_index_keys_add(dj_index_keys *k, const dj_cell *cell)
{
	grow(k, key_room(k, cell));

	size_t          words = (write_key(k, cell) + 7) / 8;
	dj_index_entry *e = &k->entry[k->n];

	e->word = dj_word_of(k->key);
	e->at = words > 1 ? put_rest(k, words) : 0;
	e->row = (uint32_t)k->n++;
}

size_t dj_index_keys_words(const dj_index_keys *k)
{
	size_t words = 2 * k->n, rest = k->n_rest - 1;

	/* in `rest` a key has its count and word 0 too, in a run it has them anyway */
	for (size_t i = 0; i < k->n; i++)
		if (k->entry[i].at)
			rest -= 2;
	return words + rest;
}

void dj_index_keys_run(uint64_t *run, const dj_index_keys *k, int64_t first_rowid)
{
	for (size_t i = 0; i < k->n; i++) {
		const dj_index_entry *e = &k->entry[i];
		const uint64_t       *rest = &k->rest[e->at];
		uint64_t              more = e->at ? rest[0] : 0;

		*run++ = e->at ? rest[1] : e->word;
		*run++ = (uint64_t)(first_rowid + e->row) << DJ_ENTRY_BITS | more;
		for (size_t w = 0; w < more; w++)
			*run++ = rest[2 + w];
	}
}
