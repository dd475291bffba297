/*
 * explain.h - why the loader decided what it did, and the first rows as they would be stored: for a person who looks
 * before anything is written.
 *
 * Promise: reads the source's first 256 KiB and writes nothing. What it gives is bounded, whatever the source holds.
 */
#ifndef DJ_LOADER_EXPLAIN_H
#define DJ_LOADER_EXPLAIN_H

#include "loader/table.h"

enum { DJ_PREVIEW_ROWS = 10, DJ_PREVIEW_CELL = 200 /* bytes */ };

/* One item of LOADED's "explained" (job.h), of a table that was opened. */
int dj_explain_table(dj_buf *out, dj_table *t, dj_err *err);

/*
 * A source that is JSON, and could not be read as a table for the reason in `why`: whether it is JSON at all. 1: it is,
 * and holds no table; negative: it is not, and *err says where.
 */
int dj_explain_no_table(const dj_job_table *job, dj_err *err);

#endif
