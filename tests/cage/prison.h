/* prison.h - what the tests of lockdown and cage share: the prisoner, and running the tests as somebody else. */
#ifndef DJ_TEST_PRISON_H
#define DJ_TEST_PRISON_H

#include "cage/cage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Opened once, while whoever runs the tests can still reach the build folder. */
static int prisoner_fd = -1;

static inline void open_prisoner(void)
{
	const char *build = getenv("DJ_BUILD");
	char        path[4096];

	snprintf(path, sizeof path, "%s/tests/prisoner", build ? build : ".");
	prisoner_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (prisoner_fd < 0) {
		perror(path);
		exit(2);
	}
}

/* A spec for one deed with limits that no test waits long for. `argv` has room for four. */
static inline dj_cage_spec sentence(char *argv[4], const char *profile, const char *deed)
{
	argv[0] = "prisoner";
	argv[1] = (char *)profile;
	argv[2] = (char *)deed;
	argv[3] = NULL;
	return (dj_cage_spec){.program_fd = prisoner_fd,
	                      .argv = argv,
	                      .limits = {.wall_ms = 20000,
	                                 .cpu_ms = 10000,
	                                 .address_bytes = (uint64_t)256 << 20,
	                                 .output_bytes = 1 << 20,
	                                 .log_bytes = 1 << 16}};
}

/* Text of a pipe, for on_result and on_log. */
typedef struct heard {
	char   text[8192];
	size_t n;
} heard;

static inline int hear(void *user, const void *bytes, size_t n, dj_err *err)
{
	heard *h = user;

	(void)err;
	if (n > sizeof h->text - 1 - h->n)
		n = sizeof h->text - 1 - h->n;
	memcpy(h->text + h->n, bytes, n);
	h->n += n;
	h->text[h->n] = '\0';
	return 0;
}

static inline int count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int  n = 0;

	while (d && readdir(d))
		n++;
	closedir(d);
	return n;
}

/* No child is left, dead or alive. */
static inline void assert_alone(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* One process from its start to its end; nothing of it is left. */
static inline dj_ending run_alone(const dj_cage_spec *spec)
{
	dj_ending ending = {0};
	dj_err    err = {0};

	if (dj_cage_run(&ending, spec, -1, &err) < 0)
		fail_msg("%s", err.text);
	assert_alone();
	return ending;
}

/* Runs `tests` in a process of its own, as an ordinary user when `as_nobody` (root only). True when they passed. */
static inline int passes_as(int (*tests)(void), int as_nobody)
{
	int   status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		printf("as uid %d\n", as_nobody ? 65534 : (int)geteuid());
		if (as_nobody && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
			_exit(2);
		exit(tests());
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

/* The tests as who runs them and, for root, as an ordinary user too. */
static inline int run_as_all(int (*tests)(void))
{
	int passed;

	open_prisoner();
	passed = passes_as(tests, 0);
	if (geteuid() == 0)
		passed = passes_as(tests, 1) && passed;
	return passed ? 0 : 1;
}

#endif
