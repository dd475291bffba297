#include "loader/json_walk.h"

#include <inttypes.h>
#include <string.h>

void dj_json_consume(dj_source *s, uint64_t *line_start, const char *to)
{
	const char *p = s->data + s->at;

	while (p < to && (p = memchr(p, '\n', (size_t)(to - p)))) {
		s->line++;
		p++;
		*line_start = s->start + (uint64_t)(p - s->data);
	}
	s->at = (size_t)(to - s->data);
}

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

int dj_json_fail(const dj_source *s, uint64_t line_start, const char *at, int code, const char *why,
                 dj_err *err)
{
	const char *p = s->data + s->at;
	uint64_t    line = s->line, column = 1;

	if (line_start >= s->start)
		p = s->data + (line_start - s->start);
	else
		column +=
		    dj_source_byte(s) - line_start; /* the line's start is gone: what was before counts in bytes */
	for (; p < at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else {
			column += begins_character(*p);
		}
	}
	return dj_fail(err, code, "line %" PRIu64 ", column %" PRIu64 ": %s%s", line, column, why,
	               s->end && at == s->data + s->n && code == DJ_FAIL ? " (is the file cut off?)" : "");
}

int dj_json_walk_next(dj_json_walk *w, dj_err *err)
{
	dj_source *s = w->s;

	if (w->k.want == DJ_WANT_NOTHING)
		return 0;
	for (;;) {
		dj_json_scan c = {.p = s->data + s->at, .end = s->data + s->n, .last = s->end};
		dj_scan      rc = dj_json_token(&c, &w->k);
		if (rc == DJ_SCAN_BAD)
			return dj_json_fail(s, w->line_start, c.bad, DJ_FAIL, c.why, err);
		dj_json_consume(s, &w->line_start, c.p);
		if (rc == DJ_SCAN_OK)
			return 1;
		if (dj_source_more(s, err) < 0)
			return err->code;
	}
}

int dj_json_walk_over(dj_json_walk *w, unsigned depth, dj_err *err)
{
	int rc = 1;

	do
		rc = dj_json_walk_next(w, err);
	while (rc > 0 && (w->k.depth > depth || w->k.want == DJ_WANT_VALUE));
	return rc < 0 ? rc : DJ_OK;
}

int dj_json_walk_peek(dj_source *s, uint64_t *line_start, dj_err *err)
{
	for (;;) {
		dj_json_consume(s, line_start, dj_json_space(s->data + s->at, s->data + s->n));
		if (s->at < s->n)
			return (unsigned char)s->data[s->at];
		if (s->end)
			return -1;
		if (dj_source_more(s, err) < 0)
			return -2;
	}
}

int dj_json_valid(dj_source *s, bool one, dj_err *err)
{
	int rc = dj_source_rewind(s, err), c;

	if (rc < 0)
		return rc;
	for (dj_json_walk w = {.s = s, .line_start = dj_source_byte(s)};; w.k = (dj_json_stack){0}) {
		if ((rc = dj_json_walk_next(&w, err)) < 0 || (rc = dj_json_walk_over(&w, 0, err)) < 0)
			return rc;
		uint64_t line = s->line;
		if ((c = dj_json_walk_peek(s, &w.line_start, err)) < 0)
			return c == -1 ? DJ_OK : err->code;
		if (one || s->line == line)
			return dj_json_fail(
			    s, w.line_start, s->data + s->at, DJ_FAIL,
			    one ? "nothing may follow the value" : "a line break is missing between values", err);
	}
}
