#include "host/lua_arena.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum {
	PAGE = 4096,
	CHUNK = 64 << 10,
	SMALL = 1024,      /* up to here a class every 16 bytes */
	MEDIUM = 32 << 10, /* up to here four classes a doubling; above, whole pages */
	SMALL_CLASSES = SMALL / 16 + 1
};

/* 0 modulo 4 GiB, and clear of what the kernel, AddressSanitizer and valgrind place. */
static char *const home = (char *)0x200000000000;

int dj_lua_arena_open(dj_lua_arena *a, size_t most, int64_t shake, dj_err *err)
{
	size_t   room = (most + most / 4 + ((size_t)64 << 20)) / PAGE * PAGE; /* what sizes of classes waste */
	uint64_t moved = (uint64_t)shake % 8 * ((uint64_t)320 << 20) + (uint64_t)shake % 7 * PAGE;
	void    *at = mmap(home + moved, room, PROT_READ | PROT_WRITE,
	                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		return dj_fail_errno(err, "no %zu bytes of address space for Lua", room);
	*a = (dj_lua_arena){.base = at, .room = room, .most = most, .free = at};
	*a->free = (dj_lua_range){NULL, room};
	return DJ_OK;
}

/* ---- Whole pages: first fit by address, neighbours joined ---- */

static size_t pages(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

static void *take_pages(dj_lua_arena *a, size_t n)
{
	for (dj_lua_range **at = &a->free; *at; at = &(*at)->next) {
		dj_lua_range *r = *at;

		if (r->n < n)
			continue;
		if (r->n == n) {
			*at = r->next;
		} else {
			dj_lua_range *rest = (dj_lua_range *)(void *)((char *)r + n);
			*rest = (dj_lua_range){r->next, r->n - n};
			*at = rest;
		}
		return r;
	}
	return NULL;
}

static void give_pages(dj_lua_arena *a, void *p, size_t n)
{
	dj_lua_range **at = &a->free, *before = NULL, *r = p;

	while (*at && (void *)*at < p) {
		before = *at;
		at = &before->next;
	}
	*r = (dj_lua_range){*at, n};
	*at = r;
	if (r->next && (char *)r + r->n == (char *)r->next)
		*r = (dj_lua_range){r->next->next, r->n + r->next->n};
	if (before && (char *)before + before->n == (char *)r)
		*before = (dj_lua_range){r->next, before->n + r->n};
}

/* Changes a block of whole pages where it stands; false when what follows is taken. */
static bool resize_pages(dj_lua_arena *a, char *p, size_t old, size_t n)
{
	if (n <= old) {
		if (n < old)
			give_pages(a, p + n, old - n);
		return true;
	}
	for (dj_lua_range **at = &a->free; *at && (char *)*at <= p + old; at = &(*at)->next) {
		dj_lua_range *r = *at;
		size_t        more = n - old;

		if ((char *)r != p + old || r->n < more)
			continue;
		if (r->n == more) {
			*at = r->next;
		} else {
			dj_lua_range *rest = (dj_lua_range *)(void *)((char *)r + more);
			*rest = (dj_lua_range){r->next, r->n - more};
			*at = rest;
		}
		return true;
	}
	return false;
}

/* ---- Smaller blocks: lists of equal size, never joined ---- */

/* The class that n bytes fall into and its size; -1: whole pages. */
static int class_of(size_t n, size_t *size)
{
	if (n <= SMALL) {
		*size = (n + 15) / 16 * 16;
		return (int)(*size / 16);
	}
	if (n > MEDIUM) {
		*size = pages(n);
		return -1;
	}
	int class = SMALL_CLASSES;
	size_t step = SMALL / 4, top = SMALL;
	while (n > 2 * top) {
		top *= 2;
		step *= 2;
		class += 4;
	}
	size_t steps = (n - top + step - 1) / step;
	*size = top + steps * step;
	return class + (int)steps - 1;
}

static void *take(dj_lua_arena *a, size_t n)
{
	size_t size;
	int class = class_of(n, &size);
	void *p;

	if (class < 0)
		return take_pages(a, size);
	if (a->small[class]) {
		p = a->small[class];
		a->small[class] = *(void **)p;
		return p;
	}
	if (a->chunk_left < size) { /* what is left of the old chunk is lost: less than a block each 64 KiB */
		char *chunk = take_pages(a, CHUNK);
		if (!chunk)
			return NULL;
		a->chunk = chunk;
		a->chunk_left = CHUNK;
	}
	p = a->chunk;
	a->chunk += size;
	a->chunk_left -= size;
	return p;
}

static void give(dj_lua_arena *a, void *p, size_t n)
{
	size_t size;
	int class = class_of(n, &size);

	if (class < 0) {
		give_pages(a, p, size);
		return;
	}
	*(void **)p = a->small[class];
	a->small[class] = p;
}

static void *change(dj_lua_arena *a, void *p, size_t old, size_t n)
{
	size_t old_size, size;

	if (!p)
		return take(a, n);
	int old_class = class_of(old, &old_size), class = class_of(n, &size);
	if (old_class == class && (class >= 0 || resize_pages(a, p, old_size, size)))
		return p;

	void *to = take(a, n);
	if (to) {
		memcpy(to, p, old < n ? old : n);
		give(a, p, old);
	}
	return to;
}

void *dj_lua_arena_alloc(void *user, void *p, size_t old, size_t n)
{
	dj_lua_arena *a = user;

	if (!p)
		old = 0; /* then it is the kind of object */
	if (n == 0) {
		if (p)
			give(a, p, old);
		a->used -= old;
		return NULL;
	}

	bool  fits = n <= old || n - old <= a->most - a->used;
	void *to = fits ? change(a, p, old, n) : NULL;
	if (!to && n <= old)
		to = p; /* Lua relies on shrinking; the block goes on under its smaller size */
	if (!to) {
		a->refused = n;
		return NULL;
	}
	if (n == a->refused) /* Lua collected its garbage and asked again */
		a->refused = 0;
	a->used += n - old;
	return to;
}
