/*
 * report.h - one self-contained HTML file of what a workspace found: datasets, leads with their source rows,
 * maps, charts, and the record of every run.
 *
 * Promise: the file makes no request, opens from disk, and runs nothing but its own script (a
 * Content-Security-Policy by hash). What plugins and data say stands in it as data and is shown as text. It
 * appears whole or not at all. It holds personal data: it is for the team that made it, and says so on top.
 *
 * One run is in memory at a time, so a workspace may hold far more than memory.
 *
 * What C writes and the page (core/viewer) reads: JSON blocks `<script type="application/json" id="...">`,
 * every `<` as \u003c. "words" is {"en","fr"}, either may be null. Missing texts are null.
 *
 *   report       {"format":1, "toolkit":"0.1.0", "written":instant, "workspace":{"title","contact","folder"},
 *                 "cap":50, "runs":[1,4], "datasets":[dataset]}
 *     dataset    {"name", "title":words, "description":words, "caveat":words, "licence", "licence_url",
 *                 "attribution", "source", "source_url", "date", "terms", "embargo_until", "delete_by",
 *                 "authority", "made":bool, "djs1", "loaded", "toolkit",
 *                 "sources": what the loader wrote | null, "tables":[table]}
 *     table      {"name", "rows", "rejects", "check": what lint says, but for `rejects`,
 *                 "roles":[{"role","columns":[[role's, own]]}], "path", "url"};
 *                the table `rejects` also has "sample":{"columns":[name],"rows":[[cell]]}
 *     check      {"dataset", "table", "rows",
 *                 "columns":[{"name", "type", "fills", "nulls", "distinct", "about":bool, "least", "most", "hidden":bool, "key":bool}],
 *                 "notes":[{"code", "columns":[name], "en", "fr", "rows", "about":bool, "examples":[rowid], "lines":[line],
 *                 "sure":bool}]}: missing texts are left out; core/lint/lint.h says what they mean
 *   run-ID       {"id", "plugin", "version", "kind", "lang", "summary":words, "caveat":words, "source", "path",
 *                 "digest", "params":{name:text}, "seed", "now", "verdict", "message", "traceback", "line",
 *                 "toolkit", "worker", "layers_of_cage", "limits", "started", "wall_us", "cpu_us",
 *                 "peak_bytes", "dj1", "log", "findings":count,
 *                 "sources":[{"dataset","table","role","djs1","here":bool}], "notes":[words],
 *                 "layers":[shape], "views":[shape]}
 *     shape      {"name", "kind", "title":words, "spec":object, "parts":[{"part","block","rows"}]}
 *   findings-ID  [{"id", "title":words, "detail":words, "key", "score", "first", "last", "region", "place",
 *                  "point":[lat, lon, radius_m] | null, "values":[[name, number]], "reasons":[words],
 *                  "subjects":[[type, id]], "rows":[[source, rowid]], "total"}]:
 *                falling score; "rows" is at most "cap" of "total"
 *   evidence-ID  [{"source", "columns":[name], "rows":{rowid:[cell]}, "missing": why | null}]:
 *                the cells of those rows, one entry a source of the run
 *   BLOCK        {"rows", "columns":[{"name", "type":"integer"|"real"|"text"|"list", "cells":[...]}]}
 *
 * Integers beyond 2^53 are texts, so that the page shows them whole.
 */
#ifndef DJ_REPORT_REPORT_H
#define DJ_REPORT_REPORT_H

#include "base/err.h"
#include "store/catalogue.h"
#include "store/record.h"
#include "store/workspace.h"

#include <stddef.h>
#include <stdint.h>

enum {
	DJ_REPORT_EVIDENCE = 50,         /* source rows shown of each lead, unless the options say otherwise */
	DJ_REPORT_EVIDENCE_RUN = 200000, /* source rows whose cells a run may carry; the rest are only named */
	DJ_REPORT_REJECTS = 20           /* rejected rows shown of each dataset */
};

typedef struct dj_report_options { /* {0} is fine */
	size_t         evidence;       /* rows a lead; 0: DJ_REPORT_EVIDENCE */
	const int64_t *run;            /* these runs, in this order; NULL: the newest of each plugin and params */
	size_t         n_runs;
	const char    *written; /* ISO instant that the page names; NULL: now */
} dj_report_options;

/*
 * Writes the page to `path` (a neighbour, fsync, rename; a device, pipe or link is written through; "-" is stdout).
 * `o` may be NULL. A snapshot that is gone is no error: the page says which rows it could not show.
 */
int dj_report_write(const char *path, const dj_workspace *w, const dj_catalogue *c, dj_record *r,
                    const dj_report_options *o, dj_err *err);

#endif
