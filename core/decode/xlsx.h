/*
 * xlsx.h - the parts of a spreadsheet (ECMA-376, SpreadsheetML), for this room alone: a zip of XML texts, streamed.
 */
#ifndef DJ_DECODE_XLSX_H
#define DJ_DECODE_XLSX_H

#include "decode/inside.h"

/* ---- XML of one part (xlsx_parts.c) ---- */

typedef struct dj_package {
	int               fd;
	const dj_entries *entries;
	uint64_t          most; /* bytes of XML in one part; 0: no limit */
} dj_package;

/* Names are without their namespace. A negative result ends the reading. Any function may be NULL. */
typedef struct dj_xml {
	int (*start)(void *user, const char *name, const char **attribute, dj_err *err);
	int (*end)(void *user, const char *name, dj_err *err);
	int (*text)(void *user, const char *s, size_t n, dj_err *err);
	void *user;
} dj_xml;

/* Well-formed XML without a DOCTYPE (so without entities of its own), or it fails; so it does when there is no such part. */
int         dj_xml_read(const dj_package *p, const char *part, const dj_xml *xml, dj_err *err);
const char *dj_xml_attribute(const char **attribute, const char *name); /* NULL: none */
bool        dj_xml_true(const char *value);                             /* "1", "true" */

/* Adds text with SpreadsheetML's own escapes (_x000D_) taken back. */
void dj_xlsx_unescape(dj_buf *out, const char *s, size_t n);

/* ---- Shared texts (xlsx_strings.c) ---- */

enum { DJ_STRINGS_BYTES = 128 << 20, DJ_STRINGS_MOST = 16 << 20 };

typedef struct dj_strings { /* as JSON, quoted: text[at[k] .. at[k + 1]) */
	dj_buf  text;
	size_t *at;
	size_t  n, cap;
} dj_strings;

int  dj_strings_read(dj_strings *out, const dj_package *p, const char *part, dj_err *err);
void dj_strings_free(dj_strings *s);

/* ---- Number formats (xlsx_styles.c, xlsx_dates.c) ---- */

typedef enum dj_shown { /* what a number format makes of a number */
	                    DJ_SHOWN_NUMBER,
	                    DJ_SHOWN_DATE,    /* day, month or year */
	                    DJ_SHOWN_INSTANT, /* those, and hour, minute or second */
	                    DJ_SHOWN_TIME,    /* hour, minute or second alone */
	                    DJ_SHOWN_SPAN     /* hours, minutes or seconds that count on past a day */
} dj_shown;

dj_shown dj_shown_by_id(unsigned id);        /* built-in formats */
dj_shown dj_shown_by_code(const char *code); /* "yyyy-mm-dd" */

/*
 * Adds the date, instant ("T" between) or time of a serial number as text without quotes. False: there is none (before
 * 1900, after 9999). Nothing that is shown is lost: a date with a part of a day is an instant, a time with a day too,
 * seconds have three places where they are not whole, and a span counts its hours ("36:00:00").
 */
bool dj_serial_text(dj_buf *out, double serial, dj_shown shown, bool from_1904);

typedef struct dj_styles {
	unsigned char *shown; /* a dj_shown of each cell format */
	size_t         n, cap;
} dj_styles;

int  dj_styles_read(dj_styles *out, const dj_package *p, const char *part, dj_err *err);
void dj_styles_free(dj_styles *s);

/* ---- A sheet's cells (xlsx_sheet.c) ---- */

typedef struct dj_sheet_ask {
	const dj_strings *strings;
	const dj_styles  *styles;
	bool              from_1904;
} dj_sheet_ask;

typedef struct dj_sheet_counts {
	uint64_t rows;    /* that hold anything */
	uint64_t errors;  /* #N/A, #REF!, ...: null */
	uint64_t unsaved; /* formulas without a value: null */
	uint64_t undated; /* numbers shown as dates that are none: left as numbers */
} dj_sheet_counts;

/* Line N of the sink is row N. */
int dj_sheet_read(dj_sheet_counts *out, dj_sink *sink, const dj_package *p, const char *part,
                  const dj_sheet_ask *ask, dj_err *err);

#endif
