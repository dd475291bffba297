/* datajam-fetch: one file from the network into the cache. It is started by dj_fetch, never by a person. */
#include "base/file.h"
#include "fetch/get.h"
#include "fetch/message.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ASK = 1 << 20, DRAW_MS = 50 };

typedef struct teller {
	int64_t told_ms; /* progress */
} teller;

/* Where nobody listens any more there is nothing to do either. */
static void tell(dj_buf *line)
{
	if (dj_fd_write(STDOUT_FILENO, line->data, line->n, NULL) < 0)
		_exit(1);
	dj_buf_free(line);
}

static void progress(void *user, uint64_t done, uint64_t total)
{
	teller         *t = user;
	dj_buf          line = {0};
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	int64_t ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (ms - t->told_ms < DRAW_MS)
		return;
	t->told_ms = ms;
	dj_fetch_put_progress(&line, done, total);
	tell(&line);
}

static void say(void *user, bool warning, const char *text)
{
	dj_buf line = {0};

	(void)user;
	dj_fetch_put_say(&line, warning, text);
	tell(&line);
}

static int get(dj_fetched *out, const char *text, size_t n, dj_err *err)
{
	dj_arena    *a = dj_arena_new();
	cJSON       *json = NULL;
	dj_fetch_ask ask;
	teller       t = {0};
	int          rc = dj_json_parse(&json, text, n, err);

	if (rc == DJ_OK && (rc = dj_fetch_read_ask(&ask, json, a, err)) == DJ_OK) {
		ask.progress = progress;
		ask.say = say;
		ask.user = &t;
		ask.wake_fd = DJ_FETCH_STOP_FD;
		rc = dj_get(out, &ask, err);
	}
	cJSON_Delete(json);
	dj_arena_free(a);
	return rc;
}

int main(void)
{
	struct rlimit none = {0, 0};
	dj_fetched    fetched = {0};
	dj_err        err = {0};
	dj_buf        line = {0};
	char         *text = NULL;
	size_t        n = 0;
	int           rc;

	setrlimit(RLIMIT_CORE, &none); /* a key in memory stays in memory */
	if (fcntl(DJ_FETCH_STOP_FD, F_GETFD) < 0) {
		fputs("datajam-fetch is started by datajam (datajam load ADDRESS)\n", stderr);
		return 2;
	}
	fcntl(DJ_FETCH_STOP_FD, F_SETFD, FD_CLOEXEC);
	rc = dj_file_read(&text, &n, "/proc/self/fd/0", MOST_ASK, &err);
	if (rc == DJ_OK)
		rc = get(&fetched, text, n, &err);
	if (rc == DJ_OK)
		dj_fetch_put_fetched(&line, &fetched);
	else
		dj_fetch_put_wrong(&line, &err);
	tell(&line);
	dj_fetched_free(&fetched);
	free(text);
	return rc == DJ_OK ? 0 : 1;
}
