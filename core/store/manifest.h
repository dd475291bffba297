/*
 * manifest.h - dataset.json: where data comes from, what it means, how it is read and cleaned.
 *
 * The JSON Schema is datasets/dataset.schema.json. A manifest is strict: an unknown field is an error with a guess.
 */
#ifndef DJ_STORE_MANIFEST_H
#define DJ_STORE_MANIFEST_H

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dj_words {
	const char *en, *fr; /* either may be NULL */
} dj_words;

/* Adds them to the JSON in `out` as the member {"en", "fr"}, without what is NULL; neither: nothing. */
void dj_words_json(dj_buf *out, const char *name, dj_words w);

typedef enum dj_step_op {
	DJ_STEP_RENAME,   /* column -> to */
	DJ_STEP_FILTER,   /* keep rows whose column is one of, is none of, is (not) empty, is at least or at most */
	DJ_STEP_CONSTANT, /* a column `to` that holds value everywhere */
	DJ_STEP_SUFFIX,   /* "Alberta [48]" with open "[" and close "]": column becomes "Alberta", `to` becomes "48" */
	DJ_STEP_DATE,     /* column read by pattern (base/calendar.h) into `to` (or in place) as an ISO date or instant */
	DJ_STEP_TRIM,     /* white space at both ends of column, or of all when column is NULL */
	DJ_STEP_SPLIT,    /* column, by separator or by pattern ("rec-{}-{}"), into the columns `parts` */
	DJ_STEP_MAP,      /* column's values by a table, into `to` or in place; otherwise: keep, null or reject */
	DJ_STEP_COALESCE, /* the first of columns that is not missing, into `to` */
	DJ_STEP_UNPIVOT,  /* columns (a list, from..to, or matching a prefix) to rows: their name and their value */
	DJ_STEP_ROWS,     /* a row for each part of column, between separators */
	DJ_STEP_MATRIX,   /* a square matrix, the first column the names, to rows of from, to, weight */
	DJ_STEP_JOIN      /* fields of the gazetteer `with` that column names, into columns */
} dj_step_op;

typedef struct dj_step_texts {
	const char *const *text;
	size_t             n;
} dj_step_texts;

typedef struct dj_step_pairs {
	const char *const (*pair)[2]; /* the second may be NULL in a map: no value */
	size_t n;
} dj_step_pairs;

typedef struct dj_step { /* which operation takes what: manifest_steps.c */
	dj_step_op  op;
	const char *column, *to;
	const char *value;  /* constant's text; unpivot's column of values */
	const char *pattern, *separator, *open, *close;
	const char *from;   /* unpivot's first column; matrix's column of row names */
	const char *matching, *name, *weight;
	const char *at_least, *at_most, *otherwise;
	const char *with, *by, *region;
	dj_step_texts    is, is_not, columns, parts;
	dj_step_pairs    table;  /* map: from, to */
	dj_step_pairs    fields; /* join: field of the gazetteer, column */
	bool        empty, not_empty, keep_missing;
} dj_step;

typedef struct dj_column_spec { /* "columns": what is said of one column of the source (or made by a step) */
	const char        *name;
	dj_coltype         type; /* DJ_COL_UNKNOWN: inferred; else declared: a misfit is rejected */
	const char *const *null;
	size_t             n_null;
	const char        *meaning, *unit;
	dj_sensitivity     sensitivity;
	bool               sensitivity_said;
	bool               protected_;
	bool               protected_said; /* false: a name of the vocabulary's protected_names is protected */
} dj_column_spec;

typedef struct dj_mapping {
	const char *role;
	struct {
		const char *role_column; /* in the vocabulary, or a name of the table's own */
		const char *column;      /* of the table, after the steps */
	} * pair;
	size_t n;
} dj_mapping;

enum { DJ_SOURCES_MOST = 256 }; /* of a manifest, all its tables together */

