/*
 * lua_arena.h - the memory of the Lua state, and the five symbols that make Lua's order the same everywhere.
 *
 * Lua hashes the low 32 bits of a pointer, so equal programs see equal orders only when equal blocks lie at equal
 * addresses. All of Lua's memory, and nothing else, therefore comes from one range at a fixed address, handed out by rules
 * that depend on the sequence of requests alone. lua_wrap.c deals with what Lua takes from elsewhere: the hash's seed,
 * the addresses of C functions and of C strings, the clock.
 *
 * Invariant: free ranges are in order of address and no two touch; `used` counts the bytes that Lua asked for.
 */
#ifndef DJ_HOST_LUA_ARENA_H
#define DJ_HOST_LUA_ARENA_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { DJ_LUA_CLASSES = 88 };

typedef struct dj_lua_range { /* a free range, kept at its own start */
	struct dj_lua_range *next;
	size_t               n;
} dj_lua_range;

typedef struct dj_lua_arena {
	char  *base;
	size_t room;
	size_t used, most;
	size_t
	    refused; /* the size of the last request that was refused, for the message; 0: none, or granted since */
	dj_lua_range *free; /* whole pages */
	void         *small[DJ_LUA_CLASSES];
	char         *chunk; /* where small blocks are cut from */
	size_t        chunk_left;
} dj_lua_arena;

/* Maps it. `most`: bytes that Lua may hold; `shake`: 0, or which other place (the low 32 bits of every address change). */
int dj_lua_arena_open(dj_lua_arena *a, size_t most, int64_t shake, dj_err *err);

/* A lua_Alloc; `user` is the arena. NULL past `most`: then `refused` is set until the same request is granted. */
void *dj_lua_arena_alloc(void *user, void *p, size_t old, size_t n);

/* ---- lua_wrap.c ---- */

/* What the next lua_newstate gets as the seed of its hashes. */
void dj_lua_seed(unsigned seed);
/* How often Lua asked for it since: 1 when this Lua is the one that was wrapped. */
int  dj_lua_seeded(void);

#endif
