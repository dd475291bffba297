/* Carries a plan out: as many workers side by side as was asked for, each beginning when what it needs has ended. */
#include "run/inside.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct job {     /* one step while it goes on */
	dj_cage       *cage; /* NULL: not going */
	dj_receive    *receive;
	dj_rows       *rows;
	int            program_fd, job_fd, findings_fd, veiled_fd[DJ_MOST_DATABASES];
	bool           begun, ended;
	const char    *reads_protected; /* by itself or by what it reads the findings of */
	dj_run_record *record;
} job;

typedef struct runner {
	const dj_run_house   *house;
	const dj_plan        *plan;
	const dj_run_options *options;
	const dj_run_events  *events;
	job                  *job;
	size_t                going;
	const char           *limits; /* as JSON, for records */
	bool                  stopped;
	dj_arena             *arena;
	dj_err               *err;
} runner;

/* ---- The record ---- */

static const char *limits_json(const dj_limits *l, dj_arena *a)
{
	return dj_arena_fmt(
	    a,
	    "{\"address_bytes\":%llu,\"cpu_ms\":%llu,\"findings\":%llu,\"lua_bytes\":%llu,"
	    "\"lua_instructions\":%llu,\"output_bytes\":%llu,\"sql_steps\":%llu,\"wall_ms\":%llu}",
	    (unsigned long long)l->address_bytes, (unsigned long long)l->cpu_ms, (unsigned long long)l->findings,
	    (unsigned long long)l->lua_bytes, (unsigned long long)l->lua_instructions,
	    (unsigned long long)l->output_bytes, (unsigned long long)l->sql_steps,
	    (unsigned long long)l->wall_ms);
}

static const char *now_of(const runner *r, const dj_plan_step *s)
{
	if (r->options->now)
		return r->options->now;
	return s->binding && s->binding->newest ? s->binding->newest : "";
}

static dj_run_record *new_record(const runner *r, const dj_plan_step *s)
{
	dj_run_record               *out = dj_arena_alloc(r->arena, 1, sizeof *out);
	const dj_plugin_description *d = s->says;
	char                         started[21];

	dj_instant_text(started, (int64_t)time(NULL), true);
	*out = (dj_run_record){
	    .plugin = s->file->name,
	    .version = d->version,
	    .kind = dj_kind_name(d->kind),
	    .lang = dj_lang_name(s->file->lang),
	    .summary = d->summary,
	    .caveat = d->caveat,
	    .source = d->source,
	    .path = s->file->shown,
	    .digest = s->file->digest,
	    .params = s->param ? dj_params_json(s->param, d->n_params, r->arena) : "{}",
	    .seed = dj_arena_fmt(r->arena, "%llu", (unsigned long long)r->options->seed),
	    .now = now_of(r, s),
	    .toolkit = DJ_VERSION,
	    .worker = r->house->worker->hex,
	    .layers = "",
	    .limits = r->limits,
	    .started = dj_arena_dup(r->arena, started),
	    .log = "",
	};
	return out;
}

static void tell_finished(const runner *r, size_t i)
{
	if (r->events && r->events->finished)
		r->events->finished(r->events->user, &r->plan->step[i], r->job[i].record);
}

/* A step that never began. It leaves no run behind. */
static void refuse(runner *r, size_t i, const char *why)
{
	job *j = &r->job[i];

	j->record = new_record(r, &r->plan->step[i]);
	j->record->verdict = r->plan->step[i].verdict ? r->plan->step[i].verdict : "FAILED";
	j->record->message = why;
	j->begun = j->ended = true;
	tell_finished(r, i);
}

/* ---- Beginning ---- */

static bool fine(const job *j)
{
	return j->ended && strcmp(j->record->verdict, "OK") == 0;
}

static int on_result(void *user, const void *bytes, size_t n, dj_err *err)
{
	return dj_receive_bytes(((job *)user)->receive, bytes, n, err);
}

static int on_log(void *user, const void *bytes, size_t n, dj_err *err)
{
	(void)err;
	dj_receive_log(((job *)user)->receive, bytes, n);
	return DJ_OK;
}

static void close_job(job *j)
{
	int *const fd[] = {&j->program_fd, &j->job_fd, &j->findings_fd};

	dj_cage_free(j->cage);
	dj_receive_free(j->receive);
	dj_rows_close(j->rows);
	j->cage = NULL;
	j->receive = NULL;
	j->rows = NULL;
	for (size_t i = 0; i < 3; i++) {
		if (*fd[i] >= 0)
			close(*fd[i]);
		*fd[i] = -1;
	}
	for (size_t i = 0; i < DJ_MOST_DATABASES; i++) {
		if (j->veiled_fd[i] >= 0)
			close(j->veiled_fd[i]);
		j->veiled_fd[i] = -1;
	}
}

