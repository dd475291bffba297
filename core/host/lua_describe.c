/* Reads what the plugin's file returned, strictly: plugin guide, sections 1 to 3. */
#include "host/lua_face.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char call[] = "plugin"; /* not shown: these errors end the run at the field's own line */

typedef struct reading {
	lua_State *L;
	dj_arena  *a;
	dj_says    out;
} reading;

/* ---- needs and wants ---- */

/* The list of texts on top, or one text where `bare`. */
static const char *const *read_texts(reading *r, size_t *n, const char *what, bool bare)
{
	const char **text;

	if (bare && lua_type(r->L, -1) == LUA_TSTRING) {
		*n = 1;
		text = dj_arena_alloc(r->a, 1, sizeof *text);
		text[0] = dj_lua_text(r->L, call, -1, what);
		return text;
	}
	*n = dj_lua_list(r->L, call, -1, what);
	text = dj_arena_alloc(r->a, *n + 1, sizeof *text);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
		text[i] = dj_lua_text(r->L, call, -1, what);
		lua_pop(r->L, 1);
	}
	return text;
}

static const dj_says_need *read_roles(reading *r, size_t *n_out, const char *what)
{
	const char  **role;
	size_t        n = dj_lua_names(&role, r->L, call, -1, what);
	dj_says_need *need = dj_arena_alloc(r->a, n + 1, sizeof *need);
	char          part[120];

	*n_out = 0;
	for (size_t i = 0; i < n; i++) {
		snprintf(part, sizeof part, "%s.%.60s", what, role[i]);
		dj_lua_field(r->L, -1, role[i]);
		if (strcmp(role[i], "findings") != 0) {
			need[*n_out].role = role[i];
			need[*n_out].column = read_texts(r, &need[*n_out].n_columns, part, false);
			++*n_out;
		} else if (strcmp(what, "needs") == 0) {
			r->out.needs_findings = read_texts(r, &r->out.n_needs_findings, part, true);
		} else {
			dj_lua_raise(r->L, call, "wants.findings: findings are needed or not (move it to needs)");
		}
		lua_pop(r->L, 1);
	}
	return need;
}

static void read_needs(reading *r)
{
	r->out.need = read_roles(r, &r->out.n_needs, "needs");
}

static void read_wants(reading *r)
{
	r->out.want = read_roles(r, &r->out.n_wants, "wants");
}

/* ---- params ---- */

/* What a default's type is called; NULL when it is none of the four. */
static const char *type_of_default(lua_State *L)
{
	switch (lua_type(L, -1)) {
	case LUA_TBOOLEAN: return "boolean";
	case LUA_TSTRING: return "text";
	case LUA_TNUMBER: return lua_isinteger(L, -1) ? "integer" : "number";
	default: return NULL;
	}
}

/* The default on top as text, of the type that the param has. */
static const char *default_text(reading *r, const char *type, const char *what)
{
	char decimal[32];

	if (strcmp(type, "boolean") == 0)
		return dj_lua_boolean(r->L, call, -1, what) ? "true" : "false";
	if (strcmp(type, "text") == 0)
		return dj_lua_text(r->L, call, -1, what);
	if (strcmp(type, "integer") == 0) {
		return dj_arena_fmt(r->a, "%lld", (long long)dj_lua_integer(r->L, call, -1, what));
	}
	dj_real_text(decimal, dj_lua_number(r->L, call, -1, what));
	return dj_arena_dup(r->a, decimal);
}

static void read_default(reading *r, dj_says_param *p, const char *what)
{
	static const char *const types[] = {"integer", "number", "boolean", "text"};
	lua_State               *L = r->L;

	if (dj_lua_field(L, -1, "type") != LUA_TNIL) {
		char part[120];
		snprintf(part, sizeof part, "%s.type", what);
		p->type = dj_lua_text(L, call, -1, part);
		if (dj_text_find(p->type, types, 4) == 4)
			dj_lua_raise(L, call, "%s.type is \"%.40s\" (integer, number, boolean or text)", what, p->type);
	}
	lua_pop(L, 1);
	if (lua_rawgeti(L, -1, 1) != LUA_TNIL) {
		if (!type_of_default(L))
			dj_lua_raise(L, call, "%s: the default is %s (an integer, a number, a boolean or text)", what,
			             dj_lua_kind(L, -1));
		if (!p->type)
			p->type = type_of_default(L);
		p->fallback = default_text(r, p->type, what);
	} else if (!p->type) {
		dj_lua_raise(L, call,
		             "%s has neither a default nor a type (write { 7, help = ... }, or type = \"text\")",
		             what);
	}
	lua_pop(L, 1);
}

static bool read_bound(reading *r, double *out, const char *param, const char *name)
{
	char what[120];
	bool there = dj_lua_field(r->L, -1, name) != LUA_TNIL;

	snprintf(what, sizeof what, "%s.%s", param, name);
	if (there)
		*out = dj_lua_number(r->L, call, -1, what);
	lua_pop(r->L, 1);
	return there;
}

