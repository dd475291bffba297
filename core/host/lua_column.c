/* A column: typed, read-only, a window on arrays in the run's arena. Cells count from 1 in Lua, from 0 here. */
#include "host/lua_face.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char column_kind[] = "datajam.column";

const dj_lua_column *dj_lua_to_column(lua_State *L, int at)
{
	return luaL_testudata(L, at, column_kind);
}

void dj_lua_push_cell(lua_State *L, const dj_data_column *c, size_t i)
{
	if (dj_data_is_null(c, i))
		lua_pushnil(L);
	else if (c->type == DJ_DATA_INTEGER)
		lua_pushinteger(L, c->integer[i]);
	else if (c->type == DJ_DATA_REAL)
		lua_pushnumber(L, c->real[i]);
	else if (c->type == DJ_DATA_TEXT)
		lua_pushstring(L, c->text[i]);
	else
		dj_lua_push_list(L, &c->list[i]);
}

/* ---- What Lua does with it ---- */

static const dj_lua_column *self(lua_State *L, const char *method)
{
	const dj_lua_column *c = dj_lua_to_column(L, 1);

	if (!c)
		dj_lua_raise(L, "column", "a dot where a colon belongs (write column:%s(...))", method);
	return c;
}

static int length(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)self(L, "length")->n);
	return 1;
}

static int slice(lua_State *L)
{
	const dj_lua_column *c = self(L, "slice");
	int64_t              i = dj_lua_integer(L, "column:slice", 2, "the first cell");
	int64_t              j = dj_lua_integer(L, "column:slice", 3, "the last cell");

	if (i < 1 || j > (int64_t)c->n || j < i - 1)
		dj_lua_raise(L, "column:slice", "%lld to %lld does not lie in 1 to %zu (columns count from 1)",
		             (long long)i, (long long)j, c->n);
	dj_lua_push_column(L, &c->c, c->first + (size_t)(i - 1), (size_t)(j - i + 1));
	return 1;
}

/* Copies cell `from` of a to cell `to` of b, which has arrays of its own. */
static void copy_cell(dj_data_column *b, size_t to, const dj_data_column *a, size_t from)
{
	if (dj_data_is_null(a, from))
		b->null[to / 8] = (uint8_t)(b->null[to / 8] | 1u << to % 8);
	else if (a->type == DJ_DATA_INTEGER)
		b->integer[to] = a->integer[from];
	else if (a->type == DJ_DATA_REAL)
		b->real[to] = a->real[from];
	else if (a->type == DJ_DATA_TEXT)
		b->text[to] = a->text[from];
	else
		b->list[to] = a->list[from];
}

static dj_data_column new_column(dj_arena *a, dj_data_type type, size_t n, bool nulls)
{
	dj_data_column c = {.type = type};
	size_t         room = n ? n : 1;

	if (nulls)
		c.null = dj_arena_alloc(a, (room + 7) / 8, 1);
	if (type == DJ_DATA_INTEGER)
		c.integer = dj_arena_alloc(a, room, sizeof *c.integer);
	else if (type == DJ_DATA_REAL)
		c.real = dj_arena_alloc(a, room, sizeof *c.real);
	else if (type == DJ_DATA_TEXT)
		c.text = dj_arena_alloc(a, room, sizeof *c.text);
	else
		c.list = dj_arena_alloc(a, room, sizeof *c.list);
	return c;
}

static int take(lua_State *L)
{
	static const char    call[] = "column:take";
	const dj_lua_column *c = self(L, "take"), *by = dj_lua_to_column(L, 2);

	if (!by || by->c.type != DJ_DATA_INTEGER)
		dj_lua_raise(L, call, "it is given %s (give a column of integers: which cells to take)",
		             by ? "a column of another type" : dj_lua_kind(L, 2));
	dj_data_column out = new_column(dj_host_arena(dj_lua_of(L)->h), c->c.type, by->n, c->c.null != NULL);
	for (size_t i = 0; i < by->n; i++) {
		int64_t at = by->c.integer[by->first + i];
		if (dj_data_is_null(&by->c, by->first + i))
			dj_lua_raise(L, call, "row %zu of the indices is NULL", i + 1);
		if (at < 1 || at > (int64_t)c->n)
			dj_lua_raise(L, call, "row %zu of the indices is %lld, and the column has 1 to %zu", i + 1,
			             (long long)at, c->n);
		copy_cell(&out, i, &c->c, c->first + (size_t)(at - 1));
	}
	dj_lua_push_column(L, &out, 0, by->n);
	return 1;
}

