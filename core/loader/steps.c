#include "loader/steps.h"

#include "base/calendar.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY = 86400 };

struct dj_plan_step {
	const dj_step *step;
	size_t         column, to; /* indexes of columns; n of the plan: all (trim) */
	bool           with_time;  /* date: the pattern has an hour */
	const char    *complaint;
};

struct dj_plan_room {
	char text[1][24]; /* a step: what a date step made of the current record */
};

dj_plan_room *dj_plan_room_new(const dj_plan *p)
{
	return dj_alloc_zero(p->n_steps + 1, sizeof(dj_plan_room));
}

void dj_plan_room_free(dj_plan_room *r)
{
	free(r);
}

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

/* ---- The plan ---- */

static size_t find(const char *const *names, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && (!names[i] || strcmp(names[i], name) != 0))
		i++;
	return i;
}

size_t dj_plan_find(const dj_plan *p, const char *column)
{
	size_t i = find(p->name, p->n, column);

	return i < p->n ? i : find(p->source_name, p->n, column);
}

int dj_plan_missing(const dj_plan *p, const char *column, const char *where, dj_err *err)
{
	const char *meant = dj_text_nearest(column, p->name, p->n);
	dj_buf      names = {0};

	for (size_t i = 0; i < p->n && i < 12; i++)
		dj_buf_fmt(&names, "%s%s", i ? ", " : "", p->name[i]);
	if (p->n > 12)
		dj_buf_fmt(&names, " and %zu more", p->n - 12);
	if (meant)
		dj_fail(err, DJ_NOTFOUND, "%s: there is no column '%s' (did you mean '%s'? There are %s)", where,
		        column, meant, names.data);
	else
		dj_fail(err, DJ_NOTFOUND, "%s: there is no column '%s' (there are %s)", where, column, names.data);
	dj_buf_free(&names);
	return DJ_NOTFOUND;
}

/* The column that a step writes: one that is there, or a new one. */
static int target(dj_plan *p, size_t *out, const char *to, const char *where, dj_err *err)
{
	size_t i = find(p->name, p->n, to);

	if (i == p->n) {
		for (size_t k = 0; k < p->n; k++)
			if (strcasecmp(p->name[k], to) == 0)
				return dj_fail(err, DJ_FAIL, "%s: '%s' and '%s' differ only in case (choose another name)",
				               where, to, p->name[k]);
		p->name[p->n] = to;
		p->source_name[p->n++] = NULL;
	}
	*out = i;
	return DJ_OK;
}

static int plan_rename(dj_plan *p, size_t column, const char *to, const char *where, dj_err *err)
{
	for (size_t k = 0; k < p->n; k++)
		if (k != column && strcasecmp(p->name[k], to) == 0)
			return dj_fail(err, DJ_FAIL, "%s: there is a column '%s' already", where, p->name[k]);
	p->name[column] = to;
	return DJ_OK;
}

static int plan_step(dj_plan *p, size_t k, dj_arena *a, dj_err *err)
{
	static const char *const words[] = {"rename", "filter", "constant", "suffix", "date", "trim"};
	dj_plan_step            *s = &p->step[k];
	const dj_step           *step = s->step;
	const char              *where = dj_arena_fmt(a, "step %zu (%s)", k + 1, words[step->op]);

	s->column = p->n;
	if (step->column && (s->column = find(p->name, p->n, step->column)) == p->n)
		return dj_plan_missing(p, step->column, where, err);
	if (!step->column && step->op != DJ_STEP_TRIM && step->op != DJ_STEP_CONSTANT)
		return dj_fail(err, DJ_FAIL, "%s: it names no column", where);
	if (!step->column)
		s->column = SIZE_MAX;
	switch (step->op) {
	case DJ_STEP_RENAME: return plan_rename(p, s->column, step->to, where, err);
	case DJ_STEP_CONSTANT:
	case DJ_STEP_SUFFIX: return target(p, &s->to, step->to, where, err);
	case DJ_STEP_DATE:
		s->with_time = strstr(step->text, "%H") != NULL;
		s->complaint = dj_arena_fmt(a, "does not fit the date pattern %s", step->text);
		s->to = s->column;
		return step->to ? target(p, &s->to, step->to, where, err) : DJ_OK;
	default: return DJ_OK;
	}
}

