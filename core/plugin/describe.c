/* Asks a plugin what it is: in the cage, with no data, and remembers the answer by the digests of plugin and worker. */
#include "plugin/plugin.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "cage/cage.h"
#include "plugin/said.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_DESCRIPTION = 64 << 10, MOST_LOG = 64 << 10 };

typedef struct listener {
	dj_wire_in     in;
	const char    *shown, *json;
	bool           hello, done, failed;
	dj_said_failed failure;
	dj_buf         log;
	dj_arena      *arena;
} listener;

static int take_description(listener *l, dj_wire_payload *p, dj_err *err)
{
	if (l->json)
		return dj_fail(err, DJ_FAIL, "it described itself twice");
	l->json = dj_wire_text(p, l->arena, MOST_DESCRIPTION, true);
	return dj_wire_finish(p, err);
}

static int take(listener *l, dj_wire_payload *p, dj_err *err)
{
	dj_said_done done;

	if (l->done || l->failed)
		return dj_fail(err, DJ_FAIL, "it spoke after its last message");
	if (l->hello != (p->type != DJ_WIRE_HELLO))
		return dj_fail(err, DJ_FAIL, "its first message must be HELLO, and only that");
	switch (p->type) {
	case DJ_WIRE_HELLO: l->hello = true; return dj_said_hello(p, err);
	case DJ_WIRE_LOG: return DJ_OK; /* of no interest here */
	case DJ_WIRE_DESCRIPTION: return take_description(l, p, err);
	case DJ_WIRE_DONE: l->done = true; return dj_said_done_read(&done, p, err);
	case DJ_WIRE_FAILED:
		l->failed = true;
		return dj_said_failed_read(&l->failure, p, l->shown, l->arena, err);
	default: return dj_fail(err, DJ_FAIL, "message %u has no place in a description", p->type);
	}
}

static int on_result(void *user, const void *bytes, size_t n, dj_err *err)
{
	listener       *l = user;
	dj_wire_payload p;
	int             rc;

	dj_wire_feed(&l->in, bytes, n);
	while ((rc = dj_wire_next(&l->in, &p, err)) > 0)
		if ((rc = take(l, &p, err)) < 0)
			return rc;
	return rc;
}

static int on_log(void *user, const void *bytes, size_t n, dj_err *err)
{
	listener *l = user;

	(void)err;
	dj_buf_add(&l->log, bytes, n);
	return DJ_OK;
}

/* What the listener heard and how the process ended, put together. */
static int conclude(const char **verdict, const listener *l, const dj_ending *e, const dj_plugin_file *file,
                    dj_arena *a, dj_err *err)
{
	bool ours = e->verdict == DJ_VERDICT_OK || e->verdict == DJ_VERDICT_FAILED;

	if (e->verdict == DJ_VERDICT_STOPPED)
		return dj_fail(err, DJ_STOPPED, "interrupted");
	if (l->failed && ours) {
		*verdict = dj_said_verdict(&l->failure);
		return dj_fail(err, DJ_FAIL, "%s", dj_said_where(&l->failure, file->shown, a));
	}
	if (e->verdict != DJ_VERDICT_OK) {
		dj_buf shown = {0};

		*verdict = dj_verdict_name(e->verdict);

		if (e->verdict == DJ_VERDICT_FAILED && l->log.n) {
			dj_buf_text(&shown, "; ");
			dj_text_show(&shown, l->log.data, l->log.n < 400 ? l->log.n : 400);
		}
		dj_fail(err, DJ_FAIL, "%s: %s when asked what it is: %s%s", file->shown, dj_verdict_name(e->verdict),
		        e->detail, shown.n ? shown.data : "");
		dj_buf_free(&shown);
		return DJ_FAIL;
	}
	if (!l->done || !l->json || !dj_wire_in_empty(&l->in))
		return dj_fail(err, DJ_FAIL, "%s: it ended before it had said what it is", file->shown);
	return DJ_OK;
}

static int make_job(int *out_fd, const dj_plugin_file *file, dj_err *err)
{
	dj_buf json = {0};
	int    rc;

	dj_buf_text(&json, "{\"format\":1,\"action\":\"describe\"");
	dj_json_add_text(&json, "lang", dj_lang_name(file->lang));
	dj_json_add_text(&json, "name", file->name);
	dj_json_add_text(&json, "file", file->shown);
	if (file->lang == DJ_LANG_LUA)
		dj_json_add_bool(&json, "without_landlock", true);
	dj_buf_char(&json, '}');
	rc = *out_fd = dj_memfd_sealed("job", json.data, json.n, err);
	dj_buf_free(&json);
	return rc < 0 ? rc : DJ_OK;
}

