/*
 * care.h - what a dataset asks of those who use it: terms to be accepted, a day before which nothing may be shared, a day
 * after which nothing may be kept.
 *
 * That terms were accepted is in .datajam/terms/DATASET.json with when, and the digest and the text of what was accepted:
 * other terms are asked for again. These are days of the calendar in UTC; nothing that a run gives depends on them.
 */
#ifndef DJ_STORE_CARE_H
#define DJ_STORE_CARE_H

#include "store/manifest.h"
#include "store/workspace.h"

#include <stdbool.h>

enum { DJ_DAY_ROOM = 11 };

void dj_today(char out[DJ_DAY_ROOM]); /* "2026-03-05" */

bool dj_care_embargo(const dj_manifest *m, const char *today); /* today is before embargo_until */
bool dj_care_overdue(const dj_manifest *m, const char *today); /* today is after delete_by */

/* Whether these terms of the dataset were accepted here; a record that can not be read is none. */
bool dj_care_accepted(const dj_workspace *w, const char *dataset, const char *terms);
int  dj_care_accept(const dj_workspace *w, const char *dataset, const char *terms, dj_err *err);

#endif
