/*
 * A stranger's JSON as rows: what is read is JSON, places in the source rise, fields lie within bounds; and the parts that
 * it may be cut to give as many rows as the whole, or one of them fails.
 */
#include "base/file.h"
#include "loader/json_split.h"
#include "loader/json_stream.h"
#include "loader/json_walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t read_rows(dj_json_stream *j, dj_source *s, int *rc)
{
	dj_record r;
	dj_err    err = {0};
	uint64_t  before = 0;
	size_t    rows = 0;

	while ((*rc = dj_json_stream_next(j, s, &r, &err)) > 0) {
		assert(rows++ == 0 || r.byte > before);
		assert(r.stored <= DJ_COLUMNS_MOST + 1 && r.raw_n > 0);
		for (size_t i = 0; i < r.stored; i++)
			assert(r.field[i].n == 0 ||
			       r.field[i].text[r.field[i].n - 1] != '\1'); /* is it there to be read? */
		before = r.byte;
	}
	assert(*rc == 0 || *err.text);
	return rows;
}

/* Rows of all parts; SIZE_MAX when one fails, or the text can not be cut. */
static size_t read_parts(const dj_json_shape *shape, const uint8_t *data, size_t n)
{
	size_t          rows = 0, at = (size_t)shape->byte;
	dj_json_stream *j = dj_json_stream_new(shape, NULL, 0);
	bool            over = false;
	int             rc = 0;

	for (bool first = true; rc == 0 && at < n; first = false) {
		const char *text = (const char *)data + at;
		size_t      some = n - at < 40 ? n - at : 40;
		size_t cut = shape->lines ? dj_json_split_lines(text, some) : dj_json_split_array(text, some, &over);
		assert(cut <= n - at);
		if (cut == 0)
			cut = n - at;
		dj_source s = {.fd = -1,
		               .data = (char *)(uintptr_t)text,
		               .n = cut,
		               .cap = cut,
		               .start = at,
		               .line = 1,
		               .end = true};
		dj_json_stream_part(j, &s, first, at + cut == n);
		rows += read_rows(j, &s, &rc);
		dj_json_stream_forget(j);
		at += cut;
	}
	dj_json_stream_free(j);
	return rc < 0 ? SIZE_MAX : rows;
}

static void read_json(int fd, const uint8_t *data, size_t n, const dj_json_ask *ask)
{
	dj_json_shape shape;
	dj_source     s;
	dj_arena     *a = dj_arena_new();
	dj_err        err = {0};
	int           rc;

	dj_source_open(&s, fd);
	if (dj_json_find(&shape, ask, &s, a, &err) == DJ_OK) {
		dj_json_stream *j = dj_json_stream_new(&shape, NULL, 0);
		rc = dj_json_stream_rewind(j, &s, &err);
		assert(rc == DJ_OK);
		size_t rows = read_rows(j, &s, &rc);
		if (rc == 0) {
			rc = dj_json_valid(&s, false, &err);
			assert(rc == DJ_OK);
		}
		size_t parts = read_parts(&shape, data, n);
		assert((rc == 0 && parts == rows) || (rc < 0 && (parts == SIZE_MAX || shape.n_keep)));
		dj_json_names_settle(&j->names);
		dj_json_stream_free(j);
	}
	dj_source_free(&s);
	dj_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const keep[] = {"id", "ok"};
	static const dj_json_ask asks[] = {{.header = -1},
	                                   {.header = -1, .rows = "."},
	                                   {.header = -1, .rows = "data.items.tags", .keep = keep, .n_keep = 2},
	                                   {.header = 0, .lines = true},
	                                   {.header = 1, .one = true, .geo = true}};
	int                      fd = dj_memfd_sealed("fuzz", data, n, NULL);

	if (fd < 0)
		abort();
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		read_json(fd, data, n, &asks[i]);
	close(fd);
	return 0;
}
