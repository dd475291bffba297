/*
 * inside.h - inside of running: source rows, the job, findings handed on, and taking in what a worker says.
 */
#ifndef DJ_RUN_INSIDE_H
#define DJ_RUN_INSIDE_H

#include "base/data.h"
#include "base/wire.h"
#include "plugin/said.h"
#include "run/run.h"

#include <cjson/cJSON.h>

enum { DJ_ROW_SHIFT = 48 }; /* a `_row`: source number, then rowid below this bit */

/* ---- Source rows: what a `_row` of one run may name ---- */

typedef struct dj_rows dj_rows;

/*
 * Sources of a run in the order of its record: the bound ones, then those that only old evidence cites, then one a run whose
 * findings it reads. `given`: those runs (n_given), each OK. Opens the bound snapshots.
 */
int  dj_rows_open(dj_rows **out, const dj_binding *binding, const dj_run_record *const *given, size_t n_given,
                  dj_arena *a, dj_err *err);
void dj_rows_close(dj_rows *r);

const dj_source_record *dj_rows_sources(const dj_rows *r, size_t *n); /* all, for the record */
size_t                  dj_rows_numbered(const dj_rows *r); /* those that the worker has numbers for */
int                     dj_rows_fd(const dj_rows *r, size_t database);

/* Looks a `_row` up. *out: the source (index into the record's) and rowid. DJ_FAIL when there is no such row. */
int dj_rows_find(dj_evidence *out, dj_rows *r, int64_t row, dj_err *err);

/* The number (from 1) of a source of given[g]. */
int64_t dj_rows_number(const dj_rows *r, size_t g, int source);

/* The findings of the given runs as an SQLite file in a sealed memfd: four tables, as the plugin guide, section 3, has them. */
int dj_findings_image(int *out_fd, const dj_rows *r, const dj_run_record *const *given, size_t n_given,
                      dj_err *err);

/*
 * For native code: a copy of a snapshot (open as `fd`) with the bound tables alone, and without the protected
 * and direct columns that were not asked for. *out_fd is yours: close it; -1 when the snapshot itself shows
 * nothing more than was asked for.
 */
int dj_veiled_copy(int *out_fd, const dj_binding *b, size_t database, int fd, const dj_vocabulary *vocabulary,
                   const dj_workspace *w, dj_err *err);

/* ---- The job ---- */

typedef struct dj_job_fds {
	int    fd[2 + DJ_MOST_DATABASES + 1]; /* job, plugin, databases, findings */
	size_t n;
} dj_job_fds;

/* The job's JSON (plugin/job.h); the databases are descriptors DJ_JOB_FIRST_FD and up, the findings come after them. */
void dj_job_text(dj_buf *out, const dj_plan_step *step, const dj_run_options *options, const char *now,
                 const dj_rows *rows, bool findings);

/* ---- Taking in ---- */

typedef struct dj_receive_spec {
	const dj_plan_step  *step;
	const dj_run_events *events;
	dj_rows             *rows;
	const char          *reads_protected; /* "people.gender": findings about regions only; NULL: none */
	int                  k;
	uint64_t             most_findings; /* 0: no limit */
	dj_arena            *arena;
} dj_receive_spec;

typedef struct dj_receive dj_receive;

dj_receive *dj_receive_new(const dj_receive_spec *spec);
void        dj_receive_free(dj_receive *r);

/* Bytes of the result pipe. DJ_DENIED: more than may be said; DJ_FAIL: not as agreed. */
int  dj_receive_bytes(dj_receive *r, const void *bytes, size_t n, dj_err *err);
/* Bytes of the log pipe: shown, line by line. */
void dj_receive_log(dj_receive *r, const void *bytes, size_t n);

/*
 * The verdict, from what was heard and how the process ended; fills verdict, message, traceback, line, log,
 * counts, and, when it is "OK", findings (by falling score, then key), layers, views and notes.
 */
void dj_receive_conclude(dj_run_record *out, dj_receive *r, const dj_ending *ending);

/* ---- Pieces of receive ---- */

typedef struct dj_finding_builder { /* the finding whose subjects and evidence are still coming */
	dj_finding_record f;
	const char      **type, **id;
	dj_evidence      *evidence;
	int64_t           n_subjects, n_evidence, last_row; /* announced; the last `_row` read */
	bool              open;
} dj_finding_builder;

int  dj_finding_begin(dj_finding_builder *b, dj_wire_payload *p, dj_arena *a, dj_err *err);
int  dj_finding_subjects(dj_finding_builder *b, dj_wire_payload *p, dj_arena *a, dj_err *err);
int  dj_finding_evidence(dj_finding_builder *b, dj_wire_payload *p, dj_rows *rows, dj_err *err);
bool dj_finding_whole(const dj_finding_builder *b);
/* Findings of a run that reads protected columns: about regions only, on k rows or more. */
int  dj_finding_protects(const dj_finding_record *f, const char *column, int k, dj_err *err);

/* Two words, each one line (or lines) of at most `most` bytes, "" as NULL. */
dj_words dj_receive_words(dj_wire_payload *p, dj_arena *a, size_t most, bool lines);

typedef struct dj_shape_frame {
	int64_t  id;
	dj_data *data;
	bool     used;
} dj_shape_frame;

/* LAYER or VIEW: every field by strict tables, every column that is named is there. *out lives in `a`. */
int dj_shape_read(dj_shape_record *out, const char *json, size_t n, bool view, dj_shape_frame *frame,
                  size_t n_frames, dj_arena *a, dj_err *err);

#endif
