/* Runs sql.test: see there for how a case is written. */
#include "worker.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows that were logged, as "=> row" lines, or the message, as "! line" lines. */
static void told(dj_buf *out, const worker_told *t)
{
	const char *at;

	if (t->failed) {
		const char *prefix[] = {
		    "dj_select: ", "dj_next: ", "dj_text_list: ", "dj_row_list: ", "dj_value_type: "};

		at = t->failed;
		for (size_t i = 0; i < sizeof prefix / sizeof *prefix; i++)
			if (strncmp(at, prefix[i], strlen(prefix[i])) == 0)
				at += strlen(prefix[i]);
		for (; *at; at += strcspn(at, "\n"), at += *at == '\n')
			dj_buf_fmt(out, "! %.*s\n", (int)strcspn(at, "\n"), at);
		return;
	}
	bool any = false;
	for (at = t->text.data; (at = strstr(at, "LOG ")); any = true) {
		at += 4;
		dj_buf_fmt(out, "=> %.*s\n", (int)strcspn(at, "\n"), at);
	}
	if (!any)
		dj_buf_text(out, t->done ? "=>\n" : "(no end)\n");
}

/* As many columns as the first row expected has; lists of text when one begins with a letter. */
static void run_case(dj_buf *got, const char *sql, const char *expected)
{
	char        columns[16];
	size_t      n = 1, end = strcspn(expected, "\n");
	const char *list = strchr(expected, '[');
	bool        texts = list && list[1] != ']' && !isdigit((unsigned char)list[1]) && list[1] != '-';

	for (const char *at = expected; (at = strstr(at, " | ")) && (size_t)(at - expected) < end; at++)
		n++;
	snprintf(columns, sizeof columns, "%zu", n);
	const worker_param params[] = {{"columns", "integer", columns},
	                               {"days", "integer", "2"},
	                               {"least", "number", "9450.0"},
	                               {"sql", "text", sql},
	                               {"texts", "boolean", texts ? "true" : "false"},
	                               {"who", "text", "A1"}};
	const worker_ask   ask = {
	      .lang = "c", .name = "sql", .plugin = worker_plugin("sql"), .param = params, .n_params = 6};
	worker_told t = worker_run(&ask);

	told(got, &t);
	if (t.exit_code != 0 || t.log.n)
		dj_buf_fmt(got, "exit %d, signal %d: %s\n", t.exit_code, t.signal, t.log.data);
	worker_free(&t);
}

static void cases(void **state)
{
	char   line[4096];
	dj_buf sql = {0}, expected = {0}, got = {0};
	size_t number = 0, first = 0, failed = 0, ran = 0;
	bool   more = true;
	FILE  *f = fopen("sql.test", "r");

	(void)state;
	assert_non_null(f);
	while (more) {
		more = fgets(line, sizeof line, f) != NULL;
		number++;
		bool expectation = more && (strncmp(line, "=>", 2) == 0 || line[0] == '!');

		if (expected.n && !expectation) {
			dj_buf_reset(&got);
			sql.data[--sql.n] = '\0'; /* without the last line break */
			run_case(&got, sql.data, expected.data);
			if (strcmp(got.data, expected.data) != 0) {
				print_error("sql.test:%zu: want\n%sgot\n%s", first, expected.data, got.data);
				failed++;
			}
			ran++;
			dj_buf_reset(&sql);
			dj_buf_reset(&expected);
		}
		if (!more || line[0] == '#' || line[0] == '\n')
			continue;
		if (!sql.n)
			first = number;
		dj_buf_text(expectation ? &expected : &sql, line);
	}
	fclose(f);
	dj_buf_free(&sql);
	dj_buf_free(&expected);
	dj_buf_free(&got);
	print_message("%zu cases\n", ran);
	assert_true(ran > 50);
	assert_int_equal(failed, 0);
}

/* ---- Limits ---- */

