#include "fetch/message.h"

#include "base/text.h"

#include <string.h>

void dj_fetch_put_ask(dj_buf *out, const dj_fetch_ask *ask)
{
	char hex[65];

	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "url", ask->url);
	if (ask->expect) {
		dj_digest_hex(hex, ask->expect);
		dj_json_add_text(out, "expect", hex);
	}
	dj_json_add_text(out, "cache", ask->cache);
	dj_json_add_text(out, "auth_header", ask->auth_header);
	dj_json_add_text(out, "auth_secret", ask->auth_secret);
	dj_json_add_texts(out, "allow", ask->allow, ask->n_allow);
	dj_json_add_integer(out, "most_bytes", (int64_t)ask->most_bytes);
	dj_json_add_integer(out, "tries", ask->tries);
	dj_json_add_integer(out, "redirects", ask->redirects);
	dj_json_add_integer(out, "stall_ms", ask->stall_ms);
	dj_json_add_integer(out, "pause_ms", ask->pause_ms);
	dj_buf_text(out, "}\n");
}

static int read_allow(dj_fetch_ask *out, const cJSON *json, dj_arena *a, dj_err *err)
{
	const cJSON *list = NULL, *item;
	const char **host;

	if (dj_json_array(&list, json, "allow", "ask", err) < 0)
		return err->code;
	host = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *host);
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item))
			host[out->n_allow++] = item->valuestring;
	}
	out->allow = host;
	return DJ_OK;
}

int dj_fetch_read_ask(dj_fetch_ask *out, const cJSON *json, dj_arena *a, dj_err *err)
{
	const char *hex = NULL;
	int64_t     most = 0, tries = 0, redirects = 0, stall = 0, pause = 0;
	int         rc;

	*out = DJ_FETCH_ASK;
	if ((rc = dj_json_text(&out->url, json, "!url", "ask", err)) < 0 ||
	    (rc = dj_json_text(&hex, json, "expect", "ask", err)) < 0 ||
	    (rc = dj_json_text(&out->cache, json, "cache", "ask", err)) < 0 ||
	    (rc = dj_json_text(&out->auth_header, json, "auth_header", "ask", err)) < 0 ||
	    (rc = dj_json_text(&out->auth_secret, json, "auth_secret", "ask", err)) < 0 ||
	    (rc = dj_json_integer(&most, json, "!most_bytes", "ask", err)) < 0 ||
	    (rc = dj_json_integer(&tries, json, "!tries", "ask", err)) < 0 ||
	    (rc = dj_json_integer(&redirects, json, "!redirects", "ask", err)) < 0 ||
	    (rc = dj_json_integer(&stall, json, "!stall_ms", "ask", err)) < 0 ||
	    (rc = dj_json_integer(&pause, json, "!pause_ms", "ask", err)) < 0 ||
	    (rc = read_allow(out, json, a, err)) < 0)
		return rc;
	out->most_bytes = (uint64_t)most;
	out->tries = (unsigned)tries;
	out->redirects = (unsigned)redirects;
	out->stall_ms = (unsigned)stall;
	out->pause_ms = (unsigned)pause;
	if (hex) {
		dj_digest *expect = dj_arena_alloc(a, 1, sizeof *expect);
		if (!dj_digest_parse(expect, hex, strlen(hex)))
			return dj_fail(err, DJ_FAIL, "ask: expect is no digest");
		out->expect = expect;
	}
	return DJ_OK;
}

/* ---- Answers ---- */

void dj_fetch_put_progress(dj_buf *out, uint64_t done, uint64_t total)
{
	dj_buf_fmt(out, "{\"progress\":[%llu,%llu]}\n", (unsigned long long)done, (unsigned long long)total);
}

void dj_fetch_put_say(dj_buf *out, bool warning, const char *text)
{
	dj_buf shown = {0};

	dj_text_show(&shown, text, strlen(text));
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "say", shown.data ? shown.data : "");
	dj_buf_free(&shown);
	dj_json_add_bool(out, "warning", warning);
	dj_buf_text(out, "}\n");
}

