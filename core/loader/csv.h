/*
 * csv.h - delimited text as records (RFC 4180, read leniently).
 *
 * A record ends at LF, CRLF or CR outside quotes. A field that begins with the quote runs to the closing quote; a
 * doubled quote inside is one; what stands between the closing quote and the separator is taken as it is. A quote
 * inside a field that did not begin with one is a character like any other. A quote that is never closed is an error,
 * since it would swallow the rest of the file into one cell.
 */
#ifndef DJ_LOADER_CSV_H
#define DJ_LOADER_CSV_H

#include "loader/csv_index.h"
#include "loader/record.h"
#include "loader/source.h"

typedef struct dj_csv {
	char separator;
	int  quote; /* -1: none */
	bool space; /* spaces after a separator (and at the line's start) are no part of the field */

	dj_field *field; /* the record's, and room for its unescaped text; grow as needed */
	size_t    cap;
	char     *text;
	size_t    text_n, text_cap;
} dj_csv;

void dj_csv_free(dj_csv *c);
void dj_csv_rest(dj_csv *c); /* gives room back; the shape stays */

/* 1: *out is the next record, valid until the next call; 0: the end; negative: an error that names the line. */
int dj_csv_next(dj_csv *c, dj_source *s, dj_record *out, dj_err *err);

/*
 * The same of a text that is whole in the window (s->end is true) and that `x` indexes from s->data[0] on, without a
 * byte looked at twice. *k is the next of its positions, 0 at first. Only where !x->bare && !x->open.
 */
int dj_csv_next_indexed(dj_csv *c, const dj_csv_index *x, size_t *k, dj_source *s, dj_record *out);

/* How much of data[0..n), which begins with a record, is whole records; what follows is not there yet. */
size_t dj_csv_whole(dj_csv *c, const char *data, size_t n);

size_t dj_csv_line_ends(const char *text, size_t n); /* LF, CRLF, CR; one cut in two counts twice */

#endif
