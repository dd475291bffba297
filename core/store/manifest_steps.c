/* Declared cleaning steps: each is one object, {"op": ..., and the members that this operation takes}. */
#include "store/manifest_members.h"

#include "base/text.h"
#include "store/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 200 };

#define AT(field) offsetof(dj_step, field)
#define COLUMN                                \
	{                                         \
		"!column", DJ_MEMBER_TEXT, AT(column) \
	}

/* The order is that of dj_step_op, and members are written in the order in which they stand here. */
static const dj_step_form forms[] = {
    {"rename", {COLUMN, {"!to", DJ_MEMBER_TEXT, AT(to)}}},
    {"filter",
     {COLUMN,
      {"is", DJ_MEMBER_TEXTS, AT(is)},
      {"is_not", DJ_MEMBER_TEXTS, AT(is_not)},
      {"empty", DJ_MEMBER_FLAG, AT(empty)},
      {"not_empty", DJ_MEMBER_FLAG, AT(not_empty)},
      {"at_least", DJ_MEMBER_BOUND, AT(at_least)},
      {"at_most", DJ_MEMBER_BOUND, AT(at_most)}}},
    {"constant", {{"!to", DJ_MEMBER_TEXT, AT(to)}, {"!value", DJ_MEMBER_TEXT, AT(value)}}},
    {"suffix",
     {COLUMN,
      {"!open", DJ_MEMBER_TEXT, AT(open)},
      {"close", DJ_MEMBER_TEXT, AT(close)},
      {"!to", DJ_MEMBER_TEXT, AT(to)}}},
    {"date", {COLUMN, {"!pattern", DJ_MEMBER_TEXT, AT(pattern)}, {"to", DJ_MEMBER_TEXT, AT(to)}}},
    {"trim", {{"column", DJ_MEMBER_TEXT, AT(column)}}},
    {"split",
     {COLUMN,
      {"separator", DJ_MEMBER_TEXT, AT(separator)},
      {"pattern", DJ_MEMBER_TEXT, AT(pattern)},
      {"!to", DJ_MEMBER_LIST, AT(parts)}}},
    {"map",
     {COLUMN,
      {"!values", DJ_MEMBER_TABLE, AT(table)},
      {"else", DJ_MEMBER_TEXT_OR_NULL, AT(otherwise)},
      {"to", DJ_MEMBER_TEXT, AT(to)}}},
    {"coalesce", {{"!columns", DJ_MEMBER_LIST, AT(columns)}, {"!to", DJ_MEMBER_TEXT, AT(to)}}},
    {"unpivot",
     {{"columns", DJ_MEMBER_LIST, AT(columns)},
      {"from", DJ_MEMBER_TEXT, AT(from)},
      {"to", DJ_MEMBER_TEXT, AT(to)},
      {"matching", DJ_MEMBER_TEXT, AT(matching)},
      {"!name", DJ_MEMBER_TEXT, AT(name)},
      {"!value", DJ_MEMBER_TEXT, AT(value)},
      {"keep_missing", DJ_MEMBER_FLAG, AT(keep_missing)}}},
    {"rows", {COLUMN, {"separator", DJ_MEMBER_TEXT, AT(separator)}}},
    {"matrix",
     {{"!from", DJ_MEMBER_TEXT, AT(from)},
      {"!to", DJ_MEMBER_TEXT, AT(to)},
      {"!weight", DJ_MEMBER_TEXT, AT(weight)}}},
    {"join",
     {{"!with", DJ_MEMBER_TEXT, AT(with)},
      COLUMN,
      {"by", DJ_MEMBER_TEXT, AT(by)},
      {"region", DJ_MEMBER_TEXT, AT(region)},
      {"!to", DJ_MEMBER_FIELDS, AT(fields)}}},
};

const dj_step_form *dj_manifest_steps(size_t *n)
{
	*n = DJ_COUNT(forms);
	return forms;
}

static const char *bare(const struct dj_step_member *m)
{
	return m->name + (m->name[0] == '!');
}

