/* C plugins end to end: description, every call, every rule, and ways of going wrong (native.test has the rules). */
#include "worker.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static worker_told run(const char *plugin, const char *what, const char *limits)
{
	const worker_param params[] = {
	    {"case", "text", what}, {"days", "integer", "7"}, {"share", "number", "0.5"}};
	const worker_ask ask = {.lang = "c",
	                        .name = plugin,
	                        .plugin = worker_plugin(plugin),
	                        .param = params,
	                        .n_params = 3,
	                        .limits = limits};

	return worker_run(&ask);
}

static void describes_itself(void **state)
{
	const worker_ask ask = {
	    .describe = true, .lang = "c", .name = "giving", .plugin = worker_plugin("giving")};
	worker_told t = worker_run(&ask);

	(void)state;
	assert_string_equal(
	    t.text.data,
	    "HELLO 1.0\n"
	    "DESCRIPTION {\"name\":\"giving\",\"version\":\"1.0.0\",\"kind\":\"detection\",\"summary\":{\"en\":\"Gives.\",\"fr\":\"Donne.\"},"
	    "\"caveat\":{\"en\":\"A test.\"},\"source\":\"none\",\"api\":1,\"needs\":{\"transactions\":[\"from_account\",\"amount\"]},"
	    "\"needs_findings\":[\"sql\",\"frames\"],\"wants\":{\"people\":[\"person\",\"given_name\",\"lat\",\"lon\"]},"
	    "\"params\":[{\"name\":\"all\",\"type\":\"boolean\",\"default\":\"true\",\"help\":{\"en\":\"all of them\",\"fr\":\"tous\"}},"
	    "{\"name\":\"case\",\"type\":\"text\",\"help\":{\"en\":\"which\"}},"
	    "{\"name\":\"days\",\"type\":\"integer\",\"default\":\"7\",\"min\":1.0,\"max\":90.0,\"unit\":\"days\",\"help\":{\"en\":\"window\"}},"
	    "{\"name\":\"every\",\"type\":\"text\",\"default\":\"month\",\"choices\":[\"week\",\"month\"],\"help\":{\"en\":\"step\"}},"
	    "{\"name\":\"share\",\"type\":\"number\",\"default\":\"0.9\",\"min\":0.1,\"help\":{\"en\":\"least share\"}}],"
	    "\"shard\":\"from_account\",\"has_run\":true}\n"
	    "DONE 0 0 0 0\n");
	assert_int_equal(t.exit_code, 0);
	worker_free(&t);
}

static void a_file_that_is_no_plugin(void **state)
{
	const worker_ask text = {.describe = true, .lang = "c", .name = "x", .source = "return {}"};
	worker_told      t = worker_run(&text);

	(void)state;
	assert_non_null(strstr(t.failed, "the plugin can not be loaded"));
	worker_free(&t);
}

static void every_call(void **state)
{
	worker_told t = run("frames", "", NULL);

	(void)state;
	assert_string_equal(t.text.data, "HELLO 1.0\n"
	                                 "LOG 3 rows, lat 45.5 null 1, k 2, k as real 2.0, rows 1\n"
	                                 "LOG NULL reads as NaN: 1\n"
	                                 "LOG P1 1.5 7 x 1\n"
	                                 "LOG P2 0.0 8 NULL 1\n"
	                                 "LOG P3 -2.0 9 z 1\n"
	                                 "LOG old goes on: 8\n"
	                                 "LOG new: 1 1\n"
	                                 "LOG a hidden name: 1 1\n"
	                                 "DATA 1 k=1\n"
	                                 "KEEP kept 1\n"
	                                 "LOG hello 7 0.25\n"
	                                 "LOG 5\n"
	                                 "LOG 5 from 0 to 9600\n"
	                                 "LOG 1 from 9500 to 9600\n"
	                                 "LOG has 0 1 0 1\n"
	                                 "LOG now 2024-12-31T00:00:00\n"
	                                 "LOG random 322185, goes on 1, unit 1\n"
	                                 "LOG param 7 0.50\n"
	                                 "LOG apart 111195 m\n"
	                                 "LOG 2024-01-01 1\n"
	                                 "LOG 2024-02-01 0\n"
	                                 "LOG 2024-03-01 2\n"
	                                 "LOG baseline in order 1\n"
	                                 "LOG zeroed 1\n"
	                                 "NOTE \"One remark.\"\n"
	                                 "LOG an escape: \\x1B[2J\n"
	                                 "DONE 0 0 0 1\n");
	worker_free(&t);
}

