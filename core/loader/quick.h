/*
 * quick.h - the cell of a field that is written in the plainest form of its column's type.
 *
 * Promise: what dj_quick_cell takes, it takes exactly as convert.h and infer.h would, kind included; what it does not
 * take may still fit the type, and is for them. Nearly all fields of nearly all files are taken here.
 */
#ifndef DJ_LOADER_QUICK_H
#define DJ_LOADER_QUICK_H

#include "loader/infer.h"
#include "store/snapshot.h"

#include <stdbool.h>

/* Where texts stand of which the 8 bytes before can be read too. {0}: nowhere. */
typedef struct dj_window {
	const char *from, *to;
} dj_window;

/*
 * 0, or the field's kind with *out filled: it may point into the field, or into `room` (DJ_CELL_ROOM bytes). For integers,
 * reals, dates and instants.
 */
dj_kind dj_quick_cell(dj_cell *out, const dj_field *f, dj_coltype type, dj_window w, char *room);

#endif
