/* The end of a run: findings put in order, and the verdict, which is the parent's alone. */
#include "run/receive_state.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- Order ---- */

typedef struct placed { /* a finding and its number as it was given */
	dj_finding_record f;
	size_t            number;
} placed;

static int by_score_and_key(const void *x, const void *y)
{
	const placed *a = x, *b = y;

	if (a->f.score != b->f.score)
		return a->f.score > b->f.score ? -1 : 1;
	return strcmp(a->f.key, b->f.key);
}

static int by_key(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int check_keys(const dj_receive *r, dj_err *err)
{
	const char **key = dj_alloc_zero(r->n_findings + 1, sizeof *key);
	int          rc = DJ_OK;

	for (size_t i = 0; i < r->n_findings; i++)
		key[i] = r->finding[i].key;
	qsort(key, r->n_findings, sizeof *key, by_key);
	for (size_t i = 1; i < r->n_findings && rc == DJ_OK; i++)
		if (strcmp(key[i - 1], key[i]) == 0)
			rc = dj_fail(err, DJ_FAIL, "two findings have the key '%s'", key[i]);
	free(key);
	return rc;
}

/* Columns that name findings by number follow them to their new places. */
static void renumber(dj_receive *r, const int64_t *now)
{
	for (size_t f = 0; f < r->n_frames; f++) {
		dj_data *d = r->frame[f].data;

		for (size_t k = 0; d->rows && k < d->n_columns; k++)
			for (size_t i = 0; strcmp(d->column[k].name, "finding") == 0 && i < d->rows; i++)
				if (!dj_data_is_null(&d->column[k], i))
					d->column[k].integer[i] = now[d->column[k].integer[i]];
	}
}

/* The order in which findings were given is not content: they are kept as they are read, strongest first. */
static void put_in_order(dj_receive *r)
{
	placed  *all = dj_alloc_zero(r->n_findings + 1, sizeof *all);
	int64_t *now = dj_alloc_zero(r->n_findings + 1, sizeof *now);

	for (size_t i = 0; i < r->n_findings; i++)
		all[i] = (placed){r->finding[i], i + 1};
	qsort(all, r->n_findings, sizeof *all, by_score_and_key);
	for (size_t i = 0; i < r->n_findings; i++) {
		r->finding[i] = all[i].f;
		now[all[i].number] = (int64_t)i + 1;
	}
	renumber(r, now);
	free(now);
	free(all);
}

int dj_receive_done(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	const dj_said_done *d = &r->done;

	if (dj_said_done_read(&r->done, p, err) < 0)
		return DJ_FAIL;
	if ((size_t)d->findings != r->n_findings || (size_t)d->layers != r->n_layers ||
	    (size_t)d->views != r->n_views || (size_t)d->notes != r->n_notes)
		return dj_fail(
		    err, DJ_FAIL, "it counted %lld findings, %lld layers, %lld views and %lld notes, and gave others",
		    (long long)d->findings, (long long)d->layers, (long long)d->views, (long long)d->notes);
	for (size_t i = 0; i < r->n_frames; i++)
		if (!r->frame[i].used)
			return dj_fail(err, DJ_FAIL, "frame %zu belongs to nothing", i + 1);
	if (check_keys(r, err) < 0)
		return DJ_FAIL;
	put_in_order(r);
	r->ended = true;
	return DJ_OK;
}

/* ---- The verdict ---- */

/* What the reader refused: a rule of the API, a bound, or the form of the messages itself. */
static void conclude_broken(dj_run_record *out, const dj_receive *r, dj_arena *a)
{
	const char *shown = r->spec.step->file->shown;

	out->verdict = r->why.code == DJ_DENIED ? "OUTPUT-LIMIT" : "FAILED";
	if (r->refused || r->why.code == DJ_DENIED)
		out->message = dj_arena_fmt(a, "%s: %s", shown, r->why.text);
	else
		out->message = dj_arena_fmt(a, "%s: protocol: %s", shown, r->why.text);
}

static void conclude_failed(dj_run_record *out, const dj_receive *r, dj_arena *a)
{
	out->verdict = dj_said_verdict(&r->failure);
	out->message = dj_said_where(&r->failure, r->spec.step->file->shown, a);
	out->traceback = *r->failure.traceback ? r->failure.traceback : NULL;
	out->line = (int)r->failure.line;
}

static void *copy(dj_arena *a, const void *from, size_t n, size_t size)
{
	void *to = dj_arena_alloc(a, n + 1, size);

	if (n)
		memcpy(to, from, n * size);
	return to;
}

static void conclude_fine(dj_run_record *out, const dj_receive *r, dj_arena *a)
{
	out->verdict = "OK";
	out->finding = copy(a, r->finding, r->n_findings, sizeof *r->finding);
	out->n_findings = r->n_findings;
	out->layer = copy(a, r->layer, r->n_layers, sizeof *r->layer);
	out->n_layers = r->n_layers;
	out->view = copy(a, r->view, r->n_views, sizeof *r->view);
	out->n_views = r->n_views;
	out->note = copy(a, r->note, r->n_notes, sizeof *r->note);
	out->n_notes = r->n_notes;
	out->instructions = r->done.instructions;
	out->sql_steps = r->done.sql_steps;
}

void dj_receive_conclude(dj_run_record *out, dj_receive *r, const dj_ending *e)
{
	dj_arena   *a = r->spec.arena;
	const char *shown = r->spec.step->file->shown;
	bool        ours = e->verdict == DJ_VERDICT_OK || e->verdict == DJ_VERDICT_FAILED ||
	            e->verdict == DJ_VERDICT_OUTPUT_LIMIT;

	if (r->line.n)
		dj_receive_log(r, "\n", 1);
	out->log = dj_arena_dup(a, r->log.data ? r->log.data : "");
	out->wall_us = (int64_t)e->wall_us;
	out->cpu_us = (int64_t)e->cpu_us;
	out->peak_bytes = (int64_t)e->peak_bytes;
	out->layers = dj_arena_fmt(a, "%s%s", e->layers, e->not_for_judging ? " not-for-judging" : "");
	if (r->broken && ours)
		conclude_broken(out, r, a);
	else if (r->failed && ours)
		conclude_failed(out, r, a);
	else if (e->verdict != DJ_VERDICT_OK) {
		out->verdict = dj_verdict_name(e->verdict);
		out->message = dj_arena_fmt(a, "%s: %s", shown, e->detail);
	} else if (!r->ended || !dj_wire_in_empty(&r->in)) {
		out->verdict = "FAILED";
		out->message =
		    dj_arena_fmt(a,
		                 "%s: protocol: it ended before it had said that it was done (a plugin ends by "
		                 "returning from run)",
		                 shown);
	} else
		conclude_fine(out, r, a);
}
