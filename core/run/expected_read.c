/* The cases of expected.json, strictly. */
#include "run/expected_parts.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dj_lines_add(dj_lines *l, const char *line)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 8;
		l->line = dj_realloc(l->line, l->cap, sizeof *l->line);
	}
	l->line[l->n++] = line;
}

/* ---- What a case expects ---- */

static bool is_range(const cJSON *v)
{
	if (cJSON_IsNumber(v))
		return true;
	return cJSON_IsArray(v) && cJSON_GetArraySize(v) == 2 && cJSON_IsNumber(v->child) &&
	       cJSON_IsNumber(v->child->next) && v->child->valuedouble <= v->child->next->valuedouble;
}

static int check_range(const cJSON *v, const char *where, const char *name, dj_err *err)
{
	if (!v || is_range(v))
		return DJ_OK;
	return dj_fail(err, DJ_FAIL, "%s: \"%s\" must be a number or [low, high]", where, name);
}

/* Every value of an object, by one test. */
static int check_members(const cJSON *object, bool (*ok)(const cJSON *), const char *what, const char *where,
                         dj_err *err)
{
	const cJSON *m;

	if (object && !cJSON_IsObject(object))
		return dj_fail(err, DJ_FAIL, "%s must be an object, { ... }", where);
	cJSON_ArrayForEach(m, object)
	{
		if (!ok(m))
			return dj_fail(err, DJ_FAIL, "%s: \"%s\" must be %s", where, m->string, what);
	}
	return DJ_OK;
}

static bool is_ids(const cJSON *v)
{
	const cJSON *id;

	if (!cJSON_IsArray(v))
		return cJSON_IsString(v);
	cJSON_ArrayForEach(id, v)
	{
		if (!cJSON_IsString(id) && !cJSON_IsNumber(id))
			return false;
	}
	return true;
}

static bool is_text_or_range(const cJSON *v)
{
	return cJSON_IsString(v) || is_range(v);
}

static int check_texts(const cJSON *list, const char *where, const char *name, dj_err *err)
{
	const cJSON *v;

	if (list && !cJSON_IsArray(list))
		return dj_fail(err, DJ_FAIL, "%s: \"%s\" must be a list of texts", where, name);
	cJSON_ArrayForEach(v, list)
	{
		if (!cJSON_IsString(v))
			return dj_fail(err, DJ_FAIL, "%s: \"%s\" must be a list of texts", where, name);
	}
	return DJ_OK;
}

static int check_finding(const cJSON *f, const char *where, dj_err *err)
{
	const char  *text = NULL;
	const cJSON *list = NULL;
	int          rc;

	if (!cJSON_IsObject(f))
		return dj_fail(err, DJ_FAIL, "%s must be objects", where);
	if ((rc = dj_json_only(f,
	                       DJ_NAMES("title", "detail", "key", "score", "evidence", "subjects", "place",
	                                "period", "values", "reasons"),
	                       where, err)) < 0 ||
	    (rc = dj_json_text(&text, f, "title", where, err)) < 0 ||
	    (rc = dj_json_text(&text, f, "detail", where, err)) < 0 ||
	    (rc = dj_json_text(&text, f, "key", where, err)) < 0 ||
	    (rc = check_range(cJSON_GetObjectItemCaseSensitive(f, "score"), where, "score", err)) < 0 ||
	    (rc = check_range(cJSON_GetObjectItemCaseSensitive(f, "evidence"), where, "evidence", err)) < 0 ||
	    (rc = dj_json_array(&list, f, "period", where, err)) < 0 ||
	    (rc = check_texts(list, where, "period", err)) < 0 ||
	    (rc = check_texts(cJSON_GetObjectItemCaseSensitive(f, "reasons"), where, "reasons", err)) < 0 ||
	    (rc = check_members(cJSON_GetObjectItemCaseSensitive(f, "subjects"), is_ids, "a list of ids", where,
	                        err)) < 0 ||
	    (rc = check_members(cJSON_GetObjectItemCaseSensitive(f, "place"), is_text_or_range,
	                        "text, a number or [low, high]", where, err)) < 0)
		return rc;
	if (list && cJSON_GetArraySize(list) != 2)
		return dj_fail(err, DJ_FAIL, "%s: \"period\" must be [first, last]", where);
	return check_members(cJSON_GetObjectItemCaseSensitive(f, "values"), is_range, "a number or [low, high]",
	                     where, err);
}

