/* The passes over a table: looking, writing rows, writing rejects. */
#include "base/pool.h"
#include "loader/encoding.h"
#include "loader/indexes.h"
#include "loader/table.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PART = 1 << 20, TELL = 4 << 20 };

typedef enum mode { LOOK, WRITE, REJECTS } mode;

typedef struct pass {
	dj_table           *table;
	dj_snapshot_writer *writer;
	mode                mode;
	bool                with_name; /* rejects: several tables share one */
	uint64_t            order;     /* of the first part */
	dj_chunks          *chunks;    /* NULL: the front lane reads it whole */
	dj_lane            *lane;      /* one a thread, where there are chunks */
	atomic_bool         learning, late_names;

	pthread_mutex_t told;
	dj_progress     progress;
	uint64_t        bytes, bytes_told;
	int64_t         rows;
} pass;

/* ---- Rejects ---- */

static int write_reject(pass *p, dj_lane *l, const dj_record *r, const dj_reject *why, dj_err *err)
{
	dj_buf  raw = {0};
	dj_cell cell[6], *c = cell;

	if (p->with_name)
		*c++ = dj_cell_text(p->table->job->name, strlen(p->table->job->name));
	*c++ = (dj_cell){.kind = DJ_CELL_INTEGER, .integer = (int64_t)why->line};
	*c++ = (dj_cell){.kind = DJ_CELL_INTEGER, .integer = (int64_t)why->byte};
	*c++ = why->column ? dj_cell_text(why->column, strlen(why->column)) : (dj_cell){.kind = DJ_CELL_NULL};
	*c++ = dj_cell_text(why->reason, strlen(why->reason));
	dj_encoding_add_any(&raw, r->raw, r->raw_n);
	*c++ = dj_cell_text(raw.data, raw.n);
	int rc = dj_snapshot_part_row(l->part, cell, err);
	dj_buf_free(&raw);
	return rc;
}

static int reject(pass *p, dj_lane *l, const dj_record *r, const dj_reject *why, dj_err *err)
{
	if (p->mode == WRITE && l->counts.rejects == 0)
		dj_lane_remember_first(l, r, why);
	l->counts.rejects++;
	return p->mode == REJECTS ? write_reject(p, l, r, why, err) : DJ_OK;
}

/* ---- One record ---- */

/* Nothing that is encoded counts any more, in any lane: those who wait for their turn are woken. */
static void begin_learning(pass *p, dj_lane *l)
{
	l->learning = true;
	if (!atomic_exchange(&p->learning, true))
		dj_snapshot_writer_stop(p->writer);
}

static int write_row(pass *p, dj_lane *l, const dj_record *r, dj_err *err)
{
	l->counts.rows++;
	if (p->mode != WRITE || l->learning)
		return DJ_OK;
	if (dj_snapshot_part_rows(l->part) % DJ_PLACE_ROWS == 0)
		dj_snapshot_part_place(l->part, r->byte, r->line);
	return dj_snapshot_part_row(l->part, l->cell, err);
}

