/* Store takes the manifests that the generator writes, every role and column of them. */
#include "made.h"

#include "store/manifest.h"

static void taken_by_store(void **state)
{
	char              *folder = made_folder(1, 0.1);
	const char        *source = getenv("DJ_SOURCE");
	size_t             n;
	const dj_scenario *s = dj_scenarios(&n);
	dj_vocabulary     *v;
	dj_err             err = {0};

	(void)state;
	if (dj_vocabulary_load(&v, source ? source : "../..", &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; s->datasets[i]; i++) {
		char        *at = dj_path_join(folder, s->datasets[i]), *json = dj_path_join(at, "dataset.json");
		dj_manifest *m;

		if (dj_manifest_read(&m, json, v, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(m->name, s->datasets[i]);
		assert_true(m->made);
		assert_non_null(m->title.fr);
		assert_non_null(m->caveat.en);
		dj_manifest_free(m);
		free(at);
		free(json);
	}
	dj_vocabulary_free(v);
	made_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(taken_by_store)};

	return cmocka_run_group_tests_name("generate/manifests", tests, NULL, NULL);
}
