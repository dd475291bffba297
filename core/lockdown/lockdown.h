/*
 * lockdown.h - what a process does to itself before it touches a stranger's bytes.
 *
 * Promise: after dj_lockdown_enter returned DJ_OK the calling process can read and write the descriptors it holds
 * (write only to those named) and compute; it can not open, connect, fork, exec, signal, or ask the time. What must
 * hold (no_new_privs, Landlock, seccomp, resource limits) holds, or the call fails and nothing may run.
 * Default deny; one place. Reset of rlimits, namespaces and the wall clock are the parent's (cage/cage.h).
 */
#ifndef DJ_LOCKDOWN_LOCKDOWN_H
#define DJ_LOCKDOWN_LOCKDOWN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dj_profile {
	DJ_PROFILE_LUA,     /* no executable mapping, no open at all */
	DJ_PROFILE_NATIVE,  /* as LUA, but dlopen of a descriptor works until dj_lockdown_seal */
	DJ_PROFILE_LOADER,  /* as LUA, plus pwrite, ftruncate and fsync on the descriptors that may be written */
	DJ_PROFILE_COMPILER /* applied before exec: fork, exec and files below read_paths, writing below write_path; no network */
} dj_profile;

typedef struct dj_lockdown {
	dj_profile         profile;
	int                write_fd[4]; /* descriptors that may be written; n_write_fd of them */
	size_t             n_write_fd;
	int                write_from; /* LOADER: this descriptor and all above it may be written too; 0: none */
	const char *const *read_path; /* COMPILER only: what Landlock lets it read and execute; ends with NULL */
	const char        *write_path; /* COMPILER only */
	bool               without_landlock; /* a person's own Lua plugins and the loader only; their results are marked */
	/*
	 * LOADER only, or NULL: starts the toolkit's own threads. Called once no_new_privs and Landlock hold (they bind the
	 * calling thread and those it starts) and before the filter, which binds all threads and ends the starting of any.
	 */
	int (*start_threads)(void *user, dj_err *err);
	void *user;
} dj_lockdown;

/* Enters. Errors read "sandbox-unavailable: LAYER: errno text". */
int dj_lockdown_enter(const dj_lockdown *how, dj_err *err);
/* NATIVE, once dlopen is done: a second filter that takes openat away for good. */
int dj_lockdown_seal(dj_err *err);

typedef struct dj_layers { /* what this kernel gives, found by trying the calls, not by reading files */
	int  landlock_abi; /* 0: none */
	bool seccomp, user_ns, net_ns, pid_ns, ipc_ns, time_ns;
} dj_layers;

int dj_lockdown_landlock_abi(void);

/*
 * The same in two halves, for what is locked down between clone and exec (COMPILER): `prepare` allocates and opens,
 * `apply` makes three system calls and nothing else, so it is safe in the child of a process with threads.
 */
typedef struct dj_lockdown_ready dj_lockdown_ready;

int  dj_lockdown_prepare(dj_lockdown_ready **out, const dj_lockdown *how, dj_err *err);
int  dj_lockdown_apply(const dj_lockdown_ready *ready, const char **layer); /* 0, or errno with the layer that failed */
void dj_lockdown_ready_free(dj_lockdown_ready *ready); /* NULL is fine */

#endif
