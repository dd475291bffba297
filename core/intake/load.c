#include "intake/parts.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/text.h"
#include "store/catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void dj_intake_message(dj_intake *in, dj_load_say kind, const char *fmt, ...)
{
	char    text[2000];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (in->n_messages == in->cap_messages) {
		in->cap_messages = in->cap_messages ? in->cap_messages * 2 : 16;
		in->message = dj_realloc(in->message, in->cap_messages, sizeof *in->message);
	}
	in->message[in->n_messages++] = (dj_load_message){kind, dj_arena_dup(in->a, text)};
}

const dj_load_message *dj_intake_messages(size_t *n, const dj_intake *in)
{
	dj_load_message *message = dj_arena_alloc(in->a, in->n_messages + 1, sizeof *message);

	if (in->n_messages)
		memcpy(message, in->message, in->n_messages * sizeof *message);
	*n = in->n_messages;
	return message;
}

void dj_intake_end(dj_intake *in)
{
	free(in->message);
	free(in->temporary);
	for (size_t i = 0; i < in->n_retired; i++)
		dj_manifest_free(in->retired[i]);
	free(in->retired);
	dj_manifest_free(in->manifest);
}

void dj_load_result_free(dj_load_result *r)
{
	if (r)
		dj_arena_free(r->arena); /* r itself lives there */
}

/* ---- A first load finds out ---- */

/* Whether every column that was proposed for a role turned out to be of its type, in the whole file. */
static bool proposal_held(const dj_intake *in, const dj_intake_answer *a)
{
	const dj_table_spec   *t = &in->manifest->table[0];
	const dj_loaded_table *loaded = &a->table[0];

	for (size_t i = 0; i < loaded->n_columns; i++) {
		dj_coltype wanted = dj_table_spec_type(t, in->v, loaded->column[i].name);
		if (wanted != DJ_COL_UNKNOWN && wanted != loaded->column[i].type)
			return false;
	}
	return true;
}

/* ---- Was it loaded already? ---- */

static void give_known(dj_load_result *r, const dj_dataset *d, dj_intake *in)
{
	dj_loaded_table *table = dj_arena_alloc(in->a, d->n_tables + 1, sizeof *table);

	for (size_t i = 0; i < in->manifest->n_tables; i++) {
		const dj_table_info *known = dj_dataset_table(d, in->manifest->table[i].name);
		if (!known)
			continue;
		dj_loaded_table  *t = &table[r->n_tables++];
		dj_loaded_column *column = dj_arena_alloc(in->a, known->n_columns + 1, sizeof *column);
		for (size_t k = 0; k < known->n_columns; k++)
			column[k] = (dj_loaded_column){dj_arena_dup(in->a, known->column[k].name), known->column[k].type};
		*t = (dj_loaded_table){.name = in->manifest->table[i].name,
		                       .rows = known->rows,
		                       .rejects = known->rejects,
		                       .column = column,
		                       .n_columns = known->n_columns,
		                       .format =
		                           in->manifest->table[i].format ? in->manifest->table[i].format : "csv"};
		r->rejects += known->rejects;
	}
	r->table = table;
	memcpy(r->djs1, d->djs1, sizeof r->djs1);
	r->unchanged = true;
}

/* Same bytes, same description, same toolkit: 1. A catalogue that can not be read is no reason not to load. */
static int is_known(dj_load_result *r, dj_intake *in, dj_intake_sources *s, dj_err *err)
{
	dj_catalogue     *c = NULL;
	const dj_dataset *d;
	bool              known = false;

	if (dj_catalogue_open(&c, in->w, in->v, NULL) < 0)
		return false;
	d = dj_catalogue_find(c, in->name, NULL);
	if (d && dj_intake_digest(s, in, err) < 0) {
		dj_catalogue_free(c);
		return err->code;
	}
	if (d && dj_intake_same_sources(d->sources, s->json) && strcmp(d->toolkit, DJ_VERSION) == 0 &&
	    dj_file_exists(d->path)) {
		char *then = dj_manifest_text(d->manifest), *now = dj_manifest_text(in->manifest);
		known = strcmp(then, now) == 0;
		free(then);
		free(now);
	}
	if (known)
		give_known(r, d, in);
	dj_catalogue_free(c);
	return known;
}

