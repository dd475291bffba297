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

/* One step operation: its word, and the members that it takes besides "op"; '!' before those that it must
 * have. */
typedef struct dj_step_form {
	const char *op;
	const char *member[4];
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

/* Reads one table's "steps" (manifest_steps.c). */
int dj_manifest_read_steps(dj_table_spec *t, const cJSON *table, const char *where, dj_arena *a, dj_err *err);

/* Roles are known, have what they require, and give each column one type (manifest_roles.c). */
int dj_manifest_check_roles(const dj_table_spec *t, const dj_vocabulary *v, const char *where, dj_err *err);

#endif
