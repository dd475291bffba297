#include "store/workspace.h"

#include "base/file.h"
#include "base/text.h"
#include "store/fields.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_K = 11, LEAST_K = 2, MOST_K = 1000, MOST_JAM = 1 << 20 };

static const char *const jam_members[] = {"format", "title", "contact", "roles", "k", "fetch"};
static const char *const fetch_members[] = {"allow", "tries", "stall", "pause", "most_mb"};

/* ---- Making one ---- */

static int write_jam(const char *dir, const char *path, dj_err *err)
{
	char  *real = dj_path_real(dir);
	dj_buf b = {0};
	int    rc;

	dj_buf_text(&b, "{\n  \"format\": 1,\n  \"title\": ");
	dj_json_put_text(&b, real ? dj_path_name(real) : "datajam");
	dj_buf_text(&b, "\n}\n");
	rc = dj_file_write(path, b.data, b.n, err);
	dj_buf_free(&b);
	free(real);
	return rc;
}

/* What is made from data stays out of version control; lines that are there already are kept. */
static int write_gitignore(const char *dir, dj_err *err)
{
	static const char ignored[] =
	    "# made by datajam: loaded data, results, reports\n.datajam/\nreport*.html\n";
	char  *path = dj_path_join(dir, ".gitignore"), *before = NULL;
	size_t n = 0;
	dj_buf b = {0};
	int    rc = DJ_OK;

	if (dj_file_exists(path))
		rc = dj_file_read(&before, &n, path, MOST_JAM, err);
	if (rc == DJ_OK && !(before && strstr(before, ".datajam/"))) {
		if (n) {
			dj_buf_add(&b, before, n);
			if (before[n - 1] != '\n')
				dj_buf_char(&b, '\n');
		}
		dj_buf_text(&b, ignored);
		rc = dj_file_write(path, b.data, b.n, err);
	}
	dj_buf_free(&b);
	free(before);
	free(path);
	return rc;
}

static int make_folder_in(const char *dir, const char *name, dj_err *err)
{
	char *path = dj_path_join(dir, name);
	int   rc = dj_folder_make(path, err);

	free(path);
	return rc;
}

int dj_workspace_init(const char *dir, dj_err *err)
{
	char *jam = dj_path_join(dir, "jam.json");
	int   rc;

	if (dj_file_exists(jam)) {
		rc = dj_fail(err, DJ_USAGE, "%s is there already: this is a workspace (nothing to do)", jam);
		goto out;
	}
	if ((rc = dj_folder_make(dir, err)) < 0 || (rc = make_folder_in(dir, "plugins", err)) < 0 ||
	    (rc = make_folder_in(dir, "datasets", err)) < 0 || (rc = write_gitignore(dir, err)) < 0)
		goto out;
	rc = write_jam(dir, jam, err); /* last: it is what makes the folder a workspace */
out:
	free(jam);
	return rc;
}

/* ---- Opening one ---- */

/* "roles": each a dataset's name or a list of names. */
static int check_roles(const cJSON *jam, dj_arena *a, dj_err *err)
{
	const cJSON       *roles = NULL, *item;
	const char *const *names = NULL;
	size_t             n = 0;
	int                rc = dj_json_object(&roles, jam, "roles", "jam.json", err);

	cJSON_ArrayForEach(item, roles)
	{
		if (rc == DJ_OK)
			rc = dj_fields_texts(&names, &n, roles, item->string, true, "jam.json, roles", a, err);
	}
	return rc;
}

/* Members of "fetch" that are there; the others are left as they are. */
static int read_fetch(dj_workspace_fetching *out, const cJSON *fetch, dj_err *err)
{
	static const char where[] = "jam.json, fetch";
	int               rc;

	if ((rc = dj_json_integer(&out->tries, fetch, "tries", where, err)) < 0 ||
	    (rc = dj_json_integer(&out->most_mb, fetch, "most_mb", where, err)) < 0 ||
	    (rc = dj_json_real(&out->stall_s, fetch, "stall", where, err)) < 0)
		return rc;
	return dj_json_real(&out->pause_s, fetch, "pause", where, err);
}

static int check_fetch(const cJSON *jam, dj_arena *a, dj_err *err)
{
	static const char     where[] = "jam.json, fetch";
	dj_workspace_fetching f = {.tries = 1, .most_mb = 1, .stall_s = 1, .pause_s = 1};
	const cJSON          *fetch = NULL;
	const char *const    *names = NULL;
	size_t                n = 0;
	int                   rc = dj_json_object(&fetch, jam, "fetch", "jam.json", err);

	if (rc < 0 || !fetch)
		return rc;
	if ((rc = dj_json_only(fetch, fetch_members, DJ_COUNT(fetch_members), where, err)) < 0 ||
	    (rc = dj_fields_texts(&names, &n, fetch, "allow", true, where, a, err)) < 0 ||
	    (rc = read_fetch(&f, fetch, err)) < 0)
		return rc;
	if (f.tries < 1 || f.tries > 100)
		return dj_fail(err, DJ_FAIL, "%s: tries is not 1 to 100", where);
	if (f.most_mb < 1 || f.most_mb > 10000000)
		return dj_fail(err, DJ_FAIL, "%s: most_mb is not 1 to 10,000,000", where);
	if (!(f.stall_s >= 0.1 && f.stall_s <= 3600))
		return dj_fail(err, DJ_FAIL, "%s: stall is not 0.1 to 3600 seconds", where);
	if (!(f.pause_s >= 0 && f.pause_s <= 30))
		return dj_fail(err, DJ_FAIL, "%s: pause is not 0 to 30 seconds", where);
	return DJ_OK;
}

