/*
 * A stranger's C is compiled in a cage, since a compiler reads what it is told to (#include, .incbin) and runs as long
 * as its input makes it. It may read the system's headers and the toolchain, write into one empty folder, start its
 * own parts, and nothing else: Landlock for files, the filter for the rest (lockdown/filter.c, default deny).
 */
#include "cage/inside.h"

#include "base/file.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USUAL_CPU_MS = 30000, MOST_HEADER = 1 << 20, MOST_OBJECT = 32 << 20, MOST_MESSAGES = 128 << 10 };

/*
 * The same source gives the same object from the same compiler: fixed names, a fixed seed, no date. No fused
 * multiply-add, as everywhere. Symbols that nobody has are an error here, where the line is known, and not at load.
 */
#define FLAGS(F)                               \
	F("-std=c11")                              \
	F("-O2")                                   \
	F("-fPIC")                                 \
	F("-shared")                               \
	F("-fvisibility=hidden")                   \
	F("-ffp-contract=off")                     \
	F("-Wall")                                 \
	F("-Wextra")                               \
	F("-Wno-missing-field-initializers")       \
	F("-Werror=implicit-function-declaration") \
	F("-Werror=incompatible-pointer-types")    \
	F("-Werror=int-conversion")                \
	F("-Werror=return-type")                   \
	F("-fno-ident")                            \
	F("-frandom-seed=datajam")                 \
	F("-Wno-builtin-macro-redefined")          \
	F("-D__DATE__=\"no date\"")                \
	F("-D__TIME__=\"no time\"")                \
	F("-D__TIMESTAMP__=\"no date\"")           \
	F("-Wl,-z,now")                            \
	F("-Wl,-z,noexecstack")                    \
	F("-Wl,--no-undefined")                    \
	F("-Wl,--build-id=none")                   \
	F("-fmessage-length=0")

#define AS_TEXT(flag) " " flag
#define AS_ITEM(flag) flag,

static const char *const compilers[] = {"/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"};

static const char *const toolchain[] = {"/usr/bin",     "/usr/lib",           "/usr/lib64", "/usr/libexec",
                                        "/usr/include", "/usr/local/include", "/lib",       "/lib64",
                                        "/bin",         "/etc/ld.so.cache",   NULL};

const char *dj_cage_compiler_flags(void)
{
	return "cc" FLAGS(AS_TEXT);
}

static const char *find_compiler(dj_err *err)
{
	for (size_t k = 0; k < sizeof compilers / sizeof *compilers; k++)
		if (access(compilers[k], X_OK) == 0)
			return compilers[k];
	dj_fail(err, DJ_FAIL,
	        "no C compiler at /usr/bin/cc, gcc or clang (on Debian: apt install gcc libc6-dev)");
	return NULL;
}

/* The public headers go into the folder too: where they come from may be closed to whom the cage runs as. */
static int copy_headers(const char *from, const char *to, dj_err *err)
{
	char  *source = dj_path_join(from, "datajam"), *target = dj_path_join(to, "datajam"), **name = NULL;
	size_t n = 0;
	int    rc;

	if ((rc = dj_folder_make(target, err)) < 0 || (rc = dj_folder_list(&name, &n, source, err)) < 0)
		goto out;
	for (size_t k = 0; k < n && rc == DJ_OK; k++) {
		char  *one = dj_path_join(source, name[k]), *copy = dj_path_join(target, name[k]), *text = NULL;
		size_t size = 0;

		if ((rc = dj_file_read(&text, &size, one, MOST_HEADER, err)) == DJ_OK)
			rc = dj_file_write(copy, text, size, err);
		free(text);
		free(one);
		free(copy);
	}
out:
	dj_names_free(name, n);
	free(source);
	free(target);
	return rc;
}

static int lay_out(const dj_compile *what, dj_err *err)
{
	char *source = dj_path_join(what->temporary, "plugin.c");
	int   rc = dj_file_write(source, what->source, what->n, err);

	free(source);
	if (rc == DJ_OK)
		rc = copy_headers(what->include_folder, what->temporary, err);
	/* root that may not give it away may not become another either: the cage then runs as who it is */
	if (rc == DJ_OK && geteuid() == 0 && chown(what->temporary, DJ_CAGE_UID, DJ_CAGE_UID) < 0 &&
	    errno != EPERM)
		rc = dj_fail_errno(err, "%s", what->temporary);
	return rc;
}

/* Leaves the folder as empty as it was. */
static void clear(const char *folder)
{
	char **name = NULL;
	size_t n = 0;

	if (dj_folder_list(&name, &n, folder, NULL) < 0)
		return;
	for (size_t k = 0; k < n; k++) {
		char *path = dj_path_join(folder, name[k]);

		dj_tree_remove(path, NULL);
		free(path);
	}
	dj_names_free(name, n);
}

static int keep_messages(void *user, const void *bytes, size_t n, dj_err *err)
{
	(void)err;
	dj_buf_add(user, bytes, n);
	return 0;
}

