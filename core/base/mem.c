#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, ALIGN = 16 };

/* Nothing here may allocate, and no exit handler may run: they would. */
static _Noreturn void out_of_memory(void)
{
	static const char said[] = "datajam: out of memory\n";

	if (write(STDERR_FILENO, said, sizeof said - 1) < 0)
		_exit(DJ_EXIT_MEMORY);
	_exit(DJ_EXIT_MEMORY);
}

void *dj_alloc_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *dj_realloc(void *p, size_t count, size_t size)
{
	p = reallocarray(p, count ? count : 1, size ? size : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *dj_strndup(const char *text, size_t n)
{
	char *copy = dj_realloc(NULL, n + 1, 1);

	if (n)
		memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

char *dj_strdup(const char *text)
{
	return text ? dj_strndup(text, strlen(text)) : NULL;
}

char *dj_fmt(const char *fmt, ...)
{
	char   *text;
	va_list args;

	va_start(args, fmt);
	int n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		out_of_memory();
	return text;
}

/* ---- Arena: chunks in a list, the newest first ---- */

typedef struct chunk {
	struct chunk *before;
	size_t        used, size;
	_Alignas(ALIGN) char bytes[];
} chunk;

struct dj_arena {
	chunk *now;
};

dj_arena *dj_arena_new(void)
{
	return dj_alloc_zero(1, sizeof(dj_arena));
}

void dj_arena_free(dj_arena *a)
{
	if (!a)
		return;
	for (chunk *c = a->now, *before; c; c = before) {
		before = c->before;
		free(c);
	}
	free(a);
}

/* calloc gives zeroed bytes, and no byte is handed out twice: what is handed out is zero. */
static void *take(dj_arena *a, size_t n, size_t align)
{
	chunk *c = a->now;
	size_t at = c ? (c->used + align - 1) & ~(align - 1) : 0;

	if (!c || at > c->size || n > c->size - at) {
		size_t size = n > CHUNK / 4 ? n : CHUNK;

		if (n > SIZE_MAX - sizeof(chunk) - CHUNK)
			out_of_memory();
		c = dj_alloc_zero(1, sizeof(chunk) + size);
		c->size = size;
		at = 0;
		if (size != CHUNK && a->now) { /* a large block goes behind: the chunk being filled stays */
			c->before = a->now->before;
			a->now->before = c;
		} else {
			c->before = a->now;
			a->now = c;
		}
	}
	c->used = at + n;
	return c->bytes + at;
}

void *dj_arena_alloc(dj_arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();
	return take(a, n, ALIGN);
}

char *dj_arena_dupn(dj_arena *a, const char *text, size_t n)
{
	char *copy = take(a, n + 1, 1);

	if (n)
		memcpy(copy, text, n);
	return copy;
}

char *dj_arena_dup(dj_arena *a, const char *text)
{
	return text ? dj_arena_dupn(a, text, strlen(text)) : NULL;
}

char *dj_arena_fmt(dj_arena *a, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		out_of_memory();

	char *text = take(a, (size_t)n + 1, 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

/* ---- Growing buffer ---- */

void dj_buf_free(dj_buf *b)
{
	free(b->data);
	*b = (dj_buf){0};
}

void dj_buf_reset(dj_buf *b)
{
	b->n = 0;
	dj_buf_room(b, 0);
	b->data[0] = '\0';
}

char *dj_buf_room(dj_buf *b, size_t n)
{
	if (n >= SIZE_MAX / 2 - b->n)
		out_of_memory();
	if (b->cap < b->n + n + 1) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < b->n + n + 1)
			cap += cap / 2;
		b->data = dj_realloc(b->data, cap, 1);
		b->cap = cap;
		b->data[b->n] = '\0';
	}
	return b->data + b->n;
}

void dj_buf_add(dj_buf *b, const void *bytes, size_t n)
{
	char *to = dj_buf_room(b, n);

	if (n)
		memcpy(to, bytes, n);
	b->n += n;
	b->data[b->n] = '\0';
}

void dj_buf_text(dj_buf *b, const char *text)
{
	dj_buf_add(b, text, strlen(text));
}

void dj_buf_char(dj_buf *b, char c)
{
	dj_buf_add(b, &c, 1);
}

void dj_buf_fmt(dj_buf *b, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		out_of_memory();
	vsnprintf(dj_buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
	va_end(again);
	b->n += (size_t)n;
}

char *dj_buf_take(dj_buf *b)
{
	dj_buf_room(b, 0);
	char *text = b->data;
	*b = (dj_buf){0};
	return text;
}

char *dj_buf_keep(dj_buf *b, dj_arena *a)
{
	char *text = dj_arena_dup(a, b->data);

	dj_buf_free(b);
	return text;
}
