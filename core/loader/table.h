/*
 * table.h - one table from its sources: what is found out, and the passes over them.
 *
 * Several sources are read one after another, as if they were one: the first says how all are written, and others that
 * have a header must have the same.
 *
 * A column's inferred type is that of the whole file: the start of the file proposes it, and when a later value does not
 * fit, the pass goes on without writing to learn what else there is, and the table is begun again. So are columns of
 * JSON that turn up late. Rows that break a declared type are counted in the first pass and written in one of their own,
 * so that memory does not depend on how many there are.
 *
 * A pass runs in lanes, one a thread: each takes the next chunk of the source (chunks.h), makes cells of it and hands the
 * encoded rows to the writer in the chunks' order. What lanes count and learn is added up when the pass ends, in ways
 * that do not depend on which lane saw what. A source that can not be cut, or where a lane failed, is read by one lane
 * from beginning to end: what that one says is what a person hears.
 */
#ifndef DJ_LOADER_TABLE_H
#define DJ_LOADER_TABLE_H

#include "loader/chunks.h"
#include "loader/convert.h"
#include "loader/dialect.h"
#include "loader/infer.h"
#include "loader/job.h"
#include "loader/json_stream.h"
#include "loader/said.h"
#include "loader/steps.h"
#include "loader/unwrap.h"
#include "store/snapshot.h"

enum { DJ_PLACE_ROWS = 4096 }; /* rows from one place in the map to the next */

typedef struct dj_table_column {
	dj_coltype declared, wish; /* DJ_COL_UNKNOWN: none */
	dj_coltype type;           /* what it is stored as, so far */
	dj_marks   marks;
	unsigned   kinds;  /* of the values seen (dj_kind) */
	int64_t    marked; /* cells that a usual mark made NULL */
} dj_table_column;

typedef struct dj_reject { /* of one row */
	uint64_t    byte, line;
	const char *column; /* NULL: the row as a whole */
	const char *reason;
	char        why[120]; /* where a reason is made */
} dj_reject;

typedef struct dj_table_counts {
	int64_t  records, rows, rejects, left_out;
	int64_t  shorter, longer, not_utf8; /* rows padded; with empty cells too many; taken as Windows-1252 */
	uint64_t first_shorter, first_longer, first_not_utf8; /* their lines */
} dj_table_counts;

typedef struct dj_lane_column { /* what one lane learns of a column */
	unsigned kinds;
	int64_t  marked;
	char     room[DJ_CELL_ROOM];
} dj_lane_column;

/* What one thread needs to make cells of records. */
typedef struct dj_lane {
	struct dj_table *table;
	dj_source        source; /* of a lane that reads a whole source */
	dj_chunk         chunk;  /* of one that reads chunks */
	dj_csv           csv;
	dj_json_stream  *json; /* NULL for delimited text */
	dj_plan_room    *room;
	bool             several; /* the record may give further rows */
	dj_field        *work;    /* plan.n each */
	const dj_field  *row;     /* of which cells are made: the record's own fields, or `work` */
	dj_cell         *cell;
	dj_lane_column  *column;
	dj_buf           mended; /* text that was not UTF-8 */
	size_t           blank;  /* lines with nothing on them, not yet known to be in the middle */

	dj_snapshot_part *part;
	dj_table_counts   counts;
	dj_reject         first; /* the first reject */
	char             *first_raw;
	bool              learning; /* kinds only, after a misfit */
} dj_lane;

typedef struct dj_table {
	const dj_job_table *job; /* unwrapped.job */
	int64_t             limit;
	struct dj_pool     *pool;
	dj_arena           *arena; /* what is found out */
	dj_said             said;

	dj_format      format;
	dj_dialect     dialect;
	bool           header;
	dj_lane        front;       /* finds things out, and reads what is not read in chunks */
	dj_json_shape *shape;       /* of JSON, one a source */
	dj_json_notes  notes;       /* of the last pass */
	const char   **source_name; /* of the columns of the source; n_source of them */
	size_t         n_source;
	bool           row_names; /* the header names all columns but the first */
	bool           whole;     /* not to be read in chunks */
	dj_unwrapped  *unwrapped; /* one a source; `job` is that of the first */
	int64_t       *rows_of;   /* of the last pass: rows that each source gave */

	dj_plan          plan;
	dj_plan_room    *counted; /* what did not fit, of all lanes of the last pass */
	dj_table_column *column;  /* plan.n */
	size_t           n_declared;

	dj_table_counts counts; /* of the last pass */
	dj_reject       first;  /* the first reject */
	char           *first_raw;
} dj_table;

typedef struct dj_progress {
	void (*tell)(void *user, uint64_t bytes, int64_t rows);
	void *user;
} dj_progress;

/*
 * Finds out all that the start of the source tells; of a database of several tables, where the job asks for their names,
 * no more than those: the table has no columns. `job`, its descriptor and the pool (NULL: none) must outlive the table.
 */
int  dj_table_open(dj_table **out, const dj_job_table *job, int64_t limit, struct dj_pool *pool, dj_err *err);
void dj_table_free(dj_table *t);
void dj_table_rest(dj_table *t); /* gives buffers back until the next pass */

/* Makes plan and columns anew, for names of the source that turned up late. */
int dj_table_plan(dj_table *t, dj_err *err);
/* Reads the source for names that are not known yet, to the end. */
int dj_table_names(dj_table *t, dj_err *err);

/* Next record of the k-th source by the front lane, header skipped at the begin: as the readers' own. */
int dj_table_rewind(dj_table *t, size_t k, dj_err *err);
int dj_table_next(dj_table *t, dj_record *out, dj_err *err);

/* ---- Lanes (lane.c) ---- */

void dj_lane_begin(dj_lane  *l,
                   dj_table *t); /* ready for a pass: counts at 0, kinds as the table knows them */
void dj_lane_rest(dj_lane *l);   /* gives back all but what it has found out of the source */
void dj_lane_add_up(dj_table      *t,
                    const dj_lane *l); /* after a pass: its counts and kinds are the table's too */

dj_coltype dj_table_type(const dj_table_column *c, unsigned kinds); /* of a column that is not declared */

typedef enum dj_fate {
	DJ_FATE_ROW, /* l->cell is a row */
	DJ_FATE_MISFIT, /* it would be, but a column is of a wider type than thought: nothing can be written any more */
	DJ_FATE_LEFT_OUT,
	DJ_FATE_REJECTED, /* *why says why */
	DJ_FATE_NONE      /* there is no further row of the record */
} dj_fate;

/* Makes a row of a record, or the record's next one: each has its own fate, and NONE is the last. */
dj_fate dj_lane_row(dj_lane *l, dj_record *r, dj_reject *why);
dj_fate dj_lane_more(dj_lane *l, dj_reject *why);

/* Of a reject: why.reason may point into why itself. */
void dj_lane_remember_first(dj_lane *l, const dj_record *r, const dj_reject *why);

/* ---- Passes (pass.c) ---- */

int dj_table_look(dj_table *t, dj_err *err); /* kinds in the sample; writes nothing */
int dj_table_write(dj_table *t, dj_snapshot_writer *w, dj_progress progress, dj_err *err);
/* Rows of this table's rejects, into the table begun by the caller: [tab,] line, byte, column, reason, raw. `order`: of the next part. */
int dj_table_write_rejects(dj_table *t, dj_snapshot_writer *w, bool with_name, uint64_t *order, dj_err *err);

#endif
