#include "store/vocabulary.h"

#include "base/file.h"
#include "base/text.h"
#include "store/fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {"unknown", "text", "integer", "real", "boolean", "date", "instant"};
static const char *const sensitivity_names[] = {"none", "quasi", "direct"};

static const char *const top_members[] = {"format",    "version",         "types",   "sensitivity",
                                          "protected", "protected_names", "sources", "roles"};
static const char *const role_members[] = {"meaning", "key", "ftm", "htcds", "columns"};
static const char *const column_members[] = {"type",    "required", "sensitivity", "meaning",
                                             "unit",    "refs",     "ftm",         "htcds",
                                             "default", "values",   "aliases",     "protected"};

const char *dj_coltype_name(dj_coltype t)
{
	return (size_t)t < DJ_COUNT(type_names) ? type_names[t] : type_names[0];
}

dj_coltype dj_coltype_by_name(const char *name)
{
	size_t at = dj_text_find(name, type_names, DJ_COUNT(type_names));

	return at < DJ_COUNT(type_names) ? (dj_coltype)at : DJ_COL_UNKNOWN;
}

const char *dj_sensitivity_name(dj_sensitivity s)
{
	return sensitivity_names[s];
}

int dj_sensitivity_by_name(dj_sensitivity *out, const char *name)
{
	size_t at = dj_text_find(name, sensitivity_names, DJ_COUNT(sensitivity_names));

	if (at == DJ_COUNT(sensitivity_names))
		return DJ_NOTFOUND;
	*out = (dj_sensitivity)at;
	return DJ_OK;
}

/* A default is a number or a text; it goes into SQL as text, which a column's affinity turns back. */
static const char *fill_text(const cJSON *value, dj_arena *a)
{
	char real[32];

	if (cJSON_IsString(value))
		return dj_arena_dup(a, value->valuestring);
	if (!cJSON_IsNumber(value))
		return NULL;
	if (value->valuedouble == floor(value->valuedouble) && fabs(value->valuedouble) < 1e15)
		return dj_arena_fmt(a, "%lld", (long long)value->valuedouble);
	dj_real_text(real, value->valuedouble);
	return dj_arena_dup(a, real);
}

static int read_column(dj_role_column *out, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const char *type = NULL, *sensitivity = NULL;
	int         rc = dj_json_only(json, column_members, DJ_COUNT(column_members), where, err);

	if (rc < 0 || (rc = dj_json_text(&type, json, "!type", where, err)) < 0 ||
	    (rc = dj_json_text(&sensitivity, json, "!sensitivity", where, err)) < 0 ||
	    (rc = dj_fields_text(&out->meaning, json, "!meaning", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&out->unit, json, "unit", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&out->refs, json, "refs", where, a, err)) < 0 ||
	    (rc = dj_json_bool(&out->required, json, "!required", where, err)) < 0 ||
	    (rc = dj_json_bool(&out->protected_, json, "protected", where, err)) < 0 ||
	    (rc = dj_fields_texts(&out->values, &out->n_values, json, "values", false, where, a, err)) < 0 ||
	    (rc = dj_fields_texts(&out->aliases, &out->n_aliases, json, "aliases", false, where, a, err)) < 0)
		return rc;
	out->name = dj_arena_dup(a, json->string);
	out->type = dj_coltype_by_name(type);
	if (out->type == DJ_COL_UNKNOWN)
		return dj_fail(err, DJ_FAIL, "%s: '%s' is no type", where, type);
	if (dj_sensitivity_by_name(&out->sensitivity, sensitivity) < 0)
		return dj_fail(err, DJ_FAIL, "%s: sensitivity '%s' is none of none, quasi, direct", where,
		               sensitivity);
	out->fill = fill_text(cJSON_GetObjectItemCaseSensitive(json, "default"), a);
	return DJ_OK;
}

