#include "plugin/plugin.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Bounds of the plugin guide, sections 1 to 3. */
enum {
	MOST_NAME = 48,
	MOST_SUMMARY = 200,
	MOST_CAVEAT = 400,
	MOST_SOURCE = 200,
	MOST_NEEDS = 32,
	MOST_COLUMNS = 64,
	MOST_COLUMN = 64,
	MOST_PARAMS = 32,
	MOST_PARAM_NAME = 32,
	MOST_CHOICES = 64,
	MOST_HELP = 200,
	API_MAJOR = 1
};

static const char *const top_members[] = {"name",   "version", "kind",   "summary",        "caveat",
                                          "source", "api",     "needs",  "needs_findings", "wants",
                                          "params", "shard",   "has_run"};
static const char *const param_members[] = {"name", "type",    "default", "min",
                                            "max",  "choices", "unit",    "help"};
static const char *const words_members[] = {"en", "fr"};
static const char *const kind_names[] = {"detection", "mapping", "visualisation", "transform"};
static const char *const type_names[] = {"integer", "number", "boolean", "text"};

const char *dj_kind_name(dj_kind k)
{
	return kind_names[k];
}

const char *dj_param_type_name(dj_param_type t)
{
	return type_names[t];
}

/* One line of at most `most` bytes; "" counts as not given. */
static int read_text(const char **out, const cJSON *object, const char *member, size_t most,
                     const char *where, dj_arena *a, dj_err *err)
{
	const char *text = NULL, *name = member + (member[0] == '!'), *wrong;
	int         rc = dj_json_text(&text, object, member, where, err);

	if (rc < 0 || !text || !*text)
		return rc < 0 || member[0] != '!' ? rc : dj_fail(err, DJ_FAIL, "%s: %s is empty", where, name);
	if (strlen(text) > most)
		return dj_fail(err, DJ_FAIL, "%s: %s has %zu bytes, at most %zu (say it shorter)", where, name,
		               strlen(text), most);
	if ((wrong = dj_text_wrong(text, strlen(text), false)))
		return dj_fail(err, DJ_FAIL, "%s: %s is not plain text on one line: %s", where, name, wrong);
	*out = dj_arena_dup(a, text);
	return DJ_OK;
}

static int read_words(dj_words *out, const cJSON *object, const char *member, size_t most, const char *where,
                      dj_arena *a, dj_err *err)
{
	const cJSON *pair = NULL;
	const char  *name = member + (member[0] == '!'), *inside = dj_arena_fmt(a, "%s, %s", where, name);
	int          rc = dj_json_object(&pair, object, member, where, err);

	if (rc < 0 || !pair)
		return rc;
	if ((rc = dj_json_only(pair, words_members, DJ_COUNT(words_members), inside, err)) < 0 ||
	    (rc = read_text(&out->en, pair, "en", most, inside, a, err)) < 0 ||
	    (rc = read_text(&out->fr, pair, "fr", most, inside, a, err)) < 0)
		return rc;
	if (member[0] == '!' && !out->en && !out->fr)
		return dj_fail(err, DJ_FAIL, "%s: %s is missing", where, name);
	return DJ_OK;
}

/* A column's name is the dataset's affair, but for what would not survive quoting or hide what we add ourselves. */
static bool column_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= MOST_COLUMN && !dj_text_wrong(s, n, false) && !strchr(s, '"') &&
	       !dj_text_same_nocase(s, "_row") && !dj_text_same_nocase(s, "_dataset");
}

static bool plugin_ok(const char *s)
{
	return dj_name_ok(s, MOST_NAME, false);
}

