/*
 * catalogue.h - which datasets a workspace has, and the snapshot that is current for each.
 */
#ifndef DJ_STORE_CATALOGUE_H
#define DJ_STORE_CATALOGUE_H

#include "base/digest.h"
#include "base/err.h"
#include "store/manifest.h"
#include "store/snapshot.h"
#include "store/workspace.h"

#include <stdint.h>

typedef struct dj_table_info {
	const char          *name;
	const dj_column_def *column;
	size_t               n_columns;
	int64_t              rows, rejects;
	const dj_table_spec *spec; /* of the manifest; NULL for `rejects` */
} dj_table_info;

typedef struct dj_dataset {
	const char          *name;
	const char          *path;    /* of the snapshot file */
	char                 djs1[65];
	const dj_manifest   *manifest; /* as it was loaded */
	const char          *loaded;  /* when, ISO instant, UTC */
	const char          *sources; /* JSON text: what the bytes were: path or URL, size, SHA-256 */
	const char          *toolkit; /* version that loaded it */
	const dj_table_info *table;
	size_t               n_tables;
} dj_dataset;

typedef struct dj_catalogue dj_catalogue;

/*
 * Reads all current snapshots' own words, in order of name. *out is yours; datasets are borrowed from it. A dataset that
 * can not be read fails it, by name and with what to do (load again, or rm): to leave it out would change results in
 * silence.
 */
int               dj_catalogue_open(dj_catalogue **out, const dj_workspace *w, const dj_vocabulary *v, dj_err *err);
void              dj_catalogue_free(dj_catalogue *c);
size_t            dj_catalogue_count(const dj_catalogue *c);
const dj_dataset *dj_catalogue_at(const dj_catalogue *c, size_t i);
/* NULL fills err with what there is and what was probably meant (DJ_USAGE). */
const dj_dataset *dj_catalogue_find(const dj_catalogue *c, const char *name, dj_err *err);
const dj_table_info *dj_dataset_table(const dj_dataset *d, const char *name);

/*
 * Makes the file at `temporary` (in a folder of dj_workspace_temp) the current snapshot of `name`: mode 0444, fsync,
 * rename to NAME@DIGEST.db, then the pointer in .datajam/current, each durable. A reader sees the old one or the new.
 */
int dj_catalogue_publish(const dj_workspace *w, const char *name, const dj_digest *djs1, const char *temporary, dj_err *err);

/* Waits for the turn to change snapshots and pointers; close(*out) gives it back. */
int dj_catalogue_turn(int *out, const dj_workspace *w, dj_err *err);

/* DJ_OK when `name` has a pointer, else DJ_USAGE with a guess at what was meant. Reads no snapshot: a damaged one is known. */
int dj_catalogue_known(const dj_workspace *w, const char *name, dj_err *err);
/* Takes the pointer; gc takes the file. Needs no readable snapshot. */
int dj_catalogue_remove(const dj_workspace *w, const char *name, dj_err *err);
/* Deletes snapshots that no pointer and no run in jam.db names, and caches of 30 days. Gives how many files and bytes. */
int dj_catalogue_gc(const dj_workspace *w, size_t *files, uint64_t *bytes, dj_err *err);

/*
 * Meta keys that the loader writes and dj_catalogue_open reads: "manifest" (dj_manifest_text of what was loaded),
 * "loaded", "toolkit", "sources", "dataset" (the name), and "table:NAME" (JSON: rows, rejects, columns as [[name, type],
 * ...]); "djs1" (hex) the snapshot writer writes itself.
 */

#endif
