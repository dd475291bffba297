#include "fetch/get.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/text.h"
#include "fetch/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_PAUSE_MS = 30000, LONGEST_ASKED_S = 120, WORTH_A_TRY = 1 << 20 };

static const uint64_t MOST_BYTES = (uint64_t)16 << 30;

void dj_get_say(dj_get_state *g, bool warning, const char *fmt, ...)
{
	char    text[1200];
	va_list args;

	if (!g->ask->say)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	dj_secret_hide(&g->secret, text);
	g->ask->say(g->ask->user, warning, text);
}

/* ---- Redirects ---- */

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* *url becomes where the answer sends us. */
static int redirect(dj_url *url, const dj_exchange *x, dj_err *err)
{
	dj_url to;

	if (!x->redirect)
		return dj_fail(err, DJ_FAIL, "%s: a redirect (%ld) that does not say where to", url->shown,
		               x->status);
	if (dj_url_resolve(&to, url, x->redirect, err) < 0) {
		dj_fail_in(err, "%s: a redirect is not followed", url->shown);
		return err->code = DJ_DENIED;
	}
	if (strcmp(url->scheme, "https") == 0 && strcmp(to.scheme, "http") == 0) {
		dj_fail(err, DJ_DENIED, "%s: a redirect from https to http is not followed (%s)", url->shown,
		        to.shown);
		dj_url_free(&to);
		return err->code;
	}
	dj_url_free(url);
	*url = to;
	return DJ_OK;
}

static void begin_exchange(dj_exchange *x, dj_get_state *g, const dj_url *url)
{
	const dj_cache_partial *p = &g->part;
	bool                    resumes =
	    p->bytes > 0 && p->bytes < g->most && (g->ask->expect || (p->sound && dj_cache_partial_vouched(p)));
	bool same = dj_url_same_origin(url, &g->url);

	dj_exchange_free(x);
	*x = (dj_exchange){.g = g, .url = url, .tries_most = g->ask->tries};
	x->from = resumes ? p->bytes : 0;
	x->conditional = !resumes && g->is_known && (g->known.etag || g->known.last_modified) &&
	                 (!g->ask->expect || dj_digest_compare(&g->known.digest, g->ask->expect) == 0);
	x->with_key = g->secret.n > 0 && same;
	if (g->secret.n > 0 && !same)
		dj_get_say(g, false, "%s: the key is not sent on to %s", g->url.shown, url->host);
}

/* The first answer that is no redirect; *url is where it came from. */
static int follow(dj_exchange *x, dj_get_state *g, dj_url *url, dj_err *err)
{
	int rc = dj_url_parse(url, g->ask->url, err);

	for (unsigned hop = 0; rc == DJ_OK; hop++) {
		begin_exchange(x, g, url);
		if ((rc = dj_exchange_run(x, err)) != DJ_OK || !is_redirect(x->status))
			return rc;
		if (hop == g->ask->redirects)
			return dj_fail(err, DJ_DENIED, "%s: redirects do not end (%u were followed, the last to %s)",
			               g->url.shown, hop, url->shown);
		rc = redirect(url, x, err);
	}
	return rc;
}

/* ---- An answer ---- */

static void now_text(char out[21])
{
	dj_instant_text(out, (int64_t)time(NULL), true);
}

static void give(dj_fetched *out, const dj_get_state *g, const dj_cache_entry *e, bool from_cache)
{
	*out = (dj_fetched){.path = dj_cache_file(&g->cache, &e->digest),
	                    .digest = e->digest,
	                    .bytes = e->bytes,
	                    .etag = dj_strdup(e->etag),
	                    .last_modified = dj_strdup(e->last_modified),
	                    .final_url = dj_strdup(e->final_url),
	                    .from_cache = from_cache};
}

