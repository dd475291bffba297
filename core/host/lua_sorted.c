/* jam.sorted: keys in an order that depends on nothing but the keys. */
#include "host/lua_face.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct key {
	enum { NUMBER, TEXT, BOOLEAN } kind;
	bool        whole; /* a number: in `integer`, else in `real` */
	int64_t     integer;
	double      real;
	const char *text;
	size_t      n;
} key;

/* An integer against a real, exactly: no conversion of one loses what tells them apart. */
static int compare_mixed(int64_t a, double b)
{
	if (b >= 0x1p63)
		return -1;
	if (b < -0x1p63)
		return 1;
	int64_t floor_b = (int64_t)floor(b);
	if (a != floor_b)
		return a < floor_b ? -1 : 1;
	return (double)floor_b < b ? -1 : 0;
}

static int compare_numbers(const key *a, const key *b)
{
	if (a->whole && b->whole)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (!a->whole && !b->whole)
		return (a->real > b->real) - (a->real < b->real);
	return a->whole ? compare_mixed(a->integer, b->real) : -compare_mixed(b->integer, a->real);
}

static int compare(const void *left, const void *right)
{
	const key *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == BOOLEAN)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->kind == NUMBER)
		return compare_numbers(a, b);
	int c = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);
	return c ? c : (a->n > b->n) - (a->n < b->n);
}

static key read_key(lua_State *L, const char *call, int at)
{
	key k = {0};

	switch (lua_type(L, at)) {
	case LUA_TNUMBER:
		k.kind = NUMBER;
		k.whole = lua_isinteger(L, at);
		k.integer = k.whole ? lua_tointeger(L, at) : 0;
		k.real = k.whole ? 0 : lua_tonumber(L, at);
		return k;
	case LUA_TSTRING:
		k.kind = TEXT;
		k.text = lua_tolstring(L, at, &k.n);
		return k;
	case LUA_TBOOLEAN:
		k.kind = BOOLEAN;
		k.integer = lua_toboolean(L, at);
		return k;
	default:
		dj_lua_raise(L, call, "a key is %s (keys with an order are numbers, text and booleans)",
		             dj_lua_kind(L, at));
	}
}

static void push_key(lua_State *L, const key *k)
{
	if (k->kind == TEXT)
		lua_pushlstring(L, k->text, k->n);
	else if (k->kind == BOOLEAN)
		lua_pushboolean(L, k->integer != 0);
	else if (k->whole)
		lua_pushinteger(L, k->integer);
	else
		lua_pushnumber(L, k->real);
}

/* Upvalues: the table, its keys in order, the place of the last given. Keys that are gone by now are passed over. */
static int next_sorted(lua_State *L)
{
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));

	while (lua_rawgeti(L, lua_upvalueindex(2), ++at) != LUA_TNIL) {
		lua_pushvalue(L, -1);
		if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
			lua_pushinteger(L, at);
			lua_replace(L, lua_upvalueindex(3));
			return 2;
		}
		lua_pop(L, 2);
	}
	return 0;
}

int dj_lua_sorted(lua_State *L, const char *call)
{
	size_t n = 0, i = 0;

	if (!lua_istable(L, 1))
		dj_lua_raise(L, call, "it is given %s (give a table)", dj_lua_kind(L, 1));
	lua_settop(L, 1);
	for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
		n++;

	key *keys = lua_newuserdatauv(L, (n + 1) * sizeof *keys, 0);
	for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
		keys[i++] = read_key(L, call, -2);
	qsort(keys, n, sizeof *keys, compare);

	lua_pushvalue(L, 1);
	lua_createtable(L, (int)n, 0);
	for (i = 0; i < n; i++) {
		push_key(L, &keys[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_sorted, 3);
	return 1;
}
