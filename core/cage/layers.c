/* Which layers this machine gives, found by trying each in a process that does nothing else. */
#include "cage/inside.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*trial)(const dj_lockdown_ready *ready); /* in the child; 0 or errno */

static int try_nothing(const dj_lockdown_ready *ready)
{
	(void)ready;
	return 0;
}

static int try_no_new_privs(const dj_lockdown_ready *ready)
{
	(void)ready;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? errno : 0;
}

static int try_rlimits(const dj_lockdown_ready *ready)
{
	struct rlimit none = {0, 0}, some = {(rlim_t)1 << 30, (rlim_t)1 << 30};

	(void)ready;
	return setrlimit(RLIMIT_CORE, &none) < 0 || setrlimit(RLIMIT_AS, &some) < 0 ? errno : 0;
}

static int try_lockdown(const dj_lockdown_ready *ready)
{
	const char *layer;

	return dj_lockdown_apply(ready, &layer);
}

/* 0, or errno; *given says which namespaces the process had. */
static int in_child(trial t, const dj_lockdown_ready *ready, uint64_t wanted, uint64_t *given)
{
	int   pidfd = -1, status = 0;
	pid_t pid = dj_clone(&pidfd, wanted, given);

	if (pid == 0)
		_exit(t(ready));
	if (pid < 0)
		return -pid;
	close(pidfd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static void tell(dj_layer_report *r, int failed, const char *fine)
{
	r->works = failed == 0;
	snprintf(r->detail, sizeof r->detail, "%s", failed ? strerror(failed) : fine);
}

static void try_must(dj_layer_report *nnp, dj_layer_report *landlock, dj_layer_report *seccomp,
                     dj_layer_report *rlimits)
{
	const dj_lockdown  how = {.profile = DJ_PROFILE_LUA, .without_landlock = true};
	dj_lockdown_ready *ready = NULL;
	int                abi = dj_lockdown_landlock_abi();
	uint64_t           none;
	dj_err             err = {0};
	char               version[32];

	tell(nnp, in_child(try_no_new_privs, NULL, 0, &none), "set");
	tell(rlimits, in_child(try_rlimits, NULL, 0, &none), "set");
	snprintf(version, sizeof version, "ABI %d", abi);
	tell(landlock, abi < 1 ? ENOSYS : 0, version);
	if (dj_lockdown_prepare(&ready, &how, &err) < 0)
		snprintf(seccomp->detail, sizeof seccomp->detail, "%.*s", (int)sizeof seccomp->detail - 1, err.text);
	else
		tell(seccomp, in_child(try_lockdown, ready, 0, &none), "filter loaded");
	dj_lockdown_ready_free(ready);
}

static void try_space(dj_layer_report *r, uint64_t flag)
{
	uint64_t owner = geteuid() == 0 ? 0 : CLONE_NEWUSER, given = 0;
	int      failed = in_child(try_nothing, NULL, flag | owner, &given);

	if (!failed && !(given & flag))
		failed = EPERM;
	tell(r, failed,
	     geteuid() == 0 && flag == CLONE_NEWUSER ? "given, not needed: root becomes nobody" : "given");
}

size_t dj_cage_layers(dj_layer_report *out, size_t most)
{
	dj_layer_report all[] = {
	    {.name = "no_new_privs", .must = true, .lost = "A set-user-id program could give privileges back."},
	    {.name = "seccomp", .must = true, .lost = "A plugin could ask the kernel for anything."},
	    {.name = "landlock",
	     .must = true,
	     .lost = "C plugins and judging refuse to run; your own Lua plugins still do."},
	    {.name = "rlimits", .must = true, .lost = "Memory and CPU time would have no limit."},
	    {.name = "user", .lost = "The other namespaces can not be had without root."},
	    {.name = "net", .lost = "Only seccomp stands between a plugin and the network."},
	    {.name = "pid", .lost = "Only seccomp hides other processes."},
	    {.name = "ipc", .lost = "Only seccomp hides shared memory and message queues."},
	    {.name = "time", .lost = "Nothing that a plugin can see: its clocks are taken away in any case."},
	};
	static const uint64_t flag[] = {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWTIME};
	size_t                n = sizeof all / sizeof *all;

	try_must(&all[0], &all[2], &all[1], &all[3]);
	for (size_t k = 0; k < sizeof flag / sizeof *flag; k++)
		try_space(&all[4 + k], flag[k]);
	if (n > most)
		n = most;
	memcpy(out, all, n * sizeof *all);
	return n;
}