static int check_findings(const cJSON *findings, const char *where, dj_arena *a, dj_err *err)
{
	const char *const parts[] = {"include", "exclude"};
	int               rc;

	if (!findings)
		return DJ_OK;
	if ((rc = dj_json_only(findings, DJ_NAMES("count", "include", "exclude"), where, err)) < 0 ||
	    (rc = check_range(cJSON_GetObjectItemCaseSensitive(findings, "count"), where, "count", err)) < 0)
		return rc;
	for (size_t k = 0; k < 2; k++) {
		const cJSON *list = NULL, *f;
		size_t       i = 0;

		if ((rc = dj_json_array(&list, findings, parts[k], where, err)) < 0)
			return rc;
		cJSON_ArrayForEach(f, list)
		{
			if ((rc = check_finding(f, dj_arena_fmt(a, "%s, %s[%zu]", where, parts[k], i++), err)) < 0)
				return rc;
		}
	}
	return DJ_OK;
}

static int check_shapes(const cJSON *expect, const char *member, const char *where, dj_err *err)
{
	const cJSON *list = NULL, *s;
	const char  *text = NULL;
	int          rc = dj_json_array(&list, expect, member, where, err);

	cJSON_ArrayForEach(s, list)
	{
		if (!cJSON_IsObject(s))
			return dj_fail(err, DJ_FAIL, "%s: \"%s\" must hold objects", where, member);
		if ((rc = dj_json_only(s, DJ_NAMES("name", "kind", "rows"), where, err)) < 0 ||
		    (rc = dj_json_text(&text, s, "!name", where, err)) < 0 ||
		    (rc = dj_json_text(&text, s, "kind", where, err)) < 0 ||
		    (rc = check_range(cJSON_GetObjectItemCaseSensitive(s, "rows"), where, "rows", err)) < 0)
			return rc;
	}
	return rc;
}

static int check_expect(const cJSON *expect, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *findings = NULL;
	const char  *text = NULL, *inside = dj_arena_fmt(a, "%s, expect", where);
	int          rc;

	if ((rc = dj_json_only(expect, DJ_NAMES("findings", "layers", "views", "notes", "failed", "digest"),
	                       inside, err)) < 0 ||
	    (rc = dj_json_object(&findings, expect, "findings", inside, err)) < 0 ||
	    (rc = check_findings(findings, dj_arena_fmt(a, "%s.findings", inside), a, err)) < 0 ||
	    (rc = check_shapes(expect, "layers", inside, err)) < 0 ||
	    (rc = check_shapes(expect, "views", inside, err)) < 0 ||
	    (rc = check_texts(cJSON_GetObjectItemCaseSensitive(expect, "notes"), inside, "notes", err)) < 0 ||
	    (rc = dj_json_text(&text, expect, "failed", inside, err)) < 0)
		return rc;
	text = NULL;
	if ((rc = dj_json_text(&text, expect, "digest", inside, err)) < 0)
		return rc;
	if (text && (!dj_text_starts(text, "dj1:") || strlen(text) != 68))
		return dj_fail(err, DJ_FAIL, "%s: \"digest\" is written by datajam test --accept (take it out)",
		               inside);
	return DJ_OK;
}

/* ---- What a case gives ---- */

