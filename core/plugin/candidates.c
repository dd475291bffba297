/* Which tables could fill a role, and with what. */
#include "plugin/bind.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- What is asked for ---- */

static dj_ask *ask_of(dj_ask *asks, size_t *n, const char *role)
{
	size_t at = *n;

	for (size_t i = 0; i < *n; i++)
		if (strcmp(asks[i].role, role) == 0)
			return &asks[i];
	while (at > 0 && strcmp(asks[at - 1].role, role) > 0)
		asks[at] = asks[at - 1], at--;
	asks[at] = (dj_ask){.role = role};
	++*n;
	return &asks[at];
}

static bool asked(const dj_ask *ask, const char *column)
{
	for (size_t i = 0; i < ask->n_columns; i++)
		if (dj_text_same_nocase(ask->column[i].name, column))
			return true;
	return false;
}

static int add(dj_ask *asks, size_t *n, const dj_role_need *from, bool needed, const dj_vocabulary *v,
               dj_arena *a, dj_err *err)
{
	dj_ask *ask = ask_of(asks, n, from->role);

	if (!ask->words && !(ask->words = dj_vocabulary_role(v, from->role))) {
		const char **names = dj_arena_alloc(a, v->n_roles + 1, sizeof *names), *meant;

		for (size_t i = 0; i < v->n_roles; i++)
			names[i] = v->role[i].name;
		meant = dj_text_nearest(from->role, names, v->n_roles);
		return dj_fail(err, DJ_FAIL,
		               "it asks for the role '%s', which does not exist (%s%s%sdatajam roles lists them)",
		               from->role, meant ? "did you mean '" : "", meant ? meant : "", meant ? "'? " : "");
	}
	dj_bound_column *grown = dj_arena_alloc(a, ask->n_columns + from->n_columns + 1, sizeof *grown);

	if (ask->n_columns)
		memcpy(grown, ask->column, ask->n_columns * sizeof *grown);
	ask->column = grown;
	ask->needed |= needed;
	for (size_t i = 0; i < from->n_columns; i++) {
		const dj_role_column *known = dj_role_find(ask->words, from->column[i]);

		if (asked(ask, from->column[i]))
			continue;
		ask->column[ask->n_columns++] = (dj_bound_column){
		    .name = from->column[i], .type = known ? known->type : DJ_COL_UNKNOWN, .needed = needed};
		ask->n_needed += needed;
	}
	return DJ_OK;
}

int dj_asks(dj_ask **out, size_t *n, const dj_plugin_description *d, const dj_vocabulary *v, dj_arena *a,
            dj_err *err)
{
	dj_ask *asks = dj_arena_alloc(a, d->n_needs + d->n_wants + 1, sizeof *asks);
	int     rc;

	*n = 0;
	for (size_t i = 0; i < d->n_needs; i++)
		if ((rc = add(asks, n, &d->need[i], true, v, a, err)) < 0)
			return rc;
	for (size_t i = 0; i < d->n_wants; i++)
		if ((rc = add(asks, n, &d->want[i], false, v, a, err)) < 0)
			return rc;
	*out = asks;
	return DJ_OK;
}

/* ---- Who could fill it ---- */

const dj_column_def *dj_table_column(const dj_table_info *t, const char *name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (strcmp(t->column[i].name, name) == 0)
			return &t->column[i];
	return NULL;
}

/* A mapped column; else the vocabulary's default; else, outside the vocabulary, the table's column of that very name. */
static dj_bound_cell fill(const dj_candidate *c, const dj_ask *ask, const char *name)
{
	const dj_role_column *known = dj_role_find(ask->words, name);

	for (size_t i = 0; i < c->mapping->n; i++)
		if (strcmp(c->mapping->pair[i].role_column, name) == 0 &&
		    dj_table_column(c->table, c->mapping->pair[i].column))
			return (dj_bound_cell){.column = c->mapping->pair[i].column};
	if (known)
		return (dj_bound_cell){.fill = known->fill};
	return (dj_bound_cell){.column = dj_table_column(c->table, name) ? name : NULL};
}

static void fill_all(dj_candidate *c, const dj_ask *ask, dj_arena *a)
{
	const char **lacks = dj_arena_alloc(a, ask->n_columns + 1, sizeof *lacks);
	size_t       n = 0, filled = 0;

	c->cell = dj_arena_alloc(a, ask->n_columns + 1, sizeof *c->cell);
	for (size_t i = 0; i < ask->n_columns; i++) {
		c->cell[i] = fill(c, ask, ask->column[i].name);
		filled += c->cell[i].column || c->cell[i].fill;
		if (ask->column[i].needed && !c->cell[i].column && !c->cell[i].fill)
			lacks[n++] = ask->column[i].name;
	}
	if (!n && !ask->n_needed && ask->n_columns && !filled) /* only wanted, and it has nothing of that */
		for (size_t i = 0; i < ask->n_columns; i++)
			lacks[n++] = ask->column[i].name;
	if (n) {
		char *list = dj_text_list(lacks, n);

		c->lacks = dj_arena_dup(a, list);
		free(list);
	}
}

static int by_dataset_and_table(const void *x, const void *y)
{
	const dj_candidate *p = x, *q = y;
	int                 order = strcmp(p->dataset->name, q->dataset->name);

	if (!order)
		order = strcmp(p->table->name, q->table->name);
	return order ? order : (p->mapping > q->mapping) - (p->mapping < q->mapping);
}

/* Calls for each mapping of each table to the role; `out` NULL only counts. */
static size_t walk(dj_candidate *out, const dj_ask *ask, const dj_catalogue *c, dj_arena *a)
{
	size_t n = 0;

	for (size_t i = 0; i < dj_catalogue_count(c); i++) {
		const dj_dataset *d = dj_catalogue_at(c, i);

		for (size_t t = 0; t < d->n_tables; t++) {
			const dj_table_spec *spec = d->table[t].spec;

			for (size_t m = 0; spec && m < spec->n_mappings; m++) {
				if (strcmp(spec->mapping[m].role, ask->role) != 0)
					continue;
				if (out) {
					out[n] =
					    (dj_candidate){.dataset = d, .table = &d->table[t], .mapping = &spec->mapping[m]};
					fill_all(&out[n], ask, a);
				}
				n++;
			}
		}
	}
	return n;
}

dj_candidates dj_candidates_of(const dj_ask *ask, const dj_catalogue *c, dj_arena *a)
{
	dj_candidates all = {.n = walk(NULL, ask, c, a)};

	all.item = dj_arena_alloc(a, all.n + 1, sizeof *all.item);
	walk(all.item, ask, c, a);
	qsort(all.item, all.n, sizeof *all.item, by_dataset_and_table);
	return all;
}

bool dj_candidate_fills(const dj_candidates *all, const dj_dataset *d, const char **lacks)
{
	const char *least = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const char *its = all->item[i].lacks;

		if (all->item[i].dataset != d)
			continue;
		if (!its)
			return true;
		if (!least || strlen(its) < strlen(least))
			least = its;
	}
	if (lacks)
		*lacks = least;
	return false;
}
