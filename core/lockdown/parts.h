/*
 * parts.h - what the files of this room are to each other; nobody else includes it.
 */
#ifndef DJ_LOCKDOWN_PARTS_H
#define DJ_LOCKDOWN_PARTS_H

#include "lockdown/lockdown.h"

#include <linux/filter.h>

/* An exit code that a process under a filter can not give: it would claim that the cage never closed
 * (cage/cage.h). */
enum { DJ_EXIT_FORGED = 72 };

/* Builds the profile's seccomp program; out->filter is yours: free() it. */
int dj_filter_build(struct sock_fprog *out, const dj_lockdown *how, dj_err *err);

/* Binds this thread to `program`, or all threads when `all`. 0 or errno. Async-signal-safe. */
int dj_filter_load(const struct sock_fprog *program, bool all);

/* A ruleset that denies all but what the profile names, as a descriptor of yours; -1 where the kernel has no
 * Landlock. */
int dj_landlock_ruleset(int *out_fd, const dj_lockdown *how, dj_err *err);
int dj_landlock_restrict(int ruleset_fd); /* 0 or errno. Async-signal-safe */

/* Takes the time, the cycle counter and the kernel's random bytes away from code that runs in this process.
 */
int dj_clock_hide(dj_err *err);

/* Tells a full C stack (exit DJ_EXIT_MEMORY) from a crash (the signal). */
int dj_fault_watch(dj_err *err);

/* Answers the fstat that the filter traps. */
int dj_fstat_watch(dj_err *err);

#endif
