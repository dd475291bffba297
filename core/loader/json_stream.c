#include "loader/json_stream.h"

#include "loader/json_row.h"
#include "loader/json_walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- One stream ---- */

static void find_element_column(dj_json_stream *j)
{
	j->element = DJ_JSON_NO_COLUMN;
	for (size_t i = 0; i < j->names.n; i++)
		if (strcmp(j->names.path[i], "\\=") == 0)
			j->element = (int)i;
}

static void begin_names(dj_json_stream *j, const char *const *path, size_t n)
{
	const dj_json_shape *shape = j->shape;
	dj_json_names       *t = &j->names;

	dj_json_names_init(t);
	if (shape->geo)
		dj_json_geo_init(j);
	if (n == 0) {
		for (size_t i = 0; i < shape->n_keep; i++)
			dj_json_names_add(t, dj_fmt("\\^%s", shape->keep[i]));
		for (size_t i = 0; i < shape->n_names; i++)
			dj_json_names_add(t, dj_strdup(shape->name[i]));
	}
	for (size_t i = 0; i < n; i++)
		dj_json_names_give(t, path[i], !shape->arrays);
	dj_json_names_know(t);
	find_element_column(j);
}

dj_json_stream *dj_json_stream_new(const dj_json_shape *shape, const char *const *path, size_t n)
{
	dj_json_stream *j = dj_alloc_zero(1, sizeof *j);

	j->shape = shape;
	begin_names(j, path, n);
	if (shape->n_child)
		j->child = dj_json_child_new(shape->n_keep);
	j->begun = shape->behind_row;
	j->line_start = shape->line_start;
	return j;
}

dj_json_stream *dj_json_stream_like(const dj_json_stream *j)
{
	return dj_json_stream_new(j->shape, (const char *const *)j->names.path, j->names.n);
}

void dj_json_stream_free(dj_json_stream *j)
{
	if (!j)
		return;
	dj_json_names_free(&j->names);
	dj_json_child_free(j->child);
	dj_buf_free(&j->text);
	free(j);
}

void dj_json_stream_forget(dj_json_stream *j)
{
	dj_json_names_forget(&j->names);
	if (j->element >= (int)j->names.n)
		j->element = DJ_JSON_NO_COLUMN;
	j->notes = (dj_json_notes){0};
}

static void begin(dj_json_stream *j, bool first)
{
	j->begun = !first || j->shape->behind_row;
	j->ended = j->part = false;
	if (j->child)
		dj_json_child_close(j->child);
}

int dj_json_stream_rewind(dj_json_stream *j, dj_source *s, dj_err *err)
{
	const dj_json_shape *shape = j->shape;
	int                  rc = dj_source_rewind(s, err);

	while (rc == DJ_OK && s->start + s->n < shape->byte) {
		s->at = s->n;
		rc = s->end ? dj_fail(err, DJ_FAIL, "the source has become shorter while it was read")
		            : dj_source_more(s, err);
	}
	if (rc < 0)
		return rc;
	s->at = (size_t)(shape->byte - s->start);
	s->line = shape->line;
	j->line_start = shape->line_start;
	j->notes = (dj_json_notes){0};
	begin(j, true);
	return DJ_OK;
}

void dj_json_stream_part(dj_json_stream *j, const dj_source *s, bool first, bool last)
{
	begin(j, first);
	j->part = !last;
	j->line_start = first ? j->shape->line_start : dj_source_byte(s);
	if (j->shape->lines) /* the line break before the part is gone */
		j->begun = first && j->shape->behind_row;
}

/* ---- Between rows ---- */

static int fail_here(const dj_json_stream *j, const dj_source *s, dj_err *err, const char *why)
{
	return dj_json_fail(s, j->line_start, s->data + s->at, DJ_FAIL, why, err);
}

static int peek(dj_json_stream *j, dj_source *s, dj_err *err)
{
	return dj_json_walk_peek(s, &j->line_start, err);
}

static bool is_kept(const dj_json_stream *j, const dj_json_stack *k)
{
	for (size_t i = 0; i < j->shape->n_keep; i++) {
		const char *name = j->shape->keep[i];
		size_t      n = strlen(name);
		if ((size_t)(k->to - k->from) == n + 2 && memcmp(k->from + 1, name, n) == 0)
			return true;
	}
	return false;
}

/* The array's ] is consumed: what is around it has to be closed, and nothing may follow. */
static int read_tail(dj_json_stream *j, dj_source *s, dj_err *err)
{
	dj_json_walk w = {.s = s, .line_start = j->line_start, .k = j->shape->around};
	unsigned     depth = w.k.depth; /* of the innermost object that was around the array */
	int          rc;

	j->ended = true;
	while ((rc = dj_json_walk_next(&w, err)) > 0) {
		depth = w.k.depth < depth ? w.k.depth : depth;
		if (w.k.token == 'k' && w.k.depth == depth && is_kept(j, &w.k))
			return dj_json_fail(
			    s, w.line_start, s->data + s->at, DJ_DENIED,
			    "a member that is to be kept stands behind the rows (only those before can be)", err);
	}
	j->line_start = w.line_start;
	if (rc < 0 || (rc = peek(j, s, err)) == -2)
		return err->code;
	if (rc >= 0)
		return fail_here(j, s, err, "nothing may follow the value");
	return 0;
}

