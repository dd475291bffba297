/* Notes: made, put in order of importance, and led back to lines of the source. */
#include "lint/look.h"

#include <stdio.h>
#include <stdlib.h>

/* The most important first: what harms people, then what makes results untrue, then what makes work. */
static const char *const order[] = {"personal-data",
                                    "declared-none",
                                    "no-rows",
                                    "header-in-data",
                                    "swapped-coordinates",
                                    "positive-longitude",
                                    "zero-coordinates",
                                    "coordinates-out-of-range",
                                    "place-far-from-name",
                                    "outside-canada",
                                    "one-point-many-places",
                                    "duplicate-rows",
                                    "duplicate-rows-but-key",
                                    "nearly-key",
                                    "keys-without-match",
                                    "future-dates",
                                    "early-dates",
                                    "placeholder-dates",
                                    "crowded-day",
                                    "mixed-units",
                                    "mixed-scale",
                                    "placeholder-numbers",
                                    "far-values",
                                    "broken-letters",
                                    "spelling-variants",
                                    "mixed-dates",
                                    "ambiguous-dates",
                                    "lost-zeros",
                                    "odd-shapes",
                                    "mostly-numbers",
                                    "numbers-as-text",
                                    "numbers-with-units",
                                    "dates-as-text",
                                    "dates-as-numbers",
                                    "blanks-around",
                                    "empty-columns",
                                    "constant-columns",
                                    "equal-columns",
                                    "likely-link"};

static size_t rank_of(const char *code)
{
	size_t i = 0;

	while (i < DJ_COUNT(order) && strcmp(order[i], code) != 0)
		i++;
	return i;
}

void dj_note(dj_look *l, const char *code, const dj_profile *const *column, size_t n, const dj_rows *rows,
             const char *en, const char *fr)
{
	const char **names = dj_arena_alloc(l->a, n ? n : 1, sizeof *names);
	dj_lint_note x = {.code = code, .column = names, .n_columns = n, .en = en, .fr = fr};

	for (size_t i = 0; i < n; i++)
		names[i] = column[i]->name;
	if (rows) {
		x.rows = rows->n;
		x.about = rows->about;
		x.n_examples = rows->n_examples;
		memcpy(x.example, rows->example, sizeof x.example);
	}
	if (l->n_notes == l->cap_notes) {
		l->cap_notes = l->cap_notes ? 2 * l->cap_notes : 16;
		dj_lint_note *more = dj_arena_alloc(l->a, l->cap_notes, sizeof *more);
		if (l->n_notes)
			memcpy(more, l->note, l->n_notes * sizeof *more);
		l->note = more;
	}
	l->note[l->n_notes++] = x;
}

void dj_note_one(dj_look *l, const char *code, const dj_profile *c, const dj_rows *rows, const char *en,
                 const char *fr)
{
	dj_note(l, code, &c, 1, rows, en, fr);
}

static char *grouped(dj_arena *a, int64_t n, const char *mark)
{
	char   figures[24];
	dj_buf out = {0};
	int    k = snprintf(figures, sizeof figures, "%lld", (long long)n);

	for (int i = 0; i < k; i++) {
		if (i && (k - i) % 3 == 0 && figures[i - 1] != '-')
			dj_buf_text(&out, mark);
		dj_buf_char(&out, figures[i]);
	}
	return dj_buf_keep(&out, a);
}

char *dj_n_en(dj_look *l, int64_t n)
{
	return grouped(l->a, n, ",");
}

char *dj_n_fr(dj_look *l, int64_t n)
{
	return grouped(l->a, n, "\xc2\xa0");
}

char *dj_rows_en(dj_look *l, const dj_rows *r)
{
	return dj_arena_fmt(l->a, "%s%s row%s", r->about ? "about " : "", dj_n_en(l, r->n), r->n == 1 ? "" : "s");
}

char *dj_rows_fr(dj_look *l, const dj_rows *r)
{
	return dj_arena_fmt(l->a, "%s%s ligne%s", r->about ? "environ " : "", dj_n_fr(l, r->n),
	                    r->n == 1 ? "" : "s");
}

void dj_notes_finish(dj_look *l)
{
	for (size_t i = 1; i < l->n_notes; i++) { /* stable: as said, within a code */
		dj_lint_note x = l->note[i];
		size_t       at = i;
		for (; at > 0 && rank_of(l->note[at - 1].code) > rank_of(x.code); at--)
			l->note[at] = l->note[at - 1];
		l->note[at] = x;
	}
}

/*
 * The line where row `row` begins, counted from the last place known before it. *sure: its chunk has as many lines as rows up
 * to the next place; else cells with line breaks, rows left out and rows split may lie between.
 */
static int64_t line_of(sqlite3_stmt *s, const char *table, int64_t row, bool *sure)
{
	int64_t line = 0;

	sqlite3_reset(s);
	sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, row);
	if (sqlite3_step(s) == SQLITE_ROW) {
		int64_t first = sqlite3_column_int64(s, 0), begin = sqlite3_column_int64(s, 1);
		bool    last = sqlite3_column_type(s, 2) == SQLITE_NULL;
		*sure = *sure && (row == first || (!last && sqlite3_column_int64(s, 2) - first ==
		                                                sqlite3_column_int64(s, 3) - begin));
		line = begin + row - first;
	}
	return line;
}

int dj_notes_lines(dj_look *l, dj_err *err)
{
	static const char sql[] =
	    "WITH here AS (SELECT row, line FROM _datajam_places WHERE tab = ?1 AND row <= ?2 ORDER BY row DESC LIMIT 1), "
	    "next AS (SELECT row, line FROM _datajam_places WHERE tab = ?1 AND row > ?2 ORDER BY row LIMIT 1) "
	    "SELECT here.row, here.line, next.row, next.line FROM here LEFT JOIN next";
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK)
		return dj_fail(err, DJ_FAIL, "%s: its places can not be read: %s (load it again)", l->dataset->name,
		               sqlite3_errmsg(l->db));
	for (size_t i = 0; i < l->n_notes; i++) {
		l->note[i].sure = true;
		for (size_t k = 0; k < l->note[i].n_examples; k++)
			l->note[i].line[k] = line_of(s, l->table->name, l->note[i].example[k], &l->note[i].sure);
	}
	sqlite3_finalize(s);
	return DJ_OK;
}
