/*
 * Runs the caged loader and takes in what it says. It parses a stranger's bytes, so what it says is a claim: it is
 * bounded, checked, and made harmless before a person sees it.
 */
#include "intake/parts.h"

#include "base/file.h"
#include "base/json.h"
#include "base/pool.h"
#include "base/text.h"
#include "base/wire.h"
#include "cage/cage.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)

typedef struct call {
	dj_intake  *in;
	dj_wire_in  wire;
	const char *answer; /* LOADED's JSON */
	const char *failed; /* FAILED's message */
	const char *failed_table;
} call;

/* ---- Frames ---- */

static int take_frame(call *c, dj_wire_payload *p, dj_err *err)
{
	const dj_load_options *o = c->in->o;

	switch (p->type) {
	case DJ_WIRE_PROGRESS: {
		int64_t done = dj_wire_i64(p), total = dj_wire_i64(p), rows = dj_wire_i64(p);
		if (o->progress && !p->wrong)
			o->progress(o->user, (uint64_t)done, (uint64_t)total, (uint64_t)rows);
		break;
	}
	case DJ_WIRE_LOADED: c->answer = dj_wire_text(p, c->in->a, DJ_WIRE_MOST, true); break;
	case DJ_WIRE_FAILED:
		dj_wire_text(p, c->in->a, 64, false);
		c->failed_table = dj_wire_text(p, c->in->a, 64, false);
		dj_wire_i64(p);
		c->failed = dj_wire_text(p, c->in->a, 4096, true);
		dj_wire_text(p, c->in->a, 64, false);
		break;
	default: return dj_fail(err, DJ_FAIL, "it sent a frame of type %u", p->type);
	}
	return dj_wire_finish(p, err);
}

static int on_result(void *user, const void *bytes, size_t n, dj_err *err)
{
	call           *c = user;
	dj_wire_payload p;
	int             rc;

	dj_wire_feed(&c->wire, bytes, n);
	while ((rc = dj_wire_next(&c->wire, &p, err)) > 0)
		if ((rc = take_frame(c, &p, err)) < 0)
			return rc;
	return rc;
}

/* ---- The answer ---- */

static const char *harmless(dj_intake *in, const char *text)
{
	dj_buf shown = {0};

	dj_text_show(&shown, text, strlen(text));
	return dj_buf_keep(&shown, in->a);
}

static int read_columns(dj_loaded_table *t, const cJSON *table, dj_intake *in, dj_err *err)
{
	const cJSON      *columns = NULL, *item;
	dj_loaded_column *column;

	if (dj_json_array(&columns, table, "!columns", "its answer", err) < 0)
		return err->code;
	column = dj_arena_alloc(in->a, (size_t)cJSON_GetArraySize(columns) + 1, sizeof *column);
	t->column = column;
	cJSON_ArrayForEach(item, columns)
	{
		const char *name = NULL, *type = NULL;
		if (dj_json_text(&name, item, "!name", "its answer", err) < 0 ||
		    dj_json_text(&type, item, "!type", "its answer", err) < 0)
			return err->code;
		if (dj_text_wrong(name, strlen(name), false))
			return dj_fail(err, DJ_FAIL, "it gave a column a name that is no plain text");
		column->name = dj_arena_dup(in->a, name);
		column->type = dj_coltype_by_name(type);
		column++;
		t->n_columns++;
	}
	return DJ_OK;
}

static int read_said(dj_intake_answer *out, const cJSON *table, const char *name, dj_intake *in, dj_err *err)
{
	const cJSON     *said = NULL, *item;
	dj_load_message *message;

	if (dj_json_array(&said, table, "!said", "its answer", err) < 0)
		return err->code;
	message = dj_arena_alloc(in->a, out->n_messages + (size_t)cJSON_GetArraySize(said) + 1, sizeof *message);
	if (out->n_messages)
		memcpy(message, out->message, out->n_messages * sizeof *message);
	cJSON_ArrayForEach(item, said)
	{
		const char *text = NULL;
		bool        warning = false;
		if (dj_json_text(&text, item, "!text", "its answer", err) < 0 ||
		    dj_json_bool(&warning, item, "warning", "its answer", err) < 0)
			return err->code;
		message[out->n_messages].kind = warning ? DJ_LOAD_WARNING : DJ_LOAD_NOTE;
		message[out->n_messages++].text = dj_arena_fmt(in->a, "%s: %s", name, harmless(in, text));
	}
	out->message = message;
	return DJ_OK;
}

