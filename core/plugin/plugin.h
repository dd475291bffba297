/*
 * plugin.h - finds plugins, learns what each says of itself, and binds what it asks for to what there is.
 *
 * Promise: a plugin's bytes are read once, and what is digested is what is described and run. What a plugin says of itself
 * is said by a caged worker and is a stranger's claim: it is checked here against every rule of the plugin API before
 * anyone sees it. No plugin code runs in this process.
 *
 * All that these functions give lives in the arena that they are handed, unless said otherwise.
 */
#ifndef DJ_PLUGIN_PLUGIN_H
#define DJ_PLUGIN_PLUGIN_H

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "store/catalogue.h"
#include "store/manifest.h"
#include "store/vocabulary.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- The worker: the executable that runs plugins, opened once ---- */

typedef struct dj_worker {
	int       fd;
	dj_digest digest;
	char      hex[65];
} dj_worker;

/* `path` NULL: datajam-worker beside the running program. */
int  dj_worker_open(dj_worker *out, const char *path, dj_err *err);
void dj_worker_close(dj_worker *w); /* an opened or a {0} one */

/* ---- Finding ---- */

typedef enum dj_lang { DJ_LANG_LUA, DJ_LANG_C } dj_lang;

const char *dj_lang_name(dj_lang l); /* "lua", "c" */

typedef struct dj_plugin_file {
	const char *name;   /* the folder's name */
	const char *folder; /* absolute */
	const char *file;   /* absolute, folder/plugin.lua or folder/plugin.c */
	const char *shown;  /* as messages and records say it: "plugins/NAME/plugin.lua" */
	dj_lang     lang;
	const char *text;
	size_t      n;
	dj_digest   digest; /* of text */
	bool        in_toolkit;
	const char *broken; /* NULL, or why it can not be used; text is then NULL */
} dj_plugin_file;

enum { DJ_PLUGIN_MOST_BYTES = 1 << 20 };

/* The workspace's plugins, then the toolkit's that the workspace does not have; each by name. `w` may be NULL: the toolkit's. */
int dj_plugin_list(dj_plugin_file **out, size_t *n, const dj_workspace *w, dj_arena *a, dj_err *err);

/*
 * By name (workspace first, then toolkit), or by path: what holds a '/' or is "." is a folder, or the file in
 * one. A broken one is an error. DJ_USAGE with what there is and what was probably meant when there is none.
 */
int dj_plugin_find(const dj_plugin_file **out, const dj_workspace *w, const char *name_or_path, dj_arena *a,
                   dj_err *err);

/* ---- What a plugin says of itself ---- */

typedef enum dj_kind { DJ_KIND_DETECTION, DJ_KIND_MAPPING, DJ_KIND_VISUALISATION, DJ_KIND_TRANSFORM } dj_kind;

const char *dj_kind_name(dj_kind k);

typedef struct dj_role_need {
	const char        *role;
	const char *const *column;
	size_t             n_columns;
} dj_role_need;

typedef enum dj_param_type {
	DJ_PARAM_INTEGER,
	DJ_PARAM_NUMBER,
	DJ_PARAM_BOOLEAN,
	DJ_PARAM_TEXT
} dj_param_type;

const char *dj_param_type_name(dj_param_type t); /* "integer", "number", "boolean", "text" */

typedef struct dj_param_spec {
	const char   *name;
	dj_param_type type;
	const char
	      *fallback; /* the default as text ("7", "10000.0", "true", "month"); NULL: the user must give it */
	bool   has_min, has_max;
	double min, max;
	const char *const *choice;
	size_t             n_choices;
	const char        *unit; /* NULL: none */
	dj_words           help;
} dj_param_spec;

typedef struct dj_plugin_description {
	const char          *name, *version;
	dj_kind              kind;
	dj_words             summary, caveat; /* both NULL: the author states no limits */
	const char          *source;          /* the method's; NULL: none */
	int                  api;
	const dj_role_need  *need, *want;
	size_t               n_needs, n_wants;
	const char *const   *needs_findings; /* names of plugins */
	size_t               n_needs_findings;
	const dj_param_spec *param; /* by name */
	size_t               n_params;
	const char          *shard; /* NULL: none */
	bool                 has_run;
} dj_plugin_description;

/*
 * Reads the JSON that a worker sent as DESCRIPTION, strictly: unknown or missing members, a wrong type, a text or number out
 * of bounds, a name that is not `folder_name`, two params of one name are errors. Format, as the worker writes it:
 *
 *   {"name","version","kind","summary":{"en","fr"},"caveat":{"en","fr"},"source","api":1,
 *    "needs":{"transactions":["to_account"]},"needs_findings":["x"],"wants":{},
 *    "params":[{"name","type","default":"7","min":1,"max":90,"choices":["a"],"unit","help":{"en","fr"}}],
 *    "shard","has_run":true}
 *
 * A default is text (params that must be given have none); a member of {"en","fr"} may be missing or "".
 */
int dj_description_parse(dj_plugin_description **out, const char *json, size_t n, const char *folder_name,
                         dj_arena *a, dj_err *err);

