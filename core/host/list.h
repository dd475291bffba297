/*
 * list.h - the values of list(x): one BLOB that survives subqueries, sorts and temporary tables.
 *
 * "DJL1", u8 item type (1 integer, 2 real, 3 text, 0 when empty), three zero bytes, u64 count; then the
 * items: i64, binary64, or u32 length, bytes and a NUL; all little-endian. Invariant: items are different,
 * none is NULL, and they rise (numbers by value, text by bytes). Snapshots hold no BLOBs, so a BLOB in SQL is
 * a list or a mistake.
 */
#ifndef DJ_HOST_LIST_H
#define DJ_HOST_LIST_H

#include "base/data.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_list_item {
	dj_data_type type; /* DJ_DATA_INTEGER, DJ_DATA_REAL or DJ_DATA_TEXT */
	int64_t      integer;
	double       real;
	const char  *text; /* NUL-ended, borrowed from the BLOB */
	size_t       n;
} dj_list_item;

/* ---- Reading: no memory is taken ---- */

typedef struct dj_list_reader {
	dj_data_type   type; /* of all items; 0 when there are none */
	size_t         n;    /* items in all */
	size_t         left;
	const uint8_t *at, *end;
} dj_list_reader;

/* Fails with "a BLOB that is no list (...)" when the bytes are not whole and well formed. */
int  dj_list_open(dj_list_reader *out, const void *bytes, size_t n, dj_err *err);
bool dj_list_next(dj_list_reader *r, dj_list_item *out); /* false: no more */

/* All items at once, in `a`. An empty list is of integers. */
int dj_list_read(dj_data_list *out, const void *bytes, size_t n, dj_arena *a, dj_err *err);

/* ---- Making ---- */

typedef struct dj_list_maker { /* {0} is the empty list */
	dj_data_type type;
	bool         rising; /* items came in rising order so far */
	size_t       n, room;
	int64_t     *integer;
	double      *real;
	struct dj_list_span {
		size_t at, n;
	} * span; /* text: places in `bytes` */
	dj_buf bytes;
} dj_list_maker;

/* Integers and reals together make reals; numbers and text together fail. Reals must be finite. */
int  dj_list_add(dj_list_maker *m, const dj_list_item *item, dj_err *err);
/* Sorts, drops repeats, adds the BLOB to `out`, leaves {0}. */
void dj_list_end(dj_list_maker *m, dj_buf *out);
void dj_list_free(dj_list_maker *m); /* for error paths */

#endif
