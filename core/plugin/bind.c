/* Chooses the datasets of each role, never in silence, and numbers their tables. */
#include "plugin/bind.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct chosen { /* the datasets of one role */
	const dj_ask      *ask;
	dj_candidates      all;
	const dj_dataset **dataset;
	size_t             n;
	bool               named; /* by --with or jam.json */
} chosen;

typedef struct binder {
	const dj_catalogue  *catalogue;
	const dj_vocabulary *vocabulary;
	const dj_workspace  *workspace;
	const dj_with       *with;
	size_t               n_with;
	chosen              *role;
	size_t               n_roles;
	const char         **left_out;
	size_t               n_left_out;
	dj_arena            *arena;
} binder;

/* ---- Choosing ---- */

static bool is_chosen(const chosen *r, const dj_dataset *d)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->dataset[i] == d)
			return true;
	return false;
}

static void leave_out(binder *b, const char *line)
{
	b->left_out[b->n_left_out++] = line;
}

static int take_named(binder *b, chosen *r, const dj_with *w, dj_err *err)
{
	r->named = true;
	if (!w->n_datasets && r->ask->needed)
		return dj_fail(err, DJ_USAGE, "--with %s= leaves %s empty, and it is needed", w->role, w->role);
	for (size_t i = 0; i < w->n_datasets; i++) {
		const dj_dataset *d = dj_catalogue_find(b->catalogue, w->dataset[i], err);
		const char       *lacks = NULL;

		if (!d)
			return dj_fail_in(err, "--with %s", w->role);
		if (!dj_candidate_fills(&r->all, d, &lacks))
			return lacks
			           ? dj_fail(err, DJ_FAIL, "--with %s=%s: %s lacks %s", w->role, d->name, d->name, lacks)
			           : dj_fail(err, DJ_FAIL, "--with %s=%s: no table of %s is mapped to %s", w->role,
			                     d->name, d->name, w->role);
		if (!is_chosen(r, d))
			r->dataset[r->n++] = d;
	}
	return DJ_OK;
}

static int take_from_jam(binder *b, chosen *r, const char *const *names, size_t n, dj_err *err)
{
	r->named = true;
	for (size_t i = 0; i < n; i++) {
		const dj_dataset *d = dj_catalogue_find(b->catalogue, names[i], err);
		const char       *lacks = NULL;

		if (!d)
			return dj_fail_in(err, "jam.json, roles.%s", r->ask->role);
		if (dj_candidate_fills(&r->all, d, &lacks)) {
			if (!is_chosen(r, d))
				r->dataset[r->n++] = d;
		} else {
			leave_out(b, dj_arena_fmt(b->arena, "%s (named in jam.json) is left out of %s: it lacks %s",
			                          d->name, r->ask->role, lacks ? lacks : "a table of that role"));
		}
	}
	return DJ_OK;
}

/* More than one could: which, and the flag that says so. */
static int too_many(const binder *b, const chosen *r, dj_err *err)
{
	const char **names = dj_arena_alloc(b->arena, r->n, sizeof *names);

	for (size_t i = 0; i < r->n; i++)
		names[i] = r->dataset[i]->manifest && r->dataset[i]->manifest->made
		               ? dj_arena_fmt(b->arena, "%s (made data)", r->dataset[i]->name)
		               : r->dataset[i]->name;
	char *list = dj_text_list(names, r->n);

	dj_fail(
	    err, DJ_FAIL,
	    "more than one dataset could be %s: %s (say which: --with %s=%s, or several with commas; or in jam.json)",
	    r->ask->role, list, r->ask->role, r->dataset[0]->name);
	free(list);
	return DJ_FAIL;
}

