/*
 * vocabulary.h - roles: what a table is, in shared words (datasets/vocabulary.json).
 */
#ifndef DJ_STORE_VOCABULARY_H
#define DJ_STORE_VOCABULARY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum dj_coltype {
	DJ_COL_UNKNOWN = 0,
	DJ_COL_TEXT,
	DJ_COL_INTEGER,
	DJ_COL_REAL,
	DJ_COL_BOOLEAN, /* stored as 0 or 1 */
	DJ_COL_DATE,    /* stored as YYYY-MM-DD text */
	DJ_COL_INSTANT  /* stored as YYYY-MM-DDTHH:MM:SS text, with Z when the source says its zone */
} dj_coltype;

const char *dj_coltype_name(dj_coltype t); /* "text", ... */
dj_coltype  dj_coltype_by_name(const char *name); /* DJ_COL_UNKNOWN when it is none */

typedef enum dj_sensitivity { DJ_SENSITIVITY_NONE, DJ_SENSITIVITY_QUASI, DJ_SENSITIVITY_DIRECT } dj_sensitivity;

typedef struct dj_role_column {
	const char        *name, *meaning, *unit, *refs;
	dj_coltype         type;
	bool               required, protected_;
	dj_sensitivity     sensitivity;
	const char        *fill;     /* its default as text ("1"), NULL when it has none */
	const char *const *values;   /* the words allowed; n_values 0: any */
	size_t             n_values;
	const char *const *aliases;  /* header names that mean it, lower case, for proposals */
	size_t             n_aliases;
} dj_role_column;

typedef struct dj_role {
	const char           *name, *meaning, *key;
	const dj_role_column *column;
	size_t                n_columns;
} dj_role;

typedef struct dj_vocabulary {
	const char        *version;
	const dj_role     *role;
	size_t             n_roles;
	const char *const *protected_name; /* column names that are protected until declared otherwise */
	size_t             n_protected_names;
	struct dj_arena   *arena;
} dj_vocabulary;

const char *dj_sensitivity_name(dj_sensitivity s);                         /* "none", "quasi", "direct" */
int         dj_sensitivity_by_name(dj_sensitivity *out, const char *name); /* DJ_NOTFOUND when it is none */

int  dj_vocabulary_load(dj_vocabulary **out, const char *toolkit, dj_err *err);
void dj_vocabulary_free(dj_vocabulary *v);

const dj_role        *dj_vocabulary_role(const dj_vocabulary *v, const char *name); /* NULL when there is none */
const dj_role_column *dj_role_find(const dj_role *r, const char *column);
bool                  dj_vocabulary_protects(const dj_vocabulary *v, const char *column_name); /* case and _ - space folded */

#endif
