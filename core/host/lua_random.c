/* Streams of random numbers: jam:random("name"), and math.random, which draws from the stream "math". */
#include "host/lua_face.h"

#include <string.h>

static const char stream_kind[] = "datajam.stream";

/* The stream that a method was called on. */
static dj_random_state *stream_of(lua_State *L, const char *method)
{
	dj_random_state **s = luaL_testudata(L, 1, stream_kind);

	if (!s)
		dj_lua_raise(L, "stream", "a dot where a colon belongs (write stream:%s(...))", method);
	return *s;
}

static int integer(lua_State *L)
{
	static const char call[] = "stream:integer";
	dj_random_state  *s = stream_of(L, "integer");
	int64_t           low = dj_lua_integer(L, call, 2, "the lower end"),
	        high = dj_lua_integer(L, call, 3, "the upper end");

	if (low > high)
		dj_lua_raise(L, call, "nothing lies from %lld to %lld (the lower end comes first)", (long long)low,
		             (long long)high);
	lua_pushinteger(L, dj_random_between(s, low, high));
	return 1;
}

static int real(lua_State *L)
{
	lua_pushnumber(L, dj_random_unit(stream_of(L, "real")));
	return 1;
}

static int pick(lua_State *L)
{
	dj_random_state *s = stream_of(L, "pick");
	size_t           n = dj_lua_list(L, "stream:pick", 2, "the list");

	if (n == 0)
		dj_lua_raise(L, "stream:pick", "the list is empty");
	lua_rawgeti(L, 2, dj_random_between(s, 1, (int64_t)n));
	return 1;
}

/* Fisher and Yates, on a copy. */
static int shuffle(lua_State *L)
{
	dj_random_state *s = stream_of(L, "shuffle");
	lua_Integer      n = (lua_Integer)dj_lua_list(L, "stream:shuffle", 2, "the list");

	lua_createtable(L, (int)n, 0);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, 2, i);
		lua_rawseti(L, -2, i);
	}
	for (lua_Integer i = n; i > 1; i--) {
		lua_Integer j = dj_random_between(s, 1, i);
		lua_rawgeti(L, -1, i);
		lua_rawgeti(L, -2, j);
		lua_rawseti(L, -3, i);
		lua_rawseti(L, -2, j);
	}
	return 1;
}

static int no_such_method(lua_State *L)
{
	static const char *const methods[] = {"integer", "pick", "real", "shuffle"};
	const char              *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : dj_lua_kind(L, 2);

	dj_lua_unknown(L, "stream", "unknown method", name, methods, 4);
}

static dj_random_state *stream(lua_State *L, const char *call, const char *name)
{
	dj_random_state *s;
	dj_err           err;

	if (dj_host_random(&s, dj_lua_of(L)->h, name, &err) < 0)
		dj_lua_raise_err(L, call, &err);
	return s;
}

int dj_lua_random(lua_State *L, const char *call)
{
	static const luaL_Reg methods[] = {
	    {"integer", integer}, {"real", real}, {"pick", pick}, {"shuffle", shuffle}, {NULL, NULL}};
	dj_random_state  *s = stream(L, call, dj_lua_text(L, call, 1, "the stream's name"));
	dj_random_state **at = lua_newuserdatauv(L, sizeof *at, 0);

	*at = s;
	if (luaL_newmetatable(L, stream_kind)) {
		luaL_newlib(L, methods);
		lua_createtable(L, 0, 1);
		lua_pushcfunction(L, no_such_method);
		lua_setfield(L, -2, "__index");
		lua_setmetatable(L, -2);
		lua_setfield(L, -2, "__index");
		lua_pushboolean(L, 0);
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
	return 1;
}

/* As Lua 5.4's: (), (n), (low, high), and (0) for all bits. */
int dj_lua_math_random(lua_State *L)
{
	static const char call[] = "math.random";
	dj_random_state  *s = stream(L, call, "math");
	int               n = lua_gettop(L);

	if (n == 0) {
		lua_pushnumber(L, dj_random_unit(s));
		return 1;
	}
	if (n > 2)
		dj_lua_raise(L, call, "it takes no, one or two numbers");
	int64_t low = n == 2 ? dj_lua_integer(L, call, 1, "the lower end") : 1;
	int64_t high = dj_lua_integer(L, call, n, "the upper end");
	if (n == 1 && high == 0)
		low = INT64_MIN, high = INT64_MAX;
	if (low > high)
		dj_lua_raise(L, call, "nothing lies from %lld to %lld", (long long)low, (long long)high);
	lua_pushinteger(L, dj_random_between(s, low, high));
	return 1;
}
