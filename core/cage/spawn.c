/* Everything that starting a process needs, made ready in the parent. */
#include "cage/inside.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * libm picks its code by what the CPU has, and fused multiply-add rounds differently: it is switched off, so that the
 * same plugin gives the same digits on every machine (glibc 2.33 and later spell it so).
 */
#define PINNED "LC_ALL=C", "TZ=UTC", "GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4"

static char *const for_ours[] = {
    PINNED,
#ifdef DJ_SANITIZED
    /* a report starts no process, a fault is a signal, and the leak check (which needs ptrace) is the tests' */
    "ASAN_OPTIONS=detect_leaks=0:symbolize=0:handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:"
    "handle_sigill=0:allocator_may_return_null=1",
#endif
    NULL};

/* The compiler looks for its parts by PATH, and keeps what it makes in between in the folder it stands in. */
static char *const for_compiler[] = {
    "LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin", "TMPDIR=.", "HOME=.", "SOURCE_DATE_EPOCH=0", NULL};

static int open_all(dj_child_plan *plan, const dj_cage_spec *spec, dj_err *err)
{
	const char *folder = spec->folder ? spec->folder : "/";

	if ((plan->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
		return dj_fail_errno(err, "/dev/null");
	if ((plan->folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return dj_fail_errno(err, "%s", folder);
	if ((plan->parent_fd = (int)syscall(SYS_pidfd_open, getpid(), 0)) < 0)
		return dj_fail_errno(err, "pidfd_open (Linux 5.3 or later is needed)");
	if (spec->program_fd >= 0)
		plan->program_fd = fcntl(spec->program_fd, F_DUPFD_CLOEXEC, 0);
	else
		plan->program_fd = open(spec->program, O_PATH | O_CLOEXEC);
	if (plan->program_fd < 0)
		return dj_fail_errno(err, "%s", spec->program ? spec->program : "the program to run");
	return DJ_OK;
}

/* One pipe: the child's end blocks, ours does not. */
static int open_pipe(int *read_end, int *write_end, dj_err *err)
{
	int end[2];

	if (pipe2(end, O_CLOEXEC) < 0)
		return dj_fail_errno(err, "pipe");
	*read_end = end[0];
	*write_end = end[1];
	return fcntl(end[0], F_SETFL, O_NONBLOCK) < 0 ? dj_fail_errno(err, "pipe") : DJ_OK;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* No handler of ours may run in the child, which would share its pipes with us: signals wait until it is reset. */
static int start(dj_child *out, dj_child_plan *plan, bool plain, dj_err *err)
{
	sigset_t all, before;
	pid_t    pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = dj_clone(&out->pidfd, plain ? 0 : dj_spaces_wanted(), &out->spaces);
	if (pid == 0)
		dj_child_become(plan);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pid > 0) {
		out->pid = pid;
		return DJ_OK;
	}
	errno = -pid;
	return dj_fail_errno(err,
	                     "clone3: no process could be started (Linux 5.3 or later is needed; is a limit on "
	                     "processes reached?)");
}

int dj_child_start(dj_child *out, const dj_cage_spec *spec, dj_err *err)
{
	dj_lockdown_ready *ready = NULL;
	dj_child_plan      plan = {.spec = spec,
	                           .null_fd = -1,
	                           .log_fd = -1,
	                           .result_fd = -1,
	                           .program_fd = -1,
	                           .folder_fd = -1,
	                           .parent_fd = -1,
	                           .drop_user = geteuid() == 0,
	                           .spaces = &out->spaces,
	                           .environment = spec->lockdown ? for_compiler : for_ours};
	int                rc;

	*out = (dj_child){.pidfd = -1, .result_fd = -1, .log_fd = -1};
	if (spec->n_fd > DJ_CAGE_MOST_FDS)
		return dj_fail(err, DJ_FAIL, "%zu descriptors for one cage (at most %d)", spec->n_fd,
		               DJ_CAGE_MOST_FDS);
	if (spec->needs_landlock && dj_lockdown_landlock_abi() < 1)
		return dj_fail(err, DJ_DENIED,
		               "sandbox-unavailable: landlock: this kernel has none (5.13 or later is needed)");
	if ((rc = open_all(&plan, spec, err)) < 0)
		goto out;
	if ((rc = open_pipe(&out->result_fd, &plan.result_fd, err)) < 0)
		goto out;
	if ((rc = open_pipe(&out->log_fd, &plan.log_fd, err)) < 0)
		goto out;
	if (spec->lockdown && (rc = dj_lockdown_prepare(&ready, spec->lockdown, err)) < 0)
		goto out;
	plan.lockdown = ready;
	rc = start(out, &plan, spec->without_namespaces, err);
out:
	dj_lockdown_ready_free(ready);
	close_if(plan.null_fd);
	close_if(plan.log_fd);
	close_if(plan.result_fd);
	close_if(plan.program_fd);
	close_if(plan.folder_fd);
	close_if(plan.parent_fd);
	if (rc < 0) {
		close_if(out->result_fd);
		close_if(out->log_fd);
	}
	return rc;
}
