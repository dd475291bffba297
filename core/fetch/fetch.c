/* What the cache can answer is answered here; all else is asked of datajam-fetch, which has the network. */
#include "fetch/fetch.h"

#include "base/file.h"
#include "fetch/cache.h"
#include "fetch/message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void dj_fetched_free(dj_fetched *f)
{
	free(f->path);
	free(f->etag);
	free(f->last_modified);
	free(f->final_url);
	*f = (dj_fetched){0};
}

/* ---- Without the network ---- */

static void give(dj_fetched *out, const dj_cache *c, const dj_digest *d, uint64_t bytes, dj_cache_entry *e)
{
	*out = (dj_fetched){.path = dj_cache_file(c, d), .digest = *d, .bytes = bytes, .from_cache = true};
	if (!e)
		return;
	out->etag = dj_strdup(e->etag);
	out->last_modified = dj_strdup(e->last_modified);
	out->final_url = dj_strdup(e->final_url);
}

static void say_age(const dj_fetch_ask *ask, const dj_cache_entry *e)
{
	char *text = dj_fmt("%s: the copy of %s is used (--offline)", ask->url, e->fetched);

	if (ask->say)
		ask->say(ask->user, false, text);
	free(text);
}

/* 1: the cache answers; 0: it can not. */
static int look(dj_fetched *out, const dj_fetch_ask *ask, const dj_cache *c, dj_err *err)
{
	dj_cache_key   key = dj_cache_key_of(ask);
	dj_cache_entry known;
	uint64_t       bytes = 0;
	bool           listed = dj_cache_find(&known, c, &key) > 0;
	int            rc = 0;

	if (ask->expect && dj_cache_has(c, ask->expect, &bytes)) {
		bool same = listed && dj_digest_compare(&known.digest, ask->expect) == 0;
		give(out, c, ask->expect, bytes, same ? &known : NULL);
		rc = 1;
	} else if (ask->offline && !ask->expect && listed) {
		give(out, c, &known.digest, known.bytes, &known);
		say_age(ask, &known);
		rc = 1;
	} else if (ask->offline) {
		rc = dj_fail(err, DJ_NOTFOUND, "%s is not in the cache%s (load it once without --offline)", ask->url,
		             listed ? " with the SHA-256 that is asked for" : "");
	}
	dj_cache_entry_free(&known);
	return rc;
}

/* ---- The process ---- */

typedef struct call {
	pid_t pid;
	int   answer, stop; /* descriptors, ours */
} call;

static char *program_path(const dj_fetch_ask *ask)
{
	char    self[PATH_MAX];
	ssize_t n;

	if (ask->program)
		return dj_strdup(ask->program);
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n > 0 ? n : 0] = '\0';
	return dj_fmt("%.*sdatajam-fetch", (int)(dj_path_name(self) - self), self);
}

/* Everything else is close-on-exec, or closed here: a descriptor of the load is nothing to who talks to a server. */
static int spawn(call *c, const char *program, int ask, int answer, int stop, dj_err *err)
{
	char                       name[] = "datajam-fetch";
	char                      *argv[] = {name, NULL};
	posix_spawn_file_actions_t act;
	int                        why;

	posix_spawn_file_actions_init(&act);
	why = posix_spawn_file_actions_adddup2(&act, ask, 0);
	why = why ? why : posix_spawn_file_actions_adddup2(&act, answer, 1);
	why = why ? why : posix_spawn_file_actions_adddup2(&act, stop, DJ_FETCH_STOP_FD);
	why = why ? why : posix_spawn_file_actions_addclosefrom_np(&act, DJ_FETCH_STOP_FD + 1);
	why = why ? why : posix_spawn(&c->pid, program, &act, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&act);
	if (why == ENOENT)
		return dj_fail(err, DJ_FAIL, "%s is not there (build datajam whole: scripts/build)", program);
	errno = why;
	return why ? dj_fail_errno(err, "%s can not be started", program) : DJ_OK;
}

/* Away from the low numbers, so that handing them over as 0, 1 and 3 can not overwrite one with another. */
static int lift(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);

	close(fd);
	return high;
}