/* ---- Loading ---- */

/* A wrong digest explains whatever else went wrong. */
static int call(dj_intake_answer *out, dj_intake *in, dj_intake_ask *ask, dj_intake_sources *s, dj_err *err)
{
	dj_intake_later *later = NULL;
	dj_err           other = {0};

	if (s->json)
		return dj_intake_call(out, in, ask, s, err);
	ask->later_fd = dj_intake_digest_later(&later, s, in, err);
	if (ask->later_fd < 0)
		return err->code;
	int rc = dj_intake_call(out, in, ask, s, err),
	    wait = dj_intake_digest_wait(later, ask->later_fd, in, &other);
	if (wait < 0 && rc != DJ_STOPPED) {
		*err = other;
		rc = wait;
	}
	return rc;
}

static int write_snapshot(dj_intake_answer *out, const char *path, dj_intake *in, dj_intake_sources *s,
                          bool wishes, dj_err *err)
{
	char          now[21];
	dj_intake_ask ask = {.sources = s->json, .loaded = now, .wishes = wishes};

	dj_instant_text(now, (int64_t)time(NULL), true);
	ask.snapshot_fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (ask.snapshot_fd < 0)
		return dj_fail_errno(err, "%s", path);
	int rc = call(out, in, &ask, s, err);
	if (close(ask.snapshot_fd) < 0 && rc == DJ_OK)
		rc = dj_fail_errno(err, "%s", path);
	return rc == DJ_OK ? dj_intake_check_sources(s, err) : rc;
}

/* A proposal made of the file's start that the rest of the file does not bear is taken back, and all is loaded again. */
static int load(dj_intake_answer *out, const char *path, dj_intake *in, dj_intake_sources *s, bool proposed,
                dj_err *err)
{
	int rc = write_snapshot(out, path, in, s, proposed, err);

	if (rc < 0 || !proposed || proposal_held(in, out))
		return rc;
	dj_table_spec table = in->manifest->table[0];
	dj_intake_message(in, DJ_LOAD_NOTE, "%s: not all values fit the role %s, so it is not taken", table.name,
	                  table.mapping[0].role);
	table.n_mappings = 0;
	if ((rc = dj_intake_set_table(in, 0, &table, err)) < 0)
		return rc;
	return write_snapshot(out, path, in, s, false, err);
}

static int keep_manifest(dj_load_result *r, dj_intake *in, dj_err *err)
{
	char *text = dj_manifest_text(in->manifest);
	char *folder =
	    dj_strndup(in->manifest_path, (size_t)(dj_path_name(in->manifest_path) - in->manifest_path));
	bool same = in->written != NULL && !in->fresh;
	int  rc = DJ_OK;

	if (same) { /* a person's own spacing is left alone when it says the same */
		dj_manifest *was = NULL;
		same = dj_manifest_parse(&was, in->written, strlen(in->written), *folder ? folder : ".", in->v,
		                         NULL) == DJ_OK;
		char *then = same ? dj_manifest_text(was) : NULL;
		same = same && strcmp(then, text) == 0;
		free(then);
		if (was)
			dj_manifest_free(was);
	}
	if (!same && (rc = dj_folder_make(folder, err)) == DJ_OK)
		rc = dj_file_write(in->manifest_path, text, strlen(text), err);
	r->manifest_written = !same && rc == DJ_OK;
	free(folder);
	free(text);
	return rc;
}

static void give(dj_load_result *r, const dj_intake_answer *a, dj_intake *in)
{
	dj_intake_pass_on(in, a);
	r->table = a->table;
	r->n_tables = a->n_tables;
	for (size_t i = 0; i < a->n_tables; i++)
		r->rejects += a->table[i].rejects;
	dj_digest_hex(r->djs1, &a->djs1);
}

