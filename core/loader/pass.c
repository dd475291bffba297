/* The passes over a table: looking, writing rows, writing rejects. */
#include "loader/encoding.h"
#include "loader/planted.h"
#include "loader/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum mode { LOOK, WRITE, LEARN, REJECTS } mode; /* LEARN: kinds and names only, after a misfit */

typedef struct pass {
	dj_table           *table;
	dj_snapshot_writer *writer;
	dj_progress         progress;
	mode                mode;
	bool                with_name; /* rejects: several tables share one */
	size_t              blank;     /* lines with nothing on them, not yet known to be in the middle */
} pass;

/* ---- One record ---- */

/* Into t->work: padded, decoded, cleaned. */
static dj_step_fate prepare(dj_table *t, dj_record *r, dj_reject *why, bool *several)
{
	*several = false;
	*why = (dj_reject){.byte = r->byte, .line = r->line};
	if (!t->json && dj_encoding_mend(r, &t->mended) && t->counts.not_utf8++ == 0)
		t->counts.first_not_utf8 = r->line;
	if (r->n > t->n_source) {
		if (r->filled > t->n_source) {
			snprintf(why->why, sizeof why->why, "%zu fields, %s %zu", r->n,
			         t->header ? "the header has" : "most rows have", t->n_source);
			why->reason = why->why;
			return DJ_ROW_REJECTED;
		}
		if (t->counts.longer++ == 0)
			t->counts.first_longer = r->line;
	} else if (r->n < t->n_source) {
		if (t->counts.shorter++ == 0)
			t->counts.first_shorter = r->line;
	}

	size_t given = r->stored < t->n_source ? r->stored : t->n_source;
	memcpy(t->work, r->field, given * sizeof *t->work);
	for (size_t i = given; i < t->n_source; i++)
		t->work[i] = (dj_field){DJ_FIELD_MISSING, "", 0};
	*several = true;
	return dj_plan_run(&t->plan, t->room, t->work, &why->column, &why->reason);
}

static dj_coltype type_for(const dj_table_column *c)
{
	if (c->wish != DJ_COL_UNKNOWN && dj_infer_fits(c->kinds, c->wish))
		return c->wish;
	return dj_infer_type(c->kinds);
}

/* Cells of declared types: false when one does not fit. */
static bool convert_declared(dj_table *t, dj_reject *why)
{
	for (size_t i = 0; i < t->plan.n; i++) {
		dj_table_column *c = &t->column[i];
		if (c->declared == DJ_COL_UNKNOWN)
			continue;
		t->cell[i] = (dj_cell){.kind = DJ_CELL_NULL};
		if (dj_marks_null(&c->marks, &t->work[i]) ||
		    dj_convert_declared(&t->cell[i], &t->work[i], c->declared, c->room))
			continue;
		why->column = t->plan.name[i];
		snprintf(why->why, sizeof why->why, "is no %s", dj_coltype_name(c->declared));
		why->reason = why->why;
		return false;
	}
	return true;
}

/* Learns the kinds of the other cells, and converts them while all fits. False: a column is of a wider type than thought. */
static bool convert_inferred(dj_table *t)
{
	bool fits = true;

	for (size_t i = 0; i < t->plan.n; i++) {
		dj_table_column *c = &t->column[i];
		const dj_field  *f = &t->work[i];
		if (c->declared != DJ_COL_UNKNOWN)
			continue;
		if (dj_marks_null(&c->marks, f)) {
			t->cell[i] = (dj_cell){.kind = DJ_CELL_NULL};
			c->marked += c->marks.usual && f->n > 0;
			continue;
		}
		unsigned kind = dj_infer_kind(f);
		if (!(c->kinds & kind)) {
			c->kinds |= kind;
			fits = fits && type_for(c) == c->type;
		}
		if (fits)
			t->cell[i] = dj_convert_inferred(f, c->type, c->room);
	}
	return fits;
}

/* ---- Rejects ---- */

static void remember_first(dj_table *t, const dj_record *r, const dj_reject *why)
{
	t->first = *why;
	if (why->reason == why->why)
		t->first.reason = t->first.why;
	free(t->first_raw);
	t->first_raw = dj_strndup(r->raw, r->raw_n < 200 ? r->raw_n : 200);
}

static int write_reject(pass *p, const dj_record *r, const dj_reject *why, dj_err *err)
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
	int rc = dj_snapshot_writer_row(p->writer, cell, err);
	dj_buf_free(&raw);
	return rc;
}

static int reject(pass *p, const dj_record *r, const dj_reject *why, dj_err *err)
{
	dj_table *t = p->table;

	if (p->mode == WRITE && t->counts.rejects == 0)
		remember_first(t, r, why);
	t->counts.rejects++;
	return p->mode == REJECTS ? write_reject(p, r, why, err) : DJ_OK;
}

/* ---- A pass ---- */

static int write_row(pass *p, const dj_record *r, dj_err *err)
{
	dj_table *t = p->table;

	if (t->counts.rows % DJ_PLACE_ROWS == 0) {
		if (dj_snapshot_writer_place(p->writer, r->byte, r->line, err) < 0)
			return err->code;
		if (p->progress.tell)
			p->progress.tell(p->progress.user, r->byte, t->counts.rows);
	}
	return dj_snapshot_writer_row(p->writer, t->cell, err);
}