/* What a publisher's server says beside the bytes that a person should know. */
static void say_doubts(dj_get_state *g, const dj_exchange *x)
{
	if (x->until_close && !g->ask->expect)
		dj_get_say(
		    g, true,
		    "%s: the server does not say how long the file is, so a cut one can not be told from a whole one "
		    "(check it, and put its \"sha256\" into dataset.json)",
		    g->url.shown);
	if (x->html)
		dj_get_say(g, true,
		           "%s: the server says that this is a web page (is it the file, or a page about it?)",
		           g->url.shown);
	if (x->encoded)
		dj_get_say(g, false, "%s: the server says that the bytes are encoded; they are kept as they came",
		           g->url.shown);
}

static int wrong_digest(dj_get_state *g, const dj_exchange *x, const dj_digest *is, dj_err *err)
{
	char found[65], wanted[65];

	dj_digest_hex(found, is);
	dj_digest_hex(wanted, g->ask->expect);
	dj_cache_partial_begin(&g->part, &g->cache, &g->key, NULL, NULL, NULL);
	dj_fail(
	    err, DJ_FAIL,
	    "%s: this is not the file that was asked for: its SHA-256 is %s, not %s (if the publisher changed it, and "
	    "you have looked at it, put the first one into dataset.json as \"sha256\")",
	    g->url.shown, found, wanted);
	return x->from && x->status == 206 ? DJ_GET_AGAIN
	                                   : DJ_FAIL; /* the part that was there may have been the fault */
}

static int keep(dj_fetched *out, dj_get_state *g, dj_exchange *x, const dj_url *url, dj_err *err)
{
	char           now[21], *final = dj_url_same_origin(url, &g->url) && strcmp(url->text, g->url.text) == 0
	                                     ? NULL
	                                     : dj_url_without_query(url);
	dj_cache_entry e = {.bytes = g->part.bytes, .fetched = now, .final_url = final};
	int            rc = DJ_OK;

	e.digest = dj_sha256_end(x->sha);
	x->sha = NULL;
	e.etag = x->etag ? x->etag : x->status == 206 ? g->part.etag : NULL;
	e.last_modified = x->last_modified ? x->last_modified : x->status == 206 ? g->part.last_modified : NULL;
	e.etag = dj_strdup(e.etag);
	e.last_modified = dj_strdup(e.last_modified);
	now_text(now);
	if (final && dj_text_wrong(final, strlen(final), false)) { /* a host in other bytes than UTF-8 */
		free(final);
		final = NULL;
	}
	if (final)
		dj_secret_hide(&g->secret, final);
	if (g->ask->expect && dj_digest_compare(g->ask->expect, &e.digest) != 0)
		rc = wrong_digest(g, x, &e.digest, err);
	if (rc == DJ_OK && (rc = dj_cache_partial_keep(&g->part, &g->cache, &g->key, &e.digest, err)) == DJ_OK &&
	    (rc = dj_cache_put(&g->cache, &g->key, g->url.text, &e, err)) == DJ_OK) {
		say_doubts(g, x);
		give(out, g, &e, false);
	}
	free(e.etag);
	free(e.last_modified);
	free(final);
	return rc;
}

static int unchanged(dj_fetched *out, dj_get_state *g, dj_err *err)
{
	char           now[21];
	dj_cache_entry e = g->known;

	dj_get_say(g, false, "%s: unchanged since %s, so the cache's copy is used", g->url.shown,
	           g->known.fetched);
	now_text(now);
	e.fetched = now;
	int rc = dj_cache_put(&g->cache, &g->key, g->url.text, &e, err);
	if (rc == DJ_OK)
		give(out, g, &g->known, true);
	return rc;
}

static int refused(const dj_exchange *x, const dj_get_state *g, dj_err *err)
{
	const char *what = "";

	switch (x->status) {
	case 401:
	case 403:
		what = !g->secret.n   ? " (does it ask for a key? \"auth\" in dataset.json)"
		       : !x->with_key ? " (the key was not sent on to another server)"
		                      : " (is the key right, and still good?)";
		break;
	case 404:
	case 410: what = " (there is no such file: is the address right?)"; break;
	default: break;
	}
	return dj_fail(err, DJ_FAIL, "%s: the server answered %ld%s", x->url->shown, x->status, what);
}

