/*
 * jam.h - the engine of a run: what both faces, Lua (lua_*.c) and C (capi.c), speak to.
 *
 * Promises.
 *  1. Every function that can fail returns a negative code and says why in *err, without file and line:
 *     "unknown column 'lat' (the frame has a, b)". The face adds where. DJ_STOPPED is different: a limit is
 *     spent, nothing more may run, and the face must end the run at once (dj_host_failed with cause
 *     "limit"), past any pcall.
 *  2. What lives in the run's arena lives until the process ends. Frames, and the arrays of their columns,
 *     do; they are shared and never written after they were handed to the engine.
 *  3. One thread. Queries nest. Nothing here calls back into a face.
 *  4. Messages go to the parent as they are made; dj_host_done and dj_host_failed are the last.
 */
#ifndef DJ_HOST_JAM_H
#define DJ_HOST_JAM_H

#include "base/data.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/describe.h"
#include "host/job.h"
#include "host/list.h"
#include "host/shape.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_host dj_host; /* the run; `h` everywhere */

const dj_job *dj_host_job(const dj_host *h); /* name, file, params, now, limits */
dj_arena     *dj_host_arena(dj_host *h);
/* Text into the arena, packed tightly; the longer the run, the more this matters. NUL-ended. */
const char   *dj_host_text(dj_host *h, const char *s, size_t n);

/* ---- Reading ---- */

typedef enum dj_value_type {
	DJ_VALUE_NULL = 0,
	DJ_VALUE_INTEGER = 1,
	DJ_VALUE_REAL = 2,
	DJ_VALUE_TEXT = 3,
	DJ_VALUE_LIST = 5
} dj_value_type;

typedef struct dj_cell_value {
	dj_value_type type;
	int64_t       integer;
	double        real;
	const char   *text; /* NUL-ended; or a list's BLOB, for dj_list_open; until the next step or close */
	size_t        n;
} dj_cell_value;

typedef struct dj_host_query dj_host_query;

/*
 * Prepares one statement, SELECT or WITH; all else is refused with what to do instead. SQL errors show the
 * SQL with a caret. *out is yours: dj_host_query_close. Two result columns of one name are an error unless
 * `by_place`.
 */
int  dj_host_query_open(dj_host_query **out, dj_host *h, const char *sql, size_t n, bool by_place,
                        dj_err *err);
void dj_host_query_close(dj_host_query *q); /* early or late; NULL is fine */

/* Places to bind, from 0: how many, whether they are `?` (else `:name`), and a name without its colon. */
size_t      dj_host_query_places(const dj_host_query *q, bool *positional);
const char *dj_host_query_place(const dj_host_query *q, size_t place);
/* Binds a place (from 0), or every `:name` of that name; starts the query again. A list, or a real that is
 * not finite, fails. */
int         dj_host_query_bind(dj_host_query *q, size_t place, const dj_cell_value *v, dj_err *err);
int         dj_host_query_bind_name(dj_host_query *q, const char *name, const dj_cell_value *v, dj_err *err);

/*
 * 1 a row, 0 the end (binding starts it again; close it all the same). Before the first row each
 * `:name` that was not bound takes the run's param of that name; one that is no param, or a `?` without a
 * value, fails.
 */
int         dj_host_query_step(dj_host_query *q, dj_err *err);
size_t      dj_host_query_columns(const dj_host_query *q);
const char *dj_host_query_column(const dj_host_query *q, size_t i); /* lives as long as the query */

/* The value of column i (from 0) in the present row. A BLOB that is no list and text that is not UTF-8 fail. */
int                  dj_host_query_value(dj_cell_value *out, dj_host_query *q, size_t i, dj_err *err);
/* The statement, for a face that reads values with sqlite3_column_* (never to step, bind or finalize). */
struct sqlite3_stmt *dj_host_query_stmt(dj_host_query *q);

/* ---- Frames: dj_data in the run's arena ---- */

/* Reads all rows, to the query's end. Integers and reals in one column make reals; numbers and text fail. */
int dj_host_columns(dj_data **out, dj_host_query *q, dj_err *err);

dj_data *dj_host_frame(dj_host *h, size_t rows); /* no columns yet */

