/*
 * Made JSON, and JSON that was damaged: the reader is held against the check of base/json.h and cJSON, its parts against the
 * whole, a load by several threads against one by a single one.
 */
#include "json_test.h"

#include "base/pool.h"
#include "loader/json_split.h"

/* ---- The same as a strict check and cJSON ---- */

static void add_value(dj_buf *out, dj_random_state *r, int depth);

static void add_string(dj_buf *out, dj_random_state *r)
{
	static const char *const pieces[] = {"a",
	                                     "b",
	                                     "c",
	                                     " ",
	                                     "\\n",
	                                     "\\u00e9",
	                                     "\\ud83d\\ude00",
	                                     "\xC3\xA9",
	                                     "\xF0\x9F\x98\x80",
	                                     "\\\\",
	                                     "\\\"",
	                                     "{",
	                                     "]",
	                                     ",",
	                                     "a much longer piece of text that fills a vector or two",
	                                     "\\/",
	                                     "\xE2\x82\xAC",
	                                     "\x7F",
	                                     ":",
	                                     "\\u0041"};

	dj_buf_char(out, '"');
	for (int64_t n = dj_random_between(r, 0, 6); n > 0; n--)
		dj_buf_text(out, pieces[dj_random_between(r, 0, DJ_COUNT(pieces) - 1)]);
	dj_buf_char(out, '"');
}

static void add_space(dj_buf *out, dj_random_state *r)
{
	static const char *const spaces[] = {"", "", "", "", "", "", " ", "\n", "\t", "\r\n"};

	dj_buf_text(out, spaces[dj_random_between(r, 0, DJ_COUNT(spaces) - 1)]);
}

static void add_object(dj_buf *out, dj_random_state *r, int depth)
{
	int64_t n = dj_random_between(r, 0, 5);

	dj_buf_char(out, '{');
	for (int64_t i = 0; i < n; i++) {
		add_space(out, r);
		dj_buf_fmt(out, i == dj_random_between(r, 0, 60) ? "\"k\\u00%d\"" : "\"k%d\"",
		           (int)(41 + (i + n) % 7));
		add_space(out, r);
		dj_buf_char(out, ':');
		add_value(out, r, depth + 1);
		dj_buf_text(out, i + 1 < n ? "," : "");
	}
	add_space(out, r);
	dj_buf_char(out, '}');
}

static void add_value(dj_buf *out, dj_random_state *r, int depth)
{
	static const char *const plain[] = {
	    "0",    "-1",    "12.50", "1e5",  "-0.0", "1E+2", "123456789012345678901",
	    "true", "false", "null",  "null", "7"};

	add_space(out, r);
	switch (dj_random_between(r, 0, depth < 4 ? 5 : 3)) {
	case 0:
	case 1: add_string(out, r); break;
	case 2:
	case 3: dj_buf_text(out, plain[dj_random_between(r, 0, DJ_COUNT(plain) - 1)]); break;
	case 4: add_object(out, r, depth); break;
	default: {
		int64_t n = dj_random_between(r, 0, 4);
		dj_buf_char(out, '[');
		for (int64_t i = 0; i < n; i++) {
			add_value(out, r, depth + 1);
			dj_buf_text(out, i + 1 < n ? "," : "");
		}
		dj_buf_char(out, ']');
	}
	}
	add_space(out, r);
}

static void mutate(dj_buf *text, dj_random_state *r)
{
	static const char letters[] = "\"\\{}[]:,0e.-x \n\x01\x80\xC3u";

	for (int64_t n = dj_random_between(r, 1, 2); n > 0 && text->n > 2; n--) {
		size_t at = (size_t)dj_random_between(r, 0, (int64_t)text->n - 1);
		switch (dj_random_between(r, 0, 3)) {
		case 0: text->data[at] = letters[dj_random_between(r, 0, sizeof letters - 2)]; break;
		case 1:
			memmove(text->data + at, text->data + at + 1, text->n - at - 1);
			text->n--;
			break;
		case 2: text->n = at + 1; break;
		default: text->data[at] = text->data[(at * 7 + 3) % text->n];
		}
	}
}

/* cJSON's value of a member of a row, as the reader gives it. */
static void expect_member(const cJSON *value, const dj_field *f, const char *path)
{
	if (cJSON_IsNull(value) || !value || (cJSON_IsObject(value) && !value->child)) {
		if (f->kind != DJ_FIELD_MISSING)
			fail_msg("%s is there", path);
	} else if (cJSON_IsString(value)) {
		assert_int_equal(f->kind, DJ_FIELD_STRING);
		assert_int_equal(f->n, strlen(value->valuestring));
		assert_memory_equal(f->text, value->valuestring, f->n);
	} else if (cJSON_IsArray(value)) {
		assert_int_equal(f->kind, DJ_FIELD_NESTED);
		cJSON *again = cJSON_ParseWithLength(f->text, f->n);
		assert_true(cJSON_Compare(again, value, true));
		cJSON_Delete(again);
	} else if (cJSON_IsNumber(value)) {
		double v;
		assert_true(f->kind == DJ_FIELD_LITERAL && dj_text_real(f->text, f->n, &v) &&
		            v == value->valuedouble);
	} else {
		assert_int_equal(f->kind, DJ_FIELD_LITERAL);
		assert_memory_equal(f->text, cJSON_IsTrue(value) ? "true" : "false", f->n);
	}
}

