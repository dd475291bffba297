/* The C face: loads the shared object, fills the tables of plugin.h, and runs it. */
#include "host/capi.h"

#include "lockdown/lockdown.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

native_run *dj_capi_run(dj_jam *jam)
{
	return (native_run *)jam;
}

native_run *dj_capi_unplaced(dj_jam *jam)
{
	dj_capi_run(jam)->line = 0;
	return dj_capi_run(jam);
}

/* A limit's message begins with the verdict: the parent reads it there. */
void dj_capi_fail(native_run *r, const char *call, const dj_err *err)
{
	const char *text =
	    err->code == DJ_STOPPED ? err->text : dj_arena_fmt(r->h->arena, "%s: %s", call, err->text);

	dj_host_failed(r->h, dj_host_cause(err), r->line, text, NULL);
}

void dj_capi_wrong(native_run *r, const char *call, const char *fmt, ...)
{
	char    text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	dj_host_failed(r->h, "error", r->line, dj_arena_fmt(r->h->arena, "%s: %s", call, text), NULL);
}

void *dj_capi_copy(native_run *r, const void *from, size_t count, size_t size)
{
	void *to = dj_arena_alloc(r->h->arena, count, size);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

dj_words dj_capi_words(dj_arena *a, const char *text)
{
	const char *apart = text ? strchr(text, DJ_FR[0]) : NULL;

	if (!apart)
		return (dj_words){text, NULL};
	return (dj_words){apart > text ? dj_arena_dupn(a, text, (size_t)(apart - text)) : NULL,
	                  apart[1] ? dj_arena_dup(a, apart + 1) : NULL};
}

/* ---- Calls about the run ---- */

static int has(dj_jam *jam, const char *role, const char *column)
{
	native_run *r = dj_capi_unplaced(jam);
	dj_err      err;
	int         rc;

	if (!role)
		dj_capi_wrong(r, "dj_has", "the role is NULL");
	rc = dj_host_has(r->h, column ? dj_arena_fmt(r->h->arena, "%s.%s", role, column) : role, &err);
	if (rc < 0)
		dj_capi_fail(r, "dj_has", &err);
	return rc;
}

static void param(dj_jam *jam, const char *name, dj_type type, void *out)
{
	native_run         *r = dj_capi_unplaced(jam);
	const dj_job_param *p = name ? dj_job_find_param(&r->h->job, name) : NULL;

	if (!p)
		dj_capi_wrong(r, "dj_param", "\"%.40s\" is no param of this plugin", name ? name : "NULL");
	if (type == DJ_INTEGER && (p->type == DJ_JOB_INTEGER || p->type == DJ_JOB_BOOLEAN))
		*(int64_t *)out = p->integer;
	else if (type == DJ_REAL && (p->type == DJ_JOB_INTEGER || p->type == DJ_JOB_NUMBER))
		*(double *)out = p->real;
	else if (type == DJ_TEXT && p->type == DJ_JOB_TEXT)
		*(const char **)out = p->text;
	else
		dj_capi_wrong(r, "dj_param", "%s is read as another type than it has", name);
}

static void note(dj_jam *jam, const char *text)
{
	native_run *r = dj_capi_unplaced(jam);
	dj_err      err;

	if (dj_host_note(r->h, dj_capi_words(r->h->arena, text), &err) < 0)
		dj_capi_fail(r, "dj_note", &err);
}

static void log_text(dj_jam *jam, const char *text)
{
	if (text)
		dj_host_log(dj_capi_run(jam)->h, 1, 0, text, strlen(text));
}

static void progress(dj_jam *jam, uint64_t done, uint64_t total)
{
	native_run *r = dj_capi_unplaced(jam);
	dj_err      err;

	if (dj_host_progress(r->h, (double)done, (double)total, &err) < 0)
		dj_capi_fail(r, "dj_progress", &err);
}

static void fail(dj_jam *jam, const char *text)
{
	dj_host_failed(dj_capi_run(jam)->h, "fail", 0, text, NULL);
}

static const char *now(dj_jam *jam)
{
	return dj_capi_run(jam)->h->job.now;
}

static dj_random *random_stream(dj_jam *jam, const char *name)
{
	native_run    *r = dj_capi_unplaced(jam);
	native_random *s = dj_arena_alloc(r->h->arena, 1, sizeof *s);
	dj_err         err;

	if (dj_host_random(&s->state, r->h, name ? name : "", &err) < 0)
		dj_capi_fail(r, "dj_random_stream", &err);
	s->random.api = jam->api;
	s->run = r;
	return &s->random;
}

static int64_t random_integer(dj_random *random, int64_t low, int64_t high)
{
	native_random *s = (native_random *)random;

	if (low > high)
		dj_capi_wrong(s->run, "dj_random_integer", "low, %lld, is above high, %lld", (long long)low,
		              (long long)high);
	return dj_random_between(s->state, low, high);
}

static double random_real(dj_random *random)
{
	return dj_random_unit(((native_random *)random)->state);
}

static void *alloc(dj_jam *jam, size_t count, size_t size)
{
	return dj_arena_alloc(dj_capi_run(jam)->h->arena, count, size);
}

static const char *format(dj_jam *jam, const char *fmt, ...)
{
	char    small[512], *large = small;
	va_list args, again;
	int     n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(small, sizeof small, fmt, args);
	if (n < 0)
		dj_capi_wrong(dj_capi_run(jam), "dj_format", "the format is wrong");
	if ((size_t)n >= sizeof small) {
		large = dj_arena_alloc(dj_capi_run(jam)->h->arena, (size_t)n + 1, 1);
		vsnprintf(large, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	va_end(args);
	return large == small ? dj_host_text(dj_capi_run(jam)->h, small, (size_t)n) : large;
}

static void run_calls(dj_api *api)
{
	api->has = has;
	api->param = param;
	api->note = note;
	api->log = log_text;
	api->progress = progress;
	api->fail = fail;
	api->now = now;
	api->random = random_stream;
	api->random_integer = random_integer;
	api->random_real = random_real;
	api->alloc = alloc;
	api->format = format;
}

/* ---- Loading ---- */

/* The plugin's constructors run in here, inside the lockdown; afterwards nothing can be opened any more. */
static const dj_plugin *load(dj_host *h)
{
	dj_err err;
	void  *object = dlopen("/proc/self/fd/5", RTLD_NOW | RTLD_LOCAL);

	if (!object)
		dj_host_failed(h, "error", 0, dj_arena_fmt(h->arena, "the plugin can not be loaded: %s", dlerror()),
		               NULL);
	const dj_plugin *p = dlsym(object, "datajam_plugin");
	if (dj_lockdown_seal(&err) < 0)
		dj_host_failed(h, "error", 0, err.text, NULL);
	if (!p)
		dj_host_failed(h, "error", 0, "there is no DJ_PLUGIN(...) at the end of the file", NULL);
	return p;
}

/* What an older header did not have is 0; what a newer one has besides is not looked at. */
static dj_plugin taken(dj_host *h, const dj_plugin *p)
{
	dj_plugin copy = {0};

	if (p->major != DJ_API_MAJOR)
		dj_host_failed(h, "error", 0,
		               dj_arena_fmt(h->arena, "the plugin is written for API %u (this is %d.%d)", p->major,
		                            DJ_API_MAJOR, DJ_API_MINOR),
		               NULL);
	memcpy(&copy, p, p->size < sizeof copy ? p->size : sizeof copy);
	return copy;
}

void dj_face_native(dj_host *h)
{
	dj_plugin   p = taken(h, load(h));
	native_run *r = dj_arena_alloc(h->arena, 1, sizeof *r);
	dj_api     *api = dj_arena_alloc(h->arena, 1, sizeof *api);

	if (h->job.describe)
		dj_capi_describe(h, &p);
	if (!p.run)
		dj_host_failed(h, "error", 0, "the plugin has no run (.run = run)", NULL);
	api->size = sizeof *api;
	dj_capi_reading(api);
	dj_capi_frames(api);
	dj_capi_giving(api);
	run_calls(api);
	r->h = h;
	r->jam.size = sizeof r->jam;
	r->jam.api = api;
	dj_capi_calculations(r);
	p.run(&r->jam);
	fflush(stdout); /* what was printed comes before DONE: nothing is flushed after it */
	dj_host_done(h, 0);
}
