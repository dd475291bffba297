/* Runs json.test: what a JSON text gives. And what is bounded, and the JSON parsing test suite, where that is at hand. */
#include "json_test.h"

#include "base/file.h"
#include "loader/json_walk.h"

/* ---- json.test ---- */

/* PATH [keep NAME...] ;; TEXT, for the verb rows */
static const char *read_path(dj_json_ask *ask, char *input, const char **keep)
{
	char *cut = strstr(input, " ;; ");

	assert_non_null(cut);
	*cut = '\0';
	char *word = strtok(input, " ");
	ask->rows = word;
	ask->keep = keep;
	while ((word = strtok(NULL, " ")))
		if (strcmp(word, "keep") != 0)
			keep[ask->n_keep++] = word;
	return cut + 4;
}

/*
 * find TEXT; rows PATH [keep NAME...] ;; TEXT; json, ndjson, geojson TEXT: that format was said; header, noheader TEXT; said
 * TEXT: what people are told; split TEXT: the parts it may be cut to
 */
static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_json_ask ask = {.header = strcmp(verb, "header") == 0     ? 1
	                             : strcmp(verb, "noheader") == 0 ? 0
	                                                             : -1,
	                   .one = strcmp(verb, "json") == 0,
	                   .lines = strcmp(verb, "ndjson") == 0,
	                   .geo = strcmp(verb, "geojson") == 0};
	const char *keep[8];
	char       *copy = dj_strndup(input, n);
	const char *text = strcmp(verb, "rows") == 0 ? read_path(&ask, copy, keep) : copy;
	dj_buf      rows = {0};
	reading     r;

	open_reading(&r, text, n - (size_t)(text - copy), &ask);
	if (read_all(&r, &rows)) {
		dj_json_names_settle(&r.stream->names);
		dj_json_stream_rewind(r.stream, &r.source, &r.err);
		dj_buf_reset(&rows);
		read_all(&r, &rows);
	}
	if (r.rc < 0) {
		dj_buf_fmt(got, "%s %s", r.rc == DJ_DENIED ? "no table:" : "!", r.err.text);
	} else {
		show_header(&r, got);
		if (strcmp(verb, "said") == 0) {
			dj_json_notes_say(&r.stream->notes, &r.said);
			dj_buf_reset(got);
			for (size_t i = 0; i < r.said.n; i++)
				dj_buf_fmt(got, "%s%s", i ? "; " : "", r.said.line[i].text);
		} else {
			if (r.stream->names.n && rows.n)
				dj_buf_fmt(got, " %.*s", (int)rows.n - 3, rows.data);
		}
	}
	for (size_t i = 0; i < got->n; i++) /* cases are lines */
		if (got->data[i] == '\n')
			got->data[i] = '~';
	dj_buf_free(&rows);
	close_reading(&r);
	free(copy);
}

static void cases(void **state)
{
	(void)state;
	cases_run("json.test", run);
}

/* What turned up in a part is forgotten, and found again in the same order. */
static void forgetting(void **state)
{
	static const char text[] = "{\"a\":1}\n{\"b\":{\"c\":2},\"d\":3,\"a\":4}\n";
	dj_json_ask       ask = {.header = -1};
	dj_record         record;
	reading           r;

	(void)state;
	open_reading(&r, text, sizeof text - 1, &ask);
	assert_int_equal(dj_json_stream_next(r.stream, &r.source, &record, &r.err), 1);
	dj_json_names_know(&r.stream->names);
	for (int i = 0; i < 3; i++) {
		dj_json_stream_rewind(r.stream, &r.source, &r.err);
		assert_int_equal(r.stream->names.n, 1);
		while (dj_json_stream_next(r.stream, &r.source, &record, &r.err) > 0)
			;
		assert_int_equal(r.stream->names.n, 3);
		assert_string_equal(r.stream->names.path[1], "b.c");
		assert_string_equal(r.stream->names.path[2], "d");
		assert_true(record.field[0].n == 1 && *record.field[0].text == '4');
		dj_json_stream_forget(r.stream);
	}
	close_reading(&r);
}

