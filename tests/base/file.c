/* Files and folders, in a folder of the test's own. */
#include "cases.h"

#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/datajam-test-XXXXXX";

static char *in(const char *name)
{
	return dj_path_join(folder, name);
}

static void write_text(const char *path, const char *text)
{
	dj_err err = {0};

	if (dj_file_write(path, text, strlen(text), &err) < 0)
		fail_msg("%s", err.text);
}

static void written_whole(void **state)
{
	char       *path = in("a.txt"), *text, **names;
	size_t      n;
	dj_err      err = {0};
	struct stat st;

	(void)state;
	write_text(path, "one");
	write_text(path, "two and more");
	assert_int_equal(dj_file_read(&text, &n, path, 100, &err), DJ_OK);
	assert_string_equal(text, "two and more");
	assert_int_equal(n, 12);
	free(text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);

	assert_int_equal(dj_folder_list(&names, &n, folder, &err), DJ_OK);
	assert_int_equal(n, 1); /* no neighbour is left */
	assert_string_equal(names[0], "a.txt");
	dj_names_free(names, n);
	free(path);
}

static void a_failed_write_leaves_the_old(void **state)
{
	char  *sub = in("locked"), *path = in("locked/there/a.txt");
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_file_write(path, "x", 1, &err), DJ_FAIL); /* no folder */
	assert_non_null(strstr(err.text, "locked/there/a.txt"));
	assert_int_equal(dj_folder_make(sub, &err), DJ_OK);
	assert_int_equal(dj_file_write(sub, "x", 1, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "is a folder"));
	assert_int_equal(dj_file_write("/dev/null", "x", 1, &err), DJ_OK);
	struct stat st;
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode)); /* written to, not replaced */
	free(sub);
	free(path);
}

static void reading_says_why_not(void **state)
{
	char  *missing = in("missing"), *big = in("big"), *fifo = in("fifo"), *text = NULL;
	size_t n;
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_file_read(&text, &n, missing, 10, &err), DJ_NOTFOUND);
	assert_non_null(strstr(err.text, "no such file"));
	assert_int_equal(dj_file_read(&text, &n, folder, 10, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "is a folder"));
	write_text(big, "eleven byte");
	assert_int_equal(dj_file_read(&text, &n, big, 10, &err), DJ_FAIL);
	assert_non_null(strstr(err.text, "larger than 10 bytes"));
	assert_int_equal(dj_file_read(&text, &n, big, 11, &err), DJ_OK);
	free(text);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(dj_file_read(&text, &n, fifo, 10, &err), DJ_FAIL); /* and does not wait */
	assert_int_equal(dj_file_read(&text, &n, "/proc/self/status", 1 << 20, &err), DJ_OK);
	assert_true(n > 100); /* a file that says it is 0 bytes long */
	free(text);
	free(missing);
	free(big);
	free(fifo);
}

static void removing_follows_no_link(void **state)
{
	char *tree = in("tree"), *deep = in("tree/a/b//c/"), *file = in("tree/a/b/f"), *kept = in("kept"),
	     *link = in("tree/a/link"), *inside = in("kept/f");
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_folder_make(deep, &err), DJ_OK);
	assert_int_equal(dj_folder_make(deep, &err), DJ_OK);
	write_text(file, "x");
	assert_int_equal(dj_folder_make(file, &err), DJ_FAIL);
	assert_int_equal(dj_folder_make(kept, &err), DJ_OK);
	write_text(inside, "x");
	assert_int_equal(symlink(kept, link), 0);
	assert_int_equal(dj_tree_remove(tree, &err), DJ_OK);
	assert_false(dj_folder_exists(tree));
	assert_true(dj_file_exists(inside));
	assert_int_equal(dj_tree_remove(tree, &err), DJ_OK); /* not there is fine */
	free(tree);
	free(deep);
	free(file);
	free(kept);
	free(link);
	free(inside);
}

static void paths(void **state)
{
	static const struct {
		const char *path, *name, *stem;
	} known[] = {{"a/b.tar.csv", "b.tar.csv", "b.tar"},
	             {"b", "b", "b"},
	             {"/x/.hidden", ".hidden", ".hidden"},
	             {"d/", "", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char *stem = dj_path_stem(known[i].path);
		assert_string_equal(dj_path_name(known[i].path), known[i].name);
		assert_string_equal(stem, known[i].stem);
		free(stem);
	}
	char *joined = dj_path_join("a/", "b"), *absolute = dj_path_join("a", "/b");
	assert_string_equal(joined, "a/b");
	assert_string_equal(absolute, "/b");
	free(joined);
	free(absolute);
}

static void found_above(void **state)
{
	char  *deep = in("up/x/y"), *mark = in("up/mark.json"), *up = in("up"), *real = dj_path_real(folder);
	dj_err err = {0};

	(void)state;
	assert_int_equal(dj_folder_make(deep, &err), DJ_OK);
	write_text(mark, "{}");
	char *found = dj_find_up(deep, "mark.json"), *expected = dj_path_join(real, "up");
	assert_string_equal(found, expected);
	assert_null(dj_find_up(deep, "no such entry anywhere"));
	free(found);
	free(expected);
	free(deep);
	free(mark);
	free(up);
	free(real);
}

static void sealed_means_sealed(void **state)
{
	dj_err err = {0};
	int    fd = dj_memfd_sealed("test", "hello", 5, &err);
	char   back[5];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_int_equal(pread(fd, back, 5, 0), 5);
	assert_memory_equal(back, "hello", 5);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static int make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	return dj_tree_remove(folder, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(written_whole),
	                                   cmocka_unit_test(a_failed_write_leaves_the_old),
	                                   cmocka_unit_test(reading_says_why_not),
	                                   cmocka_unit_test(removing_follows_no_link),
	                                   cmocka_unit_test(paths),
	                                   cmocka_unit_test(found_above),
	                                   cmocka_unit_test(sealed_means_sealed)};

	return cmocka_run_group_tests_name("base/file", tests, make, clear);
}
