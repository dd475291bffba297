/* Runs params.test: see there for how a case is written. */
#include "cases.h"

#include "plugin/plugin.h"

static const char *const steps[] = {"week", "month", "year"};

static const dj_param_spec specs[] = {
    {.name = "all", .type = DJ_PARAM_BOOLEAN, .fallback = "false", .help = {"everything", NULL}},
    {.name = "days",
     .type = DJ_PARAM_INTEGER,
     .fallback = "7",
     .has_min = true,
     .has_max = true,
     .min = 1,
     .max = 90,
     .unit = "days",
     .help = {"length of the window", NULL}},
    {.name = "every",
     .type = DJ_PARAM_TEXT,
     .fallback = "month",
     .choice = steps,
     .n_choices = 3,
     .help = {"step", NULL}},
    {.name = "limit",
     .type = DJ_PARAM_NUMBER,
     .fallback = "10000.0",
     .has_min = true,
     .unit = "CAD",
     .help = {"limit", NULL}},
    {.name = "who", .type = DJ_PARAM_TEXT, .help = {"whom to look for", NULL}},
};

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_plugin_description d = {.name = "thing", .param = specs, .n_params = sizeof specs / sizeof specs[0]};
	dj_arena             *a = dj_arena_new();
	const dj_param_value *value;
	const char           *given[16];
	size_t                n_given = 0;
	dj_err                err = {0};

	(void)n;
	for (char *word = strtok(dj_arena_dup(a, input), " "); word; word = strtok(NULL, " "))
		given[n_given++] = word;
	if (dj_params_bind(&value, &d, given, n_given, strcmp(verb, "others") == 0, a, &err) < 0) {
		assert_int_equal(err.code, DJ_USAGE);
		dj_buf_fmt(got, "! %s", err.text);
	} else {
		for (size_t i = 0; i < d.n_params; i++)
			dj_buf_fmt(got, "%s%s=%s", i ? " " : "", value[i].name, value[i].text);
	}
	dj_arena_free(a);
}

static void cases(void **state)
{
	(void)state;
	cases_run("params.test", run);
}

static void json_is_sorted_and_escaped(void **state)
{
	dj_param_value v[] = {{.name = "a", .text = "x\"y"}, {.name = "b", .text = "7"}};
	dj_arena      *a = dj_arena_new();

	(void)state;
	assert_string_equal(dj_params_json(v, 2, a), "{\"a\":\"x\\\"y\",\"b\":\"7\"}");
	assert_string_equal(dj_params_json(v, 0, a), "{}");
	dj_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(json_is_sorted_and_escaped)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
