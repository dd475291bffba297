#include "host/job.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

typedef struct reader { /* one reading: where memory comes from, and where the trouble goes */
	dj_arena *a;
	dj_err   *err;
} reader;

/* A list's items as an array in the arena; none when the member is not there. */
static int items(const cJSON **list, size_t *n, const cJSON *in, const char *name, const char *where,
                 reader *r)
{
	int rc = dj_json_array(list, in, name, where, r->err);

	*n = rc < 0 || !*list ? 0 : (size_t)cJSON_GetArraySize(*list);
	return rc;
}

static int text(const char **out, const cJSON *in, const char *name, const char *where, reader *r)
{
	const char *s = NULL;
	int         rc = dj_json_text(&s, in, name, where, r->err);

	if (rc == DJ_OK && s)
		*out = dj_arena_dup(r->a, s);
	return rc;
}

/* An integer written as text, since it may pass 2^53. */
static int big(int64_t *out, const cJSON *in, const char *name, const char *where, reader *r)
{
	const char *s = NULL;
	int         rc = dj_json_text(&s, in, name, where, r->err);

	if (rc < 0 || !s)
		return rc;
	if (!dj_text_integer(s, strlen(s), out))
		return dj_fail(r->err, DJ_FAIL, "%s: \"%s\" is no whole number", where, name + (*name == '!'));
	return DJ_OK;
}

static int texts(const char *const **out, size_t *n, const cJSON *in, const char *name, const char *where,
                 reader *r)
{
	const cJSON *list = NULL, *item;
	size_t       i = 0;
	int          rc = items(&list, n, in, name, where, r);

	if (rc < 0)
		return rc;
	const char **t = dj_arena_alloc(r->a, *n, sizeof *t);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return dj_fail(r->err, DJ_FAIL, "%s: \"%s\" must hold texts", where, name);
		t[i++] = dj_arena_dup(r->a, item->valuestring);
	}
	*out = t;
	return DJ_OK;
}

static int read_param(dj_job_param *p, const cJSON *in, reader *r)
{
	static const char *const types[] = {"integer", "number", "boolean", "text"};
	const char              *type = NULL, *where = "job, params";
	int                      rc;

	if ((rc = dj_json_only(in, DJ_NAMES("name", "type", "value"), where, r->err)) < 0 ||
	    (rc = text(&p->name, in, "!name", where, r)) < 0 || (rc = text(&type, in, "!type", where, r)) < 0 ||
	    (rc = text(&p->text, in, "!value", where, r)) < 0)
		return rc;
	size_t k = dj_text_find(type, types, 4);
	p->type = (dj_job_param_type)k;
	size_t n = strlen(p->text);
	bool   fine = k == DJ_JOB_TEXT;
	if (k == DJ_JOB_INTEGER && (fine = dj_text_integer(p->text, n, &p->integer)))
		p->real = (double)p->integer;
	else if (k == DJ_JOB_NUMBER)
		fine = dj_text_real(p->text, n, &p->real);
	else if (k == DJ_JOB_BOOLEAN && (fine = strcmp(p->text, "true") == 0 || strcmp(p->text, "false") == 0))
		p->integer = p->text[0] == 't';
	if (!fine)
		return dj_fail(r->err, DJ_FAIL, "job: param %s: \"%s\" is no %s", p->name, p->text, type);
	return DJ_OK;
}

static int read_source(dj_job_source *s, const cJSON *in, const dj_job *j, reader *r)
{
	int64_t database = 0;
	int     rc;

	if ((rc = dj_json_only(in, DJ_NAMES("database", "table", "dataset"), "job, sources", r->err)) < 0 ||
	    (rc = dj_json_integer(&database, in, "!database", "job, sources", r->err)) < 0 ||
	    (rc = text(&s->table, in, "!table", "job, sources", r)) < 0 ||
	    (rc = text(&s->dataset, in, "!dataset", "job, sources", r)) < 0)
		return rc;
	if (database < 0 || (size_t)database > j->n_databases)
		return dj_fail(r->err, DJ_FAIL, "job, sources: no database %lld", (long long)database);
	s->database = (size_t)database;
	return DJ_OK;
}

