/* Bytes, scale, errors and noise of the scenario first-look. */
#include "made.h"

#include "base/digest.h"

static const char *const files[] = {"places/dataset.json",  "places/places.csv",     "places/regions.csv",
                                    "bank/dataset.json",    "bank/accounts.csv",     "bank/transactions.csv",
                                    "reports/dataset.json", "reports/incidents.csv", "truth/planted.csv",
                                    "truth/lookalikes.csv"};

static dj_digest digest_of(const char *folder)
{
	dj_sha256 *s = dj_sha256_new();

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char  *path = dj_path_join(folder, files[i]), *text;
		size_t n;
		dj_err err = {0};

		if (dj_file_read(&text, &n, path, 1 << 28, &err) < 0)
			fail_msg("%s", err.text);
		assert_true(n > 0);
		dj_sha256_add(s, text, n);
		free(text);
		free(path);
	}
	return dj_sha256_end(s);
}

static void same_seed_same_bytes(void **state)
{
	char     *one = made_folder(1, 0.1), *again = made_folder(1, 0.1), *other = made_folder(2, 0.1);
	dj_digest a = digest_of(one), b = digest_of(again), c = digest_of(other);
	char      hex[65];

	(void)state;
	assert_int_equal(dj_digest_compare(&a, &b), 0);
	assert_int_not_equal(dj_digest_compare(&a, &c), 0);
	/* From any compiler, on any machine. It changes with the scenario: then write the new one here. */
	dj_digest_hex(hex, &a);
	assert_string_equal(hex, "b568606b43b3f2cd0e77c1375d8841995fdfe056b3ae8cc93addc580b728c8d4");
	made_remove(one);
	made_remove(again);
	made_remove(other);
}

static void made_over_an_older_one(void **state)
{
	char     *folder = made_folder(3, 0.1), *fresh = made_folder(4, 0.1);
	dj_err    err = {0};
	dj_digest a, b;

	(void)state;
	assert_int_equal(dj_generate("first-look", 4, 0.1, folder, &err), DJ_OK);
	a = digest_of(folder), b = digest_of(fresh);
	assert_int_equal(dj_digest_compare(&a, &b), 0);
	made_remove(folder);
	made_remove(fresh);
}

static void scale_scales(void **state)
{
	char      *small = made_folder(1, 0.2), *large = made_folder(1, 1), *tiny = made_folder(1, 0.01);
	made_sheet s = made_read(small, "bank/transactions.csv"), l = made_read(large, "bank/transactions.csv");
	made_sheet a = made_read(large, "bank/accounts.csv"), i = made_read(large, "reports/incidents.csv");

	(void)state;
	assert_in_range(l.rows, 18000, 24000);
	assert_in_range(s.rows, l.rows / 6, l.rows / 4);
	assert_int_equal(a.rows, 1500);
	assert_in_range(i.rows, 1350, 1700);
	made_free(&s);
	made_free(&l);
	made_free(&a);
	made_free(&i);
	s = made_read(tiny, "truth/planted.csv");
	assert_int_equal(s.rows, 4); /* one of each, however small */
	made_free(&s);
	made_remove(small);
	made_remove(large);
	made_remove(tiny);
}

static void what_is_refused(void **state)
{
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_generate("first-loook", 1, 1, "/tmp/never", &err), DJ_NOTFOUND);
	assert_non_null(strstr(err.text, "did you mean 'first-look'"));
	assert_int_equal(dj_generate("zebra", 1, 1, "/tmp/never", &err), DJ_NOTFOUND);
	assert_non_null(strstr(err.text, "there is first-look"));
	assert_int_equal(dj_generate("first-look", 1, 0, "/tmp/never", &err), DJ_USAGE);
	assert_int_equal(dj_generate("first-look", 1, 1e9, "/tmp/never", &err), DJ_USAGE);
	assert_int_equal(dj_generate("first-look", 1, 0.0 / 0.0, "/tmp/never", &err), DJ_USAGE);
	assert_int_equal(dj_generate("first-look", 1, 1, "/dev/null/x", &err), DJ_FAIL);
	assert_false(dj_folder_exists("/tmp/never"));
}

/* The truth is in no dataset, and a dataset is not there until it is whole. */
static void truth_is_apart(void **state)
{
	char              *folder = made_folder(1, 0.1);
	size_t             n;
	const dj_scenario *s = dj_scenarios(&n);
	char             **names;
	dj_err             err = {0};

	(void)state;
	assert_int_equal(n, 1);
	for (size_t i = 0; s->datasets[i]; i++) {
		char *at = dj_path_join(folder, s->datasets[i]), *json = dj_path_join(at, "dataset.json");
		assert_true(dj_file_exists(json));
		free(at);
		free(json);
	}
	char *truth = dj_path_join(folder, "truth");
	assert_int_equal(dj_folder_list(&names, &n, truth, &err), DJ_OK);
	assert_int_equal(n, 2);
	assert_string_equal(names[0], "lookalikes.csv");
	assert_string_equal(names[1], "planted.csv");
	dj_names_free(names, n);

	/* Where a sheet can not be written, the manifest of before does not stay. */
	char *sheet = dj_path_join(folder, "bank/transactions.csv"),
	     *json = dj_path_join(folder, "bank/dataset.json");
	assert_int_equal(unlink(sheet), 0);
	assert_int_equal(symlink("/dev/full", sheet), 0);
	assert_int_equal(dj_generate("first-look", 1, 0.1, folder, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "transactions.csv"));
	assert_false(dj_file_exists(json));
	free(sheet);
	free(json);
	free(truth);
	made_remove(folder);
}

static void noise_is_there(void **state)
{
	char      *folder = made_folder(5, 1);
	made_sheet t = made_read(folder, "bank/transactions.csv"), i = made_read(folder, "reports/incidents.csv");
	size_t     doubled = 0, no_channel = 0, french = 0, no_point = 0, no_type = 0, repeated = 0;

	(void)state;
	for (size_t k = 0; k < t.rows; k++) {
		if (k) /* in order of time */
			assert_true(strcmp(made_cell(&t, k - 1, 1), made_cell(&t, k, 1)) <= 0);
		doubled += k && strcmp(made_cell(&t, k - 1, 0), made_cell(&t, k, 0)) == 0;
		no_channel += !*made_cell(&t, k, 6);
		french += strcmp(made_cell(&t, k, 7), "loyer") == 0;
		assert_true(*made_cell(&t, k, 2) || *made_cell(&t, k, 3)); /* cash goes in or out */
		assert_true(atof(made_cell(&t, k, 4)) > 0);
	}
	for (size_t k = 0; k < i.rows; k++) {
		repeated += k && strcmp(made_cell(&i, k - 1, 0), made_cell(&i, k, 0)) == 0;
		no_type += !*made_cell(&i, k, 3);
		no_point += !*made_cell(&i, k, 6);
	}
	assert_in_range(doubled, 20, 200);
	assert_in_range(no_channel, 50, 500);
	assert_true(french > 100);
	assert_in_range(repeated, 1, 30);
	assert_in_range(no_type, 20, 200);
	assert_in_range(no_point, 10, 150);
	made_free(&t);
	made_free(&i);
	made_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_seed_same_bytes), cmocka_unit_test(made_over_an_older_one),
	    cmocka_unit_test(scale_scales),         cmocka_unit_test(what_is_refused),
	    cmocka_unit_test(truth_is_apart),       cmocka_unit_test(noise_is_there)};

	return cmocka_run_group_tests_name("generate/first_look", tests, NULL, NULL);
}
