/*
 * run.h - plans runs, starts caged workers, takes in what they say, records it.
 *
 * Promise: the verdict is this room's, never the worker's. Whatever a worker sends is checked against every bound of the
 * plugin API; evidence is looked up row by row in the snapshot; nothing is recorded as a result before the stream is whole
 * and its counts agree. One plugin's failure spoils nothing else, and a run that failed is recorded too, with why.
 */
#ifndef DJ_RUN_RUN_H
#define DJ_RUN_RUN_H

#include "base/err.h"
#include "base/mem.h"
#include "cage/cage.h"
#include "plugin/plugin.h"
#include "store/catalogue.h"
#include "store/record.h"
#include "store/vocabulary.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_run_house { /* what runs rest on; borrowed */
	const dj_workspace  *workspace;
	const dj_vocabulary *vocabulary;
	const dj_catalogue  *catalogue;
	const dj_worker     *worker;
	dj_record           *record; /* NULL: nothing is recorded (ids are then 0) */
} dj_run_house;

/* ---- The plan: which plugins, in which order, on what ---- */

typedef struct dj_plan_step {
	const dj_plugin_file        *file;
	const dj_plugin_description *says;
	const dj_param_value        *param; /* says->n_params of them */
	const dj_binding            *binding;
	const size_t                *after; /* steps whose findings it reads; each comes earlier in the plan */
	size_t                       n_after;
	bool                         asked;   /* named by the user, not only needed by another */
	const char                  *refused; /* NULL, or why it can not start: nobody fills a role, ... */
	const char                  *verdict; /* of `refused`: how asking it what it is ended; NULL: "FAILED" */
} dj_plan_step;

typedef struct dj_plan {
	const dj_plan_step *step;
	size_t              n;
} dj_plan;

typedef struct dj_run_options {
	const char *const *plugin; /* names or folders; one named twice runs once */
	size_t             n_plugins;
	const char *const *param; /* "name=value", "plugin.name=value" */
	size_t             n_params;
	const dj_with     *with;
	size_t             n_with;
	uint64_t           seed;         /* 1 is what people get */
	const char        *now;          /* ISO 8601; NULL: the newest source date of what is bound */
	unsigned           side_by_side; /* -j; 0: as many as there are processors */
	dj_limits          limits;       /* dj_limits_default() */
	int                wake_fd;      /* readable: stop all; -1: none */
} dj_run_options;

/*
 * Finds, describes, orders and binds. What is wrong for all is an error: an unknown plugin, a param or --with
 * that no plugin of the plan takes, a value out of bounds (DJ_USAGE), a plugin that can not be described, or
 * a cycle ("a needs b needs a"). What is wrong for one is in its `refused`. The plan lives in `a`.
 */
int dj_run_plan(const dj_plan **out, const dj_run_house *house, const dj_run_options *options, dj_arena *a,
                dj_err *err);

/* ---- Running ---- */

typedef struct dj_run_events { /* each may be NULL */
	void (*started)(void *user, const dj_plan_step *step);
	void (*progress)(void *user, const dj_plan_step *step, int64_t done, int64_t total);
	/* level 0 debug, 1 info, 2 warning; line 0: unknown; `text` is for dj_text_show. Native code's stderr comes as level 3 */
	void (*log)(void *user, const dj_plan_step *step, int level, int64_t line, const char *text);
	/* `record` lives in the arena of dj_run_go. Also for a refused step: its verdict, or "FAILED", and id 0. */
	void (*finished)(void *user, const dj_plan_step *step, const dj_run_record *record);
	void *user;
} dj_run_events;

typedef struct dj_run_summary {
	const dj_run_record *const *record; /* one a step, in the plan's order */
	size_t                      n, ok, failed;
	bool                        stopped; /* by wake_fd */
} dj_run_summary;

/*
 * Carries the plan out. Negative only when we failed (disk full, no cage): what plugins do wrong is in the records.
 * Records and summary live in `a`.
 */
int dj_run_go(dj_run_summary *out, const dj_run_house *house, const dj_plan *plan,
              const dj_run_options *options, const dj_run_events *events, dj_arena *a, dj_err *err);

/* Exit code of the design: 0, 1 when one failed, 130 when stopped. */
int dj_run_exit(const dj_run_summary *s);

#endif
