/*
 * bind.h - inside of binding: which tables could fill a role, and with what.
 */
#ifndef DJ_PLUGIN_BIND_H
#define DJ_PLUGIN_BIND_H

#include "plugin/plugin.h"

typedef struct dj_ask { /* one role of needs and wants put together */
	const char      *role;
	const dj_role   *words; /* the vocabulary's */
	dj_bound_column *column;
	size_t           n_columns, n_needed; /* needed ones come first */
	bool             needed;              /* in needs; else only wanted */
} dj_ask;

typedef struct dj_candidate { /* one table, by one of its mappings */
	const dj_dataset    *dataset;
	const dj_table_info *table;
	const dj_mapping    *mapping;
	dj_bound_cell       *cell;
	const char          *lacks; /* NULL, or the needed columns that it can not fill: "amount and at" */
} dj_candidate;

typedef struct dj_candidates {
	dj_candidate *item; /* by dataset, then table */
	size_t        n;
} dj_candidates;

/* Roles of needs and wants, by name. DJ_FAIL: a role that the vocabulary does not have. */
int dj_asks(dj_ask **out, size_t *n, const dj_plugin_description *d, const dj_vocabulary *v, dj_arena *a,
            dj_err *err);

/* All tables that are mapped to the role, also those that lack something. */
dj_candidates dj_candidates_of(const dj_ask *ask, const dj_catalogue *c, dj_arena *a);

/* Whether the dataset has a table that fills the role. *lacks (may be NULL): why not, NULL when it has no such table. */
bool dj_candidate_fills(const dj_candidates *all, const dj_dataset *d, const char **lacks);

const dj_column_def *dj_table_column(const dj_table_info *t, const char *name); /* NULL when there is none */

#endif