static void older_structs_are_taken_and_newer_majors_refused(void **state)
{
	worker_ask  ask = {.describe = true, .lang = "c", .name = "older", .plugin = worker_plugin("older")};
	worker_told t = worker_run(&ask);

	(void)state;
	assert_non_null(strstr(t.text.data, "\"name\":\"older\""));
	assert_null(strstr(t.text.data, "shard"));
	worker_free(&t);
	ask.describe = false;
	t = worker_run(&ask);
	assert_non_null(strstr(t.text.data, "FINDING \"Old\""));
	assert_true(t.done);
	worker_free(&t);
	ask.plugin = worker_plugin("newer");
	t = worker_run(&ask);
	assert_string_equal(t.failed, "the plugin is written for API 2 (this is 1.0)");
	worker_free(&t);
}

static size_t count(const worker_told *t, const char *what)
{
	size_t n = 0;

	for (const char *at = t->text.data; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

/* Twice 10,001 rows, falling: sorted, each once, the first 10,000 kept, the full number told. */
static void evidence_is_sorted_and_cut(void **state)
{
	worker_told t = run("giving", "many rows", NULL);

	(void)state;
	assert_non_null(strstr(t.text.data, "subjects=1000 rows=10000/10001\n"));
	assert_non_null(strstr(t.text.data, "\nEVIDENCE 3:1 3:2 3:3 3:4 "));
	assert_non_null(strstr(t.text.data, " 3:9999 3:10000\nDONE 1"));
	worker_free(&t);
}

/* Two million calls take a second or so: some are sent, and far from all. */
static void progress_is_told_now_and_then(void **state)
{
	worker_told t = run("broken", "progress", NULL);

	(void)state;
	assert_true(t.done);
	assert_in_range(count(&t, "PROGRESS"), 1, 200);
	worker_free(&t);
}

static void floods_are_cut(void **state)
{
	worker_told t = run("broken", "many logs", NULL);

	(void)state;
	assert_true(t.done);
	assert_in_range(count(&t, "LOG x"), 250, 270);
	assert_int_equal(count(&t, "LOG more was logged, and is cut"), 1);
	worker_free(&t);
	t = run("broken", "many notes", NULL);
	assert_int_equal(count(&t, "NOTE"), 64);
	assert_non_null(strstr(t.failed, "more than 64 notes"));
	worker_free(&t);
	t = run("broken", "many findings", "{\"findings\":\"10\"}");
	assert_int_equal(count(&t, "FINDING"), 10);
	assert_string_equal(t.cause, "limit");
	assert_ptr_equal(strstr(t.failed, "OUTPUT-LIMIT: findings: used 11, allowed 10"), t.failed);
	worker_free(&t);
}

/* ---- native.test ---- */

static void tell_case(dj_buf *out, const char *plugin, const char *what)
{
	worker_told t = run(plugin, what, "{\"findings\":\"10\"}");

	for (const char *at = t.text.data; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		if (strncmp(at, "HELLO", 5) != 0)
			dj_buf_fmt(out, "=> %.*s\n", (int)strcspn(at, "\n"), at);
	}
	if (t.exit_code != 0)
		dj_buf_fmt(out, "=> exit %d signal %d\n", t.exit_code, t.signal);
	if (t.log.n)
		dj_buf_fmt(out, "=> log: %s", t.log.data);
	worker_free(&t);
}

static void cases(void **state)
{
	char   line[2048], plugin[64] = "", what[256] = "";
	dj_buf expected = {0}, got = {0};
	size_t number = 0, failed = 0, ran = 0;
	bool   more = true;
	FILE  *f = fopen("native.test", "r");

	(void)state;
	assert_non_null(f);
	while (more) {
		more = fgets(line, sizeof line, f) != NULL;
		number++;
		if (more && strncmp(line, "=>", 2) == 0) {
			dj_buf_text(&expected, line);
			continue;
		}
		if (expected.n) {
			dj_buf_reset(&got);
			tell_case(&got, plugin, what);
			if (strcmp(got.data, expected.data) != 0) {
				print_error("native.test:%zu: %s: %s: want\n%sgot\n%s", number, plugin, what, expected.data,
				            got.data);
				failed++;
			}
			ran++;
			dj_buf_reset(&expected);
		}
		if (more && line[0] != '#' && line[0] != '\n')
			assert_int_equal(sscanf(line, "%63[^:]: %255[^\n]", plugin, what), 2);
	}
	fclose(f);
	dj_buf_free(&expected);
	dj_buf_free(&got);
	assert_true(ran > 40);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(describes_itself),
	                                   cmocka_unit_test(a_file_that_is_no_plugin),
	                                   cmocka_unit_test(every_call),
	                                   cmocka_unit_test(older_structs_are_taken_and_newer_majors_refused),
	                                   cmocka_unit_test(evidence_is_sorted_and_cut),
	                                   cmocka_unit_test(progress_is_told_now_and_then),
	                                   cmocka_unit_test(floods_are_cut),
	                                   cmocka_unit_test(cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
