#include "store_test.h"

#include "base/text.h"

static void reads_the_shipped_one(void **state)
{
	dj_vocabulary        *v = shipped_vocabulary();
	const dj_role        *incidents = dj_vocabulary_role(v, "incidents");
	const dj_role_column *n = dj_role_find(incidents, "n");

	(void)state;
	assert_string_equal(v->version, "1.1.0");
	assert_int_equal(v->n_roles, 13);
	assert_string_equal(incidents->key, "incident");
	assert_int_equal(n->type, DJ_COL_INTEGER);
	assert_string_equal(n->fill, "1");
	assert_string_equal(n->unit, "incidents");
	assert_int_equal(dj_role_find(incidents, "date")->type, DJ_COL_DATE);
	assert_string_equal(dj_role_find(incidents, "region")->refs, "regions.region");
	assert_true(dj_role_find(dj_vocabulary_role(v, "people"), "gender")->protected_);
	assert_int_equal(dj_role_find(dj_vocabulary_role(v, "ads"), "phone")->sensitivity, DJ_SENSITIVITY_DIRECT);
	assert_int_equal(dj_role_find(dj_vocabulary_role(v, "transactions"), "channel")->n_values, 8);
	assert_null(dj_vocabulary_role(v, "incident"));
	assert_null(dj_role_find(incidents, "nn"));
	dj_vocabulary_free(v);
}

/* A header must not mean two columns of one role, and proposals compare in lower case. */
static void aliases_are_lower_case_and_mean_one_column(void **state)
{
	dj_vocabulary *v = shipped_vocabulary();

	(void)state;
	for (size_t r = 0; r < v->n_roles; r++)
		for (size_t c = 0; c < v->role[r].n_columns; c++) {
			const dj_role_column *column = &v->role[r].column[c];
			for (size_t i = 0; i < column->n_aliases; i++) {
				const char *alias = column->aliases[i];
				for (const char *p = alias; *p; p++)
					assert_false(*p >= 'A' && *p <= 'Z');
				assert_null(dj_role_find(&v->role[r], alias));
				for (size_t k = c + 1; k < v->role[r].n_columns; k++)
					for (size_t j = 0; j < v->role[r].column[k].n_aliases; j++)
						assert_string_not_equal(alias, v->role[r].column[k].aliases[j]);
			}
		}
	dj_vocabulary_free(v);
}

/* refs name a role's column, keys a column where the role has it. */
static void refs_lead_somewhere(void **state)
{
	dj_vocabulary *v = shipped_vocabulary();

	(void)state;
	for (size_t r = 0; r < v->n_roles; r++)
		for (size_t c = 0; c < v->role[r].n_columns; c++) {
			const char *refs = v->role[r].column[c].refs, *dot = refs ? strchr(refs, '.') : NULL;
			char       *role = dot ? dj_strndup(refs, (size_t)(dot - refs)) : NULL;
			if (refs) {
				assert_non_null(dot);
				assert_non_null(dj_vocabulary_role(v, role));
				assert_non_null(dj_role_find(dj_vocabulary_role(v, role), dot + 1));
			}
			free(role);
		}
	dj_vocabulary_free(v);
}

static void protects_however_a_name_is_written(void **state)
{
	dj_vocabulary *v = shipped_vocabulary();

	(void)state;
	assert_true(dj_vocabulary_protects(v, "gender"));
	assert_true(dj_vocabulary_protects(v, "Gender Identity"));
	assert_true(dj_vocabulary_protects(v, "SEXUAL-ORIENTATION"));
	assert_true(dj_vocabulary_protects(v, "ageBand"));
	assert_false(dj_vocabulary_protects(v, "agenda"));
	assert_false(dj_vocabulary_protects(v, ""));
	dj_vocabulary_free(v);
}

static void names_types(void **state)
{
	(void)state;
	for (int t = DJ_COL_TEXT; t <= DJ_COL_INSTANT; t++)
		assert_int_equal(dj_coltype_by_name(dj_coltype_name((dj_coltype)t)), t);
	assert_int_equal(dj_coltype_by_name("unknown"), DJ_COL_UNKNOWN);
	assert_int_equal(dj_coltype_by_name("int"), DJ_COL_UNKNOWN);
}

static void refuses_what_is_not_one(void **state)
{
	static const struct {
		const char *json, *words;
	} cases[] = {
	    {"[]", "not a JSON object"},
	    {"{\"format\":2,\"version\":\"1\",\"protected_names\":[],\"roles\":{}}", "format is 2"},
	    {"{\"format\":1,\"version\":\"1\",\"protected_names\":[],\"rolls\":{}}", "roles"},
	    {"{\"format\":1,\"version\":\"1\",\"protected_names\":[],\"roles\":{\"a\":{\"meaning\":\"m\",\"key\":\"k\","
	     "\"columns\":{\"x\":{\"type\":\"float\",\"required\":true,\"sensitivity\":\"none\",\"meaning\":\"m\"}}}}}",
	     "'float' is no type"},
	};
	char          *dir = scratch_folder(), *datasets = dj_path_join(dir, "datasets");
	char          *path = dj_path_join(datasets, "vocabulary.json");
	dj_vocabulary *v = NULL;
	dj_err         err = {0};

	(void)state;
	wrong(dj_vocabulary_load(&v, dir, &err), "vocabulary.json");
	fine(dj_folder_make(datasets, &err));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fine(dj_file_write(path, cases[i].json, strlen(cases[i].json), &err));
		wrong(dj_vocabulary_load(&v, dir, &err), cases[i].words);
	}
	free(path);
	free(datasets);
	scratch_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_shipped_one), cmocka_unit_test(aliases_are_lower_case_and_mean_one_column),
	    cmocka_unit_test(refs_lead_somewhere),   cmocka_unit_test(protects_however_a_name_is_written),
	    cmocka_unit_test(names_types),           cmocka_unit_test(refuses_what_is_not_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
