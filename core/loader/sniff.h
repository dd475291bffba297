/*
 * sniff.h - what kind of text a source is, from its first bytes, not from its name.
 */
#ifndef DJ_LOADER_SNIFF_H
#define DJ_LOADER_SNIFF_H

#include "base/err.h"

#include <stddef.h>

typedef enum dj_format {
	DJ_FORMAT_UNKNOWN,
	DJ_FORMAT_CSV,
	DJ_FORMAT_TSV,
	DJ_FORMAT_NDJSON,
	DJ_FORMAT_JSON,
	DJ_FORMAT_GEOJSON,
	DJ_FORMAT_XLSX,
	DJ_FORMAT_SQLITE
} dj_format;

const char *dj_format_name(dj_format f);
dj_format   dj_format_by_name(const char *name); /* DJ_FORMAT_UNKNOWN when it is none */

/* Fails, and says what to do, for what is no text and can not be made one (loader/unwrap.h): documents, pictures, nothing. */
int dj_sniff_binary(const char *sample, size_t n, dj_err *err);

/*
 * Never UNKNOWN: what is no JSON is delimited text. A text is JSON when it is one as far as the sample goes, or begins as
 * only objects do; what kind of JSON, dj_json_find tells.
 */
dj_format dj_sniff_format(const char *sample, size_t n);

#endif
