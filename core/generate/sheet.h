/*
 * sheet.h - a CSV file being written (RFC 4180, LF): cells from left to right, then the end of the row. Rows go out as
 * they come; a fault is kept and told when the sheet is closed.
 */
#ifndef DJ_GENERATE_SHEET_H
#define DJ_GENERATE_SHEET_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct dj_sheet {
	FILE *file;
	char *path;
	bool  begun; /* this row has a cell */
} dj_sheet;

/* `header` is the first line as it stands. */
int  dj_sheet_open(dj_sheet *s, const char *folder, const char *name, const char *header, dj_err *err);
void dj_sheet_text(dj_sheet *s, const char *text); /* NULL and "" are the empty cell */
void dj_sheet_integer(dj_sheet *s, int64_t v);
void dj_sheet_fixed(dj_sheet *s, int64_t v, int places); /* v / 10^places with all its decimals: 1250, 2 is 12.50 */
void dj_sheet_day(dj_sheet *s, int64_t days);
void dj_sheet_end(dj_sheet *s);
/* Returns `rc` when that is a failure already (of the open, perhaps); else how the writing went. */
int dj_sheet_close(dj_sheet *s, int rc, dj_err *err);

#endif
