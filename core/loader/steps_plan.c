/* The plan: which columns there are after each step, and where each step reads and writes. */
#include "loader/steps_parts.h"

#include "base/text.h"
#include "loader/header.h"
#include "store/manifest_members.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DATE_LENGTH = 10, LAST_SECOND = 86399 };

typedef struct making {
	dj_plan  *p;
	dj_arena *a;
	dj_err   *err;
} making;

/* ---- Columns as they are so far ---- */

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

	dj_buf_reset(&names);
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

/* A column that must be there: its place among the columns, or SIZE_MAX. */
static size_t need(making *m, const dj_plan_step *s, const char *column)
{
	size_t i = find(m->p->name, m->p->n, column);

	if (i < m->p->n)
		return i;
	dj_plan_missing(m->p, column, s->where, m->err);
	return SIZE_MAX;
}

/* A new name is no other column's, and not SQLite's or ours. */
static int differs(making *m, const dj_plan_step *s, const char *name, size_t but)
{
	if (dj_header_reserved(name))
		return dj_fail(m->err, DJ_FAIL,
		               "%s: '%s' is a name that SQLite or datajam uses (choose another name)", s->where,
		               name);
	for (size_t k = 0; k < m->p->n; k++)
		if (k != but && dj_text_same_nocase(m->p->name[k], name))
			return strcmp(m->p->name[k], name) == 0
			           ? dj_fail(m->err, DJ_FAIL, "%s: there is a column '%s' already (choose another name)",
			                     s->where, name)
			           : dj_fail(m->err, DJ_FAIL,
			                     "%s: '%s' and '%s' differ only in case (choose another name)", s->where,
			                     name, m->p->name[k]);
	return DJ_OK;
}

/* A new column; its slot. */
static int add(making *m, const dj_plan_step *s, size_t *slot, const char *name)
{
	dj_plan *p = m->p;

	if (differs(m, s, name, SIZE_MAX) < 0)
		return m->err->code;
	p->name[p->n] = name;
	p->source_name[p->n] = NULL;
	*slot = p->slot[p->n++] = p->n_slots++;
	return DJ_OK;
}

/* The column that a step writes: one that is there, or a new one. */
static int target(making *m, const dj_plan_step *s, size_t *slot, const char *name)
{
	size_t i = find(m->p->name, m->p->n, name);

	if (i == m->p->n)
		return add(m, s, slot, name);
	*slot = m->p->slot[i];
	return DJ_OK;
}

/* Takes away the columns of those slots. */
static void take_away(dj_plan *p, const size_t *slot, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < p->n; i++) {
		bool gone = false;
		for (size_t k = 0; k < n && !gone; k++)
			gone = p->slot[i] == slot[k];
		if (gone)
			continue;
		p->name[left] = p->name[i];
		p->source_name[left] = p->source_name[i];
		p->slot[left++] = p->slot[i];
	}
	p->n = left;
}

/* Columns [first, last] of those that are there as what a step reads. */
static void read_range(making *m, dj_plan_step *s, size_t first, size_t n,
                       bool (*wanted)(making *, size_t, const char *), const char *with)
{
	size_t *from = dj_arena_alloc(m->a, n + 1, sizeof *from);

	s->from = from;
	s->from_name = dj_arena_alloc(m->a, n + 1, sizeof *s->from_name);
	for (size_t i = first; i < first + n; i++) {
		if (wanted && !wanted(m, i, with))
			continue;
		from[s->n_from] = m->p->slot[i];
		s->from_name[s->n_from++] = m->p->name[i];
	}
}

static int read_list(making *m, dj_plan_step *s, const dj_step_texts *columns)
{
	size_t *from = dj_arena_alloc(m->a, columns->n + 1, sizeof *from);

	s->from = from;
	s->from_name = dj_arena_alloc(m->a, columns->n + 1, sizeof *s->from_name);
	for (size_t i = 0; i < columns->n; i++) {
		size_t at = need(m, s, columns->text[i]);
		if (at == SIZE_MAX)
			return m->err->code;
		if (find(s->from_name, s->n_from, columns->text[i]) < s->n_from)
			return dj_fail(m->err, DJ_FAIL, "%s: column '%s' is named twice", s->where, columns->text[i]);
		from[s->n_from] = m->p->slot[at];
		s->from_name[s->n_from++] = m->p->name[at];
	}
	return DJ_OK;
}

/* What a step writes: columns that are there or new; or, `fresh`, new ones alone. */
static int write_list(making *m, dj_plan_step *s, const char *const *names, size_t n, bool fresh)
{
	size_t *into = dj_arena_alloc(m->a, n + 1, sizeof *into);

	s->into = into;
	for (; s->n_into < n; s->n_into++) {
		size_t *slot = &into[s->n_into];
		if ((fresh ? add(m, s, slot, names[s->n_into]) : target(m, s, slot, names[s->n_into])) < 0)
			return m->err->code;
		for (size_t i = 0; i < s->n_into; i++)
			if (into[i] == *slot)
				return dj_fail(m->err, DJ_FAIL, "%s: column '%s' is named twice", s->where, names[s->n_into]);
	}
	return DJ_OK;
}

