/*
 * describe.h - what a plugin says of itself, as both faces read it and as DESCRIPTION carries it.
 *
 * The JSON is the one of plugin/plugin.h (dj_description_parse), where every rule is checked again by the
 * parent. Here is checked only what the author should hear with a line number: nothing is written that the
 * parent refuses.
 */
#ifndef DJ_HOST_DESCRIBE_H
#define DJ_HOST_DESCRIBE_H

#include "base/err.h"
#include "base/mem.h"
#include "store/manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DJ_SAYS_PARAMS = 32 };

typedef struct dj_says_need {
	const char        *role;
	const char *const *column;
	size_t             n_columns;
} dj_says_need;

typedef struct dj_says_param {
	const char *name;
	const char *type;     /* "integer", "number", "boolean" or "text" */
	const char *fallback; /* the default as text ("7", "10000.0", "true"); NULL: the user must give it */
	bool        has_min, has_max;
	double      min, max;
	const char *const *choice;
	size_t             n_choices;
	const char        *unit; /* NULL: none */
	dj_words           help;
} dj_says_param;

typedef struct dj_says {
	const char          *name, *version, *kind; /* "visualization" is written as "visualisation" */
	dj_words             summary, caveat;       /* both NULL: none */
	const char          *source;                /* NULL: none */
	int64_t              api;                   /* 0: not said */
	const dj_says_need  *need, *want;           /* without "findings" */
	size_t               n_needs, n_wants;
	const char *const   *needs_findings; /* names of plugins */
	size_t               n_needs_findings;
	const dj_says_param *param; /* any order; written by name */
	size_t               n_params;
	const char          *shard; /* NULL: none */
	bool                 has_run;
} dj_says;

/* Checks `says` and adds its JSON to `out`. Errors name the field: "params.days.help is missing". */
int dj_says_json(dj_buf *out, const dj_says *says, dj_err *err);

#endif
