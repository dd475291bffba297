/*
 * json_test.h - reads a JSON text as rows in this process, and shows them.
 */
#ifndef DJ_TESTS_JSON_TEST_H
#define DJ_TESTS_JSON_TEST_H

#include "loader_test.h"

#include "base/random.h"
#include "base/text.h"
#include "loader/json_stream.h"

static inline void show_field(dj_buf *out, const dj_field *f)
{
	if (f->kind == DJ_FIELD_MISSING)
		dj_buf_char(out, '-');
	else if (f->kind == DJ_FIELD_STRING)
		dj_buf_fmt(out, "'%.*s'", (int)f->n, f->text);
	else
		dj_buf_add(out, f->text, f->n);
}

static inline void show_record(dj_buf *out, const dj_record *r)
{
	for (size_t i = 0; i < r->stored; i++) {
		if (i)
			dj_buf_char(out, ',');
		show_field(out, &r->field[i]);
	}
}

typedef struct reading {
	dj_source       source;
	dj_json_shape   shape;
	dj_json_stream *stream;
	dj_arena       *a;
	dj_said         said;
	dj_err          err;
	int             rc;
} reading;

static inline void open_reading(reading *r, const char *text, size_t n, const dj_json_ask *ask)
{
	*r = (reading){.a = dj_arena_new()};
	r->said.arena = r->a;
	dj_source_open(&r->source, file_of(text, n));
	r->rc = dj_json_find(&r->shape, ask, &r->source, r->a, &r->err);
	if (r->rc == DJ_OK) {
		r->stream = dj_json_stream_new(&r->shape, NULL, 0);
		r->rc = dj_json_stream_rewind(r->stream, &r->source, &r->err);
	}
}

static inline void close_reading(reading *r)
{
	close(r->source.fd);
	dj_source_free(&r->source);
	dj_json_stream_free(r->stream);
	dj_arena_free(r->a);
}

/* All rows, ended by '~'; fields as they are shown. False after an error. */
static inline bool read_all(reading *r, dj_buf *rows)
{
	dj_record record;

	while (r->rc >= 0 && (r->rc = dj_json_stream_next(r->stream, &r->source, &record, &r->err)) > 0) {
		show_record(rows, &record);
		dj_buf_text(rows, " / ");
	}
	return r->rc == 0;
}

static inline void show_header(reading *r, dj_buf *out)
{
	dj_json_names *t = &r->stream->names;
	dj_field      *header = dj_json_header(&r->shape, t->path, t->n, r->a, &r->said);

	if (t->n == 0)
		dj_buf_text(out, "nothing");
	for (size_t i = 0; i < t->n; i++)
		dj_buf_fmt(out, "%s%.*s", i ? " " : "", (int)header[i].n, header[i].text);
	dj_buf_text(out, t->n ? " |" : "");
}

#endif
