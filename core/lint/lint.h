/*
 * lint.h - what a team would find out too late about its tables: counts first, then what deserves a look, with rows.
 *
 * Promise: it reads a snapshot and changes nothing; the same snapshot gives the same answer; what it says is "look at
 * this", never "this is wrong". No note holds a cell's value, but for marks such as ".." or "n/a"; the least and most of a
 * column that is direct or protected, or looks so, are not given. Memory depends on the number of columns and on bounds, not
 * on the number of rows: past them a sample chosen by content is counted, and `about` says so.
 *
 * Cost: two passes over each table, one more where a likely key is checked.
 */
#ifndef DJ_LINT_LINT_H
#define DJ_LINT_LINT_H

#include "base/err.h"
#include "base/mem.h"
#include "lint/places.h"
#include "store/catalogue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_lint_column {
	const char *name;
	dj_coltype  type;
	const char *fills; /* "incidents.n": what it is to roles; NULL: nothing */
	int64_t     nulls, distinct;
	bool        about;        /* `distinct` is an estimate, good to some hundredths */
	const char *least, *most; /* as text, cut when long; NULL when all cells are, or `hidden` */
	bool        hidden;       /* values point to a person, or seem to */
	bool        key;          /* an integer or text, no NULL, no value twice, three rows or more */
} dj_lint_column;

enum { DJ_LINT_EXAMPLES = 5 };

typedef struct dj_lint_note {
	const char        *code; /* "duplicate-rows", "swapped-coordinates", ...: docs/data.md lists them */
	const char *const *column;
	size_t             n_columns;                 /* 0: the table as a whole */
	const char        *en, *fr;                   /* one sentence each, without the columns' names */
	int64_t            rows;                      /* how many it concerns; 0 when it is not about rows */
	bool               about;                     /* `rows` is an estimate */
	int64_t            example[DJ_LINT_EXAMPLES]; /* rowids, rising */
	int64_t            line[DJ_LINT_EXAMPLES];    /* of the source, where each begins; 0: nothing is known */
	bool   sure; /* else the lines are counted from rows, and cells with line breaks lie further down */
	size_t n_examples;
} dj_lint_note;

typedef struct dj_lint_table {
	const char           *dataset, *table;
	int64_t               rows;
	const dj_lint_column *column;
	size_t                n_columns;
	const dj_lint_note   *note; /* the most important first */
	size_t                n_notes;
} dj_lint_table;

typedef struct dj_lint {
	const dj_lint_table *table;
	size_t               n;
} dj_lint;

/*
 * Looks all tables of `d` over, but for its rejects; "in the future" is after the day of the load. `v` knows what is
 * protected; `places` may be NULL: then no city is looked up. *out lives in `a`.
 */
int dj_lint_dataset(dj_lint *out, const dj_dataset *d, const dj_vocabulary *v, const dj_places *places,
                    dj_arena *a, dj_err *err);

/* One object a table, for --json and the report. */
void dj_lint_json(dj_buf *out, const dj_lint_table *t);

#endif
