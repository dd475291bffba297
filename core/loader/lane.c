/* Rows from records: padded, decoded, cleaned, converted. What one thread does. */
#include "loader/encoding.h"
#include "loader/planted.h"
#include "loader/quick.h"
#include "loader/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dj_lane_rest(dj_lane *l)
{
	dj_source_rest(&l->source);
	dj_chunk_free(&l->chunk);
	dj_csv_rest(&l->csv);
	dj_buf_free(&l->mended);
	dj_plan_room_free(l->room);
	free(l->work);
	free(l->cell);
	free(l->column);
	free(l->first_raw);
	l->room = NULL;
	l->work = NULL;
	l->cell = NULL;
	l->column = NULL;
	l->first_raw = NULL;
}

void dj_lane_begin(dj_lane *l, dj_table *t)
{
	size_t n = t->plan.n;

	l->table = t;
	dj_plan_room_free(l->room);
	l->room = dj_plan_room_new(&t->plan);
	l->work = dj_realloc(l->work, t->plan.n_work + 1, sizeof *l->work);
	l->cell = dj_realloc(l->cell, n + 1, sizeof *l->cell);
	l->column = dj_realloc(l->column, n + 1, sizeof *l->column);
	for (size_t i = 0; i < n; i++)
		l->column[i] = (dj_lane_column){.kinds = t->column[i].kinds};
	free(l->first_raw);
	l->first_raw = NULL;
	l->counts = (dj_table_counts){0};
	l->blank = 0;
	l->learning = false;
}

/* ---- What lanes found, as one ---- */

static void add_first(uint64_t *line, uint64_t other)
{
	if (other && (!*line || other < *line))
		*line = other;
}

void dj_lane_add_up(dj_table *t, const dj_lane *l)
{
	dj_table_counts       *all = &t->counts;
	const dj_table_counts *n = &l->counts;

	if (l->first_raw && (!t->first_raw || l->first.line < t->first.line)) {
		t->first = l->first;
		if (l->first.reason == l->first.why)
			t->first.reason = t->first.why;
		free(t->first_raw);
		t->first_raw = dj_strdup(l->first_raw);
	}
	if (l->json)
		dj_json_notes_add(&t->notes, &l->json->notes);
	all->records += n->records;
	all->rows += n->rows;
	all->rejects += n->rejects;
	all->left_out += n->left_out;
	all->shorter += n->shorter;
	all->longer += n->longer;
	all->not_utf8 += n->not_utf8;
	dj_plan_room_add(t->counted, l->room);
	add_first(&all->first_shorter, n->first_shorter);
	add_first(&all->first_longer, n->first_longer);
	add_first(&all->first_not_utf8, n->first_not_utf8);
	for (size_t i = 0; i < t->plan.n; i++) {
		t->column[i].kinds |= l->column[i].kinds;
		t->column[i].marked += l->column[i].marked;
	}
}

void dj_lane_remember_first(dj_lane *l, const dj_record *r, const dj_reject *why)
{
	l->first = *why;
	if (why->reason == why->why)
		l->first.reason = l->first.why;
	free(l->first_raw);
	l->first_raw = dj_strndup(r->raw, r->raw_n < 200 ? r->raw_n : 200);
}

/* ---- One record ---- */

/* Into l->work: padded, decoded, cleaned. */
static dj_step_fate prepare(dj_lane *l, dj_record *r, dj_reject *why)
{
	dj_table *t = l->table;

	why->byte = r->byte;
	why->line = r->line;
	why->column = NULL;
	l->several = false;
	if (!(l->chunk.indexed && l->chunk.index.utf8) && !l->json && dj_encoding_mend(r, &l->mended) &&
	    l->counts.not_utf8++ == 0)
		l->counts.first_not_utf8 = r->line;
	if (r->n > t->n_source) {
		if (r->filled > t->n_source) {
			snprintf(why->why, sizeof why->why, "%zu fields, %s %zu", r->n,
			         t->header ? "the header has" : "most rows have", t->n_source);
			why->reason = why->why;
			return DJ_ROW_REJECTED;
		}
		if (l->counts.longer++ == 0)
			l->counts.first_longer = r->line;
	} else if (r->n < t->n_source) {
		if (l->counts.shorter++ == 0)
			l->counts.first_shorter = r->line;
	}

	l->row = r->field;
	if (t->plan.n_steps == 0 && r->stored == t->n_source)
		return DJ_ROW_KEPT;
	l->row = l->work;
	size_t given = r->stored < t->n_source ? r->stored : t->n_source;
	memcpy(l->work, r->field, given * sizeof *l->work);
	for (size_t i = given; i < t->n_source; i++)
		l->work[i] = (dj_field){DJ_FIELD_MISSING, "", 0};
	if (t->plan.n_steps == 0)
		return DJ_ROW_KEPT;
	l->several = t->plan.n_many > 0;
	return dj_plan_run(&t->plan, l->room, l->work, &why->column, &why->reason);
}

