/* Notes, the log, progress, and the ways a run ends. */
#include "host/engine.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MOST_NOTE = 500,
	MOST_LINE = 4096,
	MOST_LOG = 1 << 20,
	MOST_MESSAGE = 4096,
	MOST_TRACE = 16384,
	API_MAJOR = 1,
	API_MINOR = 0
};

const char *dj_text_unfit(const char *text, size_t most, bool lines)
{
	size_t n = strlen(text);

	if (n <= most)
		return dj_text_wrong(text, n, lines)
		           ? "holds a control character, a line break or bytes that are no UTF-8"
		           : NULL;
	switch (most) { /* the bounds that there are, so that nothing has to be formatted */
	case 64: return "is longer than 64 bytes";
	case 128: return "is longer than 128 bytes";
	case 200: return "is longer than 200 bytes";
	case 400: return "is longer than 400 bytes";
	case 500: return "is longer than 500 bytes";
	case 4000: return "is longer than 4,000 bytes";
	case 65536: return "is longer than 64 KiB";
	default: return "is too long";
	}
}

int dj_words_check(dj_words w, const char *what, size_t most, bool lines, bool optional, dj_err *err)
{
	const char *in[2] = {w.en, w.fr};
	bool        any = false;

	for (int i = 0; i < 2; i++) {
		const char *unfit = in[i] ? dj_text_unfit(in[i], most, lines) : NULL;

		if (unfit)
			return dj_fail(err, DJ_FAIL, "%s %s", what, unfit);
		any = any || (in[i] && *in[i]);
	}
	return any || optional ? DJ_OK : dj_fail(err, DJ_FAIL, "%s is missing or empty", what);
}

void dj_host_put_words(dj_host *h, dj_words w)
{
	dj_wire_put_text(&h->out, w.en);
	dj_wire_put_text(&h->out, w.fr);
}

/* Where the parent no longer listens nothing can be said, and nothing is worth doing. */
int dj_host_send(dj_host *h, dj_err *err)
{
	dj_err why = {0};

	if (dj_wire_end(&h->out, &why) == DJ_OK)
		return DJ_OK;
	if (h->out.payload.n <= DJ_WIRE_MOST)
		_exit(1);
	return dj_fail(err, DJ_FAIL, "%s", why.text);
}

void dj_host_hello(dj_host *h, const dj_digest *worker)
{
	dj_wire_begin(&h->out, DJ_WIRE_HELLO);
	dj_wire_put_i64(&h->out, API_MAJOR);
	dj_wire_put_i64(&h->out, API_MINOR);
	dj_wire_put_bytes(&h->out, worker->byte, sizeof worker->byte);
	dj_host_send(h, NULL);
}

int dj_host_note(dj_host *h, dj_words text, dj_err *err)
{
	int rc = dj_words_check(text, "the note", MOST_NOTE, false, false, err);

	if (rc < 0)
		return rc;
	if (h->notes == DJ_MOST_NOTES)
		return dj_fail(err, DJ_FAIL, "more than %d notes (say it in one, or with jam:log)", DJ_MOST_NOTES);
	dj_wire_begin(&h->out, DJ_WIRE_NOTE);
	dj_host_put_words(h, text);
	h->notes++;
	return dj_host_send(h, err);
}

/* Whole characters of `text` within `most` bytes, shown so that escapes do nothing. */
static void add_shown(dj_buf *out, const char *text, size_t n, size_t most, bool lines)
{
	for (size_t at = 0; at < n;) {
		size_t length = 0;

		while (at + length < n && !(lines && (text[at + length] == '\n' || text[at + length] == '\t')))
			length++;

		dj_text_show(out, text + at, length);
		at += length;
		if (at < n)
			dj_buf_char(out, text[at++]);
	}
	if (out->n > most) {
		out->n = dj_utf8_valid(out->data, most);
		out->data[out->n] = '\0';
	}
}

