/*
 * steps.h - the declared cleaning steps of a manifest, carried out on each record, in order, before any type.
 *
 * A plan is shared by threads and does not change; each has a room of its own.
 *
 * The columns that steps see are those of the source and those that steps before made. A step that names a column which
 * is not there fails when the plan is made, not at row 7.
 */
#ifndef DJ_LOADER_STEPS_H
#define DJ_LOADER_STEPS_H

#include "base/err.h"
#include "base/mem.h"
#include "loader/record.h"
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
	dj_plan_step *step;
	size_t        n_steps;
	dj_marks      marks;
} dj_plan;

/* What a person declared of a column that is not there gives DJ_NOTFOUND. Everything lives in `a`. */
int    dj_plan_make(dj_plan *out, const char *const *source, size_t n, const dj_step *step, size_t n_steps,
                    dj_marks marks, dj_arena *a, dj_err *err);
/* The DJ_NOTFOUND error. */
int    dj_plan_missing(const dj_plan *p, const char *column, const char *where, dj_err *err);
/* The column of that name after the steps, or failing that in the source; p->n: there is none. */
size_t dj_plan_find(const dj_plan *p, const char *column);

typedef enum dj_step_fate { DJ_ROW_KEPT, DJ_ROW_LEFT_OUT, DJ_ROW_REJECTED } dj_step_fate;

/* What one thread needs to run a plan: room for texts that steps make, and where a record stands that gives several rows. */
typedef struct dj_plan_room dj_plan_room;

dj_plan_room *dj_plan_room_new(const dj_plan *p);
void          dj_plan_room_free(dj_plan_room *r); /* NULL is fine */

/*
 * work[0..p->n): fields of the source in front; what comes out is valid until the next call. For REJECTED *column and
 * *why say what did not fit. A record may give several rows (unpivot): `dj_plan_more` gives the next, or false.
 */
dj_step_fate dj_plan_run(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                         const char **why);
bool         dj_plan_more(const dj_plan *p, dj_plan_room *room, dj_field *work);

#endif
