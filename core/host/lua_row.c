/* A row table: reads by column name, NULL is nil, any other name is an error, pairs goes in column order. */
#include "host/lua_face.h"

/* Upvalue 1 of all of these: the table of names, item i the i-th column's, and name = true. */

static void refuse_name(lua_State *L, const char *call)
{
	dj_lua *f = dj_lua_of(L);

	if (lua_type(L, 2) != LUA_TSTRING)
		dj_lua_raise(L, call, "a row is read by name, not by %s (r.amount)", dj_lua_kind(L, 2));

	size_t       n = lua_rawlen(L, lua_upvalueindex(1));
	const char **name = dj_arena_alloc(dj_lua_fresh(f), n + 1, sizeof *name);
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(L, lua_upvalueindex(1), (lua_Integer)i + 1);
		name[i] = lua_tostring(L, -1);
		lua_pop(L, 1);
	}
	dj_lua_unknown(L, call, "the row has no column", lua_tostring(L, 2), name, n);
}

/* Reached for what the row does not hold: a column that is NULL, or no column at all. */
static int read_missing(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_type(L, 2) != LUA_TSTRING || lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
		refuse_name(L, "row");
	lua_pushnil(L);
	return 1;
}

static int write_missing(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_type(L, 2) != LUA_TSTRING || lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
		dj_lua_raise(L, "row", "a row takes no new fields (copy what you need into a table of your own)");
	lua_settop(L, 3);
	lua_rawset(L, 1);
	return 0;
}

/* Upvalue 2: the place of the column given last. */
static int next_column(lua_State *L)
{
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(2)),
	            n = (lua_Integer)lua_rawlen(L, lua_upvalueindex(1));

	while (++at <= n) {
		lua_rawgeti(L, lua_upvalueindex(1), at);
		lua_pushvalue(L, -1);
		if (lua_rawget(L, 1) != LUA_TNIL) {
			lua_pushinteger(L, at);
			lua_replace(L, lua_upvalueindex(2));
			return 2;
		}
		lua_pop(L, 2);
	}
	return 0;
}

static int pairs_of_row(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_column, 2);
	lua_pushvalue(L, 1);
	return 2;
}

void dj_lua_push_row_meta(lua_State *L, int names)
{
	static const luaL_Reg meta[] = {
	    {"__index", read_missing}, {"__newindex", write_missing}, {"__pairs", pairs_of_row}, {NULL, NULL}};

	names = lua_absindex(L, names);
	lua_createtable(L, 0, 4);
	lua_pushvalue(L, names);
	luaL_setfuncs(L, meta, 1);
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
}

void dj_lua_push_list(lua_State *L, const dj_data_list *list)
{
	lua_createtable(L, (int)list->n, 0);
	for (size_t i = 0; i < list->n; i++) {
		if (list->type == DJ_DATA_TEXT)
			lua_pushstring(L, list->text[i]);
		else if (list->type == DJ_DATA_REAL)
			lua_pushnumber(L, list->real[i]);
		else
			lua_pushinteger(L, list->integer[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}
