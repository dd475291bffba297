/* Random plans of steps that make and cut rows, against a reference that keeps whole tables and is plainly right. */
#include "../base/cases.h"

#include "base/random.h"
#include "loader/steps.h"

enum { CASES = 3000, COLUMNS = 6, ROWS = 5, STEPS = 3, CELLS = 24, MOST = 1000 };

/* ---- The reference: a table of texts, NULL is "" ---- */

typedef struct table {
	size_t n, rows;
	char   name[CELLS][16];
	char (*cell)[CELLS][16]; /* rows */
} table;

static size_t column_of(const table *t, const char *name)
{
	size_t i = 0;

	while (i < t->n && strcmp(t->name[i], name) != 0)
		i++;
	return i;
}

static void trimmed(char out[16], const char *from, size_t n)
{
	while (n && *from == ' ')
		from++, n--;
	while (n && from[n - 1] == ' ')
		n--;
	if (n == 2 && memcmp(from, "NA", 2) == 0)
		n = 0;
	memcpy(out, from, n);
	out[n] = '\0';
}

/* Calls `make` for each row, which adds what rows it will to `to`. */
static void each_row(table *t, const dj_step *s,
                     void (*make)(table *to, const table *from, size_t row, const dj_step *s))
{
	table to = *t;

	to.rows = 0;
	to.cell = dj_alloc_zero(MOST, sizeof *to.cell);
	for (size_t row = 0; row < t->rows; row++) {
		assert_true(to.rows + CELLS < MOST);
		make(&to, t, row, s);
	}
	free(t->cell);
	*t = to;
}

static void reference_rows(table *to, const table *from, size_t row, const dj_step *s)
{
	size_t      c = column_of(from, s->column), made = 0;
	const char *at = from->cell[row][c];

	for (const char *end; *at || made == 0; at = *end ? end + 1 : end) {
		char part[16];
		end = strchr(at, ';') ? strchr(at, ';') : at + strlen(at);
		trimmed(part, at, (size_t)(end - at));
		if (*part || (!*end && made == 0)) {
			memcpy(to->cell[to->rows], from->cell[row], sizeof to->cell[0]);
			strcpy(to->cell[to->rows++][c], part);
			made++;
		}
		if (!*end)
			break;
		if (!end[1] && made == 0) { /* a separator, and nothing behind it */
			memcpy(to->cell[to->rows], from->cell[row], sizeof to->cell[0]);
			to->cell[to->rows++][c][0] = '\0';
			break;
		}
	}
}

static void reference_split(table *to, const table *from, size_t row, const dj_step *s)
{
	size_t      c = column_of(from, s->column);
	const char *at = from->cell[row][c];

	memcpy(to->cell[to->rows], from->cell[row], sizeof to->cell[0]);
	for (size_t i = 0; i < s->parts.n; i++) {
		const char *end = i + 1 < s->parts.n ? strchr(at, ';') : NULL;
		size_t      n = end ? (size_t)(end - at) : strlen(at);
		trimmed(to->cell[to->rows][from->n + i], at, n);
		at = end ? end + 1 : at + strlen(at);
	}
	to->rows++;
}

static bool is_wide(const dj_step *s, const char *name)
{
	for (size_t i = 0; i < s->columns.n; i++)
		if (strcmp(s->columns.text[i], name) == 0)
			return true;
	return false;
}

static void reference_unpivot(table *to, const table *from, size_t row, const dj_step *s)
{
	for (size_t i = 0; i < s->columns.n; i++) {
		size_t c = column_of(from, s->columns.text[i]), at = 0;
		if (!*from->cell[row][c] && !s->keep_missing)
			continue;
		char(*cell)[16] = to->cell[to->rows++];
		for (size_t k = 0; k < from->n; k++)
			if (!is_wide(s, from->name[k]))
				strcpy(cell[at++], from->cell[row][k]);
		strcpy(cell[at++], from->name[c]);
		strcpy(cell[at], from->cell[row][c]);
	}
}

static void reference(table *t, const dj_step *s)
{
	size_t left = 0;

	switch (s->op) {
	case DJ_STEP_ROWS: each_row(t, s, reference_rows); break;
	case DJ_STEP_SPLIT:
		each_row(t, s, reference_split);
		for (size_t i = 0; i < s->parts.n; i++)
			strcpy(t->name[t->n++], s->parts.text[i]);
		break;
	default:
		each_row(t, s, reference_unpivot);
		for (size_t i = 0; i < t->n; i++)
			if (!is_wide(s, t->name[i]))
				memmove(t->name[left++], t->name[i], sizeof t->name[0]);
		strcpy(t->name[left++], s->name);
		strcpy(t->name[left++], s->value);
		t->n = left;
	}
}

/* ---- Random plans ---- */

static size_t below(dj_random_state *r, size_t n)
{
	return (size_t)dj_random_between(r, 0, (int64_t)n - 1);
}

