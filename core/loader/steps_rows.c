/* Steps that make several rows of one: each begins at a row, and gives one after another until there is none. */
#include "loader/steps_parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static dj_field text_field(const char *text)
{
	return (dj_field){DJ_FIELD_PLAIN, text, strlen(text)};
}

/* ---- unpivot ---- */

static bool next_of_unpivot(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot)
{
	while (room->at < s->n_from) {
		size_t i = room->at++;
		if (!s->step->keep_missing && dj_marks_null(marks, &slot[s->from[i]]))
			continue;
		slot[s->into[0]] = text_field(s->from_name[i]);
		slot[s->into[1]] = slot[s->from[i]];
		return true;
	}
	return false;
}

/* ---- matrix ---- */

/* The row's own name among the columns, for telling whether rows and columns are of the same things. */
static void match_row(const dj_plan_step *s, dj_step_room *room, const dj_field *name)
{
	size_t low = 0, high = s->n_from;

	while (low < high) {
		size_t      middle = low + (high - low) / 2;
		const char *at = s->column_name[middle];
		size_t      n = strlen(at), least = n < name->n ? n : name->n;
		int         c = memcmp(at, name->text, least);
		if (c == 0 && n == name->n) {
			room->seen[s->column_place[middle]]++;
			return;
		}
		if (c < 0 || (c == 0 && n < name->n))
			low = middle + 1;
		else
			high = middle;
	}
	dj_tally_add(&room->missed, name->text, name->n);
}

static bool next_of_matrix(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot)
{
	double weight;

	while (room->at < s->n_from) {
		size_t   i = room->at++;
		dj_field cell = slot[s->from[i]];
		dj_step_trim(&cell);
		if (dj_marks_null(marks, &cell) || (dj_text_real(cell.text, cell.n, &weight) && weight == 0))
			continue;
		slot[s->into[0]] = slot[s->column];
		slot[s->into[1]] = text_field(s->from_name[i]);
		slot[s->into[2]] = cell;
		return true;
	}
	return false;
}

/* ---- rows ---- */

/* Parts with nothing in them are no rows; a cell with nothing in it is one row. */
static bool next_of_rows(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot)
{
	const char *separator = s->step->separator ? s->step->separator : ";";
	size_t      n = strlen(separator);

	while (room->whole.text) {
		dj_field    part = {DJ_FIELD_PLAIN, room->whole.text, room->whole.n};
		const char *end = memmem(part.text, part.n, separator, n);
		if (end) {
			part.n = (size_t)(end - part.text);
			room->whole.n -= part.n + n;
			room->whole.text = end + n;
		} else {
			room->whole.text = NULL;
		}
		dj_step_trim(&part);
		if (dj_marks_null(marks, &part))
			continue;
		slot[s->column] = part;
		room->at++;
		return true;
	}
	if (room->at++ > 0)
		return false;
	slot[s->column] = DJ_STEP_NOTHING;
	return true;
}

/* ---- Any of them ---- */

dj_step_fate dj_step_rows_begin(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks,
                                dj_field *slot)
{
	dj_field *f = &slot[s->column];

	room->at = 0;
	if (s->step->op == DJ_STEP_ROWS) {
		room->whole = *f;
		if (dj_marks_null(marks, f))
			room->whole.text = NULL;
	} else if (s->step->op == DJ_STEP_MATRIX) {
		dj_step_trim(f);
		if (dj_marks_null(marks, f) && f->n == 0)
			return DJ_ROW_REJECTED;
		match_row(s, room, f);
	}
	return DJ_ROW_KEPT;
}

bool dj_step_rows_next(const dj_plan_step *s, dj_step_room *room, const dj_marks *marks, dj_field *slot)
{
	switch (s->step->op) {
	case DJ_STEP_UNPIVOT: return next_of_unpivot(s, room, marks, slot);
	case DJ_STEP_MATRIX: return next_of_matrix(s, room, marks, slot);
	default: return next_of_rows(s, room, marks, slot);
	}
}
