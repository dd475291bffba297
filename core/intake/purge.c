#include "intake/purge.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "store/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct plan { /* dj_purge being made */
	dj_purge           *p;
	const dj_workspace *w;
	dj_digest          *source;
	const char        **beyond;
	size_t              cap_sources, cap_beyond;
} plan;

/* ---- What there is ---- */

static void add_source(plan *q, const char *hex)
{
	dj_purge *p = q->p;
	dj_digest d;

	if (!dj_digest_parse(&d, hex, strlen(hex)))
		return;
	for (size_t i = 0; i < p->n_sources; i++)
		if (dj_digest_compare(&q->source[i], &d) == 0)
			return;
	if (p->n_sources == q->cap_sources) {
		q->cap_sources = q->cap_sources ? 2 * q->cap_sources : 16;
		q->source = dj_realloc(q->source, q->cap_sources, sizeof *q->source);
	}
	q->source[p->n_sources++] = d;
}

static void add_beyond(plan *q, const char *what)
{
	dj_purge *p = q->p;

	if (dj_text_find(what, q->beyond, p->n_beyond) < p->n_beyond)
		return;
	if (p->n_beyond == q->cap_beyond) {
		q->cap_beyond = q->cap_beyond ? 2 * q->cap_beyond : 16;
		q->beyond = dj_realloc(q->beyond, q->cap_beyond, sizeof *q->beyond);
	}
	q->beyond[p->n_beyond++] = dj_arena_dup(p->arena, what);
}

/* A file is named where it is still there; relative paths are relative to datasets/NAME. */
static void add_path(plan *q, const char *path)
{
	char *folder = dj_fmt("%s/datasets/%s", q->w->root, q->p->name), *joined = dj_path_join(folder, path);
	char *real = dj_path_real(joined);

	if (real && strcmp(path, "-") != 0)
		add_beyond(q, real);
	free(real);
	free(joined);
	free(folder);
}

/* What a snapshot says of the files that it was loaded from: digests, and where they stand. */
static void read_sources(plan *q, const dj_version *v)
{
	cJSON       *json = NULL;
	const cJSON *item;

	if (!v->sources || dj_json_parse(&json, v->sources, strlen(v->sources), NULL) < 0)
		return;
	cJSON_ArrayForEach(item, json)
	{
		const char *hex = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "sha256"));
		const char *path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "path"));
		const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "url"));
		if (hex)
			add_source(q, hex);
		if (path)
			add_path(q, path);
		if (url)
			add_beyond(q, url);
	}
	cJSON_Delete(json);
}

/* Pages that reports were written to; they are the person's. */
static void find_pages(plan *q)
{
	char **names = NULL;
	size_t n = 0;

	if (dj_folder_list(&names, &n, q->w->root, NULL) == DJ_OK)
		for (size_t i = 0; i < n; i++)
			if (dj_text_ends(names[i], ".html")) {
				char *path = dj_path_join(q->w->root, names[i]);
				add_beyond(q, path);
				free(path);
			}
	dj_names_free(names, n);
}

/* Cases of the team's plugins may hold rows that somebody took from the data. */
static void find_cases(plan *q)
{
	char  *folder = dj_path_join(q->w->root, "plugins"), **names = NULL;
	size_t n = 0;

	if (dj_folder_exists(folder) && dj_folder_list(&names, &n, folder, NULL) == DJ_OK)
		for (size_t i = 0; i < n; i++) {
			char *path = dj_fmt("%s/%s/expected.json", folder, names[i]);
			if (dj_file_exists(path))
				add_beyond(q, path);
			free(path);
		}
	dj_names_free(names, n);
	free(folder);
}

static void find_beyond(plan *q)
{
	char *manifest = dj_fmt("%s/datasets/%s/dataset.json", q->w->root, q->p->name);

	if (dj_file_exists(manifest))
		add_beyond(q, manifest);
	free(manifest);
	find_pages(q);
	find_cases(q);
	add_beyond(q, "reports, exports and printouts that were copied or sent elsewhere");
	add_beyond(q, "copies of the sources and of this workspace, backups and file system snapshots");
	add_beyond(q,
	           "free space of the disk, which keeps deleted bytes until it is used again (a solid-state disk "
	           "even then)");
}

static int find_runs(dj_purge *p, const dj_workspace *w, dj_err *err)
{
	char          *path = dj_path_join(w->state, "jam.db");
	dj_purged_run *run = NULL;
	dj_record     *r = NULL;
	int            rc = DJ_OK;

	p->has_record = dj_file_exists(path);
	if (p->has_record && (rc = dj_record_open(&r, w, err)) == DJ_OK)
		rc = dj_record_touching(&run, &p->n_runs, r, p->name, p->arena, err);
	p->run = run;
	dj_record_close(r);
	free(path);
	return rc;
}

