/* What is there more than once: rows, columns, and one value for all rows. */
#include "lint/look.h"

#include <math.h>
#include <stdlib.h>

static size_t gather(const dj_profile **out, dj_look *l, bool (*is)(const dj_look *, const dj_profile *))
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_columns; i++)
		if (is(l, &l->column[i]))
			out[n++] = &l->column[i];
	return n;
}

static bool is_empty(const dj_look *l, const dj_profile *c)
{
	return c->filled == 0 && l->rows > 0;
}

static bool is_constant(const dj_look *l, const dj_profile *c)
{
	return l->rows > 1 && c->nulls == 0 && c->values.n == 1 && !c->values.thinned;
}

static bool varies(const dj_profile *c)
{
	return c->values.n > 1 || c->values.thinned;
}

/* Columns equal in every row, each group once. A few rows agree by chance. */
static void check_equal(dj_look *l, const dj_profile **group)
{
	bool *told = dj_alloc_zero(l->n_columns, sizeof *told);

	for (size_t i = 0; i < l->n_columns && l->rows >= 5; i++) {
		const dj_profile *c = &l->column[i];
		size_t            n = 0;
		if (told[i] || !varies(c) || (c->values.n < 3 && l->rows < 100))
			continue;
		for (size_t k = i; k < l->n_columns; k++)
			if (l->column[k].order == c->order && l->column[k].nulls == c->nulls) {
				told[k] = true;
				group[n++] = &l->column[k];
			}
		if (n > 1)
			dj_note(l, "equal-columns", group, n, NULL,
			        "These columns hold the same values in every row: one may be enough.",
			        "Ces colonnes ont les mêmes valeurs à chaque ligne : une seule peut suffire.");
	}
	free(told);
}

/* Its own name stands among its values: the first line was data, or the header came twice. */
static bool is_header_in_data(const dj_look *l, const dj_profile *c)
{
	uint64_t high = 0;
	(void)l;

	return c->type == DJ_COL_TEXT && dj_tally_find(&c->values, dj_hash_text(c->name, strlen(c->name), &high));
}

static void check_header(dj_look *l, const dj_profile **group)
{
	size_t   n = gather(group, l, is_header_in_data);
	dj_rows  rows = {0};
	uint64_t high = 0;

	for (size_t i = 0; i < n; i++) {
		const dj_tally *t = &group[i]->values;
		dj_rows         one = {0};
		dj_rows_seen(&one, t, dj_tally_find(t, dj_hash_text(group[i]->name, strlen(group[i]->name), &high)));
		rows = one.n > rows.n ? one : rows;
	}
	if (n)
		dj_note(l, "header-in-data", group, n, &rows,
		        "The column's own name is also a value in it. Look at whether the first line is data "
		        "(load with --no-header), or the header came twice.",
		        "Le nom de la colonne est aussi une de ses valeurs. À regarder : la première ligne "
		        "est-elle une donnée (chargez avec --no-header), ou l’en-tête est-il répété?");
}

void dj_check_columns(dj_look *l)
{
	const dj_profile **group = dj_arena_alloc(l->a, l->n_columns + 1, sizeof *group);
	size_t             n;

	if (l->rows == 0)
		dj_note(l, "no-rows", NULL, 0, NULL,
		        "The table has no rows. Look at the source, and at what was rejected or filtered.",
		        "La table n’a aucune ligne. À regarder : la source, et ce qui a été rejeté ou filtré.");
	if ((n = gather(group, l, is_empty)))
		dj_note(l, "empty-columns", group, n, NULL, "No row has a value here.",
		        "Aucune ligne n’a de valeur ici.");
	if ((n = gather(group, l, is_constant)))
		dj_note(l, "constant-columns", group, n, NULL,
		        "Every row has the same value here: it tells rows apart no more than a title would.",
		        "Chaque ligne a la même valeur ici : elle ne distingue rien, comme un titre.");
	check_equal(l, group);
	check_header(l, group);
}

/* ---- Rows ---- */

/* What numbers the rows; a measurement may be unique too. */
static bool is_key(const dj_profile *c)
{
	return c->unique && (c->type == DJ_COL_INTEGER || c->type == DJ_COL_TEXT);
}

/*
 * Pairs of equal rows to be expected if columns had nothing to do with each other: pairs of rows, times for each column the
 * chance that two of its values agree. Rows of few kinds are alike by nature, and that is no news.
 */