/* ---- Each step ---- */

static int plan_rename(making *m, dj_plan_step *s)
{
	size_t at = need(m, s, s->step->column);

	if (differs(m, s, s->step->to, at) < 0)
		return m->err->code;
	m->p->name[at] = s->step->to;
	return DJ_OK;
}

static void plan_filter(dj_plan_step *s, dj_arena *a)
{
	const dj_step *step = s->step;
	bool           time[2] = {false, false};

	s->low = -INFINITY;
	s->high = INFINITY;
	if (step->at_least)
		dj_bound_read(&s->low, &time[0], step->at_least, strlen(step->at_least));
	if (step->at_most)
		dj_bound_read(&s->high, &time[1], step->at_most, strlen(step->at_most));
	s->bounds_are_times = time[0] || time[1];
	if (time[1] && strlen(step->at_most) == DATE_LENGTH)
		s->high += LAST_SECOND; /* a day, up to its end */
	s->complaint = dj_arena_fmt(a, "is no %s, so it can not be compared with %s",
	                            s->bounds_are_times ? "date" : "number",
	                            step->at_least  ? step->at_least
	                            : step->at_most ? step->at_most
	                                            : "");
}

static int order_pairs(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(x[0], y[0]);
}

static int plan_map(making *m, dj_plan_step *s)
{
	const dj_step_pairs *t = &s->step->table;
	const char *(*table)[2] = dj_arena_alloc(m->a, t->n, sizeof *table);

	memcpy(table, t->pair, t->n * sizeof *table);
	qsort(table, t->n, sizeof *table, order_pairs);
	s->table = (const char *const(*)[2])table;
	s->complaint = "is not among the values of the map step";
	return write_list(m, s, s->step->to ? &s->step->to : &s->step->column, 1, false);
}

static bool begins_with(making *m, size_t i, const char *with)
{
	return dj_text_starts(m->p->name[i], with);
}

static int plan_unpivot(making *m, dj_plan_step *s)
{
	const dj_step *step = s->step;
	const char    *made[] = {step->name, step->value};
	size_t         first, last;

	if (step->columns.n) {
		if (read_list(m, s, &step->columns) < 0)
			return m->err->code;
	} else if (step->matching) {
		read_range(m, s, 0, m->p->n, begins_with, step->matching);
		if (s->n_from == 0)
			return dj_plan_missing(m->p, step->matching,
			                       dj_arena_fmt(m->a, "%s: matching, as a beginning", s->where), m->err);
	} else {
		if ((first = need(m, s, step->from)) == SIZE_MAX || (last = need(m, s, step->to)) == SIZE_MAX)
			return m->err->code;
		if (last < first)
			return dj_fail(m->err, DJ_FAIL, "%s: column '%s' stands behind '%s' (change from and to)",
			               s->where, step->from, step->to);
		read_range(m, s, first, last - first + 1, NULL, NULL);
	}
	take_away(m->p, s->from, s->n_from);
	return write_list(m, s, made, 2, true);
}

static bool of_source(making *m, size_t i, const char *with)
{
	(void)with;
	return m->p->source_name[i] != NULL;
}

static int order_texts(const void *a, const void *b)
{
	const char *const *x = *(const char *const *const *)a, *const *y = *(const char *const *const *)b;
	int                c = strcmp(*x, *y);

	return c ? c : (x > y) - (x < y);
}

/* Names of the columns in order, so that a row finds its own. */
static void order_columns(making *m, dj_plan_step *s)
{
	const char ***at = dj_arena_alloc(m->a, s->n_from + 1, sizeof *at);
	const char  **name = dj_arena_alloc(m->a, s->n_from + 1, sizeof *name);
	size_t       *place = dj_arena_alloc(m->a, s->n_from + 1, sizeof *place);

	for (size_t i = 0; i < s->n_from; i++)
		at[i] = &s->from_name[i];
	qsort(at, s->n_from, sizeof *at, order_texts);
	for (size_t i = 0; i < s->n_from; i++) {
		name[i] = *at[i];
		place[i] = (size_t)(at[i] - s->from_name);
	}
	s->column_name = name;
	s->column_place = place;
}

/* The source's columns: the first holds the names of the rows. Those that steps made stay. */
static int plan_matrix(making *m, dj_plan_step *s)
{
	const dj_step *step = s->step;
	const char    *made[] = {step->from, step->to, step->weight};

	read_range(m, s, 0, m->p->n, of_source, NULL);
	if (s->n_from < 2)
		return dj_fail(m->err, DJ_FAIL,
		               "%s: a matrix has a column of names and one for each of them, here are %zu", s->where,
		               s->n_from);
	take_away(m->p, s->from, s->n_from);
	s->column = s->from[0];
	s->column_said = s->from_name[0];
	s->complaint = "is empty: the row of the matrix has no name";
	s->from++;
	s->from_name++;
	s->n_from--;
	order_columns(m, s);
	return write_list(m, s, made, 3, true);
}

