/*
 * cage.h - runs one process under limits, and says how it ended.
 *
 * Theory of operation. A caged process is started by clone3 + execve of one of our own executables: nothing of the
 * parent is inherited but the descriptors that the spec names. The child gets new user, network, PID, IPC and time
 * namespaces where the machine gives them, resource limits, a parent-death signal, an empty environment but for what is
 * pinned; the executable then enters its lockdown (lockdown/lockdown.h) before it reads anything a stranger wrote. The
 * parent reads the child's two pipes (results and log), counts bytes, watches the wall clock, and ends the child
 * through its pidfd. The verdict is the parent's alone: what the process says is a claim.
 *
 * Invariant: when dj_cage_free returns, no process, descriptor or file of the cage is left.
 */
#ifndef DJ_CAGE_CAGE_H
#define DJ_CAGE_CAGE_H

#include "base/err.h"
#include "lockdown/lockdown.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Descriptors that every caged process has: 0 and 1 are /dev/null, 2 is the log pipe, 3 the result pipe. */
enum { DJ_CAGE_LOG_FD = 2, DJ_CAGE_RESULT_FD = 3, DJ_CAGE_FIRST_FD = 4, DJ_CAGE_MOST_FDS = 600 };

/* A caged executable that could not enter its lockdown exits so; its last log line says which layer. */
enum { DJ_EXIT_NO_SANDBOX = 72 };

typedef struct dj_limits { /* 0: no limit */
	uint64_t wall_ms, cpu_ms, address_bytes, output_bytes, log_bytes;
	uint64_t lua_bytes, sql_steps, lua_instructions; /* kept by the worker itself; here so that one struct travels */
	uint64_t findings, file_bytes;                   /* file_bytes: RLIMIT_FSIZE */
} dj_limits;

dj_limits dj_limits_default(void); /* plugin guide, section 10: 60 s CPU, 120 s wall, 2 GiB, Lua 512 MiB, 10^10 steps, 256 MiB output ... */

typedef enum dj_verdict {
	DJ_VERDICT_OK,     /* exited 0; whether it said all it had to is for the reader of its frames */
	DJ_VERDICT_FAILED, /* another exit code or a signal of its own */
	DJ_VERDICT_TIMEOUT,
	DJ_VERDICT_MEMORY,
	DJ_VERDICT_OUTPUT_LIMIT,
	DJ_VERDICT_SANDBOX_VIOLATION,
	DJ_VERDICT_NO_SANDBOX, /* ours: the cage could not be closed, nothing ran */
	DJ_VERDICT_STOPPED     /* ours: interrupted */
} dj_verdict;

const char *dj_verdict_name(dj_verdict v); /* "OK", "FAILED", "TIMEOUT", "OUTPUT-LIMIT", ... */

typedef struct dj_ending {
	dj_verdict verdict;
	char       detail[256]; /* "CPU: used 60.0 s, allowed 60 s", "ended by signal 11 (Segmentation fault)" */
	int        exit_code, signal;
	uint64_t   wall_us, cpu_us, peak_bytes, output_bytes, log_bytes;
	char       layers[128]; /* "no_new_privs seccomp landlock-7 rlimits user net pid ipc time" */
	bool       not_for_judging; /* a layer that judging asks for was missing */
} dj_ending;

typedef struct dj_cage_spec {
	int         program_fd;  /* executable, opened by the caller; run by execveat. -1: program (a path) */
	const char *program;
	char *const *argv;       /* ends with NULL */
	const int  *fd;          /* fd[k] becomes descriptor DJ_CAGE_FIRST_FD + k in the child */
	size_t      n_fd;
	dj_limits   limits;
	bool        needs_landlock; /* refuse to start without it */
	/* COMPILER only: applied in the child before exec; NULL for our own executables, which lock themselves down */
	const dj_lockdown *lockdown;
	const char *folder;      /* working directory; NULL: "/" */
	/* Called in the parent with what came through the pipes. A negative result ends the child: OUTPUT_LIMIT when the code is
	 * DJ_DENIED, FAILED else, with err's text as detail. */
	int (*on_result)(void *user, const void *bytes, size_t n, dj_err *err);
	int (*on_log)(void *user, const void *bytes, size_t n, dj_err *err);
	void *user;
	bool  without_namespaces; /* for tests: as on a machine that gives none */
} dj_cage_spec;

typedef struct dj_cage dj_cage;

/*
 * Starts it. Fails only when nothing could be started. The thread that starts a cage must outlive it: the parent-death
 * signal is tied to the thread. An ignored SIGCHLD is set back to its default: the kernel would forget how children ended.
 */
int dj_cage_start(dj_cage **out, const dj_cage_spec *spec, dj_err *err);

/*
 * Serves all of cage[0..n): waits at most timeout_ms for something to happen, calls on_result and on_log, enforces limits.
 * Gives the number that are still going. `wake_fd` (-1: none), when readable, ends the wait early (an interrupt).
 */
int dj_cage_step(dj_cage *const *cage, size_t n, int timeout_ms, int wake_fd);

const dj_ending *dj_cage_ending(const dj_cage *c); /* NULL while it is going */
void             dj_cage_stop(dj_cage *c);         /* ends it now; the ending is STOPPED */
void             dj_cage_free(dj_cage *c);         /* ends it if it is going; NULL is fine */

/* Start, serve to the end, free: for one process alone. */
int dj_cage_run(dj_ending *out, const dj_cage_spec *spec, int wake_fd, dj_err *err);

/* Which layers this machine gives, by trying: for doctor and for records. */
typedef struct dj_layer_report {
	const char *name;  /* "landlock" */
	bool        works, must; /* must: nothing runs without it */
	char        detail[128]; /* "ABI 7", "clone3: Operation not permitted" */
	const char *lost;  /* what is lost without it, one sentence */
} dj_layer_report;
size_t dj_cage_layers(dj_layer_report *out, size_t most);

/*
 * Compiles one C plugin in a cage of its own: pinned flags, no network, nothing to read outside the system's headers,
 * the compiler and `include_folder`; limits on time, memory and output. `c` is a memfd with the source.
 * *out: a sealed memfd with the shared object. Errors: the compiler's own words, file name as `shown`.
 */
typedef struct dj_compile {
	const char *source; /* text */
	size_t      n;
	const char *shown;          /* "plugins/x/plugin.c" */
	const char *include_folder; /* holds datajam/plugin.h */
	const char *temporary;      /* an empty folder that the cage may write to */
	int         wake_fd;
	uint64_t    cpu_ms; /* 0: 30 s */
} dj_compile;
int dj_cage_compile(int *out_fd, const dj_compile *what, char **messages, dj_err *err); /* *messages: warnings and errors, free() it */
const char *dj_cage_compiler_flags(void); /* for records: "cc -std=c11 -O2 ..." */

#endif