typedef struct dj_source_spec {
	const char
	    *path; /* relative to the manifest, absolute, or "-" for standard input; NULL when url is said */
	const char *url;
	const char *auth_header; /* beside a url: the header that carries the secret; NULL: none */
	const char *auth_secret; /* the secret's NAME, [a-z0-9_-]+: its value is never in a manifest */
	bool        digest_said;
	dj_digest   digest; /* of the source's bytes */
} dj_source_spec;

typedef struct dj_index_spec { /* columns of the table after the steps, in the order of the index */
	const char *const *column;
	size_t             n; /* 1 to 8 */
} dj_index_spec;

typedef struct dj_table_spec {
	const char *name;
	const dj_source_spec
	           *source; /* files of one shape, loaded one after another as one table; at least one */
	size_t      n_sources;
	const char *format; /* of dj_manifest_formats: "csv", "json", "xlsx", ...; NULL: found out */
	const char *member; /* the file of an archive; NULL: its only one that is data */
	const char
	    *sheet; /* of a spreadsheet, its name or its number from 1; NULL: the first that holds anything */
	const char           *from;     /* table of a SQLite file; NULL: its only one */
	const char           *encoding; /* of decode/decode.h: "utf-8", "windows-1252", ...; NULL: found out */
	const char           *rows; /* JSON: path to the array whose items are the rows, "a.b"; NULL: found out */
	const char *const    *keep; /* members of the objects around `rows` that each row carries along */
	size_t                n_keep;
	int                   separator, quote; /* a character; 0: found out; quote -1: none ("" in JSON) */
	int                   header;           /* 1, 0, or -1: found out */
	const char *const    *null; /* marks that are NULL besides the empty field; n_null 0: the usual ones */
	size_t                n_null;
	const dj_column_spec *column;
	size_t                n_columns;
	const dj_step        *step;
	size_t                n_steps;
	const dj_index_spec  *index;
	size_t                n_indexes;
	const char           *rtree_lat, *rtree_lon; /* columns that an R-Tree of places is made of; NULL: none */
	const dj_mapping     *mapping;
	size_t                n_mappings;
} dj_table_spec;

typedef struct dj_manifest {
	const char          *name; /* [a-z][a-z0-9_]*, at most 48 bytes */
	dj_words             title, description, caveat;
	const char          *licence, *licence_url, *attribution;
	const char          *source, *source_url;
	const char          *date; /* of the source, ISO; NULL: unknown */
	const char          *terms, *embargo_until, *delete_by, *authority;
	bool                 made; /* made data: never mixed with real data unless both are named */
	const dj_table_spec *table;
	size_t               n_tables;
	const char          *folder; /* what relative paths are relative to; NULL when read from a snapshot */
	const char          *json;   /* the text it was read from */
	dj_arena            *arena;
} dj_manifest;

/* *out is yours: dj_manifest_free. The vocabulary checks roles, columns and that one column has one type. */
int  dj_manifest_parse(dj_manifest **out, const char *json, size_t n, const char *folder,
                       const dj_vocabulary *v, dj_err *err);
int  dj_manifest_read(dj_manifest **out, const char *path, const dj_vocabulary *v, dj_err *err);
void dj_manifest_free(dj_manifest *m);

/* Canonical text: members in the order above, two spaces, a line break at the end. free() it. */
char *dj_manifest_text(const dj_manifest *m);

/* What the loader is to store a table's column as: declared, or by its mapping; DJ_COL_UNKNOWN: inferred. */
dj_coltype dj_table_spec_type(const dj_table_spec *t, const dj_vocabulary *v, const char *column);

/*
 * What is known of a column of the table: the strictest of what its spec and the roles that it fills say (a manifest
 * may add, never remove); for a column that fills no role, its own spec, else protection goes by its name.
 */
bool           dj_table_spec_protects(const dj_table_spec *t, const dj_vocabulary *v, const char *column);
dj_sensitivity dj_table_spec_sensitivity(const dj_table_spec *t, const dj_vocabulary *v, const char *column);
const dj_column_spec *dj_table_spec_column(const dj_table_spec *t,
                                           const char          *column); /* NULL when nothing is said */

#endif
