/*
 * purge.h - takes a dataset out of the workspace's state: every version of its snapshot, and every run that read it,
 * with what the runs gave, since findings, layers and logs hold values of the rows that they rest on.
 *
 * What is deleted from jam.db is overwritten there (secure_delete, VACUUM). Snapshots are deleted as files are: their bytes
 * may be on the disk until it uses the room again.
 */
#ifndef DJ_STORE_PURGE_H
#define DJ_STORE_PURGE_H

#include "store/record.h"
#include "store/workspace.h"

typedef struct dj_version { /* one snapshot file of a dataset */
	const char *file;       /* NAME@DIGEST.db */
	const char *djs1;       /* hex, of the file's name */
	uint64_t    bytes;
	const char *loaded, *sources, *manifest; /* its meta; NULL where it can not be read */
} dj_version;

/* All versions that are there, by file name, needed or not. */
int dj_versions(dj_version **out, size_t *n, const dj_workspace *w, const char *name, dj_arena *a,
                dj_err *err);

/* Forgets the dataset, as dj_catalogue_remove, and deletes all its versions. Fine when nothing of it is there. */
int dj_versions_delete(const dj_workspace *w, const char *name, dj_err *err);

typedef struct dj_purged_run {
	int64_t     id, findings;
	const char *plugin, *dj1;
} dj_purged_run;

/* Runs that read the dataset, or findings of a run that did, by id. */
int dj_record_touching(dj_purged_run **out, size_t *n, dj_record *r, const char *dataset, dj_arena *a,
                       dj_err *err);
/* Deletes them, and makes jam.db anew without what it held before. Fails while another process reads it. */
int dj_record_purge(dj_record *r, const char *dataset, dj_err *err);

#endif