static int load_described(dj_load_result *r, dj_intake *in, dj_intake_sources *s, dj_err *err)
{
	dj_intake_answer answer;
	bool             proposed = false;
	int              rc = DJ_OK;

	if (in->fresh && (rc = dj_intake_find_out(&proposed, in, s, err)) < 0)
		return rc;
	if ((rc = is_known(r, in, s, err)) != DJ_OK)
		return rc < 0 ? rc : keep_manifest(r, in, err);

	char *path = dj_path_join(in->temporary, "snapshot.db");
	rc = load(&answer, path, in, s, proposed, err);
	if (rc == DJ_OK) {
		give(r, &answer, in);
		rc = keep_manifest(r, in, err);
	}
	if (rc == DJ_OK)
		rc = dj_catalogue_publish(in->w, in->name, &answer.djs1, path, err);
	free(path);
	return rc;
}

static int load_allowed(dj_load_result *r, dj_intake *in, dj_err *err)
{
	dj_intake_sources sources = {0};
	int               rc = dj_workspace_temp(&in->temporary, in->w, "load", err);

	if (rc < 0)
		return rc;
	rc = dj_intake_open_sources(&sources, in, err);
	if (rc == DJ_OK)
		rc = load_described(r, in, &sources, err);
	dj_intake_close_sources(&sources);
	dj_tree_remove(in->temporary, NULL);
	return rc;
}

/* Names and formats point into manifests that go now. */
static void keep_names(dj_load_result *r)
{
	dj_loaded_table *table = dj_arena_alloc(r->arena, r->n_tables + 1, sizeof *table);

	for (size_t i = 0; i < r->n_tables; i++) {
		table[i] = r->table[i];
		table[i].name = dj_arena_dup(r->arena, table[i].name);
		table[i].format = dj_arena_dup(r->arena, table[i].format);
	}
	r->table = table;
}

/* ---- From the beginning to the end ---- */

struct dj_load {
	dj_intake       in;
	dj_load_options o;
};

static int describe(dj_intake *in, dj_err *err)
{
	const char *file;
	int         rc;

	if ((rc = dj_intake_find(in, &file, err)) < 0 ||
	    (in->fresh && (rc = dj_intake_describe(in, file, err)) < 0) || (rc = dj_intake_override(in, err)) < 0)
		return rc;
	return dj_intake_allow(in, false, err);
}

int dj_load_begin(dj_load **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                  const dj_load_options *o, dj_err *err)
{
	dj_load *l = dj_alloc_zero(1, sizeof *l);
	int      rc;

	l->o = *o;
	l->in = (dj_intake){.w = w, .v = v, .source = source, .o = &l->o, .a = dj_arena_new()};
	if ((rc = describe(&l->in, err)) < 0)
		dj_load_free(l);
	else
		*out = l;
	return rc;
}

const char *dj_load_name(const dj_load *l)
{
	return l->in.name;
}

dj_load_options *dj_load_how(dj_load *l)
{
	return &l->o;
}

int dj_load_finish(dj_load_result **out, dj_load *l, dj_err *err)
{
	dj_intake      *in = &l->in;
	dj_load_result *r = dj_arena_alloc(in->a, 1, sizeof *r);
	int             rc = load_allowed(r, in, err);

	if (rc < 0)
		return rc;
	r->dataset = dj_arena_dup(in->a, in->name);
	r->manifest_path = dj_arena_dup(in->a, in->manifest_path);
	r->arena = in->a;
	keep_names(r);
	r->message = dj_intake_messages(&r->n_messages, in);
	in->a = NULL; /* the result's */
	*out = r;
	return DJ_OK;
}

void dj_load_free(dj_load *l)
{
	if (!l)
		return;
	dj_intake_end(&l->in);
	dj_arena_free(l->in.a);
	free(l);
}

int dj_intake_load(dj_load_result **out, const dj_workspace *w, const dj_vocabulary *v, const char *source,
                   const dj_load_options *o, dj_err *err)
{
	dj_load *l = NULL;
	dj_err   own = {0};
	int      rc = dj_load_begin(&l, w, v, source, o, err ? err : &own);

	if (rc == DJ_OK)
		rc = dj_load_finish(out, l, err ? err : &own);
	dj_load_free(l);
	return rc;
}