static int settle(dj_fetched *out, dj_get_state *g, dj_exchange *x, const dj_url *url, dj_err *err)
{
	long s = x->status;

	if (s == 200 || (s == 206 && x->sha))
		return keep(out, g, x, url, err);
	if (s == 304 && x->conditional)
		return unchanged(out, g, err);
	if (x->from && (s == 206 || s == 416)) { /* it can not go on from there */
		dj_cache_partial_begin(&g->part, &g->cache, &g->key, NULL, NULL, NULL);
		dj_fail(err, DJ_FAIL, "%s: the server answered %ld, and no part that goes on from byte %" PRIu64,
		        x->url->shown, s, x->from);
		return DJ_GET_AGAIN;
	}
	if ((s == 429 || s >= 500) && x->retry_after_s > LONGEST_ASKED_S)
		return dj_fail(err, DJ_FAIL,
		               "%s: the server answered %ld and asks to be left alone for %" PRId64
		               " s (load it again then)",
		               x->url->shown, s, x->retry_after_s);
	if (s == 408 || s == 429 || (s >= 500 && s != 501 && s != 505)) {
		dj_fail(err, DJ_FAIL, "%s: the server answered %ld", x->url->shown, s);
		return DJ_GET_AGAIN;
	}
	return refused(x, g, err);
}

/* ---- Tries ---- */

/* Waits before the next try, longer each time, and as long as the server asks. */
static int pause_for(const dj_get_state *g, unsigned tried, int64_t asked_s, dj_err *err)
{
	struct pollfd wake = {.fd = g->ask->wake_fd, .events = POLLIN};
	int64_t       ms = g->ask->pause_ms;

	for (unsigned i = 1; i < tried && ms < LONGEST_PAUSE_MS; i++)
		ms *= 2;
	ms = ms < LONGEST_PAUSE_MS ? ms : LONGEST_PAUSE_MS;
	ms = ms > asked_s * 1000 ? ms : asked_s * 1000;
	if (poll(&wake, 1, (int)ms) > 0)
		return dj_fail(err, DJ_STOPPED, "stopped; nothing was changed");
	return DJ_OK;
}

static int give_up(const dj_get_state *g, unsigned tried, dj_err *err)
{
	const char *kept =
	    g->part.bytes ? "; what came so far is kept, and the next load goes on from there" : "";
	dj_err last = *err;

	return dj_fail(err, DJ_FAIL, "%s (tried %u time%s%s)", last.text, tried, tried == 1 ? "" : "s", kept);
}

static int try_all(dj_fetched *out, dj_get_state *g, dj_err *err)
{
	dj_exchange *x = dj_alloc_zero(1, sizeof *x);
	dj_url       url = {0};
	uint64_t     best = g->part.bytes;
	unsigned     tried = 0;
	int          rc = DJ_GET_AGAIN;

	while (rc == DJ_GET_AGAIN) {
		dj_url_free(&url);
		if ((rc = follow(x, g, &url, err)) == DJ_OK)
			rc = settle(out, g, x, &url, err);
		if (rc != DJ_GET_AGAIN)
			break;
		tried = g->part.bytes >= best + WORTH_A_TRY ? 1 : tried + 1; /* a line that is cut, but gets on */
		best = g->part.bytes > best ? g->part.bytes : best;
		if (tried >= x->tries_most) {
			rc = give_up(g, tried, err);
			break;
		}
		dj_get_say(g, false, "%s; trying again", err->text);
		if (pause_for(g, tried, x->retry_after_s, err) < 0)
			rc = err->code;
	}
	dj_exchange_free(x);
	free(x);
	dj_url_free(&url);
	return rc;
}

/* ---- Beginning ---- */

