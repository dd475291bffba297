/* Holds datasets/dataset.schema.json to the parser: each knows exactly the members that the other knows. */
#include "store_test.h"

#include "base/json.h"
#include "store/manifest_members.h"

static cJSON *read_schema(void)
{
	const char *source = getenv("DJ_SOURCE");
	char       *path = dj_path_join(source ? source : "../..", "datasets/dataset.schema.json");
	cJSON      *schema = NULL;
	dj_err      err = {0};

	fine(dj_json_read(&schema, path, 1 << 20, &err));
	free(path);
	return schema;
}

static const cJSON *definition(const cJSON *schema, const char *name)
{
	const cJSON *d = cJSON_GetObjectItem(cJSON_GetObjectItem(schema, "$defs"), name);

	if (!d)
		fail_msg("the schema has no $defs/%s", name);
	return d;
}

static bool lists(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void same_members(const cJSON *definition_, const char *const *names, size_t n, const char *what)
{
	const cJSON *properties = cJSON_GetObjectItem(definition_, "properties"), *p;

	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(definition_, "additionalProperties")));
	for (size_t i = 0; i < n; i++)
		if (!cJSON_GetObjectItemCaseSensitive(properties, names[i]))
			fail_msg("%s: the parser knows '%s', the schema does not", what, names[i]);
	cJSON_ArrayForEach(p, properties)
	{
		if (!lists(names, n, p->string))
			fail_msg("%s: the schema knows '%s', the parser does not", what, p->string);
	}
}

static void objects(void **state)
{
	static const struct {
		dj_manifest_object object;
		const char        *definition;
	} all[] = {{DJ_MANIFEST_TABLE, "table"},
	           {DJ_MANIFEST_SOURCE, "source"},
	           {DJ_MANIFEST_AUTH, "auth"},
	           {DJ_MANIFEST_RTREE, "rtree"},
	           {DJ_MANIFEST_COLUMN, "column"}};
	cJSON             *schema = read_schema();
	const char *const *names;
	size_t             n;

	(void)state;
	names = dj_manifest_members(DJ_MANIFEST_TOP, &n);
	same_members(schema, names, n, "the manifest");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		names = dj_manifest_members(all[i].object, &n);
		same_members(definition(schema, all[i].definition), names, n, all[i].definition);
	}
	cJSON_Delete(schema);
}

static void steps(void **state)
{
	cJSON              *schema = read_schema();
	size_t              n;
	const dj_step_form *form = dj_manifest_steps(&n);

	(void)state;
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(definition(schema, "step"), "oneOf")), n);
	for (size_t i = 0; i < n; i++) {
		const cJSON *d = definition(schema, form[i].op), *required = cJSON_GetObjectItem(d, "required"), *r;
		const char  *names[1 + DJ_STEP_MEMBERS_MOST] = {"op"}, *must[1 + DJ_STEP_MEMBERS_MOST] = {"op"};
		size_t       n_names = 1, n_must = 1;

		for (size_t k = 0; k < DJ_STEP_MEMBERS_MOST && form[i].member[k].name; k++) {
			const char *name = form[i].member[k].name, *bare = name + (name[0] == '!');
			names[n_names++] = bare;
			if (bare != name)
				must[n_must++] = bare;
		}
		same_members(d, names, n_names, form[i].op);
		assert_int_equal(cJSON_GetArraySize(required), n_must);
		cJSON_ArrayForEach(r, required)
		{
			assert_true(lists(must, n_must, r->valuestring));
		}
	}
	cJSON_Delete(schema);
}

static void same_words(const cJSON *list, const char *const *names, size_t n)
{
	const cJSON *word;

	assert_int_equal(cJSON_GetArraySize(list), n);
	cJSON_ArrayForEach(word, list)
	{
		assert_true(lists(names, n, word->valuestring));
	}
}

static void words(void **state)
{
	cJSON             *schema = read_schema();
	const cJSON       *column = cJSON_GetObjectItem(definition(schema, "column"), "properties");
	const cJSON       *table = cJSON_GetObjectItem(definition(schema, "table"), "properties");
	const char        *types[6], *sensitivities[3];
	const char *const *formats, *const *encodings;
	size_t n;

	(void)state;
	for (int t = DJ_COL_TEXT; t <= DJ_COL_INSTANT; t++)
		types[t - DJ_COL_TEXT] = dj_coltype_name((dj_coltype)t);
	for (int s = DJ_SENSITIVITY_NONE; s <= DJ_SENSITIVITY_DIRECT; s++)
		sensitivities[s] = dj_sensitivity_name((dj_sensitivity)s);
	same_words(cJSON_GetObjectItem(cJSON_GetObjectItem(column, "type"), "enum"), types, 6);
	same_words(cJSON_GetObjectItem(cJSON_GetObjectItem(column, "sensitivity"), "enum"), sensitivities, 3);
	formats = dj_manifest_formats(&n);
	same_words(cJSON_GetObjectItem(cJSON_GetObjectItem(table, "format"), "enum"), formats, n);
	encodings = dj_manifest_encodings(&n);
	same_words(cJSON_GetObjectItem(cJSON_GetObjectItem(table, "encoding"), "enum"), encodings, n);
	cJSON_Delete(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(objects),
	    cmocka_unit_test(steps),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