/* Moves to the next element: 1, or to the end: 0. */
static int find_in_array(dj_json_stream *j, dj_source *s, dj_err *err)
{
	int c = peek(j, s, err);

	if (j->part && c == -1)
		return 0;
	if (j->begun && c == ',') {
		s->at++;
		c = peek(j, s, err);
		if (c == ']')
			return fail_here(j, s, err, "a comma before the closing bracket");
	} else if (j->begun && c >= 0 && c != ']') {
		return fail_here(j, s, err, "a comma or a closing bracket must follow");
	}
	j->begun = true;
	if (c == ']' && j->part)
		return fail_here(j, s, err, "the array ends within a part");
	if (c == ']') {
		s->at++;
		return read_tail(j, s, err);
	}
	if (c < 0)
		return c == -2 ? err->code : fail_here(j, s, err, "a comma or a closing bracket must follow");
	return 1;
}

static int find_in_lines(dj_json_stream *j, dj_source *s, dj_err *err)
{
	uint64_t line = s->line;
	int      c = peek(j, s, err);

	if (c < 0)
		return c == -2 ? err->code : 0;
	if (j->begun && j->shape->single)
		return fail_here(j, s, err, "nothing may follow the value");
	if (j->begun && s->line == line)
		return fail_here(j, s, err,
		                 j->shape->arrays ? "a line break is missing between arrays"
		                                  : "a line break is missing between objects");
	j->begun = true;
	return 1;
}

/* ---- One row ---- */

/* Reads what s->at is on, bringing more of it into the window as long as it ends there. */
static int read_row(dj_json_stream *j, dj_source *s, dj_err *err)
{
	for (;;) {
		dj_json_scan *c = &j->c;
		*c = (dj_json_scan){.p = s->data + s->at, .end = s->data + s->n, .last = s->end};
		dj_scan rc = dj_json_row_read(j);
		if (rc == DJ_SCAN_OK) {
			if (j->places_off && j->notes.off_earth++ == 0)
				j->notes.off_earth_line = s->line;
			if (j->notes.foreign[0] && !j->notes.foreign_line)
				j->notes.foreign_line = s->line;
			return DJ_OK;
		}
		if (rc == DJ_SCAN_BAD)
			return dj_json_fail(s, j->line_start, c->bad, c->denied ? DJ_DENIED : DJ_FAIL, c->why, err);
		if (dj_source_more(s, err) < 0)
			return err->code;
	}
}

static void put_record(const dj_json_stream *j, const dj_source *s, const char *from, dj_record *out)
{
	size_t n = j->shape->arrays ? j->n_cells : j->names.n;

	*out = (dj_record){.field = (dj_field *)j->field,
	                   .stored = n <= DJ_COLUMNS_MOST ? n : DJ_COLUMNS_MOST + 1,
	                   .n = n,
	                   .filled = j->shape->arrays ? j->filled : n,
	                   .raw = from,
	                   .raw_n = (size_t)(j->c.p - from),
	                   .byte = s->start + (uint64_t)(from - s->data),
	                   .line = s->line};
}

/* A row within the unit that s->at is on: 1, or 0: it has no more, and is consumed. */
static int next_child(dj_json_stream *j, dj_source *s, dj_record *out, dj_err *err)
{
	const char *from = NULL;

	if (dj_json_child_read(j, &from) == DJ_SCAN_BAD)
		return dj_json_fail(s, j->line_start, j->c.bad, j->c.denied ? DJ_DENIED : DJ_FAIL, j->c.why, err);
	if (!from) {
		dj_json_consume(s, &j->line_start, dj_json_child_close(j->child));
		return 0;
	}
	dj_json_consume(s, &j->line_start, from); /* so that lines are counted once */
	put_record(j, s, from, out);
	return 1;
}

int dj_json_stream_next(dj_json_stream *j, dj_source *s, dj_record *out, dj_err *err)
{
	for (;;) {
		int rc;

		if (j->child && dj_json_child_is_open(j->child)) {
			if ((rc = next_child(j, s, out, err)) != 0)
				return rc;
			continue;
		}
		rc = j->ended ? 0 : j->shape->lines ? find_in_lines(j, s, err) : find_in_array(j, s, err);
		if (rc <= 0)
			return rc;
		if ((rc = read_row(j, s, err)) < 0)
			return rc;
		if (j->child)
			continue;
		put_record(j, s, s->data + s->at, out);
		dj_json_consume(s, &j->line_start, j->c.p);
		return 1;
	}
}
