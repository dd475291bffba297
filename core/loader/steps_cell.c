/* Steps that change the cells of one row, or judge it. */
#include "loader/steps_parts.h"

#include "base/calendar.h"
#include "base/text.h"
#include "store/manifest_members.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

/* ---- NULL ---- */

dj_marks dj_marks_usual(void)
{
	static const char *const usual[] = {"NA", "N/A", "NULL", "null"};

	return (dj_marks){usual, DJ_COUNT(usual), true};
}

bool dj_marks_null(const dj_marks *m, const dj_field *f)
{
	if (f->kind == DJ_FIELD_MISSING)
		return true;
	if (f->n == 0 && f->kind != DJ_FIELD_STRING)
		return true;
	if (m->usual && f->kind != DJ_FIELD_PLAIN)
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (strlen(m->mark[i]) == f->n && memcmp(m->mark[i], f->text, f->n) == 0)
			return true;
	return false;
}

/* ---- White space ---- */

bool dj_step_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void dj_step_trim(dj_field *f)
{
	while (f->n > 0 && dj_step_white(f->text[0])) {
		f->text++;
		f->n--;
	}
	while (f->n > 0 && dj_step_white(f->text[f->n - 1]))
		f->n--;
}

static dj_field part(const char *text, size_t n)
{
	dj_field f = {DJ_FIELD_PLAIN, text, n}; /* the quotes of the whole are not those of a part */

	dj_step_trim(&f);
	return f;
}

/* ---- filter ---- */

static bool is_one_of(const dj_step_texts *t, const dj_field *f)
{
	for (size_t i = 0; i < t->n; i++)
		if (strlen(t->text[i]) == f->n && (f->n == 0 || memcmp(t->text[i], f->text, f->n) == 0))
			return true;
	return false;
}

static dj_step_fate filter(const dj_plan *p, const dj_plan_step *s, const dj_field *f)
{
	const dj_step *step = s->step;
	dj_field       trimmed = *f;
	double         v;
	bool           time, keep;

	if (step->is.n || step->is_not.n) {
		keep = step->is.n ? is_one_of(&step->is, f) : !is_one_of(&step->is_not, f);
	} else if (step->empty || step->not_empty) {
		keep = dj_marks_null(&p->marks, f) == step->empty;
	} else if (dj_marks_null(&p->marks, f)) {
		keep = false;
	} else {
		dj_step_trim(&trimmed);
		if (!dj_bound_read(&v, &time, trimmed.text, trimmed.n) || time != s->bounds_are_times)
			return DJ_ROW_REJECTED;
		keep = v >= s->low && v <= s->high;
	}
	return keep ? DJ_ROW_KEPT : DJ_ROW_LEFT_OUT;
}

/* ---- suffix, date ---- */

/* "Alberta [48]" into "Alberta" and "48"; a text without the suffix keeps all, and has none. */
static void split_suffix(const dj_step *step, dj_field *column, dj_field *to)
{
	dj_field whole = *column;
	size_t   open_n = strlen(step->open), close_n = step->close ? strlen(step->close) : 0;

	*to = DJ_STEP_NOTHING;
	if (whole.kind == DJ_FIELD_MISSING || whole.n < open_n + close_n ||
	    (close_n > 0 && memcmp(whole.text + whole.n - close_n, step->close, close_n) != 0))
		return;
	for (size_t at = whole.n - close_n - open_n + 1; at-- > 0;) { /* the last one: "A [1] [48]" */
		if (memcmp(whole.text + at, step->open, open_n) != 0)
			continue;
		*to = (dj_field){whole.kind, whole.text + at + open_n, whole.n - close_n - at - open_n};
		column->n = at;
		dj_step_trim(column);
		dj_step_trim(to);
		return;
	}
}

static bool read_date(const dj_plan_step *s, char *room, const dj_marks *marks, const dj_field *column,
                      dj_field *to)
{
	int64_t  seconds;
	dj_field trimmed = *column;

	if (dj_marks_null(marks, column)) {
		*to = DJ_STEP_NOTHING;
		return true;
	}
	dj_step_trim(&trimmed);
	if (!dj_date_by_pattern(&seconds, s->step->pattern, trimmed.text, trimmed.n))
		return false;
	if (s->with_time)
		dj_instant_text(room, seconds, false);
	else
		dj_date_text(room, dj_date_from_days((seconds - (seconds % DAY + DAY) % DAY) / DAY));
	*to = (dj_field){DJ_FIELD_PLAIN, room, strlen(room)};
	return true;
}

/* ---- split ---- */

/* The last part takes what is left, separators and all. */
static void split_by_separator(const dj_plan_step *s, const dj_field *whole, dj_field *slot)
{
	const char *at = whole->text, *end = at + whole->n, *next;
	size_t      n = strlen(s->step->separator), i = 0;

	for (; i + 1 < s->n_into && (next = memmem(at, (size_t)(end - at), s->step->separator, n)) != NULL; i++) {
		slot[s->into[i]] = part(at, (size_t)(next - at));
		at = next + n;
	}
	slot[s->into[i]] = part(at, (size_t)(end - at));
}

