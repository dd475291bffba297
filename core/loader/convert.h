/*
 * convert.h - a field as a cell of a type.
 *
 * Inferred types take only what fits without loss (infer.h). A declared type is a person's word, so it reads more:
 * 2017, 2017-03, 2017/03/05 and 20170305 as dates, "yes" and 1 as booleans, "12.0" as an integer; what does not fit is a
 * reason for rejecting the row.
 */
#ifndef DJ_LOADER_CONVERT_H
#define DJ_LOADER_CONVERT_H

#include "loader/record.h"
#include "store/snapshot.h"

#include <stdbool.h>

enum { DJ_CELL_ROOM = 24 }; /* for the text of a date or an instant */

/* `room`: DJ_CELL_ROOM bytes that the cell may point into. False: it does not fit (*out is untouched). */
bool dj_convert_declared(dj_cell *out, const dj_field *f, dj_coltype type, char *room);

/* The same for a field whose kind dj_infer_fits the type: always fits. */
dj_cell dj_convert_inferred(const dj_field *f, dj_coltype type, char *room);

dj_cell dj_cell_text(const char *text, size_t n);

#endif
