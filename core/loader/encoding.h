/*
 * encoding.h - text that is not UTF-8 is taken as Windows-1252, cell by cell, and counted.
 *
 * Cell by cell, since files pasted together from two systems are common, and since bytes that are Windows-1252 letters
 * are hardly ever valid UTF-8 by chance.
 */
#ifndef DJ_LOADER_ENCODING_H
#define DJ_LOADER_ENCODING_H

#include "base/mem.h"
#include "loader/record.h"

#include <stdbool.h>

/* Adds text as it is when it is UTF-8, else as Windows-1252. */
void dj_encoding_add_any(dj_buf *out, const char *s, size_t n);

/* Makes every field of the record valid UTF-8; true when one was not. `room` holds what was made, until the next call. */
bool dj_encoding_mend(dj_record *r, dj_buf *room);

#endif