static void put_line(dj_host *h, int level, int64_t line, const dj_buf *text)
{
	dj_wire_begin(&h->out, DJ_WIRE_LOG);
	dj_wire_put_u8(&h->out, (uint8_t)level);
	dj_wire_put_i64(&h->out, line);
	dj_wire_put_textn(&h->out, text->data ? text->data : "", text->n);
	dj_host_send(h, NULL);
}

void dj_host_log(dj_host *h, int level, int64_t line, const char *text, size_t n)
{
	dj_buf shown = {0};

	if (h->log_cut)
		return;
	add_shown(&shown, text, n < MOST_LINE ? n : MOST_LINE, MOST_LINE, true);
	if (h->logged + shown.n > MOST_LOG) {
		h->log_cut = true;
		dj_buf_reset(&shown);
		dj_buf_text(&shown, "more was logged, and is cut (1 MiB a run)");
		level = 2;
	}
	h->logged += shown.n;
	put_line(h, level, line, &shown);
	dj_buf_free(&shown);
}

int dj_host_progress(dj_host *h, double done, double total, dj_err *err)
{
	uint64_t ticks;

	if (!(done >= 0 && done <= total && total <= 9e15))
		return dj_fail(err, DJ_FAIL, "progress %g of %g (0 <= done <= total)", done, total);
	/* The worker has no clock: a timer of the kernel, which nobody waits for, says that it may speak again. */
	if (h->tick_fd < 0 || read(h->tick_fd, &ticks, sizeof ticks) != sizeof ticks)
		return DJ_OK;
	dj_wire_begin(&h->out, DJ_WIRE_PROGRESS);
	dj_wire_put_i64(&h->out, (int64_t)done);
	dj_wire_put_i64(&h->out, (int64_t)total);
	return dj_host_send(h, err);
}

/* ---- The end ---- */

/* Exit handlers and destructors are the plugin's: they do not run. */
void dj_host_done(dj_host *h, int64_t instructions)
{
	dj_wire_begin(&h->out, DJ_WIRE_DONE);
	dj_wire_put_i64(&h->out, h->findings);
	dj_wire_put_i64(&h->out, h->layers);
	dj_wire_put_i64(&h->out, h->views);
	dj_wire_put_i64(&h->out, h->notes);
	dj_wire_put_i64(&h->out, instructions);
	dj_wire_put_i64(&h->out, (int64_t)h->out.bytes);
	dj_wire_put_i64(&h->out, (int64_t)h->steps);
	dj_host_send(h, NULL);
	_exit(0);
}

static void put_shown(dj_host *h, const char *text, size_t most)
{
	dj_buf shown = {0};

	add_shown(&shown, text, strlen(text), most, true);
	dj_wire_put_textn(&h->out, shown.data ? shown.data : "", shown.n);
	dj_buf_free(&shown);
}

void dj_host_failed(dj_host *h, const char *cause, int64_t line, const char *message, const char *traceback)
{
	dj_wire_begin(&h->out, DJ_WIRE_FAILED);
	dj_wire_put_text(&h->out, cause);
	dj_wire_put_text(&h->out, h->job.file);
	dj_wire_put_i64(&h->out, line > 0 ? line : 0);
	put_shown(h, message && *message ? message : "(no message)", MOST_MESSAGE);
	put_shown(h, traceback ? traceback : "", MOST_TRACE);
	dj_host_send(h, NULL);
	_exit(0);
}

const char *dj_host_cause(const dj_err *err)
{
	switch (err->code) {
	case DJ_STOPPED: return "limit";
	case DJ_DENIED: return "refused";
	default: return "error";
	}
}

void dj_host_describe(dj_host *h, const dj_says *says)
{
	dj_buf json = {0};
	dj_err err;

	if (dj_says_json(&json, says, &err) < 0)
		dj_host_failed(h, "error", 0, err.text, NULL);
	if (json.n > 65536)
		dj_host_failed(h, "error", 0, "what the plugin says of itself is longer than 64 KiB", NULL);
	dj_wire_begin(&h->out, DJ_WIRE_DESCRIPTION);
	dj_wire_put_textn(&h->out, json.data, json.n);
	dj_host_send(h, NULL);
	dj_host_done(h, 0);
}