static bool header_fine(const char *name)
{
	static const char *const ours[] = {"Host",  "Connection", "Content-Length", "Transfer-Encoding",
	                                   "Range", "Cookie"};
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	for (size_t i = 0; i < DJ_COUNT(ours); i++)
		if (dj_text_same_nocase(name, ours[i]))
			return false;
	return n > 0 && name[n] == '\0';
}

static int read_secret(dj_get_state *g, dj_err *err)
{
	const dj_fetch_ask *ask = g->ask;
	char               *path = NULL;
	int                 rc;

	if (!ask->auth_header || !ask->auth_secret)
		return DJ_OK;
	if (!header_fine(ask->auth_header))
		return dj_fail(err, DJ_USAGE, "'%.64s' is no header that carries a key", ask->auth_header);
	if (strcmp(g->url.scheme, "https") != 0 && !dj_url_host_in(&g->url, ask->allow, ask->n_allow))
		return dj_fail(
		    err, DJ_DENIED,
		    "%s: a key is not sent over http, where anyone on the way can read it (use https; on a network "
		    "that you trust: --allow-host %s)",
		    g->url.shown, g->url.host);
	if ((rc = dj_secret_path(&path, &g->url, ask->auth_secret, err)) == DJ_OK)
		rc = dj_secret_read(&g->secret, path, err);
	free(path);
	return rc;
}

/* 1: another process fetched it while we waited for it. */
static int begin(dj_fetched *out, dj_get_state *g, int *lock, dj_err *err)
{
	char began[21];
	bool waited = false;
	int  rc;

	now_text(began);
	if ((rc = dj_url_parse(&g->url, g->ask->url, err)) < 0 || (rc = read_secret(g, err)) < 0 ||
	    (rc = dj_cache_open(&g->cache, g->ask->cache, err)) < 0 ||
	    (rc = *lock = dj_cache_lock(&g->cache, &g->key, g->ask->wake_fd, &waited, err)) < 0)
		return rc;
	dj_cache_sweep(&g->cache);
	g->is_known = dj_cache_find(&g->known, &g->cache, &g->key) > 0;
	if (waited && g->is_known && strcmp(g->known.fetched, began) >= 0 &&
	    (!g->ask->expect || dj_digest_compare(&g->known.digest, g->ask->expect) == 0)) {
		give(out, g, &g->known, true);
		return 1;
	}
	g->multi = curl_multi_init();
	if (!g->multi)
		return dj_fail(err, DJ_FAIL, "libcurl could not be started");
	return dj_cache_partial_open(&g->part, &g->cache, &g->key, err);
}

int dj_get(dj_fetched *out, const dj_fetch_ask *ask, dj_err *err)
{
	dj_get_state *g = dj_alloc_zero(1, sizeof *g);
	int           lock = -1, rc;

	*out = (dj_fetched){0};
	*g = (dj_get_state){.ask = ask, .most = ask->most_bytes ? ask->most_bytes : MOST_BYTES, .part.fd = -1};
	g->key = dj_cache_key_of(ask);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(g);
		return dj_fail(err, DJ_FAIL, "libcurl could not be started");
	}
	rc = begin(out, g, &lock, err);
	if (rc == DJ_OK)
		rc = try_all(out, g, err);
	if (rc < 0)
		dj_secret_hide(&g->secret, err->text);
	if (rc < 0 && g->part.fd >= 0 && g->part.bytes == 0)
		dj_cache_partial_drop(&g->part, &g->cache, &g->key);
	dj_cache_partial_free(&g->part);
	curl_multi_cleanup(g->multi);
	curl_global_cleanup();
	if (lock >= 0)
		close(lock);
	dj_cache_entry_free(&g->known);
	dj_cache_close(&g->cache);
	dj_url_free(&g->url);
	dj_secret_wipe(&g->secret);
	free(g);
	return rc < 0 ? rc : DJ_OK;
}