static int read_member(dj_job_member *m, size_t n_columns, const cJSON *in, const dj_job *j, reader *r)
{
	const cJSON *list = NULL, *item;
	int64_t      source = 0;
	size_t       n, i = 0;
	int          rc;

	if ((rc = dj_json_only(in, DJ_NAMES("source", "columns"), "job, members", r->err)) < 0 ||
	    (rc = dj_json_integer(&source, in, "!source", "job, members", r->err)) < 0 ||
	    (rc = items(&list, &n, in, "!columns", "job, members", r)) < 0)
		return rc;
	if (source < 1 || (size_t)source > j->n_sources || !j->source[source - 1].database || n != n_columns)
		return dj_fail(r->err, DJ_FAIL, "job, members: no such source, or not one item a column");
	dj_job_cell *cell = dj_arena_alloc(r->a, n, sizeof *cell);
	cJSON_ArrayForEach(item, list)
	{
		dj_job_cell *c = &cell[i++];

		if (cJSON_IsNull(item))
			continue;
		if ((rc = dj_json_only(item, DJ_NAMES("column", "fill"), "job, members", r->err)) < 0 ||
		    (rc = text(&c->column, item, "column", "job, members", r)) < 0 ||
		    (rc = text(&c->fill, item, "fill", "job, members", r)) < 0)
			return rc;
	}
	*m = (dj_job_member){(size_t)source, cell};
	return DJ_OK;
}

static int read_columns(dj_job_role *role, const cJSON *in, reader *r)
{
	const cJSON *list = NULL, *item;
	size_t       i = 0;
	int          rc = items(&list, &role->n_columns, in, "!columns", "job, roles", r);

	if (rc < 0)
		return rc;
	dj_job_column *column = dj_arena_alloc(r->a, role->n_columns, sizeof *column);
	cJSON_ArrayForEach(item, list)
	{
		dj_job_column *c = &column[i++];
		const char    *type = "text";

		if ((rc = dj_json_only(item, DJ_NAMES("name", "type", "filled"), "job, columns", r->err)) < 0 ||
		    (rc = text(&c->name, item, "!name", "job, columns", r)) < 0 ||
		    (rc = dj_json_text(&type, item, "type", "job, columns", r->err)) < 0 ||
		    (rc = dj_json_bool(&c->filled, item, "filled", "job, columns", r->err)) < 0)
			return rc;
		c->type = dj_coltype_by_name(type);
	}
	role->column = column;
	return DJ_OK;
}

static int read_role(dj_job_role *role, const cJSON *in, const dj_job *j, reader *r)
{
	const cJSON *list = NULL, *item;
	size_t       i = 0;
	int          rc;

	if ((rc = dj_json_only(in, DJ_NAMES("name", "columns", "others", "members"), "job, roles", r->err)) < 0 ||
	    (rc = text(&role->name, in, "!name", "job, roles", r)) < 0 || (rc = read_columns(role, in, r)) < 0 ||
	    (rc = texts(&role->other, &role->n_others, in, "others", "job, roles", r)) < 0 ||
	    (rc = items(&list, &role->n_members, in, "!members", "job, roles", r)) < 0)
		return rc;
	dj_job_member *member = dj_arena_alloc(r->a, role->n_members, sizeof *member);
	cJSON_ArrayForEach(item, list)
	{
		if ((rc = read_member(&member[i++], role->n_columns, item, j, r)) < 0)
			return rc;
	}
	role->member = member;
	return DJ_OK;
}

static int read_about(dj_job_about *about, const cJSON *in, reader *r)
{
	int rc;

	*about = (dj_job_about){.title = "", .date = "", .caveat = ""};
	if ((rc = dj_json_only(in, DJ_NAMES("role", "dataset", "title", "rows", "date", "caveat"), "job, about",
	                       r->err)) < 0 ||
	    (rc = text(&about->role, in, "!role", "job, about", r)) < 0 ||
	    (rc = text(&about->dataset, in, "!dataset", "job, about", r)) < 0 ||
	    (rc = text(&about->title, in, "title", "job, about", r)) < 0 ||
	    (rc = text(&about->date, in, "date", "job, about", r)) < 0 ||
	    (rc = text(&about->caveat, in, "caveat", "job, about", r)) < 0)
		return rc;
	return big(&about->rows, in, "rows", "job, about", r);
}

