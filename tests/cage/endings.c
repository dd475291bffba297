/* Ways to end, and what a lockdown and a cage leave to be seen. */
#include "deeds.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void tell(const char *text)
{
	if (write(DJ_CAGE_RESULT_FD, text, strlen(text)) < 0)
		_exit(50);
}

/* ---- endings ---- */

static int fine(void)
{
	tell("hello");
	return 0;
}
static int spin(void)
{
	volatile bool for_ever = true;

	while (for_ever)
		continue;
	return 0;
}
static int doze(void)
{
	sleep(60);
	return 0;
}
static int says_and_dozes(void)
{
	tell("going to sleep");
	return doze();
}
static int exit_3(void)
{
	return 3;
}
static int exit_71(void)
{
	return 71;
}
static int exit_72(void)
{
	_exit(72);
}
static int exit_72_more(void)
{
	_exit(72 + 256);
}
static int null_pointer(void)
{
	volatile uintptr_t nothing = 8;

	*(volatile int *)nothing = 1;
	return 0;
}
static int aborts(void)
{
	abort();
}
static int frees_twice(void)
{
	void *volatile block = malloc(100);

	free(block);
	free(block);
	return 0;
}
static int eats_memory(void)
{
	volatile bool for_ever = true;

	while (for_ever) {
		void *volatile block = malloc(1 << 20);

		memset(block, 1, 1 << 20);
	}
	return 0;
}
static int deep(volatile int n)
{
	volatile char frame[1000];

	frame[0] = (char)n;
	return n < 0 ? 0 : deep(n + 1) + frame[0];
}
static int stack_overflow(void)
{
	return deep(0);
}
static int floods_output(void)
{
	static char block[4096];

	for (;;)
		if (write(DJ_CAGE_RESULT_FD, block, sizeof block) < 0)
			return 50;
}
static int floods_log(void)
{
	for (int k = 0; k < 10000; k++)
		fprintf(stderr, "line %d of far too many\n", k);
	return 0;
}
static int closes_pipe(void)
{
	close(DJ_CAGE_RESULT_FD);
	return 0;
}

const deed endings[] = {
    {"fine", fine},
    {"spin", spin},
    {"says-and-dozes", says_and_dozes},
    {"doze", doze},
    {"exit-3", exit_3},
    {"exit-71", exit_71},
    {"exit-72", exit_72},
    {"exit-72-more", exit_72_more},
    {"null-pointer", null_pointer},
    {"aborts", aborts},
    {"frees-twice", frees_twice},
    {"eats-memory", eats_memory},
    {"stack-overflow", stack_overflow},
    {"floods-output", floods_output},
    {"floods-log", floods_log},
    {"closes-pipe", closes_pipe},
    {NULL, NULL},
};

/* ---- what is constant ---- */

static int no_clock(void)
{
	struct timespec t = {0};
	unsigned char   random[8];

	if (clock_gettime(CLOCK_REALTIME, &t) == 0 || clock_gettime(CLOCK_MONOTONIC_COARSE, &t) == 0 ||
	    time(NULL) > 0)
		return 1;
	if (syscall(SYS_getrandom, random, sizeof random, 0) > 0)
		return 2;
	if (getpid() != 0 || getuid() != 0 || getppid() != 0)
		return 3;
	return 0;
}
static int clock_runs(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? 0 : 1;
}
static int cycle_counter(void)
{
#ifdef __x86_64__
	return (int)(__builtin_ia32_rdtsc() & 1);
#else
	return null_pointer();
#endif
}
static int computes(void)
{
	char *block = malloc(50 << 20), *grown;

	if (!block)
		return 1;
	memset(block, 7, 50 << 20);
	grown = realloc(block, 80 << 20);
	printf("to nobody %d\n", grown ? grown[49 << 20] : 0);
	free(grown ? grown : block);
	return 0;
}

/* ---- without lockdown: what the cage itself gives ---- */

static int descriptors(void)
{
	for (int fd = 0; fd < 1000; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			dprintf(DJ_CAGE_RESULT_FD, "%d ", fd);
	return 0;
}
static int passes(void)
{
	char    bytes[100];
	ssize_t n;

	for (int fd = DJ_CAGE_FIRST_FD; (n = pread(fd, bytes, sizeof bytes, 0)) >= 0; fd++)
		dprintf(DJ_CAGE_RESULT_FD, "%d=%.*s ", fd, (int)n, bytes);
	return 0;
}
static int status(void)
{
	char  line[256], folder[256];
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "Uid", 3) == 0 || strncmp(line, "Cap", 3) == 0 ||
		    strncmp(line, "NoNewPrivs", 10) == 0 || strncmp(line, "SigIgn", 6) == 0 ||
		    strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "Groups", 6) == 0)
			tell(line);
	tell(getcwd(folder, sizeof folder) ? folder : "?");
	return 0;
}
static int environment(void)
{
	extern char **environ;

	for (char **e = environ; *e; e++) {
		tell(*e);
		tell("\n");
	}
	return 0;
}
static int limits(void)
{
	static const int which[] = {RLIMIT_AS,    RLIMIT_CPU,     RLIMIT_NOFILE, RLIMIT_CORE,
	                            RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_FSIZE};

	for (size_t k = 0; k < sizeof which / sizeof *which; k++) {
		struct rlimit l = {0};

		getrlimit((__rlimit_resource_t)which[k], &l);
		dprintf(DJ_CAGE_RESULT_FD, "%lld ", (long long)l.rlim_max);
	}
	return 0;
}
static int family(void)
{
	for (int k = 0; k < 5; k++)
		if (fork() == 0)
			spin();
	tell("forked");
	return spin();
}

const deed facts[] = {
    {"no-clock", no_clock},
    {"clock-runs", clock_runs},
    {"cycle-counter", cycle_counter},
    {"computes", computes},
    {"descriptors", descriptors},
    {"passes", passes},
    {"status", status},
    {"environment", environment},
    {"limits", limits},
    {"family", family},
    {NULL, NULL},
};
