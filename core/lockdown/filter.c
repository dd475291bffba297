/*
 * The system calls of each profile: default deny, in tables. A call that is in no table ends a worker
 * (KILL_PROCESS: the parent reads SIGSYS as SANDBOX-VIOLATION); a compiler, which is a large program that
 * nobody here wrote, is told ENOSYS instead. Another architecture's calls (int 0x80, x32) end whoever makes
 * them.
 *
 * Constants in place of facts: who and where a process is must not reach a result.
 */
#include "lockdown/parts.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	LUA = 1 << DJ_PROFILE_LUA,
	NATIVE = 1 << DJ_PROFILE_NATIVE,
	LOADER = 1 << DJ_PROFILE_LOADER,
	COMPILER = 1 << DJ_PROFILE_COMPILER,
	PLUGIN = LUA | NATIVE,
	OURS = PLUGIN | LOADER,
	ALL = OURS | COMPILER
};

typedef struct call_rule {
	int      call;
	unsigned profiles;
	int      answer; /* 0: the call is made; else errno */
} call_rule;

#define CALL(name, profiles)          \
	{                                 \
		SCMP_SYS(name), (profiles), 0 \
	}
#define ANSWER(name, profiles, code)       \
	{                                      \
		SCMP_SYS(name), (profiles), (code) \
	}

static const call_rule computing[] = {
    CALL(read, ALL),
    CALL(pread64, ALL),
    CALL(readv, LOADER | COMPILER),
    CALL(close, ALL),
    CALL(fstat, ALL),
    CALL(lseek, ALL),
    CALL(munmap, ALL),
    CALL(mremap, ALL),
    CALL(brk, ALL),
    CALL(madvise, ALL),
    CALL(futex, ALL),
    CALL(rt_sigreturn, ALL),
    CALL(rt_sigprocmask, ALL),
    CALL(restart_syscall, ALL),
    CALL(sched_yield, ALL),
    /* a plugin may sleep until its wall clock runs out */
    CALL(nanosleep, NATIVE),
    CALL(clock_nanosleep, NATIVE),
    /* a thread that has just started, or ends */
    CALL(set_robust_list, LOADER),
    CALL(rseq, LOADER),
    CALL(clock_gettime, LOADER),
    /* asked by libc in passing; a constant is a fine answer */
    ANSWER(getrandom, OURS, ENOSYS),
    ANSWER(sysinfo, OURS, ENOSYS),
    ANSWER(uname, OURS, ENOSYS),
    ANSWER(getcwd, OURS, ENOSYS),
    ANSWER(prlimit64, OURS, ENOSYS),
    ANSWER(sched_getaffinity, OURS, ENOSYS),
    ANSWER(clock_gettime, PLUGIN, ENOSYS),
    ANSWER(clock_getres, OURS, ENOSYS),
    ANSWER(gettimeofday, OURS, ENOSYS),
    ANSWER(time, OURS, ENOSYS),
    ANSWER(times, OURS, ENOSYS),
    ANSWER(getrusage, OURS, ENOSYS),
    ANSWER(getcpu, OURS, ENOSYS),
};

/* An errno of 0 is an answer of 0: the same number in every process. */
static const int zero[] = {
    SCMP_SYS(getpid),  SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
};

/* Files are Landlock's business here, processes RLIMIT_NPROC's; there is no network, no tracing, no mount. */
static const int compiling[] = {
    SCMP_SYS(write),
    SCMP_SYS(pwrite64),
    SCMP_SYS(writev),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(creat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(chdir),
    SCMP_SYS(getdents64),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(umask),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(copy_file_range),
    SCMP_SYS(flock),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(poll),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(wait4),
    SCMP_SYS(waitid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigpending),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getpgrp),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getrlimit),
    SCMP_SYS(setrlimit),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(arch_prctl),
};

/*
 * Landlock knows nothing of modes and times, so no file's may change: the linker, which makes its output executable, is
 * told that all went well.
 */
static const int unchanged[] = {
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(utimensat),
};

#ifdef DJ_SANITIZED
/* What AddressSanitizer's and UndefinedBehaviorSanitizer's reports need. Nothing here opens, connects or
 * starts anything. */
static const call_rule sanitized[] = {
    CALL(rt_sigaction, OURS),    CALL(sigaltstack, OURS),
    CALL(clock_gettime, PLUGIN), ANSWER(openat, LUA | LOADER, EACCES),
    ANSWER(open, OURS, EACCES),  ANSWER(readlink, OURS, EACCES),
    ANSWER(prctl, OURS, EINVAL),
};
#endif

