/* A stranger's C: what its compiler may read, how long it may take, and what its object may do in the cage. */
#include "prison.h"

#include "base/file.h"
#include "base/mem.h"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>

static char     folder[64], headers[4096];
static int      wake = -1;
static uint64_t cpu_ms;

static int compile(int *object, char **messages, const char *source, dj_err *err)
{
	dj_compile what = {.source = source,
	                   .n = strlen(source),
	                   .shown = "plugins/mine/plugin.c",
	                   .include_folder = headers,
	                   .temporary = folder,
	                   .wake_fd = wake,
	                   .cpu_ms = cpu_ms};
	int        rc;

	*err = (dj_err){0};
	rc = dj_cage_compile(object, &what, messages, err);
	assert_alone();
	return rc;
}

static void assert_refused(const char *source, const char *words)
{
	int    object;
	char  *messages, **name = NULL;
	size_t n = 0;
	dj_err err;

	if (compile(&object, &messages, source, &err) == DJ_OK)
		fail_msg("compiled: %.60s", source);
	assert_int_equal(object, -1);
	if (!strstr(err.text, words))
		fail_msg("want \"%s\" in \"%s\"", words, err.text);
	assert_null(strstr(messages ? messages : "", "root:"));
	assert_null(strstr(messages ? messages : "", "hunter2"));
	free(messages);
	assert_int_equal(dj_folder_list(&name, &n, folder, &err), DJ_OK);
	assert_int_equal(n, 0); /* the folder is left as it was */
	dj_names_free(name, n);
}

static void a_plugin_compiles(void **state)
{
	static const char source[] = "#include <datajam/plugin.h>\n"
	                             "#include <math.h>\n"
	                             "static void run(dj_jam *jam) { (void)jam; }\n"
	                             "DJ_PLUGIN(.name = \"x\", .version = \"1.0.0\", .kind = \"detection\", "
	                             ".summary = \"s\", .run = run);\n";
	int               object[2];
	char             *messages;
	dj_err            err;
	struct stat       about[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		char there[80], here[64];

		/* the second time in a folder of another name */
		snprintf(here, sizeof here, "%s", folder);
		snprintf(there, sizeof there, "%.*s/%d", k * 60, folder, k);
		if (k == 1) {
			assert_int_equal(mkdir(there, 0755), 0);
			snprintf(folder, sizeof folder, "%.63s", there);
		}
		assert_int_equal(compile(&object[k], &messages, source, &err), DJ_OK);
		if (k == 1)
			rmdir(there);
		snprintf(folder, sizeof folder, "%s", here);
		assert_string_equal(messages, "");
		free(messages);
		fstat(object[k], &about[k]);
		assert_true(fcntl(object[k], F_GET_SEALS) & F_SEAL_WRITE);
	}
	assert_true(about[0].st_size > 1000 && about[0].st_size == about[1].st_size);
	const char *bytes[2];
	for (int k = 0; k < 2; k++)
		bytes[k] = mmap(NULL, (size_t)about[k].st_size, PROT_READ, MAP_SHARED, object[k], 0);
	assert_memory_equal(bytes[0], bytes[1], (size_t)about[0].st_size); /* the same source, the same object */
	for (int k = 0; k < 2; k++) {
		munmap((void *)(uintptr_t)bytes[k], (size_t)about[k].st_size);
		close(object[k]);
	}
}

static void warnings_are_told(void **state)
{
	int    object;
	char  *messages;
	dj_err err;

	(void)state;
	assert_int_equal(compile(&object, &messages, "static int unused;\nint used;\n", &err), DJ_OK);
	assert_non_null(strstr(messages, "plugins/mine/plugin.c:1:12: warning:"));
	free(messages);
	close(object);
}

static void errors_name_the_line(void **state)
{
	(void)state;
	assert_refused("int x;\nint y = z;\n", "plugins/mine/plugin.c:2:9: error:");
	assert_refused("int f(void);\nint f(void) { return g(); }\n", "plugins/mine/plugin.c:2:");
	assert_refused("int g(void); int f(void) { return g(); }\n", "undefined");
	assert_refused("#include \"nosuch.h\"\n", "plugins/mine/plugin.c:1:10:");
}

static void nothing_else_is_read(void **state)
{
	char source[200], secret[80];
	int  fd;

	(void)state;
	snprintf(secret, sizeof secret, "/tmp/dj-secret-%d", (int)getpid());
	fd = open(secret, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, "hunter2 is the secret\n", 22), 22);
	close(fd);

	snprintf(source, sizeof source, "#include \"%s\"\n", secret);
	assert_refused(source, "denied");
	snprintf(source, sizeof source, "__asm__(\".incbin \\\"%s\\\"\");\n", secret);
	assert_refused(source, "rror");
	snprintf(source, sizeof source, "__asm__(\".include \\\"%s\\\"\");\n", secret);
	assert_refused(source, "rror");
	unlink(secret);

	assert_refused("#include \"/etc/passwd\"\n", "denied");
	assert_refused("#include \"/proc/self/environ\"\n", "denied");
	assert_refused("#include \"/proc/1/cmdline\"\n", "rror");
	assert_refused("#include \"../../etc/passwd\"\n", "rror");
	assert_refused("#include \"/dev/zero\"\n", "denied");
}

