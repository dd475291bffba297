/* expected.json: reading it strictly, telling what differs, writing digests without touching anything else, warnings. */
#include "../plugin/datasets.h"

#include "run/expected.h"
#include "run/expected_parts.h"

typedef struct world {
	char              *dir;
	dj_worker          worker;
	dj_arena          *arena;
	dj_expected_report report;
} world;

static const char *toolkit(void)
{
	const char *source = getenv("DJ_SOURCE");

	return source ? source : "../..";
}

static int set_up(void **state)
{
	world      *x = dj_alloc_zero(1, sizeof *x);
	const char *build = getenv("DJ_BUILD");
	char       *worker = dj_fmt("%s/datajam-worker", build ? build : ".");
	dj_err      err = {0};

	x->dir = scratch_folder();
	x->arena = dj_arena_new();
	fine(dj_worker_open(&x->worker, worker, &err));
	free(worker);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_worker_close(&x->worker);
	dj_arena_free(x->arena);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static const char plugin[] =
    "return { name = 'each', version = '1.0.0', kind = 'detection', summary = 'A test.', caveat = 'None.',\n"
    "  needs = { incidents = { 'n', 'region' } },\n"
    "  params = { least = { 1, help = 'least n' } },\n"
    "  run = function(jam, p)\n"
    "    for r in jam:rows 'SELECT n, region, _row FROM incidents WHERE n >= :least ORDER BY _row' do\n"
    "      jam:finding { title = 'n is ' .. r.n, score = r.n / 10, evidence = r._row, subjects = { region = r.region },\n"
    "                    values = { n = r.n } }\n"
    "    end\n"
    "    if p.least > 99 then jam:fail 'nothing is so many' end\n"
    "    jam:note 'counted'\n"
    "  end }\n";

static void put(const world *x, const char *path, const char *text)
{
	char  *file = dj_fmt("%s/plugins/each/%s", x->dir, path), *folder = dj_fmt("%s/plugins/each", x->dir);
	dj_err err = {0};

	fine(dj_folder_make(folder, &err));
	fine(dj_file_write(file, text, strlen(text), &err));
	free(file);
	free(folder);
}

static int test(world *x, const char *source, const char *json, bool accept, dj_err *out)
{
	dj_expected_options   o = {.toolkit = toolkit(), .accept = accept, .wake_fd = -1};
	const dj_plugin_file *file;
	char                 *folder = dj_fmt("%s/plugins/each", x->dir);
	dj_err                err = {0};

	put(x, "plugin.lua", source);
	put(x, "expected.json", json);
	fine(dj_plugin_find(&file, NULL, folder, x->arena, &err));
	free(folder);
	return dj_expected_run(&x->report, file, &x->worker, &o, x->arena, out);
}

#define ROWS "\"rows\":{\"incidents\":[[\"n\",\"region\"],[3,\"35\"],[5,\"48\"],[7,\"59\"]]}"

/* One case with these rows; gives what differs, a line each. */
static char *differences(world *x, const char *more, const char *expect)
{
	char *json = dj_fmt("{\"format\":1,\"cases\":[{\"name\":\"a\"," ROWS ",%s\"expect\":%s}]}", more, expect);
	dj_buf got = {0};
	dj_err err = {0};

	fine(test(x, plugin, json, false, &err));
	free(json);
	for (size_t i = 0; i < x->report.result[0].n_differences; i++)
		dj_buf_fmt(&got, "%s\n", x->report.result[0].difference[i]);
	assert_int_equal(x->report.result[0].passed, got.n == 0);
	return dj_buf_take(&got);
}

static void what_differs(void **state)
{
	static const struct {
		const char *more, *expect, *says;
	} cases[] = {
	    {"", "{}", ""},
	    {"", "{\"findings\":{\"count\":3},\"notes\":[\"count\"]}", ""},
	    {"", "{\"findings\":{\"count\":[1,3]}}", ""},
	    {"", "{\"findings\":{\"count\":2}}", "findings: 3, expected 2\n"},
	    {"", "{\"findings\":{\"count\":[4,9]}}", "findings: 3, expected 4 to 9\n"},
	    {"\"params\":{\"least\":5},", "{\"findings\":{\"count\":2}}", ""},
	    {"",
	     "{\"findings\":{\"include\":[{\"subjects\":{\"region\":[\"35\"]},\"score\":0.3,\"evidence\":1,\"values\":{\"n\":3}}]}}",
	     ""},
	    {"", "{\"findings\":{\"include\":[{\"subjects\":{\"region\":[35]}},{\"score\":[0.2,0.4]}]}}",
	     "include 2: the finding it fits serves another entry already\n"},
	    {"", "{\"findings\":{\"include\":[{\"score\":[0.2,0.6]},{\"score\":0.5}]}}",
	     ""}, /* each its own, in any order */
	    {"", "{\"findings\":{\"include\":[{\"subjects\":{\"region\":[\"35\"]},\"score\":[0.5,0.9]}]}}",
	     "include 1: no finding fits; the nearest is \"n is 7\", but its subjects.region are 59\n"},
	    {"", "{\"findings\":{\"include\":[{\"title\":\"n is 3\",\"score\":[0.5,0.9],\"evidence\":1}]}}",
	     "include 1: no finding fits; the nearest is \"n is 7\", but its title is \"n is 7\"\n"},
	    {"", "{\"findings\":{\"exclude\":[{\"subjects\":{\"region\":[\"10\"]}}]}}", ""},
	    {"", "{\"findings\":{\"exclude\":[{\"subjects\":{\"region\":[\"59\"]}}]}}",
	     "exclude 1: there is such a finding, \"n is 7\"\n"},
	    {"", "{\"layers\":[{\"name\":\"x\"}]}", "layers: there is no 'x'\n"},
	    {"", "{\"notes\":[\"lost\"]}", "notes: none says \"lost\"; one says \"counted\"\n"},
	    {"", "{\"failed\":\"so many\"}", "it did not fail; expected to fail with \"so many\"\n"},
	    {"\"params\":{\"least\":100},", "{\"failed\":\"so many\"}", ""},
	    {"\"params\":{\"least\":100},", "{\"failed\":null,\"findings\":{\"count\":0}}",
	     "FAILED: plugins/each/plugin.lua:9: nothing is so many\n"},
	    {"\"params\":{\"leest\":1},", "{\"failed\":\"did you mean 'least'\"}", ""},
	    {"", "{\"digest\":\"dj1:0000000000000000000000000000000000000000000000000000000000000000\"}",
	     "*digest: dj1:"},
	};
	world *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *got = differences(x, cases[i].more, cases[i].expect);
		bool  same = cases[i].says[0] == '*' ? strncmp(got, cases[i].says + 1, strlen(cases[i].says) - 1) == 0
		                                     : strcmp(got, cases[i].says) == 0;

		if (!same)
			fail_msg("case %zu, %s: want '%s', got '%s'", i, cases[i].expect, cases[i].says, got);
		free(got);
	}
}

