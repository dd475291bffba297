/*
 * parts.h - the steps of a load, for this room alone: find the source, describe it, call the loader, propose roles.
 */
#ifndef DJ_INTAKE_PARTS_H
#define DJ_INTAKE_PARTS_H

#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "fetch/fetch.h"
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
	const char   *gazetteers_sha256;
	dj_manifest **retired; /* read and replaced; what was taken from them still points into them */
	size_t        n_retired;

	dj_load_message *message;
	size_t           n_messages, cap_messages;
} dj_intake;

void dj_intake_message(dj_intake *in, dj_load_say kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

const dj_load_message *dj_intake_messages(size_t *n, const dj_intake *in); /* for a result */
void                   dj_intake_end(dj_intake *in); /* what is not in the result's arena */

/* ---- find.c ---- */

/* A name for a dataset or table, made of a text. */
const char *dj_intake_name(dj_intake *in, const char *text);
/* Sets name, manifest_path, manifest (not for a fresh bare file), written and fresh. *file: the bare file or "-". */
int         dj_intake_find(dj_intake *in, const char **file, dj_err *err);

/* ---- describe.c ---- */

bool        dj_intake_is_url(const char *source);
const char *dj_intake_title(dj_intake *in, const char *file); /* the last part of a path or of an address */

/* A bare file's dataset.json. */
int dj_intake_describe(dj_intake *in, const char *file, dj_err *err);
/* Options that were said, and --role, win over what the dataset.json says. */
int dj_intake_override(dj_intake *in, dj_err *err);
/* Replaces in->manifest by what `m` says, checked as if read from manifest_path. */
int dj_intake_adopt(dj_intake *in, const dj_manifest *m, dj_err *err);
/* in->manifest with another table k. */
int dj_intake_set_table(dj_intake *in, size_t k, const dj_table_spec *table, dj_err *err);

/* ---- gazetteers.c ---- */

/* What steps of kind join look up, of the toolkit's own datasets. */
int dj_intake_gazetteers(dj_intake *in, dj_err *err);

/* ---- allow.c ---- */

/* Fails when the dataset is past its delete_by, or its terms are not accepted; accepting them is recorded. */
int dj_intake_allow(dj_intake *in, bool looking, dj_err *err);

/* ---- sources.c ---- */

typedef struct dj_intake_source {
	size_t           table; /* of the manifest, that it is a source of */
	char            *path;  /* absolute, or of the spool */
	int              fd;
	uint64_t         bytes;
	int64_t          changed_s, changed_ns;
	dj_digest        digest;
	bool             digested;
	size_t           twin; /* an item before it, from 1, that reads the same file; 0: none */
	const dj_digest *said;       /* what the manifest says it is; NULL: nothing */
	int              scratch_fd; /* for what is unpacked of it */
	uint64_t unpacked; /* bytes there, of an earlier look: to be read in place of the source; 0: none */
	bool     rows;     /* and they are rows of JSON */

	const dj_source_spec *spec;
	dj_fetched            fetched; /* of a URL */
} dj_intake_source;

typedef struct dj_intake_sources {
	dj_intake_source *item; /* those of the first table, in order, then of the next */
	size_t            n;
	int               spare_fd;   /* for what is packed twice */
	int               sorting_fd; /* for keys of indexes that are too many for memory */
	const char       *json;     /* for meta "sources"; NULL until digests are made */
	const char *gazetteers_sha256; /* of what steps of kind join look up; NULL: nothing */
} dj_intake_sources;

/* Opens what the manifest's tables read; standard input is spooled first. */
int  dj_intake_open_sources(dj_intake_sources *out, dj_intake *in, dj_err *err);
/* Adds one that reads the same file. */
int  dj_intake_share_source(dj_intake_sources *s, const dj_intake_source *from, size_t table, dj_err *err);
int  dj_intake_check_sources(const dj_intake_sources *s, dj_err *err); /* they have not changed meanwhile */
void dj_intake_close_sources(dj_intake_sources *s);

/* ---- digests.c ---- */

/* Makes the digests and s->json, unless they are there; enforces those that are said. */
int dj_intake_digest(dj_intake_sources *s, dj_intake *in, dj_err *err);

/*
 * The same beside a load. `later` gives a descriptor where s->json can be read once it is there, to its end; `wait` closes
 * it when the load is over. in->manifest must stay meanwhile.
 */
typedef struct dj_intake_later dj_intake_later;
int dj_intake_digest_later(dj_intake_later **out, dj_intake_sources *s, const dj_intake *in, dj_err *err);
int dj_intake_digest_wait(dj_intake_later *l, int fd, dj_intake *in, dj_err *err); /* also frees */

/* ---- fetching.c ---- */

/* The file that spec->url leads to. `known`: the digest of what it led to earlier in this load, or NULL. */
int dj_intake_fetch(dj_fetched *out, dj_intake *in, const dj_source_spec *spec, const dj_digest *known, dj_err *err);
/* With --offline: fails with all that the cache lacks. */
int dj_intake_check_offline(dj_intake *in, dj_err *err);
/* Where it came from, as members of meta "sources"; and whether two such are of the same bytes, read in the same way. */
void dj_intake_describe_fetched(dj_buf *json, const dj_fetched *f);
bool dj_intake_same_sources(const char *then, const char *now);

/* ---- call.c ---- */

typedef struct dj_intake_answer {
	bool             loaded;
	dj_digest        djs1;
	dj_loaded_table *table; /* one a table of the manifest */
	size_t           n_tables;
	struct dj_intake_dialect {
		const char        *separator, *quote;
		bool               has_header, header; /* has_header: delimited text */
		bool               rows;               /* a spreadsheet or a database, now rows of JSON */
		const char *const *part;               /* of an archive, spreadsheet or database: what is in it */
		size_t             n_parts;
	} * dialect;
	const struct dj_load_message *message;
	size_t                        n_messages;
	dj_look_table                *look; /* of a preview: one a table */
	const char *nothing;                /* of a preview: why well-formed JSON holds no table; NULL: it does */
} dj_intake_answer;

typedef struct dj_intake_ask {
	bool        look, preview;
	bool        parts; /* a database of several tables: their names are asked for */
	int         snapshot_fd;
	const char *sources, *loaded; /* meta; sources NULL: */
	int         later_fd;         /* where they can be read */
	bool        wishes;           /* types of mappings are wishes (a proposal), not declared */
} dj_intake_ask;

int dj_intake_call(dj_intake_answer *out, dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s,
                   dj_err *err);

/* What was found out by looking is said again by the load, as far as it is not in the dataset.json by then. */
void dj_intake_pass_on(dj_intake *in, const dj_intake_answer *a);

/* ---- look.c ---- */

/* Format, dialect and role of a bare file's first load go into in->manifest. *proposed: a role is a mere proposal. */
int dj_intake_find_out(bool *proposed, dj_intake *in, dj_intake_sources *s, dj_err *err);
/* "explained" of the answer, behind its tables. */
int dj_intake_read_look(dj_intake_answer *out, const cJSON *answer, dj_intake *in, dj_err *err);

/* ---- scratch.c ---- */

/* Bytes that a source of so many may have unpacked: data packs to a tenth, hardly ever to a hundredth. */
uint64_t dj_intake_most_unpacked(uint64_t bytes);

int  dj_intake_open_scratch(dj_intake_sources *s, const dj_intake *in, dj_err *err);
/* What a look has unpacked need not be unpacked again. */
void dj_intake_keep_unpacked(dj_intake_sources *s, const dj_intake_answer *found);

/* ---- parts_of.c ---- */

/* A bare file that is a database of several tables: in->manifest and the sources become all of them. */
int dj_intake_take_parts(dj_intake *in, dj_intake_sources *s, const dj_intake_answer *found, dj_err *err);

/* ---- job.c ---- */

/* The job's JSON (loader/job.h). */
void dj_intake_job(dj_buf *out, const dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s);

/* ---- propose.c ---- */

/* The mapping that header names and types speak for; role NULL: none. Says it, or the flag that would say it outright. */
dj_mapping dj_intake_propose(dj_intake *in, const dj_loaded_table *t);

#endif
