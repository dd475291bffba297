/* Runs lua.test: see there for how a case is written. */
#include "worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything on one line, so that line 1 of a case is line 1 of the file. */
static const char before[] =
    "return { name = 'lua', version = '1.0.0', kind = 'detection', summary = 'A case.', "
    "run = function(jam, p) ";
static const char after[] = " end }\n";

typedef struct reading { /* lua.test, and the case that is being read from it */
	size_t number, first, ran, failed;
	dj_buf code, expected, got;
} reading;

/* "-- WORD rest" as the first line of the code gives `rest`; NULL when it says something else. */
static char *directive(const char *code, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(code, "-- ", 3) != 0 || strncmp(code + 3, word, n) != 0 || !strchr(" \n", code[3 + n]))
		return NULL;
	const char *rest = code + 3 + n + (code[3 + n] == ' ');
	return dj_strndup(rest, strcspn(rest, "\n"));
}

/* What came as lines of a case: => for a message, ! for how it failed. */
static void told(dj_buf *out, const worker_told *t)
{
	for (const char *at = t->text.data; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		int n = (int)strcspn(at, "\n");

		if (strncmp(at, "FAILED ", 7) == 0)
			break;
		if (strncmp(at, "HELLO ", 6) == 0 || strncmp(at, "DONE ", 5) == 0)
			continue;
		bool log = strncmp(at, "LOG ", 4) == 0;
		dj_buf_fmt(out, "=> %.*s\n", log ? n - 4 : n, log ? at + 4 : at);
	}
	if (t->failed) {
		dj_buf_fmt(out, "! %s%s%lld: ", strcmp(t->cause, "error") ? t->cause : "",
		           strcmp(t->cause, "error") ? " " : "", (long long)t->line);
		for (const char *at = t->failed; *at; at += strcspn(at, "\n"), at += *at == '\n')
			dj_buf_fmt(out, "%s%.*s\n", at == t->failed ? "" : "! ", (int)strcspn(at, "\n"), at);
	} else if (!t->done) {
		dj_buf_text(out, "(no end)\n");
	}
	if (t->exit_code != 0 || t->log.n)
		dj_buf_fmt(out, "exit %d, signal %d: %s\n", t->exit_code, t->signal, t->log.data);
	if (!out->n)
		dj_buf_text(out, "=>\n");
}

static void run_case(dj_buf *got, const char *code)
{
	const worker_param params[] = {{"days", "integer", "2"},
	                               {"least", "number", "9450.0"},
	                               {"on", "boolean", "true"},
	                               {"who", "text", "A1"}};
	char              *limits = directive(code, "limits"), *describe = directive(code, "describe");
	char              *file = directive(code, "file");
	char              *source = describe || file ? dj_strdup(code) : dj_fmt("%s%s%s", before, code, after);
	const worker_ask   ask = {.lang = "lua",
	                          .name = "lua",
	                          .source = source,
	                          .describe = describe != NULL,
	                          .param = params,
	                          .n_params = 4,
	                          .limits = limits};
	worker_told        t = worker_run(&ask);

	told(got, &t);
	worker_free(&t);
	free(limits);
	free(describe);
	free(file);
	free(source);
}

/* Line by line; an expected line that ends in ... asks for its beginning only. */
static bool fits(const char *expected, const char *got)
{
	while (*expected && *got) {
		size_t want_n = strcspn(expected, "\n"), got_n = strcspn(got, "\n");
		bool   begins = want_n >= 3 && strncmp(expected + want_n - 3, "...", 3) == 0;
		size_t n = begins ? want_n - 3 : want_n;

		if ((!begins && want_n != got_n) || got_n < n || strncmp(expected, got, n) != 0)
			return false;
		expected += want_n + (expected[want_n] == '\n');
		got += got_n + (got[got_n] == '\n');
	}
	return !*expected && !*got;
}

static void end_case(reading *r)
{
	dj_buf_reset(&r->got);
	run_case(&r->got, r->code.data);
	if (!fits(r->expected.data, r->got.data)) {
		print_error("lua.test:%zu: want\n%sgot\n%s", r->first, r->expected.data, r->got.data);
		r->failed++;
	}
	r->ran++;
	dj_buf_reset(&r->code);
	dj_buf_reset(&r->expected);
}

static void cases(void **state)
{
	char    line[4096];
	reading r = {0};
	FILE   *f = fopen("lua.test", "r");

	(void)state;
	assert_non_null(f);
	for (bool more = true; more;) {
		more = fgets(line, sizeof line, f) != NULL;
		r.number++;
		bool expectation = more && (strncmp(line, "=>", 2) == 0 || line[0] == '!');

		if (r.expected.n && !expectation)
			end_case(&r);
		if (!more || (!r.code.n && (line[0] == '#' || line[0] == '\n')))
			continue;
		if (!r.code.n)
			r.first = r.number;
		dj_buf_text(expectation ? &r.expected : &r.code, line);
	}
	fclose(f);
	dj_buf_free(&r.code);
	dj_buf_free(&r.expected);
	dj_buf_free(&r.got);
	print_message("%zu cases\n", r.ran);
	assert_true(r.ran > 150);
	assert_int_equal(r.failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};

	return cmocka_run_group_tests_name("host/lua", tests, NULL, NULL);
}
