/*
 * The child between clone and exec. The parent may have threads, so only async-signal-safe calls are made here, and
 * identities change by plain system calls: libc would try to tell its other threads, which are not here.
 */
#include "cage/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	STACK_BYTES = 8 << 20,
	SPARE_FDS = 16,
	COMPILER_FDS = 256,
	COMPILER_PROCESSES = 128,
	SHARED_PROCESSES = 8192
};

static void say(const char *text)
{
	if (write(DJ_CAGE_LOG_FD, text, strlen(text)) < 0)
		return; /* nobody listens: the exit code says enough */
}

/* The last line of the log is what the parent shows. strerror is not async-signal-safe; the number has to do. */
_Noreturn static void give_up(const char *layer, int code)
{
	char  digits[12];
	char *at = digits + sizeof digits - 1;

	*at = '\0';
	for (; code > 0; code /= 10)
		*--at = (char)('0' + code % 10);
	say("sandbox-unavailable: ");
	say(layer);
	say(": errno ");
	say(at);
	say("\n");
	_exit(DJ_EXIT_NO_SANDBOX);
}

/* Ignored signals would stay ignored over exec, and the parent's handlers must not run here. */
static void reset_signals(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t         none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &plain, NULL); /* SIGKILL, SIGSTOP and libc's own refuse, and may */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Any source may lie where another one has to go: all move above the targets first, then down. */
static int place_fds(dj_child_plan *plan)
{
	const dj_cage_spec *spec = plan->spec;
	int                 above = DJ_CAGE_FIRST_FD + (int)spec->n_fd;
	int *const          own[] = {&plan->null_fd,    &plan->log_fd,    &plan->result_fd,
	                             &plan->program_fd, &plan->folder_fd, &plan->parent_fd};
	int                 given[DJ_CAGE_MOST_FDS];

	for (size_t k = 0; k < sizeof own / sizeof *own; k++)
		if ((*own[k] = fcntl(*own[k], F_DUPFD_CLOEXEC, above)) < 0)
			return errno;
	for (size_t k = 0; k < spec->n_fd; k++)
		if ((given[k] = fcntl(spec->fd[k], F_DUPFD_CLOEXEC, above)) < 0)
			return errno;

	if (dup2(plan->null_fd, 0) < 0 || dup2(plan->null_fd, 1) < 0 || dup2(plan->log_fd, DJ_CAGE_LOG_FD) < 0 ||
	    dup2(plan->result_fd, DJ_CAGE_RESULT_FD) < 0)
		return errno;
	for (size_t k = 0; k < spec->n_fd; k++)
		if (dup2(given[k], DJ_CAGE_FIRST_FD + (int)k) < 0)
			return errno;
	return syscall(SYS_close_range, (unsigned)above, ~0u, CLOSE_RANGE_CLOEXEC) < 0 ? errno : 0;
}

/* AddressSanitizer reserves terabytes of addresses in our own executables. */
#ifdef DJ_SANITIZED
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* Soft and hard alike. What was lower before stays: only root may raise it. */
static int limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit value = {most, most}, now;

	if (getrlimit(what, &now) < 0)
		return errno;
	if (now.rlim_max < most)
		value = (struct rlimit){now.rlim_max, now.rlim_max};
	return setrlimit(what, &value) < 0 ? errno : 0;
}

/*
 * The kernel counts a user's processes in a user namespace apart. Elsewhere every program of that user counts too, and
 * a desktop has hundreds of threads: a number that only stops what grows without end.
 */
static rlim_t most_processes(uint64_t spaces)
{
	return spaces & CLONE_NEWUSER ? COMPILER_PROCESSES : SHARED_PROCESSES;
}

static int set_limits(const dj_cage_spec *spec, uint64_t spaces)
{
	bool   compiler = spec->lockdown != NULL;
	rlim_t seconds = (spec->limits.cpu_ms + 999) / 1000;
	rlim_t fds = compiler ? COMPILER_FDS : DJ_CAGE_FIRST_FD + spec->n_fd + SPARE_FDS;
	int    rc = 0;

	if (spec->limits.address_bytes && (compiler || !sanitized))
		rc = rc ? rc : limit(RLIMIT_AS, spec->limits.address_bytes);
	if (seconds) /* behind the parent's own watch; hard, since PID 1 of a namespace does not hear SIGXCPU */
		rc = rc ? rc : limit(RLIMIT_CPU, seconds + 1);
	if (spec->limits.file_bytes)
		rc = rc ? rc : limit(RLIMIT_FSIZE, spec->limits.file_bytes);
	if (compiler)
		rc = rc ? rc : limit(RLIMIT_NPROC, most_processes(spaces));
	rc = rc ? rc : limit(RLIMIT_NOFILE, fds);
	rc = rc ? rc : limit(RLIMIT_CORE, 0);
	rc = rc ? rc : limit(RLIMIT_STACK, STACK_BYTES);
	rc = rc ? rc : limit(RLIMIT_MEMLOCK, 0);
	rc = rc ? rc : limit(RLIMIT_MSGQUEUE, 0);
	return rc;
}

/*
 * Root becomes nobody; where that is not to be had (one mapped user), at least no capability is left: no_new_privs,
 * which follows, lets exec give none back, and SECBIT_NOROOT says the same where root may still set it.
 */
static int drop_user(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct   none[2] = {{0}, {0}};

	syscall(SYS_setgroups, (size_t)0, NULL); /* refused in some containers, together with the next two */
	syscall(SYS_setresgid, DJ_CAGE_UID, DJ_CAGE_UID, DJ_CAGE_UID);
	syscall(SYS_setresuid, DJ_CAGE_UID, DJ_CAGE_UID, DJ_CAGE_UID);
	if (geteuid() == 0)
		prctl(PR_SET_SECUREBITS, 1 /* SECBIT_NOROOT */, 0, 0, 0);
	return syscall(SYS_capset, &head, none) < 0 ? errno : 0;
}

/* The signal is set too late if the parent is gone by now; its pidfd tells. */
static int follow_parent(int parent_fd)
{
	struct pollfd ended = {.fd = parent_fd, .events = POLLIN};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return errno;
	return poll(&ended, 1, 0) == 0 ? 0 : ESRCH;
}

void dj_child_become(dj_child_plan *plan)
{
	const char *layer = "";
	int         rc;

	setsid(); /* away from the terminal: Ctrl-C is the parent's to hear */
	reset_signals();
	if ((rc = place_fds(plan)))
		give_up("descriptors", rc);
	if (fchdir(plan->folder_fd) < 0)
		give_up("working directory", errno);
	if ((rc = set_limits(plan->spec, *plan->spaces)))
		give_up("rlimits", rc);
	if (plan->drop_user && (rc = drop_user()))
		give_up("user", rc);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		give_up("no_new_privs", errno);
	if ((rc = follow_parent(plan->parent_fd))) /* after the change of user, which clears it */
		give_up("parent-death signal", rc);
	if (plan->lockdown && (rc = dj_lockdown_apply(plan->lockdown, &layer)))
		give_up(layer, rc);
	syscall(SYS_execveat, plan->program_fd, "", plan->spec->argv, plan->environment, AT_EMPTY_PATH);
	give_up("exec", errno);
}
