/*
 * Roles from header names and types. A proposal must not change what a column holds: it is made only of columns whose
 * type fits. Where the names speak for a role but the types do not, the flag that says it outright is shown instead.
 */
#include "intake/parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { ENOUGH = 4 }; /* columns that speak for a role even without its key or its date */

typedef struct match {
	const dj_role *role;
	dj_mapping     all, fitting; /* by name; and of those, by type too */
	bool
	            misfit_counts; /* a column that says how many rows one stands for does not fit: leaving it out would miscount */
	const char *misfit; /* "REF_DATE is integer, not date" */
} match;

/* Letters folded, spaces and signs as _, as the vocabulary's aliases are written. */
static bool same_name(const char *header, const char *alias)
{
	for (;; header++, alias++) {
		char c = *header;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == ' ' || c == '-' || c == '.' || c == '/')
			c = '_';
		if (c != (*alias == '-' ? '_' : *alias))
			return false;
		if (!c)
			return true;
	}
}

static const dj_loaded_column *find(const dj_loaded_table *t, const char *name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (same_name(t->column[i].name, name))
			return &t->column[i];
	return NULL;
}

static const dj_loaded_column *find_any(const dj_loaded_table *t, const dj_role_column *c)
{
	const dj_loaded_column *found = find(t, c->name);

	for (size_t i = 0; !found && i < c->n_aliases; i++)
		found = find(t, c->aliases[i]);
	return found;
}

static bool is_used(const dj_mapping *m, const char *column)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->pair[i].column, column) == 0)
			return true;
	return false;
}

static bool fits(dj_coltype is, dj_coltype wanted)
{
	return is == wanted || wanted == DJ_COL_TEXT || (wanted == DJ_COL_REAL && is == DJ_COL_INTEGER) ||
	       (wanted == DJ_COL_INSTANT && is == DJ_COL_DATE);
}

static void add(dj_mapping *m, const dj_role_column *c, const dj_loaded_column *column)
{
	m->pair[m->n].role_column = c->name;
	m->pair[m->n++].column = column->name;
}

static match match_role(dj_intake *in, const dj_role *role, const dj_loaded_table *t)
{
	match m = {.role = role, .all.role = role->name, .fitting.role = role->name};

	m.all.pair = dj_arena_alloc(in->a, role->n_columns + 1, sizeof *m.all.pair);
	m.fitting.pair = dj_arena_alloc(in->a, role->n_columns + 1, sizeof *m.fitting.pair);
	for (size_t i = 0; i < role->n_columns; i++) {
		const dj_role_column   *c = &role->column[i];
		const dj_loaded_column *column = find_any(t, c);
		if (!column && c->fill) /* what tables of statistics call their one number */
			column = find(t, "value") ? find(t, "value") : find(t, "obs_value");
		if (!column || is_used(&m.all, column->name))
			continue;
		add(&m.all, c, column);
		if (fits(column->type, c->type)) {
			add(&m.fitting, c, column);
			continue;
		}
		m.misfit_counts = m.misfit_counts || c->fill;
		if (!m.misfit)
			m.misfit = dj_arena_fmt(in->a, "%s is %s, not %s", column->name, dj_coltype_name(column->type),
			                        dj_coltype_name(c->type));
	}
	return m;
}

static bool has(const dj_mapping *m, const char *role_column)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->pair[i].role_column, role_column) == 0)
			return true;
	return false;
}

/*
 * Many columns, or two when they tell: of a role with a required key the table begins with it (a table that names
 * accounts further right is of something else); of a role that requires nothing one is its key or a date.
 */
static bool speaks_for(const dj_role *role, const dj_mapping *m, const dj_loaded_table *t)
{
	bool requires_some = false, telling = role->key && has(m, role->key);

	for (size_t i = 0; i < role->n_columns; i++) {
		const dj_role_column *c = &role->column[i];
		if (c->required && !has(m, c->name))
			return false;
		requires_some = requires_some || c->required;
		telling = telling || ((c->type == DJ_COL_DATE || c->type == DJ_COL_INSTANT) && has(m, c->name));
	}
	if (m->n >= ENOUGH || m->n < 2)
		return m->n >= ENOUGH;
	const dj_role_column *key = role->key ? dj_role_find(role, role->key) : NULL;
	if (key && key->required)
		return find_any(t, key) == &t->column[0];
	return requires_some || telling;
}

/* "incidents:date=REF_DATE,n=VALUE" */
static char *mapping_text(const dj_mapping *m)
{
	dj_buf text = {0};

	dj_buf_fmt(&text, "%s:", m->role);
	for (size_t i = 0; i < m->n; i++)
		dj_buf_fmt(&text, "%s%s=%s", i ? "," : "", m->pair[i].role_column, m->pair[i].column);
	return dj_buf_take(&text);
}

/* The role that most columns speak for; role NULL when none does, or when two do equally (*rival is the other). */
static match best_of(dj_intake *in, const dj_loaded_table *t, bool fitting, const char **rival)
{
	match best = {0};

	*rival = NULL;
	for (size_t i = 0; i < in->v->n_roles; i++) {
		match       m = match_role(in, &in->v->role[i], t);
		dj_mapping *its = fitting ? &m.fitting : &m.all, *held = fitting ? &best.fitting : &best.all;
		if (!speaks_for(m.role, its, t) || (best.role && its->n < held->n))
			continue;
		*rival = best.role && its->n == held->n ? m.role->name : NULL;
		if (!*rival)
			best = m;
	}
	return best;
}

dj_mapping dj_intake_propose(dj_intake *in, const dj_loaded_table *t)
{
	const char *rival, *other;
	match       by_name = best_of(in, t, false, &other), m = best_of(in, t, true, &rival);

	if (m.role && !rival && !m.misfit_counts && (!by_name.role || by_name.role == m.role)) {
		char *text = mapping_text(&m.fitting);
		dj_intake_message(in, DJ_LOAD_NOTE, "%s: takes the role %s by its headers (--role '%s')", t->name,
		                  m.role->name, text);
		free(text);
		return m.fitting;
	}
	if (by_name.role) {
		char *text = mapping_text(&by_name.all);
		dj_intake_message(
		    in, DJ_LOAD_NOTE,
		    "%s: could take the role %s, but %s%s; to say it outright, and reject what does not fit: --role '%s'",
		    t->name, by_name.role->name, by_name.misfit ? by_name.misfit : "so it could the role ",
		    by_name.misfit ? ""
		    : other        ? other
		    : rival        ? rival
		                   : "of another name",
		    text);
		free(text);
	}
	return (dj_mapping){0};
}