static void tell_warnings(const runner *r, const dj_plan_step *s, const char *compiler)
{
	const dj_run_events *e = r->events;

	if (!e || !e->log)
		return;
	for (size_t i = 0; i < s->binding->n_left_out; i++)
		e->log(e->user, s, 2, 0, s->binding->left_out[i]);
	for (const char *at = compiler; at && *at;) {
		size_t n = strcspn(at, "\n");

		e->log(e->user, s, 2, 0, dj_arena_dupn(r->arena, at, n));
		at += n + (at[n] == '\n');
	}
}

/* All that the worker is given: descriptors of the job, the plugin, snapshots and findings. */
static int prepare(runner *r, size_t i, dj_job_fds *fds, dj_err *err)
{
	const dj_plan_step   *s = &r->plan->step[i];
	job                  *j = &r->job[i];
	const dj_run_record **given = dj_arena_alloc(r->arena, s->n_after + 1, sizeof *given);
	const char           *warnings;
	dj_buf                text = {0};
	int                   rc;

	j->reads_protected = s->binding->reads_protected;
	for (size_t k = 0; k < s->n_after; k++) {
		given[k] = r->job[s->after[k]].record;
		if (!j->reads_protected)
			j->reads_protected = r->job[s->after[k]].reads_protected;
	}
	if ((rc = dj_plugin_program(&j->program_fd, &warnings, s->file, r->house->workspace, r->options->wake_fd,
	                            r->arena, err)) < 0 ||
	    (rc = dj_rows_open(&j->rows, s->binding, given, s->n_after, r->arena, err)) < 0 ||
	    (s->n_after && (rc = dj_findings_image(&j->findings_fd, j->rows, given, s->n_after, err)) < 0))
		return rc;
	tell_warnings(r, s, warnings);
	dj_job_text(&text, s, r->options, now_of(r, s), j->rows, s->n_after > 0);
	rc = j->job_fd = dj_memfd_sealed("job", text.data, text.n, err);
	dj_buf_free(&text);
	if (rc < 0)
		return rc;
	fds->fd[fds->n++] = j->job_fd;
	fds->fd[fds->n++] = j->program_fd;
	for (size_t k = 0; k < s->binding->n_databases; k++) {
		int fd = dj_rows_fd(j->rows, k);

		if (s->file->lang == DJ_LANG_C &&
		    (rc = dj_veiled_copy(&j->veiled_fd[k], s->binding, k, fd, r->house->vocabulary,
		                         r->house->workspace, err)) < 0)
			return rc;
		fds->fd[fds->n++] = j->veiled_fd[k] >= 0 ? j->veiled_fd[k] : fd;
	}
	if (s->n_after)
		fds->fd[fds->n++] = j->findings_fd;
	return DJ_OK;
}

static int start_cage(runner *r, size_t i, const dj_job_fds *fds, dj_err *err)
{
	const dj_plan_step *s = &r->plan->step[i];
	job                *j = &r->job[i];
	char               *argv[] = {(char[]){"datajam-worker"}, NULL};
	dj_receive_spec     receive = {.step = s,
	                               .events = r->events,
	                               .rows = j->rows,
	                               .reads_protected = j->reads_protected,
	                               .k = dj_workspace_k(r->house->workspace),
	                               .most_findings = r->options->limits.findings,
	                               .arena = r->arena};
	dj_cage_spec        spec = {.program_fd = r->house->worker->fd,
	                            .argv = argv,
	                            .fd = fds->fd,
	                            .n_fd = fds->n,
	                            .limits = r->options->limits,
	                            .needs_landlock = s->file->lang == DJ_LANG_C,
	                            .on_result = on_result,
	                            .on_log = on_log,
	                            .user = j};

	j->receive = dj_receive_new(&receive);
	return dj_cage_start(&j->cage, &spec, err);
}

static int begin(runner *r, size_t i)
{
	const dj_plan_step *s = &r->plan->step[i];
	job                *j = &r->job[i];
	dj_job_fds          fds = {0};
	dj_err              why = {0};
	int                 rc = prepare(r, i, &fds, &why);

	j->begun = true;
	if (rc >= 0)
		rc = start_cage(r, i, &fds, &why);
	if (rc < 0) {
		close_job(j);
		if (rc == DJ_STOPPED)
			r->stopped = true;
		refuse(r, i, dj_arena_dup(r->arena, why.text));
		return DJ_OK;
	}
	j->record = new_record(r, s);
	j->record->source_row = dj_rows_sources(j->rows, &j->record->n_sources);
	r->going++;
	if (r->events && r->events->started)
		r->events->started(r->events->user, s);
	return DJ_OK;
}

/* Whether all that the step needs has ended, and well. *why: what did not. */
static bool ready(const runner *r, size_t i, const char **why)
{
	const dj_plan_step *s = &r->plan->step[i];

	*why = s->refused;
	for (size_t k = 0; k < s->n_after && !*why; k++) {
		const job *before = &r->job[s->after[k]];

		if (!before->ended)
			return false;
		if (!fine(before))
			*why =
			    dj_arena_fmt(r->arena, "%s: it needs the findings of %s, which did not give any (see there)",
			                 s->file->shown, before->record->plugin);
	}
	return true;
}