static int list(lua_State *L)
{
	const dj_lua_column *c = self(L, "list");

	lua_createtable(L, (int)c->n, 0);
	for (size_t i = 0; i < c->n; i++) {
		dj_lua_push_cell(L, &c->c, c->first + i);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int type(lua_State *L)
{
	lua_pushstring(L, dj_data_type_name(self(L, "type")->c.type));
	return 1;
}

/* Upvalue 1: the methods. */
static int read(lua_State *L)
{
	static const char *const methods[] = {"list", "slice", "take", "type"};
	const dj_lua_column     *c = lua_touserdata(L, 1);

	if (lua_isinteger(L, 2)) {
		lua_Integer i = lua_tointeger(L, 2);
		if (i < 1 || i > (lua_Integer)c->n + 1)
			dj_lua_raise(L, "column", "cell %lld of %zu (columns count from 1)", (long long)i, c->n);
		if (i > (lua_Integer)c->n)
			lua_pushnil(L);
		else
			dj_lua_push_cell(L, &c->c, c->first + (size_t)(i - 1));
		return 1;
	}
	if (lua_type(L, 2) != LUA_TSTRING)
		dj_lua_raise(L, "column", "the index is %s (columns count from 1)", dj_lua_kind(L, 2));
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
		dj_lua_unknown(L, "column", "unknown method", lua_tostring(L, 2), methods, 4);
	return 1;
}

static int refuse_write(lua_State *L)
{
	dj_lua_raise(L, "column", "it is read-only (local t = column:list(), then f.name = t)");
}

static int refuse_pairs(lua_State *L)
{
	dj_lua_raise(L, "pairs", "it is given a column (write for i = 1, #c do ... c[i] ... end)");
}

static int as_text(lua_State *L)
{
	const dj_lua_column *c = lua_touserdata(L, 1);

	lua_pushfstring(L, "column of %I %s", (LUAI_UACINT)c->n, dj_data_type_name(c->c.type));
	return 1;
}

void dj_lua_push_column(lua_State *L, const dj_data_column *c, size_t first, size_t n)
{
	static const luaL_Reg methods[] = {
	    {"slice", slice}, {"take", take}, {"list", list}, {"type", type}, {NULL, NULL}};
	static const luaL_Reg meta[] = {{"__len", length},
	                                {"__newindex", refuse_write},
	                                {"__pairs", refuse_pairs},
	                                {"__tostring", as_text},
	                                {NULL, NULL}};
	dj_lua_column        *out = lua_newuserdatauv(L, sizeof *out, 0);

	*out = (dj_lua_column){*c, first, n};
	if (luaL_newmetatable(L, column_kind)) {
		luaL_setfuncs(L, meta, 0);
		luaL_newlib(L, methods);
		lua_pushcclosure(L, read, 1);
		lua_setfield(L, -2, "__index");
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
		lua_pushliteral(L, "column"); /* for Lua's own: "attempt to add a 'column' with a 'number'" */
		lua_setfield(L, -2, "__name");
	}
	lua_setmetatable(L, -2);
}

/* ---- From a list ---- */

/* What a cell may be: 1 integer or boolean, 2 real, 3 text, 0 NULL. */
static dj_data_type type_of_item(lua_State *L, const char *call, const char *what, size_t i)
{
	switch (lua_type(L, -1)) {
	case LUA_TBOOLEAN: return DJ_DATA_INTEGER;
	case LUA_TNUMBER: return lua_isinteger(L, -1) ? DJ_DATA_INTEGER : DJ_DATA_REAL;
	case LUA_TSTRING: return DJ_DATA_TEXT;
	default: break;
	}
	if (!dj_lua_is_null(L, -1))
		dj_lua_raise(L, call,
		             "%s, row %zu is %s (a column holds numbers, text or booleans; jam.null is NULL)", what,
		             i, dj_lua_kind(L, -1));
	return 0;
}

static dj_data_type type_of_list(bool *nulls, lua_State *L, const char *call, int at, const char *what,
                                 size_t n)
{
	dj_data_type type = 0;
	bool         boolean = false;

	*nulls = false;
	for (size_t i = 1; i <= n; i++) {
		lua_rawgeti(L, at, (lua_Integer)i);
		dj_data_type t = type_of_item(L, call, what, i);
		bool         is_boolean = lua_isboolean(L, -1);

		lua_pop(L, 1);
		*nulls = *nulls || t == 0;
		if (t == 0)
			continue;
		if (type && ((type == DJ_DATA_TEXT) != (t == DJ_DATA_TEXT) || boolean != is_boolean))
			dj_lua_raise(L, call, "%s, row %zu is %s, and the rows before it are not (one type a column)",
			             what, i,
			             t == DJ_DATA_TEXT ? "text"
			             : is_boolean      ? "a boolean"
			                               : "a number");
		boolean = is_boolean;
		type = type == DJ_DATA_REAL ? type : t; /* integers and reals together are reals */
	}
	return type ? type : DJ_DATA_INTEGER;
}

static void read_item(lua_State *L, dj_data_column *c, size_t i, const char *call, const char *what)
{
	if (dj_lua_is_null(L, -1))
		c->null[i / 8] = (uint8_t)(c->null[i / 8] | 1u << i % 8);
	else if (c->type == DJ_DATA_INTEGER)
		c->integer[i] = lua_isboolean(L, -1) ? lua_toboolean(L, -1) : lua_tointeger(L, -1);
	else if (c->type == DJ_DATA_REAL)
		c->real[i] = lua_tonumber(L, -1);
	else
		c->text[i] = dj_host_text(dj_lua_of(L)->h, dj_lua_text(L, call, -1, what), lua_rawlen(L, -1));
	if (c->type == DJ_DATA_REAL && !isfinite(c->real[i]))
		dj_lua_raise(L, call, "%s, row %zu is not a finite number (jam.null is NULL)", what, i + 1);
}

/* The window of a column as rows from 0; arrays are shared, the bits of NULLs are moved. */
static dj_data_column window(dj_arena *a, const dj_lua_column *from)
{
	dj_data_column c = from->c;

	if (c.integer)
		c.integer += from->first;
	if (c.real)
		c.real += from->first;
	if (c.text)
		c.text += from->first;
	if (c.list)
		c.list += from->first;
	if (c.null && from->first > 0) {
		c.null = dj_arena_alloc(a, from->n / 8 + 1, 1);
		for (size_t i = 0; i < from->n; i++)
			if (dj_data_is_null(&from->c, from->first + i))
				c.null[i / 8] = (uint8_t)(c.null[i / 8] | 1u << i % 8);
	}
	return c;
}

dj_data_column dj_lua_read_column(size_t *n, lua_State *L, const char *call, int at, const char *what)
{
	const dj_lua_column *column = dj_lua_to_column(L, at);
	dj_arena            *a = dj_host_arena(dj_lua_of(L)->h);
	bool                 nulls;

	if (column) {
		*n = column->n;
		return window(a, column);
	}
	if (!lua_istable(L, at))
		dj_lua_raise(L, call, "%s is %s (give a column or a list)", what, dj_lua_kind(L, at));
	at = lua_absindex(L, at);
	*n = dj_lua_list(L, call, at, what);
	dj_data_type   type = type_of_list(&nulls, L, call, at, what, *n);
	dj_data_column c = new_column(a, type, *n, nulls);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(L, at, (lua_Integer)i + 1);
		read_item(L, &c, i, call, what);
		lua_pop(L, 1);
	}
	return c;
}
