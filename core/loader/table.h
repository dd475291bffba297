/*
 * table.h - one table from one source: what is found out, and the passes over it.
 *
 * A column's inferred type is that of the whole file: the start of the file proposes it, and when a later value does not
 * fit, the pass goes on without writing to learn what else there is, and the table is begun again. So are columns of
 * JSON that turn up late. Rows that break a declared type are counted in the first pass and written in one of their own,
 * so that memory does not depend on how many there are.
 */
#ifndef DJ_LOADER_TABLE_H
#define DJ_LOADER_TABLE_H

#include "loader/convert.h"
#include "loader/csv.h"
#include "loader/dialect.h"
#include "loader/infer.h"
#include "loader/job.h"
#include "loader/json_stream.h"
#include "loader/said.h"
#include "loader/steps.h"
#include "store/snapshot.h"

enum { DJ_PLACE_ROWS = 4096 }; /* rows from one place in the map to the next */

typedef struct dj_table_column {
	dj_coltype declared, wish; /* DJ_COL_UNKNOWN: none */
	dj_coltype type;           /* what it is stored as, so far */
	dj_marks   marks;
	unsigned   kinds;  /* of the values seen (dj_kind) */
	int64_t    marked; /* cells that a usual mark made NULL */
	char       room[DJ_CELL_ROOM];
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

typedef struct dj_table {
	const dj_job_table *job;
	int64_t             limit;
	dj_arena           *arena; /* what is found out */
	dj_said             said;

	dj_source       source;
	dj_format       format;
	dj_dialect      dialect;
	bool            header;
	dj_csv          csv;
	dj_json_stream *json;        /* NULL for delimited text */
	const char    **source_name; /* of the columns of the source; n_source of them */
	size_t          n_source;
	bool            row_names; /* the header names all columns but the first */

	dj_plan          plan;
	dj_plan_room    *room;
	dj_table_column *column; /* plan.n */
	dj_field        *work;
	dj_cell         *cell;
	dj_buf           mended; /* text that was not UTF-8 */

	dj_table_counts counts; /* of the last pass */
	dj_reject       first;  /* the first reject */
	char           *first_raw;
} dj_table;

typedef struct dj_progress {
	void (*tell)(void *user, uint64_t bytes, int64_t rows);
	void *user;
} dj_progress;

/* Finds out all that the start of the source tells. `job` and its descriptor must outlive the table. */
int  dj_table_open(dj_table **out, const dj_job_table *job, int64_t limit, dj_err *err);
void dj_table_free(dj_table *t);
void dj_table_rest(dj_table *t); /* gives buffers back until the next pass */

/* Makes plan and columns anew, for names of the source that turned up late. */
int dj_table_plan(dj_table *t, dj_err *err);

/* ---- Passes (pass.c) ---- */

int dj_table_look(dj_table *t, dj_err *err); /* kinds in the sample; writes nothing */
int dj_table_write(dj_table *t, dj_snapshot_writer *w, dj_progress progress, dj_err *err);
/* Rows of this table's rejects, into the table begun by the caller: [tab,] line, byte, column, reason, raw. */
int dj_table_write_rejects(dj_table *t, dj_snapshot_writer *w, bool with_name, dj_err *err);

/* Next record of the source, header skipped at the pass's begin: as the readers' own. */
int dj_table_rewind(dj_table *t, dj_err *err);
int dj_table_next(dj_table *t, dj_record *out, dj_err *err);

#endif
