/*
 * inside.h - what the files of this room are to each other; nobody else includes it.
 */
#ifndef DJ_CAGE_INSIDE_H
#define DJ_CAGE_INSIDE_H

#include "cage/cage.h"

#include <sys/resource.h>
#include <sys/types.h>

/* Whom a cage runs as when root starts it: nobody. */
enum { DJ_CAGE_UID = 65534 };

typedef enum dj_end_cause { /* why the parent ended it; NONE: it ended by itself */
	                        DJ_END_NONE,
	                        DJ_END_WALL,
	                        DJ_END_CPU,
	                        DJ_END_OUTPUT,
	                        DJ_END_READER_LIMIT, /* on_result or on_log said DJ_DENIED */
	                        DJ_END_READER_FAILED,
	                        DJ_END_STOPPED
} dj_end_cause;

typedef struct dj_child { /* a process just started */
	pid_t    pid;
	int      pidfd, result_fd, log_fd; /* the parent's ends, not blocking */
	uint64_t spaces;                   /* the CLONE_NEW... that it has */
} dj_child;

struct dj_cage {
	dj_cage_spec spec;
	dj_child     child;
	uint64_t     started_us;
	dj_end_cause cause;
	bool         log_cut, done;
	char         reader_said[200];
	char         last_line[200]; /* of the log, made safe to show */
	size_t       n_last_line;
	dj_ending    ending;
};

/* Starts the process of `spec`; what it does between clone and exec is in child.c. */
int dj_child_start(dj_child *out, const dj_cage_spec *spec, dj_err *err);

/* What the child needs between clone and exec, laid out before: nothing is allocated there. */
typedef struct dj_child_plan {
	const dj_cage_spec             *spec;
	const struct dj_lockdown_ready *lockdown; /* or NULL */
	int                             null_fd, log_fd, result_fd, program_fd, folder_fd, parent_fd;
	char *const                    *environment;
	bool                            drop_user;
	const uint64_t                 *spaces; /* read in the child: the CLONE_NEW... that it has */
} dj_child_plan;

_Noreturn void dj_child_become(dj_child_plan *plan);

/* clone3 with as many of the namespaces as the machine gives; *spaces says which. pid, 0 in the child, or -errno. */
pid_t    dj_clone(int *pidfd, uint64_t wanted, uint64_t *spaces);
uint64_t dj_spaces_wanted(void);
void     dj_spaces_name(char *out, size_t size, uint64_t spaces);

uint64_t dj_now_us(void); /* monotonic */

/* In place of a wait status: somebody else took it, and nobody knows how the process ended. */
enum { DJ_STATUS_LOST = -1 };

/* Turns how a process ended into its verdict. */
void dj_ending_judge(struct dj_cage *c, int status, const struct rusage *used);

#endif
