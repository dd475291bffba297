/*
 * prisoner PROFILE DEED: enters its lockdown as PROFILE (lua, native, loader; none: not at all), then does one thing.
 * Exits 0 when the deed was let through, 40 when it was refused with an error, and otherwise as the deed ends it.
 */
#include "lockdown/lockdown.h"

#include "cage/cage.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REFUSED = 40 };

static int judged(long rc)
{
	return rc < 0 ? REFUSED : 0;
}

static void tell(const char *text)
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

	while (for_ever)
		memset(malloc(1 << 20), 1, 1 << 20);
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

/* ---- what is forbidden ---- */

static int forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		spin();
	return judged(pid);
}
static int clones(void)
{
	return judged(
	    syscall(SYS_clone, CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD, NULL, NULL, NULL, 0));
}
static int clones3(void)
{
	return judged(syscall(SYS_clone3, NULL, 0));
}
static int executes(void)
{
	char *const argv[] = {"/bin/true", NULL};

	return judged(execv(argv[0], argv));
}
static int inet_socket(void)
{
	return judged(socket(AF_INET, SOCK_STREAM, 0));
}
static int unix_socket(void)
{
	return judged(socket(AF_UNIX, SOCK_STREAM, 0));
}
static int socket_pair(void)
{
	int pair[2];

	return judged(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
static int opens_passwd(void)
{
	return judged(open("/etc/passwd", O_RDONLY));
}
static int opens_old_way(void)
{
#ifdef SYS_open
	return judged(syscall(SYS_open, "/etc/passwd", O_RDONLY));
#else
	return judged(open("/etc/passwd", O_RDONLY));
#endif
}
static int opens_to_write(void)
{
	return judged(open("/tmp/prisoner-was-here", O_WRONLY | O_CREAT, 0600));
}
static int opens_self(void)
{
	return judged(open("/proc/self/environ", O_RDONLY));
}
static int opens_2(void)
{
	return judged(syscall(437 /* openat2 */, AT_FDCWD, "/etc/passwd", NULL, 0));
}
static int stats_passwd(void)
{
	struct stat about;

	return judged(stat("/etc/passwd", &about));
}
static int writes_elsewhere(void)
{
	return judged(write(DJ_CAGE_FIRST_FD, "x", 1));
}
static int pwrites_named(void)
{
	return judged(pwrite(DJ_CAGE_FIRST_FD, "written", 7, 0) < 0 || fsync(DJ_CAGE_FIRST_FD) < 0 ||
	                      ftruncate(DJ_CAGE_FIRST_FD, 5) < 0
	                  ? -1
	                  : 0);
}
static int pwrites_other(void)
{
	return judged(pwrite(DJ_CAGE_FIRST_FD + 1, "x", 1, 0));
}
static int truncates_other(void)
{
	return judged(ftruncate(DJ_CAGE_FIRST_FD + 1, 0));
}
static int traces(void)
{
	return judged(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}
static int kills_parent(void)
{
	return judged(kill(getppid(), SIGTERM));
}
static int kills_itself(void)
{
	return judged(raise(SIGKILL));
}
static int catches_signals(void)
{
	return judged(signal(SIGTERM, SIG_IGN) == SIG_ERR ? -1 : 0);
}
static int maps_code(void)
{
	return judged(
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
static int maps_writable_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return judged(at == MAP_FAILED ? -1 : 0);
}
static int protects_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return judged(at == MAP_FAILED ? -1 : mprotect(at, 4096, PROT_READ | PROT_EXEC));
}
static int io_uring(void)
{
	return judged(syscall(425 /* io_uring_setup */, 1, NULL));
}
static int makes_memfd(void)
{
	return judged(memfd_create("x", 0));
}
static int unshares(void)
{
	return judged(unshare(CLONE_NEWUSER));
}
static int prctls(void)
{
	return judged(prctl(PR_SET_NAME, "innocent"));
}
static int filters(void)
{
	return judged(syscall(SYS_seccomp, 1, 0, NULL));
}
static int mounts(void)
{
	return judged(syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
}
static int bpf(void)
{
	return judged(syscall(SYS_bpf, 0, NULL, 0));
}
static int userfaultfd(void)
{
	return judged(syscall(SYS_userfaultfd, 0));
}
static int process_vm(void)
{
	return judged(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
}
static int dups(void)
{
	return judged(dup2(DJ_CAGE_RESULT_FD, DJ_CAGE_FIRST_FD));
}
static int changes_folder(void)
{
	return judged(chdir("/"));
}
static int int_80(void)
{
#ifdef __x86_64__
	long rc = 20; /* getpid of i386 */

	__asm__ volatile("int $0x80" : "+a"(rc) : : "memory", "r8", "r9", "r10", "r11");
	return judged(rc);
#else
	raise(SIGSYS);
	return 0;
#endif
}
static int x32(void)
{
	return judged(syscall(0x40000000 | 39));
}

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

static const struct deed {
	const char *name;
	int (*done)(void);
} deeds[] = {
    {"fine", fine},
    {"spin", spin},
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
    {"forks", forks},
    {"clones", clones},
    {"clones3", clones3},
    {"executes", executes},
    {"inet-socket", inet_socket},
    {"unix-socket", unix_socket},
    {"socket-pair", socket_pair},
    {"opens-passwd", opens_passwd},
    {"opens-old-way", opens_old_way},
    {"opens-to-write", opens_to_write},
    {"opens-self", opens_self},
    {"opens-2", opens_2},
    {"stats-passwd", stats_passwd},
    {"writes-elsewhere", writes_elsewhere},
    {"pwrites-named", pwrites_named},
    {"pwrites-other", pwrites_other},
    {"truncates-other", truncates_other},
    {"traces", traces},
    {"kills-parent", kills_parent},
    {"kills-itself", kills_itself},
    {"catches-signals", catches_signals},
    {"maps-code", maps_code},
    {"maps-writable-code", maps_writable_code},
    {"protects-code", protects_code},
    {"io-uring", io_uring},
    {"makes-memfd", makes_memfd},
    {"unshares", unshares},
    {"prctls", prctls},
    {"filters", filters},
    {"mounts", mounts},
    {"bpf", bpf},
    {"userfaultfd", userfaultfd},
    {"process-vm", process_vm},
    {"dups", dups},
    {"changes-folder", changes_folder},
    {"int-80", int_80},
    {"x32", x32},
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
};

static void enter(const char *profile)
{
	static const char *const name[] = {"lua", "native", "loader"};
	dj_lockdown how = {.write_fd = {DJ_CAGE_LOG_FD, DJ_CAGE_RESULT_FD, DJ_CAGE_FIRST_FD}, .n_write_fd = 2};
	dj_err      err = {0};
	bool        sealed = strcmp(profile, "sealed") == 0, known = sealed;

	if (strcmp(profile, "none") == 0)
		return;
	how.profile = DJ_PROFILE_NATIVE;
	for (int k = 0; k < 3; k++)
		if (strcmp(profile, name[k]) == 0) {
			how.profile = (dj_profile)k;
			known = true;
		}
	if (how.profile == DJ_PROFILE_LOADER)
		how.n_write_fd = 3;
	if (!known)
		_exit(60);
	if (dj_lockdown_enter(&how, &err) < 0 || (sealed && dj_lockdown_seal(&err) < 0)) {
		fprintf(stderr, "%s\n", err.text);
		_exit(DJ_EXIT_NO_SANDBOX);
	}
}

/* A plugin that comes as a sealed memfd: opened by number after the filter is on. */
static int loads_plugin(void)
{
	char  path[40];
	void *plugin;
	int (*run)(void);

	snprintf(path, sizeof path, "/proc/self/fd/%d", DJ_CAGE_FIRST_FD);
	plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return 61;
	}
	*(void **)&run = dlsym(plugin, "run");
	return run ? run() : 62;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 63;
	enter(argv[1]);
	if (strcmp(argv[2], "loads-plugin") == 0)
		_exit(loads_plugin());
	for (size_t k = 0; k < sizeof deeds / sizeof *deeds; k++)
		if (strcmp(argv[2], deeds[k].name) == 0) {
			int rc = deeds[k].done();

			fflush(stderr);
			_exit(rc);
		}
	return 64;
}
