/* The parent's side: serving pipes, counting, the wall clock, and ending. */
#include "cage/inside.h"

#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, WATCHED = 3 }; /* of each cage: results, log, the process itself */

typedef int (*reader)(void *user, const void *bytes, size_t n, dj_err *err);

uint64_t dj_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void name_layers(dj_cage *c)
{
	int  abi = dj_lockdown_landlock_abi();
	char landlock[24] = "";

	if (abi > 0)
		snprintf(landlock, sizeof landlock, " landlock-%d", abi);
	snprintf(c->ending.layers, sizeof c->ending.layers, "no_new_privs seccomp%s rlimits", landlock);
	dj_spaces_name(c->ending.layers, sizeof c->ending.layers, c->child.spaces);
	c->ending.not_for_judging = abi < 1;
}

int dj_cage_start(dj_cage **out, const dj_cage_spec *spec, dj_err *err)
{
	dj_cage *c = dj_alloc_zero(1, sizeof *c);
	int      rc;

	c->spec = *spec;
	c->started_us = dj_now_us();
	rc = dj_child_start(&c->child, spec, err);
	if (rc < 0) {
		free(c);
		*out = NULL;
		return rc;
	}
	name_layers(c);
	*out = c;
	return DJ_OK;
}

/* The first cause is the one that is told. */
static void end(dj_cage *c, dj_end_cause cause)
{
	if (c->cause != DJ_END_NONE || c->done)
		return;
	c->cause = cause;
	syscall(SYS_pidfd_send_signal, c->child.pidfd, SIGKILL, NULL, 0);
	if (!(c->child.spaces & CLONE_NEWPID))
		kill(-c->child.pid,
		     SIGKILL); /* a compiler's children: it leads its session. Not reaped yet, so still its number */
}

static void hand_over(dj_cage *c, reader read_it, const void *bytes, size_t n)
{
	dj_err err = {0};
	int    rc;

	if (!read_it || n == 0 || c->cause != DJ_END_NONE)
		return;
	if ((rc = read_it(c->spec.user, bytes, n, &err)) >= 0)
		return;
	snprintf(c->reader_said, sizeof c->reader_said, "%.*s", (int)sizeof c->reader_said - 1, err.text);
	end(c, rc == DJ_DENIED ? DJ_END_READER_LIMIT : DJ_END_READER_FAILED);
}

static void take_result(dj_cage *c, const char *bytes, size_t n)
{
	uint64_t most = c->spec.limits.output_bytes;

	c->ending.output_bytes += n;
	if (most && c->ending.output_bytes > most)
		end(c, DJ_END_OUTPUT);
	hand_over(c, c->spec.on_result, bytes, n);
}

static void keep_last_line(dj_cage *c, const char *bytes, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		bool after_break = c->n_last_line > 0 && c->last_line[c->n_last_line - 1] == '\n';

		if (after_break && bytes[k] != '\n')
			c->n_last_line = 0;
		if (c->n_last_line + 1 < sizeof c->last_line)
			c->last_line[c->n_last_line++] = bytes[k];
		else if (bytes[k] == '\n')
			c->last_line[c->n_last_line - 1] = '\n';
	}
}

/* A log past its limit is cut, and that is said once; it is no reason to end anything. */
static void take_log(dj_cage *c, const char *bytes, size_t n)
{
	uint64_t most = c->spec.limits.log_bytes, before = c->ending.log_bytes;
	char     note[80];

	c->ending.log_bytes += n;
	if (c->log_cut)
		return;
	if (!most || before + n <= most) {
		keep_last_line(c, bytes, n);
		hand_over(c, c->spec.on_log, bytes, n);
		return;
	}
	c->log_cut = true;
	hand_over(c, c->spec.on_log, bytes, (size_t)(most - before));
	snprintf(note, sizeof note, "\n(the log is longer than %llu bytes; the rest was cut)\n",
	         (unsigned long long)most);
	hand_over(c, c->spec.on_log, note, strlen(note));
}

/* One read. False when there is nothing now, or nothing ever again (the descriptor is closed then). */
static bool read_some(dj_cage *c, int *fd, void (*take)(dj_cage *, const char *, size_t))
{
	char    chunk[CHUNK];
	ssize_t n;

	if (*fd < 0)
		return false;
	do
		n = read(*fd, chunk, sizeof chunk);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		take(c, chunk, (size_t)n);
		return true;
	}
	if (n == 0 || errno != EAGAIN) {
		close(*fd);
		*fd = -1;
	}
	return false;
}

/*
 * The process has ended: what its pipes still hold was said before that. Bounded, since a compiler's child without a
 * PID namespace could still be writing.
 */
