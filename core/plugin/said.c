#include "plugin/said.h"

#include "base/text.h"

#include <string.h>

enum { API_MAJOR = 1, MOST_FILE = 256, MOST_MESSAGE = 4096, MOST_TRACEBACK = 16384, MOST_CAUSE = 16 };

int dj_said_hello(dj_wire_payload *p, dj_err *err)
{
	int64_t major = dj_wire_i64(p), minor = dj_wire_i64(p);

	dj_wire_bytes(p, 32); /* its own digest: the parent opened the file and knows */
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	if (major != API_MAJOR || minor < 0)
		return dj_fail(err, DJ_FAIL, "the worker speaks API %lld, this datajam %d", (long long)major,
		               API_MAJOR);
	return DJ_OK;
}

int dj_said_done_read(dj_said_done *out, dj_wire_payload *p, dj_err *err)
{
	int64_t *const field[] = {&out->findings,     &out->layers, &out->views,    &out->notes,
	                          &out->instructions, &out->bytes,  &out->sql_steps};

	for (size_t i = 0; i < DJ_COUNT(field); i++) {
		*field[i] = dj_wire_i64(p);
		if (*field[i] < 0 && !p->wrong)
			p->wrong = "a count is negative";
	}
	return dj_wire_finish(p, err);
}

int dj_said_failed_read(dj_said_failed *out, dj_wire_payload *p, const char *shown, dj_arena *a, dj_err *err)
{
	static const char *const causes[] = {"error", "fail", "limit", "refused"};
	const char              *file;

	out->cause = dj_wire_text(p, a, MOST_CAUSE, false);
	file = dj_wire_text(p, a, MOST_FILE, false);
	out->line = dj_wire_i64(p);
	out->message = dj_wire_text(p, a, MOST_MESSAGE, true);
	out->traceback = dj_wire_text(p, a, MOST_TRACEBACK, true);
	if (dj_wire_finish(p, err) < 0)
		return DJ_FAIL;
	if (strcmp(file, shown) != 0)
		return dj_fail(err, DJ_FAIL, "a message of %s says that it is of another plugin", shown);
	if (out->line < 0 || out->line > INT32_MAX)
		return dj_fail(err, DJ_FAIL, "a message names a line that no file has");
	if (dj_text_find(out->cause, causes, 4) == 4)
		return dj_fail(err, DJ_FAIL, "a message names a cause of failure that is none");
	return DJ_OK;
}

const char *dj_said_where(const dj_said_failed *f, const char *shown, dj_arena *a)
{
	const char *message = *f->message ? f->message : "it gave no reason";

	if (f->line)
		return dj_arena_fmt(a, "%s:%lld: %s", shown, (long long)f->line, message);
	return dj_arena_fmt(a, "%s: %s", shown, message);
}

const char *dj_said_verdict(const dj_said_failed *f)
{
	static const char *const limits[] = {"TIMEOUT", "MEMORY", "OUTPUT-LIMIT"};

	for (size_t i = 0; i < 3 && strcmp(f->cause, "limit") == 0; i++)
		if (dj_text_starts(f->message, limits[i]))
			return limits[i];
	return "FAILED";
}
