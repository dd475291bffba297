/*
 * A stranger's CSV and JSON against a loader with a bug planted in it: what the bug would do, the cage does not let it.
 */
#include "../intake/intake_test.h"

#include <dirent.h>

static const char secret[] = "the-secret-that-must-not-be-read";

static int planted_begin(void **state)
{
	if (jam_begin(state) < 0)
		return -1;
	jam *j = *state;
	free(j->loader);
	j->loader = dj_path_join(getenv("DJ_BUILD"), "datajam-loader-planted");
	put_file(j, "secret.txt", secret);
	return chmod(j->folder, 0755); /* anyone may read it: the cage alone stands before it */
}

/* Whether any file of the workspace but the secret itself holds it. */
static bool leaked(const char *folder)
{
	struct dirent *e;
	DIR           *d = opendir(folder);
	bool           found = false;

	assert_non_null(d);
	while (!found && (e = readdir(d))) {
		char  *path = dj_path_join(folder, e->d_name), *text = NULL;
		size_t n = 0;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    strcmp(e->d_name, "secret.txt") == 0)
			;
		else if (dj_folder_exists(path))
			found = leaked(path);
		else if (dj_file_read(&text, &n, path, 1 << 26, NULL) == DJ_OK)
			found = memmem(text, n, secret, sizeof secret - 1) != NULL;
		free(text);
		free(path);
	}
	closedir(d);
	return found;
}

static void ends_without_harm(const jam *j, const char *file, const char *verdict)
{
	dj_load_options o = options_of(j);
	dj_load_result *r = NULL;
	dj_err          err = {0};

	assert_true(try_load(j, &r, file, &o, &err) < 0);
	if (!strstr(err.text, "the loader was ended") || !strstr(err.text, verdict))
		fail_msg("want %s in \"%s\"", verdict, err.text);
	assert_null(strstr(err.text, secret));
	assert_true(temporary_is_empty(j));
}

static void nothing_is_read(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	char           *csv = dj_fmt("a,b\n1,planted:read:%s/secret.txt\n", j->folder);
	char           *json = dj_fmt("[{\"a\":\"planted:read:%s/secret.txt\"}]", j->folder);

	put_file(j, "read.csv", csv);
	put_file(j, "read.json", json);
	put_file(j, "crash.csv", "a,b\n1,planted:crash\n");
	put_file(j, "crash.json", "[{\"a\":\"planted:crash\"}]");
#ifdef DJ_SANITIZED /* whose run-time opens files itself, so that an open is refused there, and not the end */
	dj_load_result_free(must_load(j, "read.csv", &o));
	o.as = "other";
	dj_load_result_free(must_load(j, "read.json", &o));
	o.as = NULL;
#else
	ends_without_harm(j, "read.csv", "SANDBOX-VIOLATION");
	ends_without_harm(j, "read.json", "SANDBOX-VIOLATION");
#endif
	ends_without_harm(j, "crash.csv", "FAILED");
	ends_without_harm(j, "crash.json", "FAILED");
	assert_false(leaked(j->folder));

	put_file(j, "fine.csv", "a,b\n1,2\n"); /* and this process goes on */
	dj_load_result_free(must_load(j, "fine.csv", &o));
	free(csv);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(nothing_is_read, planted_begin, jam_end)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
