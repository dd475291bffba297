/*
 * The five symbols that the linker gives us in place of Lua's and libc's own (-Wl,--wrap=...): see lua_arena.h.
 * Written against Debian's liblua5.4.a (5.4.4); that the wrapping took is asserted at each start.
 */
#include "host/lua_arena.h"

#include <lua.h>
#include <lauxlib.h>
#include <string.h>
#include <time.h>

/* The linker calls these by their symbols, without a context: hence the one mutable state of this program. */
static unsigned next_seed;
static int      times_seeded;

unsigned     __wrap_luaS_hash(const char *s, size_t n, unsigned seed);
void        *__wrap_luaS_new(lua_State *L, const char *s);
void         __wrap_lua_pushcclosure(lua_State *L, lua_CFunction f, int n);
void         __real_lua_pushcclosure(lua_State *L, lua_CFunction f, int n);
time_t       __wrap_time(time_t *out);
clock_t      __wrap_clock(void);
extern void *luaS_newlstr(lua_State *L, const char *s, size_t n) __attribute__((visibility("hidden")));

void dj_lua_seed(unsigned seed)
{
	next_seed = seed;
	times_seeded = 0;
}

int dj_lua_seeded(void)
{
	return times_seeded;
}

/* Only the object that makes a state refers to luaS_hash from outside: what it gets there becomes the seed. */
unsigned __wrap_luaS_hash(const char *s, size_t n, unsigned seed)
{
	(void)s, (void)n, (void)seed;
	times_seeded++;
	return next_seed;
}

/* Lua's own caches strings by the address of the C string, so that addresses of ours would decide what is shared. */
void *__wrap_luaS_new(lua_State *L, const char *s)
{
	return luaS_newlstr(L, s, strlen(s));
}

/* A C function without upvalues is a bare code address, as a key and as text: each gets one closure on the heap. */
void __wrap_lua_pushcclosure(lua_State *L, lua_CFunction f, int n)
{
	if (n > 0) {
		__real_lua_pushcclosure(L, f, n);
		return;
	}
	void *address;

	memcpy(&address, &f, sizeof address);
	luaL_checkstack(L, 3, NULL);
	if (lua_rawgetp(L, LUA_REGISTRYINDEX, address) != LUA_TNIL)
		return;
	__real_lua_pushcclosure(L, f, 1); /* the nil becomes its upvalue */
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, address);
}

time_t __wrap_time(time_t *out)
{
	const time_t never = 1700000000;

	if (out)
		*out = never;
	return never;
}

clock_t __wrap_clock(void)
{
	return 0;
}
