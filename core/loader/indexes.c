#include "loader/indexes.h"

#include <stdio.h>
#include <stdlib.h>

int dj_indexes_names(const dj_job_table *job, const dj_plan *p, dj_err *err)
{
	const char *degrees[] = {job->rtree_lat, job->rtree_lon};
	char        where[80];

	for (size_t i = 0; i < job->n_indexes; i++)
		for (size_t k = 0; k < job->index[i].n; k++) {
			if (dj_plan_find(p, job->index[i].column[k]) < p->n)
				continue;
			snprintf(where, sizeof where, "indexes[%zu]", i);
			return dj_plan_missing(p, job->index[i].column[k], where, err);
		}
	for (size_t i = 0; i < 2; i++)
		if (degrees[i] && dj_plan_find(p, degrees[i]) == p->n)
			return dj_plan_missing(p, degrees[i], "rtree", err);
	return DJ_OK;
}

static bool holds_degrees(const dj_plan *p, const dj_column_def *def, const char *column)
{
	return def[dj_plan_find(p, column)].type == DJ_COL_REAL;
}

int dj_indexes_declare(dj_snapshot_writer *w, const dj_job_table *job, const dj_plan *p,
                       const dj_column_def *def, dj_err *err)
{
	size_t *column = NULL;
	int     rc = DJ_OK;

	for (size_t i = 0; rc == DJ_OK && i < job->n_indexes; i++) {
		const dj_index_spec *index = &job->index[i];

		column = dj_realloc(column, index->n, sizeof *column);
		for (size_t k = 0; k < index->n; k++)
			column[k] = dj_plan_find(p, index->column[k]);
		rc = dj_snapshot_writer_index(w, column, index->n, err);
	}
	if (rc == DJ_OK && job->rtree_lat && holds_degrees(p, def, job->rtree_lat) &&
	    holds_degrees(p, def, job->rtree_lon))
		rc = dj_snapshot_writer_rtree(w, dj_plan_find(p, job->rtree_lat), dj_plan_find(p, job->rtree_lon),
		                              err);
	free(column);
	return rc;
}

int dj_indexes_types(const dj_job_table *job, const dj_plan *p, const dj_column_def *def, dj_err *err)
{
	const char *degrees[] = {job->rtree_lat, job->rtree_lon};

	for (size_t i = 0; i < 2; i++)
		if (degrees[i] && !holds_degrees(p, def, degrees[i]))
			return dj_fail(
			    err, DJ_FAIL,
			    "rtree: column '%s' is %s, and places are made of real columns (if it holds degrees, "
			    "declare it: \"columns\": { \"%s\": { \"type\": \"real\" } })",
			    degrees[i], dj_coltype_name(def[dj_plan_find(p, degrees[i])].type), degrees[i]);
	return DJ_OK;
}