/* ---- Reading ---- */

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
	char *list = dj_text_list(names, DJ_COUNT(forms));
	if (meant)
		dj_fail(err, DJ_FAIL, "%s: unknown op '%s' (did you mean '%s'?)", where, op, meant);
	else
		dj_fail(err, DJ_FAIL, "%s: unknown op '%s' (there are %s)", where, op, list);
	free(list);
	return DJ_FAIL;
}

/* An object as pairs of texts, in the order in which it is written. */
static int read_pairs(dj_step_pairs *out, const cJSON *json, const char *name, bool nulls, const char *where,
                      dj_arena *a, dj_err *err)
{
	const cJSON *object = NULL, *item;
	const char *(*pair)[2];

	if (dj_json_object(&object, json, name, where, err) < 0)
		return err->code;
	pair = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(object) + 1, sizeof *pair);
	where = dj_arena_fmt(a, "%s, %s", where, name + (*name == '!'));
	cJSON_ArrayForEach(item, object)
	{
		pair[out->n][0] = dj_arena_dup(a, item->string);
		if (!cJSON_IsNull(item) && dj_fields_text(&pair[out->n][1], object, item->string, where, a, err) < 0)
			return DJ_FAIL;
		if (!pair[out->n][1] && !nulls)
			return dj_fail(err, DJ_FAIL, "%s: '%s' names no column", where, item->string);
		out->n++;
	}
	out->pair = (const char *const(*)[2])pair;
	return DJ_OK;
}

static int read_bound(const char **out, const cJSON *json, const char *name, const char *where, dj_arena *a,
                      dj_err *err)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	char         text[32];

	if (!cJSON_IsNumber(item))
		return dj_fields_text(out, json, name, where, a, err);
	dj_real_text(text, item->valuedouble);
	if (dj_text_ends(text, ".0"))
		text[strlen(text) - 2] = '\0';
	*out = dj_arena_dup(a, text);
	return DJ_OK;
}

static int read_member(dj_step *s, const struct dj_step_member *m, const cJSON *json, const char *where,
                       dj_arena *a, dj_err *err)
{
	void          *at = (char *)s + m->offset;
	dj_step_texts *texts = at;
	const cJSON   *item = cJSON_GetObjectItemCaseSensitive(json, bare(m));

	switch (m->kind) {
	case DJ_MEMBER_TEXT_OR_NULL:
		if (cJSON_IsNull(item)) {
			*(const char **)at = "null";
			return DJ_OK;
		}
		return dj_fields_text(at, json, m->name, where, a, err);
	case DJ_MEMBER_TEXT: return dj_fields_text(at, json, m->name, where, a, err);
	case DJ_MEMBER_BOUND: return read_bound(at, json, m->name, where, a, err);
	case DJ_MEMBER_FLAG: return dj_json_bool(at, json, m->name, where, err);
	case DJ_MEMBER_LIST:
	case DJ_MEMBER_TEXTS:
		return dj_fields_texts(&texts->text, &texts->n, json, m->name, m->kind == DJ_MEMBER_TEXTS, where, a,
		                       err);
	case DJ_MEMBER_FIELDS:
		if (cJSON_IsString(item)) {
			const char *(*one)[2] = dj_arena_alloc(a, 1, sizeof *one);
			(*one)[0] = "";
			*(dj_step_pairs *)at = (dj_step_pairs){(const char *const(*)[2])one, 1};
			return dj_fields_text(&(*one)[1], json, m->name, where, a, err);
		}
		return read_pairs(at, json, m->name, false, where, a, err);
	case DJ_MEMBER_TABLE: return read_pairs(at, json, m->name, true, where, a, err);
	}
	return DJ_OK;
}

