/*
 * A full C stack is a spent limit, MEMORY, and not a crash; only the process itself can tell them apart, by
 * where the fault is. What it says is a claim like any other: a plugin that forges it has still failed.
 */
#include "lockdown/parts.h"

#include "base/mem.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	HANDLER_STACK = 64 * 1024, /* a signal frame with AVX-512 and AMX state is about 11 KiB */
	BELOW = 64 * 1024,         /* the push that faults, and a red zone */
	ABOVE = 1024 * 1024        /* a large frame, touched anywhere */
};

static uintptr_t stack_pointer(const ucontext_t *at)
{
#if defined(__x86_64__)
	return (uintptr_t)at->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	return (uintptr_t)at->uc_mcontext.sp;
#else
	(void)at;
	return 0;
#endif
}

/* Whatever is not a full stack returns, faults again and ends the process by its signal: SA_RESETHAND. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	static const char full[] = "the C stack is full (deep recursion, or a large local array?)\n";
	uintptr_t         sp = stack_pointer(context), at = (uintptr_t)info->si_addr;

	(void)number;
	if (info->si_code != SEGV_MAPERR && info->si_code != SEGV_ACCERR)
		return;
	if (at + BELOW < sp || at > sp + ABOVE)
		return;
	if (write(STDERR_FILENO, full, sizeof full - 1) < 0)
		_exit(DJ_EXIT_MEMORY);
	_exit(DJ_EXIT_MEMORY);
}

int dj_fault_watch(dj_err *err)
{
	struct sigaction act = {.sa_sigaction = on_fault,
	                        .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND};
	stack_t          stack = {.ss_size = HANDLER_STACK};

	stack.ss_sp = mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL) < 0 || sigaction(SIGSEGV, &act, NULL) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: fault handler");
	return DJ_OK;
}