static int read_parts(struct dj_intake_dialect *d, const cJSON *table, dj_intake *in, dj_err *err)
{
	const cJSON *parts = NULL, *item;
	const char **part;

	if (dj_json_array(&parts, table, "parts", "its answer", err) < 0)
		return err->code;
	part = dj_arena_alloc(in->a, (size_t)cJSON_GetArraySize(parts) + 1, sizeof *part);
	d->part = part;
	cJSON_ArrayForEach(item, parts)
	{
		if (!cJSON_IsString(item))
			return dj_fail(err, DJ_FAIL, "it names a part with what is no text");
		part[d->n_parts++] = dj_arena_dup(in->a, item->valuestring);
	}
	return DJ_OK;
}

static int read_table(dj_intake_answer *out, size_t k, const cJSON *json, dj_intake *in, dj_err *err)
{
	dj_loaded_table          *t = &out->table[k];
	struct dj_intake_dialect *d = &out->dialect[k];
	const char               *where = "its answer", *separator = NULL, *quote = NULL;
	int                       rc;

	t->name = in->manifest->table[k].name;
	if ((rc = dj_json_integer(&t->rows, json, "!rows", where, err)) < 0 ||
	    (rc = dj_json_integer(&t->rejects, json, "!rejects", where, err)) < 0 ||
	    (rc = dj_json_text(&t->format, json, "!format", where, err)) < 0 ||
	    (rc = dj_json_text(&separator, json, "separator", where, err)) < 0 ||
	    (rc = dj_json_text(&quote, json, "quote", where, err)) < 0 ||
	    (rc = dj_json_bool(&d->header, json, "header", where, err)) < 0 ||
	    (rc = read_columns(t, json, in, err)) < 0)
		return rc;
	d->has_header = cJSON_HasObjectItem(json, "header");
	t->format = dj_arena_dup(in->a, t->format);
	d->separator = dj_arena_dup(in->a, separator);
	d->quote = dj_arena_dup(in->a, quote);
	d->rows = strcmp(t->format, "xlsx") == 0 || strcmp(t->format, "sqlite") == 0;
	if ((rc = read_parts(d, json, in, err)) < 0)
		return rc;
	return read_said(out, json, t->name, in, err);
}

static int read_answer(dj_intake_answer *out, dj_intake *in, const dj_intake_ask *ask, const char *text,
                       dj_err *err)
{
	const cJSON *tables = NULL, *item;
	const char  *djs1 = NULL, *nothing = NULL;
	cJSON       *json = NULL;
	size_t       k = 0;
	int          rc;

	if ((rc = dj_json_parse(&json, text, strlen(text), err)) < 0 ||
	    (rc = dj_json_text(&djs1, json, "djs1", "its answer", err)) < 0 ||
	    (rc = dj_json_text(&nothing, json, "nothing", "its answer", err)) < 0 ||
	    (rc = dj_json_array(&tables, json, "!tables", "its answer", err)) < 0)
		goto out;
	if (ask->preview && nothing) {
		out->nothing = harmless(in, nothing);
		goto out;
	}
	out->n_tables = in->manifest->n_tables;
	out->table = dj_arena_alloc(in->a, out->n_tables, sizeof *out->table);
	out->dialect = dj_arena_alloc(in->a, out->n_tables, sizeof *out->dialect);
	if (cJSON_GetArraySize(tables) != (int)out->n_tables)
		rc = dj_fail(err, DJ_FAIL, "it answered for %d tables", cJSON_GetArraySize(tables));
	if (rc == DJ_OK && djs1 && !(out->loaded = dj_digest_parse(&out->djs1, djs1, strlen(djs1))))
		rc = dj_fail(err, DJ_FAIL, "its digest is none");
	cJSON_ArrayForEach(item, tables)
	{
		if (rc == DJ_OK)
			rc = read_table(out, k++, item, in, err);
	}
	if (rc == DJ_OK && ask->preview)
		rc = dj_intake_read_look(out, json, in, err);
out:
	cJSON_Delete(json);
	return rc;
}

/* ---- The process ---- */

static char *program_path(const dj_load_options *o)
{
	char    self[PATH_MAX];
	ssize_t n;

	if (o->loader)
		return dj_strdup(o->loader);
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n > 0 ? n : 0] = '\0';
	return dj_fmt("%.*sdatajam-loader", (int)(dj_path_name(self) - self), self);
}

static uint64_t bytes_of(const dj_intake_sources *s)
{
	uint64_t bytes = 0;

	for (size_t k = 0; k < s->n; k++)
		bytes += s->item[k].bytes;
	return bytes;
}

/* The same snapshot comes of any number of threads. Starting some is not worth it where there is little to read. */
static size_t threads_for(const dj_load_options *o, const dj_intake_ask *ask, uint64_t bytes)
{
	size_t most = o->threads ? o->threads : dj_pool_processors() / (o->beside ? o->beside : 1);

	if (ask->look || most == 0 || (!o->threads && bytes < 4 * MIB))
		return 1;
	return most < DJ_POOL_MOST ? most : DJ_POOL_MOST;
}