static int check_jam(const cJSON *jam, dj_err *err)
{
	dj_arena   *a = dj_arena_new();
	const char *s = NULL;
	int64_t     k = DEFAULT_K;
	int         rc;

	if (!cJSON_IsObject(jam))
		rc = dj_fail(err, DJ_FAIL, "jam.json is not a JSON object");
	else if ((rc = dj_json_only(jam, jam_members, DJ_COUNT(jam_members), "jam.json", err)) == DJ_OK &&
	         (rc = dj_fields_format(jam, "jam.json", err)) == DJ_OK &&
	         (rc = dj_fields_text(&s, jam, "title", "jam.json", a, err)) == DJ_OK &&
	         (rc = dj_fields_text(&s, jam, "contact", "jam.json", a, err)) == DJ_OK &&
	         (rc = dj_json_integer(&k, jam, "k", "jam.json", err)) == DJ_OK &&
	         (rc = check_fetch(jam, a, err)) == DJ_OK)
		rc = check_roles(jam, a, err);
	if (rc == DJ_OK && (k < LEAST_K || k > MOST_K))
		rc = dj_fail(err, DJ_FAIL, "jam.json: k is %lld (the smallest cell that may leave: %d to %d)",
		             (long long)k, LEAST_K, MOST_K);
	dj_arena_free(a);
	return rc;
}

int dj_workspace_open(dj_workspace **out, const char *from, dj_err *err)
{
	char         *real = dj_path_real(from ? from : "."), *jam = NULL;
	dj_workspace *w = dj_alloc_zero(1, sizeof *w);
	int           rc;

	w->root = real ? dj_find_up(real, "jam.json") : NULL;
	if (!w->root) {
		rc = real ? dj_fail(err, DJ_NOTFOUND, "no workspace at %s or above it (datajam init makes one)", real)
		          : dj_fail(err, DJ_NOTFOUND, "there is no folder %s", from ? from : ".");
		goto out;
	}
	w->state = dj_path_join(w->root, ".datajam");
	w->toolkit = dj_toolkit_folder();
	w->built = dj_toolkit_built();
	jam = dj_path_join(w->root, "jam.json");
	if ((rc = dj_json_read(&w->jam, jam, MOST_JAM, err)) < 0)
		goto out;
	if ((rc = check_jam(w->jam, err)) < 0) {
		dj_fail_in(err, "%s", w->root);
		goto out;
	}
	dj_workspace_sweep(w);
out:
	free(jam);
	free(real);
	if (rc < 0)
		dj_workspace_free(w);
	else
		*out = w;
	return rc;
}

void dj_workspace_free(dj_workspace *w)
{
	if (!w)
		return;
	cJSON_Delete(w->jam);
	free(w->built);
	free(w->toolkit);
	free(w->state);
	free(w->root);
	free(w);
}

/* ---- What it says ---- */

char *dj_workspace_path(const dj_workspace *w, const char *relative)
{
	return dj_path_join(w->root, relative);
}

const char *dj_workspace_contact(const dj_workspace *w)
{
	const cJSON *contact = cJSON_GetObjectItemCaseSensitive(w->jam, "contact");

	return contact ? contact->valuestring : NULL;
}

int dj_workspace_k(const dj_workspace *w)
{
	const cJSON *k = cJSON_GetObjectItemCaseSensitive(w->jam, "k");

	return k ? k->valueint : DEFAULT_K;
}

/* A text, or a list of texts. */
static size_t give_texts(const cJSON *named, const char **out, size_t most)
{
	const cJSON *item;
	size_t       n = 0;

	if (cJSON_IsString(named) && most > 0) {
		out[0] = named->valuestring;
		return 1;
	}
	cJSON_ArrayForEach(item, named)
	{
		if (n < most)
			out[n++] = item->valuestring;
	}
	return n;
}

size_t dj_workspace_role(const dj_workspace *w, const char *role, const char **out, size_t most)
{
	const cJSON *roles = cJSON_GetObjectItemCaseSensitive(w->jam, "roles");

	return give_texts(cJSON_GetObjectItemCaseSensitive(roles, role), out, most);
}

dj_workspace_fetching dj_workspace_fetching_of(const dj_workspace *w)
{
	dj_workspace_fetching f = {.pause_s = -1};
	const cJSON          *fetch = cJSON_GetObjectItemCaseSensitive(w->jam, "fetch");

	if (fetch)
		read_fetch(&f, fetch, NULL); /* it was checked when the workspace was opened */
	return f;
}

size_t dj_workspace_fetch_allows(const dj_workspace *w, const char **out, size_t most)
{
	const cJSON *fetch = cJSON_GetObjectItemCaseSensitive(w->jam, "fetch");

	return give_texts(cJSON_GetObjectItemCaseSensitive(fetch, "allow"), out, most);
}