static void reap(dj_cage *c)
{
	struct rusage used = {0};
	int           status = 0;
	pid_t         got;

	for (int k = 0; k < 64 && read_some(c, &c->child.result_fd, take_result); k++)
		continue;
	for (int k = 0; k < 64 && read_some(c, &c->child.log_fd, take_log); k++)
		continue;
	if (!(c->child.spaces & CLONE_NEWPID))
		kill(-c->child.pid, SIGKILL);
	do
		got = wait4(c->child.pid, &status, __WALL, &used);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		status = DJ_STATUS_LOST;
	dj_ending_judge(c, status, &used);
}

static uint64_t wall_used(const dj_cage *c)
{
	return dj_now_us() - c->started_us;
}

/*
 * By the clock that its accounts are kept in. RLIMIT_CPU, which stands behind this, counts ticks: on a busy machine they
 * are a third off. 0 once it has ended.
 */
static uint64_t cpu_used(const dj_cage *c)
{
	struct timespec t;
	clockid_t       clock;

	if (clock_getcpuclockid(c->child.pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool over(uint64_t used_us, uint64_t limit_ms)
{
	return limit_ms && used_us / 1000 >= limit_ms;
}

static void serve(dj_cage *c, const struct pollfd *at)
{
	if (at[0].revents)
		read_some(c, &c->child.result_fd, take_result);
	if (at[1].revents)
		read_some(c, &c->child.log_fd, take_log);
	if (c->done)
		return; /* a reader stopped it */
	if (at[2].revents)
		reap(c);
	else if (over(wall_used(c), c->spec.limits.wall_ms))
		end(c, DJ_END_WALL);
	else if (over(cpu_used(c), c->spec.limits.cpu_ms))
		end(c, DJ_END_CPU);
}

/* The sooner of `most` milliseconds (negative: no end) and what is left of a limit, rounded up. */
static int sooner(int most, uint64_t used_us, uint64_t limit_ms)
{
	uint64_t used = used_us / 1000, left = used < limit_ms ? limit_ms - used : 0;

	if (!limit_ms || (most >= 0 && left >= (uint64_t)most))
		return most;
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* How long to wait: CPU time passes no faster than the clock, but for several threads, and those have their rlimit. */
static int patience(dj_cage *const *cage, size_t n, int most)
{
	for (size_t k = 0; k < n; k++) {
		const dj_cage *c = cage[k];

		if (c->done || c->cause != DJ_END_NONE)
			continue;
		most = sooner(most, wall_used(c), c->spec.limits.wall_ms);
		most = sooner(most, cpu_used(c), c->spec.limits.cpu_ms);
	}
	return most;
}

int dj_cage_step(dj_cage *const *cage, size_t n, int timeout_ms, int wake_fd)
{
	struct pollfd *at = dj_alloc_zero(n * WATCHED + 1, sizeof *at);
	int            going = 0;

	for (size_t k = 0; k < n; k++) {
		const dj_cage *c = cage[k];

		at[k * WATCHED] = (struct pollfd){.fd = c->done ? -1 : c->child.result_fd, .events = POLLIN};
		at[k * WATCHED + 1] = (struct pollfd){.fd = c->done ? -1 : c->child.log_fd, .events = POLLIN};
		at[k * WATCHED + 2] = (struct pollfd){.fd = c->done ? -1 : c->child.pidfd, .events = POLLIN};
		going += !c->done;
	}
	at[n * WATCHED] = (struct pollfd){.fd = wake_fd, .events = POLLIN};
	if (going) {
		/* interrupted, it leaves no events: the wall clocks are looked at all the same */
		poll(at, n * WATCHED + 1, patience(cage, n, timeout_ms));
		for (size_t k = 0; k < n; k++)
			if (!cage[k]->done)
				serve(cage[k], at + k * WATCHED);
	}
	going = 0;
	for (size_t k = 0; k < n; k++)
		going += !cage[k]->done;
	free(at);
	return going;
}

const dj_ending *dj_cage_ending(const dj_cage *c)
{
	return c->done ? &c->ending : NULL;
}

void dj_cage_stop(dj_cage *c)
{
	end(c, DJ_END_STOPPED);
	while (!c->done)
		dj_cage_step(&c, 1, -1, -1);
}

void dj_cage_free(dj_cage *c)
{
	if (!c)
		return;
	dj_cage_stop(c);
	if (c->child.result_fd >= 0)
		close(c->child.result_fd);
	if (c->child.log_fd >= 0)
		close(c->child.log_fd);
	close(c->child.pidfd);
	free(c);
}

static bool woken(int fd)
{
	struct pollfd at = {.fd = fd, .events = POLLIN};

	return fd >= 0 && poll(&at, 1, 0) > 0;
}

int dj_cage_run(dj_ending *out, const dj_cage_spec *spec, int wake_fd, dj_err *err)
{
	dj_cage *c;
	int      rc = dj_cage_start(&c, spec, err);

	if (rc < 0)
		return rc;
	while (dj_cage_step(&c, 1, -1, wake_fd) > 0)
		if (woken(wake_fd))
			dj_cage_stop(c);
	*out = c->ending;
	dj_cage_free(c);
	return DJ_OK;
}