/* A column outside the vocabulary is allowed, and mostly a slip. */
static void say_unknown_columns(dj_buf *why, const dj_ask *ask)
{
	const char *names[64];
	size_t      n = 0;

	for (size_t i = 0; ask->words && i < ask->words->n_columns && n < 64; i++)
		names[n++] = ask->words->column[i].name;
	for (size_t i = 0; i < ask->n_columns; i++) {
		const char *column = ask->column[i].name, *near;

		if (!ask->words || !ask->column[i].needed || dj_role_find(ask->words, column))
			continue;
		if ((near = dj_text_nearest(column, names, n)))
			dj_buf_fmt(why, "\n  %s is no column of %s: did you mean %s? (datajam roles %s)", column,
			           ask->role, near, ask->role);
	}
}

static int nobody(const binder *b, const chosen *r, dj_err *err)
{
	dj_buf why = {0};

	for (size_t i = 0; i < dj_catalogue_count(b->catalogue); i++) {
		const dj_dataset *d = dj_catalogue_at(b->catalogue, i);
		const char       *lacks = NULL;

		if (dj_candidate_fills(&r->all, d, &lacks))
			dj_buf_fmt(&why, "\n  %s: fills it, but jam.json names others (--with %s=%s)", d->name,
			           r->ask->role, d->name);
		else
			dj_buf_fmt(&why, "\n  %s: %s%s", d->name, lacks ? "lacks " : "no table is mapped to ",
			           lacks ? lacks : r->ask->role);
	}
	if (!why.n)
		dj_buf_text(&why, " (nothing is loaded yet: datajam load)");
	else
		dj_buf_fmt(&why, "\n  (map columns in datasets/NAME/dataset.json, or load with --role %s:...)",
		           r->ask->role);
	say_unknown_columns(&why, r->ask);
	dj_fail(err, DJ_FAIL, "no dataset fills the role %s%s", r->ask->role, why.data);
	dj_buf_free(&why);
	return DJ_FAIL;
}

/* All that could; those that are mapped but lack something are told of. */
static void take_all(binder *b, chosen *r)
{
	for (size_t i = 0; i < r->all.n; i++) {
		const dj_dataset *d = r->all.item[i].dataset;
		const char       *lacks = NULL;

		if (i > 0 && r->all.item[i - 1].dataset == d)
			continue;
		if (dj_candidate_fills(&r->all, d, &lacks))
			r->dataset[r->n++] = d;
		else
			leave_out(
			    b, dj_arena_fmt(b->arena, "%s is left out of %s: it lacks %s", d->name, r->ask->role, lacks));
	}
}

static int choose(binder *b, chosen *r, dj_err *err)
{
	const char *names[64];
	size_t      n = dj_workspace_role(b->workspace, r->ask->role, names, 64);
	int         rc = DJ_OK;

	r->all = dj_candidates_of(r->ask, b->catalogue, b->arena);
	r->dataset = dj_arena_alloc(b->arena, dj_catalogue_count(b->catalogue) + 1, sizeof *r->dataset);
	for (size_t i = 0; i < b->n_with; i++)
		if (strcmp(b->with[i].role, r->ask->role) == 0) {
			if ((rc = take_named(b, r, &b->with[i], err)) < 0)
				return rc;
		}
	if (!r->named && n > 0)
		rc = take_from_jam(b, r, names, n, err);
	else if (!r->named)
		take_all(b, r);
	if (rc < 0)
		return rc;
	if (!r->named && r->n > 1)
		return too_many(b, r, err);
	return !r->n && r->ask->needed ? nobody(b, r, err) : DJ_OK;
}

/* Made and real data only together when every role that has any was named. */
static int check_made(const binder *b, dj_err *err)
{
	const char *made = NULL, *real = NULL, *made_role = NULL, *real_role = NULL;
	bool        named = true;

	for (size_t i = 0; i < b->n_roles; i++)
		for (size_t k = 0; k < b->role[i].n; k++) {
			const dj_dataset *d = b->role[i].dataset[k];

			named &= b->role[i].named;
			if (d->manifest && d->manifest->made)
				made = d->name, made_role = b->role[i].ask->role;
			else
				real = d->name, real_role = b->role[i].ask->role;
		}
	if (!made || !real || named)
		return DJ_OK;
	return dj_fail(
	    err, DJ_FAIL,
	    "made data (%s as %s) and real data (%s as %s) would be mixed (if you mean it, name each: --with %s=%s "
	    "--with %s=%s; --with ROLE= leaves a wanted role empty)",
	    made, made_role, real, real_role, made_role, made, real_role, real);
}

