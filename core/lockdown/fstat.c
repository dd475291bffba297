/*
 * fstat as libc makes it is newfstatat with an empty path, and a filter sees the path's address, not the path: allowed,
 * the same call would tell of any file on the machine. So it is never made. The filter traps it instead (filter.c), and
 * the handler here answers with plain fstat when the path is empty; with a path it is a violation.
 */
#include "lockdown/parts.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__)

static uintptr_t argument(const ucontext_t *at, int k)
{
	static const int place[] = {REG_RDI, REG_RSI, REG_RDX};

	return (uintptr_t)at->uc_mcontext.gregs[place[k]];
}

static void answer(ucontext_t *at, long rc)
{
	at->uc_mcontext.gregs[REG_RAX] = rc;
}

#elif defined(__aarch64__)

static uintptr_t argument(const ucontext_t *at, int k)
{
	return (uintptr_t)at->uc_mcontext.regs[k];
}

static void answer(ucontext_t *at, long rc)
{
	at->uc_mcontext.regs[0] = (unsigned long)rc;
}

#else
#error "which registers hold a system call's arguments on this machine?"
#endif

/* In place of the call: whoever was interrupted finds its result, and its errno as it was. */
static void on_trap(int number, siginfo_t *info, void *context)
{
	const char *path = (const char *)argument(context, 1);
	int         before = errno;
	long        rc;

	(void)number;
	(void)info;
	if (!path || *path)
		syscall(SYS_socket, 0, 0, 0); /* allowed by no profile: ends the process as what it is */
	rc = syscall(SYS_fstat, argument(context, 0), argument(context, 2));
	answer(context, rc < 0 ? -errno : rc);
	errno = before;
}

int dj_fstat_watch(dj_err *err)
{
	struct sigaction act = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};

	return sigaction(SIGSYS, &act, NULL) < 0 ? dj_fail_errno(err, "sandbox-unavailable: trap handler")
	                                         : DJ_OK;
}
