/* Sources as descriptors and digests: nothing of them is understood here. */
#include "intake/parts.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Standard input has to be read more than once, so it is kept in the workspace for the time of the load. */
static int spool(char **path, const dj_intake *in, dj_err *err)
{
	struct pollfd wait[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
	                         {.fd = in->o->wake_fd, .events = POLLIN}};
	char         *block = dj_alloc_zero(1 << 16, 1);
	int           rc = DJ_OK, fd;

	if (isatty(STDIN_FILENO)) {
		free(block);
		return dj_fail(err, DJ_USAGE, "standard input is the keyboard (pipe a file in: load - < FILE)");
	}
	*path = dj_path_join(in->temporary, "stdin");
	fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		rc = dj_fail_errno(err, "%s", *path);
	while (rc == DJ_OK) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			rc = dj_fail_errno(err, "standard input");
		if (rc == DJ_OK && wait[1].revents)
			rc = dj_fail(err, DJ_STOPPED, "stopped; nothing was changed");
		if (rc < 0 || !wait[0].revents)
			continue;
		ssize_t got = read(STDIN_FILENO, block, 1 << 16);
		if (got == 0)
			break;
		if (got > 0)
			rc = dj_fd_write(fd, block, (size_t)got, err);
		else if (errno != EINTR)
			rc = dj_fail_errno(err, "standard input");
	}
	if (fd >= 0)
		close(fd);
	free(block);
	return rc;
}

static int open_file(dj_intake_source *s, const char *shown, dj_err *err)
{
	struct stat is;

	s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0 && errno == ENOENT)
		return dj_fail(err, DJ_USAGE, "%s: no such file (is the path in dataset.json right?)", shown);
	if (s->fd < 0 && errno == EACCES)
		return dj_fail(err, DJ_FAIL, "%s may not be read (chmod +r, or ask whose it is)", shown);
	if (s->fd < 0 || fstat(s->fd, &is) < 0)
		return dj_fail_errno(err, "%s", shown);
	if (!S_ISREG(is.st_mode))
		return dj_fail(err, DJ_USAGE, "%s is no regular file", shown);
	if (is.st_size == 0)
		return dj_fail(
		    err, DJ_FAIL,
		    "%s: line 1, column 1: the file is empty (is it still being written, or was the export cut off?)",
		    shown);
	s->bytes = (uint64_t)is.st_size;
	s->changed_s = is.st_mtim.tv_sec;
	s->changed_ns = is.st_mtim.tv_nsec;
	return DJ_OK;
}

/* "a/b/../c" to "a/c": a first dataset.json has paths relative to a folder that is only about to be made. */
static void collapse(char *path)
{
	char *up;

	while ((up = strstr(path, "/../")) && up > path) {
		char *before = up;
		while (before > path && before[-1] != '/')
			before--;
		memmove(before, up + 4, strlen(up + 4) + 1);
	}
}

static char *find_path(const dj_intake *in, const char *path)
{
	char *joined = dj_path_join(in->manifest->folder, path), *real;

	if (!dj_file_exists(joined))
		collapse(joined);
	real = dj_path_real(joined);
	if (!real)
		return joined;
	free(joined);
	return real;
}

/* The cache is trusted by digest alone: a copy that was damaged since is thrown away, and fetched again once. */
static int open_fetched(dj_intake_source *s, dj_intake *in, const dj_digest *known, dj_err *err)
{
	const char *url = s->spec->url;
	int         rc;

	for (int k = 0;; k++) {
		if ((rc = dj_intake_fetch(&s->fetched, in, s->spec, known, err)) < 0)
			return rc;
		s->path = dj_strdup(s->fetched.path);
		if ((rc = open_file(s, url, err)) < 0)
			return rc;
		s->digest = s->fetched.digest;
		if (s->fetched.from_cache && dj_sha256_fd(&s->digest, s->fd, err) < 0)
			return err->code;
		s->digested = dj_digest_compare(&s->digest, &s->fetched.digest) == 0;
		if (s->digested)
			return DJ_OK;
		dj_fetch_forget(NULL, &s->fetched.digest, NULL);
		if (k || in->o->offline)
			return dj_fail(err, DJ_FAIL, "%s: the cache's copy is damaged (%s, which was removed)", url,
			               s->path);
		dj_intake_message(in, DJ_LOAD_WARNING, "%s: the cache's copy was damaged, so it is fetched again",
		                  url);
		close(s->fd);
		s->fd = -1;
		free(s->path);
		dj_fetched_free(&s->fetched);
	}
}

