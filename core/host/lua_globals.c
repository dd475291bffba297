/* What Lua there is: the libraries without what would show the machine, and globals that must be there to be read. */
#include "host/lua_face.h"

#include "base/text.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *why;
} gone[] = {
    {"io", "a plugin reads by SQL (jam:rows, jam:columns) and speaks by jam:log"},
    {"os", "a run has no clock and no machine: jam:now() is its time"},
    {"debug", "it shows addresses; error(x) gives line and traceback"},
    {"package", "a plugin is one file: put the code into it"},
    {"require", "a plugin is one file: put the code into it"},
    {"load", "code comes from the plugin's file only: write a function"},
    {"loadstring", "code comes from the plugin's file only: write a function"},
    {"loadfile", "a plugin is one file: put the code into it"},
    {"dofile", "a plugin is one file: put the code into it"},
    {"collectgarbage", "its figures differ from run to run; memory is limited by the run"},
    {"warn", "use jam:log"},
    {"_G", "globals can not be made: use locals"},
    {"_VERSION", "it is Lua 5.4"},
    {"unpack", "it is table.unpack"},
    {"jam", "it is given to run: run = function(jam, p)"},
};

static const char *why_gone(const char *name)
{
	for (size_t i = 0; i < DJ_COUNT(gone); i++)
		if (strcmp(gone[i].name, name) == 0)
			return gone[i].why;
	return NULL;
}

static int read_global(lua_State *L)
{
	static const char *const there[] = {
	    "assert",   "error",    "ipairs",    "next",   "pairs",  "pcall",        "xpcall",       "print",
	    "select",   "rawequal", "rawget",    "rawlen", "rawset", "setmetatable", "getmetatable", "tonumber",
	    "tostring", "type",     "coroutine", "math",   "string", "table",        "utf8"};
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "a global";
	const char *why = why_gone(name);
	const char *near = dj_text_nearest(name, there, DJ_COUNT(there));

	if (why)
		dj_lua_raise(L, name, "not in a plugin: %s", why);
	if (near)
		dj_lua_raise(L, name, "is not defined (did you mean %s? if it is yours: write local %.60s)", near,
		             name);
	dj_lua_raise(L, name, "is not defined (write local %.60s)", name);
}

static int write_global(lua_State *L)
{
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "a global";

	dj_lua_raise(L, name, "globals can not be written (write local %.60s)", name);
}

/* ---- Catching: as Lua's own, but nobody catches a spent limit ---- */

static int caught(lua_State *L, int status, lua_KContext from)
{
	if (status == LUA_ERRMEM)
		dj_lua_check_memory(L);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_pushboolean(L, 0);
		lua_pushvalue(L, -2);
		return 2;
	}
	return lua_gettop(L) - (int)from;
}

static int protected_call(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, 1); /* first result when nothing fails */
	lua_insert(L, 1);
	return caught(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, caught), 0);
}

static int protected_call_with_handler(lua_State *L)
{
	int n = lua_gettop(L);

	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_pushboolean(L, 1);
	lua_pushvalue(L, 1);
	lua_rotate(L, 3, 2); /* f, handler, true, f, arguments */
	return caught(L, lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, caught), 2);
}

/* coroutine.resume catches too. Upvalue 1: Lua's own. */
static int resume(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);

	lua_pushvalue(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_rotate(L, 1, 2); /* co, Lua's own, arguments */
	lua_call(L, lua_gettop(L) - 2, LUA_MULTRET);
	if (co && lua_status(co) == LUA_ERRMEM)
		dj_lua_check_memory(L);
	return lua_gettop(L) - 1;
}

/* ---- Replaced ---- */

static int set_metatable(lua_State *L)
{
	int kind = lua_type(L, 2);

	luaL_checktype(L, 1, LUA_TTABLE);
	if (kind != LUA_TNIL && kind != LUA_TTABLE)
		dj_lua_raise(L, "setmetatable", "the metatable is %s (give a table or nil)", dj_lua_kind(L, 2));
	if (kind == LUA_TTABLE && dj_lua_field(L, 2, "__gc") != LUA_TNIL)
		dj_lua_raise(L, "setmetatable",
		             "__gc is refused: when garbage goes is not the plugin's to see (use __close)");
	lua_settop(L, 2);
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		dj_lua_raise(L, "setmetatable", "this metatable is protected");
	lua_settop(L, 2);
	lua_setmetatable(L, 1);
	return 1;
}

static int print(lua_State *L)
{
	return dj_lua_log(L, "print");
}

static int refuse_seed(lua_State *L)
{
	dj_lua_raise(L, "math.randomseed",
	             "the run has its seed already (--seed N; jam:random(\"name\") gives streams of its own)");
}

static int refuse_dump(lua_State *L)
{
	dj_lua_raise(L, "string.dump", "not in a plugin: compiled Lua is never loaded");
}

static void open_libraries(lua_State *L)
{
	static const luaL_Reg library[] = {{LUA_GNAME, luaopen_base},       {LUA_COLIBNAME, luaopen_coroutine},
	                                   {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
	                                   {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8}};

	for (size_t i = 0; i < DJ_COUNT(library); i++) {
		luaL_requiref(L, library[i].name, library[i].func, 1);
		lua_pop(L, 1);
	}
}

static void set(lua_State *L, const char *library, const char *name, lua_CFunction f)
{
	lua_getglobal(L, library);
	lua_pushcfunction(L, f);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

static void wrap_resume(lua_State *L)
{
	lua_getglobal(L, LUA_COLIBNAME);
	lua_getfield(L, -1, "resume");
	lua_pushcclosure(L, resume, 1);
	lua_setfield(L, -2, "resume");
	lua_pop(L, 1);
}

/* Nobody gets at this metatable from Lua: getmetatable gives false. */
static void guard_globals(lua_State *L)
{
	lua_pushglobaltable(L);
	lua_createtable(L, 0, 3);
	lua_pushcfunction(L, read_global);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, write_global);
	lua_setfield(L, -2, "__newindex");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}

void dj_lua_open(lua_State *L)
{
	open_libraries(L);
	for (size_t i = 0; i < DJ_COUNT(gone); i++) {
		lua_pushnil(L);
		lua_setglobal(L, gone[i].name);
	}
	lua_pushcfunction(L, protected_call);
	lua_setglobal(L, "pcall");
	lua_pushcfunction(L, protected_call_with_handler);
	lua_setglobal(L, "xpcall");
	lua_pushcfunction(L, set_metatable);
	lua_setglobal(L, "setmetatable");
	lua_pushcfunction(L, print);
	lua_setglobal(L, "print");
	set(L, LUA_MATHLIBNAME, "random", dj_lua_math_random);
	set(L, LUA_MATHLIBNAME, "randomseed", refuse_seed);
	set(L, LUA_STRLIBNAME, "dump", refuse_dump);
	wrap_resume(L);

	lua_pushliteral(L, "");
	lua_getmetatable(L, -1);
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 2);
	guard_globals(L);
}