static void files_that_are_wrong(void **state)
{
	static const struct {
		const char *json, *says;
	} cases[] = {
	    {"", "expected.json"},
	    {"{\"format\":2,\"cases\":[]}", "format 2"},
	    {"{\"format\":1,\"cases\":[]}", "it has no case"},
	    {"{\"format\":1,\"case\":[]}", "did you mean \"cases\""},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{\"finding\":{}}}]}",
	     "did you mean \"findings\""},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{\"findings\":{\"count\":\"many\"}}}]}",
	     "number or [low, high]"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{\"findings\":{\"count\":[3,1]}}}]}",
	     "number or [low, high]"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{\"findings\":{\"include\":[{\"scor\":1}]}}}]}",
	     "did you mean \"score\""},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{}},{\"name\":\"a\",\"expect\":{}}]}",
	     "two cases are called"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\"}]}", "\"expect\" is missing"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"scenario\":{},\"expect\":{}}]}", "is not there yet"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"rows\":{},\"files\":{},\"expect\":{}}]}",
	     "one of \"rows\" and \"files\""},
	    {"{\"format\":1,\"cases\":[{\"name\":\"a\",\"expect\":{\"digest\":\"abc\"}}]}", "take it out"},
	};
	world *x = *state;
	dj_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		wrong(test(x, plugin, cases[i].json, false, &err), cases[i].says);
}

/* Rows that are not what the role says are the case's trouble, told with row and column. */
static void rows_that_are_wrong(void **state)
{
	static const struct {
		const char *rows, *says;
	} cases[] = {
	    {"{\"incident\":[[\"n\"]]}", "no role is called 'incident'"},
	    {"{\"incidents\":[]}", "must be a list: the header, then rows"},
	    {"{\"incidents\":[[\"n\"],[1,2]]}", "row 1 has 2 values, the header 1"},
	    {"{\"incidents\":[[\"n\"],[1],[1.5]]}", "row 2: n must be a whole number"},
	    {"{\"incidents\":[[\"region\"],[35]]}", "region must be text, in quotes"},
	    {"{\"incidents\":[[\"date\"],[\"2024-13-01\"]]}", "date must be like"},
	    {"{\"transactions\":[[\"amount\"],[1]]}", "does not say which column is its at"},
	};
	world *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *json =
		    dj_fmt("{\"format\":1,\"cases\":[{\"name\":\"a\",\"rows\":%s,\"expect\":{}}]}", cases[i].rows);
		dj_err err = {0};

		fine(test(x, plugin, json, false, &err));
		assert_false(x->report.result[0].passed);
		if (!strstr(x->report.result[0].difference[0], cases[i].says))
			fail_msg("%s: %s", cases[i].rows, x->report.result[0].difference[0]);
		free(json);
	}
}

/* ---- Digests ---- */

