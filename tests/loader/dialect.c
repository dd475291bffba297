/* Runs dialect.test. */
#include "../base/cases.h"

#include "loader/dialect.h"

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_dialect d;
	dj_err     err = {0};
	bool       whole = strcmp(verb, "cut") != 0;
	int        quote = strcmp(verb, "noquote") == 0 ? -1 : 0;

	if (dj_dialect_find(&d, input, n, whole, 0, quote, &err) < 0)
		dj_buf_fmt(got, "! %s", err.text);
	else
		dj_buf_fmt(got, "%s %s%s, %zu columns, %zu rows, %zu ragged",
		           d.separator == '\t' ? "tab" : (char[]){d.separator, 0},
		           d.quote < 0 ? "none" : (char[]){(char)d.quote, 0}, d.space ? " spaced" : "", d.columns,
		           d.rows, d.ragged);
}

static void cases(void **state)
{
	(void)state;
	cases_run("dialect.test", run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
