/*
 * world.h - what the makers of one world share: seed, scale, and the two sheets of the truth.
 */
#ifndef DJ_GENERATE_WORLD_H
#define DJ_GENERATE_WORLD_H

#include "base/err.h"
#include "generate/sheet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_world {
	uint64_t seed;
	double   scale;
	dj_sheet planted, lookalike;
} dj_world;

/* How many of what there are `base` of at scale 1; `least` at any scale. */
size_t dj_world_count(const dj_world *w, int base, size_t least);

/* One row of planted.csv or lookalikes.csv; first and last are days since 1970, `hard` says that it is a near miss. */
void dj_world_truth(dj_sheet *to, const char *kind, const char *subject_type, const char *subject, int64_t first,
                    int64_t last, bool hard, const char *note);

int dj_bank_write(dj_world *w, const char *folder, dj_err *err);    /* accounts.csv, transactions.csv */
int dj_reports_write(dj_world *w, const char *folder, dj_err *err); /* incidents.csv */

/* dataset.json of one of the scenario's datasets; free() it. */
char *dj_manifest_of_bank(uint64_t seed);
char *dj_manifest_of_reports(uint64_t seed);
char *dj_manifest_of_places(void);

#endif