static dj_limits limits_for(uint64_t bytes, size_t threads)
{
	dj_limits l = dj_limits_default();

	l.cpu_ms = 60000 + bytes / 500; /* half a megabyte a second, several passes: far below what it does */
	l.wall_ms = 2 * l.cpu_ms;
	l.address_bytes = (512 + 64 * threads) * MIB;
	l.file_bytes = 256 * MIB + bytes * 16 + 2 * dj_intake_most_unpacked(bytes);
	l.output_bytes = 64 * MIB;
	return l;
}

/* How it ended, in words for the person whose file it is. */
static int tell_ending(const call *c, const dj_ending *e, dj_err *err)
{
	const char *source = c->in->source;

	if (e->verdict == DJ_VERDICT_STOPPED)
		return dj_fail(err, DJ_STOPPED, "stopped; nothing was changed");
	if (e->verdict == DJ_VERDICT_NO_SANDBOX)
		return dj_fail(err, DJ_FAIL,
		               "the loader could not be caged, so nothing was read: %s (datajam doctor)", e->detail);
	if (c->failed && e->verdict == DJ_VERDICT_FAILED && c->in->manifest->n_tables > 1 && *c->failed_table)
		return dj_fail(err, DJ_FAIL, "%s, table %s: %s", source, c->failed_table, c->failed);
	if (c->failed && e->verdict == DJ_VERDICT_FAILED)
		return dj_fail(err, DJ_FAIL, "%s: %s", source, c->failed);
	if (e->verdict != DJ_VERDICT_OK)
		return dj_fail(
		    err, DJ_FAIL,
		    "%s: the loader was ended (%s: %s); nothing was changed (if the file is what it should be, this is a "
		    "bug of datajam)",
		    source, dj_verdict_name(e->verdict), e->detail);
	return dj_fail(err, DJ_FAIL, "%s: the loader ended without an answer; nothing was changed", source);
}

static int run(call *c, const dj_intake_ask *ask, int job, const dj_intake_sources *s, dj_err *err)
{
	char     *program = program_path(c->in->o);
	char      name[] = "datajam-loader";
	uint64_t  bytes = bytes_of(s);
	size_t    threads = threads_for(c->in->o, ask, bytes);
	char      number[24], write_from[24];
	char     *argv[] = {name, number, write_from, NULL};
	int       fd[2 + 2 * DJ_SOURCES_MOST + 3] = {job, ask->snapshot_fd};
	size_t    n_fd = 2 + 2 * s->n + 2;
	dj_ending ending = {0};

	for (size_t k = 0; k < s->n; k++) {
		fd[2 + k] = s->item[k].fd;
		fd[2 + s->n + k] = s->item[k].scratch_fd;
	}
	fd[2 + 2 * s->n] = s->spare_fd;
	fd[2 + 2 * s->n + 1] = s->sorting_fd;
	if (!ask->look && !ask->sources)
		fd[n_fd++] = ask->later_fd;
	dj_cage_spec spec = {.program_fd = -1,
	                     .program = program,
	                     .argv = argv,
	                     .fd = fd,
	                     .n_fd = n_fd,
	                     .limits = limits_for(bytes, threads),
	                     .on_result = on_result,
	                     .user = c};
	int          rc = DJ_OK;
	snprintf(number, sizeof number, "%zu", threads);
	snprintf(write_from, sizeof write_from, "%zu", DJ_CAGE_FIRST_FD + 2 + s->n);
	if (!dj_file_exists(program))
		rc = dj_fail(err, DJ_FAIL, "%s is not there (build datajam whole: scripts/build)", program);
	if (rc == DJ_OK)
		rc = dj_cage_run(&ending, &spec, c->in->o->wake_fd, err);
	if (rc == DJ_OK && (ending.verdict != DJ_VERDICT_OK || !c->answer || !dj_wire_in_empty(&c->wire)))
		rc = tell_ending(c, &ending, err);
	free(program);
	return rc;
}

int dj_intake_call(dj_intake_answer *out, dj_intake *in, const dj_intake_ask *ask, const dj_intake_sources *s,
                   dj_err *err)
{
	call   c = {.in = in};
	dj_buf text = {0};
	int    job, rc;

	*out = (dj_intake_answer){0};
	dj_intake_job(&text, in, ask, s);
	rc = job = dj_memfd_sealed("job", text.data, text.n, err);
	if (rc >= 0)
		rc = run(&c, ask, job, s, err);
	if (rc == DJ_OK && read_answer(out, in, ask, c.answer, err) < 0)
		rc = dj_fail_in(err, "%s: the loader's answer can not be used", in->source);
	if (rc == DJ_OK && !ask->look && !out->loaded)
		rc = dj_fail(err, DJ_FAIL, "%s: the loader gave no digest", in->source);
	if (job >= 0)
		close(job);
	dj_buf_free(&text);
	dj_wire_in_free(&c.wire);
	return rc;
}