/* What an address led to is not asked for twice: several tables may be of one file. */
static const dj_digest *fetched_before(const dj_intake_sources *all, const dj_intake_source *s)
{
	for (const dj_intake_source *k = all->item; k < s; k++)
		if (k->spec->url && strcmp(k->spec->url, s->spec->url) == 0)
			return &k->digest;
	return NULL;
}

static int open_source(dj_intake_source *s, const dj_intake_sources *all, dj_intake *in, dj_err *err)
{
	const dj_source_spec *spec = s->spec;
	int                   rc;

	if (spec->url)
		return open_fetched(s, in, fetched_before(all, s), err);
	if (strcmp(spec->path, "-") != 0)
		s->path = find_path(in, spec->path);
	else if ((rc = spool(&s->path, in, err)) < 0)
		return rc;
	if ((rc = open_file(s, strcmp(spec->path, "-") == 0 ? "standard input" : s->path, err)) < 0)
		return rc;
	s->said = spec->digest_said ? &spec->digest : NULL;
	return DJ_OK;
}

int dj_intake_share_source(dj_intake_sources *s, const dj_intake_source *from, size_t table, dj_err *err)
{
	dj_intake_source *item = &s->item[s->n++];

	*item = *from;
	item->table = table;
	item->twin = from->twin ? from->twin : (size_t)(from - s->item) + 1;
	item->path = dj_strdup(from->path);
	item->scratch_fd = -1;
	item->unpacked = 0;
	item->fd = fcntl(from->fd, F_DUPFD_CLOEXEC, 0);
	return item->fd < 0 ? dj_fail_errno(err, "%s", item->path) : DJ_OK;
}

/* One that an earlier table reads too, as the tables of a database do: standard input can be read once only. */
static const dj_intake_source *opened_before(const dj_intake_sources *s, const dj_manifest *m,
                                             const dj_source_spec *spec)
{
	for (size_t k = 0, at = 0; at < s->n; k++)
		for (size_t i = 0; i < m->table[k].n_sources && at < s->n; i++, at++)
			if (spec->path && m->table[k].source[i].path && strcmp(m->table[k].source[i].path, spec->path) == 0)
				return &s->item[at];
	return NULL;
}

int dj_intake_open_sources(dj_intake_sources *out, dj_intake *in, dj_err *err)
{
	const dj_manifest *m = in->manifest;

	*out = (dj_intake_sources){.spare_fd = -1, .sorting_fd = -1};
	if (dj_intake_gazetteers(in, err) < 0 || (in->o->offline && dj_intake_check_offline(in, err) < 0))
		return err->code;
	out->gazetteers_sha256 = in->gazetteers_sha256;
	out->item = dj_alloc_zero(DJ_SOURCES_MOST, sizeof *out->item); /* the manifest was checked */
	for (size_t k = 0; k < m->n_tables; k++)
		for (size_t i = 0; i < m->table[k].n_sources; i++) {
			const dj_source_spec   *spec = &m->table[k].source[i];
			const dj_intake_source *same = opened_before(out, m, spec);
			if (same && dj_intake_share_source(out, same, k, err) < 0)
				return err->code;
			if (same) {
				out->item[out->n - 1].said = spec->digest_said ? &spec->digest : NULL;
				continue;
			}
			dj_intake_source *s = &out->item[out->n++];
			*s = (dj_intake_source){.table = k, .fd = -1, .scratch_fd = -1, .spec = spec};
			if (open_source(s, out, in, err) < 0)
				return err->code;
		}
	return dj_intake_open_scratch(out, in, err);
}

int dj_intake_check_sources(const dj_intake_sources *s, dj_err *err)
{
	struct stat is;

	for (size_t k = 0; k < s->n; k++) {
		const dj_intake_source *item = &s->item[k];
		if (fstat(item->fd, &is) < 0)
			return dj_fail_errno(err, "%s", item->path);
		if ((uint64_t)is.st_size != item->bytes || is.st_mtim.tv_sec != item->changed_s ||
		    is.st_mtim.tv_nsec != item->changed_ns)
			return dj_fail(err, DJ_FAIL, "%s changed while it was loaded (load it again once it is complete)",
			               item->path);
	}
	return DJ_OK;
}

void dj_intake_close_sources(dj_intake_sources *s)
{
	for (size_t k = 0; s->item && k < s->n; k++) {
		if (s->item[k].fd >= 0)
			close(s->item[k].fd);
		if (s->item[k].scratch_fd >= 0)
			close(s->item[k].scratch_fd);
		free(s->item[k].path);
		dj_fetched_free(&s->item[k].fetched);
	}
	if (s->item && s->spare_fd >= 0)
		close(s->spare_fd);
	if (s->item && s->sorting_fd >= 0)
		close(s->sorting_fd);
	free(s->item);
	*s = (dj_intake_sources){0};
}