/* False, and parts of no use, when the text does not fit "rec-{}-{}". */
static bool split_by_pattern(const dj_plan_step *s, const dj_field *whole, dj_field *slot)
{
	const char *pattern = s->step->pattern, *at = whole->text, *end = at + whole->n, *next;
	const char *hole = strstr(pattern, "{}");
	size_t      n = (size_t)(hole - pattern);

	if ((size_t)(end - at) < n || memcmp(at, pattern, n) != 0)
		return false;
	at += n;
	for (size_t i = 0; i < s->n_into; i++) {
		const char *literal = hole + 2;
		hole = strstr(literal, "{}");
		n = hole ? (size_t)(hole - literal) : strlen(literal);
		if (hole) {
			next = memmem(at, (size_t)(end - at), literal, n);
		} else { /* the last one reaches to the end */
			next = (size_t)(end - at) >= n ? end - n : NULL;
			next = next && memcmp(next, literal, n) == 0 ? next : NULL;
		}
		if (!next)
			return false;
		slot[s->into[i]] = part(at, (size_t)(next - at));
		at = next + n;
	}
	return true;
}

static void split(const dj_plan *p, const dj_plan_step *s, dj_step_room *room, dj_field *slot)
{
	dj_field whole = slot[s->column];

	for (size_t i = 0; i < s->n_into; i++)
		slot[s->into[i]] = DJ_STEP_NOTHING;
	if (dj_marks_null(&p->marks, &whole))
		return;
	if (s->step->separator) {
		split_by_separator(s, &whole, slot);
	} else if (!split_by_pattern(s, &whole, slot)) {
		for (size_t i = 0; i < s->n_into; i++)
			slot[s->into[i]] = DJ_STEP_NOTHING;
		dj_tally_add(&room->missed, whole.text, whole.n);
	}
}

/* ---- map ---- */

static int compare(const char *a, const dj_field *b)
{
	size_t n = strlen(a), least = n < b->n ? n : b->n;
	int    c = least ? memcmp(a, b->text, least) : 0;

	return c ? c : (n > b->n) - (n < b->n);
}

static dj_step_fate map(const dj_plan *p, const dj_plan_step *s, dj_field *slot)
{
	const dj_field f = slot[s->column];
	const char    *otherwise = s->step->otherwise ? s->step->otherwise : "keep";
	size_t         low = 0, high = s->step->table.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(s->table[middle][0], &f) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < s->step->table.n && compare(s->table[low][0], &f) == 0) {
		const char *to = s->table[low][1];
		slot[s->into[0]] = to ? (dj_field){DJ_FIELD_PLAIN, to, strlen(to)} : DJ_STEP_NOTHING;
	} else if (*otherwise == 'k' || dj_marks_null(&p->marks, &f)) {
		slot[s->into[0]] = f;
	} else if (*otherwise == 'r') {
		return DJ_ROW_REJECTED;
	} else {
		slot[s->into[0]] = DJ_STEP_NOTHING;
	}
	return DJ_ROW_KEPT;
}

/* ---- The rest ---- */

static dj_field first_known(const dj_plan_step *s, const dj_marks *marks, const dj_field *slot)
{
	for (size_t i = 0; i < s->n_from; i++)
		if (!dj_marks_null(marks, &slot[s->from[i]]))
			return slot[s->from[i]];
	return DJ_STEP_NOTHING;
}

dj_step_fate dj_step_cell(const dj_plan *p, const dj_plan_step *s, dj_step_room *room, dj_field *slot)
{
	const dj_step *step = s->step;

	switch (step->op) {
	case DJ_STEP_FILTER: return filter(p, s, &slot[s->column]);
	case DJ_STEP_CONSTANT:
		slot[s->into[0]] = (dj_field){DJ_FIELD_QUOTED, step->value, strlen(step->value)};
		break;
	case DJ_STEP_SUFFIX: split_suffix(step, &slot[s->column], &slot[s->into[0]]); break;
	case DJ_STEP_DATE:
		if (!read_date(s, room->text, &p->marks, &slot[s->column], &slot[s->into[0]]))
			return DJ_ROW_REJECTED;
		break;
	case DJ_STEP_TRIM:
		for (size_t i = 0; i < s->n_from; i++)
			dj_step_trim(&slot[s->from[i]]);
		break;
	case DJ_STEP_SPLIT: split(p, s, room, slot); break;
	case DJ_STEP_MAP: return map(p, s, slot);
	case DJ_STEP_COALESCE: slot[s->into[0]] = first_known(s, &p->marks, slot); break;
	case DJ_STEP_JOIN: dj_step_join(s, room, &p->marks, slot); break;
	case DJ_STEP_RENAME: /* done when the plan was made */
	case DJ_STEP_UNPIVOT:
	case DJ_STEP_ROWS:
	case DJ_STEP_MATRIX: break; /* steps_rows.c */
	}
	return DJ_ROW_KEPT;
}
