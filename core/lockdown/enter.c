/* The order of the steps: what allocates and opens first, then what can not be taken back. */
#include "lockdown/parts.h"

#include "base/mem.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct dj_lockdown_ready {
	int               ruleset_fd; /* -1: no Landlock here, and that is allowed */
	struct sock_fprog program;
	bool              all_threads;
};

void dj_lockdown_ready_free(dj_lockdown_ready *ready)
{
	if (!ready)
		return;
	if (ready->ruleset_fd >= 0)
		close(ready->ruleset_fd);
	free(ready->program.filter);
	free(ready);
}

int dj_lockdown_prepare(dj_lockdown_ready **out, const dj_lockdown *how, dj_err *err)
{
	dj_lockdown_ready *ready = dj_alloc_zero(1, sizeof *ready);
	int                rc;

	ready->ruleset_fd = -1;
	ready->all_threads = how->profile == DJ_PROFILE_LOADER;
	if ((rc = dj_landlock_ruleset(&ready->ruleset_fd, how, err)) < 0)
		goto out;
	if ((rc = dj_filter_build(&ready->program, how, err)) < 0)
		goto out;
	*out = ready;
	return DJ_OK;
out:
	dj_lockdown_ready_free(ready);
	*out = NULL;
	return rc;
}

/* 0 or errno */
static int narrow(const dj_lockdown_ready *ready, const char **layer)
{
	*layer = "no_new_privs";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return errno;
	*layer = "landlock";
	return ready->ruleset_fd < 0 ? 0 : dj_landlock_restrict(ready->ruleset_fd);
}

int dj_lockdown_apply(const dj_lockdown_ready *ready, const char **layer)
{
	int rc = narrow(ready, layer);

	if (rc)
		return rc;
	*layer = "seccomp";
	return dj_filter_load(&ready->program, ready->all_threads);
}

/* No file can grow and no process start, whatever the filter says. The loader writes and has threads. */
static int lower_limits(dj_err *err)
{
	const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_FSIZE, &none) < 0 || setrlimit(RLIMIT_NPROC, &none) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: rlimits");
	return DJ_OK;
}

static int prepare_process(const dj_lockdown *how, dj_err *err)
{
	bool plugin = how->profile == DJ_PROFILE_LUA || how->profile == DJ_PROFILE_NATIVE;
	int  rc;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: PR_SET_DUMPABLE");
	if (how->profile == DJ_PROFILE_COMPILER)
		return DJ_OK;
	if ((rc = dj_fault_watch(err)) < 0 || (rc = dj_fstat_watch(err)) < 0)
		return rc;
	if (plugin && (rc = lower_limits(err)) < 0)
		return rc;
	return plugin ? dj_clock_hide(err) : DJ_OK;
}

int dj_lockdown_enter(const dj_lockdown *how, dj_err *err)
{
	dj_lockdown_ready *ready = NULL;
	const char        *layer = "";
	int                rc, failed;

	if ((rc = dj_lockdown_prepare(&ready, how, err)) < 0)
		return rc;
	if ((rc = prepare_process(how, err)) < 0)
		goto out;
	failed = narrow(ready, &layer);
	if (!failed && how->start_threads && (rc = how->start_threads(how->user, err)) < 0)
		goto out;
	if (!failed) {
		if (ready->ruleset_fd >= 0)
			close(ready->ruleset_fd);
		ready->ruleset_fd = -1;
		layer = "seccomp";
		failed = dj_filter_load(&ready->program, ready->all_threads);
	}
	if (failed) {
		errno = failed;
		rc = dj_fail_errno(err, "sandbox-unavailable: %s", layer);
	}
out:
	dj_lockdown_ready_free(ready);
	return rc;
}

/*
 * The second filter is ten instructions written out, since the first one leaves no room for a library that
 * probes the kernel. Both hold from here on and the harsher answer wins; the architecture was checked by the
 * first.
 */
int dj_lockdown_seal(dj_err *err)
{
#define NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define THIRD BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]))
#define IS(call, yes) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), (yes), 0)
	struct sock_filter code[] = {
	    NUMBER,
	    IS(SYS_openat, 7), /* to KILL */
	    IS(SYS_seccomp, 6),
	    IS(SYS_mmap, 2), /* to THIRD */
	    IS(SYS_mprotect, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	    THIRD,
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
	int               failed = dj_filter_load(&program, false);
#undef NUMBER
#undef THIRD
#undef IS

	if (!failed)
		return DJ_OK;
	errno = failed;
	return dj_fail_errno(err, "sandbox-unavailable: the second seccomp filter");
}
