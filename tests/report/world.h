/*
 * world.h - a workspace made from one JSON file, for the tests of the report and of its page.
 *
 *   { "jam": {...},
 *     "datasets": [ { "manifest": {...}, "loaded", "sources": [...],
 *                     "tables": [ { "name", "rejects", "columns": [[name, type]], "rows": [[cell]] } ] } ],
 *     "runs": [ { ...texts of dj_run_record..., "params": {}, "limits": {}, "sources": [[dataset, table, role]],
 *                 "findings": [ { ..., "evidence": [[source, rowid]], "repeat": 20 } ],
 *                 "layers" | "views": [ { "name", "kind", "title", "spec": {}, "data" | "nodes" | "edges": { name: [cell] } } ] } ] }
 *
 * "repeat" makes a lead that many times, with falling scores. A column of texts, integers, reals or lists is what its
 * first cell that is not null is.
 */
#ifndef DJ_TESTS_REPORT_WORLD_H
#define DJ_TESTS_REPORT_WORLD_H

#include "base/err.h"
#include "base/mem.h"
#include "store/catalogue.h"
#include "store/record.h"
#include "store/vocabulary.h"
#include "store/workspace.h"

#include <cjson/cJSON.h>

typedef struct world {
	dj_workspace  *w;
	dj_vocabulary *v;
	dj_catalogue  *c;
	dj_record     *r;
} world;

/* `toolkit`: the folder with datasets/vocabulary.json. world_free in any case. */
int  world_make(world *out, const char *folder, const char *toolkit, const char *file, dj_err *err);
void world_free(world *x);

/* A frame from { name: [cell] }, in `a`. */
const dj_data *world_frame(const cJSON *object, dj_arena *a);
/* A run of the file as a record, in `a`; `c` gives the sources' digests. */
int world_run(dj_run_record *out, const cJSON *run, const dj_catalogue *c, dj_arena *a, dj_err *err);

#endif