static int read_params(dj_expected_case *c, const cJSON *params, const char *where, dj_arena *a, dj_err *err)
{
	const char **param = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(params) + 1, sizeof *param);
	const cJSON *v;
	char         real[32];

	cJSON_ArrayForEach(v, params)
	{
		const char *text = cJSON_GetStringValue(v);

		if (cJSON_IsBool(v))
			text = cJSON_IsTrue(v) ? "true" : "false";
		else if (cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble) && fabs(v->valuedouble) < 1e15)
			text = dj_arena_fmt(a, "%lld", (long long)v->valuedouble);
		else if (cJSON_IsNumber(v)) {
			dj_real_text(real, v->valuedouble);
			text = real;
		}
		if (!text)
			return dj_fail(err, DJ_FAIL, "%s, params: \"%s\" must be a number, a text, true or false", where,
			               v->string);
		param[c->n_params++] = dj_arena_fmt(a, "%s=%s", v->string, text);
	}
	c->param = param;
	return DJ_OK;
}

static int read_case(dj_expected_case *c, const cJSON *json, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *params = NULL;
	int64_t      seed = 1;
	int          rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_json_text(&c->name, json, "!name", where, err)) < 0)
		return rc;
	where = dj_arena_fmt(a, "case \"%s\"", c->name);
	if (cJSON_GetObjectItemCaseSensitive(json, "scenario"))
		return dj_fail(err, DJ_FAIL, "%s: \"scenario\" is not there yet (give \"rows\" or \"files\")", where);
	if ((rc = dj_json_only(json, DJ_NAMES("name", "rows", "files", "params", "seed", "now", "expect"), where,
	                       err)) < 0 ||
	    (rc = dj_json_object(&c->rows, json, "rows", where, err)) < 0 ||
	    (rc = dj_json_object(&c->files, json, "files", where, err)) < 0 ||
	    (rc = dj_json_object(&params, json, "params", where, err)) < 0 ||
	    (rc = dj_json_integer(&seed, json, "seed", where, err)) < 0 ||
	    (rc = dj_json_text(&c->now, json, "now", where, err)) < 0 ||
	    (rc = dj_json_object(&c->expect, json, "!expect", where, err)) < 0)
		return rc;
	if (c->rows && c->files)
		return dj_fail(err, DJ_FAIL, "%s: data is one of \"rows\" and \"files\"", where);
	if (seed < 0)
		return dj_fail(err, DJ_FAIL, "%s: \"seed\" is 0 or more", where);
	c->seed = (uint64_t)seed;
	rc = read_params(c, params, where, a, err);
	return rc < 0 ? rc : check_expect(c->expect, where, a, err);
}

int dj_expected_cases(dj_expected_case **out, size_t *n, const cJSON *json, dj_arena *a, dj_err *err)
{
	const char  *where = "expected.json";
	const cJSON *cases = NULL, *item;
	int64_t      format = 0;
	int          rc;

	if (!cJSON_IsObject(json))
		return dj_fail(err, DJ_FAIL, "it is not an object");
	if ((rc = dj_json_only(json, DJ_NAMES("format", "cases"), where, err)) < 0 ||
	    (rc = dj_json_integer(&format, json, "!format", where, err)) < 0 ||
	    (rc = dj_json_array(&cases, json, "!cases", where, err)) < 0)
		return rc;
	if (format != 1)
		return dj_fail(err, DJ_FAIL, "format %lld, this datajam knows 1", (long long)format);
	*out = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(cases) + 1, sizeof **out);
	*n = 0;
	cJSON_ArrayForEach(item, cases)
	{
		dj_expected_case *c = &(*out)[*n];

		if ((rc = read_case(c, item, dj_arena_fmt(a, "cases[%zu]", (*n)++), a, err)) < 0)
			return rc;
		for (dj_expected_case *other = *out; other < c; other++)
			if (strcmp(other->name, c->name) == 0)
				return dj_fail(err, DJ_FAIL, "two cases are called \"%s\"", c->name);
	}
	return *n ? DJ_OK : dj_fail(err, DJ_FAIL, "it has no case");
}