static int begin(call *c, const dj_fetch_ask *ask, dj_err *err)
{
	dj_buf text = {0};
	char  *program = program_path(ask);
	int    answer[2] = {-1, -1}, stop[2] = {-1, -1}, job, rc;

	dj_fetch_put_ask(&text, ask);
	rc = job = dj_memfd_sealed("ask", text.data, text.n, err);
	if (rc >= 0 && (pipe2(answer, O_CLOEXEC) < 0 || pipe2(stop, O_CLOEXEC) < 0))
		rc = dj_fail_errno(err, "no pipe for datajam-fetch");
	if (rc >= 0) {
		job = lift(job);
		answer[1] = lift(answer[1]);
		stop[0] = lift(stop[0]);
		rc = spawn(c, program, job, answer[1], stop[0], err);
	}
	const int theirs[] = {job, answer[1], stop[0]};
	for (size_t i = 0; i < DJ_COUNT(theirs); i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	c->answer = answer[0];
	c->stop = stop[1];
	dj_buf_free(&text);
	free(program);
	return rc < 0 ? rc : DJ_OK;
}

/* Takes whole lines off `held`. 1: the last one was among them. */
static int read_lines(dj_buf *held, dj_fetched *out, const dj_fetch_ask *ask, dj_err *err)
{
	char  *end;
	size_t at = 0;
	int    rc = 0;

	while (rc == 0 && (end = memchr(held->data + at, '\n', held->n - at))) {
		size_t n = (size_t)(end - (held->data + at));
		rc = dj_fetch_read_line(out, ask, held->data + at, n, err);
		at += n + 1;
	}
	memmove(held->data, held->data + at, held->n - at);
	held->n -= at;
	if (rc == 0 && held->n > DJ_FETCH_MOST_LINE)
		return dj_fail(err, DJ_FAIL, "datajam-fetch said a line without end");
	return rc;
}

static int listen_to(call *c, dj_fetched *out, const dj_fetch_ask *ask, dj_err *err)
{
	struct pollfd wait[2] = {{.fd = c->answer, .events = POLLIN}, {.fd = ask->wake_fd, .events = POLLIN}};
	dj_buf        held = {0};
	int           rc = 0;

	while (rc == 0) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			rc = dj_fail_errno(err, "datajam-fetch");
		else if (wait[1].revents)
			rc = dj_fail(err, DJ_STOPPED,
			             "stopped; nothing was changed (what was fetched so far is kept for the next try)");
		else if (wait[0].revents) {
			ssize_t got = read(c->answer, dj_buf_room(&held, 65536), 65536);
			if (got == 0)
				rc = dj_fail(err, DJ_FAIL, "%s: datajam-fetch ended without an answer", ask->url);
			else if (got < 0 && errno != EINTR)
				rc = dj_fail_errno(err, "datajam-fetch");
			else if (got > 0) {
				held.n += (size_t)got;
				rc = read_lines(&held, out, ask, err);
			}
		}
	}
	dj_buf_free(&held);
	return rc;
}

/* Closing its pipe stops it, wherever it is: it has nothing to tidy up. */
static void end(call *c)
{
	struct pollfd gone = {.fd = c->answer, .events = 0};

	close(c->stop);
	if (c->pid > 0) {
		if (poll(&gone, 1, 1000) == 0)
			kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(c->answer);
}

static int ask_program(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err)
{
	call c = {.answer = -1, .stop = -1};
	int  rc = begin(&c, ask, err);

	if (rc == DJ_OK)
		rc = listen_to(&c, out, ask, err);
	end(&c);
	return rc < 0 ? rc : DJ_OK;
}

int dj_fetch(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err)
{
	dj_cache     c;
	dj_fetch_ask whole = *ask;
	dj_err       own = {0};
	int          rc;

	*out = (dj_fetched){0};
	err = err ? err : &own;
	if ((rc = dj_cache_open(&c, ask->cache, err)) < 0)
		return rc;
	whole.cache = c.folder;
	rc = look(out, &whole, &c, err);
	if (rc == 0)
		rc = ask_program(out, &whole, err);
	if (rc < 0)
		dj_fetched_free(out);
	dj_cache_close(&c);
	return rc < 0 ? rc : DJ_OK;
}
