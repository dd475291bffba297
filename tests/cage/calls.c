/* Calls that some profile must refuse. */
#include "deeds.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what is forbidden ---- */

static int forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
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
static int writes_named_back(void)
{
	return judged(sync_file_range(DJ_CAGE_FIRST_FD, 0, 1, SYNC_FILE_RANGE_WRITE));
}
static int writes_other_back(void)
{
	return judged(sync_file_range(DJ_CAGE_FIRST_FD + 1, 0, 1, SYNC_FILE_RANGE_WRITE));
}
static int pwrites_scratch(void)
{
	for (int fd = DJ_CAGE_FIRST_FD + 2; fd <= DJ_CAGE_FIRST_FD + 3; fd++)
		if (write(fd, "written", 7) < 0 || pwrite(fd, "written", 7, 0) < 0 || ftruncate(fd, 0) < 0)
			return judged(-1);
	return judged(0);
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

/* ---- looking without opening ---- */

/* libc's own fstat has this flag, and no path. */
static int stats_sneaking(void)
{
	struct stat about;

	return judged(fstatat(AT_FDCWD, "/etc/passwd", &about, AT_EMPTY_PATH));
}
static int fstats(void)
{
	struct stat about = {0};

	errno = 7;
	if (fstat(DJ_CAGE_FIRST_FD, &about) < 0 || !S_ISREG(about.st_mode) || errno != 7)
		return 1;
	return fstat(99, &about) < 0 && errno == EBADF ? 0 : 2;
}
static int opens_path_only(void)
{
	return judged(open("/etc/passwd", O_PATH));
}
static int opens_folder(void)
{
	return judged(open("/usr", O_RDONLY | O_DIRECTORY));
}

/* ---- what a compiler may do to itself, and not to others ---- */

static int limits_itself(void)
{
	struct rlimit l;

	return judged(prlimit(0, RLIMIT_CORE, NULL, &l));
}
static int limits_by_number(void)
{
	struct rlimit l;

	return judged(prlimit(getpid(), RLIMIT_CORE, NULL, &l));
}
static int signals_by_number(void)
{
	return judged(syscall(SYS_tgkill, getpid(), getpid(), 0));
}
static int changes_mode(void)
{
	struct stat before, after;

	if (fstat(DJ_CAGE_FIRST_FD, &before) < 0 || fchmod(DJ_CAGE_FIRST_FD, before.st_mode ^ 0111) < 0 ||
	    fstat(DJ_CAGE_FIRST_FD, &after) < 0)
		return REFUSED;
	return before.st_mode == after.st_mode ? REFUSED : 0;
}
static int gives_parent_a_child(void)
{
	long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(0);
	return judged(pid);
}

const deed calls[] = {
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
    {"pwrites-scratch", pwrites_scratch},
    {"pwrites-other", pwrites_other},
    {"writes-named-back", writes_named_back},
    {"writes-other-back", writes_other_back},
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
    {"stats-sneaking", stats_sneaking},
    {"fstats", fstats},
    {"opens-path-only", opens_path_only},
    {"opens-folder", opens_folder},
    {"limits-itself", limits_itself},
    {"limits-by-number", limits_by_number},
    {"signals-by-number", signals_by_number},
    {"changes-mode", changes_mode},
    {"gives-parent-a-child", gives_parent_a_child},
    {"thread-makes-socket", thread_makes_socket},
    {NULL, NULL},
};
