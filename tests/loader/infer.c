/* Runs infer.test, and that order does not matter. */
#include "../base/cases.h"

#include "loader/infer.h"

static unsigned kinds_of(char *list, dj_field_kind kind)
{
	unsigned kinds = 0;

	for (char *save = NULL, *item = strtok_r(list, "|", &save); item; item = strtok_r(NULL, "|", &save))
		kinds |= dj_infer_kind(&(dj_field){kind, item, strlen(item)});
	return kinds;
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	char         *copy = dj_strndup(input, n);
	dj_field_kind kind = strcmp(verb, "json") == 0     ? DJ_FIELD_LITERAL
	                     : strcmp(verb, "string") == 0 ? DJ_FIELD_STRING
	                                                   : DJ_FIELD_PLAIN;

	dj_buf_text(got, dj_coltype_name(dj_infer_type(kinds_of(copy, kind))));
	free(copy);
}

static void cases(void **state)
{
	(void)state;
	cases_run("infer.test", run);
}

/* What a column's values fit is what each of them fits: types do not depend on order or on what stands beside. */
static void fitting_is_of_each(void **state)
{
	(void)state;
	for (unsigned kinds = 0; kinds < 2 * DJ_KIND_TEXT; kinds++)
		for (dj_coltype t = DJ_COL_TEXT; t <= DJ_COL_INSTANT; t++) {
			bool each = true;
			for (unsigned bit = 1; bit <= DJ_KIND_TEXT; bit *= 2)
				each = each && (!(kinds & bit) || dj_infer_fits(bit, t));
			assert_int_equal(dj_infer_fits(kinds, t), each);
			if (kinds)
				assert_true(dj_infer_fits(kinds, dj_infer_type(kinds)));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(fitting_is_of_each)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
