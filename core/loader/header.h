/*
 * header.h - names of columns from a header line, and whether there is one.
 */
#ifndef DJ_LOADER_HEADER_H
#define DJ_LOADER_HEADER_H

#include "base/err.h"
#include "loader/csv.h"
#include "loader/said.h"

/*
 * Names that differ in more than case and that neither SQLite nor we use: no name becomes column_N, rowid becomes
 * rowid_, the second of two equal ones gets _2. Every change is said. out[0..n) lives in the arena of `said`.
 */
void dj_header_names(const char **out, const dj_field *header, size_t n, dj_said *said);

/* Whether SQLite or we use that name, so that no column may have it. */
bool dj_header_reserved(const char *name);

/*
 * Whether the first record names the columns, judged from the sample in the window: it does unless it looks like the
 * rows below it and at least one column is not text. *out is left alone when there is no record. The source is to be
 * rewound afterwards.
 */
int dj_header_guess(bool *out, dj_csv *csv, dj_source *s, dj_err *err);

#endif