int dj_purge_plan(dj_purge **out, const dj_workspace *w, const char *name, dj_err *err)
{
	dj_arena   *a = dj_arena_new();
	dj_purge   *p = dj_arena_alloc(a, 1, sizeof *p);
	plan        q = {.p = p, .w = w};
	dj_version *version = NULL;
	int         rc;

	*p = (dj_purge){.name = dj_arena_dup(a, name), .arena = a};
	rc = dj_name_ok(name, 48, true) ? dj_versions(&version, &p->n_versions, w, name, a, err)
	                                : dj_catalogue_known(w, name, err);
	p->version = version;
	if (rc == DJ_OK && (rc = find_runs(p, w, err)) == DJ_OK && p->n_versions + p->n_runs == 0)
		rc = dj_catalogue_known(w, name, err); /* a pointer without its file is something */
	for (size_t i = 0; rc == DJ_OK && i < p->n_versions; i++)
		read_sources(&q, &version[i]);
	if (rc == DJ_OK)
		find_beyond(&q);
	p->source = q.source;
	p->beyond = q.beyond;
	if (rc < 0)
		dj_purge_free(p);
	else
		*out = p;
	return rc;
}

void dj_purge_free(dj_purge *p)
{
	if (!p)
		return;
	free((void *)p->source);
	free((void *)p->beyond);
	free(p->cached);
	dj_arena_free(p->arena); /* p itself lives there */
}

/* ---- Deleting ---- */

static int forget_cached(dj_purge *p, const char *cache, dj_err *err)
{
	p->cached = dj_alloc_zero(p->n_sources + 1, sizeof *p->cached);
	for (size_t i = 0; i < p->n_sources; i++) {
		int was = dj_fetch_forget(cache, &p->source[i], err);
		if (was < 0)
			return was;
		p->cached[i] = was > 0;
	}
	return DJ_OK;
}

static int forget_runs(const dj_purge *p, const dj_workspace *w, dj_err *err)
{
	dj_record *r = NULL;
	int        rc;

	if (!p->has_record)
		return DJ_OK;
	if ((rc = dj_record_open(&r, w, err)) == DJ_OK)
		rc = dj_record_purge(r, p->name, err);
	dj_record_close(r);
	return rc;
}

/* ---- The receipt ---- */

static void put_versions(dj_buf *out, const dj_purge *p)
{
	dj_json_open(out, "snapshots", '[');
	for (size_t i = 0; i < p->n_versions; i++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_text(out, "djs1", p->version[i].djs1);
		dj_json_add_integer(out, "bytes", (int64_t)p->version[i].bytes);
		dj_json_add_text(out, "loaded", p->version[i].loaded);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static void put_runs(dj_buf *out, const dj_purge *p)
{
	dj_json_open(out, "runs", '[');
	for (size_t i = 0; i < p->n_runs; i++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_integer(out, "run", p->run[i].id);
		dj_json_add_text(out, "plugin", p->run[i].plugin);
		dj_json_add_integer(out, "findings", p->run[i].findings);
		dj_json_add_text(out, "dj1", p->run[i].dj1);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static void put_sources(dj_buf *out, const dj_purge *p)
{
	char hex[65];

	dj_json_open(out, "sources", '[');
	for (size_t i = 0; i < p->n_sources; i++) {
		dj_digest_hex(hex, &p->source[i]);
		dj_json_open(out, NULL, '{');
		dj_json_add_text(out, "sha256", hex);
		dj_json_add_bool(out, "in_cache", p->cached[i]);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
}

static char *receipt_of(const dj_purge *p)
{
	dj_buf out = {0};
	char   now[21];

	dj_instant_text(now, (int64_t)time(NULL), true);
	dj_json_open(&out, NULL, '{');
	dj_json_add_integer(&out, "format", 1);
	dj_json_add_text(&out, "purged", p->name);
	dj_json_add_text(&out, "when", now);
	dj_json_add_text(&out, "toolkit", DJ_VERSION);
	put_versions(&out, p);
	put_runs(&out, p);
	put_sources(&out, p);
	dj_json_add_texts(&out, "out_of_reach", p->beyond, p->n_beyond);
	dj_buf_text(&out, "}\n");
	return dj_buf_take(&out);
}

static int write_receipt(char **path, const char *text, const dj_purge *p, const dj_workspace *w, dj_err *err)
{
	char     *folder = dj_path_join(w->state, "purged"), hex[65];
	dj_digest digest;
	int       rc;

	digest = dj_sha256_of(text, strlen(text));
	dj_digest_hex(hex, &digest);
	*path = dj_fmt("%s/%s-%s.json", folder, p->name, hex);
	if ((rc = dj_folder_make(folder, err)) == DJ_OK)
		rc = dj_file_write(*path, text, strlen(text), err);
	free(folder);
	return rc;
}

/* Snapshots go last: what they say of their sources is needed where this is done again. */
int dj_purge_go(char **receipt, char **path, dj_purge *p, const dj_workspace *w, const char *cache,
                dj_err *err)
{
	int rc;

	*receipt = *path = NULL;
	if ((rc = forget_runs(p, w, err)) < 0 || (rc = forget_cached(p, cache, err)) < 0 ||
	    (rc = dj_versions_delete(w, p->name, err)) < 0)
		return rc;
	*receipt = receipt_of(p);
	return write_receipt(path, *receipt, p, w, err);
}
