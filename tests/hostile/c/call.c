/* verdict: SANDBOX-VIOLATION; says: asked the kernel; each: call */
/* One system call a run, each that the table names: with arguments that do no harm where it is let through. (release-only: AddressSanitizer makes it too.) */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name, ...) {#name, SYS_##name, {__VA_ARGS__}}

static const struct {
	const char *name;
	long        number;
	long        argument[6];
} call[] = {
    /* processes */
    CALL(vfork, 0),
    CALL(clone, 17),
    CALL(execveat, -1),
    CALL(kill, 0, 0),
    CALL(tkill, 1, 0),
    CALL(tgkill, 1, 1, 0),
    CALL(wait4, -1, 0, 1),
    CALL(ptrace, 0, 1),
    CALL(process_vm_readv, 1, 0, 0, 0, 0),
    CALL(process_vm_writev, 1, 0, 0, 0, 0),
    CALL(pidfd_open, 1, 0),
    CALL(pidfd_getfd, -1, 0, 0),
    CALL(setsid, 0),
    CALL(setpgid, 0, 0),
    CALL(sched_setaffinity, 0, 0, 0),
    CALL(setpriority, 0, 0, 0),
    /* its own cage */
    CALL(prctl, 1, 0), /* release-only */
    CALL(seccomp, 0, 0, 0),
    CALL(setrlimit, 0, 0),
    CALL(personality, 0xffffffff),
    CALL(arch_prctl, 0x1002, 0),
    CALL(setuid, 0),
    CALL(capset, 0, 0),
    CALL(unshare, 0x10000000),
    CALL(setns, -1, 0),
    CALL(landlock_create_ruleset, 0, 0, 1),
    CALL(rt_sigaction, 15, 0, 0, 8), /* release-only */
    CALL(sigaltstack, 0, 0), /* release-only */
    CALL(rt_sigqueueinfo, 1, 0, 0),
    CALL(setitimer, 0, 0, 0),
    CALL(timer_create, 0, 0, 0),
    CALL(alarm, 0),
    /* files */
    CALL(open, 0, 0), /* release-only */
    CALL(openat2, -100, 0, 0, 24),
    CALL(creat, 0, 0),
    CALL(stat, 0, 0),
    CALL(access, 0, 0),
    CALL(readlink, 0, 0, 0), /* release-only */
    CALL(getdents64, 4, 0, 0),
    CALL(unlink, 0),
    CALL(rename, 0, 0),
    CALL(mkdir, 0, 0),
    CALL(chdir, 0),
    CALL(chroot, 0),
    CALL(mount, 0, 0, 0, 0, 0),
    CALL(open_by_handle_at, -1, 0, 0),
    CALL(name_to_handle_at, -1, 0, 0, 0, 0),
    CALL(dup, 3),
    CALL(dup2, 3, 9),
    CALL(fcntl, 3, 4, 0),
    CALL(ioctl, 3, 0x5412, 0),
    CALL(pwrite64, 4, 0, 0, 0),
    CALL(ftruncate, 4, 0),
    CALL(sendfile, 3, 4, 0, 0),
    CALL(copy_file_range, 4, 0, 3, 0, 0, 0),
    CALL(splice, 4, 0, 3, 0, 0, 0),
    CALL(memfd_create, 0, 0),
    CALL(inotify_init, 0),
    CALL(fanotify_init, 0, 0),
    /* others */
    CALL(socketpair, 1, 1, 0, 0),
    CALL(bind, 3, 0, 0),
    CALL(connect, 3, 0, 0),
    CALL(sendmsg, 3, 0, 0),
    CALL(recvmsg, 3, 0, 0),
    CALL(pipe, 0),
    CALL(shmget, 1, 4096, 0),
    CALL(msgget, 1, 0),
    CALL(mq_open, 0, 0, 0, 0),
    CALL(add_key, 0, 0, 0, 0, 0),
    CALL(keyctl, 0, 0, 0, 0, 0),
    /* the kernel itself */
    CALL(io_uring_setup, 0, 0),
    CALL(bpf, 0, 0, 0),
    CALL(perf_event_open, 0, 0, -1, -1, 0),
    CALL(userfaultfd, 0),
    CALL(init_module, 0, 0, 0),
    CALL(kexec_load, 0, 0, 0, 0),
    CALL(reboot, 0, 0, 0, 0),
    CALL(syslog, 10, 0, 0),
    CALL(clock_settime, 0, 0),
    CALL(swapon, 0, 0),
    CALL(pkey_mprotect, 0, 0, 0, -1),
    CALL(remap_file_pages, 0, 0, 0, 0, 0),
    CALL(mincore, 0, 0, 0),
    CALL(mlockall, 0),
};

static void run(dj_jam *jam)
{
	const char *name = dj_param_text(jam, "call");

	for (size_t i = 0; i < sizeof call / sizeof call[0]; i++) {
		const long *a = call[i].argument;

		if (strcmp(call[i].name, name) != 0)
			continue;
		syscall(call[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
		dj_fail(jam, "the kernel answered");
	}
	dj_fail(jam, "call.c has no such call");
}

DJ_PLUGIN(.name = "call", .version = "1.0.0", .kind = "detection", .summary = "Makes one system call.", .caveat = "None.",
          .needs = {{"transactions", "to_account amount"}},
          .params = {{.name = "call", .type = DJ_TEXT, .value.text = "fork", .help = "which"}}, .run = run);
