/* The plugins that come with the toolkit give what their expected.json says, in the real cage. */
#include "run_test.h"

static void test_plugin(const char *name)
{
	const dj_plugin_file *file;
	dj_expected_report    report;
	dj_expected_options   options = {.toolkit = source_folder(), .wake_fd = -1};
	dj_worker             worker = open_worker();
	dj_arena             *a = dj_arena_new();
	char                 *folder = dj_fmt("%s/plugins/%s", source_folder(), name);
	dj_err                err = {0};

	fine(dj_plugin_find(&file, NULL, folder, a, &err), &err);
	fine(dj_expected_run(&report, file, &worker, &options, a, &err), &err);
	assert_true(report.n > 0);
	for (size_t i = 0; i < report.n; i++) {
		for (size_t k = 0; k < report.result[i].n_differences; k++)
			print_error("%s, %s: %s\n", name, report.result[i].name, report.result[i].difference[k]);
		assert_true(report.result[i].passed);
	}
	for (size_t i = 0; i < report.n_warnings; i++)
		print_message("%s: warning: %s\n", name, report.warning[i]);
	assert_int_equal(report.n_warnings, 0);
	free(folder);
	dj_arena_free(a);
	dj_worker_close(&worker);
}

static void structuring(void **state)
{
	(void)state;
	test_plugin("structuring");
}

static void trend(void **state)
{
	(void)state;
	test_plugin("trend");
}

static void incident_map(void **state)
{
	(void)state;
	test_plugin("incident-map");
}

static void pass_through(void **state)
{
	(void)state;
	test_plugin("pass-through");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(structuring),
	    cmocka_unit_test(trend),
	    cmocka_unit_test(incident_map),
	    cmocka_unit_test(pass_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
