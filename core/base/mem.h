/*
 * mem.h - memory: single blocks, arenas, and growing buffers.
 *
 * Promise: no function here returns NULL. State on disk changes by rename or by transaction, so a process
 * may end at any point; out of memory therefore says so on stderr and ends the process with
 * DJ_EXIT_MEMORY, which the parent of a caged process reads as the verdict MEMORY.
 */
#ifndef DJ_BASE_MEM_H
#define DJ_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

enum { DJ_EXIT_MEMORY = 71 };

#define DJ_COUNT(array) (sizeof(array) / sizeof((array)[0]))

void *dj_alloc_zero(size_t count, size_t size); /* zeroed; free() it. An overflowing product is out of memory */
void *dj_realloc(void *p, size_t count, size_t size);
char *dj_strdup(const char *text); /* NULL gives NULL */
char *dj_strndup(const char *text, size_t n);
char *dj_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* free() it */

/* What lives as long as a run lives in the run's arena. */
typedef struct dj_arena dj_arena;

dj_arena   *dj_arena_new(void);
void        dj_arena_free(dj_arena *a); /* NULL is fine */
void       *dj_arena_alloc(dj_arena *a, size_t count, size_t size); /* zeroed, aligned to 16 */
char       *dj_arena_dup(dj_arena *a, const char *text);            /* NULL gives NULL */
char       *dj_arena_dupn(dj_arena *a, const char *text, size_t n); /* adds the ending NUL */
char       *dj_arena_fmt(dj_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A growing buffer. {0} is empty; `data` is NUL-ended after every call here (not counted in n). */
typedef struct dj_buf {
	char  *data;
	size_t n, cap;
} dj_buf;

void  dj_buf_free(dj_buf *b); /* leaves {0} */
void  dj_buf_reset(dj_buf *b); /* empty, memory kept */
char *dj_buf_room(dj_buf *b, size_t n); /* at least n more bytes after data[n]; returns &data[n] */
void  dj_buf_add(dj_buf *b, const void *bytes, size_t n);
void  dj_buf_text(dj_buf *b, const char *text);
void  dj_buf_char(dj_buf *b, char c);
void  dj_buf_fmt(dj_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *dj_buf_take(dj_buf *b); /* the text is yours, the buffer is empty; never NULL */
char *dj_buf_keep(dj_buf *b, dj_arena *a); /* the text moved into the arena, leaves {0}; NULL when nothing was added */

#endif