static void only_the_digest_is_written(void **state)
{
	static const struct {
		const char *text;
		size_t      which;
		const char *want;
	} cases[] = {
	    {"{\"cases\":[{\"expect\":{}}]}", 0, "{\"cases\":[{\"expect\":{ \"digest\": \"D\"}}]}"},
	    {"{\"cases\":[{\"expect\":{\"a\":1}}]}", 0,
	     "{\"cases\":[{\"expect\":{\"a\":1, \"digest\": \"D\"}}]}"},
	    {"{ \"cases\": [ { \"expect\": { \"a\": [1, {\"digest\": 2}] } } ] }", 0,
	     "{ \"cases\": [ { \"expect\": { \"a\": [1, {\"digest\": 2}], \"digest\": \"D\" } } ] }"},
	    {"{\"cases\":[{\"expect\":{\"digest\":\"old\",\"a\":1}}]}", 0,
	     "{\"cases\":[{\"expect\":{\"digest\":\"D\",\"a\":1}}]}"},
	    {"{\"format\":1,\"cases\":[{\"name\":\"]}\\\"\",\"expect\":{}},{\"rows\":{\"x\":[[1.50,\"a\"]]},\"expect\":{\"b\":null}}]}",
	     1,
	     "{\"format\":1,\"cases\":[{\"name\":\"]}\\\"\",\"expect\":{}},{\"rows\":{\"x\":[[1.50,\"a\"]]},\"expect\":{\"b\":null, \"digest\": \"D\"}}]}"},
	    {"{\"cases\": [\n  {\n    \"expect\": {\n      \"a\": 1\n    }\n  }\n]}\n", 0,
	     "{\"cases\": [\n  {\n    \"expect\": {\n      \"a\": 1,\n      \"digest\": \"D\"\n    }\n  }\n]}\n"},
	    {"{\"cases\":[{\"expect\":{}}]}", 1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *got = dj_expected_with_digest(cases[i].text, cases[i].which, "D");

		if (cases[i].want)
			assert_string_equal(got, cases[i].want);
		else
			assert_null(got);
		free(got);
	}
}

static void accepted(void **state)
{
	static const char json[] =
	    "{ \"format\": 1,\n  \"cases\": [ { \"name\": \"a\", " ROWS
	    ",\n    \"expect\": { \"findings\": { \"count\": 3 } } },\n"
	    "  { \"name\": \"b\", " ROWS ", \"expect\": { \"findings\": { \"count\": 9 } } } ] }\n";
	world *x = *state;
	char  *path = dj_fmt("%s/plugins/each/expected.json", x->dir), *text;
	size_t n;
	dj_err err = {0};

	fine(test(x, plugin, json, true, &err));
	assert_true(x->report.accepted);
	assert_int_equal(x->report.passed, 1);
	fine(dj_file_read(&text, &n, path, 1 << 20, &err));
	assert_non_null(strstr(text, "{ \"findings\": { \"count\": 3 }, \"digest\": \"dj1:"));
	assert_non_null(
	    strstr(text, "{ \"findings\": { \"count\": 9 } } } ] }\n")); /* what did not pass is not accepted */
	fine(test(x, plugin, text, true, &err));
	assert_false(x->report.accepted); /* nothing left to write */
	assert_int_equal(x->report.passed, 1);
	free(text);
	free(path);
}

/* ---- Warnings ---- */

static void warnings(void **state)
{
	static const char json[] =
	    "{\"format\":1,\"cases\":[{\"name\":\"a\",\"rows\":{\"accounts\":[[\"account\"],[\"A1\"]]},\"expect\":{}}]}";
	static const char form[] =
	    "return { name = 'each', version = '1.0.0', kind = 'detection', summary = 'A test.',%s\n"
	    "  needs = { accounts = { 'account' } },\n"
	    "  run = function(jam)\n for r in jam:rows 'SELECT account, _row FROM accounts' do\n"
	    "   jam:finding { title = %s, score = 1, evidence = r._row, subjects = { account = r.account } } end end }";
	static const struct {
		const char *caveat, *title, *says;
	} cases[] = {
	    {"caveat = 'None.',", "'An account'", NULL},
	    {"", "'An account'", "states no limits"},
	    {"caveat = 'None.',", "'Account ' .. r.account", "title names its account"},
	    {"caveat = 'None.',", "'Account ' .. r.account .. '0'", NULL}, /* A10 is not A1 */
	    {"caveat = 'None.',", "'Row ' .. r._row", "title holds a _row"},
	};
	world *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char  *source = dj_fmt(form, cases[i].caveat, cases[i].title);
		dj_err err = {0};

		fine(test(x, source, json, false, &err));
		assert_true(x->report.result[0].passed);
		if (x->report.n_warnings != (cases[i].says != NULL) ||
		    (cases[i].says && !strstr(x->report.warning[0], cases[i].says)))
			fail_msg("case %zu: %zu warnings, %s", i, x->report.n_warnings,
			         x->report.n_warnings ? x->report.warning[0] : "");
		free(source);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(what_differs),
	    TEST(files_that_are_wrong),
	    TEST(rows_that_are_wrong),
	    cmocka_unit_test(only_the_digest_is_written),
	    TEST(accepted),
	    TEST(warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
