#include "store/fd_vfs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NAME = 64, SECTOR = 4096 };

typedef struct fd_file {
	sqlite3_file base; /* first: SQLite knows us by it */
	int          fd;
	bool         read_only;
} fd_file;

static fd_file *of(sqlite3_file *f)
{
	return (fd_file *)(void *)f;
}

/* ---- Bytes ---- */

/* All n bytes, or as many as there are; -1 on error. */
static ssize_t read_all(int fd, char *to, size_t n, int64_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k = pread(fd, to + got, n - got, at + (int64_t)got);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

static int write_all(int fd, const char *from, size_t n, int64_t at)
{
	while (n > 0) {
		ssize_t k = pwrite(fd, from, n, at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k < 0 && errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
		from += k;
		n -= (size_t)k;
		at += k;
	}
	return SQLITE_OK;
}

/* ---- What SQLite asks of a file ---- */

static int file_close(sqlite3_file *file)
{
	(void)file; /* the descriptor stays open: it is the caller's */
	return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	ssize_t got = read_all(of(file)->fd, to, (size_t)n, at);

	if (got < 0)
		return SQLITE_IOERR_READ;
	if (got == n)
		return SQLITE_OK;
	memset((char *)to + got, 0, (size_t)(n - got)); /* SQLite relies on it */
	return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	fd_file *f = of(file);

	return f->read_only ? SQLITE_READONLY : write_all(f->fd, from, (size_t)n, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 n)
{
	fd_file *f = of(file);

	if (f->read_only)
		return SQLITE_READONLY;
	return ftruncate(f->fd, n) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *file, int flags)
{
	(void)file, (void)flags; /* whoever renames the file syncs it */
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	struct stat st;

	if (fstat(of(file)->fd, &st) < 0)
		return SQLITE_IOERR_FSTAT;
	*out = st.st_size;
	return SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int level)
{
	(void)file, (void)level; /* one writer has it, or it is immutable */
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *file, int *out)
{
	(void)file;
	*out = 0;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	(void)file, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
	(void)file;
	return SECTOR;
}

static int file_traits(sqlite3_file *file)
{
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE | (of(file)->read_only ? SQLITE_IOCAP_IMMUTABLE : 0);
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

/* ---- What SQLite asks of a VFS ---- */

/* "fd:N" and no other name. */
static bool descriptor(int *out, const char *name)
{
	int n = 0;

	if (!name || strncmp(name, "fd:", 3) != 0 || !name[3])
		return false;
	for (const char *c = name + 3; *c; c++) {
		if (*c < '0' || *c > '9' || n > 100000)
			return false;
		n = n * 10 + (*c - '0');
	}
	*out = n;
	return true;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	fd_file *f = of(file);
	int      fd;

	(void)vfs;
	*f = (fd_file){0};
	if (!(flags & SQLITE_OPEN_MAIN_DB) || !descriptor(&fd, name))
		return SQLITE_CANTOPEN;
	f->base.pMethods = &methods;
	f->fd = fd;
	f->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
	if (out_flags)
		*out_flags = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	(void)vfs, (void)name, (void)sync_folder;
	return SQLITE_IOERR_DELETE;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs, (void)name, (void)flags;
	*out = 0; /* no journal, no WAL: there never is another file */
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int most, char *out)
{
	(void)vfs;
	if (most <= 0 || strlen(name) >= (size_t)most)
		return SQLITE_CANTOPEN;
	memcpy(out, name, strlen(name) + 1);
	return SQLITE_OK;
}

static void *vfs_no_library(sqlite3_vfs *vfs, const char *name)
{
	(void)vfs, (void)name;
	return NULL;
}

static void vfs_no_library_why(sqlite3_vfs *vfs, int most, char *out)
{
	(void)vfs;
	sqlite3_snprintf(most, out, "libraries are not loaded here");
}

static void (*vfs_no_symbol(sqlite3_vfs *vfs, void *library, const char *symbol))(void)
{
	(void)vfs, (void)library, (void)symbol;
	return NULL;
}

static void vfs_close_library(sqlite3_vfs *vfs, void *library)
{
	(void)vfs, (void)library;
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	memset(out, 0, (size_t)n); /* the same bytes every time */
	return n;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs, (void)microseconds;
	return 0;
}

static int vfs_time(sqlite3_vfs *vfs, double *out)
{
	(void)vfs;
	*out = 2440587.5; /* 1970-01-01 as a Julian day */
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int most, char *out)
{
	(void)vfs, (void)most, (void)out;
	return 0;
}

int dj_fd_vfs_register(void)
{
	static sqlite3_vfs vfs = {
	    .iVersion = 1,
	    .szOsFile = sizeof(fd_file),
	    .mxPathname = MOST_NAME,
	    .zName = DJ_FD_VFS,
	    .xOpen = vfs_open,
	    .xDelete = vfs_delete,
	    .xAccess = vfs_access,
	    .xFullPathname = vfs_full_path,
	    .xDlOpen = vfs_no_library,
	    .xDlError = vfs_no_library_why,
	    .xDlSym = vfs_no_symbol,
	    .xDlClose = vfs_close_library,
	    .xRandomness = vfs_randomness,
	    .xSleep = vfs_sleep,
	    .xCurrentTime = vfs_time,
	    .xGetLastError = vfs_last_error,
	}; /* SQLite keeps its list of VFSes in these structs, under its own lock */

	return sqlite3_vfs_register(&vfs, 0);
}