/* What is attached: descriptors of snapshots, and of the findings that were asked for. */
static int read_databases(dj_job *j, const cJSON *in, reader *r)
{
	const cJSON *list = NULL, *item, *findings = NULL;
	int64_t      n;
	size_t       i = 0;
	int          rc = items(&list, &j->n_databases, in, "databases", "job", r);

	if (rc < 0)
		return rc;
	int *fd = dj_arena_alloc(r->a, j->n_databases, sizeof *fd);
	cJSON_ArrayForEach(item, list)
	{
		if ((rc = dj_json_only(item, DJ_NAMES("fd"), "job, databases", r->err)) < 0 ||
		    (rc = dj_json_integer(&n, item, "!fd", "job, databases", r->err)) < 0)
			return rc;
		fd[i++] = (int)n;
	}
	j->database_fd = fd;
	if ((rc = dj_json_object(&findings, in, "findings", "job", r->err)) < 0 || !findings)
		return rc;
	if ((rc = dj_json_only(findings, DJ_NAMES("fd"), "job, findings", r->err)) < 0 ||
	    (rc = dj_json_integer(&n, findings, "!fd", "job, findings", r->err)) < 0)
		return rc;
	j->findings_fd = (int)n;
	return DJ_OK;
}

static int read_lists(dj_job *j, const cJSON *in, reader *r)
{
	const cJSON *param = NULL, *source = NULL, *role = NULL, *about = NULL, *item;
	size_t       i;
	int          rc;

	if ((rc = items(&param, &j->n_params, in, "params", "job", r)) < 0 ||
	    (rc = items(&source, &j->n_sources, in, "sources", "job", r)) < 0 ||
	    (rc = items(&role, &j->n_roles, in, "roles", "job", r)) < 0 ||
	    (rc = items(&about, &j->n_about, in, "about", "job", r)) < 0)
		return rc;

	dj_job_param  *p = dj_arena_alloc(r->a, j->n_params, sizeof *p);
	dj_job_source *s = dj_arena_alloc(r->a, j->n_sources, sizeof *s);
	dj_job_role   *o = dj_arena_alloc(r->a, j->n_roles, sizeof *o);
	dj_job_about  *b = dj_arena_alloc(r->a, j->n_about, sizeof *b);
	j->param = p;
	j->source = s;
	j->role = o;
	j->about = b;
	for (i = 0, item = param ? param->child : NULL; item && rc == DJ_OK; item = item->next)
		rc = read_param(&p[i++], item, r);
	for (i = 0, item = source ? source->child : NULL; item && rc == DJ_OK; item = item->next)
		rc = read_source(&s[i++], item, j, r);
	for (i = 0, item = role ? role->child : NULL; item && rc == DJ_OK; item = item->next)
		rc = read_role(&o[i++], item, j, r);
	for (i = 0, item = about ? about->child : NULL; item && rc == DJ_OK; item = item->next)
		rc = read_about(&b[i++], item, r);
	return rc;
}

static int read_limits(dj_job *j, const cJSON *in, reader *r)
{
	const char *const names[] = {"lua_bytes", "sql_steps", "lua_instructions", "findings", "heap_bytes"};
	uint64_t *const   to[] = {&j->limits.lua_bytes, &j->limits.sql_steps, &j->limits.lua_instructions,
	                          &j->limits.findings, &j->limits.heap_bytes};
	const cJSON      *limits = NULL;
	int               rc = dj_json_object(&limits, in, "limits", "job", r->err);

	if (rc < 0 || !limits)
		return rc;
	if ((rc = dj_json_only(limits, names, DJ_COUNT(names), "job, limits", r->err)) < 0)
		return rc;
	for (size_t i = 0; i < DJ_COUNT(names); i++) {
		int64_t v = 0;

		if ((rc = big(&v, limits, names[i], "job, limits", r)) < 0)
			return rc;
		*to[i] = v > 0 ? (uint64_t)v : 0;
	}
	return DJ_OK;
}

