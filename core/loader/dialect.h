/*
 * dialect.h - how a delimited text is written: separator, quote, spaces, and number of columns.
 *
 * Promise: the same bytes always give the same dialect. Invariant: `ragged` counts the rows of the sample that do not
 * have `columns` fields; nothing is hidden.
 */
#ifndef DJ_LOADER_DIALECT_H
#define DJ_LOADER_DIALECT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dj_dialect {
	char   separator; /* one of , ; tab | unless said */
	int    quote;     /* '"', or '\'' where only that is used; -1: none */
	bool   space;     /* a space follows every separator, and is no part of a field */
	size_t columns;   /* fields of most rows; 1 when no separator divides the text */
	size_t rows;      /* whole rows in the sample, blank lines left out */
	size_t ragged;    /* of those, rows with another number of fields */
} dj_dialect;

/*
 * Finds the dialect of `n` bytes of `sample`; the first 256 KiB of a file is plenty. A separator or quote that is said
 * (not 0) is kept. Line ends are LF, CRLF or CR. A last row that the sample cuts off is left out, unless `whole` says
 * that the sample is the whole file.
 *
 * Fails with DJ_FAIL when there is no whole row; *out is then untouched. Cost: one pass a separator.
 *
 * Source: the pattern score of van den Burg, Nazabal and Sutton, "Wrangling messy CSV files by detecting row and type
 * patterns", Data Mining and Knowledge Discovery 33 (2019); of it only the row patterns.
 */
int dj_dialect_find(dj_dialect *out, const char *sample, size_t n, bool whole, int separator, int quote,
                    dj_err *err);

#endif
