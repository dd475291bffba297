/*
 * workspace.h - a folder with a jam.json, found by walking up; its state in .datajam/ inside it.
 *
 *   jam.json                         the workspace's settings, the person's to edit
 *   datasets/NAME/dataset.json       manifests, the person's to edit
 *   plugins/NAME/plugin.lua|c        the team's plugins
 *   .datajam/snapshots/NAME@DIGEST.db, .datajam/current/NAME, .datajam/jam.db, .datajam/cache/, .datajam/tmp/
 */
#ifndef DJ_STORE_WORKSPACE_H
#define DJ_STORE_WORKSPACE_H

#include "base/err.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_workspace {
	char  *root;    /* absolute */
	char  *state;   /* root/.datajam */
	char  *toolkit; /* where the toolkit's plugins/ and datasets/ are: DJ_HOME, beside the program, or as built */
	char  *built;   /* where the toolkit's datasets are that were made when it was built: the same, or the build folder */
	cJSON *jam;     /* jam.json, checked: "title", "contact", "roles": { ROLE: [DATASET, ...] }, "k", "fetch" */
} dj_workspace;

/* Makes dir (with parents), jam.json, .gitignore, plugins/, datasets/. Fails when there is a jam.json already. */
int dj_workspace_init(const char *dir, dj_err *err);

/*
 * Opens the nearest workspace from `from` upwards (NULL: the current folder), sweeping what a killed process left in
 * .datajam/tmp. DJ_NOTFOUND when there is none ("no workspace here ... (datajam init)").
 */
int  dj_workspace_open(dj_workspace **out, const char *from, dj_err *err);
void dj_workspace_free(dj_workspace *w);

char       *dj_workspace_path(const dj_workspace *w, const char *relative); /* root/relative; free() it */
const char *dj_workspace_contact(const dj_workspace *w);                    /* NULL when jam.json names none */
int         dj_workspace_k(const dj_workspace *w);                          /* smallest cell that may leave; 11 */
/* Datasets that jam.json names for a role: n names, borrowed; 0 when it names none. */
size_t      dj_workspace_role(const dj_workspace *w, const char *role, const char **out, size_t most);

/* "fetch": { "allow": [HOST, ...], "tries", "stall" and "pause" in seconds, "most_mb" }. Not said: tries, stall_s and
 * most_mb are 0, pause_s is -1. */
typedef struct dj_workspace_fetching {
	int64_t tries, most_mb;
	double  stall_s, pause_s;
} dj_workspace_fetching;

dj_workspace_fetching dj_workspace_fetching_of(const dj_workspace *w);
/* Hosts that may be fetched from although their addresses are private: n names, borrowed. */
size_t dj_workspace_fetch_allows(const dj_workspace *w, const char **out, size_t most);

/* A fresh folder in .datajam/tmp, named by this process, swept at the next open if we die. free() the path. */
int dj_workspace_temp(char **out, const dj_workspace *w, const char *prefix, dj_err *err);

/* Removes what processes that are gone left in .datajam/tmp, and nobody else's; opening a workspace does it. */
void dj_workspace_sweep(const dj_workspace *w);

/* The toolkit's folder without a workspace (help, doctor, roles, init); free() it. */
char *dj_toolkit_folder(void);
char *dj_toolkit_built(void);

/* A file of one of the toolkit's own datasets, "regions/regions.csv"; NULL: it is not there. free() it. */
char *dj_toolkit_dataset_file(const dj_workspace *w, const char *relative);

#endif
