#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int may_not_open(const char *path, dj_err *err)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR: return dj_fail(err, DJ_NOTFOUND, "%s: no such file", path);
	case EACCES:
	case EPERM: return dj_fail(err, DJ_FAIL, "%s: may not be read (look at its permissions)", path);
	default: return dj_fail_errno(err, "%s: can not be opened", path);
	}
}

int dj_file_read(char **out, size_t *out_n, const char *path, size_t most, dj_err *err)
{
	dj_buf      b = {0};
	struct stat st;
	ssize_t     got;
	int         rc = DJ_FAIL;
	int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us up */

	if (fd < 0)
		return may_not_open(path, err);
	if (fstat(fd, &st) < 0) {
		dj_fail_errno(err, "%s: can not be read", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		dj_fail(err, DJ_FAIL, "%s: is %s, not a file", path,
		        S_ISDIR(st.st_mode) ? "a folder" : "a device or pipe");
		goto out;
	}
	if (st.st_size > 0 && (uintmax_t)st.st_size <= most)
		dj_buf_room(&b, (size_t)st.st_size);
	do { /* to the end, not to st_size: the file may grow, and files of /proc say 0 */
		got = read(fd, dj_buf_room(&b, 65536), 65536);
		if (got > 0)
			b.n += (size_t)got;
	} while (b.n <= most && (got > 0 || (got < 0 && errno == EINTR)));
	if (got < 0) {
		dj_fail_errno(err, "%s: can not be read", path);
		goto out;
	}
	if (b.n > most) {
		dj_fail(err, DJ_FAIL, "%s: is larger than %zu bytes, the most that is taken here", path, most);
		goto out;
	}
	b.data[b.n] = '\0';
	*out_n = b.n;
	*out = dj_buf_take(&b);
	rc = DJ_OK;
out:
	dj_buf_free(&b);
	close(fd);
	return rc;
}

int dj_fd_write(int fd, const void *bytes, size_t n, dj_err *err)
{
	const char *at = bytes;

	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return dj_fail_errno(err, "can not write");
		at += put;
		n -= (size_t)put;
	}
	return DJ_OK;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return dj_strdup(".");
	return slash == path ? dj_strdup("/") : dj_strndup(path, (size_t)(slash - path));
}

/* A device or pipe ("-o /dev/stdout") is written to as it is: a rename would put a file in its place. */
static int write_device(const char *path, const void *bytes, size_t n, dj_err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return dj_fail_errno(err, "%s: can not be opened for writing", path);
	int rc = dj_fd_write(fd, bytes, n, err);
	if (close(fd) < 0 && rc == DJ_OK)
		rc = dj_fail_errno(err, "can not write");
	return rc < 0 ? dj_fail_in(err, "%s", path) : DJ_OK;
}