static int take(pass *p, dj_lane *l, dj_record *r, dj_err *err)
{
	dj_reject why;

	l->counts.records++;
	for (dj_fate fate = dj_lane_row(l, r, &why);; fate = dj_lane_more(l, &why)) {
		if (fate == DJ_FATE_LEFT_OUT)
			break;
		if (fate == DJ_FATE_REJECTED && reject(p, l, r, &why, err) < 0)
			return err->code;
		if (fate == DJ_FATE_MISFIT && p->mode == WRITE && !l->learning)
			begin_learning(p, l);
		if (fate != DJ_FATE_REJECTED && write_row(p, l, r, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

/* In a table of one column a line with nothing on it is a row without a value, unless only such lines follow. */
static int take_blanks(pass *p, dj_lane *l, const dj_record *before, dj_err *err)
{
	for (; l->blank > 0; l->blank--) {
		dj_field  nothing = {DJ_FIELD_PLAIN, "", 0};
		dj_record r = {
		    .field = &nothing, .stored = 1, .n = 1, .raw = "", .byte = before->byte, .line = before->line};
		if (take(p, l, &r, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

/* Columns of JSON that the plan does not know: the pass goes on for names alone. */
static bool has_new_columns(const dj_lane *l)
{
	return l->json && l->json->names.n > l->table->n_source;
}

static int take_record(pass *p, dj_lane *l, dj_record *r, dj_err *err)
{
	if (has_new_columns(l)) {
		atomic_store(&p->late_names, true);
		l->counts.records++;
		return DJ_OK;
	}
	if (r->blank) {
		l->blank += l->table->n_source == 1;
		return DJ_OK;
	}
	return l->blank && take_blanks(p, l, r, err) < 0 ? err->code : take(p, l, r, err);
}

/* ---- A lane's work ---- */

static void tell(pass *p, uint64_t bytes, int64_t rows)
{
	if (!p->progress.tell)
		return;
	pthread_mutex_lock(&p->told);
	p->bytes += bytes;
	p->rows += rows;
	if (p->bytes - p->bytes_told >= TELL) {
		p->bytes_told = p->bytes;
		p->progress.tell(p->progress.user, p->bytes, p->rows);
	}
	pthread_mutex_unlock(&p->told);
}

/* DJ_STOPPED of a lane that another has made learn is no failure. */
static int hand_over(pass *p, dj_lane *l, uint64_t order, dj_err *err)
{
	int rc = dj_snapshot_writer_take(p->writer, l->part, order, err);

	return rc == DJ_STOPPED && atomic_load(&p->learning) ? DJ_OK : rc;
}

static int next_of_chunk(dj_lane *l, dj_record *r, dj_err *err)
{
	dj_chunk *c = &l->chunk;

	return l->json      ? dj_json_stream_next(l->json, &c->source, r, err)
	       : c->indexed ? dj_csv_next_indexed(&l->csv, &c->index, &c->k, &c->source, r)
	                    : dj_csv_next(&l->csv, &c->source, r, err);
}

static int read_chunk(pass *p, dj_lane *l, dj_err *err)
{
	int64_t   rows = l->counts.rows;
	dj_record r;
	int       rc;

	l->learning = atomic_load(&p->learning);
	if (l->json)
		dj_json_stream_part(l->json, &l->chunk.source, l->chunk.order == 0, l->chunk.last);
	while ((rc = next_of_chunk(l, &r, err)) > 0)
		if ((rc = take_record(p, l, &r, err)) < 0)
			break;
	if (rc == DJ_OK && !l->learning)
		rc = hand_over(p, l, p->order + l->chunk.order, err);
	tell(p, l->chunk.source.n, l->counts.rows - rows);
	return rc;
}

static int read_chunks(void *user, size_t lane, dj_err *err)
{
	pass    *p = user;
	dj_lane *l = &p->lane[lane];
	int      rc;

	while ((rc = dj_chunks_next(p->chunks, &l->chunk, err)) > 0)
		if ((rc = read_chunk(p, l, err)) < 0)
			break;
	if (rc < 0)
		dj_snapshot_writer_stop(p->writer);
	return rc;
}

static bool at_end(const pass *p, const dj_lane *l)
{
	const dj_table *t = p->table;

	return (t->limit && t->counts.records + l->counts.records >= t->limit) ||
	       (p->mode == LOOK && dj_source_byte(&l->source) >= DJ_SOURCE_SAMPLE);
}

static int read_whole(pass *p, size_t k, dj_err *err)
{
	dj_table *t = p->table;
	dj_lane  *l = &t->front;
	dj_record r;
	uint64_t  told = 0;
	int64_t   rows = 0;
	int       rc = dj_table_rewind(t, k, err);

	while (rc >= 0 && !at_end(p, l) && (rc = dj_table_next(t, &r, err)) > 0) {
		rc = take_record(p, l, &r, err);
		if (rc < 0 || !l->part || l->learning || dj_snapshot_part_bytes(l->part) < PART)
			continue;
		rc = hand_over(p, l, p->order++, err);
		tell(p, r.byte - told, l->counts.rows - rows);
		told = r.byte;
		rows = l->counts.rows;
	}
	if (rc >= 0 && l->part && !l->learning)
		rc = hand_over(p, l, p->order++, err);
	return rc < 0 ? rc : DJ_OK;
}

/* ---- A pass ---- */

/* A lane beside others: the front has found out how the source is written. */
static void begin_lane(pass *p, dj_lane *l)
{
	dj_table *t = p->table;

	*l = (dj_lane){0};
	dj_lane_begin(l, t);
	l->csv = (dj_csv){
	    .separator = t->front.csv.separator, .quote = t->front.csv.quote, .space = t->front.csv.space};
	l->json = t->front.json ? dj_json_stream_like(t->front.json) : NULL;
	l->part = dj_snapshot_part_new(p->writer);
}

static void end_lane(pass *p, dj_lane *l)
{
	dj_lane_add_up(p->table, l);
	dj_snapshot_part_free(l->part);
	dj_json_stream_free(l->json);
	dj_lane_rest(l);
}

static int run_lanes(pass *p, size_t source, dj_err *err)
{
	dj_table *t = p->table;
	dj_chunks chunks;
	size_t    n = dj_pool_lanes(t->pool);
	int       rc = dj_table_rewind(t, source, err);

	if (rc < 0)
		return rc;
	dj_cut cut = !t->front.json ? DJ_CUT_RECORDS : t->shape[source].lines ? DJ_CUT_ROWS : DJ_CUT_ELEMENTS;
	dj_chunks_open(&chunks, cut, &t->front.csv, &t->front.source);
	dj_source_rest(&t->front.source);
	p->chunks = &chunks;
	p->lane = dj_alloc_zero(n, sizeof *p->lane);
	for (size_t k = 0; k < n; k++)
		begin_lane(p, &p->lane[k]);
	rc = dj_pool_run(t->pool, read_chunks, p, err);
	for (size_t k = 0; k < n; k++)
		end_lane(p, &p->lane[k]);
	free(p->lane);
	p->order += chunks.order;
	dj_chunks_close(&chunks);
	return rc;
}

static int run_front(pass *p, size_t source, dj_err *err)
{
	dj_table *t = p->table;

	dj_lane_begin(&t->front, t);
	t->front.part = p->writer ? dj_snapshot_part_new(p->writer) : NULL;
	int rc = read_whole(p, source, err);
	dj_lane_add_up(t, &t->front);
	dj_snapshot_part_free(t->front.part);
	t->front.part = NULL;
	return rc;
}

static int run(pass *p, dj_err *err)
{
	dj_table *t = p->table;

	t->counts = (dj_table_counts){0};
	t->notes = (dj_json_notes){0};
	if (p->mode == WRITE) {
		free(t->first_raw);
		t->first_raw = NULL;
	}
	for (size_t i = 0; i < t->plan.n; i++)
		t->column[i].marked = 0;
	pthread_mutex_init(&p->told, NULL);
	int rc = DJ_OK;
	for (size_t k = 0; rc == DJ_OK && k < (p->mode == LOOK ? 1 : t->job->n_sources); k++) {
		int64_t rows = t->counts.rows;
		rc = p->mode != LOOK && !t->whole ? run_lanes(p, k, err) : run_front(p, k, err);
		t->rows_of[k] = t->counts.rows - rows;
		if (rc < 0 && t->job->n_sources > 1)
			dj_fail_in(err, "source %zu", k + 1);
	}
	pthread_mutex_destroy(&p->told);
	return rc;
}

static void settle_types(dj_table *t)
{
	for (size_t i = 0; i < t->plan.n; i++)
		if (t->column[i].declared == DJ_COL_UNKNOWN)
			t->column[i].type = dj_table_type(&t->column[i], t->column[i].kinds);
}

int dj_table_look(dj_table *t, dj_err *err)
{
	pass p = {.table = t, .mode = LOOK};
	int  rc = run(&p, err);

	if (rc == DJ_OK)
		settle_types(t);
	return rc;
}

/* ---- Rows ---- */

static dj_column_def *defs_of(const dj_table *t)
{
	dj_column_def *def = dj_alloc_zero(t->plan.n, sizeof *def);

	for (size_t i = 0; i < t->plan.n; i++)
		def[i] = (dj_column_def){t->plan.name[i], t->column[i].type};
	return def;
}

static int begin_table(const dj_table *t, dj_snapshot_writer *w, dj_err *err)
{
	dj_column_def *def = defs_of(t);
	int            rc = dj_snapshot_writer_table(w, t->job->name, def, t->plan.n, err);

	if (rc == DJ_OK)
		rc = dj_indexes_declare(w, t->job, &t->plan, def, err);
	free(def);
	return rc;
}

static int check_types(const dj_table *t, dj_err *err)
{
	dj_column_def *def = defs_of(t);
	int            rc = dj_indexes_types(t->job, &t->plan, def, err);

	free(def);
	return rc;
}

static int learn_names(dj_table *t, dj_err *err)
{
	return dj_table_names(t, err) < 0 || dj_table_plan(t, err) < 0 || dj_table_look(t, err) < 0 ? err->code
	                                                                                            : DJ_OK;
}

int dj_table_write(dj_table *t, dj_snapshot_writer *w, dj_progress progress, dj_err *err)
{
	for (;;) {
		pass p = {.table = t, .writer = w, .progress = progress, .mode = WRITE};
		if (begin_table(t, w, err) < 0)
			return err->code;
		int rc = run(&p, err);
		if (rc == DJ_OK && !p.learning && !p.late_names)
			return check_types(t, err);

		if (rc < 0 && t->whole)
			return rc;
		if (dj_snapshot_writer_drop(w, err) < 0)
			return err->code;
		if (rc < 0)
			t->whole = true; /* what one lane says of it does not depend on which came first */
		else if (p.late_names && learn_names(t, err) < 0)
			return err->code;
		settle_types(t);
	}
}

int dj_table_write_rejects(dj_table *t, dj_snapshot_writer *w, bool with_name, uint64_t *order, dj_err *err)
{
	dj_table_counts counts = t->counts;
	pass            p = {.table = t, .writer = w, .mode = REJECTS, .with_name = with_name, .order = *order};
	int             rc = run(&p, err);

	*order = p.order;
	t->counts = counts;
	return rc;
}
