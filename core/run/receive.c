/*
 * Takes in what a worker says. A strict machine: HELLO; then messages, each in its place; then DONE or FAILED; then nothing.
 * Whatever does not fit ends the run as FAILED, and the worker with it: a worker that ran native code says what it likes.
 */
#include "run/receive_state.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	MOST_NOTE = 500,
	MOST_LOG_LINE = 4096,
	MOST_LOG = (1 << 20) + 65536, /* 1 MiB a run, and the line that says that more was cut */
	PROGRESS_A_SECOND = 20
};

dj_receive *dj_receive_new(const dj_receive_spec *spec)
{
	dj_receive *r = dj_alloc_zero(1, sizeof *r);

	r->spec = *spec;
	r->frame = dj_arena_alloc(spec->arena, DJ_MOST_FRAMES, sizeof *r->frame);
	clock_gettime(CLOCK_MONOTONIC, &r->since);
	return r;
}

void dj_receive_free(dj_receive *r)
{
	if (!r)
		return;
	dj_wire_in_free(&r->in);
	dj_buf_free(&r->log);
	dj_buf_free(&r->line);
	free(r->finding);
	free(r);
}

/* ---- Log and progress ---- */

static void tell(dj_receive *r, int level, int64_t line, const char *text)
{
	const dj_run_events *e = r->spec.events;

	if (e && e->log)
		e->log(e->user, r->spec.step, level, line, text);
}

static int take_log(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	uint8_t     level = dj_wire_u8(p);
	int64_t     line = dj_wire_i64(p);
	const char *text = dj_wire_text(p, r->spec.arena, MOST_LOG_LINE, true);

	if (!p->wrong && (level > 2 || line < 0))
		p->wrong = "no such level or line";
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	r->logged += strlen(text) + 1;
	if (r->logged > MOST_LOG)
		return dj_fail(err, DJ_DENIED, "log: more than the 1 MiB allowed");
	if (line)
		dj_buf_fmt(&r->log, "%lld: ", (long long)line);
	dj_buf_text(&r->log, text);
	dj_buf_char(&r->log, '\n');
	tell(r, level, line, text);
	return DJ_OK;
}

/* Native code's stderr: any bytes, so shown; whole lines as far as they come. */
void dj_receive_log(dj_receive *r, const void *bytes, size_t n)
{
	const char *at = bytes;

	for (size_t i = 0; i < n; i++) {
		if (at[i] != '\n' && r->line.n < MOST_LOG_LINE) {
			dj_buf_add(&r->line, &at[i], 1);
			continue;
		}
		dj_buf shown = {0};

		dj_text_show(&shown, r->line.data ? r->line.data : "", r->line.n);
		if (r->log.n < 2 * MOST_LOG) {
			dj_buf_text(&r->log, shown.data ? shown.data : "");
			dj_buf_char(&r->log, '\n');
		}
		tell(r, 3, 0, shown.data ? shown.data : "");
		dj_buf_free(&shown);
		dj_buf_reset(&r->line);
		if (at[i] != '\n')
			dj_buf_add(&r->line, &at[i], 1);
	}
}

/* What came in bunches (we, or it, did not get the processor) is fine as long as the whole run keeps to the rate. */
static int take_progress(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	int64_t              done = dj_wire_i64(p), total = dj_wire_i64(p);
	const dj_run_events *e = r->spec.events;
	struct timespec      now;
	uint64_t             seconds;

	if (!p->wrong && (done < 0 || done > total))
		p->wrong = "progress is not 0 <= done <= total";
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seconds = (uint64_t)(now.tv_sec - r->since.tv_sec);
	if (++r->progress > PROGRESS_A_SECOND * (seconds + 2))
		return dj_fail(err, DJ_DENIED, "progress: more than %d messages a second", PROGRESS_A_SECOND);
	if (e && e->progress)
		e->progress(e->user, r->spec.step, done, total);
	return DJ_OK;
}

/* ---- Results ---- */

static int take_note(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	dj_words note = dj_receive_words(p, r->spec.arena, MOST_NOTE, false);

	if (!p->wrong && !note.en && !note.fr)
		p->wrong = "a note is empty";
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	if (r->n_notes == DJ_MOST_NOTES)
		return dj_fail(err, DJ_DENIED, "notes: more than the %d allowed", DJ_MOST_NOTES);
	r->note[r->n_notes++] = note;
	return DJ_OK;
}

