#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/workspace.h"

static void makes_and_finds(void **state)
{
	char *dir = scratch_folder(), *root = dj_path_join(dir, "jam/one"), *deep = dj_path_join(root, "plugins");
	char *ignore = dj_path_join(root, ".gitignore"), *text = NULL, *real;
	dj_workspace *w = NULL;
	dj_err        err = {0};
	size_t        n;

	(void)state;
	wrong(dj_workspace_open(&w, dir, &err), "datajam init");
	assert_int_equal(err.code, DJ_NOTFOUND);
	wrong(dj_workspace_open(&w, "/nowhere/at/all", &err), "/nowhere/at/all");
	fine(dj_workspace_init(root, &err));
	wrong(dj_workspace_init(root, &err), "there already");
	fine(dj_workspace_open(&w, deep, &err));
	real = dj_path_real(root);
	assert_string_equal(w->root, real);
	assert_int_equal(dj_workspace_k(w), 11);
	assert_null(dj_workspace_contact(w));
	assert_int_equal(dj_workspace_role(w, "incidents", NULL, 0), 0);
	fine(dj_file_read(&text, &n, ignore, 1000, &err));
	assert_non_null(strstr(text, "\n.datajam/\n"));
	dj_workspace_free(w);
	free(real);
	free(text);
	free(ignore);
	free(deep);
	free(root);
	scratch_end(dir);
}

static void keeps_a_gitignore(void **state)
{
	char  *dir = scratch_folder(), *ignore = dj_path_join(dir, ".gitignore"), *text = NULL;
	dj_err err = {0};
	size_t n;

	(void)state;
	fine(dj_file_write(ignore, "secret", 6, &err));
	fine(dj_workspace_init(dir, &err));
	fine(dj_file_read(&text, &n, ignore, 1000, &err));
	assert_memory_equal(text, "secret\n", 7);
	assert_non_null(strstr(text, "\n.datajam/\n"));
	free(text);
	free(ignore);
	scratch_end(dir);
}

static void reads_settings(void **state)
{
	static const char good[] =
	    "{\"format\": 1, \"title\": \"T\", \"contact\": \"desk@example.org\", \"k\": 20,"
	    "\"roles\": {\"incidents\": [\"a\", \"b\"], \"ads\": \"c\"},"
	    "\"fetch\": {\"allow\": [\"h\", \"i\"], \"stall\": 2.5, \"tries\": 7}}";
	static const struct {
		const char *json, *words;
	} bad[] = {
	    {"{\"format\": 1, \"k\": 1}", "k is 1"},
	    {"{\"format\": 1, \"k\": 1.5}", "k"},
	    {"{\"format\": 1, \"contacts\": \"x\"}", "contact"},
	    {"{\"format\": 9}", "format is 9"},
	    {"{\"format\": 1, \"roles\": {\"ads\": 7}}", "ads"},
	    {"{\"format\": 1, \"fetch\": []}", "fetch"},
	    {"{\"format\": 1, \"fetch\": {\"alow\": []}}", "did you mean \"allow\""},
	    {"{\"format\": 1, \"fetch\": {\"allow\": [7]}}", "allow"},
	    {"{\"format\": 1, \"fetch\": {\"tries\": 0}}", "tries"},
	    {"{\"format\": 1, \"fetch\": {\"stall\": 0.01}}", "stall"},
	    {"{\"format\": 1, \"fetch\": {\"pause\": 31}}", "pause"},
	    {"{\"format\": 1, \"fetch\": {\"most_mb\": 0.5}}", "most_mb"},
	    {"[]", "not a JSON object"},
	};
	char         *dir = scratch_folder(), *jam = dj_path_join(dir, "jam.json");
	const char   *names[2] = {0};
	dj_workspace *w = NULL;
	dj_err        err = {0};

	(void)state;
	fine(dj_file_write(jam, good, strlen(good), &err));
	fine(dj_workspace_open(&w, dir, &err));
	assert_int_equal(dj_workspace_k(w), 20);
	assert_int_equal(dj_workspace_fetch_allows(w, names, 2), 2);
	assert_string_equal(names[1], "i");
	dj_workspace_fetching f = dj_workspace_fetching_of(w);
	assert_true(f.stall_s == 2.5 && f.tries == 7 && f.pause_s == -1 && f.most_mb == 0);
	assert_string_equal(dj_workspace_contact(w), "desk@example.org");
	assert_int_equal(dj_workspace_role(w, "incidents", names, 2), 2);
	assert_string_equal(names[1], "b");
	assert_int_equal(dj_workspace_role(w, "ads", names, 2), 1);
	assert_string_equal(names[0], "c");
	assert_int_equal(dj_workspace_role(w, "people", names, 2), 0);
	dj_workspace_free(w);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		fine(dj_file_write(jam, bad[i].json, strlen(bad[i].json), &err));
		wrong(dj_workspace_open(&w, dir, &err), bad[i].words);
		assert_non_null(strstr(err.text, "jam.json"));
	}
	free(jam);
	scratch_end(dir);
}

/* A child makes a folder and ends; ours, one of an unknown name, and that of a process still at work must stay. */
static void sweeps_only_what_is_left_behind(void **state)
{
	char         *dir = scratch_folder(), *ours = NULL, *again = NULL, *left = NULL, *tmp, *other, *reused;
	char          path[4096] = "";
	int           pipe_fd[2], status;
	dj_workspace *w = NULL, *second = NULL;
	dj_err        err = {0};

	(void)state;
	fine(dj_workspace_init(dir, &err));
	fine(dj_workspace_open(&w, dir, &err));
	fine(dj_workspace_temp(&ours, w, "load", &err));
	fine(dj_workspace_temp(&again, w, "load", &err));
	assert_string_not_equal(ours, again);
	assert_int_equal(pipe(pipe_fd), 0);
	pid_t child = fork();
	if (child == 0) {
		if (dj_workspace_temp(&left, w, "load", &err) < 0 || write(pipe_fd[1], left, strlen(left)) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(read(pipe_fd[0], path, sizeof path - 1) > 0);
	tmp = dj_path_join(w->state, "tmp");
	other = dj_path_join(tmp, "kept");
	reused = dj_fmt("%s/load-%d-1-0", tmp, (int)getpid()); /* our number, but started at another time */
	fine(dj_folder_make(other, &err));
	fine(dj_folder_make(reused, &err));
	assert_true(dj_folder_exists(path));
	fine(dj_workspace_open(&second, dir, &err));
	assert_false(dj_folder_exists(path));
	assert_false(dj_folder_exists(reused));
	assert_true(dj_folder_exists(ours));
	assert_true(dj_folder_exists(other));
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	dj_workspace_free(second);
	dj_workspace_free(w);
	free(reused);
	free(other);
	free(tmp);
	free(again);
	free(ours);
	scratch_end(dir);
}

static void finds_the_toolkit(void **state)
{
	char *folder, *vocabulary;

	(void)state;
	setenv("DJ_HOME", "/some/where", 1);
	folder = dj_toolkit_folder();
	assert_string_equal(folder, "/some/where");
	free(folder);
	unsetenv("DJ_HOME");
	folder = dj_toolkit_folder();
	vocabulary = dj_path_join(folder, "datasets/vocabulary.json");
	assert_true(dj_file_exists(vocabulary));
	free(vocabulary);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_and_finds),   cmocka_unit_test(keeps_a_gitignore),
	    cmocka_unit_test(reads_settings),    cmocka_unit_test(sweeps_only_what_is_left_behind),
	    cmocka_unit_test(finds_the_toolkit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