/* "action" and "lang", each one of two words. */
static int read_choice(bool *second, const cJSON *in, const char *name, const char *no, const char *yes,
                       reader *r)
{
	const char *word = NULL;
	int         rc = dj_json_text(&word, in, name, "job", r->err);

	if (rc < 0)
		return rc;
	*second = strcmp(word, yes) == 0;
	if (!*second && strcmp(word, no) != 0)
		return dj_fail(r->err, DJ_FAIL, "job: \"%s\" is \"%s\", not \"%s\" or \"%s\"", name + 1, word, no,
		               yes);
	return DJ_OK;
}

static int read_job(dj_job *j, const cJSON *in, reader *r)
{
	const char *seed = "1";
	int64_t     format = 0;
	int         rc;

	if ((rc = dj_json_only(in,
	                       DJ_NAMES("format", "action", "lang", "name", "file", "seed", "now", "shake",
	                                "params", "databases", "sources", "roles", "about", "findings", "limits",
	                                "without_landlock"),
	                       "job", r->err)) < 0 ||
	    (rc = dj_json_integer(&format, in, "!format", "job", r->err)) < 0)
		return rc;
	if (format != 1)
		return dj_fail(r->err, DJ_FAIL, "job: format %lld, this worker knows 1", (long long)format);
	if ((rc = read_choice(&j->describe, in, "!action", "run", "describe", r)) < 0 ||
	    (rc = read_choice(&j->native, in, "!lang", "lua", "c", r)) < 0 ||
	    (rc = text(&j->name, in, "!name", "job", r)) < 0 ||
	    (rc = text(&j->file, in, "!file", "job", r)) < 0 || (rc = text(&j->now, in, "now", "job", r)) < 0 ||
	    (rc = dj_json_text(&seed, in, "seed", "job", r->err)) < 0 ||
	    (rc = dj_json_integer(&j->shake, in, "shake", "job", r->err)) < 0 ||
	    (rc = dj_json_bool(&j->without_landlock, in, "without_landlock", "job", r->err)) < 0 ||
	    (rc = read_databases(j, in, r)) < 0 || (rc = read_lists(j, in, r)) < 0)
		return rc;
	for (const char *s = seed; *s; s++) {
		if (*s < '0' || *s > '9' || strlen(seed) > 20)
			return dj_fail(r->err, DJ_FAIL, "job: seed \"%.30s\" is no whole number", seed);
		j->seed = j->seed * 10 + (uint64_t)(*s - '0');
	}
	return read_limits(j, in, r);
}

int dj_job_parse(dj_job *out, const char *json, size_t n, dj_arena *a, dj_err *err)
{
	reader r = {a, err};
	cJSON *in = NULL;
	int    rc = dj_json_parse(&in, json, n, err);

	*out = (dj_job){.findings_fd = -1, .now = ""};
	if (rc == DJ_OK)
		rc = read_job(out, in, &r);
	cJSON_Delete(in);
	return rc;
}

const dj_job_param *dj_job_find_param(const dj_job *j, const char *name)
{
	for (size_t i = 0; i < j->n_params; i++)
		if (strcmp(j->param[i].name, name) == 0)
			return &j->param[i];
	return NULL;
}

const dj_job_role *dj_job_find_role(const dj_job *j, const char *name)
{
	for (size_t i = 0; i < j->n_roles; i++)
		if (strcmp(j->role[i].name, name) == 0)
			return &j->role[i];
	return NULL;
}

const dj_job_role *dj_job_find_role_nocase(const dj_job *j, const char *name)
{
	for (size_t i = 0; i < j->n_roles; i++)
		if (dj_text_same_nocase(j->role[i].name, name))
			return &j->role[i];
	return NULL;
}

const dj_job_column *dj_job_find_column(const dj_job_role *r, const char *name)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (strcmp(r->column[i].name, name) == 0)
			return &r->column[i];
	return NULL;
}