static int read_role(dj_role *out, const cJSON *json, dj_arena *a, dj_err *err)
{
	const char     *where = dj_arena_fmt(a, "roles.%s", json->string);
	const cJSON    *columns = NULL, *item;
	dj_role_column *column;
	int rc = cJSON_IsObject(json) ? dj_json_only(json, role_members, DJ_COUNT(role_members), where, err)
	                              : dj_fail(err, DJ_FAIL, "%s is not an object", where);

	if (rc < 0 || (rc = dj_fields_text(&out->meaning, json, "!meaning", where, a, err)) < 0 ||
	    (rc = dj_fields_text(&out->key, json, "!key", where, a, err)) < 0 ||
	    (rc = dj_json_object(&columns, json, "!columns", where, err)) < 0)
		return rc;
	out->name = dj_arena_dup(a, json->string);
	column = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	out->column = column;
	cJSON_ArrayForEach(item, columns)
	{
		where = dj_arena_fmt(a, "roles.%s.%s", out->name, item->string);
		if (!cJSON_IsObject(item))
			return dj_fail(err, DJ_FAIL, "%s is not an object", where);
		if ((rc = read_column(&column[out->n_columns++], item, where, a, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

static int read_vocabulary(dj_vocabulary *v, const cJSON *json, dj_err *err)
{
	const char  *where = "the vocabulary";
	const cJSON *roles = NULL, *item;
	dj_role     *role;
	int          rc = dj_json_only(json, top_members, DJ_COUNT(top_members), where, err);

	if (rc < 0 || (rc = dj_fields_format(json, where, err)) < 0 ||
	    (rc = dj_fields_text(&v->version, json, "!version", where, v->arena, err)) < 0 ||
	    (rc = dj_fields_texts(&v->protected_name, &v->n_protected_names, json, "!protected_names", false,
	                          where, v->arena, err)) < 0 ||
	    (rc = dj_json_object(&roles, json, "!roles", where, err)) < 0)
		return rc;
	role = dj_arena_alloc(v->arena, (size_t)cJSON_GetArraySize(roles) + 1, sizeof *role);
	v->role = role;
	cJSON_ArrayForEach(item, roles)
	{
		if ((rc = read_role(&role[v->n_roles++], item, v->arena, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

int dj_vocabulary_load(dj_vocabulary **out, const char *toolkit, dj_err *err)
{
	char          *path = dj_path_join(toolkit, "datasets/vocabulary.json");
	dj_arena      *a = dj_arena_new();
	dj_vocabulary *v = dj_arena_alloc(a, 1, sizeof *v);
	cJSON         *json = NULL;
	int            rc = dj_json_read(&json, path, 4 << 20, err);

	v->arena = a;
	if (rc < 0)
		goto out;
	rc = cJSON_IsObject(json) ? read_vocabulary(v, json, err) : dj_fail(err, DJ_FAIL, "not a JSON object");
	if (rc < 0)
		dj_fail_in(err, "%s", path);
out:
	cJSON_Delete(json);
	free(path);
	if (rc < 0)
		dj_vocabulary_free(v);
	else
		*out = v;
	return rc;
}

void dj_vocabulary_free(dj_vocabulary *v)
{
	if (v)
		dj_arena_free(v->arena); /* v itself lives there */
}

const dj_role *dj_vocabulary_role(const dj_vocabulary *v, const char *name)
{
	for (size_t i = 0; i < v->n_roles; i++)
		if (strcmp(v->role[i].name, name) == 0)
			return &v->role[i];
	return NULL;
}

const dj_role_column *dj_role_find(const dj_role *r, const char *column)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (strcmp(r->column[i].name, column) == 0)
			return &r->column[i];
	return NULL;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static const char *skip_joints(const char *s)
{
	while (*s == '_' || *s == '-' || *s == ' ')
		s++;
	return s;
}

/* "Gender-Identity", "gender identity" and "genderIdentity" are one name. */
static bool same_folded(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = skip_joints(a);
		b = skip_joints(b);
		if (lower(*a) != lower(*b))
			return false;
		if (!*a)
			return true;
	}
}

bool dj_vocabulary_protects(const dj_vocabulary *v, const char *column_name)
{
	for (size_t i = 0; i < v->n_protected_names; i++)
		if (same_folded(v->protected_name[i], column_name))
			return true;
	return false;
}
