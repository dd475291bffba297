#include "report/put.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLUSH = 1 << 18 };

static const int64_t EXACT = INT64_C(1) << 53; /* the largest run of integers that JavaScript holds exactly */

/* A device, a pipe or a link (/dev/stdout is each of them) is written through: a rename would put a file in its place. */
static bool written_through(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int dj_put_open(dj_put *p, const char *path, dj_err *err)
{
	*p = (dj_put){.path = path, .fd = -1, .err = err};
	if (dj_folder_exists(path))
		return p->rc =
		           dj_fail(err, DJ_USAGE, "%s is a folder (name a file, such as %s/report.html)", path, path);
	if (strcmp(path, "-") == 0) {
		p->fd = dup(STDOUT_FILENO);
	} else if (written_through(path)) {
		p->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	} else {
		p->part = dj_fmt("%s.%ld.part", path, (long)getpid());
		p->fd = open(p->part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	}
	if (p->fd < 0 && errno == ENOENT)
		p->rc = dj_fail(err, DJ_FAIL, "%s: its folder is not there (make it first, or name another)", path);
	else if (p->fd < 0)
		p->rc = dj_fail_errno(err, "%s can not be written", path);
	return p->rc;
}

static void flush(dj_put *p)
{
	if (p->rc == DJ_OK && p->bytes.n > 0 &&
	    (p->rc = dj_fd_write(p->fd, p->bytes.data, p->bytes.n, p->err)) < 0)
		p->rc = dj_fail_in(p->err, "%s", p->path);
	dj_buf_reset(&p->bytes);
}

static int sync_folder(const char *path, dj_err *err)
{
	const char *slash = strrchr(path, '/');
	char       *folder = slash ? dj_strndup(path, (size_t)(slash - path) + 1) : dj_strdup(".");
	int         rc = dj_folder_sync(folder, err);

	free(folder);
	return rc;
}

int dj_put_finish(dj_put *p)
{
	flush(p);
	if (!p->part)
		return p->rc;
	if (p->rc == DJ_OK && fsync(p->fd) < 0)
		p->rc = dj_fail_errno(p->err, "%s", p->path);
	if (p->rc == DJ_OK && rename(p->part, p->path) < 0)
		p->rc = dj_fail_errno(p->err, "%s", p->path);
	if (p->rc == DJ_OK) {
		free(p->part);
		p->part = NULL;
		p->rc = sync_folder(p->path, p->err);
	}
	return p->rc;
}

void dj_put_free(dj_put *p)
{
	if (p->fd >= 0)
		close(p->fd);
	if (p->part)
		unlink(p->part);
	free(p->part);
	dj_buf_free(&p->bytes);
	dj_buf_free(&p->text);
	*p = (dj_put){.fd = -1};
}

void dj_put_bytes(dj_put *p, const char *bytes, size_t n)
{
	dj_buf_add(&p->bytes, bytes, n);
	if (p->bytes.n >= FLUSH)
		flush(p);
}

static void put_safe(dj_put *p, const char *json, size_t n)
{
	const char *end = json + n;

	while (json < end) {
		const char *mark = memchr(json, '<', (size_t)(end - json));

		dj_put_bytes(p, json, (size_t)((mark ? mark : end) - json));
		if (!mark)
			break;
		dj_put_bytes(p, "\\u003c", 6);
		json = mark + 1;
	}
}

void dj_put_block(dj_put *p, const char *prefix, int64_t n)
{
	dj_buf_text(&p->bytes, "<script type=\"application/json\" id=\"");
	dj_buf_text(&p->bytes, prefix);
	if (n >= 0)
		dj_buf_fmt(&p->bytes, "%" PRId64, n);
	dj_buf_text(&p->bytes, "\">");
	p->comma = false;
}

void dj_put_block_end(dj_put *p)
{
	dj_buf_text(&p->bytes, "</script>\n");
}

static void begin_value(dj_put *p)
{
	if (p->comma)
		dj_buf_char(&p->bytes, ',');
	p->comma = true;
}

void dj_put_bracket(dj_put *p, char bracket)
{
	bool opens = bracket == '{' || bracket == '[';

	if (opens)
		begin_value(p);
	dj_put_bytes(p, &bracket, 1);
	p->comma = !opens;
}

void dj_put_textn(dj_put *p, const char *s, size_t n)
{
	dj_buf whole = {0};

	begin_value(p);
	dj_buf_reset(&p->text);
	for (size_t good = dj_utf8_valid(s, n); good < n; good = dj_utf8_valid(s, n)) {
		dj_buf_add(&whole, s, good);
		dj_buf_text(&whole, "\xEF\xBF\xBD");
		s += good + 1;
		n -= good + 1;
	}
	if (whole.n > 0) {
		dj_buf_add(&whole, s, n);
		dj_json_put_textn(&p->text, whole.data, whole.n);
	} else {
		dj_json_put_textn(&p->text, s, n);
	}
	put_safe(p, p->text.data, p->text.n);
	dj_buf_free(&whole);
}

static void put_null(dj_put *p)
{
	begin_value(p);
	dj_put_bytes(p, "null", 4);
}

void dj_put_text(dj_put *p, const char *s)
{
	if (s)
		dj_put_textn(p, s, strlen(s));
	else
		put_null(p);
}

void dj_put_key(dj_put *p, const char *key)
{
	dj_put_text(p, key);
	dj_buf_char(&p->bytes, ':');
	p->comma = false;
}

void dj_put_begin(dj_put *p, const char *key, char bracket)
{
	dj_put_key(p, key);
	dj_put_bracket(p, bracket);
}

void dj_put_words(dj_put *p, dj_words w)
{
	dj_put_bracket(p, '{');
	dj_put_member(p, "en", w.en);
	dj_put_member(p, "fr", w.fr);
	dj_put_bracket(p, '}');
}

void dj_put_integer(dj_put *p, int64_t v)
{
	const char *quote = v > EXACT || v < -EXACT ? "\"" : "";

	begin_value(p);
	dj_buf_fmt(&p->bytes, "%s%" PRId64 "%s", quote, v, quote);
}

void dj_put_real(dj_put *p, double v)
{
	begin_value(p);
	dj_json_put_real(&p->bytes, v);
}

void dj_put_bool(dj_put *p, bool v)
{
	begin_value(p);
	dj_buf_text(&p->bytes, v ? "true" : "false");
}

void dj_put_json(dj_put *p, const char *json)
{
	if (!json || dj_json_check(json, strlen(json), 0, NULL) < 0) {
		put_null(p);
		return;
	}
	begin_value(p);
	put_safe(p, json, strlen(json));
}

void dj_put_member(dj_put *p, const char *key, const char *text)
{
	dj_put_key(p, key);
	dj_put_text(p, text);
}

void dj_put_member_integer(dj_put *p, const char *key, int64_t v)
{
	dj_put_key(p, key);
	dj_put_integer(p, v);
}

void dj_put_member_words(dj_put *p, const char *key, dj_words w)
{
	dj_put_key(p, key);
	dj_put_words(p, w);
}
