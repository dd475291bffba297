#include "host/lua_face.h"

#include <stdio.h>
#include <string.h>

enum { HOOK_EVERY = 1000 };

static const size_t most_unsaid = (size_t)512 << 20; /* plugin guide, section 10 */

dj_lua *dj_lua_of(lua_State *L)
{
	return *(dj_lua **)lua_getextraspace(L); /* a coroutine's is a copy */
}

static void count_instructions(lua_State *L, lua_Debug *at)
{
	dj_lua  *f = dj_lua_of(L);
	uint64_t most = dj_host_job(f->h)->limits.lua_instructions;
	char     message[120];

	(void)at;
	f->instructions += f->count;
	if ((uint64_t)f->instructions < most)
		return;
	snprintf(message, sizeof message, "TIMEOUT: Lua instructions: used %lld, allowed %llu",
	         (long long)f->instructions, (unsigned long long)most);
	dj_lua_fail(L, "limit", message);
}

/* Remembers where memory ran out: by the time that Lua tells, the stack is gone. Looking at a stack allocates nothing. */
static void *allocate(void *user, void *p, size_t old, size_t n)
{
	dj_lua *f = user;
	void   *to = dj_lua_arena_alloc(&f->memory, p, old, n);

	if (!to && n > 0 && f->L)
		f->refused_line = dj_lua_line(f->L);
	return to;
}

/* Leaves the function that is the file. */
static void load(lua_State *L, dj_lua *f)
{
	static const char mark[] = "\xEF\xBB\xBF"; /* some editors begin UTF-8 so */
	const char       *text = f->text;
	size_t            n = f->n;

	if (n >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		n -= 3;
	}
	if (n > 0 && *text == LUA_SIGNATURE[0])
		dj_host_failed(f->h, "error", 1, "this is compiled Lua, which is never loaded (give the source)",
		               NULL);
	lua_pushfstring(L, "@%s", f->file);
	if (luaL_loadbufferx(L, text, n, lua_tostring(L, -1), "t") != LUA_OK)
		lua_error(L);
	lua_remove(L, -2);
}

static int describe_or_run(lua_State *L)
{
	dj_lua *f = dj_lua_of(L);

	dj_lua_open(L);
	load(L, f);
	lua_call(L, 0, 1);
	f->describing = true;
	dj_lua_describe(L, dj_host_job(f->h)->describe);
	f->describing = false;
	if (dj_lua_field(L, -1, "run") != LUA_TFUNCTION)
		dj_lua_fail_at_field(L, "run is missing (write run = function(jam, p) ... end)");
	dj_lua_push_jam(L);
	dj_lua_push_params(L);
	lua_call(L, 2, 0);
	return 0;
}

/* How Lua writes the file before a line number. */
static void learn_shown(lua_State *L, dj_lua *f)
{
	lua_Debug at;

	lua_pushfstring(L, "@%s", f->file);
	luaL_loadbufferx(L, "", 0, lua_tostring(L, -1), "t");
	lua_getinfo(L, ">S", &at);
	memcpy(f->shown, at.short_src, sizeof f->shown);
	lua_pop(L, 1);
}

static void set_hook(lua_State *L, dj_lua *f)
{
	uint64_t most = dj_host_job(f->h)->limits.lua_instructions;

	if (most == 0) /* counting costs about as much again as running */
		return;
	f->count = most < HOOK_EVERY ? (int64_t)most : HOOK_EVERY;
	lua_sethook(L, count_instructions, LUA_MASKCOUNT, (int)f->count);
}

void dj_face_lua(dj_host *h, const char *source, size_t n)
{
	const dj_job *job = dj_host_job(h);
	dj_lua       *f = dj_alloc_zero(1, sizeof *f);
	dj_err        err;

	*f = (dj_lua){.h = h, .text = source, .n = n, .file = job->file, .scratch = dj_arena_new()};
	size_t most = job->limits.lua_bytes ? job->limits.lua_bytes : most_unsaid;
	if (dj_lua_arena_open(&f->memory, most, job->shake, &err) < 0)
		dj_host_failed(h, "error", 0, err.text, NULL);

	dj_lua_seed(0x5eed5eedU ^ (unsigned)job->shake * 0x9e3779b9U);
	lua_State *L = lua_newstate(allocate, f);
	if (!L)
		dj_host_failed(h, "limit", 0, "MEMORY: not enough for Lua to start", NULL);
	if (dj_lua_seeded() != 1)
		dj_host_failed(h, "error", 0,
		               "this worker was linked with a Lua whose order can not be pinned (rebuild it)", NULL);
	*(dj_lua **)lua_getextraspace(L) = f;
	f->L = L;

	lua_pushcfunction(L, dj_lua_on_error);
	lua_pushcfunction(L, describe_or_run);
	learn_shown(L, f);
	set_hook(L, f);
	int status = lua_pcall(L, 0, 0, 1);
	if (status != LUA_OK) { /* the handler ends the run, but Lua does not call it when memory ran out */
		dj_lua_check_memory(L);
		dj_host_failed(h, "error", 0, lua_isstring(L, -1) ? lua_tostring(L, -1) : "the plugin failed", NULL);
	}
	dj_host_done(h, f->instructions);
}
