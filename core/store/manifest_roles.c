/* What a manifest's roles mean for its columns: their type, their sensitivity, their protection. */
#include "store/manifest_members.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Walks over the vocabulary's columns that one column of a table fills; {0} begins. */
typedef struct filled {
	size_t mapping, pair;
} filled;

static const dj_role_column *next_filled(filled *at, const dj_table_spec *t, const dj_vocabulary *v,
                                         const char *column)
{
	for (; at->mapping < t->n_mappings; at->mapping++, at->pair = 0) {
		const dj_mapping *m = &t->mapping[at->mapping];
		const dj_role    *role = dj_vocabulary_role(v, m->role);

		while (role && at->pair < m->n) {
			size_t                pair = at->pair++;
			const dj_role_column *found = dj_role_find(role, m->pair[pair].role_column);
			if (found && strcmp(m->pair[pair].column, column) == 0)
				return found;
		}
	}
	return NULL;
}

const dj_column_spec *dj_table_spec_column(const dj_table_spec *t, const char *column)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (strcmp(t->column[i].name, column) == 0)
			return &t->column[i];
	return NULL;
}

dj_coltype dj_table_spec_type(const dj_table_spec *t, const dj_vocabulary *v, const char *column)
{
	const dj_column_spec *said = dj_table_spec_column(t, column);
	filled                at = {0};
	const dj_role_column *fills = next_filled(&at, t, v, column);

	if (said && said->type != DJ_COL_UNKNOWN)
		return said->type;
	return fills ? fills->type : DJ_COL_UNKNOWN;
}

enum { ORIGINS = 64 };

/* By its own name, or by that of what it was made of: a step does not take protection away. */
static bool protects_by_name(const dj_table_spec *t, const dj_vocabulary *v, const char *column)
{
	const char *origin[ORIGINS];
	size_t      n = dj_table_spec_origins(t, column, origin, ORIGINS);

	for (size_t i = 0; i < n; i++) {
		const dj_column_spec *said = dj_table_spec_column(t, origin[i]);
		if (said && said->protected_said ? said->protected_ : dj_vocabulary_protects(v, origin[i]))
			return true;
	}
	return false;
}

bool dj_table_spec_protects(const dj_table_spec *t, const dj_vocabulary *v, const char *column)
{
	const dj_column_spec *said = dj_table_spec_column(t, column);
	const dj_role_column *fills;
	bool                  mapped = false;

	for (filled at = {0}; (fills = next_filled(&at, t, v, column)) != NULL; mapped = true)
		if (fills->protected_)
			return true;
	if (said && said->protected_said)
		return said->protected_;
	return !mapped && protects_by_name(t, v, column);
}

dj_sensitivity dj_table_spec_sensitivity(const dj_table_spec *t, const dj_vocabulary *v, const char *column)
{
	const char           *origin[ORIGINS];
	size_t                n = dj_table_spec_origins(t, column, origin, ORIGINS);
	dj_sensitivity        strictest = DJ_SENSITIVITY_NONE;
	const dj_role_column *fills;

	for (size_t i = 0; i < n; i++) {
		const dj_column_spec *said = dj_table_spec_column(t, origin[i]);
		if (said && said->sensitivity > strictest)
			strictest = said->sensitivity;
	}
	for (filled at = {0}; (fills = next_filled(&at, t, v, column)) != NULL;)
		if (fills->sensitivity > strictest)
			strictest = fills->sensitivity;
	return strictest;
}

/* ---- Checks ---- */

static int unknown_role(const dj_mapping *m, const dj_vocabulary *v, const char *where, dj_err *err)
{
	const char **names = dj_alloc_zero(v->n_roles + 1, sizeof *names), *meant;
	char        *list;
	int          rc;

	for (size_t i = 0; i < v->n_roles; i++)
		names[i] = v->role[i].name;
	meant = dj_text_nearest(m->role, names, v->n_roles);
	list = dj_text_list(names, v->n_roles);
	rc = meant ? dj_fail(err, DJ_FAIL, "%s: unknown role '%s' (did you mean '%s'?)", where, m->role, meant)
	           : dj_fail(err, DJ_FAIL, "%s: unknown role '%s' (there are %s)", where, m->role, list);
	free(list);
	free(names);
	return rc;
}

static bool maps(const dj_mapping *m, const char *role_column)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->pair[i].role_column, role_column) == 0)
			return true;
	return false;
}

/* One column has one type: of all that it fills, and as declared. */
static int check_type(const dj_table_spec *t, const dj_vocabulary *v, const char *column, const char *where,
                      dj_err *err)
{
	const dj_column_spec *said = dj_table_spec_column(t, column);
	const dj_role_column *first = NULL, *fills;
	const char           *role = NULL;

	for (filled at = {0}; (fills = next_filled(&at, t, v, column)) != NULL;) {
		const char *its = t->mapping[at.mapping].role;
		if (said && said->type != DJ_COL_UNKNOWN && said->type != fills->type)
			return dj_fail(err, DJ_FAIL,
			               "%s: column '%s' is declared %s, but fills %s.%s, which is %s (take the type out)",
			               where, column, dj_coltype_name(said->type), its, fills->name,
			               dj_coltype_name(fills->type));
		if (first && first->type != fills->type)
			return dj_fail(err, DJ_FAIL, "%s: column '%s' fills %s.%s, which is %s, and %s.%s, which is %s",
			               where, column, role, first->name, dj_coltype_name(first->type), its, fills->name,
			               dj_coltype_name(fills->type));
		first = fills;
		role = its;
	}
	return DJ_OK;
}

int dj_manifest_check_roles(const dj_table_spec *t, const dj_vocabulary *v, const char *where, dj_err *err)
{
	for (size_t i = 0; i < t->n_mappings; i++) {
		const dj_mapping *m = &t->mapping[i];
		const dj_role    *role = dj_vocabulary_role(v, m->role);

		if (!role)
			return unknown_role(m, v, where, err);
		for (size_t k = 0; k < role->n_columns; k++)
			if (role->column[k].required && !maps(m, role->column[k].name))
				return dj_fail(err, DJ_FAIL, "%s: roles.%s does not say which column is its %s (%s)", where,
				               m->role, role->column[k].name, role->column[k].meaning);
		for (size_t k = 0; k < m->n; k++)
			if (check_type(t, v, m->pair[k].column, where, err) < 0)
				return DJ_FAIL;
	}
	return DJ_OK;
}
