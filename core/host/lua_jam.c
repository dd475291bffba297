/* `jam` and its params: what is called by colon speaks to the run, what is called by dot calculates. */
#include "host/lua_face.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char null_kind[] = "datajam.null";

/* ---- jam.null ---- */

static int null_as_text(lua_State *L)
{
	lua_pushliteral(L, "NULL");
	return 1;
}

bool dj_lua_is_null(lua_State *L, int at)
{
	return luaL_testudata(L, at, null_kind) != NULL;
}

static void push_null(lua_State *L)
{
	lua_newuserdatauv(L, 0, 0);
	if (luaL_newmetatable(L, null_kind)) {
		lua_pushcfunction(L, null_as_text);
		lua_setfield(L, -2, "__tostring");
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
}

/* ---- Calling: upvalue 1 is the dj_lua_call, upvalue 2 its owner as it is written: "jam", "jam.time" ---- */

static int by_colon(lua_State *L)
{
	const dj_lua_call *c = lua_touserdata(L, lua_upvalueindex(1));
	char               wrong[40];

	if (lua_touserdata(L, 1) != dj_lua_of(L)->jam) {
		snprintf(wrong, sizeof wrong, "jam.%s", c->name);
		dj_lua_raise(L, wrong, "a dot where a colon belongs (write %s(...): it speaks to the run)", c->call);
	}
	lua_remove(L, 1);
	return c->run(L, c->call);
}

/* A set of calculations: its metatable refuses calls. */
static bool is_space(lua_State *L, int at)
{
	bool is = lua_isuserdata(L, at) && luaL_getmetafield(L, at, "__call") != LUA_TNIL;

	if (is)
		lua_pop(L, 1);
	return is;
}

static int by_dot(lua_State *L)
{
	const dj_lua_call *c = lua_touserdata(L, lua_upvalueindex(1));
	char               wrong[60];

	if (is_space(L, 1) || (lua_isuserdata(L, 1) && lua_touserdata(L, 1) == dj_lua_of(L)->jam)) {
		snprintf(wrong, sizeof wrong, "%s:%s", lua_tostring(L, lua_upvalueindex(2)), c->name);
		dj_lua_raise(L, wrong, "a colon where a dot belongs (write %s(...): it calculates)", c->call);
	}
	return c->run(L, c->call);
}

static void push_call(lua_State *L, const dj_lua_call *c, const char *owner, lua_CFunction how)
{
	lua_pushlightuserdata(L, (void *)(uintptr_t)c);
	lua_pushstring(L, owner);
	lua_pushcclosure(L, how, 2);
}

/* What the guide names and this version does not have yet: no typing error, so no guess. */
static void refuse_later(lua_State *L, const char *owner, const char *word, const char *const *name, size_t n)
{
	static const char *const later[] = {"jam.geo.dbscan", "jam.geo.getis_ord", "jam.text.near_duplicates",
	                                    "jam.graph",      "jam.money",         "jam.people",
	                                    "jam.privacy",    "jam.stats",         "jam.names",
	                                    "jam.put",        "jam.reject"};
	char                     full[96];

	snprintf(full, sizeof full, "%s.%.60s", owner, word);
	for (size_t i = 0; i < sizeof later / sizeof *later; i++)
		if (strcmp(full, later[i]) == 0) {
			char *all = dj_text_list(name, n);
			lua_pushfstring(L, "(%s has %s)", owner, all); /* owned by Lua: the error jumps out of here */
			free(all);
			dj_lua_raise(L, full, "is not in this version of datajam %s", lua_tostring(L, -1));
		}
}

/* Upvalues: the owner as it is written, and the table of what it has. */
static int read_unknown(lua_State *L)
{
	const char **name, *owner = lua_tostring(L, lua_upvalueindex(1));
	const char  *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : dj_lua_kind(L, 2);

	dj_lua_fresh(dj_lua_of(L));
	lua_pushvalue(L, lua_upvalueindex(2));
	size_t n = dj_lua_names(&name, L, owner, -1, owner);
	refuse_later(L, owner, word, name, n);
	dj_lua_unknown(L, owner, "it has no", word, name, n);
}

static int refuse_write(lua_State *L)
{
	dj_lua_raise(L, lua_tostring(L, lua_upvalueindex(1)), "it is read-only (use a local)");
}

static int own_name(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static int refuse_call(lua_State *L)
{
	const char *owner = lua_tostring(L, lua_upvalueindex(1));

	dj_lua_raise(L, owner, "it is a set of calculations (write %s.NAME(...))", owner);
}

/* Makes of the table on top the methods of the userdata below it, and leaves that. */
static void finish(lua_State *L, const char *owner, bool is_jam)
{
	lua_getmetatable(L, -2);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushstring(L, owner);
	lua_pushcclosure(L, refuse_write, 1);
	lua_setfield(L, -2, "__newindex");
	lua_pushstring(L, owner);
	lua_pushcclosure(L, own_name, 1);
	lua_setfield(L, -2, "__tostring");
	if (!is_jam) {
		lua_pushstring(L, owner);
		lua_pushcclosure(L, refuse_call, 1);
		lua_setfield(L, -2, "__call");
	}
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);

	lua_createtable(L, 0, 1); /* for what the methods lack */
	lua_pushstring(L, owner);
	lua_pushvalue(L, -3);
	lua_pushcclosure(L, read_unknown, 2);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}

static void push_space(lua_State *L, const dj_lua_space *space)
{
	lua_newuserdatauv(L, 0, 0);
	lua_newtable(L);
	lua_setmetatable(L, -2);
	lua_newtable(L);
	for (const dj_lua_call *c = space->calls; c->name; c++) {
		push_call(L, c, space->shown, by_dot);
		lua_setfield(L, -2, c->name);
	}
	finish(L, space->shown, false);
}

/* ---- Small calls ---- */

int dj_lua_log(lua_State *L, const char *call)
{
	luaL_Buffer text;
	int         n = lua_gettop(L);

	(void)call;
	luaL_buffinit(L, &text);
	for (int i = 1; i <= n; i++) {
		if (i > 1)
			luaL_addchar(&text, '\t');
		luaL_tolstring(L, i, NULL);
		luaL_addvalue(&text);
	}
	luaL_pushresult(&text);
	dj_host_log(dj_lua_of(L)->h, 1, dj_lua_line(L), lua_tostring(L, -1), lua_rawlen(L, -1));
	return 0;
}

static int table(lua_State *L, const char *call)
{
	const char *name = dj_lua_text(L, call, 1, "the table's name");
	dj_err      err;

	if (dj_host_table(dj_lua_of(L)->h, name, dj_lua_check_frame(L, call, 2, "the data"), &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return 0;
}

static int keep(lua_State *L, const char *call)
{
	const char *name = dj_lua_text(L, call, 1, "the name");
	dj_err      err;

	if (dj_host_keep(dj_lua_of(L)->h, name, dj_lua_check_frame(L, call, 2, "the data"), &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return 0;
}

static int note(lua_State *L, const char *call)
{
	dj_err err;

	if (dj_host_note(dj_lua_of(L)->h, dj_lua_words(L, call, 1, "the note"), &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return 0;
}

static int progress(lua_State *L, const char *call)
{
	double done = dj_lua_number(L, call, 1, "done"), total = dj_lua_number(L, call, 2, "total");
	dj_err err;

	if (dj_host_progress(dj_lua_of(L)->h, done, total, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return 0;
}

static int fail(lua_State *L, const char *call)
{
	dj_lua_fail(L, "fail", dj_lua_text(L, call, 1, "the reason"));
}

static int has(lua_State *L, const char *call)
{
	dj_err err;
	int    rc = dj_host_has(dj_lua_of(L)->h, dj_lua_text(L, call, 1, "the role or column"), &err);

	if (rc < 0)
		dj_lua_raise_err(L, call, &err);
	lua_pushboolean(L, rc > 0);
	return 1;
}

static int sources(lua_State *L, const char *call)
{
	const dj_job_about *about;
	size_t              n;
	dj_err              err;

	if (dj_host_sources(&about, &n, dj_lua_of(L)->h, dj_lua_text(L, call, 1, "the role"), &err) < 0)
		dj_lua_raise_err(L, call, &err);
	lua_createtable(L, (int)n, 0);
	for (size_t i = 0; i < n; i++) {
		const struct {
			const char *name, *text;
		} field[] = {{"dataset", about[i].dataset},
		             {"title", about[i].title},
		             {"date", about[i].date},
		             {"caveat", about[i].caveat}};

		lua_createtable(L, 0, 5);
		for (size_t k = 0; k < sizeof field / sizeof *field; k++) {
			lua_pushstring(L, field[k].text);
			lua_setfield(L, -2, field[k].name);
		}
		lua_pushinteger(L, about[i].rows);
		lua_setfield(L, -2, "rows");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int now(lua_State *L, const char *call)
{
	(void)call;
	lua_pushstring(L, dj_host_job(dj_lua_of(L)->h)->now);
	return 1;
}

/* ---- jam ---- */

static const dj_lua_call colon_calls[] = {
    {"rows", "jam:rows", dj_lua_rows},
    {"each", "jam:each", dj_lua_each},
    {"columns", "jam:columns", dj_lua_columns},
    {"row", "jam:row", dj_lua_row},
    {"value", "jam:value", dj_lua_value},
    {"table", "jam:table", table},
    {"finding", "jam:finding", dj_lua_finding},
    {"layer", "jam:layer", dj_lua_layer},
    {"view", "jam:view", dj_lua_view},
    {"keep", "jam:keep", keep},
    {"note", "jam:note", note},
    {"log", "jam:log", dj_lua_log},
    {"progress", "jam:progress", progress},
    {"fail", "jam:fail", fail},
    {"has", "jam:has", has},
    {"sources", "jam:sources", sources},
    {"now", "jam:now", now},
    {"random", "jam:random", dj_lua_random},
};

static const dj_lua_call dot_calls[] = {{"frame", "jam.frame", dj_lua_frame},
                                        {"sorted", "jam.sorted", dj_lua_sorted}};

void dj_lua_push_jam(lua_State *L)
{
	dj_lua *f = dj_lua_of(L);

	f->jam = lua_newuserdatauv(L, 1, 0);
	lua_pushvalue(L, -1);
	luaL_ref(L, LUA_REGISTRYINDEX); /* so that no other object ever has this address */
	lua_newtable(L);
	lua_setmetatable(L, -2);
	lua_newtable(L);
	for (size_t i = 0; i < sizeof colon_calls / sizeof *colon_calls; i++) {
		push_call(L, &colon_calls[i], "jam", by_colon);
		lua_setfield(L, -2, colon_calls[i].name);
	}
	for (size_t i = 0; i < sizeof dot_calls / sizeof *dot_calls; i++) {
		push_call(L, &dot_calls[i], "jam", by_dot);
		lua_setfield(L, -2, dot_calls[i].name);
	}
	for (const dj_lua_space *space = dj_lua_spaces; space->name; space++) {
		push_space(L, space);
		lua_setfield(L, -2, space->name);
	}
	push_null(L);
	lua_setfield(L, -2, "null");
	finish(L, "jam", true);
}

/* ---- The params ---- */

static void push_param(lua_State *L, const dj_job_param *p)
{
	switch (p->type) {
	case DJ_JOB_INTEGER: lua_pushinteger(L, p->integer); break;
	case DJ_JOB_NUMBER: lua_pushnumber(L, p->real); break;
	case DJ_JOB_BOOLEAN: lua_pushboolean(L, p->integer != 0); break;
	case DJ_JOB_TEXT: lua_pushstring(L, p->text); break;
	}
}

static int read_undeclared(lua_State *L)
{
	const dj_job *job = dj_host_job(dj_lua_of(L)->h);
	const char   *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : dj_lua_kind(L, 2);
	const char  **name = dj_arena_alloc(dj_lua_fresh(dj_lua_of(L)), job->n_params + 1, sizeof *name);

	for (size_t i = 0; i < job->n_params; i++)
		name[i] = job->param[i].name;
	dj_lua_unknown(L, "p", "params declares no", word, name, job->n_params);
}

static int refuse_param(lua_State *L)
{
	dj_lua_raise(L, "p", "params can not be written (use a local)");
}

static int next_param(lua_State *L)
{
	const dj_job *job = dj_host_job(dj_lua_of(L)->h);
	lua_Integer   at = lua_tointeger(L, lua_upvalueindex(1));

	if (at >= (lua_Integer)job->n_params)
		return 0;
	lua_pushinteger(L, at + 1);
	lua_replace(L, lua_upvalueindex(1));
	lua_pushstring(L, job->param[at].name);
	push_param(L, &job->param[at]);
	return 2;
}

static int pairs_of_params(lua_State *L)
{
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_param, 1);
	return 1;
}

void dj_lua_push_params(lua_State *L)
{
	const dj_job *job = dj_host_job(dj_lua_of(L)->h);

	lua_newuserdatauv(L, 0, 0);
	lua_createtable(L, 0, 4);
	lua_createtable(L, 0, (int)job->n_params);
	for (size_t i = 0; i < job->n_params; i++) {
		push_param(L, &job->param[i]);
		lua_setfield(L, -2, job->param[i].name);
	}
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, read_undeclared);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, refuse_param);
	lua_setfield(L, -2, "__newindex");
	lua_pushliteral(L, "params");
	lua_pushcclosure(L, own_name, 1);
	lua_setfield(L, -2, "__tostring");
	lua_pushcfunction(L, pairs_of_params);
	lua_setfield(L, -2, "__pairs");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
}
