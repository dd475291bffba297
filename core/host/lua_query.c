/* Reading: jam:rows, each, columns, row and value. A query is a userdata, so that Lua closes it whatever happens. */
#include "host/lua_face.h"

#include "base/text.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const char query_kind[] = "datajam.query";

typedef struct query {
	dj_host_query *q;
	sqlite3_stmt  *statement;
	const char    *call;
	int            columns;
} query;

static int close_query(lua_State *L)
{
	query *q = lua_touserdata(L, 1);

	dj_host_query_close(q->q);
	q->q = NULL;
	return 0;
}

/* ---- Binding ---- */

static dj_cell_value read_value(lua_State *L, const char *call, int at, const char *what)
{
	dj_cell_value v = {0};

	switch (lua_type(L, at)) {
	case LUA_TNIL: return v;
	case LUA_TBOOLEAN:
		v.type = DJ_VALUE_INTEGER;
		v.integer = lua_toboolean(L, at);
		return v;
	case LUA_TNUMBER:
		v.type = lua_isinteger(L, at) ? DJ_VALUE_INTEGER : DJ_VALUE_REAL;
		if (v.type == DJ_VALUE_INTEGER)
			v.integer = lua_tointeger(L, at);
		else
			v.real = dj_lua_number(L, call, at, what);
		return v;
	case LUA_TSTRING:
		v.type = DJ_VALUE_TEXT;
		v.text = lua_tolstring(L, at, &v.n);
		return v;
	default: break;
	}
	if (dj_lua_is_null(L, at))
		return v;
	if (lua_istable(L, at) || dj_lua_to_column(L, at) || dj_lua_to_frame(L, at))
		dj_lua_raise(
		    L, call,
		    "%s is %s, which is not bound (make it a table: jam:table(\"name\", jam.frame { ... }), then JOIN it)",
		    what, dj_lua_kind(L, at));
	dj_lua_raise(L, call, "%s is %s (bind nil, a boolean, a number or text)", what, dj_lua_kind(L, at));
}

static void bind_by_place(lua_State *L, query *q, int first, int given, size_t places)
{
	char   what[48];
	dj_err err;

	if ((size_t)given != places)
		dj_lua_raise(L, q->call, "the SQL has %zu ?, and %d value%s given (one each)", places, given,
		             given == 1 ? " is" : "s are");
	for (int i = 0; i < given; i++) {
		snprintf(what, sizeof what, "value %d", i + 1);
		dj_cell_value v = read_value(L, q->call, first + i, what);
		if (dj_host_query_bind(q->q, (size_t)i, &v, &err) < 0)
			dj_lua_raise_err(L, q->call, &err);
	}
}

static void bind_by_name(lua_State *L, query *q, int at, size_t places)
{
	dj_lua      *f = dj_lua_of(L);
	const char **place = dj_arena_alloc(dj_lua_fresh(f), places + 1, sizeof *place), **name;
	size_t       n = dj_lua_names(&name, L, q->call, at, "the table of values");
	char         what[80];
	dj_err       err;

	for (size_t i = 0; i < places; i++)
		place[i] = dj_host_query_place(q->q, i);
	for (size_t i = 0; i < n; i++) {
		bool there = false;
		for (size_t k = 0; k < places && !there; k++)
			there = strcmp(place[k], name[i]) == 0;
		if (!there)
			dj_lua_unknown(L, q->call, "no place in the SQL for the value", name[i], place, places);

		snprintf(what, sizeof what, ":%.60s", name[i]);
		dj_lua_field(L, at, name[i]);
		dj_cell_value v = read_value(L, q->call, -1, what);
		if (dj_host_query_bind_name(q->q, name[i], &v, &err) < 0)
			dj_lua_raise_err(L, q->call, &err);
		lua_pop(L, 1);
	}
}

/* Binds arguments first..last of the call. */
static void bind(lua_State *L, query *q, int first, int last)
{
	bool   positional;
	size_t places = dj_host_query_places(q->q, &positional);
	int    given = last - first + 1;

	if (positional)
		bind_by_place(L, q, first, given, places);
	else if (given == 1 && lua_istable(L, first))
		bind_by_name(L, q, first, places);
	else if (given > 0 && places > 0)
		dj_lua_raise(L, q->call, "the SQL binds by name: give one table, { %s = ... }",
		             dj_host_query_place(q->q, 0));
	else if (given > 0)
		dj_lua_raise(L, q->call, "%d value%s given, and the SQL has no ? and no :name", given,
		             given == 1 ? " is" : "s are");
}