static const cJSON *follow(const cJSON *at, const char *path)
{
	char name[256], *to = name;

	for (;; path++) {
		if (*path == '.' || *path == '\0') {
			*to = '\0';
			to = name;
			at = cJSON_IsObject(at) ? cJSON_GetObjectItemCaseSensitive(at, name) : NULL;
			if (*path == '\0')
				return at;
			continue;
		}
		path += *path == '\\';
		*to++ = *path;
	}
}

static void expect_object(const cJSON *object, const dj_record *r, const dj_json_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const cJSON *at = follow(object, names->path[i]);
		expect_member(cJSON_IsObject(at) ? NULL : at, &r->field[i],
		              names->path[i]); /* its members have columns */
	}
}

/* "line 1, column 7", or as much of it as there is. */
static size_t place(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon ? (size_t)(colon - text) : strlen(text);
}

static void compare_one(const char *text, size_t n)
{
	dj_json_ask ask = {.header = -1, .lines = true};
	dj_err      want = {0};
	dj_record   record;
	cJSON      *tree = NULL;
	reading     r;
	int         checked = dj_json_check(text, n, 0, &want);

	open_reading(&r, text, n, &ask);
	if (r.rc == DJ_OK)
		r.rc = dj_json_stream_next(r.stream, &r.source, &record, &r.err);
	if (checked == DJ_OK && r.rc == 1) {
		assert_int_equal(dj_json_parse(&tree, text, n, &want), DJ_OK);
		expect_object(tree, &record, &r.stream->names);
		cJSON_Delete(tree);
	} else if (r.rc == 1) { /* the rest is no row; or it is what only the check refuses */
		r.rc = dj_json_stream_next(r.stream, &r.source, &record, &r.err);
		if (r.rc == 0 && !strstr(want.text, "was there already") && !strstr(want.text, "64 bits"))
			fail_msg("taken, though %s: %.*s", want.text, (int)n, text);
	} else if (r.rc == 0) {
		fail_msg("no row, %s: %.*s", want.text, (int)n, text);
	} else if (checked == DJ_OK) {
		if (r.rc != DJ_DENIED)
			fail_msg("%s: %.*s", r.err.text, (int)n, text);
	} else if (!strstr(want.text, "UTF-8") && !strstr(want.text, "was there") &&
	           !strstr(want.text, "64 bits") && !strstr(want.text, "u0000") && r.rc == DJ_FAIL &&
	           (place(want.text) != place(r.err.text) ||
	            strncmp(want.text, r.err.text, strlen(want.text)) != 0)) {
		fail_msg("want \"%s\", got \"%s\": %.*s", want.text, r.err.text, (int)n, text);
	}
	close_reading(&r);
}

static void same_as_the_check(void **state)
{
	dj_random_state random = dj_random_seed(1, "json");
	dj_buf          text = {0};

	(void)state;
	for (int i = 0; i < 12000; i++) {
		dj_buf_reset(&text);
		add_object(&text, &random, 0);
		compare_one(text.data, text.n);
		if (text.n < 3)
			continue;
		mutate(&text, &random);
		if (text.data[0] == '{')
			compare_one(text.data, text.n);
	}
	dj_buf_free(&text);
}

/* ---- Parts give what the whole gives ---- */

static void make_rows(dj_buf *out, dj_random_state *r, bool lines)
{
	dj_buf_reset(out);
	dj_buf_text(out, lines ? "" : " [");
	for (int64_t n = dj_random_between(r, 1, 30), i = 0; i < n; i++) {
		dj_buf_text(out, i == 0 ? "" : lines ? "\n" : ",");
		if (lines && i)
			add_space(out, r);
		dj_buf_fmt(out, "{\"n\":%d,\"x\":", (int)i);
		add_value(out, r, 1);
		dj_buf_fmt(out, ",\"late%d\":\"}],{\\\"\"", (int)(i / 9));
		dj_buf_text(out, "}");
	}
	dj_buf_text(out, lines ? "\n" : "] \n");
}

static dj_source part_of(const char *text, size_t at, size_t to)
{
	dj_source s = {.fd = -1, .start = at, .line = 1, .end = true};

	for (size_t i = 0; i < at; i++)
		s.line += text[i] == '\n';
	s.data = dj_strndup(text + at, to - at);
	s.n = s.cap = to - at;
	return s;
}

