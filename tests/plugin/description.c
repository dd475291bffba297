/* Runs description.test, and mutilates a good description at random: what a stranger's worker says is a claim. */
#include "cases.h"

#include "base/json.h"
#include "base/random.h"
#include "plugin/plugin.h"

static const char good[] =
    "{\"name\":\"thing\",\"version\":\"1.0.0\",\"kind\":\"detection\",\"summary\":{\"en\":\"Short.\",\"fr\":\"En bref.\"},"
    "\"caveat\":{\"en\":\"Not all.\"},\"source\":\"A paper\",\"api\":1,\"needs\":{\"transactions\":[\"amount\",\"at\"]},"
    "\"needs_findings\":[],\"wants\":{\"transactions\":[\"channel\"]},\"params\":[{\"name\":\"days\",\"type\":\"integer\","
    "\"default\":\"7\",\"min\":1,\"max\":90,\"unit\":\"days\",\"help\":{\"en\":\"window\"}},{\"name\":\"all\",\"type\":"
    "\"boolean\",\"default\":\"false\",\"help\":{\"en\":\"all\"}}],\"shard\":\"amount\",\"has_run\":true}";

/* `good` with members replaced by those of "{" changes "}". */
static char *changed(const char *changes)
{
	char  *text = dj_fmt("{%s}", changes), *out;
	cJSON *base = cJSON_Parse(good), *with = cJSON_Parse(text), *m, *next;

	assert_non_null(with);
	for (m = with->child; m; m = next) {
		next = m->next;
		cJSON_DetachItemViaPointer(with, m);
		cJSON_DeleteItemFromObjectCaseSensitive(base, m->string);
		if (cJSON_IsNull(m))
			cJSON_Delete(m);
		else
			cJSON_AddItemToObject(base, m->string, m);
	}
	out = cJSON_PrintUnformatted(base);
	cJSON_Delete(base);
	cJSON_Delete(with);
	free(text);
	return out;
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_arena              *a = dj_arena_new();
	dj_plugin_description *d;
	char                  *json = strcmp(verb, "raw") == 0 ? dj_strndup(input, n) : changed(input);
	dj_err                 err = {0};

	if (dj_description_parse(&d, json, strlen(json), "thing", a, &err) >= 0)
		dj_buf_text(got, "fine");
	else if (strncmp(err.text, "thing: the description: ", 24) ==
	         0) /* what JSON is, is the business of another test */
		dj_buf_text(got, "! thing: the description: *");
	else
		dj_buf_fmt(got, "! %s", err.text);
	free(json);
	dj_arena_free(a);
}

static void cases(void **state)
{
	(void)state;
	cases_run("description.test", run);
}

static void all_is_read(void **state)
{
	dj_arena              *a = dj_arena_new();
	dj_plugin_description *d;
	dj_err                 err = {0};

	(void)state;
	assert_int_equal(dj_description_parse(&d, good, strlen(good), "thing", a, &err), DJ_OK);
	assert_string_equal(d->summary.fr, "En bref.");
	assert_null(d->caveat.fr);
	assert_int_equal(d->kind, DJ_KIND_DETECTION);
	assert_int_equal(d->n_needs, 1);
	assert_string_equal(d->need[0].column[1], "at");
	assert_string_equal(d->want[0].column[0], "channel");
	assert_int_equal(d->n_params, 2);
	assert_string_equal(d->param[0].name, "all"); /* in order of name */
	assert_string_equal(d->param[1].fallback, "7");
	assert_true(d->param[1].has_max && d->param[1].max == 90);
	assert_true(d->has_run);
	dj_arena_free(a);
}

/* Bounds of lists and texts. */
static void too_much(void **state)
{
	dj_arena              *a = dj_arena_new();
	dj_plugin_description *d;
	dj_buf                 b = {0};
	dj_err                 err = {0};

	(void)state;
	dj_buf_text(&b, "\"summary\":{\"en\":\"");
	for (int i = 0; i < 201; i++)
		dj_buf_char(&b, 'x');
	dj_buf_text(&b, "\"}");
	char *json = changed(b.data);
	assert_true(dj_description_parse(&d, json, strlen(json), "thing", a, &err) < 0);
	assert_non_null(strstr(err.text, "201 bytes"));
	free(json);
	dj_buf_reset(&b);
	dj_buf_text(&b, "\"params\":[");
	for (int i = 0; i < 33; i++)
		dj_buf_fmt(&b, "%s{\"name\":\"p%d\",\"type\":\"integer\",\"help\":{\"en\":\"h\"}}", i ? "," : "", i);
	dj_buf_char(&b, ']');
	json = changed(b.data);
	assert_true(dj_description_parse(&d, json, strlen(json), "thing", a, &err) < 0);
	assert_non_null(strstr(err.text, "more than 32 params"));
	free(json);
	dj_buf_free(&b);
	dj_arena_free(a);
}

/* Any bytes changed: an error or a description that keeps the rules, never a crash. */
static void mutilated(void **state)
{
	dj_random_state random = dj_random_seed(7, "descriptions");
	size_t          refused = 0, rounds = 3000;

	(void)state;
	for (size_t i = 0; i < rounds; i++) {
		dj_arena              *a = dj_arena_new();
		dj_plugin_description *d;
		char                  *json = dj_strdup(good);
		size_t                 n = strlen(json);
		dj_err                 err = {0};

		for (int64_t k = dj_random_between(&random, 1, 4); k > 0; k--)
			json[dj_random_between(&random, 0, (int64_t)n - 1)] = (char)dj_random_between(&random, 0, 255);
		if (dj_random_between(&random, 0, 9) == 0)
			n = (size_t)dj_random_between(&random, 0, (int64_t)n);
		if (dj_description_parse(&d, json, n, "thing", a, &err) < 0) {
			assert_true(err.text[0] != '\0');
			refused++;
		} else {
			assert_string_equal(d->name, "thing");
		}
		free(json);
		dj_arena_free(a);
	}
	assert_in_range(refused, rounds / 2, rounds - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(all_is_read),
	                                   cmocka_unit_test(too_much), cmocka_unit_test(mutilated)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
