/* Files without a name, for what the loader unpacks, and for what it sorts. */
#include "intake/parts.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_scratch(const dj_intake *in, dj_err *err)
{
	int fd = open(in->temporary, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	char *path = dj_path_join(in->temporary, "scratch"); /* a file system that knows no O_TMPFILE */
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || unlink(path) < 0) {
		dj_fail_errno(err, "%s", path);
		if (fd >= 0)
			close(fd);
		fd = err ? err->code : DJ_FAIL;
	}
	free(path);
	return fd;
}

uint64_t dj_intake_most_unpacked(uint64_t bytes)
{
	return ((uint64_t)1 << 30) + 100 * bytes;
}

int dj_intake_open_scratch(dj_intake_sources *s, const dj_intake *in, dj_err *err)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->item[k].scratch_fd < 0 && (s->item[k].scratch_fd = open_scratch(in, err)) < 0)
			return s->item[k].scratch_fd;
	if (s->spare_fd < 0 && (s->spare_fd = open_scratch(in, err)) < 0)
		return s->spare_fd;
	if (s->sorting_fd < 0 && (s->sorting_fd = open_scratch(in, err)) < 0)
		return s->sorting_fd;
	return DJ_OK;
}

void dj_intake_keep_unpacked(dj_intake_sources *s, const dj_intake_answer *found)
{
	for (size_t k = 0; k < s->n; k++) {
		dj_intake_source *item = &s->item[k];
		struct stat       is;
		if (item->unpacked || fstat(item->scratch_fd, &is) < 0 || is.st_size == 0)
			continue;
		item->unpacked = (uint64_t)is.st_size;
		item->rows = found->dialect[item->table].rows;
	}
}
