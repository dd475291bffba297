/*
 * lint.h - what a team would find out too late about a table: counts first, then what looks wrong, each with rows to look at.
 *
 * Promise: it reads a snapshot and changes nothing; the same snapshot gives the same answer; what it says is "look at
 * this", never "this is wrong". Memory does not depend on the number of rows beyond bounded sketches and one hash a row.
 */
#ifndef DJ_LINT_LINT_H
#define DJ_LINT_LINT_H

#include "base/err.h"
#include "base/mem.h"
#include "store/catalogue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_lint_column {
	const char *name;
	dj_coltype  type;
	int64_t     nulls, distinct; /* distinct: exact up to a bound, then -1 ("more than ...") */
	const char *least, *most;    /* as text; NULL when all cells are */
	bool        key;             /* no NULL, no value twice */
} dj_lint_column;

typedef struct dj_lint_note {
	const char
	    *code; /* "constant-column", "duplicate-rows", "date-out-of-range", "swapped-coordinates", ... */
	const char *column; /* NULL: the table as a whole */
	const char *en, *fr;
	int64_t     rows; /* how many it concerns; 0 when it is not about rows */
	int64_t     example[5];
	size_t      n_examples; /* rowids */
} dj_lint_note;

typedef struct dj_lint_table {
	const char           *dataset, *table;
	int64_t               rows;
	const dj_lint_column *column;
	size_t                n_columns;
	const dj_lint_note   *note;
	size_t                n_notes;
} dj_lint_table;

/* *out lives in `a`. `today`: days since 1970-01-01, for dates in the future; a caller that must not read the clock says the load's. */
int dj_lint(dj_lint_table *out, const dj_dataset *d, const char *table, int64_t today, dj_arena *a,
            dj_err *err);

/* One object a table, for --json and the report. */
void dj_lint_json(dj_buf *out, const dj_lint_table *t);

#endif
