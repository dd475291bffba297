/*
 * indexes.h - what a job asks of a table beside its rows: indexes, and an R-Tree of places. Columns are named as they are
 * after the steps, or else in the source.
 *
 * Which columns there are is known when the plan is made, their types for sure only when the last row was seen: so names
 * are checked first, what can be is declared when the table begins, and types are checked when it is whole.
 */
#ifndef DJ_LOADER_INDEXES_H
#define DJ_LOADER_INDEXES_H

#include "loader/job.h"
#include "loader/steps.h"
#include "store/snapshot.h"

/* DJ_NOTFOUND, with a guess, for a column that is not there. */
int dj_indexes_names(const dj_job_table *job, const dj_plan *p, dj_err *err);
/* Of the table that `w` begun last, whose columns are those of the plan; before its first row. */
int dj_indexes_declare(dj_snapshot_writer *w, const dj_job_table *job, const dj_plan *p,
                       const dj_column_def *def, dj_err *err);
/* Refuses an R-Tree that was not declared, since a column of it is not real. */
int dj_indexes_types(const dj_job_table *job, const dj_plan *p, const dj_column_def *def, dj_err *err);

#endif