/* A list of names, none twice (SQL does not tell case apart). */
static int read_names(const char *const **out, size_t *n, const cJSON *list, size_t most,
                      bool (*ok)(const char *), const char *where, dj_arena *a, dj_err *err)
{
	size_t       count = (size_t)cJSON_GetArraySize(list);
	const char **name = dj_arena_alloc(a, count + 1, sizeof *name);
	const cJSON *item;

	if (count > most)
		return dj_fail(err, DJ_FAIL, "%s: %zu names, at most %zu", where, count, most);
	*n = 0;
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || !ok(item->valuestring))
			return dj_fail(err, DJ_FAIL, "%s: item %zu is not a name that can be asked for", where, *n + 1);
		for (size_t i = 0; i < *n; i++)
			if (dj_text_same_nocase(item->valuestring, name[i]))
				return dj_fail(err, DJ_FAIL, "%s: '%s' is there twice", where, name[i]);
		name[(*n)++] = dj_arena_dup(a, item->valuestring);
	}
	*out = name;
	return DJ_OK;
}

static int read_needs(const dj_role_need **out, size_t *n, const cJSON *says, const char *member,
                      const char *where, dj_arena *a, dj_err *err)
{
	const cJSON  *roles = NULL, *item;
	dj_role_need *need;
	int           rc = dj_json_object(&roles, says, member, where, err);

	if (rc < 0 || !roles)
		return rc;
	if (cJSON_GetArraySize(roles) > MOST_NEEDS)
		return dj_fail(err, DJ_FAIL, "%s: %s has more than %d roles", where, member, MOST_NEEDS);
	need = dj_arena_alloc(a, MOST_NEEDS, sizeof *need);
	cJSON_ArrayForEach(item, roles)
	{
		dj_role_need *one = &need[(*n)++];
		const char   *inside = dj_arena_fmt(a, "%s, %s.%s", where, member, item->string);

		if (!dj_name_ok(item->string, MOST_NAME, true))
			return dj_fail(err, DJ_FAIL, "%s: that is no role's name", inside);
		if (strcmp(item->string, "findings") == 0)
			return dj_fail(err, DJ_FAIL, "%s: findings belong in needs_findings", inside);
		if (!cJSON_IsArray(item))
			return dj_fail(err, DJ_FAIL, "%s is not a list of columns", inside);
		one->role = dj_arena_dup(a, item->string);
		if ((rc = read_names(&one->column, &one->n_columns, item, MOST_COLUMNS, column_ok, inside, a, err)) <
		    0)
			return rc;
	}
	*out = need;
	return DJ_OK;
}

/* ---- Params ---- */

/* The default must be what a user could give: the same rules, by the same function. */
static int check_default(dj_param_spec *p, const char *where, dj_arena *a, dj_err *err)
{
	dj_plugin_description one = {.name = "x", .param = p, .n_params = 1};
	const dj_param_value *value;
	const char           *given = dj_arena_fmt(a, "%s=%s", p->name, p->fallback);
	int                   rc = dj_params_bind(&value, &one, &given, 1, false, a, err);

	if (rc < 0) {
		err->code = DJ_FAIL;
		return dj_fail_in(err, "%s: the default", where);
	}
	p->fallback = value->text;
	return DJ_OK;
}

static int read_bound(bool *has, double *out, const cJSON *item, const char *member, const char *where,
                      dj_err *err)
{
	const cJSON *there = cJSON_GetObjectItemCaseSensitive(item, member);

	*has = there && !cJSON_IsNull(there);
	return dj_json_real(out, item, member, where, err);
}

static int read_choices(dj_param_spec *p, const cJSON *item, const char *where, dj_arena *a, dj_err *err)
{
	const cJSON *list = NULL, *one;
	int          rc = dj_json_array(&list, item, "choices", where, err);
	size_t       n = rc < 0 || !list ? 0 : (size_t)cJSON_GetArraySize(list);
	const char **choice;

	if (rc < 0 || !n)
		return rc;
	if (p->type != DJ_PARAM_TEXT || n > MOST_CHOICES)
		return dj_fail(err, DJ_FAIL, "%s: choices are for text params, at most %d", where, MOST_CHOICES);
	choice = dj_arena_alloc(a, n, sizeof *choice);
	cJSON_ArrayForEach(one, list)
	{
		const char *text = cJSON_IsString(one) ? one->valuestring : NULL;

		if (!text || !*text || strlen(text) > MOST_HELP || dj_text_wrong(text, strlen(text), false))
			return dj_fail(err, DJ_FAIL, "%s: a choice is one line of text, 1 to %d bytes", where, MOST_HELP);
		choice[p->n_choices++] = dj_arena_dup(a, text);
	}
	p->choice = choice;
	return DJ_OK;
}