/* The top level of a plugin must return at once. */
static dj_limits limits(void)
{
	dj_limits l = dj_limits_default();

	l.cpu_ms = 1000;
	l.wall_ms = 20000;
	l.output_bytes = 1 << 20;
	l.log_bytes = MOST_LOG;
	return l;
}

static int ask(const char **out, const char **verdict, const dj_plugin_file *file, const dj_worker *worker,
               const dj_workspace *w, int wake_fd, dj_arena *a, dj_err *err)
{
	char        *argv[] = {(char[]){"datajam-worker"}, NULL};
	int          fd[2] = {-1, -1}, rc;
	listener     l = {.shown = file->shown, .arena = a};
	dj_ending    ending;
	dj_cage_spec spec = {.program_fd = worker->fd,
	                     .argv = argv,
	                     .fd = fd,
	                     .n_fd = 2,
	                     .limits = limits(),
	                     .needs_landlock = file->lang == DJ_LANG_C,
	                     .on_result = on_result,
	                     .on_log = on_log,
	                     .user = &l};

	if ((rc = make_job(&fd[0], file, err)) < 0 ||
	    (rc = dj_plugin_program(&fd[1], NULL, file, w, wake_fd, a, err)) < 0 ||
	    (rc = dj_cage_run(&ending, &spec, wake_fd, err)) < 0)
		goto out;
	if ((rc = conclude(verdict, &l, &ending, file, a, err)) == DJ_OK)
		*out = l.json;
out:
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	dj_wire_in_free(&l.in);
	dj_buf_free(&l.log);
	return rc;
}

/* ---- The cache ---- */

/* The name is in it too: the same bytes in a folder of another name are another plugin. free() it. */
static char *cache_path(const dj_plugin_file *file, const dj_worker *worker, const dj_workspace *w)
{
	char      hex[65], *key, *path;
	dj_digest digest;

	dj_digest_hex(hex, &file->digest);
	key = dj_fmt("description 1 %s %s %s %s", hex, worker->hex, dj_lang_name(file->lang), file->name);
	digest = dj_sha256_of(key, strlen(key));
	dj_digest_hex(hex, &digest);
	path = dj_fmt("%s/cache/descriptions/%s.json", w->state, hex);
	free(key);
	return path;
}

/* A cache that can not be written costs time, nothing else. */
static void remember(const char *path, const char *json)
{
	char *folder = dj_strndup(path, (size_t)(dj_path_name(path) - path) - 1);

	if (dj_folder_make(folder, NULL) == DJ_OK)
		dj_file_write(path, json, strlen(json), NULL);
	free(folder);
}

static int recall(dj_plugin_description **out, const char *path, const dj_plugin_file *file, dj_arena *a)
{
	char  *json;
	size_t n;
	int    rc;

	if (!dj_file_exists(path) || dj_file_read(&json, &n, path, MOST_DESCRIPTION, NULL) < 0)
		return DJ_NOTFOUND;
	rc = dj_description_parse(out, json, n, file->name, a, NULL);
	free(json);
	return rc;
}

int dj_plugin_describe(const dj_plugin_description **out, const char **verdict, const dj_plugin_file *file,
                       const dj_worker *worker, const dj_workspace *w, int wake_fd, dj_arena *a, dj_err *err)
{
	dj_plugin_description *d;
	const char            *json, *ended = "FAILED";
	char                  *path;
	int                    rc;

	if (verdict)
		*verdict = ended;
	if (file->broken)
		return dj_fail(err, DJ_FAIL, "%s: %s", file->shown, file->broken);
	path = cache_path(file, worker, w);
	if ((rc = recall(&d, path, file, a)) == DJ_OK)
		goto out;
	if ((rc = ask(&json, &ended, file, worker, w, wake_fd, a, err)) < 0)
		goto out;
	if ((rc = dj_description_parse(&d, json, strlen(json), file->name, a, err)) < 0) {
		dj_fail_in(err, "%s", file->shown);
		goto out;
	}
	remember(path, json);
out:
	if (rc == DJ_OK)
		*out = d;
	if (verdict)
		*verdict = ended;
	free(path);
	return rc;
}
