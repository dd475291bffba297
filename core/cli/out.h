/*
 * out.h - data on stdout: an aligned table for people, JSON (an array of objects) or CSV for programs. Streams: only the
 * first rows of a table are held, to find its widths.
 */
#ifndef DJ_CLI_OUT_H
#define DJ_CLI_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum dj_out_form { DJ_OUT_TABLE, DJ_OUT_JSON, DJ_OUT_CSV } dj_out_form;

typedef struct dj_out dj_out;

/* Names are copied. Cells then come row by row, from the left; a row ends with its last cell. */
dj_out *dj_out_begin(FILE *to, dj_out_form form, const char *const *column, size_t n);
void    dj_out_text(dj_out *o, const char *s); /* NULL is null */
void    dj_out_textn(dj_out *o, const char *s, size_t n);
void    dj_out_integer(dj_out *o, int64_t v);
void    dj_out_real(dj_out *o, double v);
void dj_out_json(dj_out *o, const char *json); /* a value that is JSON already; as text in the other forms */
size_t dj_out_end(dj_out *o);                  /* prints what is left, frees; gives the number of rows */

#endif