static int begin_some(runner *r, size_t side_by_side)
{
	for (size_t i = 0; i < r->plan->n; i++) {
		const char *why;

		if (r->job[i].begun || !ready(r, i, &why))
			continue;
		if (why)
			refuse(r, i, why);
		else if (r->going < side_by_side && !r->stopped && begin(r, i) < 0)
			return DJ_FAIL;
	}
	return DJ_OK;
}

/* ---- Ending ---- */

/* A run that we interrupted is no run: nothing of it is kept. */
static int end(runner *r, size_t i)
{
	job *j = &r->job[i];
	int  rc = DJ_OK;

	dj_receive_conclude(j->record, j->receive, dj_cage_ending(j->cage));
	if (r->house->record && dj_cage_ending(j->cage)->verdict != DJ_VERDICT_STOPPED)
		rc = dj_record_run(r->house->record, j->record, r->err);
	else
		dj_record_digest(j->record);
	close_job(j);
	j->ended = true;
	r->going--;
	if (rc >= 0)
		tell_finished(r, i);
	return rc;
}

static int end_some(runner *r)
{
	for (size_t i = 0; i < r->plan->n; i++)
		if (r->job[i].cage && dj_cage_ending(r->job[i].cage) && end(r, i) < 0)
			return DJ_FAIL;
	return DJ_OK;
}

static bool readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

static void stop_all(runner *r)
{
	r->stopped = true;
	for (size_t i = 0; i < r->plan->n; i++)
		if (r->job[i].cage)
			dj_cage_stop(r->job[i].cage);
}

static void serve(runner *r, dj_cage **cage)
{
	size_t n = 0;

	for (size_t i = 0; i < r->plan->n; i++)
		if (r->job[i].cage)
			cage[n++] = r->job[i].cage;
	if (n)
		dj_cage_step(cage, n, 1000, r->options->wake_fd);
	if (!r->stopped && readable(r->options->wake_fd))
		stop_all(r);
}

static bool all_ended(const runner *r)
{
	for (size_t i = 0; i < r->plan->n; i++)
		if (!r->job[i].ended)
			return false;
	return true;
}

static int carry_out(runner *r)
{
	long      processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t    side_by_side = r->options->side_by_side ? r->options->side_by_side
	                         : processors > 0         ? (size_t)processors
	                                                  : 1;
	dj_cage **cage = dj_arena_alloc(r->arena, r->plan->n + 1, sizeof(dj_cage *));

	while (!all_ended(r)) {
		if (begin_some(r, side_by_side) < 0)
			return DJ_FAIL;
		if (!r->going && r->stopped)
			return DJ_OK;
		serve(r, cage);
		if (end_some(r) < 0)
			return DJ_FAIL;
	}
	return DJ_OK;
}

/* Steps that were to begin when all was stopped. */
static void end_rest(runner *r)
{
	for (size_t i = 0; i < r->plan->n; i++)
		if (!r->job[i].ended) {
			r->job[i].record = new_record(r, &r->plan->step[i]);
			r->job[i].record->verdict = "STOPPED";
			r->job[i].record->message = "interrupted before it began";
		}
}

int dj_run_go(dj_run_summary *out, const dj_run_house *house, const dj_plan *plan,
              const dj_run_options *options, const dj_run_events *events, dj_arena *a, dj_err *err)
{
	runner r = {.house = house, .plan = plan, .options = options, .events = events, .arena = a, .err = err};
	const dj_run_record **record = dj_arena_alloc(a, plan->n + 1, sizeof *record);
	int                   rc;

	r.job = dj_arena_alloc(a, plan->n + 1, sizeof *r.job);
	r.limits = limits_json(&options->limits, a);
	for (size_t i = 0; i < plan->n; i++) {
		r.job[i].program_fd = r.job[i].job_fd = r.job[i].findings_fd = -1;
		memset(r.job[i].veiled_fd, -1, sizeof r.job[i].veiled_fd);
	}
	rc = carry_out(&r);
	for (size_t i = 0; i < plan->n; i++)
		close_job(&r.job[i]);
	if (rc < 0)
		return rc;
	end_rest(&r);
	*out = (dj_run_summary){.record = record, .n = plan->n, .stopped = r.stopped};
	for (size_t i = 0; i < plan->n; i++) {
		record[i] = r.job[i].record;
		if (strcmp(record[i]->verdict, "OK") == 0)
			out->ok++;
		else
			out->failed++;
	}
	return DJ_OK;
}

int dj_run_exit(const dj_run_summary *s)
{
	if (s->stopped)
		return 130;
	return s->failed ? 1 : 0;
}
