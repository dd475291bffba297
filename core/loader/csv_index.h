/*
 * csv_index.h - where the fields and records of delimited text end, found 64 bytes at a time.
 *
 * Promise: as long as `bare` is false, the positions are those of every separator and line end outside quotes, exactly as
 * csv.h reads. A quote that neither begins a field nor stands inside one that began so makes `bare` true: the parity
 * of quotes then says nothing, and the text is to be read by csv.c byte by byte.
 *
 * The text begins where a record begins. By AVX2 where the processor has it, else by SSE2, NEON or plain C; all give the
 * same. Source of the way: Langdale and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28 (2019), 3.1.
 */
#ifndef DJ_LOADER_CSV_INDEX_H
#define DJ_LOADER_CSV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_csv_index {
	uint32_t *at; /* positions; n of them */
	size_t    n, cap;
	uint64_t  lines;      /* line ends in all, also inside quotes: LF, CRLF, CR */
	bool      bare, utf8; /* utf8: all of it is */
	bool      open;       /* the text ends inside quotes */

	uint64_t inside; /* all ones: the next byte is in quotes */
	bool     may_open, after_cr;
	size_t   letter; /* behind the last letter that was looked at */
} dj_csv_index;

void dj_csv_index_begin(dj_csv_index *x); /* keeps the memory */
void dj_csv_index_free(dj_csv_index *x);

/* Goes on with data[from..n); what was given before must still stand in data[0..from). `quote` -1: none. */
void dj_csv_index_add(dj_csv_index *x, const char *data, size_t from, size_t n, char separator, int quote,
                      bool space);

/* The same by plain C alone: for tests, which hold the two against each other. */
void dj_csv_index_add_plain(dj_csv_index *x, const char *data, size_t from, size_t n, char separator,
                            int quote, bool space);

#endif
