/*
 * manifest_members.h - which members each object of a manifest may have: for the parser, and for the test
 * that holds datasets/dataset.schema.json to it.
 */
#ifndef DJ_STORE_MANIFEST_MEMBERS_H
#define DJ_STORE_MANIFEST_MEMBERS_H

#include "base/json.h"
#include "store/manifest.h"

typedef enum dj_manifest_object {
	DJ_MANIFEST_TOP,
	DJ_MANIFEST_TABLE,
	DJ_MANIFEST_SOURCE,
	DJ_MANIFEST_AUTH,
	DJ_MANIFEST_RTREE,
	DJ_MANIFEST_COLUMN
} dj_manifest_object;

const char *const *dj_manifest_members(dj_manifest_object object, size_t *n);

/* How a member of a step is written, and what it is kept as. */
typedef enum dj_member_kind {
	DJ_MEMBER_TEXT,         /* const char * */
	DJ_MEMBER_TEXT_OR_NULL, /* const char *: null is the text "null" */
	DJ_MEMBER_BOUND,        /* const char *: a number or a text */
	DJ_MEMBER_FLAG,         /* bool */
	DJ_MEMBER_LIST,         /* dj_step_texts */
	DJ_MEMBER_TEXTS,        /* dj_step_texts: a list, or one text */
	DJ_MEMBER_TABLE,        /* dj_step_pairs: an object of text to text or null */
	DJ_MEMBER_FIELDS        /* dj_step_pairs: an object of text to text, or one text (the first of the pair is then "") */
} dj_member_kind;

enum { DJ_STEP_MEMBERS_MOST = 8 };

/* One step operation: its word, and the members that it takes besides "op"; '!' before those that it must have. */
typedef struct dj_step_form {
	const char *op;
	struct dj_step_member {
		const char    *name;
		dj_member_kind kind;
		size_t         offset; /* in dj_step */
	} member[DJ_STEP_MEMBERS_MOST];
} dj_step_form;

const dj_step_form *dj_manifest_steps(size_t *n); /* by dj_step_op */

const char *const *dj_manifest_formats(size_t *n);
const char *const *dj_manifest_encodings(size_t *n);

/* Fails when the object has a member that it may not have. */
int dj_manifest_only(const cJSON *json, dj_manifest_object object, const char *where, dj_err *err);

/* Reads "source" and the "sha256" beside it; "format", "separator", ..., "rows" and "keep"; "indexes" and "rtree"
 * (manifest_source.c). */
int dj_manifest_read_sources(dj_table_spec *t, const cJSON *table, const char *where, dj_arena *a,
                             dj_err *err);
int dj_manifest_read_dialect(dj_table_spec *t, const cJSON *table, const char *where, dj_arena *a,
                             dj_err *err);
int dj_manifest_read_indexes(dj_table_spec *t, const cJSON *table, const char *where, dj_arena *a,
                             dj_err *err);

/* The member "steps" of a table or of a job: as a list in `a`, and adding it to `out` (manifest_steps.c). */
int  dj_manifest_read_steps(const dj_step **out, size_t *n, const cJSON *table, const char *where, dj_arena *a, dj_err *err);
void dj_manifest_put_step(dj_buf *out, const dj_step *s); /* one object, on one line */

/* The names that the values of a column had before and between the steps, its own first; how many. */
size_t dj_table_spec_origins(const dj_table_spec *t, const char *column, const char **out, size_t most);

/* What a step says is of use, as far as that can be known without the table (manifest_step_checks.c). */
int dj_manifest_check_step(const dj_step *s, const char *where, dj_err *err);

/* A bound of a filter: a number, or an ISO date or instant in seconds. False when it is neither. */
bool dj_bound_read(double *out, bool *is_time, const char *text, size_t n);

/* Roles are known, have what they require, and give each column one type (manifest_roles.c). */
int dj_manifest_check_roles(const dj_table_spec *t, const dj_vocabulary *v, const char *where, dj_err *err);

#endif