static int plan_join(making *m, dj_plan_step *s)
{
	const dj_step *step = s->step;
	const char   **made = dj_arena_alloc(m->a, step->fields.n, sizeof *made);
	size_t         region;

	for (size_t i = 0; i < step->fields.n; i++)
		made[i] = step->fields.pair[i][1];
	s->region = SIZE_MAX;
	if (step->region) {
		if ((region = need(m, s, step->region)) == SIZE_MAX)
			return m->err->code;
		s->region = m->p->slot[region];
	}
	if (dj_step_join_plan(s, m->p->gazetteers, m->a, m->err) < 0)
		return m->err->code;
	return write_list(m, s, made, step->fields.n, false);
}

static int plan_other(making *m, dj_plan_step *s)
{
	const dj_step *step = s->step;

	switch (step->op) {
	case DJ_STEP_RENAME: return plan_rename(m, s);
	case DJ_STEP_FILTER: plan_filter(s, m->a); return DJ_OK;
	case DJ_STEP_MAP: return plan_map(m, s);
	case DJ_STEP_UNPIVOT: return plan_unpivot(m, s);
	case DJ_STEP_MATRIX: return plan_matrix(m, s);
	case DJ_STEP_JOIN: return plan_join(m, s);
	case DJ_STEP_SPLIT: return write_list(m, s, step->parts.text, step->parts.n, false);
	case DJ_STEP_CONSTANT:
	case DJ_STEP_SUFFIX: return write_list(m, s, &step->to, 1, false);
	case DJ_STEP_DATE:
		s->with_time = strstr(step->pattern, "%H") != NULL;
		s->complaint = dj_arena_fmt(m->a, "does not fit the date pattern %s", step->pattern);
		return write_list(m, s, step->to ? &step->to : &step->column, 1, false);
	case DJ_STEP_COALESCE:
		return read_list(m, s, &step->columns) < 0 ? m->err->code : write_list(m, s, &step->to, 1, false);
	case DJ_STEP_TRIM:
		if (step->column)
			return read_list(m, s, &(dj_step_texts){&step->column, 1});
		read_range(m, s, 0, m->p->n, NULL, NULL);
		return DJ_OK;
	case DJ_STEP_ROWS: return DJ_OK;
	}
	return DJ_OK;
}

/* What is there behind a step that makes several rows, but for what it writes itself, is kept while they are made. */
static void keep(making *m, dj_plan_step *s)
{
	dj_plan *p = m->p;
	size_t  *kept = dj_arena_alloc(m->a, p->n + 1, sizeof *kept);

	s->many = true;
	s->many_at = p->n_many++;
	s->kept = kept;
	s->kept_at = p->n_kept;
	memcpy(kept, p->slot, p->n * sizeof *kept);
	s->n_kept = p->n;
	p->n_kept += p->n;
}

static int plan_step(making *m, size_t k)
{
	size_t        n;
	dj_plan_step *s = &m->p->step[k];
	dj_step_op    op = s->step->op;

	s->where = dj_arena_fmt(m->a, "step %zu (%s)", k + 1, dj_manifest_steps(&n)[op].op);
	s->column_said = s->step->column;
	if (s->step->column) {
		size_t at = need(m, s, s->step->column);
		if (at == SIZE_MAX)
			return m->err->code;
		s->column = m->p->slot[at];
	}
	if (plan_other(m, s) < 0)
		return m->err->code;
	if (op == DJ_STEP_UNPIVOT || op == DJ_STEP_MATRIX || op == DJ_STEP_ROWS)
		keep(m, s);
	return DJ_OK;
}

/* Columns that steps may make, at most. */
static size_t made_most(const dj_step *step, size_t n_steps)
{
	size_t n = 0;

	for (size_t k = 0; k < n_steps; k++)
		n += 3 + step[k].parts.n + step[k].fields.n;
	return n;
}

int dj_plan_make(dj_plan *out, const char *const *source, size_t n, const dj_step *step, size_t n_steps,
                 dj_marks marks, const dj_gazetteers *gazetteers, dj_arena *a, dj_err *err)
{
	dj_err own;
	making m = {out, a, err ? err : &own};
	size_t most = n + made_most(step, n_steps) + 1;

	*out = (dj_plan){
	    .n_source = n, .n = n, .n_slots = n, .n_steps = n_steps, .marks = marks, .gazetteers = gazetteers};
	out->name = dj_arena_alloc(a, most, sizeof *out->name);
	out->source_name = dj_arena_alloc(a, most, sizeof *out->source_name);
	out->slot = dj_arena_alloc(a, most, sizeof *out->slot);
	out->step = dj_arena_alloc(a, n_steps + 1, sizeof *out->step);
	for (size_t i = 0; i < n; i++) {
		out->name[i] = out->source_name[i] = source[i];
		out->slot[i] = i;
	}
	for (size_t k = 0; k < n_steps; k++) {
		out->step[k].step = &step[k];
		int rc = plan_step(&m, k);
		if (rc < 0)
			return rc;
	}
	if (out->n > DJ_COLUMNS_MOST)
		return dj_fail(err, DJ_FAIL, "%zu columns, the most is %d (split the table)", out->n,
		               DJ_COLUMNS_MOST);
	out->moved = out->n_many > 0;
	out->n_work = out->n > n ? out->n : n;
	return DJ_OK;
}
