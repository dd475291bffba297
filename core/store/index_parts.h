/*
 * index_parts.h - how an index is built, for the index_*.c files alone: key, run, merge, record, tree.
 *
 * A key is bytes that memcmp orders as SQLite orders the columns, and no key is the beginning of another, so it may be
 * read in words of eight bytes (the first byte the highest) with zeros behind it: words that differ decide.
 *
 *   NULL 01 | integer TT bytes | real 30 + 8 bytes | text 40 bytes 00
 *
 * TT is 18 + n for an integer of n significant bytes, 17 - n for a negative one. A real is its bits, ordered. In a text
 * 00 is written 01 01 and 01 is written 01 02.
 *
 * An entry of a run is such a key with its rowid: word 0; rowid << 24 | words that follow; those words.
 */
#ifndef DJ_STORE_INDEX_PARTS_H
#define DJ_STORE_INDEX_PARTS_H

#include "base/mem.h"
#include "store/index_build.h"

#include <stdbool.h>
#include <string.h>

enum { DJ_KEY_NULL = 0x01, DJ_KEY_INTEGER = 0x18, DJ_KEY_REAL = 0x30, DJ_KEY_TEXT = 0x40 };
enum { DJ_ENTRY_BITS = 24, DJ_ENTRY_MOST = (1 << DJ_ENTRY_BITS) - 1 }; /* words after the first: 128 MiB */

#define DJ_INDEX_MOST_ROWID (((int64_t)1 << (64 - DJ_ENTRY_BITS)) - 1)

static inline size_t dj_entry_more(const uint64_t *entry)
{
	return entry[1] & DJ_ENTRY_MOST;
}

static inline int64_t dj_entry_rowid(const uint64_t *entry)
{
	return (int64_t)(entry[1] >> DJ_ENTRY_BITS);
}

/* The word of eight bytes, the first the highest. */
static inline uint64_t dj_word_of(const unsigned char *bytes)
{
	uint64_t v;

	memcpy(&v, bytes, sizeof v);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* Whether one of the word's bytes is 00 or 01: those that a text's key writes as two. */
static inline bool dj_word_has_low(uint64_t v)
{
	return ((v - 0x0202020202020202u) & ~v & 0x8080808080808080u) != 0;
}

const size_t *dj_index_build_columns(size_t *n, const dj_index_build *b);

/* ---- Keys of a part: index_keys.c, index_sort.c ---- */

typedef struct dj_index_entry {
	uint64_t word;
	uint32_t
	    at; /* in `rest`: how many words follow, then all of them from word 0 on; 0: word is the whole key */
	uint32_t row; /* of the part, from 0 */
} dj_index_entry;

struct dj_index_keys {
	const size_t   *column; /* the build's */
	size_t          n_columns;
	dj_index_entry *entry, *spare; /* spare: as large, for sorting */
	size_t          n, cap, cap_spare;
	uint64_t       *rest;
	size_t          n_rest, cap_rest;
	unsigned char  *key; /* of one row */
	size_t          cap_key;
	size_t          too_long; /* 1 + the row whose key is too long; 0: none */
};

void   dj_index_keys_sort(dj_index_keys *k);
size_t dj_index_keys_words(const dj_index_keys *k); /* of the run that it makes */
void   dj_index_keys_run(uint64_t *run, const dj_index_keys *k, int64_t first_rowid); /* sorted before */

/* ---- Runs: index_merge.c ---- */

typedef struct dj_index_run {
	uint64_t *words;  /* NULL: in the scratch file */
	uint64_t  offset; /* there, in bytes */
	uint64_t  n;      /* words, at least 2 */
} dj_index_run;

typedef struct dj_index_merge dj_index_merge;

/* Of runs that stay the caller's; those in the file are read through `memory` bytes in all, or what is least. */
dj_index_merge *dj_index_merge_new(const dj_index_run *run, size_t n, int scratch_fd, size_t memory);
void            dj_index_merge_free(dj_index_merge *m); /* NULL is fine */
/* The next entry, borrowed until the next call; NULL at the end. */
int             dj_index_merge_next(const uint64_t **entry, dj_index_merge *m, dj_err *err);

/* ---- Records: index_record.c ---- */

typedef struct dj_index_record {
	size_t         n_columns;
	uint64_t      *type; /* serial types, the rowid's last */
	unsigned char *key, *body;
	size_t         cap_key, cap_body;
} dj_index_record;

enum { DJ_RECORD_FRONT = 9 }; /* bytes before a payload that the tree may use */

void           dj_index_record_init(dj_index_record *r, size_t n_columns);
void           dj_index_record_free(dj_index_record *r);
/* The record of an entry, in SQLite's format; valid until the next call. */
unsigned char *dj_index_record_of(size_t *n, dj_index_record *r, const uint64_t *entry);

/* ---- The tree: index_tree.c ---- */

typedef struct dj_index_tree dj_index_tree;

dj_index_tree *dj_index_tree_new(dj_pages *pages);
void           dj_index_tree_free(dj_index_tree *t); /* NULL is fine */
int            dj_index_tree_add(dj_index_tree *t, unsigned char *payload, size_t n, dj_err *err);
int            dj_index_tree_end(dj_index_tree *t, unsigned char *root, dj_err *err);

#endif
