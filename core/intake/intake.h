/*
 * intake.h - loads a source into the workspace: finds it, describes it in a dataset.json, has the caged loader parse
 * it, and publishes the snapshot.
 *
 * Promise: the new snapshot appears whole or not at all; the old one stays current until then. No byte of the source is
 * parsed in this process. Nothing is printed: what a person should know is in the result, or in *err.
 */
#ifndef DJ_INTAKE_INTAKE_H
#define DJ_INTAKE_INTAKE_H

#include "base/err.h"
#include "store/vocabulary.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
    dj_load_options { /* DJ_LOAD_OPTIONS is "all found out"; what is said wins over dataset.json and is written */
	const char        *as;     /* name of dataset (and of the table of a bare file); NULL: the file's stem */
	const char        *format; /* as in dataset.json; NULL: found out */
	const char        *member, *sheet, *from, *encoding, *rows; /* as in dataset.json; NULL: not said */
	const char *const *index; /* each "COL,COL": an index on these columns */
	size_t             n_indexes;
	const char        *rtree;     /* "lat=COL,lon=COL" */
	int                header;    /* 1, 0, or -1: found out */
	int                separator; /* an ASCII character; 0: found out */
	int                quote;     /* an ASCII character; 0: found out; -1: none */
	const char *const *null; /* marks that are NULL besides the empty field; n_null 0: NA, N/A, NULL, null */
	size_t             n_null;
	const char *const
	      *role; /* "incidents:date=REF_DATE,n=VALUE", before the role "TABLE." where there are several */
	size_t n_roles;
	bool   accept_terms; /* of the dataset: accepted herewith */
	/* Asks a person who has not accepted these terms; NULL: nobody is there to be asked, so it fails */
	bool (*ask_terms)(void *user, const char *dataset, const char *terms);
	bool    replace; /* a new dataset.json in place of one of that name from another source */
	int64_t limit;   /* only the first rows of each table, for a quick look; 0: all */
	size_t  beside;  /* how many loads run at once, this included, and share the processors; 0: this alone */
	const char *loader;  /* path of datajam-loader; NULL: beside this program */
	size_t      threads; /* of the loader; 0: as many as there are processors */
	bool        offline; /* of what stands in the network, only what the cache has */
	const char *const *allow_host; /* besides jam.json's "fetch": hosts whose private addresses are fine */
	size_t      n_allow_host;
	void (*fetching)(void *user, uint64_t done, uint64_t total); /* total 0: unknown; NULL: none */
	int         wake_fd; /* readable: stop, with DJ_STOPPED (Ctrl-C); -1: none */
	void (*progress)(void *user, uint64_t bytes_done, uint64_t bytes_total, uint64_t rows); /* NULL: none */
	void *user;
} dj_load_options;

#define DJ_LOAD_OPTIONS ((dj_load_options){.header = -1, .wake_fd = -1})

typedef struct dj_loaded_column {
	const char *name;
	dj_coltype  type;
} dj_loaded_column;

typedef struct dj_loaded_table {
	const char             *name;
	int64_t                 rows, rejects;
	const dj_loaded_column *column;
	size_t                  n_columns;
	const char             *format; /* as found or said: "csv", "tsv", "ndjson", "json", ... */
} dj_loaded_table;

typedef enum dj_load_say {
	DJ_LOAD_NOTE,    /* what was found out: a separator, a missing header, a role */
	DJ_LOAD_WARNING, /* what may surprise: short rows, renamed headers, another encoding, rejects */
} dj_load_say;

typedef struct dj_load_message {
	dj_load_say kind;
	const char *text; /* one line for a person, without a full stop at the end */
} dj_load_message;

typedef struct dj_load_result {
	const char *dataset;
	char        djs1[65];
	bool        unchanged;        /* same bytes, same dataset.json, same toolkit: nothing was loaded again */
	const char *manifest_path;    /* the dataset.json that was used */
	bool        manifest_written; /* made or changed by this load */
	const dj_loaded_table *table; /* without `rejects` */
	size_t                 n_tables;
	int64_t                rejects; /* of all tables: exit 3 when not 0; the rows are in DATASET.rejects */
	const dj_load_message *message;
	size_t                 n_messages;
	struct dj_arena       *arena; /* all of the above lives here */
} dj_load_result;

/*
 * Loads `source`: a file, "-" (standard input), an http(s) address, a folder with a dataset.json, or a name of the
 * workspace's or toolkit's datasets/. A bare file or address gets a dataset.json in the workspace's datasets/NAME, the person's to edit from then on.
 * *out is yours: dj_load_result_free. DJ_USAGE when the source or an option asks for what is not there.
 */
int  dj_intake_load(dj_load_result **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                    const dj_load_options *o, dj_err *err);
void dj_load_result_free(dj_load_result *r);

/* ---- In two steps, and side by side ---- */

/*
 * The first step finds the source, describes it, and asks for its terms; the second does the rest, in any one thread.
 * `w`, `v` and `source` must outlive it.
 */
typedef struct dj_load dj_load;

int  dj_load_begin(dj_load **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                   const dj_load_options *o, dj_err *err);
int  dj_load_finish(dj_load_result **out, dj_load *l, dj_err *err); /* once */
void dj_load_free(dj_load *l);                                      /* NULL is fine */

const char *dj_load_name(const dj_load *l); /* of the dataset */
dj_load_options *
dj_load_how(dj_load *l); /* its own copy of the options, to be changed before the second step */

/*
 * Loads of several sources, at most one a processor at once. Results come in the order of the sources; one that fails
 * stops no other. o->progress and o->fetching are called with sums, by dj_loads_next in its caller's thread. Fails at once, with DJ_USAGE,
 * where two would be the same dataset: nothing is loaded then.
 */
typedef struct dj_loads dj_loads;

int  dj_loads_start(dj_loads **out, const dj_workspace *w, const dj_vocabulary *v, const char *const *source,
                    size_t n, const dj_load_options *o, dj_err *err);
/* The next source's result, waited for; to be called n times. Its error is in *err. */
int  dj_loads_next(dj_load_result **out, dj_loads *l, dj_err *err);
void dj_loads_end(dj_loads *l); /* waits for all; NULL is fine */

/* ---- Looking first ---- */

typedef struct dj_look_decided {
	const char *what, *is, *why; /* "separator", ";", "it gives 12 of 12 rows 3 fields" */
} dj_look_decided;

typedef struct dj_look_table {
	const char               *name;
	bool                      whole; /* all of it was looked at, not its first 256 KiB alone */
	const dj_look_decided    *decided;
	size_t                    n_decided;
	const dj_loaded_column   *column;
	const char *const        *why; /* of each column's type */
	size_t                    n_columns;
	const char *const        *step; /* each as JSON on one line */
	size_t                    n_steps;
	const char *const *const *row; /* the first ten after the steps: n_columns texts, NULL for no value */
	size_t                    n_rows;
	int64_t                   rejected; /* rows before the last of those that would be rejected */
} dj_look_table;

typedef struct dj_look {
	const char            *dataset, *manifest_path;
	bool                   fresh;   /* there is no dataset.json yet */
	const char            *nothing; /* well-formed JSON that holds no table: why; NULL: it holds one */
	const dj_look_table   *table;
	size_t                 n_tables;
	const dj_load_message *message;
	size_t                 n_messages;
	struct dj_arena       *arena;
} dj_look;

/* What dj_intake_load would decide of `source`, and why; writes nothing. *out is yours: dj_look_free. */
int  dj_intake_look(dj_look **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                    const dj_load_options *o, dj_err *err);
void dj_look_free(dj_look *l);

#endif
