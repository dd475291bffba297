/*
 * policy.h - what SQL of a plugin may touch: a pure function of what SQLite asks and of what the run has bound.
 *
 * It allows, and refuses the rest: SELECT, recursion, functions of a list, and reads of (schema, table, column) that a
 * bound role rests on. The view through which a read comes (SQLite's fifth argument) is no reason: a common table
 * expression may take any view's name.
 */
#ifndef DJ_HOST_POLICY_H
#define DJ_HOST_POLICY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dj_policy_table {
	const char  *schema, *table;
	const char **column; /* which may be read; NULL: all */
	size_t       n_columns;
} dj_policy_table;

typedef struct dj_policy {
	bool             trusted; /* our own statements: all is allowed */
	dj_policy_table *table;
	size_t           n, room;
} dj_policy;

/* Names are borrowed. A NULL column allows all of the table; adding to a table that is there adds the column. */
void dj_policy_allow(dj_policy *p, const char *schema, const char *table, const char *column);
void dj_policy_forget(dj_policy *p, const char *schema, const char *table);
void dj_policy_free(dj_policy *p);

/* SQLITE_OK or SQLITE_DENY; then `why` says what was refused and what to do. Arguments as sqlite3_set_authorizer gives them. */
int dj_policy_decide(const dj_policy *p, int action, const char *a, const char *b, const char *schema,
                     char *why, size_t why_n);

#endif