/*
 * Adds `c`, or puts it in place of the column of that name: its arrays are shared, so they must live in the
 * arena (or as long as the run) and have f->rows cells; its name is copied. Names: 1 to 64 bytes of text; at
 * most 64 columns.
 */
int dj_host_frame_set(dj_host *h, dj_data *f, const dj_data_column *c, dj_err *err);

/* A temporary table for SQL; `name` must be no role's. Takes the place of a table of that name; open queries
 * go on with the old. */
int dj_host_table(dj_host *h, const char *name, const dj_data *f, dj_err *err);

/* ---- The run ---- */

/* "role" or "role.column": 1, 0; neither asked for: fails. */
int dj_host_has(dj_host *h, const char *what, dj_err *err);
/* The stream of that name; the same one each time it is asked for, so that it goes on. */
int dj_host_random(dj_random_state **out, dj_host *h, const char *name, dj_err *err);
/* Items of job->about of that role: first of them and how many (they stand together). */
int dj_host_sources(const dj_job_about **out, size_t *n, dj_host *h, const char *role, dj_err *err);

/* ---- Giving ---- */

typedef struct dj_host_subject {
	const char *type, *id;
} dj_host_subject;

typedef struct dj_host_finding {
	dj_words               title, detail;
	const char            *key;   /* NULL: made of subjects, place and period */
	double                 score; /* NAN: not said */
	const dj_host_subject *subject;
	size_t                 n_subjects;
	bool                   has_period; /* said, so that a NULL at either end is an error */
	const char            *first, *last;
	const char            *region, *place;
	bool                   has_point;
	double                 lat, lon;
	bool                   has_radius;
	double                 radius_m;
	const dj_named_value  *value;
	size_t                 n_values;
	const dj_words        *reason;
	size_t                 n_reasons;
	const int64_t         *evidence; /* any order, repeats are fine */
	size_t                 n_evidence;
} dj_host_finding;

/* Section 6 in full. *number (may be NULL): the finding's in the run, from 1. */
int dj_host_finding_give(int64_t *number, dj_host *h, const dj_host_finding *f, dj_err *err);
int dj_host_layer(dj_host *h, const dj_shape_spec *s, dj_err *err);
int dj_host_view(dj_host *h, const dj_shape_spec *s, dj_err *err);
int dj_host_note(dj_host *h, dj_words text, dj_err *err);
int dj_host_keep(dj_host *h, const char *name, const dj_data *f, dj_err *err);

/* Any bytes. Level 0 debug, 1 info, 2 warning; line 0: unknown. Cut at 4 KiB a line; 1 MiB a run, said once. */
void dj_host_log(dj_host *h, int level, int64_t line, const char *text, size_t n);
/* 0 <= done <= total; any number of calls. */
int  dj_host_progress(dj_host *h, double done, double total, dj_err *err);

/* ---- The end: none of these returns ---- */

_Noreturn void dj_host_describe(dj_host *h, const dj_says *says); /* DESCRIPTION and DONE, or FAILED */
/* `instructions`: Lua's, 0 when they were not counted. */
_Noreturn void dj_host_done(dj_host *h, int64_t instructions);
/*
 * A limit's message begins with the verdict, "TIMEOUT: ", "MEMORY: " or "OUTPUT-LIMIT: ", with no call before it.
 * cause: "error" (a wrong call, error(x)), "fail" (jam:fail), "limit", "refused" (by a rule: SQL, harm).
 * `message` holds no "file:line:"; line 0: unknown; traceback NULL: none. Cut to what the frame takes;
 * control characters shown as \xNN.
 */
_Noreturn void dj_host_failed(dj_host *h, const char *cause, int64_t line, const char *message,
                              const char *traceback);
/* The cause that goes with an error of this engine: "limit" (DJ_STOPPED), "refused" (DJ_DENIED) or "error". */
const char    *dj_host_cause(const dj_err *err);

/* ---- The faces: what main.c calls once all is closed behind it ---- */

/* lua_face.c; h->job says describe or run. */
_Noreturn void dj_face_lua(dj_host *h, const char *source, size_t n);
_Noreturn void dj_face_native(dj_host *h); /* capi.c */

#endif
