/*
 * said.h - what a person should know of a load, one line each; the parent shows it.
 */
#ifndef DJ_LOADER_SAID_H
#define DJ_LOADER_SAID_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>

enum { DJ_SAID_MOST = 40 }; /* lines; what is beyond is counted */

typedef struct dj_said {
	dj_arena *arena;
	struct {
		bool        warning;
		const char *text;
	} line[DJ_SAID_MOST];
	size_t n, more;
} dj_said;

void dj_said_add(dj_said *s, bool warning, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