static int read_param(dj_param_spec *p, const cJSON *item, const char *plugin, dj_arena *a, dj_err *err)
{
	const char *where = dj_arena_fmt(a, "%s: a param", plugin), *type = NULL, *fallback = NULL;
	size_t      kind;
	int         rc;

	if (!cJSON_IsObject(item))
		return dj_fail(err, DJ_FAIL, "%s is not an object", where);
	if ((rc = dj_json_only(item, param_members, DJ_COUNT(param_members), where, err)) < 0 ||
	    (rc = read_text(&p->name, item, "!name", MOST_PARAM_NAME, where, a, err)) < 0)
		return rc;
	where = dj_arena_fmt(a, "%s: param %s", plugin, p->name);
	if (!dj_name_ok(p->name, MOST_PARAM_NAME, true))
		return dj_fail(err, DJ_FAIL, "%s: a name is a to z, 0 to 9 and _, a letter first, at most 32", where);
	if ((rc = dj_json_text(&type, item, "!type", where, err)) < 0)
		return rc;
	if ((kind = dj_text_find(type, type_names, DJ_COUNT(type_names))) == DJ_COUNT(type_names))
		return dj_fail(err, DJ_FAIL, "%s: no type is called '%.40s'", where, type);
	p->type = (dj_param_type)kind;
	if ((rc = read_bound(&p->has_min, &p->min, item, "min", where, err)) < 0 ||
	    (rc = read_bound(&p->has_max, &p->max, item, "max", where, err)) < 0 ||
	    (rc = read_choices(p, item, where, a, err)) < 0 ||
	    (rc = read_text(&p->unit, item, "unit", MOST_HELP, where, a, err)) < 0 ||
	    (rc = read_words(&p->help, item, "!help", MOST_HELP, where, a, err)) < 0 ||
	    (rc = dj_json_text(&fallback, item, "default", where, err)) < 0)
		return rc;
	if ((p->has_min || p->has_max) && p->type != DJ_PARAM_INTEGER && p->type != DJ_PARAM_NUMBER)
		return dj_fail(err, DJ_FAIL, "%s: min and max are for numbers", where);
	if (p->has_min && p->has_max && p->min > p->max)
		return dj_fail(err, DJ_FAIL, "%s: min is over max", where);
	p->fallback = fallback;
	return fallback ? check_default(p, where, a, err) : DJ_OK;
}

static int read_params(dj_plugin_description *d, const cJSON *says, dj_arena *a, dj_err *err)
{
	const cJSON   *list = NULL, *item;
	dj_param_spec *param;
	int            rc = dj_json_array(&list, says, "params", d->name, err);

	if (rc < 0 || !list)
		return rc;
	if (cJSON_GetArraySize(list) > MOST_PARAMS)
		return dj_fail(err, DJ_FAIL, "%s: more than %d params", d->name, MOST_PARAMS);
	param = dj_arena_alloc(a, MOST_PARAMS, sizeof *param);
	cJSON_ArrayForEach(item, list)
	{
		dj_param_spec one = {0};
		size_t        at = d->n_params;

		if ((rc = read_param(&one, item, d->name, a, err)) < 0)
			return rc;
		while (at > 0 && strcmp(param[at - 1].name, one.name) > 0) /* kept in order of name */
			param[at] = param[at - 1], at--;
		if (at > 0 && strcmp(param[at - 1].name, one.name) == 0)
			return dj_fail(err, DJ_FAIL, "%s: param %s is there twice", d->name, one.name);
		param[at] = one;
		d->n_params++;
	}
	d->param = param;
	return DJ_OK;
}

/* ---- The whole ---- */