int dj_plan_make(dj_plan *out, const char *const *source, size_t n, const dj_step *step, size_t n_steps,
                 dj_marks marks, dj_arena *a, dj_err *err)
{
	*out = (dj_plan){.n_source = n, .n = n, .n_steps = n_steps, .marks = marks};
	out->name = dj_arena_alloc(a, n + n_steps + 1, sizeof *out->name);
	out->source_name = dj_arena_alloc(a, n + n_steps + 1, sizeof *out->source_name);
	out->step = dj_arena_alloc(a, n_steps + 1, sizeof *out->step);
	for (size_t i = 0; i < n; i++)
		out->name[i] = out->source_name[i] = source[i];
	for (size_t k = 0; k < n_steps; k++) {
		out->step[k].step = &step[k];
		int rc = plan_step(out, k, a, err);
		if (rc < 0)
			return rc;
	}
	if (out->n > DJ_COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL, "%zu columns, the most is %d (split the table)", out->n,
		               DJ_COLUMNS_MOST);
	return DJ_OK;
}

/* ---- One record ---- */

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void trim(dj_field *f)
{
	while (f->n > 0 && is_white(f->text[0])) {
		f->text++;
		f->n--;
	}
	while (f->n > 0 && is_white(f->text[f->n - 1]))
		f->n--;
}

static bool passes(const dj_step *step, const dj_field *f)
{
	for (size_t i = 0; i < step->n_values; i++)
		if (strlen(step->values[i]) == f->n && (f->n == 0 || memcmp(step->values[i], f->text, f->n) == 0))
			return !step->negate;
	return step->negate;
}

/* "Alberta [48]" into "Alberta" and "48"; a text without the suffix keeps all, and has none. */
static void split_suffix(const dj_step *step, dj_field *column, dj_field *to)
{
	dj_field whole = *column;
	size_t   open_n = strlen(step->open), close_n = step->close ? strlen(step->close) : 0;

	*to = (dj_field){DJ_FIELD_MISSING, "", 0};
	if (whole.kind == DJ_FIELD_MISSING || whole.n < open_n + close_n || open_n == 0 ||
	    (close_n > 0 && memcmp(whole.text + whole.n - close_n, step->close, close_n) != 0))
		return;
	for (size_t at = whole.n - close_n - open_n + 1; at-- > 0;) { /* the last one: "A [1] [48]" */
		if (memcmp(whole.text + at, step->open, open_n) != 0)
			continue;
		*to = (dj_field){whole.kind, whole.text + at + open_n, whole.n - close_n - at - open_n};
		column->n = at;
		trim(column);
		trim(to);
		return;
	}
}

static bool read_date(const dj_plan_step *s, char *room, const dj_marks *marks, const dj_field *column,
                      dj_field *to)
{
	int64_t  seconds;
	dj_field trimmed = *column;

	if (dj_marks_null(marks, column)) {
		*to = (dj_field){DJ_FIELD_MISSING, "", 0};
		return true;
	}
	trim(&trimmed);
	if (!dj_date_by_pattern(&seconds, s->step->text, trimmed.text, trimmed.n))
		return false;
	if (s->with_time)
		dj_instant_text(room, seconds, false);
	else
		dj_date_text(room, dj_date_from_days((seconds - (seconds % DAY + DAY) % DAY) / DAY));
	*to = (dj_field){DJ_FIELD_PLAIN, room, strlen(room)};
	return true;
}

bool dj_plan_more(const dj_plan *p, dj_plan_room *room, dj_field *work)
{
	(void)p, (void)room, (void)work;
	return false; /* no step gives several rows of a record */
}

dj_step_fate dj_plan_run(const dj_plan *p, dj_plan_room *room, dj_field *work, const char **column,
                         const char **why)
{
	for (size_t i = p->n_source; i < p->n; i++)
		work[i] = (dj_field){DJ_FIELD_MISSING, "", 0};
	for (size_t k = 0; k < p->n_steps; k++) {
		const dj_plan_step *s = &p->step[k];
		const dj_step      *step = s->step;

		switch (step->op) {
		case DJ_STEP_RENAME: break; /* done when the plan was made */
		case DJ_STEP_FILTER:
			if (!passes(step, &work[s->column]))
				return DJ_ROW_LEFT_OUT;
			break;
		case DJ_STEP_CONSTANT:
			work[s->to] = (dj_field){DJ_FIELD_QUOTED, step->text, strlen(step->text)};
			break;
		case DJ_STEP_SUFFIX: split_suffix(step, &work[s->column], &work[s->to]); break;
		case DJ_STEP_DATE:
			if (!read_date(s, room[k].text[0], &p->marks, &work[s->column], &work[s->to])) {
				*column = step->column;
				*why = s->complaint;
				return DJ_ROW_REJECTED;
			}
			break;
		case DJ_STEP_TRIM:
			for (size_t i = 0; i < p->n; i++)
				if (s->column == SIZE_MAX || s->column == i)
					trim(&work[i]);
			break;
		}
	}
	return DJ_ROW_KEPT;
}
