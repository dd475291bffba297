#include "host/lua_face.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *dj_lua_kind(lua_State *L, int at)
{
	switch (lua_type(L, at)) {
	case LUA_TNONE:
	case LUA_TNIL: return "nothing";
	case LUA_TBOOLEAN: return "a boolean";
	case LUA_TNUMBER: return lua_isinteger(L, at) ? "an integer" : "a number";
	case LUA_TSTRING: return "text";
	case LUA_TTABLE: return "a table";
	case LUA_TFUNCTION: return "a function";
	case LUA_TTHREAD: return "a coroutine";
	default: break;
	}
	if (dj_lua_is_null(L, at))
		return "NULL";
	return dj_lua_to_frame(L, at) ? "a frame" : dj_lua_to_column(L, at) ? "a column" : "an object of jam";
}

const char *dj_lua_text(lua_State *L, const char *call, int at, const char *what)
{
	size_t n;

	if (lua_type(L, at) != LUA_TSTRING)
		dj_lua_raise(L, call, "%s is %s (give text)", what, dj_lua_kind(L, at));
	const char *text = lua_tolstring(L, at, &n);
	if (strlen(text) != n)
		dj_lua_raise(L, call, "%s holds a NUL byte (text has none)", what);
	return text;
}

dj_words dj_lua_words(lua_State *L, const char *call, int at, const char *what)
{
	static const char *const languages[] = {"en", "fr"};
	const char              *text[2] = {NULL, NULL};
	char                     part[96];

	if (lua_type(L, at) == LUA_TSTRING)
		return (dj_words){dj_lua_text(L, call, at, what), NULL};
	if (!lua_istable(L, at))
		dj_lua_raise(L, call, "%s is %s (give text, or { en = ..., fr = ... })", what, dj_lua_kind(L, at));
	dj_lua_only(L, call, at, what, languages, 2, 0);
	for (int i = 0; i < 2; i++) {
		snprintf(part, sizeof part, "%s.%s", what, languages[i]);
		if (dj_lua_field(L, at, languages[i]) != LUA_TNIL)
			text[i] = dj_lua_text(L, call, -1, part);
		lua_pop(L, 1);
	}
	if (!text[0] && !text[1])
		dj_lua_raise(L, call, "%s is an empty table (give text, or { en = ..., fr = ... })", what);
	return (dj_words){text[0], text[1]};
}

double dj_lua_number(lua_State *L, const char *call, int at, const char *what)
{
	if (lua_type(L, at) != LUA_TNUMBER)
		dj_lua_raise(L, call, "%s is %s (give a number)", what, dj_lua_kind(L, at));
	double v = lua_tonumber(L, at);
	if (!isfinite(v))
		dj_lua_raise(L, call, "%s is %s (give a finite number)", what, isnan(v) ? "NaN" : "infinite");
	return v;
}

int64_t dj_lua_integer(lua_State *L, const char *call, int at, const char *what)
{
	int         whole = 0;
	lua_Integer v = lua_type(L, at) == LUA_TNUMBER ? lua_tointegerx(L, at, &whole) : 0;

	if (whole)
		return v;
	if (lua_type(L, at) == LUA_TNUMBER)
		dj_lua_raise(L, call, "%s is %.14g (give an integer: math.floor rounds down)", what,
		             lua_tonumber(L, at));
	dj_lua_raise(L, call, "%s is %s (give an integer)", what, dj_lua_kind(L, at));
}

bool dj_lua_boolean(lua_State *L, const char *call, int at, const char *what)
{
	if (!lua_isboolean(L, at))
		dj_lua_raise(L, call, "%s is %s (give true or false)", what, dj_lua_kind(L, at));
	return lua_toboolean(L, at);
}

const char *dj_lua_id(lua_State *L, const char *call, int at, const char *what)
{
	if (lua_isinteger(L, at))
		return dj_arena_fmt(dj_lua_of(L)->scratch, "%lld", (long long)lua_tointeger(L, at));
	if (lua_type(L, at) == LUA_TNUMBER)
		dj_lua_raise(L, call, "%s is %.14g (an id is text or an integer: CAST it in SQL, or math.tointeger)",
		             what, lua_tonumber(L, at));
	return dj_lua_text(L, call, at, what);
}

size_t dj_lua_list(lua_State *L, const char *call, int at, const char *what)
{
	size_t n = 0, keys = 0;

	if (!lua_istable(L, at))
		dj_lua_raise(L, call, "%s is %s (give a list)", what, dj_lua_kind(L, at));
	at = lua_absindex(L, at);
	for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1), keys++)
		if (lua_type(L, -2) == LUA_TSTRING)
			dj_lua_raise(L, call, "%s is a list, and has a field \"%.60s\" (take the name away)", what,
			             lua_tostring(L, -2));
	for (; lua_rawgeti(L, at, (lua_Integer)n + 1) != LUA_TNIL; n++)
		lua_pop(L, 1);
	lua_pop(L, 1);
	if (n != keys)
		dj_lua_raise(L, call,
		             "%s has a hole: item %zu is nil (a list counts from 1; in a column jam.null is NULL)",
		             what, n + 1);
	return n;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t dj_lua_names(const char ***out, lua_State *L, const char *call, int at, const char *what)
{
	size_t n = 0;

	if (!lua_istable(L, at))
		dj_lua_raise(L, call, "%s is %s (give { name = value })", what, dj_lua_kind(L, at));
	at = lua_absindex(L, at);
	for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
		n++;
	*out = dj_arena_alloc(dj_lua_of(L)->scratch, n + 1, sizeof **out);
	n = 0;
	for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
		if (lua_type(L, -2) != LUA_TSTRING)
			dj_lua_raise(L, call, "%s has an item without a name (write name = value)", what);
		(*out)[n++] = dj_lua_text(L, call, -2, what);
	}
	qsort(*out, n, sizeof **out, compare_names); /* whatever order the table has them in */
	return n;
}

void dj_lua_unknown(lua_State *L, const char *call, const char *kind, const char *word,
                    const char *const *names, size_t n)
{
	const char *near = dj_text_nearest(word, names, n);
	char        message[700];

	if (near) {
		snprintf(message, sizeof message, "%s \"%.60s\" (did you mean \"%s\"?)", kind, word, near);
	} else {
		char *all = dj_text_list(names, n);
		snprintf(message, sizeof message, "%s \"%.60s\" (there is %s)", kind, word, all);
		free(all);
	}
	dj_lua_raise(L, call, "%s", message);
}

void dj_lua_only(lua_State *L, const char *call, int at, const char *what, const char *const *names, size_t n,
                 size_t n_items)
{
	char kind[96];

	at = lua_absindex(L, at);
	for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
		if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && (size_t)lua_tointeger(L, -2) <= n_items)
			continue;
		if (lua_type(L, -2) != LUA_TSTRING)
			dj_lua_raise(L, call, "%s has an item without a name (write name = value)",
			             what ? what : "the table");

		const char *name = lua_tostring(L, -2);
		snprintf(kind, sizeof kind, "%s%sunknown field", what ? what : "", what ? ": " : "");
		if (dj_text_find(name, names, n) == n)
			dj_lua_unknown(L, call, kind, name, names, n);
	}
}

int dj_lua_field(lua_State *L, int at, const char *name)
{
	at = lua_absindex(L, at);
	lua_pushstring(L, name);
	return lua_rawget(L, at);
}

dj_arena *dj_lua_fresh(dj_lua *f)
{
	dj_arena_free(f->scratch);
	f->scratch = dj_arena_new();
	return f->scratch;
}