static int read_head(dj_plugin_description *d, const cJSON *says, const char *folder_name, dj_arena *a,
                     dj_err *err)
{
	const char *where = folder_name, *kind = NULL;
	int64_t     api = API_MAJOR;
	size_t      k;
	int         rc;

	if ((rc = dj_json_only(says, top_members, DJ_COUNT(top_members), where, err)) < 0 ||
	    (rc = read_text(&d->name, says, "!name", MOST_NAME, where, a, err)) < 0 ||
	    (rc = read_text(&d->version, says, "!version", MOST_NAME, where, a, err)) < 0 ||
	    (rc = dj_json_text(&kind, says, "!kind", where, err)) < 0 ||
	    (rc = read_words(&d->summary, says, "!summary", MOST_SUMMARY, where, a, err)) < 0 ||
	    (rc = read_words(&d->caveat, says, "caveat", MOST_CAVEAT, where, a, err)) < 0 ||
	    (rc = read_text(&d->source, says, "source", MOST_SOURCE, where, a, err)) < 0 ||
	    (rc = read_text(&d->shard, says, "shard", MOST_NAME, where, a, err)) < 0 ||
	    (rc = dj_json_integer(&api, says, "api", where, err)) < 0 ||
	    (rc = dj_json_bool(&d->has_run, says, "!has_run", where, err)) < 0)
		return rc;
	if (strcmp(d->name, folder_name) != 0)
		return dj_fail(err, DJ_FAIL, "the plugin calls itself '%s' and its folder is '%s' (rename one)",
		               d->name, folder_name);
	if (!dj_version_ok(d->version))
		return dj_fail(err, DJ_FAIL, "%s: version '%s' is not like 1.2.3", where, d->version);
	if (strcmp(kind, "visualization") == 0)
		kind = "visualisation";
	if ((k = dj_text_find(kind, kind_names, DJ_COUNT(kind_names))) == DJ_COUNT(kind_names))
		return dj_fail(err, DJ_FAIL, "%s: no kind is called '%.40s'", where, kind);
	if (api != API_MAJOR)
		return dj_fail(err, DJ_FAIL, "%s: it is written for plugin API %lld, this datajam has %d", where,
		               (long long)api, API_MAJOR);
	d->kind = (dj_kind)k;
	d->api = (int)api;
	return DJ_OK;
}

static int read_all(dj_plugin_description *d, const cJSON *says, const char *folder_name, dj_arena *a,
                    dj_err *err)
{
	const cJSON *findings = NULL;
	const char  *inside = dj_arena_fmt(a, "%s, needs.findings", folder_name);
	int          rc;

	if (!cJSON_IsObject(says))
		return dj_fail(err, DJ_FAIL, "%s: the description is not an object", folder_name);
	if ((rc = read_head(d, says, folder_name, a, err)) < 0 ||
	    (rc = read_needs(&d->need, &d->n_needs, says, "needs", folder_name, a, err)) < 0 ||
	    (rc = read_needs(&d->want, &d->n_wants, says, "wants", folder_name, a, err)) < 0 ||
	    (rc = dj_json_array(&findings, says, "needs_findings", folder_name, err)) < 0 ||
	    (findings && (rc = read_names(&d->needs_findings, &d->n_needs_findings, findings, MOST_NEEDS,
	                                  plugin_ok, inside, a, err)) < 0))
		return rc;
	return read_params(d, says, a, err);
}

int dj_description_parse(dj_plugin_description **out, const char *json, size_t n, const char *folder_name,
                         dj_arena *a, dj_err *err)
{
	cJSON                 *says;
	dj_plugin_description *d = dj_arena_alloc(a, 1, sizeof *d);
	int                    rc = dj_json_parse(&says, json, n, err);

	if (rc < 0)
		return dj_fail_in(err, "%s: the description", folder_name);
	rc = read_all(d, says, folder_name, a, err);
	cJSON_Delete(says);
	if (rc >= 0)
		*out = d;
	return rc;
}