/* A filter being made; the first failure stays. */
typedef struct making {
	scmp_filter_ctx ctx;
	int             rc;
} making;

static void add(making *m, uint32_t action, int call, unsigned n, const struct scmp_arg_cmp *args)
{
	int rc = seccomp_rule_add_array(m->ctx, action, call, n, args);

	if (rc < 0 && m->rc == 0)
		m->rc = rc;
}

static void allow(making *m, int call)
{
	add(m, SCMP_ACT_ALLOW, call, 0, NULL);
}

static void allow_if(making *m, int call, struct scmp_arg_cmp arg)
{
	add(m, SCMP_ACT_ALLOW, call, 1, &arg);
}

static void answer(making *m, int call, int code)
{
	add(m, SCMP_ACT_ERRNO((uint32_t)code), call, 0, NULL);
}

static void add_table(making *m, const call_rule *rule, size_t n, unsigned profile)
{
	for (size_t k = 0; k < n; k++) {
		if (!(rule[k].profiles & profile))
			continue;
		if (rule[k].answer)
			answer(m, rule[k].call, rule[k].answer);
		else
			allow(m, rule[k].call);
	}
}

/* Any exit code but the one that says "the cage did not close": some bit of the low eight differs from it. */
static void add_exits(making *m)
{
	for (unsigned bit = 1; bit < 0x100; bit <<= 1) {
		scmp_datum_t              other = ~(scmp_datum_t)DJ_EXIT_FORGED & bit;
		const struct scmp_arg_cmp differs = SCMP_A0(SCMP_CMP_MASKED_EQ, bit, other);

		allow_if(m, SCMP_SYS(exit), differs);
		allow_if(m, SCMP_SYS(exit_group), differs);
	}
}

static void add_writes_to(making *m, bool loader, struct scmp_arg_cmp which)
{
	static const int writing[] = {SCMP_SYS(write), SCMP_SYS(writev)};
	static const int placing[] = {SCMP_SYS(pwrite64), SCMP_SYS(ftruncate), SCMP_SYS(fsync),
	                              SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range)};

	for (size_t j = 0; j < sizeof writing / sizeof *writing; j++)
		allow_if(m, writing[j], which);
	for (size_t j = 0; loader && j < sizeof placing / sizeof *placing; j++)
		allow_if(m, placing[j], which);
}

static void add_writes(making *m, const dj_lockdown *how)
{
	bool loader = how->profile == DJ_PROFILE_LOADER;

	for (size_t k = 0; k < how->n_write_fd; k++)
		add_writes_to(m, loader, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)how->write_fd[k]));
	if (loader && how->write_from > 0)
		add_writes_to(m, loader, SCMP_A0(SCMP_CMP_GE, (scmp_datum_t)how->write_from));
}

/* Memory is never both writable and executable; executable only while dlopen needs it. */
static void add_memory(making *m, bool native)
{
	static const int mapping[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

	for (size_t k = 0; k < 2; k++) {
		allow_if(m, mapping[k], SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
		if (native)
			allow_if(m, mapping[k], SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC));
	}
}

/* Calls whose arguments decide, for our own executables. */
static void add_narrow(making *m)
{
	const struct scmp_arg_cmp abort_only[] = {SCMP_A2(SCMP_CMP_EQ, SIGABRT)};

	add(m, SCMP_ACT_TRAP, SCMP_SYS(newfstatat), 0, NULL); /* fstat.c */
	allow_if(m, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	allow_if(m, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFD));
	/* isatty, asked by printf */
	add(m, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 1,
	    (const struct scmp_arg_cmp[]){SCMP_A1(SCMP_CMP_EQ, TCGETS)});
	/* abort() is a crash, not a violation: refused its signal, it runs into a trap instead and ends by
	 * SIGSEGV */
	add(m, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1, abort_only);
#ifndef DJ_SANITIZED
	add(m, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(rt_sigaction), 1,
	    (const struct scmp_arg_cmp[]){SCMP_A0(SCMP_CMP_EQ, SIGABRT)});
#endif
}

/*
 * dlopen of a descriptor, until dj_lockdown_seal: reading only, and Landlock decides on what. Any other flag is refused:
 * O_PATH above all, of which Landlock knows nothing.
 */
static void add_native(making *m)
{
	const scmp_datum_t        every = 0xffffffff, close_on_exec = O_CLOEXEC;
	const struct scmp_arg_cmp filter[] = {SCMP_A0(SCMP_CMP_EQ, SECCOMP_SET_MODE_FILTER),
	                                      SCMP_A1(SCMP_CMP_EQ, 0)};

	allow_if(m, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, every & ~close_on_exec, O_RDONLY));
	for (scmp_datum_t bit = 1; bit < every; bit <<= 1)
		if (bit != close_on_exec)
			add(m, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
			    (const struct scmp_arg_cmp[]){SCMP_A2(SCMP_CMP_MASKED_EQ, bit, bit)});
	add(m, SCMP_ACT_ALLOW, SCMP_SYS(seccomp), 2, filter);
}

