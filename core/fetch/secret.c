#include "fetch/secret.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_WORD = 6 }; /* a shorter one would be found in any text */

static bool name_fine(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return n > 0 && n <= 64 && name[n] == '\0' && name[0] != '.';
}

int dj_secret_path(char **out, const dj_url *u, const char *name, dj_err *err)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	bool        usual = strcmp(u->port, strcmp(u->scheme, "https") == 0 ? "443" : "80") == 0;

	if (!name_fine(name))
		return dj_fail(err, DJ_USAGE, "'%.64s' is no name of a secret (letters, digits, - _ and .)", name);
	if (u->host[0] == '.' || strchr(u->host, '/'))
		return dj_fail(err, DJ_USAGE, "%s: its host is no name that a secret can be filed under", u->shown);
	char *folder = xdg && *xdg == '/'     ? dj_strdup(xdg)
	               : home && *home == '/' ? dj_path_join(home, ".config")
	                                      : NULL;
	if (!folder)
		return dj_fail(err, DJ_FAIL, "there is no place for secrets (set HOME, or XDG_CONFIG_HOME)");
	*out =
	    dj_fmt("%s/datajam/secrets/%s%s%s/%s", folder, u->host, usual ? "" : ":", usual ? "" : u->port, name);
	free(folder);
	return DJ_OK;
}

static int check(const struct stat *is, const char *path, dj_err *err)
{
	if (!S_ISREG(is->st_mode))
		return dj_fail(err, DJ_DENIED, "%s is no file", path);
	if (is->st_uid != geteuid())
		return dj_fail(err, DJ_DENIED, "%s belongs to somebody else (a key of yours is in a file of yours)",
		               path);
	if (is->st_mode & 077)
		return dj_fail(err, DJ_DENIED, "%s may be read by others on this machine (chmod 600 %s)", path, path);
	if (is->st_size > DJ_SECRET_MOST)
		return dj_fail(err, DJ_FAIL, "%s is larger than %d bytes: it is no key", path, DJ_SECRET_MOST);
	return DJ_OK;
}

int dj_secret_read(dj_secret *out, const char *path, dj_err *err)
{
	struct stat is;
	int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), rc;
	ssize_t     got = -1;

	*out = (dj_secret){0};
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return dj_fail(err, DJ_DENIED,
		               "the key for this address is not there: put it into %s (and chmod 600 it)", path);
	if (fd < 0 || fstat(fd, &is) < 0)
		rc = dj_fail_errno(err, "%s", path);
	else if ((rc = check(&is, path, err)) == DJ_OK && (got = read(fd, out->value, DJ_SECRET_MOST)) < 0)
		rc = dj_fail_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	if (rc < 0)
		return rc;
	out->n = (size_t)got;
	while (out->n > 0 && strchr(" \t\r\n", out->value[out->n - 1]))
		out->value[--out->n] = '\0';
	if (out->n == 0)
		rc = dj_fail(err, DJ_FAIL, "%s is empty (it holds the key, on one line)", path);
	else if (strlen(out->value) != out->n || dj_text_wrong(out->value, out->n, false))
		rc = dj_fail(err, DJ_FAIL, "%s is not one line of plain text", path);
	if (rc < 0)
		dj_secret_wipe(out);
	return rc;
}

void dj_secret_wipe(dj_secret *s)
{
	explicit_bzero(s, sizeof *s);
}

const char *dj_secret_word(const dj_secret *s, size_t *n)
{
	const char *best = NULL;

	*n = 0;
	for (const char *at = s->value; *at;) {
		size_t wide = strcspn(at, " \t,=");
		if (wide > *n) {
			*n = wide;
			best = at;
		}
		at += wide + strspn(at + wide, " \t,=");
	}
	return *n >= LEAST_WORD ? best : NULL;
}

bool dj_secret_in(const dj_secret *s, const void *bytes, size_t n)
{
	size_t      wide;
	const char *word = dj_secret_word(s, &wide);

	return word && memmem(bytes, n, word, wide) != NULL;
}

void dj_secret_hide(const dj_secret *s, char *text)
{
	size_t      wide, n = strlen(text);
	const char *word = dj_secret_word(s, &wide);
	char       *at;

	while (word && (at = memmem(text, n, word, wide))) {
		memcpy(at, "***", 3);
		memmove(at + 3, at + wide, n - (size_t)(at - text) - wide + 1);
		n -= wide - 3;
	}
}