static void read_param(reading *r, dj_says_param *p)
{
	static const char *const fields[] = {"choices", "help", "max", "min", "type", "unit"};
	lua_State               *L = r->L;
	char                     what[80], part[120];

	snprintf(what, sizeof what, "params.%.60s", p->name);
	if (!lua_istable(L, -1))
		dj_lua_raise(L, call, "%s is %s (write { default, help = \"what it means\" })", what,
		             dj_lua_kind(L, -1));
	dj_lua_only(L, call, -1, what, fields, 6, 1);
	read_default(r, p, what);
	p->has_min = read_bound(r, &p->min, what, "min");
	p->has_max = read_bound(r, &p->max, what, "max");
	snprintf(part, sizeof part, "%s.choices", what);
	if (dj_lua_field(L, -1, "choices") != LUA_TNIL)
		p->choice = read_texts(r, &p->n_choices, part, false);
	lua_pop(L, 1);
	snprintf(part, sizeof part, "%s.unit", what);
	if (dj_lua_field(L, -1, "unit") != LUA_TNIL)
		p->unit = dj_lua_text(L, call, -1, part);
	lua_pop(L, 1);
	snprintf(part, sizeof part, "%s.help", what);
	if (dj_lua_field(L, -1, "help") != LUA_TNIL)
		p->help = dj_lua_words(L, call, -1, part);
	lua_pop(L, 1);
}

static void read_params(reading *r)
{
	const char   **name;
	size_t         n = dj_lua_names(&name, r->L, call, -1, "params");
	dj_says_param *param = dj_arena_alloc(r->a, n + 1, sizeof *param);

	for (size_t i = 0; i < n; i++) {
		param[i].name = name[i];
		dj_lua_field(r->L, -1, name[i]);
		read_param(r, &param[i]);
		lua_pop(r->L, 1);
	}
	r->out.param = param;
	r->out.n_params = n;
}

/* ---- The other fields ---- */

static void read_name(reading *r)
{
	r->out.name = dj_lua_text(r->L, call, -1, "name");
}

static void read_version(reading *r)
{
	r->out.version = dj_lua_text(r->L, call, -1, "version");
}

static void read_kind(reading *r)
{
	r->out.kind = dj_lua_text(r->L, call, -1, "kind");
}

static void read_summary(reading *r)
{
	r->out.summary = dj_lua_words(r->L, call, -1, "summary");
}

static void read_caveat(reading *r)
{
	r->out.caveat = dj_lua_words(r->L, call, -1, "caveat");
}

static void read_source(reading *r)
{
	r->out.source = dj_lua_text(r->L, call, -1, "source");
}

static void read_shard(reading *r)
{
	r->out.shard = dj_lua_text(r->L, call, -1, "shard");
}

static void read_api(reading *r)
{
	r->out.api = dj_lua_integer(r->L, call, -1, "api");
	if (r->out.api < 1)
		dj_lua_raise(r->L, call, "api is %lld (this datajam has 1)", (long long)r->out.api);
}

static void check_function(reading *r, const char *name)
{
	if (!lua_isfunction(r->L, -1))
		dj_lua_raise(r->L, call, "%s is %s (write %s = function(jam, p) ... end)", name,
		             dj_lua_kind(r->L, -1), name);
}

static void read_run(reading *r)
{
	check_function(r, "run");
	r->out.has_run = true;
}

static void read_merge(reading *r)
{
	check_function(r, "merge");
	if (!r->out.shard)
		dj_lua_raise(r->L, call, "merge is for sharded runs (add shard = \"column\")");
}

/* Of transforms, which the loader's cage runs: here they are only allowed or not. */
static void read_of_transform(reading *r)
{
	if (!r->out.kind || strcmp(r->out.kind, "transform") != 0)
		dj_lua_raise(r->L, call, "gives, row and done are for kind = \"transform\"");
}

/* In this order: `merge` looks at `shard`, the last three at `kind`. */
static const char *const fields[] = {"name",  "version", "kind",  "summary", "caveat", "source",
                                     "api",   "needs",   "wants", "params",  "run",    "shard",
                                     "merge", "gives",   "row",   "done"};
static void (*const readers[])(reading *) = {
    read_name,  read_version,      read_kind,         read_summary,     read_caveat, read_source,
    read_api,   read_needs,        read_wants,        read_params,      read_run,    read_shard,
    read_merge, read_of_transform, read_of_transform, read_of_transform};

enum { N_FIELDS = DJ_COUNT(fields) };

void dj_lua_describe(lua_State *L, bool tell)
{
	dj_lua *f = dj_lua_of(L);
	reading r = {.L = L, .a = dj_lua_fresh(f)};
	dj_buf  json = {0};
	dj_err  err;

	if (!lua_istable(L, -1))
		dj_lua_raise(
		    L, call,
		    "the file returns %s (it returns one table: return { name = ..., run = function(jam, p) ... end })",
		    dj_lua_kind(L, -1));
	dj_lua_only(L, call, -1, NULL, fields, N_FIELDS, 0);
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (dj_lua_field(L, -1, fields[i]) != LUA_TNIL)
			readers[i](&r);
		lua_pop(L, 1);
	}
	int rc = dj_says_json(&json, &r.out, &err);
	dj_buf_free(&json);
	if (rc < 0)
		dj_lua_raise(L, call, "%s", err.text);
	if (tell)
		dj_host_describe(f->h, &r.out);
}