static double expected_pairs(const dj_look *l, bool without_keys)
{
	double pairs = (double)l->rows * (double)(l->rows - 1) / 2;

	for (size_t i = 0; i < l->n_columns; i++) {
		const dj_tally *t = &l->column[i].values;
		double all = (double)l->rows, nulls = (double)l->column[i].nulls / all, agree = nulls * nulls;
		if (is_key(&l->column[i])) {
			if (!without_keys)
				return 0;
			continue;
		}
		for (size_t k = 0; k < t->slots; k++)
			agree += ldexp((double)t->slot[k].count / all * (double)t->slot[k].count / all, (int)t->thinned);
		pairs *= agree < 1 ? agree : 1;
	}
	return pairs;
}

static void count_repeats(dj_rows *out, const dj_tally *t)
{
	for (size_t i = 0; i < t->slots; i++)
		if (t->slot[i].count > 1) {
			dj_seen extra = t->slot[i];
			extra.count--;
			dj_rows_seen(out, t, &extra);
		}
}

static bool see_rest(void *user, sqlite3_stmt *row)
{
	dj_look *l = user;
	uint64_t all = 0, high = 0;
	bool     fresh;

	for (size_t i = 0; i < l->n_columns; i++)
		if (!is_key(&l->column[i]))
			all += dj_cell_in_row(dj_cell_hash(row, (int)i, &high), i);
	(void)dj_tally_add(&l->rest, dj_mix(all), sqlite3_column_int64(row, (int)l->n_columns), &fresh);
	return false;
}

static void say_rest(dj_look *l, void *user, const dj_rows *none)
{
	dj_rows rows = {0};
	(void)user;
	(void)none;

	count_repeats(&rows, &l->rest);
	if (rows.n && expected_pairs(l, true) < (double)rows.n / 4) {
		const dj_profile **key = dj_arena_alloc(l->a, l->n_columns, sizeof *key);
		size_t             n = 0;
		for (size_t i = 0; i < l->n_columns; i++)
			if (is_key(&l->column[i]))
				key[n++] = &l->column[i];
		dj_note(l, "duplicate-rows-but-key", key, n, &rows,
		        dj_arena_fmt(
		            l->a,
		            "%s equal to an earlier row in all but what numbers the rows. Look at whether something "
		            "was entered twice; the row numbers are of the first of each.",
		            dj_rows_en(l, &rows)),
		        dj_arena_fmt(
		            l->a,
		            "%s pareilles à une ligne précédente, sauf ce qui numérote les lignes. À regarder : une "
		            "double saisie? Les numéros sont ceux de la première de chaque groupe.",
		            dj_rows_fr(l, &rows)));
	}
	dj_tally_free(&l->rest);
}

void dj_check_rows(dj_look *l)
{
	dj_rows rows = {0};
	size_t  keys = 0, telling = 0;
	bool    many = false; /* kinds alone are alike by chance: something must have many values */

	for (size_t i = 0; i < l->n_columns; i++) {
		keys += is_key(&l->column[i]);
		telling += !is_key(&l->column[i]) && varies(&l->column[i]);
		many = many || (!is_key(&l->column[i]) && l->column[i].values.n >= 10 &&
		                ((int64_t)l->column[i].values.n << l->column[i].values.thinned) >= l->rows / 10);
	}
	count_repeats(&rows, &l->whole);
	if (rows.n && keys + telling > 1 && expected_pairs(l, false) < 2 * (double)rows.n)
		dj_note(
		    l, "duplicate-rows", NULL, 0, &rows,
		    dj_arena_fmt(
		        l->a,
		        "%s equal to an earlier row in every column. Look at whether something counts twice; the "
		        "row numbers are of the first of each.",
		        dj_rows_en(l, &rows)),
		    dj_arena_fmt(
		        l->a,
		        "%s pareilles à une ligne précédente, dans chaque colonne. À regarder : un double compte? "
		        "Les numéros sont ceux de la première de chaque groupe.",
		        dj_rows_fr(l, &rows)));
	if (!keys || telling < 2 || !many)
		return;
	dj_tally_free(&l->whole); /* one of the two at a time */
	l->rest.most = l->whole.most;
	dj_look_again(l, see_rest, say_rest, l);
}
