/* A frame: named columns of one length. Every name after the dot is a column's, so a frame has no methods. */
#include "host/lua_face.h"

#include <stdio.h>
#include <string.h>

static const char frame_kind[] = "datajam.frame";

typedef struct frame { /* user value 1: the columns that were read before, by name */
	dj_data *data;
} frame;

const dj_data *dj_lua_to_frame(lua_State *L, int at)
{
	const frame *f = luaL_testudata(L, at, frame_kind);

	return f ? f->data : NULL;
}

const dj_data *dj_lua_check_frame(lua_State *L, const char *call, int at, const char *what)
{
	const dj_data *data = dj_lua_to_frame(L, at);

	if (!data)
		dj_lua_raise(L, call, "%s is %s (give a frame: of jam:columns, or jam.frame { name = list })", what,
		             dj_lua_kind(L, at));
	return data;
}

const dj_data_column *dj_lua_frame_column(lua_State *L, const char *call, const dj_data *data,
                                          const char *name)
{
	const dj_data_column *c = dj_data_find(data, name);

	if (c)
		return c;
	dj_arena    *scratch = dj_lua_fresh(dj_lua_of(L));
	const char **names = dj_arena_alloc(scratch, data->n_columns + 1, sizeof *names);
	for (size_t i = 0; i < data->n_columns; i++)
		names[i] = data->column[i].name;
	dj_lua_unknown(L, call, "the frame has no column", name, names, data->n_columns);
}

static int read(lua_State *L)
{
	const frame *f = lua_touserdata(L, 1);

	if (lua_type(L, 2) != LUA_TSTRING)
		dj_lua_raise(L, "frame", "a frame is read by column: f.name[i], not by %s", dj_lua_kind(L, 2));
	lua_getiuservalue(L, 1, 1);
	lua_pushvalue(L, 2);
	if (lua_rawget(L, 3) != LUA_TNIL)
		return 1;
	dj_lua_push_column(L, dj_lua_frame_column(L, "frame", f->data, lua_tostring(L, 2)), 0, f->data->rows);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -2);
	lua_rawset(L, 3);
	return 1;
}

/*
 * Adds or replaces a column. The engine may hold the frame as it was (a temporary table, a layer), so the new column goes
 * into a new frame that shares the arrays of the old.
 */
static int write(lua_State *L)
{
	frame   *f = lua_touserdata(L, 1);
	dj_host *h = dj_lua_of(L)->h;
	char     what[80];
	size_t   n;
	dj_err   err;

	const char *name = dj_lua_text(L, "frame", 2, "the column's name");
	snprintf(what, sizeof what, "column %.60s", name);
	if (lua_isnil(L, 3))
		dj_lua_raise(L, "frame", "column %.60s: a column can not be taken away (SELECT fewer)", name);
	dj_data_column c = dj_lua_read_column(&n, L, "frame", 3, what);
	if (n != f->data->rows)
		dj_lua_raise(L, "frame", "column %.60s is %zu long, the frame %zu", name, n, f->data->rows);

	c.name = name;
	dj_data *next = dj_host_frame(h, f->data->rows);
	for (size_t i = 0; i < f->data->n_columns; i++)
		if (dj_host_frame_set(h, next, &f->data->column[i], &err) < 0)
			dj_lua_raise_err(L, "frame", &err);
	if (dj_host_frame_set(h, next, &c, &err) < 0)
		dj_lua_raise_err(L, "frame", &err);
	f->data = next;
	lua_newtable(L);
	lua_setiuservalue(L, 1, 1);
	return 0;
}

static int length(lua_State *L)
{
	const frame *f = lua_touserdata(L, 1);

	lua_pushinteger(L, (lua_Integer)f->data->rows);
	return 1;
}

static int refuse_pairs(lua_State *L)
{
	dj_lua_raise(L, "pairs", "it is given a frame (write for i = 1, #f do ... f.name[i] ... end)");
}

static int as_text(lua_State *L)
{
	const frame *f = lua_touserdata(L, 1);

	luaL_checkstack(L, 4, NULL);
	lua_pushfstring(L, "frame of %I rows:", (LUAI_UACINT)f->data->rows);
	for (size_t i = 0; i < f->data->n_columns; i++) {
		lua_pushfstring(L, "%s %s", i ? "," : "", f->data->column[i].name);
		lua_concat(L, 2);
	}
	return 1;
}

void dj_lua_push_frame(lua_State *L, dj_data *data)
{
	static const luaL_Reg meta[] = {{"__index", read},         {"__newindex", write},   {"__len", length},
	                                {"__pairs", refuse_pairs}, {"__tostring", as_text}, {NULL, NULL}};
	frame                *f = lua_newuserdatauv(L, sizeof *f, 1);

	f->data = data;
	lua_newtable(L);
	lua_setiuservalue(L, -2, 1);
	if (luaL_newmetatable(L, frame_kind)) {
		luaL_setfuncs(L, meta, 0);
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
		lua_pushliteral(L, "frame");
		lua_setfield(L, -2, "__name");
	}
	lua_setmetatable(L, -2);
}

int dj_lua_frame(lua_State *L, const char *call)
{
	dj_lua      *f = dj_lua_of(L);
	dj_data     *data = NULL;
	const char **name;
	char         what[80];
	dj_err       err;

	dj_lua_fresh(f);
	size_t n = dj_lua_names(&name, L, call, 1, "the frame");
	if (n == 0)
		dj_lua_raise(L, call, "the table is empty (give { name = list })");
	for (size_t i = 0; i < n; i++) {
		size_t rows;

		snprintf(what, sizeof what, "column %.60s", name[i]);
		dj_lua_field(L, 1, name[i]);
		dj_data_column c = dj_lua_read_column(&rows, L, call, -1, what);
		lua_pop(L, 1);
		if (!data)
			data = dj_host_frame(f->h, rows);
		if (rows != data->rows)
			dj_lua_raise(L, call, "column %.60s is %zu long, column %.60s %zu (a frame has one length)",
			             name[i], rows, name[0], data->rows);
		c.name = name[i];
		if (dj_host_frame_set(f->h, data, &c, &err) < 0)
			dj_lua_raise_err(L, call, &err);
	}
	dj_lua_push_frame(L, data);
	return 1;
}
