/* Runs load.test: texts through dialect, header, steps and types into a snapshot. */
#include "loader_test.h"

static void show_columns(dj_buf *got, const cJSON *table)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, cJSON_GetObjectItem(table, "columns"))
	    dj_buf_fmt(got, "%s:%s ", cJSON_GetStringValue(cJSON_GetObjectItem(c, "name")),
	               cJSON_GetStringValue(cJSON_GetObjectItem(c, "type")));
}

static void show_said(dj_buf *got, const cJSON *table)
{
	const cJSON *line;

	cJSON_ArrayForEach(line, cJSON_GetObjectItem(table, "said"))
	{
		if (got->n)
			dj_buf_text(got, "; ");
		dj_buf_text(got, cJSON_GetStringValue(cJSON_GetObjectItem(line, "text")));
	}
}

/* load TEXT; with MEMBERS ;; TEXT; said TEXT, saidwith MEMBERS ;; TEXT */
static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	const char *text = input, *cut = strstr(verb, "with") ? strstr(input, " ;; ") : NULL;
	char       *members = cut ? dj_fmt(",%.*s", (int)(cut - input), input) : dj_strdup("");

	if (cut)
		text = cut + 4;
	loaded l = load_bytes(members, text, n - (size_t)(text - input), 0);
	if (l.rc < 0) {
		dj_buf_fmt(got, "! %s", l.err.text);
	} else if (verb[0] == 's') {
		show_said(got, first_table(&l));
	} else {
		show_columns(got, first_table(&l));
		dj_buf_text(got, "| ");
		show_rows(got, l.db, "SELECT * FROM t ORDER BY rowid");
		if (cJSON_GetObjectItem(first_table(&l), "rejects")->valuedouble > 0) {
			dj_buf_text(got, " | ");
			show_rows(got, l.db, "SELECT * FROM rejects ORDER BY rowid");
		}
	}
	forget(&l);
	free(members);
}

static void cases(void **state)
{
	(void)state;
	cases_run("load.test", run);
}

/* 70,000 rows are more than the sample: what the last one says changes all of them. */
static loaded load_late(const char *row, const char *last)
{
	dj_buf text = {0};

	dj_buf_text(&text, "a,b\n");
	for (int i = 0; i < 70000; i++)
		dj_buf_text(&text, row);
	dj_buf_text(&text, last);
	loaded l = load_bytes("", text.data, text.n, 0);
	assert_int_equal(l.rc, DJ_OK);
	dj_buf_free(&text);
	return l;
}

static void late_types(void **state)
{
	(void)state;
	loaded l = load_late("12,2017-01-02 and more\n", "1.50,x\n");
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE typeof(a) = 'real'"), 70001);
	forget(&l);

	l = load_late("12,1.50            \n", "0012,\n");
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE a = '12'"), 70000);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE a = '0012' AND b IS NULL"), 1);
	forget(&l);

	l = load_late(",some text to fill\n", "7,x\n"); /* a column that was all empty */
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE typeof(a) = 'integer'"), 1);
	forget(&l);
}

static void late_members(void **state)
{
	dj_buf text = {0};

	(void)state;
	for (int i = 0; i < 70000; i++)
		dj_buf_fmt(&text, "{\"a\": %d, \"what\": \"filler\"}\n", i);
	dj_buf_text(&text, "{\"b\": true, \"a\": 1.5}\n");
	loaded l = load_bytes("", text.data, text.n, 0);
	assert_int_equal(l.rc, DJ_OK);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE typeof(a) = 'real'"), 70001);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE b = 1"), 1);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE b IS NULL"), 70000);
	forget(&l);
	dj_buf_free(&text);
}

static void places_lead_back(void **state)
{
	loaded l = load_late("1,\"two\nlines\"\n", "");

	(void)state;
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM _datajam_places WHERE tab <> 't' OR "
	                                 "byte <> 4 + (row - 1) * 14 OR line <> 2 + (row - 1) * 2"),
	                 0);
	assert_int_equal(number_of(l.db, "SELECT max(next - row) <= 4096 FROM (SELECT row, lead(row, 1, 70002) "
	                                 "OVER (ORDER BY row) AS next FROM _datajam_places)"),
	                 1);
	assert_int_equal(number_of(l.db, "SELECT min(row) FROM _datajam_places"), 1);
	forget(&l);
}

static void limit(void **state)
{
	(void)state;
	loaded l = load_bytes("", "a\n1\n2\nx\n", 8, 2);
	assert_int_equal(l.rc, DJ_OK);
	assert_int_equal(number_of(l.db, "SELECT count(*) FROM t WHERE typeof(a) = 'integer'"), 2);
	forget(&l);
}

static void not_text(void **state)
{
	static const struct {
		const char *bytes;
		size_t      n;
		const char *says;
	} files[] = {{"", 0, "empty"},
	             {"\xEF\xBB\xBF", 3, "no row"},
	             {"\n\n\n", 3, "no row"},
	             {"a,b\n1,\0\n", 8, "byte 6 is NUL"},
	             {"PK\3\4aaaaaaa", 11, "zip"},
	             {"\x1f\x8b\b,,,,", 7, "gzip"},
	             {"SQLite format 3\0", 16, "the database is cut off"}};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		loaded l = load_bytes("", files[i].bytes, files[i].n, 0);
		assert_int_equal(l.rc, DJ_FAIL);
		if (!strstr(l.err.text, files[i].says))
			fail_msg("want \"%s\" in \"%s\"", files[i].says, l.err.text);
		forget(&l);
	}
}

/* Memory does not depend on what a record is made of: one that is too long says so. */
static void a_record_too_long(void **state)
{
	size_t n = (size_t)20 << 20;
	char  *text = dj_alloc_zero(n, 1);

	(void)state;
	memset(text, 'x', n);
	memcpy(text, "a,b\n1,\"", 7);
	loaded l = load_bytes("", text, n, 0);
	assert_int_equal(l.rc, DJ_FAIL);
	assert_non_null(strstr(l.err.text, "line"));
	assert_non_null(strstr(l.err.text, "16 MiB"));
	forget(&l);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),
	    cmocka_unit_test(late_types),
	    cmocka_unit_test(late_members),
	    cmocka_unit_test(limit),
	    cmocka_unit_test(places_lead_back),
	    cmocka_unit_test(not_text),
	    cmocka_unit_test(a_record_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
