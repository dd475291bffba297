#include "fetch/cache.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_ENTRY = 64 << 10, LOOK_AGAIN_MS = 100 };

static const char *const folders[] = {"sha256", "url", "partial", "lock"};

static char *inside(const dj_cache *c, const char *folder, const char *name)
{
	return dj_fmt("%s/%s/%s", c->folder, folder, name);
}

/* ---- The folder ---- */

static char *own_folder(void)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/') /* the XDG specification: a relative path is to be ignored */
		return dj_path_join(xdg, "datajam");
	return home && *home == '/' ? dj_path_join(home, ".cache/datajam") : NULL;
}

/* For its owner alone: what was fetched with a key is not for others on the machine. */
static int make_private(const char *path, dj_err *err)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return dj_fail_errno(err, "%s: the cache can not be made (XDG_CACHE_HOME names another place)", path);
	return DJ_OK;
}

static int make_folders(const dj_cache *c, dj_err *err)
{
	char *above = dj_strndup(c->folder, (size_t)(dj_path_name(c->folder) - c->folder));
	int   rc = *above ? dj_folder_make(above, err) : DJ_OK;

	free(above);
	if (rc == DJ_OK)
		rc = make_private(c->folder, err);
	for (size_t i = 0; rc == DJ_OK && i < DJ_COUNT(folders); i++) {
		char *path = dj_path_join(c->folder, folders[i]);
		rc = make_private(path, err);
		free(path);
	}
	return rc;
}

int dj_cache_open(dj_cache *out, const char *said, dj_err *err)
{
	int rc;

	out->folder = said ? dj_strdup(said) : own_folder();
	if (!out->folder)
		return dj_fail(err, DJ_FAIL, "there is no place for a cache (set HOME, or XDG_CACHE_HOME)");
	if ((rc = make_folders(out, err)) < 0)
		dj_cache_close(out);
	return rc;
}

void dj_cache_close(dj_cache *c)
{
	free(c->folder);
	c->folder = NULL;
}

dj_cache_key dj_cache_key_of(const dj_fetch_ask *ask)
{
	const char  *part[] = {ask->url, ask->auth_header ? ask->auth_header : "",
                          ask->auth_secret ? ask->auth_secret : ""};
	dj_sha256   *s = dj_sha256_new();
	dj_cache_key key;

	for (size_t i = 0; i < DJ_COUNT(part); i++)
		dj_sha256_add(s, part[i], strlen(part[i]) + 1);
	dj_digest d = dj_sha256_end(s);
	dj_digest_hex(key.hex, &d);
	return key;
}

/* ---- Files by digest ---- */

char *dj_cache_file(const dj_cache *c, const dj_digest *d)
{
	char hex[65];

	dj_digest_hex(hex, d);
	return inside(c, "sha256", hex);
}

bool dj_cache_has(const dj_cache *c, const dj_digest *d, uint64_t *bytes)
{
	char       *path = dj_cache_file(c, d);
	struct stat is;
	bool        has = lstat(path, &is) == 0 && S_ISREG(is.st_mode);

	free(path);
	*bytes = has ? (uint64_t)is.st_size : 0;
	return has;
}

/* ---- What is known of an address ---- */

static int read_entry(dj_cache_entry *e, const cJSON *json, dj_err *err)
{
	const char *hex = NULL, *etag = NULL, *modified = NULL, *final = NULL, *fetched = NULL;
	int64_t     bytes = 0;
	int         rc;

	if ((rc = dj_json_text(&hex, json, "!sha256", "entry", err)) < 0 ||
	    (rc = dj_json_integer(&bytes, json, "!bytes", "entry", err)) < 0 ||
	    (rc = dj_json_text(&etag, json, "etag", "entry", err)) < 0 ||
	    (rc = dj_json_text(&modified, json, "last_modified", "entry", err)) < 0 ||
	    (rc = dj_json_text(&final, json, "final_url", "entry", err)) < 0 ||
	    (rc = dj_json_text(&fetched, json, "!fetched", "entry", err)) < 0)
		return rc;
	if (!dj_digest_parse(&e->digest, hex, strlen(hex)))
		return dj_fail(err, DJ_FAIL, "entry: its sha256 is none");
	e->bytes = (uint64_t)bytes;
	e->etag = dj_strdup(etag);
	e->last_modified = dj_strdup(modified);
	e->final_url = dj_strdup(final);
	e->fetched = dj_strdup(fetched);
	return DJ_OK;
}

