/*
 * expected_parts.h - inside of expected.json: reading cases, making their data, comparing what came.
 */
#ifndef DJ_RUN_EXPECTED_PARTS_H
#define DJ_RUN_EXPECTED_PARTS_H

#include "run/expected.h"
#include "run/run.h"

#include <cjson/cJSON.h>

typedef struct dj_expected_case {
	const char        *name;
	const cJSON       *rows, *files; /* of role to data; at most one of them */
	const char *const *param;        /* "name=value" */
	size_t             n_params;
	uint64_t           seed;
	const char        *now;
	const cJSON       *expect;
} dj_expected_case;

typedef struct dj_lines { /* a list of texts that grows; the texts live elsewhere */
	const char **line;
	size_t       n, cap;
} dj_lines;

void dj_lines_add(dj_lines *l, const char *line);

/* Checks the whole file: every field known, of its type. *out lives in `a`, what is in it in `json`. */
int dj_expected_cases(dj_expected_case **out, size_t *n, const cJSON *json, dj_arena *a, dj_err *err);

/* Writes the rows of one role as a snapshot that fills it, and makes it current. */
int dj_expected_rows(const dj_workspace *w, const dj_vocabulary *v, const char *role, const cJSON *rows,
                     dj_err *err);

/* A line for each difference between what is expected and what came. */
void dj_expected_compare(dj_lines *out, const cJSON *expect, const dj_run_record *got, dj_arena *a);

/* Whether a finding has the fields that `want` names. *matched counts those it has; *why says the first it has not. */
bool dj_expected_matches(const dj_finding_record *f, const cJSON *want, size_t *matched, const char **why,
                         dj_arena *a);

/* `text` with the "digest" of case `which` (from 0) set; all else stays byte for byte. free() it; NULL when it is not found. */
char *dj_expected_with_digest(const char *text, size_t which, const char *digest);

#endif
