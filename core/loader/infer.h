/*
 * infer.h - what a text could be stored as without losing anything, and what a column of such texts is.
 *
 * Promise: a column's type depends on the set of kinds among its values alone, not on their order, so that guessing
 * from a start and mending later gives what the whole file gives. No inferred type ever rejects or changes a value:
 * leading zeros, a leading +, whole numbers of more than 18 digits, instants with a part of a second, and whatever mixes
 * kinds that do not fit are text, as they stand in the source.
 */
#ifndef DJ_LOADER_INFER_H
#define DJ_LOADER_INFER_H

#include "loader/record.h"
#include "store/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum dj_kind { /* bits: a column is the set of its values' kinds; NULL has none */
	                   DJ_KIND_BOOLEAN = 1, /* true or false, in any case */
	                   DJ_KIND_INTEGER = 2,
	                   DJ_KIND_LONG = 4, /* an integer beyond 2^53, which a real would round */
	                   DJ_KIND_REAL = 8,
	                   DJ_KIND_DATE = 16,
	                   DJ_KIND_INSTANT = 32,
	                   DJ_KIND_TEXT = 64
} dj_kind;

dj_kind    dj_infer_kind(const dj_field *f);               /* f is not missing */
dj_coltype dj_infer_type(unsigned kinds);                  /* of no kinds (all NULL): text */
bool       dj_infer_fits(unsigned kinds, dj_coltype type); /* whether all of them can be stored so */

#endif
