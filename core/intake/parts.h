/*
 * parts.h - the steps of a load, for this room alone: find the source, describe it, call the loader, propose roles.
 */
#ifndef DJ_INTAKE_PARTS_H
#define DJ_INTAKE_PARTS_H

#include "base/digest.h"
#include "base/mem.h"
#include "intake/intake.h"
#include "store/manifest.h"

typedef struct dj_intake { /* one load */
	const dj_workspace    *w;
	const dj_vocabulary   *v;
	const char            *source; /* as the person wrote it */
	const dj_load_options *o;
	dj_arena              *a;         /* the result's */
	char                  *temporary; /* a folder of .datajam/tmp */

	const char   *name;          /* of the dataset */
	const char   *manifest_path; /* the dataset.json in use, or to be written */
	dj_manifest  *manifest;
	const char   *written; /* text of the dataset.json at manifest_path; NULL: there is none yet */
	bool          fresh;   /* a bare file's first load: format and roles are to be found out */
	const char   *gazetteers; /* JSON for the job; NULL: no step asks for any */
	dj_digest     gazetteers_digest;
	dj_manifest **retired; /* read and replaced; what was taken from them still points into them */
	size_t        n_retired;

	dj_load_message *message;
	size_t           n_messages, cap_messages;
} dj_intake;

void dj_intake_message(dj_intake *in, dj_load_say kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- find.c ---- */

/* Sets name, manifest_path, manifest (not for a fresh bare file), written and fresh. *file: the bare file or "-". */
int dj_intake_find(dj_intake *in, const char **file, dj_err *err);

/* ---- describe.c ---- */

/* A bare file's dataset.json. */
int dj_intake_describe(dj_intake *in, const char *file, dj_err *err);
/* Options that were said, and --role, win over what the dataset.json says. */
int dj_intake_override(dj_intake *in, dj_err *err);
/* in->manifest with another first table. */
int dj_intake_set_table(dj_intake *in, size_t k, const dj_table_spec *table, dj_err *err);

/* ---- gazetteers.c ---- */

/* What steps of kind join look up, of the toolkit's own datasets. */
int dj_intake_gazetteers(dj_intake *in, dj_err *err);

/* ---- sources.c ---- */

typedef struct dj_intake_source {
	char     *path; /* absolute, or of the spool */
	int       fd;
	uint64_t  bytes;
	int64_t   changed_s, changed_ns;
	dj_digest digest;
} dj_intake_source;

typedef struct dj_intake_sources {
	dj_intake_source *item; /* one a table */
	size_t            n;
	const char       *json; /* for meta "sources" */
} dj_intake_sources;

/* Opens and digests what the manifest's tables read; standard input is spooled first. Enforces digests that are said. */
int  dj_intake_open_sources(dj_intake_sources *out, dj_intake *in, dj_err *err);
int  dj_intake_check_sources(const dj_intake_sources *s, dj_err *err); /* they have not changed meanwhile */
void dj_intake_close_sources(dj_intake_sources *s);

/* ---- call.c ---- */

typedef struct dj_intake_answer {
	bool             loaded;
	dj_digest        djs1;
	dj_loaded_table *table; /* one a table of the manifest */
	size_t           n_tables;
	struct dj_intake_dialect {
		const char *separator, *quote;
		bool        has_header, header; /* has_header: delimited text */
	} * dialect;
	const struct dj_load_message *message;
	size_t                        n_messages;
} dj_intake_answer;

typedef struct dj_intake_ask {
	bool        look;
	int         snapshot_fd;
	const char *sources, *loaded; /* meta */
	bool        wishes;           /* types of mappings are wishes (a proposal), not declared */
} dj_intake_ask;

int dj_intake_call(dj_intake_answer *out, dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s,
                   dj_err *err);

/* ---- job.c ---- */

/* The job's JSON (loader/job.h). */
void dj_intake_job(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s);

/* ---- propose.c ---- */

/* The mapping that header names and types speak for; role NULL: none. Says it, or the flag that would say it outright. */
dj_mapping dj_intake_propose(dj_intake *in, const dj_loaded_table *t);

#endif
