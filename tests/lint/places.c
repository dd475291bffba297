/* Known places: keys that names of one place share, and the file they come from. */
#include "lint/places.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void keys(void **state)
{
	(void)state;
	static const char *const pair[][2] = {{"Québec", "quebec"},
	                                      {"City of Ottawa", "ottawa"},
	                                      {"Ville de Québec", "quebec"},
	                                      {"Stratford, ON", "stratford"},
	                                      {"St. John's", "saint john s"},
	                                      {"Saint-Jean-sur-Richelieu", "saint jean sur richelieu"},
	                                      {"Ste-Foy (Québec)", "sainte foy"},
	                                      {"  Moose   Jaw ", "moose jaw"},
	                                      {"", ""},
	                                      {", ON", ""},
	                                      {"\xff", ""}};
	dj_buf                   key = {0};

	for (size_t i = 0; i < DJ_COUNT(pair); i++) {
		dj_place_key(&key, pair[i][0], strlen(pair[i][0]));
		assert_string_equal(key.data, pair[i][1]);
	}
	dj_buf_free(&key);
}

static void a_file(void **state)
{
	(void)state;
	dj_places *p = NULL;
	dj_err     err = {0};
	size_t     n;

	assert_int_equal(dj_places_read(&p, "places.csv", "place_names.csv", &err), DJ_OK);
	const dj_place *w = dj_places_find(p, "waterloo", &n);
	assert_int_equal(n, 2);
	assert_string_equal(w[0].region, "ON"); /* more people first */
	assert_string_equal(w[1].region, "QC");
	assert_non_null(dj_places_find(p, "quebec city", &n));
	assert_non_null(dj_places_find(p, "saint john s", &n)); /* what follows the comma is no part of it */
	assert_null(dj_places_find(p, "nowhere", &n));
	assert_null(dj_places_find(p, "", &n));
	dj_places_free(p);
	assert_true(dj_places_read(&p, "lint.test", NULL, &err) < 0);
	assert_non_null(strstr(err.text, "lint.test"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keys), cmocka_unit_test(a_file)};

	return cmocka_run_group_tests_name("lint/places", tests, NULL, NULL);
}