int dj_file_write(const char *path, const void *bytes, size_t n, dj_err *err)
{
	struct stat st;
	char       *neighbour = NULL, *folder = NULL;
	int         fd = -1, rc = DJ_FAIL;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return dj_fail(err, DJ_FAIL, "%s: is a folder, not a file", path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_device(path, bytes, n, err);

	neighbour = dj_fmt("%s.XXXXXX", path);
	fd = mkostemp(neighbour, O_CLOEXEC);
	if (fd < 0) {
		dj_fail_errno(err, "%s: can not be written", path);
		goto out;
	}
	if (dj_fd_write(fd, bytes, n, err) < 0) {
		dj_fail_in(err, "%s", path);
		goto undo;
	}
	if (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(neighbour, path) < 0) {
		dj_fail_errno(err, "%s: can not be written", path);
		goto undo;
	}
	folder = folder_of(path);
	rc = dj_folder_sync(folder, err);
	goto out;
undo:
	unlink(neighbour);
out:
	if (fd >= 0)
		close(fd);
	free(neighbour);
	free(folder);
	return rc;
}

bool dj_file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool dj_folder_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int dj_folder_make(const char *path, dj_err *err)
{
	char *part = dj_strdup(path);
	int   rc = DJ_OK;

	for (char *at = part; *at && rc == DJ_OK; at++) {
		if (at[0] == '/' || (at[1] != '/' && at[1] != '\0'))
			continue; /* only at the last byte of a name */
		char next = at[1];

		at[1] = '\0';
		int made = mkdir(part, 0755), why = errno;
		if (made < 0 && !dj_folder_exists(part)) {
			errno = why; /* the look had an errno of its own */
			rc = errno == EEXIST ? dj_fail(err, DJ_FAIL, "%s: is there, but not a folder", part)
			                     : dj_fail_errno(err, "%s: the folder can not be made", part);
		}
		at[1] = next;
	}
	free(part);
	return rc;
}

int dj_folder_sync(const char *path, dj_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = DJ_OK;

	if (fd < 0)
		return dj_fail_errno(err, "%s: the folder can not be opened", path);
	if (fsync(fd) < 0 && errno != EINVAL) /* EINVAL: a file system that has nothing to sync */
		rc = dj_fail_errno(err, "%s: the folder can not be synced", path);
	close(fd);
	return rc;
}

/* Removes what `name` is in the open folder `at`. Depth is bounded by the descriptors a process has. */
static int remove_at(int at, const char *name, dj_err *err)
{
	int rc = DJ_OK;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return DJ_OK;
	if (errno != EISDIR && errno != EPERM)
		return dj_fail_errno(err, "%s: can not be removed", name);

	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return dj_fail_errno(err, "%s: can not be removed", name);
	DIR *d = fdopendir(fd);
	if (!d) {
		close(fd);
		return dj_fail_errno(err, "%s: can not be read", name);
	}
	for (struct dirent *e; rc == DJ_OK && (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = remove_at(fd, e->d_name, err);
	closedir(d);
	if (rc == DJ_OK && unlinkat(at, name, AT_REMOVEDIR) < 0)
		rc = dj_fail_errno(err, "%s: the folder can not be removed", name);
	return rc;
}

int dj_tree_remove(const char *path, dj_err *err)
{
	return remove_at(AT_FDCWD, path, err);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int dj_folder_list(char ***out, size_t *n, const char *path, dj_err *err)
{
	DIR   *d = opendir(path);
	char **names = NULL;
	size_t count = 0, cap = 0;

	if (!d && (errno == ENOENT || errno == ENOTDIR))
		return dj_fail(err, DJ_NOTFOUND, "%s: no such folder", path);
	if (!d)
		return dj_fail_errno(err, "%s: the folder can not be read", path);
	for (struct dirent *e; (errno = 0, e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (count == cap)
			names = dj_realloc(names, cap = cap ? 2 * cap : 16, sizeof *names);
		names[count++] = dj_strdup(e->d_name);
	}
	int rc = errno ? dj_fail_errno(err, "%s: the folder can not be read", path) : DJ_OK;
	closedir(d);
	if (rc < 0) {
		dj_names_free(names, count);
		return rc;
	}
	if (count)
		qsort(names, count, sizeof *names, by_bytes);
	*out = names;
	*n = count;
	return DJ_OK;
}

void dj_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

char *dj_path_join(const char *folder, const char *name)
{
	if (name[0] == '/' || folder[0] == '\0')
		return dj_strdup(name);
	return dj_fmt("%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}

const char *dj_path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *dj_path_stem(const char *path)
{
	const char *name = dj_path_name(path), *dot = strrchr(name, '.');

	return dot && dot != name ? dj_strndup(name, (size_t)(dot - name)) : dj_strdup(name);
}

char *dj_path_real(const char *path)
{
	return realpath(path, NULL);
}

char *dj_find_up(const char *from, const char *name)
{
	char *at = dj_path_real(from);

	while (at) {
		char       *entry = dj_path_join(at, name);
		struct stat st;
		bool        found = lstat(entry, &st) == 0;

		free(entry);
		if (found)
			return at;
		if (strcmp(at, "/") == 0)
			break;
		char *above = folder_of(at);
		free(at);
		at = above;
	}
	free(at);
	return NULL;
}

int dj_memfd_sealed(const char *name, const void *bytes, size_t n, dj_err *err)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return dj_fail_errno(err, "no memory file for %s", name);
	if (dj_fd_write(fd, bytes, n, err) < 0) {
		close(fd);
		return dj_fail_in(err, "memory file for %s", name);
	}
	if (lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
		dj_fail_errno(err, "memory file for %s can not be sealed", name);
		close(fd);
		return DJ_FAIL;
	}
	return fd;
}
