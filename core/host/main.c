/*
 * datajam-worker: runs one plugin, or asks one what it is, in one process that ends.
 *
 * Order matters. The job comes from the parent and is read first; what strangers wrote (the plugin on descriptor 5, the
 * schemas of snapshots) is looked at only once the lockdown holds. Descriptors: 2 the log, 3 results (base/wire.h), 4 the
 * job, 5 the plugin, 6 and up what the job names.
 */
#include "host/engine.h"

#include "base/digest.h"
#include "base/file.h"
#include "lockdown/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { EXIT_JOB = 70, EXIT_NO_SANDBOX = 72 /* DJ_EXIT_NO_SANDBOX of cage/cage.h */ };

static _Noreturn void stop(int code, const dj_err *err)
{
	fprintf(stderr, "%s\n", err->text);
	_exit(code);
}

/* Everything that a descriptor holds, NUL-ended, in the arena. */
static int read_whole(char **out, size_t *n, int fd, size_t most, const char *what, dj_arena *a, dj_err *err)
{
	struct stat st;
	ssize_t     got;

	if (fstat(fd, &st) < 0)
		return dj_fail_errno(err, "%s, descriptor %d", what, fd);
	if ((uint64_t)st.st_size > most)
		return dj_fail(err, DJ_FAIL, "%s has %lld bytes (at most %zu)", what, (long long)st.st_size, most);
	*out = dj_arena_alloc(a, (size_t)st.st_size + 1, 1);
	for (*n = 0; *n < (size_t)st.st_size; *n += (size_t)got) {
		got = pread(fd, *out + *n, (size_t)st.st_size - *n, (off_t)*n);
		if (got <= 0)
			return dj_fail_errno(err, "%s can not be read", what);
	}
	return DJ_OK;
}

static int own_digest(dj_digest *out, dj_err *err)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return dj_fail_errno(err, "/proc/self/exe");
	rc = dj_sha256_fd(out, fd, err);
	close(fd);
	return rc;
}

/* Readable once every tenth of a second: how a process without a clock keeps to 10 progress messages a second. */
static int make_ticks(void)
{
	const struct itimerspec tenth = {{0, 100000000}, {0, 100000000}};
	int                     fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd >= 0)
		timerfd_settime(fd, 0, &tenth, NULL);
	return fd;
}

/* Everything that needs to open something, and nothing that reads what strangers wrote. */
static int prepare(dj_host *h, dj_digest *worker, dj_err *err)
{
	char  *job = NULL;
	size_t n = 0;
	int    rc;

	h->arena = dj_arena_new();
	h->out.fd = DJ_HOST_RESULT_FD;
	h->tick_fd = -1;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	if ((rc = read_whole(&job, &n, DJ_HOST_JOB_FD, 64 << 20, "the job", h->arena, err)) < 0 ||
	    (rc = dj_job_parse(&h->job, job, n, h->arena, err)) < 0 || (rc = own_digest(worker, err)) < 0)
		return rc;
	/* What native code prints is log, whichever of its two ways it takes. */
	if (h->job.native && dup2(DJ_HOST_LOG_FD, STDOUT_FILENO) < 0)
		return dj_fail_errno(err, "the log");
	if (h->job.describe)
		return DJ_OK;
	h->tick_fd = make_ticks();
	return dj_host_sql_open(h, err);
}

static int lock_down(const dj_host *h, dj_err *err)
{
	const dj_lockdown how = {.profile = h->job.native ? DJ_PROFILE_NATIVE : DJ_PROFILE_LUA,
	                         .write_fd = {DJ_HOST_RESULT_FD, DJ_HOST_LOG_FD, STDOUT_FILENO},
	                         .n_write_fd = h->job.native ? 3 : 2,
	                         .without_landlock = h->job.without_landlock && !h->job.native};

	return dj_lockdown_enter(&how, err);
}

static _Noreturn void run_lua(dj_host *h)
{
	char  *source = NULL;
	size_t n = 0;
	dj_err err;

	if (read_whole(&source, &n, DJ_HOST_PLUGIN_FD, 1 << 20, "the plugin", h->arena, &err) < 0)
		dj_host_failed(h, "error", 0, err.text, NULL);
	dj_face_lua(h, source, n);
}

int main(void)
{
	dj_host  *h = dj_alloc_zero(1, sizeof *h);
	dj_digest worker;
	dj_err    err = {0};

	if (prepare(h, &worker, &err) < 0)
		stop(EXIT_JOB, &err);
	if (lock_down(h, &err) < 0)
		stop(EXIT_NO_SANDBOX, &err);
	dj_host_hello(h, &worker);
	if (!h->job.describe && dj_host_sql_roles(h, &err) < 0)
		dj_host_failed(h, dj_host_cause(&err), 0, err.text, NULL);
	if (h->job.native)
		dj_face_native(h);
	run_lua(h);
}
