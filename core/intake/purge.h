/*
 * purge.h - deletes what a load brought here, and everything that was made of it here, and writes down that it did.
 *
 * Promise: after it, no file of the workspace's .datajam and no file of the shared cache holds a value of the dataset; what
 * else may (sources, reports, copies) is named in the receipt, not touched. Ended half-way, it can be done again.
 */
#ifndef DJ_INTAKE_PURGE_H
#define DJ_INTAKE_PURGE_H

#include "base/digest.h"
#include "store/purge.h"

typedef struct dj_purge {
	const char          *name;
	const dj_version    *version;
	size_t               n_versions;
	const dj_purged_run *run;
	size_t               n_runs;
	const dj_digest     *source; /* digests of what was loaded; each once */
	bool                *cached; /* which of them were in the cache of fetched files; set by dj_purge_go */
	size_t               n_sources;
	const char *const   *beyond; /* what can not be reached: a path, or words */
	size_t               n_beyond;
	bool                 has_record; /* there is a jam.db */
	dj_arena            *arena;
} dj_purge;

/* What there is of the dataset `name`; changes nothing. DJ_USAGE when there is nothing. *out is yours: dj_purge_free. */
int  dj_purge_plan(dj_purge **out, const dj_workspace *w, const char *name, dj_err *err);
void dj_purge_free(dj_purge *p);

/* Deletes it; `cache` as fetch/fetch.h has it. *receipt: its JSON text, free() it; *path: where it was written, free() it. */
int dj_purge_go(char **receipt, char **path, dj_purge *p, const dj_workspace *w, const char *cache,
                dj_err *err);

#endif
