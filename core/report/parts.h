/*
 * parts.h - the blocks of the page, one function each; report.h says what is in them.
 */
#ifndef DJ_REPORT_PARTS_H
#define DJ_REPORT_PARTS_H

#include "report/put.h"
#include "store/catalogue.h"
#include "store/record.h"
#include "store/workspace.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* The datasets of the catalogue, each looked over (lint), as one array. */
int dj_report_datasets(dj_put *p, const dj_workspace *w, const dj_catalogue *c, dj_err *err);

/* Blocks run-ID and one for each frame of its layers and views. */
void dj_report_run(dj_put *p, const dj_run_record *run, const dj_workspace *w, const dj_catalogue *c);

/* Block findings-ID; at most `cap` source rows each. */
void dj_report_findings(dj_put *p, const dj_run_record *run, size_t cap);

/* Block evidence-ID: the cells of those rows, read from the snapshots. */
int dj_report_evidence(dj_put *p, const dj_run_record *run, size_t cap, const dj_workspace *w,
                       const dj_catalogue *c, dj_err *err);

/* The snapshot that a run read: the current one, or an older one still in .datajam. NULL when it is gone; free() it. */
char *dj_report_snapshot(const dj_source_record *s, const dj_workspace *w, const dj_catalogue *c);

/* All cells of the statement's row, as an array. */
void dj_report_cells(dj_put *p, sqlite3_stmt *row);
/* Names of the statement's columns, as an array. */
void dj_report_columns(dj_put *p, sqlite3_stmt *row);

#endif
