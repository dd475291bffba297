/* What the worker runs: Lua as it is, C compiled in the cage and remembered by the digest of all that it depends on. */
#include "plugin/plugin.h"

#include "base/file.h"
#include "cage/cage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_OBJECT = 64 << 20, MOST_HEADER = 1 << 20, MOST_WARNINGS = 8192 };

/* The folder with datajam/plugin.h: of an installed toolkit, or of its sources. free() it. */
static char *include_folder(const dj_workspace *w, dj_err *err)
{
	static const char *const places[] = {"include", "core/include"};

	for (size_t i = 0; i < DJ_COUNT(places); i++) {
		char *folder = dj_path_join(w->toolkit, places[i]),
		     *header = dj_path_join(folder, "datajam/plugin.h");
		bool there = dj_file_exists(header);

		free(header);
		if (there)
			return folder;
		free(folder);
	}
	dj_fail(err, DJ_FAIL, "datajam/plugin.h is not in %s/include (is the toolkit whole?)", w->toolkit);
	return NULL;
}

/* Which compiler "cc" is today: an upgrade changes name, size or time. */
static char *compiler_identity(void)
{
	char       *real = dj_path_real("/usr/bin/cc"), *text;
	struct stat st = {0};

	if (real)
		stat(real, &st);
	text = dj_fmt("%s %lld %lld", real ? real : "cc", (long long)st.st_size, (long long)st.st_mtim.tv_sec);
	free(real);
	return text;
}

/* Hex digest of source, flags, header and compiler. */
static int object_key(char hex[65], const dj_plugin_file *file, const char *include, dj_err *err)
{
	char  *header = dj_path_join(include, "datajam/plugin.h"), *text = NULL, *compiler = compiler_identity();
	size_t n;
	int    rc = dj_file_read(&text, &n, header, MOST_HEADER, err);
	dj_digest  key;
	dj_sha256 *s;

	if (rc == DJ_OK) {
		s = dj_sha256_new();
		dj_sha256_add(s, &file->digest, sizeof file->digest);
		dj_sha256_add(s, dj_cage_compiler_flags(), strlen(dj_cage_compiler_flags()) + 1);
		dj_sha256_add(s, compiler, strlen(compiler) + 1);
		dj_sha256_add(s, text, n);
		key = dj_sha256_end(s);
		dj_digest_hex(hex, &key);
	}
	free(text);
	free(compiler);
	free(header);
	return rc;
}

/* The object that is remembered, if its bytes are still those that were compiled. */
static int recall(int *out_fd, const char *object, const char *sum)
{
	char     *bytes = NULL, *hex = NULL;
	size_t    n, n_hex;
	dj_digest is, was;
	int       rc = DJ_NOTFOUND;

	if (!dj_file_exists(object) || dj_file_read(&bytes, &n, object, MOST_OBJECT, NULL) < 0 ||
	    dj_file_read(&hex, &n_hex, sum, 65, NULL) < 0)
		goto out;
	is = dj_sha256_of(bytes, n);
	if (!dj_digest_parse(&was, hex, n_hex) || dj_digest_compare(&is, &was) != 0)
		goto out;
	*out_fd = dj_memfd_sealed("plugin", bytes, n, NULL);
	rc = *out_fd < 0 ? DJ_NOTFOUND : DJ_OK;
out:
	free(bytes);
	free(hex);
	return rc;
}

/* What the compiler warned of is told each time, not only when it was compiled. */
static void recall_warnings(const char **warnings, const char *object, dj_arena *a)
{
	char  *path = dj_fmt("%s.warnings", object), *text;
	size_t n;

	if (warnings && dj_file_exists(path) && dj_file_read(&text, &n, path, MOST_WARNINGS, NULL) == DJ_OK) {
		*warnings = n ? dj_arena_dupn(a, text, n) : NULL;
		free(text);
	}
	free(path);
}

static void remember_warnings(const char *text, const char *object)
{
	char *path = dj_fmt("%s.warnings", object);

	if (text)
		dj_file_write(path, text, strlen(text), NULL);
	free(path);
}

/* A cache that can not be written costs time, nothing else. */
static void remember(const char *folder, const char *object, const char *sum, int fd)
{
	char        path[64], *bytes, hex[65];
	size_t      n;
	dj_digest   digest;
	struct stat st;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fstat(fd, &st) < 0 || dj_folder_make(folder, NULL) < 0 ||
	    dj_file_read(&bytes, &n, path, MOST_OBJECT, NULL) < 0)
		return;
	digest = dj_sha256_of(bytes, n);
	dj_digest_hex(hex, &digest);
	if (dj_file_write(object, bytes, n, NULL) == DJ_OK)
		dj_file_write(sum, hex, 64, NULL);
	free(bytes);
}

static int compile(int *out_fd, const char **warnings, const dj_plugin_file *file, const char *include,
                   const dj_workspace *w, int wake_fd, dj_arena *a, dj_err *err)
{
	char      *temporary, *messages = NULL;
	dj_compile what = {.source = file->text,
	                   .n = file->n,
	                   .shown = file->shown,
	                   .include_folder = include,
	                   .wake_fd = wake_fd};
	int        rc = dj_workspace_temp(&temporary, w, "compile", err);

	if (rc < 0)
		return rc;
	what.temporary = temporary;
	rc = dj_cage_compile(out_fd, &what, &messages, err);
	if (rc == DJ_OK && messages && *messages)
		*warnings = dj_arena_dupn(a, messages, strnlen(messages, MOST_WARNINGS));
	dj_tree_remove(temporary, NULL);
	free(temporary);
	free(messages);
	return rc;
}

static int c_program(int *out_fd, const char **warnings, const dj_plugin_file *file, const dj_workspace *w,
                     int wake_fd, dj_arena *a, dj_err *err)
{
	char       *include = include_folder(w, err), *folder = NULL, *object = NULL, *sum = NULL, hex[65];
	const char *said = NULL;
	int         rc = include ? object_key(hex, file, include, err) : DJ_FAIL;

	if (rc < 0)
		goto out;
	folder = dj_fmt("%s/cache/objects", w->state);
	object = dj_fmt("%s/%s.so", folder, hex);
	sum = dj_fmt("%s/%s.sha256", folder, hex);
	if (recall(out_fd, object, sum) == DJ_OK) {
		recall_warnings(warnings, object, a);
		goto out;
	}
	if ((rc = compile(out_fd, &said, file, include, w, wake_fd, a, err)) == DJ_OK) {
		remember(folder, object, sum, *out_fd);
		remember_warnings(said, object);
		if (warnings)
			*warnings = said;
	}
out:
	free(include);
	free(folder);
	free(object);
	free(sum);
	return rc;
}

int dj_plugin_program(int *out_fd, const char **warnings, const dj_plugin_file *file, const dj_workspace *w,
                      int wake_fd, dj_arena *a, dj_err *err)
{
	if (warnings)
		*warnings = NULL;
	if (file->broken)
		return dj_fail(err, DJ_FAIL, "%s: %s", file->shown, file->broken);
	if (file->lang == DJ_LANG_C)
		return c_program(out_fd, warnings, file, w, wake_fd, a, err);
	*out_fd = dj_memfd_sealed("plugin", file->text, file->n, err);
	return *out_fd < 0 ? *out_fd : DJ_OK;
}