static int read_step(dj_step *s, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char         *op = NULL, *names[1 + DJ_STEP_MEMBERS_MOST] = {"op"};
	const dj_step_form *form;
	size_t              n = 0;
	int                 rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_json_text(&op, json, "!op", where, err)) < 0 || (rc = find_form(&s->op, op, where, err)) < 0)
		return rc;
	form = &forms[s->op];
	where = dj_arena_fmt(a, "%s (%s)", where, form->op);
	for (; n < DJ_STEP_MEMBERS_MOST && form->member[n].name; n++)
		names[n + 1] = bare(&form->member[n]);
	if ((rc = dj_json_only(json, names, n + 1, where, err)) < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		if ((rc = read_member(s, &form->member[i], json, where, a, err)) < 0)
			return rc;
	return dj_manifest_check_step(s, where, err);
}

int dj_manifest_read_steps(const dj_step **out, size_t *n, const cJSON *table, const char *where, dj_arena *a,
                           dj_err *err)
{
	const cJSON *list = NULL, *item;
	dj_step     *step;
	int          rc = dj_json_array(&list, table, "steps", where, err);

	if (rc < 0 || !list)
		return rc;
	if (cJSON_GetArraySize(list) > STEPS_MOST)
		return dj_fail(err, DJ_FAIL, "%s: %d steps, the most is %d", where, cJSON_GetArraySize(list),
		               STEPS_MOST);
	step = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *step);
	*out = step;
	cJSON_ArrayForEach(item, list)
	{
		const char *place = dj_arena_fmt(a, "%s, steps[%zu]", where, *n);
		if ((rc = read_step(&step[(*n)++], item, place, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

/* ---- Writing ---- */

static void put_name(dj_buf *out, const char *name)
{
	dj_buf_text(out, ", ");
	dj_json_put_text(out, name);
	dj_buf_text(out, ": ");
}

static void put_texts(dj_buf *out, const dj_step_texts *t)
{
	for (size_t i = 0; i < t->n; i++) {
		dj_buf_text(out, i ? ", " : "[");
		dj_json_put_text(out, t->text[i]);
	}
	dj_buf_char(out, ']');
}

static void put_pairs(dj_buf *out, const dj_step_pairs *t)
{
	for (size_t i = 0; i < t->n; i++) {
		dj_buf_text(out, i ? ", " : "{");
		dj_json_put_text(out, t->pair[i][0]);
		dj_buf_text(out, ": ");
		dj_json_put_text(out, t->pair[i][1]);
	}
	dj_buf_char(out, '}');
}

static void put_member(dj_buf *out, const dj_step *s, const struct dj_step_member *m)
{
	const void          *at = (const char *)s + m->offset;
	const dj_step_texts *texts = at;
	const dj_step_pairs *pairs = at;
	const char *const    text = m->kind <= DJ_MEMBER_BOUND ? *(const char *const *)at : NULL;

	if (m->kind <= DJ_MEMBER_BOUND && text) {
		put_name(out, bare(m));
		dj_json_put_text(out, text);
	} else if (m->kind == DJ_MEMBER_FLAG && *(const bool *)at) {
		put_name(out, bare(m));
		dj_buf_text(out, "true");
	} else if ((m->kind == DJ_MEMBER_LIST || m->kind == DJ_MEMBER_TEXTS) && texts->n) {
		put_name(out, bare(m));
		put_texts(out, texts);
	} else if (m->kind == DJ_MEMBER_FIELDS && pairs->n == 1 && !*pairs->pair[0][0]) {
		put_name(out, bare(m));
		dj_json_put_text(out, pairs->pair[0][1]);
	} else if ((m->kind == DJ_MEMBER_TABLE || m->kind == DJ_MEMBER_FIELDS) && pairs->n) {
		put_name(out, bare(m));
		put_pairs(out, pairs);
	}
}

void dj_manifest_put_step(dj_buf *out, const dj_step *s)
{
	const dj_step_form *form = &forms[s->op];

	dj_buf_text(out, "{\"op\": ");
	dj_json_put_text(out, form->op);
	for (size_t i = 0; i < DJ_STEP_MEMBERS_MOST && form->member[i].name; i++)
		put_member(out, s, &form->member[i]);
	dj_buf_char(out, '}');
}