/* Includes itself twice, sixty deep: longer than anybody lives, and not a word said. */
static const char endless[] = "#if __INCLUDE_LEVEL__ < 60\n"
                              "#include \"plugin.c\"\n"
                              "#include \"plugin.c\"\n"
                              "#endif\n";

static void it_comes_to_an_end(void **state)
{
	(void)state;
	cpu_ms = 500;
	assert_refused(endless, "plugins/mine/plugin.c: compiling it took the 0.5 s of CPU allowed");
	cpu_ms = 0;
	assert_refused("#include \"plugin.c\"\n", "nested");
	assert_refused("__asm__(\".rept 1000000000\\n.quad 1\\n.endr\");\n", "memory");
	assert_refused("char big[1ul << 40] = {1};\n", "rror");
}

static void an_interrupt_ends_it(void **state)
{
	uint64_t one = 1;
	int      object;
	char    *messages;
	dj_err   err;

	(void)state;
	wake = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(write(wake, &one, sizeof one), sizeof one);
	assert_int_equal(compile(&object, &messages, endless, &err), DJ_STOPPED);
	assert_int_equal(object, -1);
	free(messages);
	close(wake);
	wake = -1;
}

/* ---- what such an object may do: opened by number inside the cage, as the worker does it ---- */

static dj_ending load(const char *source)
{
	int          object;
	char        *messages, *argv[4];
	dj_err       err;
	dj_ending    ending = {0};
	dj_cage_spec spec = sentence(argv, "native", "loads-plugin");

	if (compile(&object, &messages, source, &err) < 0)
		fail_msg("%s", err.text);
	free(messages);
	spec.fd = &object;
	spec.n_fd = 1;
	assert_int_equal(dj_cage_run(&ending, &spec, -1, &err), DJ_OK);
	close(object);
	return ending;
}

static void objects_run_in_the_cage(void **state)
{
	dj_ending e = load("__attribute__((visibility(\"default\"))) int run(void) { return 7; }\n");

	(void)state;
	assert_int_equal(e.exit_code, 7);
	e = load("#include <sys/socket.h>\n"
	         "__attribute__((constructor)) static void early(void) { socket(AF_INET, SOCK_STREAM, 0); }\n"
	         "__attribute__((visibility(\"default\"))) int run(void) { return 0; }\n");
	assert_int_equal(e.verdict, DJ_VERDICT_SANDBOX_VIOLATION);
	e = load(
	    "#include <fcntl.h>\n#include <errno.h>\nstatic int got;\n"
	    "__attribute__((constructor)) static void early(void) { got = open(\"/etc/passwd\", O_RDONLY) < 0 ? errno : 0; }\n"
	    "__attribute__((visibility(\"default\"))) int run(void) { return got; }\n");
	assert_int_equal(e.exit_code, EACCES);
}

static int tests(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(a_plugin_compiles),       cmocka_unit_test(warnings_are_told),
	    cmocka_unit_test(errors_name_the_line),    cmocka_unit_test(nothing_else_is_read),
	    cmocka_unit_test(it_comes_to_an_end),      cmocka_unit_test(an_interrupt_ends_it),
	    cmocka_unit_test(objects_run_in_the_cage),
	};
	int rc;

	snprintf(folder, sizeof folder, "/tmp/dj-compile-XXXXXX");
	if (!mkdtemp(folder))
		return 2;
	rc = cmocka_run_group_tests(all, NULL, NULL);
	dj_tree_remove(folder, NULL);
	return rc;
}

/* The public header where an ordinary user can read it too: the folder that we are built in may be closed to one. */
static int lay_out_headers(void)
{
	const char *source = getenv("DJ_SOURCE") ? getenv("DJ_SOURCE") : "../..";
	char       *from = dj_fmt("%s/core/include/datajam/plugin.h", source), *to = NULL, *text = NULL;
	size_t      n;
	int         rc = -1;

	snprintf(headers, sizeof headers, "/tmp/dj-headers-XXXXXX");
	if (!mkdtemp(headers) || chmod(headers, 0755) < 0)
		goto out;
	to = dj_fmt("%s/datajam", headers);
	if (dj_folder_make(to, NULL) < 0 || dj_file_read(&text, &n, from, 1 << 20, NULL) < 0)
		goto out;
	free(to);
	to = dj_fmt("%s/datajam/plugin.h", headers);
	rc = dj_file_write(to, text, n, NULL);
out:
	free(text);
	free(to);
	free(from);
	return rc;
}

int main(void)
{
	int rc = lay_out_headers() < 0 ? 2 : run_as_all(tests);

	dj_tree_remove(headers, NULL);
	return rc;
}
