/*
 * record.h - jam.db: runs and what they gave. One writer (the parent), WAL, a schema with a version.
 *
 * Invariant: a run is there whole or not at all (one transaction), and names every digest it rests on.
 */
#ifndef DJ_STORE_RECORD_H
#define DJ_STORE_RECORD_H

#include "base/data.h"
#include "base/digest.h"
#include "base/err.h"
#include "store/manifest.h"
#include "store/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_named_value {
	const char *name;
	double      value;
} dj_named_value;

typedef struct dj_evidence {
	int     source; /* index into the run's sources */
	int64_t rowid;
} dj_evidence;

typedef struct dj_finding_record {
	dj_words               title, detail;
	const char            *key; /* unique in the run */
	double                 score;
	const char            *first, *last, *region, *place; /* NULL: none */
	bool                   has_point;
	double                 lat, lon, radius_m;
	const dj_named_value  *value;
	size_t                 n_values;
	const dj_words        *reason;
	size_t                 n_reasons;
	const char *const     *subject_type, *const *subject_id; /* sorted by type, then id */
	size_t                 n_subjects;
	const dj_evidence     *evidence; /* sorted */
	size_t                 n_evidence;
	int64_t                evidence_total; /* may be more than are kept */
} dj_finding_record;

typedef struct dj_shape_record { /* a layer or a view */
	const char    *name, *kind;
	dj_words       title;
	const char    *spec; /* JSON of its other fields, canonical (members sorted by name, no spaces) */
	/* frames by part: "data", or "nodes" and "edges" */
	const char    *part[2];
	const dj_data *data[2];
	size_t         n_parts;
} dj_shape_record;

typedef struct dj_source_record { /* source k of a `_row` is source[k - 1] */
	const char *dataset, *table, *role, *djs1; /* for source 4,095, findings: dataset "", table "findings", djs1 the run's id */
} dj_source_record;

typedef struct dj_run_record {
	int64_t                  id; /* from 1; set by dj_record_run */
	const char              *plugin, *version, *kind, *lang; /* lang "lua" or "c" */
	dj_words                 summary, caveat;
	const char              *source;  /* the method's */
	const char              *path;    /* "plugins/NAME/plugin.lua" */
	dj_digest                digest;  /* of the plugin file */
	const char              *params;  /* JSON object of text to text, sorted by name */
	const char              *seed, *now;
	const char              *verdict; /* "OK", "FAILED", "TIMEOUT", "MEMORY", "OUTPUT-LIMIT", "SANDBOX-VIOLATION", ... */
	const char              *message, *traceback; /* why; NULL when OK */
	int                      line;
	const char              *toolkit, *worker, *layers, *limits; /* version; worker's digest in hex; cage layers; JSON */
	const char              *started; /* ISO instant, for people; not part of the output */
	int64_t                  wall_us, cpu_us, peak_bytes, instructions, sql_steps;
	const dj_source_record  *source_row;
	size_t                   n_sources;
	const dj_finding_record *finding;
	size_t                   n_findings;
	const dj_shape_record   *layer, *view;
	size_t                   n_layers, n_views;
	const dj_words          *note;
	size_t                   n_notes;
	const char              *log; /* what the author logged, shown as text */
	dj_digest                dj1; /* of findings, layers, views and notes; set by dj_record_run */
} dj_run_record;

typedef struct dj_record dj_record;

/*
 * Opens .datajam/jam.db, made when it is not there, migrated when it is older. A newer one is refused: "jam.db has
 * schema 3, this datajam knows 1 (use the newer datajam)".
 */
int  dj_record_open(dj_record **out, const dj_workspace *w, dj_err *err);
void dj_record_close(dj_record *r);

/* Digests what a run gave: DJ1 over findings and their parts; layers, views and notes in order. Sets run->dj1. */
void dj_record_digest(dj_run_record *run);
/* Writes it in one transaction; sets run->id and run->dj1. */
int dj_record_run(dj_record *r, dj_run_record *run, dj_err *err);

/* Reads. What they give lives in `a`. Findings come by falling score, then key. */
int dj_record_get(dj_run_record *out, dj_record *r, int64_t id, dj_arena *a, dj_err *err); /* DJ_NOTFOUND */
int dj_record_runs(int64_t **out, size_t *n, dj_record *r, dj_arena *a, dj_err *err);      /* all ids, rising */
/* Newest run of each plugin and params: what a report shows. By plugin name, then id. */
int dj_record_newest(int64_t **out, size_t *n, dj_record *r, dj_arena *a, dj_err *err);
/* The newest OK run of one plugin, or DJ_NOTFOUND. */
int dj_record_newest_of(int64_t *out, dj_record *r, const char *plugin, dj_err *err);

/* jam.db's connection for read-only questions of this room's users (report); never written through. */
struct sqlite3 *dj_record_db(dj_record *r);

#endif