/* ---- Numbering ---- */

static int by_name(const void *x, const void *y)
{
	const dj_bound_source *p = x, *q = y;
	int                    order = strcmp(p->dataset->name, q->dataset->name);

	return order ? order : strcmp(p->table->name, q->table->name);
}

static size_t unique(dj_bound_source *s, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!kept || by_name(&s[kept - 1], &s[i]) != 0)
			s[kept++] = s[i];
	return kept;
}

static int number(dj_binding *out, const binder *b, dj_err *err)
{
	size_t             most = 1, n = 0;
	dj_bound_source   *source;
	const dj_dataset **database;

	for (size_t i = 0; i < b->n_roles; i++)
		most += b->role[i].all.n;
	source = dj_arena_alloc(b->arena, most, sizeof *source);
	for (size_t i = 0; i < b->n_roles; i++)
		for (size_t k = 0; k < b->role[i].all.n; k++) {
			const dj_candidate *c = &b->role[i].all.item[k];

			if (!c->lacks && is_chosen(&b->role[i], c->dataset))
				source[n++] =
				    (dj_bound_source){.dataset = c->dataset, .table = c->table, .role = b->role[i].ask->role};
		}
	qsort(source, n, sizeof *source, by_name);
	out->n_sources = unique(source, n);
	out->source = source;
	database = dj_arena_alloc(b->arena, out->n_sources + 1, sizeof *database);
	for (size_t i = 0; i < out->n_sources; i++) {
		if (!out->n_databases || database[out->n_databases - 1] != source[i].dataset)
			database[out->n_databases++] = source[i].dataset;
		source[i].database = out->n_databases - 1;
	}
	out->database = database;
	if (out->n_databases > DJ_MOST_DATABASES)
		return dj_fail(
		    err, DJ_FAIL,
		    "this run would need %zu snapshots, at most %d go together (name fewer: --with ROLE=DATASET)",
		    out->n_databases, DJ_MOST_DATABASES);
	if (out->n_sources > DJ_MOST_SOURCES)
		return dj_fail(err, DJ_FAIL, "this run would need %zu tables, at most %d go together", out->n_sources,
		               DJ_MOST_SOURCES);
	return DJ_OK;
}

static size_t source_index(const dj_binding *out, const dj_candidate *c)
{
	size_t i = 0;

	while (out->source[i].dataset != c->dataset || out->source[i].table != c->table)
		i++;
	return i;
}

/* ---- Putting together ---- */

/* What one member adds to what is known of a role's columns. */
static void learn(dj_bound_role *role, const dj_ask *ask, const dj_candidate *c, const dj_vocabulary *v)
{
	for (size_t i = 0; i < role->n_columns; i++) {
		dj_bound_column      *column = &role->column[i];
		const dj_role_column *known = dj_role_find(ask->words, column->name);
		const char           *from = c->cell[i].column;

		if (!from) {
			column->filled |= c->cell[i].fill != NULL;
			continue;
		}
		if (column->type == DJ_COL_UNKNOWN)
			column->type = dj_table_column(c->table, from)->type;
		column->filled = true;
		column->protected_ |= (known && known->protected_) || dj_table_spec_protects(c->table->spec, v, from);
		column->direct |= (known && known->sensitivity == DJ_SENSITIVITY_DIRECT) ||
		                  dj_table_spec_sensitivity(c->table->spec, v, from) == DJ_SENSITIVITY_DIRECT;
	}
}