static void random_step(dj_step *s, const table *now, int k, dj_random_state *r, dj_arena *a)
{
	const char **list = dj_arena_alloc(a, CELLS, sizeof *list);

	*s = (dj_step){.op = (dj_step_op[]){DJ_STEP_ROWS, DJ_STEP_SPLIT, DJ_STEP_UNPIVOT}[below(r, 3)]};
	s->column = dj_arena_dup(a, now->name[below(r, now->n)]);
	s->separator = ";";
	if (s->op == DJ_STEP_SPLIT) {
		s->parts = (dj_step_texts){list, 1 + below(r, 3)};
		for (size_t i = 0; i < s->parts.n; i++)
			list[i] = dj_arena_fmt(a, "s%d_%zu", k, i);
	} else if (s->op == DJ_STEP_UNPIVOT) {
		s->columns.text = list;
		for (size_t i = 0; i < now->n; i++)
			if (below(r, 2) || (i + 1 == now->n && s->columns.n == 0))
				list[s->columns.n++] = dj_arena_dup(a, now->name[i]);
		s->name = dj_arena_fmt(a, "k%d", k);
		s->value = dj_arena_fmt(a, "v%d", k);
		s->keep_missing = below(r, 2);
	}
}

static void random_table(table *t, dj_random_state *r)
{
	static const char *const cells[] = {"",     "a", "NA", "a;b",  "a; b ;c", ";",
	                                    "x;;y", " ", ";z", "NA;q", "p;"};

	t->n = 1 + below(r, COLUMNS);
	t->rows = 1 + below(r, ROWS);
	t->cell = dj_alloc_zero(MOST, sizeof *t->cell);
	for (size_t i = 0; i < t->n; i++)
		snprintf(t->name[i], sizeof t->name[i], "c%d", (int)i);
	for (size_t row = 0; row < t->rows; row++)
		for (size_t i = 0; i < t->n; i++)
			strcpy(t->cell[row][i], cells[below(r, DJ_COUNT(cells))]);
}

/* ---- Comparing ---- */

static void check_row(const dj_plan *p, const dj_field *work, const table *want, size_t row, dj_marks marks)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *text = want->cell[row][i];
		bool        null = dj_marks_null(&marks, &work[i]);
		if (strcmp(text, "NA") == 0)
			text = "";
		if (null ? *text != '\0' : strlen(text) != work[i].n || memcmp(text, work[i].text, work[i].n) != 0)
			fail_msg("row %zu, column %s: '%.*s', not '%s'", row, p->name[i], null ? 0 : (int)work[i].n,
			         work[i].text, text);
	}
}

static void check(const table *source, const table *want, const dj_step *step, size_t n_steps, dj_arena *a)
{
	const char  *names[COLUMNS], *column, *why;
	dj_plan      p;
	dj_err       err = {0};
	dj_marks     marks = dj_marks_usual();
	size_t       row = 0;
	dj_step_fate fate;

	for (size_t i = 0; i < source->n; i++)
		names[i] = source->name[i];
	if (dj_plan_make(&p, names, source->n, step, n_steps, marks, NULL, a, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.n, want->n);
	for (size_t i = 0; i < p.n; i++)
		assert_string_equal(p.name[i], want->name[i]);

	dj_field     *work = dj_alloc_zero(p.n_work, sizeof *work);
	dj_plan_room *room = dj_plan_room_new(&p);
	for (size_t k = 0; k < source->rows; k++) {
		for (size_t i = 0; i < source->n; i++)
			work[i] = (dj_field){DJ_FIELD_PLAIN, source->cell[k][i], strlen(source->cell[k][i])};
		fate = dj_plan_run(&p, room, work, &column, &why);
		for (; fate != DJ_ROW_NONE; fate = dj_plan_more(&p, room, work, &column, &why)) {
			assert_int_equal(fate, DJ_ROW_KEPT);
			assert_true(row < want->rows);
			check_row(&p, work, want, row++, marks);
			if (p.n_many == 0)
				break;
			memset(work, 0x55,
			       p.n_work * sizeof *work); /* what a caller leaves there is nothing to rest on */
		}
	}
	assert_int_equal(row, want->rows);
	dj_plan_room_free(room);
	free(work);
}

static void like_the_reference(void **state)
{
	dj_random_state r = dj_random_seed(20260101, "steps");

	(void)state;
	for (int i = 0; i < CASES; i++) {
		dj_arena *a = dj_arena_new();
		dj_step   step[STEPS];
		size_t    n_steps = 1 + below(&r, STEPS);
		table     source, want;

		random_table(&source, &r);
		want = source;
		want.cell = dj_alloc_zero(MOST, sizeof *want.cell);
		memcpy(want.cell, source.cell, source.rows * sizeof *want.cell);
		for (size_t k = 0; k < n_steps; k++) {
			/* "NA" is a missing value to steps that look */
			for (size_t row = 0; row < want.rows; row++)
				for (size_t c = 0; c < want.n; c++)
					if (strcmp(want.cell[row][c], "NA") == 0)
						want.cell[row][c][0] = '\0';
			random_step(&step[k], &want, (int)k, &r, a);
			reference(&want, &step[k]);
		}
		check(&source, &want, step, n_steps, a);
		free(source.cell);
		free(want.cell);
		dj_arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(like_the_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
