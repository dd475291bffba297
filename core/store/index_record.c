/* From a key back to the values that it was made of, as a record of SQLite's file format (2.1). */
#include "store/index_parts.h"
#include "store/varint.h"

#include <stdlib.h>

void dj_index_record_init(dj_index_record *r, size_t n_columns)
{
	*r = (dj_index_record){.n_columns = n_columns};
	r->type = dj_alloc_zero(n_columns + 1, sizeof *r->type);
}

void dj_index_record_free(dj_index_record *r)
{
	free(r->type);
	free(r->key);
	free(r->body);
	*r = (dj_index_record){0};
}

static unsigned char *store_integer(unsigned char *to, uint64_t *type, int64_t v)
{
	/* by how many bytes it takes, with its sign: 5 and 7 have no type of their own */
	static const unsigned char types[9] = {1, 1, 2, 3, 4, 5, 5, 6, 6},
	                           lengths[9] = {1, 1, 2, 3, 4, 6, 6, 8, 8};
	uint64_t      magnitude = v < 0 ? ~(uint64_t)v : (uint64_t)v;
	unsigned char all[8];

	if (magnitude <= 1 && v >= 0) {
		*type = 8 + magnitude;
		return to;
	}
	size_t need = magnitude ? (72 - (size_t)__builtin_clzll(magnitude)) / 8 : 1;
	size_t bytes = lengths[need];
	*type = types[need];
	dj_put_u64(all, (uint64_t)v);
	memcpy(to, all + 8 - bytes, bytes);
	return to + bytes;
}

static const unsigned char *load_integer(int64_t *out, const unsigned char *from)
{
	int      tag = *from++;
	bool     negative = tag < DJ_KEY_INTEGER;
	int      n = negative ? DJ_KEY_INTEGER - 1 - tag : tag - DJ_KEY_INTEGER;
	uint64_t v = negative ? UINT64_MAX : 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | *from++;
	*out = (int64_t)v;
	return from;
}

/* A real without a fraction is an integer in an index, as SQLite itself has it. */
static unsigned char *store_real(unsigned char *to, uint64_t *type, uint64_t ordered)
{
	uint64_t bits = ordered >> 63 ? ordered ^ (uint64_t)1 << 63 : ~ordered;
	double   v;

	memcpy(&v, &bits, sizeof v);
	if (v > -9e18 && v < 9e18 && v == (double)(int64_t)v)
		return store_integer(to, type, (int64_t)v);
	*type = 7;
	dj_put_u64(to, bits);
	return to + 8;
}

/* There are zeros behind the key, so a word may be read from any of its bytes. */
static const unsigned char *load_text(unsigned char **to, uint64_t *type, const unsigned char *from)
{
	unsigned char *begin = *to, *at = begin;

	for (from++;;) {
		uint64_t word;

		memcpy(&word, from, 8);
		memcpy(at, from, 8);
		if (!dj_word_has_low(word)) {
			at += 8;
			from += 8;
			continue;
		}
		while (*from > 1)
			*at++ = *from++;
		if (*from++ == 0)
			break;
		*at++ = (unsigned char)(*from++ - 1);
	}
	*type = 13 + 2 * (uint64_t)(at - begin);
	*to = at;
	return from;
}

/* The key's bytes again, with zeros behind them. */
static void unpack(dj_index_record *r, const uint64_t *entry)
{
	size_t more = dj_entry_more(entry), bytes = 8 * (more + 2);

	if (bytes > r->cap_key) {
		r->cap_key = 2 * bytes;
		free(r->key);
		r->key = dj_alloc_zero(r->cap_key, 1);
		/* a header's varints, the body, whose integers may take a byte or two more than in the key, and a word
		 * that is written past the end of a text */
		r->cap_body = DJ_RECORD_FRONT + 9 * (r->n_columns + 2) + r->cap_key + 2 * r->n_columns + 24;
		free(r->body);
		r->body = dj_alloc_zero(r->cap_body, 1);
	}
	dj_put_u64(r->key, entry[0]);
	for (size_t i = 0; i < more; i++)
		dj_put_u64(r->key + 8 * (i + 1), entry[2 + i]);
	memset(r->key + 8 * (more + 1), 0, 8);
}

/* The header goes right before the body, whose begin is fixed so that it need not be moved. */
static unsigned char *put_header(const dj_index_record *r, unsigned char *body)
{
	size_t         n = 1; /* it counts itself */
	unsigned char *to, *begin;

	for (size_t i = 0; i <= r->n_columns; i++)
		n += dj_varint_size(r->type[i]);
	n +=
	    n >
	    127; /* its own length takes two bytes then; three never: there are 2000 columns at most, of few bytes */
	begin = body - n;
	to = dj_put_varint(begin, n);
	for (size_t i = 0; i <= r->n_columns; i++)
		to = dj_put_varint(to, r->type[i]);
	return begin;
}

unsigned char *dj_index_record_of(size_t *n, dj_index_record *r, const uint64_t *entry)
{
	unsigned char       *body, *to;
	const unsigned char *from;

	unpack(r, entry);
	from = r->key;
	to = body = r->body + DJ_RECORD_FRONT + 9 * (r->n_columns + 2);
	for (size_t i = 0; i < r->n_columns; i++) {
		int64_t v;

		if (*from == DJ_KEY_TEXT) {
			from = load_text(&to, &r->type[i], from);
		} else if (*from == DJ_KEY_REAL) {
			to = store_real(to, &r->type[i], dj_word_of(from + 1));
			from += 9;
		} else if (*from == DJ_KEY_NULL) {
			r->type[i] = 0;
			from++;
		} else {
			from = load_integer(&v, from);
			to = store_integer(to, &r->type[i], v);
		}
	}
	to = store_integer(to, &r->type[r->n_columns], dj_entry_rowid(entry));

	unsigned char *payload = put_header(r, body);
	*n = (size_t)(to - payload);
	return payload;
}