/* Opens the SQL that is argument 1, binds 2..last, and pushes the query. */
static query *open_query(lua_State *L, const char *call, int last, bool by_place)
{
	dj_err err;
	size_t n;

	if (lua_type(L, 1) != LUA_TSTRING)
		dj_lua_raise(L, call, "the SQL is %s (give it as text first: %s(\"SELECT ...\"))", dj_lua_kind(L, 1),
		             call);
	const char *sql = lua_tolstring(L, 1, &n);
	luaL_checkstack(L, 20, NULL);

	query *q = lua_newuserdatauv(L, sizeof *q, 0);
	*q = (query){.call = call};
	if (luaL_newmetatable(L, query_kind)) {
		lua_pushcfunction(L, close_query);
		lua_setfield(L, -2, "__gc");
		lua_pushcfunction(L, close_query);
		lua_setfield(L, -2, "__close");
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
	if (dj_host_query_open(&q->q, dj_lua_of(L)->h, sql, n, by_place, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	bind(L, q, 2, last);
	q->statement = dj_host_query_stmt(q->q);
	q->columns = (int)dj_host_query_columns(q->q);
	return q;
}

/* ---- Rows ---- */

static bool step(lua_State *L, query *q)
{
	dj_err err;

	if (!q->q)
		return false;
	int rc = dj_host_query_step(q->q, &err);
	if (rc < 0)
		dj_lua_raise_err(L, q->call, &err);
	if (rc == 0) {
		dj_host_query_close(q->q);
		q->q = NULL;
	}
	return rc > 0;
}

static void push_blob(lua_State *L, query *q, int i)
{
	dj_cell_value v;
	dj_data_list  list;
	dj_err        err;

	if (dj_host_query_value(&v, q->q, (size_t)i, &err) < 0)
		dj_lua_raise_err(L, q->call, &err);
	dj_arena *scratch = dj_lua_fresh(dj_lua_of(L));
	if (dj_list_read(&list, v.text, v.n, scratch, &err) < 0)
		dj_lua_raise_err(L, q->call, &err);
	dj_lua_push_list(L, &list);
}

static void push_text(lua_State *L, query *q, int i)
{
	const char   *text = (const char *)sqlite3_column_text(q->statement, i);
	size_t        n = (size_t)sqlite3_column_bytes(q->statement, i);
	dj_cell_value v;
	dj_err        err;

	if (dj_utf8_valid(text, n) != n && dj_host_query_value(&v, q->q, (size_t)i, &err) < 0)
		dj_lua_raise_err(L, q->call, &err);
	lua_pushlstring(L, text, n);
}

/* The value of column i; reads the statement itself, since a row is read a million times. */
static void push_value(lua_State *L, query *q, int i)
{
	switch (sqlite3_column_type(q->statement, i)) {
	case SQLITE_INTEGER: lua_pushinteger(L, sqlite3_column_int64(q->statement, i)); break;
	case SQLITE_FLOAT: lua_pushnumber(L, sqlite3_column_double(q->statement, i)); break;
	case SQLITE_TEXT: push_text(L, q, i); break;
	case SQLITE_BLOB: push_blob(L, q, i); break;
	default: lua_pushnil(L);
	}
}

/* Pushes the table of names that rows and their metatable share: item i, and name = true. */
static void push_names(lua_State *L, const query *q)
{
	lua_createtable(L, q->columns, q->columns);
	for (int i = 0; i < q->columns; i++) {
		lua_pushstring(L, dj_host_query_column(q->q, (size_t)i));
		lua_pushvalue(L, -1);
		lua_rawseti(L, -3, i + 1);
		lua_pushboolean(L, 1);
		lua_rawset(L, -3);
	}
}

/* Pushes the present row; names and metatable are at those places of the stack. */
static void push_row(lua_State *L, query *q, int names, int meta)
{
	lua_createtable(L, 0, q->columns);
	for (int i = 0; i < q->columns; i++) {
		lua_rawgeti(L, names, i + 1);
		push_value(L, q, i);
		lua_rawset(L, -3);
	}
	lua_pushvalue(L, meta);
	lua_setmetatable(L, -2);
}

static int give_nil(lua_State *L)
{
	lua_pushnil(L);
	return 1;
}

/* Upvalues: query, names, metatable. */
static int next_row(lua_State *L)
{
	query *q = lua_touserdata(L, lua_upvalueindex(1));

	if (!step(L, q))
		return give_nil(L);
	push_row(L, q, lua_upvalueindex(2), lua_upvalueindex(3));
	return 1;
}

/* The four values of a generic for: the last is closed when the loop is left, however it is left. */
static int give_iterator(lua_State *L, int place, lua_CFunction next, int upvalues)
{
	lua_pushcclosure(L, next, upvalues);
	lua_pushnil(L);
	lua_pushnil(L);
	lua_pushvalue(L, place);
	return 4;
}

int dj_lua_rows(lua_State *L, const char *call)
{
	query *q = open_query(L, call, lua_gettop(L), false);
	int    place = lua_gettop(L);

	lua_pushvalue(L, place);
	push_names(L, q);
	dj_lua_push_row_meta(L, -1);
	return give_iterator(L, place, next_row, 3);
}

int dj_lua_row(lua_State *L, const char *call)
{
	query *q = open_query(L, call, lua_gettop(L), false);
	int    place = lua_gettop(L);

	lua_toclose(L, place);
	push_names(L, q);
	dj_lua_push_row_meta(L, -1);
	if (!step(L, q))
		return give_nil(L);
	push_row(L, q, place + 1, place + 2);
	if (step(L, q))
		dj_lua_raise(L, call, "more than one row (add LIMIT 1, or read them with jam:rows)");
	return 1;
}

int dj_lua_value(lua_State *L, const char *call)
{
	query *q = open_query(L, call, lua_gettop(L), true);

	lua_toclose(L, lua_gettop(L));
	if (!step(L, q))
		return give_nil(L);
	push_value(L, q, 0);
	if (step(L, q))
		dj_lua_raise(L, call, "more than one row (add LIMIT 1, or read them with jam:each)");
	return 1;
}

int dj_lua_columns(lua_State *L, const char *call)
{
	query   *q = open_query(L, call, lua_gettop(L), false);
	dj_data *data;
	dj_err   err;

	lua_toclose(L, lua_gettop(L));
	if (dj_host_columns(&data, q->q, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	dj_lua_push_frame(L, data);
	return 1;
}

/* ---- jam:each ---- */

static int next_values(lua_State *L)
{
	query *q = lua_touserdata(L, lua_upvalueindex(1));

	if (!step(L, q))
		return give_nil(L);
	luaL_checkstack(L, q->columns + 4, NULL);
	for (int i = 0; i < q->columns; i++)
		push_value(L, q, i);
	if (lua_isnil(L, -q->columns))
		dj_lua_raise(
		    L, q->call,
		    "NULL in the first column, which would end the loop (put another column first, or use coalesce)");
	return q->columns;
}

/* The function is the last argument, at `f`; the query is above it. */
static int each_row_calls(lua_State *L, query *q, int f)
{
	enum { MOST = 127 };

	lua_toclose(L, lua_gettop(L));
	if (q->columns > MOST)
		dj_lua_raise(L, q->call, "%d columns (a function takes at most %d; use jam:rows)", q->columns, MOST);
	luaL_checkstack(L, MOST + 8, NULL);
	while (step(L, q)) {
		lua_pushvalue(L, f);
		for (int i = 0; i < q->columns; i++)
			push_value(L, q, i);
		lua_call(L, q->columns, 1);
		if (!lua_isnil(L, -1)) {
			if (lua_type(L, -1) != LUA_TSTRING || strcmp(lua_tostring(L, -1), "stop") != 0)
				dj_lua_raise(L, q->call, "the function gave %s (return nothing to go on, \"stop\" to end)",
				             dj_lua_kind(L, -1));
			return 0;
		}
		lua_pop(L, 1);
	}
	return 0;
}

int dj_lua_each(lua_State *L, const char *call)
{
	int  last = lua_gettop(L);
	bool calls = last > 1 && lua_isfunction(L, last);

	query *q = open_query(L, call, calls ? last - 1 : last, true);
	if (calls)
		return each_row_calls(L, q, last);
	lua_pushvalue(L, -1);
	return give_iterator(L, lua_gettop(L) - 1, next_values, 1);
}