/*
 * Asks a caged worker, or reads the answer that .datajam/cache/descriptions/ has for these bytes and this worker. Errors read
 * "plugins/NAME/plugin.lua:LINE: what"; a plugin without `run` is described (has_run is false) unless it is no table at all.
 * *verdict (may be NULL), when asking it went wrong: how, in the words of a run ("SANDBOX-VIOLATION", "TIMEOUT", "FAILED").
 */
int dj_plugin_describe(const dj_plugin_description **out, const char **verdict, const dj_plugin_file *file,
                       const dj_worker *worker, const dj_workspace *w, int wake_fd, dj_arena *a, dj_err *err);

/*
 * What the worker is to run, as a sealed memfd (close it): the Lua text, or the shared object that
 * .datajam/cache/objects/ has or the caged compiler makes. *warnings (may be NULL): the compiler's, in `a`;
 * NULL when it had none. The object's digest is kept beside it and checked: a cache that was changed is
 * compiled anew.
 */
int dj_plugin_program(int *out_fd, const char **warnings, const dj_plugin_file *file, const dj_workspace *w,
                      int wake_fd, dj_arena *a, dj_err *err);

/* ---- Params ---- */

typedef struct dj_param_value {
	const char   *name;
	dj_param_type type;
	const char   *text; /* canonical: "7", "10000.0", "true", the text itself */
	bool          given;
} dj_param_value;

/*
 * Values of all params, in order of name. given[i] is "name=value" or "plugin.name=value"; one for another plugin is passed
 * over, as is a bare name that is none of this plugin's when `others` says that other plugins may have it. DJ_USAGE says what
 * is wrong: unknown name (nearest), wrong type (with the mend), out of bounds (with unit), no such choice, not given, twice.
 */
int  dj_params_bind(const dj_param_value **out, const dj_plugin_description *d, const char *const *given,
                    size_t n_given, bool others, dj_arena *a, dj_err *err);
bool dj_params_takes(const dj_plugin_description *d, const char *given); /* is this "name=value" for it? */

/* {"days":"7",...}, sorted by name: what the record keeps. */
char *dj_params_json(const dj_param_value *v, size_t n, dj_arena *a);

/* ---- Binding roles to datasets ---- */

typedef struct dj_with { /* --with ROLE=DATASET[,DATASET]; ROLE= leaves a wanted role empty */
	const char        *role;
	const char *const *dataset;
	size_t             n_datasets;
} dj_with;

/* DJ_USAGE when it is not ROLE=..., or the role is not in the vocabulary (nearest). */
int dj_with_parse(dj_with *out, const char *text, const dj_vocabulary *v, dj_arena *a, dj_err *err);

typedef struct dj_bound_source { /* source k of a `_row` is item k - 1 */
	const dj_dataset    *dataset;
	const dj_table_info *table;
	size_t               database; /* index into databases */
	const char          *role;     /* the first that it fills */
} dj_bound_source;

typedef struct dj_bound_cell {
	const char *column; /* of the table; NULL: `fill`, or NULL when that is NULL too */
	const char *fill;
} dj_bound_cell;

typedef struct dj_bound_member {
	size_t         source; /* index into sources */
	dj_bound_cell *cell;   /* one a column of the role */
} dj_bound_member;

typedef struct dj_bound_column {
	const char *name;
	dj_coltype  type;
	bool        needed;
	bool        filled;     /* by at least one member, or by a default */
	bool        protected_; /* in the vocabulary, by a manifest, or by its name */
	bool        direct;     /* points to a person */
} dj_bound_column;

typedef struct dj_bound_role {
	const char        *name;
	dj_bound_column   *column; /* needed ones first, then wanted ones, as declared */
	size_t             n_columns;
	const char *const *other; /* filled columns that were not declared, by name */
	size_t             n_others;
	dj_bound_member   *member; /* by dataset, then table */
	size_t             n_members;
} dj_bound_role;

enum { DJ_MOST_DATABASES = 10, DJ_MOST_SOURCES = 4094, DJ_FINDINGS_SOURCE = 4095 };

typedef struct dj_binding {
	const dj_bound_role     *role; /* by name */
	size_t                   n_roles;
	const dj_bound_source   *source; /* by dataset, then table */
	size_t                   n_sources;
	const dj_dataset *const *database; /* by name */
	size_t                   n_databases;
	const char *const       *left_out; /* "statcan: incidents lacks date", for stderr */
	size_t                   n_left_out;
	const char              *reads_protected; /* "people.gender", the first that is filled; NULL: none */
	const char *newest; /* newest source date of the databases, as in their manifests; NULL: none says one */
} dj_binding;

/*
 * Section 3 of the API. with[] comes before jam.json's "roles"; items for roles that the plugin does not ask for are passed
 * over. DJ_FAIL: nobody fills a role (each dataset with the column it lacks), more than one dataset could (with the flag to
 * use), made and real data would mix without both being named, more than 10 snapshots. DJ_USAGE: an unknown dataset or role.
 * Errors do not name the plugin.
 */
int dj_plugin_bind(const dj_binding **out, const dj_plugin_description *d, const dj_catalogue *c,
                   const dj_vocabulary *v, const dj_workspace *w, const dj_with *with, size_t n_with,
                   dj_arena *a, dj_err *err);

#endif
