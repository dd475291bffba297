/* Declared cleaning steps: each is one object, {"op": ..., and the members that this operation takes}. */
#include "store/manifest_members.h"

#include "base/text.h"
#include "store/fields.h"

#include <string.h>

static const dj_step_form forms[] = {
    [DJ_STEP_RENAME] = {"rename", {"!column", "!to"}},
    [DJ_STEP_FILTER] = {"filter", {"!column", "is", "is_not"}},
    [DJ_STEP_CONSTANT] = {"constant", {"!to", "!value"}},
    [DJ_STEP_SUFFIX] = {"suffix", {"!column", "!open", "close", "!to"}},
    [DJ_STEP_DATE] = {"date", {"!column", "!pattern", "to"}},
    [DJ_STEP_TRIM] = {"trim", {"column"}},
};

const dj_step_form *dj_manifest_steps(size_t *n)
{
	*n = DJ_COUNT(forms);
	return forms;
}

static int find_form(dj_step_op *out, const char *op, const char *where, dj_err *err)
{
	const char *names[DJ_COUNT(forms)], *meant;

	for (size_t i = 0; i < DJ_COUNT(forms); i++) {
		names[i] = forms[i].op;
		if (strcmp(forms[i].op, op) == 0) {
			*out = (dj_step_op)i;
			return DJ_OK;
		}
	}
	meant = dj_text_nearest(op, names, DJ_COUNT(forms));
	if (meant)
		return dj_fail(err, DJ_FAIL, "%s: unknown op '%s' (did you mean '%s'?)", where, op, meant);
	return dj_fail(err, DJ_FAIL,
	               "%s: unknown op '%s' (there are rename, filter, constant, suffix, date and trim)", where,
	               op);
}

/* Where a text member of a step is kept; NULL for the lists of a filter. */
static const char **place_of(dj_step *s, const char *member)
{
	if (strcmp(member, "column") == 0)
		return &s->column;
	if (strcmp(member, "to") == 0)
		return &s->to;
	if (strcmp(member, "open") == 0)
		return &s->open;
	if (strcmp(member, "close") == 0)
		return &s->close;
	return strcmp(member, "value") == 0 || strcmp(member, "pattern") == 0 ? &s->text : NULL;
}

static int read_filter(dj_step *s, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	size_t n_not = 0;
	int    rc = dj_fields_texts(&s->values, &s->n_values, json, "is", true, where, a, err);

	if (rc == DJ_OK && cJSON_HasObjectItem(json, "is_not")) {
		if (s->values)
			return dj_fail(err, DJ_FAIL, "%s: is and is_not together (make it two steps)", where);
		rc = dj_fields_texts(&s->values, &n_not, json, "is_not", true, where, a, err);
		s->n_values = n_not;
		s->negate = true;
	}
	if (rc == DJ_OK && s->n_values == 0)
		return dj_fail(err, DJ_FAIL, "%s: a filter needs is or is_not, with at least one value", where);
	return rc;
}

/* What a step writes must be named, and what it looks for must be there to be found. */
static int check_step(const dj_step *s, const char *where, dj_err *err)
{
	if ((s->column && !*s->column) || (s->to && !*s->to))
		return dj_fail(err, DJ_FAIL, "%s: a column's name is empty", where);
	if (s->open && !*s->open)
		return dj_fail(err, DJ_FAIL, "%s: open is empty (the text before the suffix, such as \"[\")", where);
	if (s->op == DJ_STEP_DATE && !strchr(s->text, '%'))
		return dj_fail(err, DJ_FAIL, "%s: pattern '%s' has no part such as %%Y, %%m or %%d", where, s->text);
	return DJ_OK;
}

static int read_step(dj_step *s, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char         *op = NULL, *names[1 + DJ_COUNT(forms[0].member)] = {"op"};
	const dj_step_form *form;
	size_t              n = 1;
	int                 rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_json_text(&op, json, "!op", where, err)) < 0 || (rc = find_form(&s->op, op, where, err)) < 0)
		return rc;
	form = &forms[s->op];
	for (size_t i = 0; i < DJ_COUNT(form->member) && form->member[i]; i++)
		names[n++] = form->member[i] + (form->member[i][0] == '!');
	if ((rc = dj_json_only(json, names, n, where, err)) < 0)
		return rc;
	for (size_t i = 1; i < n; i++) {
		const char **place = place_of(s, names[i]);
		if (place && (rc = dj_fields_text(place, json, form->member[i - 1], where, a, err)) < 0)
			return rc;
	}
	if (s->op == DJ_STEP_FILTER && (rc = read_filter(s, json, where, a, err)) < 0)
		return rc;
	return check_step(s, where, err);
}

int dj_manifest_read_steps(dj_table_spec *t, const cJSON *table, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *list = NULL, *item;
	dj_step     *step;
	int          rc = dj_json_array(&list, table, "steps", where, err);

	if (rc < 0 || !list)
		return rc;
	step = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *step);
	t->step = step;
	cJSON_ArrayForEach(item, list)
	{
		const char *place = dj_arena_fmt(a, "%s, steps[%zu]", where, t->n_steps);
		if ((rc = read_step(&step[t->n_steps++], item, place, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}
