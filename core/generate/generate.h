/*
 * generate.h - made worlds: datasets with patterns planted in them, and the truth about what was planted.
 *
 * Promise: the same scenario, seed and scale give the same bytes on every machine. Chance comes from base/random.h
 * alone, and all that decides a byte is integer arithmetic: no libm, no clock, no address.
 *
 * A scenario writes into a folder: FOLDER/DATASET/ with dataset.json and CSV files, and FOLDER/truth/ apart from them
 * (planted.csv and lookalikes.csv), which has no dataset.json and so is never loaded by accident. For each planted
 * pattern there are at least five innocent ones that look like it.
 *
 * What a made world is good for: trying a plugin out, teaching, and catching a plugin that finds nothing or
 * everything. What it does NOT model, so that a score on it says nothing about these: how often such patterns occur in
 * truth (they are far rarer), how offenders adapt to rules, ties between the bank's accounts and the reports, whole
 * networks of accounts, people who appear in both, under-reporting by place and by community, and errors that follow
 * from who enters the data. No person, account, shop or address in it exists; the towns do.
 */
#ifndef DJ_GENERATE_GENERATE_H
#define DJ_GENERATE_GENERATE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

typedef struct dj_scenario {
	const char *name, *summary;
	const char *datasets[8]; /* folders that it writes, in the order to load them; ends with NULL */
	int (*make)(uint64_t seed, double scale, const char *folder, dj_err *err);
} dj_scenario;

const dj_scenario *dj_scenarios(size_t *n);

/*
 * Makes a scenario in `folder` (made when it is not there; files of the same names are replaced). `scale` multiplies
 * the amount of data, 0.01 to 1000. DJ_NOTFOUND, with a guess, when there is no such scenario. A dataset's
 * dataset.json is written last: what was cut short can not be loaded.
 */
int dj_generate(const char *scenario, uint64_t seed, double scale, const char *folder, dj_err *err);

#endif
