/* Runs deeds.test: see there for how a line is written. */
#include "prison.h"

#include <sys/mman.h>

enum { FIELD = 40 };

typedef struct deed_case {
	char profile[FIELD], deed[FIELD], verdict[FIELD], words[100];
	int  line;
} deed_case;

/* False for lines that are no case, or none here. */
static bool parse(deed_case *c, const char *line)
{
	char rest[200] = "";
	int  n = 0;

	if (line[0] == '#' || line[0] == '\n')
		return false;
	if (strncmp(line, "release", 7) == 0) {
#ifdef DJ_SANITIZED
		return false;
#else
		line += 7;
#endif
	}
	if (sscanf(line, "%39s %39s %39s%n", c->profile, c->deed, c->verdict, &n) != 3)
		fail_msg("deeds.test:%d: PROFILE DEED VERDICT [words]", c->line);
	snprintf(rest, sizeof rest, "%s", line + n + strspn(line + n, " "));
	rest[strcspn(rest, "\n")] = '\0';
	snprintf(c->words, sizeof c->words, "%.99s", rest);
	return true;
}

/*
 * A compiler is locked down between clone and exec, by the cage: it may run the prisoner, and read what that needs. The
 * limit on addresses is left out, since a prisoner under AddressSanitizer could not start.
 */
static void as_compiler(dj_cage_spec *spec, dj_lockdown *how, char *argv[4])
{
	static char              prisoner[40];
	static const char *const path[] = {prisoner, "/usr/lib", "/lib", "/lib64", NULL};

	snprintf(prisoner, sizeof prisoner, "/proc/self/fd/%d", prisoner_fd);
	*how = (dj_lockdown){.profile = DJ_PROFILE_COMPILER, .read_path = path};
	spec->lockdown = how;
	spec->limits.address_bytes = 0;
	argv[1] = "none";
}

/* Descriptor 4 is one that LOADER may write, 5 one that nobody may; 6 and 7 are files that LOADER may write too. */
static bool holds(const deed_case *c, bool plain)
{
	int          file[4] = {memfd_create("named", MFD_CLOEXEC), memfd_create("other", MFD_CLOEXEC),
	                        memfd_create("scratch", MFD_CLOEXEC), memfd_create("spare", MFD_CLOEXEC)};
	char        *argv[4];
	dj_cage_spec spec = sentence(argv, c->profile, c->deed);
	dj_lockdown  how;
	dj_ending    ending = {0};
	dj_err       err = {0};

	if (strcmp(c->profile, "compiler") == 0)
		as_compiler(&spec, &how, argv);
	spec.fd = file;
	spec.n_fd = 4;
	spec.without_namespaces = plain;
	if (dj_cage_run(&ending, &spec, -1, &err) < 0)
		snprintf(ending.detail, sizeof ending.detail, "%.200s", err.text);
	for (size_t i = 0; i < 4; i++)
		close(file[i]);
	if (strcmp(dj_verdict_name(ending.verdict), c->verdict) == 0 && strstr(ending.detail, c->words))
		return true;
	printf("deeds.test:%d: %s %s%s: want %s \"%s\", got %s \"%s\"\n", c->line, c->profile, c->deed,
	       plain ? " (no namespaces)" : "", c->verdict, c->words, dj_verdict_name(ending.verdict),
	       ending.detail);
	return false;
}

static void every_line_holds(void **state)
{
	char      line[200];
	deed_case c = {.line = 0};
	int       wrong = 0, held = 0, fds = count_fds();
	FILE     *cases = fopen("deeds.test", "re");

	(void)state;
	assert_non_null(cases);
	while (fgets(line, sizeof line, cases)) {
		c.line++;
		if (!parse(&c, line))
			continue;
		for (int plain = 0; plain < 2; plain++)
			if (holds(&c, plain))
				held++;
			else
				wrong++;
	}
	fclose(cases);
	assert_int_equal(wrong, 0);
	assert_true(held > 100);
	assert_int_equal(count_fds(), fds);
	assert_alone();
}

static int tests(void)
{
	const struct CMUnitTest all[] = {cmocka_unit_test(every_line_holds)};

	return cmocka_run_group_tests(all, NULL, NULL);
}

int main(void)
{
	return run_as_all(tests);
}