/* One row that the steps made of a record. */
static int take_row(pass *p, const dj_record *r, dj_step_fate fate, dj_reject *why, dj_err *err)
{
	dj_table *t = p->table;

	if (fate == DJ_ROW_LEFT_OUT) {
		t->counts.left_out++;
		return DJ_OK;
	}
	if (fate == DJ_ROW_REJECTED || !convert_declared(t, why))
		return reject(p, r, why, err);
	if (p->mode == REJECTS)
		return DJ_OK;
	if (!convert_inferred(t) && p->mode == WRITE)
		p->mode = LEARN;
	if (p->mode == WRITE && write_row(p, r, err) < 0)
		return err->code;
	t->counts.rows++;
	return DJ_OK;
}

static int take(pass *p, dj_record *r, dj_err *err)
{
	dj_table    *t = p->table;
	dj_reject    why;
	dj_step_fate fate;
	bool         several;

	t->counts.records++;
	dj_planted_bug(r);
	fate = prepare(t, r, &why, &several);
	while (fate != DJ_ROW_NONE) {
		if (take_row(p, r, fate, &why, err) < 0)
			return err->code;
		if (!several)
			break;
		why = (dj_reject){.byte = r->byte, .line = r->line};
		fate = dj_plan_more(&t->plan, t->room, t->work, &why.column, &why.reason);
	}
	return DJ_OK;
}

/* In a table of one column a line with nothing on it is a row without a value, unless only such lines follow. */
static int take_blanks(pass *p, const dj_record *before, dj_err *err)
{
	for (; p->blank > 0; p->blank--) {
		dj_field  nothing = {DJ_FIELD_PLAIN, "", 0};
		dj_record r = {
		    .field = &nothing, .stored = 1, .n = 1, .raw = "", .byte = before->byte, .line = before->line};
		if (take(p, &r, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

static bool at_end(const pass *p)
{
	const dj_table *t = p->table;

	return (t->limit && t->counts.records >= t->limit) ||
	       (p->mode == LOOK && dj_source_byte(&t->source) >= DJ_SOURCE_SAMPLE);
}

/* Columns of JSON that the plan does not know: the pass goes on for names alone. */
static bool has_new_columns(const dj_table *t)
{
	return t->json && t->json->n_names > t->n_source;
}

static int run(pass *p, dj_err *err)
{
	dj_table *t = p->table;
	dj_record r;
	int       rc = dj_table_rewind(t, err);

	t->counts = (dj_table_counts){0};
	dj_plan_room_reset(t->room);
	for (size_t i = 0; i < t->plan.n; i++)
		t->column[i].marked = 0;
	while (rc >= 0 && !at_end(p) && (rc = dj_table_next(t, &r, err)) > 0) {
		if (has_new_columns(t)) {
			t->counts.records++;
		} else if (!r.blank) {
			rc = p->blank && take_blanks(p, &r, err) < 0 ? err->code : take(p, &r, err);
		} else if (t->n_source == 1) {
			p->blank++;
		}
	}
	return rc < 0 ? rc : DJ_OK;
}

static void settle_types(dj_table *t)
{
	for (size_t i = 0; i < t->plan.n; i++)
		if (t->column[i].declared == DJ_COL_UNKNOWN)
			t->column[i].type = type_for(&t->column[i]);
}

int dj_table_look(dj_table *t, dj_err *err)
{
	pass p = {.table = t, .mode = LOOK};
	int  rc = run(&p, err);

	if (rc == DJ_OK)
		settle_types(t);
	return rc;
}

static int begin_table(const dj_table *t, dj_snapshot_writer *w, dj_err *err)
{
	dj_column_def *def = dj_alloc_zero(t->plan.n, sizeof *def);

	for (size_t i = 0; i < t->plan.n; i++)
		def[i] = (dj_column_def){t->plan.name[i], t->column[i].type};
	int rc = dj_snapshot_writer_table(w, t->job->name, def, t->plan.n, err);
	free(def);
	return rc;
}

int dj_table_write(dj_table *t, dj_snapshot_writer *w, dj_progress progress, dj_err *err)
{
	for (;;) {
		pass p = {.table = t, .writer = w, .progress = progress, .mode = WRITE};
		if (begin_table(t, w, err) < 0 || run(&p, err) < 0)
			return err->code;
		if (p.mode == WRITE && !has_new_columns(t))
			return DJ_OK;

		if (dj_snapshot_writer_drop(w, err) < 0)
			return err->code;
		if (has_new_columns(t) && (dj_table_plan(t, err) < 0 || dj_table_look(t, err) < 0))
			return err->code;
		settle_types(t);
	}
}

int dj_table_write_rejects(dj_table *t, dj_snapshot_writer *w, bool with_name, dj_err *err)
{
	dj_table_counts counts = t->counts;
	pass            p = {.table = t, .writer = w, .mode = REJECTS, .with_name = with_name};
	int             rc = run(&p, err);

	t->counts = counts;
	return rc;
}