/* Rows of a part, with their place; columns found are added to `found`. */
static void read_part(reading *whole, const char *text, size_t at, size_t to, bool first, bool last,
                      dj_buf *rows)
{
	dj_json_names  *names = &whole->stream->names;
	dj_json_stream *j = dj_json_stream_new(&whole->shape, (const char *const *)names->path, names->n);
	dj_source       s = part_of(text, at, to);
	dj_record       record;
	dj_err          err = {0};
	int             rc;

	dj_json_stream_part(j, &s, first, last);
	while ((rc = dj_json_stream_next(j, &s, &record, &err)) > 0) {
		dj_buf_fmt(rows, "%d %d ", (int)record.byte, (int)record.line);
		show_record(rows, &record);
		dj_buf_char(rows, '\n');
	}
	if (rc < 0)
		fail_msg("%s in part %zu..%zu of %s", err.text, at, to, text);
	assert_int_equal(j->names.n, names->n);
	free(s.data);
	dj_json_stream_free(j);
}

static void read_parts(reading *r, const dj_buf *text, dj_random_state *random, dj_buf *rows)
{
	size_t at = (size_t)r->shape.byte, cut, n = 1;
	bool   first = true, over = false;

	while (at < text->n && !over) {
		size_t step = (size_t)dj_random_between(random, 1, 300);
		bool   end;
		n = at + n + step > text->n ? text->n - at : n + step;
		end = at + n == text->n;
		cut = r->shape.lines ? dj_json_split_lines(text->data + at, n)
		                     : dj_json_split_array(text->data + at, n, &over);
		if (r->shape.lines && end && cut == 0)
			cut = n;
		if (cut == 0 && !over)
			continue;
		if (cut)
			read_part(r, text->data, at, at + cut, first, false, rows);
		first = first && !cut;
		at += cut;
		n = 1;
	}
	if (!r->shape.lines) {
		assert_true(over);
		read_part(r, text->data, at, text->n, first, true, rows);
	}
}

static void parts(void **state)
{
	dj_random_state random = dj_random_seed(3, "json");
	dj_buf          text = {0}, all = {0}, pieces = {0};

	(void)state;
	for (int i = 0; i < 1500; i++) {
		dj_json_ask ask = {.header = -1, .rows = "."};
		dj_record   record;
		reading     r;

		make_rows(&text, &random, i % 2);
		open_reading(&r, text.data, text.n, &ask);
		assert_int_equal(r.rc, DJ_OK);
		dj_buf_reset(&all);
		read_all(&r, &all);
		dj_json_names_settle(&r.stream->names);
		dj_json_stream_rewind(r.stream, &r.source, &r.err);
		dj_buf_reset(&all);
		dj_buf_reset(&pieces);
		while ((r.rc = dj_json_stream_next(r.stream, &r.source, &record, &r.err)) > 0) {
			dj_buf_fmt(&all, "%d %d ", (int)record.byte, (int)record.line);
			show_record(&all, &record);
			dj_buf_char(&all, '\n');
		}
		assert_int_equal(r.rc, 0);
		read_parts(&r, &text, &random, &pieces);
		assert_string_equal(pieces.data, all.data);
		close_reading(&r);
	}
	dj_buf_free(&text);
	dj_buf_free(&all);
	dj_buf_free(&pieces);
}

/* ---- The window's end ---- */

static void across_the_window(void **state)
{
	dj_random_state random = dj_random_seed(4, "json");
	dj_buf          text = {0}, tail = {0}, want = {0}, got = {0};

	(void)state;
	for (int i = 0; i < 150; i++) {
		dj_json_ask ask = {.header = -1, .lines = true};
		reading     r;

		make_rows(&tail, &random, true);
		dj_buf_reset(&text);
		size_t filler = DJ_SOURCE_SAMPLE - (size_t)dj_random_between(&random, 2, (int64_t)tail.n + 2);
		dj_buf_fmt(&text, "{\"n\":\"");
		while (text.n + 3 < filler)
			dj_buf_char(&text, 'x');
		dj_buf_text(&text, "\"}\n");
		dj_buf_add(&text, tail.data, tail.n);
		dj_buf_reset(&want);
		dj_buf_reset(&got);

		open_reading(&r, tail.data, tail.n, &ask);
		assert_true(read_all(&r, &want));
		close_reading(&r);
		open_reading(&r, text.data, text.n, &ask);
		dj_record record;
		assert_int_equal(dj_json_stream_next(r.stream, &r.source, &record, &r.err), 1);
		if (!read_all(&r, &got))
			fail_msg("%s", r.err.text);
		assert_string_equal(got.data, want.data);
		close_reading(&r);
	}
	dj_buf_free(&text);
	dj_buf_free(&tail);
	dj_buf_free(&want);
	dj_buf_free(&got);
}

