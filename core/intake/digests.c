/*
 * Digests of the sources. They belong into the snapshot, but a load need not wait for them: a thread makes them while the
 * loader reads, and hands them to it through a pipe that it looks at last.
 */
#include "intake/parts.h"

#include "base/json.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dj_intake_later {
	pthread_t          thread;
	dj_intake_sources *sources;
	const dj_manifest *manifest;
	int64_t            limit;
	int                out; /* of the pipe */
	int                rc;
	dj_err             err;
};

static void describe(dj_buf *json, const dj_intake_sources *s, const dj_manifest *m, int64_t limit)
{
	char hex[65];

	dj_buf_char(json, '[');
	for (size_t k = 0, of_table = 0; k < s->n; k++) {
		of_table = k && s->item[k].table == s->item[k - 1].table ? of_table + 1 : 0;
		const dj_table_spec  *t = &m->table[s->item[k].table];
		const dj_source_spec *source = &t->source[of_table];
		dj_digest_hex(hex, &s->item[k].digest);
		dj_json_open(json, NULL, '{');
		dj_json_add_text(json, "table", t->name);
		dj_json_add_text(json, "path", source->path); /* not where it stands here: that is the person's own */
		dj_json_add_text(json, "url", source->url);
		dj_json_add_integer(json, "bytes", (int64_t)s->item[k].bytes);
		dj_json_add_text(json, "sha256", hex);
		dj_intake_describe_fetched(json, &s->item[k].fetched);
		if (limit > 0)
			dj_json_add_integer(json, "limit", limit);
		dj_buf_char(json, '}');
	}
	if (s->gazetteers_sha256) { /* other regions or places may give other rows */
		dj_json_open(json, NULL, '{');
		dj_json_add_text(json, "path", "regions and places of the toolkit");
		dj_json_add_text(json, "sha256", s->gazetteers_sha256);
		dj_buf_char(json, '}');
	}
	dj_buf_char(json, ']');
}

/* A source that was fetched has its digest already. */
static int make(dj_intake_sources *s, dj_err *err)
{
	for (size_t k = 0; k < s->n; k++) {
		dj_intake_source *item = &s->item[k];
		if (item->twin)
			item->digest = s->item[item->twin - 1].digest;
		else if (!item->digested && dj_sha256_fd(&item->digest, item->fd, err) < 0)
			return err->code;
	}
	return DJ_OK;
}

static int enforce(const dj_intake_sources *s, const dj_intake *in, dj_err *err)
{
	char found[65], said[65];

	for (size_t k = 0; k < s->n; k++) {
		const dj_intake_source *item = &s->item[k];
		if (!item->said || dj_digest_compare(item->said, &item->digest) == 0)
			continue;
		dj_digest_hex(found, &item->digest);
		dj_digest_hex(said, item->said);
		return dj_fail(
		    err, DJ_FAIL,
		    "%s is not the file that %s describes: its SHA-256 is %s, not %s (get the right file, or correct "
		    "sha256 there)",
		    item->path, in->manifest_path, found, said);
	}
	return DJ_OK;
}

int dj_intake_digest(dj_intake_sources *s, dj_intake *in, dj_err *err)
{
	dj_buf json = {0};
	int    rc;

	if (s->json)
		return DJ_OK;
	if ((rc = make(s, err)) < 0 || (rc = enforce(s, in, err)) < 0)
		return rc;
	describe(&json, s, in->manifest, in->o->limit);
	s->json = dj_buf_keep(&json, in->a);
	return DJ_OK;
}

/* ---- Beside a load ---- */

static void *work(void *arg)
{
	dj_intake_later *l = arg;
	dj_buf           json = {0};
	sigset_t         pipe;

	sigemptyset(&pipe); /* a loader that is gone is found out by who waits for it */
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	l->rc = make(l->sources, &l->err);
	if (l->rc == DJ_OK) {
		describe(&json, l->sources, l->manifest, l->limit);
		for (size_t at = 0; at < json.n;) {
			ssize_t wrote = write(l->out, json.data + at, json.n - at);
			if (wrote <= 0)
				break;
			at += (size_t)wrote;
		}
	}
	dj_buf_free(&json);
	close(l->out);
	return NULL;
}

int dj_intake_digest_later(dj_intake_later **out, dj_intake_sources *s, const dj_intake *in, dj_err *err)
{
	dj_intake_later *l;
	int              end[2];

	if (pipe2(end, O_CLOEXEC) < 0)
		return dj_fail_errno(err, "can not make a pipe");
	l = dj_alloc_zero(1, sizeof *l);
	*l = (dj_intake_later){.sources = s, .manifest = in->manifest, .limit = in->o->limit, .out = end[1]};
	if (pthread_create(&l->thread, NULL, work, l) != 0) {
		close(end[0]);
		close(end[1]);
		free(l);
		return dj_fail(err, DJ_FAIL, "can not start a thread");
	}
	*out = l;
	return end[0];
}

int dj_intake_digest_wait(dj_intake_later *l, int fd, dj_intake *in, dj_err *err)
{
	int rc;

	close(fd); /* what nobody reads is not written */
	pthread_join(l->thread, NULL);
	rc = l->rc;
	if (rc < 0 && err)
		*err = l->err;
	if (rc == DJ_OK)
		rc = enforce(l->sources, in, err);
	if (rc == DJ_OK) {
		dj_buf json = {0};
		describe(&json, l->sources, l->manifest, l->limit);
		l->sources->json = dj_buf_keep(&json, in->a);
	}
	free(l);
	return rc;
}