static int text_order(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void find_others(dj_bound_role *role, const chosen *r, dj_arena *a)
{
	size_t       most = 1, n = 0, kept = 0;
	const char **other;

	for (size_t i = 0; i < r->all.n; i++)
		most += r->all.item[i].mapping->n;
	other = dj_arena_alloc(a, most, sizeof *other);
	for (size_t i = 0; i < r->all.n; i++)
		for (size_t k = 0; is_chosen(r, r->all.item[i].dataset) && k < r->all.item[i].mapping->n; k++) {
			const char *name = r->all.item[i].mapping->pair[k].role_column;
			bool        asked = false;

			for (size_t j = 0; j < role->n_columns; j++)
				asked |= strcmp(role->column[j].name, name) == 0;
			if (!asked)
				other[n++] = name;
		}
	qsort(other, n, sizeof *other, text_order);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(other[kept - 1], other[i]) != 0)
			other[kept++] = other[i];
	role->other = other;
	role->n_others = kept;
}

static dj_bound_role bind_role(const dj_binding *out, const binder *b, const chosen *r)
{
	dj_bound_role role = {.name = r->ask->role, .column = r->ask->column, .n_columns = r->ask->n_columns};

	role.member = dj_arena_alloc(b->arena, r->all.n + 1, sizeof *role.member);
	for (size_t i = 0; i < r->all.n; i++) {
		const dj_candidate *c = &r->all.item[i];

		if (c->lacks || !is_chosen(r, c->dataset))
			continue;
		role.member[role.n_members++] = (dj_bound_member){.source = source_index(out, c), .cell = c->cell};
		learn(&role, r->ask, c, b->vocabulary);
	}
	for (size_t i = 0; i < role.n_columns; i++)
		if (role.column[i].type == DJ_COL_UNKNOWN)
			role.column[i].type = DJ_COL_TEXT; /* nobody has it: a column of NULL */
	find_others(&role, r, b->arena);
	return role;
}

static void sum_up(dj_binding *out, dj_arena *a)
{
	for (size_t i = 0; i < out->n_roles; i++)
		for (size_t k = 0; k < out->role[i].n_columns && !out->reads_protected; k++)
			if (out->role[i].column[k].protected_)
				out->reads_protected =
				    dj_arena_fmt(a, "%s.%s", out->role[i].name, out->role[i].column[k].name);
	for (size_t i = 0; i < out->n_databases; i++) {
		const char *date = out->database[i]->manifest ? out->database[i]->manifest->date : NULL;

		if (date && (!out->newest || strcmp(date, out->newest) > 0))
			out->newest = date;
	}
}

int dj_plugin_bind(const dj_binding **out, const dj_plugin_description *d, const dj_catalogue *c,
                   const dj_vocabulary *v, const dj_workspace *w, const dj_with *with, size_t n_with,
                   dj_arena *a, dj_err *err)
{
	binder b = {.catalogue = c, .vocabulary = v, .workspace = w, .with = with, .n_with = n_with, .arena = a};
	dj_binding    *binding = dj_arena_alloc(a, 1, sizeof *binding);
	dj_bound_role *role;
	dj_ask        *asks;
	int            rc = dj_asks(&asks, &b.n_roles, d, v, a, err);

	if (rc < 0)
		return rc;
	b.role = dj_arena_alloc(a, b.n_roles + 1, sizeof *b.role);
	b.left_out = dj_arena_alloc(a, b.n_roles * (dj_catalogue_count(c) + 64) + 1, sizeof *b.left_out);
	for (size_t i = 0; i < b.n_roles; i++) {
		b.role[i].ask = &asks[i];
		if ((rc = choose(&b, &b.role[i], err)) < 0)
			return rc;
	}
	if ((rc = check_made(&b, err)) < 0 || (rc = number(binding, &b, err)) < 0)
		return rc;
	role = dj_arena_alloc(a, b.n_roles + 1, sizeof *role);
	for (size_t i = 0; i < b.n_roles; i++)
		role[i] = bind_role(binding, &b, &b.role[i]);
	binding->role = role;
	binding->n_roles = b.n_roles;
	binding->left_out = b.left_out;
	binding->n_left_out = b.n_left_out;
	sum_up(binding, a);
	*out = binding;
	return DJ_OK;
}
