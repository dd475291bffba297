/* Runs json.test, and the parsing corpus of JSONTestSuite (Nicolas Seriot) where that lies beside the
 * toolkit. */
#include "cases.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>

static void get(dj_buf *got, const char *verb, const char *input)
{
	char         name[32];
	size_t       length = strcspn(input, " ");
	cJSON       *json = NULL;
	const cJSON *part = NULL;
	const char  *text = "(default)";
	int64_t      integer = 0;
	double       real = 0;
	bool         truth = false;
	dj_err       err = {0};
	int          rc;

	snprintf(name, sizeof name, "%.*s", (int)length, input);
	assert_int_equal(dj_json_parse(&json, input + length + 1, strlen(input + length + 1), &err), DJ_OK);
	if (strcmp(verb, "text") == 0) {
		if ((rc = dj_json_text(&text, json, name, "here", &err)) == DJ_OK)
			dj_buf_text(got, text);
	} else if (strcmp(verb, "integer") == 0) {
		if ((rc = dj_json_integer(&integer, json, name, "here", &err)) == DJ_OK)
			dj_buf_fmt(got, "%lld", (long long)integer);
	} else if (strcmp(verb, "real") == 0) {
		if ((rc = dj_json_real(&real, json, name, "here", &err)) == DJ_OK)
			dj_json_put_real(got, real);
	} else if (strcmp(verb, "bool") == 0) {
		if ((rc = dj_json_bool(&truth, json, name, "here", &err)) == DJ_OK)
			dj_buf_text(got, truth ? "true" : "false");
	} else if (strcmp(verb, "object") == 0) {
		if ((rc = dj_json_object(&part, json, name, "here", &err)) == DJ_OK)
			dj_buf_text(got, cJSON_IsObject(part) ? "object" : "?");
	} else if (strcmp(verb, "array") == 0) {
		if ((rc = dj_json_array(&part, json, name, "here", &err)) == DJ_OK)
			dj_buf_text(got, cJSON_IsArray(part) ? "array" : "?");
	} else {
		static const char *const known[] = {"name", "title", "tables"};
		if ((rc = dj_json_only(json, known, 3, "here", &err)) == DJ_OK)
			dj_buf_text(got, "fine");
	}
	if (rc < 0)
		dj_buf_text(got, err.text);
	cJSON_Delete(json);
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_err err = {0};

	if (strcmp(verb, "put") == 0)
		dj_json_put_textn(got, input, n);
	else if (strcmp(verb, "check") == 0)
		dj_buf_text(got, dj_json_check(input, n, 0, &err) < 0 ? err.text : "fine");
	else
		get(got, verb, input);
}

static void cases(void **state)
{
	(void)state;
	cases_run("json.test", run);
}

static void depth_is_bounded(void **state)
{
	dj_buf b = {0};
	dj_err err = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		dj_buf_char(&b, '[');
	assert_int_equal(dj_json_check(b.data, b.n, 0, &err), DJ_FAIL);
	assert_string_equal(err.text, "line 1, column 65: nested too deeply");
	assert_int_equal(dj_json_check(b.data, b.n, 100000, &err), DJ_FAIL);
	assert_string_equal(err.text, "line 1, column 513: nested too deeply");
	assert_int_equal(dj_json_check("[[]]", 4, 2, &err), DJ_OK);
	assert_int_equal(dj_json_check("[[]]", 4, 1, &err), DJ_FAIL);
	dj_buf_free(&b);
}

/* What we refuse though RFC 8259 takes it: json.h says which. */
static bool beyond_our_limits(const char *name)
{
	return dj_text_starts(name, "y_object_duplicated_key") ||
	       strcmp(name, "y_string_null_escape.json") == 0 ||
	       strcmp(name, "y_object_escaped_null_in_key.json") == 0;
}

static void test_suite(void **state)
{
	const char *source = getenv("DJ_SOURCE");
	char  *folder = dj_path_join(source ? source : "../..", "../shared/corpora/JSONTestSuite/test_parsing");
	char **names;
	size_t n, failed = 0;
	dj_err err = {0};

	(void)state;
	if (dj_folder_list(&names, &n, folder, &err) < 0) {
		print_message("skipped: no ../shared/corpora/JSONTestSuite\n");
		free(folder);
		skip();
	}
	for (size_t i = 0; i < n; i++) {
		char  *path = dj_path_join(folder, names[i]), *text;
		size_t length;

		assert_int_equal(dj_file_read(&text, &length, path, 1 << 24, &err), DJ_OK);
		bool taken = dj_json_check(text, length, 0, &err) == DJ_OK;
		bool wanted = names[i][0] == 'y' && !beyond_our_limits(names[i]);
		if (names[i][0] != 'i' && taken != wanted) {
			print_error("%s: %s\n", names[i], taken ? "taken" : err.text);
			failed++;
		}
		cJSON *json = NULL; /* what the check takes, the library must take too */
		if (taken)
			assert_int_equal(dj_json_parse(&json, text, length, &err), DJ_OK);
		cJSON_Delete(json);
		free(text);
		free(path);
	}
	assert_true(n > 300);
	assert_int_equal(failed, 0);
	dj_names_free(names, n);
	free(folder);
}

static void not_finite_is_null(void **state)
{
	dj_buf b = {0};

	(void)state;
	dj_json_put_real(&b, NAN);
	dj_json_put_text(&b, NULL);
	assert_string_equal(b.data, "nullnull");
	dj_buf_free(&b);
}

static void written_piece_by_piece(void **state)
{
	const char *const texts[] = {"[", "{", "a:"};
	dj_buf            b = {0};

	(void)state;
	dj_json_open(&b, NULL, '{');
	dj_json_add_text(&b, "none", NULL);
	dj_json_add_text(&b, "a", "x\n:");
	dj_json_add_texts(&b, "l", texts, 3);
	dj_json_add_texts(&b, "e", NULL, 0);
	dj_json_open(&b, "o", '{');
	dj_json_add_integer(&b, "n", INT64_MIN);
	dj_buf_char(&b, '}');
	dj_json_open(&b, "m", '[');
	dj_json_add_bool(&b, NULL, true);
	dj_json_open(&b, NULL, '[');
	dj_buf_char(&b, ']');
	dj_json_key(&b, NULL);
	dj_json_put_real(&b, 0.5);
	dj_buf_text(&b, "]}");
	assert_string_equal(b.data, "{\"a\":\"x\\n:\",\"l\":[\"[\",\"{\",\"a:\"],\"e\":[],"
	                            "\"o\":{\"n\":-9223372036854775808},\"m\":[true,[],0.5]}");
	dj_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(depth_is_bounded),
	                                   cmocka_unit_test(test_suite), cmocka_unit_test(not_finite_is_null),
	                                   cmocka_unit_test(written_piece_by_piece)};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