static int keep_finding(dj_receive *r, dj_err *err)
{
	const char *column = r->spec.reads_protected;

	if (column && dj_finding_protects(&r->building.f, column, r->spec.k, err) < 0) {
		r->refused = true;
		return DJ_FAIL;
	}
	if (r->n_findings == r->cap_findings) {
		r->cap_findings = r->cap_findings ? 2 * r->cap_findings : 64;
		r->finding = dj_realloc(r->finding, r->cap_findings, sizeof *r->finding);
	}
	r->finding[r->n_findings++] = r->building.f;
	r->building = (dj_finding_builder){0};
	return DJ_OK;
}

static int take_finding(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	dj_finding_builder *b = &r->building;
	int                 rc;

	if (p->type == DJ_WIRE_FINDING && r->spec.most_findings && r->n_findings == r->spec.most_findings)
		return dj_fail(err, DJ_DENIED, "findings: more than the %llu allowed",
		               (unsigned long long)r->spec.most_findings);
	if (p->type == DJ_WIRE_FINDING)
		rc = dj_finding_begin(b, p, r->spec.arena, err);
	else if (p->type == DJ_WIRE_SUBJECTS)
		rc = dj_finding_subjects(b, p, r->spec.arena, err);
	else
		rc = dj_finding_evidence(b, p, r->spec.rows, err);
	if (rc < 0)
		return rc;
	return dj_finding_whole(b) ? keep_finding(r, err) : DJ_OK;
}

/* ---- The machine ---- */

static int take_failed(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	r->ended = r->failed = true;
	return dj_said_failed_read(&r->failure, p, r->spec.step->file->shown, r->spec.arena, err);
}

/* What may come now: a finding's parts and a frame's parts come without anything between. FAILED may come at any time. */
static int in_place(const dj_receive *r, uint16_t type, dj_err *err)
{
	bool part = type == DJ_WIRE_SUBJECTS || type == DJ_WIRE_EVIDENCE;

	if (r->ended)
		return dj_fail(err, DJ_FAIL, "it spoke after its last message");
	if (r->hello == (type == DJ_WIRE_HELLO))
		return dj_fail(err, DJ_FAIL, "its first message must be HELLO, and only that");
	if (type == DJ_WIRE_FAILED)
		return DJ_OK;
	if (r->building.open != part)
		return dj_fail(err, DJ_FAIL,
		               part ? "subjects or evidence without a finding"
		                    : "a finding without all its subjects and evidence");
	if (r->frame_open != (type == DJ_WIRE_PART))
		return dj_fail(err, DJ_FAIL,
		               r->frame_open ? "a frame without all its parts" : "a part without a frame");
	return DJ_OK;
}

static int take(dj_receive *r, dj_wire_payload *p, dj_err *err)
{
	int rc = in_place(r, p->type, err);

	if (rc < 0)
		return rc;
	switch (p->type) {
	case DJ_WIRE_HELLO: r->hello = true; return dj_said_hello(p, err);
	case DJ_WIRE_LOG: return take_log(r, p, err);
	case DJ_WIRE_PROGRESS: return take_progress(r, p, err);
	case DJ_WIRE_NOTE: return take_note(r, p, err);
	case DJ_WIRE_FINDING:
	case DJ_WIRE_SUBJECTS:
	case DJ_WIRE_EVIDENCE: return take_finding(r, p, err);
	case DJ_WIRE_FRAME: return dj_receive_frame(r, p, err);
	case DJ_WIRE_PART: return dj_receive_part(r, p, err);
	case DJ_WIRE_LAYER: return dj_receive_shape(r, p, false, err);
	case DJ_WIRE_VIEW: return dj_receive_shape(r, p, true, err);
	case DJ_WIRE_KEEP: return dj_receive_keep(r, p, err);
	case DJ_WIRE_DONE: return dj_receive_done(r, p, err);
	case DJ_WIRE_FAILED: return take_failed(r, p, err);
	default: return dj_fail(err, DJ_FAIL, "a message of type %u has no place in a run", p->type);
	}
}

int dj_receive_bytes(dj_receive *r, const void *bytes, size_t n, dj_err *err)
{
	dj_wire_payload p;
	int             rc;

	if (r->broken)
		return dj_fail(err, r->why.code, "%s", r->why.text);
	dj_wire_feed(&r->in, bytes, n);
	while ((rc = dj_wire_next(&r->in, &p, &r->why)) > 0 && (rc = take(r, &p, &r->why)) >= 0)
		;
	if (rc < 0) {
		r->broken = true;
		r->why.code = rc;
		return dj_fail(err, rc, "%s", r->why.text);
	}
	return DJ_OK;
}