/* ---- Any number of threads ---- */

static char *digest_by(size_t lanes, const char *members, const dj_buf *text, int64_t *rows)
{
	dj_pool *pool = NULL;
	dj_err   err = {0};

	assert_int_equal(dj_pool_new(&pool, lanes, &err), DJ_OK);
	loaded l = load_bytes_by(pool, members, text->data, text->n, 0);
	if (l.rc < 0)
		fail_msg("%s", l.err.text);
	char *digest = dj_strdup(cJSON_GetStringValue(cJSON_GetObjectItem(l.answer, "djs1")));
	*rows = number_of(l.db, "SELECT count(*) FROM t");
	forget(&l);
	dj_pool_free(pool);
	return digest;
}

/* A column, and a wider type, that only the last rows have. */
static void make_many(dj_buf *out, const char *open, const char *between, const char *close, int n)
{
	dj_buf_reset(out);
	dj_buf_text(out, open);
	for (int i = 0; i < n; i++)
		dj_buf_fmt(out, "%s{\n \"id\": %d, \"x\": {\"y\": \"}]\\\"\", \"z\": null}, %s\"list\": [[%d]]}",
		           i ? between : "", i, i > n - 3 ? "\"id2\": 1.5, \"x2\": {\"q\": true}, " : "", i);
	dj_buf_text(out, close);
}

static void any_number_of_threads(void **state)
{
	static const struct {
		const char *open, *between, *close, *members;
	} forms[] = {{"", "\n", "\n", ""},
	             {"[", ",\n", "]", ""},
	             {"{\"a\":{\"n\":7,\"b\":[", ",", "]},\"c\":1}\n", ",\"rows\":\"a.b\",\"keep\":[\"n\"]"},
	             {"", "\n", "", ",\"rows\":\"list\",\"keep\":[\"id\"]"}};
	dj_buf text = {0};

	(void)state;
	for (size_t k = 0; k < DJ_COUNT(forms); k++) {
		int64_t rows;
		make_many(&text, forms[k].open, forms[k].between, forms[k].close, 60000);
		char *one = digest_by(1, forms[k].members, &text, &rows);
		assert_int_equal(rows, 60000);
		for (size_t lanes = 2; lanes <= 4; lanes += 2) {
			char *several = digest_by(lanes, forms[k].members, &text, &rows);
			assert_string_equal(several, one);
			free(several);
		}
		free(one);
	}
	dj_buf_free(&text);
}

/* Where a part fails, the whole is read again, and says where. */
static void threads_and_an_error(void **state)
{
	dj_pool *pool = NULL;
	dj_buf   text = {0};
	dj_err   err = {0};

	(void)state;
	assert_int_equal(dj_pool_new(&pool, 2, &err), DJ_OK);
	for (int array = 0; array < 2; array++) {
		make_many(&text, array ? "[" : "", array ? ",\n" : "\n", array ? "]" : "", 60000);
		text.data[text.n - 20] = '\1';
		loaded l = load_bytes_by(pool, "", text.data, text.n, 0);
		assert_int_equal(l.rc, DJ_FAIL);
		if (strncmp(l.err.text, "line 120000, column ", 20) != 0)
			fail_msg("%s", l.err.text);
		forget(&l);
	}
	dj_pool_free(pool);
	dj_buf_free(&text);
}

/* An array that is cut off behind an element: no part of it is wrong, but the whole is. */
static void threads_and_a_cut_file(void **state)
{
	static const char *const closings[] = {"", ",", "]]", "]}", "] 1"};
	dj_pool                 *pool = NULL;
	dj_buf                   text = {0};
	dj_err                   err = {0};

	(void)state;
	assert_int_equal(dj_pool_new(&pool, 2, &err), DJ_OK);
	for (size_t i = 0; i < DJ_COUNT(closings); i++) {
		dj_buf_reset(&text); /* nothing in it makes the load begin again */
		for (int row = 0; row < 60000; row++)
			dj_buf_fmt(&text, "%s{\"id\":%d,\"text\":\"some words to fill a part or two of it\"}",
			           row ? ",\n" : "[", row);
		dj_buf_text(&text, closings[i]);
		loaded l = load_bytes_by(pool, "", text.data, text.n, 0);
		if (l.rc != DJ_FAIL || strncmp(l.err.text, "line 60000, column ", 19) != 0)
			fail_msg("%s: %d %s", closings[i], l.rc, l.err.text);
		forget(&l);
	}
	dj_pool_free(pool);
	dj_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_as_the_check),    cmocka_unit_test(parts),
	    cmocka_unit_test(across_the_window),    cmocka_unit_test(any_number_of_threads),
	    cmocka_unit_test(threads_and_an_error), cmocka_unit_test(threads_and_a_cut_file)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
