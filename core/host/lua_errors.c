#include "host/lua_face.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t dj_lua_line(lua_State *L)
{
	lua_Debug at;

	for (int level = 0; lua_getstack(L, level, &at); level++) {
		lua_getinfo(L, "l", &at);
		if (at.currentline > 0) /* all Lua code is the plugin's */
			return at.currentline;
	}
	return 0;
}

void dj_lua_raise(lua_State *L, const char *call, const char *fmt, ...)
{
	char    message[1200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof message, fmt, args);
	va_end(args);

	int line = (int)dj_lua_line(L);
	if (line == 0 && dj_lua_of(L)->describing)
		dj_lua_fail_at_field(L, message);
	luaL_checkstack(L, 8, NULL);
	if (line > 0)
		lua_pushfstring(L, "%s:%d: %s: %s", dj_lua_of(L)->shown, line, call, message);
	else
		lua_pushfstring(L, "%s: %s", call, message);
	lua_error(L);
	abort(); /* lua_error does not return, but is not declared so */
}

void dj_lua_raise_err(lua_State *L, const char *call, const dj_err *err)
{
	dj_lua *f = dj_lua_of(L);

	if (err->code == DJ_STOPPED)
		dj_lua_fail(L, "limit", err->text);
	if (err->code == DJ_DENIED)
		snprintf(f->refusal, sizeof f->refusal, "%s", err->text);
	dj_lua_raise(L, call, "%s", err->text);
}

void dj_lua_fail(lua_State *L, const char *cause, const char *message)
{
	dj_host_failed(dj_lua_of(L)->h, cause, dj_lua_line(L), message, NULL);
}

void dj_lua_check_memory(lua_State *L)
{
	const dj_lua       *f = dj_lua_of(L);
	const dj_lua_arena *m = &f->memory;
	char                message[200];

	if (!m->refused)
		return;
	snprintf(
	    message, sizeof message,
	    "MEMORY: Lua held %zu bytes and asked for %zu more, allowed %zu (jam:columns and SQL keep rows outside Lua)",
	    m->used, m->refused, m->most);
	dj_host_failed(f->h, "limit", f->refused_line, message, NULL);
}

/* Takes "FILE:LINE: " off the front. Returns the line, or 0 when the message does not begin so. */
static int64_t take_place(const char **message, const char *shown)
{
	size_t n = strlen(shown);
	char  *end;

	if (strncmp(*message, shown, n) != 0 || (*message)[n] != ':')
		return 0;
	long line = strtol(*message + n + 1, &end, 10);
	if (line <= 0 || strncmp(end, ": ", 2) != 0)
		return 0;
	*message = end + 2;
	return line;
}

/* What error(x) was given, as text. */
static const char *message_of(lua_State *L)
{
	if (lua_type(L, 1) == LUA_TSTRING)
		return lua_tostring(L, 1);
	if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL || lua_type(L, 1) == LUA_TNUMBER)
		return luaL_tolstring(L, 1, NULL);
	lua_pushfstring(L, "error() was given %s (give it text)", dj_lua_kind(L, 1));
	return lua_tostring(L, -1);
}

int dj_lua_on_error(lua_State *L)
{
	dj_lua     *f = dj_lua_of(L);
	const char *message = message_of(L);
	int64_t     line = 0, place;
	bool        refused = f->refusal[0] && strstr(message, f->refusal);

	while ((place = take_place(&message, f->shown)) >
	       0) /* coroutine.wrap puts its own before that of the error */
		line = place;
	if (dj_text_starts(message, "stack overflow") || dj_text_starts(message, "C stack overflow"))
		dj_host_failed(f->h, "limit", line,
		               "MEMORY: the stack is full (does a function call itself without end?)", NULL);
	luaL_traceback(L, L, NULL, 1);
	luaL_gsub(L, lua_tostring(L, -1), "\t", "  "); /* what leaves has no control characters */
	dj_host_failed(f->h, refused ? "refused" : "error", line ? line : dj_lua_line(L), message,
	               lua_tostring(L, -1));
}

/* Where `word` stands before a '=' in text[from..]; NULL when nowhere. */
static const char *find_field(const char *text, const char *word, size_t n)
{
	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		const char *after = at + n;
		bool        begins = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');

		if (*after == '"' || *after == '\'') /* ["word"] */
			after += after[1] == ']' ? 2 : 0;
		while (isspace((unsigned char)*after))
			after++;
		if (begins && after[0] == '=' && after[1] != '=')
			return at;
	}
	return NULL;
}

static int64_t line_at(const char *text, const char *at)
{
	int64_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Walks text along the path that a message begins with, "params.days.help is missing", as far as it is there. */
static const char *follow(const char *at, const char *path)
{
	static const char of_path[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	const char       *end = path + strspn(path, of_path);
	char              word[64];

	for (size_t n; path < end; path += n + 1) {
		n = strcspn(path, ".");
		if (path + n > end)
			n = (size_t)(end - path);
		snprintf(word, sizeof word, "%.*s", (int)n, path);
		const char *found = n ? find_field(at, word, n) : NULL;
		at = found ? found : at;
	}
	return at;
}

void dj_lua_fail_at_field(lua_State *L, const char *message)
{
	static const char unknown[] = "unknown field \"";
	dj_lua           *f = dj_lua_of(L);
	const char       *start = f->text, *next;

	while ((next = strstr(start, "\nreturn"))) /* the last: what the file returns */
		start = next + 1;
	const char *at = follow(start, message);
	const char *word = strstr(message, unknown);
	if (word)
		at = follow(at, word + strlen(unknown));
	dj_host_failed(f->h, "error", line_at(f->text, at), message, NULL);
}