static worker_told limited(const char *sql, const char *limits)
{
	const worker_param params[] = {
	    {"columns", "integer", "1"}, {"sql", "text", sql}, {"texts", "boolean", "false"}};
	const worker_ask ask = {.lang = "c",
	                        .name = "sql",
	                        .plugin = worker_plugin("sql"),
	                        .param = params,
	                        .n_params = 3,
	                        .limits = limits};

	return worker_run(&ask);
}

static void endless_recursion_spends_its_steps(void **state)
{
	worker_told t =
	    limited("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
	            "{\"sql_steps\":\"2000000\"}");

	(void)state;
	assert_string_equal(t.cause, "limit");
	assert_ptr_equal(strstr(t.failed, "TIMEOUT: SQL steps: used 200"), t.failed);
	assert_non_null(strstr(t.failed, "allowed 2000000"));
	worker_free(&t);
}

static void many_small_queries_spend_steps_too(void **state)
{
	worker_told t =
	    limited("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300) SELECT x FROM c",
	            "{\"sql_steps\":\"2000\"}");

	(void)state;
	assert_string_equal(t.cause, "limit");
	worker_free(&t);
	t = limited("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300) SELECT x FROM c",
	            NULL);
	assert_true(t.done);
	assert_in_range(t.sql_steps, 1000, 100000);
	worker_free(&t);
}

static void a_bomb_of_text_hits_the_heap_limit(void **state)
{
	worker_told t = limited("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 10000000) "
	                        "SELECT length(group_concat(x || 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')) FROM c",
	                        "{\"heap_bytes\":\"16777216\"}");

	(void)state;
	assert_string_equal(t.cause, "limit");
	assert_ptr_equal(strstr(t.failed, "MEMORY: SQLite used"), t.failed);
	worker_free(&t);
}

/* What the worker hands to a run that reads the findings of others. */
static void findings_of_others_are_four_views(void **state)
{
	const char *const sql =
	    "SELECT f.plugin || ' ' || s.subject || ' ' || v.value || ' ' || (e.row % 100) || ' ' || t.to_account "
	    "FROM findings f JOIN finding_subjects s ON s.finding = f._row JOIN finding_values v ON v.finding = f._row "
	    "JOIN finding_evidence e ON e.finding = f._row JOIN transactions t ON t._row = e.row";
	const worker_param params[] = {
	    {"columns", "integer", "1"}, {"sql", "text", sql}, {"texts", "boolean", "false"}};
	const worker_ask ask = {.lang = "c",
	                        .name = "sql",
	                        .plugin = worker_plugin("sql"),
	                        .param = params,
	                        .n_params = 3,
	                        .with_findings = true};
	worker_told      t = worker_run(&ask);

	(void)state;
	assert_string_equal(t.text.data, "HELLO 1.0\nLOG 'other A1 2.5 57 B1'\nDONE 0 0 0 0\n");
	worker_free(&t);
}

static void shake_turns_unordered_selects_round(void **state)
{
	const worker_param params[] = {{"columns", "integer", "1"},
	                               {"sql", "text", "SELECT person FROM people"},
	                               {"texts", "boolean", "false"}};
	worker_ask         ask = {
	            .lang = "c", .name = "sql", .plugin = worker_plugin("sql"), .param = params, .n_params = 3};
	worker_told t = worker_run(&ask);

	(void)state;
	assert_non_null(strstr(t.text.data, "LOG 'P1'\nLOG 'P2'\nLOG 'P3'\n"));
	worker_free(&t);
	ask.shake = 1;
	t = worker_run(&ask);
	assert_non_null(strstr(t.text.data, "LOG 'P3'\nLOG 'P2'\nLOG 'P1'\n"));
	worker_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),
	    cmocka_unit_test(endless_recursion_spends_its_steps),
	    cmocka_unit_test(many_small_queries_spend_steps_too),
	    cmocka_unit_test(a_bomb_of_text_hits_the_heap_limit),
	    cmocka_unit_test(findings_of_others_are_four_views),
	    cmocka_unit_test(shake_turns_unordered_selects_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
