/* Starting a process, and the namespaces that this machine gives to this user. */
#include "cage/inside.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	uint64_t    flag;
	const char *name;
} space[] = {
    {CLONE_NEWUSER, "user"}, {CLONE_NEWNET, "net"},   {CLONE_NEWPID, "pid"},
    {CLONE_NEWIPC, "ipc"},   {CLONE_NEWTIME, "time"},
};

/* An ordinary user owns the others only through a user namespace; root needs none, and becomes nobody instead. */
uint64_t dj_spaces_wanted(void)
{
	const uint64_t all = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWTIME;

	return geteuid() == 0 ? all : all | CLONE_NEWUSER;
}

void dj_spaces_name(char *out, size_t size, uint64_t spaces)
{
	size_t n = strlen(out);

	for (size_t k = 0; k < sizeof space / sizeof *space; k++)
		if (spaces & space[k].flag && n < size)
			n += (size_t)snprintf(out + n, size - n, " %s", space[k].name);
}

/* Where children are not waited for, the kernel forgets how they ended, and nobody could say. */
static void hear_of_children(void)
{
	struct sigaction now;

	if (sigaction(SIGCHLD, NULL, &now) < 0 || (now.sa_handler != SIG_IGN && !(now.sa_flags & SA_NOCLDWAIT)))
		return;
	if (now.sa_handler == SIG_IGN)
		now.sa_handler = SIG_DFL;
	now.sa_flags &= ~SA_NOCLDWAIT;
	sigaction(SIGCHLD, &now, NULL);
}

/* Containers refuse clone3 whole, with ENOSYS. Plain clone does for all but time: its flag lies where the signal goes. */
static long clone_with(uint64_t set, int *pidfd)
{
	struct clone_args how = {
	    .flags = CLONE_PIDFD | set, .pidfd = (uint64_t)(uintptr_t)pidfd, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &how, sizeof how);

	if (pid >= 0 || errno != ENOSYS || set & CLONE_NEWTIME)
		return pid;
	return syscall(SYS_clone, CLONE_PIDFD | set | SIGCHLD, NULL, pidfd, NULL, NULL);
}

/*
 * Tries every set in falling order of its number. The kernel's numbers happen to be an order of worth: without net
 * before without PID, user, IPC, and time last. A refused try costs a microsecond or two.
 */
pid_t dj_clone(int *pidfd, uint64_t wanted, uint64_t *spaces)
{
	hear_of_children();
	for (uint64_t set = wanted;; set = (set - 1) & wanted) {
		*spaces = set; /* before: the child reads its own copy */

		long pid = clone_with(set, pidfd);
		if (pid >= 0)
			return (pid_t)pid;
		if (set == 0)
			return -errno;
	}
}