/* ---- Cells ---- */

/* The usual marks are short and begin with n or N: nearly every field is none of them at first sight. */
static inline bool is_null(const dj_marks *m, const dj_field *f)
{
	if (m->usual && f->n > 0 && (f->n > 4 || (f->text[0] | 0x20) != 'n'))
		return false;
	return dj_marks_null(m, f);
}

dj_coltype dj_table_type(const dj_table_column *c, unsigned kinds)
{
	if (c->wish != DJ_COL_UNKNOWN && dj_infer_fits(kinds, c->wish))
		return c->wish;
	return dj_infer_type(kinds);
}

static inline dj_window window(const dj_lane *l)
{
	const dj_source *s = &l->chunk.source;

	return s->n > 8 ? (dj_window){s->data + 8, s->data + s->n} : (dj_window){0};
}

/* Cells of declared types: false when one does not fit. */
static bool convert_declared(dj_lane *l, dj_reject *why)
{
	dj_table *t = l->table;

	for (size_t i = 0; i < t->plan.n; i++) {
		const dj_table_column *c = &t->column[i];
		if (c->declared == DJ_COL_UNKNOWN)
			continue;
		l->cell[i].kind = DJ_CELL_NULL;
		if (is_null(&c->marks, &l->row[i]) ||
		    dj_quick_cell(&l->cell[i], &l->row[i], c->declared, window(l), l->column[i].room) ||
		    dj_convert_declared(&l->cell[i], &l->row[i], c->declared, l->column[i].room))
			continue;
		why->column = t->plan.name[i];
		snprintf(why->why, sizeof why->why, "is no %s", dj_coltype_name(c->declared));
		why->reason = why->why;
		return false;
	}
	return true;
}

/* A cell that is not in the plainest form; false: the column is of a wider type than thought. */
static bool convert_slowly(dj_lane *l, size_t i)
{
	const dj_table_column *c = &l->table->column[i];
	dj_lane_column        *own = &l->column[i];
	const dj_field        *f = &l->row[i];
	unsigned               kind = dj_infer_kind(f);

	if (!(own->kinds & kind)) {
		own->kinds |= kind;
		if (dj_table_type(c, own->kinds) != c->type)
			return false;
	}
	if (!l->learning)
		l->cell[i] = dj_convert_inferred(f, c->type, own->room);
	return true;
}

/* Learns the kinds of the other cells, and converts them. False: see above; the rest is learned all the same. */
static bool convert_inferred(dj_lane *l)
{
	dj_table *t = l->table;
	dj_window w = window(l);
	bool      fits = true;

	for (size_t i = 0; i < t->plan.n; i++) {
		const dj_table_column *c = &t->column[i];
		dj_lane_column        *own = &l->column[i];
		const dj_field        *f = &l->row[i];
		dj_kind                kind;
		if (c->declared != DJ_COL_UNKNOWN)
			continue;
		if (is_null(&c->marks, f)) {
			l->cell[i].kind = DJ_CELL_NULL;
			own->marked += c->marks.usual && f->n > 0;
		} else if (c->type == DJ_COL_TEXT && c->kinds) { /* nothing makes a column of text anything else */
			l->cell[i].kind = DJ_CELL_TEXT;
			l->cell[i].text = f->text;
			l->cell[i].n = f->n;
		} else if ((kind = dj_quick_cell(&l->cell[i], f, c->type, w, own->room))) {
			own->kinds |= kind; /* of a type that the column has already: it stays that */
		} else {
			fits = convert_slowly(l, i) && fits;
		}
	}
	return fits;
}

static dj_fate convert(dj_lane *l, dj_reject *why)
{
	if (l->table->n_declared && !convert_declared(l, why))
		return DJ_FATE_REJECTED;
	return convert_inferred(l) ? DJ_FATE_ROW : DJ_FATE_MISFIT;
}

static dj_fate fate_of(dj_lane *l, dj_step_fate fate, dj_reject *why)
{
	switch (fate) {
	case DJ_ROW_LEFT_OUT: l->counts.left_out++; return DJ_FATE_LEFT_OUT;
	case DJ_ROW_REJECTED: return DJ_FATE_REJECTED;
	case DJ_ROW_NONE: return DJ_FATE_NONE;
	default: return convert(l, why);
	}
}

dj_fate dj_lane_row(dj_lane *l, dj_record *r, dj_reject *why)
{
	dj_planted_bug(r);
	return fate_of(l, prepare(l, r, why), why);
}

dj_fate dj_lane_more(dj_lane *l, dj_reject *why)
{
	if (!l->several)
		return DJ_FATE_NONE;
	why->column = NULL;
	return fate_of(l, dj_plan_more(&l->table->plan, l->room, l->work, &why->column, &why->reason), why);
}