void dj_fetch_put_fetched(dj_buf *out, const dj_fetched *f)
{
	char hex[65];

	dj_digest_hex(hex, &f->digest);
	dj_json_open(out, NULL, '{');
	dj_json_open(out, "fetched", '{');
	dj_json_add_text(out, "path", f->path);
	dj_json_add_text(out, "sha256", hex);
	dj_json_add_integer(out, "bytes", (int64_t)f->bytes);
	dj_json_add_text(out, "etag", f->etag);
	dj_json_add_text(out, "last_modified", f->last_modified);
	dj_json_add_text(out, "final_url", f->final_url);
	dj_json_add_bool(out, "from_cache", f->from_cache);
	dj_buf_text(out, "}}\n");
}

void dj_fetch_put_wrong(dj_buf *out, const dj_err *err)
{
	dj_buf shown = {0};

	for (const char *line = err->text;
	     line;) { /* line breaks are ours; what a server said is made harmless */
		const char *end = strchr(line, '\n');
		dj_text_show(&shown, line, end ? (size_t)(end - line) : strlen(line));
		if (end)
			dj_buf_char(&shown, '\n');
		line = end ? end + 1 : NULL;
	}
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "wrong", shown.data ? shown.data : "");
	dj_json_add_integer(out, "code", err->code);
	dj_buf_text(out, "}\n");
	dj_buf_free(&shown);
}

static int read_fetched(dj_fetched *out, const cJSON *json, dj_err *err)
{
	const char *path = NULL, *hex = NULL, *etag = NULL, *modified = NULL, *final = NULL;
	int64_t     bytes = 0;
	int         rc;

	if ((rc = dj_json_text(&path, json, "!path", "answer", err)) < 0 ||
	    (rc = dj_json_text(&hex, json, "!sha256", "answer", err)) < 0 ||
	    (rc = dj_json_integer(&bytes, json, "!bytes", "answer", err)) < 0 ||
	    (rc = dj_json_text(&etag, json, "etag", "answer", err)) < 0 ||
	    (rc = dj_json_text(&modified, json, "last_modified", "answer", err)) < 0 ||
	    (rc = dj_json_text(&final, json, "final_url", "answer", err)) < 0 ||
	    (rc = dj_json_bool(&out->from_cache, json, "from_cache", "answer", err)) < 0)
		return rc;
	if (!dj_digest_parse(&out->digest, hex, strlen(hex)))
		return dj_fail(err, DJ_FAIL, "answer: its sha256 is none");
	out->path = dj_strdup(path);
	out->bytes = (uint64_t)bytes;
	out->etag = dj_strdup(etag);
	out->last_modified = dj_strdup(modified);
	out->final_url = dj_strdup(final);
	return DJ_OK;
}

int dj_fetch_read_line(dj_fetched *out, const dj_fetch_ask *ask, const char *line, size_t n, dj_err *err)
{
	const cJSON *fetched = NULL, *progress = NULL;
	const char  *said = NULL, *wrong = NULL;
	cJSON       *json = NULL;
	int64_t      code = DJ_FAIL;
	bool         warning = false;
	int          rc;

	if ((rc = dj_json_parse(&json, line, n, err)) < 0 ||
	    (rc = dj_json_array(&progress, json, "progress", "answer", err)) < 0 ||
	    (rc = dj_json_text(&said, json, "say", "answer", err)) < 0 ||
	    (rc = dj_json_bool(&warning, json, "warning", "answer", err)) < 0 ||
	    (rc = dj_json_object(&fetched, json, "fetched", "answer", err)) < 0 ||
	    (rc = dj_json_text(&wrong, json, "wrong", "answer", err)) < 0 ||
	    (rc = dj_json_integer(&code, json, "code", "answer", err)) < 0)
		goto out;
	const cJSON *done = cJSON_GetArrayItem(progress, 0), *total = cJSON_GetArrayItem(progress, 1);
	if (cJSON_IsNumber(done) && cJSON_IsNumber(total) && ask->progress)
		ask->progress(ask->user, (uint64_t)done->valuedouble, (uint64_t)total->valuedouble);
	if (said && ask->say)
		ask->say(ask->user, warning, said);
	if (fetched)
		rc = read_fetched(out, fetched, err) < 0 ? err->code : 1;
	if (wrong)
		rc = dj_fail(err, code < 0 && code >= DJ_STOPPED ? (int)code : DJ_FAIL, "%s", wrong);
out:
	cJSON_Delete(json);
	return rc;
}
