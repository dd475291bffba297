/*
 * What has come so far of a body. A part is worth resuming only with something that says what it is a part of, so
 * that is written first; and data that was written before a power cut may be holes, so the start of this machine
 * that it was written under is kept with it.
 */
#include "fetch/cache.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_OF = 16 << 10, MOST_PARTIALS = 16, MOST_AGE_S = 7 * 86400 };

static char *path_of(const dj_cache *c, const char *key, const char *suffix)
{
	return dj_fmt("%s/partial/%s%s", c->folder, key, suffix);
}

/* This machine's start, as the kernel names it; "" where it does not. free() it */
static char *boot(void)
{
	char  *text = NULL;
	size_t n = 0;

	if (dj_file_read(&text, &n, "/proc/sys/kernel/random/boot_id", 256, NULL) < 0)
		return dj_strdup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* What it is a part of; nothing known where that can not be read. */
static void read_of(dj_cache_partial *p, const char *path)
{
	const char *etag = NULL, *modified = NULL, *under = NULL;
	cJSON      *json = NULL;
	dj_err      none = {0};

	if (dj_json_read(&json, path, MOST_OF, &none) == DJ_OK &&
	    dj_json_text(&etag, json, "etag", "partial", &none) == DJ_OK &&
	    dj_json_text(&modified, json, "last_modified", "partial", &none) == DJ_OK &&
	    dj_json_text(&under, json, "!boot", "partial", &none) == DJ_OK) {
		char *now = boot();
		p->sound = *now && strcmp(now, under) == 0;
		p->etag = dj_strdup(etag);
		p->last_modified = dj_strdup(modified);
		free(now);
	}
	cJSON_Delete(json);
}

int dj_cache_partial_open(dj_cache_partial *out, const dj_cache *c, const dj_cache_key *k, dj_err *err)
{
	char       *path = path_of(c, k->hex, ""), *of = path_of(c, k->hex, ".of");
	struct stat is;
	int         rc = DJ_OK;

	*out = (dj_cache_partial){0};
	out->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out->fd < 0 || fstat(out->fd, &is) < 0) {
		rc = dj_fail_errno(err, "%s: can not be made", path);
		dj_cache_partial_free(out);
		goto out;
	}
	out->bytes = (uint64_t)is.st_size;
	if (out->bytes > 0)
		read_of(out, of);
out:
	free(of);
	free(path);
	return rc;
}

int dj_cache_partial_begin(dj_cache_partial *p, const dj_cache *c, const dj_cache_key *k, const char *etag,
                           const char *last_modified, dj_err *err)
{
	char  *path = path_of(c, k->hex, ".of"), *now = boot();
	dj_buf json = {0};
	int    rc = DJ_OK;

	unlink(path); /* first: bytes of one file are never said to be part of another */
	free(p->etag);
	free(p->last_modified);
	p->etag = dj_strdup(etag);
	p->last_modified = dj_strdup(last_modified);
	p->bytes = 0;
	p->sound = true;
	dj_json_open(&json, NULL, '{');
	dj_json_add_text(&json, "etag", etag);
	dj_json_add_text(&json, "last_modified", last_modified);
	dj_json_add_text(&json, "boot", now);
	dj_buf_text(&json, "}\n");
	if (ftruncate(p->fd, 0) < 0 || lseek(p->fd, 0, SEEK_SET) < 0)
		rc = dj_fail_errno(err, "%s: can not be cut", path);
	else
		rc = dj_file_write(path, json.data, json.n, err);
	dj_buf_free(&json);
	free(now);
	free(path);
	return rc;
}

/* A weak ETag says "means the same", which is too little for putting two parts together. */
const char *dj_cache_partial_vouched(const dj_cache_partial *p)
{
	return p->etag && !dj_text_starts(p->etag, "W/") ? p->etag : p->last_modified;
}

int dj_cache_partial_keep(dj_cache_partial *p, const dj_cache *c, const dj_cache_key *k, const dj_digest *d,
                          dj_err *err)
{
	char *path = path_of(c, k->hex, ""), *of = path_of(c, k->hex, ".of"), *file = dj_cache_file(c, d);
	char *folder = dj_path_join(c->folder, "sha256");
	int   rc = DJ_OK;

	if (fsync(p->fd) < 0 || fchmod(p->fd, 0400) < 0 || rename(path, file) < 0)
		rc = dj_fail_errno(err, "%s: can not be written", file);
	else
		rc = dj_folder_sync(folder, err);
	if (rc == DJ_OK)
		unlink(of);
	dj_cache_partial_free(p);
	free(folder);
	free(file);
	free(of);
	free(path);
	return rc;
}

static void drop(const dj_cache *c, const char *key)
{
	char *path = path_of(c, key, ""), *of = path_of(c, key, ".of");

	unlink(of);
	unlink(path);
	free(of);
	free(path);
}

void dj_cache_partial_drop(dj_cache_partial *p, const dj_cache *c, const dj_cache_key *k)
{
	drop(c, k->hex);
	dj_cache_partial_free(p);
}

void dj_cache_partial_free(dj_cache_partial *p)
{
	if (p->fd >= 0)
		close(p->fd);
	free(p->etag);
	free(p->last_modified);
	*p = (dj_cache_partial){.fd = -1};
}

/* ---- Sweeping ---- */

typedef struct part {
	const char *name;
	time_t      changed;
} part;

static int newest_first(const void *a, const void *b)
{
	const part *x = a, *y = b;

	return x->changed == y->changed ? strcmp(x->name, y->name) : x->changed < y->changed ? 1 : -1;
}

/* Whoever writes it holds its lock. */
static void drop_unless_held(const dj_cache *c, const char *key)
{
	char *path = dj_fmt("%s/lock/%s", c->folder, key);
	int   fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		drop(c, key);
	if (fd >= 0)
		close(fd);
	free(path);
}

void dj_cache_sweep(const dj_cache *c)
{
	char  *folder = dj_path_join(c->folder, "partial"), **names = NULL;
	size_t n = 0, count = 0;
	time_t now = time(NULL);

	if (dj_folder_list(&names, &n, folder, NULL) < 0)
		goto out;
	part *parts = dj_alloc_zero(n + 1, sizeof *parts);
	for (size_t i = 0; i < n; i++) {
		struct stat is;
		char       *path = dj_path_join(folder, names[i]);
		if (lstat(path, &is) == 0 && strlen(names[i]) == 64)
			parts[count++] = (part){names[i], is.st_mtim.tv_sec};
		else if (now - is.st_mtim.tv_sec > MOST_AGE_S)
			unlink(path); /* what says what a part is of: younger than its part, if there is one */
		free(path);
	}
	qsort(parts, count, sizeof *parts, newest_first);
	for (size_t i = 0; i < count; i++)
		if (i >= MOST_PARTIALS || now - parts[i].changed > MOST_AGE_S)
			drop_unless_held(c, parts[i].name);
	free(parts);
	dj_names_free(names, n);
out:
	free(folder);
}
