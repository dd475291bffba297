/* Sources that are addresses: asked of core/fetch as options, jam.json and dataset.json say together. */
#include "intake/parts.h"

#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ALLOWED = 256 };

static void say(void *user, bool warning, const char *text)
{
	dj_intake_message(user, warning ? DJ_LOAD_WARNING : DJ_LOAD_NOTE, "%s", text);
}

static void progress(void *user, uint64_t done, uint64_t total)
{
	dj_intake *in = user;

	if (in->o->fetching)
		in->o->fetching(in->o->user, done, total);
}

/* datajam-fetch stands where the loader does. */
static const char *program(const dj_intake *in)
{
	const char *loader = in->o->loader;

	return loader ? dj_arena_fmt(in->a, "%.*sdatajam-fetch", (int)(dj_path_name(loader) - loader), loader)
	              : NULL;
}

static dj_fetch_ask ask_for(dj_intake *in, const dj_source_spec *spec)
{
	dj_workspace_fetching set = dj_workspace_fetching_of(in->w);
	dj_fetch_ask          ask = DJ_FETCH_ASK;
	size_t                most = MOST_ALLOWED + in->o->n_allow_host;
	const char          **allow = dj_arena_alloc(in->a, most, sizeof *allow);

	ask.url = spec->url;
	ask.expect = spec->digest_said ? &spec->digest : NULL;
	ask.offline = in->o->offline;
	ask.auth_header = spec->auth_header;
	ask.auth_secret = spec->auth_secret;
	ask.n_allow = dj_workspace_fetch_allows(in->w, allow, MOST_ALLOWED);
	for (size_t i = 0; i < in->o->n_allow_host; i++)
		allow[ask.n_allow++] = in->o->allow_host[i];
	ask.allow = allow;
	ask.tries = set.tries ? (unsigned)set.tries : ask.tries;
	ask.stall_ms = set.stall_s > 0 ? (unsigned)(set.stall_s * 1000) : ask.stall_ms;
	ask.pause_ms = set.pause_s >= 0 ? (unsigned)(set.pause_s * 1000) : ask.pause_ms;
	ask.most_bytes = (uint64_t)set.most_mb * 1000000;
	ask.program = program(in);
	ask.wake_fd = in->o->wake_fd;
	ask.progress = progress;
	ask.say = say;
	ask.user = in;
	return ask;
}

int dj_intake_fetch(dj_fetched *out, dj_intake *in, const dj_source_spec *spec, const dj_digest *known,
                    dj_err *err)
{
	dj_fetch_ask ask = ask_for(in, spec);

	if (!ask.expect)
		ask.expect = known;
	return dj_fetch(out, &ask, err);
}

int dj_intake_check_offline(dj_intake *in, dj_err *err)
{
	const dj_manifest *m = in->manifest;
	dj_buf             missing = {0};
	size_t             n = 0;
	int                rc = DJ_OK;

	for (size_t k = 0; k < m->n_tables && rc == DJ_OK; k++)
		for (size_t i = 0; i < m->table[k].n_sources && rc == DJ_OK; i++) {
			const dj_source_spec *spec = &m->table[k].source[i];
			dj_fetched            f = {0};
			if (!spec->url)
				continue;
			dj_fetch_ask ask = ask_for(in, spec);
			ask.say = NULL;
			if ((rc = dj_fetch(&f, &ask, err)) == DJ_NOTFOUND) {
				dj_buf_fmt(&missing, "%s%s", n++ ? ", " : "", spec->url);
				rc = DJ_OK;
			}
			dj_fetched_free(&f);
		}
	if (rc == DJ_OK && n)
		rc = dj_fail(err, DJ_FAIL, "not in the cache%s: %.800s (load once without --offline)",
		             n == 1 ? "" : " are", missing.data);
	dj_buf_free(&missing);
	return rc;
}

void dj_intake_describe_fetched(dj_buf *json, const dj_fetched *f)
{
	dj_json_add_text(json, "final_url", f->final_url);
	dj_json_add_text(json, "etag", f->etag);
	dj_json_add_text(json, "last_modified", f->last_modified);
}

bool dj_intake_same_sources(const char *then, const char *now)
{
	static const char *const passing[] = {"final_url", "etag",
	                                      "last_modified"}; /* the bytes may be the same */
	const char              *text[2] = {then, now};
	cJSON                   *json[2] = {NULL, NULL}, *item;
	bool                     same = true;

	for (int i = 0; i < 2; i++) {
		same = dj_json_parse(&json[i], text[i], strlen(text[i]), NULL) == DJ_OK && same;
		cJSON_ArrayForEach(item, json[i])
		{
			for (size_t k = 0; k < DJ_COUNT(passing); k++)
				cJSON_DeleteItemFromObjectCaseSensitive(item, passing[k]);
		}
	}
	same = same && cJSON_Compare(json[0], json[1], true);
	cJSON_Delete(json[0]);
	cJSON_Delete(json[1]);
	return same;
}