int dj_cache_find(dj_cache_entry *out, const dj_cache *c, const dj_cache_key *k)
{
	char    *path = inside(c, "url", k->hex);
	cJSON   *json = NULL;
	uint64_t bytes = 0;
	dj_err   none = {0};

	*out = (dj_cache_entry){0};
	bool found = dj_json_read(&json, path, MOST_ENTRY, &none) == DJ_OK &&
	             read_entry(out, json, &none) == DJ_OK && dj_cache_has(c, &out->digest, &bytes) &&
	             bytes == out->bytes;
	if (!found)
		dj_cache_entry_free(out);
	cJSON_Delete(json);
	free(path);
	return found;
}

int dj_cache_put(const dj_cache *c, const dj_cache_key *k, const char *url, const dj_cache_entry *e,
                 dj_err *err)
{
	char  *path = inside(c, "url", k->hex), hex[65];
	dj_buf json = {0};

	dj_digest_hex(hex, &e->digest);
	dj_json_open(&json, NULL, '{');
	dj_json_add_text(&json, "url", url);
	dj_json_add_text(&json, "sha256", hex);
	dj_json_add_integer(&json, "bytes", (int64_t)e->bytes);
	dj_json_add_text(&json, "etag", e->etag);
	dj_json_add_text(&json, "last_modified", e->last_modified);
	dj_json_add_text(&json, "final_url", e->final_url);
	dj_json_add_text(&json, "fetched", e->fetched);
	dj_buf_text(&json, "}\n");
	int rc = dj_file_write(path, json.data, json.n, err);
	dj_buf_free(&json);
	free(path);
	return rc;
}

void dj_cache_entry_free(dj_cache_entry *e)
{
	free(e->etag);
	free(e->last_modified);
	free(e->final_url);
	free(e->fetched);
	*e = (dj_cache_entry){0};
}

static void forget_address(const dj_cache *c, const char *name, const dj_digest *d)
{
	dj_cache_entry entry = {0};
	cJSON         *json = NULL;
	char          *path = inside(c, "url", name);
	dj_err         none = {0};

	if (dj_json_read(&json, path, MOST_ENTRY, &none) == DJ_OK && read_entry(&entry, json, &none) == DJ_OK &&
	    dj_digest_compare(&entry.digest, d) == 0)
		unlink(path);
	dj_cache_entry_free(&entry);
	cJSON_Delete(json);
	free(path);
}

int dj_fetch_forget(const char *cache, const dj_digest *d, dj_err *err)
{
	dj_cache c;
	char   **names = NULL, *file = NULL, *addresses = NULL;
	size_t   n = 0;
	int      rc = dj_cache_open(&c, cache, err);

	if (rc < 0)
		return rc;
	addresses = dj_path_join(c.folder, "url");
	if ((rc = dj_folder_list(&names, &n, addresses, err)) < 0)
		goto out;
	for (size_t i = 0; i < n; i++)
		forget_address(&c, names[i], d);
	dj_names_free(names, n);
	file = dj_cache_file(&c, d);
	rc = unlink(file) == 0 ? 1 : 0;
	if (rc == 0 && errno != ENOENT)
		rc = dj_fail_errno(err, "%s: can not be removed", file);
out:
	free(file);
	free(addresses);
	dj_cache_close(&c);
	return rc;
}

/* ---- One at a time ---- */

int dj_cache_lock(const dj_cache *c, const dj_cache_key *k, int wake_fd, bool *waited, dj_err *err)
{
	struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
	char         *path = inside(c, "lock", k->hex);
	int           fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), rc = fd;

	*waited = false;
	if (fd < 0)
		rc = dj_fail_errno(err, "%s: can not be made", path);
	while (rc >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		*waited = true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			rc = dj_fail_errno(err, "%s: can not be locked", path);
		else if (poll(&wake, 1, LOOK_AGAIN_MS) > 0)
			rc = dj_fail(err, DJ_STOPPED, "stopped; nothing was changed");
	}
	if (rc < 0 && fd >= 0)
		close(fd);
	free(path);
	return rc;
}