/* A first row longer than the sample is a row all the same, though it holds a list of objects. */
static void a_long_first_row(void **state)
{
	dj_json_ask ask = {.header = -1};
	dj_buf      text = {0}, rows = {0};
	reading     r;

	(void)state;
	dj_buf_text(&text, "{\"a\":[{\"b\":1}],\"c\":\"");
	while (text.n < 3 * DJ_SOURCE_SAMPLE)
		dj_buf_char(&text, 'x');
	dj_buf_text(&text, "\"}\n{\"a\":2}\n");
	open_reading(&r, text.data, text.n, &ask);
	assert_true(r.rc == DJ_OK && r.shape.lines && !r.shape.found);
	assert_true(read_all(&r, &rows));
	assert_int_equal(r.stream->names.n, 2);
	close_reading(&r);
	dj_buf_free(&text);
	dj_buf_free(&rows);
}

/* ---- What is bounded ---- */

static void many_columns(void **state)
{
	dj_json_ask ask = {.header = -1, .lines = true};
	dj_buf      text = {0}, rows = {0};
	reading     r;

	(void)state;
	dj_buf_char(&text, '{');
	for (int i = 0; i < 2001; i++)
		dj_buf_fmt(&text, "%s\"m%d\":1", i ? "," : "", i);
	dj_buf_char(&text, '}');
	open_reading(&r, text.data, text.n, &ask);
	assert_false(read_all(&r, &rows));
	assert_int_equal(r.rc, DJ_DENIED);
	assert_non_null(strstr(r.err.text, "2000"));
	close_reading(&r);
	dj_buf_free(&text);
	dj_buf_free(&rows);
}

static void deep(void **state)
{
	dj_json_ask ask = {.header = -1};
	dj_buf      rows = {0};
	size_t      n = 100000;
	char       *text = dj_alloc_zero(n + 1, 1);
	reading     r;

	(void)state;
	memset(text, '[', n);
	open_reading(&r, text, n, &ask);
	assert_false(read_all(&r, &rows));
	assert_string_equal(r.err.text, "line 1, column 65: nested too deeply");
	close_reading(&r);
	dj_buf_free(&rows);
	free(text);
}

/* ---- The JSON parsing test suite ---- */

/* 0: a table; 1: JSON without one; negative: no JSON. */
static int judge(const char *text, size_t n, dj_err *err)
{
	dj_json_ask ask = {.header = -1, .one = true};
	dj_buf      rows = {0};
	reading     r;
	int         rc = 0;

	open_reading(&r, text, n, &ask);
	if (r.source.data && !read_all(&r, &rows)) {
		rc = r.rc == DJ_DENIED ? dj_json_valid(&r.source, true, &r.err) : r.rc;
		if (rc == DJ_OK)
			rc = 1;
	}
	*err = r.err;
	dj_buf_free(&rows);
	close_reading(&r);
	return rc;
}

static void test_suite(void **state)
{
	char  *folder = dj_fmt("%s/../shared/corpora/JSONTestSuite/test_parsing", getenv("DJ_SOURCE"));
	char **name = NULL;
	size_t n = 0, taken = 0, refused = 0;

	(void)state;
	if (dj_folder_list(&name, &n, folder, NULL) < 0) {
		print_message("skipped: no ../shared/corpora\n");
		free(folder);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char  *path = dj_path_join(folder, name[i]), *text;
		size_t length;
		dj_err err = {0};
		int    line, column;

		assert_int_equal(dj_file_read(&text, &length, path, 1 << 20, &err), DJ_OK);
		int rc = judge(text, length, &err);
		if (name[i][0] == 'y' && rc < 0)
			fail_msg("%s: %s", name[i], err.text);
		if (name[i][0] == 'n' && (rc >= 0 || sscanf(err.text, "line %d, column %d:", &line, &column) != 2))
			fail_msg("%s: %d, %s", name[i], rc, err.text);
		taken += name[i][0] == 'y';
		refused += name[i][0] == 'n';
		free(text);
		free(path);
	}
	assert_true(taken > 90 && refused > 180);
	dj_names_free(name, n);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),        cmocka_unit_test(forgetting), cmocka_unit_test(a_long_first_row),
	    cmocka_unit_test(many_columns), cmocka_unit_test(deep),       cmocka_unit_test(test_suite)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
