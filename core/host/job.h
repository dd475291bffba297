/*
 * job.h - what this worker was asked to do: the JSON of plugin/job.h, read strictly into the run's arena.
 */
#ifndef DJ_HOST_JOB_H
#define DJ_HOST_JOB_H

#include "base/err.h"
#include "base/mem.h"
#include "store/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The worker's descriptors (plugin/job.h, cage/cage.h): agreed numbers, so that neither room includes the
 * other. */
enum { DJ_HOST_LOG_FD = 2, DJ_HOST_RESULT_FD = 3, DJ_HOST_JOB_FD = 4, DJ_HOST_PLUGIN_FD = 5 };

typedef enum dj_job_param_type {
	DJ_JOB_INTEGER,
	DJ_JOB_NUMBER,
	DJ_JOB_BOOLEAN,
	DJ_JOB_TEXT
} dj_job_param_type;

typedef struct dj_job_param {
	const char       *name;
	dj_job_param_type type;
	int64_t           integer; /* also a boolean's 0 or 1 */
	double            real;
	const char       *text; /* the value as it was given, whatever the type */
} dj_job_param;

typedef struct dj_job_column {
	const char *name;
	dj_coltype  type;
	bool        filled;
} dj_job_column;

typedef struct dj_job_cell { /* how one member fills one column: a column of its table, a constant, or
	                            neither: NULL */
	const char *column, *fill;
} dj_job_cell;

typedef struct dj_job_member {
	size_t             source; /* from 1 */
	const dj_job_cell *cell;   /* one a column of the role */
} dj_job_member;

typedef struct dj_job_role {
	const char          *name;
	const dj_job_column *column;
	size_t               n_columns;
	const char *const   *other; /* columns that exist but were not declared */
	size_t               n_others;
	const dj_job_member *member;
	size_t               n_members;
} dj_job_role;

typedef struct dj_job_source {
	size_t      database; /* from 1; 0: only numbered, since findings of earlier runs rest on it */
	const char *table, *dataset;
} dj_job_source;

typedef struct dj_job_about {                           /* for jam:sources */
	const char *role, *dataset, *title, *date, *caveat; /* "" where nothing is said */
	int64_t     rows;
} dj_job_about;

typedef struct dj_job {
	bool                 describe, native; /* else run; else Lua */
	const char          *name, *file, *now;
	uint64_t             seed;
	int64_t              shake; /* 0: none; else which shake rerun this is ("shake", optional) */
	const dj_job_param  *param; /* by name */
	size_t               n_params;
	const int           *database_fd;
	size_t               n_databases;
	const dj_job_source *source; /* source k of a `_row` is item k - 1 */
	size_t               n_sources;
	const dj_job_role   *role;
	size_t               n_roles;
	const dj_job_about  *about;
	size_t               n_about;
	int                  findings_fd; /* -1: none */
	struct {
		uint64_t lua_bytes, sql_steps, lua_instructions, findings, heap_bytes; /* 0: no limit */
	} limits;
	bool without_landlock; /* "without_landlock", optional: own Lua plugins where the kernel has none */
} dj_job;

int dj_job_parse(dj_job *out, const char *json, size_t n, dj_arena *a, dj_err *err);

const dj_job_param  *dj_job_find_param(const dj_job *j, const char *name); /* NULL when there is none */
const dj_job_role   *dj_job_find_role(const dj_job *j, const char *name);
const dj_job_role   *dj_job_find_role_nocase(const dj_job *j, const char *name); /* as SQL takes names */
const dj_job_column *dj_job_find_column(const dj_job_role *r, const char *name);

#endif
