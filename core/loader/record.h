/*
 * record.h - one record of a source as a reader gives it: fields as text, before any type.
 */
#ifndef DJ_LOADER_RECORD_H
#define DJ_LOADER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_COLUMNS_MOST = 2000 }; /* of one table: SQLite's own limit */

typedef enum dj_field_kind {
	DJ_FIELD_MISSING, /* not there, or JSON null */
	DJ_FIELD_PLAIN,   /* CSV without quotes */
	DJ_FIELD_QUOTED,  /* CSV in quotes: NA in quotes is text */
	DJ_FIELD_STRING,  /* a JSON string: digits in it are text, the source says so */
	DJ_FIELD_LITERAL, /* a JSON number, true or false, as written */
	DJ_FIELD_NESTED   /* a JSON object or array, as written */
} dj_field_kind;

typedef struct dj_field {
	dj_field_kind kind;
	const char   *text; /* borrowed until the next record */
	size_t        n;
} dj_field;

typedef struct dj_record {
	dj_field   *field;  /* `stored` of them */
	size_t      stored; /* at most DJ_COLUMNS_MOST + 1 */
	size_t      n;      /* fields in all, also those not stored */
	size_t      filled; /* 1 + the last field that is not empty, counted over all */
	bool        blank;  /* CSV: a line with nothing on it */
	const char *raw;    /* as in the source, without the line end */
	size_t      raw_n;
	uint64_t    byte, line; /* where it begins */
} dj_record;

#endif