static bool in_a_name(char c)
{
	return isalnum((unsigned char)c) || strchr("_./-", c);
}

/* "plugin.c:3:5: error: ..." names the file as the person knows it. */
static char *rename_source(const char *text, const char *shown)
{
	static const char name[] = "plugin.c:";
	dj_buf            out = {0};

	for (const char *at = text; *at;) {
		if (strncmp(at, name, sizeof name - 1) == 0 && (at == text || !in_a_name(at[-1]))) {
			dj_buf_fmt(&out, "%s:", shown);
			at += sizeof name - 1;
		} else {
			dj_buf_char(&out, *at++);
		}
	}
	return dj_buf_take(&out);
}

/* Where to begin when not all of it can be told: at the first line of an error, after what led there. */
static const char *first_error(const char *told)
{
	const char *error = strlen(told) < sizeof((dj_err *)0)->text ? NULL : strstr(told, " error: ");

	while (error && error > told && error[-1] != '\n')
		error--;
	return error ? error : told;
}

/* The object was made by a stranger's source: a plain file of a sane size, or nothing. */
static int take_object(int *out_fd, const char *folder, dj_err *err)
{
	char       *path = dj_path_join(folder, "plugin.so"), *bytes = NULL;
	int         fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), rc = DJ_FAIL;
	struct stat about;
	ssize_t     got;

	if (fd < 0 || fstat(fd, &about) < 0) {
		dj_fail_errno(err, "the compiler said nothing was wrong, and left no object");
		goto out;
	}
	if (!S_ISREG(about.st_mode) || about.st_size > MOST_OBJECT) {
		dj_fail(err, DJ_FAIL, "the compiled object is larger than %d MiB, or no plain file",
		        MOST_OBJECT >> 20);
		goto out;
	}
	bytes = dj_alloc_zero(1, (size_t)about.st_size + 1);
	got = read(fd, bytes, (size_t)about.st_size);
	if (got != about.st_size) {
		dj_fail_errno(err, "reading the compiled object");
		goto out;
	}
	rc = *out_fd = dj_memfd_sealed("plugin", bytes, (size_t)got, err);
	if (rc > 0)
		rc = DJ_OK;
out:
	if (fd >= 0)
		close(fd);
	free(bytes);
	free(path);
	return rc;
}

static uint64_t cpu_limit(const dj_compile *what)
{
	return what->cpu_ms ? what->cpu_ms : USUAL_CPU_MS;
}

static int run_compiler(dj_ending *ending, dj_buf *said, const dj_compile *what, dj_err *err)
{
	char *const argv[] = {"cc", FLAGS(AS_ITEM) "-I.", "-o", "plugin.so", "plugin.c", "-lm", NULL};
	dj_lockdown how = {.profile = DJ_PROFILE_COMPILER, .read_path = toolchain, .write_path = what->temporary};
	dj_cage_spec spec = {
	    .program_fd = -1,
	    .program = find_compiler(err),
	    .argv = argv,
	    .limits = {.wall_ms = 60000,
	               .cpu_ms = cpu_limit(what),
	               .address_bytes = (uint64_t)2 << 30,
	               .file_bytes = MOST_OBJECT,
	               .log_bytes = MOST_MESSAGES},
	    .needs_landlock = true,
	    .lockdown = &how,
	    .folder = what->temporary,
	    .on_log = keep_messages,
	    .user = said,
	};

	return spec.program ? dj_cage_run(ending, &spec, what->wake_fd, err) : DJ_FAIL;
}

int dj_cage_compile(int *out_fd, const dj_compile *what, char **messages, dj_err *err)
{
	dj_ending ending = {0};
	dj_buf    said = {0};
	char     *told = NULL;
	int       rc;

	*out_fd = -1;
	*messages = NULL;
	if ((rc = lay_out(what, err)) < 0)
		goto out;
	if ((rc = run_compiler(&ending, &said, what, err)) < 0)
		goto out;
	told = rename_source(said.data ? said.data : "", what->shown);
	if (ending.verdict == DJ_VERDICT_STOPPED)
		rc = dj_fail(err, DJ_STOPPED, "%s: interrupted while compiling", what->shown);
	else if (ending.verdict == DJ_VERDICT_FAILED &&
	         ending.cpu_us / 900 >= cpu_limit(what)) /* a part was ended */
		rc = dj_fail(err, DJ_FAIL, "%s: compiling it took the %.1f s of CPU allowed, and was ended",
		             what->shown, (double)cpu_limit(what) / 1e3);
	else if (ending.verdict == DJ_VERDICT_FAILED && *told)
		rc = dj_fail(err, DJ_FAIL, "%s", first_error(told));
	else if (ending.verdict != DJ_VERDICT_OK)
		rc = dj_fail(err, DJ_FAIL, "%s: compiling it: %s: %s", what->shown, dj_verdict_name(ending.verdict),
		             ending.detail);
	else
		rc = take_object(out_fd, what->temporary, err);
	*messages = told;
out:
	clear(what->temporary);
	dj_buf_free(&said);
	return rc;
}
