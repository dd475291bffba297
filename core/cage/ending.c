/* How a process ended, as a verdict: by what the parent did and by what the kernel says, never by what it said itself. */
#include "cage/inside.h"

#include "base/mem.h"
#include "base/text.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define MIB ((double)(1 << 20))

const char *dj_verdict_name(dj_verdict v)
{
	static const char *const name[] = {
	    [DJ_VERDICT_OK] = "OK",
	    [DJ_VERDICT_FAILED] = "FAILED",
	    [DJ_VERDICT_TIMEOUT] = "TIMEOUT",
	    [DJ_VERDICT_MEMORY] = "MEMORY",
	    [DJ_VERDICT_OUTPUT_LIMIT] = "OUTPUT-LIMIT",
	    [DJ_VERDICT_SANDBOX_VIOLATION] = "SANDBOX-VIOLATION",
	    [DJ_VERDICT_NO_SANDBOX] = "NO-SANDBOX",
	    [DJ_VERDICT_STOPPED] = "STOPPED",
	};

	return (size_t)v < sizeof name / sizeof *name ? name[v] : "UNKNOWN";
}

__attribute__((format(printf, 3, 4))) static void judged(dj_ending *e, dj_verdict v, const char *fmt, ...)
{
	va_list args;

	e->verdict = v;
	va_start(args, fmt);
	vsnprintf(e->detail, sizeof e->detail, fmt, args);
	va_end(args);
}

/* The last line of the log, harmless on a terminal. */
static char *last_words(const dj_cage *c)
{
	dj_buf shown = {0};

	dj_text_show(&shown, c->last_line, c->n_last_line);
	return dj_buf_take(&shown);
}

static void judge_exit(dj_cage *c)
{
	dj_ending *e = &c->ending;
	double     limit = (double)c->spec.limits.address_bytes / MIB;
	char      *said = last_words(c);

	if (e->exit_code == 0)
		judged(e, DJ_VERDICT_OK, "ended by itself");
	else if (e->exit_code == DJ_EXIT_NO_SANDBOX)
		judged(e, DJ_VERDICT_NO_SANDBOX, "%s",
		       *said ? said : "the cage could not be closed, and nothing said why");
	else if (e->exit_code == DJ_EXIT_MEMORY)
		judged(e, DJ_VERDICT_MEMORY, "memory: used %.0f MiB, allowed %.0f MiB of address space%s%s",
		       (double)e->peak_bytes / MIB, limit, *said ? "; " : "", said);
	else
		judged(e, DJ_VERDICT_FAILED, "ended with exit code %d", e->exit_code);
	free(said);
}

/*
 * A process at its address limit is told "no" by the kernel and mostly follows a null pointer next: with seven eighths
 * of the limit in use, that is MEMORY and not a crash.
 */
static bool near_memory_limit(const dj_cage *c)
{
	uint64_t limit = c->spec.limits.address_bytes;

	return limit && c->ending.peak_bytes >= limit / 8 * 7;
}

/* The rlimit behind the parent's watch counts ticks, the accounts are finer: they may be far apart. */
static bool over_cpu_limit(const dj_cage *c)
{
	return c->spec.limits.cpu_ms && c->ending.cpu_us / 500 >= c->spec.limits.cpu_ms;
}

static void judge_cpu(dj_cage *c)
{
	double used = (double)c->ending.cpu_us / 1e6, allowed = (double)c->spec.limits.cpu_ms / 1e3;

	judged(&c->ending, DJ_VERDICT_TIMEOUT, "CPU: used %.1f s, allowed %.1f s",
	       used < allowed ? allowed : used, allowed);
}

static void judge_signal(dj_cage *c)
{
	dj_ending  *e = &c->ending;
	const char *name = strsignal(e->signal);
	bool        fault = e->signal == SIGSEGV || e->signal == SIGBUS || e->signal == SIGABRT;

	if (e->signal == SIGSYS)
		judged(
		    e, DJ_VERDICT_SANDBOX_VIOLATION,
		    "asked the kernel for what the cage forbids (files, network, processes, threads, signals, clocks)");
	else if (e->signal == SIGXCPU || (e->signal == SIGKILL && over_cpu_limit(c)))
		judge_cpu(c);
	else if (e->signal == SIGXFSZ)
		judged(e, DJ_VERDICT_OUTPUT_LIMIT, "file size: allowed %.0f MiB",
		       (double)c->spec.limits.file_bytes / MIB);
	else if (fault && near_memory_limit(c))
		judged(e, DJ_VERDICT_MEMORY, "memory: used %.0f MiB, allowed %.0f MiB of address space",
		       (double)e->peak_bytes / MIB, (double)c->spec.limits.address_bytes / MIB);
	else if (e->signal == SIGKILL)
		judged(e, DJ_VERDICT_FAILED, "killed from outside the cage (is the machine out of memory?)");
	else
		judged(e, DJ_VERDICT_FAILED, "ended by signal %d (%s)", e->signal, name);
}

/* What the parent ended it for. A violation that came first is worse, and stays. */
static void judge_cause(dj_cage *c)
{
	dj_ending *e = &c->ending;

	switch (c->cause) {
	case DJ_END_WALL:
		judged(e, DJ_VERDICT_TIMEOUT, "wall clock: used %.1f s, allowed %.1f s", (double)e->wall_us / 1e6,
		       (double)c->spec.limits.wall_ms / 1e3);
		break;
	case DJ_END_CPU: judge_cpu(c); break;
	case DJ_END_OUTPUT:
		judged(e, DJ_VERDICT_OUTPUT_LIMIT, "output: more than the %.1f MiB allowed",
		       (double)c->spec.limits.output_bytes / MIB);
		break;
	case DJ_END_READER_LIMIT: judged(e, DJ_VERDICT_OUTPUT_LIMIT, "%s", c->reader_said); break;
	case DJ_END_READER_FAILED: judged(e, DJ_VERDICT_FAILED, "%s", c->reader_said); break;
	case DJ_END_STOPPED: judged(e, DJ_VERDICT_STOPPED, "interrupted"); break;
	case DJ_END_NONE: break;
	}
}

static uint64_t microseconds(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

void dj_ending_judge(dj_cage *c, int status, const struct rusage *used)
{
	dj_ending *e = &c->ending;

	e->wall_us = dj_now_us() - c->started_us;
	e->cpu_us = microseconds(used->ru_utime) + microseconds(used->ru_stime);
	e->peak_bytes = (uint64_t)used->ru_maxrss * 1024;
	e->signal = status != DJ_STATUS_LOST && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	e->exit_code = status != DJ_STATUS_LOST && WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (status == DJ_STATUS_LOST)
		judged(e, DJ_VERDICT_FAILED,
		       "ended, and how was lost: something else in this program waits for children");
	else if (c->cause != DJ_END_NONE && e->signal != SIGSYS)
		judge_cause(c);
	else if (e->signal)
		judge_signal(c);
	else
		judge_exit(c);
	c->done = true;
}

dj_limits dj_limits_default(void)
{
	return (dj_limits){
	    .wall_ms = 120000,
	    .cpu_ms = 60000,
	    .address_bytes = (uint64_t)2 << 30,
	    .output_bytes = (uint64_t)256 << 20,
	    .log_bytes = (uint64_t)1 << 20,
	    .lua_bytes = (uint64_t)512 << 20,
	    .sql_steps = 10000000000,
	    .findings = 100000,
	};
}
