/*
 * steps.h - the declared cleaning steps of a manifest, carried out on each record, in order, before any type.
 *
 * A plan is shared by threads and does not change; each has a room of its own.
 *
 * The columns that steps see are those of the source and those that steps before made; unpivot and matrix take columns
 * away. Those that are left stand in the source's order, then those that were made, in the order of their making. A step
 * that names a column which is not there fails when the plan is made, not at row 7.
 *
 *   steps_plan.c   which columns there are, and what each step reads and writes
 *   steps_run.c    one record through the plan, to one row or several
 *   steps_cell.c   steps that change cells
 *   steps_rows.c   steps that make several rows of one
 *   steps_join.c   names looked up in a gazetteer
 *   steps_say.c    what did not fit, for people
 */
#ifndef DJ_LOADER_STEPS_H
#define DJ_LOADER_STEPS_H

#include "base/err.h"
#include "base/mem.h"
#include "loader/gazetteer.h"
#include "loader/record.h"
#include "loader/said.h"
#include "store/manifest.h"

#include <stdbool.h>

/* Which texts are NULL. */
typedef struct dj_marks {
	const char *const *mark;
	size_t             n;
	bool usual; /* NA, N/A, NULL, null, when not in quotes: a guess, unlike marks that are declared */
} dj_marks;

dj_marks dj_marks_usual(void);
bool     dj_marks_null(const dj_marks *m, const dj_field *f); /* the empty field of a CSV is always NULL */

typedef struct dj_plan_step dj_plan_step;

typedef struct dj_plan {
	size_t        n_source, n; /* columns of the source; and in all, after the steps */
	const char  **name;        /* of each column, after the steps */
	const char  **source_name; /* NULL for a column that a step made */
	size_t        n_work;      /* fields that dj_plan_run must be given room for: n_source, n or more */
	dj_plan_step *step;
	size_t        n_steps;
	dj_marks      marks;

	size_t              *slot; /* where each column is kept while steps run */
	size_t               n_slots;
	size_t               n_many; /* steps that may make several rows of one */
	size_t               n_kept; /* fields that these keep, in all */
	bool                 moved;  /* columns do not stay where they are, so the room has slots of its own */
	const dj_gazetteers *gazetteers;
} dj_plan;

/* What a person declared of a column that is not there gives DJ_NOTFOUND. Everything lives in `a`. */
int    dj_plan_make(dj_plan *out, const char *const *source, size_t n, const dj_step *step, size_t n_steps,
                    dj_marks marks, const dj_gazetteers *gazetteers, dj_arena *a, dj_err *err);
/* The DJ_NOTFOUND error. */
int    dj_plan_missing(const dj_plan *p, const char *column, const char *where, dj_err *err);
/* The column of that name after the steps, or failing that in the source; p->n: there is none. */
size_t dj_plan_find(const dj_plan *p, const char *column);

typedef enum dj_step_fate {
	DJ_ROW_KEPT,
	DJ_ROW_LEFT_OUT,
	DJ_ROW_REJECTED,
	DJ_ROW_NONE /* there is no further row */
} dj_step_fate;

/* What one thread needs to run a plan: room for texts that steps make, where a record stands that gives several rows,
 * and what did not fit. */
typedef struct dj_plan_room dj_plan_room;

dj_plan_room *dj_plan_room_new(const dj_plan *p);
void          dj_plan_room_reset(dj_plan_room *r); /* forgets what was counted: a pass begins */
void          dj_plan_room_free(dj_plan_room *r);  /* NULL is fine */

/*
 * The rows of one record, each kept, left out or rejected on its own:
 *
 *   for (fate = dj_plan_run(...); fate != DJ_ROW_NONE; fate = dj_plan_more(...))
 *
 * work[0..p->n_work): fields of the source in front; what comes out stands in work[0..p->n), valid until the next call.
 * For REJECTED *column and *why say what did not fit. No memory is taken for a row.
 */
dj_step_fate dj_plan_run(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                         const char **why);
dj_step_fate dj_plan_more(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                          const char **why);

/* Counts of several rooms as one, and saying them: the same for any number of rooms. */
void dj_plan_room_add(dj_plan_room *into, const dj_plan_room *from);
void dj_plan_say(const dj_plan *p, const dj_plan_room *counted, dj_said *said);

#endif