/*
 * clone3 hides its flags behind a pointer: ENOSYS, and libc falls back to clone, whose flags can be read. A process is
 * nobody's child but its maker's, and touches no limits but its own.
 */
static void add_compiler(making *m)
{
	const scmp_datum_t never = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS |
	                           CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_PARENT;

	for (size_t k = 0; k < sizeof compiling / sizeof *compiling; k++)
		allow(m, compiling[k]);
	for (size_t k = 0; k < sizeof unchanged / sizeof *unchanged; k++)
		answer(m, unchanged[k], 0);
	allow_if(m, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, never, 0));
	allow_if(m, SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_EQ, 0));
	add(m, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0, NULL);
}

static void add_all(making *m, const dj_lockdown *how)
{
	unsigned profile = 1u << how->profile;

	add_table(m, computing, sizeof computing / sizeof *computing, profile);
	if (how->profile == DJ_PROFILE_COMPILER) {
		add_compiler(m);
		return;
	}
	for (size_t k = 0; k < sizeof zero / sizeof *zero; k++)
		answer(m, zero[k], 0);
	add_exits(m);
	add_writes(m, how);
	add_memory(m, how->profile == DJ_PROFILE_NATIVE);
	add_narrow(m);
	if (how->profile == DJ_PROFILE_NATIVE)
		add_native(m);
#ifdef DJ_SANITIZED
	add_table(m, sanitized, sizeof sanitized / sizeof *sanitized, profile);
#endif
}

/* libseccomp writes a program to a descriptor only. */
static int take_program(struct sock_fprog *out, scmp_filter_ctx ctx)
{
	int     fd = memfd_create("filter", MFD_CLOEXEC), rc = -ENOMEM;
	off_t   size;
	ssize_t got = -1;

	*out = (struct sock_fprog){0};
	if (fd < 0)
		return -errno;
	if ((rc = seccomp_export_bpf(ctx, fd)) < 0)
		goto out;
	size = lseek(fd, 0, SEEK_END);
	out->filter = dj_alloc_zero(1, (size_t)size);
	got = pread(fd, out->filter, (size_t)size, 0);
	out->len = (unsigned short)((size_t)size / sizeof(struct sock_filter));
	rc = got == size ? 0 : -EIO;
out:
	close(fd);
	return rc;
}

int dj_filter_build(struct sock_fprog *out, const dj_lockdown *how, dj_err *err)
{
	bool   compiler = how->profile == DJ_PROFILE_COMPILER;
	making m = {.ctx = seccomp_init(compiler ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_KILL_PROCESS)};

	*out = (struct sock_fprog){0};
	if (!m.ctx)
		return dj_fail(err, DJ_FAIL, "sandbox-unavailable: seccomp: libseccomp does not start");
	m.rc = seccomp_attr_set(m.ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (m.rc == 0)
		add_all(&m, how);
	if (m.rc == 0)
		m.rc = take_program(out, m.ctx);
	seccomp_release(m.ctx);
	if (m.rc == 0)
		return DJ_OK;
	free(out->filter);
	*out = (struct sock_fprog){0};
	errno = -m.rc;
	return dj_fail_errno(err, "sandbox-unavailable: seccomp: building the filter");
}

int dj_filter_load(const struct sock_fprog *program, bool all)
{
	unsigned long flags = all ? SECCOMP_FILTER_FLAG_TSYNC : 0;
	long          rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);

	if (rc < 0)
		return errno;
	return rc > 0 ? ESRCH : 0; /* TSYNC: a thread that would not be bound */
}
